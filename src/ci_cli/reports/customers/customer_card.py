"""``customer show``: one customer in six blocks: who, buys, contacts, behaves, says, owed.

On a screen each block is cut to a few rows, and the last note says what was left out; formats for
programs hold everything. A block of which nothing is known stands there all the same and says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import accumulate
from typing import NamedTuple

from ci_cli.analysis.cadence import Rhythm
from ci_cli.report import Column, Money, Note, Report, Table
from ci_cli.reports.common import as_of_text, change, customer_code
from ci_cli.reports.customers import customer_blocks, customer_says
from ci_cli.reports.selling.rfm_show import rhythm_sentence
from ci_cli.reports.talks import log_list
from ci_cli.shapes.actions import ActionRow
from ci_cli.shapes.talks import ContractInfo, LastTouch, OpportunityInfo, Talk, UsagePoint
from ci_cli.shapes.trade import ContactInfo, CustomerCard, GoldenField, OrderInfo, RecordInfo
from ci_cli.shapes.views import CategoryYear, TagStanding
from ci_cli.shapes.voice import Insight, Voice
from ci_cli.text import Msg, msg

STALE_DAYS = 180  # a contact older than that says little of today
SHOWN_ORDERS = 5
SHOWN = 5  # rows of each other table
SHOWN_CHARACTERS = 80
# Golden fields in the order in which people look for them; others follow by name.
FIELD_LABELS: Mapping[str, Msg] = {
    "short_name": msg("short name"),
    "tax_id": msg("tax id"),
    "industry": msg("industry"),
    "tier": msg("tier"),
    "status": msg("status"),
    "owner": msg("owner"),
    "channel": msg("channel"),
    "since": msg("customer since"),
    "parent": msg("parent company"),
    "country": msg("country"),
    "region": msg("region"),
    "city": msg("city"),
    "address": msg("address"),
    "postcode": msg("postcode"),
    "phone": msg("phone"),
    "email": msg("e-mail"),
}


class Around(NamedTuple):
    """What is known of a customer besides its records and orders."""

    today: date
    categories: Sequence[CategoryYear]
    talks: Sequence[Talk]  # the latest first
    touch: LastTouch | None
    tags: Sequence[TagStanding]
    priority: float
    usage: Sequence[UsagePoint]  # by metric and period
    voices: Sequence[Voice]
    insights: Sequence[Insight]
    waiting: Sequence[Talk]  # promises, requests, plans; the most urgent first
    contracts: Sequence[ContractInfo]  # that have not ended
    deals: Sequence[OpportunityInfo]  # that are open
    actions: Sequence[ActionRow]  # that are open


def build(
    card: CustomerCard,
    rhythm: Rhythm | None,
    around: Around,
    *,
    as_of: date,
    currency: str,
    why: bool = False,
    orders: bool = False,
    whole: bool = False,
) -> Report:
    """Lay out one customer.

    Args:
        card: from the store.
        rhythm: judged among all customers (``BaseRhythm``); None for one who never bought.
        around: everything else that is known.
        as_of: the day that purchases speak for.
        currency: of all money.
        why: also say from which record each golden field came.
        orders: show every order, the oldest first, with a running total.
        whole: leave nothing out.
    """
    code = customer_code(card.purchases.customer_id)
    said = customer_says.sayings(around.voices, around.insights)
    tables = [
        _who(card, around),
        *([_origins(card.fields)] if why else []),
        _records(card.records),
        _buys(card, rhythm, around, currency),
        customer_blocks.categories(around.categories, currency),
        _all_orders(card.last_orders, currency) if orders else _orders(card.last_orders, currency),
        _contacts(card.contacts),
        log_list.table(around.talks, title=msg("Contacts: what was said and done"), one=True,
                       whole=whole),
        customer_blocks.tags(around.tags, around.today),
        *([customer_blocks.usage(around.usage)] if around.usage else []),
        customer_says.table(said, around.today, title=msg("Says")),
        customer_blocks.owed(
            around.waiting, around.actions, around.contracts, around.deals, around.today
        ),
    ]  # fmt: skip
    kept = {"last_orders"} if orders else set()
    left_out: dict[str, int] = {}
    if not whole:
        for place, table in enumerate(tables):
            limit = len(table.rows) if table.key in kept else SHOWN
            left_out[table.key] = len(table.rows) - min(limit, len(table.rows))
            tables[place] = _cut(table, limit)
    return Report(
        "customer-card",
        msg("{code} {name}, {as_of}", code=code, name=card.purchases.name, as_of=as_of_text(as_of)),
        tables,
        {"customer": code, "as_of": as_of.isoformat(), "today": around.today.isoformat(),
         "currency": currency},
        [
            *_notes(card, rhythm, currency),
            *_freshness(around),
            *_left_out({key: number for key, number in left_out.items() if number}),
        ],
    )  # fmt: skip


def _cut(table: Table, limit: int) -> Table:
    """Return the first rows, long texts shortened to one line of a screen."""
    rows = [
        tuple(
            log_list.one_line(value, SHOWN_CHARACTERS)
            if column.kind == "text" and isinstance(value, str) and not table.is_card
            else value
            for column, value in zip(table.columns, row, strict=True)
        )
        for row in table.rows[:limit]
    ]
    return Table(table.key, table.columns, rows, table.title, table.total, table.is_card)


def _left_out(numbers: Mapping[str, int]) -> list[Note]:
    if not numbers:
        return []
    told = ", ".join(f"{key} {number}" for key, number in numbers.items())
    return [Note(msg("Not shown: {list}. `--format json` has everything.", list=told))]


def _freshness(around: Around) -> list[Note]:
    """Say how old the last contact is."""
    touch = around.touch
    if touch is None or touch.reached is None:
        return [Note(msg("Nobody has reached this customer yet."))]
    age = (around.today - date.fromisoformat(touch.reached)).days
    return [
        Note(
            msg("Last contact: {day}, {days} days ago; in person: {personal}.", day=touch.reached,
                days=age, personal=touch.personal or "-"),
            "warning" if age > STALE_DAYS else "info",
        )
    ]  # fmt: skip


def _who(card: CustomerCard, around: Around) -> Table:
    """Return one row: the golden fields that are filled, and the follow-up priority."""
    values = {field.field: field.value for field in card.fields if field.field != "name"}
    known = [key for key in FIELD_LABELS if key in values]
    known += sorted(values.keys() - set(known))
    columns = (
        Column("customer", msg("customer"), "id"),
        Column("name", msg("name")),
        *(Column(key, FIELD_LABELS.get(key, key)) for key in known),
        Column("follow_up_priority", msg("follow-up priority"), "number"),
    )
    row = (
        customer_code(card.purchases.customer_id),
        card.purchases.name,
        *(values[key] for key in known),
        around.priority,
    )
    return Table("customer", columns, [row], msg("Who"), is_card=True)


def _buys(card: CustomerCard, rhythm: Rhythm | None, around: Around, currency: str) -> Table:
    bought = card.purchases
    year = sum(one.now for one in around.categories)
    before = sum(one.before for one in around.categories)
    columns = (
        Column("purchases", msg("purchases"), "int"),
        Column("revenue", msg("revenue"), "money", currency),
        Column("revenue_year", msg("revenue of the year"), "money", currency),
        Column("revenue_before", msg("year before"), "money", currency),
        Column("change", msg("change"), "percent"),
        Column("first_purchase", msg("first purchase"), "date"),
        Column("last_purchase", msg("last purchase"), "date"),
        Column("expected_gap", msg("usual gap"), "days"),
        Column("silent", msg("silent days"), "days"),
        Column("rhythm", msg("rhythm"), "state"),
    )
    row = (
        bought.orders,
        bought.net_all,
        year,
        before,
        change(year, before),
        bought.first,
        bought.last,
        *((rhythm.expected_gap, rhythm.silent_days, rhythm.state) if rhythm else (None,) * 3),
    )
    rows = [row] if bought.first is not None or bought.net_all else []
    return Table("buys", columns, rows, msg("Buys"), is_card=True)


def _origins(fields: list[GoldenField]) -> Table:
    columns = (
        Column("field", msg("field"), "state"),
        Column("value", msg("value")),
        Column("source", msg("from source"), "id"),
        Column("source_key", msg("key there"), "id"),
        Column("record", msg("record"), "int"),
    )
    rows = [
        (field.field, field.value, field.source, field.source_key, field.record_id)
        for field in fields
    ]
    return Table("fields", columns, rows, msg("Where each field comes from"))


def _records(records: list[RecordInfo]) -> Table:
    columns = (
        Column("record", msg("record"), "int"),
        Column("source", msg("source"), "id"),
        Column("source_key", msg("key there"), "id"),
        Column("name", msg("name there")),
        Column("linked_by", msg("linked by"), "state"),
        Column("file", msg("file")),
        Column("line", msg("line"), "int"),
    )
    rows = [
        (
            record.record_id,
            record.source,
            record.source_key,
            record.name,
            record.linked_by,
            record.file,
            record.line,
        )
        for record in records
    ]
    return Table("records", columns, rows, msg("Who: records"))


def _contacts(contacts: list[ContactInfo]) -> Table:
    columns = (
        Column("contact", msg("contact")),
        Column("title", msg("position")),
        Column("phone", msg("phone"), "id"),
        Column("email", msg("e-mail")),
        Column("primary", msg("first to ask"), "state"),
        Column("left_at", msg("left on"), "date"),
    )
    rows = [
        (
            contact.name,
            contact.title,
            contact.phone,
            contact.email,
            "yes" if contact.is_primary else None,
            contact.left_at,
        )
        for contact in contacts
    ]
    return Table("contacts", columns, rows, msg("Contacts: people"))


def _orders(orders: Sequence[OrderInfo], currency: str) -> Table:
    columns = (
        Column("order", msg("order"), "id"),
        Column("day", msg("day"), "date"),
        Column("kind", msg("kind"), "state"),
        Column("lines", msg("lines"), "int"),
        Column("net", msg("net revenue"), "money", currency),
    )
    return Table(
        "last_orders", columns, [tuple(order) for order in orders], msg("Buys: last orders")
    )


def _all_orders(orders: Sequence[OrderInfo], currency: str) -> Table:
    """Return every order, the oldest first, with what they sum to so far."""
    last = _orders([], currency)
    oldest_first = orders[::-1]
    sums = list(accumulate(order.net for order in oldest_first))
    columns = (*last.columns, Column("running_total", msg("running total"), "money", currency))
    rows = [(*order, total) for order, total in zip(oldest_first, sums, strict=True)]
    total = ("total", None, None, sum(one.lines for one in orders), sums[-1] if sums else 0, None)
    return Table("last_orders", columns, rows, msg("Buys: every order"), total if sums else None)


def _notes(card: CustomerCard, rhythm: Rhythm | None, currency: str) -> list[Note]:
    bought = card.purchases
    if bought.first is None:
        return [Note(msg("This customer has never bought."))]
    notes = [
        Note(
            msg(
                "Purchases: {orders}, revenue {money}, from {first} to {last}.",
                orders=bought.orders,
                money=Money(bought.net_all, currency),
                first=bought.first,
                last=bought.last,
            )
        )
    ]
    if rhythm is not None:
        notes.append(Note(rhythm_sentence(rhythm, bought)))
    return notes
