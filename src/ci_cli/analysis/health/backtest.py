"""How well past scores foretold who left, and whether they did better than recency alone.

At several past days every customer that was still a customer is judged by what was known then; who
bought nothing in the time that followed has left. The measure is the AUC: the chance that of a
leaver and a stayer of the same day the leaver had the worse score (ties count half; Hanley and
McNeil 1982). Days are never mixed, since pairs are formed within a day. Intervals are 95 %, by
bootstrap over customers, not over cases, because one customer stands there on several days. Shares
of leavers by band have Wilson's interval (1927).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

from ci_cli.analysis.health.profile import BANDS

LEAST = 20  # leavers, and stayers, without which nothing is claimed
RESAMPLES = 500
SEED = 1927  # the same figures on every run
_Z = 1.959964

BETTER = "better"
NO_BETTER = "no-better"
WORSE = "worse"
TOO_FEW = "too-few"


class Case(NamedTuple):
    """One customer on one past day; scores in hundredths of a point, higher is better."""

    customer_id: int
    day: str
    health: int
    hard: int | None
    recency: float  # silence in own usual gaps: higher is worse
    band: str
    has_left: bool


class Accuracy(NamedTuple):
    """How well one measure foretold who left; gains are over recency alone. None: not judged."""

    measure: str  # health, hard, recency
    auc: float | None
    low: float | None
    high: float | None
    gain: float | None = None
    gain_low: float | None = None
    gain_high: float | None = None


class BandShare(NamedTuple):
    """How many of a band left."""

    band: str
    cases: int
    left: int
    share: float | None
    low: float | None
    high: float | None


class Backtest(NamedTuple):
    """What a backtest says."""

    cases: int
    customers: int
    left: int
    accuracy: tuple[Accuracy, ...]
    bands: tuple[BandShare, ...]
    verdict: str  # better, no-better, worse, too-few


def backtest(cases: Sequence[Case]) -> Backtest:
    """Judge the scores of past days by what came after them."""
    left = sum(case.has_left for case in cases)
    customers = len({case.customer_id for case in cases})
    bands = tuple(_band(cases, band) for band in BANDS)
    if min(left, len(cases) - left) < LEAST:
        nothing = tuple(Accuracy(name, None, None, None) for name in ("health", "hard", "recency"))
        return Backtest(len(cases), customers, left, nothing, bands, TOO_FEW)
    accuracy = _accuracy(cases)
    gain = accuracy[0]
    verdict = NO_BETTER
    if (gain.gain_low or 0) > 0:
        verdict = BETTER
    elif (gain.gain_high or 0) < 0:
        verdict = WORSE
    return Backtest(len(cases), customers, left, accuracy, bands, verdict)


def wilson(hits: int, count: int) -> tuple[float, float]:
    """Return the 95 % interval of a share."""
    share = hits / count
    middle = share + _Z * _Z / (2 * count)
    spread = _Z * math.sqrt(share * (1 - share) / count + _Z * _Z / (4 * count * count))
    scale = 1 + _Z * _Z / count
    return max((middle - spread) / scale, 0.0), min((middle + spread) / scale, 1.0)


def _band(cases: Sequence[Case], band: str) -> BandShare:
    ours = [case for case in cases if case.band == band]
    left = sum(case.has_left for case in ours)
    if not ours:
        return BandShare(band, 0, 0, None, None, None)
    return BandShare(band, len(ours), left, left / len(ours), *wilson(left, len(ours)))


def _accuracy(cases: Sequence[Case]) -> tuple[Accuracy, ...]:
    import numpy as np

    numbers = {key: i for i, key in enumerate(sorted({case.customer_id for case in cases}))}
    whose = np.array([numbers[case.customer_id] for case in cases])
    has_left = np.array([case.has_left for case in cases])
    risks = {
        "health": np.array([-case.health for case in cases], float),
        "hard": np.array([-(case.health if case.hard is None else case.hard) for case in cases],
                         float),
        "recency": np.array([case.recency for case in cases], float),
    }  # fmt: skip
    days = sorted({case.day for case in cases})
    day_of = np.array([days.index(case.day) for case in cases])
    ranked = {name: _Ranked(risk, day_of, has_left) for name, risk in risks.items()}
    found = {name: one.auc(np.ones(len(cases))) for name, one in ranked.items()}
    rng = np.random.default_rng(SEED)
    drawn: dict[str, list[float]] = {name: [] for name in risks}
    for _ in range(RESAMPLES):
        times = np.bincount(rng.integers(0, len(numbers), len(numbers)), minlength=len(numbers))
        for name, one in ranked.items():
            drawn[name].append(one.auc(times[whose].astype(float)))
    draws = {name: np.array(values) for name, values in drawn.items()}

    def interval(values: Any) -> tuple[float | None, float | None]:
        kept = values[~np.isnan(values)]
        if not len(kept):
            return None, None
        low, high = np.percentile(kept, [2.5, 97.5])
        return float(low), float(high)

    told = []
    for name, auc in found.items():
        gain: tuple[float | None, ...] = (None, None, None)
        if name != "recency":
            gain = (auc - found["recency"], *interval(draws[name] - draws["recency"]))
        told.append(Accuracy(name, auc, *interval(draws[name]), *gain))
    return tuple(told)


class _Ranked:
    """Cases ranked once by day and risk, so that an AUC under other weights takes one pass."""

    def __init__(self, risk: Any, day: Any, has_left: Any) -> None:
        import numpy as np

        pairs = np.stack([day.astype(float), risk], axis=1)
        steps, self.step = np.unique(pairs, axis=0, return_inverse=True)
        self.step = self.step.reshape(-1)
        self.day_of_step = steps[:, 0].astype(int)
        self.has_left = has_left

    def auc(self, weights: Any) -> float:
        """Return the weighted AUC over pairs within days; not a number without any pair."""
        import numpy as np

        count = len(self.day_of_step)
        gone = np.bincount(self.step, weights * self.has_left, count)
        there = np.bincount(self.step, weights * ~self.has_left, count)
        there_by_day = np.bincount(self.day_of_step, there)
        gone_by_day = np.bincount(self.day_of_step, gone)
        begin = np.concatenate([[0.0], np.cumsum(there_by_day)])[self.day_of_step]
        below = np.cumsum(there) - there - begin
        pairs = float((gone_by_day * there_by_day).sum())
        return float((gone * (below + there / 2)).sum()) / pairs if pairs else math.nan
