"""Workbooks: every cell as people see it, on the row where Excel shows it, and nothing blanked."""

from __future__ import annotations

import datetime
import re
import warnings
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.chart import BarChart
from reading import SHEET, edit_zip, error_of, read_all, read_one, with_sheet_xml, write

from ci_cli.errors import ExitCode
from ci_cli.readers import excel, guard
from ci_cli.readers.base import UNCALCULATED
from ci_cli.readers.child import ChildFailedError
from ci_cli.readers.excel_child import (
    cell_text,
)
from ci_cli.readers.workbook import zero_formats


def new_book() -> tuple[openpyxl.Workbook, object]:
    book = openpyxl.Workbook()
    return book, book.active


def saved(book: openpyxl.Workbook, path: Path) -> Path:
    book.save(path)
    return path


@pytest.fixture
def frame(tmp_path: Path) -> Path:
    """A workbook whose sheet is there to be replaced."""
    book, sheet = new_book()
    sheet["A1"] = 1
    return saved(book, tmp_path / "frame.xlsx")


# Sheets


def test_cells_of_all_kinds(tmp_path: Path) -> None:
    book, sheet = new_book()
    rows = [
        ["id", "name", "day", "paid", "rate"],
        [17850, "Ann", datetime.datetime(2024, 1, 2), True, 2.55],
        ["00123", "NA", datetime.datetime(2024, 1, 2, 8, 26), False, 0.1 + 0.2],
        ["1E5", "多行\n客户", datetime.date(2024, 2, 29), None, -12.5],
    ]
    for row in rows:
        sheet.append(row)
    seen = read_one(saved(book, tmp_path / "a.xlsx"))
    assert (seen.sheet, seen.format) == ("Sheet", "xlsx")
    assert seen.numbered() == [
        (1, ["id", "name", "day", "paid", "rate"]),
        (2, ["17850", "Ann", "2024-01-02", "TRUE", "2.55"]),
        (3, ["00123", "NA", "2024-01-02 08:26:00", "FALSE", "0.3"]),
        (4, ["1E5", "多行\n客户", "2024-02-29", "", "-12.5"]),
    ]


def test_rows_keep_their_number_in_excel(tmp_path: Path) -> None:
    book, sheet = new_book()
    sheet["C4"], sheet["D4"] = "id", "name"
    sheet["C6"], sheet["D6"] = 1, "Ann"
    sheet["C7"] = "   "  # blank as well
    sheet["D1300"] = "far below"
    seen = read_one(saved(book, tmp_path / "a.xlsx"))
    assert seen.numbered() == [(4, ["id", "name"]), (6, ["1", "Ann"]), (1300, ["", "far below"])]


def test_sheet_smaller_than_it_says(tmp_path: Path) -> None:
    book, sheet = new_book()
    for row in ([1, 2, 3], [4, 5, 6]):
        sheet.append(row)
    path = edit_zip(
        saved(book, tmp_path / "a.xlsx"),
        lambda name, data: re.sub(rb'dimension ref="[^"]*"', b'dimension ref="A1:A1"', data),
        tmp_path / "b.xlsx",
    )
    assert read_one(path).rows == [["1", "2", "3"], ["4", "5", "6"]]


def test_dates_of_1904(tmp_path: Path) -> None:
    for system in (openpyxl.utils.datetime.CALENDAR_WINDOWS_1900,
                   openpyxl.utils.datetime.CALENDAR_MAC_1904):  # fmt: skip
        book, sheet = new_book()
        book.epoch = system
        sheet["A1"] = datetime.datetime(2024, 1, 2, 3, 4, 5)
        assert read_one(saved(book, tmp_path / "a.xlsx")).rows == [["2024-01-02 03:04:05"]]


def test_errors_and_bare_formulas_are_never_blank(tmp_path: Path) -> None:
    book, sheet = new_book()
    sheet.append(["id", "amount", "tax"])
    sheet.append([1, "#N/A", "=B2*0.1"])
    sheet.append([2, 5, "#DIV/0!"])
    sheet["A9"] = "#REF!"  # a row that holds nothing else
    sheet["F4"] = "=1+1"  # a column and a row that hold nothing else
    seen = read_one(saved(book, tmp_path / "a.xlsx"))
    assert seen.numbered() == [
        (1, ["id", "amount", "tax", "", "", ""]),
        (2, ["1", "#N/A", UNCALCULATED, "", "", ""]),
        (3, ["2", "5", "#DIV/0!", "", "", ""]),
        (4, ["", "", "", "", "", UNCALCULATED]),
        (9, ["#REF!", "", "", "", "", ""]),
    ]
    assert any("error code: 3" in note for note in seen.notes)
    assert any("never calculated: 2" in note for note in seen.notes)


def test_bare_formula_left_of_everything(tmp_path: Path) -> None:
    book, sheet = new_book()
    sheet["B2"], sheet["C3"] = "=1+1", "x"
    assert read_one(saved(book, tmp_path / "a.xlsx")).numbered() == [
        (2, [UNCALCULATED, ""]),
        (3, ["", "x"]),
    ]


def test_sheet_of_bare_formulas_only(tmp_path: Path) -> None:
    book, sheet = new_book()
    sheet["B2"], sheet["C5"] = "=1+1", "=1+2"
    assert read_one(saved(book, tmp_path / "a.xlsx")).numbered() == [
        (2, [UNCALCULATED, ""]),
        (5, ["", UNCALCULATED]),
    ]


def test_flagged_cells_far_apart(
    tmp_path: Path, frame: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Blocks of the raw scan, of the spool and of the rows handed on all end somewhere else."""
    monkeypatch.setattr(guard, "BLOCK_BYTES", 777)
    monkeypatch.setattr(guard, "CHUNK_ROWS", 300)
    odd = {3: "#N/A", 500: UNCALCULATED, 501: "#REF!", 1499: UNCALCULATED, 2000: "#NUM!"}
    rows = []
    for number in range(1, 2001):
        cell = '<c r="B{n}"><f>A{n}</f><v>{n}</v></c>'
        if odd.get(number) == UNCALCULATED:
            cell = '<c r="B{n}"><f>A{n}</f></c>'
        elif number in odd:
            cell = '<c r="B{n}" t="e"><v>' + odd[number] + "</v></c>"
        rows.append(
            f'<row r="{number}"><c r="A{number}"><v>{number}</v></c>{cell.format(n=number)}</row>'
        )
    seen = read_one(with_sheet_xml(frame, SHEET.format(rows="".join(rows)), tmp_path / "a.xlsx"))
    assert seen.numbered() == [(n, [str(n), odd.get(n, str(n))]) for n in range(1, 2001)]


@settings(max_examples=25, deadline=None)
@given(
    st.dictionaries(
        st.tuples(st.integers(1, 30), st.integers(1, 6)),
        st.one_of(
            st.integers(-999, 999),
            st.text("ab 客户", min_size=1, max_size=4).filter(str.strip),
            st.sampled_from(["#N/A", "#REF!", "=1+1"]),
        ),
        min_size=1,
        max_size=25,
    )
)
def test_any_scattered_cells(
    tmp_path_factory: pytest.TempPathFactory, cells: dict[tuple[int, int], int | str]
) -> None:
    book, sheet = new_book()
    for (row, column), value in cells.items():
        sheet.cell(row, column, value)
    seen = read_one(saved(book, tmp_path_factory.mktemp("cells") / "a.xlsx"))
    left = min(column for _, column in cells)
    found = {
        (line, left + at): cell
        for line, row in seen.numbered()
        for at, cell in enumerate(row)
        if cell
    }
    assert found == {
        place: UNCALCULATED if value == "=1+1" else str(value) for place, value in cells.items()
    }
    assert seen.lines == sorted({row for row, _ in cells})


def test_too_many_flagged_cells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "MAX_FLAGGED_CELLS", 3)
    book, sheet = new_book()
    for _ in range(5):
        sheet.append(["=1+1"])
    error = error_of(saved(book, tmp_path / "a.xlsx"))
    assert (error.code, error.where.sheet) == ("workbook-uncalculated", "Sheet")


def test_both_engines_give_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book, sheet = new_book()
    sheet["C3"], sheet["D3"], sheet["E3"], sheet["F3"] = "id", "when", "amount", "tax"
    sheet["C5"], sheet["D5"] = 17850, datetime.datetime(2024, 1, 2, 3, 4, 5)
    sheet["E5"], sheet["F5"] = 0.1 + 0.2, "=E5*2"
    sheet["C6"], sheet["D6"], sheet["E6"] = "00123", datetime.date(2024, 2, 29), "#N/A"
    sheet["C7"], sheet["D7"], sheet["E7"] = True, datetime.time(8, 30), 1234567890123456
    sheet["J9"].font = openpyxl.styles.Font(bold=True)  # a format alone is no cell
    second = book.create_sheet("more")
    second["B2"] = " x "
    book.create_chartsheet("Chart").add_chart(BarChart())
    book.create_sheet("hidden").sheet_state = "hidden"
    path = saved(book, tmp_path / "a.xlsx")
    usual = read_all(path)
    start = excel.Child

    def without_calamine(engine: str, *rest: object) -> object:
        if engine == "calamine":
            raise ChildFailedError("crash", "")
        return start(engine, *rest)

    monkeypatch.setattr(excel, "Child", without_calamine)
    slower = read_all(path)
    assert [(table.sheet, table.numbered()) for table in slower] == [
        (table.sheet, table.numbered()) for table in usual
    ]
    assert usual[0].numbered() == [
        (3, ["id", "when", "amount", "tax"]),
        (5, ["17850", "2024-01-02 03:04:05", "0.3", UNCALCULATED]),
        (6, ["00123", "2024-02-29", "#N/A", ""]),
        (7, ["TRUE", "08:30:00", "1.23456789012346e+15", ""]),
    ]
    assert set(slower[0].notes) - set(usual[0].notes) == {
        "read by openpyxl, since the faster reader gave up"
    }


# Which sheets


@pytest.fixture
def many(tmp_path: Path) -> Path:
    book, sheet = new_book()
    sheet.title = "Notes"
    sheet.sheet_state = "hidden"
    sheet["A1"] = "hidden"
    for name in ("订单", "Blank", "2"):
        book.create_sheet(name)
    book["订单"]["A1"] = "orders"
    book["2"]["A1"] = "two"
    chart = book.create_chartsheet("Chart")
    chart.add_chart(BarChart())
    book.create_sheet("Deep").sheet_state = "veryHidden"
    return saved(book, tmp_path / "many.xlsx")


def test_visible_sheets_are_read_and_the_others_named(many: Path) -> None:
    first, second = read_all(many)
    assert [(first.sheet, first.rows), (second.sheet, second.rows)] == [
        ("订单", [["orders"]]),
        ("2", [["two"]]),
    ]
    assert any("hidden" in note and "Notes, Deep" in note for note in first.notes)
    assert any("Chart" in note for note in first.notes)
    assert any("empty" in note and "Blank" in note for note in first.notes)
    assert second.notes == []


@pytest.mark.parametrize(
    ("wanted", "name"),
    [("订单", "订单"), ("1", "订单"), ("2", "2"), ("3", "2"), ("notes", "Notes"),
     (" NOTES ", "Notes")],
)  # fmt: skip
def test_choice_of_a_sheet(many: Path, wanted: str, name: str) -> None:
    assert read_one(many, sheet=wanted).sheet == name


@pytest.mark.parametrize("wanted", ["Orders", "0", "9", "Chart"])
def test_sheet_that_is_not_there(many: Path, wanted: str) -> None:
    error = error_of(many, sheet=wanted)
    assert (error.code, error.exit_code) == ("sheet-missing", ExitCode.DECIDE)
    listed = [str(detail) for detail in error.details]
    assert any("订单" in line for line in listed)
    assert any("Notes" in line and "hidden" in line for line in listed)


def test_chosen_sheet_is_empty(many: Path) -> None:
    assert error_of(many, sheet="Blank").code == "file-empty"


def test_workbook_with_macros_is_read_as_data(tmp_path: Path) -> None:
    book, sheet = new_book()
    sheet["A1"] = "x"
    path = saved(book, tmp_path / "a.xlsx").rename(tmp_path / "a.xlsm")
    assert read_one(path).rows == [["x"]]


def test_workbook_part_by_another_name(tmp_path: Path, frame: Path) -> None:
    """Strict readers find the workbook by its relations, not by its name."""
    path = tmp_path / "renamed.xlsx"
    with zipfile.ZipFile(frame) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            data = old.read(name).replace(b"xl/workbook.xml", b"xl/book2.xml")
            data = data.replace(b"/xl/worksheets", b"worksheets")
            new.writestr(name.replace("xl/workbook.xml", "xl/book2.xml")
                         .replace("workbook.xml.rels", "book2.xml.rels"), data)  # fmt: skip
    assert read_one(path).rows == [["1"]]


# Real workbooks, each against another reader


@pytest.mark.shared
@pytest.mark.parametrize("name", ["test.xlsx", "sheets.xlsx", "dummy.xlsx", "test_skip_lines.xlsx"])
def test_csvkit_workbooks_against_openpyxl(shared_data: Path, name: str) -> None:
    path = shared_data / "nasty" / "csvkit" / name
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about extensions that openpyxl does not know
        book = openpyxl.load_workbook(path, data_only=True)
    for table in read_all(path):
        expected = [
            (number, [cell_text(cell) for cell in row])
            for number, row in enumerate(book[table.sheet].iter_rows(values_only=True), start=1)
            if any(cell is not None for cell in row)
        ]
        width = max(len(row) for row in table.rows)
        assert [line for line, _ in table.numbered()] == [line for line, _ in expected]
        for (_, row), (_, other) in zip(table.numbered(), expected, strict=True):
            assert row == other[:width]
            assert not any(other[width:])


@pytest.mark.shared
@pytest.mark.slow
def test_online_retail_workbook_against_its_csv(shared_data: Path) -> None:
    """The same half million rows, from the workbook and from the text file."""
    folder = shared_data / "online_retail"
    book = read_one(folder / "online_retail.xlsx")
    text = read_one(folder / "online_retail.csv.gz")
    assert book.lines == text.lines
    for row, other in zip(book.rows, text.rows, strict=True):
        other[6] = other[6].removesuffix(".0")
        if row != other:
            assert (float(row[5]), row[3]) == (float(other[5]), other[3])
            assert [row[at].strip() for at in (0, 1, 2, 4, 6, 7)] == [
                other[at].strip() for at in (0, 1, 2, 4, 6, 7)
            ]


def test_csv_under_the_name_of_a_workbook_says_so(tmp_path: Path) -> None:
    assert error_of(write(tmp_path / "a.xlsx", "a,b\n1,2\n")).code == "file-misnamed"


@pytest.mark.parametrize("block", [guard.BLOCK_BYTES, 64, 333])
def test_zeros_that_only_the_format_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    """Excel shows 00007, the file holds 7: nobody could match it with 00007 of another file."""
    book, sheet = new_book()
    sheet.append(["code", "text", "share", "full"])
    for number in range(1, 41):
        sheet.append([number * 7, f"{number:05}", number / 100, 10_000 + number])
    for row in sheet.iter_rows(min_row=2):
        for cell, form in zip(row, ("00000", "00000", "0%", "00000"), strict=True):
            cell.number_format = form
    path = saved(book, tmp_path / "a.xlsx")
    monkeypatch.setattr(guard, "BLOCK_BYTES", block)
    (note,) = [note for note in read_one(path).notes if "leading zeros" in note]
    assert "column A: 40 numbers" in note
    assert "--id-width FIELD=5" in note


@pytest.mark.parametrize(
    "styles",
    [b"", b"<styleSheet>", b"<!DOCTYPE x><styleSheet/>", b"<styleSheet><cellXfs/></styleSheet>"],
)
def test_styles_that_cannot_be_read_say_nothing(tmp_path: Path, styles: bytes) -> None:
    book, _sheet = new_book()
    path = saved(book, tmp_path / "a.xlsx")
    edit_zip(path, lambda part, data: styles if "styles" in part else data, tmp_path / "b.xlsx")
    with zipfile.ZipFile(tmp_path / "b.xlsx") as archive:
        assert zero_formats(archive) == {}


@pytest.mark.parametrize("encoding", ["UTF-99", "gbk", "latin-5000", "base64"])
@pytest.mark.parametrize(
    "part",
    ["_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml",
     "xl/worksheets/sheet1.xml"],
)  # fmt: skip
def test_a_part_in_an_encoding_that_nobody_knows(tmp_path: Path, part: str, encoding: str) -> None:
    """Read, or refused as damaged; never a traceback."""
    book, sheet = new_book()
    sheet.append(["id", "=1+1"])
    path = saved(book, tmp_path / "a.xlsx")
    declaration = f'<?xml version="1.0" encoding="{encoding}"?>'.encode()

    def declared(name: str, data: bytes) -> bytes:
        return declaration + re.sub(rb"^<\?xml.*?\?>", b"", data) if name == part else data

    edit_zip(path, declared, tmp_path / "b.xlsx")
    with zipfile.ZipFile(tmp_path / "b.xlsx") as archive:
        assert archive.read(part).startswith(declaration)
    if part == "xl/styles.xml":  # the cells are there without it
        assert read_one(tmp_path / "b.xlsx").rows[0][0] == "id"
        return
    error = error_of(tmp_path / "b.xlsx")
    assert error.code in ("file-damaged", "workbook-unreadable")
    assert "archive" not in str(error.message)


def test_a_row_number_beyond_any_sheet_is_refused_at_once(tmp_path: Path) -> None:
    """One damaged number must not make a reader count to four thousand million."""
    book, sheet = new_book()
    for row in (["id", "name"], ["1", "Ann"], ["2", "Bob"]):
        sheet.append(row)
    path = saved(book, tmp_path / "long.xlsx")
    far = edit_zip(
        path,
        lambda _name, data: re.sub(rb'(r="[A-Z]*)3"', rb'\g<1>4294967296"', data),
        tmp_path / "far.xlsx",
    )
    error = error_of(far)
    assert error.code == "workbook-unreadable"
    assert "1048576" in str(error.message)
