"""What has been kept longer than a rule allows: people nobody deals with any more, and old words.

A person is dealt with when an entry names it, when it was added or changed, and, until it has left,
when its customer buys or is spoken to: it is the way to a living customer. Of an old entry the day,
the kind and the outcome stay, so figures do not change; what was written and about whom goes.
"""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

from ci_cli.store import privacy, search_index, talks
from ci_cli.store.privacy import Person
from ci_cli.store.writes.mentions import FACTS

# of an entry: whatever somebody wrote, or who it was about
_WORDS = ("subject", "text", "person", "files", "about_customer", "extra", "contact_id")


class Expired(NamedTuple):
    """A person that nobody has dealt with since before the rule's day."""

    person: Person
    last: str  # day
    what: str  # what happened then: entry, customer, left, noted


class OldWords(NamedTuple):
    """Entries of one customer whose words are older than the rule's day."""

    customer_id: int | None
    customer: str | None
    entries: int
    first: str
    last: str


def expired(conn: sqlite3.Connection, before: str, today: str) -> list[Expired]:
    """Return the people with whom nothing happened on or after the day ``before``.

    Args:
        conn: the store.
        before: ISO day.
        today: what lies after it has not happened yet.
    """
    days = " UNION ALL ".join(
        f"SELECT x.record_id, {day} AS day FROM {table} AS x WHERE x.record_id IS NOT NULL"
        for table, day in (("sales_order", "x.date"), *((fact[0], fact[1]) for fact in FACTS))
    )
    rows = conn.execute(
        f"""
        WITH lively AS (
            SELECT r.customer_id, max(d.day) AS day FROM ({days}) AS d
            JOIN record AS r ON r.id = d.record_id WHERE substr(d.day, 1, 10) <= :today GROUP BY 1
        ),
        spoken AS (
            SELECT contact_id, max(day) AS day FROM interaction
            WHERE contact_id IS NOT NULL AND day <= :today GROUP BY 1
        ),
        changed AS (
            SELECT c.row_id, max(b.at) AS at FROM change AS c JOIN batch AS b ON b.id = c.batch_id
            WHERE c.table_name = 'contact' GROUP BY 1
        )
        SELECT p.id, s.day AS entry, iif(p.left_at IS NULL, l.day, NULL) AS customer,
            p.left_at AS "left", max(coalesce(b.at, ''), coalesce(g.at, '')) AS noted
        FROM contact AS p
        JOIN record AS r ON r.id = p.record_id
        LEFT JOIN lively AS l ON l.customer_id = r.customer_id
        LEFT JOIN spoken AS s ON s.contact_id = p.id
        LEFT JOIN changed AS g ON g.row_id = p.id
        LEFT JOIN batch_file AS f ON f.id = p.file_id
        LEFT JOIN batch AS b ON b.id = f.batch_id
        WHERE coalesce(p.name, p.title, p.phone, p.email, p.extra) IS NOT NULL
        """,
        {"today": today},
    )
    seen = {
        int(row["id"]): max(
            ((row[what] or "")[:10], what) for what in ("noted", "left", "customer", "entry")
        )
        for row in rows
    }
    old = [number for number, (day, _what) in seen.items() if day < before]
    found = []
    for person in privacy.people(conn, old):
        last = max(seen[number] for number in person.rows if number in seen)
        if last[0] < before:
            found.append(Expired(person, *last))
    return found


def old_words(conn: sqlite3.Connection, before: str) -> list[OldWords]:
    """Return whose entries from before the day ``before`` still hold words."""
    rows = conn.execute(
        "SELECT r.customer_id, (SELECT g.label FROM golden AS g WHERE g.id = r.customer_id),"
        " count(*), min(i.day), max(i.day) FROM interaction AS i"
        f" LEFT JOIN record AS r ON r.id = i.record_id WHERE i.id IN ({_old()})"
        " GROUP BY 1 ORDER BY 1",
        (before,),
    )
    return [OldWords(*row) for row in rows]


def clear_words(conn: sqlite3.Connection, before: str) -> int:
    """Take the words out of the entries from before a day; return of how many. In a transaction."""
    conn.execute("DROP TABLE IF EXISTS temp.st_old")
    conn.execute("CREATE TEMP TABLE st_old (id INTEGER PRIMARY KEY)")
    cursor = conn.execute(f"INSERT INTO st_old {_old()}", (before,))
    cleared = ", ".join(f"{name} = NULL" for name in _WORDS)
    conn.execute(f"UPDATE interaction SET {cleared} WHERE id IN (SELECT id FROM st_old)")
    images = ", ".join(f"'$.{name}', NULL" for name in _WORDS)
    conn.execute(
        f"UPDATE change SET before = json_set(before, {images}) WHERE table_name = 'interaction'"
        " AND (row_id IN (SELECT id FROM st_old) OR (json_extract(before, '$.day') < ?"
        " AND row_id < 0))",
        (before,),
    )
    search_index.forget(conn)
    return cursor.rowcount


def _old() -> str:
    """Return SQL for the entries that lose their words; what still waits needs them."""
    told = " OR ".join(f"i.{name} IS NOT NULL" for name in _WORDS)
    return (
        f"SELECT i.id FROM interaction AS i WHERE i.day < ? AND {talks.OPEN} IS NOT TRUE"
        f" AND ({told})"
    )
