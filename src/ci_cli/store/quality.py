"""What ``db quality`` looks at: records and contacts, and values that several have."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from ci_cli.shapes.programme import Described

RECORD = ("name", "tax_id", "industry", "country", "region", "city", "address", "postcode", "phone",
          "email", "owner", "tier", "status")  # fmt: skip
CONTACT = ("name", "title", "phone", "email")
# what belongs to one customer, and to two only where they are one
TELLING = ("name_key", "tax_id", "phone", "email")
# what only an order or a call tells is nobody's description
_KNOWN = "(t.described = 1 OR t.key_kind <> 'name')"


def records(conn: sqlite3.Connection) -> Iterator[Described]:
    """Yield every record that a source describes."""
    columns = ", ".join(f"nullif(t.{column}, '')" for column in RECORD)
    rows = conn.execute(
        "SELECT t.id, t.customer_id, coalesce(g.label, ''), t.source, t.updated_at,"
        f" {columns} FROM record AS t LEFT JOIN golden AS g ON g.id = t.customer_id"
        f" WHERE {_KNOWN} ORDER BY t.id"
    )
    for row in rows:
        yield _described(RECORD, *row)


def contacts(conn: sqlite3.Connection) -> Iterator[Described]:
    """Yield every contact that has not left."""
    columns = ", ".join(f"nullif(t.{column}, '')" for column in CONTACT)
    rows = conn.execute(
        "SELECT t.id, r.customer_id, coalesce(g.label, ''), r.source, coalesce(b.at, r.updated_at),"
        f" {columns} FROM contact AS t JOIN record AS r ON r.id = t.record_id"
        " LEFT JOIN golden AS g ON g.id = r.customer_id"
        " LEFT JOIN batch_file AS f ON f.id = t.file_id LEFT JOIN batch AS b ON b.id = f.batch_id"
        " WHERE t.left_at IS NULL ORDER BY t.id"
    )
    for row in rows:
        yield _described(CONTACT, *row)


def _described(
    names: tuple[str, ...], number: int, customer: int, label: str, source: str, changed: str,
    *values: str | None,
) -> Described:  # fmt: skip
    told = dict(zip(names, values, strict=True))
    return Described(number, customer, label, source, changed, told)


def filled(conn: sqlite3.Connection) -> tuple[int, dict[str, int]]:
    """Return how many records there are, and how many of them have each field."""
    sums = ", ".join(f"count(nullif(t.{column}, ''))" for column in RECORD)
    row = conn.execute(f"SELECT count(*), {sums} FROM record AS t WHERE {_KNOWN}").fetchone()
    return int(row[0]), dict(zip(RECORD, map(int, tuple(row)[1:]), strict=True))


def shared(conn: sqlite3.Connection) -> dict[str, dict[int, str]]:
    """Return by field the records whose value a record of another customer has, too."""
    found = {}
    for column in TELLING:
        rows = conn.execute(
            f"SELECT t.id, t.{column} FROM record AS t WHERE {_KNOWN} AND t.{column} IN (SELECT"
            f" t.{column} FROM record AS t WHERE {_KNOWN} AND t.{column} <> '' GROUP BY 1"
            " HAVING count(DISTINCT t.customer_id) > 1)"
        )
        found[column.removesuffix("_key")] = {row[0]: row[1] for row in rows}
    return found
