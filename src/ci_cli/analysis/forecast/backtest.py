"""How good forecasts were: ranking, and whether of those given 60 to 80 % so many bought.

Ranking is measured by the area under the ROC curve (AUC): the chance that of two customers, one who
bought and one who did not, the score puts the buyer first; a tie counts half (Hanley & McNeil,
*Radiology* 143, 1982). 0.5 is a coin. Two scores judged on the same customers differ by more than
chance where the difference exceeds twice its standard error (DeLong, DeLong & Clarke-Pearson,
*Biometrics* 44, 1988).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from ci_cli.analysis import rfm
from ci_cli.analysis.forecast.names import (
    EXPECTED,
    FEW,
    FORECAST,
    HIGH,
    IN_BAND,
    LOW,
    MIN_IN_BAND,
    MODEL_ALONE,
    RECENCY,
    SILENCE,
)
from ci_cli.analysis.forecast.outlook import Outlook
from ci_cli.shapes.trade import CustomerPurchases

BANDS = ((0.0, 0.2), (0.2, 0.4), (0.4, 0.6), (0.6, 0.8), (0.8, 1.0))
_Z = 1.96


class Band(NamedTuple):
    """Customers whose chance of a purchase was between two values."""

    low: float
    high: float
    customers: int
    said: float | None  # mean chance
    bought: int
    verdict: str  # as-said, fewer-bought, more-bought, too-few

    @property
    def share(self) -> float | None:
        """The share that bought."""
        return self.bought / self.customers if self.customers else None


class Ranking(NamedTuple):
    """How well one score puts buyers before others."""

    score: str
    auc: float
    worse_by: float | None  # than the forecast; None for the forecast itself
    is_clear: bool  # the difference from the forecast is more than chance


class Result(NamedTuple):
    """What the comparison of one forecast with what came after it says."""

    customers: int
    bought: int
    bands: list[Band]
    rankings: list[Ranking]  # the forecast first; none where all or nobody bought
    said_buyers: float
    said_purchases: float
    purchases: int
    said_money: float  # currency units
    money: int  # ten-thousandths


def compare(forecast: Outlook, after: Sequence[CustomerPurchases], before_money: int) -> Result:
    """Hold a forecast against what happened.

    Args:
        forecast: made for the split day.
        after: every customer, aggregated up to the end of the horizon.
        before_money: sales less returns of the base up to the split, ten-thousandths.
    """
    base = forecast.base
    row_of = {row.customer_id: row for row in after}
    later = [row_of[int(number)] for number in base.customer]
    purchases = np.array([row.purchase_days for row in later], dtype=np.int64) - base.x - 1
    bought = purchases > 0
    chance = 1 - forecast.none
    scores = {
        FORECAST: chance,
        **({} if forecast.learnt is None else {MODEL_ALONE: 1 - forecast.uncorrected}),
        EXPECTED: forecast.purchases,
        SILENCE: -base.silent / base.gap,
        RECENCY: _r_scores(base.silent),
    }
    return Result(
        len(bought),
        int(bought.sum()),
        calibration(chance, bought),
        rankings(scores, bought),
        _sum(chance),
        _sum(forecast.purchases),
        int(purchases.sum()),
        _sum(forecast.revenue),
        sum(row.net_all for row in later) - before_money,
    )


def _sum(values: Any) -> float:
    """Return the exact sum, which is the same in any order."""
    return math.fsum(values.tolist())


def _r_scores(silent: Any) -> Any:
    values, counts = np.unique(silent, return_counts=True)
    scale = rfm.rank_scale(
        dict(zip(values.tolist(), counts.tolist(), strict=True)), rfm.DEFAULT_BINS, low_is_best=True
    )
    return np.array([scale.score_of[int(days)] for days in silent])


def calibration(chance: Any, bought: Any) -> list[Band]:
    """Return the bands of the chance of a purchase and how many bought.

    A band is as said where the share lies inside the band, or the mean chance inside the interval
    of Wilson (*JASA* 22, 1927) around the share, so that chance alone condemns no band.
    """
    bands = []
    for low, high in BANDS:
        inside = (chance >= low) & ((chance < high) | (high == 1.0))
        number, yes = int(inside.sum()), int(bought[inside].sum())
        said = _sum(chance[inside]) / number if number else None
        bands.append(Band(low, high, number, said, yes, _verdict(low, high, number, said, yes)))
    return bands


def _verdict(low: float, high: float, number: int, said: float | None, yes: int) -> str:
    if number < MIN_IN_BAND or said is None:
        return FEW
    share = yes / number
    least, most = wilson(yes, number)
    if low <= share <= high or least <= said <= most:
        return IN_BAND
    return HIGH if share < said else LOW


def wilson(yes: int, number: int) -> tuple[float, float]:
    """Return the 95 % interval around ``yes / number``."""
    share, z = yes / number, _Z
    middle = (share + z * z / (2 * number)) / (1 + z * z / number)
    half = z * math.sqrt(share * (1 - share) / number + (z / (2 * number)) ** 2)
    half /= 1 + z * z / number
    return middle - half, middle + half


def rankings(scores: Mapping[str, Any], bought: Any) -> list[Ranking]:
    """Return the AUC of each score and whether it differs from the first; none without two kinds.

    Args:
        scores: by name, the higher the likelier to buy.
        bought: of each customer.
    """
    if not bought.any() or bought.all():
        return []
    found: list[Ranking] = []
    first: tuple[float, Any, Any] | None = None
    for name, score in scores.items():
        if np.isnan(score).any():
            continue
        area, of_yes, of_no = _placed(score, bought)
        if first is None:
            first = area, of_yes, of_no
            found.append(Ranking(name, area, None, False))
            continue
        difference = first[0] - area
        variance = _variance(first[1] - of_yes) + _variance(first[2] - of_no)
        is_clear = abs(difference) > 2 * math.sqrt(variance)
        found.append(Ranking(name, area, difference, is_clear))
    return found


def _placed(score: Any, bought: Any) -> tuple[float, Any, Any]:
    """Return the AUC, and the share of the other kind that each customer is put right against."""
    yes, no = np.sort(score[bought]), np.sort(score[~bought])
    below = np.searchsorted(no, score[bought], "left") + np.searchsorted(no, score[bought], "right")
    above = np.searchsorted(yes, score[~bought], "left")
    above = above + np.searchsorted(yes, score[~bought], "right")
    of_yes, of_no = below / (2 * len(no)), 1 - above / (2 * len(yes))
    return _sum(of_yes) / len(of_yes), of_yes, of_no


def _variance(part: Any) -> float:
    return float(part.var(ddof=1) / len(part)) if len(part) > 1 else 0.0
