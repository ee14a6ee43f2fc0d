"""Lines drawn between the rows of a table that was made to be looked at, which hold no data.

They come with tables that were copied out of a terminal, a wiki or a report::

    | Order ID | Amount |        Order ID | Amount        +----------+--------+
    |----------|-------:|       ----------+--------       | Order ID | Amount |
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ci_cli.readers.base import Chunk, DamagedRow, RawTable, is_ruling
from ci_cli.report import Note
from ci_cli.text import msg


def without_rulings(table: RawTable, most: int) -> RawTable:
    """Return the table without its drawn lines, where the first ``most`` rows have any.

    How many were left out is added to its notes at the end of the first full pass.
    """
    if not any(map(_is_drawn, table.first_rows(most)[1])):
        return table
    told = False

    def chunks() -> Iterator[Chunk]:
        nonlocal told
        drawn: list[int] = []
        for chunk in table.chunks():
            kept = []
            for place, row in enumerate(chunk.rows):
                if _is_drawn(row):
                    drawn.append(chunk.lines[place])
                else:
                    kept.append(place)
            if len(kept) == len(chunk.rows):
                yield chunk
            else:
                yield Chunk([chunk.lines[at] for at in kept], [chunk.rows[at] for at in kept])
        if not told:
            told = True
            text = msg("Drawn lines left out: {n} (the first: line {line}).",
                       n=len(drawn), line=drawn[0])  # fmt: skip
            table.notes.append(Note(text))

    return replace(table, chunks=chunks)


def _is_drawn(row: list[str]) -> bool:
    return not isinstance(row, DamagedRow) and is_ruling(row)
