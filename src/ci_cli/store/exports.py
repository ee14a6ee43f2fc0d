"""Rows for export: what the store knows, in columns that ``import`` recognises again.

``ci_source`` and the source's own id identify a row, so an exported file that is imported again
finds the very records and orders that it came from; ``ci_id`` is the customer for people.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Collection, Iterator
from typing import Any

from ci_cli.errors import CiError, ExitCode
from ci_cli.report import Column
from ci_cli.store.customers import GOLDEN_FIELDS, LOUDEST, own_fields
from ci_cli.text import msg

# field of the record -> header that the importer maps back to the same field
HEADERS = {
    "name": "customer name", "short_name": "short name", "tax_id": "tax id",
    "industry": "industry", "country": "country", "region": "region", "city": "city",
    "address": "address", "postcode": "postcode", "tier": "tier", "status": "customer status",
    "owner": "owner", "channel": "lead source", "since": "customer since", "parent": "parent",
    "phone": "phone", "email": "email",
}  # fmt: skip

_QUERIES = {
    "customers": (
        [("ci_id", "id"), ("ci_source", "text"), ("customer id", "id"),
         *((HEADERS[name], "text") for name in GOLDEN_FIELDS)],
        "SELECT 'C' || g.id, r.source, iif(r.key_kind = 'id', r.source_key, NULL), "
        + ", ".join(f"g.{name}" for name in GOLDEN_FIELDS)
        + ", (SELECT json_group_array(json(x.extra)) FROM (SELECT v.extra FROM voice AS v"
        f" WHERE v.customer_id = g.id AND v.extra IS NOT NULL ORDER BY {LOUDEST}) AS x)"
        " FROM golden AS g JOIN record AS r ON r.id = g.id ORDER BY g.id",
    ),
    "contacts": (
        [("ci_id", "id"), ("ci_source", "text"), ("customer id", "id"), ("customer name", "text"),
         ("contact name", "text"), ("job title", "text"), ("phone", "text"), ("email", "text")],
        "SELECT 'C' || r.customer_id, r.source, iif(r.key_kind = 'id', r.source_key, NULL),"
        " r.name, p.name, p.title, p.phone, p.email,"
        " iif(p.extra IS NULL, '[]', json_array(json(p.extra))) FROM contact AS p"
        " JOIN record AS r ON r.id = p.record_id ORDER BY p.id",
    ),
    "orders": (
        [("ci_id", "id"), ("ci_source", "text"), ("order id", "id"), ("order date", "date"),
         ("customer id", "id"), ("customer name", "text"), ("order status", "text"),
         ("currency", "text"), ("order total", "money"), ("salesperson", "text"),
         ("line number", "int"), ("product code", "id"), ("product name", "text"),
         ("category", "text"),
         ("quantity", "quantity"), ("unit price", "money"), ("discount amount", "money"),
         ("cost", "money"), ("amount", "money"), ("region", "text"), ("country", "text"),
         ("ci_line_kind", "state"), ("ci_order_kind", "state"), ("ci_order_state", "state"),
         ("ci_from_import", "int"),
         ("ci_from_file", "text"), ("ci_from_line", "int")],
        "SELECT 'C' || r.customer_id, o.source, o.order_key, o.date,"
        " iif(r.key_kind = 'id', r.source_key, NULL), r.name, o.status,"
        " coalesce(o.currency, (SELECT value FROM meta WHERE key = 'currency')), o.total,"
        " o.owner, iif(l.occurrence = 0, l.line_key, NULL), i.product_key, i.name, i.category,"
        " l.quantity, l.unit_price, l.discount, l.cost, l.amount, o.region, o.country, l.kind,"
        " o.kind, o.state, f.batch_id, f.file,"
        " coalesce(l.line, o.line)"
        " FROM sales_order AS o LEFT JOIN order_line AS l ON l.order_id = o.id"
        " LEFT JOIN item AS i ON i.id = l.item_id LEFT JOIN record AS r ON r.id = o.record_id"
        " LEFT JOIN batch_file AS f ON f.id = coalesce(l.file_id, o.file_id)"
        # an order that no file has described yet has no date and could not come in again
        " WHERE o.date IS NOT NULL ORDER BY o.date, o.source, o.order_key, l.id",
    ),
    "products": (
        [("ci_source", "text"), ("product code", "id"), ("product name", "text"),
         ("category id", "id"), ("category", "text"), ("unit price", "money")],
        "SELECT source, product_key, name, category_key, category, unit_price FROM product"
        " ORDER BY id",
    ),
    "categories": (
        [("ci_source", "text"), ("category id", "id"), ("category name", "text")],
        "SELECT source, category_key, name FROM category ORDER BY id",
    ),
    "crosswalk": (
        [("ci_source", "text"), ("key_kind", "state"), ("source_key", "id"), ("ci_id", "id")],
        "SELECT source, key_kind, source_key, 'C' || customer_id FROM record ORDER BY id",
    ),
}  # fmt: skip


def rows(
    conn: sqlite3.Connection,
    what: str,
    wanted: list[str] | None = None,
    customers: Collection[int] | None = None,
    *,
    sources: Collection[str] | None = None,
) -> tuple[list[Column], Iterator[tuple[Any, ...]]]:
    """Return columns and rows of one export; rows are read as they are taken.

    Args:
        conn: the store, inside a read transaction.
        what: a key of ``_QUERIES``.
        wanted: keys of the columns to keep, in this order; all by default.
        customers: only rows of these; all by default.
        sources: only rows that these gave; all by default.

    Raises:
        CiError: a wanted column does not exist; the known ones are listed.
    """
    described, query = _QUERIES[what]
    columns = [Column(key, key, kind) for key, kind in described]  # type: ignore[arg-type]
    found = _rows(conn.execute(query))
    if customers is not None:
        place = [column.key for column in columns].index("ci_id")
        codes = {f"C{number}" for number in customers}
        found = (row for row in found if row[place] in codes)
    if sources is not None:
        at = [column.key for column in columns].index("ci_source")
        told = frozenset(sources)
        found = (row for row in found if row[at] in told)
    if what in _NAMES:
        own = [name for name in _NAMES[what](conn) if name not in {one.key for one in columns}]
        columns += [Column(name, name) for name in own]
        found = _spread(found, own)
    if wanted is None:
        return columns, found
    keys = [column.key for column in columns]
    unknown = [name for name in wanted if name not in keys]
    if unknown:
        raise CiError(
            "column-unknown",
            msg("There is no column {name}.", name=unknown[0]),
            hint=msg("The columns are: {known}.", known=", ".join(keys)),
            exit_code=ExitCode.DECIDE,
        )
    positions = [keys.index(name) for name in wanted]
    return [columns[p] for p in positions], (tuple(row[p] for p in positions) for row in found)


def _rows(cursor: sqlite3.Cursor) -> Iterator[tuple[Any, ...]]:
    for row in cursor:
        yield tuple(row)


def _names_of_contacts(conn: sqlite3.Connection) -> list[str]:
    """Return the columns that lists of people have of their own; their firm has one of ours."""
    keys = "SELECT DISTINCT e.key FROM contact AS p JOIN json_each(p.extra) AS e ORDER BY 1"
    return [row[0] for row in conn.execute(keys) if row[0] != "company"]


# what has columns of files, and fields of users, that no field of ours took
_NAMES: dict[str, Callable[[sqlite3.Connection], list[str]]] = {
    "customers": own_fields,
    "contacts": _names_of_contacts,
}


def _spread(rows: Iterator[tuple[Any, ...]], own: list[str]) -> Iterator[tuple[Any, ...]]:
    """Turn the last cell (JSON of the records, the loudest first) into one cell per ``own``."""
    for *cells, extras in rows:
        told: dict[str, Any] = {}
        for extra in reversed(json.loads(extras)):
            told |= extra
        yield (*cells, *(told.get(name) for name in own))
