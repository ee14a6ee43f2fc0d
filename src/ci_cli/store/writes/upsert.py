"""One way to bring rows of a file into a table: by key, with a verdict for every row.

A staging table ``st`` (temporary: ``line``, the keys, the fields, ``extra``) is matched with the
target table; each staged row becomes *created* (new, or what so far was only a stub), *updated*,
*unchanged* or *conflict*. An empty cell never erases what is known.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from ci_cli.errors import Answer, CiError, ExitCode
from ci_cli.shapes.trade import OnMatch
from ci_cli.store.writes import batches
from ci_cli.text import msg


@dataclass(frozen=True)
class Target:
    """A table that rows go into.

    Args:
        table: its name; it has ``id``, ``file_id``, ``line`` and ``extra``.
        keys: the columns by which a row is recognised.
        fields: every other column that a file may fill.
        has_stubs: the table has a column ``described``, 0 for rows known only by hearsay.
        required: fields that are never NULL, so an empty cell leaves them as they are.
    """

    table: str
    keys: tuple[str, ...]
    fields: tuple[str, ...]
    has_stubs: bool = False
    required: tuple[str, ...] = ()

    @property
    def staged(self) -> tuple[str, ...]:
        """Columns of the staging table after ``line``."""
        return (*self.keys, *self.fields, "extra")


def create_staging(conn: sqlite3.Connection, target: Target, more: tuple[str, ...] = ()) -> None:
    """Create the empty staging table ``st``, with ``more`` columns beside those of the target."""
    conn.execute("DROP TABLE IF EXISTS temp.st")
    columns = ", ".join((*target.staged, *more))
    conn.execute(
        f"CREATE TEMP TABLE st (line INTEGER PRIMARY KEY, {columns},"
        " nth INTEGER DEFAULT 1, target_id INTEGER, verdict TEXT, reason TEXT)"
    )


def stage(conn: sqlite3.Connection, target: Target, rows: list[tuple[object, ...]]) -> None:
    """Put rows (line, keys, fields, extra) into ``st`` and find what the store has of them."""
    create_staging(conn, target)
    add_staged(conn, target, rows)
    settle_staged(conn, target)


def add_staged(
    conn: sqlite3.Connection, target: Target, rows: Sequence[tuple[object, ...]]
) -> None:
    """Put more rows (line, keys, fields, extra) into ``st``."""
    columns = ", ".join(target.staged)
    gaps = ", ".join("?" * (len(target.staged) + 1))
    conn.executemany(f"INSERT INTO st (line, {columns}) VALUES ({gaps})", rows)


def settle_staged(conn: sqlite3.Connection, target: Target) -> None:
    """Number the rows of ``st`` that share a key, and find what the store has of them."""
    keys = ", ".join(target.keys)
    conn.execute(f"CREATE INDEX temp.st_keys ON st ({keys}, nth)")
    conn.execute(
        "UPDATE st SET nth = n.nth FROM (SELECT line AS l,"
        f" row_number() OVER (PARTITION BY {keys} ORDER BY line) AS nth FROM st) AS n"
        " WHERE n.l = st.line"
    )
    find_targets(conn, target)


def find_targets(conn: sqlite3.Connection, target: Target) -> None:
    """Fill ``st.target_id`` with the rows of the store that have the same key."""
    same_key = " AND ".join(f"t.{key} = st.{key}" for key in target.keys)
    conn.execute(
        f"UPDATE st SET target_id = (SELECT t.id FROM {target.table} AS t WHERE {same_key})"
    )


def upsert(
    conn: sqlite3.Connection, target: Target, *, batch_id: int, file_id: int, on_match: OnMatch
) -> None:
    """Write the staged rows; afterwards every row of ``st`` has a verdict.

    Rows that already have one (a conflict found by the caller) are left alone. Rows of one file
    that share a key and say the same are *unchanged* after the first; those that contradict the
    first are *conflict*.

    Raises:
        CiError: ``--on-match error`` and a row differs from what is stored.
    """
    _gather_repeats(conn, target)
    _judge(conn, target)
    _apply_policy(conn, on_match, target)
    batches.keep_before(
        conn, batch_id, target.table,
        "SELECT target_id FROM st WHERE verdict IN ('updated', 'completed')",
    )  # fmt: skip
    _write(conn, target, on_match, file_id)
    _judge_repeats(conn, target)
    conn.execute("UPDATE st SET verdict = 'created' WHERE verdict = 'completed'")


def _judge(conn: sqlite3.Connection, target: Target) -> None:
    first = "nth = 1 AND verdict IS NULL"
    conn.execute(f"UPDATE st SET verdict = 'created' WHERE {first} AND target_id IS NULL")
    stored = f"SELECT 1 FROM {target.table} AS t WHERE t.id = st.target_id"
    if target.has_stubs:
        conn.execute(
            f"UPDATE st SET verdict = 'completed' WHERE {first}"
            f" AND EXISTS ({stored} AND t.described = 0)"
        )
    differs = " OR ".join(f"(st.{name} IS NOT NULL AND st.{name} IS NOT t.{name})"
                          for name in target.fields)  # fmt: skip
    more = (
        "(st.extra IS NOT NULL AND json_patch(coalesce(t.extra, '{}'), st.extra)"
        " IS NOT json(coalesce(t.extra, '{}')))"
    )
    conn.execute(
        f"UPDATE st SET verdict = CASE WHEN EXISTS ({stored} AND ({differs} OR {more}))"
        f" THEN 'updated' ELSE 'unchanged' END WHERE {first}"
    )


def refuse_updates(conn: sqlite3.Connection, staging: str) -> None:
    """Stop where a staged row would change the store: the user asked for ``--on-match error``."""
    row = conn.execute(f"SELECT min(line) FROM {staging} WHERE verdict = 'updated'").fetchone()
    if row[0] is not None:
        raise CiError(
            "row-differs",
            msg("Line {line} differs from what the store holds.", line=row[0]),
            hint=msg("Nothing was changed. Use --on-match update, fill or skip to say what to do."),
            exit_code=ExitCode.DECIDE,
            choice=(
                Answer(("--on-match", "update"), msg("the file is right: change the store")),
                Answer(("--on-match", "fill"), msg("only fill what the store does not know")),
                Answer(("--on-match", "skip"), msg("leave what the store knows as it is")),
            ),
        )


def _apply_policy(conn: sqlite3.Connection, on_match: OnMatch, target: Target) -> None:
    if on_match == "error":
        refuse_updates(conn, "st")
    elif on_match == "skip":
        conn.execute("UPDATE st SET verdict = 'unchanged' WHERE verdict = 'updated'")
    elif on_match == "fill":
        fills = " OR ".join(
            f"(st.{name} IS NOT NULL AND t.{name} IS NULL)" for name in (*target.fields, "extra")
        )
        conn.execute(
            "UPDATE st SET verdict = 'unchanged' WHERE verdict = 'updated' AND NOT EXISTS ("
            f"SELECT 1 FROM {target.table} AS t WHERE t.id = st.target_id AND ({fills}))"
        )


def _write(conn: sqlite3.Connection, target: Target, on_match: OnMatch, file_id: int) -> None:
    table, fields = target.table, target.fields
    columns = ", ".join(target.staged)
    conn.execute(
        f"INSERT INTO {table} ({columns}, file_id, line)"
        f" SELECT {columns}, ?, line FROM st WHERE verdict = 'created' ORDER BY line",
        (file_id,),
    )
    if target.has_stubs:
        # a stub's fields were only hearsay: all of them give way to the description
        whole = ", ".join(
            f"{name} = coalesce(st.{name}, {table}.{name})"
            if name in target.required
            else f"{name} = st.{name}"
            for name in (*fields, "extra")
        )
        conn.execute(
            f"UPDATE {table} SET {whole}, described = 1, file_id = ?, line = st.line FROM st"
            f" WHERE st.verdict = 'completed' AND {table}.id = st.target_id",
            (file_id,),
        )
    if on_match == "fill":
        changes = ", ".join(f"{name} = coalesce({table}.{name}, st.{name})" for name in fields)
        older, newer = "st.extra", f"{table}.extra"
    else:
        changes = ", ".join(f"{name} = coalesce(st.{name}, {table}.{name})" for name in fields)
        older, newer = f"{table}.extra", "st.extra"
    merged = f"json_patch(coalesce({older}, '{{}}'), coalesce({newer}, '{{}}'))"
    conn.execute(
        f"UPDATE {table} SET {changes}, extra = nullif({merged}, '{{}}') FROM st"
        f" WHERE st.verdict = 'updated' AND {table}.id = st.target_id"
    )


def _gather_repeats(conn: sqlite3.Connection, target: Target) -> None:
    """Let the first row of a key know what its repeats in the same file add to it."""
    if conn.execute("SELECT 1 FROM st WHERE nth > 1 LIMIT 1").fetchone() is None:
        return
    same_key = " AND ".join(f"a.{key} = st.{key}" for key in target.keys)
    for name in target.fields:
        conn.execute(
            f"UPDATE st SET {name} = (SELECT a.{name} FROM st AS a WHERE {same_key}"
            f" AND a.{name} IS NOT NULL ORDER BY a.nth LIMIT 1) WHERE nth = 1 AND {name} IS NULL"
        )
    repeats = conn.execute(
        f"SELECT st.line, a.extra FROM st JOIN st AS a ON {same_key} AND a.nth > 1"
        " AND a.extra IS NOT NULL WHERE st.nth = 1 ORDER BY a.nth"
    ).fetchall()
    for line, extra in repeats:
        # what an earlier row said stays; json_patch lets its second argument win
        conn.execute(
            "UPDATE st SET extra = json_patch(?, coalesce(extra, '{}')) WHERE line = ?",
            (extra, line),
        )


def _judge_repeats(conn: sqlite3.Connection, target: Target) -> None:
    same_key = " AND ".join(f"a.{key} = st.{key}" for key in target.keys)
    contradicts = " OR ".join(
        f"(st.{name} IS NOT NULL AND a.{name} IS NOT st.{name})" for name in target.fields
    )
    extra = "(st.extra IS NOT NULL AND json_patch(a.extra, st.extra) IS NOT json(a.extra))"
    conn.execute(
        "UPDATE st SET verdict = CASE WHEN EXISTS (SELECT 1 FROM st AS a WHERE a.nth = 1"
        f" AND {same_key} AND ({contradicts} OR {extra})) THEN 'conflict' ELSE 'unchanged' END"
        " WHERE nth > 1 AND verdict IS NULL"
    )
