"""Pivots as they are laid out: totals, what was put together, and cells that must match."""

from __future__ import annotations

import pytest
from report_makers import check_well_formed, records, sentences

from ci_cli.analysis.pivot import MEASURES, grid, ranked, ranks
from ci_cli.errors import CiError, ExitCode
from ci_cli.reports.programme import pivot, pivot_drill
from ci_cli.shapes.pivots import OTHER, Account, Cell, Counted
from ci_cli.shapes.trade import LineDetail

UNIT = 10_000
SUMS = ["gross", "lines", "net"]
CELLS = [
    Cell("Tea", "2025-Q1", (100 * UNIT, 3, 90 * UNIT)),
    Cell("Tea", "2025-Q2", (50 * UNIT, 1, 50 * UNIT)),
    Cell("", "2025-Q2", (20 * UNIT, 2, 20 * UNIT)),
    Cell(OTHER, "2025-Q1", (5 * UNIT, 1, 5 * UNIT)),
]
CUSTOMERS = [
    Counted("Tea", "2025-Q1", 2), Counted("Tea", "2025-Q2", 1), Counted("", "2025-Q2", 1),
    Counted("Tea", None, 2), Counted("", None, 1), Counted(None, "2025-Q1", 2),
    Counted(None, "2025-Q2", 2), Counted(None, None, 2),
]  # fmt: skip


def shown(*measures: str, by: str = "quarter", **changes) -> pivot.Shown:
    found = grid(CELLS, SUMS, {"customers": CUSTOMERS})
    values = {
        "base": "orders", "row_name": "category", "column_name": by,
        "measures": [MEASURES["orders"][name] for name in measures],
        "rows": ["Tea", OTHER, ""], "columns": ["2025-Q1", "2025-Q2"], "grid": found,
        "currency": "EUR", "as_of": "2025-05-31", "cut_rows": 7,
    }  # fmt: skip
    return pivot.Shown(**{**values, **changes})


def built(*measures: str, **changes):
    what = shown(*measures, **changes)
    report = pivot.build(what, pivot.title_of(what), meta={}, notes=[])
    check_well_formed(report)
    return report


def test_rows_and_columns_add_up_to_the_total():
    table = built("revenue").tables[0]
    assert [str(row[0]) for row in table.rows] == ["Tea", "(none)", "others (7)"]
    assert [row[1:] for row in table.rows] == [
        (90 * UNIT, 50 * UNIT, 140 * UNIT), (None, 20 * UNIT, 20 * UNIT),
        (5 * UNIT, None, 5 * UNIT),
    ]  # fmt: skip
    assert table.total == (None, 95 * UNIT, 70 * UNIT, 165 * UNIT)


def test_distinct_counts_are_not_added_up_and_that_is_said():
    report = built("customers")
    assert report.tables[0].total == (None, 2, 2, 2)
    assert any("no sums of the rows" in one and "customers" in one for one in sentences(report))
    assert not any("no sums of the rows" in one for one in sentences(built("revenue")))


def test_without_columns_each_measure_is_one():
    rows = records(built("revenue", "share", "return_rate", by="").tables[0])
    assert [row["revenue"] for row in rows] == [140 * UNIT, 20 * UNIT, 5 * UNIT]
    assert sum(row["share"] for row in rows) == pytest.approx(1)
    assert rows[0]["return_rate"] == pytest.approx(10 / 150)


def test_with_columns_further_measures_stand_behind_the_total():
    table = built("revenue", "customers").tables[0]
    assert [column.key for column in table.columns] == [
        "category", "2025-Q1", "2025-Q2", "total", "customers",
    ]  # fmt: skip
    assert table.total == (None, 95 * UNIT, 70 * UNIT, 165 * UNIT, 2)


def test_a_period_that_goes_on_is_marked_and_earlier_ones_stand_first():
    report = built("revenue", running=("2025-Q2",), cut_columns=3)
    assert str(report.tables[0].columns[2].label) == "2025-Q2*"
    assert any("incomplete" in one for one in sentences(report))
    early = shown("revenue", cut_columns=3)
    assert early.ordered_columns == ["2025-Q1", "2025-Q2"]
    cells = [Cell("Tea", OTHER, (1, 1, 1)), Cell("Tea", "2025-Q2", (1, 1, 1))]
    early = shown(
        "revenue", rows=["Tea"], columns=["2025-Q2", OTHER], grid=grid(cells, SUMS, {}),
        cut_columns=3,
    )  # fmt: skip
    assert early.ordered_columns == [OTHER, "2025-Q2"]
    assert str(pivot.table(early).columns[1].label) == "earlier (3)"


def test_nothing_told_is_not_nothing():
    names = ["cost", "cost_told", "costed", "discount", "discount_told", "gross", "lines", "net"]
    found = grid([Cell("Tea", "", (0, 0, 0, 0, 0, 100, 1, 100))], names, {})
    for name in ("margin", "margin_rate", "cost", "discount", "discount_rate"):
        assert found.value(MEASURES["orders"][name], "Tea", None) is None
    told = grid([Cell("Tea", "", (60, 1, 80, 20, 1, 100, 2, 100))], names, {})
    values = {name: told.value(MEASURES["orders"][name], "Tea", None)
              for name in ("margin", "margin_rate", "cost_known", "discount_rate")}  # fmt: skip
    assert values == {
        "margin": 20, "margin_rate": 0.25, "cost_known": 0.8, "discount_rate": 20 / 120,
    }  # fmt: skip


def test_ranks_share_a_place():
    assert ranks([5, 9, 5, None, 1]) == [2, 1, 2, None, 4]
    found = grid(CELLS, SUMS, {})
    assert ranked(found, MEASURES["orders"]["revenue"], by_rows=True) == ["Tea", "", OTHER]


@pytest.mark.parametrize(
    ("account", "words"),
    [
        (Account(5, 5, 0, 0, 0, 0, 0), "all that the store has"),
        (Account(9, 5, 1, 2, 0, 1, 3), "5 of 9"),
    ],
)
def test_every_order_line_is_accounted_for(account, words):
    assert words in str(pivot.account_note(account).text)


def line(amount: int) -> LineDetail:
    return LineDetail("1", "2025-02-01", 1, "Ann", "T", "Tea", "Tea", "sale", None, None, amount,
                      1, "f.csv", None, 2)  # fmt: skip


def test_a_cell_lists_its_lines():
    report = pivot_drill.build(
        shown("revenue"), [line(30 * UNIT)] * 3, "Tea", "2025-Q1"
    )  # fmt: skip
    check_well_formed(report)
    assert [row["line"] for row in records(report.tables[0])] == [2, 2, 2]
    assert str(report.title) == "Facts behind category Tea, quarter 2025-Q1"


@pytest.mark.parametrize("lines", [[line(90 * UNIT)], [line(30 * UNIT)] * 2 + [line(29 * UNIT)]])
def test_a_cell_that_its_lines_do_not_make_is_refused(lines):
    with pytest.raises(CiError) as caught:
        pivot_drill.build(shown("revenue"), lines, "Tea", "2025-Q1")
    assert (caught.value.code, caught.value.exit_code) == (
        "pivot-total-mismatch", ExitCode.UNFORESEEN,
    )  # fmt: skip
