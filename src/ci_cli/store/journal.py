"""Read what was done to the store: imports, saved maps, exports."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from typing import Any

from ci_cli.errors import CiError, ExitCode
from ci_cli.text import msg


@dataclass(frozen=True)
class SavedMap:
    """A saved decision on one shape of file."""

    name: str
    kind: str
    source: str | None
    header: list[str]
    fields: dict[str, str]  # field -> header
    options: dict[str, Any]
    saved_at: str


def history(conn: sqlite3.Connection, *, limit: int | None = None) -> list[sqlite3.Row]:
    """Return the batches, the latest first, with the names of their files."""
    return conn.execute(
        "SELECT b.*, json_extract(b.options, '$.complete.lines') AS withdrawn,"
        " (SELECT group_concat(f.file || coalesce(' [' || f.sheet || ']', ''), ', ')"
        " FROM batch_file AS f WHERE f.batch_id = b.id) AS files"
        " FROM batch AS b ORDER BY b.id DESC LIMIT ?",
        (-1 if limit is None else limit,),
    ).fetchall()


def batch(conn: sqlite3.Connection, batch_id: int) -> tuple[sqlite3.Row, list[sqlite3.Row]]:
    """Return one batch and its files.

    Raises:
        CiError: there is no such batch.
    """
    row = conn.execute("SELECT * FROM batch WHERE id = ?", (batch_id,)).fetchone()
    if row is None:
        raise CiError(
            "import-unknown",
            msg("There is no import {id}.", id=batch_id),
            hint=msg("`ci-cli import history` lists the imports."),
            exit_code=ExitCode.DECIDE,
        )
    files = conn.execute(
        "SELECT * FROM batch_file WHERE batch_id = ? ORDER BY id", (batch_id,)
    ).fetchall()
    return row, files


def links(conn: sqlite3.Connection) -> list[sqlite3.Row]:
    """Return the live links, each with the names on both sides."""
    return conn.execute(
        "SELECT l.*, r.name AS record_name, r.source, g.id AS customer_id,"
        " g.label AS customer_name FROM link AS l JOIN record AS r ON r.id = l.record_id"
        " JOIN golden AS g ON g.id = r.customer_id"
        " WHERE l.undone_at IS NULL ORDER BY l.id"
    ).fetchall()


def save_map(conn: sqlite3.Connection, saved: SavedMap) -> None:
    """Keep a map under its name; the caller holds the transaction."""
    conn.execute(
        "INSERT OR REPLACE INTO import_map (name, kind, source, header, fields, options, saved_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            saved.name, saved.kind, saved.source, json.dumps(saved.header, ensure_ascii=False),
            json.dumps(saved.fields, ensure_ascii=False),
            json.dumps(saved.options, ensure_ascii=False), saved.saved_at,
        ),
    )  # fmt: skip


def maps(conn: sqlite3.Connection) -> list[SavedMap]:
    """Return the saved maps by name."""
    return [
        SavedMap(
            row["name"], row["kind"], row["source"], json.loads(row["header"]),
            json.loads(row["fields"]), json.loads(row["options"]), row["saved_at"],
        )
        for row in conn.execute("SELECT * FROM import_map ORDER BY name")
    ]  # fmt: skip


def map_named(conn: sqlite3.Connection, name: str) -> SavedMap:
    """Return one saved map.

    Raises:
        CiError: there is none of that name; the known names are listed.
    """
    known = maps(conn)
    for saved in known:
        if saved.name == name:
            return saved
    raise CiError(
        "map-unknown",
        msg("There is no saved map {name}.", name=name),
        hint=msg("`ci-cli import map list` lists the maps, `ci-cli import map save` makes one."),
        exit_code=ExitCode.DECIDE,
        details=tuple(saved.name for saved in known),
    )


def log_export(
    conn: sqlite3.Connection, *, at: str, by: str, what: str, target: str, fields: list[str]
) -> int:
    """Write down who takes what out of the store, before it leaves; return the entry's id."""
    cursor = conn.execute(
        "INSERT INTO export_log (at, exported_by, what, target, rows, fields)"
        " VALUES (?, ?, ?, ?, 0, ?)",
        (at, by, what, target, ",".join(fields)),
    )
    return int(cursor.lastrowid or 0)


def count_export(conn: sqlite3.Connection, entry: int, rows: int) -> None:
    """Add to an entry how many rows left."""
    conn.execute("UPDATE export_log SET rows = ? WHERE id = ?", (rows, entry))


def exports(conn: sqlite3.Connection) -> list[tuple[Any, ...]]:
    """Return (at, by, what, target, rows, fields) of everything that left, the latest first."""
    rows = conn.execute(
        "SELECT at, exported_by, what, target, rows, fields FROM export_log ORDER BY id DESC"
    )
    return [tuple(row) for row in rows]
