"""What SQLite raises, said in words that help."""

from __future__ import annotations

import sqlite3

from ci_cli.errors import CiError, ExitCode
from ci_cli.store import locks
from ci_cli.text import msg


def corrupt(text: str) -> sqlite3.DatabaseError:
    """Return the error that SQLite would raise for a damaged store."""
    error = sqlite3.DatabaseError(text)
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    return error


def code_of(error: sqlite3.Error) -> int:
    """Return the primary result code of an error, 0 where SQLite gave none."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def is_busy(error: sqlite3.Error) -> bool:
    """Tell whether ``error`` means that another program holds the store."""
    return code_of(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def explain_sqlite(error: sqlite3.Error) -> CiError:
    """Return the error that users see for one that SQLite raised."""
    code = code_of(error)
    if is_busy(error):
        return locks.busy()
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return CiError(
            "store-damaged",
            msg("The store is damaged: {cause}.", cause=str(error)),
            hint=msg("Restore the latest backup with `ci-cli db restore FILE`."),
            exit_code=ExitCode.DAMAGED,
        )
    if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
        return CiError(
            "disk-full",
            msg("The disk refused to take more: {cause}.", cause=str(error)),
            hint=msg("The store is as it was before. Make room, then try again."),
        )
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
        return CiError(
            "store-unwritable",
            msg("The store cannot be written: {cause}.", cause=str(error)),
            hint=msg("Check the permissions of the file and of its folder."),
        )
    return CiError(
        "store-error",
        msg("The store refused ({kind}); it is as it was before.", kind=type(error).__name__),
        hint=msg("Run the same command with --debug and report what it prints."),
        exit_code=ExitCode.UNFORESEEN,
    )
