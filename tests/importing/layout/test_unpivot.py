"""Columns of months become order lines, and every figure leads back to its cell."""

from __future__ import annotations

import calendar
from collections import Counter
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ci_cli.errors import CiError
from ci_cli.importing.layout.options import LayoutOptions
from ci_cli.output.rejects import rejects_writer
from ci_cli.store import engine, facts
from importer import bring_in
from sheets import Brought, text_file, workbook
from store_dump import logical_dump

WIDE = LayoutOptions(unpivot=True)
SALES = [
    ["客户", "2025-01", "2025-02", "2025-03", "合计"],
    ["甲公司", 100, "", 300, 400],
    ["乙公司", 50, 60, "1.2万", 12110],
    ["合计", 150, 60, 12300, 12510],
]


def test_a_wide_sheet_stops_and_names_the_flag(tmp_path: Path) -> None:
    brought = Brought(tmp_path)
    with pytest.raises(CiError, match="columns-are-months") as caught:
        brought.bring(text_file(tmp_path / "w.csv", SALES))
    assert caught.value.exit_code == 2
    assert "--unpivot" in str(caught.value.hint)
    assert brought.lines() == []


def test_every_figure_keeps_its_place(tmp_path: Path) -> None:
    brought = Brought(tmp_path)
    found = brought.bring(text_file(tmp_path / "w.csv", SALES), WIDE)
    assert found.counts.as_tuple() == (5, 5, 0, 0, 0, 0)
    assert brought.lines() == [
        (2, "2025-01-31", "甲公司", 1_000_000),
        (2, "2025-03-31", "甲公司", 3_000_000),
        (3, "2025-01-31", "乙公司", 500_000),
        (3, "2025-02-28", "乙公司", 600_000),
        (3, "2025-03-31", "乙公司", 120_000_000),
    ]
    assert brought.ask("SELECT DISTINCT line < 10 FROM record UNION SELECT line < 10 FROM"
                       " sales_order") == [(1,)]  # fmt: skip
    notes = brought.notes()
    assert "Columns of sums left out: 合计. Cells compared, all right: 2." in notes
    assert "Summary rows left out: 1 (the first: 合计, line 4)." in notes


def test_figures_that_nothing_names_are_rejected(tmp_path: Path) -> None:
    rows = [["2025-01", "2025-02", "2025-03"], [1, 2, 3], [4, 5, 6]]
    found = Brought(tmp_path).bring(text_file(tmp_path / "w.csv", rows), WIDE)
    assert found.counts.as_tuple() == (2, 0, 0, 0, 0, 2)
    assert "whose figures" in str(found.rejects[0].reason)


def test_a_sum_that_is_wrong_is_said(tmp_path: Path) -> None:
    rows = [*SALES[:2], ["乙公司", 50, 60, 70, 181]]
    brought = Brought(tmp_path)
    brought.bring(text_file(tmp_path / "w.csv", rows), WIDE)
    assert "line 3 says 181, the sum is 180" in brought.notes()


def test_a_column_that_adds_up_the_months_is_a_sum_whatever_it_is_called(tmp_path: Path) -> None:
    header = ["Account", "Range", "Jan-23", "Feb-23", "FY so far", "Visits"]
    rows = [header, ["Moor", "Seed", "1,000.50", "20", "1,020.50", 4], ["Oak", "Feed", 3, 4, 7, 7]]
    brought = Brought(tmp_path)
    found = brought.bring(text_file(tmp_path / "w.csv", rows), WIDE)
    assert found.counts.as_tuple() == (4, 4, 0, 0, 0, 0)
    assert "Columns of sums left out: FY so far. Cells compared, all right: 2." in brought.notes()
    assert sum(amount for *_, amount in brought.lines()) == 10_275_000


def test_next_month_brings_only_what_is_new(tmp_path: Path) -> None:
    brought = Brought(tmp_path)
    path = text_file(tmp_path / "w.csv", SALES)
    brought.bring(path, WIDE)
    before = logical_dump(brought.store)
    assert brought.bring(path, WIDE).counts.unchanged == 5
    assert logical_dump(brought.store) == before
    rows = [
        ["客户", "业务员", "2025-01", "2025-02", "2025-03", "2025-04"],
        ["丙公司", "李四", "", "", "", 9],
        ["乙公司", "李四", 50, 60, "1.2万", 7],
        ["甲公司", "张三", 100, "", 330, ""],
    ]
    found = brought.bring(text_file(tmp_path / "w2.csv", rows), WIDE)
    assert (found.counts.read, found.counts.created, found.counts.conflict) == (7, 2, 0)
    amounts = {(day, customer): amount for _, day, customer, amount in brought.lines()}
    assert len(amounts) == len(brought.lines()) == 7
    assert amounts["2025-03-31", "甲公司"] == 3_300_000  # corrected, not added
    # cells are numbered far apart while they are read; orders are not
    assert brought.ask("SELECT count(*), max(id) FROM sales_order") == [(7, 7)]


def test_a_month_is_complete_on_its_last_day(tmp_path: Path) -> None:
    brought = Brought(tmp_path)
    brought.bring(text_file(tmp_path / "w.csv", SALES), WIDE)
    with closing(engine.connect(brought.store)) as conn:
        rows = facts.customer_purchases(conn, as_of="2025-03-31", start="", currency="CNY")
    assert sorted((row.orders, row.net) for row in rows) == [(2, 4_000_000), (3, 121_100_000)]


def test_a_bad_figure_names_its_cell_and_comes_back_corrected(tmp_path: Path) -> None:
    rows = [
        SALES[0],
        ["甲公司", 100, "abc", 300, ""],
        ["乙公司", "#N/A", 60, 70, ""],
        ["", 1, 2, 3, 6],
    ]
    brought = Brought(tmp_path)
    found = brought.bring(text_file(tmp_path / "w.csv", rows), WIDE)
    places = [(reject.where.line, reject.where.column) for reject in found.rejects]
    assert places == [(2, "2025-02"), (3, "2025-01"), (4, None)]
    rejects_writer(tmp_path / "r.csv", brought.store)([found], 1)
    text = (tmp_path / "r.csv").read_text("utf-8-sig").splitlines()
    (tmp_path / "r.csv").write_text("\n".join(text[:2]).replace("abc", "5"), "utf-8")
    assert brought.bring(tmp_path / "r.csv").counts.as_tuple() == (1, 1, 0, 0, 0, 0)
    corrected = [SALES[0], ["甲公司", 100, 5, 300, 405]]
    again = brought.bring(text_file(tmp_path / "w2.csv", corrected), WIDE)
    assert again.counts.as_tuple() == (3, 0, 0, 3, 0, 0)


TITLE = ["2025年各客户销售额"]


@pytest.mark.parametrize(
    ("rows", "layout", "days"),
    [
        ([TITLE, ["客户", "1月", "2月"], ["甲", 1, 2]], {}, ["2025-01-31", "2025-02-28"]),
        ([["客户", "1月", "2月"], ["甲", 1, 2]], {"year": 2024}, ["2024-01-31", "2024-02-29"]),
        ([["客户", "11月", "12月", "1月"], ["甲", 1, 2, 3]], {"year": 2024},
         ["2024-11-30", "2024-12-31", "2025-01-31"]),
        ([["客户", "Jan-25", "Feb-25"], ["甲", 1, 2]], {}, ["2025-01-31", "2025-02-28"]),
        ([["客户", "2025Q1", "2025Q4"], ["甲", 1, 2]], {}, ["2025-03-31", "2025-12-31"]),
        ([["客户", "2023年", "2024年"], ["甲", 1, 2]], {}, ["2023-12-31", "2024-12-31"]),
        ([["客户", "2025-01-01", "2025-01-02"], ["甲", 1, 2]], {}, ["2025-01-01", "2025-01-02"]),
        ([["客户", "2025-01-01", "2025-02-01"], ["甲", 1, 2]], {}, ["2025-01-31", "2025-02-28"]),
        ([["品类", "2024年", "", "2025年"], ["", "11月", "12月", "1月"], ["茶", 1, 2, 3]], {},
         ["2024-11-30", "2024-12-31", "2025-01-31"]),
    ],
)  # fmt: skip
def test_the_days_of_periods(
    rows: list[list[Any]], layout: dict[str, Any], days: list[str], tmp_path: Path
) -> None:
    brought = Brought(tmp_path)
    brought.bring(text_file(tmp_path / "w.csv", rows), LayoutOptions(unpivot=True, **layout))
    assert [day for _, day, *_ in brought.lines()] == days


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([["客户", "1月", "2月", "3月"], ["甲", 1, 2, 3]], "year-unknown"),
        ([TITLE, ["客户", "11月", "12月", "1月"], ["甲", 1, 2, 3]], "year-unknown"),
        ([["客户", "2025.1", "2025.2", "2025.1"], ["甲", 1, 2, 3]], "period-twice"),
        ([["客户", "日期", "金额"], ["甲", "2025-01-02", 3]], "unpivot-impossible"),
    ],
)
def test_what_nobody_can_tell(rows: list[list[Any]], code: str, tmp_path: Path) -> None:
    brought = Brought(tmp_path)
    with pytest.raises(CiError, match=code) as caught:
        brought.bring(text_file(tmp_path / "w.csv", rows), WIDE)
    assert caught.value.exit_code == 2


def test_dates_as_headers_of_a_workbook_with_a_unit_above(tmp_path: Path) -> None:
    rows = [
        ["2025年销售统计"],
        ["单位：万元"],
        ["客户", "业务员", datetime(2025, 1, 1), datetime(2025, 2, 1), "一季度", "同比"],
        ["甲公司", "张三", 1.2, None, 1.2, 0.05],
        ["乙公司", "李四", 5, 6, 11, 0.1],
        ["合计", None, 6.2, 6, 12.2, None],
    ]
    brought = Brought(tmp_path)
    brought.bring(workbook(tmp_path / "w.xlsx", {"统计": rows}), WIDE)
    assert brought.lines() == [
        (4, "2025-01-31", "甲公司", 120_000_000),
        (5, "2025-01-31", "乙公司", 500_000_000),
        (5, "2025-02-28", "乙公司", 600_000_000),
    ]
    assert "Columns of sums left out: 一季度." in brought.notes()
    assert "Columns that hold no sales left out: 同比." in brought.notes()
    assert brought.ask("SELECT DISTINCT owner FROM sales_order ORDER BY 1") == [
        ("张三",), ("李四",)
    ]  # fmt: skip


@pytest.mark.parametrize("merge", [["A1:A2", "B1:C1", "D1:E1"], []])
def test_two_measures_under_each_month(merge: list[str], tmp_path: Path) -> None:
    rows = [
        ["客户", "2025-01", None, "2025-02", None],
        [None, "数量", "金额", "数量", "金额"],
        ["甲公司", 1, 100, 2, 200],
        ["乙公司", None, None, 3, 300],
    ]
    brought = Brought(tmp_path)
    brought.bring(workbook(tmp_path / "w.xlsx", {"统计": rows}, merge=merge), WIDE)
    query = "SELECT quantity / 1000000, amount / 10000 FROM order_line ORDER BY 1"
    assert brought.ask(query) == [(1, 100), (2, 200), (3, 300)]


def test_regions_over_several_rows_and_their_subtotals(tmp_path: Path) -> None:
    rows = [
        ["区域", "客户", "2025-01", "2025-02"],
        ["华东", "甲", 1, 100],
        ["", "乙", 2, 200],
        ["", "小计", 3, 300],
        ["华南", "丙", 3, 4],
        ["华南小计", "", 3, 4],
        ["合计", "", 6, 304],
    ]
    brought = Brought(tmp_path)
    layout = LayoutOptions(unpivot=True, fill_down=("区域",))
    found = brought.bring(text_file(tmp_path / "w.csv", rows), layout)
    assert (found.counts.created, found.counts.rejected) == (6, 0)
    assert "Summary rows left out: 3" in brought.notes()
    query = "SELECT region, sum(amount) / 10000 FROM sales_order AS o JOIN order_line AS l" \
            " ON l.order_id = o.id GROUP BY 1 ORDER BY 1"  # fmt: skip
    assert brought.ask(query) == [("华东", 303), ("华南", 7)]


@pytest.mark.parametrize(
    ("name", "made"), [("华东合计", 0), ("本页小计", 0), ("Grand Total", 0), ("Total Tools", 2)]
)
def test_a_total_in_the_only_column_that_names_rows(name: str, made: int, tmp_path: Path) -> None:
    rows = [["客户", "2025-01", "2025-02"], ["甲", 1, 100], [name, 1, 100]]
    found = Brought(tmp_path).bring(text_file(tmp_path / "w.csv", rows), WIDE)
    assert found.counts.created == 2 + made


def test_a_sheet_never_replaces_what_another_sheet_brought(tmp_path: Path) -> None:
    sheets = {
        "茶": [["客户", "2025-01", "2025-02"], ["甲", 1, 100]],
        "奶": [["客户", "2025-01", "2025-02"], ["甲", 5, None], ["乙", 7, 8]],
    }
    brought = Brought(tmp_path)
    result = bring_in(brought.store, workbook(tmp_path / "w.xlsx", sheets), layout=WIDE)
    assert [file.counts.as_tuple() for file in result.files] == [
        (2, 2, 0, 0, 0, 0), (3, 2, 0, 0, 1, 0),
    ]  # fmt: skip
    assert [(reject.where.line, reject.where.column) for reject in result.files[1].rejects] == [
        (2, "2025-01")
    ]
    assert sum(amount for *_, amount in brought.lines()) == (101 + 15) * 10_000


def test_sheets_that_overlap_overlap_alike_the_next_time(tmp_path: Path) -> None:
    sheets = {
        "茶": [["客户", "2025-01", "2025-02"], ["甲", 1, 100]],
        "奶": [["客户", "2025-01", "2025-02"], ["甲", 5, None], ["乙", 7, 8]],
    }
    brought, path = Brought(tmp_path), workbook(tmp_path / "w.xlsx", sheets)
    bring_in(brought.store, path, layout=WIDE)
    once = logical_dump(brought.store)
    again = bring_in(brought.store, path, layout=WIDE).counts
    assert (again.unchanged, again.conflict, again.updated) == (4, 1, 0)
    assert logical_dump(brought.store) == once


def test_files_of_one_command_never_replace_each_others_figures(tmp_path: Path) -> None:
    tea = text_file(tmp_path / "茶.csv", [["客户", "2025-01", "2025-02"], ["甲", 1, 100]])
    milk = text_file(tmp_path / "奶.csv", [["客户", "2025-01", "2025-02"], ["甲", 5, 100]])
    brought = Brought(tmp_path)
    for new in (2, 0):
        counts = bring_in(brought.store, tea, milk, layout=WIDE).counts
        assert (counts.created, counts.updated, counts.conflict) == (new, 0, 1)
        assert sum(amount for *_, amount in brought.lines()) == 101 * 10_000


def test_a_file_that_replaces_the_figures_of_another_says_so(tmp_path: Path) -> None:
    def month(name: str, figure: int) -> Path:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        return text_file(tmp_path / name, [["客户", "2025-01", "2025-02"], ["甲", figure, 100]])

    brought = Brought(tmp_path)
    brought.bring(month("茶.csv", 1), WIDE)
    assert brought.bring(month("later/茶.csv", 2), WIDE).counts.updated == 1
    assert "Figures replaced" not in brought.notes()  # a corrected version
    assert brought.bring(month("奶.csv", 5), WIDE).counts.updated == 1
    assert "Figures replaced that other files had brought (茶.csv): 1." in brought.notes()
    assert brought.bring(month("奶.csv", 5), WIDE).counts.unchanged == 2
    assert "Figures replaced" not in brought.notes()


def test_pieces_instead_of_money(tmp_path: Path) -> None:
    rows = [["商品编号", "2025-01", "2025-02"], ["P1", 3, 4]]
    brought = Brought(tmp_path)
    brought.bring(text_file(tmp_path / "w.csv", rows), LayoutOptions(unpivot_as="quantity"))
    assert brought.ask("SELECT sum(quantity) / 1000000, sum(amount) FROM order_line") == [(7, None)]


def test_two_rows_of_one_customer_are_both_kept(tmp_path: Path) -> None:
    rows = [["客户", "2025-01", "2025-02"], ["甲", 1, 100], ["甲", 1, 100]]
    path = text_file(tmp_path / "w.csv", rows)
    brought = Brought(tmp_path)
    assert brought.bring(path, WIDE).counts.created == 4
    assert brought.bring(path, WIDE).counts.unchanged == 4


@pytest.mark.parametrize(
    "rows",
    [
        [["客户编号", "客户名称", "电话", "地址", "2024年", "2025年"],
         ["K1", "甲公司", "13800138000", "上海市黄浦区1号", 1, 100],
         ["K2", "乙公司", "13800138001", "上海市黄浦区2号", 1, 100]],
        [["订单号", "日期", "客户", "金额", "2025-01-01", "2025-01-02"],
         ["A1", "2025-01-02", "甲公司", 5, 1, 2], ["A2", "2025-01-02", "甲公司", 5, 1, 2]],
    ],
)  # fmt: skip
def test_sheets_that_are_not_wide(rows: list[list[Any]], tmp_path: Path) -> None:
    assert Brought(tmp_path).bring(text_file(tmp_path / "c.csv", rows)).counts.created == 2


def test_columns_of_months_may_stay_as_they_are(tmp_path: Path) -> None:
    rows = [["客户编号", "客户名称", "电话", "2024-01", "2024-02"],
            ["K1", "甲公司", "13800138000", 1, 100]]  # fmt: skip
    brought = Brought(tmp_path)
    found = brought.bring(text_file(tmp_path / "c.csv", rows), LayoutOptions(unpivot=False))
    assert found.kind == "customers"
    assert found.kept == ["2024-01", "2024-02"]


months = st.tuples(st.integers(2019, 2026), st.integers(1, 12))
names = st.sampled_from(["甲公司", "乙公司", "丙公司", "Acme", "Total Tools"])
records = st.lists(
    st.tuples(names, st.sampled_from(["茶", "奶", "糖"]), months, st.integers(-999_999, 999_999)),
    min_size=1,
    max_size=40,
    unique_by=lambda record: record[:3],
)


@settings(max_examples=40)
@given(long=records, total=st.booleans(), head=st.booleans())
def test_pivot_and_back(
    tmp_path_factory: pytest.TempPathFactory,
    long: list[tuple[str, str, tuple[int, int], int]],
    total: bool,
    head: bool,
) -> None:
    """A long table that pandas pivots comes back through us as the same multiset of lines."""
    import pandas as pd

    held = {record[2] for record in long}
    if len(held) < 2:
        return
    frame = pd.DataFrame(
        [(c, p, f"{y}-{m:02}", cents / 100) for c, p, (y, m), cents in long],
        columns=["客户", "商品", "月", "金额"],
    )
    wide = frame.pivot(index=["客户", "商品"], columns="月", values="金额").reset_index()
    if total:
        wide["合计"] = wide.drop(columns=["客户", "商品"]).sum(axis=1)
    rows: list[list[Any]] = [list(wide.columns)]
    rows += [
        ["" if isinstance(cell, float) and cell != cell else
         f"{cell:.2f}" if isinstance(cell, float) else cell for cell in row]
        for row in wide.to_numpy().tolist()
    ]  # fmt: skip
    if head:
        rows.insert(0, ["销售统计表"])
    folder = tmp_path_factory.mktemp("pivot")
    brought = Brought(folder)
    path = text_file(folder / "w.csv", rows)
    found = brought.bring(path, WIDE)
    expected = Counter(
        (f"{y}-{m:02}-{calendar.monthrange(y, m)[1]}", customer, product, cents * 100)
        for customer, product, (y, m), cents in long
    )
    query = (
        "SELECT o.date, r.source_key, i.name, l.amount FROM order_line AS l JOIN sales_order AS o"
        " ON o.id = l.order_id JOIN record AS r ON r.id = o.record_id JOIN item AS i"
        " ON i.id = l.item_id"
    )
    assert Counter(brought.ask(query)) == expected
    assert found.counts.created == len(long)
    assert brought.bring(path, WIDE).counts.unchanged == len(long)
