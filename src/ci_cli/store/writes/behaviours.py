"""Kinds of behaviour and the evidence for them into their tables; all of it journalled.

What a set of rules finds is made to stand exactly as found: new rows come in, rows that the rules
find no more lapse, rows that came back stand again. What a person took away stays away.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, NamedTuple

from ci_cli.shapes.trade import Author, Counts
from ci_cli.store.sql import WHAT_WAS_SAID
from ci_cli.store.writes import batches, typed, withdrawn
from ci_cli.store.writes.typed import TYPED

_STAGED = (
    "code", "record_id", "basis", "evidence_source", "evidence_key", "day", "until", "rule", "why",
)  # fmt: skip
_CHUNK = 5_000
# one row of ``tag_found`` says what row ``b`` of the store says, of the same set of rules
_SAME = (
    "b.code = f.code AND b.evidence_key = f.evidence_key AND b.evidence_source = f.evidence_source"
    " AND b.ruleset = ?"
)


class Applied(NamedTuple):
    """What applying rules did: the batch, and how many rows ended how."""

    batch_id: int
    gained: int
    again: int  # had lapsed
    changed: int
    lapsed: int
    unchanged: int
    kept_away: int  # of the unchanged: a person removed them


def define(
    conn: sqlite3.Connection, code: str, values: dict[str, Any], author: Author
) -> tuple[int, bool]:
    """Write a kind of behaviour; return the number of the batch and whether it is new here.

    Args:
        conn: the store, inside a transaction.
        code: of the kind.
        values: every column but the bookkeeping.
        author: who defines it.
    """
    batch_id, file_id = _journal(conn, "tag define", author)
    row = conn.execute("SELECT id FROM behaviour_type WHERE code = ?", (code,)).fetchone()
    columns = {**values, "author": author.by}
    if row is None:
        columns |= {"code": code, "file_id": file_id, "line": 1}
        gaps = ", ".join("?" * len(columns))
        conn.execute(
            f"INSERT INTO behaviour_type ({', '.join(columns)}) VALUES ({gaps})",
            tuple(columns.values()),
        )
        typed.close(conn, batch_id, file_id, Counts(read=1, created=1))
        return batch_id, True
    batches.keep_before(conn, batch_id, "behaviour_type", str(int(row[0])))
    sets = ", ".join(f"{name} = ?" for name in columns)
    conn.execute(f"UPDATE behaviour_type SET {sets} WHERE id = ?", (*columns.values(), int(row[0])))
    typed.close(conn, batch_id, file_id, Counts(read=1, updated=1))
    return batch_id, False


def add(
    conn: sqlite3.Connection,
    record_id: int,
    code: str,
    *,
    day: str,
    until: str | None,
    evidence: tuple[str, str] | None,
    author: Author,
) -> tuple[int, str]:
    """Note by hand that a customer shows a behaviour.

    Args:
        conn: the store, inside a transaction.
        record_id: that it hangs on.
        code: of the kind.
        day: of the event.
        until: last day on which it counts.
        evidence: source and key of the interaction that shows it; None: the person's word.
        author: who says so, and in which words.

    Returns:
        The number of the batch, and ``created``, ``updated`` (it was removed before, or says
        something else now) or ``unchanged``.
    """
    batch_id, file_id = _journal(conn, "tag add", author)
    basis = "typed" if evidence is None else "event"
    source, key = evidence or (TYPED, f"{record_id}/{day}")
    same = "code = ? AND evidence_key = ? AND evidence_source = ?"
    values = (code, key, source)
    # a person's word brings back what another person took away, whoever found it
    removed = conn.execute(
        f"SELECT id FROM behaviour WHERE {same} AND standing = 'removed'", values
    ).fetchall()
    _set(conn, batch_id, [int(row[0]) for row in removed], "standing = 'active'", ())
    row = conn.execute(
        f"SELECT id, record_id, day, until, note FROM behaviour WHERE {same} AND ruleset = ''",
        values,
    ).fetchone()
    verdict = "updated"
    if row is None:
        verdict = "created"
        conn.execute(
            "INSERT INTO behaviour (record_id, code, day, until, basis, evidence_source,"
            " evidence_key, ruleset, standing, note, author, file_id, line)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, '', 'active', ?, ?, ?, 1)",
            (record_id, code, day, until, basis, source, key, author.note, author.by, file_id),
        )
    elif (row[1], row[2], row[3], row[4]) != (record_id, day, until, author.note or row[4]):
        _set(
            conn, batch_id, [int(row[0])], "record_id = ?, day = ?, until = ?,"
            " note = coalesce(?, note), author = ?",
            (record_id, day, until, author.note, author.by),
        )  # fmt: skip
    elif not removed:
        verdict = "unchanged"
    typed.close(conn, batch_id, file_id, Counts(read=1, **{verdict: 1}))
    return batch_id, verdict


def remove(
    conn: sqlite3.Connection, ids: list[int], author: Author, command: str = "tag remove"
) -> int:
    """Take behaviours away so that no rule brings them back; return the number of the batch."""
    batch_id, file_id = _journal(conn, command, author)
    _set(conn, batch_id, ids, "standing = 'removed', note = coalesce(?, note), author = ?",
         (author.note, author.by))  # fmt: skip
    typed.close(conn, batch_id, file_id, Counts(read=len(ids), updated=len(ids)))
    return batch_id


def stage_found(conn: sqlite3.Connection, found: Iterable[tuple[Any, ...]]) -> int:
    """Put findings (the columns of ``tags.facts.Found``) into ``tag_found``; return their number.

    A finding with the key of another one is dropped: the first stands.
    """
    conn.execute("DROP TABLE IF EXISTS temp.tag_found")
    conn.execute(
        f"CREATE TEMP TABLE tag_found ({', '.join(_STAGED)}, row_id INTEGER, verdict TEXT,"
        " PRIMARY KEY (code, evidence_key, evidence_source))"
    )
    gaps = ", ".join("?" * len(_STAGED))
    rows: Iterator[tuple[Any, ...]] = iter(found)
    while chunk := list(islice(rows, _CHUNK)):
        conn.executemany(
            f"INSERT OR IGNORE INTO tag_found ({', '.join(_STAGED)}) VALUES ({gaps})", chunk
        )
    return int(conn.execute("SELECT count(*) FROM tag_found").fetchone()[0])


def apply_found(
    conn: sqlite3.Connection, ruleset: str, file: str, sha256: str, rules: str, on: str,
    author: Author,
) -> Applied:  # fmt: skip
    """Let what a set of rules finds stand exactly as ``tag_found`` has it.

    Args:
        conn: the store, inside a transaction.
        ruleset: name of the set.
        file: name of the rules file.
        sha256: fingerprint of the rules file.
        rules: its text.
        on: day that the rules looked from.
        author: who applies them.
    """
    batch_id, file_id = _journal(conn, "tag rules apply", author, file, sha256)
    _judge(conn, ruleset)
    counted = dict(
        conn.execute("SELECT verdict, count(*) FROM tag_found GROUP BY verdict").fetchall()
    )
    lapsed = conn.execute("SELECT count(*) FROM tag_lost").fetchone()[0]
    batches.keep_before(
        conn, batch_id, "behaviour",
        "SELECT row_id FROM tag_found WHERE verdict IN ('again', 'changed')"
        " UNION ALL SELECT id FROM tag_lost",
    )  # fmt: skip
    conn.execute(
        "UPDATE behaviour SET standing = 'active', record_id = f.record_id, day = f.day,"
        " until = f.until, rule = f.rule, why = f.why FROM tag_found AS f"
        " WHERE f.verdict IN ('again', 'changed') AND behaviour.id = f.row_id"
    )
    conn.execute("UPDATE behaviour SET standing = 'lapsed' WHERE id IN (SELECT id FROM tag_lost)")
    conn.execute(
        f"INSERT INTO behaviour ({', '.join(_STAGED)}, ruleset, standing, author, file_id, line)"
        f" SELECT {', '.join(_STAGED)}, ?, 'active', ?, ?, row_number() OVER (ORDER BY record_id,"
        " day, code, evidence_source, evidence_key) FROM tag_found WHERE verdict = 'gained'"
        " ORDER BY record_id, day, code, evidence_source, evidence_key",
        (ruleset, author.by, file_id),
    )
    withdrawn.remember_names(conn, "behaviour", f"batch_id = {int(batch_id)} AND row_id > 0")
    gained, again, changed = (counted.get(key, 0) for key in ("gained", "again", "changed"))
    kept_away = counted.get("kept away", 0)
    unchanged = counted.get("unchanged", 0) + kept_away
    counts = Counts(
        read=gained + again + changed + lapsed + unchanged, created=gained,
        updated=again + changed + lapsed, unchanged=unchanged,
    )  # fmt: skip
    typed.close(conn, batch_id, file_id, counts)
    conn.execute(
        "INSERT INTO applied_rules (ruleset, batch_id, spoken_for, sha256, rules)"
        " VALUES (?, ?, ?, ?, ?)",
        (ruleset, batch_id, on, sha256, rules),
    )
    return Applied(batch_id, gained, again, changed, lapsed, unchanged, kept_away)


def _judge(conn: sqlite3.Connection, ruleset: str) -> None:
    """Say of each finding what it changes, and put what is found no more into ``tag_lost``."""
    conn.execute(
        f"UPDATE tag_found AS f SET row_id = (SELECT b.id FROM behaviour AS b WHERE {_SAME})",
        (ruleset,),
    )
    # a state goes on from the day on which it was found first, as long as it lasts
    conn.execute(
        "UPDATE tag_found AS f SET verdict = CASE WHEN b.standing = 'removed' THEN 'kept away'"
        " WHEN b.standing = 'lapsed' THEN 'again' WHEN b.record_id IS NOT f.record_id"
        " OR (f.basis = 'event' AND b.day IS NOT f.day) OR b.until IS NOT f.until"
        " OR b.rule IS NOT f.rule OR b.why IS NOT f.why THEN 'changed' ELSE 'unchanged' END,"
        " day = iif(f.basis = 'state' AND b.standing = 'active', b.day, f.day)"
        " FROM behaviour AS b WHERE b.id = f.row_id"
    )
    conn.execute("UPDATE tag_found SET verdict = 'gained' WHERE row_id IS NULL")
    conn.execute(
        "UPDATE tag_found AS f SET verdict = 'kept away' WHERE verdict = 'gained' AND EXISTS"
        " (SELECT 1 FROM behaviour AS b WHERE b.code = f.code AND b.evidence_key = f.evidence_key"
        " AND b.evidence_source = f.evidence_source AND b.standing = 'removed')"
    )
    conn.execute("DROP TABLE IF EXISTS temp.tag_lost")
    conn.execute(
        "CREATE TEMP TABLE tag_lost AS SELECT b.id FROM behaviour AS b WHERE b.ruleset = ?"
        " AND b.standing = 'active' AND NOT EXISTS (SELECT 1 FROM tag_found AS f WHERE"
        " f.code = b.code AND f.evidence_key = b.evidence_key"
        " AND f.evidence_source = b.evidence_source)",
        (ruleset,),
    )


def changes(conn: sqlite3.Connection, limit: int | None) -> list[tuple[Any, ...]]:
    """Return what :func:`apply_found` changed, by customer, in the transaction that did it.

    Each is (customer, name, code, what, day, rule, why, number of the interaction or None, the
    first words of its text).
    """
    chosen = (
        "SELECT r.customer_id, x.*, i.id AS entry FROM (SELECT code, record_id, basis,"
        " evidence_source, evidence_key, day, rule, why, verdict AS what FROM tag_found"
        " WHERE verdict IN ('gained', 'again', 'changed') UNION ALL SELECT b.code, b.record_id,"
        " b.basis, b.evidence_source, b.evidence_key, b.day, b.rule, b.why, 'lapsed'"
        " FROM tag_lost AS l JOIN behaviour AS b ON b.id = l.id) AS x"
        " JOIN record AS r ON r.id = x.record_id LEFT JOIN interaction AS i ON x.basis = 'event'"
        " AND i.source = x.evidence_source AND i.fact_key = x.evidence_key"
    )
    order = "customer_id, code, day, evidence_source, evidence_key"
    # names and texts are looked up only for the rows that are told
    rows = conn.execute(
        "SELECT c.customer_id, (SELECT g.label FROM golden AS g WHERE g.id = c.customer_id),"
        " c.code, c.what, c.day, c.rule, c.why, c.entry,"
        f" (SELECT {WHAT_WAS_SAID}"
        f" FROM interaction AS i WHERE i.id = c.entry) FROM ({chosen} ORDER BY {order} LIMIT ?)"
        f" AS c ORDER BY {order}",
        (-1 if limit is None else limit,),
    )
    return [tuple(row) for row in rows]


def _set(
    conn: sqlite3.Connection, batch_id: int, ids: list[int], sets: str, values: tuple[Any, ...]
) -> None:
    """Change rows, keeping them as they were."""
    if not ids:
        return
    chosen = f"SELECT value FROM json_each('{json.dumps(ids)}')"
    batches.keep_before(conn, batch_id, "behaviour", chosen)
    withdrawn.remember_names(conn, "behaviour", f"batch_id = {int(batch_id)} AND row_id > 0")
    conn.execute(f"UPDATE behaviour SET {sets} WHERE id IN ({chosen})", values)


def _journal(
    conn: sqlite3.Connection, command: str, author: Author, file: str = TYPED,
    sha256: str | None = None,
) -> tuple[int, int]:  # fmt: skip
    form = TYPED if sha256 is None else "toml"
    return typed.journal(
        conn, command, "behaviours", author.by, author.at, file=file, sha256=sha256, form=form
    )
