"""The reports on activity: every cell of its kind, and what is said in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from report_makers import AS_OF, UNIT, check_well_formed, customer, records, sentences, table

from ci_cli.analysis import peers
from ci_cli.analysis.cadence import Rhythm
from ci_cli.analysis.forecast import backtest, names
from ci_cli.analysis.forecast.bgnbd import Fit, Parameters
from ci_cli.analysis.forecast.outlook import Outlook, outlook
from ci_cli.analysis.periods import window
from ci_cli.analysis.phases import Phase
from ci_cli.analysis.scoring import base_rhythm
from ci_cli.analysis.second_sale import second_sales
from ci_cli.reports.customers import customer_phases
from ci_cli.reports.selling import (
    rfm_backtest,
    rfm_forecast,
    rhythm_by_industry,
    second_sale,
    whitespace,
)
from ci_cli.shapes.activity import CategorySpend, CustomerDay, FirstSale


def base(number: int = 80, once: int = 10):
    rng = np.random.default_rng(5)
    rows = [
        customer(n, silent=int(rng.integers(1, 200)), days=int(rng.integers(2, 12)),
                 gap=float(rng.integers(5, 60)), orders=3, tenure=500, industry="food")
        for n in range(1, number + 1)
    ]  # fmt: skip
    return [*rows, *(customer(1000 + n, silent=90, tenure=90) for n in range(once))]


def forecast(found: Outlook, rows, **options):
    labels = {row.customer_id: (row.name, row.last) for row in rows}
    report = rfm_forecast.build(found, labels, as_of=AS_OF, currency="GBP", **options)
    check_well_formed(report)
    return report


@pytest.mark.parametrize("by", ["risk", "chance", "revenue"])
def test_a_forecast_holds_everybody_and_its_totals(by):
    rows = base()
    found = outlook(rows, AS_OF, 13)
    report = forecast(found, rows, by=by)
    assert len(report.tables[0].rows) == len(rows)
    totals = {row["buyer"]: row for row in records(table(report, "totals"))}
    assert totals["once"]["customers"] == 10
    assert totals["once"]["at_risk"] is None
    assert totals["repeat"]["expected_revenue"] == sum(
        row["expected_revenue"] for row in records(report.tables[0]) if row["buyer"] == "repeat"
    )
    assert len(forecast(found, rows, by=by, top=5).tables[0].rows) == 5


def test_why_the_model_does_not_answer_is_said():
    rows = base(12, 0)
    assert any("12 and 12" in one for one in sentences(forecast(outlook(rows, AS_OF, 4), rows)))
    found = outlook(base(), AS_OF, 4)
    alike = replace(found, method=names.RHYTHM, reason=names.ALIKE)
    assert any(
        "as if all customers bought equally" in s for s in sentences(forecast(alike, base()))
    )
    lost = replace(found, method=names.RHYTHM, reason=names.UNSETTLED)
    assert any("did not settle" in s for s in sentences(forecast(lost, base())))
    stays = replace(
        found,
        method=names.MODEL,
        reason=None,
        counts=Fit(Parameters(0.7, 9.0, 1e-6, 2000.0), -1.0, 90, True),
    )
    assert any("hardly anybody here stops" in s for s in sentences(forecast(stays, base())))
    nobody = [customer(n) for n in range(9)]
    report = forecast(outlook(nobody, AS_OF, 4), nobody)
    assert "No forecast: no customer has come back yet." in sentences(report)


def test_in_a_small_base_nothing_is_expected_of_who_bought_once():
    """One order of 15.00 would be lent the gap and the money of the few who buy for thousands."""
    rows = base(3, 4)
    found = outlook(rows, AS_OF, 13)
    assert found.reason == names.TOO_FEW
    report = forecast(found, rows)
    once = [row for row in records(report.tables[0]) if row["buyer"] == "once"]
    told = ("expected_gap", "expected_purchases", "expected_revenue", "chance_none", "at_risk")
    assert [row[key] for row in once for key in told] == [None] * 4 * len(told)
    totals = {row["buyer"]: row for row in records(table(report, "totals"))}
    assert (totals["once"]["customers"], totals["once"]["expected_revenue"]) == (4, 0)
    repeat = [
        row["expected_revenue"] for row in records(report.tables[0]) if row["buyer"] != "once"
    ]
    assert totals["repeat"]["expected_revenue"] == sum(repeat) > 0
    assert any("bought on one day only: 4. Nothing is expected" in one for one in sentences(report))


@pytest.mark.parametrize(
    ("worse_by", "is_clear", "words"),
    [
        (0.01, False, "no better than: R score"),
        (-0.02, True, "worse than: R score"),
        (0.05, True, "better than: R score"),
    ],
)
def test_what_the_forecast_is_no_better_than_is_said(worse_by, is_clear, words):
    rows = base()
    found = outlook(rows, AS_OF, 4)
    result = backtest.compare(found, rows, sum(row.net_all for row in rows))
    ranked = [
        backtest.Ranking(names.FORECAST, 0.7, None, False),
        backtest.Ranking(names.RECENCY, 0.7 - worse_by, worse_by, is_clear),
    ]
    bands = [backtest.Band(0.6, 0.8, 50, 0.7, 10, names.HIGH)]
    report = rfm_backtest.build(
        found, result._replace(rankings=ranked, bands=bands), split=date(2011, 11, 11),
        as_of=AS_OF, currency="GBP",
    )  # fmt: skip
    check_well_formed(report)
    assert any(words in one for one in sentences(report))
    assert "Chances of 60 % to 80 % are unreliable here: 20.0 % bought." in sentences(report)


def phase(state: str, first: str, last: str | None, months: int, silent: int = 9) -> Phase:
    return Phase(state, first, last, months, 3, 90 * UNIT, "2011-01-05", "2011-03-05",
                 Rhythm(20.0, silent, state))  # fmt: skip


DAYS = [CustomerDay("2011-01-05", 1, UNIT), CustomerDay("2011-02-04", 2, UNIT)]


def phases(*some: Phase, days=DAYS):
    report = customer_phases.build(7, "Acme", some, days, as_of=AS_OF, currency="GBP")
    check_well_formed(report)
    return sentences(report)


def test_phases_in_words():
    said = phases(
        phase("active", "2010-01", "2010-11", 11), phase("dormant", "2010-12", "2011-01", 2),
        phase("active", "2011-02", "2011-06", 5), phase("dormant", "2011-07", None, 6, 200),
    )  # fmt: skip
    assert said[0].startswith("Dormant since 2011-07: silent for 200 days, where 20 are usual")
    assert said[1] == "Typical cycle: 30 days from purchase to purchase."
    assert said[2] == ("Phases that are over: active for 8 months as a rule, dormant for 2.")
    assert phases(phase("active", "2010-01", None, 11))[0] == "Active since 2010-01."
    assert phases(phase("too-early", "2010-01", None, 1))[0] == "Too early to tell since 2010-01."
    assert "bought on one day only" in phases(phase("active", "2011-01", None, 1), days=DAYS[:1])[1]
    assert phases(days=[])[0] == "This customer has never bought."


@pytest.mark.parametrize(
    ("sales", "words"),
    [
        ([FirstSale("A", 9, 400, 3), FirstSale("A", None, 400, 1)], "Of first buyers 75.0 %"),
        ([FirstSale("A", None, 400, 1)], "Nobody came back within 365 days."),
        ([FirstSale("A", 9, 40, 3), FirstSale("", None, 40, 3)], "No rate: no customer"),
        ([], "Nobody has bought by 2011-12-09."),
    ],
)
def test_second_sales_in_words(sales, words):
    rows, everybody = second_sales(sales, 365)
    report = second_sale.build(rows, everybody, within=365, as_of=AS_OF, currency="GBP")
    check_well_formed(report)
    assert any(one.startswith(words) for one in sentences(report))


def test_white_space_and_room():
    revenue = [(n, "x", 100 * UNIT) for n in range(1, 8)] + [(50, "y", UNIT)]
    spend = [CategorySpend(n, "A", 70 * UNIT) for n in range(2, 8)]
    named = {number: (f"Customer {number}", name) for number, name, _money in revenue}
    found = peers.peers(revenue)
    shared = {"window": window("12m", AS_OF), "currency": "GBP"}
    gaps = peers.white_space(found, spend, support=3, top=None)
    report = whitespace.white_space(gaps, named, support=3, hidden=1, has_categories=True, **shared)
    check_well_formed(report)
    (row,) = records(report.tables[0])
    assert (row["customer"], row["category"], row["support"], row["peers"]) == ("C1", "A", 6, 6)
    assert row["expected"] == row["buyers_mean"] == 70 * UNIT
    assert any("fewer than 5 peers: 1" in one for one in sentences(report))
    rooms = whitespace.growth_room(
        peers.growth_room(found, spend), named, hidden=1, has_categories=True, **shared
    )
    check_well_formed(rooms)
    assert records(rooms.tables[0])[0]["room"] == 70 * UNIT
    for number, words in ((1, None), (50, "Hidden: the customer has 0 peers"), (99, "Nothing was")):
        one = whitespace.growth_of(peers.gaps_of(found, spend, number), number, named, **shared)
        check_well_formed(one)
        assert words is None or any(text.startswith(words) for text in sentences(one))


def test_how_often_industries_buy():
    rows = [*base(30, 0), *(customer(200 + n, days=3, gap=9.0, industry="ships") for n in range(4))]
    report = rhythm_by_industry.build(rows, base_rhythm(rows, AS_OF), currency="GBP")
    check_well_formed(report)
    found = {row["industry"]: row for row in records(report.tables[0])}
    assert found["food"]["judged_by"] == "industry"
    assert (found["ships"]["judged_by"], found["ships"]["customers"]) == ("everybody", 4)
    check_well_formed(rhythm_by_industry.build([], base_rhythm([], AS_OF), currency="GBP"))
