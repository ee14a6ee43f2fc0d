"""Numbers of typed cells have a point, whatever kind of workbook they stand in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import xlwt

from importer import bring_in, new_store
from other_books import cell, ods, row, xlsb
from sheets import workbook
from store_dump import logical_dump

HEADER = ["Order ID", "Order Date", "Customer ID", "Product", "Quantity"]
# three decimals throughout: in a text file nobody could tell kilograms from thousands
ROWS = [["A1", "2025-01-02", "K1", "Tea", 1.234], ["A2", "2025-01-03", "K2", "Tea", 2.345]]


def write_xls(path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Orders")
    for number, values in enumerate([HEADER, *ROWS]):
        for place, value in enumerate(values):
            sheet.write(number, place, value)
    book.save(str(path))


def write_ods(path: Path) -> None:
    rows = "".join(
        row(*(cell(str(value), "float" if isinstance(value, float) else "string") for value in one))
        for one in [HEADER, *ROWS]
    )
    ods(path, f'<table:table table:name="Orders">{rows}</table:table>')


WRITERS: dict[str, Callable[[Path], object]] = {
    "xlsx": lambda path: workbook(path, {"Orders": [HEADER, *ROWS]}),
    "xls": write_xls,
    "ods": write_ods,
    "xlsb": lambda path: xlsb(path, {"Orders": [HEADER, *ROWS]}),
}


@pytest.mark.parametrize("kind", WRITERS)
def test_three_decimals_of_typed_cells_are_decimals(tmp_path: Path, kind: str) -> None:
    WRITERS[kind](tmp_path / f"orders.{kind}")
    store = new_store(tmp_path / "ci.db")
    bring_in(store, tmp_path / f"orders.{kind}", kind="orders")
    assert [line[8] for line in logical_dump(store)["order_line"]] == [1_234_000, 2_345_000]
