"""The parts of the early warning, each against a second way to compute it."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ci_cli.analysis.decline import calendar_effects, driver, evidence, screening, shapes
from ci_cli.analysis.decline.price import SHRINKAGE, value_logs
from ci_cli.analysis.decline.reach import reach
from ci_cli.shapes.categories import CustomerMonth
from declines import made, months_from


@pytest.mark.parametrize("year", range(1990, 2051))
def test_the_chinese_year_begins_at_a_new_moon(year):
    """Mean new moons by their period from the one of 2000-01-06 18:14 UT (Meeus); the true one is
    within 15 hours of it, and the day is that of Beijing, 8 hours ahead."""
    first = calendar_effects.new_year(year)
    assert first is not None
    assert date(year, 1, 21) <= first <= date(year, 2, 20)
    noon_in_beijing = (first - date(2000, 1, 1)).days + 12 / 24 - 8 / 24
    moons = (noon_in_beijing - (5 + 18.23 / 24)) / 29.530588861
    assert abs(moons - round(moons)) * 29.530588861 < 0.5 + 15 / 24


def test_the_festival_falls_into_the_months_that_it_touches():
    shares = calendar_effects.festival_shares("2023-03", 14)  # 2022-02-01 and 2023-01-22
    assert sum(shares[:3]) + sum(shares[-4:]) == pytest.approx(shares[0] + 1)
    assert shares[0] == pytest.approx(11 / 16)  # from 1 to 11 February 2022
    assert shares[-3] == pytest.approx(15 / 16)  # 17 to 31 January 2023
    assert shares[-2] == pytest.approx(1 / 16)
    assert calendar_effects.festival_shares("1950-12", 24) == (0.0,) * 24


def slow_score(logs, variance, weight):
    """The score of one series straight from the formula, one hypothesis at a time."""
    known = shapes.shapes(len(logs), ())
    z = evidence.clipped(logs[None])[0]
    z = z - z.mean()
    terms = {True: [], False: []}
    falls = [
        (length, rate)
        for length in range(2, min(shapes.LONGEST, len(z) - 4) + 1)
        for rate in shapes.MONTHLY_RATES
    ]
    candidates = [(False, np.zeros(len(z)), known.log_no_change)]
    for length, rate in falls:
        hinge = np.log(1 - rate) * np.maximum(0, np.arange(len(z)) - (len(z) - length) + 1)
        each = math.log(1 / len(shapes.MONTHLY_RATES))
        candidates.append((True, hinge, math.log(shapes.DECLINE_PRIOR) + each))
        candidates.append((False, -hinge, math.log(shapes.RISE_PRIOR) + each))
    for back in range(4):
        for effect in (math.log(0.7), math.log(0.4), -math.log(0.7), -math.log(0.4)):
            freak = np.zeros(len(z))
            freak[-1 - back] = effect
            candidates.append((False, freak, math.log(shapes.FREAK_PRIOR / 16)))
    for precision, log_weight in zip(known.precisions, known.log_weights, strict=True):
        for is_decline, shape, prior in candidates:
            rest = (z - shape) @ precision @ (z - shape) + weight * variance
            terms[is_decline].append(prior + log_weight - (len(z) + weight) / 2 * math.log(rest))
    return np.logaddexp.reduce(terms[True]) - np.logaddexp.reduce(terms[False])


@pytest.mark.parametrize("number", [6, 9, 14, 26, 48])
def test_the_score_is_that_of_the_formula(number):
    rng = np.random.default_rng(number)
    logs = rng.normal(0, 0.2, (3, number)).cumsum(axis=1)
    fast = evidence.of_logs(logs, np.full(3, 0.04), 2.0).score
    assert fast == pytest.approx([slow_score(row, 0.04, 2.0) for row in logs], abs=1e-3)


def test_a_scale_changes_nothing():
    values = np.exp(np.random.default_rng(1).normal(0, 0.3, (5, 30)))
    assert evidence.of_money(values).score == pytest.approx(evidence.of_money(values * 1e9).score)


def test_the_weights_of_declines_are_shares():
    values = np.exp(np.random.default_rng(1).normal(0, 0.3, (300, 30)))
    found = evidence.of_money(values)
    assert found.weights.sum(axis=1) == pytest.approx(np.ones(300))
    assert found.weights.shape == (300, len(found.rates))


def slow_values(rows, months):
    """What an order is worth against the customer's past, one order book at a time."""
    result, last = [], 0.0
    for month in range(months):
        past = [row for row in rows if row[1] < month]
        now = [row for row in rows if row[1] == month]
        if now:
            usual_of = past or now
            usual = sum(o * math.log(a / o) for _c, _m, o, a in usual_of) / sum(
                o for _c, _m, o, _a in usual_of
            )
            total = 0.0
            for customer, _month, orders, amount in now:
                own = [row for row in past if row[0] == customer]
                expected = (
                    sum(o * math.log(a / o) for _c, _m, o, a in own) + SHRINKAGE * usual
                ) / (sum(o for _c, _m, o, _a in own) + SHRINKAGE)
                total += orders * (math.log(amount / orders) - expected)
            last = total / sum(o for _c, _m, o, _a in now)
        result.append(last)
    return result


row = st.tuples(st.integers(1, 4), st.integers(0, 7), st.integers(1, 3), st.integers(1, 10**6))


@given(st.lists(row, min_size=1, max_size=25, unique_by=lambda r: r[:2]))
def test_values_are_measured_against_the_own_past(rows):
    customer, month, orders, amount = (np.array(column) for column in zip(*rows, strict=True))
    fast = value_logs(
        np.zeros(len(rows), dtype=np.int64), customer, month,
        orders.astype(np.float64), amount.astype(np.float64), categories=1, months=8,
    )  # fmt: skip
    assert fast[0] == pytest.approx(slow_values(rows, 8), abs=1e-9)


def test_screening_follows_benjamini_and_hochberg():
    """By hand: of 25 the k-th smallest must not exceed 0.2 k / 25 = 0.008 k."""
    p_values = [0.001, 0.02, 0.024, 0.5, *[0.9] * 21]
    assert screening.holds(p_values) == [True, True, True, *[False] * 22]
    assert screening.holds([0.02, *[0.9] * 24]) == [False] * 25
    assert screening.holds([0.9] * 20) == [True] * 20  # few: every alarm counts


def test_a_higher_score_is_never_more_usual():
    p_values = [screening.p_value(score / 10) for score in range(-100, 200)]
    assert p_values == sorted(p_values, reverse=True)
    assert 0 < p_values[-1] < p_values[0] == 1


@pytest.mark.parametrize(
    ("days", "as_of", "months", "running", "missing"),
    [
        ([], "2020-05-31", [], None, []),
        (["2020-03-01", "2020-04-20", "2020-05-25"], "2020-05-31",
         ["2020-03", "2020-04", "2020-05"], None, []),
        (["2020-03-01", "2020-04-20", "2020-05-25"], "2020-05-30",
         ["2020-03", "2020-04"], "2020-05", []),
        # one booking a month, on its first day: the month is complete
        (["2020-03-01", "2020-04-01", "2020-05-01"], "2020-05-31",
         ["2020-03", "2020-04", "2020-05"], None, []),
        # daily orders that stop on the 9th: an export was cut, not the business
        ([f"2020-05-{day:02d}" for day in range(1, 10)], "2020-06-30", [], None,
         ["2020-05", "2020-06"]),
        ([f"2020-{m:02d}-{d:02d}" for m in (3, 4) for d in range(1, 29)], "2020-06-15",
         ["2020-03", "2020-04"], "2020-06", ["2020-05"]),
        (["2020-03-01"], "2020-02-29", ["2020-03"], None, []),
    ],
)  # fmt: skip
def test_only_months_that_the_data_reach_are_judged(days, as_of, months, running, missing):
    days = [day for day in days if day <= as_of]
    found = reach(days, date.fromisoformat(as_of))
    if not days:
        months = []
    assert (found.months, found.running, found.missing) == (months, running, missing)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("fault", "expected"), [("attrition", True), ("less", False)])
def test_leaving_is_told_from_ordering_less(fault, expected, seed):
    orders = made("A", 30, seed=seed, rate=1.5, onset=22, **{fault: 0.07})
    months = months_from(30)
    rows = [CustomerMonth("A", customer, months[month], 1, 1) for _g, month, customer, _a in orders]
    assert driver.buyers_left(rows, months, 8, 0.07) is expected


def test_without_customers_of_before_nobody_is_said_to_order_less():
    months = months_from(12)
    assert driver.buyers_left([], months, 3, 0.05)
    assert driver.buyers_left([CustomerMonth("A", 1, months[-1], 1, 1)], months, 3, 0.05)
