"""What a review of pairs hands from room to room: records by name, rows of a sheet, its outcome."""

from __future__ import annotations

from typing import Literal, NamedTuple

from ci_cli.shapes.trade import PairSaid
from ci_cli.text import Msg


class RecordName(NamedTuple):
    """A record as people know it."""

    record_id: int
    source: str
    key: str
    name: str


class SheetPair(NamedTuple):
    """A pair as it stands in a sheet to fill in."""

    code: str  # what says which pair it is
    decision: str | None
    said: PairSaid
    records_a: int  # how many the customer has
    records_b: int


class RowProblem(NamedTuple):
    """A row of a filled-in sheet that was not carried out."""

    line: int
    pair: str
    decision: str
    what: Literal["conflict", "rejected"]
    why: Msg


class Applied(NamedTuple):
    """What became of the rows of a filled-in sheet."""

    rows: int
    merge: int
    apart: int
    later: int
    unchanged: int
    blank: int
    conflict: int
    rejected: int
    merged: int  # customers that went into others
    run: int | None  # of these merges
    problems: list[RowProblem]

    @property
    def balanced(self) -> bool:
        """Whether every row has found its place."""
        return self.rows == sum(self[1:8])
