"""Of which notices a watcher was told, in which state, and on which day."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

KIND = "notice"  # among what watchers are told of


def told(conn: sqlite3.Connection, watcher: str) -> dict[str, tuple[str, str]]:
    """Return by subject the state and the day that a watcher was last told of."""
    rows = conn.execute(
        "SELECT grp, state, month FROM watched WHERE watcher = ? AND kind = ?", (watcher, KIND)
    )
    return {str(row[0]): (str(row[1]), str(row[2])) for row in rows}


def tell(conn: sqlite3.Connection, watcher: str, known: Mapping[str, tuple[str, str]]) -> None:
    """Write down all that a watcher knows; the caller holds the transaction."""
    conn.execute("DELETE FROM watched WHERE watcher = ? AND kind = ?", (watcher, KIND))
    conn.executemany(
        "INSERT INTO watched (watcher, kind, grp, currency, state, month)"
        " VALUES (?, ?, ?, '', ?, ?)",
        [(watcher, KIND, subject, *state) for subject, state in known.items()],
    )
