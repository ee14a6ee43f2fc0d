"""What was said in a period beside the period before it: how much, by whom, in which words.

A customer counts once in each group, and once in all groups together, however often it speaks; so
customers and revenue of the groups need not add up to those of everybody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from ci_cli.analysis.periods import Window, window
from ci_cli.report import QUANTITY_SCALE
from ci_cli.shapes.voice import Voice


@dataclass
class Spoken:
    """What was said about one thing."""

    name: str  # "": about nothing in particular
    said: list[Voice] = field(default_factory=list)  # in the period, the latest first
    before: int = 0  # how often in the period before
    kinds: dict[str, int] = field(default_factory=dict)
    customers: set[int] = field(default_factory=set)
    revenue: int = 0  # of those customers, ten-thousandths
    ratings: list[float] = field(default_factory=list)  # from 0, the worst, to 1, the best

    @property
    def rating(self) -> float | None:
        """Return the mean of the ratings that say what the best one is; None: there is none."""
        return sum(self.ratings) / len(self.ratings) if self.ratings else None


def period_before(text: str, period: Window) -> Window | None:
    """Return the window of the same length before ``period``; None: it has no beginning."""
    return None if period.first is None else window(text, period.first - timedelta(days=1))


def spoken(
    said: Iterable[Voice], revenue: Mapping[int, int], *, period: Window, before: Window | None,
    of: Callable[[Voice], str | None],
) -> list[Spoken]:  # fmt: skip
    """Group what was said, the most revenue first; what is about nothing in particular comes last.

    Args:
        said: in any order.
        revenue: of each customer, ten-thousandths of one currency unit.
        period: the days that are told.
        before: the days that they are compared with.
        of: what an entry is about.
    """
    groups: dict[str, Spoken] = {}
    for one in sorted(said, key=lambda entry: (entry.day, entry.id), reverse=True):
        day = date.fromisoformat(one.day)
        is_old = before is not None and day in before
        if not (is_old or day in period):
            continue
        name = " ".join((of(one) or "").split())
        group = groups.setdefault(name.casefold(), Spoken(name))
        if is_old:
            group.before += 1
            continue
        group.said.append(one)
        group.kinds[one.kind] = group.kinds.get(one.kind, 0) + 1
        if one.customer_id is not None:
            group.customers.add(one.customer_id)
        if one.rating is not None and one.high:
            group.ratings.append(share_of_best(one.rating, one.low or 0, one.high))
    for group in groups.values():
        group.revenue = sum(revenue.get(number, 0) for number in group.customers)
    return sorted(
        groups.values(),
        key=lambda one: (not one.name, -one.revenue, -len(one.said), -one.before, one.name),
    )


def share_of_best(rating: int, low: int, high: int) -> float:
    """Return where a rating in millionths stands between the worst, 0, and the best, 1."""
    return (rating / QUANTITY_SCALE - low) / (high - low) if high > low else 0.0


def together(groups: Sequence[Spoken], revenue: Mapping[int, int]) -> Spoken:
    """Return all groups as one; each customer and its revenue count once."""
    whole = Spoken("")
    for group in groups:
        whole.said += group.said
        whole.before += group.before
        whole.customers |= group.customers
        whole.ratings += group.ratings
        for kind, number in group.kinds.items():
            whole.kinds[kind] = whole.kinds.get(kind, 0) + number
    whole.revenue = sum(revenue.get(number, 0) for number in whole.customers)
    return whole
