"""Analyses that a person asked to keep, read back with today's customers."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from typing import Any

from ci_cli.errors import CiError, ExitCode
from ci_cli.shapes.health import SavedHealth
from ci_cli.shapes.trade import SavedScore
from ci_cli.text import msg


def save_rfm(
    conn: sqlite3.Connection, name: str, *, as_of: str, params: dict[str, Any], at: str,
    rows: Iterable[tuple[Any, ...]],
) -> None:  # fmt: skip
    """Keep an RFM run: rows of customer id, recency, frequency, monetary, r, f, m, segment.

    Raises:
        CiError: the name is taken.
    """
    number = _new_run(conn, "rfm", name, as_of=as_of, params=params, at=at)
    conn.executemany(f"INSERT INTO saved_rfm VALUES ({number}, ?, ?, ?, ?, ?, ?, ?, ?)", rows)


def load_rfm(conn: sqlite3.Connection, name: str) -> tuple[dict[str, Any], list[SavedScore]]:
    """Return parameters and scores of a saved run, its ids resolved as they are now.

    Where customers were merged since, there are several scores of one customer.

    Raises:
        CiError: no run has that name; the known names are listed.
    """
    number, params = _known_run(conn, "rfm", name)
    rows = conn.execute(
        # the founding record tells the customer of today; a saved customer never loses it
        "SELECT k.customer_id, coalesce(g.label, ''), s.r, s.f, s.m, coalesce(s.segment, ''),"
        " s.monetary FROM saved_rfm AS s JOIN record AS k ON k.id = s.customer_id"
        " LEFT JOIN golden AS g ON g.id = k.customer_id"
        " WHERE s.run_id = ? ORDER BY s.monetary DESC, s.customer_id",
        (number,),
    )
    return params, list(map(SavedScore._make, rows))


def save_health(
    conn: sqlite3.Connection, name: str, *, as_of: str, params: dict[str, Any], at: str,
    rows: Iterable[tuple[Any, ...]],
) -> None:  # fmt: skip
    """Keep a health run: rows of customer id and what follows it in ``saved_health``.

    Raises:
        CiError: the name is taken.
    """
    number = _new_run(conn, "health", name, as_of=as_of, params=params, at=at)
    conn.executemany(f"INSERT INTO saved_health VALUES ({number}, ?, ?, ?, ?, ?, ?, ?, ?)", rows)


def load_health(conn: sqlite3.Connection, name: str) -> tuple[dict[str, Any], list[SavedHealth]]:
    """Return parameters and scores of a saved health run, its ids resolved as they are now.

    Raises:
        CiError: no run has that name; the known names are listed.
    """
    number, params = _known_run(conn, "health", name)
    rows = conn.execute(
        "SELECT k.customer_id, coalesce(g.label, ''), s.score, s.hard, s.soft, s.coverage, s.band,"
        " s.profile, s.net FROM saved_health AS s JOIN record AS k ON k.id = s.customer_id"
        " LEFT JOIN golden AS g ON g.id = k.customer_id"
        " WHERE s.run_id = ? ORDER BY s.net DESC, s.customer_id",
        (number,),
    )
    return params, list(map(SavedHealth._make, rows))


def reds(conn: sqlite3.Connection, until: str) -> list[tuple[int, str, str, bool]]:
    """Return what every health run saved up to a day said of each customer that it could judge.

    Returns:
        Customer, day that the run speaks for, day on which it was saved, whether it said red. Runs
        of several currencies that were saved together are one: red in any of them is red.
    """
    return [
        (int(row[0]), str(row[1]), str(row[2]), bool(row[3]))
        for row in conn.execute(
            "SELECT k.customer_id, r.as_of,"
            " coalesce(json_extract(r.params, '$.seen'), substr(r.saved_at, 1, 10)) AS seen,"
            " max(s.band = 'red') FROM saved_health AS s JOIN saved_run AS r ON r.id = s.run_id"
            " JOIN record AS k ON k.id = s.customer_id WHERE s.band IS NOT NULL"
            " AND r.kind = 'health' AND coalesce(json_extract(r.params, '$.seen'),"
            " substr(r.saved_at, 1, 10)) <= ? GROUP BY k.customer_id, r.as_of, r.saved_at",
            (until,),
        )
    ]


def latest_health(
    conn: sqlite3.Connection, customers: Iterable[int], until: str
) -> tuple[str, str, dict[int, int]] | None:
    """Return name, as-of day and scores in points of the health run that was saved last.

    Args:
        conn: the store.
        customers: whose scores are wanted.
        until: day; runs that speak for a later one are passed over.

    Of a customer that was judged in several currencies, or merged since, the lowest score counts.
    """
    run = conn.execute(
        "SELECT name, as_of, saved_at FROM saved_run WHERE kind = 'health' AND as_of <= ?"
        " ORDER BY id DESC LIMIT 1",
        (until,),
    ).fetchone()
    if run is None:
        return None
    rows = conn.execute(
        "SELECT k.customer_id, min(s.score) FROM saved_health AS s JOIN record AS k"
        " ON k.id = s.customer_id WHERE s.score IS NOT NULL AND s.run_id IN (SELECT id"
        " FROM saved_run WHERE kind = 'health' AND saved_at = ? AND as_of = ?)"
        " AND k.customer_id IN (SELECT value FROM json_each(?)) GROUP BY 1",
        (run["saved_at"], run["as_of"], json.dumps(list(customers))),
    )
    return str(run["name"]), str(run["as_of"]), {int(row[0]): row[1] // 100 for row in rows}


def latest(conn: sqlite3.Connection, kind: str) -> str:
    """Return the name of the run that speaks for the latest day; of equal ones the last saved.

    Raises:
        CiError: ``run-unknown``: none is saved.
    """
    row = conn.execute(
        "SELECT name FROM saved_run WHERE kind = ? ORDER BY as_of DESC, id DESC LIMIT 1", (kind,)
    ).fetchone()
    if row is None:
        raise CiError(
            "run-unknown",
            msg("No run is saved yet."),
            hint=msg("`ci-cli {kind} run --save NAME` keeps one.", kind=kind),
            exit_code=ExitCode.DECIDE,
        )
    return str(row[0])


def _new_run(
    conn: sqlite3.Connection, kind: str, name: str, *, as_of: str, params: dict[str, Any], at: str
) -> int:
    if conn.execute("SELECT 1 FROM saved_run WHERE kind = ? AND name = ?", (kind, name)).fetchone():
        raise CiError(
            "run-exists",
            msg("A saved run is already called {name}.", name=name),
            hint=msg("Choose another name: a saved run is never replaced."),
            exit_code=ExitCode.DECIDE,
        )
    cursor = conn.execute(
        "INSERT INTO saved_run (kind, name, as_of, params, saved_at) VALUES (?, ?, ?, ?, ?)",
        (kind, name, as_of, json.dumps(params, ensure_ascii=False), at),
    )
    return int(cursor.lastrowid or 0)


def _known_run(conn: sqlite3.Connection, kind: str, name: str) -> tuple[int, dict[str, Any]]:
    run = conn.execute(
        "SELECT id, as_of, params FROM saved_run WHERE kind = ? AND name = ?", (kind, name)
    ).fetchone()
    if run is None:
        names = conn.execute("SELECT name FROM saved_run WHERE kind = ? ORDER BY id", (kind,))
        raise CiError(
            "run-unknown",
            msg("No saved run is called {name}.", name=name),
            hint=msg("`ci-cli {kind} run --save NAME` keeps one.", kind=kind),
            exit_code=ExitCode.DECIDE,
            details=tuple(str(row[0]) for row in names),
        )
    return int(run["id"]), {**json.loads(run["params"]), "as_of": run["as_of"]}
