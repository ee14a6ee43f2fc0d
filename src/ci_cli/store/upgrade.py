"""Bring a store of an earlier schema up to date: checked, copied, migrated whole or not at all.

The copy is made while the right to write is already held, so nothing can come between it and the
migration; and it is checked before anything is touched.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from ci_cli.errors import CiError, ExitCode
from ci_cli.store import backup, connections, locks, migrations, places, seals, sqlite_errors
from ci_cli.store.locks import Holder
from ci_cli.text import Msg, msg

# the copy, the journal of the migration and what the migration adds
_ROOM_NEEDED = 2


def bring_up_to_date(path: Path, holder: Holder) -> Path | None:
    """Migrate the store ``path`` to the latest schema.

    Returns:
        The copy of the store as it was; None where another process was faster.

    Raises:
        CiError: ``store-damaged``, ``store-unwritable``, ``disk-full``, ``migration-failed``; the
            store is then as it was before.
    """
    if not os.access(path, os.W_OK):
        raise CiError(
            "store-unwritable",
            msg("{path} was made by an older ci-cli and may not be written, so it cannot be brought"
                " up to date.", path=str(path)),
            hint=msg("Check the permissions of the file and of its folder."),
        )  # fmt: skip
    with (
        locks.write_lock(path, holder, wait=connections.BUSY_TIMEOUT_SECONDS),
        closing(connections.connect(path, write=True, holder=holder)) as conn,
    ):
        conn.execute("BEGIN IMMEDIATE")
        try:
            version = migrations.version_of(conn)
            if version >= migrations.LATEST:
                conn.execute("ROLLBACK")
                return None
            _refuse_unfinished(path, version)
            copy = _copy(path, version)
            _migrate(conn, copy)
        except BaseException:
            if conn.in_transaction:
                conn.execute("ROLLBACK")
            raise
    return copy


def _refuse_unfinished(path: Path, version: int) -> None:
    if version == 0:
        raise CiError(
            "store-damaged",
            msg("{path} was not completely created.", path=str(path)),
            hint=msg("Restore a backup with `ci-cli db restore`, or create a new store."),
            exit_code=ExitCode.DAMAGED,
        )


def _copy(path: Path, version: int) -> Path:
    """Check the store and copy it; return the copy."""
    needed, free = _ROOM_NEEDED * path.stat().st_size, shutil.disk_usage(path.parent).free
    if free < needed:
        raise CiError(
            "disk-full",
            msg("There is no room to copy the store before it is brought up to date: {needed} MiB"
                " are needed, {free} MiB are free.", needed=needed // 2**20 + 1,
                free=free // 2**20),
            hint=msg("The store is as it was before. Make room, then try again."),
        )  # fmt: skip
    copy = places.free_name(path, f"schema-{version}")
    with closing(connections.connect(path)) as reader:
        problems = backup.check(reader)
        if problems:
            raise backup.damaged(problems)
        backup.backup(reader, copy)
        backup.verify(reader, copy)
    return copy


def _migrate(conn: sqlite3.Connection, copy: Path) -> None:
    try:
        migrations.apply(conn)
        seals.renew(conn)
        conn.execute("UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE key = 'revision'")
        if conn.execute("PRAGMA foreign_key_check").fetchone() is not None:
            raise sqlite3.IntegrityError("foreign key")
        conn.execute("COMMIT")
        connections.count_saved()
    except sqlite3.Error as error:
        cause: Msg | str = type(error).__name__
        if sqlite_errors.is_busy(error) or sqlite_errors.code_of(error) in (
            sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR,
        ):  # fmt: skip
            cause = sqlite_errors.explain_sqlite(error).message
        raise CiError(
            "migration-failed",
            msg("The store could not be brought up to date ({cause}).", cause=cause),
            hint=msg("It is as it was before; a copy of it is {copy}.", copy=str(copy)),
        ) from error
