"""What tag rules look at, customer by customer, so that no store is too large for memory.

Each query gives rows in the order of the customers' numbers; whoever asks merges them.
"""

from __future__ import annotations

import json
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


def segments(conn: sqlite3.Connection, *, until: str) -> Iterator[tuple[int, str]]:
    """Yield (customer, segment) of the last saved run of rfm that speaks for a day up to ``until``.

    Where customers were merged since, the one with more money speaks.
    """
    query = (
        "SELECT k.customer_id, s.segment FROM saved_rfm AS s JOIN record AS k"
        " ON k.id = s.customer_id WHERE s.segment IS NOT NULL AND s.run_id = (SELECT u.id"
        " FROM saved_run AS u WHERE u.kind = 'rfm' AND u.as_of <= ? ORDER BY u.as_of DESC,"
        " u.id DESC LIMIT 1) ORDER BY k.customer_id, s.monetary DESC, s.customer_id"
    )
    return _plain(conn, query, (until,))


def contracts(
    conn: sqlite3.Connection, *, until: str
) -> Iterator[tuple[int, str | None, str | None]]:
    """Yield (customer, first day, last day) of the contracts that were known of on a day."""
    query = (
        "SELECT r.customer_id, x.starts, x.ends FROM contract AS x JOIN record AS r"
        " ON r.id = x.record_id WHERE coalesce(x.signed, x.starts, '') <= ?"
        " ORDER BY r.customer_id, x.ends, x.id"
    )
    return _plain(conn, query, (until,))


def usage(
    conn: sqlite3.Connection, metrics: Collection[str], *, until: str
) -> Iterator[tuple[int, str, str, str, float]]:
    """Yield (customer, metric, grain, last day, figure) of series, for periods that are over."""
    query = (
        "SELECT * FROM (SELECT r.customer_id AS customer, x.metric, x.grain, CASE x.grain"
        " WHEN 'day' THEN x.period WHEN 'week' THEN date(x.period, '+6 days')"
        " WHEN 'month' THEN date(x.period, '+1 month', '-1 day')"
        " WHEN 'quarter' THEN date(x.period, '+3 months', '-1 day')"
        " ELSE date(x.period, '+1 year', '-1 day') END AS ended, x.value / 1000000.0"
        " FROM usage AS x JOIN record AS r ON r.id = x.record_id WHERE x.value IS NOT NULL"
        " AND lower(x.metric) IN (SELECT value FROM json_each(?)) ORDER BY 1, x.period, x.id)"
        " WHERE ended <= ? ORDER BY customer, ended"
    )
    return _plain(conn, query, (json.dumps([name.lower() for name in metrics]), until))


def _plain(conn: sqlite3.Connection, query: str, parameters: tuple[object, ...]) -> Iterator[Any]:
    cursor = conn.cursor()
    cursor.row_factory = None
    yield from cursor.execute(query, parameters)
