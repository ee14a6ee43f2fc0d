"""Questions in SQL from the terminal: read only, one statement, a limit on its time."""

from __future__ import annotations

import sqlite3
import time
from itertools import islice
from typing import Any

from ci_cli.errors import CiError, ExitCode
from ci_cli.store.sqlite_errors import code_of
from ci_cli.text import msg

MAX_SECONDS = 300
MAX_ROWS = 1_000_000
_STEPS_BETWEEN_LOOKS = 1_000_000


def ask(conn: sqlite3.Connection, query: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Run one SELECT and return column names and rows.

    Raises:
        CiError: the query is no SELECT, has a mistake, or takes longer than ``MAX_SECONDS``.
    """
    end = time.monotonic() + MAX_SECONDS
    conn.set_progress_handler(lambda: time.monotonic() > end, _STEPS_BETWEEN_LOOKS)
    conn.set_authorizer(_only_reading)
    try:
        cursor = conn.execute(query)
        rows = [tuple(_shown(cell) for cell in row) for row in islice(cursor, MAX_ROWS + 1)]
    except sqlite3.Error as error:
        if code_of(error) == sqlite3.SQLITE_CORRUPT:
            raise
        raise CiError(
            "sql-refused",
            msg("The query was refused: {cause}.", cause=str(error)),
            hint=msg("Only a single SELECT is answered; `ci-cli sql \"select name from"
                     " sqlite_schema\"` lists tables and views."),
            exit_code=ExitCode.DECIDE,
        ) from error  # fmt: skip
    finally:
        conn.set_authorizer(None)
        conn.set_progress_handler(None, 0)
    if len(rows) > MAX_ROWS:
        raise CiError(
            "sql-too-long",
            msg("The answer has more than {n} rows.", n=MAX_ROWS),
            hint=msg("Add a LIMIT, or sum up in the query."),
            exit_code=ExitCode.DECIDE,
        )
    if cursor.description is None:
        return [], []
    return [str(column[0]) for column in cursor.description], rows


def _only_reading(action: int, first: str | None, *_rest: str | None) -> int:
    reading = {
        sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION,
        sqlite3.SQLITE_RECURSIVE,
    }  # fmt: skip
    if action == sqlite3.SQLITE_PRAGMA and first in ("table_info", "table_list"):
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_FUNCTION and _rest and _rest[0] == "load_extension":
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK if action in reading else sqlite3.SQLITE_DENY


def _shown(cell: Any) -> Any:
    if cell is None or isinstance(cell, str):
        return cell
    return cell.hex() if isinstance(cell, bytes) else str(cell)
