"""The forecast of a base: which method answers, what it says of whom, and that it is causal."""

from __future__ import annotations

import random
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from ci_cli.analysis import cadence
from ci_cli.analysis.forecast import by_rhythm, correction, names
from ci_cli.analysis.forecast.history import history
from ci_cli.analysis.forecast.outlook import Earlier, earlier_day, outlook
from purchase_rows import rows_until

START = date(2020, 1, 1)


def trade(customers: int, days: int, seed: int, *, alike: bool = False) -> pd.DataFrame:
    """Return purchases of customers with rates of their own, some of whom leave."""
    rng = np.random.default_rng(seed)
    found = []
    for number in range(1, customers + 1):
        mean = 25.0 if alike else rng.gamma(0.8, 60.0) + 5
        at, last = rng.integers(0, days // 3), days if alike else rng.integers(days // 3, 2 * days)
        while at < min(days, last):
            found.append((number, START + timedelta(days=int(at)), rng.gamma(3.0, 10.0)))
            at += max(1, rng.exponential(mean))
    table = pd.DataFrame(found, columns=["customer", "day", "money"])
    return table.assign(day=pd.to_datetime(table["day"]))


def forecast(table: pd.DataFrame, end: date, weeks: int = 13):
    rows = rows_until(table, end)
    day = earlier_day(rows, end, weeks)
    earlier = None if day is None else Earlier(rows_until(table, day), day)
    return outlook(rows, end, weeks, earlier)


END = START + timedelta(days=500)


def test_what_was_bought_later_changes_nothing():
    table = trade(300, 700, seed=4)
    past = table[table["day"] <= pd.Timestamp(END)]
    whole, part = forecast(table, END), forecast(past, END)
    assert whole.method == names.MODEL
    assert whole.learnt is not None
    for one, other in ((whole.none, part.none), (whole.revenue, part.revenue)):
        assert np.array_equal(one, other)


def test_the_order_of_rows_changes_nothing():
    table = trade(250, 600, seed=9)
    rows, day = rows_until(table, END), earlier_day(rows_until(table, END), END, 13)
    assert day is not None
    before = rows_until(table, day)
    one = outlook(rows, END, 13, Earlier(before, day))
    random.Random(1).shuffle(rows)
    random.Random(2).shuffle(before)
    other = outlook(rows, END, 13, Earlier(before, day))
    for name in ("none", "purchases", "value"):
        assert np.array_equal(getattr(one, name), getattr(other, name))


def test_customers_who_are_all_alike_are_degenerate_and_the_rhythm_answers():
    found = forecast(trade(300, 500, seed=2, alike=True), END)
    assert found.counts is not None
    assert found.counts.parameters.r > 50
    assert (found.method, found.reason) == (names.RHYTHM, names.ALIKE)


@pytest.mark.parametrize(
    ("customers", "method", "reason"),
    [(49, names.RHYTHM, names.TOO_FEW), (200, names.MODEL, None)],
)
def test_too_few_customers(customers, method, reason):
    found = forecast(trade(customers, 500, seed=6), END)
    assert (found.method, found.reason) == (method, reason)
    assert np.all((found.none >= 0) & (found.none <= 1))
    assert np.all(found.purchases >= 0)


def test_nobody_came_back():
    table = pd.DataFrame({"customer": range(80), "day": pd.Timestamp(START), "money": 5.0})
    found = forecast(table, END)
    assert (found.method, found.reason) == (names.NOTHING, names.NO_REPEAT)


def test_an_empty_base():
    found = outlook([], END, 13)
    assert found.method == names.NOTHING
    assert len(found.none) == 0


def test_one_time_buyers_have_nothing_at_risk():
    found = forecast(trade(300, 500, seed=4), END)
    once = ~found.base.repeats
    assert once.any()
    assert np.isnan(found.at_risk[once]).all()
    assert not np.isnan(found.at_risk[~once]).any()


def test_money_moves_with_the_chance_that_it_is_multiplied_with():
    """The correction changes how many buy, not how much those buy who buy at all."""
    table = trade(300, 600, seed=4)
    rows = rows_until(table, END)
    plain, corrected = outlook(rows, END, 13), forecast(table, END)
    assert not np.array_equal(plain.none, corrected.none)
    some = plain.none < 1 - 1e-6
    each = plain.purchases[some] / (1 - plain.none[some])
    assert (corrected.purchases / (1 - corrected.none))[some] == pytest.approx(each, rel=1e-6)
    assert (corrected.purchases >= 1 - corrected.none - 1e-12).all()
    assert np.array_equal(corrected.uncorrected, plain.none)


def test_rhythm_alone_by_hand():
    """Gap 20 and four own gaps: shape 8, so B = 8 · 20 / ln 2."""
    row = rows_until(
        pd.DataFrame({
            "customer": 1,
            "day": pd.to_datetime([START + timedelta(days=20 * n) for n in range(5)]),
            "money": 10.0,
        }),
        END,
    )  # fmt: skip
    base = history(row, START + timedelta(days=90))
    assert (base.gap[0], base.silent[0]) == (pytest.approx(20), 10)
    rest = 8 * 20 / np.log(2) + 10
    assert by_rhythm.none_within(base, 28)[0] == pytest.approx((rest / (rest + 28)) ** 8)
    assert by_rhythm.expected(base, 28)[0] == pytest.approx(8 * 28 / rest)
    assert by_rhythm.usual(base, 20)[0] == pytest.approx(np.log(2))


def test_gaps_are_those_of_the_rhythm():
    rows = rows_until(trade(60, 400, seed=3), END)
    base = history(rows, END)
    buyers = [cadence.Buyer(None, row.purchase_days, row.median_gap) for row in rows]
    usual = cadence.population(buyers)
    assert list(base.gap) == [cadence.expected_gap(buyer, usual) for buyer in buyers]
    assert (base.mean * (base.x + 1)).sum() == pytest.approx(sum(r.net_all for r in rows) / 10_000)


def test_the_correction_says_on_average_what_happened():
    """The first equation of a logistic regression with a free constant."""
    rng = np.random.default_rng(1)
    rows = rng.normal(size=(500, 7))
    bought = rng.random(500) < 1 / (1 + np.exp(-rows[:, 0] - 0.5))
    learnt = correction.learn(rows, bought)
    assert learnt is not None
    assert learnt.chance(rows).mean() == pytest.approx(bought.mean(), abs=1e-6)
    assert correction.learn(rows[:199], bought[:199]) is None
    assert correction.learn(rows, np.arange(500) < 39) is None


@pytest.mark.parametrize(
    ("days", "weeks", "back"),
    [(500, 13, 91), (100, 13, 50), (28, 13, 14), (27, 13, None), (500, 1, None), (500, 2, 14)],
)
def test_how_far_back_to_learn_from(days, weeks, back):
    table = pd.DataFrame({"customer": [1], "day": [pd.Timestamp(START)], "money": [1.0]})
    end = START + timedelta(days=days)
    found = earlier_day(rows_until(table, end), end, weeks)
    assert found == (None if back is None else end - timedelta(days=back))


def test_nothing_is_learnt_from_a_forecast_made_another_way():
    """What the correction looks at means something else where the usual gaps answer."""
    table = trade(300, 600, seed=4)
    rows = rows_until(table, END)
    day = earlier_day(rows, END, 13)
    assert day is not None
    alike = rows_until(trade(300, 600, seed=2, alike=True), day)
    ids = {row.customer_id for row in rows}
    found = outlook(rows, END, 13, Earlier([row for row in alike if row.customer_id in ids], day))
    assert (found.method, found.learnt) == (names.MODEL, None)
    assert np.array_equal(found.none, found.uncorrected)
