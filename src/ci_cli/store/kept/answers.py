"""What the kept figures answer; the same as the queries over all lines, which the tests hold."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from ci_cli.columnar import Columnar, is_ranked
from ci_cli.shapes import CustomerPurchases
from ci_cli.store.sql import query, sparing

KEPT_GROUPS = ("category", "product", "customer", "total")  # what month cells are kept by
Row = tuple[Any, ...]


def rows(conn: sqlite3.Connection, name: str, parameters: Mapping[str, Any]) -> list[Row]:
    """Return what a query gives, as plain tuples."""
    cursor = conn.cursor()
    cursor.row_factory = None
    return cursor.execute(query(name), parameters).fetchall()


def _columns(
    conn: sqlite3.Connection, name: str, fields: Sequence[str], parameters: Mapping[str, Any]
) -> list[list[Any]]:
    """Return what a query gives, column by column.

    Each column comes as one text: that is half the work of fetching a row for each customer.
    """
    arrays = ", ".join(f"json_group_array({field})" for field in fields)
    with sparing(conn):
        row = conn.execute(f"SELECT {arrays} FROM ({query(name)})", parameters).fetchone()
    return [json.loads(text) for text in row]


def purchases(
    conn: sqlite3.Connection, parameters: Mapping[str, Any]
) -> Columnar[CustomerPurchases]:
    """Return the rows of ``customer_purchases``, most money first, then by id."""
    columns = _columns(conn, "kept_purchases", CustomerPurchases._fields, parameters)
    joined = rows(conn, "kept_purchases_joined", parameters)
    for row in joined:
        for column, cell in zip(columns, row, strict=True):
            column.append(cell)
    found = Columnar(CustomerPurchases, columns)
    ids, net = found.column("customer_id"), found.column("net")
    if joined or not is_ranked(net, ids):  # no SQL promises the order of what it collects
        places = sorted(range(len(found)), key=lambda place: (-net[place], ids[place]))
        return found.picked(places)
    return found


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
