"""What the store says of its sources: rows, money, customers and fields that each of them gave."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Given(NamedTuple):
    """How many rows of one kind a source gave, and the days that they speak of."""

    source: str
    what: str
    family: str
    rows: int
    first: str | None
    last: str | None


class Earned(NamedTuple):
    """What the orders of a source amount to in one currency."""

    source: str
    currency: str
    orders: int
    net: int  # ten-thousandths


class Known(NamedTuple):
    """A source and the customers that it speaks of; days of imports are ISO."""

    source: str
    customers: int
    alone: int  # customers that no other source speaks of
    first_import: str | None
    last_import: str | None


class Filled(NamedTuple):
    """A field, and the number of customers for whom a source gives a value."""

    source: str
    field: str
    customers: int


class Voices(NamedTuple):
    """One field of a customer: what counts, whose word it is, who else says so or otherwise."""

    field: str
    value: str
    source: str
    agree: Sequence[str]
    differ: Sequence[str]
