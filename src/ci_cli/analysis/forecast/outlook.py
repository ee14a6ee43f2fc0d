"""The forecast of a whole base: by the models where they fit it, else by the usual gaps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import numpy as np

from ci_cli.analysis.forecast import bgnbd, by_rhythm, correction, gamma_gamma
from ci_cli.analysis.forecast.history import History, history
from ci_cli.analysis.forecast.names import (
    ALIKE,
    MIN_CUSTOMERS,
    MIN_REPEAT,
    MODEL,
    NO_REPEAT,
    NOTHING,
    RHYTHM,
    TOO_FEW,
    UNSETTLED,
)
from ci_cli.shapes.trade import CustomerPurchases

# With gamma-distributed rates of shape r, rates differ by a share of 1/sqrt(r) between customers:
# above 50 that is less than a seventh, and x, t_x and T tell nobody from anybody.
MOST_ALIKE = 50.0
NEVER_STOP = 1e-3  # a / (a + b): the chance to stop after a purchase, as good as none
_PRIOR_PURCHASES = 4.0
_RARE = 1e-9  # a chance of a purchase too small to divide by
_SHORTEST = 14  # days that an earlier forecast must reach for anything to be learnt from it


class Earlier(NamedTuple):
    """The same base on an earlier day."""

    rows: Sequence[CustomerPurchases]
    as_of: date


@dataclass(frozen=True)
class Outlook:
    """What is to be expected; arrays by customer, in the order of ``base``."""

    base: History
    weeks: int
    method: str  # bg-nbd, rhythm or nothing
    reason: str | None  # why the model does not answer
    counts: bgnbd.Fit | None
    money: gamma_gamma.Fit | None  # None: means are drawn towards the mean of all purchases
    learnt: correction.Correction | None
    none: Any  # chance of no purchase in the weeks
    uncorrected: Any  # the same before the correction
    purchases: Any  # expected number
    value: Any  # expected money of one purchase, currency units
    usual: Any  # purchases in so many weeks at the rate of the active time; nan for one-time buyers

    @property
    def revenue(self) -> Any:
        """Expected money, currency units."""
        return self.purchases * self.value

    @property
    def at_risk(self) -> Any:
        """Money of the usual rate that is not expected any more; nan for one-time buyers."""
        return np.maximum(self.usual - self.purchases, 0.0) * self.value

    @property
    def nobody_stops(self) -> bool:
        """Whether the fit says that customers hardly ever stop for good."""
        if self.counts is None or self.method != MODEL:
            return False
        a, b = self.counts.parameters.a, self.counts.parameters.b
        return a / (a + b) < NEVER_STOP


def earlier_day(rows: Sequence[CustomerPurchases], as_of: date, weeks: int) -> date | None:
    """Return the day whose forecast can be held against what happened until ``as_of``.

    As many weeks ago as are to be forecast, but never further back than half of the history; None
    where that leaves less than two weeks.
    """
    first = min((row.first for row in rows if row.first is not None), default=None)
    if first is None:
        return None
    start = date.fromisoformat(first).toordinal()
    back = min(7 * weeks, (as_of.toordinal() - start) // 2)
    return date.fromordinal(as_of.toordinal() - back) if back >= _SHORTEST else None


def outlook(
    rows: Sequence[CustomerPurchases], as_of: date, weeks: int, earlier: Earlier | None = None
) -> Outlook:
    """Forecast a base.

    Args:
        rows: every customer, aggregated up to ``as_of``; the order does not matter.
        as_of: the last day that is known.
        weeks: how far to look ahead.
        earlier: the base on :func:`earlier_day`, to learn from; None learns nothing.
    """
    base = history(rows, as_of)
    counts, reason = _model_of(base)
    method = MODEL if reason is None else RHYTHM
    if reason == NO_REPEAT:
        method = NOTHING
    none, purchases, usual = _frequency(base, counts if method == MODEL else None, weeks * 7.0)
    uncorrected, learnt = none, None
    if earlier is not None and method != NOTHING:
        learnt = _learnt(base, earlier, as_of, method)
    if learnt is not None:
        buys = learnt.chance(correction.columns(base, 1 - none, purchases))
        # the number of purchases of those who buy at all stays as it was; it is never below 1
        purchases = buys * np.maximum(purchases / np.maximum(1 - none, _RARE), 1.0)
        none = 1 - buys
    money, value = _value(base)
    return Outlook(
        base, weeks, method, reason, counts, money, learnt, none, uncorrected, purchases, value,
        np.where(base.repeats, usual, np.nan),
    )  # fmt: skip


def _model_of(base: History) -> tuple[bgnbd.Fit | None, str | None]:
    """Return the fitted model, and why it cannot be used."""
    repeats = int(base.repeats.sum())
    if not repeats:
        return None, NO_REPEAT
    if len(base.x) < MIN_CUSTOMERS or repeats < MIN_REPEAT:
        return None, TOO_FEW
    found = bgnbd.fit(bgnbd.grouped(base.x, base.t_x, base.t))
    if found.parameters.r > MOST_ALIKE:
        return found, ALIKE
    return found, None if found.has_converged else UNSETTLED


def _frequency(base: History, counts: bgnbd.Fit | None, days: float) -> tuple[Any, Any, Any]:
    """Return P0, expected purchases, and the purchases at the rate of the active time."""
    if counts is None:
        return (
            by_rhythm.none_within(base, days),
            by_rhythm.expected(base, days),
            by_rhythm.usual(base, days),
        )
    p, weeks = counts.parameters, days / bgnbd.DAYS
    groups = bgnbd.grouped(base.x, base.t_x, base.t)
    usual = (p.r + base.x) / (p.alpha + base.t_x / bgnbd.DAYS) * weeks
    return (
        bgnbd.none_within(p, groups, weeks)[groups.of],
        bgnbd.expected(p, groups, weeks)[groups.of],
        usual,
    )


def _learnt(
    base: History, earlier: Earlier, as_of: date, method: str
) -> correction.Correction | None:
    """Hold the forecast of the earlier day, made by the same method, against what came after it."""
    before = history(earlier.rows, earlier.as_of)
    counts, reason = _model_of(before)
    if reason == NO_REPEAT or (method == MODEL and reason is not None):
        return None
    horizon = float((as_of - earlier.as_of).days)
    none, purchases, _usual = _frequency(before, counts if method == MODEL else None, horizon)
    now = base.silent[np.searchsorted(base.customer, before.customer)]
    return correction.learn(correction.columns(before, 1 - none, purchases), now < horizon)


def _value(base: History) -> tuple[gamma_gamma.Fit | None, Any]:
    """Return the expected money of a purchase of each customer, and the model behind it."""
    number, some = base.x + 1, base.mean > 0
    if some.sum() >= MIN_CUSTOMERS and (some & base.repeats).sum() >= MIN_REPEAT:
        found = gamma_gamma.fit(number[some], base.mean[some])
        p, q = found.parameters.p, found.parameters.q
        if found.has_converged and q > 1 and p < MOST_ALIKE**2:
            return found, gamma_gamma.expected_mean(found.parameters, number, base.mean)
    total = float(number.sum())
    everybody = float(number @ base.mean) / total if total else 0.0
    drawn = (number * base.mean + _PRIOR_PURCHASES * everybody) / (number + _PRIOR_PURCHASES)
    return None, drawn
