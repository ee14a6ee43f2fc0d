"""What tag rules look at, customer by customer, so that no store is too large for memory.

Each query gives rows in the order of the customers' numbers; whoever asks merges them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator
from typing import Any

from ci_cli.store.customers import GOLDEN_FIELDS, LOUDEST
from ci_cli.store.kept import marks


def records(
    conn: sqlite3.Connection, fields: Collection[str], *, own: bool
) -> Iterator[tuple[Any, ...]]:
    """Yield (customer, the fields in their order, extra) of each record, the loudest first.

    Args:
        conn: the store.
        fields: names of golden fields.
        own: with the fields of the user's own; else ``extra`` is empty.
    """
    chosen = [name for name in fields if name in GOLDEN_FIELDS]
    extra = "v.extra" if own else "NULL"
    if not chosen and not own:
        query = "SELECT id, NULL FROM customer WHERE merged_into IS NULL ORDER BY id"
    else:
        columns = ", ".join(("v.customer_id", *(f"v.{name}" for name in chosen), extra))
        query = f"SELECT {columns} FROM voice AS v ORDER BY v.customer_id, {LOUDEST}"
    return _plain(conn, query, ())


def purchases(
    conn: sqlite3.Connection, *, currency: str, until: str
) -> Iterator[tuple[int, str, int, int]]:
    """Yield (customer, day, purchases, net revenue) of each day with any, in one currency."""
    if marks.current(conn):
        query = (
            "SELECT r.customer_id, d.day, sum(d.orders), sum(d.net) FROM purchase_day AS d"
            " JOIN record AS r ON r.id = d.record_id WHERE d.currency = ? AND d.day <= ?"
            " GROUP BY 1, 2 ORDER BY 1, 2"
        )
    else:
        query = (
            "SELECT customer_id, day, sum(bought), sum(net) FROM (SELECT r.customer_id, v.day,"
            " v.order_id, max(v.kind = 'sale' AND v.amount > 0) AS bought, sum(v.amount) AS net"
            " FROM revenue_line AS v JOIN record AS r ON r.id = v.record_id"
            " WHERE v.currency = ? AND v.day <= ? GROUP BY 1, 2, 3) GROUP BY 1, 2 ORDER BY 1, 2"
        )
    return _plain(conn, query, (currency, until))


def interactions(conn: sqlite3.Connection, *, until: str) -> Iterator[tuple[Any, ...]]:
    """Yield (customer, then the parts of ``tags.facts.Entry``) of all that took place.

    What is planned or cancelled did not take place; what was planned took place when it was
    closed.
    """
    # record first: its index gives the order of the customers, so nothing has to be sorted
    query = (
        "SELECT r.customer_id, i.record_id, iif(i.due IS NOT NULL AND i.kind NOT IN"
        " ('request', 'ticket', 'promise', 'note'), coalesce(i.closed, i.day), i.day) AS on_day,"
        " i.kind, i.outcome, i.direction, i.subject, i.text, i.topic, i.status, i.author,"
        " i.person, i.source, i.fact_key FROM record AS r CROSS JOIN interaction AS i"
        " ON i.record_id = r.id WHERE coalesce(i.outcome, '') NOT IN ('planned', 'cancelled')"
        " AND on_day <= ? ORDER BY r.customer_id"
    )
    return _plain(conn, query, (until,))


def _plain(conn: sqlite3.Connection, query: str, parameters: tuple[object, ...]) -> Iterator[Any]:
    cursor = conn.cursor()
    cursor.row_factory = None
    yield from cursor.execute(query, parameters)
