"""The replay of the past: no look ahead, honest controls, declines as they were put in."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ci_cli.analysis.decline import backtest as module
from ci_cli.analysis.decline import hindsight
from ci_cli.analysis.decline.backtest import Material, backtest
from ci_cli.analysis.decline.controls import controls
from ci_cli.analysis.decline.histories import Ledger, Rows, ledger
from ci_cli.analysis.decline.injected import Fault, Start, injected, starts
from ci_cli.analysis.decline.limit_grid import GRID, drawn_on, first_from
from ci_cli.analysis.decline.replay import replay
from ci_cli.analysis.decline.result import Thresholds
from ci_cli.analysis.decline.standard import RULES
from ci_cli.analysis.decline.verdict import judge
from declines import cells_of, made, months_from

MONTHS = 40


def book(*orders, number: int = MONTHS) -> tuple[Ledger, Rows, list[str]]:
    months = months_from(number)
    return *ledger(*cells_of([one for some in orders for one in some], months), months), months


def material(*orders, number: int = MONTHS) -> Material:
    every = [one for some in orders for one in some]
    categories, rows, months = book(every, number=number)
    total, _rows, _months = book([("total", *one[1:]) for one in every], number=number)
    return Material(categories, rows, total, months, range(12, number))


# --- no look ahead ----------------------------------------------------------------------------


@settings(max_examples=8)
@given(st.integers(0, 10**6), st.integers(9, 33), st.integers(0, 20))
def test_a_month_is_judged_as_it_was_at_the_time(seed, at, begins):
    orders = [
        *made("A", 34, seed=seed, onset=20, attrition=0.06, customers=40),
        *((g, m + begins, *rest) for g, m, *rest in made("B", 34 - begins, seed=seed, customers=9)),
        *((g, m, None, a) for g, m, _c, a in made("C", 34, seed=seed, customers=5, price=0.05)),
    ]
    months = months_from(34)
    cells, purchases = cells_of(orders, months)
    table, _rows = ledger(cells, purchases, months)
    found = replay(table, months, [at])
    known = [cell for cell in cells if cell.month <= months[at]]
    bought = [row for row in purchases if row.month <= months[at]]
    limits = Thresholds(alarm=-99, watch=-99)
    then = {one.group: one for one in judge(known, bought, months[: at + 1], thresholds=limits)}
    for row, group in enumerate(table.groups):
        verdict = then.get(group)
        score = None if verdict is None else verdict.score
        # the last digit may differ: other categories in the same product of matrices
        assert found.score[row, 0] == pytest.approx(-20 if score is None else score, abs=1.01e-4)
        if verdict is not None and score is not None:
            assert found.ready[row, 0] == (verdict.state == "alarm")
            assert found.live[row, 0] == (verdict.state != "ok")
            if found.since[row, 0] >= 0:
                assert months[found.since[row, 0]] == verdict.since


def test_later_months_change_no_past_one():
    orders = made("A", MONTHS, onset=22, attrition=0.08)
    whole, _rows, months = book(orders)
    short, _rows, _months = book([one for one in orders if one[1] < 25], number=25)
    steps = range(9, 25)
    late, early = replay(whole, months, steps), replay(short, months[:25], steps)
    assert late.score == pytest.approx(early.score, abs=1.01e-4)
    for name in ("since", "ready", "live"):
        assert (getattr(late, name) == getattr(early, name)).all()
    for rule in RULES:
        assert (late.rules[rule] == early.rules[rule]).all()


# --- the standard report ----------------------------------------------------------------------


def test_the_standard_rules_by_hand():
    flat = np.full((1, 24), 100.0)
    assert not any(rule(flat)[0] for rule in RULES.values())
    two = flat.copy()
    two[0, -2:] = 89
    assert RULES["same month last year"](two)[0]
    one = flat.copy()
    one[0, -1] = 10
    assert not RULES["same month last year"](one)[0]
    assert RULES["quarter"](one)[0]  # 210 against 300
    year = flat.copy()
    year[0, -12:] = 94.9
    assert RULES["trailing year"](year)[0]
    assert not RULES["quarter"](year)[0]
    for short in (1, 5, 13, 23):
        assert not RULES["trailing year"](np.ones((2, short))).any()


# --- months without a decline -----------------------------------------------------------------


def test_controls_have_the_level_and_the_season_and_no_decline():
    rng = np.random.default_rng(5)
    season = 1 + 0.5 * np.sin(2 * np.pi * np.arange(48) / 12)
    course = np.where(np.arange(48) >= 36, 0.4, 1.0)  # the real months end with a deep fall
    net = 1000 * season * course * np.exp(0.1 * rng.normal(size=48))
    one = np.array([net, net])
    table = Ledger(["A", "B"], ["A", "B"], one, one / 10, one / 20, one / 20, None,
                   np.array([0, 40]))  # fmt: skip
    found = controls(table, 50, rng)
    assert found.groups == ["A"] * 50  # B has eight months: no alarm is possible
    means = found.net.mean(axis=0)
    assert found.net.mean() == pytest.approx(net.mean(), rel=0.1)
    assert means[36:].mean() == pytest.approx(means[:36].mean(), rel=0.1)
    months = means.reshape(4, 12).mean(axis=0)
    assert np.corrcoef(months, season[:12])[0, 1] > 0.95
    # all signals are shuffled alike, so that what belongs together stays together
    assert np.allclose(found.orders * 10, found.net)


def test_controls_grow_where_the_category_grew_and_never_shrink():
    for monthly, wanted in ((0.02, 0.02), (-0.03, 0.0)):
        net = 1000 * np.exp(monthly * np.arange(48))[None]
        table = Ledger(["A"], ["A"], net, net, net, net, None, np.array([0]))
        found = controls(table, 3, np.random.default_rng(1)).net
        slope = np.polyfit(np.arange(48), np.log(found.mean(axis=0)), 1)[0]
        assert slope == pytest.approx(wanted, abs=0.003)


def test_noise_of_controls_is_that_of_the_months():
    rng = np.random.default_rng(2)
    net = np.exp(10 + 0.2 * rng.normal(size=(30, 48)))
    zeros = np.zeros(30, dtype=np.int64)
    names = [str(number) for number in range(30)]
    made_up = controls(Ledger(names, names, net, net, net, net, None, zeros), 5, rng).net
    spread = np.log(made_up).std(axis=1).mean()
    assert spread == pytest.approx(0.2, rel=0.15)


# --- declines put in --------------------------------------------------------------------------


def test_a_slide_takes_orders_money_and_buyers():
    table, rows, _months = book(
        made("A", MONTHS, customers=400, rate=2.0), made("B", MONTHS, customers=30)
    )
    got = injected(table, rows, Fault("slide", 0.05), [Start(0, 20)] * 3, np.random.default_rng(1))
    for name in ("net", "orders", "buyers", "told"):
        assert (getattr(got, name)[:, :20] == getattr(table, name)[0, :20]).all()
    left = 0.95 ** np.arange(1, 21)
    assert got.orders[:, 20:].mean(axis=0) == pytest.approx(table.orders[0, 20:] * left, rel=0.1)
    assert got.net[:, 20:].mean(axis=0) == pytest.approx(table.net[0, 20:] * left, rel=0.2)
    assert (got.buyers <= got.orders).all()
    assert got.values is not None
    assert table.values is not None
    assert np.abs(got.values[:, 20:] - table.values[0, 20:]).mean() < 0.1  # no price has changed


def test_customers_who_leave_do_not_come_back():
    table, rows, _months = book(made("A", MONTHS, customers=300, rate=1.5))
    got = injected(table, rows, Fault("attrition", 0.1), [Start(0, 10)], np.random.default_rng(3))
    left = 0.9 ** np.arange(1, 31)
    assert got.buyers[0, 10:] == pytest.approx(table.buyers[0, 10:] * left, abs=30)
    per_buyer = got.orders[0, 10:30] / got.buyers[0, 10:30]
    before = table.orders[0, 10:30] / table.buyers[0, 10:30]
    assert per_buyer == pytest.approx(before, rel=0.25)  # who stays orders as before


def test_totals_and_unknown_customers_shrink_too():
    months = 30
    totals = [("T", month, None, 1_000_000) for month in range(months)]
    orders = [("U", month, None, 5000) for month in range(months) for _ in range(100)]
    returns = [("U", month, None, -500) for month in range(months)]
    table, rows, _months = book(totals, orders, returns, number=months)
    got = injected(
        table, rows, Fault("drop", 0.25), [Start(0, 15), Start(1, 15)], np.random.default_rng(1)
    )
    assert (got.orders[0] == 1).all()  # a total stays one row
    assert got.net[0, 15:] == pytest.approx(np.full(15, 750_000))
    assert got.orders[1, 15:].mean() == pytest.approx(75, rel=0.05)
    assert got.net[1, 15:].mean() == pytest.approx(0.75 * (100 * 5000 - 500), rel=0.06)


def test_beginnings_leave_months_before_and_after():
    table, _rows, _months = book(
        made("A", MONTHS, customers=9), [("B", m + 30, 1, 5) for m in range(10)]
    )
    found = starts(table, range(12, MONTHS), 12, 10)
    assert {one.group for one in found} == {0}
    assert min(one.month for one in found) == 12
    assert max(one.month for one in found) == MONTHS - 12
    assert starts(table, range(12, 20), 12, 10) == []


# --- afterwards -------------------------------------------------------------------------------


def test_a_warning_is_raised_once_and_stands_until_it_is_over():
    on = np.array([[0, 1, 0, 1, 0, 0, 1, 1]], dtype=bool)
    off = np.array([[1, 0, 0, 0, 1, 1, 0, 0]], dtype=bool)
    assert hindsight.opened(on, off).tolist() == [[False, True] + [False] * 4 + [True, False]]
    stands = np.ones((1, 4), dtype=bool)
    assert not hindsight.opened(stands, ~stands).any()  # it may have been raised before


def test_what_became_of_a_warning_by_hand():
    flat = np.full(48, 100.0)
    assert hindsight.followed(flat, 0, 24, 22) == "none"
    fallen = flat.copy()
    fallen[25:37] = 90
    assert hindsight.followed(fallen, 0, 24, 22) == "decline"
    fallen[25] = 91
    assert hindsight.followed(fallen, 0, 24, 22) == "none"
    assert hindsight.followed(flat, 0, 44, 40) == "recent"  # three months have followed
    assert hindsight.followed(flat, 20, 24, 22) == "recent"  # two months came before
    season = np.tile([10.0] * 6 + [190.0] * 6, 4)
    # half a year has followed: the low half is compared with the low half of the year before
    assert hindsight.followed(season[:30], 0, 23, 22) == "none"


def test_declines_are_found_where_they_begin():
    rng = np.random.default_rng(4)
    net = 1000 * np.exp(0.05 * rng.normal(size=(3, 48)))
    net[1, 26:] *= 0.6
    net[2, 20:] *= 0.95 ** np.arange(1, 29)
    found = hindsight.declines(net, np.zeros(3, dtype=np.int64), range(12, 48))
    assert [(one.group, abs(one.month - month) <= 2) for one, month in
            zip(found, (26, 20), strict=True)] == [(1, True), (2, True)]  # fmt: skip
    assert found[0].loss == pytest.approx(0.4, abs=0.05)


def test_rare_warnings_are_drawn_on_in_a_straight_line():
    true = 400 * np.exp(-2 * (GRID - GRID[0]))
    seen = np.where(true >= 25, true, 0.0)
    assert drawn_on(seen, 1.0) == pytest.approx(true, rel=1e-6)
    few = np.zeros(len(GRID))
    assert (drawn_on(few, 1.0) == 0).all()
    assert first_from(np.array([True, False, True, True])) == 2
    assert first_from(np.array([True, False])) == 1
    assert first_from(np.array([True, True])) == 0


# --- as a whole -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def some() -> Material:
    return material(
        *(made(f"G{number}", MONTHS, seed=number, customers=80) for number in range(5)),
        made("Bad", MONTHS, seed=9, customers=150, rate=1.5, onset=22, attrition=0.1),
    )


@pytest.fixture(scope="module")
def result(some):
    return backtest(some, Thresholds(), 2.0)


def test_fewer_false_alarms_cost_months(result):
    alarms = [one.alarm for one in result.choices]
    assert alarms == sorted(alarms, reverse=True)
    medians = [one.median or 99 for one in result.choices]
    assert medians == sorted(medians, reverse=True)
    assert all(one.watch <= one.alarm for one in result.choices)
    for one in (*result.choices, result.asked):
        assert one.made <= one.asked
        assert one.false <= one.asked


def test_the_figures_of_the_past_add_up(result):
    for one in result.raised:
        assert one.raised == one.real + one.false + one.recent
    alarm = next(one for one in result.raised if (one.method, one.limits) == ("alarm", "asked"))
    assert len(result.alarms) == alarm.raised
    became = [one.became for one in result.alarms]
    assert [became.count(x) for x in ("decline", "none", "recent")] == [
        alarm.real, alarm.false, alarm.recent,
    ]  # fmt: skip


def test_a_decline_that_was_is_listed_with_who_saw_it_when(result):
    bad = [one for one in result.past if one.label == "Bad"]
    assert bad
    assert bad[0].month in months_from(28)[20:26]
    assert bad[0].loss > 0.4
    assert bad[0].alarm is not None
    assert set(bad[0].rules) == set(RULES)


def test_what_is_put_in_is_seen_the_sooner_the_worse_it_is(result):
    seen = {(one.fault, one.size): one for one in result.seen if one.method == "alarm"
            and one.limits == "asked"}  # fmt: skip
    assert set(seen) == {("slide", 0.03), ("slide", 0.05), ("drop", 0.25), ("attrition", 0.05)}
    assert (seen["slide", 0.05].median or 99) < (seen["slide", 0.03].median or 99)
    assert seen["slide", 0.05].within >= seen["slide", 0.03].within > 0.5


def test_the_same_months_give_the_same_figures(some, result):
    assert backtest(some, Thresholds(), 2.0) == result


def test_what_has_another_name_or_currency_raises_nothing(some, result):
    bad = some.categories.groups.index("Bad")
    flags = np.zeros((7, len(some.steps)), dtype=bool)
    flags[bad] = True
    moved = backtest(replace(some, unsettled=flags), Thresholds())
    named = backtest(replace(some, renamed=lambda group, _m, _s: group == "Bad"), Thresholds())
    assert any(one.label == "Bad" for one in result.alarms)
    for found in (moved, named):
        assert not any(one.label == "Bad" for one in found.alarms)


def test_too_few_months_choose_no_limits():
    found = backtest(material(made("A", 14, customers=20), number=14), Thresholds(), 1.0)
    assert (found.asked, list(found.choices), list(found.seen)) == (None, [], [])
    assert len(found.months) == 2


def test_many_categories_are_screened_unless_limits_are_for_the_report():
    every = [made(f"G{number}", 30, seed=number, customers=8, rate=0.6) for number in range(24)]
    found = material(*every, number=30)
    usual = backtest(found, Thresholds(-2.5, -2.6))
    whole = backtest(found, Thresholds(-2.5, -2.6, of_report=True))
    assert usual.raised[0].raised < whole.raised[0].raised
    assert usual.raised[0].made < whole.raised[0].made


amounts = st.one_of(
    st.just(0), st.integers(-(10**14), 10**14), st.integers(-100, 100), st.just(10_000)
)


@settings(max_examples=12)
@given(st.lists(st.lists(amounts, min_size=13, max_size=40), min_size=1, max_size=3), st.booleans())
def test_hostile_figures_are_replayed_not_refused(rows, is_named):
    """Zeros, negative months, gaps, constants, one customer, huge amounts."""
    longest = max(map(len, rows))
    if longest < 14 or not any(any(row) for row in rows):
        return
    orders = [
        (f"G{number}", month, 7 if is_named else None, amount)
        for number, row in enumerate(rows)
        for month, amount in enumerate(row)
        if amount
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "MADE_MONTHS", 200)
        patch.setattr(module, "INJECTED", 6)
        found = backtest(material(orders, number=longest), Thresholds(), 1.0)
    for one in found.raised:
        assert np.isfinite([one.made, one.wrong]).all()
    for one in found.choices:
        assert np.isfinite([one.alarm, one.watch, one.made, one.false]).all()
