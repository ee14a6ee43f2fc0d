"""How many customers buy a second time, and after how long.

Customers who came a week ago and have not been back yet are no failures: they are too young to
tell. Leaving them out favours those who came back fast, counting them as lost favours old years. So
the share that is back after t days is the estimate of Kaplan & Meier (*JASA* 53, 1958), which lets
every customer count for as long as they have been watched:

    F(t) = 1 - product over event days s <= t of (1 - d_s / n_s)

d_s customers came back after s days, of n_s who had been watched that long without coming back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ci_cli.shapes.activity import FirstSale

_ROUNDING = 1e-12


class SecondSale(NamedTuple):
    """Customers who began with one category."""

    category: str
    customers: int
    again: int  # bought on a second day, whenever
    too_young: int  # have not, and were watched for less than the days asked for
    rate: float | None  # share that is back within the days; None: nobody was watched that long
    median_days: float | None  # by when half of those are back


def second_sales(
    rows: Sequence[FirstSale], within: int
) -> tuple[list[SecondSale], SecondSale | None]:
    """Return one entry per first category, most customers first, and one for all.

    Args:
        rows: counted customers.
        within: days after the first purchase.
    """
    names = {row.category for row in rows}
    found = [_judged(name, [r for r in rows if r.category == name], within) for name in names]
    found.sort(key=lambda one: (-one.customers, one.category))
    return found, _judged("", rows, within) if rows else None


def _judged(name: str, rows: Sequence[FirstSale], within: int) -> SecondSale:
    curve = kaplan_meier(((row.days_to_second, row.watched, row.customers) for row in rows), within)
    half = None
    if curve is not None and curve:
        half = next(float(day) for day, share in curve if share >= curve[-1][1] / 2 - _ROUNDING)
    rate = None if curve is None else (curve[-1][1] if curve else 0.0)
    return SecondSale(
        name,
        sum(row.customers for row in rows),
        sum(row.customers for row in rows if row.days_to_second is not None),
        sum(row.customers for row in rows if row.days_to_second is None and row.watched < within),
        rate,
        half,
    )


def kaplan_meier(
    rows: Iterable[tuple[int | None, int, int]], within: int
) -> list[tuple[int, float]] | None:
    """Return (day, share that is back by then) for each day up to ``within`` that has an event.

    Args:
        rows: days to the event (None: not yet), days watched, number of customers.
        within: last day of interest.

    Returns:
        The curve; empty where nobody came back; None where nobody was watched to the end of it, so
        that its end is unknown.
    """
    back: dict[int, int] = {}
    gone: dict[int, int] = {}  # leave the count of those watched after that day
    for event, watched, number in rows:
        day = watched if event is None else event
        gone[day] = gone.get(day, 0) + number
        if event is not None:
            back[day] = back.get(day, 0) + number
    at_risk, staying = sum(gone.values()), 1.0
    curve = []
    for day in sorted(gone):
        if day > within:
            break
        if day in back:
            staying *= 1 - back[day] / at_risk
            curve.append((day, 1 - staying))
        at_risk -= gone[day]
        if not at_risk and staying > 0 and day < within:
            return None
    return curve
