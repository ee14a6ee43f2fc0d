"""Read what was done with customers, and what they asked for, by day."""

from __future__ import annotations

import sqlite3

from ci_cli.shapes.views import Asked, Done
from ci_cli.store.talks import OPEN

FOLLOW_UP = "followup"  # no kind of entry: a contact that we made after an earlier one


def done(conn: sqlite3.Connection, kind: str, *, first: str, last: str) -> list[Done]:
    """Return all of one kind from a day to a day, the oldest first.

    Args:
        conn: the store.
        kind: a kind of entry: entries of that kind that were not cancelled, and requests with it as
            their topic; or ``followup``: contacts that came about and did not come from them, after
            an earlier day on which anything was said or asked.
        first: first day.
        last: last day.
    """
    if kind == FOLLOW_UP:
        query = (
            "SELECT customer, day, author FROM (SELECT r.customer_id AS customer, t.day, t.author,"
            " t.id, t.reached AND t.kind NOT IN ('request', 'ticket')"
            " AND coalesce(t.direction, 'out') <> 'in' AS ours,"
            " min(t.day) OVER (PARTITION BY r.customer_id) AS begun"
            " FROM touch AS t JOIN record AS r ON r.id = t.record_id WHERE t.day <= :last)"
            " WHERE ours AND day > begun AND day >= :first ORDER BY day, id"
        )
    else:
        query = (
            "SELECT r.customer_id, t.day, t.author FROM touch AS t"
            " JOIN record AS r ON r.id = t.record_id JOIN interaction AS i ON i.id = t.id"
            " WHERE t.day BETWEEN :first AND :last AND coalesce(t.outcome, '') <> 'cancelled'"
            " AND (t.kind = :kind OR (t.kind IN ('request', 'ticket')"
            " AND i.topic = :kind COLLATE NOCASE)) ORDER BY t.day, t.id"
        )
    rows = conn.execute(query, {"kind": kind, "first": first, "last": last})
    return [Done(*row) for row in rows]


def asked(conn: sqlite3.Connection, *, first: str, today: str) -> list[Asked]:
    """Return requests and tickets from ``first`` up to ``today``, the oldest first."""
    rows = conn.execute(
        "SELECT coalesce(nullif(lower(trim(i.topic)), ''), i.kind), i.day,"
        " iif(i.closed <= :today, i.closed, NULL),"
        f" i.closed IS NULL AND NOT {OPEN} FROM interaction AS i"
        " WHERE i.kind IN ('request', 'ticket') AND i.day BETWEEN :first AND :today"
        " AND coalesce(i.outcome, '') <> 'cancelled' ORDER BY i.day, i.id",
        {"first": first, "today": today},
    )
    return [Asked(sort, day, closed, bool(ended)) for sort, day, closed, ended in rows]
