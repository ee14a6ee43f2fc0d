"""Look up goals and stakeholders, and the few facts that only goals ask for."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection

from ci_cli.errors import CiError, ExitCode
from ci_cli.shapes.goals import CustomerProfit, GoalRow, Profile, StakeholderRow
from ci_cli.store.sql import query
from ci_cli.text import msg

_COLUMNS = (
    "id, metric, target, direction, currency, by_parent, start_day, start_value, by_day, owner,"
    " stakeholder, state, created, author, closed, closed_by, reason"
)


def listing(conn: sqlite3.Connection, *, every: bool = False) -> list[GoalRow]:
    """Return goals, those that are due first on top.

    Args:
        conn: the store.
        every: also those that were dropped.
    """
    rows = conn.execute(
        f"SELECT {_COLUMNS} FROM goal WHERE ? OR state = 'open' ORDER BY by_day, id", (every,)
    )
    found = map(GoalRow._make, map(tuple, rows))
    return [row._replace(by_parent=bool(row.by_parent)) for row in found]


def one(conn: sqlite3.Connection, number: int) -> GoalRow:
    """Return one goal.

    Raises:
        CiError: ``goal-unknown``, exit 2.
    """
    for row in listing(conn, every=True):
        if row.id == number:
            return row
    raise unknown(str(number))


def unknown(text: str) -> CiError:
    """Return the error for what names no goal."""
    return CiError(
        "goal-unknown",
        msg("There is no goal {text}.", text=text),
        hint=msg("`ci-cli goal list` lists the goals with their numbers."),
        exit_code=ExitCode.DECIDE,
    )


def stakeholders(conn: sqlite3.Connection, report: str | None = None) -> list[StakeholderRow]:
    """Return who wants which report, by report; with ``report`` only of that one."""
    rows = conn.execute(
        "SELECT id, report, person, wants, created, author FROM stakeholder"
        " WHERE ?1 IS NULL OR report = ?1 ORDER BY report, id",
        (report,),
    )
    return [StakeholderRow._make(row) for row in map(tuple, rows)]


def product_firsts(conn: sqlite3.Connection) -> dict[str, str]:
    """Return the day on which each product was first sold."""
    return {str(row[0]): str(row[1]) for row in conn.execute(query("product_firsts"))}


def product_sales(
    conn: sqlite3.Connection, products: Collection[str], *, as_of: str, start: str, currency: str
) -> int:
    """Return what some products brought in the days after ``start`` up to ``as_of``."""
    parameters = {
        "products": json.dumps(sorted(products)), "as_of": as_of, "start": start,
        "currency": currency,
    }  # fmt: skip
    return int(conn.execute(query("product_sales"), parameters).fetchone()[0])


def profiles(conn: sqlite3.Connection) -> dict[int, Profile]:
    """Return what is known of every living customer."""
    rows = conn.execute("SELECT id, coalesce(label, ''), parent, industry, owner FROM golden")
    return {int(row[0]): Profile(*tuple(row)[1:]) for row in rows}


def customer_profits(
    conn: sqlite3.Connection, *, as_of: str, start: str, currency: str
) -> list[CustomerProfit]:
    """Return what each customer brought in the days after ``start``, before and after cost."""
    parameters = {"as_of": as_of, "start": start, "currency": currency}
    rows = conn.execute(query("customer_profit"), parameters)
    return [CustomerProfit._make(row) for row in map(tuple, rows)]
