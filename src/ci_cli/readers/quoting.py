"""Which mark encloses texts that hold a delimiter, and how it is written inside of them.

Nearly all files follow RFC 4180: double quotes, doubled inside. Some programs write apostrophes
instead, or a backslash before the mark, or a blank behind each delimiter. Each of these is believed
only where the whole sample speaks for it, because the same characters are ordinary text elsewhere.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from typing import NamedTuple

from ci_cli.readers.layout import NO_DELIMITER, Layout
from ci_cli.readers.repair import ClosedCell, closed_cells
from ci_cli.report import Note
from ci_cli.text import msg

_SURE = 0.95  # share of the lines that must agree
_FEWEST_QUOTED = 3  # cells in apostrophes that say something
_QUOTED = re.compile(r'"[^"]*"')


class Quoting(NamedTuple):
    """What differs from RFC 4180; see :class:`.layout.Layout`."""

    quote: str = '"'
    backslash: bool = False
    blank_after: bool = False

    def layout(self, delimiter: str, width: int = 1, numbers: tuple[int, ...] = ()) -> Layout:
        """Return the layout of a file that is written so."""
        return Layout(
            delimiter, width, numbers, self.quote, self.backslash, blank_after=self.blank_after
        )

    def notes(self) -> list[Note]:
        """Say what is unusual."""
        said = []
        if self.quote != '"':
            said.append(msg("texts stand in apostrophes: they open and close whole cells"))
        if self.backslash:
            said.append(msg("a backslash stands before quotation marks inside of texts"))
        if self.blank_after:
            said.append(msg("the blank behind each delimiter belongs to it"))
        return [Note(text) for text in said]


def split_sample(lines: list[str], layout: Layout) -> list[list[str]]:
    """Split the sample into rows that are not blank.

    Where a quote out of order would spoil most of the sample, the lines that are whole rows by
    themselves stand for it.
    """
    if layout.quote == "'":
        found = [closed_cells(line.rstrip("\r\n"), layout) for line in lines if line.strip()]
        texts = [[cell.text for cell in cells] for cells in found]
        return [row for row in texts if any(map(str.strip, row))]
    rows, sound = [], 0
    reader = layout.reader(lines)
    try:
        for row in reader:
            sound = reader.line_num
            if any(map(str.strip, row)):
                rows.append(row)
    except csv.Error:
        pass
    if 2 * sound < len(lines):
        alone = (layout.cells_alone(line) for line in lines if line.strip())
        rows = [cells for cells in alone if cells]
    return layout.restored(rows)


def choose_quoting(lines: list[str], delimiter: str) -> Quoting:
    """Decide how cells are quoted, given the delimiter.

    Args:
        lines: the first lines of the file, line ends included.
        delimiter: what is thought to separate the cells.
    """
    if delimiter == NO_DELIMITER or not lines:
        return Quoting()
    blank_after = _blank_after(lines, delimiter)
    plain = Quoting(blank_after=blank_after)
    if _in_apostrophes(lines, delimiter, plain):
        return plain._replace(quote="'")
    if any('\\"' in line for line in lines):
        escaped = plain._replace(backslash=True)
        if _regular(lines, escaped.layout(delimiter)) > _regular(lines, plain.layout(delimiter)):
            return escaped
    return plain


def _regular(lines: list[str], layout: Layout) -> int:
    """Count the lines that are whole rows by themselves and have the usual number of cells."""
    found = (layout.cells_alone(line) for line in lines)
    widths = Counter(len(cells) for cells in found if cells)
    return max(widths.values(), default=0)


def _blank_after(lines: list[str], delimiter: str) -> bool:
    """Tell whether every delimiter outside of quotes is followed by a blank, or ends its line."""
    if delimiter.isspace():
        return False
    spaced = split = 0
    for line in lines:
        bare = _QUOTED.sub("", line).rstrip("\r\n")
        count = bare.count(delimiter)
        if count:
            split += 1
            ends = bare.endswith(delimiter)
            spaced += count - ends > 0 and bare.count(delimiter + " ") >= count - ends
    return split > 1 and spaced >= _SURE * split


def _in_apostrophes(lines: list[str], delimiter: str, plain: Quoting) -> bool:
    """Tell whether apostrophes enclose cells: all cells of a column, or all that need it.

    O'Brien and 's-Hertogenbosch are names; 'Throw Pillow, Wooden' is a quoted text.
    """
    if sum(line.count("'") for line in lines) < 2 * _FEWEST_QUOTED:
        return False  # a quoted cell takes two of them
    layout = plain._replace(quote="'").layout(delimiter)
    rows = [closed_cells(line.rstrip("\r\n"), layout) for line in lines if line.strip()]
    cells = [cell for row in rows for cell in row]
    quoted = sum(cell.quoted for cell in cells)
    never_closed = sum(cell.text.startswith("'") and not cell.quoted for cell in cells)
    double = sum(cell.text[:1] == '"' == cell.text[-1:] and not cell.quoted for cell in cells)
    if quoted < _FEWEST_QUOTED or double or never_closed > (1 - _SURE) * quoted:
        return False
    width, regular = Counter(map(len, rows)).most_common(1)[0]
    before = _regular(lines, plain.layout(delimiter))
    if regular != before:
        return regular > before
    columns = zip(*(row for row in rows if len(row) == width), strict=True)
    return any(_all_quoted(column[1:]) for column in columns)


def _all_quoted(column: tuple[ClosedCell, ...]) -> bool:
    filled = [cell for cell in column if cell.text.strip()]
    return len(filled) >= _FEWEST_QUOTED and sum(c.quoted for c in filled) >= _SURE * len(filled)
