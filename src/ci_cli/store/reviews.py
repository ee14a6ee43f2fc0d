"""What a review of pairs goes by: which are open, and whether one still is.

Two customers are asked about once, by their likeliest pair of records. They are settled where they
are one customer now, or where a person keeps any record of the one apart from any of the other.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ci_cli.shapes.reviews import RecordName


class Candidate(NamedTuple):
    """Two customers that may be one, by their likeliest pair of records; the lower record first."""

    record_a: int
    record_b: int
    customer_a: int
    customer_b: int
    weight: float  # bits
    probability: float
    levels: str
    cluster_a: int
    cluster_b: int
    later: bool  # a person wants to be asked again


class State(NamedTuple):
    """How things stand between the customers of two records.

    Attributes:
        customer_a: of the one record now.
        customer_b: of the other.
        verdict: what a person decided: on the pair itself, or ``apart`` on any between the two.
        by: who decided, or who merged them.
        at: when.
    """

    customer_a: int
    customer_b: int
    verdict: str | None
    by: str | None
    at: str | None

    @property
    def is_one(self) -> bool:
        """Whether they are one customer."""
        return self.customer_a == self.customer_b


_LINES = (
    "SELECT p.record_a, p.record_b, a.customer_id, b.customer_id, p.weight, p.probability,"
    " p.levels, s.cluster, t.cluster, d.id IS NOT NULL FROM scored_pair AS p"
    " JOIN record AS a ON a.id = p.record_a JOIN record AS b ON b.id = p.record_b"
    " JOIN scanned_record AS s ON s.record_id = p.record_a"
    " JOIN scanned_record AS t ON t.record_id = p.record_b"
    " LEFT JOIN decision AS d ON d.record_a = p.record_a AND d.record_b = p.record_b"
    " AND d.withdrawn_at IS NULL AND d.verdict = 'later'"
    " WHERE p.probability >= ? AND a.customer_id <> b.customer_id"
    " ORDER BY p.weight DESC, p.record_a, p.record_b"
)


def candidates(conn: sqlite3.Connection, least: float) -> list[Candidate]:
    """Return the pairs of customers that are open, the likeliest first.

    Args:
        conn: the store.
        least: probability from which on they are asked about.
    """
    settled = kept_apart(conn)
    found: dict[tuple[int, int], Candidate] = {}
    for row in conn.execute(_LINES, (least,)):
        one = Candidate._make(row)._replace(later=bool(row[9]))
        customers = _ordered(one.customer_a, one.customer_b)
        if customers in settled:
            continue
        known = found.setdefault(customers, one)
        if one.later and not known.later:  # asked by another pair, answered by this one
            found[customers] = known._replace(later=True)
    return list(found.values())


def kept_apart(conn: sqlite3.Connection) -> set[tuple[int, int]]:
    """Return the pairs of customers, the lower first, that a person keeps apart."""
    rows = conn.execute(
        "SELECT DISTINCT a.customer_id, b.customer_id FROM decision AS d"
        " JOIN record AS a ON a.id = d.record_a JOIN record AS b ON b.id = d.record_b"
        " WHERE d.withdrawn_at IS NULL AND d.verdict = 'apart' AND a.customer_id <> b.customer_id"
    )
    return {_ordered(row[0], row[1]) for row in rows}


def state(conn: sqlite3.Connection, record_a: int, record_b: int) -> State | None:
    """Return how things stand between two records, None where one of them is gone."""
    customers = dict(
        conn.execute(
            "SELECT id, customer_id FROM record WHERE id IN (?, ?)", (record_a, record_b)
        ).fetchall()
    )
    if len(customers) < 2:
        return None
    one, other = customers[record_a], customers[record_b]
    if one == other:
        row = conn.execute(
            "SELECT e.done_by, e.at FROM regroup AS e JOIN regrouped AS g ON g.regroup_id = e.id"
            " WHERE e.kind = 'merge' AND g.record_id IN (?, ?) ORDER BY e.id DESC LIMIT 1",
            (record_a, record_b),
        ).fetchone()
        return State(one, other, "merge", *(row or (None, None)))
    row = conn.execute(
        "SELECT d.verdict, d.decided_by, d.at FROM record AS a CROSS JOIN decision AS d"
        " ON a.id = d.record_a AND d.withdrawn_at IS NULL JOIN record AS b ON b.id = d.record_b"
        " WHERE a.customer_id IN (?1, ?2) AND b.customer_id IN (?1, ?2)"
        " AND a.customer_id <> b.customer_id"
        " AND (d.verdict = 'apart' OR (d.record_a = ?3 AND d.record_b = ?4))"
        " ORDER BY d.verdict <> 'apart', d.id DESC LIMIT 1",
        (one, other, min(record_a, record_b), max(record_a, record_b)),
    ).fetchone()
    return State(one, other, *(row or (None, None, None)))


def cluster_sizes(conn: sqlite3.Connection) -> list[tuple[int, int]]:
    """Return each cluster of the last scan with the number of its records."""
    rows = conn.execute("SELECT cluster, count(*) FROM scanned_record GROUP BY 1 ORDER BY 1")
    return [(row[0], row[1]) for row in rows]


def newest_scan(conn: sqlite3.Connection) -> int:
    """Return the number of the last scan, 0 where there was none."""
    return int(conn.execute("SELECT coalesce(max(id), 0) FROM scan").fetchone()[0])


def records_of_customers(
    conn: sqlite3.Connection, customers: Iterable[int]
) -> dict[int, list[RecordName]]:
    """Return the records of customers with the names that they go by."""
    rows = conn.execute(
        "SELECT customer_id, id, source, source_key, coalesce(name, short_name, '') FROM record"
        " WHERE customer_id IN (SELECT value FROM json_each(?)) ORDER BY id",
        (json.dumps(sorted(set(customers))),),
    )
    found: dict[int, list[RecordName]] = {}
    for customer, *record in rows:
        found.setdefault(customer, []).append(RecordName(*record))
    return found


def record_names(conn: sqlite3.Connection, records: Sequence[int]) -> dict[int, RecordName]:
    """Return who the records are; those that are gone are left out."""
    rows = conn.execute(
        "SELECT id, source, source_key, coalesce(name, short_name, '') FROM record"
        " WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(records)),),
    )
    return {row[0]: RecordName(*row) for row in rows}


def _ordered(one: int, other: int) -> tuple[int, int]:
    return (one, other) if one < other else (other, one)
