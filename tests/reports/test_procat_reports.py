from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_makers import UNIT, check_well_formed, records, sentences, table, total

from ci_cli.errors import CiError, ExitCode
from ci_cli.reports.selling import procat as procat_report
from ci_cli.reports.selling import procat_drill
from ci_cli.shapes.trade import LineDetail, MonthCell

AS_OF = date(2011, 12, 9)


def cell(
    group: str,
    month: str,
    net: float,
    gross: float | None = None,
    customers: int = 1,
    orders: int = 2,
    label: str | None = None,
) -> MonthCell:
    return MonthCell(
        group, group if label is None else label, month, round(net * UNIT),
        round((net if gross is None else gross) * UNIT), 3_000_000, 4, orders, customers,
    )  # fmt: skip


def totals_of(cells: list[MonthCell], customers: int = 7, orders: int = 9) -> list[MonthCell]:
    """Add up by month what can be added up; distinct counts are given."""
    months = sorted({one.month for one in cells})
    return [
        MonthCell(
            "", "", month,
            *(
                sum(getattr(one, name) for one in cells if one.month == month)
                for name in ("net", "gross", "quantity", "lines")
            ),
            orders, customers,
        )
        for month in months
    ]  # fmt: skip


CELLS = [
    cell("Tea", "2010-11", 100), cell("Tea", "2011-10", 80), cell("Tea", "2011-11", 60, 70),
    cell("Tea", "2011-12", 10),
    cell("Milk", "2010-11", 10), cell("Milk", "2011-10", 0), cell("Milk", "2011-11", 30),
    cell("", "2011-11", 910),
    cell("Coal", "2010-11", 30),
]  # fmt: skip


def procat(cells=CELLS, totals=None, as_of=AS_OF, **options):
    report = procat_report.build(
        cells,
        totals_of(cells) if totals is None else totals,
        as_of=as_of,
        currency="GBP",
        **options,
    )
    check_well_formed(report)
    return report


def test_months_stand_oldest_left_and_the_running_one_is_marked():
    main = procat().tables[0]
    months = [column for column in main.columns if column.kind == "money"][:-1]
    assert [column.key for column in months] == [
        "2011-01", "2011-02", "2011-03", "2011-04", "2011-05", "2011-06",
        "2011-07", "2011-08", "2011-09", "2011-10", "2011-11", "2011-12",
    ]  # fmt: skip
    assert [str(column.label) for column in months][-2:] == ["2011-11", "2011-12*"]
    assert any("2011-12* is incomplete: it ends with 2011-12-09" in s for s in sentences(procat()))
    complete = procat(as_of=date(2011, 12, 31))
    assert [str(column.label) for column in complete.tables[0].columns][12] == "2011-12"
    assert not any("incomplete" in one for one in sentences(complete))


def test_the_last_complete_month_is_compared():
    rows = {row["category"]: row for row in records(procat().tables[0])}
    assert list(rows) == ["Tea", "Milk", "Coal", "(none)"]
    tea = rows["Tea"]
    assert (tea["2011-12"], tea["total"]) == (10 * UNIT, 150 * UNIT)
    assert tea["change_month"] == pytest.approx(-0.25)
    assert tea["change_year"] == pytest.approx(-0.4)
    assert tea["share"] == pytest.approx(0.06)
    assert (tea["customers"], tea["orders"]) == (1, 2)
    assert tea["trend"] == (0, 0, 0, 0, 0, 0, 0, 0, 0, 80.0, 60.0)  # without the running month
    milk = rows["Milk"]
    assert milk["change_month"] is None  # nothing sold the month before
    assert milk["change_year"] == pytest.approx(2.0)
    coal = rows["Coal"]  # stopped: shown with nothing rather than forgotten
    assert (coal["total"], coal["change_year"], coal["customers"]) == (0, -1.0, 0)


def test_the_closing_row_is_the_counted_total():
    main = procat().tables[0]
    closing = total(main)
    assert closing["category"] is None
    for column in main.columns:
        if column.kind == "money":
            assert closing[column.key] == sum(row[column.key] for row in records(main))
    assert (closing["customers"], closing["orders"]) == (7, 9)  # not the sums of distinct counts
    assert closing["share"] == 1.0


def test_what_falls_most_is_named_in_money_and_percent():
    assert sentences(procat())[0] == (
        "Tea falls most: 40.00 GBP or 40.0 % less in 2011-11 than in 2010-11 "
        "(100.00 GBP to 60.00 GBP)."
    )
    rising = [cell("Tea", "2010-11", 1), cell("Tea", "2011-11", 2)]
    assert sentences(procat(rising))[0] == "No group sold less in 2011-11 than in 2010-11."
    young = [cell("Tea", "2011-01", 9), cell("Tea", "2011-11", 2)]
    assert sentences(procat(young))[0] == (
        "Nothing to compare 2011-11 with: history does not reach back to 2010-11."
    )
    negative = [cell("Tea", "2010-11", -1), cell("Tea", "2011-11", -3)]
    assert sentences(procat(negative))[0].startswith("Tea falls most: 2.00 GBP less in 2011-11")


def test_gross_counts_sales_alone():
    report = procat(measure="gross")
    rows = {row["category"]: row for row in records(report.tables[0])}
    assert rows["Tea"]["2011-11"] == 70 * UNIT
    assert any("gross: sales alone" in one for one in sentences(report))


def test_fewer_months_where_asked_or_where_history_is_short():
    assert procat(months=2).meta["months"] == ["2011-11", "2011-12"]
    assert procat([cell("Tea", "2011-11", 1)]).meta["months"] == ["2011-11", "2011-12"]
    with pytest.raises(CiError) as error:
        procat(months=0)
    assert (error.value.code, error.value.exit_code) == ("months-invalid", ExitCode.DECIDE)


def test_only_a_running_month_compares_nothing():
    report = procat([cell("Tea", "2011-12", 5)])
    row = records(report.tables[0])[0]
    assert row["2011-12"] == 5 * UNIT
    empty = ("change_month", "change_year", "share", "customers", "orders")
    assert [row[key] for key in empty] == [None] * 5
    assert row["trend"] == ()
    assert any("No complete month yet" in one for one in sentences(report))


def test_nothing_sold_at_all():
    report = procat([])
    assert report.tables[0].rows == []
    assert procat([], layout="long").tables[0].rows == []


@pytest.mark.parametrize("by", ["product", "customer", "region", "owner"])
def test_groups_with_names_of_their_own(by):
    cells = [cell("P1", "2011-11", 5, label="Pot / 5 l"), cell("", "2011-11", 1, label="")]
    rows = records(procat(cells, by=by).tables[0])
    assert [(row[by], row["name"]) for row in rows] == [("P1", "Pot / 5 l"), ("(none)", None)]


def test_long_layout_is_one_row_per_group_and_month():
    report = procat(layout="long", months=3)
    rows = records(report.tables[0])
    assert [(row["category"], row["month"], row["complete"]) for row in rows] == [
        ("Tea", "2011-10", "yes"), ("Tea", "2011-11", "yes"), ("Tea", "2011-12", "no"),
        ("Milk", "2011-10", "yes"), ("Milk", "2011-11", "yes"),
        ("(none)", "2011-11", "yes"),
    ]  # fmt: skip
    assert rows[1]["net"] == 60 * UNIT
    assert rows[1]["gross"] == 70 * UNIT
    sums = {row["month"]: row for row in records(table(report, "totals"))}
    for month, closing in sums.items():
        for key in ("net", "gross", "quantity", "lines"):
            assert closing[key] == sum(row[key] for row in rows if row["month"] == month)
    assert sums["2011-11"]["customers"] == 7


@pytest.mark.parametrize(
    "totals",
    [
        [],
        totals_of(CELLS[:-1]),
        totals_of([*CELLS[:-1], cell("Coal", "2010-11", 30.0001)]),
    ],
)
def test_a_report_that_does_not_add_up_refuses_to_exist(totals):
    with pytest.raises(CiError) as error:
        procat(totals=totals)
    assert error.value.exit_code == ExitCode.UNFORESEEN


def test_the_same_cell_twice_is_noticed():
    with pytest.raises(CiError) as error:
        procat([*CELLS, CELLS[0]], totals_of([*CELLS, CELLS[0]]))
    assert error.value.code == "procat-total-mismatch"


@given(
    st.dictionaries(
        st.tuples(
            st.sampled_from(["", "a", "b", "c"]),
            st.sampled_from([f"2011-{month:02d}" for month in range(1, 13)]),
        ),
        st.decimals(-99999, 99999, places=4),
        max_size=40,
    )
)
def test_totals_equal_decimal_sums_to_the_last_digit(amounts):
    cells = [
        MonthCell(group, group, month, int(amount * UNIT), 0, 0, 1, 1, 1)
        for (group, month), amount in amounts.items()
    ]
    main = procat(cells).tables[0]
    closing = total(main)
    for month in procat(cells).meta["months"]:
        exact = sum((a for (_, m), a in amounts.items() if m == month), Decimal(0))
        assert Decimal(closing[month]) / UNIT == exact
        assert sum(row[month] for row in records(main)) == closing[month]
    assert Decimal(closing["total"]) / UNIT == sum(amounts.values(), Decimal(0))
    if records(main) and any(group == "" for group, _ in amounts):
        assert main.rows[-1][0] == "(none)"


def line(order: str, day: str, amount: int, kind: str = "sale", where: int = 2) -> LineDetail:
    return LineDetail(
        order, day, 12 if order != "9" else None, "Li & Co", "P1", "Pot", "Tea", kind,
        1_000_000, 5 * UNIT, amount * UNIT, 1, "orders.csv", None, where,
    )  # fmt: skip


LINES = [
    line("2", "2011-11-20", 70, where=7),
    line("9", "2011-11-03", 5, where=3),
    line("3", "2011-11-21", -15, "return", where=9),
]


def drill(**options):
    report = procat_drill.build(LINES, group="Tea", month="2011-11", currency="GBP", **options)
    check_well_formed(report)
    return report


def test_drill_lists_the_lines_that_sum_to_the_cell():
    main = drill(expected=60 * UNIT).tables[0]
    rows = records(main)
    assert [(row["day"], row["file"], row["line"]) for row in rows] == [
        ("2011-11-03", "orders.csv", 3),
        ("2011-11-20", "orders.csv", 7),
        ("2011-11-21", "orders.csv", 9),
    ]
    assert [row["customer"] for row in rows] == [None, "C12", "C12"]
    assert total(main)["amount"] == sum(row["amount"] for row in rows) == 60 * UNIT
    assert sentences(drill())[0] == "Order lines: 3, from files: 1. Together 60.00 GBP."


def test_drill_of_gross_leaves_returns_out():
    main = drill(measure="gross", expected=75 * UNIT).tables[0]
    assert {row["kind"] for row in records(main)} == {"sale"}


def test_drill_that_does_not_match_its_cell_refuses_to_exist():
    with pytest.raises(CiError) as error:
        drill(expected=61 * UNIT)
    assert (error.value.code, error.value.exit_code) == (
        "procat-total-mismatch",
        ExitCode.UNFORESEEN,
    )
