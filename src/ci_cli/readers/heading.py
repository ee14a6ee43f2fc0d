"""Where the header of a table stands and where another table begins, judged by shape alone.

A header is text above figures; titles above it fill few cells. No word list is asked: what the
columns mean is for ``importing``, and a preview must also work on tables that nobody knows.
"""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ci_cli.readers.base import is_ruling
from ci_cli.readers.layout import is_number_like

SCAN_ROWS = 20  # among these the header is looked for
SAMPLE_ROWS = 200  # of these the columns of numbers are known
MOST_HEADER_ROWS = 3
FEWEST_FIGURES = 2  # in a column below, to take a second row of texts for a part of the header
LOOKAHEAD = 3  # rows that must be like a new header for a new table
_ENOUGH = 0.6  # share of the usual number of filled cells that a header row has
_MOSTLY = 0.8  # share of the filled cells that are numbers in a column of numbers
_PERIOD = re.compile(r"(?:19|20)\d\d(?:\s*[-/.年]?\s*(?:0?[1-9]|1[0-2])月?|年)?|\d{1,2}月")
_NOTHING = frozenset({"n/a", "na", "null", "none", "nan", "-", "--", "?", "无"})

Rows = Sequence[Sequence[str]]


class Heading(NamedTuple):
    """The header of a table.

    ``first`` is the place of its first row, what stands before are titles; ``rows`` is the number
    of them, 0 where there is none and the data begin at ``first``; ``names`` joins them.
    """

    first: int
    rows: int
    names: list[str]


def find_heading(rows: Rows) -> Heading:
    """Find the header among the first rows of a table.

    Args:
        rows: the first rows, some hundred of them.

    Returns:
        The first row of texts that is as full as the rows below it, with every row above it
        nearly empty; no header where the first full row holds figures like those below.
    """
    for at in range(min(len(rows), SCAN_ROWS)):
        if _share_names(rows, at):
            return Heading(at, 2, _joined([_spread_over(rows[at], rows[at + 1]), rows[at + 1]]))
        if all(2 * _filled(row) <= _filled(rows[at]) for row in rows[:at]) and _is_header(rows, at):
            count = _more_rows(rows, at)
            group = _is_group(rows, at)
            first = at - group
            parts = [_spread(rows[first], len(rows[at]))] if group else []
            parts += [list(row) for row in rows[at : at + count]]
            return Heading(first, count + group, _joined(parts))
    return Heading(0, 0, [])


def begins_table(rows: Rows, header: Sequence[str], *, after_blank: bool) -> bool:
    """Tell whether another table begins with the first of these rows.

    Args:
        rows: it and the next ``LOOKAHEAD``, as far as there are any.
        header: names of the table so far.
        after_blank: a blank line stands before it.
    """
    first, below = rows[0], rows[1:]
    if len(first) < 2 or not below or not all(map(str.strip, first)) or list(first) == header:
        return False
    if any(len(row) != len(first) for row in below) or any(map(is_number_like, first)):
        return False
    figures = sum(any(is_number_like(row[place]) for row in below) for place in range(len(first)))
    return figures > 0 if len(first) != len(header) else after_blank and figures > 1


def _filled(row: Sequence[str]) -> int:
    return sum(bool(cell.strip()) for cell in row)


def _numbers(rows: Rows, fewest: int = 1) -> set[int]:
    """Return the places of the columns that hold numbers or dates, ``fewest`` at least."""
    filled: Counter[int] = Counter()
    hits: Counter[int] = Counter()
    for row in rows:
        for place, cell in enumerate(row):
            if cell.strip():
                filled[place] += 1
                hits[place] += is_number_like(cell)
    return {
        place
        for place, count in filled.items()
        if count >= fewest and hits[place] >= _MOSTLY * count
    }


def _is_figure(cell: str) -> bool:
    return is_number_like(cell) and not _PERIOD.fullmatch(cell.strip())


def _is_header(rows: Rows, at: int) -> bool:
    row, below = rows[at], rows[at + 1 : at + 1 + SAMPLE_ROWS]
    filled = _filled(row)
    usual = statistics.median(map(_filled, below)) if below else filled
    widest = max(map(len, rows[: at + 1 + SAMPLE_ROWS]))
    if not filled or filled < _ENOUGH * usual or (filled == 1 and widest > 1 and usual > 1):
        return False
    if not below and at and filled < 2:
        return False
    figures = [place for place, cell in enumerate(row) if _is_figure(cell)]
    if len(figures) > (1 - _ENOUGH) * filled:
        return False
    return not _numbers(below) & set(figures)


def _more_rows(rows: Rows, at: int) -> int:
    """Count the rows of the header: those below are texts above at least two columns of figures."""
    count = 1
    while count < MOST_HEADER_ROWS and at + count + 2 < len(rows):
        row = rows[at + count]
        if is_ruling(row):
            break
        # beyond all that may be header, so that a short table tells too
        below = rows[at + MOST_HEADER_ROWS :][:SAMPLE_ROWS] or rows[at + count + 1 :]
        places = [place for place in _numbers(below, FEWEST_FIGURES) if place < len(row)]
        cells = [row[place].strip() for place in places]
        texts = [
            cell for cell in cells if any(map(str.isalnum, cell)) and not is_number_like(cell)
            and cell.lower() not in _NOTHING
        ]  # fmt: skip
        if len(row) != len(rows[at]) or len(texts) < 2 or len(texts) < len(cells):
            break
        count += 1
    return count


def _share_names(rows: Rows, at: int) -> bool:
    """Tell whether two rows name the columns only together, as merged cells make them.

    Each names columns that the other leaves blank, both hold nothing but texts, together they name
    every column, and columns of figures stand below texts.
    """
    below = rows[at + 2 :][:SAMPLE_ROWS]
    if len(below) < LOOKAHEAD:
        return False
    upper, lower = ({n for n, cell in enumerate(row) if cell.strip()} for row in rows[at : at + 2])
    both = upper | lower
    titles_are_short = all(2 * _filled(row) <= len(both) for row in rows[:at])
    if min(len(upper - lower), len(lower - upper)) == 0 or len(upper) < 2 or not titles_are_short:
        return False
    if any(map(_is_figure, (*rows[at], *rows[at + 1]))):
        return False
    used = {n for row in below for n, cell in enumerate(row) if cell.strip()}
    figures = _numbers(below)
    return used <= both and len(figures) > 1 and bool(figures & lower)


def _spread_over(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """Repeat each name over the columns to its right that only the row below names."""
    found, last = list(upper), ""
    for place, cell in enumerate(upper):
        if cell.strip():
            last = cell
        elif place < len(lower) and lower[place].strip():
            found[place] = last
    return found


def _is_group(rows: Rows, at: int) -> bool:
    """Tell whether the row above names groups of columns whose own names repeat."""
    names = [cell.strip() for cell in rows[at] if cell.strip()]
    return at > 0 and _filled(rows[at - 1]) > 1 and len(set(names)) < len(names)


def _spread(row: Sequence[str], width: int) -> list[str]:
    """Repeat each name of a group over the columns that it stands above."""
    found, last = [], ""
    for cell in [*row, *[""] * (width - len(row))][:width]:
        last = cell if cell.strip() else last
        found.append(last)
    return found


def _joined(parts: Sequence[Sequence[str]]) -> list[str]:
    if len(parts) == 1:
        return list(parts[0])
    width = max(map(len, parts))

    def cells(place: int) -> Iterator[str]:
        return (row[place].strip() for row in parts if place < len(row))

    return [" ".join(filter(None, cells(place))) for place in range(width)]
