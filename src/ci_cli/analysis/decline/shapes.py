"""What may have happened to a series: declines, their rivals, and the noise that both stand in.

The method is Bayesian comparison of fixed shapes under a Gaussian model with unknown scale. The
logarithm of a series is a level that drifts, a season, perhaps a trend, and noise; a decline is a
bend towards the end of it. How much drift, season and trend a series has is not known, so a grid of
answers is averaged over. The matrices depend on the number of months alone (and on where the Spring
Festival falls), so they are made once for all categories of that length.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
else:
    Floats = Any

# Variances relative to that of the noise of one month.
DRIFTS = (0.01, 0.05, 0.2)  # of the level, per month
MONTHLY_SEASONS = (0.02, 1.0, 10.0)  # of a season without any form: twelve free months
YEARLY_WAVES = (3.0, 20.0)  # of a season that rises and falls once a year
TRENDS = ((0.002, 0.7), (0.1, 0.3))  # of a steady trend, with the weight of each
FESTIVAL = 4.0  # of the Spring Festival, where there are seasons at all
UNKNOWN_LEVEL = 100.0

MONTHLY_RATES = (0.015, 0.03, 0.05, 0.08, 0.13, 0.20)  # of a decline, or of a rise
LONGEST = 20  # months that a decline may have lasted
DECLINE_PRIOR = 0.004  # for each possible first month
RISE_PRIOR = 0.7 * DECLINE_PRIOR
FREAKS = (0.7, 0.4)  # one month at this share of its due, or at its inverse
FREAK_MONTHS = 4
FREAK_PRIOR = 0.20
_MONTHS_BEFORE = 4  # that must precede a decline


@dataclass(frozen=True)
class Shapes:
    """The hypotheses for series of one length, whitened under every noise model of the grid.

    G noise models, n steps, S shapes; the first D shapes are declines.
    """

    precisions: Floats  # (G, n, n) inverse covariances, relative to the noise of one month
    log_weights: Floats  # (G,) log weight of the model less half its log determinant
    projected: Floats  # (G, n, S) precision times shape
    norms: Floats  # (G, S) shape times precision times shape
    log_priors: Floats  # (S,)
    log_no_change: float
    lengths: NDArray[np.int64]  # (D,) months that each decline has lasted
    rates: Floats  # (D,) its loss per month, 0.05 is 5 %

    @property
    def declines(self) -> int:
        """Return how many of the shapes are declines."""
        return len(self.rates)


def seasons_of(step: int) -> int:
    """Return how many steps a year has."""
    return 12 // step


@lru_cache(maxsize=64)  # each takes some 4 MB
def shapes(steps: int, festival: tuple[float, ...], step: int = 1) -> Shapes | None:
    """Return the hypotheses for series of ``steps`` values, None where there are too few for any.

    Args:
        steps: number of values.
        festival: share of the Spring Festival in each; empty to leave it out.
        step: months in one value, 1 or 3.
    """
    hinges = _hinges(steps, step)
    if not hinges:
        return None
    falls = np.array([shape for shape, _length, _rate in hinges])
    freaks = _freak_months(steps) if step == 1 else np.zeros((0, steps))
    every = np.concatenate([falls, -falls, freaks]).T
    each = 1 / len(MONTHLY_RATES)
    priors = np.concatenate(
        [
            np.full(len(falls), DECLINE_PRIOR * step * each),
            np.full(len(falls), RISE_PRIOR * step * each),
            np.full(len(freaks), FREAK_PRIOR / max(len(freaks), 1)),
        ]
    )
    precisions, log_weights = _noise_models(steps, festival, seasons_of(step))
    projected = precisions @ every
    return Shapes(
        precisions,
        log_weights,
        projected,
        np.einsum("ns,gns->gs", every, projected),
        np.log(priors),
        float(np.log(1 - priors.sum())),
        np.array([length for _shape, length, _rate in hinges], dtype=np.int64),
        np.array([rate for _shape, _length, rate in hinges]),
    )


def _hinges(steps: int, step: int) -> list[tuple[Floats, int, float]]:
    """Return every decline: log loss at each step, months that it lasted, loss per month."""
    index = np.arange(1, steps + 1)
    found = []
    for length in range(2, min(LONGEST // step, steps - _MONTHS_BEFORE) + 1):
        since = np.maximum(0, index - (steps - length))
        found += [(since * step * np.log(1 - rate), length * step, rate) for rate in MONTHLY_RATES]
    return found


def _freak_months(steps: int) -> Floats:
    found = []
    for back in range(min(FREAK_MONTHS, steps)):
        for share in FREAKS:
            for sign in (1.0, -1.0):
                freak = np.zeros(steps)
                freak[steps - 1 - back] = sign * np.log(share)
                found.append(freak)
    return np.array(found)


def _noise_models(steps: int, festival: tuple[float, ...], seasons: int) -> tuple[Floats, Floats]:
    """Return the inverse covariance of every noise model, and its log weight."""
    index = np.arange(1, steps + 1)
    apart = np.subtract.outer(index, index)
    to_now = (index - steps) * (12.0 / seasons)
    drift = np.minimum.outer(index, index).astype(np.float64)
    same_season = (apart % seasons == 0) - 1 / seasons
    wave = np.cos(2 * np.pi * apart / seasons)
    moved = np.array(festival) if festival else np.zeros(steps)
    fixed = np.eye(steps) + UNKNOWN_LEVEL
    small = MONTHLY_SEASONS[0]
    seasonal = [(kappa * same_season, kappa > small) for kappa in MONTHLY_SEASONS] + [
        (kappa * wave + small * same_season, True) for kappa in YEARLY_WAVES
    ]
    precisions, log_weights = [], []
    for season, has_seasons in seasonal:
        with_festival = season + (FESTIVAL if has_seasons else 0.0) * np.outer(moved, moved)
        for q in DRIFTS:
            for slope, weight in TRENDS:
                covariance = fixed + with_festival + q * drift + slope * np.outer(to_now, to_now)
                inverse = np.linalg.inv(np.linalg.cholesky(covariance))
                precisions.append(inverse.T @ inverse)
                log_weights.append(np.log(weight) + np.log(np.diag(inverse)).sum())
    return np.array(precisions), np.array(log_weights)
