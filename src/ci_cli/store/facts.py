"""Aggregates for reports: every query is a portable ``.sql`` file beside this module.

Where the kept figures (``store.kept``) are up to date they answer, else all lines are added up: the
two say the same.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from ci_cli.columnar import Columnar
from ci_cli.shapes.categories import CustomerMonth
from ci_cli.shapes.trade import CustomerPurchases, MonthCell, Unassigned
from ci_cli.store.kept import answers, marks, places
from ci_cli.store.sql import query

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

_LINES_OF_ITEMS = {
    "kept": "SELECT CAST(grp AS INTEGER) AS item_id, SUM(lines) AS lines FROM month_cell"
    " WHERE dimension = 'item' AND grp <> '0' GROUP BY grp",
    "added up": "SELECT item_id, COUNT(*) AS lines FROM revenue_line"
    " WHERE item_id IS NOT NULL GROUP BY item_id",
}


def currencies(conn: sqlite3.Connection) -> list[str]:
    """Return the currencies of all orders, the one with the most orders first."""
    if marks.current(conn):
        text = "SELECT currency FROM order_day GROUP BY 1 ORDER BY sum(orders) DESC, 1"
    else:
        text = (
            "SELECT coalesce(currency, (SELECT value FROM meta WHERE key = 'currency'))"
            " FROM sales_order GROUP BY 1 ORDER BY count(*) DESC, 1"
        )
    return [str(row[0]) for row in conn.execute(text)]


def last_order_day(conn: sqlite3.Connection, today: str) -> str | None:
    """Return the latest day with revenue that is not in the future, None in an empty store.

    It is that of the whole store, also where the connection sees the facts of some sources only:
    else two such reports would speak of different days, and their figures would not add up.
    """
    if marks.current(conn):
        text = "SELECT max(day) FROM order_day WHERE counted > 0 AND day <> '' AND day <= ?"
    else:
        text = "SELECT max(date) FROM main.sales_order WHERE state = 'counted' AND date <= ?"
    row = conn.execute(text, (today,)).fetchone()
    return None if row[0] is None else str(row[0])


def customer_purchases(
    conn: sqlite3.Connection, *, as_of: str, start: str, currency: str
) -> Columnar[CustomerPurchases]:
    """Return one row per customer with revenue up to ``as_of``: most money first, then by id.

    Args:
        conn: the store.
        as_of: last day that counts.
        start: the day before the window; "" for all history.
        currency: the only currency that is counted.
    """
    parameters = {"as_of": as_of, "start": start, "currency": currency}
    if marks.current(conn):
        return answers.purchases(conn, parameters)
    return Columnar.of(CustomerPurchases, answers.rows(conn, "customer_purchases", parameters))


def unassigned(conn: sqlite3.Connection, *, as_of: str, start: str, currency: str) -> Unassigned:
    """Return what order lines without a customer amount to."""
    if marks.current(conn):
        text = (
            "SELECT coalesce(sum(lines), 0), coalesce(sum(net), 0) FROM purchase_day"
            " WHERE record_id = 0 AND currency = ? AND day <= ? AND day > ?"
        )
    else:
        text = (
            "SELECT count(*), coalesce(sum(amount), 0) FROM revenue_line"
            " WHERE record_id IS NULL AND currency = ? AND day <= ? AND day > ?"
        )
    row = conn.execute(text, (currency, as_of, start)).fetchone()
    return Unassigned(row[0], row[1])


def undated_lines(conn: sqlite3.Connection) -> Unassigned:
    """Return what lines amount to whose order has no date yet: they wait outside all reports."""
    if marks.current(conn):
        waiting = conn.execute("SELECT 1 FROM order_day WHERE day = '' LIMIT 1").fetchone()
        if waiting is None:
            return Unassigned(0, 0)
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
    labels = _labels(conn, by)
    cells = []
    for row in _cell_rows(conn, by, parameters):
        key = str(row[0])
        cells.append(MonthCell(key, labels.get(key, key), *row[1:]))
    totals = [
        MonthCell("total", "total", *row[1:]) for row in _cell_rows(conn, "total", parameters)
    ]
    return cells, totals


def _cell_rows(
    conn: sqlite3.Connection, by: str, parameters: dict[str, str]
) -> list[tuple[Any, ...]]:
    group, joins = GROUPS.get(by, ("'total'", ""))
    text = query("month_cells").format(group=group, joins=joins, only="")
    if not marks.current(conn):
        return [tuple(row) for row in conn.execute(text, parameters)]
    if by in places.COLUMNS:
        found = places.cells(conn, by, group, joins, parameters)
        if found is not None:
            return found
    if by not in answers.KEPT_GROUPS:
        return [tuple(row) for row in conn.execute(text, parameters)]
    cut = answers.cut_month(conn, parameters["as_of"], parameters["currency"])
    if cut is None or by == "customer" or not parameters["first"] <= cut <= parameters["last"]:
        return answers.month_cells(conn, by, parameters)
    # the kept month goes beyond the as-of day: only that month is added up from its lines
    whole = [row for row in answers.month_cells(conn, by, parameters) if row[1] < cut]
    part = [tuple(row) for row in conn.execute(text, {**parameters, "first": cut, "last": cut})]
    return sorted(whole + part, key=lambda row: (row[0], row[1]))


def product_labels(conn: sqlite3.Connection) -> dict[str, str]:
    """Return what people call each product."""
    counted = _LINES_OF_ITEMS["kept" if marks.current(conn) else "added up"]
    text = query("product_labels").format(counted=counted)
    return {str(row[0]): str(row[1]) for row in conn.execute(text)}


def _labels(conn: sqlite3.Connection, by: str) -> dict[str, str]:
    if by == "product":
        return product_labels(conn)
    if by == "customer":
        return {
            str(row[0]): str(row[1])
            for row in conn.execute("SELECT 'C' || id, label FROM golden WHERE label IS NOT NULL")
        }
    return {}


def customer_months(
    conn: sqlite3.Connection, *, by: str, as_of: str, first: str, last: str, currency: str
) -> list[CustomerMonth]:
    """Return what each customer bought of each group in each month; returns are left out.

    Args:
        conn: the store.
        by: a key of ``GROUPS``, or ``total`` for all groups together.
        as_of: last day that counts.
        first: first month, ``2011-01``.
        last: last month.
        currency: the only currency that is counted.
    """
    parameters = {"as_of": as_of, "first": first, "last": last, "currency": currency}
    if by == "total" and marks.current(conn):
        rows = answers.rows(conn, "kept_customer_months", parameters)
    else:
        group, joins = GROUPS.get(by, ("'total'", ""))
        text = query("customer_months").format(group=group, joins=joins)
        rows = [tuple(row) for row in conn.execute(text, parameters)]
    return list(map(CustomerMonth._make, rows))


def order_days(conn: sqlite3.Connection, *, as_of: str) -> list[str]:
    """Return the days up to ``as_of`` on which anything was ordered or returned, oldest first."""
    if marks.current(conn):
        text = (
            "SELECT DISTINCT day FROM order_day"
            " WHERE counted > 0 AND day <> '' AND day <= ? ORDER BY day"
        )
    else:
        text = (
            "SELECT DISTINCT date FROM sales_order"
            " WHERE state = 'counted' AND date <= ? ORDER BY date"
        )
    return [str(row[0]) for row in conn.execute(text, (as_of,))]


def month_range(conn: sqlite3.Connection, *, as_of: str, currency: str) -> tuple[str, str] | None:
    """Return the first and last month with revenue up to ``as_of``, None without any."""
    if marks.current(conn):
        text = (
            "SELECT min(day), max(day) FROM order_day"
            " WHERE counted > 0 AND day <> '' AND day <= ?1 AND currency = ?2"
        )
    else:
        text = (
            "SELECT min(date), max(date) FROM sales_order"
            " WHERE state = 'counted' AND date <= ?1"
            " AND coalesce(currency, (SELECT value FROM meta WHERE key = 'currency')) = ?2"
        )
    row = conn.execute(text, (as_of, currency)).fetchone()
    return None if row[0] is None else (str(row[0])[:7], str(row[1])[:7])


def groups(conn: sqlite3.Connection, by: str) -> list[str]:
    """Return the names of all groups that revenue falls into, for suggestions."""
    columns = {"category": "category", "product": "product"}
    if by not in columns:
        return []
    rows = conn.execute(f"SELECT DISTINCT {columns[by]} FROM item_category ORDER BY 1")
    return [str(row[0]) for row in rows if row[0]]
