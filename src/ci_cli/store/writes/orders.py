"""Orders and their lines: staged, compared with the store as whole orders, then written.

The rule that protects revenue: a file that names an order must hold every line that the store
already has of it (from earlier imports of the same source). If some are missing, nobody can tell
a correction from a part, so the order is left alone and its rows are *conflict*. Orders made up
for rows without an order id (key beginning with ``~``) are exempt: there the multiset of
identical rows decides.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from ci_cli.shapes import OnMatch
from ci_cli.store.writes import batches, records
from ci_cli.store.writes.lists import Outcome
from ci_cli.store.writes.records import RecordKey
from ci_cli.store.writes.upsert import (
    Target,
    find_targets,
    refuse_updates,
    stage,
    upsert,
)

ORDER = Target(
    table="sales_order",
    keys=("source", "order_key"),
    fields=(
        "record_id", "date", "time", "kind", "state", "status", "currency", "total", "owner",
        "region", "country", "about_customer",
    ),
    has_stubs=True,
    required=("kind", "state", "currency"),
)  # fmt: skip
LINE_VALUES = ("quantity", "unit_price", "amount", "discount", "cost")


@dataclass
class StagedOrder:
    """An order as one file tells it, its rows taken together."""

    line: int  # of its first row
    source: str
    order_key: str
    customer: RecordKey | None = None
    date: str | None = None
    time: str | None = None
    kind: str | None = None
    state: str | None = None
    status: str | None = None
    currency: str | None = None
    total: int | None = None
    owner: str | None = None
    region: str | None = None
    country: str | None = None
    about_customer: str | None = None
    extra: str | None = None


@dataclass
class OrderFile:
    """All that a file says about orders, except its lines (those go straight to ``stage_lines``).

    ``describes`` tells whether the file describes orders at all (dates, customers …) or only
    holds lines of orders that another file describes.
    """

    orders: list[StagedOrder] = field(default_factory=list)
    items: list[tuple[str, str, str, str]] = field(default_factory=list)
    describes: bool = True
    cells: bool = False  # a line is known by what it is, not by its amount: see _refuse_twice
    # first lines of orders of corrected rejects: they never hold whole orders
    parts: set[int] = field(default_factory=set)


def start_lines(conn: sqlite3.Connection) -> None:
    """Create the empty staging table of lines."""
    conn.execute("DROP TABLE IF EXISTS temp.st_line")
    conn.execute(
        "CREATE TEMP TABLE st_line (line INTEGER PRIMARY KEY, first INTEGER, item INTEGER,"
        " line_key INTEGER, numbered INTEGER, kind TEXT, quantity INTEGER, unit_price INTEGER,"
        " amount INTEGER, discount INTEGER, cost INTEGER, extra TEXT,"
        " occurrence INTEGER, target_id INTEGER, verdict TEXT)"
    )


def stage_lines(conn: sqlite3.Connection, rows: Iterable[tuple[object, ...]]) -> None:
    """Stage the lines of a chunk.

    Each row is: line, first line of its order, item index, line key, numbered, kind, quantity,
    unit price, amount, discount, cost, extra. A row that only describes its order has item index
    and line key None.
    """
    conn.executemany(
        "INSERT INTO st_line (line, first, item, line_key, numbered, kind, quantity, unit_price,"
        " amount, discount, cost, extra) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        rows,
    )


def load(
    conn: sqlite3.Connection,
    file: OrderFile,
    *,
    batch_id: int,
    file_id: int,
    on_match: OnMatch,
    at: str,
    correct: Callable[[], object] = lambda: None,
) -> None:
    """Write the staged orders and lines; afterwards every row of ``st_line`` has a verdict.

    ``correct`` is called when everything staged is compared and nothing is written yet: a complete
    export then lifts what holds for a part.
    """
    mentions: dict[RecordKey, int] = {}
    for order in file.orders:
        if order.customer is not None:
            mentions.setdefault(order.customer, order.line)
    ids = records.ensure_records(conn, list(mentions.items()), file_id, at)
    stage(conn, ORDER, [_order_row(order, ids) for order in file.orders])
    _number_occurrences(conn)
    _match_lines(conn, batch_id, file.parts)
    if file.cells:
        _refuse_twice(conn, batch_id, file_id)
    correct()
    _refuse_other_customer(conn)
    _ignore_hearsay(conn)
    conn.execute(
        "INSERT INTO sales_order (source, order_key, described, kind, state, currency, file_id,"
        " line) SELECT source, order_key, 0, 'sale', 'counted', currency, ?, line FROM st"
        " WHERE target_id IS NULL AND verdict IS NULL ORDER BY line",
        (file_id,),
    )
    find_targets(conn, ORDER)
    _learn_currency(conn, batch_id)
    if file.describes:
        upsert(conn, ORDER, batch_id=batch_id, file_id=file_id, on_match=on_match)
    _write_items(conn, file.items)
    _write_lines(conn, batch_id, file_id, on_match)
    _judge_rows(conn)


def _order_row(order: StagedOrder, ids: dict[RecordKey, int]) -> tuple[object, ...]:
    record_id = None if order.customer is None else ids[order.customer]
    return (
        order.line, order.source, order.order_key, record_id, order.date, order.time, order.kind,
        order.state, order.status, order.currency, order.total, order.owner, order.region,
        order.country, order.about_customer, order.extra,
    )  # fmt: skip


def _number_occurrences(conn: sqlite3.Connection) -> None:
    conn.execute("CREATE INDEX temp.st_line_key ON st_line (first, line_key)")
    conn.execute("UPDATE st_line SET occurrence = 1 - numbered WHERE line_key IS NOT NULL")
    conn.execute(
        "UPDATE st_line SET occurrence = n.nth FROM (SELECT line AS l, row_number() OVER"
        " (PARTITION BY first, line_key ORDER BY extra IS NULL, extra, line) AS nth FROM st_line"
        " WHERE numbered = 0"
        " AND (first, line_key) IN (SELECT first, line_key FROM st_line WHERE line_key IS NOT NULL"
        " GROUP BY first, line_key HAVING count(*) > 1)) AS n"
        " WHERE n.l = st_line.line"
    )
    # the same line number twice in one order of one file: the first one stands
    conn.execute(
        "UPDATE st_line SET verdict = 'conflict' WHERE numbered = 1 AND EXISTS (SELECT 1"
        " FROM st_line AS a WHERE a.first = st_line.first AND a.line_key = st_line.line_key"
        " AND a.line < st_line.line)"
    )


def _match_lines(conn: sqlite3.Connection, batch_id: int, parts: set[int]) -> None:
    known = conn.execute("SELECT 1 FROM st WHERE target_id IS NOT NULL LIMIT 1").fetchone()
    if known is None:
        return
    conn.execute(
        "UPDATE st_line SET target_id = (SELECT l.id FROM st JOIN order_line AS l"
        " ON l.order_id = st.target_id AND l.line_key = st_line.line_key"
        " AND l.occurrence = st_line.occurrence WHERE st.line = st_line.first)"
        " WHERE line_key IS NOT NULL AND verdict IS NULL"
    )
    conn.execute("CREATE INDEX temp.st_line_target ON st_line (target_id)")
    conn.execute("DROP TABLE IF EXISTS temp.st_part")
    conn.execute("CREATE TEMP TABLE st_part (line INTEGER PRIMARY KEY)")
    conn.executemany("INSERT INTO st_part VALUES (?)", [(line,) for line in parts])
    conn.execute(
        "UPDATE st SET verdict = 'conflict', reason = 'part' WHERE target_id IS NOT NULL"
        " AND substr(order_key, 1, 1) <> '~' AND line NOT IN (SELECT line FROM st_part)"
        " AND EXISTS (SELECT 1 FROM st_line AS s WHERE s.first = st.line"
        " AND s.line_key IS NOT NULL)"
        " AND EXISTS (SELECT 1 FROM order_line AS l WHERE l.order_id = st.target_id"
        " AND l.file_id NOT IN (SELECT id FROM batch_file WHERE batch_id = ?)"
        " AND NOT EXISTS (SELECT 1 FROM st_line AS s WHERE s.target_id = l.id))",
        (batch_id,),
    )


def _refuse_twice(conn: sqlite3.Connection, batch_id: int, file_id: int) -> None:
    """Let no sheet of a workbook replace the figures that another sheet of it has just brought.

    A figure of a wide sheet replaces the one that an earlier import brought for the same customer,
    product and month. Two sheets of one workbook are more likely to speak of different things.
    """
    conn.execute(
        "UPDATE st_line SET verdict = 'conflict' WHERE target_id IN (SELECT l.id FROM order_line"
        " AS l JOIN batch_file AS f ON f.id = l.file_id JOIN batch_file AS own ON own.file = f.file"
        " WHERE own.id = ? AND f.batch_id = ? AND f.id <> own.id)",
        (file_id, batch_id),
    )


def _refuse_other_customer(conn: sqlite3.Connection) -> None:
    """An order never changes hands or currency: two systems may use the same number."""
    conn.execute(
        "UPDATE st SET verdict = 'conflict', reason = 'other' WHERE verdict IS NULL AND EXISTS"
        " (SELECT 1 FROM sales_order AS t WHERE t.id = st.target_id AND t.described = 1"
        " AND ((st.currency IS NOT NULL AND st.currency <> t.currency)"
        " OR (SELECT customer_id FROM record WHERE id = st.record_id)"
        " <> (SELECT customer_id FROM record WHERE id = t.record_id)))"
    )


def _learn_currency(conn: sqlite3.Connection, batch_id: int) -> None:
    """Let lines say which currency an order is in, where nothing else has said so."""
    conn.execute(
        # what goes without saying is no news
        "UPDATE st SET currency = NULL WHERE currency = (SELECT value FROM meta WHERE key ="
        " 'currency') AND EXISTS (SELECT 1 FROM sales_order AS t WHERE t.id = st.target_id"
        " AND t.described = 1 AND t.currency IS NULL)"
    )
    unknown = (
        "SELECT t.id FROM sales_order AS t JOIN st ON st.target_id = t.id"
        " WHERE t.currency IS NULL AND st.currency IS NOT NULL AND st.verdict IS NULL"
    )
    batches.keep_before(conn, batch_id, "sales_order", unknown)
    conn.execute(
        "UPDATE sales_order SET currency = st.currency FROM st WHERE st.target_id = sales_order.id"
        f" AND sales_order.id IN ({unknown})"
    )


def _ignore_hearsay(conn: sqlite3.Connection) -> None:
    """A known order need not repeat what it says of a customer whom something else describes."""
    conn.execute(
        "UPDATE st SET about_customer = NULL WHERE target_id IS NOT NULL AND EXISTS (SELECT 1"
        " FROM record AS r WHERE r.id = st.record_id AND r.described = 1)"
    )


def _write_items(conn: sqlite3.Connection, items: list[tuple[str, str, str, str]]) -> None:
    conn.execute("DROP TABLE IF EXISTS temp.st_item")
    conn.execute(
        "CREATE TEMP TABLE st_item (idx INTEGER PRIMARY KEY, source TEXT, product_key TEXT,"
        " name TEXT, category TEXT, item_id INTEGER)"
    )
    conn.executemany(
        "INSERT INTO st_item VALUES (?, ?, ?, ?, ?, NULL)",
        [(index, *item) for index, item in enumerate(items)],
    )
    conn.execute(
        "INSERT OR IGNORE INTO item (source, product_key, name, category)"
        " SELECT source, product_key, name, category FROM st_item ORDER BY idx"
    )
    conn.execute(
        "UPDATE st_item SET item_id = (SELECT i.id FROM item AS i WHERE i.source = st_item.source"
        " AND i.product_key = st_item.product_key AND i.name = st_item.name"
        " AND i.category = st_item.category)"
    )


def _write_lines(conn: sqlite3.Connection, batch_id: int, file_id: int, on_match: OnMatch) -> None:
    values = ", ".join(LINE_VALUES)
    staged = ", ".join(f"s.{name}" for name in LINE_VALUES)
    conn.execute(
        f"INSERT INTO order_line (order_id, line_key, occurrence, item_id, kind, {values}, extra,"
        f" file_id, line) SELECT st.target_id, s.line_key, s.occurrence, i.item_id, s.kind,"
        f" {staged}, s.extra, ?, s.line FROM st_line AS s JOIN st ON st.line = s.first"
        " JOIN st_item AS i ON i.idx = s.item WHERE s.target_id IS NULL AND s.verdict IS NULL"
        " AND st.verdict IS NOT 'conflict' ORDER BY s.line",
        (file_id,),
    )
    conn.execute(
        "UPDATE st_line SET verdict = 'created' WHERE target_id IS NULL AND verdict IS NULL"
        " AND line_key IS NOT NULL"
        " AND first NOT IN (SELECT line FROM st WHERE verdict = 'conflict')"
    )
    if on_match == "skip":
        return
    given = (*LINE_VALUES, "extra")
    differs = " OR ".join(f"(s.{name} IS NOT NULL AND s.{name} IS NOT l.{name})" for name in given)
    if on_match == "fill":
        differs = " OR ".join(f"(s.{name} IS NOT NULL AND l.{name} IS NULL)" for name in given)
    else:
        differs += " OR l.kind <> s.kind OR l.item_id <> i.item_id"
    conn.execute(
        "UPDATE st_line SET verdict = 'updated' WHERE target_id IS NOT NULL AND verdict IS NULL"
        " AND first NOT IN (SELECT line FROM st WHERE verdict = 'conflict')"
        " AND EXISTS (SELECT 1 FROM st_line AS s JOIN order_line AS l ON l.id = s.target_id"
        f" JOIN st_item AS i ON i.idx = s.item WHERE s.line = st_line.line AND ({differs}))"
    )
    if on_match == "error":
        refuse_updates(conn, "st_line")
    changed = "SELECT target_id FROM st_line WHERE verdict = 'updated'"
    batches.keep_before(conn, batch_id, "order_line", changed)
    if on_match == "fill":
        sets = ", ".join(f"{name} = coalesce(order_line.{name}, s.{name})" for name in given)
    else:
        sets = ", ".join(f"{name} = coalesce(s.{name}, order_line.{name})" for name in given)
        sets += ", kind = s.kind, item_id = i.item_id"
    conn.execute(
        f"UPDATE order_line SET {sets} FROM st_line AS s JOIN st_item AS i ON i.idx = s.item"
        " WHERE s.verdict = 'updated' AND order_line.id = s.target_id"
    )


def _judge_rows(conn: sqlite3.Connection) -> None:
    """Give every row its verdict: a new line is created; else what happened to its order counts."""
    conn.execute(
        "UPDATE st_line SET verdict = (SELECT CASE"
        " WHEN st.verdict = 'conflict' THEN 'conflict'"
        " WHEN st_line.line_key IS NULL THEN coalesce(st.verdict, 'unchanged')"
        " WHEN st.verdict IN ('created', 'updated') THEN 'updated'"
        " ELSE 'unchanged' END FROM st WHERE st.line = st_line.first) WHERE verdict IS NULL"
    )
    # further rows that describe an order already described by an earlier row of this file
    conn.execute(
        "UPDATE st_line SET verdict = 'unchanged' WHERE line_key IS NULL AND line <> first"
        " AND verdict IN ('created', 'updated')"
    )


def outcome(conn: sqlite3.Connection) -> Outcome:
    """Return how the staged rows ended."""
    rows = conn.execute("SELECT verdict, count(*) FROM st_line GROUP BY verdict").fetchall()
    verdicts = {row[0]: row[1] for row in rows}
    lines = conn.execute(
        "SELECT s.line, coalesce(st.reason, 'twice') FROM st_line AS s JOIN st ON st.line = s.first"
        " WHERE s.verdict = 'conflict'"
    )
    return Outcome(verdicts, {row[0]: row[1] for row in lines})
