"""Which months can be judged: complete ones, and only as far as the data reach.

Orders stop where the last export stopped. Months after it hold no sales because nobody brought them
in, and a month cut short by it looks like a fall of everything at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from ci_cli.analysis.periods import (
    add_months,
    last_complete_month,
    last_day,
    month_of,
    months_between,
)

_USUAL = 10  # days without any order at the end of a month that need no explanation
_TIMES = 3  # how much longer than usual gaps one at the end may be
_LONG_GAP = 0.9  # of the gaps between days with orders are shorter


@dataclass(frozen=True)
class Reach:
    """The months to judge, oldest first; ``running`` and ``missing`` are months left out.

    ``running`` is the month of the as-of day while it is incomplete; ``missing`` are complete by
    the calendar, but the data end with ``last`` before they do.
    """

    months: list[str]
    running: str | None
    missing: list[str]
    last: date | None


def reach(days: Sequence[str], as_of: date) -> Reach:
    """Return the months that can be judged at ``as_of``.

    Args:
        days: the days up to ``as_of`` with any order in the store, oldest first, each once.
        as_of: the day that the judgement speaks for.
    """
    complete = last_complete_month(as_of)
    running = month_of(as_of) if month_of(as_of) != complete else None
    if not days:
        return Reach([], running, [], None)
    last = date.fromisoformat(days[-1])
    end = month_of(last)
    if end <= complete and not _reaches_its_end(days, last):
        end = add_months(end, -1)
    end = min(end, complete)
    missing = months_between(add_months(end, 1), complete) if end < complete else []
    return Reach(months_between(days[0][:7], end), running, missing, last)


def _reaches_its_end(days: Sequence[str], last: date) -> bool:
    """Tell whether nothing more was to be expected in the month of the last order."""
    open_days = (last_day(month_of(last)) - last).days
    dates = [date.fromisoformat(day) for day in days[-400:]]
    gaps = sorted((b - a).days for a, b in pairwise(dates))
    usual = gaps[int(_LONG_GAP * (len(gaps) - 1))] if gaps else 31
    return open_days <= max(_USUAL, _TIMES * usual)
