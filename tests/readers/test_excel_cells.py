"""The cells of a workbook: how values are written, and what other programs write into the file."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading import SHEET, read_one, with_sheet_xml

from ci_cli.readers.base import UNCALCULATED
from ci_cli.readers.excel_child import (
    cell_text,
    date_text,
    duration_text,
    number_text,
    time_text,
)


@pytest.fixture
def frame(tmp_path: Path) -> Path:
    """A workbook whose sheet is there to be replaced."""
    book = openpyxl.Workbook()
    book.active["A1"] = 1
    book.save(tmp_path / "frame.xlsx")
    return tmp_path / "frame.xlsx"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (17850.0, "17850"), (2.55, "2.55"), (-3.0, "-3"), (-0.0, "0"), (0.1 + 0.2, "0.3"),
        (1e-7, "1e-07"), (123456789012345.0, "123456789012345"),
        (999999999999.99, "999999999999.99"), (1e15, "1e+15"),
        # more digits than Excel keeps: an exponent says so
        (6222021234567890.0, "6.22202123456789e+15"), (1e300, "1e+300"), (40513.35138888889,
        "40513.3513888889"),
    ],
)  # fmt: skip
def test_numbers(value: float, text: str) -> None:
    assert number_text(value) == text


@given(st.floats(-1e300, 1e300))
def test_numbers_keep_fifteen_digits(value: float) -> None:
    text = number_text(value)
    assert float(text) == pytest.approx(value, rel=1e-14, abs=0)
    assert float(text) == float(f"{value:.15g}")
    assert not text.endswith(".0")


@given(st.integers(-(10**15) + 1, 10**15 - 1))
def test_whole_numbers_are_exact(value: int) -> None:
    assert number_text(float(value)) == str(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (datetime.date(2024, 1, 2), "2024-01-02"),
        (datetime.datetime(2024, 1, 2), "2024-01-02"),
        (datetime.datetime(2024, 1, 2, 8, 26), "2024-01-02 08:26:00"),
        (datetime.datetime(2010, 12, 1, 8, 25, 59, 999_995), "2010-12-01 08:26:00"),
        (datetime.datetime(2023, 1, 1, 23, 59, 59, 991_000), "2023-01-02"),
        (datetime.datetime(2023, 12, 31, 23, 59, 59, 500_000), "2024-01-01"),
        (datetime.datetime(2023, 1, 1, 0, 0, 0, 400_000), "2023-01-01"),
    ],
)
def test_dates(value: datetime.date, text: str) -> None:
    assert date_text(value) == text


def test_last_moment_of_the_calendar() -> None:
    assert date_text(datetime.datetime.max) == "9999-12-31 23:59:59"


def test_other_kinds() -> None:
    assert time_text(datetime.time(8, 30)) == "08:30:00"
    assert time_text(datetime.time(0, 0)) == "00:00:00"
    assert duration_text(datetime.timedelta(hours=30, minutes=5)) == "30:05:00"
    assert duration_text(-datetime.timedelta(seconds=90)) == "-0:01:30"
    assert [cell_text(value) for value in (True, False, None, "", " x ", 7)] == [
        "TRUE", "FALSE", "", "", " x ", "7",
    ]  # fmt: skip


CELLS = [
    # as Excel, LibreOffice and others write them: cell, and what must come out
    ('<c r="B2"><f>A1*2</f><v>4</v></c>', "4"),
    ('<c r="B2"><f>A1*2</f></c>', UNCALCULATED),
    ('<c r="B2"><f>A1*2</f><v></v></c>', UNCALCULATED),
    ('<c r="B2"><f>A1*2</f><v/></c>', UNCALCULATED),
    ('<c r="B2"><f>A1*2</f> <v>4</v></c>', "4"),
    ('<c r="B2" s="3"><f t="shared" ref="B2:B9" si="0">A1*2</f><v>4</v></c>', "4"),
    ('<c r="B2"><f t="shared" si="0"/><v>4</v></c>', "4"),
    ('<c r="B2"><f t="shared" si="0"/></c>', UNCALCULATED),
    ('<c r="B2" t="str"><f>IF(A1&lt;0,"x","")</f><v></v></c>', ""),
    ('<c r="B2" t="str"><f>A1&amp;"x"</f><v>2x</v></c>', "2x"),
    ('<c r="B2" t="str"><f>A1&amp;"x"</f></c>', UNCALCULATED),
    ('<c r="B2" t="b"><f>A1=2</f><v>1</v></c>', "TRUE"),
    ('<c r="B2" t="e"><f>1/0</f><v>#DIV/0!</v></c>', "#DIV/0!"),
    ("<c r='B2' t='e'><v>#N/A</v></c>", "#N/A"),
    ('<c t="e" r="B2"><v>#VALUE!</v></c>', "#VALUE!"),
    ('<c r="B2" t="e"/>', "#UNKNOWN!"),
    ('<c r="B2" t="inlineStr"><is><t>t="e" &lt;f&gt;</t></is></c>', 't="e" <f>'),
    ('<c r="B2" t="inlineStr"><is><r><t>rich</t></r><r><t>text</t></r></is></c>', "richtext"),
]


@pytest.mark.parametrize(("cell", "text"), CELLS)
@pytest.mark.parametrize("style", ["plain", "prefixed", "comment", "unnumbered", "extended"])
def test_cells_as_programs_write_them(
    tmp_path: Path, frame: Path, cell: str, text: str, style: str
) -> None:
    rows = (
        '<row r="1"><c r="A1"><v>1</v></c></row>'
        f'<row r="2"><c r="A2"><v>2</v></c>{cell}<c r="C2"><v>3</v></c></row>'
        '<row r="3"><c r="A3"><v>9</v></c></row>'
    )
    xml = SHEET.format(rows=rows)
    if style == "prefixed":
        xml = re.sub(r"<(/?)(\w)", r"<\1x:\2", xml).replace("xmlns=", "xmlns:x=")
    elif style == "comment":
        xml = xml.replace('<row r="2">', '<!-- <c r="A1" t="e"> --><row r="2">')
    elif style == "unnumbered":
        xml = re.sub(r'<row r="\d+">', "<row>", xml)
    elif style == "extended":  # attributes of other namespaces, as Excel writes them
        xml = xml.replace("<worksheet ", '<worksheet xmlns:x14ac="urn:x14ac" ', 1)
        xml = re.sub(r'<row r="(\d+)"', r'<row r="\1" x14ac:dyDescent="0.25"', xml)
    seen = read_one(with_sheet_xml(frame, xml, tmp_path / "a.xlsx"))
    assert seen.numbered() == [(1, ["1", "", ""]), (2, ["2", text, "3"]), (3, ["9", "", ""])]
