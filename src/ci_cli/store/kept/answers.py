"""What the kept figures answer; the same as the queries over all lines, which the tests hold."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from ci_cli.columnar import Columnar, is_ranked, ranked
from ci_cli.shapes.trade import CustomerPurchases
from ci_cli.store.sql import query, sparing

KEPT_GROUPS = ("category", "product", "customer", "total")  # what month cells are kept by
Row = tuple[Any, ...]

_SEVERAL = "SELECT customer_id FROM record GROUP BY customer_id HAVING count(*) > 1"
_LATER = (
    "SELECT 1 FROM order_day WHERE day > :as_of AND currency = :currency AND counted > 0 LIMIT 1"
)
# how ``kept_purchases`` is asked: for all history, and for a window that begins somewhere
_EVER = {"orders": "0", "net": "0"}
_IN_WINDOW = {"orders": "COALESCE(b.all_orders, 0)", "net": "COALESCE(b.all_net, 0)"}


def rows(conn: sqlite3.Connection, name: str, parameters: Mapping[str, Any]) -> list[Row]:
    """Return what a query gives, as plain tuples."""
    cursor = conn.cursor()
    cursor.row_factory = None
    return cursor.execute(query(name), parameters).fetchall()


def _columns(
    conn: sqlite3.Connection, text: str, fields: Sequence[str], parameters: Mapping[str, Any]
) -> list[list[Any]]:
    """Return what a query gives, column by column.

    Each column comes as one text: that is half the work of fetching a row for each customer.
    """
    arrays = ", ".join(f"json_group_array({field})" for field in fields)
    with sparing(conn):
        row = conn.execute(f"SELECT {arrays} FROM ({text})", parameters).fetchone()
    return [json.loads(column) for column in row]


def purchases(
    conn: sqlite3.Connection, parameters: Mapping[str, Any]
) -> Columnar[CustomerPurchases]:
    """Return the rows of ``customer_purchases``, most money first, then by id."""
    several = [row[0] for row in conn.execute(_SEVERAL)]
    asked = {**parameters, "several": json.dumps(several)}
    fields = CustomerPurchases._fields
    text = query("kept_purchases")
    later = query("kept_purchases_later") if conn.execute(_LATER, asked).fetchone() else ""
    if parameters["start"]:
        gaps = {"before": query("kept_purchases_before"), "later": later, **_IN_WINDOW}
        columns = _columns(conn, text.format(**gaps), fields, asked)
    else:
        gaps = {"before": "", "later": later, **_EVER}
        columns = _columns(conn, text.format(**gaps), fields[:-1], asked)
        columns.append(columns[-1][:])  # all of the money is that of the window
    medians = columns[fields.index("median_gap")]
    # SQLite is slow to write down a fraction
    medians[:] = map({gap: gap / 2 for gap in set(medians) - {None}}.get, medians)
    for row in rows(conn, "kept_purchases_joined", asked) if several else ():
        for column, cell in zip(columns, row, strict=True):
            column.append(cell)
    found = Columnar(CustomerPurchases, columns)
    net, ids = found.column("net"), found.column("customer_id")
    # the query promises no order of equals, nor any SQL the order of what it collects
    return found if is_ranked(net, ids) else found.picked(ranked(net, ids))


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
