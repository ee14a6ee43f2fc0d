"""Every field that the store keeps of customers: how full it is, when it last changed or left.

A field is a column of a table of customer data, or a column of somebody's file that has no place of
its own and stands in ``extra``. Reads are not recorded: a report takes no lock and leaves nothing
behind. What the store does know is when a value last came or changed, and when the field was last
exported, which is journalled; which reports use a field is measured by a test and shipped as data.
"""

from __future__ import annotations

import json
import sqlite3
from typing import NamedTuple

from ci_cli.store.exports import HEADERS

# family -> its tables
FAMILIES = {
    "basic": ("record", "contact"),
    "trade": ("category", "product", "item", "sales_order", "order_line"),
    "interaction": ("interaction", "contract", "opportunity", "usage", "action"),
    "behaviour": ("behaviour_type", "behaviour"),
    "feedback": ("feedback", "insight", "survey", "invitation", "coding"),
    "reference": (
        "reference_step",
        "reference_request",
        "reference_attempt",
        "reference_use",
        "quote",
        "quote_use",
        "recognition",
    ),
}
# what the header of an exported column stands for, beside those of the golden fields
_EXPORTED = {
    "customers": {
        "ci_source": "record.source", "customer id": "record.source_key",
        **{header: f"record.{field}" for field, header in HEADERS.items()},
    },
    "contacts": {
        "ci_source": "record.source", "customer id": "record.source_key",
        "customer name": "record.name", "contact name": "contact.name",
        "job title": "contact.title", "phone": "contact.phone", "email": "contact.email",
    },
    "orders": {
        "ci_source": "sales_order.source", "order id": "sales_order.order_key",
        "order date": "sales_order.date", "customer id": "record.source_key",
        "customer name": "record.name", "order status": "sales_order.status",
        "currency": "sales_order.currency", "order total": "sales_order.total",
        "salesperson": "sales_order.owner", "line number": "order_line.line_key",
        "product code": "item.product_key", "product name": "item.name",
        "category": "item.category", "quantity": "order_line.quantity",
        "unit price": "order_line.unit_price", "discount amount": "order_line.discount",
        "cost": "order_line.cost", "amount": "order_line.amount", "region": "sales_order.region",
        "country": "sales_order.country", "ci_line_kind": "order_line.kind",
        "ci_order_kind": "sales_order.kind", "ci_order_state": "sales_order.state",
        "ci_from_import": "order_line.file_id", "ci_from_file": "order_line.file_id",
        "ci_from_line": "order_line.line",
    },
    "products": {
        "ci_source": "product.source", "product code": "product.product_key",
        "product name": "product.name", "category id": "product.category_key",
        "category": "product.category", "unit price": "product.unit_price",
    },
    "categories": {
        "ci_source": "category.source", "category id": "category.category_key",
        "category name": "category.name",
    },
    "crosswalk": {
        "ci_source": "record.source", "key_kind": "record.key_kind",
        "source_key": "record.source_key", "ci_id": "record.customer_id",
    },
}  # fmt: skip


class StoredField(NamedTuple):
    """One field of one table; ``is_own`` stands in ``extra``. Days are ISO, None: never."""

    family: str
    table: str
    column: str
    is_own: bool
    rows: int
    filled: int
    changed: str | None  # a value came or changed
    exported: str | None

    @property
    def name(self) -> str:
        """``record.owner``."""
        return f"{self.table}.{self.column}"


def fields(conn: sqlite3.Connection) -> list[StoredField]:
    """Return every field, by family and table, the columns in their order, own fields last."""
    left = _exports(conn)
    found = []
    for family, tables in FAMILIES.items():
        for table in tables:
            found += _columns(conn, family, table, left)
            found += _own(conn, family, table, left)
    return found


def _exports(conn: sqlite3.Connection) -> dict[str, str]:
    """Return the day on which each field was last exported; own fields by their header alone."""
    found: dict[str, str] = {}
    for at, what, headers in conn.execute("SELECT at, what, fields FROM export_log ORDER BY id"):
        known = _EXPORTED.get(what)
        for header in (headers or "").split(",") if known is not None else ():
            found[known.get(header, header) if known else header] = at[:10]
    return found


def _columns(
    conn: sqlite3.Connection, family: str, table: str, left: dict[str, str]
) -> list[StoredField]:
    names = [str(row[1]) for row in conn.execute(f'PRAGMA table_info("{table}")')]
    dated = "file_id" in names
    at = "b.at" if dated else "NULL"
    joined = (
        " LEFT JOIN batch_file AS f ON f.id = t.file_id LEFT JOIN batch AS b ON b.id = f.batch_id"
        if dated
        else ""
    )
    sums = ", ".join(
        f"count(nullif(t.\"{name}\", '')), max(iif(nullif(t.\"{name}\", '') IS NULL, NULL, {at}))"
        for name in names
    )
    rows, *told = conn.execute(f'SELECT count(*), {sums} FROM "{table}" AS t{joined}').fetchone()
    later = ", ".join(
        f"max(iif(json_extract(c.before, '$.{name}') IS NOT t.\"{name}\", b.at, NULL))"
        for name in names
    )
    changed = conn.execute(
        f'SELECT {later} FROM change AS c JOIN "{table}" AS t ON t.id = c.row_id'
        " JOIN batch AS b ON b.id = c.batch_id WHERE c.table_name = ?",
        (table,),
    ).fetchone()
    return [
        StoredField(
            family, table, name, False, rows, told[2 * place],
            _day(told[2 * place + 1], changed[place]), left.get(f"{table}.{name}"),
        )
        for place, name in enumerate(names)
    ]  # fmt: skip


def _own(
    conn: sqlite3.Connection, family: str, table: str, left: dict[str, str]
) -> list[StoredField]:
    columns = {str(row[1]) for row in conn.execute(f'PRAGMA table_info("{table}")')}
    if "extra" not in columns:
        return []
    rows = conn.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]
    filled: dict[str, tuple[int, str | None]] = {
        row[0]: (row[1], row[2])
        for row in conn.execute(
            f"SELECT e.key, count(nullif(e.value, '')), max(b.at) FROM \"{table}\" AS t"
            " JOIN json_each(t.extra) AS e LEFT JOIN batch_file AS f ON f.id = t.file_id"
            " LEFT JOIN batch AS b ON b.id = f.batch_id WHERE t.extra IS NOT NULL GROUP BY 1"
        )
    }
    changed: dict[str, str] = {}
    for at, before, now in conn.execute(
        f"SELECT b.at, json_extract(c.before, '$.extra'), t.extra FROM change AS c"
        f' JOIN "{table}" AS t ON t.id = c.row_id JOIN batch AS b ON b.id = c.batch_id'
        " WHERE c.table_name = ? AND json_extract(c.before, '$.extra') IS NOT t.extra"
        " ORDER BY c.id",
        (table,),
    ):
        was, is_now = json.loads(before or "{}"), json.loads(now or "{}")
        for key in was.keys() | is_now.keys():
            if was.get(key) != is_now.get(key):
                changed[key] = max(at, changed.get(key, at))
    return [
        StoredField(
            family, table, key, True, rows, number, _day(at, changed.get(key)),
            left.get(key) if table == "record" else None,
        )
        for key, (number, at) in sorted(filled.items())
    ]  # fmt: skip


def _day(*times: str | None) -> str | None:
    told = [time[:10] for time in times if time]
    return max(told, default=None)
