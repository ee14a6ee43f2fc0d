"""The evidence of decline in one signal, for many categories at once.

For a series z (logarithms, steps 1..n) with covariance V times an unknown variance, whose prior is
worth A observations of s squared, the log marginal likelihood of a shape h is
``-(n + A)/2 log((z - h)' V^-1 (z - h) + A s^2) - 1/2 log|V|``. The score is the log of all
declines, each with its prior, against all that is no decline: no change, a rise, a freak month.

It is evidence, not a probability that has been calibrated.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ci_cli.analysis.decline.shapes import Shapes, seasons_of, shapes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
else:
    Floats = Any

NO_EVIDENCE = -20.0  # the score of a series too short for any decline to be seen
OFFSET = 0.10  # of the mean of the positive months: keeps the logarithm of an empty month finite
MONEY_PRIOR = (2.0, 0.15)  # A, s: what is known of the noise of money before looking
COUNT_WEIGHT = 20.0  # A of counts: chance alone tells their noise
COUNT_EXTRA = 0.03  # noise of counts beyond chance
# Multiplications that the linear algebra below numpy does without starting threads. Threads that
# wait for each other on a busy machine made this ten times slower; such parts also fit a cache.
_SMALL_PRODUCT = 250_000
_CLOSEST = 1e-6  # a shape that explains more than this leaves the digits of a float behind
_MOST = 80.0  # log of what a small float can hold, with room for sums
CLIP = 4.0  # how many spreads a month may stand out from its neighbours


@dataclass(frozen=True)
class Evidence:
    """What one signal says of C categories.

    ``score`` (C,) is the log odds of decline; ``weights`` (C, D) how likely each decline is among
    declines (rows add up to 1; no columns where no decline can be seen); ``lengths`` and ``rates``
    (D,) tell what they are: months that it lasted, loss per month.
    """

    score: Floats
    weights: Floats
    lengths: NDArray[np.int64]
    rates: Floats


def of_money(values: Floats, festival: tuple[float, ...] = (), step: int = 1) -> Evidence:
    """Return the evidence in amounts (C, n); amounts at or below zero count as nearly nothing."""
    weight, spread = MONEY_PRIOR
    return of_logs(log_of(values), np.full(len(values), spread**2), weight, festival, step)


def of_counts(values: Floats, festival: tuple[float, ...] = (), step: int = 1) -> Evidence:
    """Return the evidence in counts (C, n), whose noise is known: the variance is the mean."""
    mean = np.maximum(values.mean(axis=1), 1 / 3)
    return of_logs(log_of(values), 1 / mean + COUNT_EXTRA**2, COUNT_WEIGHT, festival, step)


def log_of(values: Floats) -> Floats:
    """Return logarithms that bear empty and negative months."""
    positive = np.maximum(values, 0.0)
    months = np.maximum((values > 0).sum(axis=1), 1)
    mean = positive.sum(axis=1) / months
    mean = np.where(mean > 0, mean, 1.0)
    # shares of the mean, not amounts: the largest amounts would overflow nothing then
    logs: Floats = np.log(positive / mean[:, None] + OFFSET)
    return logs


def of_logs(
    logs: Floats,
    variance: Floats,
    weight: float,
    festival: tuple[float, ...] = (),
    step: int = 1,
) -> Evidence:
    """Return the evidence in logarithms.

    Args:
        logs: (C, n), oldest first.
        variance: (C,) expected variance of the noise.
        weight: how many observations that expectation is worth.
        festival: share of the Spring Festival in each step, or empty.
        step: months in one step, 1 or 3.
    """
    categories, steps = logs.shape
    known = shapes(steps, festival, step)
    if known is None or not categories:
        return Evidence(
            np.full(categories, NO_EVIDENCE),
            np.zeros((categories, 0)),
            np.zeros(0, dtype=np.int64),
            np.zeros(0),
        )
    clean = clipped(logs, seasons_of(step))
    clean = clean - clean.mean(axis=1, keepdims=True)
    declines, rest = _likelihoods(clean, variance * weight, (steps + weight) / 2, known)
    total = declines.sum(axis=1)
    score = np.log(np.maximum(total, 1e-300)) - np.log(np.maximum(rest, 1e-300))
    weights = declines / np.maximum(total, 1e-300)[:, None]
    return Evidence(np.maximum(score, NO_EVIDENCE), weights, known.lengths, known.rates)


def _likelihoods(
    clean: Floats, prior_squares: Floats, power: float, known: Shapes
) -> tuple[Floats, Floats]:
    """Return the likelihood of each decline (C, D) and of all its rivals (C,), on one scale."""
    declines = np.zeros((len(clean), known.declines))
    rest = np.zeros(len(clean))
    at_once = max(1, _SMALL_PRODUCT // (known.norms.shape[1] * clean.shape[1]))
    for first in range(0, len(clean), at_once):
        part = slice(first, first + at_once)
        declines[part], rest[part] = _some(clean[part], prior_squares[part], power, known)
    return declines, rest


def _some(
    clean: Floats, prior_squares: Floats, power: float, known: Shapes
) -> tuple[Floats, Floats]:
    """Do the work of ``_likelihoods`` for as many categories as fit into a processor's cache."""
    whitened = clean @ known.precisions  # (G, C, n)
    squares = (whitened * clean).sum(axis=2) + prior_squares  # (G, C)
    plain = -power * np.log(squares) + known.log_weights[:, None]
    plain -= plain.max(axis=0)  # what the best noise model says without a change: the scale
    no_change = np.exp(plain + known.log_no_change).sum(axis=0)
    shaped = np.zeros((len(clean), known.norms.shape[1]), dtype=np.float32)
    for model in range(len(known.precisions)):
        # how far each shape shortens the distance, as a ratio: its logarithm can then be taken with
        # half the digits, which is twice as fast and enough (scores are told to 0.01)
        ratio = clean @ known.projected[model]
        ratio *= -2
        ratio += known.norms[model]
        ratio /= squares[model][:, None]
        logs = np.log1p(np.maximum(ratio, _CLOSEST - 1).astype(np.float32))
        logs *= np.float32(-power)
        logs += known.log_priors.astype(np.float32)
        logs += plain[model].astype(np.float32)[:, None]
        shaped += np.exp(np.minimum(logs, np.float32(_MOST)), out=logs)
    total = shaped.astype(np.float64)
    falls = total[:, : known.declines]
    return falls, no_change + total[:, known.declines :].sum(axis=1)


def clipped(logs: Floats, seasons: int = 12) -> Floats:
    """Return ``logs`` (C, n) with freak months drawn to where their neighbours leave off.

    A month is compared with the median of itself and two months on either side, after an estimate
    of the season has been taken out where there are two years.
    """
    season = _season(logs, seasons)
    plain = logs - season
    categories, steps = plain.shape
    padded = np.full((categories, steps + 4), np.nan)
    padded[:, 2:-2] = plain
    around = np.lib.stride_tricks.sliding_window_view(padded, 5, axis=1)
    middle = np.nanmedian(around, axis=2)
    rest = plain - middle
    centre = np.median(rest, axis=1, keepdims=True)
    spread = np.median(np.abs(rest - centre), axis=1, keepdims=True)
    limit = CLIP * (1.4826 * spread + 0.02)
    result: Floats = season + middle + np.clip(rest, -limit, limit)
    return result


def _season(logs: Floats, seasons: int) -> Floats:
    """Return a cautious estimate of the season, zeros under two years."""
    steps = logs.shape[1]
    season = np.zeros_like(logs)
    if steps < 2 * seasons:
        return season
    sums = np.concatenate([np.zeros((len(logs), 1)), np.cumsum(logs, axis=1)], axis=1)
    index = np.arange(steps)
    first = np.maximum(index - seasons // 2, 0)
    last = np.minimum(index + seasons // 2, steps - 1) + 1
    rest = logs - (sums[:, last] - sums[:, first]) / (last - first)
    for one in range(seasons):
        months = index[one::seasons]
        season[:, months] = rest[:, months].sum(axis=1, keepdims=True) / (len(months) + 0.5)
    result: Floats = season - season.mean(axis=1, keepdims=True)
    return result
