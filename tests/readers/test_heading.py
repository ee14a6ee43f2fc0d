"""Where the header stands and where another table begins, by shape alone."""

from __future__ import annotations

import pytest

from ci_cli.readers.heading import begins_table, find_heading

DATA = [["1", "Ann", "2.50", "2024-01-02"], ["2", "Bo", "3.50", "2024-01-03"],
        ["3", "Cy", "4.50", "2024-01-04"]]  # fmt: skip
NAMES = ["id", "name", "price", "day"]


@pytest.mark.parametrize(
    ("above", "first", "rows", "names"),
    [
        ([NAMES], 0, 1, NAMES),
        ([["Sales 2024"], NAMES], 1, 1, NAMES),
        ([["Sales 2024", "", "", ""], ["printed", "2024-02-01", "", ""], NAMES], 2, 1, NAMES),
        # a header of several rows
        ([NAMES, ["no", "text", "EUR", "ISO"]], 0, 2,
         ["id no", "name text", "price EUR", "day ISO"]),
        ([NAMES, NAMES, NAMES], 0, 3, [" ".join([name] * 3) for name in NAMES]),
        # names of groups above names that repeat
        ([["", "Buyer", "Total", ""], ["id", "name", "price", "price"]], 0, 2,
         ["id", "Buyer name", "Total price", "Total price"]),
        # merged cells: each row names what the other leaves blank
        ([["id", "Buyer", "Sale", ""], ["", "name", "price", "day"]], 0, 2,
         ["id", "Buyer name", "Sale price", "Sale day"]),
        ([["Sales 2024", "", "", ""], ["id", "Buyer", "", ""], ["", "name", "price", "day"]], 1, 2,
         ["id", "Buyer name", "Buyer price", "Buyer day"]),
        # a row of data that leaves out what has a name, and fills what has none
        ([["id", "", "price", "day"], ["", "Ed", "", "2024-01-02"]], 0, 1,
         ["id", "", "price", "day"]),
        ([["id", "", "price", "day"], ["", "Ed", "", ""]], 0, 1, ["id", "", "price", "day"]),
        # no header
        ([], 0, 0, []),
        ([["9", "Di", "1.50", "2024-01-01"]], 0, 0, []),
        # months as names
        ([["id", "name", "2024-01", "2024-02"]], 0, 1, ["id", "name", "2024-01", "2024-02"]),
        ([["客户", "区域", "1月", "2月"]], 0, 1, ["客户", "区域", "1月", "2月"]),
        # a row of texts that is data: something is not available
        ([NAMES, ["4", "Ed", "n/a", "n/a"]], 0, 1, NAMES),
        ([NAMES, ["4", "Ed", "unknown", "2024-01-02"]], 0, 1, NAMES),
        # a blank name
        ([["id", "", "price", "day"]], 0, 1, ["id", "", "price", "day"]),
    ],
)  # fmt: skip
def test_heading(above: list[list[str]], first: int, rows: int, names: list[str]) -> None:
    found = find_heading([*above, *DATA])
    assert (found.first, found.rows, found.names) == (first, rows, names)


@pytest.mark.parametrize(
    ("rows", "first", "count"),
    [
        ([], 0, 0),
        ([NAMES], 0, 1),
        ([["Title"], NAMES], 1, 1),
        ([["name"], ["Ann"], ["Bo"]], 0, 1),
        ([["amount"], ["1"], ["2"]], 0, 1),
        ([["7"], ["1"], ["2"]], 0, 0),
        ([["name", "city"], ["Ann", "Ulm"], ["Bo", "Bonn"]], 0, 1),  # texts only
        ([["name", "city", "x"], ["Ann", "", ""], ["Bo", "", ""]], 0, 1),
    ],
)
def test_small_tables(rows: list[list[str]], first: int, count: int) -> None:
    found = find_heading(rows)
    assert (found.first, found.rows) == (first, count)


@pytest.mark.parametrize(
    ("rows", "after_blank", "begins"),
    [
        ([["sku", "stock"], ["A", "1"], ["B", "2"]], False, True),
        ([["sku", "a", "b", "c", "d"], ["A", "1", "2", "3", "4"]], False, True),
        # a short row of texts among sound ones
        ([["lost", "cell", "here"], *DATA], False, False),
        # short rows of data
        ([["9", "1.5"], ["8", "2.5"], ["7", "3.5"]], False, False),
        # as wide as the table: only behind a blank line, and above figures
        ([["sku", "name", "stock", "min"], ["A", "x", "1", "2"]], True, True),
        ([["sku", "name", "stock", "min"], ["A", "x", "1", "2"]], False, False),
        ([["a", "b", "c", "d"], ["e", "f", "g", "h"]], True, False),
        ([NAMES, *DATA], True, False),  # its own header again
    ],
)
def test_another_table(rows: list[list[str]], after_blank: bool, begins: bool) -> None:
    assert begins_table(rows, NAMES, after_blank=after_blank) is begins
