"""Corrected exports: what a file that holds *all* orders of a period lacks leaves the store.

Before the files: the orders of the period are noted (``start``). After each file of orders is
staged and compared, and before it is written: its orders of the period are taken as the file
tells them, with lines missing, cells emptied, another customer (``take_as_told``). After the last
file: what none of them held is taken out, listed and reversible (``absent``, ``withdraw``).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection
from dataclasses import dataclass

from ci_cli.shapes.trade import Withdrawal, WithdrawnRow
from ci_cli.store.writes import batches, mentions, records, withdrawn
from ci_cli.store.writes.order_lines import PAIRS
from ci_cli.store.writes.order_staging import LINE_VALUES

# columns of an order that an empty cell of a complete export empties
ORDER_CELLS = ("time", "status", "total", "owner", "region", "country")


@dataclass(frozen=True)
class Told:
    """What one file of orders speaks of.

    Args:
        source: of rows that name none.
        names_sources: the file has a column for the source: then only sources in it are complete.
        describes: it describes orders (dates, customers), not only lines of them.
        has_lines: it holds order lines.
        order_cells: columns of ``sales_order`` that it has.
        line_cells: columns of ``order_line`` that it has.
        extras: names under which it keeps cells that are mapped to nothing.
        unread: source and id of orders with a row that could not be read.
    """

    source: str
    names_sources: bool
    describes: bool
    has_lines: bool
    order_cells: Collection[str]
    line_cells: Collection[str]
    extras: Collection[str]
    unread: Collection[tuple[str, str]]


def start(conn: sqlite3.Connection, first: str, last: str) -> None:
    """Note the orders of the days ``first`` to ``last`` before anything changes them."""
    for name in ("period", "order", "described", "line", "unread", "told", "source", "record"):
        conn.execute(f"DROP TABLE IF EXISTS temp.cm_{name}")
    conn.execute(
        "CREATE TEMP TABLE cm_period (id INTEGER PRIMARY KEY, source TEXT, currency TEXT,"
        " lines INTEGER, money INTEGER)"
    )
    conn.execute(
        "INSERT INTO cm_period SELECT o.id, o.source, coalesce(o.currency,"
        " (SELECT value FROM meta WHERE key = 'currency')), count(l.id),"
        " iif(count(l.id) = 0, abs(coalesce(o.total, 0)), coalesce(sum(abs(l.amount)), 0))"
        " FROM sales_order AS o LEFT JOIN order_line AS l ON l.order_id = o.id"
        " WHERE o.date BETWEEN ? AND ? GROUP BY o.id",
        (first, last),
    )
    # what the files of this import held, and which orders they told in full
    conn.execute("CREATE TEMP TABLE cm_order (id INTEGER PRIMARY KEY)")
    conn.execute("CREATE TEMP TABLE cm_described (id INTEGER PRIMARY KEY)")
    conn.execute("CREATE TEMP TABLE cm_line (id INTEGER PRIMARY KEY)")
    conn.execute("CREATE TEMP TABLE cm_told (id INTEGER PRIMARY KEY)")
    conn.execute(
        "CREATE TEMP TABLE cm_unread (source TEXT, order_key TEXT, PRIMARY KEY (source, order_key))"
    )
    conn.execute(
        "CREATE TEMP TABLE cm_source (name TEXT PRIMARY KEY, describes INTEGER, has_lines INTEGER)"
    )
    conn.execute("CREATE TEMP TABLE cm_record (id INTEGER PRIMARY KEY)")


def take_as_told(
    conn: sqlite3.Connection, batch_id: int, told: Told, first: str, last: str
) -> int:  # fmt: skip
    """Let the staged orders of the period stand as the file tells them.

    Orders with a row that could not be read keep the rule of every other import: nobody knows
    whether that row was one of the stored lines.

    Returns:
        How many staged orders lie outside the period; they are imported as usual.
    """
    conn.executemany("INSERT OR IGNORE INTO cm_unread VALUES (?, ?)", told.unread)
    sources = "SELECT DISTINCT source FROM st" if told.names_sources else "SELECT ? AS source"
    conn.execute(
        "INSERT INTO cm_source SELECT source, ?, ? FROM"
        f" ({sources}) WHERE true ON CONFLICT (name) DO UPDATE SET"
        " describes = max(describes, excluded.describes),"
        " has_lines = max(has_lines, excluded.has_lines)",
        (told.describes, told.has_lines, *(() if told.names_sources else (told.source,))),
    )
    conn.execute("DROP TABLE IF EXISTS temp.cm_now")
    conn.execute(
        "CREATE TEMP TABLE cm_now AS SELECT st.line, st.target_id FROM st JOIN sales_order AS t"
        " ON t.id = st.target_id WHERE (st.date BETWEEN ? AND ? OR t.date BETWEEN ? AND ?"
        " OR t.id IN (SELECT id FROM cm_period))"
        " AND (st.source, st.order_key) NOT IN (SELECT source, order_key FROM cm_unread)",
        (first, last, first, last),
    )
    conn.execute("CREATE UNIQUE INDEX temp.cm_now_line ON cm_now (line)")
    conn.execute("CREATE UNIQUE INDEX temp.cm_now_target ON cm_now (target_id)")
    conn.execute(
        "UPDATE st SET verdict = NULL, reason = NULL WHERE reason = 'part'"
        " AND line IN (SELECT line FROM cm_now)"
    )
    conn.execute(
        "UPDATE st SET reason = 'unread' WHERE reason = 'part'"
        " AND (source, order_key) IN (SELECT source, order_key FROM cm_unread)"
    )
    conn.execute("DROP TABLE IF EXISTS temp.cm_pair")
    conn.execute("CREATE TEMP TABLE cm_pair (line INTEGER PRIMARY KEY, first, target_id INTEGER)")
    conn.execute(f"INSERT INTO cm_pair SELECT s.line, s.first, l.id {PAIRS} AND l.id IS NOT NULL")
    if told.describes:
        _empty_orders(conn, batch_id, told)
        conn.execute("INSERT OR IGNORE INTO cm_described SELECT target_id FROM cm_now")
    if told.has_lines:
        _empty_lines(conn, batch_id, told)
    conn.execute(
        "INSERT OR IGNORE INTO cm_order SELECT target_id FROM st WHERE target_id IS NOT NULL"
    )
    conn.execute("INSERT OR IGNORE INTO cm_line SELECT target_id FROM cm_pair")
    conn.execute("INSERT OR IGNORE INTO cm_told SELECT target_id FROM cm_now")
    outside = conn.execute(
        "SELECT count(*) FROM st WHERE date IS NOT NULL AND date NOT BETWEEN ? AND ?"
        " AND line NOT IN (SELECT line FROM cm_now)",
        (first, last),
    ).fetchone()
    return int(outside[0])


def _empty_orders(conn: sqlite3.Connection, batch_id: int, told: Told) -> None:
    """Empty what the file leaves empty, once per order, and let go of the customer of before."""
    # what an earlier file of this import said of the order is no old news
    fresh = (
        "SELECT n.target_id FROM cm_now AS n JOIN sales_order AS t ON t.id = n.target_id"
        " AND t.described = 1 WHERE n.target_id NOT IN (SELECT id FROM cm_described)"
    )
    sets = {
        name: f"iif(st.{name} IS NULL, NULL, sales_order.{name})"
        for name in ORDER_CELLS
        if name in told.order_cells
    }
    for name in ("about_customer", "kind"):
        if name in told.order_cells:
            # told again in full: an upsert would keep what it said before
            sets[name] = f"st.{name}" if name != "kind" else "coalesce(st.kind, 'sale')"
    if "record_id" in told.order_cells:
        sets["record_id"] = "iif(st.record_id IS sales_order.record_id, st.record_id, NULL)"
    said = "IS NOT" if "currency" in told.order_cells else "<>"
    sets["currency"] = f"iif(st.currency {said} sales_order.currency, NULL, sales_order.currency)"
    sets["extra"] = _extra("sales_order", "st", told.extras)
    _rewrite(
        conn, batch_id, "sales_order", sets, f"st.target_id = sales_order.id AND st.target_id IN"
        f" ({fresh})", "st", "st",
    )  # fmt: skip
    conn.execute("UPDATE st SET verdict = 'updated' WHERE line IN (SELECT line FROM cm_differs)")
    withdrawn.remember_names(conn, "sales_order", f"batch_id = {int(batch_id)} AND row_id > 0")


def _empty_lines(conn: sqlite3.Connection, batch_id: int, told: Told) -> None:
    # lines without a number are recognised by their values, so only extra cells can differ
    sets = {
        name: f"iif(s.{name} IS NULL, NULL, order_line.{name})"
        for name in LINE_VALUES
        if name in told.line_cells
    }
    sets["extra"] = _extra("order_line", "s", told.extras)
    _rewrite(
        conn, batch_id, "order_line", sets, "p.target_id = order_line.id"
        " AND p.first IN (SELECT line FROM cm_now) AND order_line.id NOT IN"
        " (SELECT id FROM cm_line)", "cm_pair AS p JOIN st_line AS s USING (line)", "p",
    )  # fmt: skip
    conn.execute("INSERT INTO st_emptied SELECT line FROM cm_differs")


def _extra(table: str, staged: str, names: Collection[str]) -> str:
    """Return SQL for the cells kept beside the fields: the file's own columns are told anew."""
    gone = json.dumps(dict.fromkeys(names), ensure_ascii=False).replace("'", "''")
    rest = f"json_patch(coalesce({table}.extra, '{{}}'), '{gone}')"
    return (
        f"iif({rest} = '{{}}', {staged}.extra,"
        f" json_patch({rest}, coalesce({staged}.extra, '{{}}')))"
    )


def _rewrite(
    conn: sqlite3.Connection, batch_id: int, table: str, sets: dict[str, str], where: str,
    staged: str, name: str,
) -> None:  # fmt: skip
    """Set columns of the rows that differ, and keep them as they were.

    ``staged`` is joined on ``where``; its table ``name`` has the line. The rows that differ stay in
    ``cm_differs``.
    """
    differs = " OR ".join(f"{table}.{cell} IS NOT ({value})" for cell, value in sets.items())
    conn.execute("DROP TABLE IF EXISTS temp.cm_differs")
    conn.execute(
        f"CREATE TEMP TABLE cm_differs AS SELECT {table}.id, {name}.line FROM {staged} JOIN {table}"
        f" ON {where} WHERE {differs}"
    )
    conn.execute("CREATE UNIQUE INDEX temp.cm_differs_id ON cm_differs (id)")
    batches.keep_before(conn, batch_id, table, "SELECT id FROM cm_differs")
    if table == "sales_order":
        conn.execute(
            "INSERT OR IGNORE INTO cm_record SELECT record_id FROM sales_order"
            " WHERE record_id IS NOT NULL AND id IN (SELECT id FROM cm_differs)"
        )
    changes = ", ".join(f"{column} = {value}" for column, value in sets.items())
    conn.execute(
        f"UPDATE {table} SET {changes} FROM {staged} WHERE {where}"
        f" AND {table}.id IN (SELECT id FROM cm_differs)"
    )


def absent(conn: sqlite3.Connection, batch_id: int, first: str, last: str) -> Withdrawal:
    """Return what the store holds of the period and none of the files of this import held."""
    conn.execute("DROP TABLE IF EXISTS temp.cm_gone_order")
    # an order goes where the files describe orders; one with a row that could not be read stays
    conn.execute(
        "CREATE TEMP TABLE cm_gone_order AS SELECT p.id FROM cm_period AS p"
        " JOIN cm_source AS s ON s.name = p.source AND s.describes JOIN sales_order AS o"
        " ON o.id = p.id WHERE p.id NOT IN (SELECT id FROM cm_order)"
        " AND (o.source, o.order_key) NOT IN (SELECT source, order_key FROM cm_unread)"
    )
    conn.execute("CREATE UNIQUE INDEX temp.cm_gone_order_id ON cm_gone_order (id)")
    conn.execute("DROP TABLE IF EXISTS temp.cm_gone_line")
    conn.execute(
        "CREATE TEMP TABLE cm_gone_line AS SELECT l.id, l.order_id FROM order_line AS l"
        " WHERE l.order_id IN (SELECT id FROM cm_gone_order) OR (l.order_id IN"
        " (SELECT id FROM cm_told UNION SELECT p.id FROM cm_period AS p JOIN sales_order AS o"
        " ON o.id = p.id WHERE p.id NOT IN (SELECT id FROM cm_order)"
        " AND (o.source, o.order_key) NOT IN (SELECT source, order_key FROM cm_unread))"
        " AND l.id NOT IN (SELECT id FROM cm_line) AND EXISTS (SELECT 1 FROM sales_order AS o"
        " JOIN cm_source AS s ON s.name = o.source AND s.has_lines WHERE o.id = l.order_id)"
        " AND l.file_id NOT IN (SELECT id FROM batch_file WHERE batch_id = ?))",
        (batch_id,),
    )
    conn.execute("CREATE UNIQUE INDEX temp.cm_gone_line_id ON cm_gone_line (id)")
    stored = conn.execute(
        "SELECT currency, sum(lines), sum(money) FROM cm_period WHERE source IN"
        " (SELECT name FROM cm_source) GROUP BY currency"
    ).fetchall()
    return Withdrawal(
        first=first,
        last=last,
        rows=_listed(conn),
        orders=conn.execute("SELECT count(*) FROM cm_gone_order").fetchone()[0],
        lines=conn.execute("SELECT count(*) FROM cm_gone_line").fetchone()[0],
        stored_lines=sum(row[1] for row in stored),
        stored_money={row[0]: row[2] for row in stored},
        told={
            row[0]: [what for what, held in (("orders", row[1]), ("lines", row[2])) if held]
            for row in conn.execute("SELECT name, describes, has_lines FROM cm_source ORDER BY 1")
        },
    )  # fmt: skip


def _listed(conn: sqlite3.Connection) -> list[WithdrawnRow]:
    """Return the lines to take out, and the orders without any line, the oldest first."""
    order = (
        "o.source, o.order_key, o.date, coalesce(r.name, r.source_key), {kind}, {item},"
        " coalesce(o.currency, (SELECT value FROM meta WHERE key = 'currency')), f.batch_id,"
        " f.file, f.sheet, {line}"
    )
    lines = order.format(
        kind="l.kind", item="i.product_key, i.name, i.category, l.quantity, l.amount", line="l.line"
    )
    heads = order.format(kind="o.kind", item="'', '', '', NULL, o.total", line="o.line")
    customer = " LEFT JOIN record AS r ON r.id = o.record_id LEFT JOIN batch_file AS f ON f.id ="
    rows = conn.execute(
        f"SELECT {lines} FROM cm_gone_line AS g JOIN order_line AS l ON l.id = g.id"
        f" JOIN sales_order AS o ON o.id = l.order_id JOIN item AS i ON i.id = l.item_id{customer}"
        " l.file_id"
        f" UNION ALL SELECT {heads} FROM cm_gone_order AS g JOIN sales_order AS o ON o.id = g.id"
        f"{customer} o.file_id WHERE o.id NOT IN (SELECT order_id FROM cm_gone_line)"
        " ORDER BY 3, 1, 2, 14"
    )
    return [WithdrawnRow(*row) for row in rows]


def withdraw(conn: sqlite3.Connection, batch_id: int) -> None:
    """Take out what ``absent`` found, and the customers that only it mentioned."""
    conn.execute(
        "INSERT OR IGNORE INTO cm_record SELECT record_id FROM sales_order WHERE record_id IS NOT"
        " NULL AND id IN (SELECT id FROM cm_gone_order UNION SELECT order_id FROM cm_gone_line)"
    )
    withdrawn.take_out(conn, batch_id, "order_line", "SELECT id FROM cm_gone_line")
    withdrawn.take_out(conn, batch_id, "sales_order", "SELECT id FROM cm_gone_order")
    conn.execute("DROP TABLE IF EXISTS temp.cm_gone_record")
    conn.execute(
        "CREATE TEMP TABLE cm_gone_record AS SELECT t.id FROM record AS t WHERE t.described = 0"
        " AND t.id IN (SELECT id FROM cm_record)"
        " AND NOT EXISTS (SELECT 1 FROM sales_order AS o WHERE o.record_id = t.id)"
        " AND NOT EXISTS (SELECT 1 FROM contact AS p WHERE p.record_id = t.id)"
        " AND NOT EXISTS (SELECT 1 FROM action AS a WHERE a.record_id = t.id)"
        f" AND NOT {mentions.is_mentioned('t.id')}"
        " AND NOT EXISTS (SELECT 1 FROM record AS r WHERE r.customer_id = t.id AND r.id <> t.id)"
        " AND NOT EXISTS (SELECT 1 FROM saved_rfm AS s WHERE s.customer_id = t.id)"
        " AND NOT EXISTS (SELECT 1 FROM saved_health AS s WHERE s.customer_id = t.id)"
    )
    gone = "SELECT id FROM cm_gone_record"
    withdrawn.take_out(
        conn, batch_id, "link", f"SELECT id FROM link WHERE record_id IN ({gone})"
        f" OR from_customer_id IN ({gone}) OR to_customer_id IN ({gone})",
    )  # fmt: skip
    withdrawn.take_out(conn, batch_id, "record", gone)
    withdrawn.take_out(
        conn, batch_id, "customer",
        # a customer that was merged stays as a tombstone, so that its number goes on to resolve
        f"SELECT c.id FROM customer AS c WHERE c.id IN ({gone}) AND (c.merged_into IS NULL"
        " OR NOT EXISTS (SELECT 1 FROM regrouped AS g WHERE g.record_id = c.id))",
    )  # fmt: skip
    # an image of a row that is still there needs its product; those of rows taken out name it
    conn.execute(
        "DELETE FROM item WHERE id NOT IN (SELECT item_id FROM order_line) AND id NOT IN"
        " (SELECT json_extract(before, '$.item_id') FROM change WHERE table_name = 'order_line'"
        " AND row_id > 0)"
    )
    records.refresh_stubs(conn, "SELECT id FROM cm_record")


def journal(conn: sqlite3.Connection, batch_id: int, found: Withdrawal, file: str | None) -> None:
    """Write down what a complete export claimed and what it cost."""
    told = {
        "first": found.first, "last": found.last, "sources": found.told, "orders": found.orders,
        "lines": found.lines, "money": found.money, "file": file,
    }  # fmt: skip
    conn.execute(
        "UPDATE batch SET options = json_set(options, '$.complete', json(?)) WHERE id = ?",
        (json.dumps(told, ensure_ascii=False), batch_id),
    )
