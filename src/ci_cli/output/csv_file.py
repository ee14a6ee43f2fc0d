"""Csv for the next program: the main table, keys as headings, exact figures.

Text that a spreadsheet would run as a formula gets an apostrophe; figures never do.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any

from ci_cli.output.cells import NUMERIC_KINDS, each, exact, is_missing, words
from ci_cli.output.medium import TextSink
from ci_cli.output.options import Options
from ci_cli.output.safe import file_text, is_plain_number, spreadsheet_text
from ci_cli.report import Column, Report

_AT_A_TIME = 5_000  # rows: column by column is several times as fast as cell by cell
_Encoder = Callable[[Any], str]


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
    kept = [(i, encoder(c, raw=options.raw)) for i, c in enumerate(columns) if c.kind != "spark"]
    heading = encoder(Column("heading", "heading", "text"), raw=options.raw)
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([heading(columns[i].key) for i, _ in kept])
    count = 0
    rest = iter(rows)
    while some := list(islice(rest, _AT_A_TIME)):
        columns_of_cells = list(zip(*some, strict=True))
        texts = [each(encode, columns_of_cells[i]) for i, encode in kept]
        writer.writerows(zip(*texts, strict=True) if texts else ([] for _ in some))
        count += len(some)
    return count


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
        out.write((",".join(map(_quoted, cells)) or '""') + "\n")
        count += 1
    return count


def _quoted(cell: str) -> str:
    if "," in cell or '"' in cell or "\n" in cell or "\r" in cell:
        return '"' + cell.replace('"', '""') + '"'
    return cell


def encoder(column: Column, *, raw: bool) -> _Encoder:
    """Return the function that turns a value of ``column`` into the text of its cell.

    Args:
        column: its kind decides.
        raw: leave out the apostrophe before text that looks like a formula.
    """
    kind = column.kind
    if kind in NUMERIC_KINDS:
        return lambda value: exact(kind, value)

    def encode(value: Any) -> str:
        if is_missing(value):
            return ""
        text = file_text(words(value))
        if raw or (kind == "id" and is_plain_number(text)):
            return text
        return spreadsheet_text(text)

    return encode
