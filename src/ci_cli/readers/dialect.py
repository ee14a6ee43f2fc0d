"""Which character separates the fields of a text file, and what its rows look like.

``csv.Sniffer`` splits a column of e-mail addresses at the letter l. So only four delimiters come
into question first, and one of them is believed when it gives most lines the same number of fields;
a few rare ones are believed when they give nearly all lines the same number. Otherwise the file has
one column.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from ci_cli.errors import Answer, CiError, ExitCode, Where
from ci_cli.readers.layout import NO_DELIMITER, Layout, is_number_like
from ci_cli.readers.quoting import Quoting, choose_quoting, split_sample
from ci_cli.report import Note
from ci_cli.text import Msg, msg

DELIMITERS = (",", ";", "\t", "|")
# Never letters, digits, or what stands within words, dates, times and addresses.
RARE_DELIMITERS = (
    "\x1f", "\x01", "\x02", "\x1e", "||", "::", "~~", "^^", "##", "@@", "$$", "&&", "^", "~", "¬",
    "¦", "§", "，", "；", "｜",
)  # fmt: skip
MAX_DELIMITER = 8  # characters
_SPELT = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "space": " "}
_SPELLINGS = {character: word for word, character in _SPELT.items() if word != "\\t"}
_NAMES = {
    "\t": msg("tab"), ",": msg("comma"), ";": msg("semicolon"), "|": msg("pipe"),
    " ": msg("space"),
}  # fmt: skip
_SEP_LINE = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE | re.DOTALL)
_CONSISTENT = 0.5  # share of the lines that must have the same number of fields
_SURE = 0.9
_MOSTLY = 0.9  # share of the lines in which a column of numbers holds a number
_FEWEST_ROWS = 3  # fewer say nothing about what a column holds
_LONGEST_PART = 2  # characters of a delimiter between two common ones, as in |~|


def name_of(delimiter: str) -> Msg | str:
    """Return what people call the delimiter."""
    if delimiter.isprintable() or delimiter in _NAMES:
        return _NAMES.get(delimiter, delimiter)
    return " ".join(f"U+{ord(char):04X}" for char in delimiter)


class Dialect(NamedTuple):
    """The layout with the reasons for it, and how many lines to skip before the first row."""

    layout: Layout
    notes: list[Note]
    skip: int


class _Candidate(NamedTuple):
    share: float  # of the lines that have the usual number of fields
    width: int
    header: bool  # the first line has it too
    delimiter: str
    quoting: Quoting
    rows: list[list[str]]


def choose_dialect(lines: list[str], wanted: str | None, path: Path) -> Dialect:
    """Decide on delimiter and quotation mark.

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
        chosen = _judged(body, _told(wanted, path))
        note = msg("delimiter {delimiter}: as told", delimiter=name_of(chosen.delimiter))
    elif announced:
        chosen = _judged(body, announced[1])
        note = msg(
            "delimiter {delimiter}: named by the line sep=", delimiter=name_of(chosen.delimiter)
        )
    else:
        best = _best(body, path) or _behind_preamble(body, path) or _rare(body)
        if best is None:
            chosen = _judged(body, NO_DELIMITER)
            note = msg("one column: no delimiter gives the lines the same number of fields")
        else:
            chosen = best
            note = msg(
                "delimiter {delimiter}: {share} of the lines looked at have {width} fields",
                delimiter=name_of(chosen.delimiter),
                share=f"{chosen.share:.0%}",
                width=chosen.width,
            )
    return Dialect(_layout(chosen), [Note(note), *chosen.quoting.notes()], skip)


def _told(wanted: str, path: Path) -> str:
    delimiter = _SPELT.get(wanted.lower(), wanted)
    several = len(delimiter) > 1  # then no letters: a misspelt "semicolon" is no delimiter
    if (
        len(delimiter) > MAX_DELIMITER
        or set(delimiter) & set('"\r\n\0')
        or (several and any(map(str.isalnum, delimiter)))
    ):
        raise CiError(
            "delimiter-option",
            msg("{value} cannot be a delimiter", value=wanted),
            hint=msg("say comma, semicolon, tab, pipe, space, or the characters themselves"),
            where=Where(file=str(path)),
            exit_code=ExitCode.DECIDE,
        )
    return delimiter


def _judged(lines: list[str], delimiter: str) -> _Candidate:
    """Split the sample at a delimiter and see how regular the rows are."""
    quoting = choose_quoting(lines, delimiter)
    rows = split_sample(lines, quoting.layout(delimiter))
    widths = Counter(map(len, rows)) or Counter({1: 0})
    # The most frequent width; among equally frequent ones the widest.
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
    header = bool(rows) and len(rows[0]) == width
    return _Candidate(count / max(len(rows), 1), width, header, delimiter, quoting, rows)


def _best(lines: list[str], path: Path) -> _Candidate | None:
    good: list[_Candidate] = []
    for delimiter in DELIMITERS:
        one = _judged(lines, delimiter)
        believed = one.share >= _CONSISTENT and (one.width > 2 or one.header or one.share >= _SURE)
        if one.width > 1 and believed:
            one = _compound(one, lines)
            if all(one.delimiter != other.delimiter for other in good):
                good.append(one)
    # | is only a part of tab | tab
    good = [one for one in good if not any(_is_part(one, other) for other in good)]
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


def _is_part(one: _Candidate, other: _Candidate) -> bool:
    return one.delimiter != other.delimiter and one.delimiter in other.delimiter


def _behind_preamble(lines: list[str], path: Path) -> _Candidate | None:
    """Judge what follows lines of prose, which may be more than the lines of the table."""
    starts: dict[int, str] = {}
    for delimiter in DELIMITERS:
        at = next((n for n, line in enumerate(lines) if delimiter in line), 0)
        starts.setdefault(at, delimiter)
    for at in sorted(starts):
        rest = lines[at:]
        if at < _FEWEST_ROWS or len(rest) < _FEWEST_ROWS:
            continue  # one line above texts with commas is the header of one column
        best = _best(rest, path)
        if best is not None and best.header and best.share >= _SURE:
            header, *below = best.rows
            figures = all(any(map(is_number_like, row)) for row in below)
            if figures and all(map(str.strip, header)) and not any(map(is_number_like, header)):
                return best
    return None


def _rare(lines: list[str]) -> _Candidate | None:
    """Look for a delimiter that few programs write, in files of which nothing else makes sense."""
    for delimiter in RARE_DELIMITERS:
        if sum(delimiter in line for line in lines) < 2:
            continue
        one = _judged(lines, delimiter)
        if one.width > 1 and one.header and one.share >= _SURE:
            return _compound(one, lines)
    return _blank(lines)


def _blank(lines: list[str]) -> _Candidate | None:
    """Take blanks for delimiters where nearly every line has quoted cells with one between them.

    Cells without quotes may hold blanks too, so the rows need not be regular; those that are not
    are rejected one by one.
    """
    filled = [line for line in lines if line.strip()]
    if len(filled) < _FEWEST_ROWS or any('" "' not in line for line in filled[:1]):
        return None
    if sum('" "' in line for line in filled) < _SURE * len(filled):
        return None
    one = _judged(lines, " ")
    return one if one.rows and len(one.rows[0]) > 2 else None


def _compound(one: _Candidate, lines: list[str]) -> _Candidate:
    """See a delimiter of several characters, such as || or |~|, behind the common one in it."""
    regular = [row for row in one.rows if len(row) == one.width]
    if one.width < 3 or one.width % 2 == 0 or len(regular) < 2:
        return one
    between = {cell for row in regular for cell in row[1::2]}
    part = next(iter(between))
    is_sign = len(part) <= _LONGEST_PART and not any(map(str.isalnum, part))
    if len(between) > 1 or not is_sign or (one.width == 3 and not part):
        return one
    return _judged(lines, one.delimiter + part + one.delimiter)


def _layout(one: _Candidate) -> Layout:
    usual: Sequence[list[str]] = [cells for cells in one.rows if len(cells) == one.width][1:]
    numbers = []
    for place, column in enumerate(zip(*usual, strict=True)):  # the header left out
        filled = [cell for cell in column if cell.strip()]
        hits = sum(map(is_number_like, filled))
        if len(usual) >= _FEWEST_ROWS and filled and hits >= _MOSTLY * len(column):
            numbers.append(place)
    return one.quoting.layout(one.delimiter, one.width, tuple(numbers))
