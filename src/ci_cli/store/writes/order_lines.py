"""The lines of staged orders: numbered where they repeat, compared, inserted, updated.

``st_twice`` holds the rows that repeat a line number; ``st_known`` for each known order how many
of its staged lines the store has; ``st_news`` the lines of known orders that are new or changed;
``st_emptied`` those of which a complete export has already emptied a cell in the store.
"""

from __future__ import annotations

import sqlite3

from ci_cli.shapes.trade import OnMatch
from ci_cli.store.writes import batches
from ci_cli.store.writes.lists import Replaced
from ci_cli.store.writes.order_staging import LINE_VALUES, NEW_ID
from ci_cli.store.writes.upsert import refuse_updates

_GIVEN = (*LINE_VALUES, "extra")
# CROSS JOIN keeps the order of the file, in which all of these tables lie
_STAGED = (
    "FROM st_line AS s CROSS JOIN st ON st.line = s.first"
    " CROSS JOIN st_item AS i ON i.number = s.item"
    " WHERE s.line_key IS NOT NULL AND s.line NOT IN (SELECT line FROM st_twice)"
    " AND st.verdict IS NOT 'conflict'"
)
# the staged lines of known orders, each beside the line ``l`` that the store has of it
PAIRS = (
    "FROM st_line AS s CROSS JOIN st ON st.line = s.first"
    " CROSS JOIN st_item AS i ON i.number = s.item LEFT JOIN order_line AS l"
    " ON l.order_id = st.target_id AND l.line_key = s.line_key AND l.occurrence = s.occurrence"
    " WHERE st.target_id IS NOT NULL AND s.line_key IS NOT NULL"
    " AND s.line NOT IN (SELECT line FROM st_twice)"
)


def write_items(conn: sqlite3.Connection) -> None:
    """Insert the products that the store does not know, and note which is which."""
    conn.execute(
        "INSERT OR IGNORE INTO item (source, product_key, name, category)"
        " SELECT source, product_key, name, category FROM st_item"
        # rows that only describe an order name no product; those of a line may lack one
        " WHERE product_key || name || category <> '' OR number IN (SELECT item FROM st_line)"
        " ORDER BY number"
    )
    conn.execute(
        "UPDATE st_item SET item_id = (SELECT i.id FROM item AS i WHERE i.source = st_item.source"
        " AND i.product_key = st_item.product_key AND i.name = st_item.name"
        " AND i.category = st_item.category)"
    )


def number_occurrences(conn: sqlite3.Connection) -> None:
    """Number the lines that say the same of one order; set repeated line numbers apart."""
    for name in ("st_repeat", "st_twice", "st_known", "st_news", "st_emptied"):
        conn.execute(f"DROP TABLE IF EXISTS temp.{name}")
    conn.execute("CREATE TEMP TABLE st_emptied (line INTEGER PRIMARY KEY)")
    conn.execute(
        "CREATE TEMP TABLE st_twice (line INTEGER PRIMARY KEY, first INTEGER, reason TEXT)"
    )
    conn.execute(
        "CREATE TEMP TABLE st_known (line INTEGER PRIMARY KEY, said INTEGER, found INTEGER,"
        " found_before INTEGER, changed INTEGER)"
    )
    conn.execute(
        "CREATE TEMP TABLE st_news (line INTEGER PRIMARY KEY, target_id INTEGER, verdict TEXT)"
    )
    conn.execute(
        "CREATE TEMP TABLE st_repeat (first INTEGER, line_key INTEGER, PRIMARY KEY (first,"
        " line_key)) WITHOUT ROWID"
    )
    conn.execute(
        "INSERT INTO st_repeat SELECT first, line_key FROM st_line WHERE line_key IS NOT NULL"
        " GROUP BY first, line_key HAVING count(*) > 1 ORDER BY 1, 2"
    )
    if conn.execute("SELECT 1 FROM st_repeat LIMIT 1").fetchone() is None:
        return
    # the same line number twice in one order of one file: the first one stands
    conn.execute(
        "INSERT INTO st_twice SELECT line, first, 'twice' FROM (SELECT line, first, occurrence,"
        " row_number() OVER (PARTITION BY first, line_key ORDER BY line) AS nth"
        " FROM st_repeat JOIN st_line USING (first, line_key)) WHERE occurrence = 0 AND nth > 1"
    )
    conn.execute(
        "UPDATE st_line SET occurrence = n.nth FROM (SELECT line AS l, row_number() OVER"
        " (PARTITION BY first, line_key ORDER BY extra IS NULL, extra, line) AS nth"
        " FROM st_repeat JOIN st_line USING (first, line_key) WHERE occurrence > 0) AS n"
        " WHERE n.l = st_line.line"
    )


def refuse_other_tables(
    conn: sqlite3.Connection, batch_id: int, file_id: int, on_match: OnMatch
) -> None:
    """Let no sheet or file replace the figures that another one of the same import brings.

    A figure of a wide sheet replaces the one that an earlier import brought for the same customer,
    product and month. Two sheets of one workbook are more likely to speak of different things, and
    so are two files of one command where they differ. It matters which table brought the figure
    first, not when: the same command again must end alike.
    """
    brought = (
        "SELECT f.id FROM batch_file AS f JOIN batch_file AS other ON other.file = f.file"
        " AND other.sheet IS f.sheet JOIN batch_file AS own ON own.id = ?"
        " WHERE other.batch_id = ? AND other.id <> own.id AND f.file {} own.file"
    )
    conn.execute(
        "INSERT INTO st_twice SELECT s.line, s.first, iif(l.file_id IN"
        f" ({brought.format('=')}), 'twice', 'elsewhere') {PAIRS}"
        f" AND (l.file_id IN ({brought.format('=')})"
        f" OR (l.file_id IN ({brought.format('<>')}) AND ({_changed(on_match)})))",
        (file_id, batch_id) * 3,
    )


def replaced_figures(conn: sqlite3.Connection, file_id: int) -> tuple[Replaced, ...]:
    """Count the figures that change although another file or sheet brought them."""
    rows = conn.execute(
        "SELECT f.file, f.sheet, count(*) FROM st_news AS n JOIN order_line AS l"
        " ON l.id = n.target_id JOIN batch_file AS f ON f.id = l.file_id JOIN batch_file AS own"
        " ON own.id = ? WHERE n.verdict = 'updated' AND (f.file <> own.file"
        " OR f.sheet IS NOT own.sheet) GROUP BY 1, 2 ORDER BY min(l.id)",
        (file_id,),
    )
    return tuple(Replaced(*row) for row in rows)


def compare(conn: sqlite3.Connection, batch_id: int, on_match: OnMatch) -> None:
    """Count for each known order how many of its lines the store has, and how many it has alike.

    ``found_before`` leaves out what this same import brought with an earlier file.
    """
    conn.execute("DELETE FROM st_known")
    ours = "SELECT id FROM batch_file WHERE batch_id = ?"
    conn.execute(
        "INSERT INTO st_known SELECT s.first, count(*), count(l.id),"
        f" total(l.file_id NOT IN ({ours})), total(l.id IS NOT NULL AND ({_changed(on_match)}))"
        f" {PAIRS} GROUP BY s.first",
        (batch_id,),
    )


def note_news(conn: sqlite3.Connection, on_match: OnMatch) -> None:
    """Note the lines of known orders that are new or changed, conflicts left out."""
    changed = _changed(on_match)
    conn.execute(
        "INSERT INTO st_news SELECT s.line, l.id, iif(l.id IS NULL, 'created', 'updated')"
        f" {PAIRS} AND st.verdict IS NOT 'conflict' AND s.first IN"
        " (SELECT line FROM st_known WHERE changed OR found < said)"
        f" AND (l.id IS NULL OR ({changed}))"
    )


def insert_new(conn: sqlite3.Connection, file_id: int, first_id: int) -> int:
    """Insert the lines that the store does not have, in the order of the file.

    Args:
        conn: the store, inside a transaction.
        file_id: the file that they come from.
        first_id: see ``orders``; the id of a new order is that much more than its line.

    Returns:
        How many there were.
    """
    values = ", ".join(LINE_VALUES)
    staged = ", ".join(f"s.{name}" for name in LINE_VALUES)
    cursor = conn.execute(
        f"INSERT INTO order_line (order_id, line_key, occurrence, item_id, kind, {values}, extra,"
        f" file_id, line) SELECT coalesce(st.target_id, {NEW_ID}), s.line_key, s.occurrence,"
        f" i.item_id, s.kind, {staged}, s.extra, ?, s.line {_STAGED}"
        " AND (st.target_id IS NULL OR s.line IN"
        " (SELECT line FROM st_news WHERE target_id IS NULL)) ORDER BY s.line",
        (first_id, file_id),
    )
    return cursor.rowcount


def update_changed(conn: sqlite3.Connection, batch_id: int, on_match: OnMatch) -> None:
    """Write the lines that say otherwise than the store.

    Raises:
        CiError: ``--on-match error`` and there is such a line.
    """
    if on_match == "error":
        refuse_updates(conn, "st_news")
    batches.keep_before(
        conn, batch_id, "order_line", "SELECT target_id FROM st_news WHERE verdict = 'updated'"
    )
    if on_match == "fill":
        sets = ", ".join(f"{name} = coalesce(order_line.{name}, s.{name})" for name in _GIVEN)
    else:
        sets = ", ".join(f"{name} = coalesce(s.{name}, order_line.{name})" for name in _GIVEN)
        sets += ", kind = s.kind, item_id = i.item_id"
    conn.execute(
        f"UPDATE order_line SET {sets} FROM st_news AS n JOIN st_line AS s USING (line)"
        " JOIN st_item AS i ON i.number = s.item"
        " WHERE n.verdict = 'updated' AND order_line.id = n.target_id"
    )


def _changed(on_match: OnMatch) -> str:
    """Return SQL that tells whether the store's line ``l`` differs from the staged line ``s``."""
    if on_match == "skip":
        return "0"
    if on_match == "fill":
        return " OR ".join(f"(s.{name} IS NOT NULL AND l.{name} IS NULL)" for name in _GIVEN)
    differs = [f"(s.{name} IS NOT NULL AND s.{name} IS NOT l.{name})" for name in _GIVEN]
    emptied = "s.line IN (SELECT line FROM st_emptied)"
    return " OR ".join([*differs, "l.kind <> s.kind", "l.item_id <> i.item_id", emptied])
