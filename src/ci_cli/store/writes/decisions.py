"""What people decided about pairs of records: the same customer, not the same, ask me later.

One decision of a pair stands; a new one withdraws it. So a scan never asks again what was decided,
and the history shows every change of mind. A decision speaks of records, which outlive every merge.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Literal

from ci_cli.shapes.trade import Author

Verdict = Literal["merge", "apart", "later"]


def decide(
    conn: sqlite3.Connection,
    pairs: Iterable[tuple[int, int]],
    verdict: Verdict,
    author: Author,
) -> int:
    """Write a decision on pairs of records; the caller holds the transaction.

    Args:
        conn: the store.
        pairs: ids of two different records each, in any order.
        verdict: ``merge``, ``apart`` or ``later``.
        author: who decides, when, and why.

    Returns:
        How many pairs have another standing decision than before.
    """
    conn.execute("DROP TABLE IF EXISTS temp.de_pair")
    conn.execute("CREATE TEMP TABLE de_pair (a INTEGER, b INTEGER, PRIMARY KEY (a, b))")
    conn.executemany(
        "INSERT OR IGNORE INTO de_pair VALUES (?, ?)",
        [(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]],
    )
    conn.execute(
        "DELETE FROM de_pair WHERE (a, b) IN (SELECT record_a, record_b FROM decision"
        " WHERE withdrawn_at IS NULL AND verdict = ?)",
        (verdict,),
    )
    conn.execute(
        "UPDATE decision SET withdrawn_at = ? WHERE withdrawn_at IS NULL"
        " AND (record_a, record_b) IN (SELECT a, b FROM de_pair)",
        (author.at,),
    )
    cursor = conn.execute(
        "INSERT INTO decision (record_a, record_b, verdict, decided_by, at, note)"
        " SELECT a, b, ?, ?, ?, ? FROM de_pair ORDER BY a, b",
        (verdict, author.by, author.at, author.note),
    )
    return cursor.rowcount


def withdraw(conn: sqlite3.Connection, pairs: Iterable[tuple[int, int]], at: str) -> int:
    """Withdraw the standing decisions on pairs, which are then undecided; return how many."""
    cursor = conn.executemany(
        "UPDATE decision SET withdrawn_at = ? WHERE withdrawn_at IS NULL"
        " AND record_a = ? AND record_b = ?",
        [(at, min(pair), max(pair)) for pair in pairs],
    )
    return cursor.rowcount


def standing(conn: sqlite3.Connection) -> list[tuple[int, int, Verdict]]:
    """Return (record, record, verdict) of every standing decision on records that are there."""
    rows = conn.execute(
        "SELECT d.record_a, d.record_b, d.verdict FROM decision AS d"
        " JOIN record AS a ON a.id = d.record_a JOIN record AS b ON b.id = d.record_b"
        " WHERE d.withdrawn_at IS NULL ORDER BY d.id"
    )
    return [(row[0], row[1], row[2]) for row in rows]
