"""The records behind the health of one customer, so that every point can be traced."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta

from ci_cli.shapes.health import HealthDetails, HealthOrder, HealthTalk
from ci_cli.store import health_facts, soft_facts
from ci_cli.store.sql import query


def details(
    conn: sqlite3.Connection, customer_id: int, *, as_of: date, currency: str, soft_days: int,
    usage_days: int, flagship: Sequence[str], metrics: Sequence[str], polarity: Mapping[str, float],
) -> HealthDetails:  # fmt: skip
    """Return all records that the health of a customer can rest on, the newest first."""
    items = health_facts.flagship_items(conn, flagship) if flagship else ()
    after = (as_of - timedelta(days=soft_days)).isoformat()
    soft = soft_facts.soft_facts(
        conn, after=after, as_of=as_of.isoformat(), polarity=polarity, customer_id=customer_id
    )
    usage = health_facts.usage(
        conn, as_of=as_of, days=usage_days, metrics=metrics, customer_id=customer_id
    )
    return HealthDetails(
        _orders(conn, customer_id, as_of.isoformat(), currency, frozenset(items)),
        _talks(conn, customer_id, as_of.isoformat()),
        soft[::-1],
        usage[::-1],
    )


def _orders(
    conn: sqlite3.Connection, customer_id: int, as_of: str, currency: str, flagship: Collection[int]
) -> list[HealthOrder]:
    parameters = {"customer_id": customer_id, "as_of": as_of, "currency": currency}
    lines: dict[int, list[sqlite3.Row]] = {}
    for row in conn.execute(query("health_orders"), parameters):
        lines.setdefault(int(row[0]), []).append(row)
    found = []
    for rows in lines.values():
        sold = [row for row in rows if row[3] == "sale" and row[4] > 0]
        found.append(
            HealthOrder(
                rows[0][1],
                rows[0][2],
                sum(row[4] for row in rows),
                bool(sold),
                frozenset(row[5] for row in sold if row[5]),
                any(row[6] in flagship for row in sold),
                rows[0][7],
                rows[0][8],
            )
        )
    return found


def _talks(conn: sqlite3.Connection, customer_id: int, as_of: str) -> list[HealthTalk]:
    rows = conn.execute(query("health_talks"), {"customer_id": customer_id, "as_of": as_of})
    return [HealthTalk(*row) for row in rows]
