"""``customer show``: who it is, what they buy, which records stand behind it, whom to ask for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from ci_cli.analysis.cadence import Rhythm
from ci_cli.report import Column, Money, Note, Report, Table
from ci_cli.reports import log_list
from ci_cli.reports.common import as_of_text, customer_code
from ci_cli.reports.rfm_show import rhythm_sentence
from ci_cli.shapes import ContactInfo, CustomerCard, GoldenField, OrderInfo, RecordInfo
from ci_cli.talk_shapes import LastTouch, Talk
from ci_cli.text import Msg, msg

STALE_DAYS = 180  # a contact older than that says little of today
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


def build(
    card: CustomerCard,
    rhythm: Rhythm | None,
    *,
    as_of: date,
    currency: str,
    why: bool = False,
    talks: Sequence[Talk] = (),
    touch: LastTouch | None = None,
    today: date | None = None,
) -> Report:
    """Lay out one customer.

    Args:
        card: from the store.
        rhythm: judged among all customers (``BaseRhythm``); None for one who never bought.
        as_of: the day that the card speaks for.
        currency: of all money.
        why: also say from which record each golden field came.
        talks: what was last said and done, the latest first.
        touch: when the customer was last reached; None: never.
        today: the day from which the age of contacts counts.
    """
    code = customer_code(card.purchases.customer_id)
    tables = [_who(card, rhythm, currency)]
    if why:
        tables.append(_origins(card.fields))
    tables.append(_records(card.records))
    if card.contacts:
        tables.append(_contacts(card.contacts))
    if card.last_orders:
        tables.append(_orders(card.last_orders, currency))
    if talks:
        tables.append(log_list.table(talks, title=msg("Last contacts"), one=True))
    return Report(
        "customer-card",
        msg("{code} {name}, {as_of}", code=code, name=card.purchases.name, as_of=as_of_text(as_of)),
        tables,
        {"customer": code, "as_of": as_of.isoformat(), "currency": currency},
        [*_notes(card, rhythm, currency), *_freshness(talks, touch, today)],
    )


def _freshness(talks: Sequence[Talk], touch: LastTouch | None, today: date | None) -> list[Note]:
    """Say how old the last contact is; nothing where nothing was ever noted."""
    if not talks or today is None:
        return []
    if touch is None or touch.reached is None:
        return [Note(msg("Nobody has reached this customer yet."))]
    age = (today - date.fromisoformat(touch.reached)).days
    return [
        Note(
            msg("Last contact: {day}, {days} days ago; in person: {personal}.", day=touch.reached,
                days=age, personal=touch.personal or "-"),
            "warning" if age > STALE_DAYS else "info",
        )
    ]  # fmt: skip


def _who(card: CustomerCard, rhythm: Rhythm | None, currency: str) -> Table:
    """Return one row: the golden fields that are filled, then what the customer buys."""
    values = {field.field: field.value for field in card.fields if field.field != "name"}
    known = [key for key in FIELD_LABELS if key in values]
    known += sorted(values.keys() - set(known))
    bought = card.purchases
    columns = (
        Column("customer", msg("customer"), "id"),
        Column("name", msg("name")),
        *(Column(key, FIELD_LABELS.get(key, key)) for key in known),
        Column("purchases", msg("purchases"), "int"),
        Column("revenue", msg("revenue"), "money", currency),
        Column("first_purchase", msg("first purchase"), "date"),
        Column("last_purchase", msg("last purchase"), "date"),
        Column("expected_gap", msg("usual gap"), "days"),
        Column("silent", msg("silent days"), "days"),
        Column("rhythm", msg("rhythm"), "state"),
    )
    row = (
        customer_code(bought.customer_id),
        bought.name,
        *(values[key] for key in known),
        bought.orders,
        bought.net_all,
        bought.first,
        bought.last,
        *((rhythm.expected_gap, rhythm.silent_days, rhythm.state) if rhythm else (None,) * 3),
    )
    return Table("customer", columns, [row], is_card=True)


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
    return Table("records", columns, rows, msg("Records"))


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
    return Table("contacts", columns, rows, msg("Contacts"))


def _orders(orders: list[OrderInfo], currency: str) -> Table:
    columns = (
        Column("order", msg("order"), "id"),
        Column("day", msg("day"), "date"),
        Column("kind", msg("kind"), "state"),
        Column("lines", msg("lines"), "int"),
        Column("net", msg("net revenue"), "money", currency),
    )
    return Table("last_orders", columns, [tuple(order) for order in orders], msg("Last orders"))


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
