"""Customers who were alike at the same age, and what became of them.

Comparable are those whose history is long enough: the age and the time that followed it lie before
the as-of day. Likeness is the distance over what was known at that age: orders and revenue (both as
logarithms: twice as much is one step wherever one stands), and the share of the age since the last
purchase, each divided by its standard deviation among the comparable; another industry counts as
one standard deviation. Nothing that came after that age enters it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from statistics import fmean, median, pstdev, quantiles
from typing import NamedTuple

from ci_cli.report import MONEY_SCALE
from ci_cli.shapes.health import AtAge

LEAST = 20  # comparable customers without which there is no basis


class Neighbour(NamedTuple):
    """A customer that was alike, the smaller the distance the more."""

    row: AtAge
    distance: float


class Spread(NamedTuple):
    """What became of a group: how many bought on, and the revenue that followed."""

    customers: int
    stayed: int
    lowest: int
    middle: float  # median; ten-thousandths
    highest: int


class Similar(NamedTuple):
    """The nearest customers and what became of them; none without a basis."""

    comparable: int
    nearest: tuple[Neighbour, ...]
    near: Spread | None
    everybody: Spread | None
    quartiles: tuple[float, float] | None  # of the revenue that followed, all comparable ones


def similar(
    subject: AtAge, others: Sequence[AtAge], *, as_of: date, age: int, after: int, count: int
) -> Similar:
    """Return the ``count`` nearest customers at the same age.

    Args:
        subject: the customer as it is now, ``age`` days old.
        others: all customers at that age; those too young, and the subject, are left out.
        as_of: the last day that is known.
        age: days since the subject's first purchase.
        after: days that tell what became of somebody.
        count: how many.
    """
    pool = [
        row for row in others
        if row.customer_id != subject.customer_id
        and (as_of - date.fromisoformat(row.first)).days >= age + after
    ]  # fmt: skip
    if len(pool) < LEAST:
        return Similar(len(pool), (), None, None, None)
    features = [_features(row, age) for row in pool]
    scales = [pstdev(column) for column in zip(*features, strict=True)]
    own = _features(subject, age)
    found = [
        Neighbour(row, _distance(own, theirs, scales) + _other_trade(subject, row))
        for row, theirs in zip(pool, features, strict=True)
    ]
    found.sort(key=lambda one: (one.distance, one.row.customer_id))
    nearest = tuple(found[:count])
    low, _middle, high = quantiles([row.later_net for row in pool], n=4, method="inclusive")
    return Similar(
        len(pool), nearest, spread([one.row for one in nearest]), spread(pool), (low, high)
    )


def spread(rows: Sequence[AtAge]) -> Spread:
    """Return what became of a group."""
    later = [row.later_net for row in rows]
    stayed = sum(row.later_orders > 0 for row in rows)
    return Spread(len(rows), stayed, min(later), float(median(later)), max(later))


def _features(row: AtAge, age: int) -> tuple[float, float, float]:
    silence = (age - row.last_age) / age if age else 0.0
    return (
        math.log1p(row.orders),
        math.log1p(max(row.net, 0) / MONEY_SCALE),
        silence,
    )


def _distance(one: Sequence[float], other: Sequence[float], scales: Sequence[float]) -> float:
    steps = [(a - b) / scale for a, b, scale in zip(one, other, scales, strict=True) if scale]
    return math.sqrt(fmean(step * step for step in steps)) if steps else 0.0


def _other_trade(one: AtAge, other: AtAge) -> float:
    if one.industry is None or other.industry is None:
        return 0.0
    return float(one.industry.casefold() != other.industry.casefold())
