"""Where the header stands: below titles, in two rows, or where the user says."""

from __future__ import annotations

from pathlib import Path

import pytest

from ci_cli.errors import CiError
from ci_cli.importing.layout.options import LayoutOptions
from sheets import HEADER, Brought, order_row, text_file, workbook

TWO_ROWS = [
    ["订单号", "日期", "客户", "", "商品信息", "", ""],
    ["", "", "编号", "名称", "名称", "数量", "金额"],
    ["A1", "2025-01-02", "K1", "甲公司", "茶", 2, 10],
    ["A2", "2025-01-03", "K2", "乙公司", "奶", 1, 5],
]
FIELDS = {
    "order.id", "order.date", "customer.id", "customer.name", "line.product_name",
    "line.quantity", "line.amount",
}  # fmt: skip


def fields(brought: Brought) -> set[str | None]:
    return {name for _, name, _ in brought.file.decisions if name}


@pytest.mark.parametrize("kind", ["csv", "xlsx", "merged"])
def test_two_rows_are_joined(kind: str, tmp_path: Path) -> None:
    if kind == "csv":
        path = text_file(tmp_path / "o.csv", TWO_ROWS)
    else:
        rows = [[cell or None for cell in row] for row in TWO_ROWS]
        merge = ["A1:A2", "B1:B2", "C1:D1", "E1:G1"] if kind == "merged" else []
        path = workbook(tmp_path / "o.xlsx", {"订单": rows}, merge=merge)
    brought = Brought(tmp_path)
    found = brought.bring(path)
    assert fields(brought) == FIELDS
    assert found.counts.created == 2
    assert "lines 1 to 2" in brought.notes()
    assert [line for line, *_ in brought.lines()] == [3, 4]


def test_merged_cells_tell_where_no_word_is_known(tmp_path: Path) -> None:
    rows = [
        ["订单号", "日期", "往来", None, "备考", None, "金额"],
        [None, None, "甲类", "乙类", "丙类", "丁类", None],
        ["A1", "2025-01-02", "x", "y", "z", "w", 10],
        ["A2", "2025-01-03", "x", "y", "z", "w", 5],
    ]
    merge = ["A1:A2", "B1:B2", "C1:D1", "E1:F1", "G1:G2"]
    brought = Brought(tmp_path)
    found = brought.bring(workbook(tmp_path / "o.xlsx", {"订单": rows}, merge=merge))
    assert found.counts.created == 2
    assert found.kept == ["往来甲类", "往来乙类", "备考丙类", "备考丁类"]


def test_group_names_above_a_whole_header_are_decoration(tmp_path: Path) -> None:
    rows = [["订单", "", "客户", "", "", "", ""], HEADER, order_row(1), order_row(2)]
    brought = Brought(tmp_path)
    brought.bring(text_file(tmp_path / "o.csv", rows))
    assert fields(brought) == FIELDS
    assert "joined" not in brought.notes()


def test_records_below_a_whole_header_of_another_kind_of_list_are_no_header(tmp_path: Path) -> None:
    rows = [
        ["Feedback ID", "Feedback Date", "Account", "Feedback Type", "Ask", "Feedback Text",
         "Reviewed Product", "Feedback Channel", "Recorded By"],
        ["F1", "1997-11-12", "Mère", "complaint", "", "Two weeks late", "", "call", "sam"],
        ["F2", "1997-12-16", "Owl", "request", "consider", "Before six", "", "visit", "nora"],
        ["F3", "1997-12-22", "Stock", "complaint", "", "Too weak", "Tarte", "mail", "marco"],
        ["F4", "1998-01-07", "Vins", "request", "drop", "Minimum order", "", "call", "marco"],
    ]  # fmt: skip
    brought = Brought(tmp_path)
    found = brought.bring(text_file(tmp_path / "f.csv", rows))
    assert (found.kind, found.counts.created, found.header[0]) == ("feedback", 4, "Feedback ID")


def test_data_below_a_header_with_gaps_is_no_second_header(tmp_path: Path) -> None:
    rows = [
        ["客户名称", "", "电话"],
        ["张三", "李四", "13800138000"],
        ["王五", "赵六", "13800138001"],
    ]
    brought = Brought(tmp_path)
    found = brought.bring(text_file(tmp_path / "c.csv", rows))
    assert found.counts.created == 2
    assert "#2" in brought.notes()
    assert brought.ask("SELECT extra FROM record ORDER BY id")[0] == ('{"#2": "李四"}',)


def test_an_unclear_second_row_asks(tmp_path: Path) -> None:
    rows = [
        ["订单号", "日期", "客户", "", "金额"],
        ["A0", "", "客户编号", "客户名称", ""],
        ["A1", "2025-01-02", "K1", "甲公司", 10],
        ["A2", "2025-01-03", "K2", "乙公司", 5],
    ]
    path = text_file(tmp_path / "o.csv", rows)
    brought = Brought(tmp_path)
    with pytest.raises(CiError, match="header-rows-unclear") as caught:
        brought.bring(path)
    assert "--header-row 1..2" in str(caught.value.hint)
    assert brought.bring(path, LayoutOptions(header_row=(1, 2))).counts.created == 2


@pytest.mark.parametrize("above", [0, 6, 30])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_header_row_that_the_user_names(above: int, kind: str, tmp_path: Path) -> None:
    rows = [[f"说明第{n}行，日期与客户见下", *[""] * 6] for n in range(above)]
    rows += [HEADER, order_row(1), order_row(2)]
    if kind == "csv":
        path = text_file(tmp_path / "o.csv", rows)
    else:
        path = workbook(tmp_path / "o.xlsx", {"Sheet1": rows})
    brought = Brought(tmp_path)
    layout = LayoutOptions(header_row=(above + 1, above + 1)) if above > 20 else None
    assert brought.bring(path, layout).counts.created == 2
    assert [line for line, *_ in brought.lines()] == [above + 2, above + 3]


def test_no_row_stands_where_the_user_says(tmp_path: Path) -> None:
    path = workbook(tmp_path / "o.xlsx", {"Sheet1": [[], [], HEADER, order_row()]})
    with pytest.raises(CiError, match="header-row-invalid") as caught:
        Brought(tmp_path).bring(path, LayoutOptions(header_row=(2, 2)))
    assert "3, 4" in str(caught.value.hint)


def test_a_unit_above_a_joined_header_still_counts(tmp_path: Path) -> None:
    rows = [["单位：万元", *[""] * 6], *TWO_ROWS]
    brought = Brought(tmp_path)
    brought.bring(text_file(tmp_path / "o.csv", rows))
    assert sum(amount for *_, amount in brought.lines()) == 15 * 10_000 * 10_000


NAMES = "Order ID,Order Date,Customer ID,Customer Name,Product,Amount"
SOLD = "".join(f"A{n},2025-01-{n:02},K{n},Firm {n},Tea,{n}.50\n" for n in range(1, 9))


@pytest.mark.parametrize(
    "broken",
    [
        NAMES.replace("Order ID", '"Order ID'),
        NAMES.replace("Order Date", '"Order Date'),
        NAMES.replace("Customer ID", '"Customer ID"x'),
        NAMES.replace("Amount", '"Amount'),
    ],
)
@pytest.mark.parametrize("above", ["", "Orders of 2025\n\n"])
def test_a_header_with_broken_quotes_is_named(tmp_path: Path, broken: str, above: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"{above}{broken}\n{SOLD}", "utf-8")
    with pytest.raises(CiError, match="header-damaged") as caught:
        Brought(tmp_path).bring(path)
    assert caught.value.where.line == 1 + above.count("\n")


def test_a_title_with_broken_quotes_is_only_a_title(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f'Our "best" customers\nSize: 5" and more\n{NAMES}\n{SOLD}', "utf-8")
    assert Brought(tmp_path).bring(path).counts.created == 8
