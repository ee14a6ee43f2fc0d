"""Phases by hand, against the rhythm of each month end, and never changed by what comes later."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from statistics import median

from hypothesis import given
from hypothesis import strategies as st

from ci_cli.analysis import cadence
from ci_cli.analysis.periods import last_day
from ci_cli.analysis.phases import month_span, months_of, phases, usual_by_month
from ci_cli.shapes.activity import CustomerDay

START = date(2020, 1, 15)


def told(histories: dict[int, list[date]], customer: int, as_of: date, industry_of=None):
    """Return the months and phases of one customer of a small trade."""
    industry_of = industry_of or {}
    rows = sorted((c, d.isoformat()) for c, days in histories.items() for d in days if d <= as_of)
    days = [CustomerDay(d, 1, 100) for c, d in rows if c == customer]
    span = month_span(days, as_of)
    first = min(date.fromisoformat(d) for _c, d in rows)
    usual = usual_by_month(rows, industry_of, industry_of.get(customer), span)
    months = months_of(
        days, usual, span, industry=industry_of.get(customer), first_ever=first, as_of=as_of
    )
    return months, phases(months, days), usual


def every(step: int, number: int, start: date = START) -> list[date]:
    return [start + timedelta(days=step * n) for n in range(number)]


def test_a_customer_who_stops_and_comes_back():
    back = every(30, 6) + every(30, 3, date(2021, 3, 10))
    trade = {1: back, **{n: every(30, 24) for n in range(2, 6)}}
    _months, found, _usual = told(trade, 1, date(2021, 12, 31))
    # last purchase 2020-06-13; 3 gaps of 30 days are over on 2020-09-11
    assert [(one.state, one.first, one.last) for one in found] == [
        ("active", "2020-01", "2020-08"),
        ("dormant", "2020-09", "2021-02"),
        ("active", "2021-03", "2021-07"),
        ("dormant", "2021-08", None),
    ]
    assert [one.purchases for one in found] == [6, 0, 3, 0]
    assert found[0].last_purchase == "2020-06-13"
    assert sum(one.net for one in found) == 900


def test_a_young_history_is_too_early_to_tell():
    trade = {1: every(5, 2), **{n: every(5, 40) for n in range(2, 6)}}
    _months, found, _usual = told(trade, 1, date(2020, 4, 30))
    # one own gap and four customers who came back: nothing to judge a silence by
    assert [(one.state, one.first) for one in found] == [
        ("active", "2020-01"), ("too-early", "2020-02"),
    ]  # fmt: skip
    crowd = {1: every(5, 2), **{n: every(5, 40) for n in range(2, 25)}}
    _months, found, _usual = told(crowd, 1, date(2020, 4, 30))
    assert found[-1].state == "dormant"


TRADES = st.dictionaries(
    st.integers(1, 30), st.lists(st.integers(0, 500), min_size=1, max_size=9, unique=True),
    min_size=1, max_size=30,
)  # fmt: skip


@given(TRADES, st.integers(120, 500))
def test_later_purchases_change_no_month_that_is_over(offsets, cut):
    trade = {c: [START + timedelta(days=d) for d in sorted(days)] for c, days in offsets.items()}
    customer = min(trade, key=lambda c: trade[c][0])
    industry_of = {c: "even" if c % 2 == 0 else None for c in trade}
    then, now = max(START + timedelta(days=cut), trade[customer][0]), START + timedelta(days=501)
    before, _phases, _usual = told(trade, customer, then, industry_of)
    after, _phases, _usual = told(trade, customer, now, industry_of)
    over = [one for one in before if last_day(one.month) <= then]
    assert after[: len(over)] == over


@given(TRADES)
def test_the_usual_gaps_are_those_of_the_rhythm_on_each_last_day(offsets):
    trade = {c: [START + timedelta(days=d) for d in sorted(days)] for c, days in offsets.items()}
    # enough customers of one industry that it can speak for itself in part of the cases
    industry_of = dict.fromkeys(trade, "food")
    customer, as_of = min(trade, key=lambda c: trade[c][0]), START + timedelta(days=501)
    months, _phases, usual = told(trade, customer, as_of, industry_of)
    for month, (population, repeat) in zip(months, usual, strict=True):
        end = min(last_day(month.month), as_of)
        buyers = []
        for days in trade.values():
            seen = [day for day in days if day <= end]
            gaps = [(b - a).days for a, b in pairwise(seen)]
            buyers.append(cadence.Buyer("food", len(seen), median(gaps) if gaps else None))
        expected = cadence.population(buyers)
        assert population.everybody == expected.everybody
        assert population.by_industry == expected.by_industry
        assert repeat == sum(buyer.purchase_days > 1 for buyer in buyers)


def test_who_never_bought_has_no_phase():
    returns = [CustomerDay("2020-01-03", 0, -500)]
    assert month_span(returns, date(2020, 5, 1)) == []
    assert phases([], returns) == []
