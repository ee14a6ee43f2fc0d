"""How the rows of one text file are written, and what a sound row of it looks like.

The dialect (delimiter, quotation mark, escapes) is what the ``csv`` module has to be told; width
and number columns tell a row from a line that is only the inside of a damaged one.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _csv import Reader

# Characters that no text may hold (Unicode keeps them free for programs):
NO_DELIMITER = "\ufdd0"  # stands in where there is one column, so that no text is ever split
STAND_IN = "\ufdd1"  # stands for a delimiter of several characters, which csv does not know
_NUMBER_LIKE = re.compile(r"\s*[-+(¥￥$€£]*\d[\d\s.,:/+\-()%TZ年月日]*\Z")
_ESCAPES = re.compile(r"\\(.)", re.DOTALL)


def is_number_like(text: str) -> bool:
    """Tell whether a cell could hold a number, an amount, a date or a time."""
    return _NUMBER_LIKE.match(text) is not None


@dataclass(frozen=True)
class Layout:
    r"""What a sound row looks like, by which a line inside a damaged row is told from a row.

    Attributes:
        delimiter: one character or several.
        width: the usual number of cells.
        numbers: places of the columns that hold numbers or dates nearly everywhere.
        quote: the mark around texts that hold a delimiter; inside it is doubled.
        backslash: inside of quotes ``\"`` stands for the mark and ``\\`` for a backslash.
        blank_after: a blank follows each delimiter and belongs to it.
    """

    delimiter: str
    width: int = 1
    numbers: tuple[int, ...] = ()
    quote: str = '"'
    backslash: bool = False
    blank_after: bool = False

    @property
    def is_plain(self) -> bool:
        """Tell whether ``csv`` takes the lines as they are."""
        return len(self.delimiter) == 1 and not self.backslash

    @property
    def mark(self) -> str:
        """Return the one character that separates cells once a line is prepared."""
        return self.delimiter if len(self.delimiter) == 1 else STAND_IN

    def prepare(self, line: str) -> str:
        """Rewrite a line so that ``csv`` can read it: one delimiter, quotes doubled."""
        if self.backslash and "\\" in line:
            line = _ESCAPES.sub(self._doubled, line)
        if len(self.delimiter) > 1:
            line = line.replace(self.delimiter, STAND_IN)
        return line

    def _doubled(self, match: re.Match[str]) -> str:
        if match[1] == self.quote:
            return self.quote * 2
        return "\\" if match[1] == "\\" else match[0]

    def restored(self, rows: list[list[str]]) -> list[list[str]]:
        """Put back the delimiters of several characters that stood inside of quotes."""
        if len(self.delimiter) == 1:
            return rows
        return [
            [cell.replace(STAND_IN, self.delimiter) for cell in row] if type(row) is list else row
            for row in rows  # a damaged row has its text from the file
        ]

    def reader(self, lines: Iterable[str] | Iterator[str], *, strict: bool = True) -> Reader:
        """Return ``csv``'s reader over the lines of the file."""
        return csv.reader(
            lines if self.is_plain else map(self.prepare, lines),
            delimiter=self.mark,
            quotechar=self.quote,
            skipinitialspace=self.blank_after,
            strict=strict,
        )

    def cells_alone(self, line: str) -> list[str] | None:
        """Split one line by the rules of csv; None where it is no whole row by itself."""
        if self.has_open_quote(line):
            return None
        try:
            rows = list(self.reader([line]))
        except csv.Error:
            return None
        return rows[0] if rows else []

    def has_open_quote(self, line: str) -> bool:
        """Tell whether a quote that opens in this line is not closed in it."""
        return self.prepare(line).count(self.quote) % 2 == 1

    def fits(self, cells: Sequence[str]) -> bool:
        """Say whether the cells make a sound row: as many as usual, numbers where they belong."""
        if len(cells) != self.width:
            return False
        there = [cells[place].strip() for place in self.numbers]
        return all(is_number_like(cell) for cell in there if cell) and (
            any(there) or not self.numbers
        )
