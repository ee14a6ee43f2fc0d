"""Whose word counts first where the records of one customer disagree."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from ci_cli.errors import CiError, ExitCode
from ci_cli.text import msg


def prefer(conn: sqlite3.Connection, names: Sequence[str]) -> None:
    """Let the sources ``names`` count first, in this order; all others after them, equally.

    Raises:
        CiError: a source is unknown; the known ones are listed.
    """
    known = [name for name, _rank, _records in ranking(conn)]
    unknown = [name for name in names if name not in known]
    if unknown:
        raise CiError(
            "source-unknown",
            msg("There is no source {name}.", name=unknown[0]),
            hint=msg("The sources are: {known}.", known=", ".join(known) or "-"),
            exit_code=ExitCode.DECIDE,
        )
    conn.execute("UPDATE source SET priority = 0 WHERE priority <> 0")
    order = list(dict.fromkeys(names))
    conn.executemany(
        "UPDATE source SET priority = ? WHERE name = ?",
        [(len(order) - place, name) for place, name in enumerate(order)],
    )


def ranking(conn: sqlite3.Connection) -> list[tuple[str, int | None, int]]:
    """Return (source, rank from 1 or None for all that come last, records), the first first."""
    rows = conn.execute(
        "SELECT s.name, s.priority, (SELECT count(*) FROM record AS r WHERE r.source = s.name)"
        " FROM source AS s ORDER BY s.priority DESC, s.name"
    ).fetchall()
    return [
        (row[0], place if row[1] > 0 else None, row[2]) for place, row in enumerate(rows, start=1)
    ]
