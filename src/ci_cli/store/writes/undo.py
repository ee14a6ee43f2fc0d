"""Take an import back: its facts go, what it replaced returns, what others built on it stays."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ci_cli.errors import CiError, ExitCode
from ci_cli.store import seals
from ci_cli.store.writes import links, membership, mentions, records, withdrawn
from ci_cli.text import Msg, msg

# children before parents, so that nothing is left pointing at a removed row
_FACTS = ("order_line", "quote_use", *mentions.TABLES, "contact", "action")
_LISTS = ("product", "category", "behaviour_type", "survey", "coding", "goal", "stakeholder")
NAMES = {
    "order_line": msg("order line"), "sales_order": msg("order"), "record": msg("customer"),
    "contact": msg("contact"), "product": msg("product"), "category": msg("category"),
    "action": msg("action"),
    "interaction": msg("interaction"), "contract": msg("contract"),
    "opportunity": msg("opportunity"), "usage": msg("usage figure"),
    "behaviour": msg("tag"), "behaviour_type": msg("definition of a tag"),
    "feedback": msg("feedback"), "insight": msg("fact learnt"), "invitation": msg("invitation"),
    "survey": msg("survey"), "coding": msg("coding"),
    "reference_step": msg("step of a reference"), "reference_request": msg("reference request"),
    "reference_attempt": msg("attempt to reach a reference"),
    "reference_use": msg("use of a reference"), "quote": msg("quote"),
    "quote_use": msg("use of a quote"), "recognition": msg("thanks or reward"),
    "goal": msg("goal"), "stakeholder": msg("stakeholder"),
}  # fmt: skip

# a later batch changed the row (parameters: table, batch)
_LATER = (
    "EXISTS (SELECT 1 FROM change AS c WHERE c.table_name = ? AND c.row_id = t.id"
    " AND c.batch_id > ?)"
)


# a line of the batch itself had to stay, and a line cannot stay without its order
_HOLDS_A_KEPT_LINE = (
    "EXISTS (SELECT 1 FROM order_line AS l JOIN batch_file AS f ON f.id = l.file_id"
    " WHERE l.order_id = t.id AND f.batch_id = ?)"
)


@dataclass
class Undone:
    """What an undo did.

    ``waiting`` counts orders that others' lines still name and customers that others' orders
    still name: they are stubs again, as if the batch had never described them.
    """

    removed: dict[str, int] = field(default_factory=dict)
    waiting: dict[str, int] = field(default_factory=dict)
    restored: int = 0
    repeated: list[int] = field(default_factory=list)  # later imports that found its rows unchanged
    kept: list[Msg] = field(default_factory=list)
    _kept_rows: set[tuple[str, int]] = field(default_factory=set)

    def keep(self, table: str, row_id: int, why: Msg) -> None:
        """Note that a row had to stay; it is told once, whatever it had to stay for."""
        if (table, row_id) not in self._kept_rows:
            self._kept_rows.add((table, row_id))
            self.kept.append(why)


def undo(conn: sqlite3.Connection, batch_id: int, at: str) -> Undone:
    """Take batch ``batch_id`` back; the caller holds the transaction.

    The store is then as if the batch had never come: what other imports mention but nobody
    describes any more becomes a stub again. Only rows that a later batch changed once more are
    kept, and named.

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
    seals.expect_old_ids(conn)
    conn.execute("DROP TABLE IF EXISTS temp.st_touched")
    conn.execute(
        "CREATE TEMP TABLE st_touched AS SELECT DISTINCT record_id AS id FROM sales_order"
        " WHERE record_id IS NOT NULL"
        " AND (file_id IN (SELECT id FROM batch_file WHERE batch_id = ?)"
        " OR id IN (SELECT row_id FROM change WHERE batch_id = ? AND table_name = 'sales_order'))"
        f" UNION {mentions.touched_by(str(int(batch_id)))}",
        (batch_id, batch_id),
    )
    links.take_back(conn, f"batch_id = {int(batch_id)}", at)
    withdrawn.bring_back_customers(conn, batch_id)
    _restore(conn, batch_id, at, result)
    conn.execute(
        "INSERT INTO st_touched SELECT record_id FROM sales_order WHERE record_id IS NOT NULL AND"
        " id IN (SELECT row_id FROM change WHERE batch_id = ? AND table_name = 'sales_order')",
        (batch_id,),
    )
    _forget_facts(conn, batch_id, result)
    conn.execute("DELETE FROM change WHERE batch_id = ? AND row_id > 0", (batch_id,))
    conn.execute("UPDATE batch SET undone_at = ? WHERE id = ?", (at, batch_id))
    # what an earlier undo had to keep because of this batch can go now; what it still keeps and
    # lets wait was told when it was undone
    others = [other for other in _undone_with_rows(conn) if other != batch_id]
    earlier = Undone(removed=result.removed)
    for other in others:
        _forget_facts(conn, other, earlier)
    back = withdrawn.bring_back_orders(conn, batch_id, at)
    result.restored += back.rows
    result.kept += back.kept
    conn.executemany("INSERT INTO st_touched VALUES (?)", [(number,) for number in back.records])
    conn.execute("DELETE FROM change WHERE batch_id = ?", (batch_id,))
    _forget_people(conn, batch_id, result, at)
    for other in others:
        _forget_people(conn, other, earlier, at)
    conn.execute(
        "DELETE FROM item WHERE id NOT IN (SELECT item_id FROM order_line) AND id NOT IN"
        " (SELECT json_extract(before, '$.item_id') FROM change WHERE table_name = 'order_line'"
        " AND row_id > 0)"
    )
    records.refresh_stubs(conn, "SELECT id FROM st_touched")
    links.relink_touched(conn, at)
    mentions.attach_contacts(conn, "record_id IN (SELECT id FROM st_stub)")
    result.repeated = [
        row[0]
        for row in conn.execute(
            "SELECT id FROM batch WHERE id > ? AND undone_at IS NULL AND unchanged > 0"
            " AND source IS (SELECT source FROM batch WHERE id = ?) ORDER BY id",
            (batch_id, batch_id),
        )
    ]
    return result


def _forget_facts(conn: sqlite3.Connection, batch_id: int, result: Undone) -> None:
    for table in _FACTS:
        _remove(conn, table, batch_id, result)
    _forget_orders(conn, batch_id, result)
    # stubs that came back by a restored image, but whose lines are gone
    conn.execute(
        "DELETE FROM sales_order WHERE described = 0"
        " AND NOT EXISTS (SELECT 1 FROM order_line AS l WHERE l.order_id = sales_order.id)"
    )


def _forget_people(conn: sqlite3.Connection, batch_id: int, result: Undone, at: str) -> None:
    for table in _LISTS:
        _remove(conn, table, batch_id, result)
    _forget_records(conn, batch_id, result, at)


def _undone_with_rows(conn: sqlite3.Connection) -> list[int]:
    tables = (*_FACTS, *_LISTS, "sales_order", "record")
    owned = " UNION ".join(f"SELECT file_id FROM {table}" for table in tables)
    rows = conn.execute(
        "SELECT DISTINCT f.batch_id FROM batch_file AS f JOIN batch AS b ON b.id = f.batch_id"
        f" WHERE b.undone_at IS NOT NULL AND f.id IN ({owned}) ORDER BY 1"
    )
    return [int(row[0]) for row in rows]


def _restore(conn: sqlite3.Connection, batch_id: int, at: str, result: Undone) -> None:
    images = conn.execute(
        "SELECT c.id, c.table_name, c.row_id, c.before, (SELECT min(n.id) FROM change AS n"
        " WHERE n.table_name = c.table_name AND n.row_id = c.row_id AND n.batch_id > c.batch_id)"
        " FROM change AS c WHERE c.batch_id = ? ORDER BY c.id DESC",
        (batch_id,),
    ).fetchall()
    for _id, table, row_id, before, later in images:
        if later is None and row_id < 0:
            continue  # a row taken out: it comes back when the batch's own rows are gone
        if later is not None:
            # the later batch must go back to before this one when its own turn comes
            by = conn.execute("SELECT batch_id FROM change WHERE id = ?", (later,)).fetchone()[0]
            conn.execute("UPDATE change SET before = ? WHERE id = ?", (before, later))
            result.keep(table, row_id, _changed_again(conn, table, json.loads(before), by))
            continue
        image = json.loads(before)
        if table in ("sales_order", *mentions.TABLES):
            image["record_id"] = withdrawn.record_of(conn, image, at)
        image.pop("of", None)
        image.pop("contact_id", None)  # found anew from the person's name
        # whose record it is was never the import's business
        image.pop("customer_id", None)
        sets = ", ".join(f'"{name}" = ?' for name in image)
        conn.execute(f"UPDATE {table} SET {sets} WHERE id = ?", (*image.values(), row_id))
        result.restored += 1


def _changed_again(
    conn: sqlite3.Connection, table: str, row: Mapping[str, Any] | sqlite3.Row, later: int
) -> Msg:
    """Say that a later batch changed a row; tags have no number that anybody knows."""
    if table != "behaviour":
        return msg("{what} {id}: changed again by import {later}", what=NAMES[table],
                   id=row["id"], later=later)  # fmt: skip
    customer = conn.execute(
        "SELECT r.customer_id, coalesce((SELECT g.label FROM golden AS g WHERE g.id ="
        " r.customer_id), '') FROM record AS r WHERE r.id = ?",
        (row["record_id"],),
    ).fetchone()
    return msg("tag {code} of C{customer} {name}: changed again by import {later}",
               code=row["code"], customer=customer[0], name=customer[1], later=later)  # fmt: skip


def _remove(conn: sqlite3.Connection, table: str, batch_id: int, result: Undone) -> None:
    """Remove the rows that the batch brought, but those that a later batch changed."""
    mine = "t.file_id IN (SELECT id FROM batch_file WHERE batch_id = ?)"
    needed, values = _LATER, [batch_id, table, batch_id]
    if table == "sales_order":
        needed, values = f"({_LATER} OR {_HOLDS_A_KEPT_LINE})", [*values, batch_id]
    kept = conn.execute(
        "SELECT t.*, (SELECT min(c.batch_id) FROM change AS c WHERE c.table_name = ?"
        f" AND c.row_id = t.id AND c.batch_id > ?) FROM {table} AS t WHERE {mine} AND {needed}",
        (table, batch_id, *values),
    ).fetchall()
    for row in kept:
        result.keep(
            table, row["id"],
            _changed_again(conn, table, row, row[-1])
            if table == "behaviour"
            else msg("{what} {id}: a later import added to it", what=NAMES[table], id=row["id"]),
        )  # fmt: skip
    gone = f"SELECT t.id FROM {table} AS t WHERE {mine} AND NOT {needed}"
    if table == "contact":
        mentions.let_go_of_contacts(conn, gone, values)
    cursor = conn.execute(f"DELETE FROM {table} WHERE id IN ({gone})", values)
    result.removed[table] = result.removed.get(table, 0) + cursor.rowcount


def _forget_orders(conn: sqlite3.Connection, batch_id: int, result: Undone) -> None:
    """Remove the orders that the batch described; those with lines of others wait again."""
    conn.execute(
        "UPDATE sales_order SET described = 0, record_id = NULL, date = NULL, time = NULL,"
        " kind = 'sale', state = 'counted', status = NULL, total = NULL, owner = NULL,"
        " region = NULL, country = NULL, about_customer = NULL, extra = NULL,"
        " currency = NULL,"
        " (file_id, line) = (SELECT l.file_id, l.line FROM order_line AS l"
        " WHERE l.order_id = sales_order.id ORDER BY l.file_id, l.line LIMIT 1)"
        " WHERE id IN (SELECT t.id FROM sales_order AS t WHERE t.file_id IN"
        " (SELECT id FROM batch_file WHERE batch_id = ?) AND EXISTS (SELECT 1 FROM order_line AS l"
        f" WHERE l.order_id = t.id) AND NOT {_LATER} AND NOT {_HOLDS_A_KEPT_LINE})",
        (batch_id, "sales_order", batch_id, batch_id),
    )
    result.waiting["sales_order"] = conn.execute("SELECT changes()").fetchone()[0]
    _remove(conn, "sales_order", batch_id, result)


def _forget_records(conn: sqlite3.Connection, batch_id: int, result: Undone, at: str) -> None:
    """Remove the customers that the batch described; those that others mention become stubs."""
    mine = "t.file_id IN (SELECT id FROM batch_file WHERE batch_id = ?)"
    used = (
        "(EXISTS (SELECT 1 FROM sales_order AS o WHERE o.record_id = t.id)"
        " OR EXISTS (SELECT 1 FROM contact AS p WHERE p.record_id = t.id)"
        " OR EXISTS (SELECT 1 FROM action AS a WHERE a.record_id = t.id)"
        f" OR {mentions.is_mentioned('t.id')}"
        " OR EXISTS (SELECT 1 FROM saved_rfm AS s WHERE s.customer_id = t.id)"
        " OR EXISTS (SELECT 1 FROM saved_health AS s WHERE s.customer_id = t.id))"
    )
    for row in conn.execute(
        f"SELECT t.id FROM record AS t WHERE {mine} AND {_LATER}", (batch_id, "record", batch_id)
    ).fetchall():
        result.keep("record", row[0], msg("customer C{id}: a later import added to it", id=row[0]))
    cleared = ", ".join(f"{name} = NULL" for name in (*records.RECORD.fields, "extra"))
    conn.execute("DROP TABLE IF EXISTS temp.st_stub")
    conn.execute(
        f"CREATE TEMP TABLE st_stub AS SELECT t.id FROM record AS t WHERE {mine} AND {used}"
        f" AND NOT {_LATER}",
        (batch_id, "record", batch_id),
    )
    conn.execute(
        f"UPDATE record SET {cleared}, described = 0, name = iif(key_kind = 'name', source_key,"
        " NULL), name_key = iif(key_kind = 'name', name_key(source_key), NULL),"
        # hearsay stands where it was first heard of
        f" (file_id, line) = {mentions.first_heard('record.id')}"
        " WHERE id IN (SELECT id FROM st_stub)"
    )
    result.waiting["record"] = conn.execute("SELECT count(*) FROM st_stub").fetchone()[0]
    conn.execute("INSERT INTO st_touched SELECT id FROM st_stub")
    conn.execute("DROP TABLE IF EXISTS temp.st_gone")
    conn.execute(
        "CREATE TEMP TABLE st_gone AS SELECT t.id FROM record AS t"
        f" WHERE {mine} AND NOT {used} AND NOT {_LATER}",
        (batch_id, "record", batch_id),
    )
    # stubs of other files that nothing mentions any more
    conn.execute(
        f"INSERT INTO st_gone SELECT t.id FROM record AS t WHERE t.described = 0 AND NOT {used}"
        " AND t.id NOT IN (SELECT id FROM st_gone)"
    )
    links.release(conn, "SELECT id FROM st_gone UNION SELECT id FROM st_stub", at)
    membership.forget(conn, "SELECT id FROM st_gone")
    gone = conn.execute("SELECT count(*) FROM st_gone").fetchone()[0]
    result.removed["record"] = result.removed.get("record", 0) + gone
    conn.execute(
        "DELETE FROM source WHERE priority = 0 AND name NOT IN (SELECT source FROM record)"
        " AND name NOT IN (SELECT source FROM sales_order)"
    )
