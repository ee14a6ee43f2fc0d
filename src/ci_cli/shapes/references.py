"""What rooms hand to each other about references: steps, uses, requests, quotes, limits.

Days are ISO text, money is in ten-thousandths of the currency unit, hours are kept as minutes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

# how a customer can vouch for us; what it agreed to for one of them says nothing of another
Channel = Literal[
    "call", "video", "visit", "mail", "quote", "case", "logo", "review", "event", "press"
]
CHANNELS: tuple[Channel, ...] = (
    "call", "video", "visit", "mail", "quote", "case", "logo", "review", "event", "press"
)  # fmt: skip
STATES = ("nominated", "consented", "ready", "resting", "retired")
ATTEMPTS = ("agreed", "declined", "no_answer")
PUBLIC, INTERNAL = "public", "internal"  # scopes of a quote


class Limits(NamedTuple):
    """What protects customers from being asked too often, and deals from the wrong reference."""

    uses: int = 2  # at most so many …
    days: int = 90  # … in any so many days
    rest: int = 30  # days between two uses
    health: int = 50  # least score, where it is known
    thanks: int = 14  # days in which a use is to be thanked for
    rewards: int = 2  # at most so many rewards in 365 days


class Step(NamedTuple):
    """One step of a reference; see ``models.references``."""

    customer_id: int
    id: int
    day: str
    step: str
    person: str | None = None
    channel: str | None = None
    scope: str | None = None
    until: str | None = None
    said_by: str | None = None
    use_case: str | None = None
    product: str | None = None
    note: str | None = None
    author: str = ""


class Use(NamedTuple):
    """A customer vouched for us once."""

    customer_id: int
    id: int
    request_id: int
    day: str
    channel: str
    person: str | None
    actual: int | None
    minutes: int | None
    outcome: str | None
    author: str


class Attempt(NamedTuple):
    """A customer was approached for a request."""

    customer_id: int
    id: int
    request_id: int
    day: str
    outcome: str
    person: str | None
    minutes: int | None
    note: str | None
    author: str


class Request(NamedTuple):
    """Somebody of ours needs a reference."""

    id: int
    customer_id: int | None  # the prospect
    customer: str | None
    what: str
    channel: str
    day: str
    due: str | None
    criteria: str | None
    value: int | None
    currency: str | None
    expected: int | None
    state: str
    closed: str | None
    reason: str | None
    author: str


class QuoteRow(NamedTuple):
    """The words of a customer, with what became of the consent for quotes since."""

    id: int
    customer_id: int
    customer: str
    industry: str | None
    person: str | None
    text: str
    product: str | None
    day: str
    approved: str | None
    approved_by: str | None
    scope: str | None
    until: str | None
    author: str
    uses: int
    last_use: str | None
    withdrawn: str | None  # day of a withdrawal or retirement since the approval


class Thanks(NamedTuple):
    """A thank-you or a reward."""

    customer_id: int
    id: int
    day: str
    kind: str
    what: str | None
    value: int | None
    currency: str | None
    person: str | None
    author: str


class Account(NamedTuple):
    """What is known of one customer that may vouch for us."""

    customer_id: int
    name: str
    industry: str | None = None
    country: str | None = None
    region: str | None = None
    city: str | None = None
    address: str | None = None
    owner: str | None = None
    size: str | None = None  # as its source writes it
    use_cases: frozenset[str] = frozenset()
    products: frozenset[str] = frozenset()  # named at its nomination; see also ``match``


class Issue(NamedTuple):
    """Something open with a customer: ask for no favour before it is settled."""

    customer_id: int
    kind: str  # request, ticket, promise, complaint
    day: str
    number: int


class Known(NamedTuple):
    """Everything that the rule of readiness looks at, of all references."""

    accounts: Mapping[int, Account]
    steps: Mapping[int, Sequence[Step]]
    uses: Mapping[int, Sequence[Use]]
    issues: Mapping[int, Sequence[Issue]]
    health: Mapping[int, int]  # score in points, 0 to 100; not in it: not known


class Origin(NamedTuple):
    """Where a statement stands: the record that says so, and the file and line it came from."""

    record: str  # what people call it: Q1, FB-11, an order, the key of a customer
    kind: str  # quote, feedback, insight, order, customer
    day: str | None
    author: str | None
    batch: int | None  # the import
    file: str | None  # ``typed`` where nobody read it from a file
    sheet: str | None
    line: int | None


class Bought(NamedTuple):
    """What one customer ever bought of one category in one currency, and the line it began with."""

    category: str  # "" = none
    currency: str
    first: str  # day
    last: str  # day
    orders: int
    net: int  # ten-thousandths of the currency unit
    origin: Origin
