"""Aggregates for reports: every query is a portable ``.sql`` file beside this module."""

from __future__ import annotations

import sqlite3
from functools import cache
from importlib import resources

from ci_cli.shapes import CustomerPurchases, LineDetail, MonthCell, Unassigned

# what revenue can be grouped by: the SQL of the group's key and the joins that it needs
_ITEMS = "LEFT JOIN kinds AS k ON k.item_id = v.item_id"
_ORDERS = "JOIN sales_order AS o ON o.id = v.order_id"
_GOLDEN = "LEFT JOIN people AS g ON g.id = r.customer_id"
GROUPS: dict[str, tuple[str, str]] = {
    "category": ("COALESCE(k.category, '')", _ITEMS),
    "product": ("COALESCE(k.product, '')", _ITEMS),
    "customer": ("COALESCE('C' || r.customer_id, '')", ""),
    "region": (
        "COALESCE(o.region, g.region, o.country, g.country, '')",
        f"{_ORDERS} {_GOLDEN}",
    ),
    "country": ("COALESCE(o.country, g.country, '')", f"{_ORDERS} {_GOLDEN}"),
    "owner": ("COALESCE(o.owner, g.owner, '')", f"{_ORDERS} {_GOLDEN}"),
}


@cache
def query(name: str) -> str:
    """Return the text of ``facts/NAME.sql``."""
    return resources.files(__package__).joinpath(f"facts/{name}.sql").read_text(encoding="utf-8")


def currencies(conn: sqlite3.Connection) -> list[str]:
    """Return the currencies of all orders, the one with the most orders first."""
    rows = conn.execute(
        "SELECT coalesce(currency, (SELECT value FROM meta WHERE key = 'currency'))"
        " FROM sales_order GROUP BY 1 ORDER BY count(*) DESC, 1"
    )
    return [str(row[0]) for row in rows]


def last_order_day(conn: sqlite3.Connection, today: str) -> str | None:
    """Return the latest day with revenue that is not in the future, None in an empty store."""
    row = conn.execute(
        "SELECT max(date) FROM sales_order WHERE state = 'counted' AND date <= ?", (today,)
    ).fetchone()
    return None if row[0] is None else str(row[0])


def customer_purchases(
    conn: sqlite3.Connection, *, as_of: str, start: str, currency: str
) -> list[CustomerPurchases]:
    """Return one row per customer with revenue up to ``as_of``, by id.

    Args:
        conn: the store.
        as_of: last day that counts.
        start: the day before the window; "" for all history.
        currency: the only currency that is counted.
    """
    cursor = conn.execute(
        query("customer_purchases"), {"as_of": as_of, "start": start, "currency": currency}
    )
    return [CustomerPurchases(*row) for row in cursor]


def unassigned(conn: sqlite3.Connection, *, as_of: str, start: str, currency: str) -> Unassigned:
    """Return what order lines without a customer amount to."""
    row = conn.execute(
        "SELECT count(*), coalesce(sum(amount), 0) FROM revenue_line"
        " WHERE record_id IS NULL AND currency = ? AND day <= ? AND day > ?",
        (currency, as_of, start),
    ).fetchone()
    return Unassigned(row[0], row[1])


def undated_lines(conn: sqlite3.Connection) -> Unassigned:
    """Return what lines amount to whose order has no date yet: they wait outside all reports."""
    row = conn.execute(
        "SELECT count(*), coalesce(sum(l.amount), 0) FROM order_line AS l"
        " JOIN sales_order AS o ON o.id = l.order_id WHERE o.date IS NULL"
    ).fetchone()
    return Unassigned(row[0], row[1])


def month_cells(
    conn: sqlite3.Connection, *, by: str, as_of: str, first: str, last: str, currency: str
) -> tuple[list[MonthCell], list[MonthCell]]:
    """Return revenue by group and month, and by month alone (distinct counts do not add up).

    Args:
        conn: the store.
        by: a key of ``GROUPS``.
        as_of: last day that counts.
        first: first month, ``2011-01``.
        last: last month.
        currency: the only currency that is counted.
    """
    parameters = {"as_of": as_of, "first": first, "last": last, "currency": currency}
    group, joins = GROUPS[by]
    text = query("month_cells")
    labels = _labels(conn, by)
    cells = []
    for row in conn.execute(text.format(group=group, joins=joins), parameters):
        key = str(row[0])
        cells.append(MonthCell(key, labels.get(key, key), *row[1:]))
    totals = [
        MonthCell("total", "total", *row[1:])
        for row in conn.execute(text.format(group="'total'", joins=""), parameters)
    ]
    return cells, totals


def _labels(conn: sqlite3.Connection, by: str) -> dict[str, str]:
    if by == "product":
        return {str(row[0]): str(row[1]) for row in conn.execute(query("product_labels"))}
    if by == "customer":
        return {
            str(row[0]): str(row[1])
            for row in conn.execute("SELECT 'C' || id, label FROM golden WHERE label IS NOT NULL")
        }
    return {}


def month_range(conn: sqlite3.Connection, *, as_of: str, currency: str) -> tuple[str, str] | None:
    """Return the first and last month with revenue up to ``as_of``, None without any."""
    row = conn.execute(
        "SELECT min(date), max(date) FROM sales_order"
        " WHERE state = 'counted' AND date <= ?1"
        " AND coalesce(currency, (SELECT value FROM meta WHERE key = 'currency')) = ?2",
        (as_of, currency),
    ).fetchone()
    return None if row[0] is None else (str(row[0])[:7], str(row[1])[:7])


def lines_of_cell(
    conn: sqlite3.Connection, *, by: str, group: str, month: str, as_of: str, currency: str
) -> list[LineDetail]:
    """Return the order lines that sum to one cell of ``month_cells``."""
    expression, _ = GROUPS[by]
    cursor = conn.execute(
        query("lines").format(group=expression),
        {"as_of": as_of, "month": month, "group": group, "currency": currency},
    )
    return [LineDetail(*row) for row in cursor]


def groups(conn: sqlite3.Connection, by: str) -> list[str]:
    """Return the names of all groups that revenue falls into, for suggestions."""
    columns = {"category": "category", "product": "product"}
    if by not in columns:
        return []
    rows = conn.execute(f"SELECT DISTINCT {columns[by]} FROM item_category ORDER BY 1")
    return [str(row[0]) for row in rows if row[0]]
