"""Look up customers: by number, by a source's id, by name."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Collection, Sequence
from typing import Any

from ci_cli.errors import CiError, ExitCode
from ci_cli.models.names import name_key
from ci_cli.shapes.trade import OrderInfo
from ci_cli.text import msg

GOLDEN_FIELDS = (
    "name", "short_name", "tax_id", "industry", "country", "region", "city", "address", "postcode",
    "tier", "status", "owner", "channel", "since", "parent", "phone", "email",
)  # fmt: skip
# whose word counts first among the records ``v`` of a customer, as in the view ``golden``
LOUDEST = "v.priority DESC, v.described DESC, v.updated_at DESC, v.id <> v.customer_id, v.id"
_AT_ONCE = 5_000  # orders
_PUBLIC_ID = re.compile(r"^[Cc](\d{1,18})$")


def find(conn: sqlite3.Connection, text: str) -> int:
    """Return the customer that ``text`` means.

    Tried in turn: the public id ``C12`` (also of a customer merged since), a source's own id, the
    exact name, the normalised name, a part of the name.

    Raises:
        CiError: nothing fits, or several customers do (they are listed).
    """
    public = _PUBLIC_ID.match(text.strip())
    if public:
        resolved = resolve(conn, int(public[1]))
        if resolved is not None:
            return resolved
    key = name_key(text)
    attempts = (
        ("source_key = ? AND key_kind = 'id'", text.strip()),
        ("name = ?", text.strip()),
        ("name_key = ?", key),
        ("instr(name_key, ?) > 0", key),
    )
    for condition, value in attempts:
        if not value:
            continue
        rows = conn.execute(
            f"SELECT DISTINCT customer_id FROM record WHERE {condition} ORDER BY 1 LIMIT 11",
            (value,),
        ).fetchall()
        if len(rows) == 1:
            return int(rows[0][0])
        if rows:
            raise _several(conn, text, [int(row[0]) for row in rows])
    raise CiError(
        "customer-unknown",
        msg("No customer is called {text}.", text=text),
        hint=msg("`ci-cli customer list --name PART` searches by a part of the name."),
        exit_code=ExitCode.DECIDE,
    )


def tombstone(conn: sqlite3.Connection, text: str) -> int | None:
    """Return the customer that ``text`` (a number, a source's id) names, if it was merged away."""
    public = _PUBLIC_ID.match(text.strip())
    if public and resolve(conn, int(public[1])) is not None:
        numbers = [int(public[1])]
    else:
        numbers = [
            int(row[0])
            for row in conn.execute(
                "SELECT id FROM record WHERE source_key = ? AND key_kind = 'id'", (text.strip(),)
            )
        ]
    return numbers[0] if len(numbers) == 1 and resolve(conn, numbers[0]) != numbers[0] else None


def names(conn: sqlite3.Connection, ids: Sequence[int]) -> dict[int, tuple[str, int]]:
    """Return name and number of records of living customers."""
    rows = conn.execute(
        "SELECT g.id, coalesce(g.label, ''),"
        " (SELECT count(*) FROM record AS r WHERE r.customer_id = g.id)"
        " FROM golden AS g WHERE g.id IN (SELECT value FROM json_each(?))",
        (str(list(ids)),),
    )
    return {int(row[0]): (str(row[1]), int(row[2])) for row in rows}


def resolve(conn: sqlite3.Connection, customer_id: int) -> int | None:
    """Return the living customer for an id that may have been merged away, None if never given."""
    seen: set[int] = set()
    while customer_id not in seen:
        seen.add(customer_id)
        row = conn.execute(
            "SELECT merged_into FROM customer WHERE id = ?", (customer_id,)
        ).fetchone()
        if row is None:
            return None
        if row[0] is None:
            return customer_id
        customer_id = row[0]
    return None


def _several(conn: sqlite3.Connection, text: str, ids: list[int]) -> CiError:
    names = conn.execute(
        f"SELECT id, label FROM golden WHERE id IN ({', '.join('?' * len(ids))}) ORDER BY id", ids
    )
    return CiError(
        "customer-ambiguous",
        msg("Several customers fit {text}.", text=text),
        hint=msg("Name one by its number."),
        exit_code=ExitCode.DECIDE,
        details=tuple(f"C{row[0]}  {row[1] or ''}" for row in names),
    )


def own_fields(conn: sqlite3.Connection) -> list[str]:
    """Return the names of all own fields of customers."""
    return [
        str(row[0])
        for row in conn.execute(
            "SELECT DISTINCT e.key FROM record AS r, json_each(r.extra) AS e"
            " WHERE r.extra IS NOT NULL ORDER BY 1"
        )
    ]


def listing(
    conn: sqlite3.Connection,
    *,
    name: str | None = None,
    ids: Collection[int] | None = None,
    limit: int | None = None,
) -> list[sqlite3.Row]:
    """Return customers with their last order day and number of orders, the most recent first.

    Args:
        conn: the store.
        name: only names that contain this, as names are compared.
        ids: only these customers.
        limit: how many at most.
    """
    conditions, parameters = [], list[Any]()
    if name:
        conditions.append("instr(name_key(g.name), ?) > 0")
        parameters.append(name_key(name) or name)
    if ids is not None:
        conditions.append("g.id IN (SELECT value FROM json_each(?))")
        parameters.append(json.dumps(list(ids)))
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    return conn.execute(
        "SELECT g.id, g.label, g.industry, g.region, g.country, g.owner,"
        " count(o.id) AS orders, max(o.date) AS last_day"
        " FROM golden AS g JOIN record AS r ON r.customer_id = g.id"
        " LEFT JOIN sales_order AS o ON o.record_id = r.id AND o.state = 'counted'"
        f" {where} GROUP BY g.id ORDER BY last_day DESC, g.id LIMIT ?",
        (*parameters, -1 if limit is None else limit),
    ).fetchall()


def golden(conn: sqlite3.Connection, customer_id: int) -> dict[str, Any]:
    """Return the golden fields of one customer; ``extra`` is merged over its records."""
    row = conn.execute("SELECT * FROM golden WHERE id = ?", (customer_id,)).fetchone()
    return dict(row)


def records_of(conn: sqlite3.Connection, customer_id: int) -> list[sqlite3.Row]:
    """Return the records of a customer, the one that wins disagreements first."""
    return conn.execute(
        "SELECT v.*, f.file, f.sheet, f.batch_id,"
        " (SELECT how FROM link AS l WHERE l.record_id = v.id AND l.undone_at IS NULL) AS linked_by"
        " FROM voice AS v LEFT JOIN batch_file AS f ON f.id = v.file_id WHERE v.customer_id = ?"
        f" ORDER BY {LOUDEST}",
        (customer_id,),
    ).fetchall()


def contacts_of(conn: sqlite3.Connection, customer_id: int) -> list[sqlite3.Row]:
    """Return the contacts of a customer, those who left last."""
    return conn.execute(
        "SELECT p.* FROM contact AS p JOIN record AS r ON r.id = p.record_id"
        " WHERE r.customer_id = ? ORDER BY p.left_at IS NOT NULL, p.is_primary DESC, p.id",
        (customer_id,),
    ).fetchall()


def last_orders(
    conn: sqlite3.Connection, customer_id: int, *, currency: str, as_of: str, limit: int | None
) -> list[OrderInfo]:
    """Return the latest orders of a customer in one currency up to a day, the newest first."""
    orders = conn.execute(
        "SELECT o.id, o.order_key, coalesce(o.date, '') AS day, o.kind, o.state"
        " FROM sales_order AS o JOIN record AS r ON r.id = o.record_id WHERE r.customer_id = ?"
        " AND coalesce(o.currency, (SELECT value FROM meta WHERE key = 'currency')) = ?"
        " AND coalesce(o.date, '') <= ? ORDER BY o.date DESC, o.order_key DESC LIMIT ?",
        (customer_id, currency, as_of, -1 if limit is None else limit),
    ).fetchall()
    found: dict[int, tuple[int, int]] = {}
    lines: dict[int, int] = {}
    ids = [int(row["id"]) for row in orders]
    for start in range(0, len(ids), _AT_ONCE):
        # asked for by number: SQLite cannot carry a join into the view, and would read every line
        chosen = ", ".join(map(str, ids[start : start + _AT_ONCE]))
        for row in conn.execute(
            "SELECT v.order_id, sum(v.amount),"
            " max(CASE WHEN v.kind = 'sale' AND v.amount > 0 THEN 2"
            " WHEN v.kind = 'return' THEN 1 ELSE 0 END)"
            f" FROM revenue_line AS v WHERE v.order_id IN ({chosen}) GROUP BY v.order_id"
        ):
            found[row[0]] = (row[1], row[2])
        lines |= dict(
            conn.execute(
                f"SELECT order_id, count(*) FROM order_line WHERE order_id IN ({chosen}) GROUP BY 1"
            ).fetchall()
        )
    told = []
    for row in orders:
        amount, rank = found.get(row["id"], (0, 0))
        kind = "void" if row["state"] == "void" else {2: "sale", 1: "return"}.get(rank, row["kind"])
        told.append(OrderInfo(row["order_key"], row["day"], kind, lines.get(row["id"], 0), amount))
    return told


def owners(conn: sqlite3.Connection) -> dict[int, tuple[str, str | None, str | None]]:
    """Return name, owner and tier of every living customer by its id."""
    rows = conn.execute("SELECT id, coalesce(label, ''), owner, tier FROM golden")
    return {int(row[0]): (row[1], row[2], row[3]) for row in rows}


def regions(conn: sqlite3.Connection) -> dict[int, str | None]:
    """Return the region of every living customer by its id, its country where none is known."""
    rows = conn.execute("SELECT id, coalesce(region, country) FROM golden")
    return {int(row[0]): row[1] for row in rows}


def contacts_named(conn: sqlite3.Connection, customer_id: int, name: str) -> list[tuple[int, str]]:
    """Return (id, name) of the contacts of a customer that ``name`` means.

    Those of exactly this name or e-mail address; if there are none, those whose name contains it.
    """
    people = [
        (row["id"], row["name"] or "", row["email"]) for row in contacts_of(conn, customer_id)
    ]
    wanted = name_key(name)
    exact = [
        (number, known)
        for number, known, email in people
        if name_key(known) == wanted or (email or "").casefold() == name.strip().casefold()
    ]
    return exact or [
        (number, known)
        for number, known, _email in people
        if wanted and wanted in (name_key(known) or "")
    ]
