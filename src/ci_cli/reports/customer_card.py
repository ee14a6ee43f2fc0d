"""``customer show``: who it is, what they buy, which records stand behind it, whom to ask for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from ci_cli.analysis.cadence import Rhythm
from ci_cli.report import Column, Money, Note, Report, Table
from ci_cli.reports.common import as_of_text, customer_code
from ci_cli.reports.rfm_show import rhythm_sentence
from ci_cli.shapes import ContactInfo, CustomerCard, GoldenField, OrderInfo, RecordInfo
from ci_cli.text import Msg, msg

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
) -> Report:
    """Lay out one customer.

    Args:
        card: from the store.
        rhythm: judged among all customers (``BaseRhythm``); None for one who never bought.
        as_of: the day that the card speaks for.
        currency: of all money.
        why: also say from which record each golden field came.
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
    return Report(
        "customer-card",
        msg("{code} {name}, {as_of}", code=code, name=card.purchases.name, as_of=as_of_text(as_of)),
        tables,
        {"customer": code, "as_of": as_of.isoformat(), "currency": currency},
        _notes(card, rhythm, currency),
    )


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
