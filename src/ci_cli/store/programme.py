"""How the intelligence programme itself is doing: what is filled, fresh, used and done."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from ci_cli.shapes.programme import Items, Work

# what is asked of every customer; several columns: one of them is enough
FILLED = {
    "industry": ("industry",),
    "place": ("region", "country", "city"),
    "owner": ("owner",),
    "tier": ("tier",),
    "reach": ("phone", "email"),
}


def fill(conn: sqlite3.Connection) -> tuple[int, dict[str, int]]:
    """Return the number of customers, and how many have each of ``FILLED`` and a contact."""
    has = {
        name: " OR ".join(f"g.{column} IS NOT NULL" for column in columns)
        for name, columns in FILLED.items()
    }
    has["contact"] = (
        "EXISTS (SELECT 1 FROM record AS r JOIN contact AS p ON p.record_id = r.id"
        " WHERE r.customer_id = g.id AND p.left_at IS NULL)"
    )
    sums = ", ".join(f"coalesce(sum({condition}), 0)" for condition in has.values())
    row = conn.execute(f"SELECT count(*), {sums} FROM golden AS g").fetchone()
    return int(row[0]), dict(zip(has, map(int, tuple(row)[1:]), strict=True))


def items(conn: sqlite3.Connection, *, since: str, until: str) -> list[Items]:
    """Return pieces of intelligence up to a day, by kind.

    An entry is used when a tag rests on it, or when what it promised or asked was closed; feedback
    when a code was given to it. Of what was learnt no use is recorded.

    Args:
        conn: the store.
        since: a piece is fresh from this day on.
        until: last day that counts.
    """
    span = {"since": since, "until": until}
    told = conn.execute(
        "WITH evidence AS (SELECT DISTINCT evidence_source, evidence_key FROM behaviour"
        " WHERE basis = 'event' AND standing = 'active')"
        " SELECT count(*), coalesce(sum(x.day >= :since), 0),"
        " coalesce(sum(x.closed IS NOT NULL OR e.evidence_key IS NOT NULL), 0)"
        " FROM interaction AS x LEFT JOIN evidence AS e"
        " ON e.evidence_source = x.source AND e.evidence_key = x.fact_key"
        " WHERE x.day <= :until AND coalesce(x.outcome, '') <> 'planned'",
        span,
    ).fetchone()
    said = conn.execute(
        "WITH coded AS (SELECT DISTINCT source, fact_key FROM coding WHERE code IS NOT NULL)"
        " SELECT count(*), coalesce(sum(x.day >= :since), 0), count(c.fact_key)"
        " FROM feedback AS x LEFT JOIN coded AS c"
        " ON c.source = x.source AND c.fact_key = x.fact_key WHERE x.day <= :until",
        span,
    ).fetchone()
    learnt = conn.execute(
        "SELECT count(*), coalesce(sum(x.day >= :since), 0) FROM insight AS x"
        " WHERE x.day <= :until",
        span,
    ).fetchone()
    return [
        Items("entries", *map(int, told)),
        Items("feedback", *map(int, said)),
        Items("learnt", int(learnt[0]), int(learnt[1]), None),
    ]


def work(conn: sqlite3.Connection, spans: Sequence[tuple[int, str]], until: str) -> list[Work]:
    """Return what was done from each first day up to a day.

    Args:
        conn: the store.
        spans: number of days, and the first of them.
        until: the last day.
    """
    found = []
    for days, first in spans:
        row = conn.execute(
            "SELECT (SELECT count(*) FROM batch WHERE command = 'import' AND undone_at IS NULL"
            " AND substr(at, 1, 10) BETWEEN ?1 AND ?2),"
            " (SELECT count(*) FROM touch WHERE personal AND day BETWEEN ?1 AND ?2),"
            " (SELECT count(*) FROM action WHERE state = 'done' AND closed BETWEEN ?1 AND ?2)",
            (first, until),
        ).fetchone()
        found.append(Work(days, *map(int, tuple(row))))
    return found


def began(conn: sqlite3.Connection) -> str | None:
    """Return the day of the first import or entry; None in an empty store."""
    row = conn.execute("SELECT min(substr(at, 1, 10)) FROM batch").fetchone()
    return None if row[0] is None else str(row[0])
