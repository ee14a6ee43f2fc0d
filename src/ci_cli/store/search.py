"""Find what people remember a part of, in everything the store holds.

All words must be there, each anywhere in the text of the row; words between quotation marks belong
together. Upper and lower case and the width of characters make no difference.
"""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable
from typing import Any

from ci_cli.errors import CiError, ExitCode
from ci_cli.shapes.views import SORTS, Found, Hit
from ci_cli.store import search_index
from ci_cli.text import msg

_TRIGRAM = 3
_TOO_MANY_WORDS = 50
_LAST_CHARACTER = "\U0010ffff"
_WORDS = re.compile(r'"([^"]*)"|([^\s"]+)')
_RANK = {sort: rank for rank, sort in enumerate(SORTS)}
_FIRST_SORTS = 4  # who and what stand in groups; what was agreed and said, by day

# table -> what it is called, record, author, of the row ``x``
_TOLD = {
    "record": ("'C' || x.customer_id", "x.id", "NULL"),
    "contact": ("'C' || r.customer_id", "x.record_id", "NULL"),
    "item": ("x.product_key", "NULL", "NULL"),
    "product": ("x.product_key", "NULL", "NULL"),
    "contract": ("coalesce(x.name, x.fact_key)", "x.record_id", "x.owner"),
    "opportunity": ("coalesce(x.name, x.fact_key)", "x.record_id", "x.owner"),
    "interaction": ("x.id", "x.record_id", "x.author"),
    "feedback": ("x.id", "x.record_id", "x.author"),
    "insight": ("x.id", "x.record_id", "x.author"),
    "action": ("'A' || x.id", "x.record_id", "x.owner"),
    "behaviour": ("x.code", "x.record_id", "x.author"),
    "quote": ("'Q' || x.id", "x.record_id", "x.author"),
}

_SHORT = "SELECT doc FROM search_term WHERE term >= ? AND term < ?"

Place = tuple[str, str | None, str, int, str]  # sort, day, table, row, text


def words_of(query: str) -> list[str]:
    """Return what a query asks for, as texts are searched.

    Raises:
        CiError: ``search-empty``: it asks for nothing, or for far too much.
    """
    found = [search_index.normal(phrase or word) for phrase, word in _WORDS.findall(query)]
    words = list(dict.fromkeys(word for word in found if word))
    if not words or len(words) > _TOO_MANY_WORDS:
        raise CiError(
            "search-empty",
            msg("There is nothing to look for in {text}.", text=query[:60] or "''")
            if not words
            else msg("More than {n} words are too many to look for.", n=_TOO_MANY_WORDS),
            hint=msg('Write a word, or a few: ci-cli search "late delivery"'),
            exit_code=ExitCode.DECIDE,
        )
    return words


def search(
    conn: sqlite3.Connection, words: Collection[str], *, sorts: Collection[str] = (),
    limit: int | None = None,
) -> Found:  # fmt: skip
    """Look for rows that hold all words.

    Args:
        conn: the store, inside a read transaction; ``search_index.bring_up_to_date`` came before.
        words: from :func:`words_of`.
        sorts: only of these sorts; empty: of all.
        limit: how many hits to tell of; they are all counted.

    Returns:
        Customers, people, orders and products first, then what was agreed and said, the latest
        first.
    """
    places: list[Place] = [*_indexed(conn, words), *_waiting(conn, words)]
    if not sorts or "order" in sorts:
        places += _orders(conn, words)
    if sorts:
        places = [place for place in places if place[0] in sorts]
    places = _distinct(places)
    places.sort(key=lambda place: (place[2], place[3]))
    places.sort(key=lambda place: place[1] or "", reverse=True)
    places.sort(key=lambda place: min(_RANK.get(place[0], len(SORTS)), _FIRST_SORTS))
    counts = Counter(place[0] for place in places)
    shown = places if limit is None else places[:limit]
    return Found([_hit(conn, place) for place in shown], dict(counts))


def _indexed(conn: sqlite3.Connection, words: Collection[str]) -> list[Place]:
    """Return what the index knows, but for rows that have changed since."""
    if not search_index.is_made(conn):
        return []
    conditions, parameters = [], list[Any]()
    long = [word for word in words if len(word) >= _TRIGRAM]
    if long:
        conditions.append("t.id IN (SELECT rowid FROM search_index WHERE search_index MATCH ?)")
        parameters.append(" AND ".join('"' + word.replace('"', '""') + '"' for word in long))
    for word in words:
        if len(word) < _TRIGRAM:
            conditions.append(f"t.id IN ({_SHORT} UNION {_SHORT})")
            # capitals of scripts that SQLite cannot fold stand there as they are
            for form in (word, word.lower()):
                parameters += [form, form + _LAST_CHARACTER]
    rows = conn.execute(
        "SELECT t.sort, t.day, t.table_name, t.row_id, t.body FROM search_text AS t WHERE"
        f" {' AND '.join(conditions)} AND NOT EXISTS (SELECT 1 FROM search_todo AS d"
        " WHERE d.table_name = t.table_name AND d.row_id = t.row_id)",
        parameters,
    )
    return [tuple(row) for row in rows]


def _waiting(conn: sqlite3.Connection, words: Collection[str]) -> Iterable[Place]:
    """Return what is in rows that the index does not know yet."""
    for table, ids in search_index.waiting(conn):
        for text in search_index.texts(conn, table, ids):
            body = text.body.lower()
            if all(word.lower() in body for word in words):
                yield text.sort, text.day, text.table, text.row_id, text.body


def _orders(conn: sqlite3.Connection, words: Collection[str]) -> list[Place]:
    """Return the orders whose own id, or that of a voucher, holds the words.

    There may be millions, and an id is looked for as a whole or nearly so: no index of trigrams.
    """
    if not all(any(char.isdigit() for char in word) for word in words):
        return []
    conditions = " AND ".join("instr(lower(order_key), ?) > 0" for _word in words)
    rows = conn.execute(
        "SELECT 'order', date, 'sales_order', id, order_key FROM sales_order"
        f" WHERE order_key NOT LIKE '~%' AND {conditions}",
        [word.lower() for word in words],
    )
    return [tuple(row) for row in rows]


def _distinct(places: Iterable[Place]) -> list[Place]:
    """Leave out products that a list and order lines both name, and records of equal text."""
    kept: dict[tuple[str, str, int], Place] = {}
    for place in places:
        is_product = place[0] == "product"
        key = ("product", place[4], 0) if is_product else ("", place[2], place[3])
        kept.setdefault(key, place)
    return list(kept.values())


def _hit(conn: sqlite3.Connection, place: Place) -> Hit:
    sort, day, table, number, body = place
    if table == "sales_order":
        row = conn.execute(
            "SELECT r.customer_id, (SELECT g.label FROM golden AS g WHERE g.id = r.customer_id),"
            " o.owner FROM sales_order AS o LEFT JOIN record AS r ON r.id = o.record_id"
            " WHERE o.id = ?",
            (number,),
        ).fetchone()
        return Hit(sort, body, row[0], row[1], day, row[2], body)
    key, record, author = _TOLD[table]
    row = conn.execute(
        f"SELECT {key}, r.customer_id,"
        f" (SELECT g.label FROM golden AS g WHERE g.id = r.customer_id), {author}"
        f" FROM {table} AS x LEFT JOIN record AS r ON r.id = {record} WHERE x.id = ?",
        (number,),
    ).fetchone()
    return Hit(sort, str(row[0] or ""), row[1], row[2], day, row[3], body.strip())
