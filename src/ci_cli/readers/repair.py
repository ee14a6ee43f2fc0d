"""The likeliest reading of a row whose quotation marks are out of order.

A damaged row is never imported: a person mends it. But whoever looks at the file wants to see what
it probably says, so this splits the text into as many cells as the other rows have, treating as
few marks as possible as ordinary text. No character is lost: a mark that does not quote stays.
"""

from __future__ import annotations

import csv
from typing import NamedTuple

from ci_cli.readers.layout import Layout, is_number_like

_MOST_TRIES = 2_000  # places looked at; a longer search ends with the plain split
_MOST_ENDS = 50  # places looked at where one quoted cell may end


class ReadCell(NamedTuple):
    """One way to read a cell: the text from ``begin`` to ``end``."""

    begin: int
    end: int
    behind: int  # where the next cell begins; beyond the end: it was the last
    quoted: bool


class _Search:
    """Depth first over the places where a quoted cell may end, the usual ending first."""

    def __init__(self, text: str, layout: Layout) -> None:
        self.text = text
        self.mark = layout.mark
        self.quote = layout.quote
        self.layout = layout

    def cells(self, numbers: frozenset[int]) -> list[str] | None:
        """Return the first reading with the usual number of cells; None: there is none.

        Args:
            numbers: places of the cells that have to hold a number, if anything.
        """
        stack: list[tuple[tuple[str, ...], int]] = [((), 0)]
        seen: set[tuple[int, int]] = set()  # what follows does not depend on the cells before
        while stack and len(seen) < _MOST_TRIES:
            done, at = stack.pop()
            if at > len(self.text):
                if len(done) == self.layout.width:
                    return list(done)
                continue
            place = len(done)
            if place >= self.layout.width or (place, at) in seen:
                continue
            seen.add((place, at))
            for cell in reversed(self.choices(at)):
                text = self.text_of(cell)
                if place not in numbers or not text.strip() or is_number_like(text):
                    stack.append(((*done, text), cell.behind))
        return None

    def text_of(self, cell: ReadCell) -> str:
        """Return the text of a cell, doubled marks inside of quotes made one."""
        text = self.text[cell.begin : cell.end]
        return text.replace(self.quote * 2, self.quote) if cell.quoted else text

    def choices(self, at: int) -> list[ReadCell]:
        """Return the ways to read the cell that begins here, the most usual first."""
        if self.layout.blank_after:
            while self.text[at : at + 1] == " ":
                at += 1
        plain = self._plain(at)
        if not self.text.startswith(self.quote, at):
            return [plain]
        usual: list[ReadCell] = []
        odd: list[ReadCell] = []
        end = at + 1
        while (end := self.text.find(self.quote, end)) >= 0:
            begin = end
            while self.text.startswith(self.quote, end):
                end += 1
            if end == len(self.text) or self.text[end] == self.mark:
                ends = usual if (end - begin) % 2 else odd
                ends.append(ReadCell(at + 1, end - 1, end + 1, quoted=True))
                if len(usual) + len(odd) == _MOST_ENDS:
                    break
        return [*usual[:1], *odd, *usual[1:], plain]

    def _plain(self, at: int) -> ReadCell:
        end = self.text.find(self.mark, at)
        end = len(self.text) if end < 0 else end
        return ReadCell(at, end, end + 1, quoted=False)


def looks_like_row(line: str, layout: Layout) -> bool:
    """Say whether this one line could be a row of its own if an open quote were text."""
    if layout.quote != '"':
        return layout.fits(likely_cells(line.rstrip("\r\n"), layout))
    cells = layout.cells_alone(line)
    return layout.fits(_with_open_quote(line, layout) if cells is None else cells)


def _with_open_quote(line: str, layout: Layout) -> list[str]:
    """Split a line in which a quote is out of order: what csv can close, then the rest."""
    try:
        cells = next(iter(layout.reader([line.rstrip("\r\n")], strict=False)), [""])
    except csv.Error:  # what the open quote takes in is longer than a field may be
        return line.split(layout.mark)
    return [*cells[:-1], *cells[-1].split(layout.mark)]


class ClosedCell(NamedTuple):
    """A cell, and whether it stood in quotes."""

    text: str
    quoted: bool


def closed_cells(line: str, layout: Layout) -> list[ClosedCell]:
    """Split one line, each quoted cell ending at the first mark that can end it."""
    search = _Search(layout.prepare(line), layout)
    cells, at = [], 0
    while at <= len(search.text):
        cell = search.choices(at)[0]
        cells.append(ClosedCell(search.text_of(cell), cell.quoted))
        at = cell.behind
    return cells


def likely_cells(text: str, layout: Layout) -> list[str]:
    """Split a damaged row.

    Args:
        text: the row as it stands in the file, without its line end.
        layout: of the file.

    Returns:
        As many cells as usual where some reading gives them, numbers in their places if possible;
        else what stands between the delimiters.
    """
    prepared = layout.prepare(text)
    found = prepared.split(layout.mark)
    search = _Search(prepared, layout)
    for numbers in dict.fromkeys((frozenset(layout.numbers), frozenset())):
        cells = search.cells(numbers)
        if cells is not None:
            found = cells
            break
    return layout.restored([found])[0]
