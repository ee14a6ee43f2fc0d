"""Which character separates the fields of a text file, and what its rows look like.

``csv.Sniffer`` splits a column of e-mail addresses at the letter l. So only four delimiters come
into question here, and one of them is believed when it gives most lines the same number of fields;
otherwise the file has one column.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from ci_cli.errors import Answer, CiError, ExitCode, Where
from ci_cli.report import Note
from ci_cli.text import Msg, msg

DELIMITERS = (",", ";", "\t", "|")
NO_DELIMITER = "\x1f"  # stands in where there is one column, so that no text is ever split
_SPELT = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|"}
_SPELLINGS = {character: word for word, character in _SPELT.items() if word != "\\t"}
_NAMES = {"\t": msg("tab"), ",": msg("comma"), ";": msg("semicolon"), "|": msg("pipe")}
_SEP_LINE = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE | re.DOTALL)
_NUMBER_LIKE = re.compile(r"\s*[-+(¥￥$€£]*\d[\d\s.,:/+\-()%TZ年月日]*\Z")
_CONSISTENT = 0.5  # share of the lines that must have the same number of fields
_SURE = 0.9
_MOSTLY = 0.9  # share of the lines in which a column of numbers holds a number
_FEWEST_ROWS = 3  # fewer say nothing about what a column holds


def name_of(delimiter: str) -> Msg | str:
    """Return what people call the delimiter."""
    return _NAMES.get(delimiter, delimiter)


@dataclass(frozen=True)
class Layout:
    """What a sound row looks like, by which a line inside a damaged row is told from a row.

    ``numbers`` are the places of the columns that hold numbers or dates nearly everywhere.
    """

    delimiter: str
    width: int
    numbers: tuple[int, ...]

    def looks_like_row(self, line: str) -> bool:
        """Say whether this one line could be a row of its own if an open quote were text."""
        cells = _cells_alone(line, self.delimiter)
        return self.fits(self._with_open_quote(line) if cells is None else cells)

    def _with_open_quote(self, line: str) -> list[str]:
        """Split a line in which a quote is out of order: what csv can close, then the rest."""
        cells = next(csv.reader([line.rstrip("\r\n")], delimiter=self.delimiter), [""])
        return [*cells[:-1], *cells[-1].split(self.delimiter)]

    def fits(self, cells: Sequence[str]) -> bool:
        """Say whether the cells make a sound row: as many as usual, numbers where they belong."""
        if len(cells) != self.width:
            return False
        there = [cells[place].strip() for place in self.numbers]
        return all(_NUMBER_LIKE.match(cell) for cell in there if cell) and (
            any(there) or not self.numbers
        )


class Dialect(NamedTuple):
    """The delimiter with its reason, and how many lines to skip before the first row."""

    layout: Layout
    note: Note
    skip: int


class _Candidate(NamedTuple):
    share: float  # of the lines that have the usual number of fields
    width: int
    header: bool  # the first line has it too
    delimiter: str


def choose_dialect(lines: list[str], wanted: str | None, path: Path) -> Dialect:
    """Decide on the delimiter.

    Args:
        lines: the first lines of the file, line ends included.
        wanted: what the user said.
        path: for the error.

    Raises:
        CiError: ``delimiter-option``, ``delimiter-ambiguous``; a person decides on both.
    """
    announced = _SEP_LINE.fullmatch(lines[0]) if lines else None
    skip = 1 if announced else 0
    body = lines[skip:]
    if wanted:
        delimiter = _told(wanted, path)
        note = msg("delimiter {delimiter}: as told", delimiter=name_of(delimiter))
    elif announced:
        delimiter = announced[1]
        note = msg("delimiter {delimiter}: named by the line sep=", delimiter=name_of(delimiter))
    else:
        best = _best(body, path)
        if best is None:
            delimiter = NO_DELIMITER
            note = msg("one column: no delimiter gives the lines the same number of fields")
        else:
            delimiter = best.delimiter
            note = msg(
                "delimiter {delimiter}: {share} of the lines looked at have {width} fields",
                delimiter=name_of(delimiter),
                share=f"{best.share:.0%}",
                width=best.width,
            )
    return Dialect(_layout(body, delimiter), Note(note), skip)


def _told(wanted: str, path: Path) -> str:
    delimiter = _SPELT.get(wanted.lower(), wanted)
    if len(delimiter) != 1 or delimiter in '"\r\n\0':
        raise CiError(
            "delimiter-option",
            msg("{value} cannot be a delimiter", value=wanted),
            hint=msg("say comma, semicolon, tab, pipe, or one character"),
            where=Where(file=str(path)),
            exit_code=ExitCode.DECIDE,
        )
    return delimiter


def _cells_alone(line: str, delimiter: str) -> list[str] | None:
    """Split one line by the rules of csv; None where it is no whole row by itself."""
    if line.count('"') % 2:
        return None
    try:
        rows = list(csv.reader([line], delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return rows[0] if rows else []


def _split(lines: list[str], delimiter: str) -> list[list[str]]:
    """Split the sample into rows that are not blank.

    Where a quote out of order would spoil most of the sample, the lines that are whole rows by
    themselves stand for it.
    """
    rows, sound = [], 0
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        for row in reader:
            sound = reader.line_num
            if any(map(str.strip, row)):
                rows.append(row)
    except csv.Error:
        pass
    if 2 * sound >= len(lines):
        return rows
    found = (_cells_alone(line, delimiter) for line in lines if line.strip())
    return [cells for cells in found if cells]


def _best(lines: list[str], path: Path) -> _Candidate | None:
    good = []
    for delimiter in DELIMITERS:
        rows = _split(lines, delimiter)
        widths = Counter(map(len, rows))
        if not widths:
            continue
        # The most frequent width; among equally frequent ones the widest.
        width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
        share, header = count / len(rows), len(rows[0]) == width
        believed = share >= _CONSISTENT and (width > 2 or header or share >= _SURE)
        if width > 1 and believed:
            good.append(_Candidate(share, width, header, delimiter))
    if not good:
        return None
    # A header line decides between "1,5;2,5" split at the comma and at the semicolon.
    good.sort(key=lambda one: (one.header, round(one.share, 1), one.width), reverse=True)
    sure = [one for one in good if one.header and one.share >= _SURE]
    if len(sure) > 1:
        raise CiError(
            "delimiter-ambiguous",
            msg("several delimiters split the file equally well"),
            hint=msg("say which one it is with --delimiter"),
            where=Where(file=str(path)),
            exit_code=ExitCode.DECIDE,
            details=tuple(
                msg(
                    "{delimiter}: {width} fields in a line",
                    delimiter=name_of(one.delimiter),
                    width=one.width,
                )
                for one in sure
            ),
            choice=tuple(
                Answer(
                    ("--delimiter", _SPELLINGS.get(one.delimiter, one.delimiter)),
                    msg(
                        "{delimiter}: {width} fields in a line",
                        delimiter=name_of(one.delimiter),
                        width=one.width,
                    ),
                )
                for one in sure
            ),
        )
    return good[0]


def _layout(lines: list[str], delimiter: str) -> Layout:
    rows = _split(lines, delimiter)
    widths = Counter(map(len, rows))
    width = max(widths.items(), key=lambda item: (item[1], item[0]))[0] if widths else 1
    usual = [cells for cells in rows if len(cells) == width][1:]  # less the header
    if len(usual) < _FEWEST_ROWS:
        return Layout(delimiter, width, ())
    numbers = []
    for place, column in enumerate(zip(*usual, strict=True)):
        filled = [cell for cell in column if cell.strip()]
        hits = sum(bool(_NUMBER_LIKE.match(cell)) for cell in filled)
        if filled and hits >= _MOSTLY * len(column):
            numbers.append(place)
    return Layout(delimiter, width, tuple(numbers))
