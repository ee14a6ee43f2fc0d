"""The rows of one sheet: what its parser gave, completed by the cells that it lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ci_cli.readers import guard
from ci_cli.readers.base import Chunk
from ci_cli.readers.sheetscan import Flagged
from ci_cli.readers.spool import Block, read_spool


class SheetRows:
    """Rows of a spool as wide as what the sheet holds, with the flagged cells in their places.

    Args:
        spool: the rows of the parser.
        left: how many columns of the sheet stand left of the spool.
        columns: those of the sheet (from 0) in which the parser found something.
        flagged: cells that it lost; they can stand outside of these columns.
    """

    def __init__(self, spool: Path, left: int, columns: range, flagged: list[Flagged]) -> None:
        filled = [*columns[:1], *columns[-1:], *(cell.column - 1 for cell in flagged)]
        begin, end = min(filled, default=0), max(filled, default=-1) + 1
        self.spool = spool
        self.width = end - begin
        self.first = begin - left  # place in the spool, or how many columns are missing there
        self.lost: dict[int, list[tuple[int, str]]] = {}
        for cell in flagged:
            self.lost.setdefault(cell.row, []).append((cell.column - 1 - begin, cell.text))
        self.lost_rows = sorted(self.lost)

    def chunks(self) -> Iterator[Chunk]:
        """Yield the rows from the beginning; call it as often as needed."""
        lines: list[int] = []
        rows: list[list[str]] = []
        done = 0
        for block in read_spool(self.spool):
            fresh_lines, fresh = block.lines, self._rows(block)
            due = done
            while due < len(self.lost_rows) and self.lost_rows[due] <= block.lines[-1]:
                due += 1
            if due > done:
                fresh_lines, fresh = self._complete(fresh_lines, fresh, self.lost_rows[done:due])
                done = due
            lines += fresh_lines
            rows += fresh
            if len(rows) >= guard.CHUNK_ROWS:
                yield Chunk(lines, rows)
                lines, rows = [], []
        fresh_lines, fresh = self._complete([], [], self.lost_rows[done:])
        if rows or fresh:
            yield Chunk(lines + fresh_lines, rows + fresh)

    def _rows(self, block: Block) -> list[list[str]]:
        columns = block.columns
        if self.first or len(columns) != self.width:
            blank = [""] * len(block.lines)
            columns = [*[blank] * -self.first, *columns[max(self.first, 0) :]]
            columns = [*columns, *[blank] * (self.width - len(columns))][: self.width]
        return list(map(list, zip(*columns, strict=True)))

    def _complete(
        self, lines: list[int], rows: list[list[str]], lost_rows: list[int]
    ) -> tuple[list[int], list[list[str]]]:
        """Put the lost cells of these rows into them, adding the rows that held nothing else."""
        by_line = dict(zip(lines, rows, strict=True))
        for line in lost_rows:
            row = by_line.setdefault(line, [""] * self.width)
            for column, text in self.lost[line]:
                row[column] = text
        both = sorted(by_line.items())
        return [line for line, _ in both], [row for _, row in both]
