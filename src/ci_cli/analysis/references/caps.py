"""How often a customer may be asked: at most so many uses in so many days, and rest in between.

The rule is about any stretch of time, not only the one that ends today. So a use that is noted
afterwards, for a day in the past, is held to it as well, and the order of noting never matters.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from datetime import date, timedelta

from ci_cli.shapes.references import Limits


def is_allowed(used: Iterable[str], day: str, limits: Limits) -> bool:
    """Tell whether one more use on ``day`` keeps to the limits.

    Args:
        used: days of the uses so far, in any order; also ones after ``day``.
        day: ISO day.
        limits: the caps.
    """
    wanted = date.fromisoformat(day).toordinal()
    known = sorted(date.fromisoformat(one).toordinal() for one in used)
    if any(abs(one - wanted) < limits.rest for one in known):
        return False
    place = bisect_left(known, wanted)
    every = [*known[:place], wanted, *known[place:]]
    # each run of one use more than allowed that holds the new one must be spread far enough
    for start in range(max(0, place - limits.uses), place + 1):
        end = start + limits.uses
        if end < len(every) and every[end] - every[start] < limits.days:
            return False
    return True


def free_from(used: Iterable[str], day: str, limits: Limits) -> str:
    """Return the first day from ``day`` on that keeps to the limits, as far as uses are known."""
    known = list(used)
    if not known:
        return day
    days = {day}
    for one in known:
        for gap in (limits.rest, limits.days):
            days.add((date.fromisoformat(one) + timedelta(days=gap)).isoformat())
    return next(one for one in sorted(days) if one >= day and is_allowed(known, one, limits))


def in_window(used: Iterable[str], day: str, limits: Limits) -> int:
    """Return how many uses lie in the ``limits.days`` days that end on ``day``."""
    first = (date.fromisoformat(day) - timedelta(days=limits.days - 1)).isoformat()
    return sum(first <= one <= day for one in used)
