"""Which record belongs to which customer: nobody else moves a record.

Links, merges, splits and undo all move records here, so that two things always hold:

- A customer that has records holds its founding record, the one with its own number.
- A customer that has lost it is a tombstone, and ``merged_into`` is the customer that holds the
  founding record now. Where that record itself is gone (its import was undone), the tombstone
  points to a customer that has a record of the same number.

So every number that was ever given leads to the customer that it means today, in two steps at most,
and no circle can arise. What moves is worked out for all customers at once: a scan may merge ten
thousand.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

# the living customer of the customer {id}, as SQL; NULL where the number was never given
LIVING = (
    "coalesce((SELECT lr.customer_id FROM record AS lr WHERE lr.id = {id}),"
    " (SELECT lr.customer_id FROM customer AS lc JOIN record AS lr ON lr.id = lc.merged_into"
    " WHERE lc.id = {id}))"
)


def plan(conn: sqlite3.Connection, moves: Iterable[tuple[int, int]] = ()) -> None:
    """Begin a move: ``cu_move`` (record_id, customer_id) says where records go.

    Args:
        conn: the store, inside a transaction.
        moves: the first rows of it; the caller may add more with SQL.
    """
    conn.execute("DROP TABLE IF EXISTS temp.cu_move")
    conn.execute("CREATE TEMP TABLE cu_move (record_id INTEGER PRIMARY KEY, customer_id INTEGER)")
    conn.executemany("INSERT OR REPLACE INTO cu_move VALUES (?, ?)", moves)


def carry_out(conn: sqlite3.Connection) -> None:
    """Move the records of ``cu_move``; a customer left without its founding record gets another.

    A record that is sent to the customer whose number it bears already parts from the others there.
    """
    _leave_behind(conn)
    conn.execute("DROP TABLE IF EXISTS temp.cu_touched")
    conn.execute("CREATE TEMP TABLE cu_touched (id INTEGER PRIMARY KEY)")
    conn.execute(
        "INSERT OR IGNORE INTO cu_touched SELECT customer_id FROM cu_move UNION"
        " SELECT r.customer_id FROM cu_move AS m JOIN record AS r ON r.id = m.record_id"
    )
    conn.execute(
        "UPDATE record SET customer_id = m.customer_id FROM cu_move AS m"
        " WHERE record.id = m.record_id AND record.customer_id <> m.customer_id"
    )
    _settle(conn)


def _leave_behind(conn: sqlite3.Connection) -> None:
    """Send the rest of a customer elsewhere where those who part take its number with them."""
    rest: dict[int, list[int]] = {}
    for record_id, customer_id in conn.execute(
        "SELECT r.id, r.customer_id FROM record AS r WHERE r.customer_id IN"
        " (SELECT m.customer_id FROM cu_move AS m JOIN record AS x ON x.id = m.record_id"
        " AND x.customer_id = m.customer_id)"
        " AND r.id NOT IN (SELECT record_id FROM cu_move) ORDER BY r.id"
    ):
        rest.setdefault(customer_id, []).append(record_id)
    for records in rest.values():
        heir = founder(conn, records)
        conn.executemany(
            "INSERT INTO cu_move VALUES (?, ?)", [(number, heir) for number in records]
        )


def founder(conn: sqlite3.Connection, records: Iterable[int]) -> int:
    """Return which of ``records``, all of one customer, gives its number to them when they part.

    The founder of a customer that was merged into theirs, so that this customer returns; else the
    oldest record that does not merely hang on another by a link.
    """
    row = conn.execute(
        "SELECT r.id FROM record AS r WHERE r.id IN (SELECT value FROM json_each(?))"
        f" ORDER BY {_CLAIM} LIMIT 1",
        (str(sorted(records)),),
    ).fetchone()
    return int(row[0])


# how good a founder the record ``r`` would be for those with whom it is together
_CLAIM = (
    "NOT EXISTS (SELECT 1 FROM regrouped AS g WHERE g.record_id = r.id"
    " AND g.from_customer_id = r.id AND g.to_customer_id = r.customer_id),"
    " EXISTS (SELECT 1 FROM link AS l WHERE l.record_id = r.id AND l.undone_at IS NULL), r.id"
)


def _settle(conn: sqlite3.Connection) -> None:
    """Make the two rules of this module true again for the customers in ``cu_touched``."""
    conn.execute("DROP TABLE IF EXISTS temp.cu_heir")
    conn.execute("CREATE TEMP TABLE cu_heir (former INTEGER PRIMARY KEY, id INTEGER)")
    conn.execute(
        "INSERT INTO cu_heir SELECT t.id, (SELECT r.id FROM record AS r WHERE r.customer_id = t.id"
        f" ORDER BY {_CLAIM} LIMIT 1) FROM cu_touched AS t"
        " WHERE EXISTS (SELECT 1 FROM record AS r WHERE r.customer_id = t.id)"
        " AND NOT EXISTS (SELECT 1 FROM record AS r WHERE r.id = t.id AND r.customer_id = t.id)"
    )
    conn.execute(
        "UPDATE record SET customer_id = h.id FROM cu_heir AS h WHERE record.customer_id = h.former"
    )
    conn.execute("INSERT OR IGNORE INTO cu_touched SELECT id FROM cu_heir")
    conn.execute(
        "UPDATE customer SET merged_into = nullif(r.customer_id, r.id) FROM record AS r"
        " WHERE r.id = customer.id AND r.customer_id IN (SELECT id FROM cu_touched)"
        " AND customer.merged_into IS NOT nullif(r.customer_id, r.id)"
    )
    gone = "NOT EXISTS (SELECT 1 FROM record AS r WHERE r.id = customer.id)"
    for pointer in ("id", "merged_into"):
        conn.execute(
            "UPDATE customer SET merged_into = h.id FROM cu_heir AS h"
            f" WHERE customer.{pointer} = h.former AND {gone}"
        )


def forget(conn: sqlite3.Connection, records: str) -> None:
    """Remove records and their customers; what others were merged with leaves a tombstone.

    Args:
        conn: the store, inside a transaction; nothing but links points to the records any more.
        records: query that gives their ids; it must not change while records go.
    """
    conn.execute("DROP TABLE IF EXISTS temp.cu_touched")
    conn.execute("CREATE TEMP TABLE cu_touched (id INTEGER PRIMARY KEY)")
    conn.execute(
        f"INSERT OR IGNORE INTO cu_touched SELECT customer_id FROM record WHERE id IN ({records})"
    )
    conn.execute(
        f"DELETE FROM link WHERE record_id IN ({records}) OR from_customer_id IN ({records})"
    )
    conn.execute(f"DELETE FROM record WHERE id IN ({records})")
    _settle(conn)
    # who was linked to them stays with those who bear the evidence (links.release saw to it)
    conn.execute(
        "UPDATE link SET to_customer_id = (SELECT r.customer_id FROM record AS r"
        f" WHERE r.id = link.record_id) WHERE undone_at IS NULL AND to_customer_id IN ({records})"
    )
    conn.execute(f"DELETE FROM link WHERE to_customer_id IN ({records})")
    forget_customers(conn, records)


def forget_customers(conn: sqlite3.Connection, ids: str) -> None:
    """Remove customers whose records are gone; those merged with customers that remain stay."""
    conn.execute("DROP TABLE IF EXISTS temp.cu_doomed")
    conn.execute(
        f"CREATE TEMP TABLE cu_doomed AS SELECT c.id FROM customer AS c WHERE c.id IN ({ids})"
        " AND (c.merged_into IS NULL OR NOT EXISTS (SELECT 1 FROM record AS r"
        " WHERE r.id = c.merged_into) OR NOT EXISTS (SELECT 1 FROM regrouped AS g"
        " WHERE g.record_id = c.id OR g.to_customer_id = c.id))"
    )
    conn.execute("CREATE UNIQUE INDEX temp.cu_doomed_id ON cu_doomed (id)")
    # tombstones that pointed there: onward, or away with them
    doomed = "SELECT id FROM cu_doomed"
    conn.execute(
        "UPDATE customer SET merged_into = (SELECT r.id FROM customer AS c JOIN record AS r"
        " ON r.id = c.merged_into WHERE c.id = customer.merged_into)"
        f" WHERE merged_into IN ({doomed}) AND id NOT IN ({doomed})"
    )
    conn.execute(
        "INSERT OR IGNORE INTO cu_doomed SELECT c.id FROM customer AS c WHERE c.merged_into IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM record AS r WHERE r.id = c.id)"
    )
    conn.execute(f"UPDATE customer SET merged_into = NULL WHERE merged_into IN ({doomed})")
    conn.execute(f"DELETE FROM customer WHERE id IN ({doomed})")
