"""The rows of one sheet: what its parser gave, completed by the cells that it lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from ci_cli.readers import guard
from ci_cli.readers.base import Chunk
from ci_cli.readers.sheetscan import Flagged
from ci_cli.readers.spool import Block, read_spool


class SheetRows:
    """Rows of a spool as wide as the sheet, with the flagged cells in their places.

    Args:
        spool: the rows of the parser.
        left: how many columns it left out at the left, being blank.
        width: of the widest of its rows.
        flagged: cells that it lost; they can stand outside of what it saw.
    """

    def __init__(self, spool: Path, left: int, width: int, flagged: list[Flagged]) -> None:
        columns = [cell.column - 1 for cell in flagged]
        begin = min([left, *columns] if width else columns, default=0)
        end = max([left + width, *(column + 1 for column in columns)], default=0)
        self.spool = spool
        self.width = end - begin
        self.before = left - begin if width else 0
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
        after = self.width - self.before - len(columns)
        if self.before or after:
            blank = [""] * len(block.lines)
            columns = [*[blank] * self.before, *columns, *[blank] * after]
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


def sheet_chunks(
    spool: Path, left: int, width: int, flagged: list[Flagged]
) -> Callable[[], Iterator[Chunk]]:
    """Return what a table iterates over; see :class:`SheetRows`."""
    return SheetRows(spool, left, width, flagged).chunks
