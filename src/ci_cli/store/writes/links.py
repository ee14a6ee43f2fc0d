"""Facts that name a customer without an id: which customer of the store do they mean?

Such facts hang on a named stub. A link moves that stub, as it stands, to the customer that it
means; nothing is copied, so taking a link back restores everything.
"""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

from ci_cli.errors import CiError, ExitCode
from ci_cli.text import msg

# strongest evidence first; each names a column that must be equal
EVIDENCE = ("tax_id", "phone", "email", "name_key")
_NAMES = {"name_key": "name"}

_WAITING = (
    "s.described = 0 AND s.key_kind = 'name' AND s.customer_id = s.id"
    " AND NOT EXISTS (SELECT 1 FROM link AS l WHERE l.record_id = s.id AND l.undone_at IS NOT NULL"
    " AND l.batch_id IS NULL)"
)


class Waiting(NamedTuple):
    """A stub whose customer is not known for certain."""

    record_id: int
    source: str
    name: str
    orders: int
    candidates: list[tuple[int, str]]  # customer id, name


def _candidates(conn: sqlite3.Connection, column: str) -> str:
    """Return SQL for pairs (record_id, customer_id, evidence) that agree on ``column``.

    Phones and e-mails are compared by their normalised form, which has no index: a temporary
    table of what the store knows keeps that linear.
    """
    if column in ("tax_id", "name_key"):
        return (
            f"SELECT s.id AS record_id, r.customer_id, r.name, s.{column} AS evidence"
            f" FROM record AS s JOIN record AS r ON r.described = 1 AND r.{column} = s.{column}"
            f" WHERE {_WAITING}"
        )
    known = f"st_known_{column}"
    conn.execute(f"DROP TABLE IF EXISTS temp.{known}")
    conn.execute(
        f"CREATE TEMP TABLE {known} AS SELECT {column}_key({column}) AS value, customer_id, name"
        f" FROM record WHERE described = 1 AND {column} IS NOT NULL"
        f" AND EXISTS (SELECT 1 FROM record AS s WHERE {_WAITING} AND s.{column} IS NOT NULL)"
    )
    conn.execute(f"CREATE INDEX temp.{known}_value ON {known} (value)")
    return (
        f"SELECT s.id AS record_id, k.customer_id, k.name, s.{column} AS evidence"
        f" FROM record AS s JOIN {known} AS k ON k.value = {column}_key(s.{column})"
        f" WHERE {_WAITING} AND s.{column} IS NOT NULL"
    )


def _find(conn: sqlite3.Connection) -> None:
    """Fill ``st_pair`` with the candidates of every waiting stub, by its strongest evidence."""
    conn.execute("DROP TABLE IF EXISTS temp.st_pair")
    conn.execute(
        "CREATE TEMP TABLE st_pair (record_id INTEGER, customer_id INTEGER, name TEXT, how TEXT,"
        " evidence TEXT, PRIMARY KEY (record_id, customer_id))"
    )
    for column in EVIDENCE:
        conn.execute(
            "INSERT OR IGNORE INTO st_pair SELECT record_id, customer_id, min(name), ?, evidence"
            f" FROM ({_candidates(conn, column)}) WHERE record_id NOT IN"
            " (SELECT record_id FROM st_pair) GROUP BY record_id, customer_id",
            (_NAMES.get(column, column),),
        )


def link_waiting(conn: sqlite3.Connection, batch_id: int, at: str) -> int:
    """Link every waiting stub that has exactly one candidate; return how many were linked.

    The strongest evidence that has any candidate decides: with one it links, with several the
    stub waits for a person.
    """
    _find(conn)
    rows = conn.execute(
        "SELECT record_id, min(customer_id), min(how), min(evidence) FROM st_pair"
        " GROUP BY record_id HAVING count(*) = 1 ORDER BY record_id"
    ).fetchall()
    for record_id, customer_id, how, evidence in rows:
        _move(conn, record_id, customer_id, how=how, evidence=evidence, batch_id=batch_id, at=at)
    return len(rows)


def waiting(conn: sqlite3.Connection) -> list[Waiting]:
    """Return the stubs that a name alone could not place, with the customers they may mean."""
    _find(conn)
    candidates: dict[int, list[tuple[int, str]]] = {}
    for row in conn.execute("SELECT record_id, customer_id, name FROM st_pair ORDER BY 1, 2"):
        candidates.setdefault(row[0], []).append((row[1], row[2]))
    stubs = conn.execute(
        "SELECT s.id, s.source, s.name, (SELECT count(*) FROM sales_order AS o"
        f" WHERE o.record_id = s.id) FROM record AS s WHERE {_WAITING} ORDER BY s.id"
    )
    return [Waiting(row[0], row[1], row[2] or "", row[3], candidates.get(row[0], []))
            for row in stubs]  # fmt: skip


def link_by_hand(conn: sqlite3.Connection, record_id: int, customer_id: int, at: str) -> None:
    """Link a stub to the customer that a person names."""
    row = conn.execute(
        "SELECT described, customer_id, name FROM record WHERE id = ?", (record_id,)
    ).fetchone()
    if row is None or row["described"]:
        raise CiError(
            "link-not-waiting",
            msg("C{id} does not wait for a link.", id=record_id),
            hint=msg("`ci-cli import link` lists what waits."),
            exit_code=ExitCode.DECIDE,
        )
    _move(conn, record_id, customer_id, how="person", evidence=row["name"], batch_id=None, at=at)


def unlink(conn: sqlite3.Connection, record_id: int, at: str) -> None:
    """Take the link of a stub back; it will not be made again without a person."""
    link = conn.execute(
        "SELECT id FROM link WHERE record_id = ? AND undone_at IS NULL", (record_id,)
    ).fetchone()
    if link is None:
        raise CiError(
            "link-unknown",
            msg("C{id} is not linked.", id=record_id),
            hint=msg("`ci-cli import link --all` lists the links."),
            exit_code=ExitCode.DECIDE,
        )
    take_back(conn, f"id = {int(link['id'])}", at)
    conn.execute("UPDATE link SET batch_id = NULL WHERE id = ?", (link["id"],))


def take_back(conn: sqlite3.Connection, condition: str, at: str) -> None:
    """Undo the live links that fulfil ``condition`` (SQL on ``link``)."""
    chosen = f"SELECT record_id FROM link WHERE undone_at IS NULL AND {condition}"
    conn.execute(f"UPDATE customer SET merged_into = NULL WHERE id IN ({chosen})")
    conn.execute(f"UPDATE record SET customer_id = id WHERE id IN ({chosen})")
    conn.execute(f"UPDATE link SET undone_at = ? WHERE undone_at IS NULL AND {condition}", (at,))


def _move(
    conn: sqlite3.Connection,
    record_id: int,
    customer_id: int,
    *,
    how: str,
    evidence: str | None,
    batch_id: int | None,
    at: str,
) -> None:
    conn.execute(
        "INSERT INTO link (record_id, from_customer_id, to_customer_id, how, evidence, batch_id,"
        " at) SELECT id, customer_id, ?, ?, ?, ?, ? FROM record WHERE id = ?",
        (customer_id, how, evidence, batch_id, at, record_id),
    )
    conn.execute("UPDATE record SET customer_id = ? WHERE id = ?", (customer_id, record_id))
    conn.execute("UPDATE customer SET merged_into = ? WHERE id = ?", (customer_id, record_id))
