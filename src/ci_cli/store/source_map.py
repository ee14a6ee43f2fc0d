"""Which source gave what: rows, money, fields and customers of each, and of one customer.

A row belongs to the source that it names. A contact belongs to the source of its record, an order
line to that of its order, a tag to that of the entry that shows it; what has no source of its own
was typed in.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

from ci_cli.shapes.sources import Earned, Filled, Given, Known
from ci_cli.store.customers import GOLDEN_FIELDS
from ci_cli.store.narrowed import SOURCE
from ci_cli.store.writes.mentions import FACTS
from ci_cli.store.writes.typed import TYPED


class Kind(NamedTuple):
    """One kind of row; ``rows`` is SQL for source, record_id, file_id and day."""

    what: str  # as ``statistics`` calls it, where it counts the same rows
    family: str
    rows: str


_DAYS = {fact.table: fact.day for fact in FACTS}
_TYPED_IN = (
    "coalesce((SELECT b.source FROM batch_file AS f JOIN batch AS b ON b.id = f.batch_id"
    f" WHERE f.id = x.file_id), '{TYPED}')"
)
_REFERENCES = (
    "reference_step", "reference_request", "reference_attempt", "reference_use", "quote",
    "recognition",
)  # fmt: skip


def _rows(table: str, source: str = "x.source", record: str = "x.record_id") -> str:
    day = _DAYS.get(table, "NULL")
    return f"SELECT {source} AS source, {record} AS record_id, x.file_id, {day} AS day" + (
        f" FROM {table} AS x"
    )


KINDS = (
    Kind("records", "basic", _rows("record", record="x.id")),
    Kind("contacts", "basic",
         "SELECT r.source, x.record_id, x.file_id, NULL AS day FROM contact AS x"
         " JOIN record AS r ON r.id = x.record_id"),
    Kind("orders", "interaction",
         "SELECT x.source, x.record_id, x.file_id, x.date AS day FROM sales_order AS x"),
    Kind("order_lines", "interaction",
         "SELECT o.source, o.record_id, x.file_id, o.date AS day FROM order_line AS x"
         " JOIN sales_order AS o ON o.id = x.order_id"),
    Kind("entries", "interaction", _rows("interaction")),
    Kind("contracts", "interaction", _rows("contract")),
    Kind("opportunities", "interaction", _rows("opportunity")),
    Kind("products", "interaction", _rows("product", record="NULL")),
    Kind("categories", "interaction", _rows("category", record="NULL")),
    Kind("evidence_for_tags", "behaviour",
         f"SELECT {SOURCE['behaviour']} AS source, x.record_id,"
         " x.file_id, t.day FROM tag_event AS t JOIN behaviour AS x ON x.id = t.id"),
    Kind("usage_figures", "behaviour", _rows("usage")),
    Kind("feedback", "feedback", _rows("feedback")),
    Kind("learnt", "feedback", _rows("insight")),
    Kind("invitations", "feedback", _rows("invitation", _TYPED_IN)),
    Kind("references", "reference",
         " UNION ALL ".join(_rows(table, _TYPED_IN) for table in _REFERENCES)),
)  # fmt: skip
# A line says nothing of customers that its order does not say; who was asked has said nothing yet.
_SILENT = ("order_lines", "products", "categories", "invitations")
_OF_CUSTOMERS = tuple(kind for kind in KINDS if kind.what not in _SILENT)
_SAID = (
    "SELECT DISTINCT t.source, r.customer_id FROM ("
    + " UNION ".join(
        f"SELECT source, record_id FROM ({kind.rows}) WHERE record_id IS NOT NULL"
        for kind in _OF_CUSTOMERS
    )
    + ") AS t JOIN record AS r ON r.id = t.record_id"
)


def names(conn: sqlite3.Connection) -> list[str]:
    """Return the names of all sources, in their order."""
    spoken = " UNION ".join(f"SELECT source FROM ({kind.rows})" for kind in KINDS)
    return [
        str(row[0]) for row in conn.execute(f"SELECT name FROM source UNION {spoken} ORDER BY 1")
    ]


def given(conn: sqlite3.Connection, customer_id: int | None = None) -> list[Given]:
    """Return the rows of each source, of everybody or of one customer, by kind and source."""
    return [
        Given(row[0], kind.what, kind.family, *row[1:4])
        for kind in KINDS
        for row in conn.execute(
            f"SELECT source, count(*), min(day), max(day) FROM ({kind.rows})"
            f" {_of_one(customer_id)} GROUP BY source ORDER BY source"
        )
    ]


def earned(conn: sqlite3.Connection, customer_id: int | None = None) -> list[Earned]:
    """Return revenue by source and currency ; void and undated orders stand outside."""
    return [
        Earned(*row)
        for row in conn.execute(
            "SELECT o.source, v.currency, count(DISTINCT v.order_id), sum(v.amount)"
            " FROM revenue_line AS v JOIN sales_order AS o ON o.id = v.order_id"
            f" {_of_one(customer_id, 'o.record_id')} GROUP BY 1, 2 ORDER BY 1, 2"
        )
    ]


def known(conn: sqlite3.Connection) -> list[Known]:
    """Return every source with its customers and its imports, the most customers first.

    An import counts while rows stand that it brought or was the last to change.
    """
    heard = {
        row[0]: (int(row[1]), int(row[2]))
        for row in conn.execute(
            f"WITH said AS ({_SAID}) SELECT s.source, count(*), sum(a.sources = 1)"
            " FROM said AS s JOIN (SELECT customer_id, count(*) AS sources FROM said"
            " GROUP BY customer_id) AS a ON a.customer_id = s.customer_id GROUP BY s.source"
        )
    }
    files = " UNION ALL ".join(
        f"SELECT source, min(file_id) AS a, max(file_id) AS z FROM ({kind.rows}) GROUP BY source"
        for kind in KINDS
    )
    imports = {
        row[0]: (row[1], row[2])
        for row in conn.execute(
            f"SELECT s.source, min(substr(b.at, 1, 10)), max(substr(b.at, 1, 10)) FROM ({files})"
            " AS s JOIN batch_file AS f ON f.id IN (s.a, s.z)"
            " JOIN batch AS b ON b.id = f.batch_id GROUP BY s.source"
        )
    }
    found = [
        Known(name, *heard.get(name, (0, 0)), *imports.get(name, (None, None)))
        for name in names(conn)
    ]
    return sorted(found, key=lambda one: (-one.customers, one.source))


def customers_of(conn: sqlite3.Connection, sources: Sequence[str]) -> set[int]:
    """Return the customers that any of these sources speaks of."""
    found = conn.execute(
        f"SELECT DISTINCT customer_id FROM ({_SAID}) WHERE source IN (SELECT value FROM"
        " json_each(?))",
        (json.dumps(list(sources)),),
    )
    return {int(row[0]) for row in found}


def filled(conn: sqlite3.Connection) -> list[Filled]:
    """Return each field that a source fills, own fields last, with the customers it does so for."""
    counts = ", ".join(
        f"count(DISTINCT iif(nullif({name}, '') IS NULL, NULL, customer_id))"
        for name in GOLDEN_FIELDS
    )
    found = [
        Filled(source, name, number)
        for source, *numbers in conn.execute(
            f"SELECT source, {counts} FROM record GROUP BY source ORDER BY source"
        )
        for name, number in zip(GOLDEN_FIELDS, numbers, strict=True)
        if number
    ]
    own = [
        Filled(*row)
        for row in conn.execute(
            "SELECT r.source, e.key, count(DISTINCT r.customer_id) FROM record AS r,"
            " json_each(r.extra) AS e WHERE r.extra IS NOT NULL AND nullif(e.value, '') IS NOT NULL"
            " GROUP BY 1, 2 ORDER BY 1, 2"
        )
    ]
    return sorted(found + own, key=lambda one: one.source)  # stable: fields keep their order


def _of_one(customer_id: int | None, record: str = "record_id") -> str:
    if customer_id is None:
        return ""
    return f"WHERE {record} IN (SELECT id FROM record WHERE customer_id = {int(customer_id)})"
