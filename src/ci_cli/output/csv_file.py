"""Csv for the next program: the main table, keys as headings, exact figures.

Text that a spreadsheet would run as a formula gets an apostrophe; figures never do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import repeat
from typing import Any

from ci_cli.output.cells import NUMERIC_KINDS, each, exact_texts, in_parts, is_missing, words
from ci_cli.output.medium import TextSink
from ci_cli.output.options import Options
from ci_cli.output.safe import (
    file_text,
    is_plain_number,
    spreadsheet_text,
    stand_in_spreadsheets,
)
from ci_cli.report import Column, Report


def write(report: Report, out: TextSink, options: Options) -> None:
    """Write the first table of ``report``; a total row is left out, since it is no row."""
    if report.tables:
        main = report.tables[0]
        write_rows(main.columns, main.rows, out, options)


def write_rows(
    columns: Sequence[Column], rows: Iterable[Sequence[Any]], out: TextSink, options: Options
) -> int:
    """Write rows as they come, holding a few thousand at a time; return how many there were.

    Small charts are left out: they repeat figures that stand elsewhere.
    """
    kept = [(i, column) for i, column in enumerate(columns) if column.kind != "spark"]
    heading = Column("heading", "heading", "text")
    _write_lines([_texts(heading, [column.key], options) for _i, column in kept], 1, out)
    count = 0
    for size, cells in in_parts(rows):
        _write_lines([_texts(column, cells[i], options) for i, column in kept], size, out)
        count += size
    return count


def _write_lines(texts: Sequence[Sequence[str]], size: int, out: TextSink) -> None:
    lines: Iterable[str]
    if len(texts) == 1:  # a line with nothing in it would be no row
        lines = map(_or_quotes, texts[0])
    elif texts:
        lines = map(",".join, zip(*texts, strict=True))
    else:
        lines = repeat("", size)
    out.write("\n".join(lines) + "\n")


def _or_quotes(text: str) -> str:
    return text or '""'


def write_records(
    rows: Iterable[Sequence[str]], out: TextSink, *, fit: Callable[[str], str] | None = None
) -> int:
    """Write rows of text, each as long as it is and every cell as it stands; return how many.

    Args:
        rows: of any length.
        out: where they go.
        fit: makes a cell fit for a terminal; None: nothing is altered.
    """
    count = 0
    for row in rows:
        cells = row if fit is None else map(fit, row)
        out.write(_or_quotes(",".join(map(_quoted, cells))) + "\n")
        count += 1
    return count


def _quoted(cell: str) -> str:
    if "," in cell or '"' in cell or "\n" in cell or "\r" in cell:
        return '"' + cell.replace('"', '""') + '"'
    return cell


def _texts(column: Column, values: Sequence[Any], options: Options) -> Sequence[str]:
    """Return the cells of one column as they stand in the file."""
    kind = column.kind
    if kind in NUMERIC_KINDS:
        return exact_texts(kind, values)
    if set(map(type, values)) <= {str}:
        whole = "".join(values)  # most columns can be seen at once to stand as they are
        if _quoted(whole) == whole and stand_in_spreadsheets(whole, values):
            return values

    def encode(value: Any) -> str:
        if is_missing(value):
            return ""
        text = file_text(words(value))
        if options.raw or (kind == "id" and is_plain_number(text)):
            return _quoted(text)
        return _quoted(spreadsheet_text(text))

    return each(encode, values)
