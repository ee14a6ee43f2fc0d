"""Where statements stand: the record, file and line behind each, for footnotes.

What was bought is told by the line that it began with; quotes, feedback and insights by their own
row.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from typing import Literal

from ci_cli.shapes.references import Bought, Origin
from ci_cli.store.one_customer import orders_of
from ci_cli.store.sql import query

Told = Literal["quote", "feedback", "insight", "record"]
# what people call a row of each table, its day and who noted it; rows without a key of their own
# are called by their number
_CALLED: dict[Told, tuple[str, str, str, str]] = {
    "quote": ("quote", "'Q' || x.id", "x.day", "x.author"),
    "feedback": ("feedback", "iif(substr(x.fact_key, 1, 1) = '~', '#' || x.id, x.fact_key)",
                 "x.day", "x.author"),
    "insight": ("insight", "iif(substr(x.fact_key, 1, 1) = '~', '#' || x.id, x.fact_key)",
                "x.day", "x.author"),
    "record": ("customer", "x.source || ' ' || x.source_key", "NULL", "NULL"),
}  # fmt: skip


def origins(conn: sqlite3.Connection, told: Told, ids: Iterable[int]) -> dict[int, Origin]:
    """Return where each of these rows stands, by its id."""
    kind, called, day, author = _CALLED[told]
    rows = conn.execute(
        f"SELECT x.id, {called}, '{kind}', {day}, {author}, f.batch_id, f.file, f.sheet, x.line"
        f" FROM {told} AS x LEFT JOIN batch_file AS f ON f.id = x.file_id"
        " WHERE x.id IN (SELECT value FROM json_each(?))",
        (json.dumps(sorted(set(ids))),),
    )
    return {int(row[0]): Origin._make(tuple(row)[1:]) for row in rows}


def field_origins(
    conn: sqlite3.Connection, record_id: int, values: Mapping[str, str]
) -> dict[str, Origin]:
    """Return where fields of one record stand: in the import that last altered them.

    A record keeps the line that it was made from; of an import that came later, its only file is
    named, and no line.

    Args:
        conn: the store.
        record_id: the record.
        values: the fields as they are now; own fields are not told apart.
    """
    first = origins(conn, "record", [record_id])[record_id]
    found: dict[str, Origin] = {}
    rows = conn.execute(
        "SELECT c.before, c.batch_id, min(f.file), min(f.sheet), count(f.id), b.imported_by"
        " FROM change AS c JOIN batch AS b ON b.id = c.batch_id"
        " LEFT JOIN batch_file AS f ON f.batch_id = c.batch_id AND f.kind = 'customers'"
        " WHERE c.table_name = 'record' AND c.row_id = ? AND b.undone_at IS NULL"
        " GROUP BY c.id ORDER BY c.id DESC",
        (record_id,),
    )
    for before, batch, file, sheet, files, who in rows:
        earlier = json.loads(before)
        for field, value in values.items():
            if field not in found and field in earlier and earlier[field] != value:
                known = (file, sheet) if files == 1 else (None, None)
                found[field] = Origin._make(
                    (first.record, first.kind, None, who, batch, *known, None)
                )
    return {field: found.get(field, first) for field in values}


def bought(conn: sqlite3.Connection, customer_id: int, *, as_of: str) -> list[Bought]:
    """Return what a customer ever bought up to a day, by category and currency, the first on top.

    Money is sales less returns; a category that was only ever sent back is left out.
    """
    found: dict[tuple[str, str], Bought] = {}
    for some in orders_of(conn, customer_id):
        rows = conn.execute(query("bought").format(orders=some), {"as_of": as_of})
        for row in map(tuple, rows):
            one = Bought._make((*row[:6], Origin(row[6], "order", row[2], None, *row[7:])))
            known = found.get((one.category, one.currency))
            found[one.category, one.currency] = one if known is None else _joined(known, one)
    begun = [one for one in found.values() if one.first]
    return sorted(begun, key=lambda one: (one.first, one.category, one.currency))


def _joined(one: Bought, other: Bought) -> Bought:
    """Return two parts of the orders of a customer as one; a part of returns only has no days."""
    earlier = min((one, other), key=lambda part: part.first or "9999")
    return earlier._replace(
        last=max(one.last or "", other.last or ""), orders=one.orders + other.orders,
        net=one.net + other.net,
    )  # fmt: skip
