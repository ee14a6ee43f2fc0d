"""Rows taken out of the store by a corrected export, kept whole so that undo brings them back.

A row that is taken out frees its id, and the database may give it to another row. So in the table
``change`` it goes by a number of its own below zero, together with all older images of it, and its
images remember by name what they point at (``of``): the order and the product of a line, the
customer of an order. A change with a number below zero and none after it is a row taken out.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass, field
from typing import Any

from ci_cli.store import seals
from ci_cli.store.writes import membership, mentions, records
from ci_cli.text import Msg, msg

# what an image remembers by name; ``before`` is the image
_RECORD = (
    "(SELECT json_array(r.source, r.key_kind, r.source_key) FROM record AS r"
    " WHERE r.id = json_extract(before, '$.record_id'))"
)
_OF = {
    **dict.fromkeys(("sales_order", *mentions.TABLES), _RECORD),
    "order_line": (
        "(SELECT json_array(o.source, o.order_key, i.source, i.product_key, i.name, i.category)"
        " FROM sales_order AS o, item AS i WHERE o.id = json_extract(before, '$.order_id')"
        " AND i.id = json_extract(before, '$.item_id'))"
    ),
}


@dataclass
class Returned:
    """What came back: how many rows, the customers of the orders among them, what could not."""

    rows: int = 0
    records: set[int] = field(default_factory=set)
    kept: list[Msg] = field(default_factory=list)


def take_out(conn: sqlite3.Connection, batch_id: int, table: str, ids: str) -> int:
    """Remove the rows of ``table`` whose ids the query ``ids`` gives, keeping them in ``change``.

    Returns:
        How many rows were taken out.
    """
    seals.expect_old_ids(conn)
    conn.execute("DROP TABLE IF EXISTS temp.wd_out")
    conn.execute(
        "CREATE TEMP TABLE wd_out AS SELECT id, (SELECT min(0, coalesce(min(row_id), 0))"
        f" FROM change) - row_number() OVER (ORDER BY id) AS number FROM {table}"
        f" WHERE id IN ({ids})"
    )
    conn.execute("CREATE UNIQUE INDEX temp.wd_out_id ON wd_out (id)")
    conn.execute(
        "UPDATE change SET row_id = o.number FROM wd_out AS o WHERE change.table_name = ?"
        " AND change.row_id = o.id",
        (table,),
    )
    names = [str(row[1]) for row in conn.execute(f"PRAGMA table_info({table})")]
    image = ", ".join(f"'{name}', t.\"{name}\"" for name in names)
    conn.execute(
        "INSERT INTO change (batch_id, table_name, row_id, before)"
        f" SELECT ?, ?, o.number, json_object({image}) FROM wd_out AS o JOIN {table} AS t"
        " ON t.id = o.id ORDER BY o.id",
        (batch_id, table),
    )
    if table in _OF:
        remember_names(conn, table, "row_id IN (SELECT number FROM wd_out)")
    cursor = conn.execute(f"DELETE FROM {table} WHERE id IN (SELECT id FROM wd_out)")
    return cursor.rowcount


def remember_names(conn: sqlite3.Connection, table: str, condition: str) -> None:
    """Let the images of ``table`` that fulfil ``condition`` say by name what they point at."""
    conn.execute(
        f"UPDATE change SET before = json_set(before, '$.of', json({_OF[table]}))"
        f" WHERE table_name = ? AND json_extract(before, '$.of') IS NULL AND {condition}",
        (table,),
    )


def bring_back_customers(conn: sqlite3.Connection, batch_id: int) -> None:
    """Put back the customers that nothing mentioned any more, before anything points at them."""
    returned: dict[int, int] = {}
    for _change, number, image in _taken_out(conn, batch_id, "record"):
        meanwhile = _one(
            conn, "SELECT id FROM record WHERE source = ? AND key_kind = ? AND source_key = ?",
            image["source"], image["key_kind"], image["source_key"],
        )  # fmt: skip
        if meanwhile is not None:
            # another import mentions the same customer: it stands for the one of then
            conn.execute(
                "UPDATE change SET before = json_set(before, '$.record_id', ?)"
                " WHERE json_extract(before, '$.record_id') = ?",
                (meanwhile, image["id"]),
            )
            continue
        conn.execute("INSERT OR IGNORE INTO customer (id) VALUES (?)", (image["id"],))
        then, image["customer_id"] = image["customer_id"], image["id"]
        _insert(conn, "record", image)
        conn.execute(
            "UPDATE change SET row_id = ? WHERE table_name = 'record' AND row_id = ?"
            " AND batch_id <> ?",
            (image["id"], number, batch_id),
        )
        returned[image["id"]] = then
    _join_again(conn, returned)
    for _change, _number, image in _taken_out(conn, batch_id, "link"):
        ends = [
            _one(conn, "SELECT id FROM record WHERE id = ?", image["record_id"]),
            _one(conn, "SELECT id FROM customer WHERE id = ?", image["from_customer_id"]),
            _one(conn, "SELECT id FROM customer WHERE id = ?", image["to_customer_id"]),
        ]
        if None not in ends:
            _insert(conn, "link", image)


def _join_again(conn: sqlite3.Connection, returned: dict[int, int]) -> None:
    """Let records that came back be with the customer of then, as it is called today."""
    membership.plan(conn)
    for number, then in returned.items():
        today = _one(conn, f"SELECT {membership.LIVING.format(id='?1')}", then)
        conn.execute("INSERT INTO cu_move VALUES (?, ?)", (number, today or number))
    membership.carry_out(conn)


def bring_back_orders(conn: sqlite3.Connection, batch_id: int, at: str) -> Returned:
    """Put back the orders and lines that batch ``batch_id`` took out.

    A row stays out where its own import was undone meanwhile, where a newer row stands in its
    place, or where a later complete export lacks it as well; in the last two cases it comes back
    when that later import is undone.
    """
    returned = Returned()
    later = _later_exports(conn, batch_id)
    barred: dict[tuple[str, str], int | None] = {}
    for change, number, image in _taken_out(conn, batch_id, "sales_order"):
        if _is_undone(conn, image["file_id"]):
            continue
        key = (image["source"], image["order_key"])
        stands = conn.execute(
            "SELECT id, file_id FROM sales_order WHERE source = ? AND order_key = ?", key
        ).fetchone()
        holder = (
            _holder(conn, "sales_order", stands, batch_id)
            if stands
            else _export_without(later, key[0], image["date"], "orders")
        )
        if stands or holder is not None:
            barred[key] = holder
            _hand_over(conn, change, holder)
            returned.kept.append(msg("order {key}: import {later} has the last word on it",
                                     key=key[1], later=holder or "-"))  # fmt: skip
            continue
        image["record_id"] = record_of(conn, image, at)
        image["id"] = _insert(conn, "sales_order", image)
        _follow(conn, "sales_order", number, batch_id, image, ("id",))
        returned.rows += 1
        returned.records |= {image["record_id"]} - {None}
    for change, number, image in _taken_out(conn, batch_id, "order_line"):
        if _is_undone(conn, image["file_id"]):
            continue
        key = tuple(image["of"][:2])
        if key in barred:
            _hand_over(conn, change, barred[key])
            continue
        order = _order_of(conn, image, key)
        stands = conn.execute(
            "SELECT id, file_id FROM order_line WHERE order_id = ? AND line_key = ?"
            " AND occurrence = ?",
            (order["id"], image["line_key"], image["occurrence"]),
        ).fetchone()
        holder = (
            _holder(conn, "order_line", stands, batch_id)
            if stands
            else _export_without(later, key[0], order["date"], "lines")
        )
        if stands or holder is not None:
            _hand_over(conn, change, holder)
            returned.kept.append(
                msg("a line of order {key}: import {later} has the last word on it", key=key[1],
                    later=holder or "-")
            )  # fmt: skip
            continue
        image |= {"order_id": order["id"], "item_id": _item_of(conn, image)}
        image["id"] = _insert(conn, "order_line", image)
        _follow(conn, "order_line", number, batch_id, image, ("id", "order_id"))
        returned.rows += 1
        returned.records |= {order["record_id"]} - {None}
    return returned


def record_of(conn: sqlite3.Connection, image: dict[str, Any], at: str) -> int | None:
    """Return the customer's record that the image of a fact means; made anew if it is gone."""
    number: int | None = image["record_id"]
    if number is None or _one(conn, "SELECT id FROM record WHERE id = ?", number) is not None:
        return number
    name = image.get("of")
    if not name:
        return None
    key = (name[0], name[1], name[2])
    return records.ensure_records(conn, [(key, image["line"])], image["file_id"], at)[key]


def _taken_out(
    conn: sqlite3.Connection, batch_id: int, table: str
) -> list[tuple[int, int, dict[str, Any]]]:
    """Return the rows of ``table`` that a batch took out: id of the change, number, image."""
    rows = conn.execute(
        "SELECT c.id, c.row_id, c.before FROM change AS c WHERE c.batch_id = ? AND c.row_id < 0"
        " AND c.table_name = ? AND NOT EXISTS (SELECT 1 FROM change AS n WHERE n.table_name ="
        " c.table_name AND n.row_id = c.row_id AND n.batch_id > c.batch_id) ORDER BY c.id",
        (batch_id, table),
    )
    return [(row[0], row[1], json.loads(row[2])) for row in rows.fetchall()]


def _later_exports(conn: sqlite3.Connection, batch_id: int) -> list[tuple[int, dict[str, Any]]]:
    rows = conn.execute(
        "SELECT id, json_extract(options, '$.complete') FROM batch WHERE id > ?"
        " AND undone_at IS NULL AND json_extract(options, '$.complete') IS NOT NULL ORDER BY id",
        (batch_id,),
    )
    return [(row[0], json.loads(row[1])) for row in rows]


def _export_without(
    later: list[tuple[int, dict[str, Any]]], source: str, day: str | None, what: str
) -> int | None:
    """Return the first later complete export that should have held a row of ``day``."""
    for number, export in later:
        told = export["sources"].get(source, ())
        if what in told and day is not None and export["first"] <= day <= export["last"]:
            return number
    return None


def _holder(conn: sqlite3.Connection, table: str, row: sqlite3.Row, batch_id: int) -> int | None:
    """Return the import that must be undone before ``row`` goes away."""
    changed = _one(
        conn, "SELECT min(batch_id) FROM change WHERE table_name = ? AND row_id = ?"
        " AND batch_id > ?", table, row["id"], batch_id,
    )  # fmt: skip
    if changed is not None:
        return changed
    return _one(
        conn, "SELECT b.id FROM batch_file AS f JOIN batch AS b ON b.id = f.batch_id"
        " WHERE f.id = ? AND b.undone_at IS NULL AND b.id <> ?", row["file_id"], batch_id,
    )  # fmt: skip


def _hand_over(conn: sqlite3.Connection, change: int, holder: int | None) -> None:
    if holder is not None:
        conn.execute("UPDATE change SET batch_id = ? WHERE id = ?", (holder, change))


def _is_undone(conn: sqlite3.Connection, file_id: int | None) -> bool:
    return (
        _one(
            conn, "SELECT b.id FROM batch_file AS f JOIN batch AS b ON b.id = f.batch_id"
            " WHERE f.id = ? AND b.undone_at IS NOT NULL", file_id,
        )
        is not None
    )  # fmt: skip


def _order_of(conn: sqlite3.Connection, image: dict[str, Any], key: tuple[Any, ...]) -> sqlite3.Row:
    """Return the order of a line; where nothing describes it any more, it waits as a stub."""
    conn.execute(
        "INSERT OR IGNORE INTO sales_order (source, order_key, described, kind, state, file_id,"
        " line) VALUES (?, ?, 0, 'sale', 'counted', ?, ?)",
        (*key, image["file_id"], image["line"]),
    )
    row: sqlite3.Row = conn.execute(
        "SELECT id, date, record_id FROM sales_order WHERE source = ? AND order_key = ?", key
    ).fetchone()
    return row


def _item_of(conn: sqlite3.Connection, image: dict[str, Any]) -> int:
    item = image["of"][2:]
    conn.execute(
        "INSERT OR IGNORE INTO item (source, product_key, name, category) VALUES (?, ?, ?, ?)", item
    )
    found = _one(
        conn, "SELECT id FROM item WHERE source = ? AND product_key = ? AND name = ?"
        " AND category = ?", *item,
    )  # fmt: skip
    return int(found or 0)


def _insert(conn: sqlite3.Connection, table: str, image: dict[str, Any]) -> int:
    """Insert a row as its image says, under its old id where that is free; return the id."""
    values = {name: value for name, value in image.items() if name != "of"}
    if _one(conn, f"SELECT id FROM {table} WHERE id = ?", values["id"]) is not None:
        del values["id"]
    columns = ", ".join(f'"{name}"' for name in values)
    gaps = ", ".join("?" * len(values))
    cursor = conn.execute(
        f"INSERT INTO {table} ({columns}) VALUES ({gaps})", tuple(values.values())
    )
    return int(cursor.lastrowid or 0)


def _follow(
    conn: sqlite3.Connection, table: str, number: int, batch_id: int, image: dict[str, Any],
    names: tuple[str, ...],
) -> None:  # fmt: skip
    """Let the older images of a row that came back speak of the row as it is numbered now."""
    older = conn.execute(
        "SELECT id, before FROM change WHERE table_name = ? AND row_id = ? AND batch_id <> ?",
        (table, number, batch_id),
    ).fetchall()
    for change, text in older:
        before = json.loads(text)
        before |= {name: image[name] for name in names}
        if table == "order_line":
            before["item_id"] = _item_of(conn, before)
        conn.execute(
            "UPDATE change SET row_id = ?, before = ? WHERE id = ?",
            (image["id"], json.dumps(before, ensure_ascii=False), change),
        )


def _one(conn: sqlite3.Connection, query: str, *parameters: object) -> int | None:
    row = conn.execute(query, parameters).fetchone()
    return None if row is None or row[0] is None else int(row[0])
