"""Take an import back: its facts go, what it replaced returns, what others built on it stays."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass, field

from ci_cli.errors import CiError, ExitCode
from ci_cli.store.writes import links, records
from ci_cli.text import Msg, msg

# children before parents, so that nothing is left pointing at a removed row
_FACTS = ("order_line", "contact")
_LISTS = ("product", "category")
NAMES = {
    "order_line": msg("order lines"), "sales_order": msg("orders"), "record": msg("customers"),
    "contact": msg("contacts"), "product": msg("products"), "category": msg("categories"),
}  # fmt: skip


@dataclass
class Undone:
    """What an undo did."""

    removed: dict[str, int] = field(default_factory=dict)
    restored: int = 0
    kept: list[Msg] = field(default_factory=list)


def undo(conn: sqlite3.Connection, batch_id: int, at: str) -> Undone:
    """Take batch ``batch_id`` back; the caller holds the transaction.

    Rows are removed where nothing else has added to them, and before-images return where no later
    batch changed the row again; the rest is kept and named.

    Raises:
        CiError: no such batch, or it was undone before.
    """
    row = conn.execute("SELECT undone_at FROM batch WHERE id = ?", (batch_id,)).fetchone()
    if row is None:
        raise CiError(
            "import-unknown",
            msg("There is no import {id}.", id=batch_id),
            hint=msg("`ci-cli import history` lists the imports."),
            exit_code=ExitCode.DECIDE,
        )
    if row["undone_at"] is not None:
        raise CiError(
            "import-undone",
            msg("Import {id} was undone before.", id=batch_id),
            hint=msg("`ci-cli import history` says when."),
            exit_code=ExitCode.DECIDE,
        )
    result = Undone()
    conn.execute("DROP TABLE IF EXISTS temp.st_touched")
    conn.execute(
        "CREATE TEMP TABLE st_touched AS SELECT DISTINCT record_id AS id FROM sales_order"
        " WHERE record_id IS NOT NULL"
        " AND (file_id IN (SELECT id FROM batch_file WHERE batch_id = ?)"
        " OR id IN (SELECT row_id FROM change WHERE batch_id = ? AND table_name = 'sales_order'))",
        (batch_id, batch_id),
    )
    links.take_back(conn, f"batch_id = {int(batch_id)}", at)
    _restore(conn, batch_id, result)
    for table in _FACTS:
        _remove(conn, table, batch_id, result)
    _remove(
        conn, "sales_order", batch_id, result,
        unless="EXISTS (SELECT 1 FROM order_line AS l WHERE l.order_id = t.id)",
    )  # fmt: skip
    # stubs that came back by a restored image, but whose lines are gone
    conn.execute(
        "DELETE FROM sales_order WHERE described = 0"
        " AND NOT EXISTS (SELECT 1 FROM order_line AS l WHERE l.order_id = sales_order.id)"
    )
    for table in _LISTS:
        _remove(conn, table, batch_id, result)
    _remove_records(conn, batch_id, result)
    conn.execute("DELETE FROM item WHERE id NOT IN (SELECT item_id FROM order_line)")
    records.refresh_stubs(conn, "SELECT id FROM st_touched")
    conn.execute("DELETE FROM change WHERE batch_id = ?", (batch_id,))
    conn.execute("UPDATE batch SET undone_at = ? WHERE id = ?", (at, batch_id))
    return result


def _restore(conn: sqlite3.Connection, batch_id: int, result: Undone) -> None:
    images = conn.execute(
        "SELECT c.table_name, c.row_id, c.before, (SELECT min(n.batch_id) FROM change AS n"
        " WHERE n.table_name = c.table_name AND n.row_id = c.row_id AND n.batch_id > c.batch_id)"
        " FROM change AS c WHERE c.batch_id = ? ORDER BY c.id DESC",
        (batch_id,),
    ).fetchall()
    for table, row_id, before, later in images:
        if later is not None:
            result.kept.append(
                msg("{what} {id}: changed again by import {later}", what=NAMES[table], id=row_id,
                    later=later)
            )  # fmt: skip
            continue
        image = json.loads(before)
        # whose record it is was never the import's business
        image.pop("customer_id", None)
        sets = ", ".join(f'"{name}" = ?' for name in image)
        conn.execute(f"UPDATE {table} SET {sets} WHERE id = ?", (*image.values(), row_id))
        result.restored += 1


def _remove(
    conn: sqlite3.Connection, table: str, batch_id: int, result: Undone, unless: str = "0"
) -> None:
    mine = "t.file_id IN (SELECT id FROM batch_file WHERE batch_id = ?)"
    later = (
        "EXISTS (SELECT 1 FROM change AS c WHERE c.table_name = ? AND c.row_id = t.id"
        " AND c.batch_id > ?)"
    )
    kept = conn.execute(
        f"SELECT t.id FROM {table} AS t WHERE {mine} AND ({later} OR {unless})",
        (batch_id, table, batch_id),
    ).fetchall()
    for row in kept:
        result.kept.append(
            msg("{what} {id}: a later import added to it", what=NAMES[table], id=row[0])
        )
    cursor = conn.execute(
        f"DELETE FROM {table} WHERE id IN (SELECT t.id FROM {table} AS t WHERE {mine}"
        f" AND NOT ({later} OR {unless}))",
        (batch_id, table, batch_id),
    )
    result.removed[table] = cursor.rowcount


def _remove_records(conn: sqlite3.Connection, batch_id: int, result: Undone) -> None:
    used = (
        "EXISTS (SELECT 1 FROM sales_order AS o WHERE o.record_id = t.id)"
        " OR EXISTS (SELECT 1 FROM contact AS p WHERE p.record_id = t.id)"
        " OR EXISTS (SELECT 1 FROM record AS r WHERE r.customer_id = t.id AND r.id <> t.id)"
        " OR EXISTS (SELECT 1 FROM saved_rfm AS s WHERE s.customer_id = t.id)"
    )
    conn.execute("DROP TABLE IF EXISTS temp.st_gone")
    conn.execute(
        "CREATE TEMP TABLE st_gone AS SELECT t.id FROM record AS t"
        " WHERE t.file_id IN (SELECT id FROM batch_file WHERE batch_id = ?)"
        " AND NOT EXISTS (SELECT 1 FROM change AS c WHERE c.table_name = 'record'"
        f" AND c.row_id = t.id AND c.batch_id > ?) AND NOT ({used})",
        (batch_id, batch_id),
    )
    # stubs of earlier batches that came back by a restored image, but that nothing names any more
    conn.execute(
        f"INSERT INTO st_gone SELECT t.id FROM record AS t WHERE t.described = 0 AND NOT ({used})"
        " AND t.file_id IN (SELECT f.id FROM batch_file AS f JOIN batch AS b ON b.id = f.batch_id"
        " WHERE b.undone_at IS NOT NULL)"
    )
    kept = conn.execute(
        "SELECT t.id FROM record AS t WHERE t.file_id IN (SELECT id FROM batch_file"
        " WHERE batch_id = ?) AND t.id NOT IN (SELECT id FROM st_gone)",
        (batch_id,),
    ).fetchall()
    for row in kept:
        result.kept.append(msg("customer C{id}: something else has added to it", id=row[0]))
    conn.execute("DELETE FROM link WHERE record_id IN (SELECT id FROM st_gone)")
    conn.execute("DELETE FROM record WHERE id IN (SELECT id FROM st_gone)")
    conn.execute("DELETE FROM customer WHERE id IN (SELECT id FROM st_gone)")
    result.removed["record"] = conn.execute("SELECT count(*) FROM st_gone").fetchone()[0]
    conn.execute(
        "DELETE FROM source WHERE priority = 0 AND name NOT IN (SELECT source FROM record)"
        " AND name NOT IN (SELECT source FROM sales_order)"
    )
