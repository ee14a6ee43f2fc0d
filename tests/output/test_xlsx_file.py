"""Workbooks read back with openpyxl, pandas and calamine, and looked at as raw XML."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pandas
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from output_samples import HOSTILE
from python_calamine import CalamineWorkbook

from ci_cli import text
from ci_cli.errors import CiError
from ci_cli.output import xlsx
from ci_cli.output.options import Options
from ci_cli.output.render import write_report
from ci_cli.output.safe import file_text
from ci_cli.output.xlsx import write, write_rows
from ci_cli.report import Column, Report, Table
from ci_cli.text import msg


def book(report: Report) -> Any:
    out = io.BytesIO()
    write(report, out, Options())
    return openpyxl.load_workbook(io.BytesIO(out.getvalue()))


def test_typed_cells_with_formats(full: Report) -> None:
    sheet = book(full)["main"]
    columns = {cell.value: cell.column for cell in sheet[1]}
    assert "trend" not in columns
    assert "revenue (CNY)" in columns

    def cell(row: int, label: str) -> Any:
        return sheet.cell(row, columns[label])

    assert cell(2, "customer").value == "00123"
    assert cell(2, "customer").number_format == "@"
    assert cell(3, "customer").value == "1E5"
    assert cell(3, "name").value == "NA"
    assert cell(2, "day").value == datetime(2011, 12, 9)
    assert cell(2, "day").number_format == "yyyy-mm-dd"
    assert cell(3, "day").value == "1899-01-01"  # before the first day of spreadsheets
    assert cell(2, "month").value == "2011-12"
    assert cell(2, "revenue (CNY)").value == 1234.56
    assert cell(2, "revenue (CNY)").number_format == "#,##0.00"
    assert cell(3, "revenue (CNY)").value == -512345.6789
    assert cell(3, "revenue (CNY)").number_format == "#,##0.0000"
    assert cell(2, "orders").value == 1234
    assert cell(2, "quantity").value == 1.5
    assert cell(2, "change").value == 0.125
    assert cell(2, "change").number_format == "0.0%"
    assert {c.value for c in sheet[4]} == {"C3", None}


def test_heading_total_and_filter(full: Report) -> None:
    sheet = book(full)["main"]
    assert sheet.freeze_panes == "A2"
    assert all(cell.font.bold for cell in sheet[1])
    assert sheet.max_row == 5
    assert sheet["A5"].value == "total"
    assert sheet["A5"].font.bold
    assert sheet["F5"].value == 1234
    assert sheet.auto_filter.ref == "A1:K4"  # the total is not sorted among the rows


def test_further_tables_and_what_the_report_says(full: Report) -> None:
    workbook = book(full)
    assert workbook.sheetnames == ["main", "Contacts", "About"]
    assert workbook["Contacts"]["B2"].value == "second"
    about = [row[0] for row in workbook["About"].iter_rows(values_only=True)]
    assert about[:4] == ["score", "As of 2011-12-09", "Saved: a definition",
                         "Warning: Saved: a warning"]  # fmt: skip
    assert ("as_of", "2011-12-09") in list(workbook["About"].iter_rows(values_only=True))


def test_hostile_text_is_text_without_an_apostrophe(hostile: Report) -> None:
    out = io.BytesIO()
    write(hostile, out, Options())
    sheet = openpyxl.load_workbook(io.BytesIO(out.getvalue()))["main"]
    for row in sheet.iter_rows(min_row=2):
        assert row[1].data_type == ("s" if row[1].value else "n")
        assert row[1].quotePrefix is False
        assert (row[2].data_type, row[2].value) == ("n", -5)
    with zipfile.ZipFile(out) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in xml
    assert 't="e"' not in xml
    out.seek(0)
    # calamine decodes _x001B_ as Excel does, so it must get the text that was meant
    rows = CalamineWorkbook.from_filelike(out).get_sheet_by_name("main").to_python()[1:]
    assert [row[1] for row in rows] == [file_text(name) for name in HOSTILE]


def test_pandas_reads_the_file(full: Report, tmp_path: Path) -> None:
    target = tmp_path / "out.xlsx"
    write_report(full, target=target, quiet=True)
    frame = pandas.read_excel(target, sheet_name="main", engine="openpyxl", nrows=3)
    assert frame["revenue (CNY)"].tolist()[:2] == [1234.56, -512345.6789]
    assert frame["name"].tolist()[0] == "张伟有限公司"
    assert frame["day"].tolist()[0] == datetime(2011, 12, 9)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.text(max_size=20), st.integers(-(10**15) + 1, 10**15 - 1)), max_size=5)
)
def test_any_text_and_15_digits_come_back(rows: list[tuple[str, int]]) -> None:
    out = io.BytesIO()
    columns = [Column("name", "name"), Column("net", "net", "money")]
    assert write_rows(columns, iter(rows), out, Options(key="x")) == len(rows)
    out.seek(0)
    found = CalamineWorkbook.from_filelike(out).get_sheet_by_name("x").to_python()[1:]
    for (name, net), (name_found, net_found) in zip(rows, found, strict=True):
        written = file_text(name)
        # this reader takes a cell of blanks for an empty one; the file itself holds the blanks
        assert name_found == (written if written.strip(" \t\r\n") else "")
        assert Decimal(repr(net_found)) == Decimal(net) / 10_000


def test_chinese_widths_and_names(chinese_words: None) -> None:
    columns = (Column("n", msg("name")), Column("r", msg("revenue"), "money"))
    rows = [("张伟有限公司" * 2, 1)]
    report = Report("r", msg("revenue"), [Table("t", columns, rows, title=msg("revenue"))])
    sheet = book(report)["收入"]
    assert [cell.value for cell in sheet[1]] == ["名称", "收入"]
    assert sheet.column_dimensions["A"].width == 26  # twelve characters, two cells each, and air
    assert sheet.column_dimensions["B"].width == 8


def test_sheet_names_are_valid_and_distinct() -> None:
    columns = (Column("n", "n"),)
    titles = ["a/b" + "x" * 40, "a/b" + "x" * 41, "History"]
    tables = [Table(f"t{i}", columns, [], title=msg("{t}", t=t)) for i, t in enumerate(titles)]
    names = book(Report("r", msg("trend"), tables)).sheetnames
    assert names[:3] == ["a_b" + "x" * 28, "a_b" + "x" * 24 + " (2)", "History_"]


def test_a_report_without_tables() -> None:
    assert book(Report("r", msg("trend"), [])).sheetnames == ["About"]


LIMITS = [
    ("xlsx-too-many-rows", [Column("a", "a")], [("x",)] * 5),
    ("xlsx-too-many-columns", [Column(f"c{n}", "c") for n in range(4)], []),
    ("xlsx-text-too-long", [Column("a", "a")], [("ok",), ("x" * 32_768,)]),
    ("xlsx-text-too-long", [Column("a", "a")], [("😀" * 16_384,)]),
]


@pytest.mark.parametrize(("code", "columns", "rows"), LIMITS)
def test_what_a_workbook_cannot_hold_is_an_error(
    code: str,
    columns: list[Column],
    rows: list[tuple[str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(xlsx, "MOST_ROWS", 4)
    monkeypatch.setattr(xlsx, "MOST_COLUMNS", 3)
    target = tmp_path / "out.xlsx"
    target.write_bytes(b"old")
    report = Report("r", msg("trend"), [Table("t", tuple(columns), rows)])
    with pytest.raises(CiError) as caught:
        write_report(report, target=target)
    assert caught.value.code == code
    assert caught.value.hint is not None
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["out.xlsx"]


def test_the_longest_text_is_kept_whole() -> None:
    out = io.BytesIO()
    write_rows([Column("a", "a")], [("x" * 32_767,)], out, Options())
    assert len(openpyxl.load_workbook(out)["rows"]["A2"].value) == 32_767


def test_headings_of_exported_rows(chinese_words: None) -> None:
    columns = [Column("net", msg("revenue"), "money", "CNY")]
    for headings, expected in (("keys", "net"), ("labels", "收入 (CNY)")):
        out = io.BytesIO()
        write_rows(columns, [], out, Options(headings=headings))  # type: ignore[arg-type]
        assert openpyxl.load_workbook(out)["rows"]["A1"].value == expected
    assert text.translate(msg("revenue")) == "收入"
