"""Workbooks for people: typed cells, a frozen heading, no live formula.

Rows stream through openpyxl's write-only sheets. Text is stored as text, so ``=1+1`` stays what
it is without an apostrophe; dates are dates, money carries two decimals, or four where it needs
them.
"""

from __future__ import annotations

import contextlib
import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, BinaryIO

from ci_cli.errors import CiError, ExitCode, Where
from ci_cli.output.cells import (
    NUMERIC_KINDS,
    exact,
    human,
    is_missing,
    label_of,
    labelled_total,
    words,
)
from ci_cli.output.options import Options
from ci_cli.output.safe import file_text, safe_sheet_name, utf16_length
from ci_cli.output.screen import as_of_line, note_text
from ci_cli.output.wrapping import width_of
from ci_cli.report import Column, Kind, Report
from ci_cli.text import Msg, msg, translate

MOST_ROWS = 1_048_576
MOST_COLUMNS = 16_384
LONGEST_TEXT = 32_767

_SAMPLE = 200  # rows that decide the column widths
_NARROWEST, _WIDEST = 6, 60
_EARLIEST = date(1900, 1, 1)  # spreadsheets know no day before
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")

_FORMATS: dict[Kind, tuple[str, str]] = {  # of a whole number, of one with decimals
    "int": ("#,##0", "#,##0"),
    "days": ("0", "0.0"),
    "money": ("#,##0.00", "#,##0.00"),
    "quantity": ("#,##0", "#,##0.0#####"),
    "percent": ("0.0%", "0.0%"),
    "number": ("#,##0.00", "#,##0.00"),
}
_MONEY_IN_FULL = "#,##0.0000"


def write(report: Report, out: BinaryIO, options: Options) -> None:  # noqa: ARG001
    """Write one sheet per table, and a last one with the title, the as-of day and the notes.

    Raises:
        CiError: ``xlsx-too-many-rows``, ``xlsx-too-many-columns``, ``xlsx-text-too-long``.
    """
    with _book(out) as book:
        for table in report.tables:
            name = translate(table.title) if table.title is not None else table.key
            headings = [label_of(column) for column in table.columns]
            _fill(book.sheet(name), table.columns, headings, table.rows, labelled_total(table))
        _fill_about(book.sheet(translate(msg("About"))), report)


def write_rows(
    columns: Sequence[Column], rows: Iterable[Sequence[Any]], out: BinaryIO, options: Options
) -> int:
    """Write rows as they come to a single sheet; return how many there were.

    Raises:
        CiError: as :func:`write`.
    """
    labels = options.headings == "labels"
    headings = [label_of(c) if labels else c.key for c in columns]
    with _book(out) as book:
        return _fill(book.sheet(options.key), columns, headings, rows, None)


class _Book:
    """A write-only workbook whose sheets have valid, distinct names."""

    def __init__(self) -> None:
        from openpyxl import Workbook

        self.workbook = Workbook(write_only=True)
        self.workbook.properties.creator = "ci-cli"
        self._names: set[str] = set()

    def sheet(self, name: str) -> Any:
        return self.workbook.create_sheet(safe_sheet_name(name, self._names))


@contextlib.contextmanager
def _book(out: BinaryIO) -> Iterator[_Book]:
    book = _Book()
    try:
        yield book
        book.workbook.save(out)
    except BaseException:
        for sheet in book.workbook.worksheets:  # or its generators complain when collected
            with contextlib.suppress(Exception):
                sheet.close()
        raise


def _fill(
    sheet: Any,
    columns: Sequence[Column],
    headings: Sequence[str],
    rows: Iterable[Sequence[Any]],
    total: Sequence[Any] | None,
) -> int:
    from openpyxl.utils import get_column_letter

    kept = [i for i, column in enumerate(columns) if column.kind != "spark"]
    if len(kept) > MOST_COLUMNS:
        raise _too_large(
            "xlsx-too-many-columns",
            msg("A sheet of a workbook holds at most {most} columns.", most=MOST_COLUMNS),
        )
    cells = _Cells(sheet)
    source = iter(rows)
    sample = list(itertools.islice(source, _SAMPLE))
    for position, i in enumerate(kept, 1):
        shown = [headings[i], *(human(columns[i].kind, row[i]) for row in sample)]
        if total is not None:
            shown.append(human(columns[i].kind, total[i]))
        sheet.column_dimensions[get_column_letter(position)].width = _column_width(shown)
    sheet.freeze_panes = "A2"
    sheet.append([cells.bold(cells.text(headings[i], line=1, column=headings[i])) for i in kept])
    makers = [(i, cells.maker(columns[i])) for i in kept]
    line = 1
    for line, row in enumerate(itertools.chain(sample, source), 2):
        if line > MOST_ROWS:
            raise _too_large(
                "xlsx-too-many-rows",
                msg("A sheet of a workbook holds at most {most} rows.", most=MOST_ROWS),
            )
        sheet.append([make(row[i], line) for i, make in makers])
    if line > 1:
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(kept))}{line}"
    if total is not None and line < MOST_ROWS:
        sheet.append([cells.bold(make(total[i], line + 1)) for i, make in makers])
    return line - 1


def _fill_about(sheet: Any, report: Report) -> None:
    cells = _Cells(sheet)
    sheet.column_dimensions["A"].width = _WIDEST
    sheet.column_dimensions["B"].width = _WIDEST // 2
    about = [translate(report.title), as_of_line(report) or ""]
    about += [note_text(note) for note in report.notes]
    for line, text in enumerate(filter(None, about), 1):
        cell = cells.text(text, line=line, column="A")
        sheet.append([cells.bold(cell) if line == 1 else cell])
    sheet.append([])
    for line, (key, value) in enumerate(report.meta.items(), len(about) + 2):
        shown = value if isinstance(value, str) else str(value)
        sheet.append([cells.text(key, line, "A"), cells.text(shown, line, "B")])


class _Cells:
    """Makes the cells of one sheet."""

    def __init__(self, sheet: Any) -> None:
        from openpyxl.cell import Cell
        from openpyxl.styles import Font

        self._sheet = sheet
        self._new = Cell
        self._bold = Font(bold=True)
        self._styles: dict[str, Any] = {}

    def maker(self, column: Column) -> Callable[[Any, int], Any]:
        """Return the function that turns a value of ``column``, on a line, into a cell."""
        kind, key = column.kind, column.key

        def make(value: Any, line: int) -> Any:
            if is_missing(value) or value == "":
                return None
            if kind in NUMERIC_KINDS:
                return self._number(kind, value)
            if kind == "date":
                day = _day(value)
                if day is not None:
                    return self._styled(day, "yyyy-mm-dd")
            return self.text(words(value), line, key, "@" if kind == "id" else "General")

        return make

    def text(self, text: str, line: int, column: str, number_format: str = "General") -> Any:
        """Return a cell that holds ``text`` and nothing that a spreadsheet would run."""
        # Excel reads _x000D_ inside text as a control character; the escape keeps it text.
        fit = _LOOKS_ESCAPED.sub("_x005F_", file_text(text))
        if len(fit) > LONGEST_TEXT // 2 and utf16_length(fit) > LONGEST_TEXT:
            raise _too_large(
                "xlsx-text-too-long",
                msg("A cell of a workbook holds at most {most} characters.", most=LONGEST_TEXT),
                Where(line=line, column=column),
            )
        if number_format == "General" and not fit.startswith(("=", "#")):
            return fit  # the library takes it as text by itself, and faster
        cell = self._styled(fit, number_format)
        cell.data_type = "s"
        return cell

    def bold(self, cell: Any) -> Any:
        """Return ``cell``, or a plain text, in bold."""
        if cell is None:
            return None
        if isinstance(cell, str):
            cell = self._new(self._sheet, 1, 1, cell)
        cell.font = self._bold
        return cell

    def _number(self, kind: Kind, value: Any) -> Any:
        literal = exact(kind, value)
        if not literal:  # infinite
            return None
        number = Decimal(literal)
        whole = number == number.to_integral_value()
        format_ = _FORMATS[kind][0 if whole else 1]
        if kind == "money" and value % 100:
            format_ = _MONEY_IN_FULL
        return self._styled(number, format_)

    def _styled(self, value: Any, number_format: str) -> Any:
        style = self._styles.get(number_format)
        if style is None:  # looked up once: a format per cell would double the time
            model = self._new(self._sheet, 1, 1)
            model.number_format = number_format
            style = self._styles[number_format] = model._style
        return self._new(self._sheet, 1, 1, value, style)


def _day(value: Any) -> date | None:
    try:
        day = date.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return day if day >= _EARLIEST else None


def _column_width(texts: Iterable[str]) -> int:
    longest = max((width_of(text) for text in texts), default=0)
    return min(max(longest + 2, _NARROWEST), _WIDEST)


def _too_large(code: str, message: Msg, where: Where | None = None) -> CiError:
    return CiError(
        code,
        message,
        hint=msg("Choose csv or json, which have no such limit."),
        where=where,
        exit_code=ExitCode.DECIDE,
    )
