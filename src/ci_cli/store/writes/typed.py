"""The journal of what people type in: a batch with one file, so that it can be undone like any."""

from __future__ import annotations

import sqlite3

from ci_cli.shapes.trade import Counts
from ci_cli.store.writes import batches
from ci_cli.store.writes.batches import FileEntry

TYPED = "typed"  # the source of what was typed in, and the name and form of its file


def journal(
    conn: sqlite3.Connection, command: str, kind: str, by: str, at: str, *, file: str = TYPED,
    sha256: str | None = None, header_line: int = 0, form: str = TYPED,
    source: str | None = TYPED,
) -> tuple[int, int]:  # fmt: skip
    """Open a batch with one file; return the numbers of both.

    Args:
        conn: the store, inside a transaction.
        command: what was typed.
        kind: of data: customers, interactions …
        by: who typed it.
        at: when.
        file: what it was read from, where it was not typed.
        sha256: of that file.
        header_line: of that file.
        form: format of that file.
        source: of the rows; None where they have none.
    """
    batch_id = batches.open_batch(conn, command=command, source=source, imported_by=by, at=at)
    entry = FileEntry(file, None, sha256, kind, form, None, None, header_line)
    return batch_id, batches.add_file(conn, batch_id, entry)


def close(conn: sqlite3.Connection, batch_id: int, file_id: int, counts: Counts) -> None:
    """Write down how the rows of a batch of one file ended."""
    batches.close_file(conn, file_id, counts)
    batches.close_batch(conn, batch_id, counts, None)
