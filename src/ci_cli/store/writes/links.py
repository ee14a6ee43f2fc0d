"""Facts that name a customer without an id: which customer of the store do they mean?

Such facts hang on a named stub. A link moves that stub, as it stands, to the customer that it
means; nothing is copied, so taking a link back restores everything. What a link follows from is
looked at again whenever the facts of its stub change: so it never depends on which of them came
first, only on what all of them say.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from ci_cli.errors import CiError, ExitCode
from ci_cli.store.writes import membership, mentions
from ci_cli.text import msg

# strongest evidence first; each names a column that must be equal
EVIDENCE = ("tax_id", "phone", "email", "name_key")
_NAMES = {"name_key": "name"}

# a stub that was merged with a customer that some source describes waits no longer
_WAITING = (
    "s.described = 0 AND s.key_kind = 'name' AND s.customer_id = s.id"
    " AND NOT EXISTS (SELECT 1 FROM record AS k WHERE k.customer_id = s.id AND k.described = 1)"
    " AND NOT EXISTS (SELECT 1 FROM link AS l WHERE l.record_id = s.id AND l.undone_at IS NOT NULL"
    " AND l.batch_id IS NULL)"
)
# a stub that stands where a link without a person's word put it, and whose facts changed just now;
# where people joined or parted its customer since, it is theirs
_TOUCHED = (
    "s.described = 0 AND s.key_kind = 'name' AND s.customer_id <> s.id"
    " AND s.id IN (SELECT id FROM st_stub)"
    " AND EXISTS (SELECT 1 FROM link AS l WHERE l.record_id = s.id AND l.from_customer_id = s.id"
    " AND l.undone_at IS NULL AND l.how <> 'person')"
    " AND NOT EXISTS (SELECT 1 FROM link AS l WHERE l.record_id = s.id AND l.undone_at IS NULL"
    " AND l.how = 'person')"
    " AND NOT EXISTS (SELECT 1 FROM regrouped AS g WHERE g.record_id = s.id)"
)


class Why(NamedTuple):
    """What a link rests on."""

    how: str  # tax_id, phone, email, name, or person
    evidence: str | None
    bearers: str  # JSON list of the records that bear it


class Waiting(NamedTuple):
    """A stub whose customer is not known for certain."""

    record_id: int
    source: str
    name: str
    orders: int
    entries: int  # calls, contracts and other facts
    candidates: list[tuple[int, str]]  # customer id, name


def find_meant(conn: sqlite3.Connection, stubs: str) -> None:
    """Fill ``st_meant`` with the one customer that the name of a waiting stub means.

    Stubs that a phone, e-mail or tax number may place elsewhere are left out.

    Args:
        conn: the store, inside a transaction.
        stubs: query that gives ids of records.
    """
    conn.execute("DROP TABLE IF EXISTS temp.st_meant")
    conn.execute("CREATE TEMP TABLE st_meant (record_id INTEGER PRIMARY KEY, customer_id INTEGER)")
    conn.execute(
        "INSERT INTO st_meant SELECT record_id, min(customer_id) FROM"
        f" ({_candidates(conn, 'name_key')} AND s.id IN ({stubs}) AND s.tax_id IS NULL"
        " AND s.phone IS NULL AND s.email IS NULL) GROUP BY record_id"
        " HAVING count(DISTINCT customer_id) = 1"
    )


def _candidates(conn: sqlite3.Connection, column: str, stubs: str = _WAITING) -> str:
    """Return SQL for (record_id, customer_id, name, bearer, evidence) that agree on ``column``.

    ``stubs`` is SQL that picks the stubs ``s``.

    Phones and e-mails are compared by their normalised form, which has no index: a temporary
    table of what the store knows keeps that linear.
    """
    # where a source describes customers by name, its names are ids of its own; asked once for all
    # stubs, since asking for each reads every name of its source again
    own_names = (
        " AND s.source NOT IN (SELECT d.source FROM record AS d WHERE d.key_kind = 'name'"
        " AND d.described = 1)"
        if column == "name_key"
        else ""
    )
    if column in ("tax_id", "name_key"):
        return (
            "SELECT s.id AS record_id, r.customer_id, r.name, r.id AS bearer,"
            f" s.{column} AS evidence FROM record AS s"
            f" JOIN record AS r ON r.described = 1 AND r.{column} = s.{column}"
            f" WHERE {stubs}{own_names}"
        )
    known = f"st_known_{column}"
    conn.execute(f"DROP TABLE IF EXISTS temp.{known}")
    conn.execute(
        f"CREATE TEMP TABLE {known} AS SELECT {column}_key({column}) AS value, customer_id, name,"
        f" id FROM record WHERE described = 1 AND {column} IS NOT NULL"
        f" AND EXISTS (SELECT 1 FROM record AS s WHERE {stubs} AND s.{column} IS NOT NULL)"
    )
    # people's own numbers and addresses, where no company has them
    conn.execute(
        f"INSERT INTO {known} SELECT DISTINCT {column}_key(p.{column}), r.customer_id, r.name, r.id"
        " FROM contact AS p JOIN record AS r ON r.id = p.record_id AND r.described = 1"
        f" WHERE p.{column} IS NOT NULL AND {column}_key(p.{column}) NOT IN"
        f" (SELECT value FROM {known} WHERE value IS NOT NULL)"
        f" AND EXISTS (SELECT 1 FROM record AS s WHERE {stubs} AND s.{column} IS NOT NULL)"
    )
    conn.execute(f"CREATE INDEX temp.{known}_value ON {known} (value)")
    return (
        f"SELECT s.id AS record_id, k.customer_id, k.name, k.id AS bearer, s.{column} AS evidence"
        f" FROM record AS s JOIN {known} AS k ON k.value = {column}_key(s.{column})"
        f" WHERE {stubs} AND s.{column} IS NOT NULL"
    )


def _find(conn: sqlite3.Connection, stubs: str = _WAITING) -> None:
    """Fill ``st_pair`` with the candidates of every such stub, by its strongest evidence."""
    conn.execute("DROP TABLE IF EXISTS temp.st_pair")
    conn.execute(
        "CREATE TEMP TABLE st_pair (record_id INTEGER, customer_id INTEGER, name TEXT, how TEXT,"
        " evidence TEXT, bearers TEXT, PRIMARY KEY (record_id, customer_id))"
    )
    for column in EVIDENCE:
        conn.execute(
            "INSERT OR IGNORE INTO st_pair SELECT record_id, customer_id, min(name), ?, evidence,"
            " json_group_array(bearer)"
            f" FROM ({_candidates(conn, column, stubs)}) WHERE record_id NOT IN"
            " (SELECT record_id FROM st_pair) GROUP BY record_id, customer_id",
            (_NAMES.get(column, column),),
        )


def link_waiting(conn: sqlite3.Connection, batch_id: int, at: str) -> tuple[int, int]:
    """Link every waiting stub that has exactly one candidate.

    The strongest evidence that has any candidate decides: with one it links, with several the
    stub waits for a person. A link whose stub now says otherwise (:func:`records.refresh_stubs`
    knows whose facts changed) is taken back first.

    Returns:
        How many were linked, and how many wait because several customers fit.
    """
    _take_back_outdated(conn, at)
    _find(conn)
    rows = conn.execute(
        "SELECT record_id, min(customer_id), min(how), min(evidence), min(bearers), count(*)"
        " FROM st_pair GROUP BY record_id ORDER BY record_id"
    ).fetchall()
    certain = [
        (record_id, customer_id, Why(how, evidence, bearers))
        for record_id, customer_id, how, evidence, bearers, found in rows
        if found == 1
    ]
    # all at once: who bears the evidence is described, so none of them is a stub that moves too
    _move(conn, certain, batch_id=batch_id, at=at)
    return len(certain), len(rows) - len(certain)


def relink_touched(conn: sqlite3.Connection, at: str) -> None:
    """Link the stubs in ``st_stub`` as what is left of their facts says, after an undo.

    Each link belongs to the import that first mentions its stub.
    """
    _take_back_outdated(conn, at)
    _find(conn, f"{_WAITING} AND s.id IN (SELECT id FROM st_stub)")
    rows = conn.execute(
        "SELECT p.record_id, min(p.customer_id), min(p.how), min(p.evidence), min(p.bearers),"
        f" (SELECT f.batch_id FROM batch_file AS f WHERE f.id = (SELECT h.file_id FROM"
        f" {mentions.first_heard('p.record_id')} AS h)) AS batch_id"
        " FROM st_pair AS p GROUP BY p.record_id HAVING count(*) = 1 ORDER BY batch_id, p.record_id"
    ).fetchall()
    for batch_id, some in groupby(rows, key=lambda row: row["batch_id"]):
        if batch_id is not None:
            found = [(row[0], row[1], Why(*row[2:5])) for row in some]
            _move(conn, found, batch_id=int(batch_id), at=at)


def _take_back_outdated(conn: sqlite3.Connection, at: str) -> None:
    """Take the links back whose stubs no longer mean their customer, and only it."""
    conn.execute("CREATE TEMP TABLE IF NOT EXISTS st_stub (id INTEGER PRIMARY KEY)")
    _find(conn, _TOUCHED)
    conn.execute("DROP TABLE IF EXISTS temp.st_outdated")
    conn.execute(
        "CREATE TEMP TABLE st_outdated AS SELECT s.id FROM record AS s"
        f" WHERE {_TOUCHED} AND (SELECT count(*) FROM st_pair AS p WHERE p.record_id = s.id) <> 1"
        f" UNION ALL SELECT s.id FROM record AS s JOIN st_pair AS p ON p.record_id = s.id"
        f" WHERE {_TOUCHED} AND p.customer_id <> s.customer_id"
    )
    take_back(conn, "record_id IN (SELECT id FROM st_outdated)", at)
    # people of the former customer; those of the next are found by their names
    conn.execute(
        "UPDATE interaction SET contact_id = NULL WHERE contact_id IS NOT NULL"
        " AND person IS NOT NULL AND record_id IN (SELECT id FROM st_outdated)"
    )


def waiting(conn: sqlite3.Connection) -> list[Waiting]:
    """Return the stubs that a name alone could not place, with the customers they may mean."""
    _find(conn)
    candidates: dict[int, list[tuple[int, str]]] = {}
    for row in conn.execute("SELECT record_id, customer_id, name FROM st_pair ORDER BY 1, 2"):
        candidates.setdefault(row[0], []).append((row[1], row[2]))
    stubs = conn.execute(
        "SELECT s.id, s.source, s.name, (SELECT count(*) FROM sales_order AS o"
        f" WHERE o.record_id = s.id), {mentions.count('s.id')}"
        f" FROM record AS s WHERE {_WAITING} ORDER BY s.id"
    )
    return [Waiting(row[0], row[1], row[2] or "", row[3], row[4], candidates.get(row[0], []))
            for row in stubs]  # fmt: skip


def link_by_hand(conn: sqlite3.Connection, record_id: int, customer_id: int, at: str) -> None:
    """Link a stub to the customer that a person names.

    Raises:
        CiError: the record is no stub, is linked already, or would be linked to itself.
    """
    row = conn.execute(
        "SELECT described, customer_id, name FROM record WHERE id = ?", (record_id,)
    ).fetchone()
    if row is None or row["described"] or row["customer_id"] != record_id:
        raise CiError(
            "link-not-waiting",
            msg("C{id} does not wait for a link.", id=record_id),
            hint=msg("`ci-cli import link` lists what waits, --all what is linked already."),
            exit_code=ExitCode.DECIDE,
        )
    # a customer that was joined to another stands for that one, which may be the stub
    founded = conn.execute("SELECT customer_id FROM record WHERE id = ?", (customer_id,)).fetchone()
    customer_id = customer_id if founded is None else founded[0]
    if customer_id == record_id:
        raise CiError(
            "link-to-itself",
            msg("C{id} cannot be linked to itself.", id=record_id),
            hint=msg("Name the customer that it means."),
            exit_code=ExitCode.DECIDE,
        )
    why = Why("person", row["name"], f"[{int(customer_id)}]")
    _move(conn, [(record_id, customer_id, why)], batch_id=None, at=at)


def unlink(conn: sqlite3.Connection, record_id: int, at: str) -> None:
    """Take the link of a stub back; it will not be made again without a person.

    Raises:
        CiError: the stub is not linked.
    """
    links = conn.execute(
        "SELECT count(*) FROM link WHERE from_customer_id = ? AND undone_at IS NULL", (record_id,)
    ).fetchone()[0]
    if not links:
        raise CiError(
            "link-unknown",
            msg("C{id} is not linked.", id=record_id),
            hint=msg("`ci-cli import link --all` lists the links."),
            exit_code=ExitCode.DECIDE,
        )
    take_back(conn, f"from_customer_id = {int(record_id)}", at)
    # without a batch it is a person's word, which later imports respect
    conn.execute("UPDATE link SET batch_id = NULL WHERE from_customer_id = ?", (record_id,))


def take_back(conn: sqlite3.Connection, condition: str, at: str) -> None:
    """Undo the live links that fulfil ``condition`` (SQL on ``link``), the latest first."""
    chosen = conn.execute(
        f"SELECT id, record_id, from_customer_id FROM link WHERE undone_at IS NULL AND {condition}"
        " ORDER BY id DESC"
    ).fetchall()
    # a stub that brought others along: each goes back to where its first such link found it
    membership.plan(conn, [(record_id, customer_id) for _id, record_id, customer_id in chosen])
    membership.carry_out(conn)
    conn.executemany("UPDATE link SET undone_at = ? WHERE id = ?", [(at, row[0]) for row in chosen])


def forget_described(conn: sqlite3.Connection, at: str) -> None:
    """Take automatic links of stubs back that the staged rows have just described.

    A name may place a fact; two sources that both describe a customer are for ``dedupe`` to join.
    """
    take_back(
        conn,
        "how <> 'person' AND record_id IN (SELECT target_id FROM st WHERE verdict = 'created')",
        at,
    )


def evidence(conn: sqlite3.Connection, customers: str) -> dict[int, set[int]]:
    """Return for each linked record the records of its customer that its link appeals to.

    Args:
        conn: the store.
        customers: query that gives the ids of the customers to look at.

    Returns:
        By linked record, those of the same customer that bore the evidence when it was linked.
    """
    found: dict[int, set[int]] = {}
    for linked, bearer in conn.execute(
        "SELECT r.id, d.id FROM record AS r"
        " JOIN link AS l ON l.record_id = r.id AND l.undone_at IS NULL"
        " JOIN json_each(coalesce(l.bearers, json_array(l.to_customer_id))) AS b"
        " LEFT JOIN record AS d ON d.id = b.value AND d.id <> r.id"
        " AND d.customer_id = r.customer_id"
        f" WHERE r.customer_id IN ({customers})"
    ):
        found.setdefault(linked, set()).update({bearer} - {None})
    return found


def release(conn: sqlite3.Connection, gone: str, at: str) -> None:
    """Take the links back that appeal only to records which are about to go.

    Args:
        conn: the store, inside a transaction.
        gone: query that gives the ids of those records.
        at: time of the undo.
    """
    going = {int(row[0]) for row in conn.execute(gone)}
    appeals = evidence(conn, f"SELECT customer_id FROM record WHERE id IN ({gone})")
    void = sorted(linked for linked, bearers in appeals.items() if not bearers - going)
    conn.execute("DROP TABLE IF EXISTS temp.st_void")
    conn.execute("CREATE TEMP TABLE st_void (id INTEGER PRIMARY KEY)")
    conn.executemany("INSERT INTO st_void VALUES (?)", [(number,) for number in void])
    take_back(conn, "record_id IN (SELECT id FROM st_void)", at)


def _move(
    conn: sqlite3.Connection, stubs: Sequence[tuple[int, int, Why]], *, batch_id: int | None,
    at: str,
) -> None:  # fmt: skip
    """Move stubs, and whatever was linked to them before, each to a customer."""
    membership.plan(conn)
    for stub, customer_id, why in stubs:
        conn.execute(
            "INSERT INTO link (record_id, from_customer_id, to_customer_id, how, evidence,"
            " batch_id, at, bearers) SELECT id, customer_id, ?, ?, ?, ?, ?, ? FROM record"
            " WHERE customer_id = ?",
            (customer_id, why.how, why.evidence, batch_id, at, why.bearers, stub),
        )
        conn.execute(
            "INSERT INTO cu_move SELECT id, ? FROM record WHERE customer_id = ?",
            (customer_id, stub),
        )
    membership.carry_out(conn)
