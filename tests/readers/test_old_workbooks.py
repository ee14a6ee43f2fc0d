"""Workbooks in the old .xls format, error cells included."""

from __future__ import annotations

import contextlib
import datetime
import math
from pathlib import Path

import pytest
import xlwt
from reading import read_all, read_one

from ci_cli.readers.olefile import OleError, error_cells


def test_old_workbook(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("订单")
    day = xlwt.easyxf(num_format_str="YYYY-MM-DD")
    moment = xlwt.easyxf(num_format_str="YYYY-MM-DD HH:MM:SS")
    sheet.write(2, 1, "id")
    sheet.write(2, 2, "when")
    sheet.write(2, 3, "amount")
    sheet.write(4, 1, 17850)
    sheet.write(4, 2, datetime.datetime(2024, 1, 2, 3, 4, 5), moment)
    sheet.write(4, 3, 2.55)
    sheet.write(5, 1, "00123")
    sheet.write(5, 2, datetime.date(2024, 2, 29), day)
    sheet.row(5).set_cell_error(3, 42)
    sheet.row(6).set_cell_error(2, 7)
    hidden = book.add_sheet("old")
    hidden.visibility = 1
    hidden.write(0, 0, "x")
    book.add_sheet("more").row(3).set_cell_error(0, 0x17)
    path = tmp_path / "a.xls"
    book.save(str(path))
    first, second = read_all(path)
    assert (first.sheet, first.format) == ("订单", "xls")
    assert first.numbered() == [
        (3, ["id", "when", "amount"]),
        (5, ["17850", "2024-01-02 03:04:05", "2.55"]),
        (6, ["00123", "2024-02-29", "#N/A"]),
        (7, ["", "#DIV/0!", ""]),
    ]
    assert any("hidden" in note and "old" in note for note in first.notes)
    assert (second.sheet, second.numbered()) == ("more", [(4, ["#REF!"])])
    assert read_one(path, sheet="old").rows == [["x"]]


@pytest.mark.shared
def test_superstore_against_xlrd(shared_data: Path) -> None:
    xlrd = pytest.importorskip("xlrd")
    path = shared_data / "superstore" / "superstore.xls"
    seen = {table.sheet: table for table in read_all(path)}
    with xlrd.open_workbook(path) as book:
        assert list(seen) == book.sheet_names()
        for sheet in book.sheets():
            assert len(seen[sheet.name].rows) == sheet.nrows
            assert seen[sheet.name].lines == list(range(1, sheet.nrows + 1))
            for at in range(sheet.nrows):
                for cell, text in zip(sheet.row(at), seen[sheet.name].rows[at], strict=True):
                    if cell.ctype == xlrd.XL_CELL_DATE:
                        expected = str(xlrd.xldate_as_datetime(cell.value, book.datemode).date())
                        assert text == expected
                    elif cell.ctype == xlrd.XL_CELL_NUMBER:
                        assert math.isclose(float(text), cell.value, rel_tol=1e-14)
                    else:
                        assert text == cell.value
    assert len(seen["Orders"].rows) == 1 + 9994


def test_every_broken_number_of_the_container_is_damage(tmp_path: Path) -> None:
    """Chains of sectors that lead nowhere, names that end beyond the file."""
    book = xlwt.Workbook()
    book.add_sheet("t").write(0, 0, "id")
    book.save(str(tmp_path / "a.xls"))
    whole = (tmp_path / "a.xls").read_bytes()
    for at in [*range(24, 80), *range(512, len(whole), 97)]:
        for value in (0, 1, 0x7F, 0xFE):
            path = tmp_path / "b.xls"
            path.write_bytes(whole[:at] + bytes([value]) + whole[at + 1 :])
            with contextlib.suppress(OleError):
                error_cells(path)
