"""Cells merged over several rows: filled on request, else their rows are set aside.

Only the first cell of a merged range holds a value; the others come out empty. Taken as they are,
the second and third line of an order would belong to nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from ci_cli.importing.layout.header_rows import Head
from ci_cli.importing.mapping.headers import read_header
from ci_cli.importing.mapping.synonyms import MONEY
from ci_cli.readers.base import Chunk, Merged, set_aside
from ci_cli.report import Note
from ci_cli.text import msg

_MEASURES = MONEY | {"line.quantity"}


def merged_rows(head: Head, merged: tuple[Merged, ...]) -> list[Merged]:
    """Return the ranges that cover several rows of data in columns that say whose a row is.

    An amount over several rows is that of all of them together: copied down, it would be counted
    again and again, so it stays on its first row.
    """
    found = []
    for one in merged:
        in_data = one.first_row > head.line and one.last_row > one.first_row
        if in_data and one.first_place < len(head.names):
            heading = read_header(head.names[one.first_place])
            if heading.candidates and not heading.fields() & _MEASURES:
                found.append(one)
    return sorted(found)


@dataclass
class MergedCells:
    """Fills the cells of merged ranges, or sets their rows aside."""

    ranges: list[Merged]
    head: Head
    fill: bool
    tell: Callable[[Note], None]
    _told: bool = field(default=False, repr=False)

    def stage(self, chunks: Iterator[Chunk]) -> Iterator[Chunk]:
        """Yield the rows."""
        waiting = list(reversed(self.ranges))
        begun: dict[int, tuple[Merged, str]] = {}  # place -> range, its value
        touched = 0
        for chunk in chunks:
            if not (waiting or begun):
                yield chunk
                continue
            rows = []
            for line, row in zip(chunk.lines, chunk.rows, strict=True):
                while waiting and waiting[-1].first_row <= line:
                    one = waiting.pop()
                    if one.first_row == line and row[one.first_place].strip():
                        begun[one.first_place] = (one, row[one.first_place])
                begun = {p: own for p, own in begun.items() if own[0].last_row >= line}
                covered = [
                    place
                    for place, (one, _) in begun.items()
                    if line > one.first_row and place < len(row) and not row[place].strip()
                ]
                touched += len(covered)
                rows.append(self._row(row, covered, begun) if covered else row)
            yield Chunk(chunk.lines, rows)
        if self.fill and not self._told:
            self._told = True
            self.tell(Note(msg("Cells of merged ranges filled: {n}.", n=touched)))

    def _row(
        self, row: list[str], covered: list[int], begun: dict[int, tuple[Merged, str]]
    ) -> list[str]:
        if self.fill:
            return [begun[at][1] if at in covered else cell for at, cell in enumerate(row)]
        one = begun[min(covered)][0]
        return set_aside(
            row,
            msg("“{header}” is one merged cell over lines {first} to {last}",
                header=self.head.names[one.first_place], first=one.first_row, last=one.last_row),
            msg("say --fill-merged to give its value to each of these rows, or unmerge the cells"
                " and fill them in"),
        )  # fmt: skip
