"""Keep the index of the search: the texts of rows, and where every three characters stand in them.

Triggers note which rows are new, changed or gone (``search_todo``), whoever writes; the search
takes them in before it looks. So an import pays next to nothing, and a store that cannot be written
is searched all the same: the rows that wait are read one by one (``store.search``).

The index is an FTS5 table with the trigram tokenizer, which finds any part of a text in any
script without knowing its words. Each text ends in two line breaks, so that every one or two
characters of it begin a trigram: words of two characters, most Chinese ones, are found through the
list of trigrams (``search_term``) which begin with them.
"""

from __future__ import annotations

import json
import sqlite3
import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ci_cli.errors import CiError, ExitCode
from ci_cli.models.names import phone_key
from ci_cli.store import engine
from ci_cli.store.sqlite_errors import code_of

_PADDING = "\n\n"  # a trigram begins at the last character too
_AT_ONCE = 2_000  # rows
_READ_ONLY = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM,
              sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL,
              sqlite3.SQLITE_IOERR)  # fmt: skip


class Text(NamedTuple):
    """What is searched of one row."""

    table: str
    row_id: int
    sort: str
    day: str | None
    body: str


# table -> (sort, day, fields, phone) in SQL; the JSON of ``extra`` and ``files`` is taken apart
_SOURCES: dict[str, tuple[str, str, tuple[str, ...], str]] = {
    "record": (
        "'customer'", "NULL",
        ("name", "short_name", "source_key", "tax_id", "industry", "country", "region", "city",
         "address", "postcode", "tier", "status", "owner", "channel", "parent", "phone", "email"),
        "phone",
    ),
    "contact": ("'person'", "NULL", ("name", "title", "phone", "email"), "phone"),
    "item": ("'product'", "NULL", ("product_key", "name", "category"), "NULL"),
    "product": ("'product'", "NULL", ("product_key", "name", "category"), "NULL"),
    "contract": (
        "'contract'", "coalesce(signed, starts, ends)", ("name", "product", "status", "owner"),
        "NULL",
    ),
    "opportunity": (
        "'deal'", "coalesce(opened, expected, closed)",
        ("name", "stage", "why", "competitor", "product", "owner"), "NULL",
    ),
    "interaction": (
        "kind", "day", ("topic", "subject", "text", "person", "status"), "NULL",
    ),
    "feedback": (
        "'feedback'", "day", ("kind", "text", "product", "channel", "survey", "answer"), "NULL",
    ),
    "insight": ("kind", "day", ("value", "text", "industry", "origin", "period"), "NULL"),
    "action": ("'action'", "created", ("what", "owner", "reason"), "NULL"),
    "behaviour": ("'tag'", "day", ("code", "note"), "NULL"),
    "quote": ("'quote'", "day", ("text", "person", "product"), "NULL"),
}  # fmt: skip
# what people said of behaviour and did not take back; what rules found says no more than the rule
_ONLY = {"behaviour": "ruleset = '' AND standing = 'active'"}
_EXTRA = frozenset({
    "record", "contact", "product", "contract", "opportunity", "interaction", "feedback", "insight",
})  # fmt: skip
_FILES = frozenset({"interaction"})


def normal(text: str) -> str:
    """Return ``text`` as it is searched: NFKC, every run of spaces one space."""
    return " ".join(unicodedata.normalize("NFKC", text.replace("\x00", " ")).split())


def texts(conn: sqlite3.Connection, table: str, ids: Iterable[int]) -> Iterator[Text]:
    """Yield what is searched of the rows of ``table`` with these ids, of those that are there."""
    sort, day, fields, phone = _SOURCES[table]
    extra = "extra" if table in _EXTRA else "NULL"
    files = "files" if table in _FILES else "NULL"
    rows = conn.execute(
        f"SELECT id, {sort}, {day}, {phone}, {extra}, {files}, {', '.join(fields)} FROM {table}"
        f" WHERE id IN (SELECT value FROM json_each(?)) AND {_ONLY.get(table, 'true')}",
        (json.dumps(list(ids)),),
    )
    for number, its_sort, its_day, its_phone, its_extra, its_files, *values in rows:
        parts = [str(value) for value in values if value is not None]
        parts += [str(value) for value in json.loads(its_extra or "{}").values() if value]
        parts += [str(file["name"]) for file in json.loads(its_files or "[]")]
        digits = phone_key(its_phone)
        if digits:
            parts.append(digits)
        # each word of a row once: the short name is often the name
        lines = list(dict.fromkeys(line for line in map(normal, parts) if line))
        yield Text(table, int(number), str(its_sort), its_day, "\n".join(lines) + _PADDING)


def waiting(conn: sqlite3.Connection) -> Iterator[tuple[str, list[int]]]:
    """Yield the rows that are out of date, table by table, some at a time."""
    for table in _SOURCES:
        ids = [
            int(row[0])
            for row in conn.execute(
                "SELECT row_id FROM search_todo WHERE table_name = ? ORDER BY row_id", (table,)
            )
        ]
        for start in range(0, len(ids), _AT_ONCE):
            yield table, ids[start : start + _AT_ONCE]


def is_made(conn: sqlite3.Connection) -> bool:
    """Tell whether there is an index to look into."""
    names = conn.execute(
        "SELECT count(*) FROM sqlite_schema WHERE name IN ('search_index', 'search_term')"
    )
    return bool(names.fetchone()[0] == 2)


def bring_up_to_date(conn: sqlite3.Connection) -> None:
    """Take in what has changed, outside any transaction.

    A store that cannot be written, that somebody else is writing to, or an SQLite without the
    index is left as it is: the search then reads the rows that wait.
    """
    if is_made(conn) and conn.execute("SELECT 1 FROM search_todo LIMIT 1").fetchone() is None:
        return
    try:
        with engine.upkeep(conn):
            refresh(conn)
    except CiError as error:
        if error.exit_code != ExitCode.BUSY:
            raise
    except sqlite3.OperationalError as error:
        lacking = "no such module" in str(error) or "no such tokenizer" in str(error)
        if code_of(error) not in _READ_ONLY and not lacking:
            raise


def refresh(conn: sqlite3.Connection) -> None:
    """Bring texts and index up to date; the caller holds the transaction."""
    if not is_made(conn):
        _make(conn)
    for table, ids in waiting(conn):
        chosen = json.dumps(ids)
        conn.execute(
            "INSERT INTO search_index (search_index, rowid, body)"
            " SELECT 'delete', id, body FROM search_text WHERE table_name = ?"
            " AND row_id IN (SELECT value FROM json_each(?))",
            (table, chosen),
        )
        conn.execute(
            "DELETE FROM search_text WHERE table_name = ?"
            " AND row_id IN (SELECT value FROM json_each(?))",
            (table, chosen),
        )
        conn.executemany(
            "INSERT INTO search_text (table_name, row_id, sort, day, body) VALUES (?, ?, ?, ?, ?)",
            texts(conn, table, ids),
        )
        conn.execute(
            "INSERT INTO search_index (rowid, body) SELECT id, body FROM search_text"
            " WHERE table_name = ? AND row_id IN (SELECT value FROM json_each(?))",
            (table, chosen),
        )
    conn.execute("DELETE FROM search_todo")


def forget(conn: sqlite3.Connection) -> None:
    """Throw texts and index away, so that nothing of a former text is left in either.

    The next search makes them anew. The caller holds the transaction.
    """
    for name in ("search_term", "search_index"):
        conn.execute(f"DROP TABLE IF EXISTS {name}")
    conn.execute("DELETE FROM search_text")
    conn.execute("DELETE FROM search_todo")
    for table in _SOURCES:
        conn.execute(
            f"INSERT INTO search_todo (table_name, row_id) SELECT '{table}', id FROM {table}"
            f" WHERE {_ONLY.get(table, 'true')}"
        )


def _make(conn: sqlite3.Connection) -> None:
    conn.execute(
        "CREATE VIRTUAL TABLE search_index USING fts5"
        " (body, content = 'search_text', content_rowid = 'id', tokenize = 'trigram')"
    )
    conn.execute("CREATE VIRTUAL TABLE search_term USING fts5vocab (search_index, 'instance')")
    # texts that an index was made of before, on a copy that has lost it
    conn.execute("INSERT INTO search_index (search_index) VALUES ('rebuild')")
