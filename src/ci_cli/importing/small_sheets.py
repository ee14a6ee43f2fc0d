"""Rows of sheets with headings of ours: a heading, the rows below it, and rows that are refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ci_cli.importing.values.cells import ValueReject, clean_text
from ci_cli.readers.base import DamagedRow, RawTable, line_of
from ci_cli.text import Msg

TITLE_ROWS = 20  # in which the headings have to stand


@dataclass(frozen=True)
class Rejected:
    """A row that was not taken."""

    file: str
    line: int
    who: str
    reason: Msg


class Refused(Exception):  # noqa: N818 - it ends no command, only a row
    """What stands against a row."""

    def __init__(self, reason: Msg) -> None:
        super().__init__(str(reason))
        self.reason = reason


def rows_below(table: RawTable, header: int) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows below the headings that hold anything, each with its line; damaged ones too.

    Args:
        table: the sheet.
        header: place of the headings among its rows, from 0.
    """
    number = -1
    for chunk in table.chunks():
        for line, row in zip(chunk.lines, chunk.rows, strict=True):
            number += 1
            if number > header and (isinstance(row, DamagedRow) or any(c.strip() for c in row)):
                yield line_of(line), row


def clean(text: str) -> str:
    """Return a cell as the store keeps it.

    Raises:
        Refused: it cannot be kept.
    """
    try:
        return clean_text(text)
    except ValueReject as reject:
        raise Refused(reject.reason) from reject
