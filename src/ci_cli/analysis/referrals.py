"""Who came by whose word: referred customers beside all others, and the tree that they form.

    share      = customers of a group / all customers
    conversion = customers of a group who have bought / customers of the group

A customer in a circle of referrals (A by B by A) has no place above itself: the circle is cut where
it would begin again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from ci_cli.shapes.pivots import Newcomer, Origin

ORIGINS: tuple[Origin, ...] = ("referred", "other", "unknown")


class Group(NamedTuple):
    """The customers of one origin; money in ten-thousandths."""

    origin: Origin
    customers: int
    bought: int
    revenue: int


class Referrer(NamedTuple):
    """A customer who referred others: those it named itself, and all who came after them."""

    customer_id: int
    direct: int
    below: int  # direct, and those whom they referred in turn
    bought: int  # of those below
    revenue: int  # of those below


def groups(
    newcomers: Sequence[Newcomer], buyers: Collection[int], revenue: Mapping[int, int]
) -> list[Group]:
    """Return the figures of each origin, in the order of ``ORIGINS``."""
    found = []
    for origin in ORIGINS:
        some = [one.customer_id for one in newcomers if one.origin == origin]
        found.append(
            Group(
                origin, len(some), sum(one in buyers for one in some),
                sum(revenue.get(one, 0) for one in some),
            )
        )  # fmt: skip
    return found


def referrers(
    newcomers: Sequence[Newcomer], buyers: Collection[int], revenue: Mapping[int, int]
) -> list[Referrer]:
    """Return all who referred anybody, those with the most below them first."""
    named: dict[int, list[int]] = {}
    for one in newcomers:
        if one.by is not None and one.by != one.customer_id:
            named.setdefault(one.by, []).append(one.customer_id)
    found = []
    for customer, direct in named.items():
        below = _below(customer, named)
        found.append(
            Referrer(
                customer, len(direct), len(below), sum(one in buyers for one in below),
                sum(revenue.get(one, 0) for one in below),
            )
        )  # fmt: skip
    return sorted(found, key=lambda row: (-row.below, -row.revenue, row.customer_id))


def _below(customer: int, named: Mapping[int, Sequence[int]]) -> set[int]:
    seen: set[int] = set()
    waiting = list(named.get(customer, ()))
    while waiting:
        one = waiting.pop()
        if one not in seen and one != customer:
            seen.add(one)
            waiting += named.get(one, ())
    return seen
