"""What the rules look at: one customer, what it bought, what was said; and what they found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple


class Entry(NamedTuple):
    """One interaction that has taken place."""

    record_id: int
    day: str
    kind: str
    outcome: str | None
    direction: str | None
    subject: str | None
    text: str | None
    topic: str | None
    status: str | None
    author: str | None
    person: str | None
    source: str
    key: str


class Bought(NamedTuple):
    """What a customer bought on a day: purchases, and net revenue in ten-thousandths."""

    day: str
    orders: int
    net: int


class Agreed(NamedTuple):
    """A contract; days, an unknown one is None."""

    starts: str | None
    ends: str | None


class Used(NamedTuple):
    """One figure of a usage series whose period is over."""

    metric: str
    grain: str
    ended: str  # last day of the period
    value: float


@dataclass
class Person:
    """One customer with all that the rules may ask about it.

    ``fields`` are golden fields by name, ``own`` the fields of the user's own.
    """

    customer_id: int
    fields: Mapping[str, str | None] = field(default_factory=dict)
    own: Mapping[str, str] = field(default_factory=dict)
    bought: list[Bought] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    agreed: list[Agreed] = field(default_factory=list)
    used: list[Used] = field(default_factory=list)  # by period


class Found(NamedTuple):
    """One behaviour that a rule found, with its evidence."""

    code: str
    record_id: int
    basis: str  # event or state
    evidence_source: str
    evidence_key: str
    day: str
    until: str | None
    rule: str
    why: str
