"""Fewer buyers or fewer orders of each: made customers who leave, or who order less."""

from __future__ import annotations

import numpy as np
import pytest

from ci_cli.analysis.decline.driver import buyers_left
from ci_cli.shapes.categories import CustomerMonth
from declines import months_from

BEFORE, SINCE = 26, 9
MONTHS = months_from(BEFORE + SINCE)


def bought(seed, *, leave=0.0, less=0.0, rate=0.8, customers=220, wave=0.0, churn=0.01):
    """Return what customers of unequal rates ordered; from month 26 on something goes wrong."""
    rng = np.random.default_rng(seed)
    rates = rate * (rng.gamma(1.0, 1.0, customers) + 0.05)
    ids, alive, newest = np.arange(customers), np.ones(customers, dtype=bool), customers
    rows = []
    for month, name in enumerate(MONTHS):
        since = max(0, month - BEFORE + 1)
        left = (rng.random(customers) < churn) & alive
        ids = np.where(left, newest + np.cumsum(left), ids)  # replaced by somebody new
        newest += int(left.sum())
        if since:
            alive &= rng.random(customers) >= leave
        pace = (1 - less) ** since * (1 + wave * np.sin(2 * np.pi * month / 12))
        orders = rng.poisson(rates * pace) * alive
        rows += [
            CustomerMonth("A", int(one), name, int(n), 1)
            for one, n in zip(ids, orders, strict=True)
            if n
        ]
    return rows


@pytest.mark.parametrize("wave", [0.0, 0.5])
def test_who_left_is_told_from_who_orders_less(wave):
    """A season as strong as the fall itself must not look like customers who order less."""
    seeds = range(6)
    left = [buyers_left(bought(s, leave=0.06, wave=wave), MONTHS, SINCE, 0.06) for s in seeds]
    less = [buyers_left(bought(s, less=0.06, wave=wave), MONTHS, SINCE, 0.06) for s in seeds]
    assert sum(left) >= 5
    assert sum(less) <= 1


def test_of_rare_buyers_nothing_can_be_told():
    rows = bought(1, less=0.06, rate=0.1)
    assert buyers_left(rows, MONTHS, SINCE, 0.06)


@pytest.mark.parametrize("length", [1, 2, 20, len(MONTHS) - 1, len(MONTHS)])
@pytest.mark.parametrize("customers", [0, 1, 2])
def test_few_customers_and_odd_spans_are_no_failure(length, customers):
    rows = [
        CustomerMonth("A", one, month, 2, 1) for one in range(customers) for month in MONTHS[:30]
    ]
    assert buyers_left(rows, MONTHS, length, 0.05) in (True, False)


def test_many_customers_say_the_same_as_some():
    many = bought(3, leave=0.06, customers=1500)
    assert buyers_left(many, MONTHS, SINCE, 0.06)
    assert buyers_left(list(reversed(many)), MONTHS, SINCE, 0.06)
