"""The process that parses a workbook, apart from us because a workbook can kill its parser.

A file of 5 KB makes calamine ask for half a terabyte and abort the process; so it runs here, with
limits on memory and time, and the worst that a file can do is end this process. The rows go to
spool files, what was found out to ``result.json`` beside them. Nothing but calamine and a few small
modules of ours is imported, to be quick.
"""

from __future__ import annotations

import contextlib
import datetime
import json
import sys
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from ci_cli.readers.sheets import MAX_SHEET_ROWS, Sheet, choose_sheets
from ci_cli.readers.spool import BLOCK_ROWS, SpoolError, SpoolWriter

RESULT = "result.json"
_REMEMBERED = 100_000  # texts of numbers and dates kept for reuse
_TOO_LONG = 1e15  # whole numbers from here on have more than 15 digits
_HALF_SECOND = datetime.timedelta(microseconds=500_000)


def number_text(value: float) -> str:
    """Write a number as people see it: 17850, 2.55, through 15 significant digits.

    From 10^15 on it is written with an exponent, because Excel no longer holds its last digits: an
    id of that length is then refused for what it is, and never completed with invented digits.
    """
    if abs(value) >= _TOO_LONG:
        return f"{value:.15g}"
    if value == int(value):
        return str(int(value))
    return repr(float(f"{value:.15g}")).removesuffix(".0")


def date_text(value: datetime.date) -> str:
    """Write a day, with its time rounded to the second where there is one."""
    if isinstance(value, datetime.datetime):
        if value.microsecond:
            with contextlib.suppress(OverflowError):  # the last half second of the year 9999
                value += _HALF_SECOND
            value = value.replace(microsecond=0)
        if value.hour == value.minute == value.second == 0:
            value = value.date()
    return str(value)


def time_text(value: datetime.time) -> str:
    """Write a time of day, rounded to the second."""
    return date_text(datetime.datetime.combine(datetime.date(2000, 1, 1), value))[11:] or "00:00:00"


def duration_text(value: datetime.timedelta) -> str:
    """Write a duration as Excel shows it: hours may exceed 24."""
    seconds = round(value.total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


class _Remembered(dict[Any, str]):
    """Texts by value, for the columns that repeat the same values over and over."""

    def __init__(self, write: Callable[[Any], str]) -> None:
        super().__init__()
        self.write = write

    def __missing__(self, value: Any) -> str:
        text = self.write(value)
        if len(self) < _REMEMBERED:
            self[value] = text
        return text


_numbers = _Remembered(number_text)
_dates = _Remembered(date_text)
_BY_TYPE: dict[type, Callable[[Any], str]] = {
    str: str,
    float: _numbers.__getitem__,
    int: number_text,
    bool: lambda value: "TRUE" if value else "FALSE",
    datetime.date: date_text,
    datetime.datetime: date_text,
    datetime.time: time_text,
    datetime.timedelta: duration_text,
    type(None): lambda _: "",
}
_DATES = {datetime.date, datetime.datetime}


def cell_text(value: Any) -> str:
    """Write any value that a workbook reader returns."""
    return _BY_TYPE.get(type(value), str)(value)


def column_text(column: tuple[Any, ...]) -> list[str] | tuple[str, ...]:
    """Write a column, which is quick where all its cells are of one kind."""
    kinds = set(map(type, column))
    if kinds == {str}:
        return column
    if kinds == {float}:
        return list(map(_numbers.__getitem__, column))
    if kinds <= _DATES:
        return list(map(_dates.__getitem__, column))
    return list(map(cell_text, column))


def _is_blank_cell(cell: Any) -> bool:
    return cell is None or (type(cell) is str and not cell.strip())


def _is_blank(row: list[Any]) -> bool:
    return all(map(_is_blank_cell, row))


class TooWideError(Exception):
    """A row has more cells than a sheet can have: a damaged number of a column says so."""


class TooLongError(Exception):
    """A sheet has more rows than any can have: a damaged number of a row says so."""


def spool_rows(rows: Iterator[list[Any]], path: Path, most: int) -> dict[str, int]:
    """Write the rows that are not blank to a spool.

    Args:
        rows: all rows of the sheet from row 1 on, blank ones included.
        path: of the new spool.
        most: columns that a sheet may have.

    Returns:
        ``rows`` written; the columns from ``begin`` up to ``end`` hold something.

    Raises:
        TooWideError: there are more.
        TooLongError: there are more rows than a sheet can have.
    """
    number = 1
    begin, end = sys.maxsize, 0
    with SpoolWriter(path) as spool:
        while block := list(islice(rows, BLOCK_ROWS)):
            lines = list(range(number, number + len(block)))
            number += len(block)
            if number > MAX_SHEET_ROWS + 1:
                raise TooLongError
            # Only a row that begins blank can be blank all through.
            if any(map(_is_blank_cell, [row[0] if row else None for row in block])):
                kept = [at for at, row in enumerate(block) if not _is_blank(row)]
                lines = [lines[at] for at in kept]
                block = [block[at] for at in kept]
            width = max(map(len, block), default=0)
            if width > most:
                raise TooWideError
            if any(len(row) < width for row in block):
                block = [[*row, *[None] * (width - len(row))] for row in block]
            columns = [column_text(column) for column in zip(*block, strict=True)]
            spool.write(lines, columns)
            filled = [at for at, column in enumerate(columns) if any(column)]
            if filled:
                begin, end = min(begin, filled[0]), max(end, filled[-1] + 1)
        return {"rows": spool.rows, "begin": min(begin, end), "end": end}


def read_with_calamine(path: str, wanted: str | None, folder: Path, most: int) -> dict[str, Any]:
    """Read the chosen sheets with calamine; ``most`` columns of each.

    Returns:
        ``sheets`` (all of them) and ``tables`` (those read: ``sheet``, ``spool``, ``left``: how
        many columns of the sheet stand left of the spool, and what :func:`spool_rows` returns).
    """
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    with CalamineWorkbook.from_path(path) as book:
        sheets = [
            Sheet(
                sheet.name,
                sheet.visible == SheetVisibleEnum.Visible,
                sheet.typ == SheetTypeEnum.WorkSheet,
            )
            for sheet in book.sheets_metadata
        ]
        tables = []
        for at in choose_sheets(sheets, wanted):
            sheet = book.get_sheet_by_index(at)
            spool = f"sheet-{at}.rows"
            found = spool_rows(sheet.iter_rows(), folder / spool, most)
            left = sheet.start[1] if sheet.start else 0
            tables.append({"sheet": at, "spool": spool, "left": left, **found})
    return {"sheets": sheets, "tables": tables}


def read_with_openpyxl(path: str, wanted: str | None, folder: Path, most: int) -> dict[str, Any]:
    """Read the chosen sheets with openpyxl: slower, but it streams; returns the same."""
    import warnings

    from openpyxl import load_workbook
    from openpyxl.chartsheet import Chartsheet

    warnings.simplefilter("ignore")  # about styles and extensions that we do not use
    book = load_workbook(path, read_only=True, data_only=True)
    try:
        sheets = [
            Sheet(sheet.title, sheet.sheet_state == "visible", not isinstance(sheet, Chartsheet))
            for sheet in book._sheets
        ]
        tables = []
        for at in choose_sheets(sheets, wanted):
            sheet = book._sheets[at]
            sheet.reset_dimensions()  # what a sheet says about its own size can be too small
            spool = f"sheet-{at}.rows"
            cells = map(list, sheet.iter_rows(values_only=True))
            found = spool_rows(cells, folder / spool, most)
            tables.append({"sheet": at, "spool": spool, "left": 0, **found})
    finally:
        book.close()
    return {"sheets": sheets, "tables": tables}


def _limit(memory: int, seconds: int) -> None:
    """Take no more than this, where the system knows limits; Windows has but our parent's clock."""
    try:
        import resource
    except ImportError:
        return
    for kind, value in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
    ):
        try:
            hard = resource.getrlimit(kind)[1]
            if hard == resource.RLIM_INFINITY or value < hard:
                resource.setrlimit(kind, (value, value))
        except (ValueError, OSError):  # some systems refuse some limits
            continue


def main(job_text: str) -> int:
    """Read the workbook that the job names; say in ``result.json`` how it went.

    Returns:
        0 when the result was written, refusals included.
    """
    job = json.loads(job_text)
    _limit(job["memory"], job["seconds"])
    folder = Path(job["folder"])
    read = read_with_calamine if job["engine"] == "calamine" else read_with_openpyxl
    try:
        result = read(job["path"], job["sheet"], folder, job["columns"])
    except MemoryError:
        result = {"refused": "memory"}
    except SpoolError:
        result = {"refused": "space"}
    except TooWideError:
        result = {"refused": "wide"}
    except TooLongError:
        result = {"refused": "long"}
    except BaseException as error:
        # Even a panic of the parser, which is no Exception, is only a refusal here.
        if isinstance(error, (KeyboardInterrupt, SystemExit)):
            raise
        kind = "password" if type(error).__name__ == "PasswordError" else "other"
        result = {"refused": kind, "cause": f"{type(error).__name__}: {error}"[:500]}
    (folder / RESULT).write_text(json.dumps(result), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
