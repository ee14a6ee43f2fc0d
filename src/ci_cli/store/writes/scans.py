"""Keep what a scan for duplicates found, in the place of what the one before found."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from typing import Any, NamedTuple


class Found(NamedTuple):
    """All that a scan leaves behind; see ``models.pairs`` for each part.

    Attributes:
        revision: of the store that was read.
        settings: as a rules file has them.
        model: what was learnt.
        summary: counts, fields, rules, bands.
        remembered: levels of all compared pairs, packed.
        records: (record, copy of, own weight, cluster, probability).
        pairs: (record, record, weight, probability, band, levels, weights).
    """

    revision: int
    settings: dict[str, Any]
    model: dict[str, Any]
    summary: dict[str, Any]
    remembered: bytes
    records: Iterable[tuple[int, int, float, int, float | None]]
    pairs: Iterable[tuple[int, int, float, float, int, str, str]]


def save(conn: sqlite3.Connection, found: Found, *, by: str, at: str) -> int:
    """Keep a scan and return its number; the caller holds the transaction."""
    conn.execute("DELETE FROM scored_pair")
    conn.execute("DELETE FROM scanned_record")
    conn.execute("UPDATE scan SET remembered = NULL WHERE remembered IS NOT NULL")
    as_text = (json.dumps(part, ensure_ascii=False) for part in found[1:4])
    cursor = conn.execute(
        "INSERT INTO scan (at, scanned_by, revision, settings, model, summary, remembered)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (at, by, found.revision, *as_text, found.remembered),
    )
    conn.executemany("INSERT INTO scanned_record VALUES (?, ?, ?, ?, ?)", found.records)
    conn.executemany("INSERT INTO scored_pair VALUES (?, ?, ?, ?, ?, ?, ?)", found.pairs)
    return int(cursor.lastrowid or 0)
