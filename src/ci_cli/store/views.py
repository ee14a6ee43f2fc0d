"""Lists of customers that people keep under a name: what is asked of them, not who fits today."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

from ci_cli.errors import CiError, ExitCode
from ci_cli.text import msg


class View(NamedTuple):
    """One kept list."""

    name: str
    where: tuple[str, ...]  # filters as they were typed
    part: str | None  # of the customer's name
    by: str  # in which order
    author: str
    at: str


def save(conn: sqlite3.Connection, view: View) -> bool:
    """Keep a view; tell whether it took the place of one. The caller holds the transaction."""
    known = conn.execute("SELECT 1 FROM saved_view WHERE name = ?", (view.name,)).fetchone()
    filters = json.dumps({"where": view.where, "name": view.part, "by": view.by})
    conn.execute(
        "INSERT INTO saved_view (name, filters, author, at) VALUES (?1, ?2, ?3, ?4)"
        " ON CONFLICT (name) DO UPDATE SET filters = ?2, author = ?3, at = ?4",
        (view.name, filters, view.author, view.at),
    )
    return known is not None


def listing(conn: sqlite3.Connection) -> list[View]:
    """Return all views by name."""
    rows = conn.execute("SELECT name, filters, author, at FROM saved_view ORDER BY name")
    return [_view(*row) for row in rows]


def one(conn: sqlite3.Connection, name: str) -> View:
    """Return one view.

    Raises:
        CiError: ``view-unknown``, exit 2; the known ones are listed.
    """
    row = conn.execute(
        "SELECT name, filters, author, at FROM saved_view WHERE name = ?", (name,)
    ).fetchone()
    if row is None:
        raise CiError(
            "view-unknown",
            msg("No view is called {name}.", name=name),
            hint=msg("`ci-cli customer view save NAME --where …` keeps one."),
            exit_code=ExitCode.DECIDE,
            details=tuple(view.name for view in listing(conn)),
        )
    return _view(*row)


def drop(conn: sqlite3.Connection, name: str) -> None:
    """Forget a view; the caller holds the transaction.

    Raises:
        CiError: ``view-unknown``, exit 2.
    """
    one(conn, name)
    conn.execute("DELETE FROM saved_view WHERE name = ?", (name,))


def values_of_own_field(conn: sqlite3.Connection, field: str) -> dict[int, Sequence[str | float]]:
    """Return a field of the user's own of every customer that has it, as its card shows it."""
    from ci_cli.store.customers import LOUDEST

    rows = conn.execute(
        "SELECT v.customer_id, e.value FROM voice AS v, json_each(v.extra) AS e"
        f" WHERE v.extra IS NOT NULL AND e.key = ? ORDER BY v.customer_id, {LOUDEST}",
        (field,),
    )
    found: dict[int, Sequence[str | float]] = {}
    for number, value in rows:
        if value not in (None, ""):
            found.setdefault(int(number), (str(value),))
    return found


def _view(name: str, filters: str, author: str, at: str) -> View:
    told = json.loads(filters)
    return View(name, tuple(told["where"]), told["name"], told["by"], author, at)
