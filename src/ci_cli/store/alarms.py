"""Alarms and watchers: what was said, what people decided, and who has heard what.

An alarm is opened and closed by the figures; people only decide what to make of it. Nothing here is
ever deleted.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from ci_cli.errors import CiError, ExitCode
from ci_cli.shapes.categories import AlarmRow
from ci_cli.text import msg

RATE_SCALE = 1_000_000
CATEGORIES = ("category", "total")  # the kinds of subject that ``procat check`` judges
Subject = tuple[str, str, str]  # kind, group, currency
_COLUMNS = (
    "id, kind, grp, label, currency, opened, closed, status, driver, since, rate, at_risk, reason,"
    " decided_by, decided_at, raised"
)


def sync(
    conn: sqlite3.Connection,
    *,
    month: str,
    at: str,
    today: str,
    states: Mapping[Any, str],
    alarms: Iterable[AlarmRow],
) -> None:
    """Open alarms that are new, and close those whose figures have recovered.

    An alarm that is only watched by now stays open: figures that hover at the limit would open and
    close it every month. Inside a write transaction.

    Args:
        conn: the store.
        month: the judged month.
        at: when this was said.
        today: the day that counts as today.
        states: the state of everything that was judged.
        alarms: those whose state is alarm; only what the figures say is read.
    """
    standing = {(row.kind, row.group, row.currency): row for row in listing(conn) if not row.closed}
    for subject, row in standing.items():
        if states.get(subject, "alarm") in ("ok", "too new") and month >= row.opened:
            conn.execute("UPDATE alarm SET closed = ? WHERE id = ?", (month, row.id))
    for alarm in alarms:
        figures = (
            alarm.label, alarm.driver, alarm.since,
            None if alarm.rate is None else round(alarm.rate * RATE_SCALE), alarm.at_risk,
        )  # fmt: skip
        known = standing.get((alarm.kind, alarm.group, alarm.currency))
        if known is None:
            conn.execute(
                "INSERT INTO alarm (label, driver, since, rate, at_risk, kind, grp, currency,"
                " opened, status, opened_at, raised)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'open', ?, ?)",
                (*figures, alarm.kind, alarm.group, alarm.currency, month, at, today),
            )
        elif month >= known.opened:
            conn.execute(
                "UPDATE alarm SET label = ?, driver = ?, since = ?, rate = ?, at_risk = ?"
                " WHERE id = ?",
                (*figures, known.id),
            )


def listing(conn: sqlite3.Connection) -> list[AlarmRow]:
    """Return all alarms, the newest first."""
    rows = conn.execute(f"SELECT {_COLUMNS} FROM alarm ORDER BY id DESC")
    return [
        row._replace(rate=None if row.rate is None else row.rate / RATE_SCALE)
        for row in map(AlarmRow._make, rows)
    ]


def decide(
    conn: sqlite3.Connection, number: int, status: str, *, reason: str | None, by: str, at: str
) -> AlarmRow:
    """Write down what a person decided about an alarm; return it as it is now.

    Raises:
        CiError: ``alarm-unknown``, exit 2.
    """
    one(conn, number)  # also refuses numbers that are too large for the database
    conn.execute(
        "UPDATE alarm SET status = ?, reason = ?, decided_by = ?, decided_at = ? WHERE id = ?",
        (status, reason, by, at, number),
    )
    return one(conn, number)


def one(conn: sqlite3.Connection, number: int) -> AlarmRow:
    """Return one alarm.

    Raises:
        CiError: ``alarm-unknown``, exit 2.
    """
    for row in listing(conn):
        if row.id == number:
            return row
    raise CiError(
        "alarm-unknown",
        msg("There is no alarm {number}.", number=number),
        hint=msg("`ci-cli procat alarms` lists them."),
        exit_code=ExitCode.DECIDE,
    )


def heard(
    conn: sqlite3.Connection, watcher: str, kinds: Collection[str] = CATEGORIES
) -> dict[Subject, tuple[str, str]]:
    """Return the state that a watcher was last told of all that is of ``kinds``, and as of when."""
    rows = conn.execute(
        "SELECT kind, grp, currency, state, month FROM watched WHERE watcher = ?", (watcher,)
    )
    return {
        (row[0], row[1], row[2]): (row[3], row[4]) for row in map(tuple, rows) if row[0] in kinds
    }


def tell(
    conn: sqlite3.Connection,
    watcher: str,
    states: Mapping[Any, str],
    times: Mapping[tuple[str, str], str],
) -> None:
    """Write down that a watcher has been told; inside a write transaction.

    Args:
        conn: the store.
        watcher: its name.
        states: what it was told of everything that was judged, by subject.
        times: the month (of other things than categories the day) that this speaks for, by kind
            and currency; what the watcher knew of these is replaced.
    """
    for kind, currency in times:
        conn.execute(
            "DELETE FROM watched WHERE watcher = ? AND kind = ? AND currency = ?",
            (watcher, kind, currency),
        )
    conn.executemany(
        "INSERT INTO watched (watcher, kind, grp, currency, state, month)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        [
            (watcher, *subject, state, times[subject[0], subject[2]])
            for subject, state in states.items()
        ],
    )
