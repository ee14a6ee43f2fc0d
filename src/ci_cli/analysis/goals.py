"""Is a goal on its way: the straight line from its start to its target, and the figures themselves.

Figures are exact fractions in stored units (money in ten-thousandths, a share of one half is 1/2),
so that 50 % of an odd number of customers is never a matter of rounding. The rule: progress is
judged by the straight line from the value on the day when the goal was set to the target on its
day. On the line or beyond it is on track. Who had reached the target when it was set has to stay
there. From its day on a goal is met or missed by the figure of that day, whatever came later.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from ci_cli.analysis.concentration import concentration
from ci_cli.analysis.families import Family
from ci_cli.analysis.periods import add_months, last_complete_month, last_day, months_between
from ci_cli.shapes.goals import Direction, GoalRow
from ci_cli.shapes.trade import CustomerPurchases
from ci_cli.text import Msg

MET, MISSED = "met", "missed"
ON_TRACK, OFF_TRACK = "on-track", "off-track"
NO_DATA = "no-data"  # nothing can be said of the value, or of the line
NOT_BEGUN = "not-begun"  # the day spoken for lies before the goal was set
TREND_MONTHS = 6
TOP_PART = 10  # the top customers are one in so many, rounded up


@dataclass(frozen=True)
class Figure:
    """What a metric says on a day; ``value`` None: nothing, and ``said`` says why.

    ``part`` and ``whole`` are the counts or amounts that the value comes from, where it is a share;
    ``brief`` is what one line has room for where ``said`` is long.
    """

    value: Fraction | None
    part: int | None = None
    whole: int | None = None
    said: Msg | None = None
    brief: Msg | None = None


def ratio(part: int, whole: int, said: Msg | None = None) -> Figure:
    """Return a share; without anything to share there is no figure."""
    return Figure(Fraction(part, whole) if whole > 0 else None, part, whole, said)


class Line(NamedTuple):
    """Where a goal comes from and where it is to go."""

    start_day: date
    start: Fraction
    by: date
    target: Fraction
    direction: Direction

    def expected(self, day: date) -> Fraction:
        """Return the value on the straight line; the target once it was reached or its day came."""
        if day >= self.by or reaches(self.start, self.target, self.direction):
            return self.target
        passed = Fraction(max((day - self.start_day).days, 0), (self.by - self.start_day).days)
        return self.start + (self.target - self.start) * passed


def reaches(value: Fraction, wanted: Fraction, direction: Direction) -> bool:
    """Tell whether a value is as good as wanted, or better."""
    return value >= wanted if direction == "up" else value <= wanted


def stored(value: Fraction, scale: int) -> int:
    """Return a figure in the whole units that goals are kept in, rounded half up."""
    return (2 * value * scale + 1) // 2


def state(value: Fraction | None, line: Line | None, day: date, scale: int) -> str:
    """Return the state of a goal on ``day``.

    Args:
        value: of the metric on that day, on the goal's own day once that has come.
        line: None where nothing is known of its start.
        day: the day spoken for.
        scale: units that a start is kept in, in one of the figure. On the way, both are compared
            in these: the figure of the first day must not be behind its own rounding.
    """
    if value is None or line is None:
        return NO_DATA
    if day < line.start_day:
        return NOT_BEGUN
    if day >= line.by:
        return MET if reaches(value, line.target, line.direction) else MISSED
    value, wanted = (Fraction(stored(one, scale)) for one in (value, line.expected(day)))
    return ON_TRACK if reaches(value, wanted, line.direction) else OFF_TRACK


@dataclass(frozen=True)
class Standing:
    """One goal on its day; values are exact, in stored units."""

    goal: GoalRow
    kind: str  # of the figure: percent, money, int or number
    family: str
    definition: Msg
    day: date
    value: Fraction | None
    target: Fraction
    line: Line | None
    state: str
    trend: tuple[Fraction | None, ...]  # at earlier ends of months, then on the day
    remark: Msg | None

    @property
    def expected(self) -> Fraction | None:
        """The value on the line on that day."""
        return self.line.expected(self.day) if self.line else None


def month_ends(day: date, since: date | None = None, most: int = TREND_MONTHS) -> list[date]:
    """Return ends of months before ``day``, oldest first: the last ``most``, or all from a day on.

    Only ends after ``since`` count then; what comes after ``day`` is never among them.
    """
    try:
        last = last_complete_month(day)
        months = months_between(add_months(last, 1 - most), last)
    except ValueError:  # before the first month of the calendar
        return []
    if since is None:
        return [one for month in months if (one := last_day(month)) < day]
    months = months_between(f"{since.year:04d}-{since.month:02d}", last)[:most]
    return [one for month in months if since < (one := last_day(month)) < day]


# --- the figures of customers and money ---


def kept(before: Collection[int], now: Collection[int]) -> Figure:
    """Return which share of those who bought in the year before bought again."""
    return ratio(len(set(before) & set(now)), len(set(before)))


def kept_revenue(
    before: Iterable[CustomerPurchases], now: Iterable[CustomerPurchases]
) -> Figure:  # fmt: skip
    """Return what those who bought in the year before brought since, over what they brought then.

    Above 1 they buy more than before; customers who are new count on neither side.
    """
    then = {row.customer_id: row.net for row in before if row.orders}
    return ratio(sum(row.net for row in now if row.customer_id in then), sum(then.values()))


def top_share(groups: Sequence[Family]) -> tuple[Figure, list[Family]]:
    """Return the share that the top tenth of customers has in the revenue, and who that is.

    Shares are of positive revenue, as in ``analysis.concentration``.
    """
    spread = concentration([one.net for one in groups])
    point = spread.top(-(-len(groups) // TOP_PART))
    return ratio(point.revenue, spread.total), list(groups[: point.customers])


def without_first(groups: Sequence[Family]) -> tuple[int, Figure]:
    """Return what leaves with the first customer, and the share of the top tenth of the others."""
    rest, _top = top_share(groups[1:])
    return groups[0].net, rest


def first_bought(rows: Iterable[CustomerPurchases]) -> dict[int, str]:
    """Return the day of the first purchase of everybody who ever bought, over all currencies."""
    found: dict[int, str] = {}
    for row in rows:
        if row.first is not None:
            found[row.customer_id] = min(row.first, found.get(row.customer_id, row.first))
    return found
