"""How many people know an account: contacts there, authors here, entries with words."""

from __future__ import annotations

import sqlite3


def counts(conn: sqlite3.Connection) -> dict[int, tuple[int, int, int]]:
    """Return by customer: contacts who have not left, authors, entries that have a text."""
    found: dict[int, tuple[int, int, int]] = {}
    people = conn.execute(
        "SELECT r.customer_id, count(DISTINCT coalesce(name_key(p.name), p.contact_key))"
        " FROM contact AS p JOIN record AS r ON r.id = p.record_id WHERE p.left_at IS NULL"
        " GROUP BY 1"
    )
    for customer, number in people:
        found[customer] = (number, 0, 0)
    entries = conn.execute(
        "SELECT r.customer_id, count(DISTINCT lower(i.author)),"
        " count(coalesce(i.text, i.subject)) FROM interaction AS i"
        " JOIN record AS r ON r.id = i.record_id GROUP BY 1"
    )
    for customer, authors, written in entries:
        found[customer] = (found.get(customer, (0, 0, 0))[0], authors, written)
    return found
