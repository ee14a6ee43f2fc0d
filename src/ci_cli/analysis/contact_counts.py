"""How often something is done with customers, and how long what they asked for took.

Percentiles are by nearest rank: the smallest figure that at least that share of all do not exceed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from statistics import median
from typing import NamedTuple

from ci_cli.shapes.views import Asked, Done


class Often(NamedTuple):
    """How often it was done in one group, in a period and in the equal one before it."""

    group: str
    times: int
    before: int
    customers: int  # distinct ones in the period
    last: str | None  # day, in the period
    each: float | None  # days of the period for each time; None: never


class Took(NamedTuple):
    """How long requests of one type took, in days."""

    sort: str
    asked: int
    closed: int  # after a time that is known
    open: int
    median: float | None  # of the closed ones
    p90: float | None
    at_least: float | None  # median with the open ones as old as they are by now
    oldest_open: int | None
    untimed: int = 0  # closed, but on no day, or on one before they were asked


def how_often(
    done: Iterable[Done], group_of: Callable[[Done], str], *, first: date, last: date
) -> list[Often]:
    """Count what was done from ``first`` to ``last`` and as long before, most often first.

    Args:
        done: of both periods.
        group_of: what each is counted under.
        first: first day of the period.
        last: its last day.
    """
    begin = first.isoformat()
    now: dict[str, list[Done]] = {}
    before: dict[str, int] = {}
    for one in done:
        group = group_of(one)
        if one.day >= begin:
            now.setdefault(group, []).append(one)
        else:
            before[group] = before.get(group, 0) + 1
    days = (last - first).days + 1
    found = []
    for group in now.keys() | before.keys():
        ours = now.get(group, [])
        found.append(
            Often(
                group, len(ours), before.get(group, 0), len({one.customer_id for one in ours}),
                max((one.day for one in ours), default=None), days / len(ours) if ours else None,
            )
        )  # fmt: skip
    return sorted(found, key=lambda one: (-one.times, -one.before, one.group))


def turnaround(asked: Iterable[Asked], today: date) -> list[Took]:
    """Return how long requests took by type, the most frequent first."""
    groups: dict[str, list[Asked]] = {}
    for one in asked:
        groups.setdefault(one.sort, []).append(one)
    found = [_took(sort, rows, today) for sort, rows in groups.items()]
    return sorted(found, key=lambda one: (-one.asked, one.sort))


def together(asked: Sequence[Asked], today: date) -> Took:
    """Return how long all requests took."""
    return _took("total", asked, today)


def nearest_rank(figures: Sequence[int], share: float) -> int | None:
    """Return a percentile; None of nothing."""
    if not figures:
        return None
    return sorted(figures)[max(math.ceil(share * len(figures)), 1) - 1]


def _took(sort: str, rows: Sequence[Asked], today: date) -> Took:
    untimed = sum(_is_untimed(one) for one in rows)
    timed = [one for one in rows if not _is_untimed(one)]
    closed = [_days(one.day, one.closed) for one in timed if one.closed is not None]
    waiting = [_days(one.day, today.isoformat()) for one in timed if one.closed is None]
    every = closed + waiting
    return Took(
        sort, len(rows), len(closed), len(waiting), median(closed) if closed else None,
        nearest_rank(closed, 0.9), median(every) if every else None, max(waiting, default=None),
        untimed,
    )  # fmt: skip


def _is_untimed(one: Asked) -> bool:
    """Tell whether a request was closed and nobody knows after how long."""
    return one.is_ended if one.closed is None else one.closed < one.day


def _days(first: str, last: str) -> int:
    return (date.fromisoformat(last) - date.fromisoformat(first)).days
