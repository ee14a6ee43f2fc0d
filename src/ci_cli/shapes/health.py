"""What rooms hand to each other about the health of customers; all of it up to an as-of day.

Days are ISO text, money is in ten-thousandths of the currency unit, amounts used in millionths.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ci_cli.shapes.trade import CustomerPurchases

SOFT_KINDS = ("attitude", "answers", "tags", "calls", "turnaround")


class SoftFact(NamedTuple):
    """What a customer said or let us feel on a day, and the row that says so."""

    customer_id: int
    kind: str  # one of SOFT_KINDS
    value: float  # -1 worst … 1 best
    day: str
    table: str
    record_id: int  # the id of the row in that table
    word: str | None = None  # what it says, where that is more than good or bad


class Talked(NamedTuple):
    """What interactions amount to for one customer."""

    customer_id: int
    first: str | None  # day of the first interaction of any kind
    reached: str | None  # day of the last contact that came about
    promises_due: int  # inside the window
    promises_kept: int  # of these, on time
    promises_late: int  # of these, kept after their day
    asked: int  # requests and tickets ever
    asked_recent: int  # in the last days that the profile names
    asked_before: int  # in the two years before those


class UsageFigure(NamedTuple):
    """One figure of a series."""

    customer_id: int
    metric: str
    grain: str
    period: str  # its first day
    value: int  # millionths
    row_id: int


class HealthBase(NamedTuple):
    """All that health is computed from, by customer; what is missing there is not known."""

    as_of: str
    purchases: Sequence[CustomerPurchases]  # orders and net inside the window
    net_before: Mapping[int, int]  # money of window and the one before it, both together
    categories: Mapping[int, int]  # distinct ones bought inside the window
    flagship: Mapping[int, str] | None  # last day it was bought; None: no flagship is named
    talked: Mapping[int, Talked]
    soft: Mapping[int, Sequence[SoftFact]]
    usage: Mapping[int, Sequence[UsageFigure]]  # by metric and period


class HealthOrder(NamedTuple):
    """One order of a customer, its money and where it came from."""

    order: str
    day: str
    net: int
    is_purchase: bool
    categories: frozenset[str]
    has_flagship: bool
    file: str | None
    line: int | None


class HealthTalk(NamedTuple):
    """One interaction that health looks at."""

    id: int
    kind: str
    day: str
    due: str | None
    closed: str | None
    reached_on: str | None  # the day on which a contact came about
    subject: str


class HealthDetails(NamedTuple):
    """The records behind the health of one customer, each newest first."""

    orders: Sequence[HealthOrder]
    talks: Sequence[HealthTalk]
    soft: Sequence[SoftFact]
    usage: Sequence[UsageFigure]


class SavedHealth(NamedTuple):
    """One customer in a saved run, its id resolved to the customer that it is today.

    Scores are in hundredths of a point, 0 to 10,000; coverage in percent.
    """

    customer_id: int
    name: str
    score: int | None
    hard: int | None
    soft: int | None
    coverage: int
    band: str | None
    profile: str
    net: int


class AtAge(NamedTuple):
    """What a customer was some days after its first purchase, and what followed."""

    customer_id: int
    name: str
    industry: str | None
    first: str  # day of the first purchase
    orders: int  # purchases up to that age
    net: int
    last_age: int  # days from the first purchase to the last one up to that age
    later_orders: int  # in the time that followed
    later_net: int
