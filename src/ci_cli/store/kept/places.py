"""Revenue by region, country and owner, read off the kept days.

These belong to the customer of today, or to an order of its own, so no cell could be kept for them:
every merge would change it. But all that a customer did on a day is kept, and which place a day
belongs to is quickly found from the orders. Only where orders of one day differ are their lines
added up, and then those of the whole customer, so that nobody is counted twice.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from typing import Any

from ci_cli.store.sql import query

# what each is made of; an order may have any of these itself
COLUMNS = {"region": ("region", "country"), "country": ("country",), "owner": ("owner",)}
MOST_ORDERS = 200_000  # named in one query; above, adding all lines up takes no longer
Row = tuple[Any, ...]


def cells(
    conn: sqlite3.Connection, by: str, group: str, joins: str, parameters: Mapping[str, Any]
) -> list[Row] | None:
    """Return the rows of ``month_cells`` for ``by`` in ``COLUMNS``; None where lines are quicker.

    Args:
        conn: the store, with the kept figures up to date.
        by: what to group by.
        group: the SQL of its key.
        joins: what that needs beside the lines.
        parameters: of ``month_cells``.
    """
    text = query("kept_place_cells").format(group=group, differs=_differs(by))
    found = [tuple(row) for row in conn.execute(text, parameters)]
    split = [row[1] for row in found if row[0] is None]
    found = [row for row in found if row[0] is not None]
    if split:
        asked = {**parameters, "customers": json.dumps(split)}
        orders = [str(row[0]) for row in conn.execute(query("orders_of_customers"), asked)]
        if len(orders) > MOST_ORDERS:
            return None
        only = f"AND v.order_id IN ({', '.join(orders)})"
        text = query("month_cells").format(group=group, joins=joins, only=only)
        found += [tuple(row) for row in conn.execute(text, parameters)]
    return _added_up(found)


def _differs(by: str) -> str:
    """Return the SQL of whether some orders differ in what they have themselves."""
    return " OR ".join(
        f"COUNT(o.{name}) NOT IN (0, COUNT(*)) OR COALESCE(MIN(o.{name}) <> MAX(o.{name}), 0)"
        for name in COLUMNS[by]
    )


def _added_up(rows: list[Row]) -> list[Row]:
    """Return one row for each group and month; no customer and no order is in two of them."""
    sums: dict[Row, tuple[int, ...]] = {}
    for row in rows:
        place = row[:2]
        have = sums.get(place)
        sums[place] = row[2:] if have is None else tuple(map(sum, zip(have, row[2:], strict=True)))
    return [(*place, *figures) for place, figures in sorted(sums.items())]
