"""Sums that every import leaves behind, so that a value altered from outside is found and named.

SQLite's own check sees that pages and indexes fit together; a byte that changes inside a stored
value it cannot see. So for each table and each imported file the store keeps a seal: how many rows,
how much money, how much quantity, and a digest of everything else. ``ci-cli db check`` adds them up
again and says which import no longer agrees.

A seal is never computed anew from what is stored: that would bless what somebody altered before.
Each transaction adds exactly what it did. Rows that it brings have ids above the highest id at its
beginning, so one pass over them at its end is enough (a trigger for each of them would cost more
than the import may); who puts rows back under their former ids says so (``expect_old_ids``). Rows
that it changes or removes are caught by temporary triggers, which only our own connection has: a
change made with another program leaves the seal as it was.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

# tables with ``id`` and ``file_id``, each row sealed with the file that it came from …
BY_FILE = (
    "record", "contact", "category", "product", "sales_order", "order_line", "action",
    "interaction", "contract", "opportunity", "usage", "behaviour", "behaviour_type",
    "feedback", "insight", "invitation", "survey", "coding",
    "reference_step", "reference_request", "reference_attempt", "reference_use", "quote",
    "quote_use", "recognition",
    "goal", "stakeholder",
)  # fmt: skip
# … and those that belong to no single file
WHOLE = ("customer", "link", "item", "category_rule", "regroup", "regrouped", "decision")
NO_FILE = 0
_MONEY = {
    "sales_order": "total", "order_line": "amount", "product": "unit_price", "action": "won",
    "contract": "value", "opportunity": "value", "reference_request": "value",
    "recognition": "value",
}  # fmt: skip
_QUANTITY = {"order_line": "quantity", "usage": "value"}
# the words of this column are few: comparing is cheaper than hashing half a million of them
_WORDS = {("order_line", "kind"): ("sale", "return", "void")}
# a hash of 64 bits: with a weight it would not fit into a number any more
_WIDE = frozenset({("order_line", "line_key")})
_LOW, _BITS = 2**31 - 1, 31  # sums are kept in two halves, so that no sum of amounts can overflow
_PARTS = ("rows", "money_high", "money_low", "quantity_high", "quantity_low", "digest")


class Seal(NamedTuple):
    """What the rows of one table and one file add up to."""

    rows: int
    money: int  # ten-thousandths, of whatever currencies
    quantity: int  # millionths
    digest: int  # of all other values; only equality means something


class Broken(NamedTuple):
    """A table and file whose rows no longer add up to their seal."""

    table: str
    file_id: int  # ``NO_FILE`` where rows belong to none
    sealed: Seal
    found: Seal


def register_functions(conn: sqlite3.Connection) -> None:
    """Give SQL the checksum of a text."""
    conn.create_function("crc32", 1, zlib.crc32, deterministic=True)


@contextmanager
def kept(conn: sqlite3.Connection) -> Iterator[None]:
    """Keep the seals true to what the block does to the store; inside a write transaction."""
    tables = _sealed_tables(conn)
    highest = {
        table: int(conn.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()[0])
        for table in tables
    }
    _watch(conn, tables, highest)
    yield
    for table in tables:
        _add_new_rows(conn, table, highest[table])
        for event in ("update", "delete", "insert"):
            conn.execute(f"DROP TRIGGER IF EXISTS temp.seal_{event}_{table}")
    _settle(conn)


def expect_old_ids(conn: sqlite3.Connection) -> None:
    """Notice rows that are inserted under ids below those that count as new.

    Whoever removes rows, or brings rows back under the ids they had, says so first: where the
    highest row is gone, SQLite goes on counting from the row below it, and may so fill old gaps.
    Outside of :func:`kept` it does nothing.
    """
    if conn.execute("SELECT 1 FROM temp.sqlite_schema WHERE name = 'seal_gone'").fetchone() is None:
        return
    for table in _sealed_tables(conn):
        conn.execute(
            f"CREATE TEMP TRIGGER IF NOT EXISTS seal_insert_{table} AFTER INSERT ON main.{table}"
            f" WHEN new.id <= (SELECT id FROM seal_highest WHERE table_name = '{table}')"
            f" BEGIN INSERT OR IGNORE INTO seal_gone VALUES ('{table}', new.id); END"
        )


def renew(conn: sqlite3.Connection) -> None:
    """Seal all rows as they are: only for a migration, which has checked them before."""
    conn.execute("DELETE FROM seal")
    _make_delta(conn)
    for table in _sealed_tables(conn):
        _add_new_rows(conn, table, -1)
    _settle(conn)


def broken(conn: sqlite3.Connection) -> list[Broken]:
    """Return every table and file whose rows do not add up to their seal; empty when all do."""
    found = []
    for table in _sealed_tables(conn):
        sealed = {
            int(row[0]): _seal(row[1:])
            for row in conn.execute(
                f"SELECT file_id, {', '.join(_PARTS)} FROM seal WHERE table_name = ?", (table,)
            )
        }
        actual = {
            int(row[0]): _seal(row[1:])
            for row in conn.execute(
                f"SELECT {_file(table)} AS file, {_sums(conn, table)} FROM {table} GROUP BY 1"
            )
        }
        none = Seal(0, 0, 0, 0)
        found += [
            Broken(table, file_id, sealed.get(file_id, none), actual.get(file_id, none))
            for file_id in sorted(sealed.keys() | actual.keys())
            if sealed.get(file_id, none) != actual.get(file_id, none)
        ]
    return found


def _seal(parts: tuple[int, ...]) -> Seal:
    rows, money_high, money_low, quantity_high, quantity_low, digest = parts
    return Seal(
        rows, (money_high << _BITS) + money_low, (quantity_high << _BITS) + quantity_low, digest
    )


def _sealed_tables(conn: sqlite3.Connection) -> list[str]:
    """Return the tables that are sealed; none in a store that is too old to have seals."""
    there = {row[0] for row in conn.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    return [table for table in (*BY_FILE, *WHOLE) if table in there] if "seal" in there else []


def _file(table: str, row: str = "") -> str:
    return f"coalesce({row}file_id, {NO_FILE})" if table in BY_FILE else str(NO_FILE)


def _parts(conn: sqlite3.Connection, table: str, row: str = "") -> tuple[str, ...]:
    """Return what one row adds to the parts of its seal after ``rows``, as SQL.

    Args:
        conn: the store.
        table: a sealed table.
        row: ``old.`` or ``new.`` inside a trigger.
    """
    own = (_MONEY.get(table), _QUANTITY.get(table))
    terms = []
    for weight, (_cid, name, kind, required, *_rest) in enumerate(
        conn.execute(f"PRAGMA table_info({table})").fetchall(), start=1
    ):
        value = f"{row}{name}"
        if name in (*own, "file_id", "id"):
            continue  # in a sum of its own, what the seal goes by, what SQLite's check looks after
        if kind == "TEXT":
            value = f"iif({value} IS NULL, 0, crc32(CAST({row}{name} AS BLOB)))"
            if (table, name) in _WORDS:
                words = " ".join(f"WHEN '{w}' THEN {n}" for n, w in enumerate(_WORDS[table, name]))
                value = f"CASE {row}{name} {words} ELSE {value} END"
        elif not required:
            value = f"coalesce({value}, 0)"
        if (table, name) in _WIDE:
            value = f"({value} % {_LOW})"
        terms.append(f"{weight} * {value}")
    sums = []
    for column in own:
        value = f"coalesce({row}{column}, 0)" if row else str(column)  # sum() needs no coalesce
        sums += ["0", "0"] if column is None else [f"({value} >> {_BITS})", f"({value} & {_LOW})"]
    return (*sums, f"(({' + '.join(terms)}) % {_LOW})")


def _sums(conn: sqlite3.Connection, table: str) -> str:
    sums = [part if part == "0" else f"coalesce(sum({part}), 0)" for part in _parts(conn, table)]
    return ", ".join(("count(*)", *sums))


def _make_delta(conn: sqlite3.Connection) -> None:
    _drop_delta(conn)
    parts = ", ".join(f"{part} INTEGER NOT NULL" for part in _PARTS)
    conn.execute(
        f"CREATE TEMP TABLE seal_delta (table_name TEXT, file_id INTEGER, {parts},"
        " PRIMARY KEY (table_name, file_id)) WITHOUT ROWID"
    )
    # ids are used again after the highest rows were removed: such a row counts as brought
    for name in ("seal_gone", "seal_highest"):
        conn.execute(
            f"CREATE TEMP TABLE {name} (table_name TEXT, id INTEGER, PRIMARY KEY (table_name, id))"
            " WITHOUT ROWID"
        )


def _drop_delta(conn: sqlite3.Connection) -> None:
    for table in ("seal_delta", "seal_gone", "seal_highest"):
        conn.execute(f"DROP TABLE IF EXISTS temp.{table}")


_ADD = "ON CONFLICT (table_name, file_id) DO UPDATE SET " + ", ".join(
    f"{part} = {part} + excluded.{part}" for part in _PARTS
)


def _watch(conn: sqlite3.Connection, tables: list[str], highest: dict[str, int]) -> None:
    """Note what happens to the rows that are there already; see the module's docstring."""
    _make_delta(conn)
    conn.executemany("INSERT INTO temp.seal_highest VALUES (?, ?)", list(highest.items()))
    for table in tables:
        known = (
            f"old.id <= {highest[table]} AND NOT EXISTS"
            f" (SELECT 1 FROM seal_gone WHERE table_name = '{table}' AND id = old.id)"
        )
        less = ", ".join(f"-{part}" for part in ("1", *_parts(conn, table, "old.")))
        more = ", ".join(("1", *_parts(conn, table, "new.")))
        subtract = (
            f"INSERT INTO seal_delta VALUES ('{table}', {_file(table, 'old.')}, {less}) {_ADD};"
        )
        add = f"INSERT INTO seal_delta VALUES ('{table}', {_file(table, 'new.')}, {more}) {_ADD};"
        conn.execute(
            f"CREATE TEMP TRIGGER seal_update_{table} AFTER UPDATE ON main.{table} WHEN {known}"
            f" BEGIN {subtract} {add} END"
        )
        conn.execute(
            f"CREATE TEMP TRIGGER seal_delete_{table} AFTER DELETE ON main.{table} WHEN {known}"
            f" BEGIN {subtract} INSERT INTO seal_gone VALUES ('{table}', old.id); END"
        )


def _add_new_rows(conn: sqlite3.Connection, table: str, highest: int) -> None:
    """Add the rows that the transaction brought."""
    _add_rows(conn, table, f"id > {highest}")
    reused = f"SELECT id FROM seal_gone WHERE table_name = '{table}'"
    if conn.execute(f"{reused} LIMIT 1").fetchone():
        _add_rows(conn, table, f"id <= {highest} AND id IN ({reused})")


def _add_rows(conn: sqlite3.Connection, table: str, condition: str) -> None:
    file, sums = _file(table), _sums(conn, table)
    rows = conn.execute(
        f"SELECT min({file}), max({file}), {sums} FROM {table} WHERE {condition}"
    ).fetchall()
    if rows[0][0] != rows[0][1]:  # not one file, as is usual: sorting into groups costs time
        rows = conn.execute(
            f"SELECT {file} AS file, 0, {sums} FROM {table} WHERE {condition} GROUP BY 1"
        ).fetchall()
    conn.executemany(
        f"INSERT INTO seal_delta VALUES ('{table}', ?, {', '.join('?' * len(_PARTS))}) {_ADD}",
        [(row[0] or NO_FILE, *row[2:]) for row in rows],
    )


def _settle(conn: sqlite3.Connection) -> None:
    """Bring what was gathered into the seals; a file without rows needs none."""
    columns = f"table_name, file_id, {', '.join(_PARTS)}"
    added = ", ".join(f"{part} = seal.{part} + excluded.{part}" for part in _PARTS)
    conn.execute(
        f"INSERT INTO seal ({columns}) SELECT {columns} FROM seal_delta WHERE true"
        f" ON CONFLICT (table_name, file_id) DO UPDATE SET {added}"
    )
    empty = " AND ".join(f"{part} = 0" for part in _PARTS)
    conn.execute(f"DELETE FROM seal WHERE {empty}")
    _drop_delta(conn)
