"""Read back a sheet of pairs that a person filled in."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from ci_cli.errors import CiError, ExitCode, Where
from ci_cli.readers.base import DamagedRow, RawTable, ReadOptions, line_of
from ci_cli.readers.opening import open_tables
from ci_cli.text import Msg, msg

# keys stand in csv, labels in workbooks, in the language of whoever wrote them
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "pair": ("pair", "pair code", "配对代码"),
    "decision": ("decision", "决定"),
    "name_a": ("name_a", "name", "名称"),
    "name_b": ("name_b", "other name", "另一名称"),
}
_NEEDED = ("pair", "decision")
_TITLE_ROWS = 20  # among the first rows the headings are looked for: people add titles


class FilledRow(NamedTuple):
    """One row of the sheet; ``damage`` says why it could not be read."""

    line: int
    pair: str
    decision: str
    name_a: str | None  # None: the sheet has no such column
    name_b: str | None
    damage: Msg | None = None


def read_sheet(path: Path) -> list[FilledRow]:
    """Return the rows of the first table with the headings ``pair`` and ``decision``.

    Raises:
        CiError: ``review-file-headings``: no table has them, or one stands there twice; what the
            readers raise.
    """
    with open_tables(path, ReadOptions()) as tables:
        for table in tables:
            place = _header_place(table)
            if place is not None:
                return list(_rows(table, *place))
    raise CiError(
        "review-file-headings",
        msg("The file has no columns with the headings pair and decision."),
        hint=msg("`ci-cli dedupe review -o FILE` writes a file with them; fill in the column"
                 " decision and leave the headings as they are."),
        where=Where(file=str(path)),
        exit_code=ExitCode.DECIDE,
    )  # fmt: skip


def _header_place(table: RawTable) -> tuple[int, dict[str, int]] | None:
    """Return the number of the header among the rows, and the place of each known column."""
    _lines, rows = table.first_rows(_TITLE_ROWS)
    for number, row in enumerate(rows):
        names = [_plain(cell) for cell in row]
        places = {
            key: [i for i, name in enumerate(names) if name in known]
            for key, known in HEADINGS.items()
        }
        if all(places[key] for key in _NEEDED):
            for key in _NEEDED:
                if len(places[key]) > 1:
                    raise CiError(
                        "review-file-headings",
                        msg("The heading {name} stands there twice.", name=key),
                        hint=msg("Keep one of the two columns."),
                        where=Where(file=str(table.file), sheet=table.sheet),
                        exit_code=ExitCode.DECIDE,
                    )
            return number, {key: found[0] for key, found in places.items() if len(found) == 1}
    return None


def _rows(table: RawTable, header: int, places: Mapping[str, int]) -> Iterator[FilledRow]:
    number = -1
    for chunk in table.chunks():
        for line, row in zip(chunk.lines, chunk.rows, strict=True):
            number += 1
            if number <= header:
                continue
            if isinstance(row, DamagedRow):
                yield FilledRow(line_of(line), "", "", None, None, row.reason)
            elif any(cell.strip() for cell in row):
                yield FilledRow(line_of(line), *_cells(row, places))


def _cells(
    row: Sequence[str], places: Mapping[str, int]
) -> tuple[str, str, str | None, str | None]:
    def cell(key: str) -> str | None:
        at = places.get(key)
        if at is None:
            return None
        return row[at].strip() if at < len(row) else ""

    return cell("pair") or "", cell("decision") or "", cell("name_a"), cell("name_b")


def _plain(heading: str) -> str:
    return unicodedata.normalize("NFKC", heading).strip().casefold()
