"""Rows of customer, contact, product and category files -> rows ready to be staged."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ci_cli.importing.convert import Converted, Converter
from ci_cli.models.names import NAME_PARTS, email_key, exact_name, name_key, person_name
from ci_cli.store.writes.records import RECORD, RecordKey
from ci_cli.text import msg

# field of the file -> column of the record
RECORD_FIELDS = {
    "customer.name": "name", "customer.short_name": "short_name", "customer.tax_id": "tax_id",
    "customer.industry": "industry", "customer.country": "country", "customer.region": "region",
    "customer.city": "city", "customer.address": "address", "customer.postcode": "postcode",
    "customer.tier": "tier", "customer.status": "status", "customer.owner": "owner",
    "customer.source": "channel", "customer.since": "since", "customer.parent": "parent",
    "contact.phone": "phone", "contact.email": "email",
}  # fmt: skip
_OF_PEOPLE = frozenset({"name", "name_key", "phone", "email"})
_NO_CONTACT = msg("the row names no contact")
_NAME_PERSON = msg("fill in the person's name, e-mail or phone")
_NO_CUSTOMER = msg("the row names no customer")
_NAME_ONE = msg("fill in the customer's id or name")


@dataclass
class EntityBuilder:
    """Collects the rows of one file that describes customers or the contacts of customers.

    ``describes`` tells that the file describes customers; else it lists people at customers.
    ``records`` and ``contacts`` are rows of the staging tables (line first); ``keys`` gives the
    record of every line, and ``mentions`` each key with its first line.
    """

    source: str
    fields: frozenset[str]
    describes: bool = True
    records: list[tuple[Any, ...]] = field(default_factory=list)
    contacts: list[tuple[Any, ...]] = field(default_factory=list)
    keys: dict[int, RecordKey] = field(default_factory=dict)
    mentions: dict[RecordKey, int] = field(default_factory=dict)

    def add(self, chunk: Converted, converter: Converter) -> None:
        """Take the rows of one chunk in; rows without any customer are rejected."""
        given = {
            column: chunk.column(name)
            for name, column in RECORD_FIELDS.items()
            if name in self.fields
        }
        people = {
            column: chunk.column(f"contact.{column}") for column in ("title", "phone", "email")
        } | {"name": _whole_names(chunk)}
        consumers = self.describes and "customer.name" not in self.fields
        for index, (line, source, customer_id, name) in enumerate(
            zip(
                chunk.lines, chunk.column("row.source"), chunk.column("customer.id"),
                chunk.column("customer.name"), strict=True,
            )
        ):  # fmt: skip
            if not name and (consumers or not customer_id):
                # a file of consumers has persons where others have companies
                name = people["name"][index]
            if not (customer_id or name):
                converter.reject(line, None, chunk.rows[index], _NO_CUSTOMER, _NAME_ONE)
                continue
            source = source or self.source
            key: RecordKey = (
                (source, "id", customer_id) if customer_id else (source, "name", exact_name(name))
            )
            if not self.describes and not any(values[index] for values in people.values()):
                converter.reject(line, None, chunk.rows[index], _NO_CONTACT, _NAME_PERSON)
                continue
            self.keys[line] = key
            self.mentions.setdefault(key, line)
            row = {column: values[index] or None for column, values in given.items()}
            row["name"] = row.get("name") or name or None
            row["name_key"] = name_key(row["name"])
            self.records.append(
                (line, *key, *(row.get(column) for column in RECORD.fields), chunk.extras[index])
            )
            person = {column: values[index] or None for column, values in people.items()}
            contact_key = (
                email_key(person["email"]) or exact_name(person["name"] or "") or person["phone"]
            )
            # beside a description, a phone without a name is the company's own
            if contact_key and (person["name"] or not self.describes):
                self.contacts.append(
                    (line, key, contact_key, person["name"], person["title"], person["phone"],
                     person["email"],
                     None if self.describes else _told(row, chunk.extras[index], key))
                )  # fmt: skip


def _told(row: Mapping[str, Any], extras: str | None, key: RecordKey) -> str | None:
    """Return as JSON what a list of people says beside them: of the firm, and columns of its own.

    Such a list describes no firm, so what it says of one stays with the person: its name, too,
    unless that is the key itself.
    """
    firm = {name: value for name, value in row.items() if value and name not in _OF_PEOPLE}
    if key[1] == "id" and row.get("name"):
        firm["company"] = row["name"]
    told = firm | json.loads(extras or "{}")
    return json.dumps(told, ensure_ascii=False, sort_keys=True) if told else None


def _whole_names(chunk: Converted) -> list[str | None]:
    """Return the name of each row's person; from its parts where the file has no whole one."""
    whole = chunk.column("contact.name")
    first, last = (chunk.column(part) for part in NAME_PARTS)
    return [name or person_name(a, b) for name, a, b in zip(whole, first, last, strict=True)]


def product_rows(
    chunks: Iterator[Converted], converter: Converter, source: str
) -> list[tuple[Any, ...]]:
    """Return rows of the product list: line, source, key, name, category key, category, price,
    extra; a product without a code is known by its name.
    """  # noqa: D205
    rows = []
    for chunk in chunks:
        for index, (line, own, code, name, category_key, category, price) in enumerate(
            zip(
                chunk.lines, chunk.column("row.source"), chunk.column("line.product_id"),
                chunk.column("line.product_name"), chunk.column("product.category_id"),
                chunk.column("line.category"), chunk.column("line.unit_price"), strict=True,
            )
        ):  # fmt: skip
            if not (code or name):
                converter.reject(
                    line, "line.product_id", chunk.rows[index],
                    msg("the row names no product"), msg("fill in the product's code or name"),
                )  # fmt: skip
                continue
            rows.append(
                (line, own or source, code or name, name or None, category_key or None,
                 category or None, price, chunk.extras[index])
            )  # fmt: skip
    return rows


def category_rows(
    chunks: Iterator[Converted], converter: Converter, source: str
) -> list[tuple[Any, ...]]:
    """Return rows of the category list: line, source, key, name, extra."""
    rows = []
    for chunk in chunks:
        for index, (line, own, code, name) in enumerate(
            zip(
                chunk.lines, chunk.column("row.source"), chunk.column("category.id"),
                chunk.column("category.name"), strict=True,
            )
        ):  # fmt: skip
            if not (code or name):
                converter.reject(
                    line, "category.id", chunk.rows[index],
                    msg("the row names no category"), msg("fill in the category's id or name"),
                )  # fmt: skip
                continue
            rows.append((line, own or source, code or name, name or None, chunk.extras[index]))
    return rows
