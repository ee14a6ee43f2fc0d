"""Product and category lists, and the customers' own descriptions, into their tables."""

from __future__ import annotations

import sqlite3
from collections import Counter
from typing import Any, NamedTuple

from ci_cli.shapes.trade import OnMatch
from ci_cli.store.writes import links, records
from ci_cli.store.writes.records import RecordKey
from ci_cli.store.writes.upsert import Target, stage, upsert

PRODUCT = Target(
    table="product",
    keys=("source", "product_key"),
    fields=("name", "category_key", "category", "unit_price"),
)
CATEGORY = Target(table="category", keys=("source", "category_key"), fields=("name",))

Verdicts = dict[int, str]  # line -> verdict


class Replaced(NamedTuple):
    """How many figures of another file, as it was named, and sheet a file has changed."""

    file: str
    sheet: str | None
    figures: int


class Outcome(NamedTuple):
    """How the staged rows of a file ended: rows per verdict, and why lines are in conflict.

    Reasons: ``part`` (the store has more lines of the order), ``other`` (another customer or
    currency has it), ``twice`` (an earlier row of the file says otherwise), ``elsewhere`` (another
    file of the import does).
    """

    verdicts: dict[str, int]
    conflicts: dict[int, str]  # line -> reason
    replaced: tuple[Replaced, ...] = ()


def outcome(found: Verdicts) -> Outcome:
    """Count verdicts that are known line by line."""
    conflicts = {line: "twice" for line, verdict in found.items() if verdict == "conflict"}
    return Outcome(dict(Counter(found.values())), conflicts)


def load_list(
    conn: sqlite3.Connection, target: Target, rows: list[tuple[Any, ...]], *, batch_id: int,
    file_id: int, on_match: OnMatch,
) -> Verdicts:  # fmt: skip
    """Bring rows (line, keys, fields, extra) into ``target`` and return their verdicts."""
    stage(conn, target, rows)
    upsert(conn, target, batch_id=batch_id, file_id=file_id, on_match=on_match)
    return _verdicts(conn)


def load_customers(
    conn: sqlite3.Connection,
    rows: list[tuple[Any, ...]],
    mentions: dict[RecordKey, int],
    *,
    batch_id: int,
    file_id: int,
    on_match: OnMatch,
    at: str,
) -> Verdicts:
    """Bring descriptions of customers in and return the verdicts of their lines."""
    records.ensure_records(conn, list(mentions.items()), file_id, at)
    stage(conn, records.RECORD, rows)
    upsert(conn, records.RECORD, batch_id=batch_id, file_id=file_id, on_match=on_match)
    records.touch(conn, at)
    links.forget_described(conn, at)
    return _verdicts(conn)


def load_contacts(
    conn: sqlite3.Connection,
    rows: list[tuple[Any, ...]],
    mentions: dict[RecordKey, int],
    *,
    batch_id: int,
    file_id: int,
    on_match: OnMatch,
    at: str,
) -> Verdicts:
    """Bring contacts (line, record key, contact key, name, title, phone, email, extra) in."""
    ids = records.ensure_records(conn, list(mentions.items()), file_id, at)
    staged: list[tuple[object, ...]] = [
        (line, ids[key], contact_key, name, title, phone, email, None, extra)
        for line, key, contact_key, name, title, phone, email, extra in rows
    ]
    stage(conn, records.CONTACT, staged)
    upsert(conn, records.CONTACT, batch_id=batch_id, file_id=file_id, on_match=on_match)
    conn.execute(
        "UPDATE contact SET is_primary = 1 WHERE id IN (SELECT min(id) FROM contact"
        " WHERE record_id IN (SELECT record_id FROM st) GROUP BY record_id"
        " HAVING max(is_primary) = 0)"
    )
    return _verdicts(conn)


def _verdicts(conn: sqlite3.Connection) -> Verdicts:
    return {row[0]: row[1] for row in conn.execute("SELECT line, verdict FROM st")}
