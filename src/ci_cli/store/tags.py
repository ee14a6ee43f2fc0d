"""Look up tags: the kinds that people defined, and what counts for each customer today."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from typing import Any, NamedTuple

from ci_cli.errors import CiError, ExitCode
from ci_cli.store.customers import GOLDEN_FIELDS
from ci_cli.store.sql import WHAT_WAS_SAID
from ci_cli.text import msg


class OwnKind(NamedTuple):
    """A kind of behaviour as the store has it; strength in millionths, half-life in days."""

    code: str
    name: str | None
    name_zh: str | None
    polarity: int
    strength: int
    half_life: int | None
    priority: int


class TagRow(NamedTuple):
    """One piece of evidence that counts, unless it has run out; see the view ``tag_event``."""

    id: int
    customer_id: int
    customer: str | None
    code: str
    day: str
    until: str | None
    basis: str
    interaction: int | None
    ruleset: str
    rule: str | None
    why: str | None
    note: str | None
    author: str | None
    said: str | None  # first words of the interaction


def own_kinds(conn: sqlite3.Connection) -> list[OwnKind]:
    """Return the kinds of behaviour that people defined, by code."""
    rows = conn.execute(
        "SELECT code, name, name_zh, polarity, strength, half_life, priority FROM behaviour_type"
        " ORDER BY code"
    )
    return [OwnKind(*row) for row in rows]


def evidence(conn: sqlite3.Connection, today: str) -> list[tuple[int, str, str, str | None, bool]]:
    """Return (customer, code, day, until, whether a state) of all that counts on a day."""
    rows = conn.execute(
        "SELECT customer_id, code, day, until, basis = 'state' FROM tag_event"
        " WHERE day <= ?1 AND (until IS NULL OR until >= ?1)",
        (today,),
    )
    return [(row[0], row[1], row[2], row[3], bool(row[4])) for row in rows]


def events(
    conn: sqlite3.Connection,
    *,
    customer_id: int | None = None,
    code: str | None = None,
    limit: int | None = None,
) -> list[TagRow]:
    """Return the evidence for tags, by customer and tag, the latest first; what ran out as well."""
    mine = "" if customer_id is None else (
        " AND e.record_id IN (SELECT id FROM record WHERE customer_id = :customer)"
    )  # fmt: skip
    rows = conn.execute(
        "SELECT e.id, e.customer_id, (SELECT g.label FROM golden AS g WHERE g.id = e.customer_id),"
        " e.code, e.day, e.until, e.basis, e.interaction_id, e.ruleset, e.rule, e.why, e.note,"
        f" e.author, (SELECT {WHAT_WAS_SAID}"
        " FROM interaction AS i WHERE i.id = e.interaction_id) FROM tag_event AS e"
        f" WHERE (:code IS NULL OR e.code = :code){mine}"
        " ORDER BY e.customer_id, e.code, e.day DESC, e.id LIMIT :limit",
        {"customer": customer_id, "code": code, "limit": -1 if limit is None else limit},
    )
    return [TagRow(*row) for row in rows]


def behaviour_ids(
    conn: sqlite3.Connection, customer_id: int, code: str, evidence: tuple[str, str] | None
) -> list[int]:
    """Return the rows, of people and of rules, that give a customer a tag."""
    rows = conn.execute(
        "SELECT b.id FROM behaviour AS b JOIN record AS r ON r.id = b.record_id"
        " WHERE r.customer_id = ?1 AND b.code = ?2 AND b.standing = 'active'"
        " AND (?3 IS NULL OR (b.evidence_source = ?3 AND b.evidence_key = ?4)) ORDER BY b.id",
        (customer_id, code, *(evidence or (None, None))),
    )
    return [int(row[0]) for row in rows]


def interaction_key(
    conn: sqlite3.Connection, number: int
) -> tuple[str, str, int | None, int | None, str]:
    """Return source, key, record, customer and day of an interaction.

    Raises:
        CiError: there is none of that number.
    """
    row = conn.execute(
        "SELECT i.source, i.fact_key, i.record_id, r.customer_id, i.day FROM interaction AS i"
        " LEFT JOIN record AS r ON r.id = i.record_id WHERE i.id = ?",
        (number,),
    ).fetchone()
    if row is None:
        raise CiError(
            "log-unknown",
            msg("There is no entry {id}.", id=number),
            hint=msg("`ci-cli log list` lists them, with their numbers."),
            exit_code=ExitCode.DECIDE,
        )
    return (row[0], row[1], row[2], row[3], row[4])


def customers_by_field(conn: sqlite3.Connection, field: str) -> dict[int, str]:
    """Return a golden field of every customer by number; "" where it is not known."""
    if field not in GOLDEN_FIELDS:
        raise ValueError(f"no golden field: {field}")
    return {
        int(row[0]): str(row[1] or "")
        for row in conn.execute(f"SELECT id, {field} FROM golden ORDER BY id")
    }


def customer_numbers(conn: sqlite3.Connection) -> list[int]:
    """Return the numbers of all living customers."""
    rows = conn.execute("SELECT id FROM customer WHERE merged_into IS NULL ORDER BY id")
    return [int(row[0]) for row in rows]


def applied(conn: sqlite3.Connection) -> list[tuple[Any, ...]]:
    """Return (set, batch, day, by, at, rows that stand) of each set of rules, applied last."""
    rows = conn.execute(
        "SELECT a.ruleset, b.id, a.spoken_for, b.imported_by, b.at, (SELECT count(*)"
        " FROM behaviour AS h WHERE h.ruleset = a.ruleset AND h.standing = 'active')"
        " FROM applied_rules AS a JOIN batch AS b ON b.id = a.batch_id"
        " WHERE b.undone_at IS NULL AND a.id = (SELECT max(n.id) FROM applied_rules AS n"
        " JOIN batch AS c ON c.id = n.batch_id WHERE n.ruleset = a.ruleset"
        " AND c.undone_at IS NULL) ORDER BY a.ruleset"
    )
    return [tuple(row) for row in rows]


def labels(conn: sqlite3.Connection, ids: Collection[int]) -> dict[int, str]:
    """Return what some customers are called."""
    import json

    rows = conn.execute(
        "SELECT g.id, coalesce(g.label, '') FROM golden AS g"
        " WHERE g.id IN (SELECT value FROM json_each(?))",
        (json.dumps(sorted(ids)),),
    )
    return {int(row[0]): str(row[1]) for row in rows}
