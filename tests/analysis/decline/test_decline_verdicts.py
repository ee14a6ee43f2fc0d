from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ci_cli.analysis.decline.result import PROVISIONAL, SHORTEST, Thresholds
from ci_cli.analysis.decline.verdict import judge
from ci_cli.shapes.trade import MonthCell
from declines import cells_of, made, months_from, verdicts


@pytest.mark.parametrize(
    ("fault", "driver", "rate"),
    [
        ({"attrition": 0.08}, "buyers", 0.08),
        ({"price": 0.06}, "price", 0.06),
        ({"less": 0.06}, "orders", 0.06),
    ],
)
def test_a_slide_is_seen_named_and_dated(fault, driver, rate):
    orders = made("WMS", 36, onset=26, rate=2.0, **fault)
    found = verdicts(orders, 36)["WMS"]
    assert (found.state, found.driver) == ("alarm", driver)
    assert found.since is not None
    assert "2019-12" <= found.since <= "2020-06"  # it began in 2020-03
    assert found.monthly_rate == pytest.approx(-rate, abs=0.03)
    assert found.at_risk is not None
    assert 0 < found.at_risk.low <= found.at_risk.middle <= found.at_risk.high


def test_money_at_risk_is_what_twelve_more_months_cost():
    """By hand: 100 a month, 5 % less each month for 8 months, so 12 more months lose 12 x 100
    less the sum of 100 x 0.95^9 … 100 x 0.95^20."""
    amounts = [100.0] * 24 + [100 * 0.95**step for step in range(1, 9)]
    months = months_from(len(amounts))
    cells = [
        MonthCell("A", "A", month, round(amount * 10_000), round(amount * 10_000), 0, 1, 1, 0)
        for month, amount in zip(months, amounts, strict=True)
    ]
    (found,) = judge(cells, [], months)
    assert found.state == "alarm"
    assert found.driver == "revenue"
    lost = sum(100 * (1 - 0.95**step) for step in range(9, 21))
    assert found.at_risk is not None
    assert found.at_risk.low <= lost * 10_000 <= found.at_risk.high
    assert found.at_risk.middle == pytest.approx(lost * 10_000, rel=0.25)


@pytest.mark.parametrize("seed", range(5))
def test_steady_sales_raise_no_alarm(seed):
    assert verdicts(made("A", 40, seed=seed), 40)["A"].state in ("ok", "watch")


@settings(max_examples=15)
@given(st.integers(10, 30), st.integers(0, 10**6))
def test_later_months_change_nothing(number, seed):
    orders = made("A", 34, seed=seed, onset=20, attrition=0.06, customers=40)
    known = [order for order in orders if order[1] < number]
    assert verdicts(orders, number) == verdicts(known, number)


@settings(max_examples=15)
@given(st.integers(10, 34), st.integers(0, 10**6), st.integers(9, 34))
def test_an_unrelated_category_changes_no_score(number, seed, other_months):
    orders = made("A", number, seed=seed, onset=20, attrition=0.06, customers=40)
    other = [
        (group, month + number - min(number, other_months), customer, amount)
        for group, month, customer, amount in made("B", min(number, other_months), customers=30)
    ]
    assert verdicts(orders + other, number)["A"] == verdicts(orders, number)["A"]


def test_a_young_category_gets_no_alarm():
    for number in range(1, SHORTEST):
        found = verdicts(made("A", number, onset=2, attrition=0.4), number)["A"]
        assert (found.state, found.reason, found.score) == ("too new", "short", None)
    for number in range(SHORTEST, PROVISIONAL + 1):
        found = verdicts(made("A", number, onset=number - 4, attrition=0.35), number)["A"]
        assert found.state in ("watch", "ok")
        assert found.reason == "provisional"


def test_a_category_that_ended_long_ago_is_no_news():
    orders = [order for order in made("A", 40, customers=60) if order[1] < 20]
    found = verdicts(orders, 40)["A"]
    assert (found.state, found.reason) == ("ok", "no-sales")
    assert verdicts(orders, 24)["A"].state == "alarm"  # it was when it happened


amounts = st.one_of(
    st.just(0), st.integers(-(10**14), 10**14), st.integers(-100, 100), st.just(10_000)
)


@settings(max_examples=60)
@given(st.lists(st.lists(amounts, min_size=1, max_size=40), min_size=1, max_size=4), st.booleans())
def test_hostile_figures_are_judged_not_refused(rows, is_named):
    """Zeros, negative months, gaps, constants, one month, one category, huge amounts."""
    orders = [
        (f"G{number}", month, 7 if is_named else None, amount)
        for number, row in enumerate(rows)
        for month, amount in enumerate(row)
        if amount
    ]
    longest = max(map(len, rows))
    for found in verdicts(orders, longest).values():
        assert found.state in ("alarm", "watch", "ok", "too new")
        assert found.score is None or np.isfinite(found.score)
        if found.state == "alarm":
            assert found.months > PROVISIONAL
            assert found.since is not None
            assert found.driver is not None


@pytest.mark.parametrize("value", [0, 1, 10_000, 10**15])
@pytest.mark.parametrize("number", [1, 8, 9, 12, 13, 30, 60])
def test_a_constant_series_is_never_in_decline(value, number):
    months = months_from(number)
    cells = [MonthCell("A", "A", month, value, value, 0, 1, 1, 1) for month in months]
    for found in judge(cells, [], months):
        assert found.state == ("too new" if number < SHORTEST else "ok")


def test_nothing_is_said_of_nothing():
    assert judge([], [], []) == []
    assert judge([], [], months_from(30)) == []


def test_a_category_that_changed_its_currency_is_not_judged():
    orders = made("A", 36, onset=26, attrition=0.3)
    months = months_from(36)
    cells, purchases = cells_of(orders, months)
    (found,) = judge(cells, purchases, months, unsettled=frozenset({"A"}))
    assert (found.state, found.reason) == ("too new", "currency")


def test_thresholds_can_be_set():
    cells, purchases = cells_of(made("A", 30), months := months_from(30))
    (plain,) = judge(cells, purchases, months)
    assert plain.score is not None
    (strict,) = judge(cells, purchases, months, thresholds=Thresholds(plain.score, plain.score - 1))
    assert replace(strict, state="ok").score == plain.score
    assert strict.state == "alarm"


def test_rare_sales_are_judged_by_the_quarter():
    rng = np.random.default_rng(3)
    counts = rng.poisson(1.2, 60)
    often = [("A", m, int(rng.integers(30)), 10**7) for m in range(60) for _ in range(counts[m])]
    assert verdicts(often, 60)["A"].state in ("ok", "watch")
    gone = [order for order in often if order[1] < 50]
    assert verdicts(gone, 60)["A"].state in ("alarm", "watch")
