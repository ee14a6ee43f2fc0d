"""Lines of delimited text to rows, losing at most one row to one misplaced quote.

The standard ``csv`` reader parses everything. On sound input the result is its result. It reads a
block of lines at a time: when every line was a row, nothing is left to ask. Otherwise the block is
walked row by row, because a quote that was never closed makes ``csv`` swallow the rows behind it,
silently or with an error. Then the row is cut off where sound rows begin again, handed on as a
:class:`DamagedRow`, and reading goes on behind it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from ci_cli.errors import CiError, Where
from ci_cli.readers import guard
from ci_cli.readers.base import Chunk, DamagedRow
from ci_cli.readers.layout import Layout
from ci_cli.readers.repair import likely_cells, looks_like_row
from ci_cli.text import msg

if TYPE_CHECKING:
    from _csv import Reader

_END_MARK = ["\x1a"]  # Ctrl-Z, with which very old programs end a file


class _Parsed(NamedTuple):
    starts: list[int] | range  # of each row, counted in the lines of the block
    rows: list[list[str]]
    used: int  # lines of the block; the others need the lines of the next block


def read_rows(
    lines: Iterator[str], layout: Layout, path: Path, *, first: int = 1
) -> Iterator[Chunk]:
    r"""Yield the rows of delimited text with the physical line that each begins on.

    Args:
        lines: physical lines, line ends included; an embedded ``\r`` has ended a line too.
        layout: delimiter and shape of the rows.
        path: for errors.
        first: number of the first of ``lines``.

    Raises:
        CiError: ``quote-unclosed`` when a quote opens and no sound row follows.
    """
    csv.field_size_limit(guard.MAX_FIELD_CHARS)
    waiting: list[str] = []
    while True:
        fresh = list(islice(lines, guard.CHUNK_ROWS))
        block = waiting + fresh if waiting else fresh
        if not block:
            return
        last = len(fresh) < guard.CHUNK_ROWS
        parsed = _parse(block, layout, path, first, last=last)
        chunk = _filled(parsed, first)
        if last and chunk.rows and chunk.rows[-1] == _END_MARK:
            chunk.rows.pop()
            chunk.lines.pop()
        if chunk.rows:
            yield chunk
        waiting = block[parsed.used :]
        first += parsed.used


def _filled(parsed: _Parsed, first: int) -> Chunk:
    """Leave out blank rows and number the others."""
    rows = parsed.rows
    lines = [*map(first.__add__, parsed.starts)]
    if all(rows) and all(map(str.strip, map(itemgetter(0), rows))):
        return Chunk(lines, rows)
    blank = [at for at, row in enumerate(rows) if not row or not row[0].strip()]
    gone = {at for at in blank if not any(map(str.strip, rows[at]))}
    kept = [at for at in range(len(rows)) if at not in gone]
    return Chunk([lines[at] for at in kept], [rows[at] for at in kept])


def _parse(block: list[str], layout: Layout, path: Path, first: int, *, last: bool) -> _Parsed:
    try:
        rows = list(layout.reader(block))
    except csv.Error:
        rows = []
    if len(rows) == len(block):  # each row takes a line at least, so each took exactly one
        return _Parsed(range(len(rows)), layout.restored(rows), len(block))
    return _Walk(block, layout, path, first, last=last).parse()


class _Walk:
    """Row by row through a block in which some row takes several lines, or is damaged."""

    def __init__(
        self, block: list[str], layout: Layout, path: Path, first: int, *, last: bool
    ) -> None:
        self.block = block
        self.layout = layout
        self.path = path
        self.first = first
        self.last = last
        self.starts: list[int] = []
        self.rows: list[list[str]] = []

    def parse(self) -> _Parsed:
        at = 0
        while at < len(self.block):
            at, state = self._sound_rows(at)
            end = self._end_of_damage(at) if state == "damaged" else None
            if end is None:
                break
            self._damaged(at, end)
            at = end
        return _Parsed(self.starts, self.layout.restored(self.rows), at)

    def _sound_rows(self, at: int) -> tuple[int, Literal["done", "damaged", "open"]]:
        """Take rows up to the end of the block, or to the first that is not sound.

        A row that is still open where the block ends is judged together with the next block; the
        limit on a field keeps that from going on for ever.
        """
        reader = self._reader(at)
        base = at
        try:
            for row in reader:
                behind = base + reader.line_num
                if behind > at + 1 and self._swallowed(at, behind, row):
                    return at, "damaged"
                self.starts.append(at)
                self.rows.append(row)
                at = behind
        except csv.Error:
            seen_all = base + reader.line_num >= len(self.block)
            return at, "open" if seen_all and not self.last else "damaged"
        return at, "done"

    def _reader(self, at: int) -> Reader:
        return self.layout.reader(map(self.block.__getitem__, range(at, len(self.block))))

    def _swallowed(self, at: int, behind: int, row: list[str]) -> bool:
        """Say whether the lines of this row are rather rows of their own.

        A row of the usual width is believed, unless there are columns of numbers by which each of
        its lines looks like a row. In a row of another width one such line behind the first is
        enough.
        """
        layout = self.layout
        if layout.width < 2:
            return False
        rows_alone = (looks_like_row(line, layout) for line in self.block[at:behind])
        if len(row) == layout.width:
            return bool(layout.numbers) and all(rows_alone)
        next(rows_alone)
        return any(rows_alone)

    def _end_of_damage(self, at: int) -> int | None:
        """Return where sound rows begin again; None where the next lines have to be seen first."""
        if not self.layout.has_open_quote(self.block[at]):
            return at + 1  # the damage is within this line
        if self._is_whole(at):
            return at + 1  # the open quote is the damage: without it this would be a row
        size = len(self.block)
        for line in range(at + 1, min(size, at + guard.RESYNC_LINES)):
            if self._begins_row(line):
                return line
        if not self.last and size - at <= guard.RESYNC_LINES:
            return None
        if at + 1 == size:
            return size
        raise CiError(
            "quote-unclosed",
            msg("a quote opens here and no sound row follows it"),
            hint=msg("close or double the quote in that line, or check --delimiter"),
            where=Where(file=str(self.path), line=self.first + at),
        )

    def _is_whole(self, at: int) -> bool:
        """Say whether some reading of this line alone has all cells, numbers in their places."""
        layout = self.layout
        line = self.block[at].rstrip("\r\n")
        return bool(layout.numbers) and layout.fits(likely_cells(line, layout))

    def _begins_row(self, line: int) -> bool:
        if looks_like_row(self.block[line], self.layout):
            return True
        try:
            row = next(iter(self._reader(line)), [])
        except csv.Error:
            return False
        return self.layout.fits(row)

    def _damaged(self, at: int, end: int) -> None:
        text = "".join(self.block[at:end]).rstrip("\r\n")
        cells = likely_cells(text, self.layout)
        self.starts.append(at)
        if any(len(line) > guard.MAX_FIELD_CHARS for line in self.block[at:end]):
            reason = msg("a field is longer than {limit} characters", limit=guard.MAX_FIELD_CHARS)
        elif self.layout.quote == "'" and end == at + 1 and self.layout.fits(cells):
            self.rows.append(cells)  # an apostrophe inside of a word is no damage
            return
        else:
            reason = msg("the quotes of this row do not pair up")
        self.rows.append(DamagedRow(text, reason, cells))
