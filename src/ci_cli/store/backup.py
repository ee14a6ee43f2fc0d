"""Copy the store, prove the copy, and put a copy back."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from ci_cli.errors import CiError, ExitCode
from ci_cli.store import engine
from ci_cli.text import msg


def backup(conn: sqlite3.Connection, target: Path) -> None:
    """Write a consistent copy of the open store to ``target``, readable by its owner only.

    The copy appears under its name only when it is complete.

    Raises:
        CiError: ``target`` exists, or its folder cannot be written.
    """
    if target.exists():
        raise CiError(
            "backup-exists",
            msg("{path} already exists.", path=str(target)),
            hint=msg("A backup never replaces a file: choose another name."),
        )
    partial = target.with_name(f".{target.name}.partial")
    try:
        os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except OSError as error:
        raise CiError(
            "backup-unwritable",
            msg("{path} cannot be written: {cause}.", path=str(target), cause=error.strerror or ""),
            hint=msg("Choose a folder that exists and that you may write to."),
        ) from error
    try:
        with closing(sqlite3.connect(partial)) as copy:
            conn.backup(copy)
        partial.replace(target)
    except BaseException:
        for left in (partial, partial.with_name(f"{partial.name}-journal")):
            left.unlink(missing_ok=True)
        raise


def verify(conn: sqlite3.Connection, target: Path) -> dict[str, int]:
    """Open the copy at ``target``, check it, and compare its row counts with the open store.

    Returns:
        The number of rows of every table.

    Raises:
        CiError: the copy is damaged or differs.
    """
    with closing(engine.connect(target)) as copy:
        problems = check(copy)
        theirs = table_counts(copy)
    if problems or theirs != table_counts(conn):
        raise CiError(
            "backup-bad",
            msg("The copy {path} is not the same as the store.", path=str(target)),
            hint=msg("Do not rely on it; make another backup on a sound disk."),
            exit_code=ExitCode.DAMAGED,
        )
    return theirs


def table_counts(conn: sqlite3.Connection) -> dict[str, int]:
    """Return the number of rows of every table."""
    names = conn.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        " ORDER BY name"
    )
    return {
        str(row[0]): int(conn.execute(f'SELECT count(*) FROM "{row[0]}"').fetchone()[0])
        for row in names.fetchall()
    }


def check(conn: sqlite3.Connection) -> list[str]:
    """Return what is wrong with the store: structure, references, books; empty when all is well."""
    problems = [
        str(row[0]) for row in conn.execute("PRAGMA integrity_check") if str(row[0]) != "ok"
    ]
    problems += [
        f"{row[0]} row {row[1]} points to a missing row of {row[2]}"
        for row in conn.execute("PRAGMA foreign_key_check")
    ]
    problems += [
        f"record {row[0]} belongs to customer {row[1]}, which was merged away"
        for row in conn.execute(
            "SELECT r.id, c.id FROM record AS r JOIN customer AS c ON c.id = r.customer_id"
            " WHERE c.merged_into IS NOT NULL"
        )
    ]
    sums = "created + updated + unchanged + conflict + rejected"
    problems += [
        f"import {row[0]}: {row[1]} rows read, {row[2]} accounted for"
        for row in conn.execute(f'SELECT id, "read", {sums} FROM batch WHERE "read" <> {sums}')
    ]
    return problems


def restore(source: Path, target: Path) -> Path | None:
    """Put the backup ``source`` in the place of the store ``target``.

    The store that is there now is kept beside it under another name.

    Returns:
        Where the former store is now, None if there was none.

    Raises:
        CiError: the backup is missing, damaged or no store of ours; nothing is changed then.
    """
    target = target.resolve()  # a link to the store stays a link
    if target.exists() and source.resolve() == target:
        raise CiError(
            "restore-itself",
            msg("{path} is the store itself.", path=str(source)),
            hint=msg("Name a backup that `ci-cli db backup` made."),
            exit_code=ExitCode.DECIDE,
        )
    with closing(engine.connect(source)) as copy:
        if check(copy):
            raise CiError(
                "backup-bad",
                msg("The backup {path} is damaged.", path=str(source)),
                hint=msg("The store was not touched. Try an older backup."),
                exit_code=ExitCode.DAMAGED,
            )
        fresh = target.with_name(f".{target.name}.restoring")
        fresh.unlink(missing_ok=True)
        backup(copy, fresh)
    try:
        if target.exists():
            return _swap(fresh, target)
        _set_journals_aside(target, target.with_name(f"{target.name}.gone"))
        fresh.replace(target)
        return None
    finally:
        fresh.unlink(missing_ok=True)


def _swap(fresh: Path, target: Path) -> Path:
    """Put ``fresh`` in the place of ``target`` while nobody writes; return the former's name."""
    former = _free_name(target)
    with closing(sqlite3.connect(target, timeout=engine.BUSY_TIMEOUT_SECONDS)) as conn:
        try:
            # finishes what a writer that died has left, and waits for one that lives
            conn.execute("BEGIN EXCLUSIVE")
        except sqlite3.DatabaseError as error:
            if engine.is_busy(error):
                raise
        # a second name first, so that there is never a moment without a store
        try:
            os.link(target, former)
        except OSError:
            target.rename(former)
        _set_journals_aside(target, former)
        fresh.replace(target)
    return former


def _set_journals_aside(target: Path, former: Path) -> None:
    """A journal belongs to the file that it was written for: beside another it would ruin it."""
    for ending in ("-journal", "-wal", "-shm"):
        journal = target.with_name(target.name + ending)
        if journal.exists():
            journal.rename(former.with_name(f"{former.name}{ending}"))


def _free_name(target: Path) -> Path:
    number = 1
    while (name := target.with_name(f"{target.name}.before-restore-{number}")).exists():
        number += 1
    return name
