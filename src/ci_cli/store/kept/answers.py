"""What the kept figures answer; the same as the queries over all lines, which the tests hold."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Any

from ci_cli.store.sql import query

KEPT_GROUPS = ("category", "product", "customer", "total")  # what month cells are kept by
Row = tuple[Any, ...]


def rows(conn: sqlite3.Connection, name: str, parameters: Mapping[str, Any]) -> list[Row]:
    """Return what a query gives, as plain tuples."""
    cursor = conn.cursor()
    cursor.row_factory = None
    return cursor.execute(query(name), parameters).fetchall()


def purchases(conn: sqlite3.Connection, parameters: Mapping[str, Any]) -> list[Row]:
    """Return the rows of ``customer_purchases``."""
    found = rows(conn, "kept_purchases", parameters)
    joined = rows(conn, "kept_purchases_joined", parameters)
    return sorted(found + joined, key=lambda row: (-row[9], row[0])) if joined else found


def month_cells(conn: sqlite3.Connection, by: str, parameters: Mapping[str, Any]) -> list[Row]:
    """Return the rows of ``month_cells`` for ``by`` in ``KEPT_GROUPS``.

    Months are kept whole: the month of an as-of day with orders after it must not be asked for.
    """
    if by == "customer":
        return rows(conn, "kept_customer_cells", parameters)
    return rows(conn, "kept_month_cells", {**parameters, "dimension": by})


def cut_month(conn: sqlite3.Connection, as_of: str, currency: str) -> str | None:
    """Return the month of ``as_of`` where it has orders after that day, else None."""
    month = as_of[:7]
    found = conn.execute(
        "SELECT 1 FROM order_day WHERE day > ? AND day <= ? AND currency = ? AND counted > 0"
        " LIMIT 1",
        (as_of, f"{month}-31", currency),
    ).fetchone()
    return None if found is None else month
