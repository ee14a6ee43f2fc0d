"""The journal of imports: what came in, from where, and what it replaced."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass, field
from typing import Any

from ci_cli.shapes.trade import VERDICTS, Counts
from ci_cli.store.writes import mentions


@dataclass(frozen=True)
class FileEntry:
    """What the journal keeps of one file or sheet."""

    file: str
    sheet: str | None
    sha256: str | None
    kind: str
    format: str
    encoding: str | None
    delimiter: str | None
    header_line: int
    mapping: dict[str, Any] = field(default_factory=dict)


_COUNT_COLUMNS = ("read", *VERDICTS)
_SET_COUNTS = ", ".join(f'"{name}" = ?' for name in _COUNT_COLUMNS)


def open_batch(
    conn: sqlite3.Connection,
    *,
    command: str,
    source: str | None,
    imported_by: str,
    at: str,
    options: dict[str, Any] | None = None,
) -> int:
    """Enter a new batch into the journal and return its number."""
    cursor = conn.execute(
        "INSERT INTO batch (command, source, imported_by, at, options) VALUES (?, ?, ?, ?, ?)",
        (command, source, imported_by, at, json.dumps(options or {}, ensure_ascii=False)),
    )
    return int(cursor.lastrowid or 0)


def add_file(conn: sqlite3.Connection, batch_id: int, entry: FileEntry) -> int:
    """Enter one file or sheet of a batch and return its id, to which its facts point."""
    cursor = conn.execute(
        "INSERT INTO batch_file (batch_id, file, sheet, sha256, kind, format, encoding, delimiter,"
        " header_line, mapping) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            batch_id, entry.file, entry.sheet, entry.sha256, entry.kind, entry.format,
            entry.encoding, entry.delimiter, entry.header_line,
            json.dumps(entry.mapping, ensure_ascii=False),
        ),
    )  # fmt: skip
    return int(cursor.lastrowid or 0)


def close_file(conn: sqlite3.Connection, file_id: int, counts: Counts) -> None:
    """Write down how the rows of a file ended."""
    conn.execute(
        f"UPDATE batch_file SET {_SET_COUNTS} WHERE id = ?",
        (*counts.as_tuple(), file_id),
    )


def close_batch(
    conn: sqlite3.Connection, batch_id: int, counts: Counts, rejects_file: str | None
) -> None:
    """Write down how the rows of a batch ended; unbalanced books must never be committed."""
    if not counts.balanced:
        raise AssertionError(f"the accounting does not balance: {counts}")
    conn.execute(
        f"UPDATE batch SET {_SET_COUNTS}, rejects_file = ? WHERE id = ?",
        (*counts.as_tuple(), rejects_file, batch_id),
    )


def name_lines(conn: sqlite3.Connection, file_id: int, modulus: int) -> None:
    """Give facts that share a line (numbered line + place × ``modulus``) that line."""
    for table in (
        "record", "contact", "product", "category", "sales_order", "order_line", *mentions.TABLES
    ):  # fmt: skip
        conn.execute(
            f"UPDATE {table} SET line = line % ? WHERE file_id = ? AND line >= ?",
            (modulus, file_id, modulus),
        )


def keep_before(conn: sqlite3.Connection, batch_id: int, table: str, where_ids: str) -> None:
    """Keep the rows of ``table`` whose ids the query ``where_ids`` gives, as they are now.

    Only the first image per batch and row is kept: undo must go back to before the batch. Rows
    that the batch itself brought need none: undo removes them.
    """
    names = [str(row[1]) for row in conn.execute(f"PRAGMA table_info({table})")]
    image = ", ".join(f"'{name}', t.\"{name}\"" for name in names)
    conn.execute(
        f"INSERT INTO change (batch_id, table_name, row_id, before)"
        f" SELECT ?, ?, t.id, json_object({image}) FROM {table} AS t"
        f" WHERE t.id IN ({where_ids})"
        " AND NOT EXISTS (SELECT 1 FROM batch_file AS b WHERE b.id = t.file_id AND b.batch_id = ?)"
        " AND NOT EXISTS (SELECT 1 FROM change AS c"
        " WHERE c.batch_id = ? AND c.table_name = ? AND c.row_id = t.id)",
        (batch_id, table, batch_id, batch_id, table),
    )
