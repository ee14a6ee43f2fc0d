"""How customers come back and what they buy, added up in SQL (``facts/*.sql``)."""

from __future__ import annotations

import sqlite3

from ci_cli.shapes.activity import CategorySpend, CustomerDay, FirstSale
from ci_cli.store.kept import answers, marks
from ci_cli.store.sql import query


def purchase_days(
    conn: sqlite3.Connection, *, as_of: str, currency: str
) -> list[tuple[int, str]]:  # fmt: skip
    """Return each day on which each customer bought, by customer and day."""
    return answers.rows(conn, _days(conn), {"as_of": as_of, "currency": currency})


def customer_days(
    conn: sqlite3.Connection, customer: int, *, as_of: str, currency: str
) -> list[CustomerDay]:
    """Return what one customer did on each day, oldest first."""
    parameters = {"customer": customer, "as_of": as_of, "currency": currency}
    return list(map(CustomerDay._make, answers.rows(conn, "customer_days", parameters)))


def first_sales(conn: sqlite3.Connection, *, as_of: str, currency: str) -> list[FirstSale]:
    """Return how many customers began with which category and came back after how many days."""
    text = query("first_sales").format(days=query(_days(conn)))
    cursor = conn.execute(text, {"as_of": as_of, "currency": currency})
    return [FirstSale._make(tuple(row)) for row in cursor]


def category_spend(
    conn: sqlite3.Connection, *, as_of: str, start: str, currency: str
) -> list[CategorySpend]:
    """Return what each customer spent on each category.

    Args:
        conn: the store.
        as_of: last day that counts.
        start: the day before the window; "" for all history.
        currency: the only currency that is counted.
    """
    parameters = {"as_of": as_of, "start": start, "currency": currency}
    return list(map(CategorySpend._make, answers.rows(conn, "category_spend", parameters)))


def _days(conn: sqlite3.Connection) -> str:
    return "kept_purchase_days" if marks.current(conn) else "purchase_days"
