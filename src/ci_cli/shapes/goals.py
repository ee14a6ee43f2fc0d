"""What rooms hand to each other about goals: plain rows.

Targets and frozen values are whole numbers: money in ten-thousandths of the currency unit, anything
else in millionths (a share of one half is 500,000). Days are ISO text.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Direction = Literal["up", "down"]  # at least the target, or at most


class NewGoal(NamedTuple):
    """A goal to be set."""

    metric: str
    target: int
    direction: Direction
    currency: str | None  # of the figures; None: they hold for all currencies
    by_parent: bool  # companies of one parent count as one customer
    start_day: str
    start_value: int | None  # None: there was no figure on that day
    by: str  # day
    owner: str | None
    stakeholder: str | None
    created: str  # day
    author: str


class GoalRow(NamedTuple):
    """One goal."""

    id: int
    metric: str
    target: int
    direction: Direction
    currency: str | None
    by_parent: bool
    start_day: str
    start_value: int | None
    by: str
    owner: str | None
    stakeholder: str | None
    state: str  # open or dropped
    created: str
    author: str
    closed: str | None
    closed_by: str | None
    reason: str | None

    @property
    def code(self) -> str:
        """Return the number as people say it: ``G3``."""
        return f"G{self.id}"


class NewStakeholder(NamedTuple):
    """Somebody who wants something of a report, to be noted."""

    report: str  # as people type it: "report exec"
    person: str
    wants: str | None  # what the person expects or thinks, in words
    created: str  # day
    author: str


class StakeholderRow(NamedTuple):
    """Somebody who wants something of a report."""

    id: int
    report: str
    person: str
    wants: str | None
    created: str
    author: str


class Profile(NamedTuple):
    """What reports on the whole base ask of a customer as it is known today."""

    name: str
    parent: str | None
    industry: str | None
    owner: str | None


class CustomerProfit(NamedTuple):
    """What one customer brought in a window, before and after cost."""

    customer_id: int  # 0: nobody knows
    net: int
    profit: int  # of lines with a cost
    lines_without: int  # lines without a cost
    money_without: int  # amounts of these, returns counted as positive
    money: int  # amounts of all lines, counted alike
    bought: int  # 1: a purchase is among them
