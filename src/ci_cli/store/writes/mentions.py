"""Which tables beside the orders speak of a record: what they need of it, and what they tell.

A table whose rows hang on records is named here once; then a record that it mentions outlives the
undo of the import that described it, as a stub, and a stub learns its customer's phone, e-mail or
tax number from the rows that mention it. A list of people tells what the firm they work for is
called.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import NamedTuple


class Fact(NamedTuple):
    """A table of facts; it has ``record_id``, ``file_id`` and ``line``.

    ``day`` is SQL for the day of a row ``x``; ``tells`` that it has ``about_customer``.
    """

    table: str
    day: str
    tells: bool = True


FACTS = (
    Fact("interaction", "x.day"),
    Fact("contract", "coalesce(x.signed, x.starts, x.ends)"),
    Fact("opportunity", "coalesce(x.opened, x.expected, x.closed)"),
    Fact("usage", "x.period"),
    Fact("behaviour", "x.day", tells=False),
    Fact("feedback", "x.day"),
    Fact("insight", "x.day"),
    Fact("invitation", "x.day", tells=False),
    Fact("reference_step", "x.day", tells=False),
    Fact("reference_use", "x.day", tells=False),
    Fact("reference_attempt", "x.day", tells=False),
    Fact("reference_request", "x.day", tells=False),
    Fact("quote", "x.day", tells=False),
    Fact("recognition", "x.day", tells=False),
)
TABLES = tuple(fact.table for fact in FACTS)
# what lists of people say of firms that they know by an id; they have no day, so others go before
_BY_PEOPLE = (
    "SELECT x.record_id, '' AS day,"
    " json_object('name', json_extract(x.extra, '$.company')) AS about_customer FROM contact AS x"
    " WHERE json_extract(x.extra, '$.company') IS NOT NULL"
    " AND x.record_id IN (SELECT id FROM st_stub)"
)


def is_mentioned(record: str) -> str:
    """Return SQL that tells whether any fact, orders aside, hangs on the record ``record``."""
    found = " OR ".join(
        f"EXISTS (SELECT 1 FROM {table} AS x WHERE x.record_id = {record})" for table in TABLES
    )
    return f"({found})"


def count(record: str) -> str:
    """Return SQL for the number of facts, orders aside, that hang on the record ``record``."""
    return " + ".join(
        f"(SELECT count(*) FROM {table} AS x WHERE x.record_id = {record})" for table in TABLES
    )


def first_heard(record: str) -> str:
    """Return SQL for (file id, line) where an order or another fact first mentions a record."""
    selects = " UNION ALL ".join(
        f"SELECT x.file_id, x.line FROM {table} AS x WHERE x.record_id = {record}"
        for table in ("sales_order", *TABLES)
    )
    return f"({selects} ORDER BY 1, 2 LIMIT 1)"


def touched_by(batch: str) -> str:
    """Return SQL for the records whose facts or people, not orders, changed with a batch."""
    files = f"SELECT id FROM batch_file WHERE batch_id = {batch}"
    return " UNION ".join(
        f"SELECT record_id FROM {table} WHERE record_id IS NOT NULL AND (file_id IN ({files})"
        f" OR id IN (SELECT row_id FROM change WHERE batch_id = {batch}"
        f" AND table_name = '{table}'))"
        for table in (*TABLES, "contact")
    )


def fill_stubs(conn: sqlite3.Connection, fields: tuple[str, ...]) -> None:
    """Let facts tell what no order told about the stubs in ``st_stub``; the latest word counts."""
    conn.execute("DROP TABLE IF EXISTS temp.st_told")
    told = " UNION ALL ".join(
        f"SELECT x.record_id, {day} AS day, x.about_customer FROM {table} AS x"
        " WHERE x.about_customer IS NOT NULL AND x.record_id IN (SELECT id FROM st_stub)"
        for table, day, tells in FACTS
        if tells
    )
    told = f"{told} UNION ALL {_BY_PEOPLE}"
    conn.execute(
        "CREATE TEMP TABLE st_told AS SELECT s.record_id, s.day, e.key, e.value"
        f" FROM ({told}) AS s, json_each(s.about_customer) AS e"
    )
    if conn.execute("SELECT 1 FROM st_told LIMIT 1").fetchone() is None:
        return
    conn.execute("CREATE INDEX temp.st_told_record ON st_told (record_id, key)")
    for name in fields:
        guard = "AND key_kind = 'id'" if name == "name" else ""
        conn.execute(
            f"UPDATE record SET {name} = (SELECT t.value FROM st_told AS t"
            " WHERE t.record_id = record.id AND t.key = ? ORDER BY t.day DESC, t.value LIMIT 1)"
            f" WHERE described = 0 AND {name} IS NULL {guard} AND id IN (SELECT record_id"
            " FROM st_told WHERE key = ?)",
            (name, name),
        )


def let_go_of_contacts(
    conn: sqlite3.Connection, contacts: str, values: Sequence[object] = ()
) -> None:
    """Take contacts that are about to go away off the interactions; their names stay there.

    Args:
        conn: the store, inside a transaction.
        contacts: query that gives their ids.
        values: of its parameters.
    """
    conn.execute(
        "UPDATE interaction SET contact_id = NULL, person = coalesce(person, (SELECT"
        " coalesce(p.name, p.email, p.phone) FROM contact AS p WHERE p.id = contact_id))"
        f" WHERE contact_id IN ({contacts})",
        values,
    )


def attach_contacts(conn: sqlite3.Connection, which: str = "true") -> None:
    """Find the contact of interactions that name a person: one of that name or address there.

    Args:
        conn: the store, inside a transaction.
        which: SQL that picks the interactions to look at.
    """
    known = (
        "SELECT min(p.id) FROM record AS r JOIN record AS k ON k.customer_id = r.customer_id"
        " JOIN contact AS p ON p.record_id = k.id WHERE r.id = interaction.record_id"
        " AND (p.name = interaction.person OR email_key(p.email) = email_key(interaction.person))"
    )
    conn.execute(
        f"UPDATE interaction SET contact_id = ({known}) WHERE contact_id IS NULL"
        f" AND person IS NOT NULL AND record_id IS NOT NULL AND {which} AND ({known}) IS NOT NULL"
    )
