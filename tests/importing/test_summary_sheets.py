"""A workbook's own summary beside its orders is no second set of orders."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ci_cli.importing.model import ImportResult
from ci_cli.readers.base import ReadOptions
from importer import bring_in, new_store
from sheets import HEADER, order_row, workbook

ORDERS = [HEADER, *(order_row(n) for n in range(1, 9))]
SUMMARIES: dict[str, list[list[Any]]] = {
    "months": [["Month", "Revenue"], ["2025-01", 50], ["2025-02", 30]],
    "days": [["日期", "金额", "数量"], ["2025-01-02", 80, 16]],
    "regions": [["Month", "Region", "Revenue"], ["2025-01", "North", 50], ["2025-01", "South", 30]],
}
OTHERS: dict[str, list[list[Any]]] = {
    "counter sales": [["日期", "商品", "金额"], ["2025-01-02", "茶", 5], ["2025-01-03", "笔", 6]],
    "by customer": [["日期", "客户", "金额"], ["2025-01-02", "甲公司", 5], ["2025-01-03", "乙", 6]],
}


def brought(folder: Path, sheets: dict[str, Any], **options: Any) -> ImportResult:
    store = new_store(folder / "ci.db", currency="CNY")
    return bring_in(store, workbook(folder / "book.xlsx", sheets), **options)


@pytest.mark.parametrize("name", SUMMARIES)
@pytest.mark.parametrize("first", [True, False])
def test_a_summary_is_left_out_and_said(tmp_path: Path, name: str, first: bool) -> None:
    own = {"Summary": SUMMARIES[name]}
    both = {**own, "Orders": ORDERS} if first else {"Orders": ORDERS, **own}
    result = brought(tmp_path, both)
    assert [file.sheet for file in result.files] == ["Orders"]
    assert result.counts.created == 8
    (note,) = result.skipped
    assert note.level == "warning"
    assert "Sheet Summary left out" in str(note.text)
    assert "sheet Orders" in str(note.text)


@pytest.mark.parametrize("name", OTHERS)
def test_sheets_that_name_something_are_orders_of_their_own(tmp_path: Path, name: str) -> None:
    result = brought(tmp_path, {"Orders": ORDERS, "More": OTHERS[name]})
    assert [file.sheet for file in result.files] == ["Orders", "More"]
    assert result.counts.created == 10


def test_a_summary_alone_or_by_name_is_imported(tmp_path: Path) -> None:
    result = brought(tmp_path, {"Summary": SUMMARIES["months"]})
    assert result.counts.created == 2
    other = tmp_path / "other"
    other.mkdir()
    both = {"Summary": SUMMARIES["months"], "Orders": ORDERS}
    result = brought(other, both, read=ReadOptions(sheet="Summary"))
    assert [file.sheet for file in result.files] == ["Summary"]


def test_a_summary_that_the_user_calls_orders(tmp_path: Path) -> None:
    both = {"Summary": SUMMARIES["months"], "Orders": ORDERS}
    result = brought(tmp_path, both, kind="orders")
    assert [file.sheet for file in result.files] == ["Summary", "Orders"]
