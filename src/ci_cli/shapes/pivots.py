"""What rooms hand to each other about pivots: the question, its cells, the facts behind one cell.

A key is the text that a row or column is known by: ``C12`` of a customer, ``2011-Q4`` of a quarter,
"" of what belongs to none, ``OTHER`` of what was put together because it is too small to show.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

OTHER = "\x1fother"
EVERYTHING = ""  # name of the dimension that puts all into one row or column
PERIODS = ("month", "quarter", "year")
Base = Literal["orders", "opportunities", "interactions"]
BASES: tuple[Base, ...] = ("orders", "opportunities", "interactions")
PERIODS = ("month", "quarter", "year")
Origin = Literal["referred", "other", "unknown"]  # how a customer came
Key = str | None  # None: over all rows or columns


@dataclass(frozen=True)
class Question:
    """What is added up: facts of one base and one currency, between two days, by two dimensions.

    ``maps`` give dimensions that were worked out beforehand: name -> key by customer; or, where
    ``joined`` names another dimension for it, by the key that a fact has there. ``where`` holds the
    keys that count, by dimension. ``kept_rows`` and ``kept_columns`` name the keys that stay; all
    others become ``OTHER``.
    """

    base: Base
    rows: str
    columns: str
    currency: str
    until: str  # last day that counts, and the day that it is asked for
    since: str = ""  # first day; "": from the beginning
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    maps: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    joined: Mapping[str, str] = field(default_factory=dict)
    dated: Literal["closed", "opened"] = "closed"  # the day that an opportunity counts on
    kept_rows: tuple[str, ...] | None = None
    kept_columns: tuple[str, ...] | None = None


class Cell(NamedTuple):
    """What one row and column add up to; ``sums`` stand in the order that was asked for."""

    row: str
    column: str
    sums: tuple[int, ...]


class Counted(NamedTuple):
    """How many different things a cell holds; None stands for all rows or all columns."""

    row: Key
    column: Key
    number: int


class Account(NamedTuple):
    """Where the order lines of the store are: the parts add up to ``stored``."""

    stored: int
    counted: int  # in the period and the currency
    other_currency: int
    outside: int  # before or after the period
    undated: int  # their order is not described yet
    void: int  # quotes, drafts, cancelled, lines without an amount
    whole_orders: int  # of the counted: orders without lines, known by their total (not in stored)


class DealLine(NamedTuple):
    """One opportunity and the place in a file that it came from."""

    name: str | None
    customer_id: int | None
    customer: str
    product: str | None
    owner: str | None
    stage: str | None
    outcome: str  # open, won or lost, on the day asked for
    opened: str | None
    closed: str | None
    value: int | None
    batch: int | None
    file: str | None
    sheet: str | None
    line: int | None


class TalkLine(NamedTuple):
    """One interaction and the place in a file that it came from; None: typed in."""

    day: str
    kind: str
    topic: str | None
    customer_id: int | None
    customer: str
    owner: str | None
    outcome: str | None
    text: str | None
    batch: int | None
    file: str | None
    sheet: str | None
    line: int | None


class Newcomer(NamedTuple):
    """One customer and how it came; ``by`` is the customer who referred it, where that is known."""

    customer_id: int
    origin: Origin
    by: int | None = None
