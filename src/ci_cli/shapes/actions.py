"""What rooms hand to each other about actions: plain rows.

Money is in ten-thousandths of the currency unit; days are ISO text.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Kind = Literal["won", "retained", "saved"]
REVENUE_KINDS: tuple[Kind, ...] = ("won", "retained")  # what was saved is cost, never revenue


class Figure(NamedTuple):
    """The subject of an action at one moment, by the rule that raised its alarm.

    For an alarm the score is log odds of a decline, for a customer how many usual gaps the silence
    lasts. All but the day is None where nothing could be said.
    """

    as_of: str
    state: str | None  # of the alarm's category, or of the customer's rhythm
    score: float | None
    rate: float | None  # change per month: -0.03 is 3 % less each month
    revenue: int | None  # of the twelve months up to then, sales less returns


class ActionRow(NamedTuple):
    """One action, with its subject as it is called today."""

    id: int
    what: str
    alarm_id: int | None
    alarm_kind: str | None  # category or total
    alarm_group: str | None
    alarm_name: str | None
    alarm_month: str | None  # in which it was raised
    customer_id: int | None  # the customer of today
    customer_name: str | None
    owner: str
    due: str
    state: str  # open, done or dropped
    created: str
    author: str
    closed: str | None
    closed_by: str | None
    kind: str | None
    won: int | None
    currency: str | None
    reason: str | None
    figure_currency: str | None
    before: Figure | None
    after: Figure | None

    @property
    def code(self) -> str:
        """Return the number as people say it: ``A17``."""
        return f"A{self.id}"

    @property
    def source(self) -> str:
        """Return what it was added for: alarm, customer or other."""
        if self.alarm_id is not None:
            return "alarm"
        return "other" if self.customer_id is None else "customer"

    def is_overdue(self, today: str) -> bool:
        """Tell whether it should have been closed before ``today``."""
        return self.state == "open" and self.due < today


class NewAction(NamedTuple):
    """An action to be added."""

    what: str
    owner: str
    due: str
    created: str
    author: str
    alarm_id: int | None = None
    record_id: int | None = None  # founding record of the customer
    figure_currency: str | None = None
    before: Figure | None = None


class Closing(NamedTuple):
    """How an action ends."""

    state: Literal["done", "dropped"]
    closed: str
    closed_by: str
    reason: str | None = None
    kind: Kind | None = None
    won: int | None = None
    currency: str | None = None
    after: Figure | None = None


class RevenueCell(NamedTuple):
    """Revenue of one customer in one category, from one day up to the day before the next one."""

    since: str
    customer_id: int  # 0: nobody knows
    category: str  # "": none
    net: int  # sales less returns


class SourceReach(NamedTuple):
    """How far the dated rows of a source reach."""

    source: str
    last: str  # day of its newest order that is not in the future
    orders: int
