"""OpenDocument, binary and strict workbooks: the same text as the usual ones, and no error lost."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import openpyxl
import pytest
from reading import edit_zip, error_of, read_all, read_one

from ci_cli.readers import guard
from ci_cli.readers.base import UNCALCULATED
from other_books import cell, ods, record, row, xlsb

ERROR = '<table:table-cell {} office:value-type="{}" {}><text:p>{}</text:p></table:table-cell>'


def test_open_document(tmp_path: Path) -> None:
    tables = (
        '<table:table table:name="订单">'
        + row(cell("id"), cell("name"), cell("amount"), cell("day"))
        + row("<table:table-cell/>", repeat=2)
        + row(cell("007"), cell("A &amp; B"), cell("2.55", "float"), cell("2024-01-02", "date"))
        + row(cell("8"), '<table:table-cell table:number-columns-repeated="2"/>',
              cell("2024-01-02T10:00:00", "date"))
        + '</table:table><table:table table:name="old" table:style-name="hid">'
        + row(cell("x")) + "</table:table>"
    )  # fmt: skip
    seen = read_one(ods(tmp_path / "a.ods", tables))
    assert (seen.sheet, seen.format) == ("订单", "ods")
    assert seen.numbered() == [
        (1, ["id", "name", "amount", "day"]),
        (4, ["007", "A & B", "2.55", "2024-01-02"]),
        (5, ["8", "", "", "2024-01-02 10:00:00"]),
    ]
    assert any("old" in note for note in seen.notes)


def test_errors_of_open_document_are_never_a_zero(tmp_path: Path) -> None:
    formula = 'table:formula="of:=1/0"'
    rows = [
        row(cell("id"), cell("amount")),
        row(cell("1"), ERROR.format(formula, "float", 'office:value="0"', "#DIV/0!")),
        row(cell("2"), ERROR.format(formula, "string", 'calcext:value-type="error"', "Err:502")),
        row(cell("3"), ERROR.format(formula, "string", "", "#N/A")),
        row(cell("4"), f"<table:table-cell {formula}/>"),
        row(cell("5"), ERROR.format(formula, "float", 'office:value="7"', "7")),
        row(cell("6"), cell("#N/A of old")),
        row(cell("9"), ERROR.format(formula, "float", 'office:value="0"', "#REF!"), repeat=2),
    ]
    seen = read_one(
        ods(tmp_path / "a.ods", '<table:table table:name="t">' + "".join(rows) + "</table:table>")
    )
    assert [row[1] for row in seen.rows] == [
        "amount", "#DIV/0!", "Err:502", "#N/A", UNCALCULATED, "7", "#N/A of old", "#REF!", "#REF!",
    ]  # fmt: skip
    assert any("error code: 5" in note for note in seen.notes)


def test_open_document_that_harms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = '<table:table table:name="t">' + row(cell("1")) + "</table:table>"
    locked = ods(tmp_path / "a.ods", table, manifest="<x><encryption-data/></x>")
    assert error_of(locked).code == "file-encrypted"
    broken = ods(tmp_path / "b.ods", table + "<open>")
    assert error_of(broken).code == "file-damaged"
    path = ods(tmp_path / "c.ods", table)
    edit_zip(
        path,
        lambda name, data: b"<!DOCTYPE x>" + data if name == "content.xml" else data,
        tmp_path / "d.ods",
    )
    assert error_of(tmp_path / "d.ods").code == "xml-entities"
    monkeypatch.setattr(guard, "MAX_FLAGGED_CELLS", 1000)
    bad = ERROR.format('table:formula="x"', "string", "", "#N/A")
    many = '<table:table table:name="t">' + row(bad, repeat=100_000_000) + "</table:table>"
    assert error_of(ods(tmp_path / "e.ods", many)).code == "workbook-uncalculated"


def test_binary_workbook(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["id", "name", "amount"],
        ["007", "张三" * 60, 2.55],
        [None, "x", b"\x2a"],
    ]
    path = xlsb(tmp_path / "a.xlsb", {"订单": rows, "old": [["x"]]}, hidden="old")
    seen = read_one(path)
    assert (seen.sheet, seen.format) == ("订单", "xlsb")
    assert seen.rows == [["id", "name", "amount"], ["007", "张三" * 60, "2.55"], ["", "x", "#N/A"]]
    assert any("old" in note for note in seen.notes)
    assert any("error code: 1" in note for note in seen.notes)
    assert [one.sheet for one in read_all(path, sheet="old")] == ["old"]


@pytest.mark.parametrize("tenth", range(1, 10))
def test_broken_binary_workbook(tmp_path: Path, tenth: int) -> None:
    path = xlsb(tmp_path / "a.xlsb", {"t": [["id", "x"], *[["a", b"\x07"]] * 50]})

    def cut(name: str, data: bytes) -> bytes:
        return data[: len(data) * tenth // 10 + 1] if "sheet1" in name else data

    error = error_of(edit_zip(path, cut, tmp_path / "b.xlsb"))
    assert error.code in ("file-damaged", "workbook-unreadable", "file-empty")


def test_a_cell_beyond_any_column_is_damage(tmp_path: Path) -> None:
    """One bit of a column's number made eight million columns of one."""
    path = xlsb(tmp_path / "a.xlsb", {"t": [["id", "x"], ["a", 1.0]]})

    def moved(name: str, data: bytes) -> bytes:
        cell = record(5, struct.pack("<II", 1, 0) + struct.pack("<d", 1.0))
        assert "sheet1" not in name or cell in data
        return data.replace(cell, record(5, struct.pack("<II", 1 << 23, 0) + cell[-8:]))

    error = error_of(edit_zip(path, moved, tmp_path / "b.xlsb"))
    assert error.code == "workbook-unreadable"
    assert "16384" in str(error)
    lost = xlsb(tmp_path / "c.xlsb", {"t": [["id", "x"], ["a", b"\x07"]]})

    def far(name: str, data: bytes) -> bytes:
        cell = record(3, struct.pack("<II", 1, 0) + b"\x07")
        return data.replace(cell, record(3, struct.pack("<II", 1 << 30, 0) + b"\x07"))

    assert error_of(edit_zip(lost, far, tmp_path / "d.xlsb")).code == "workbook-unreadable"


STRICT = (
    (
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        b"http://purl.oclc.org/ooxml/spreadsheetml/main",
    ),
    (
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
    ),
)


def strict(name: str, data: bytes) -> bytes:
    for usual, other in STRICT:
        data = data.replace(usual, other)
    if name.endswith("sheet1.xml"):
        data = data.replace(
            b"</sheetData>",
            b'<row r="9"><c r="A9" t="d"><v>2024-01-05</v></c>'
            b'<c r="B9" t="d"><v>2024-01-05T10:30:00</v></c><c r="C9" t="e"><v>#N/A</v></c></row>'
            b"</sheetData>",
        )
    return data


def test_strict_workbook(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    for cells in (["id", "name", "amount"], ["007", "张三", 2.55], [8, True, "=1+1"]):
        made.active.append(cells)
    made.save(tmp_path / "a.xlsx")
    seen = read_one(edit_zip(tmp_path / "a.xlsx", strict, tmp_path / "b.xlsx"))
    assert seen.rows[:3] == [
        ["id", "name", "amount"], ["007", "张三", "2.55"], ["8", "TRUE", UNCALCULATED],
    ]  # fmt: skip
    assert seen.rows[3] == ["2024-01-05", "2024-01-05 10:30:00", "#N/A"]


def test_hidden_rows_formulas_and_macros_are_said(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    for number in range(5):
        made.active.append([number, "x"])
    made.active.row_dimensions[2].hidden = made.active.row_dimensions[4].hidden = True
    made.save(tmp_path / "a.xlsx")

    def calculated(name: str, data: bytes) -> bytes:
        return data.replace(b"<v>3</v>", b"<f>1+2</f><v>3</v>") if "sheet1" in name else data

    path = edit_zip(tmp_path / "a.xlsx", calculated, tmp_path / "b.xlsm")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
    seen = read_one(path)
    assert len(seen.rows) == 5
    assert any("hidden rows" in note and note.endswith("2") for note in seen.notes)
    assert any(note.startswith("formulas: 1;") for note in seen.notes)
    assert any("macros" in note for note in seen.notes)


def test_hidden_rows_of_the_other_kinds_are_said(tmp_path: Path) -> None:
    def hidden(visibility: str, text: str, repeat: int) -> str:
        return row(cell(text) if text else "<table:table-cell/>", repeat=repeat).replace(
            "<table:table-row", f'<table:table-row table:visibility="{visibility}"'
        )

    sheet = (
        row(cell("id")) + hidden("collapse", "1", 1) + hidden("filter", "2", 2)
        + hidden("visible", "3", 1) + hidden("collapse", "", 1_000)
    )  # fmt: skip
    seen = read_one(ods(tmp_path / "a.ods", f'<table:table table:name="t">{sheet}</table:table>'))
    assert len(seen.rows) == 5
    assert any("hidden rows" in note and note.endswith(": 3") for note in seen.notes)
    path = xlsb(tmp_path / "a.xlsb", {"t": [["id"], ["1"], ["2"]]})

    def hide(name: str, data: bytes) -> bytes:
        flagged = struct.pack("<II", 1, 0) + bytes([0, 0, 0, 0x10]) + bytes(13)
        return data.replace(record(0, struct.pack("<II", 1, 0) + bytes(17)), record(0, flagged))

    seen = read_one(edit_zip(path, hide, tmp_path / "b.xlsb"))
    assert len(seen.rows) == 3
    assert any("hidden rows" in note and note.endswith(": 1") for note in seen.notes)


def test_an_error_repeated_without_end_stops(tmp_path: Path) -> None:
    bad = ERROR.format('table:formula="x" table:number-columns-repeated="9999999999"', "string",
                       "", "#N/A")  # fmt: skip
    path = ods(tmp_path / "a.ods", f'<table:table table:name="t">{row(bad)}</table:table>')
    assert error_of(path).code == "workbook-uncalculated"


def repeated(path: Path, *rows: str) -> Path:
    return ods(path, '<table:table table:name="t">' + "".join(rows) + "</table:table>")


def test_equal_rows_are_read_as_often_as_they_stand_there(tmp_path: Path) -> None:
    line = row(cell("1"), cell("tea"), repeat=3)
    blank = row('<table:table-cell table:number-columns-repeated="16384"/>', repeat=1_048_000)
    seen = read_one(repeated(tmp_path / "a.ods", row(cell("id"), cell("what")), line, blank))
    assert seen.numbered() == [
        (1, ["id", "what"]), (2, ["1", "tea"]), (3, ["1", "tea"]), (4, ["1", "tea"]),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "filled",
    [
        cell("tea"),
        cell("7", "float"),
        '<table:table-cell office:value-type="float" office:value="7"/>',
    ],
)
def test_rows_repeated_beyond_belief_are_refused(tmp_path: Path, filled: str) -> None:
    """A file of some hundred bytes may claim a million rows."""
    once = repeated(tmp_path / "a.ods", row(cell("id")), row(filled, repeat=1_048_000))
    error = error_of(once)
    assert error.code == "file-too-large"
    assert "--limit repeats=" in str(error.hint)
    half = row(filled, repeat=guard.MAX_REPEATED_ROWS // 2 + 2)
    assert error_of(repeated(tmp_path / "b.ods", half, half)).code == "file-too-large"


@pytest.mark.parametrize("encoding", ["UTF-99", "gbk"])
def test_open_document_in_an_encoding_that_nobody_knows(tmp_path: Path, encoding: str) -> None:
    declaration = f'<?xml version="1.0" encoding="{encoding}"?>'.encode()
    path = repeated(tmp_path / "a.ods", row(cell("id")))
    edit_zip(
        path,
        lambda name, data: declaration + data if name == "content.xml" else data,
        tmp_path / "b.ods",
    )
    error = error_of(tmp_path / "b.ods")
    assert error.code == "file-damaged"
    assert "archive" not in str(error.message)
