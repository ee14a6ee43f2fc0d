"""Cells filled on the first row of a group only, and cells merged over rows."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ci_cli.errors import CiError
from ci_cli.importing.layout.arrange import arrange
from ci_cli.importing.layout.options import LayoutOptions
from ci_cli.importing.model import ImportOptions
from ci_cli.readers.base import Chunk, RawTable
from sheets import HEADER, Brought, order_row, text_file, workbook

AUTO = LayoutOptions(fill_down=("auto",))
GROUPED = [
    ["订单号", "日期", "客户", "商品", "数量", "订单总额"],
    ["A1", "2025-01-02", "甲公司", "茶", 2, 25],
    ["", "", "", "奶", 3, ""],
    ["A2", "2025-01-03", "乙公司", "茶", 1, 5],
    ["", "", "", "糖", 1, ""],
]


@pytest.mark.shared
def test_the_real_file_with_dates_on_a_quarter_of_its_rows(
    shared_data: Path, tmp_path: Path
) -> None:
    import pandas as pd

    path = shared_data / "zh" / "订单.csv"
    brought = Brought(tmp_path)
    with pytest.raises(CiError, match="cells-grouped") as caught:
        brought.bring(path)
    assert "--fill-down 销售日期" in str(caught.value.hint)
    assert brought.lines() == []
    for words in (("销售日期",), ("auto",), ("#1",)):
        found = brought.bring(path, LayoutOptions(fill_down=words))
        assert found.counts.read == 20
        assert found.counts.rejected == 0
    frame = pd.read_csv(path, encoding="gb18030")
    frame["day"] = pd.to_datetime(frame["销售日期"].ffill()).dt.strftime("%Y-%m-%d")
    expected = frame.groupby("day")["销售额"].sum()
    ours = dict(
        brought.ask(
            "SELECT o.date, sum(l.amount) / 10000 FROM order_line AS l JOIN sales_order AS o"
            " ON o.id = l.order_id GROUP BY 1"
        )
    )
    assert ours == {day: int(amount) for day, amount in expected.items()}
    days = {line: day for line, day, *_ in brought.lines()}
    assert [days[line] for line in sorted(days)] == list(frame["day"])


def test_nothing_is_filled_without_a_word(tmp_path: Path) -> None:
    path = text_file(tmp_path / "o.csv", GROUPED)
    brought = Brought(tmp_path)
    with pytest.raises(CiError, match="cells-grouped") as caught:
        brought.bring(path)
    assert caught.value.exit_code == 2
    assert all(f"--fill-down {name}" in str(caught.value.hint) for name in GROUPED[0][:3])
    assert "订单总额" not in str(caught.value.hint)
    none = brought.bring(path, LayoutOptions(fill_down=("none",)))
    assert (none.counts.created, none.counts.rejected) == (2, 2)


def test_a_total_on_the_first_line_of_an_order_is_never_added_up(tmp_path: Path) -> None:
    brought = Brought(tmp_path)
    found = brought.bring(text_file(tmp_path / "o.csv", GROUPED), AUTO)
    assert found.counts.created == 4
    assert brought.ask("SELECT order_key, total FROM sales_order ORDER BY 1") == [
        ("A1", 250_000), ("A2", 50_000),
    ]  # fmt: skip
    assert [customer for _, _, customer, _ in brought.lines()] == ["甲公司"] * 2 + ["乙公司"] * 2


def test_a_missing_customer_is_left_missing(tmp_path: Path) -> None:
    rows = [HEADER] + [
        order_row(n, **({"客户编号": "", "客户": ""} if n % 4 else {})) for n in range(40)
    ]
    brought = Brought(tmp_path)
    assert brought.bring(text_file(tmp_path / "o.csv", rows)).counts.created == 40
    assert sum(not customer for _, _, customer, _ in brought.lines()) == 30


def test_a_few_missing_dates_are_rejected_one_by_one(tmp_path: Path) -> None:
    rows = [HEADER] + [order_row(n, 日期="" if n in (5, 9) else "2025-01-02") for n in range(40)]
    found = Brought(tmp_path).bring(text_file(tmp_path / "o.csv", rows))
    assert (found.counts.created, found.counts.rejected) == (38, 2)


def test_a_new_order_does_not_get_the_customer_of_the_one_before(tmp_path: Path) -> None:
    rows = [
        ["日期", "订单号", "客户", "商品", "金额"],
        ["2025-01-02", "A1", "甲公司", "茶", 1],
        ["", "", "", "奶", 2],
        ["", "A2", "", "茶", 3],
        ["", "", "", "奶", 4],
        ["2025-01-03", "A3", "乙公司", "茶", 5],
        ["", "", "", "奶", 6],
    ]
    brought = Brought(tmp_path)
    layout = LayoutOptions(fill_down=("日期", "订单号", "客户"))
    assert brought.bring(text_file(tmp_path / "o.csv", rows), layout).counts.created == 6
    assert [(day[-1], customer) for _, day, customer, _ in brought.lines()] == [
        ("2", "甲公司"), ("2", "甲公司"), ("2", ""), ("2", ""), ("3", "乙公司"), ("3", "乙公司"),
    ]  # fmt: skip


@pytest.mark.parametrize("label", ["小计", "合计", "Total", ""])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_totals_among_groups_never_become_sales(label: str, place: int, tmp_path: Path) -> None:
    total: list[Any] = ["", "", "", 3]
    total[place] = label
    rows = [
        ["日期", "客户", "商品", "金额"],
        ["2025-01-02", "甲公司", "茶", 1],
        ["", "", "奶", 2],
        total,
        ["2025-01-03", "乙公司", "茶", 5],
        ["", "", "奶", 7],
        ["合计", "", "", 15],
    ]
    brought = Brought(tmp_path)
    found = brought.bring(text_file(tmp_path / "o.csv", rows), LayoutOptions(fill_down=("auto",)))
    assert sum(amount for *_, amount in brought.lines()) == 150_000
    assert found.counts.created == 4
    assert found.counts.rejected == (0 if label else 1)
    assert f"left out: {2 if label else 1}" in brought.notes()


def test_a_column_that_is_not_there(tmp_path: Path) -> None:
    path = text_file(tmp_path / "o.csv", GROUPED)
    with pytest.raises(CiError, match="fill-column-unknown"):
        Brought(tmp_path).bring(path, LayoutOptions(fill_down=("下单日",)))


def test_several_columns_in_one_word(tmp_path: Path) -> None:
    path = text_file(tmp_path / "o.csv", GROUPED)
    layout = LayoutOptions(fill_down=("订单号,日期", "客户"))
    assert Brought(tmp_path).bring(path, layout).counts.created == 4


@pytest.mark.parametrize("ending", ["xlsx", "xls"])
def test_merged_cells(ending: str, tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        HEADER,
        order_row(1, 商品="茶"),
        [None, None, None, None, "奶", 3, 15],
        [None, None, None, None, "糖", 1, 5],
        order_row(2),
    ]
    path = tmp_path / f"o.{ending}"
    if ending == "xlsx":
        workbook(path, {"订单": rows}, merge=[f"{c}2:{c}4" for c in "ABCD"])
    else:
        old_workbook(path, rows, [(1, 3, column) for column in range(4)])
    brought = Brought(tmp_path)
    found = brought.bring(path)
    assert (found.counts.created, found.counts.rejected) == (2, 2)
    assert [reject.where.line for reject in found.rejects] == [3, 4]
    assert all("--fill-merged" in str(reject.fix) for reject in found.rejects)
    other = Brought(tmp_path, "other.db")
    found = other.bring(path, LayoutOptions(fill_merged=True))
    assert (found.counts.created, found.counts.rejected) == (4, 0)
    assert [customer for _, _, customer, _ in other.lines()] == ["K1", "K1", "K1", "K2"]


def test_merged_cells_may_be_filled_down_as_well(tmp_path: Path) -> None:
    rows = [HEADER, order_row(1), [None, None, None, None, "奶", 3, 15], order_row(2)]
    path = workbook(tmp_path / "o.xlsx", {"订单": rows}, merge=[f"{c}2:{c}3" for c in "ABCD"])
    brought = Brought(tmp_path)
    layout = LayoutOptions(fill_down=("订单号", "日期", "客户编号", "客户"))
    assert brought.bring(path, layout).counts.created == 3


def old_workbook(
    path: Path, rows: list[list[Any]], merge: list[tuple[int, int, int]], hide: Sequence[int] = ()
) -> None:
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet("订单")
    for first, last, column in merge:
        sheet.merge(first, last, column, column)
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            if cell is not None:
                sheet.write(at, column, cell)
    for at in hide:
        sheet.row(at).hidden = True
    book.save(str(path))


@pytest.mark.parametrize("ending", ["xlsx", "xls"])
def test_hidden_rows_are_imported_and_counted(ending: str, tmp_path: Path) -> None:
    rows = [HEADER, *(order_row(n) for n in range(6))]
    path = tmp_path / f"o.{ending}"
    if ending == "xlsx":
        workbook(path, {"订单": rows}, hide=[3, 5, 6])
    else:
        old_workbook(path, rows, [], hide=[2, 4, 5])
    brought = Brought(tmp_path)
    assert brought.bring(path).counts.created == 6
    assert "hidden rows, read like the others: 3" in brought.notes()


def test_an_amount_over_several_rows_counts_once(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["订单号", "日期", "客户", "商品", "订单总额"],
        ["A1", "2025-01-02", "甲", "茶", 25],
        ["A1", "2025-01-02", "甲", "奶", None],
        ["A2", "2025-01-03", "乙", "茶", 5],
    ]
    path = workbook(tmp_path / "o.xlsx", {"订单": rows}, merge=["E2:E3"])
    brought = Brought(tmp_path)
    assert brought.bring(path, LayoutOptions(fill_merged=True)).counts.created == 3
    assert brought.ask("SELECT sum(total) FROM sales_order") == [(300_000,)]


@given(
    groups=st.lists(
        st.tuples(st.sampled_from("甲乙丙丁"), st.integers(1, 5)), min_size=1, max_size=30
    ),
    cut=st.integers(1, 7),
)
def test_filling_down_agrees_with_pandas(groups: list[tuple[str, int]], cut: int) -> None:
    import pandas as pd

    rows = [["日期", "客户", "商品", "金额"]]
    for number, (customer, size) in enumerate(groups):
        for line in range(size):
            first = line == 0
            day = f"2025-01-{number % 28 + 1:02}"
            rows.append([day if first else "", customer if first else "", "茶", str(number + line)])
    numbered = list(enumerate(rows, start=1))
    pieces = [numbered[at : at + cut] for at in range(0, len(numbered), cut)]
    chunks = [Chunk([line for line, _ in p], [row for _, row in p]) for p in pieces]
    table = RawTable(Path("o.csv"), None, "csv", "", 0, lambda: iter(chunks))
    options = ImportOptions(layout=LayoutOptions(fill_down=("日期", "客户")))
    plain = arrange(table, options)
    seen = [
        (line, row)
        for chunk in plain.chunks()
        for line, row in zip(chunk.lines, chunk.rows, strict=True)
    ]
    frame = pd.DataFrame(rows[1:], columns=rows[0]).replace("", None).ffill()
    assert [row for _, row in seen[1:]] == frame.to_numpy().tolist()
    assert [line for line, _ in seen] == list(range(1, len(rows) + 1))


def test_the_file_itself_is_untouched(tmp_path: Path) -> None:
    path = text_file(tmp_path / "o.csv", GROUPED)
    Brought(tmp_path).bring(path, AUTO)
    with path.open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == [[str(cell) for cell in row] for row in GROUPED]


@pytest.mark.parametrize("says", [(), ("RgDatum", "Kunde")])
def test_sums_between_the_groups_are_no_sales(tmp_path: Path, says: tuple[str, ...]) -> None:
    """Whatever the columns are called, a row of a word and sums is passed over."""
    rows = [
        ["RgNr", "RgDatum", "Kunde", "Kennzeichen", "Netto"],
        ["26-001", "03.01.2026", "Wagner", "AB 1", "200,50"],
        ["26-002", "12.01.2026", "Huber", "XY 9", "1250,00"],
        ["Summe Januar", "", "", "", "1450,50"],
        ["26-003", "25.02.2026", "Wagner", "AB 1", "60,00"],
        ["Summe Februar", "", "", "", "60,00"],
        ["Gesamtsumme", "", "", "", "1510,50"],
    ]
    brought = Brought(tmp_path)
    found = brought.bring(
        text_file(tmp_path / "o.csv", rows), LayoutOptions(fill_down=says), kind="orders",
        overrides={"order.id": "RgNr", "order.date": "RgDatum", "line.amount": "Netto"},
    )  # fmt: skip
    assert (found.counts.read, found.counts.rejected) == (3, 0)
    assert [total for (total,) in brought.ask("SELECT sum(amount) FROM order_line")] == [15_105_000]
