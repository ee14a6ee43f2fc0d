"""What every reader gives: tables of text with the line number of each row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from ci_cli.report import Note
from ci_cli.text import Msg, msg

_WORKBOOKS = frozenset(["xlsx", "xlsb", "xls", "ods"])
MAIL_FORMATS = frozenset(["eml", "mbox"])
UNCALCULATED = "#UNCALCULATED!"  # the text of a cell whose formula was never calculated
CELL = 2**32  # a row made of one cell is numbered line + place of its column × CELL


class Chunk(NamedTuple):
    """Some consecutive rows.

    ``lines[i]`` is where ``rows[i]`` begins: the physical line of a text file, the row number of a
    sheet, the line of the element in an XML file (all from 1).

    Rows are as long as the file made them: ragged rows are for ``importing`` to reject.
    Empty cells are ``""``. Wholly blank rows are left out.
    """

    lines: list[int]
    rows: list[list[str]]


class DamagedRow(list[str]):
    """What stands for a row whose quotes are out of order: one cell, the text as it is in the file.

    It takes its place among the rows, so that one damaged row costs one row and never its
    neighbours; ``importing`` rejects it with ``reason``. ``cells`` is its likeliest reading, to be
    shown to people and never to be imported.
    """

    fix: Msg | None = None  # None: put the quotes right

    def __init__(self, text: str, reason: Msg, cells: list[str]) -> None:
        super().__init__([text])
        self.reason = reason
        self.cells = cells


def set_aside(cells: list[str], reason: Msg, fix: Msg) -> DamagedRow:
    """Return a row that is whole as text, but must not be taken for a record."""
    row = DamagedRow("", reason, cells)
    row[:] = cells
    row.fix = fix
    return row


def line_of(number: int) -> int:
    """Return the line of a row that is numbered line + place × :data:`CELL`."""
    return number % CELL


HEADER_AGAIN = (  # why a row is set aside, and what to do
    msg("the header stands here again"),
    msg("remove this row: it holds no data"),
)


def wrong_width(found: int, expected: int) -> tuple[Msg, Msg]:
    """Return why a row with too many or too few cells is set aside, and what to do."""
    return (
        msg("the row has {found} cells, the header {expected}", found=found, expected=expected),
        msg("put quotation marks around a text that holds the delimiter, or add what is missing"),
    )


class Merged(NamedTuple):
    """A merged range of a sheet: rows as in ``Chunk.lines``, places in the row from 0."""

    first_row: int
    last_row: int
    first_place: int
    last_place: int


@dataclass(frozen=True)
class ReadOptions:
    """What the user said about the file."""

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    record: str | None = None  # XML: the path of the element that is one row, e.g. //order
    limits: Mapping[str, int] = field(default_factory=dict)  # of guard, for this file

    def over(self, saved: Mapping[str, str]) -> ReadOptions:
        """Return these options, with what they leave open taken from :meth:`as_saved`."""
        return replace(
            self,
            encoding=self.encoding or saved.get("encoding"),
            delimiter=self.delimiter or saved.get("delimiter"),
            record=self.record or saved.get("record"),
        )

    def as_saved(self) -> dict[str, str]:
        """Return what a saved map keeps; sheets and limits are each file's own."""
        told = {"encoding": self.encoding, "delimiter": self.delimiter, "record": self.record}
        return {name: value for name, value in told.items() if value}


@dataclass(frozen=True)
class RawTable:
    """One sheet, or one text file, that can be iterated any number of times.

    Header rows are rows like any other here. Cells of workbooks come as text: dates as
    ``2010-12-01`` or ``2010-12-01 08:26:00``, numbers as people see them (17850, 2.55, through 15
    significant digits), TRUE / FALSE, error codes as they stand (``#N/A``), and
    :data:`UNCALCULATED`.
    """

    file: Path  # as the user named it
    sheet: str | None
    format: str  # csv, xlsx, xlsb, xls, ods, xml
    sha256: str
    size: int
    chunks: Callable[[], Iterator[Chunk]]
    encoding: str | None = None
    delimiter: str | None = None
    notes: list[Note] = field(default_factory=list)  # what was chosen, and why
    merged: tuple[Merged, ...] = ()  # ranges of several rows or columns
    header_line: int | None = None  # where the header stands, once that is settled
    cells: tuple[str, ...] = ()  # headers by place, where each row was made of one cell (CELL)
    shares_lines: bool = False  # of rows that begin on one line, each is one × CELL above the last

    @property
    def is_workbook(self) -> bool:
        """Tell whether its cells come from typed cells, whose numbers always have a point."""
        return self.format in _WORKBOOKS

    def first_rows(self, most: int) -> tuple[list[int], list[list[str]]]:
        """Return the lines and texts of up to ``most`` rows from the beginning."""
        lines: list[int] = []
        rows: list[list[str]] = []
        for chunk in self.chunks():
            lines += chunk.lines[: most - len(lines)]
            rows += chunk.rows[: most - len(rows)]
            if len(rows) >= most:
                break
        return lines, rows
