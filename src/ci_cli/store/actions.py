"""Read actions: what is to be done, by whom, and what became of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from ci_cli.errors import CiError, ExitCode
from ci_cli.shapes.actions import ActionRow, Figure, RevenueCell, SourceReach
from ci_cli.store.sql import query
from ci_cli.text import msg

SCALE = 1_000_000  # of scores and rates
_FIGURE = ("as_of", "state", "score", "rate", "revenue")
_QUERY = (
    "SELECT a.id, a.what, a.alarm_id, w.kind, w.grp, coalesce(nullif(w.label, ''), w.grp),"
    " w.opened, r.customer_id, coalesce(g.label, ''), a.owner, a.due, a.state, a.created, a.author,"
    " a.closed, a.closed_by, a.kind, a.won, a.currency, a.reason, a.figure_currency, "
    + ", ".join(f"a.{when}_{name}" for when in ("before", "after") for name in _FIGURE)
    + " FROM action AS a LEFT JOIN alarm AS w ON w.id = a.alarm_id"
    " LEFT JOIN record AS r ON r.id = a.record_id LEFT JOIN golden AS g ON g.id = r.customer_id"
)


def listing(
    conn: sqlite3.Connection, *, state: str | None = None, owner: str | None = None
) -> list[ActionRow]:
    """Return actions, those that are due first on top.

    Args:
        conn: the store.
        state: only open, done or dropped ones.
        owner: only those of this owner; capitals do not matter.
    """
    rows = conn.execute(f"{_QUERY} ORDER BY a.state <> 'open', a.due, a.id")
    return [
        row
        for row in map(_row, map(tuple, rows))
        if state in (None, row.state)
        and (owner is None or row.owner.casefold() == owner.casefold())
    ]


def one(conn: sqlite3.Connection, number: int) -> ActionRow:
    """Return one action.

    Raises:
        CiError: ``action-unknown``, exit 2.
    """
    row = conn.execute(f"{_QUERY} WHERE a.id = ?", (number,)).fetchone()
    if row is None:
        raise CiError(
            "action-unknown",
            msg("There is no action A{number}.", number=number),
            hint=msg("`ci-cli action list` lists them."),
            exit_code=ExitCode.DECIDE,
        )
    return _row(tuple(row))


def _row(row: tuple[Any, ...]) -> ActionRow:
    plain, figures = row[: -2 * len(_FIGURE)], row[-2 * len(_FIGURE) :]
    before, after = (_figure(figures[at : at + len(_FIGURE)]) for at in (0, len(_FIGURE)))
    return ActionRow._make((*plain, before, after))


def _figure(values: Sequence[Any]) -> Figure | None:
    as_of, state, score, rate, revenue = values
    return None if as_of is None else Figure(as_of, state, _part(score), _part(rate), revenue)


def _part(value: int | None) -> float | None:
    return None if value is None else value / SCALE


def revenue_cells(
    conn: sqlite3.Connection, *, since: Sequence[str], as_of: str, currency: str
) -> list[RevenueCell]:
    """Return revenue by customer of today and category, cut into spans of days.

    Args:
        conn: the store.
        since: the first day of each span; a span reaches up to the next one.
        as_of: the last day of the last span.
        currency: the only currency that is counted.
    """
    days = {f"day{place}": day for place, day in enumerate(sorted(set(since)))}
    if not days:
        return []
    text = query("action_revenue").format(days=", ".join(f"(:{name})" for name in days))
    rows = conn.execute(text, {**days, "as_of": as_of, "currency": currency})
    return [RevenueCell._make(row) for row in map(tuple, rows)]


def main_currencies(conn: sqlite3.Connection, customer_id: int) -> list[str]:
    """Return the currencies in which a customer was billed, the one of most orders first."""
    rows = conn.execute(
        "SELECT coalesce(o.currency, (SELECT value FROM meta WHERE key = 'currency'))"
        " FROM sales_order AS o JOIN record AS r ON r.id = o.record_id"
        " WHERE r.customer_id = ? AND o.state = 'counted' GROUP BY 1 ORDER BY count(*) DESC, 1",
        (customer_id,),
    )
    return [str(row[0]) for row in rows]


def source_reaches(conn: sqlite3.Connection, today: str) -> list[SourceReach]:
    """Return every source that brought dated orders, and how far they reach."""
    rows = conn.execute(
        "SELECT source, max(date), count(*) FROM sales_order"
        " WHERE date IS NOT NULL AND date <= ? GROUP BY source ORDER BY source",
        (today,),
    )
    return [SourceReach._make(row) for row in map(tuple, rows)]


def by_alarm(rows: Sequence[ActionRow]) -> Mapping[int, list[ActionRow]]:
    """Return the actions that stand for each alarm: open or done, the first one first."""
    found: dict[int, list[ActionRow]] = {}
    for row in sorted(rows):
        if row.alarm_id is not None and row.state != "dropped":
            found.setdefault(row.alarm_id, []).append(row)
    return found
