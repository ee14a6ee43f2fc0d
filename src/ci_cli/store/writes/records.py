"""Customers as their sources describe them: stubs, descriptions, contacts."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from ci_cli.models.names import email_key, name_key, phone_key
from ci_cli.store.writes import mentions
from ci_cli.store.writes.upsert import Target

RECORD = Target(
    table="record",
    keys=("source", "key_kind", "source_key"),
    fields=(
        "name", "name_key", "short_name", "tax_id", "industry", "country", "region", "city",
        "address", "postcode", "tier", "status", "owner", "channel", "since", "parent", "phone",
        "email", "author",
    ),
    has_stubs=True,
)  # fmt: skip
CONTACT = Target(
    table="contact",
    keys=("record_id", "contact_key"),
    fields=("name", "title", "phone", "email", "author"),
)

# what the orders of a customer may say about it, when nothing else describes it
HEARSAY = (
    "name", "short_name", "tax_id", "industry", "city", "address", "postcode", "tier", "phone",
    "email",
)  # fmt: skip

RecordKey = tuple[str, str, str]  # source, key kind, source key


def register_functions(conn: sqlite3.Connection) -> None:
    """Give SQL the rules of ``models.names``."""
    for function in (name_key, phone_key, email_key):
        conn.create_function(function.__name__, 1, function, deterministic=True)


def ensure_records(
    conn: sqlite3.Connection, mentions: Sequence[tuple[RecordKey, int]], file_id: int, at: str
) -> dict[RecordKey, int]:
    """Return the record id of every key, making stubs for those that the store does not know.

    Args:
        conn: the store, inside a transaction.
        mentions: distinct keys, each with the line where the file first names it.
        file_id: the file that mentions them.
        at: time of the import.
    """
    conn.execute("DROP TABLE IF EXISTS temp.st_mention")
    conn.execute("CREATE TEMP TABLE st_mention (source, key_kind, source_key, line)")
    conn.executemany(
        "INSERT INTO st_mention VALUES (?, ?, ?, ?)", [(*key, line) for key, line in mentions]
    )
    make_stubs(conn, "SELECT source, key_kind, source_key, line FROM st_mention", file_id, at)
    rows = conn.execute(
        "SELECT s.source, s.key_kind, s.source_key, r.id FROM st_ref AS s JOIN record AS r"
        " USING (source, key_kind, source_key)"
    )
    return {(row[0], row[1], row[2]): row[3] for row in rows}


def make_stubs(conn: sqlite3.Connection, mentions: str, file_id: int, at: str) -> None:
    """Make stubs for the records that the store does not know yet.

    Args:
        conn: the store, inside a transaction.
        mentions: query that gives distinct source, key kind, source key, and the line of the file
            that first names it; its rows stay in ``st_ref``.
        file_id: the file that mentions them.
        at: time of the import.
    """
    conn.execute("DROP TABLE IF EXISTS temp.st_ref")
    conn.execute(
        "CREATE TEMP TABLE st_ref (source TEXT, key_kind TEXT, source_key TEXT, line INTEGER,"
        " PRIMARY KEY (source, key_kind, source_key))"
    )
    conn.execute(f"INSERT INTO st_ref {mentions}")
    conn.execute("INSERT OR IGNORE INTO source (name) SELECT DISTINCT source FROM st_ref")
    last = conn.execute(
        "SELECT max((SELECT coalesce(max(id), 0) FROM record),"
        " (SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'record'))"
    ).fetchone()[0]
    conn.execute("DROP TABLE IF EXISTS temp.st_new")
    conn.execute(
        "CREATE TEMP TABLE st_new AS"
        " SELECT row_number() OVER (ORDER BY line, source_key) + ? AS id,"
        " source, key_kind, source_key, line FROM st_ref AS s WHERE NOT EXISTS (SELECT 1"
        " FROM record AS r WHERE r.source = s.source AND r.key_kind = s.key_kind"
        " AND r.source_key = s.source_key)",
        (last,),
    )
    # the customer comes first, since every record belongs to one from its first moment
    conn.execute("INSERT INTO customer (id) SELECT id FROM st_new")
    conn.execute(
        "INSERT INTO record (id, customer_id, source, key_kind, source_key, described, name,"
        " name_key, file_id, line, updated_at)"
        " SELECT id, id, source, key_kind, source_key, 0,"
        " iif(key_kind = 'name', source_key, NULL), iif(key_kind = 'name', name_key(source_key),"
        " NULL), ?, line, ? FROM st_new",
        (file_id, at),
    )


def forget_unused(conn: sqlite3.Connection, batch_id: int) -> None:
    """Remove the stubs that a batch made for rows of which then none went in.

    A name that only rows in conflict mention is no customer; linked to one, it would settle the
    conflict when the same file comes again.
    """
    number = int(batch_id)
    conn.execute("DROP TABLE IF EXISTS temp.st_unused")
    conn.execute(
        "CREATE TEMP TABLE st_unused AS SELECT t.id FROM record AS t WHERE t.described = 0"
        f" AND t.file_id IN (SELECT id FROM batch_file WHERE batch_id = {number})"
        " AND NOT EXISTS (SELECT 1 FROM sales_order AS o WHERE o.record_id = t.id)"
        " AND NOT EXISTS (SELECT 1 FROM contact AS p WHERE p.record_id = t.id)"
        f" AND NOT {mentions.is_mentioned('t.id')}"
        " AND NOT EXISTS (SELECT 1 FROM record AS r WHERE r.customer_id = t.id AND r.id <> t.id)"
        " AND NOT EXISTS (SELECT 1 FROM link AS l WHERE t.id IN (l.record_id, l.from_customer_id,"
        " l.to_customer_id))"
    )
    conn.execute("DELETE FROM record WHERE id IN (SELECT id FROM st_unused)")
    conn.execute("DELETE FROM customer WHERE id IN (SELECT id FROM st_unused)")


def touch(conn: sqlite3.Connection, at: str) -> None:
    """Date the records that the staged rows changed: for golden fields the latest word counts."""
    conn.execute(
        "UPDATE record SET updated_at = ? WHERE id IN (SELECT target_id FROM st"
        " WHERE verdict IN ('created', 'updated'))",
        (at,),
    )


def refresh_stubs(conn: sqlite3.Connection, touched: str) -> None:
    """Let stubs say what their latest order says about them, whatever order the files came in.

    Args:
        conn: the store, inside a transaction.
        touched: query that gives ids of records whose orders changed.
    """
    # every field asks for them: they are looked up once
    conn.execute("DROP TABLE IF EXISTS temp.st_stub")
    conn.execute("CREATE TEMP TABLE st_stub (id INTEGER PRIMARY KEY)")
    conn.execute(f"INSERT OR IGNORE INTO st_stub {touched}")
    spoken_of = _find_latest(conn)
    for name, (_speaks, value) in _TOLD.items():
        guard = "described = 0 AND id IN (SELECT id FROM st_stub)"
        if name == "name":
            guard += " AND key_kind = 'id'"
        if name not in spoken_of:
            conn.execute(f"UPDATE record SET {name} = NULL WHERE {guard} AND {name} IS NOT NULL")
        else:
            conn.execute(
                f"UPDATE record SET {name} = (SELECT {value} FROM st_latest AS t JOIN sales_order"
                f" AS o ON o.id = CAST(substr(t.{name}, -19) AS INTEGER) - {_ID_BASE}"
                f" WHERE t.id = record.id) WHERE {guard}"
            )
    mentions.fill_stubs(conn, HEARSAY)
    conn.execute("UPDATE record SET name_key = name_key(name) WHERE described = 0"
                 " AND id IN (SELECT id FROM st_stub)")  # fmt: skip


# field -> SQL that tells whether order ``o`` speaks of it, and SQL for what it says
_TOLD = {
    **{
        name: (f"instr(o.about_customer, '\"{name}\":')",
               f"json_extract(o.about_customer, '$.{name}')")
        for name in HEARSAY
    },
    **{name: (f"o.{name} IS NOT NULL", f"o.{name}") for name in ("region", "country", "owner")},
}  # fmt: skip
_FEW = 10  # up to one record in as many, their orders are looked for one by one
_ID_BASE = 10**18  # added to an id it makes 19 digits of every id


def _find_latest(conn: sqlite3.Connection) -> list[str]:
    """Find, for each record of ``st_stub``, the latest order that speaks of a field.

    ``st_latest`` has for each field the day, key and id of that order as one text: the greatest
    text is that of the latest. Keys hold no character as low as the one behind them.

    Returns:
        The fields that some order speaks of; most files give few.
    """
    stubs, records = (
        conn.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        for table in ("st_stub", "record")
    )
    # to go through all orders is faster than to look for most of them
    path = "NOT INDEXED" if stubs > records // _FEW else ""
    orders = f"FROM sales_order AS o {path} WHERE o.record_id IN (SELECT id FROM st_stub)"
    seen = conn.execute(
        f"SELECT {', '.join(f'max({speaks})' for speaks, _value in _TOLD.values())} {orders}"
    ).fetchone()
    spoken_of = [name for name, is_there in zip(_TOLD, seen, strict=True) if is_there]
    conn.execute("DROP TABLE IF EXISTS temp.st_latest")
    conn.execute(
        f"CREATE TEMP TABLE st_latest ({', '.join(('id INTEGER PRIMARY KEY', *spoken_of))})"
    )
    latest = "".join(
        f", max(iif({_TOLD[name][0]}, coalesce(o.date, '') || ' ' || o.order_key || char(1)"
        f" || ({_ID_BASE} + o.id), NULL))"
        for name in spoken_of
    )
    if spoken_of:
        conn.execute(f"INSERT INTO st_latest SELECT o.record_id{latest} {orders} GROUP BY 1")
    return spoken_of


def refresh_stubs_of(conn: sqlite3.Connection, batch_id: int) -> None:
    """Refresh the stubs whose orders came or changed with a batch."""
    number = int(batch_id)
    refresh_stubs(
        conn,
        "SELECT record_id FROM sales_order NOT INDEXED WHERE record_id IS NOT NULL AND (file_id IN"
        f" (SELECT id FROM batch_file WHERE batch_id = {number}) OR id IN (SELECT row_id"
        f" FROM change WHERE batch_id = {number} AND table_name = 'sales_order'))"
        f" UNION {mentions.touched_by(str(number))}",
    )
