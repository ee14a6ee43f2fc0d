"""What rooms hand to each other about customers, orders and money: plain rows, nothing else.

Money is in ten-thousandths of the currency unit and quantity in millionths (see ``report.py``);
days are ISO text; every row speaks for one currency, the one that the query was asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple

VERDICTS = ("created", "updated", "unchanged", "conflict", "rejected")
OnMatch = Literal["update", "fill", "skip", "error"]  # what happens to a row that is known


@dataclass
class Counts:
    """How the rows of a file ended; ``read`` is always the sum of the other five."""

    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    conflict: int = 0
    rejected: int = 0

    def add(self, other: Counts) -> None:
        """Add another file's counts to these."""
        for name in ("read", *VERDICTS):
            setattr(self, name, getattr(self, name) + getattr(other, name))

    @property
    def balanced(self) -> bool:
        """Tell whether every row that was read has exactly one verdict."""
        return self.as_tuple()[0] == sum(self.as_tuple()[1:])

    def as_tuple(self) -> tuple[int, ...]:
        """Return read and the five verdicts, in the order of the journal's columns."""
        return (self.read, *(getattr(self, name) for name in VERDICTS))


class WithdrawnRow(NamedTuple):
    """An order line, or an order without lines, that a complete export lacks."""

    source: str
    order: str
    day: str | None
    customer: str | None
    kind: str  # sale, return or void
    product: str
    product_name: str
    category: str
    quantity: int | None
    amount: int | None
    currency: str | None
    batch: int | None  # the import that brought it
    file: str | None
    sheet: str | None
    line: int | None


@dataclass(frozen=True)
class Withdrawal:
    """What a complete export of the days ``first`` to ``last`` takes out of the store."""

    first: str
    last: str
    rows: list[WithdrawnRow]
    orders: int  # whole orders
    lines: int
    stored_lines: int  # of the period before the import, of the sources that the files tell of
    stored_money: dict[str, int]  # likewise, by currency, returns counted as positive
    told: dict[str, list[str]]  # source -> whether its files hold orders, lines or both

    @property
    def money(self) -> dict[str, int]:
        """Return the money taken out, sales less returns, by currency."""
        return self._by_currency(lambda amount: amount)

    @property
    def share(self) -> float:
        """Return the greater of the shares of stored lines and of stored money taken out."""
        gone = self._by_currency(abs)
        shares = [gone[name] / money for name, money in self.stored_money.items()
                  if money and name in gone]  # fmt: skip
        if self.stored_lines:
            shares.append(self.lines / self.stored_lines)
        return max(shares, default=0.0)

    def _by_currency(self, count: Callable[[int], int]) -> dict[str, int]:
        sums: dict[str, int] = {}
        for row in self.rows:
            name = row.currency or ""
            sums[name] = sums.get(name, 0) + count(row.amount or 0)
        return sums


class CustomerPurchases(NamedTuple):
    """One customer up to the as-of day.

    A purchase is an order with at least one sale line of positive amount; a return is never one.
    """

    customer_id: int
    name: str
    industry: str | None
    owner: str | None
    first: str | None  # day of the first purchase in all history, None: never bought
    last: str | None  # day of the last purchase in all history
    purchase_days: int  # distinct days with a purchase in all history
    median_gap: float | None  # usual days between purchase days, None with fewer than two
    orders: int  # purchases inside the window
    net: int  # sales less returns inside the window
    net_all: int  # sales less returns in all history


class Unassigned(NamedTuple):
    """Order lines inside the window that name no customer: in ProCat, outside RFM."""

    lines: int
    net: int


class MonthCell(NamedTuple):
    """One group (category, product, customer, region, owner) in one month."""

    group: str  # stable key of the group; "" = has none
    label: str  # what people call it; "" = has none
    month: str  # 2011-12
    net: int
    gross: int  # sale lines only
    quantity: int
    lines: int
    orders: int  # distinct orders with a sale line
    customers: int  # distinct customers with a sale line


class LineDetail(NamedTuple):
    """One order line and the place in the file that it came from."""

    order: str
    day: str
    customer_id: int | None
    customer: str
    product: str
    product_name: str
    category: str
    kind: str  # sale or return
    quantity: int | None
    unit_price: int | None
    amount: int
    batch: int
    file: str
    sheet: str | None
    line: int


class SavedScore(NamedTuple):
    """One customer in a saved RFM run, its id resolved to the customer that it is today."""

    customer_id: int
    name: str
    r: int
    f: int
    m: int
    segment: str
    net: int


class GoldenField(NamedTuple):
    """One field of the golden view, and the record that it came from."""

    field: str  # the column of ``record``: name, tax_id, industry, …
    value: str
    record_id: int
    source: str
    source_key: str


class RecordInfo(NamedTuple):
    """One customer as one source describes it."""

    record_id: int
    source: str
    source_key: str
    name: str
    file: str | None  # where it was last described; None: typed in
    line: int | None
    linked_by: str | None  # why it belongs here when its source did not say so: tax_id, phone, …


class ContactInfo(NamedTuple):
    """A person at the customer."""

    name: str
    title: str | None
    phone: str | None
    email: str | None
    is_primary: bool
    left_at: str | None  # day


class OrderInfo(NamedTuple):
    """One order of the customer, in the store's or the asked currency."""

    order: str
    day: str
    kind: str  # sale or return
    lines: int
    net: int


class CustomerCard(NamedTuple):
    """All that ``customer show`` tells about one customer."""

    purchases: CustomerPurchases  # orders and net inside a window that holds all history
    fields: list[GoldenField]
    records: list[RecordInfo]
    contacts: list[ContactInfo]
    last_orders: list[OrderInfo]  # newest first; all of them where they were asked for


class Author(NamedTuple):
    """Who does something, when, and why in their own words."""

    by: str
    at: str
    note: str | None = None


class MergeInfo(NamedTuple):
    """One merge or split, as the history tells it."""

    number: int
    run: int  # the first number of the command that did it
    kind: str  # merge or split
    at: str
    by: str
    how: str  # person, or auto: the certain band of a scan
    note: str | None
    customer_id: int  # kept by the merge, or split
    others: list[int]  # the customers that were merged into it, or that it was split into
    records: int  # how many moved
    held: int  # of a merge: how many of them are still there because of it


class DecisionInfo(NamedTuple):
    """What somebody decided about two records."""

    record_a: int
    name_a: str
    record_b: int
    name_b: str
    verdict: str  # merge, apart or later
    by: str
    at: str
    note: str | None
    withdrawn_at: str | None


class ScannedRow(NamedTuple):
    """A record as the last scan for duplicates saw it."""

    record_id: int
    customer_id: int  # today's
    source: str
    source_key: str
    name: str | None
    copy_of: int  # lowest record with equal contents
    own_weight: float  # bits, of the pair of two such equal records
    cluster: int  # lowest record of its cluster
    probability: float | None  # None: it is alone


class PairRow(NamedTuple):
    """A pair of records of the last scan, the lower record first."""

    record_a: int
    record_b: int
    weight: float  # bits
    probability: float
    band: int  # 0 separate, 1 review, 2 certain
    levels: str  # one word per field of the model
    weights: str
    source_a: str
    key_a: str
    name_a: str | None
    customer_a: int
    source_b: str
    key_b: str
    name_b: str | None
    customer_b: int
    verdict: str | None  # merge, apart, later


class FieldUse(NamedTuple):
    """What a scan made of one column."""

    column: str
    type: str
    reason: str  # said, header, values, empty, constant, all different, unknown
    filled: float  # share of the records that have a value


class RuleCount(NamedTuple):
    """What one blocking rule brought."""

    rule: str
    pairs: int
    cut: bool  # large groups were left out


class ScanSummary(NamedTuple):
    """What a scan says about itself."""

    mode: str  # full, or incremental: only what is new was compared
    why: str  # of a full scan: first, asked, fields, rules, version
    records: int
    distinct: int  # records that differ in anything that is compared
    fresh: int  # records that are new or changed since the last scan
    pairs: int  # looked at
    compared: int  # of these, not known from the last scan
    everything: bool  # all pairs of the list
    certain: int
    review: int
    clusters: int  # of two records and more
    clustered: int  # records in them
    customers: int  # customers that the clusters would make of those in them
    certain_at: float
    precision: float
    learnt: bool
    decisions: int
    fields: list[FieldUse]
    rules: list[RuleCount]
    shared: list[tuple[str, str, int]]  # (field, value, names): too common to tell anybody
    merged: int = 0  # customers that went into others, the certain band being merged at once
    run: int | None = None  # number to take that back with


class FieldSaid(NamedTuple):
    """What one field says of a pair."""

    field: str
    type: str
    level: str  # name of the level, or missing
    one: str
    other: str
    weight: float  # bits


class PairSaid(NamedTuple):
    """Why two records were taken for one customer, or not; the parts add up to ``total`` (bits)."""

    record_a: int
    record_b: int
    customer_a: int
    customer_b: int
    name_a: str
    name_b: str
    fields: list[FieldSaid]
    prior: float  # how rare duplicates are
    related: float  # what remains possible: neighbours, namesakes, what decisions taught beside
    total: float
    probability: float
    identified: bool  # some name, contact or number agrees
    kept: bool  # by the last scan; else it was worked out now
    verdict: str | None
