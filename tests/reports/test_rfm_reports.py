"""rfm run, rfm segments and rfm show on customer bases small enough to check by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_makers import (
    UNIT,
    check_well_formed,
    customer,
    records,
    score,
    sentences,
    table,
    total,
)

from ci_cli.analysis.segment_maps import SHIPPED, load_map
from ci_cli.errors import CiError
from ci_cli.reports.customers import call_first
from ci_cli.reports.selling import rfm_abc, rfm_run, rfm_segments, rfm_show
from ci_cli.shapes.trade import Unassigned

FIVE = [
    customer(1, silent=1, orders=9, money=500, days=9, gap=10.0),
    customer(2, silent=20, orders=4, money=900, days=4, gap=20.0),
    customer(3, silent=90, orders=2, money=100, days=2, gap=30.0),
    customer(4, silent=90, orders=1, money=100),
    customer(5, silent=300, orders=1, money=50, tenure=400),
    customer(6, silent=800, orders=0, money=70, tenure=900),  # before the window
    customer(7, silent=None, money=0),  # never bought
]


def run(rows=FIVE, **options):
    scoring = {"segment_map": load_map(), **options.pop("scoring", {})}
    report = rfm_run.build(score(rows, **scoring), currency="GBP", **options)
    check_well_formed(report)
    return report


def test_one_row_per_customer_who_bought_in_the_window():
    rows = records(run().tables[0])
    assert [row["customer"] for row in rows] == ["C2", "C1", "C3", "C4", "C5"]
    assert rows[0] == {
        "customer": "C2",
        "name": "Customer 2",
        "recency": 20,
        "frequency": 4,
        "monetary": 900 * UNIT,
        "first_purchase": "2011-05-23",
        "tenure": 200,
        "r": 4,
        "f": 4,
        "m": 5,
        "code": "445",
        "segment": "Champions",
        "expected_gap": pytest.approx(20.0),
        "silent": 20,
        "rhythm": "active",
    }
    # C3 and C4 share recency and money: mid-rank 2.5 of 5
    assert [(row["code"], row["segment"]) for row in rows[1:]] == [
        ("554", "Champions"),
        ("333", "Potential Loyalist"),
        ("323", "Potential Loyalist"),
        ("121", "Lost"),
    ]


def test_cut_points_and_group_sizes():
    rows = {row["score"]: row for row in records(table(run(), "cut_points"))}
    assert list(rows) == [5, 4, 3, 2, 1]
    assert (rows[5]["r_lowest"], rows[5]["r_highest"], rows[5]["r_customers"]) == (1, 1, 1)
    assert (rows[3]["r_lowest"], rows[3]["r_highest"], rows[3]["r_customers"]) == (90, 90, 2)
    assert (rows[2]["r_lowest"], rows[2]["r_highest"], rows[2]["r_customers"]) == (None, None, 0)
    assert (rows[2]["f_lowest"], rows[2]["f_customers"]) == (1, 2)
    assert (rows[4]["m_lowest"], rows[4]["m_highest"]) == (500 * UNIT, 500 * UNIT)
    for letter in "rfm":
        assert sum(row[f"{letter}_customers"] for row in rows.values()) == 5


def test_who_is_left_out_is_counted_below():
    said = sentences(run(unassigned=Unassigned(lines=12, net=1_234_5678)))
    assert (
        "Customers scored: 5. Not scored, without a purchase in the window: 1. With returns"
        " only: 1." in said
    )
    assert any("name no customer: 12, worth 1,234.57 GBP" in one for one in said)
    assert "Window: 24m, 2009-12-10 to 2011-12-09." in said
    assert not any("name no customer" in one for one in sentences(run(unassigned=Unassigned(0, 0))))


def test_segments_add_up_and_stand_in_the_order_of_the_map():
    report = rfm_segments.build(score(FIVE, segment_map=load_map()), currency="GBP")
    check_well_formed(report)
    rows = records(report.tables[0])
    assert [row["segment"] for row in rows] == [one.key for one in load_map().segments]
    assert sum(row["customers"] for row in rows) == total(report.tables[0])["customers"] == 5
    assert sum(row["revenue"] for row in rows) == total(report.tables[0])["revenue"] == 1650 * UNIT
    assert sum(row["customers_share"] for row in rows) == pytest.approx(1)
    assert sum(row["revenue_share"] for row in rows) == pytest.approx(1)
    assert rows[0]["customers"] == 2
    assert rows[0]["revenue"] == 1400 * UNIT
    assert all(row["play"] for row in rows)


@pytest.mark.parametrize(("language", "named"), [("en", False), ("zh", True)])
def test_segment_keys_stay_and_names_and_plays_follow_the_language(language, named):
    scored = score(FIVE, segment_map=load_map())
    rows = records(rfm_segments.build(scored, currency="GBP", language=language).tables[0])
    assert rows[0]["segment"] == "Champions"
    assert ("name" in rows[0]) == named
    assert ("致谢" in rows[0]["play"]) == named


def test_eight_cells_say_where_the_means_are():
    report = run(scoring={"segment_map": load_map("8-zh"), "bins": 3})
    rows = {row["customer"]: row for row in records(report.tables[0])}
    # means: 100.2 days, 3.4 purchases, 330.00
    assert {key: row["segment"] for key, row in rows.items()} == {
        "C1": "重要价值客户",
        "C2": "重要价值客户",
        "C3": "一般发展客户",
        "C4": "一般发展客户",
        "C5": "一般挽留客户",
    }
    assert any(
        "at most 100.2 days ago, at least 3.40 purchases, at least 330.00 GBP" in one
        for one in sentences(report)
    )


@pytest.mark.parametrize("bins", [3, 4, 6, 10])
def test_other_numbers_of_levels_have_no_segment_names(bins):
    report = run(scoring={"bins": bins})
    rows = records(report.tables[0])
    assert {row["segment"] for row in rows} == {None}
    assert all(1 <= row[letter] <= bins for row in rows for letter in "rfm")
    assert [one.key for one in report.tables] == ["customers", "cut_points"]
    assert len(report.tables[1].rows) == bins
    assert report.meta["segment_map"] is None
    assert any("No segment names" in one for one in sentences(report))


def test_fixed_cuts_are_named():
    report = run(scoring={"cuts": {"f": (1, 2, 4, 8)}})
    rows = {row["customer"]: row["f"] for row in records(report.tables[0])}
    assert rows == {"C1": 5, "C2": 3, "C3": 2, "C4": 1, "C5": 1}
    assert report.meta["cuts"] == {"f": [1, 2, 4, 8]}
    assert any("fixed cuts" in one and one.endswith(": F.") for one in sentences(report))


@pytest.mark.parametrize("rows", [[], FIVE[5:], FIVE[:1], FIVE[:3], [FIVE[3]] * 1])
@pytest.mark.parametrize("name", SHIPPED)
def test_small_bases(rows, name):
    scored = score(list(rows), segment_map=load_map(name))
    report = rfm_run.build(scored, currency="GBP")
    check_well_formed(report)
    assert len(report.tables[0].rows) == len(scored.customers)
    for report in (rfm_segments, rfm_abc, call_first):
        check_well_formed(report.build(scored, currency="GBP"))


@given(
    st.lists(
        st.tuples(st.integers(0, 700), st.integers(1, 9), st.integers(-500, 9000)), max_size=30
    )
)
def test_money_adds_up_in_every_view(parts):
    rows = [
        customer(n, silent=silent, orders=orders, money=money)
        for n, (silent, orders, money) in enumerate(parts)
    ]
    scored = score(rows, segment_map=load_map())
    exact = sum((Decimal(row.net) / UNIT for row in rows), Decimal(0))
    main = records(rfm_run.build(scored, currency="GBP").tables[0])
    assert sum(Decimal(row["monetary"]) / UNIT for row in main) == exact
    segments = rfm_segments.build(scored, currency="GBP").tables[0]
    assert Decimal(total(segments)["revenue"]) / UNIT == exact
    assert sum(row["revenue"] for row in records(segments)) == total(segments)["revenue"]
    assert main == sorted(main, key=lambda row: (-row["monetary"], int(row["customer"][1:])))


def show(number, rows=FIVE, **options):
    scored = score(rows, segment_map=load_map())
    report = rfm_show.build(scored, number, currency="GBP", **options)
    check_well_formed(report)
    return report


def test_show_says_why_each_score():
    report = show(3)
    row = records(report.tables[0])[0]
    assert (row["customer"], row["r"], row["f"], row["m"]) == ("C3", 3, 3, 3)
    said = sentences(report)
    assert said[0] == (
        "R 3 of 5: days since the last purchase: 90; customers with this score: 2, from 90 to 90."
    )
    assert said[1].startswith(
        "F 3 of 5: purchases in the window: 2; customers with this score: 1, from 2 to 2"
    )
    assert "from 100.00 GBP to 100.00 GBP" in said[2]
    assert any(one.startswith(f"Segment {row['segment']}. ") for one in said)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1, "Rhythm active: expected every"),
        (3, "Rhythm dormant: expected every 22 days, now silent for 90; even someone"),
        (4, "Rhythm dormant: bought on one day only; customers like this one usually come back"),
        (6, "Rhythm dormant"),
    ],
)
def test_show_puts_the_rhythm_into_words(number, words):
    assert any(one.startswith(words) for one in sentences(show(number)))


def test_show_says_why_there_is_no_score():
    said = sentences(show(6))
    assert said[0] == "No score: no purchase in the window; the last one was on 2009-09-30."
    assert show(6).tables[0].rows == []
    said = sentences(show(7))
    assert said[0] == "No score: this customer has never bought."
    assert not any("Rhythm" in one for one in said)


def test_show_when_nobody_came_back_or_history_is_short():
    once = [customer(1, silent=5), customer(2, silent=50)]
    assert "Rhythm: unknown, since no customer has come back yet." in sentences(show(1, once))
    short = [customer(1, silent=5, days=2, gap=80.0, tenure=90)]
    assert any("too early to tell" in one for one in sentences(show(1, short)))


def test_show_refuses_a_stranger():
    with pytest.raises(CiError) as error:
        show(99)
    assert error.value.code == "customer-unknown"
