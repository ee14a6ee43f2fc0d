"""One table as a person wants to see it: titles, header, rows, and what is wrong with which row.

Nothing is dropped or mended here: a row of the wrong length is shown as long as it is, a damaged
one in its likeliest reading, and both with the reason for which an import rejects them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from ci_cli.readers.base import (
    HEADER_AGAIN,
    DamagedRow,
    RawTable,
    is_ruling,
    line_of,
    wrong_width,
)
from ci_cli.readers.heading import LOOKAHEAD, SAMPLE_ROWS, Heading, begins_table, find_heading
from ci_cli.text import Msg


class Row(NamedTuple):
    """A row with the line it begins on; ``damage`` says why it cannot be read surely."""

    line: int
    cells: list[str]
    damage: Msg | None


class Problem(NamedTuple):
    """A row that an import rejects for its shape."""

    line: int
    reason: Msg


class Part(NamedTuple):
    """Another table below, in the same file."""

    line: int
    names: list[str]


@dataclass
class Preview:
    """A table of a file.

    Attributes:
        table: as the reader gave it.
        number: which of the tables on the sheet, from 1.
        titles: rows above the header.
        heading: see :func:`.heading.find_heading`.
        header_lines: where its rows stand.
        parts: all tables of the sheet; complete when all rows were read.
        problems: rows that an import rejects; complete when all rows were read.
    """

    table: RawTable
    number: int = 1
    titles: list[Row] = field(default_factory=list)
    heading: Heading = field(default_factory=lambda: Heading(0, 0, []))
    header_lines: list[int] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    count: int = 0  # rows below the header, so far

    def rows(self) -> Iterator[Row]:
        """Yield the rows below the header, once."""
        self.parts, self.problems = [], []
        own = (row for part, row in self._numbered() if part == self.number)
        sample = list(islice(own, SAMPLE_ROWS))
        heading = self.heading = find_heading([row.cells for row in sample])
        behind = heading.first + heading.rows
        self.titles = sample[: heading.first]
        self.header_lines = [row.line for row in sample[heading.first : behind]]
        self.problems += [
            Problem(row.line, row.damage) for row in sample[:behind] if row.damage is not None
        ]
        width = len(heading.names)
        for rows in (iter(sample[behind:]), own):
            for row in rows:
                self._judge(row, width)
                self.count += 1
                yield row

    def _judge(self, row: Row, width: int) -> None:
        reason = row.damage
        if reason is None and is_ruling(row.cells):
            return  # left out, not rejected
        if reason is None and width and row.cells == self.heading.names:
            reason, _fix = HEADER_AGAIN
        elif reason is None and width and len(row.cells) != width and any(row.cells[width:] or [1]):
            reason, _fix = wrong_width(len(row.cells), width)
        if reason is not None:
            self.problems.append(Problem(row.line, reason))

    def _numbered(self) -> Iterator[tuple[int, Row]]:
        """Yield all rows of the sheet with the number of their table."""
        source = _all_rows(self.table)
        ahead = deque(islice(source, SAMPLE_ROWS))
        if not ahead:
            return
        heading = find_heading([row.cells for row in ahead])
        header = heading.names or ahead[0].cells
        self.parts.append(Part(ahead[heading.first].line, header))
        waiting = heading.first + heading.rows  # rows that no other table can begin with
        last = ahead[0]
        while True:
            ahead.extend(islice(source, max(0, LOOKAHEAD + 1 - len(ahead))))
            if not ahead:
                return
            row = ahead.popleft()
            near = [row.cells, *(each.cells for each in islice(ahead, LOOKAHEAD))]
            if waiting > 0:
                waiting -= 1
            elif row.damage is None and begins_table(
                near, header, after_blank=_blank_between(last, row)
            ):
                self.parts.append(Part(row.line, row.cells))
                header = row.cells
            last = row
            yield len(self.parts), row


def _blank_between(last: Row, row: Row) -> bool:
    inside = sum(cell.count("\n") or cell.count("\r") for cell in last.cells)
    return row.line > last.line + 1 + inside


def _all_rows(table: RawTable) -> Iterator[Row]:
    for chunk in table.chunks():
        for line, row in zip(chunk.lines, chunk.rows, strict=True):
            if isinstance(row, DamagedRow):
                yield Row(line_of(line), row.cells, row.reason)
            else:
                yield Row(line_of(line), row, None)
