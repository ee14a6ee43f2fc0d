"""What tests on contracts and on usage look at: one figure, or None where it is not known.

Usage is compared with what is usual for the customer itself: the median of up to twelve figures
before the latest, three at least, as ``analysis.health`` does it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from statistics import median

from ci_cli.tags.facts import Agreed, Used

USUAL_FROM, USUAL_MOST = 3, 12  # figures that tell what is usual


def of_contracts(name: str, agreed: Sequence[Agreed], on: date) -> float | None:
    """Return the count of contracts that run, or days to the next end, or since the last one."""
    day = on.isoformat()
    running = [
        one
        for one in agreed
        if (one.starts is None or one.starts <= day) and (one.ends is None or one.ends >= day)
    ]
    if name == "count":
        return float(len(running))
    if name == "renewal":
        ends = min((one.ends for one in running if one.ends is not None), default=None)
        return None if ends is None else float((date.fromisoformat(ends) - on).days)
    ended = max((one.ends for one in agreed if one.ends and one.ends < day), default=None)
    return None if ended is None else float((on - date.fromisoformat(ended)).days)


def of_usage(name: str, metric: str, used: Sequence[Used], on: date) -> float | None:
    """Return the latest figure of a series, its change in percent on the usual, or its age.

    Where a metric is told in several grains, the one with the most figures speaks.
    """
    by_grain: dict[str, list[Used]] = {}
    for one in used:
        if one.metric.casefold() == metric.casefold():
            by_grain.setdefault(one.grain, []).append(one)
    if not by_grain:
        return None
    series = by_grain[max(by_grain, key=lambda grain: (len(by_grain[grain]), grain))]
    last = series[-1]
    if name == "value":
        return last.value
    if name == "recency":
        return float((on - date.fromisoformat(last.ended)).days)
    before = [one.value for one in series[:-1]][-USUAL_MOST:]
    if len(before) < USUAL_FROM or median(before) <= 0:
        return None
    return (last.value - median(before)) * 100 / median(before)
