"""What rooms hand to each other about interactions, contracts and usage; and which count as what.

Days are ISO text, money is in ten-thousandths of the currency unit, amounts used in millionths.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

# what an interaction can be: of a "contact" nobody said how it was made; a note is internal and a
# promise is ours, neither is a contact
KINDS = (
    "call", "visit", "meeting", "demo", "mail", "chat", "contact", "request", "ticket", "note",
    "promise",
)  # fmt: skip
NO_CONTACT = ("note", "promise")
PERSONAL = ("call", "visit", "meeting", "demo")  # somebody spoke to somebody; mail is not a call
PLANNABLE = (*PERSONAL, "mail")
CLOSABLE = (*PLANNABLE, "request", "ticket", "promise")
OUTCOMES = ("answered", "refused", "no_answer", "cancelled", "planned")
NOT_REACHED = ("refused", "no_answer", "cancelled")
DIRECTIONS = ("in", "out")
DEAL_OUTCOMES = ("open", "won", "lost")
GRAINS = ("day", "week", "month", "quarter", "year")
FACT_KINDS = (
    "interactions",
    "contracts",
    "opportunities",
    "usage",
    "feedback",
    "attitudes",
    "roi",
)  # of files


class Attachment(NamedTuple):
    """A file that came with an interaction; it stays where it is, here stands what it was."""

    name: str
    size: int  # bytes
    sha256: str


@dataclass(frozen=True)
class Entry:
    """One interaction as it is typed in or read from a message."""

    kind: str
    day: str
    text: str | None = None
    clock: str | None = None
    topic: str | None = None
    direction: str | None = None
    outcome: str | None = None
    subject: str | None = None
    person: str | None = None
    contact_id: int | None = None
    author: str | None = None
    due: str | None = None
    closed: str | None = None
    files: tuple[Attachment, ...] = ()


class Talk(NamedTuple):
    """One interaction as the store has it, with the customer that it belongs to today."""

    id: int
    customer_id: int | None
    customer: str | None
    day: str
    clock: str | None
    kind: str
    topic: str | None
    direction: str | None
    outcome: str | None
    subject: str | None
    text: str | None
    person: str | None  # the contact's name where it is known, else as it was given
    author: str | None
    status: str | None
    due: str | None
    closed: str | None
    files: tuple[Attachment, ...]
    source: str
    batch: int | None
    file: str | None
    sheet: str | None
    line: int | None


class LastTouch(NamedTuple):
    """When a customer was last in contact, up to a day; None: never."""

    customer_id: int
    reached: str | None  # any contact that came about
    personal: str | None  # call, visit, meeting or demo that came about


class ContractInfo(NamedTuple):
    """One contract with its customer."""

    id: int
    customer_id: int | None
    customer: str | None
    name: str | None
    product: str | None
    starts: str | None
    ends: str | None
    value: int | None
    currency: str | None
    status: str | None
    owner: str | None


class OpportunityInfo(NamedTuple):
    """One deal with its customer."""

    id: int
    customer_id: int | None
    customer: str | None
    name: str | None
    stage: str | None
    outcome: str
    why: str | None
    competitor: str | None
    product: str | None
    value: int | None
    currency: str | None
    opened: str | None
    expected: str | None
    closed: str | None
    owner: str | None


class UsagePoint(NamedTuple):
    """One figure of a customer's series."""

    customer_id: int
    metric: str
    grain: str
    period: str  # its first day
    value: int | None  # millionths
    unit: str | None
