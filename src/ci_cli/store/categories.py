"""A person's rules on product categories, and what they lead to."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable


def change(
    conn: sqlite3.Connection, rules: Iterable[tuple[str, str, str]], remove: Iterable[str]
) -> None:
    """Add rules (match, value, category), the last word on a value counting, and remove others."""
    conn.executemany("DELETE FROM category_rule WHERE value = ?", [(value,) for value in remove])
    conn.executemany(
        "INSERT INTO category_rule (match, value, category) VALUES (?, ?, ?)"
        " ON CONFLICT (match, value) DO UPDATE SET category = excluded.category",
        rules,
    )


def rules(conn: sqlite3.Connection) -> list[sqlite3.Row]:
    """Return the rules."""
    return conn.execute(
        "SELECT match, value, category FROM category_rule ORDER BY match, value"
    ).fetchall()


def listing(conn: sqlite3.Connection) -> list[sqlite3.Row]:
    """Return every category with its products and order lines; '' has none."""
    return conn.execute(
        "SELECT k.category, count(DISTINCT k.product) AS products, sum(n.lines) AS lines"
        " FROM item_category AS k JOIN (SELECT item_id, count(*) AS lines FROM order_line"
        " GROUP BY item_id) AS n ON n.item_id = k.item_id"
        " GROUP BY k.category ORDER BY k.category = '', k.category"
    ).fetchall()
