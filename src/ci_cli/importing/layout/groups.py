"""Cells that are filled on the first row of a group only: found, asked about, filled on request.

Nothing is filled unless a person says so. An empty cell may as well mean "nobody knows": a sale
without a customer is a sale without a customer, and must not become that of the row above.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

from ci_cli.errors import Answer, CiError, ExitCode, Where
from ci_cli.importing.layout.header_rows import Head, is_number
from ci_cli.importing.layout.options import EVERY_GROUP, NO_COLUMN
from ci_cli.importing.mapping.headers import read_header
from ci_cli.importing.mapping.heading import Heading
from ci_cli.importing.mapping.synonyms import MONEY, squeeze
from ci_cli.importing.skips import is_header_again, summary_word, total_word
from ci_cli.importing.values.amounts import exact, read_number
from ci_cli.importing.values.cells import ValueReject
from ci_cli.readers.base import Chunk, DamagedRow, RawTable
from ci_cli.report import Note
from ci_cli.text import listed, msg

BLANK_SHARE = 0.2  # of the rows must lack the date or the order id, before anybody is asked
FEWEST_BLANKS = 2
_ANCHORS = ("order.date", "order.id")  # without them a row of an order belongs nowhere
_MEASURES = MONEY | {"line.quantity"}


def grouped_columns(head: Head, overrides: Mapping[str, str], *, asked: bool = False) -> list[int]:
    """Return the places of the columns that are filled on the first row of each group only.

    A date or an order id is one where the first row has it and at least ``BLANK_SHARE`` of the
    others lack it, in a file that has amounts; another column is one where it is empty in exactly
    the same rows as one of these and holds no amounts.

    Args:
        head: the header with the first rows.
        overrides: field -> header, as the user said.
        asked: the user says that there are such columns, so one empty cell is enough.
    """
    rows = _records(head, overrides)
    headings = [read_header(name) for name in head.names]
    if len(rows) <= FEWEST_BLANKS or not any(heading.fields() & _MEASURES for heading in headings):
        return []
    blanks = [_blank_rows(rows, place) for place in range(len(headings))]
    found: set[int] = set()
    for name in _ANCHORS:
        holders = [at for at, heading in enumerate(headings) if _may_be(name, heading, overrides)]
        share = 0 if asked else BLANK_SHARE * len(rows)
        fewest = 1 if asked else FEWEST_BLANKS
        if all(_is_grouped(blanks[at], blanks, share, fewest) for at in holders):
            found.update(holders[:1])
    for at, heading in enumerate(headings):
        same = any(blanks[at] == blanks[anchor] for anchor in found)
        if same and head.names[at] and not heading.fields() & _MEASURES:
            found.add(at)
    return sorted(found)


def _records(head: Head, overrides: Mapping[str, str]) -> list[list[str]]:
    """Return the rows read that are records, not totals, headers or bare sums."""
    found = []
    sums = _Sums()
    required = _anchors(head, overrides)
    for row in head.below():
        if _is_no_record(row, head, required):
            continue
        numbers = _only_numbers(row)
        if numbers and sums.are(numbers):
            continue
        sums.add(_numbers(row))
        found.append(row)
    return found


def _anchors(head: Head, overrides: Mapping[str, str]) -> list[int]:
    """Return the places of the columns without which a row is none, by header or as said."""
    headings = [read_header(name) for name in head.names]
    said = {squeeze(overrides[name]) for name in _ANCHORS if name in overrides}
    return [
        at for at, heading in enumerate(headings)
        if heading.fields() & set(_ANCHORS) or squeeze(heading.text) in said - {""}
    ]  # fmt: skip


def _is_no_record(row: Sequence[str], head: Head, required: Sequence[int]) -> bool:
    if isinstance(row, DamagedRow):
        return True
    place = next((at for at, cell in enumerate(row) if cell.strip()), None)
    if place is None:
        return True
    first = row[place].strip()
    name = head.names[place] if place < len(head.names) else ""
    return (
        (not first[-1].isdigit() and _is_label(first))
        or (bool(required) and total_word(row, required) is not None)
        # most rows differ from the header in the first letter already
        or (first[:1].casefold() == name[:1].casefold() and is_header_again(row, head.names))
    )


@lru_cache(maxsize=50_000)
def _is_label(text: str) -> bool:
    return summary_word([text], ()) is not None


def _blank_rows(rows: Sequence[Sequence[str]], place: int) -> frozenset[int]:
    return frozenset(
        at for at, row in enumerate(rows) if place >= len(row) or not row[place].strip()
    )


def _is_grouped(
    blanks: frozenset[int], others: Sequence[frozenset[int]], share: float, fewest: int
) -> bool:
    """Return whether rows lack a value, not the first; where columns agree, one row is enough."""
    agreed = others.count(blanks) > 1
    return 0 not in blanks and len(blanks) >= max(share, 1 if agreed else fewest)


def _may_be(name: str, heading: Heading, overrides: Mapping[str, str]) -> bool:
    said = overrides.get(name)
    if said:
        return squeeze(said) == squeeze(heading.text)
    return heading.apart is None and name in heading.fields()


def ask_about_groups(table: RawTable, head: Head, places: list[int]) -> CiError:
    """Return the error that asks whether the cells of grouped columns are to be filled."""
    rows = _records(head, {})
    filled = len(rows) - len(_blank_rows(rows, places[0]))
    names = [head.names[place] for place in places]
    flags = " ".join(f"--fill-down {_quoted(name)}" for name in names)
    return CiError(
        "cells-grouped",
        msg(
            "“{header}” is filled in {filled} of the first {rows} rows only, as where each group"
            " names it once",
            header=names[0], filled=filled, rows=len(rows),
        ),
        hint=msg(
            "copy the values down to the rows of their groups with {flags}, or reject these rows"
            " with --fill-down none",
            flags=flags,
        ),
        where=Where(str(table.file), table.sheet, None, names[0]),
        exit_code=ExitCode.DECIDE,
        choice=(
            Answer(
                tuple(word for name in names for word in ("--fill-down", name)),
                msg("each row has the value above it"),
            ),
            Answer(("--fill-down", "none"), msg("the empty cells are empty")),
        ),
    )  # fmt: skip


def _quoted(name: str) -> str:
    plain = all(char.isalnum() or char in "._=-/" for char in name)
    return name if plain else "'" + name.replace("'", "'\\''") + "'"


def columns_to_fill(
    table: RawTable, head: Head, said: tuple[str, ...], overrides: Mapping[str, str]
) -> list[int]:
    """Return the places that ``--fill-down`` names: headers, ``#3``, or the grouped columns.

    Raises:
        CiError: ``fill-column-unknown`` (exit 2).
    """
    places: set[int] = set()
    for word in said:
        if word == EVERY_GROUP:
            places.update(grouped_columns(head, overrides, asked=True))
            continue
        if word == NO_COLUMN:
            continue
        parts = [word] if _find(head.names, word) is not None else word.split(",")
        for part in parts:
            place = _find(head.names, part.strip())
            if place is None:
                raise CiError(
                    "fill-column-unknown",
                    msg("--fill-down {header}: the file has no such header", header=part.strip()),
                    hint=msg("use one of the headers below, or #N for the Nth column"),
                    where=Where(str(table.file), table.sheet),
                    exit_code=ExitCode.DECIDE,
                    details=(listed([name for name in head.names if name]),),
                )
            places.add(place)
    return sorted(places)


def _find(names: Sequence[str], word: str) -> int | None:
    if word in names:
        return names.index(word)
    if word.startswith("#") and word[1:].isdecimal() and 0 < int(word[1:]) <= len(names):
        return int(word[1:]) - 1
    alike = [at for at, name in enumerate(names) if squeeze(name) == squeeze(word) != ""]
    return alike[0] if len(alike) == 1 else None


@dataclass
class FillDown:
    """Copies the values of columns down to the empty cells below them.

    A value in one column begins a new group in the columns to its right: an order without a
    customer does not get that of the order before. Totals and repeated headers are passed over,
    and so are rows of mere numbers that add up the rows above them: they would become sales.
    """

    places: list[int]
    head: Head
    tell: Callable[[Note], None]
    filled: int = 0
    _told: bool = field(default=False, repr=False)
    _required: list[int] = field(default_factory=list, repr=False)

    def stage(self, chunks: Iterator[Chunk]) -> Iterator[Chunk]:
        """Yield the rows with the empty cells filled."""
        carried: dict[int, str] = {}
        # where no header tells, the columns that are filled do
        self._required = _anchors(self.head, {}) or self.places
        sums = _Sums()
        self.filled = 0
        for chunk in chunks:
            if not chunk.lines or chunk.lines[-1] <= self.head.line:
                yield chunk
                continue
            rows = [
                row if line <= self.head.line else self._fill(row, carried, sums)
                for line, row in zip(chunk.lines, chunk.rows, strict=True)
            ]
            yield Chunk(chunk.lines, rows)
        if not self._told:
            self._told = True
            names = listed([self.head.names[place] for place in self.places])
            self.tell(
                Note(msg("Cells filled with the value above them: {n} ({columns}).",
                         n=self.filled, columns=names))
            )  # fmt: skip

    def _fill(self, row: list[str], carried: dict[int, str], sums: _Sums) -> list[str]:
        if _is_no_record(row, self.head, self._required):
            return row
        own = [place for place in self.places if place < len(row) and row[place].strip()]
        if own:
            for place in self.places:
                if place in own:
                    carried[place] = row[place]
                elif place > own[0]:
                    carried.pop(place, None)
            sums.begin_group()
        numbers = _only_numbers(row)
        if not own and numbers and sums.are(numbers):
            return row
        sums.add(_numbers(row))
        if len(own) == len(self.places):
            return row
        filled = list(row)
        for place, value in carried.items():
            if place < len(filled) and not filled[place].strip():
                filled[place] = value
                self.filled += 1
        return filled


class _Sums:
    """Sums per column: of the group, and of all rows."""

    def __init__(self) -> None:
        self.whole: dict[int, Decimal] = {}
        self.group: dict[int, Decimal] = {}
        self.rows = self.group_rows = 0

    def begin_group(self) -> None:
        self.group, self.group_rows = {}, 0

    def add(self, numbers: Mapping[int, Decimal]) -> None:
        self.rows += 1
        self.group_rows += 1
        for place, number in numbers.items():
            self.whole[place] = self.whole.get(place, Decimal(0)) + number
            self.group[place] = self.group.get(place, Decimal(0)) + number

    def are(self, numbers: Mapping[int, Decimal]) -> bool:
        """Return whether each number is the sum of several rows above it."""
        return (self.rows > 1 and all(self.whole.get(p) == n for p, n in numbers.items())) or (
            self.group_rows > 1 and all(self.group.get(p) == n for p, n in numbers.items())
        )


def _only_numbers(row: Sequence[str]) -> dict[int, Decimal]:
    """Return the numbers of a row that holds nothing else, else nothing."""
    if any(cell.strip() and not is_number(cell) for cell in row):
        return {}
    return _numbers(row)


def _numbers(row: Sequence[str]) -> dict[int, Decimal]:
    found = {}
    for place, cell in enumerate(row):
        number = number_of(cell)
        if number is not None:
            found[place] = number
    return found


@lru_cache(maxsize=100_000)
def number_of(cell: str) -> Decimal | None:
    """Return a number for a check of sums; the column's real style is decided later."""
    try:
        written = read_number(cell)
        if written is None:
            return None
        try:
            return exact(written, "point", cell)
        except ValueReject:
            return exact(written, "comma", cell)
    except ValueReject:
        return None
