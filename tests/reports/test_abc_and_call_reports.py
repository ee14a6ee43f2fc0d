from __future__ import annotations

import pytest
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

from ci_cli.reports.customers import call_first
from ci_cli.reports.selling import rfm_abc


def abc(moneys, **options):
    rows = [customer(n, money=money) for n, money in enumerate(moneys, 1)]
    report = rfm_abc.build(score(rows), currency="GBP", **options)
    check_well_formed(report)
    return report


def test_the_pareto_sentence_counts_whole_customers():
    report = abc([500, 200, 100, 50, 40, 40, 30, 20, 10, 5, 5])
    # 20 % of 11 are 2.2, so the three largest: 800 of 1,000
    assert sentences(report)[0] == "20 % of customers (3 of 11) bring 80.0 % of the revenue."
    curve = {row["customers_share"]: row for row in records(table(report, "pareto"))}
    assert curve[0.2]["customers"] == 3
    assert curve[0.2]["revenue"] == 800 * UNIT
    assert curve[1.0]["revenue_share"] == 1.0


def test_classes_add_up():
    report = abc([500, 300, 100, 60, 40])
    rows = {row["class"]: row for row in records(report.tables[0])}
    assert [rows[name]["customers"] for name in "ABC"] == [2, 2, 1]
    assert [rows[name]["revenue_share"] for name in "ABC"] == pytest.approx([0.8, 0.16, 0.04])
    assert total(report.tables[0])["revenue"] == sum(row["revenue"] for row in rows.values())


def test_the_list_of_customers_is_the_main_table_when_asked_for():
    main = abc([500, 300, 100, 60, 40], customers=True).tables[0]
    assert [(row["customer"], row["class"]) for row in records(main)] == [
        ("C1", "A"), ("C2", "A"), ("C3", "B"), ("C4", "B"), ("C5", "C"),
    ]  # fmt: skip
    assert records(main)[1]["running_share"] == pytest.approx(0.8)


def test_own_cuts():
    rows = records(abc([500, 300, 100, 60, 40], cuts=(50, 80)).tables[0])
    assert [row["customers"] for row in rows] == [1, 1, 3]


def test_customers_who_sent_back_more_than_they_bought():
    report = abc([900, 100, -400])
    rows = {row["class"]: row for row in records(report.tables[0])}
    assert rows["C"]["revenue"] == -400 * UNIT
    assert rows["C"]["revenue_share"] == 0
    assert sum(row["revenue_share"] for row in rows.values()) == pytest.approx(1)
    assert total(report.tables[0])["revenue"] == 600 * UNIT
    assert any(
        "more sales than returns: 1, together -400.00 GBP" in one
        and "shares are of 1,000.00 GBP" in one
        for one in sentences(report)
    )


@pytest.mark.parametrize("moneys", [[], [0], [-5], [7]])
def test_small_bases(moneys):
    assert any("bring" in one for one in sentences(abc(moneys))) == (moneys == [7])


RHYTHM = [
    customer(1, silent=120, days=9, gap=30.0, money=500, orders=9, tenure=900, owner="Li"),
    customer(2, silent=70, days=9, gap=30.0, money=900, orders=9),
    customer(3, silent=20, days=9, gap=30.0, money=9999, orders=9),  # active
    customer(4, silent=400, money=700, tenure=500),  # bought once: no rhythm of their own
    customer(5, silent=400, days=9, gap=30.0, money=-50, orders=9, tenure=500),  # returns only
    customer(6, silent=800, orders=0, days=9, gap=30.0, tenure=900),  # outside the window
]


def call(rows=RHYTHM, **options):
    report = call_first.build(score(rows), currency="GBP", **options)
    check_well_formed(report)
    return report


def test_call_those_silent_beyond_their_own_rhythm_with_most_money_first():
    report = call()
    rows = records(report.tables[0])
    assert [(row["customer"], row["rhythm"]) for row in rows] == [
        ("C2", "slowing"),
        ("C1", "dormant"),
    ]
    assert rows[1]["times"] == pytest.approx(4.0)
    assert rows[1]["owner"] == "Li"
    said = sentences(report)
    assert said[0] == (
        "Customer 2 (C2) is expected every 30 days and has been silent for 70, 2.3 times as "
        "long; revenue in the window: 900.00 GBP."
    )
    assert "longer: 2, with 1,400.00 GBP or 11.6 % of the scored revenue. Listed: 2." in said[1]
    assert any("no rhythm of their own: 1." in one for one in said)


def test_call_lists_as_many_as_asked_and_counts_all():
    report = call(top=1)
    assert len(report.tables[0].rows) == 1
    assert (report.meta["silent"], report.meta["listed"]) == (2, 1)
    assert call(top=0).tables[0].rows == []


def test_nobody_to_call():
    assert sentences(call([RHYTHM[2]]))[0] == ("No customer is silent far beyond their own rhythm.")
    assert call([]).tables[0].rows == []
