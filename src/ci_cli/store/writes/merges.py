"""Merge customers: their records move to one of them, and no row changes otherwise.

Each customer that others are merged into is one event of ``regroup``, and each record that moved a
row of ``regrouped``; ``splits`` takes that back. All clusters of a call are merged at once, with a
few statements: a scan may bring ten thousand.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ci_cli.shapes.trade import Author
from ci_cli.store.writes import decisions, membership, regroups
from ci_cli.store.writes.regroups import How


@dataclass(frozen=True)
class Merged:
    """What a merge did.

    Args:
        run: the number of all that one call merged, None when nothing had to be merged.
        numbers: the merges, one per customer kept.
        customers: how many customers went into others.
        records: how many records moved.
        refused: positions of the clusters that were left alone, since a person keeps some of their
            records apart.
    """

    run: int | None
    numbers: list[int] = field(default_factory=list)
    customers: int = 0
    records: int = 0
    refused: list[int] = field(default_factory=list)


def merge_clusters(
    conn: sqlite3.Connection,
    clusters: Iterable[Sequence[int]],
    author: Author,
    *,
    how: How = "auto",
) -> Merged:
    """Merge each cluster of customers into its first one; the caller holds the transaction.

    Numbers of customers that were merged before mean the customers that they are now; a cluster
    that is one customer already is left as it is.

    Args:
        conn: the store.
        clusters: ids of customers; the first of each is kept.
        author: who merges, when, and why.
        how: ``person``: a person's word; it overrules what was kept apart before, and is kept as a
            decision on the founding records. ``auto``: the certain band of a scan; a cluster with
            records that a person keeps apart is refused.

    Raises:
        ValueError: a number that no customer ever had, or a customer in two clusters.
    """
    _gather(conn, clusters)
    refused = _respect_decisions(conn, how, author.at)
    merged = "SELECT DISTINCT keep_id FROM rg_member WHERE customer_id <> keep_id"
    numbers = regroups.write_events(conn, "merge", merged, author, how)
    if not numbers:
        return Merged(None, refused=refused)
    conn.execute(
        "INSERT INTO regrouped (regroup_id, record_id, from_customer_id, to_customer_id)"
        " SELECT e.number, r.id, m.customer_id, m.keep_id FROM rg_member AS m"
        " JOIN rg_event AS e ON e.customer_id = m.keep_id"
        " JOIN record AS r ON r.customer_id = m.customer_id ORDER BY e.number, r.id"
    )
    membership.plan(conn)
    conn.execute(
        "INSERT INTO cu_move SELECT record_id, to_customer_id FROM regrouped"
        " WHERE regroup_id >= ? AND from_customer_id <> to_customer_id",
        (numbers[0],),
    )
    records = conn.execute("SELECT count(*) FROM cu_move").fetchone()[0]
    membership.carry_out(conn)
    pairs = conn.execute(
        "SELECT keep_id, customer_id FROM rg_member WHERE customer_id <> keep_id"
    ).fetchall()
    if how == "person":
        # only a person's word is a decision: what the program found must not teach the program
        decisions.decide(conn, [(row[0], row[1]) for row in pairs], "merge", author)
    return Merged(numbers[0], numbers, len(pairs), records, refused)


def _gather(conn: sqlite3.Connection, clusters: Iterable[Sequence[int]]) -> None:
    """Fill ``rg_member``: each customer concerned, the one that is kept, and the cluster."""
    for table in ("rg_given", "rg_member"):
        conn.execute(f"DROP TABLE IF EXISTS temp.{table}")
    conn.execute("CREATE TEMP TABLE rg_given (cluster INTEGER, place INTEGER, id INTEGER)")
    conn.executemany(
        "INSERT INTO rg_given VALUES (?, ?, ?)",
        (
            (cluster, place, number)
            for cluster, numbers in enumerate(clusters)
            for place, number in enumerate(numbers)
        ),
    )
    conn.execute("ALTER TABLE rg_given ADD COLUMN living INTEGER")
    conn.execute(f"UPDATE rg_given SET living = {membership.LIVING.format(id='rg_given.id')}")
    unknown = conn.execute("SELECT id FROM rg_given WHERE living IS NULL LIMIT 1").fetchone()
    if unknown is not None:
        raise ValueError(f"there is no customer {unknown[0]}")
    conn.execute(
        "CREATE TEMP TABLE rg_member AS SELECT g.living AS customer_id, g.cluster,"
        " first_value(g.living) OVER (PARTITION BY g.cluster ORDER BY min(g.place)) AS keep_id"
        " FROM rg_given AS g GROUP BY g.cluster, g.living"
    )
    twice = conn.execute(
        "SELECT customer_id FROM rg_member GROUP BY 1 HAVING count(*) > 1 LIMIT 1"
    ).fetchone()
    if twice is not None:
        raise ValueError(f"customer {twice[0]} stands in two clusters")
    conn.execute("CREATE UNIQUE INDEX temp.rg_member_id ON rg_member (customer_id)")


def _respect_decisions(conn: sqlite3.Connection, how: How, at: str) -> list[int]:
    """Drop clusters that a person keeps apart, or withdraw that decision for a person's new one."""
    conn.execute("DROP TABLE IF EXISTS temp.rg_apart")
    conn.execute(
        "CREATE TEMP TABLE rg_apart AS SELECT d.id, x.cluster FROM decision AS d"
        " JOIN record AS a ON a.id = d.record_a JOIN record AS b ON b.id = d.record_b"
        " JOIN rg_member AS x ON x.customer_id = a.customer_id"
        " JOIN rg_member AS y ON y.customer_id = b.customer_id AND y.cluster = x.cluster"
        " WHERE d.verdict = 'apart' AND d.withdrawn_at IS NULL AND x.customer_id <> y.customer_id"
    )
    if how == "person":
        conn.execute(
            "UPDATE decision SET withdrawn_at = ? WHERE id IN (SELECT id FROM rg_apart)", (at,)
        )
        return []
    refused = conn.execute("SELECT DISTINCT cluster FROM rg_apart ORDER BY 1").fetchall()
    conn.execute("DELETE FROM rg_member WHERE cluster IN (SELECT cluster FROM rg_apart)")
    return [row[0] for row in refused]
