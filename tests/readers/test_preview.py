"""A table as it is read: nothing dropped, nothing mended, everything odd said."""

from __future__ import annotations

from pathlib import Path

from reading import write

from ci_cli.readers.base import ReadOptions
from ci_cli.readers.opening import open_tables
from ci_cli.readers.preview import Preview

HEAD = "id,name,amount\n"
ROWS = "".join(f"{n},A {n},{n}.50\n" for n in range(1, 9))


def seen_of(path: Path, number: int = 1) -> tuple[Preview, list[tuple[int, list[str]]]]:
    with open_tables(path, ReadOptions()) as tables:
        preview = Preview(tables[0], number)
        return preview, [(row.line, row.cells) for row in preview.rows()]


def test_odd_rows_are_shown_as_they_are_with_their_reason(tmp_path: Path) -> None:
    odd = '9,B,1.5,extra\n8,C\n7,"D,2.5\n6,E,3.5,\n' + HEAD
    preview, rows = seen_of(write(tmp_path / "a.csv", "Title\n\n" + HEAD + ROWS + odd + ROWS))
    assert [row.cells for row in preview.titles] == [["Title"]]
    assert (preview.header_lines, preview.heading.names) == ([3], ["id", "name", "amount"])
    assert rows[8:13] == [
        (12, ["9", "B", "1.5", "extra"]), (13, ["8", "C"]), (14, ["7", '"D', "2.5"]),
        (15, ["6", "E", "3.5", ""]), (16, ["id", "name", "amount"]),
    ]  # fmt: skip
    assert [line for line, _ in preview.problems] == [12, 13, 14, 16]
    assert preview.count == len(rows) == 21


def test_damaged_header_is_still_the_header(tmp_path: Path) -> None:
    preview, rows = seen_of(write(tmp_path / "a.csv", 'id,"name,amount\n' + ROWS))
    assert preview.heading.names == ["id", '"name', "amount"]
    assert [line for line, _ in preview.problems] == [1]
    assert len(rows) == 8


def test_two_tables_in_one_file(tmp_path: Path) -> None:
    text = "Stock\n" + HEAD + ROWS + "\nsku,stock\nX,5\nY,6\nZ,7\n"
    path = write(tmp_path / "a.csv", text)
    first, rows = seen_of(path)
    assert (len(rows), first.problems) == (8, [])
    assert [(part.line, part.names) for part in first.parts] == [
        (2, ["id", "name", "amount"]), (12, ["sku", "stock"]),
    ]  # fmt: skip
    second, rows = seen_of(path, 2)
    assert second.heading.names == ["sku", "stock"]
    assert rows == [(13, ["X", "5"]), (14, ["Y", "6"]), (15, ["Z", "7"])]


def test_file_without_header(tmp_path: Path) -> None:
    preview, rows = seen_of(write(tmp_path / "a.csv", ROWS))
    assert (preview.header_lines, len(rows), preview.problems) == ([], 8, [])


def test_long_file_with_damage_at_its_end(tmp_path: Path) -> None:
    many = "".join(f"{n},A {n},{n}.50\n" for n in range(12_000))
    preview, rows = seen_of(write(tmp_path / "a.csv", HEAD + many + "x,y\n"))
    assert [line for line, _ in preview.problems] == [12_002]
    assert len(rows) == 12_001
