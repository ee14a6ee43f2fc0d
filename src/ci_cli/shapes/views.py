"""What rooms hand to each other for the views people live in: search, brief, today, handover.

Days are ISO text, money is in ten-thousandths of the currency unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ci_cli.shapes.talks import KINDS
from ci_cli.shapes.voice import LEARNT_KINDS
from ci_cli.text import Msg

# what can be found, in the order in which results are listed: who and what before what was said
BASIC_SORTS = ("customer", "person", "order", "product", "contract", "deal")
SORTS = (*BASIC_SORTS, *KINDS, "feedback", *LEARNT_KINDS, "quote", "action", "tag")
# words that stand for several sorts
SORT_GROUPS = {
    "interaction": KINDS,
    "feedback": ("feedback", "request", "ticket"),
    "insight": LEARNT_KINDS,
    "opportunity": ("deal",),
}


class Hit(NamedTuple):
    """One thing that a search found."""

    sort: str  # one of ``SORTS``
    key: str  # what the thing is called: C12, an entry's number, an order's or a product's id
    customer_id: int | None
    customer: str | None
    day: str | None
    author: str | None
    text: str  # all of it that is searched


class Found(NamedTuple):
    """What a search found: the first hits, and how many there are of each sort."""

    hits: list[Hit]
    counts: dict[str, int]


class Errand(NamedTuple):
    """One reason to turn to a customer (or a category) today."""

    kind: str  # promise, request, call, renewal, alarm, silent …
    customer_id: int | None
    subject: str | Msg  # what it is about: people's own words, a contract, a category; or ours
    due: str | None  # day
    person: str | None = None  # who is to do it; None: the owner of the account
    money: int | None = None  # at risk; None: what the account brings in a year
    since: str | None = None  # day from which it waits, where nobody said until when

    @property
    def day(self) -> str | None:
        """Return the day that it is ranked by."""
        return self.due or self.since


class Account(NamedTuple):
    """What ranking a day's work needs to know of one customer."""

    customer_id: int
    name: str
    owner: str | None
    yearly: int  # revenue of the year up to the as-of day
    times: float | None  # how many of its usual gaps the silence lasts; None: nothing is known


class CategoryYear(NamedTuple):
    """What one customer bought of one category in a year, in the year before, and when last."""

    category: str  # "" = none
    now: int
    before: int
    first: str  # day
    last: str  # day


class FirstOrder(NamedTuple):
    """What a customer began with."""

    order: str
    day: str
    amount: int  # sales of that order
    products: int  # distinct ones
    categories: Sequence[str]  # those with most money first; "" = none
    owner: str | None  # who sold it, where the order says so


class Event(NamedTuple):
    """Something that changed at a customer on a day."""

    day: str
    what: str  # key: order, contact_left, owner, request, contract_ended, deal_lost …
    text: str
    amount: int | None = None


class TagStanding(NamedTuple):
    """What one tag of one customer amounts to today."""

    code: str
    polarity: int  # 1 or -1
    weight: float  # of its freshest evidence, 0 to 1
    change: float  # steps that it moves the follow-up priority
    events: int  # pieces of evidence
    last: str  # day of the freshest


class Issue(NamedTuple):
    """Something that a customer said and that waits for an answer."""

    kind: str  # complaint, competitor
    id: int  # of the row that says so
    customer_id: int
    customer: str | None
    day: str
    text: str
    author: str | None


class Mood(NamedTuple):
    """The latest attitude of a customer."""

    id: int
    customer_id: int
    customer: str | None
    day: str
    now: str
    before: str | None  # the one that was noted before it
    why: str | None
    author: str | None
    answered: bool  # somebody spoke to them since


class Done(NamedTuple):
    """Something that was done with a customer on a day."""

    customer_id: int
    day: str
    author: str | None


class Asked(NamedTuple):
    """A request or ticket; its type is what people called it, else its kind."""

    sort: str
    day: str
    closed: str | None  # day; None: still open then, or nobody knows the day
    is_ended: bool = False  # closed, without a day


class KnownPerson(NamedTuple):
    """A contact of a customer, and what was said with it; days are ISO."""

    id: int
    name: str | None
    title: str | None
    since: str | None  # of the position
    formerly: tuple[str, ...]  # earlier positions, the latest first
    phone: str | None
    email: str | None
    is_primary: bool
    left_at: str | None
    entries: int
    last: str | None
