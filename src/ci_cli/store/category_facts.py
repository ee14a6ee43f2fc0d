"""What ``procat explain`` needs to know of one category in two periods, added up in SQL."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from ci_cli.shapes.categories import CategoryTrade, Elsewhere
from ci_cli.store.sql import query


def trade(conn: sqlite3.Connection, parameters: Mapping[str, str | None]) -> list[CategoryTrade]:
    """Return what each customer bought of each product in both periods.

    Args:
        conn: the store.
        parameters: ``group`` (None: all of them), ``currency``, ``as_of``, ``before_first``,
            ``before_last``, ``now_first`` and ``now_last``; the last four are months.
    """
    rows = conn.execute(query("category_trade"), parameters)
    return [CategoryTrade._make(row) for row in map(tuple, rows)]


def earlier_buyers(conn: sqlite3.Connection, parameters: Mapping[str, str]) -> frozenset[int]:
    """Return who bought of the category before both periods."""
    return frozenset(int(row[0]) for row in conn.execute(query("category_buyers"), parameters))


def elsewhere(conn: sqlite3.Connection, parameters: Mapping[str, str]) -> list[Elsewhere]:
    """Return under which other categories its products are sold now."""
    rows = conn.execute(query("category_elsewhere"), parameters)
    return [Elsewhere._make(row) for row in map(tuple, rows)]


def sharing(conn: sqlite3.Connection) -> frozenset[str]:
    """Return the categories of which a product is also sold under another one."""
    rows = conn.execute(query("categories_sharing"))
    return frozenset(str(row[0]) for row in rows)


def names(conn: sqlite3.Connection, customers: list[int]) -> dict[int, str]:
    """Return what to call some customers."""
    found = {}
    for customer in customers:
        row = conn.execute("SELECT label FROM golden WHERE id = ?", (customer,)).fetchone()
        found[customer] = str(row[0]) if row is not None and row[0] is not None else ""
    return found
