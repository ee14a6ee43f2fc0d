"""Staging tables of an order file: parts of orders, their lines, products and customers.

They are temporary, and on disk, so that a file of any size is staged in the same memory. ``st``
holds the parts of orders until :mod:`ci_cli.importing.order_union` has made one row per order of
them; ``st_line`` holds one row per row of the file.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, repeat
from typing import Any, NamedTuple

from ci_cli.store.writes.upsert import Target, create_staging

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
# SQL for the id of a new order, with one gap; see ``orders``
NEW_ID = "coalesce(st.new_id, st.line + ?)"
LINE_VALUES = ("quantity", "unit_price", "amount", "discount", "cost")


class Flag:
    """What rows are like, as bits of ``OrderPart.flags``; plain numbers, as there are millions."""

    VOID = 1  # some row of the order does not count
    COUNTED = 2  # some row does
    CORRECTED = 4  # all its rows come from a file of rejects: it need not be whole
    BARE = 8  # its first row holds no line


class OrderPart(NamedTuple):
    """What some rows of a file, one after the other in their order, say alike about that order.

    The fields from ``customer`` (a number of ``st_customer``) to ``extra`` are what they say;
    money in ten-thousandths. ``lines`` counts the rows that hold a line, ``bare`` the others.
    """

    line: int  # of the first row
    source: str
    order_key: str
    customer: int | None
    date: str | None
    time: str | None
    kind: str | None
    state: str | None
    status: str | None
    currency: str | None
    total: int | None
    owner: str | None
    region: str | None
    country: str | None
    about_customer: str | None
    extra: str | None
    flags: int
    lines: int
    bare: int

    def says_the_same_as(self, other: OrderPart) -> bool:
        """Tell whether two parts of one order agree in all that they say."""
        return self[_SAYS] == other[_SAYS]

    def lengthened(self, more: OrderPart) -> OrderPart:
        """Return the part with rows that say the same."""
        return self._replace(
            flags=joint_flags(self.flags, more.flags), lines=self.lines + more.lines,
            bare=self.bare + more.bare,
        )  # fmt: skip


_SAYS = slice(OrderPart._fields.index("customer"), OrderPart._fields.index("flags"))


def joint_flags(first: int, later: int) -> int:
    """Return the flags of rows together."""
    either = (first | later) & (Flag.VOID | Flag.COUNTED)
    return either | (first & later & Flag.CORRECTED) | (first & Flag.BARE)


class StagedChunk(NamedTuple):
    """The rows of a chunk, as they are staged.

    ``items`` are number, source, product key, name, category; ``customers`` number, source, kind
    of key, key. ``lines`` has a column for each name: line, first (line of its part), item
    (number), line_key, occurrence, kind, and those of ``LINE_VALUES`` and extra that the file has;
    a row that only describes its order has None everywhere but in the first two.
    """

    items: list[tuple[int, str, str, str, str]]
    customers: list[tuple[int, str, str, str]]
    parts: list[OrderPart]
    lines: dict[str, Sequence[Any]]


def start(conn: sqlite3.Connection) -> None:
    """Create the staging tables, empty."""
    create_staging(conn, ORDER, more=("customer", "flags", "lines", "bare", "new_id"))
    for name in ("st_line", "st_item", "st_customer"):
        conn.execute(f"DROP TABLE IF EXISTS temp.{name}")
    values = ", ".join(f"{name} INTEGER" for name in LINE_VALUES)
    conn.execute(
        "CREATE TEMP TABLE st_line (line INTEGER PRIMARY KEY, first INTEGER, item INTEGER,"
        f" line_key INTEGER, occurrence INTEGER, kind TEXT, {values}, extra TEXT)"
    )
    conn.execute(
        "CREATE TEMP TABLE st_item (number INTEGER PRIMARY KEY, source TEXT, product_key TEXT,"
        " name TEXT, category TEXT, item_id INTEGER)"
    )
    conn.execute(
        "CREATE TEMP TABLE st_customer (number INTEGER PRIMARY KEY, source TEXT, key_kind TEXT,"
        " source_key TEXT, record_id INTEGER)"
    )


def stage(conn: sqlite3.Connection, chunk: StagedChunk) -> None:
    """Add the rows of a chunk to the staging tables."""
    _insert(conn, "st_item", ("number", "source", "product_key", "name", "category"), chunk.items)
    _insert(conn, "st_customer", ("number", "source", "key_kind", "source_key"), chunk.customers)
    if chunk.parts:
        columns = zip(*chunk.parts, strict=True)
        _insert_columns(conn, "st", dict(zip(OrderPart._fields, columns, strict=True)))
    if chunk.lines:
        _insert_columns(conn, "st_line", chunk.lines)


def split_orders(conn: sqlite3.Connection) -> Iterator[list[tuple[OrderPart, Any]]]:
    """Yield the parts, in the order of the file, of each order that has several.

    Each comes with the key of its customer (source, kind, key), None where it names none.
    """
    conn.execute("DROP TABLE IF EXISTS temp.st_split")
    conn.execute(
        "CREATE TEMP TABLE st_split AS SELECT source, order_key FROM st"
        " GROUP BY source, order_key HAVING count(*) > 1"
    )
    if conn.execute("SELECT 1 FROM st_split LIMIT 1").fetchone() is None:
        return
    columns = ", ".join(f"st.{name}" for name in OrderPart._fields)
    cursor = conn.cursor()
    cursor.row_factory = None
    rows = cursor.execute(
        f"SELECT {columns}, c.source, c.key_kind, c.source_key FROM st_split AS s"
        " JOIN st USING (source, order_key) LEFT JOIN st_customer AS c ON c.number = st.customer"
        " ORDER BY st.source, st.order_key, st.line"
    )
    width = len(OrderPart._fields)
    key = slice(OrderPart._fields.index("source"), OrderPart._fields.index("customer"))
    for _, group in groupby(rows, key=lambda row: row[key]):
        yield [(OrderPart(*row[:width]), row[width:]) for row in group]


def unite(
    conn: sqlite3.Connection, united: Iterable[tuple[OrderPart, list[int]]], refused: Iterable[int]
) -> dict[int, int]:
    """Put one row in the place of the parts of each order.

    Args:
        conn: the store, inside a transaction.
        united: the order as its parts tell it together, and the lines of its other parts.
        refused: lines of parts that contradict their orders, known once ``united`` has ended;
            their rows are taken out.

    Returns:
        The lines of the rows that were taken out, each with the line of its part.
    """
    for name in ("st_united", "st_moved"):
        conn.execute(f"DROP TABLE IF EXISTS temp.{name}")
    conn.execute(f"CREATE TEMP TABLE st_united ({', '.join(OrderPart._fields)})")
    conn.execute("CREATE TEMP TABLE st_moved (line INTEGER PRIMARY KEY, first INTEGER)")
    for order, others in united:
        _insert(conn, "st_united", OrderPart._fields, [order])
        conn.executemany("INSERT INTO st_moved VALUES (?, ?)", [(o, order.line) for o in others])
    conn.executemany("INSERT INTO st_moved VALUES (?, NULL)", [(line,) for line in refused])
    if conn.execute("SELECT 1 FROM st_united LIMIT 1").fetchone() is None:
        return {}
    conn.execute(
        "DELETE FROM st WHERE line IN (SELECT line FROM st_moved UNION SELECT line FROM st_united)"
    )
    columns = ", ".join(OrderPart._fields)
    conn.execute(f"INSERT INTO st ({columns}) SELECT {columns} FROM st_united ORDER BY line")
    taken_out = "first IN (SELECT line FROM st_moved WHERE first IS NULL)"
    found = {
        row[0]: row[1] for row in conn.execute(f"SELECT line, first FROM st_line WHERE {taken_out}")
    }
    if found:
        conn.execute(f"DELETE FROM st_line WHERE {taken_out}")
    conn.execute(
        "UPDATE st_line SET first = (SELECT m.first FROM st_moved AS m"
        " WHERE m.line = st_line.first) WHERE first IN (SELECT line FROM st_moved)"
    )
    return found


def _insert_columns(
    conn: sqlite3.Connection, table: str, columns: Mapping[str, Sequence[Any]]
) -> None:
    """Insert rows given as columns of equal length.

    To bind a value for each row is most of the work, so what all rows share is said once.
    """
    bound: dict[str, Sequence[Any]] = {}
    shared: dict[str, str] = {}
    for name, column in columns.items():
        value = column[0]
        if column.count(value) < len(column):
            bound[name] = column
        elif type(value) is int:
            shared[name] = str(value)
        elif type(value) is str and value.isascii() and value.isalpha():
            shared[name] = f"'{value}'"
        elif value is not None:
            bound[name] = column
    gaps = ", ".join([*("?" * len(bound)), *shared.values()])
    count = len(next(iter(columns.values())))
    conn.executemany(
        f"INSERT INTO {table} ({', '.join([*bound, *shared])}) VALUES ({gaps})",
        zip(*bound.values(), strict=True) if bound else repeat((), count),
    )


def _insert(
    conn: sqlite3.Connection, table: str, names: Iterable[str], rows: Iterable[Sequence[Any]]
) -> None:
    columns = list(names)
    gaps = ", ".join("?" * len(columns))
    conn.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({gaps})", rows)
