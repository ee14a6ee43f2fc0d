"""The likeliest reading of a row whose quotation marks are out of order.

A damaged row is never imported: a person mends it. But whoever looks at the file wants to see what
it probably says, so this splits the text into as many cells as the other rows have, treating as
few marks as possible as ordinary text. No character is lost: a mark that does not quote stays.
"""

from __future__ import annotations

from typing import NamedTuple

from ci_cli.readers.layout import Layout

_MOST_TRIES = 20_000  # places looked at; a longer search ends with the plain split


class ReadCell(NamedTuple):
    """One way to read a cell."""

    text: str
    behind: int  # where the next cell begins; beyond the end: it was the last
    quoted: bool


class _Search:
    """Depth first over the places where a quoted cell may end, the usual ending first."""

    def __init__(self, text: str, layout: Layout, *, by_numbers: bool) -> None:
        self.text = text
        self.mark = layout.mark
        self.quote = layout.quote
        self.layout = layout
        self.by_numbers = by_numbers
        self.failed: set[tuple[int, int]] = set()
        self.tries = 0

    def cells(self) -> list[str] | None:
        """Return the first reading with the usual number of cells; None: there is none."""
        stack: list[tuple[list[str], int]] = [([], 0)]
        while stack and self.tries < _MOST_TRIES:
            done, at = stack.pop()
            if at > len(self.text):
                if len(done) == self.layout.width and self._believable(done):
                    return done
                continue
            if len(done) >= self.layout.width or (len(done), at) in self.failed:
                continue
            if not self.by_numbers:  # else the cells so far matter, not only how many
                self.failed.add((len(done), at))
            self.tries += 1
            stack += [([*done, cell.text], cell.behind) for cell in reversed(self.choices(at))]
        return None

    def _believable(self, cells: list[str]) -> bool:
        return not self.by_numbers or self.layout.fits(cells)

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
                inner = self.text[at + 1 : end - 1].replace(self.quote * 2, self.quote)
                (usual if (end - begin) % 2 else odd).append(ReadCell(inner, end + 1, quoted=True))
        return [*usual[:1], *odd, *usual[1:], plain]

    def _plain(self, at: int) -> ReadCell:
        end = self.text.find(self.mark, at)
        end = len(self.text) if end < 0 else end
        return ReadCell(self.text[at:end], end + 1, quoted=False)


def looks_like_row(line: str, layout: Layout) -> bool:
    """Say whether this one line could be a row of its own if an open quote were text."""
    if layout.quote != '"':
        return layout.fits(likely_cells(line.rstrip("\r\n"), layout))
    cells = layout.cells_alone(line)
    return layout.fits(_with_open_quote(line, layout) if cells is None else cells)


def _with_open_quote(line: str, layout: Layout) -> list[str]:
    """Split a line in which a quote is out of order: what csv can close, then the rest."""
    cells = next(iter(layout.reader([line.rstrip("\r\n")], strict=False)), [""])
    return [*cells[:-1], *cells[-1].split(layout.mark)]


def closed_cells(line: str, layout: Layout) -> list[ReadCell]:
    """Split one line, each quoted cell ending at the first mark that can end it."""
    search = _Search(layout.prepare(line), layout, by_numbers=False)
    cells, at = [], 0
    while at <= len(search.text):
        cell = search.choices(at)[0]
        cells.append(cell)
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
    for by_numbers in (True, False) if layout.numbers else (False,):
        cells = _Search(prepared, layout, by_numbers=by_numbers).cells()
        if cells is not None:
            found = cells
            break
    return layout.restored([found])[0]
