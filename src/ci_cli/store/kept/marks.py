"""How far the kept figures reach, and whether anything has happened since.

Marks: ``made`` is 1 once the figures exist; ``order`` and ``line`` are the highest ids that they
include; ``groups`` is 1 when an item may belong to another product or category than they have it.
"""

from __future__ import annotations

import sqlite3

_CURRENT = """
SELECT
    (SELECT value FROM kept_mark WHERE name = 'made') = 1
    AND (SELECT value FROM kept_mark WHERE name = 'groups') = 0
    AND (SELECT value FROM kept_mark WHERE name = 'order')
        >= (SELECT coalesce(max(id), 0) FROM sales_order)
    AND (SELECT value FROM kept_mark WHERE name = 'line')
        >= (SELECT coalesce(max(id), 0) FROM order_line)
    AND NOT EXISTS (SELECT 1 FROM stale_order)
    AND NOT EXISTS (SELECT 1 FROM moved_record)
"""


def current(conn: sqlite3.Connection) -> bool:
    """Tell whether the kept figures say what the lines say."""
    return bool(conn.execute(_CURRENT).fetchone()[0])


def mark(conn: sqlite3.Connection, name: str) -> int:
    """Return the value of one mark."""
    return int(conn.execute("SELECT value FROM kept_mark WHERE name = ?", (name,)).fetchone()[0])


def highest(conn: sqlite3.Connection, table: str) -> int:
    """Return the highest id of a table, 0 where it is empty."""
    return int(conn.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()[0])


def set_current(conn: sqlite3.Connection) -> None:
    """Say that the figures have just been brought up to date."""
    conn.executemany(
        "UPDATE kept_mark SET value = ? WHERE name = ?",
        [
            (1, "made"),
            (0, "groups"),
            (highest(conn, "sales_order"), "order"),
            (highest(conn, "order_line"), "line"),
        ],
    )
    conn.execute("DELETE FROM stale_order")
    conn.execute("DELETE FROM moved_record")


def forget(conn: sqlite3.Connection) -> None:
    """Throw the figures away that name items; the next report or import makes all of them anew."""
    conn.execute("UPDATE kept_mark SET value = 0 WHERE name = 'made'")
    conn.execute("DELETE FROM month_cell")
    conn.execute("DELETE FROM item_group")
