"""The verdict on each category: alarm, watch, ok or too new; why, since when, and what is at risk.

A verdict speaks of complete months only. It is made from the months up to the judged one and from
nothing later, and from the category's own figures and nobody else's, save that among many
categories an alarm must be rare enough for all of them (``screening``).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from ci_cli.analysis.decline import screening
from ci_cli.analysis.decline.driver import buyers_left
from ci_cli.analysis.decline.histories import History, histories
from ci_cli.analysis.decline.result import (
    PROVISIONAL,
    PROVISIONAL_QUARTERS,
    RISK_MONTHS,
    SHORTEST,
    Driver,
    Reason,
    Risk,
    State,
    Thresholds,
    Verdict,
)
from ci_cli.analysis.decline.signals import Combined, weigh
from ci_cli.analysis.periods import add_months
from ci_cli.shapes.categories import CustomerMonth
from ci_cli.shapes.trade import MonthCell

_COUNTS: tuple[Driver, ...] = ("buyers", "orders")
_RISK_RANGE = (0.1, 0.9)  # the interval of the money at risk holds what lies between


def judge(
    cells: Sequence[MonthCell],
    purchases: Sequence[CustomerMonth],
    months: Sequence[str],
    *,
    thresholds: Thresholds | None = None,
    unsettled: frozenset[str] = frozenset(),
) -> list[Verdict]:
    """Return a verdict on each group of ``cells``, the most money at risk first.

    Args:
        cells: revenue by group and month; a month without a cell had none.
        purchases: what each customer bought of each group and month; may be empty or partial.
        months: all complete months, oldest first, without a gap; the last one is judged.
        thresholds: scores that count; those measured on simulated histories by default.
        unsettled: groups that changed their currency of late, of which nothing can be said.
    """
    limits = thresholds or Thresholds()
    found = [
        history
        for history in histories(cells, purchases, months)
        if history.group or history.net.any()
    ]
    if not months or not found:
        return []
    usable = [h for h in found if len(h) >= SHORTEST and h.group not in unsettled]
    weighed = dict(zip((h.group for h in usable), weigh(usable, months[-1]), strict=True))
    verdicts = [
        _verdict(history, weighed.get(history.group), months, limits, history.group in unsettled)
        for history in found
    ]
    verdicts = _explained(verdicts, weighed, purchases, months)
    return sorted(verdicts if limits.of_report else _screened(verdicts), key=_rank)


def _explained(
    verdicts: Sequence[Verdict],
    weighed: Mapping[str, Combined],
    purchases: Sequence[CustomerMonth],
    months: Sequence[str],
) -> list[Verdict]:
    """Say whether buyers left or ordered less, where counts fall and the customers are known."""
    fallen = {v.group: v for v in verdicts if v.since is not None and v.driver in _COUNTS}
    rows: dict[str, list[CustomerMonth]] = {group: [] for group in fallen}
    for row in purchases:
        if row.group in rows:
            rows[row.group].append(row)
    drivers: dict[str, Driver] = {}
    for group in fallen:
        if rows[group]:
            left = buyers_left(rows[group], list(months), *mean_fall(weighed[group]))
            drivers[group] = "buyers" if left else "orders"
    return [
        replace(verdict, driver=drivers.get(verdict.group, verdict.driver)) for verdict in verdicts
    ]


def _verdict(
    history: History,
    combined: Combined | None,
    months: Sequence[str],
    limits: Thresholds,
    unsettled: bool,
) -> Verdict:
    length = len(history)
    if combined is None:
        reason: Reason = "currency" if unsettled else "short"
        if not length:
            reason = "no-sales"
        return Verdict(history.group, history.label, "too new", None, reason, length)
    score = round(combined.score, 4)  # beyond that the order of additions shows
    state: State = "alarm" if score >= limits.alarm else "watch" if score >= limits.watch else "ok"
    reason = ""
    if is_provisional(history, combined.step):
        reason = "provisional"
        state = "watch" if state == "alarm" else state
    if is_silent(history):
        state, reason = "ok", "no-sales"
    plain = Verdict(history.group, history.label, state, score, reason, length)
    if state == "ok" or not combined.weights.size:
        return plain
    since, rate = course(combined)
    return replace(
        plain,
        driver=combined.driver,  # type: ignore[arg-type]
        since=add_months(months[-1], 1 - since),
        monthly_rate=-round(rate, 4),
        at_risk=_at_risk(history, combined, since),
    )


def is_provisional(history: History, step: int) -> bool:
    """Tell whether a watch is the most that can be said after so few months."""
    return len(history) <= (PROVISIONAL if step == 1 else PROVISIONAL_QUARTERS)


def is_silent(history: History) -> bool:
    """Tell whether nothing was sold for so long that a decline is no news."""
    return not history.orders[-RISK_MONTHS:].any() and not history.net[-RISK_MONTHS:].any()


def mean_fall(combined: Combined) -> tuple[int, float]:
    """Return for how many months it has declined and by what rate, on average over what may be.

    Customers are followed by this and not by the likeliest course: a fall that is taken for
    shorter than it is hides those who left at its beginning.
    """
    length = round(float(combined.weights @ combined.lengths))
    return max(length, 1), float(combined.weights @ combined.rates)


def course(combined: Combined) -> tuple[int, float]:
    """Return for how many months it has most likely declined, and by what rate on average."""
    lengths = np.unique(combined.lengths)
    by_length = np.array([combined.weights[combined.lengths == one].sum() for one in lengths])
    most = int(lengths[int(by_length.argmax())])
    near = np.abs(combined.lengths - most) <= combined.step
    weights = combined.weights * near
    logs = (weights * np.log1p(-combined.rates)).sum() / weights.sum()
    return most, float(-np.expm1(logs))


def _at_risk(history: History, combined: Combined, since: int) -> Risk | None:
    """Return what twelve more months of it would cost, None where there was no revenue before."""
    before = history.net[: len(history) - since][-RISK_MONTHS:]
    level = float(before.mean()) if len(before) else 0.0
    if level <= 0:
        return None
    ahead = np.arange(1, RISK_MONTHS + 1)
    kept = (1 - combined.rates[:, None]) ** (combined.lengths[:, None] + ahead)
    losses = level * (1 - kept).sum(axis=1)
    order = np.argsort(losses)
    shares = np.cumsum(combined.weights[order])
    low, high = (
        float(losses[order][min(int(np.searchsorted(shares, at)), len(order) - 1)])
        for at in _RISK_RANGE
    )
    middle = float((combined.weights * losses).sum())
    return Risk(math.floor(min(low, middle)), round(middle), math.ceil(max(high, middle)))


def _screened(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """Turn alarms that are not rare enough among many categories into watches."""
    judged = [verdict for verdict in verdicts if verdict.score is not None]
    passed = screening.holds([screening.p_value(v.score or 0.0) for v in judged])
    doubtful = {v.group for v, good in zip(judged, passed, strict=True) if not good}
    return [
        replace(verdict, state="watch", reason="many")
        if verdict.state == "alarm" and verdict.group in doubtful
        else verdict
        for verdict in verdicts
    ]


_ORDER: dict[State, int] = {"alarm": 0, "watch": 1, "ok": 2, "too new": 3}


def _rank(verdict: Verdict) -> tuple[int, int, str]:
    money = verdict.at_risk.middle if verdict.at_risk else 0
    return (_ORDER[verdict.state], -money, verdict.group)
