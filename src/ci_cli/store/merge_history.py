"""Read what was merged, split and decided."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from ci_cli.shapes.trade import DecisionInfo, MergeInfo
from ci_cli.store.writes.regroups import HELD


def events(
    conn: sqlite3.Connection,
    *,
    customer_id: int | None = None,
    numbers: Sequence[int] | None = None,
    run: int | None = None,
    limit: int | None = None,
) -> list[MergeInfo]:
    """Return merges and splits, the latest first.

    Args:
        conn: the store.
        customer_id: only those that moved one of its records of today, or whose customer it is or
            was.
        numbers: only these events.
        run: only what the command with this number did.
        limit: how many at most.
    """
    conditions: list[str] = ["true"]
    values: list[object] = []
    if run is not None:
        conditions.append("e.run = ?")
        values.append(run)
    if customer_id is not None:
        conditions.append(
            "e.id IN (SELECT g.regroup_id FROM regrouped AS g LEFT JOIN record AS r"
            " ON r.id = g.record_id WHERE g.from_customer_id <> g.to_customer_id"
            " AND ? IN (r.customer_id, g.from_customer_id, g.to_customer_id))"
        )
        values.append(customer_id)
    if numbers is not None:
        conditions.append("e.id IN (SELECT value FROM json_each(?))")
        values.append(str(list(numbers)))
    moved = "regrouped AS g WHERE g.regroup_id = e.id AND g.from_customer_id <> g.to_customer_id"
    rows = conn.execute(
        f"WITH chosen AS (SELECT * FROM regroup AS e WHERE {' AND '.join(conditions)}"
        " ORDER BY e.id DESC LIMIT ?),"
        f" held AS (SELECT h.regroup_id, count(*) AS n FROM ({HELD} AND g.regroup_id IN"
        " (SELECT id FROM chosen)) AS h GROUP BY 1)"
        " SELECT e.id, e.run, e.kind, e.at, e.done_by, e.how, e.note, e.customer_id,"
        " (SELECT group_concat(DISTINCT iif(e.kind = 'merge', g.from_customer_id,"
        f" g.to_customer_id)) FROM {moved}), (SELECT count(*) FROM {moved}), coalesce(held.n, 0)"
        " FROM chosen AS e LEFT JOIN held ON held.regroup_id = e.id ORDER BY e.id DESC",
        (*values, -1 if limit is None else limit),
    ).fetchall()
    return [
        MergeInfo._make((*tuple(row)[:8], sorted(map(int, row[8].split(","))), row[9], row[10]))
        for row in rows
    ]


def holding(
    conn: sqlite3.Connection, *, into: int | None = None, came_from: int | None = None
) -> list[int]:
    """Return the numbers of merges that still hold, the latest first.

    Args:
        conn: the store.
        into: only those that moved records which this living customer has.
        came_from: only those that moved records out of this customer, which is a tombstone now.
    """
    if came_from is not None:
        condition, value = "g.from_customer_id = ?", came_from
    else:
        condition, value = "r.customer_id = ?", into or 0
    rows = conn.execute(
        f"SELECT DISTINCT regroup_id FROM ({HELD} AND {condition}) ORDER BY 1 DESC", (value,)
    )
    return [int(row[0]) for row in rows]


def decided(conn: sqlite3.Connection, customer_id: int) -> list[DecisionInfo]:
    """Return every decision on records of a customer, the latest first."""
    rows = conn.execute(
        "SELECT d.record_a, coalesce(a.name, a.source_key, ''), d.record_b,"
        " coalesce(b.name, b.source_key, ''), d.verdict, d.decided_by, d.at, d.note, d.withdrawn_at"
        " FROM decision AS d LEFT JOIN record AS a ON a.id = d.record_a"
        " LEFT JOIN record AS b ON b.id = d.record_b"
        " WHERE ? IN (a.customer_id, b.customer_id) ORDER BY d.id DESC",
        (customer_id,),
    )
    return [DecisionInfo(*row) for row in rows]
