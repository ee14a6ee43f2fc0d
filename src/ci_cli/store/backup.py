"""Copy the store, prove the copy, and put a copy back."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from ci_cli.disk import sync_folder
from ci_cli.errors import CiError, ExitCode
from ci_cli.store import connections, locks, places, seals, sqlite_errors
from ci_cli.store.locks import Holder
from ci_cli.text import Msg, msg

_SHOWN_PROBLEMS = 20


def backup(conn: sqlite3.Connection, target: Path) -> None:
    """Write a consistent copy of the open store to ``target``, readable by its owner only.

    The copy appears under its name only when it is complete, and never replaces anything.

    Raises:
        CiError: ``target`` exists, or its folder cannot be written.
    """
    partial = target.with_name(f".{target.name}.partial")
    # two backups to one place at once would write into the same partial copy
    with locks.write_lock(target, Holder("db backup"), wait=connections.BUSY_TIMEOUT_SECONDS):
        if target.exists():
            raise _exists(target)
        try:
            places.begin(partial)
        except OSError as error:
            raise CiError(
                "backup-unwritable",
                msg("{path} cannot be written: {cause}.", path=str(target),
                    cause=error.strerror or ""),
                hint=msg("Choose a folder that exists and that you may write to."),
            ) from error  # fmt: skip
        try:
            with closing(sqlite3.connect(partial)) as copy:
                conn.backup(copy)
            places.publish(partial, target)
        except FileExistsError:
            raise _exists(target) from None
        finally:
            places.remove(partial)


def _exists(target: Path) -> CiError:
    return CiError(
        "backup-exists",
        msg("{path} already exists.", path=str(target)),
        hint=msg("A backup never replaces a file: choose another name."),
    )


def verify(conn: sqlite3.Connection, target: Path) -> dict[str, int]:
    """Open the copy at ``target``, check it, and compare its row counts with the open store.

    Returns:
        The number of rows of every table.

    Raises:
        CiError: the copy is damaged or differs.
    """
    with closing(connections.connect(target)) as copy:
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


def check(conn: sqlite3.Connection) -> list[Msg | str]:
    """Return what is wrong with the store; empty when all is well.

    Checked are the structure, the references, the books of every import, and whether the rows of
    every import still add up to what they were when it was committed. All of it is looked at as of
    one moment, so that what another program commits meanwhile is not taken for damage.
    """
    if conn.in_transaction:
        return _check(conn)
    with connections.snapshot(conn):
        return _check(conn)


def _check(conn: sqlite3.Connection) -> list[Msg | str]:
    integrity = [str(row[0]) for row in conn.execute("PRAGMA integrity_check")]
    if integrity != ["ok"]:  # nothing that is read from such a store can be trusted
        return [*integrity]
    problems: list[Msg | str] = [
        msg("{table} row {row} points to a missing row of {other}", table=row[0], row=row[1],
            other=row[2])
        for row in conn.execute("PRAGMA foreign_key_check")
    ]  # fmt: skip
    problems += [
        msg("record {id} belongs to customer {customer}, which was merged away", id=row[0],
            customer=row[1])
        for row in conn.execute(
            "SELECT r.id, c.id FROM record AS r JOIN customer AS c ON c.id = r.customer_id"
            " WHERE c.merged_into IS NOT NULL"
        )
    ]  # fmt: skip
    sums = "created + updated + unchanged + conflict + rejected"
    problems += [
        msg("import {id}: {read} rows read, {told} accounted for", id=row[0], read=row[1],
            told=row[2])
        for row in conn.execute(f'SELECT id, "read", {sums} FROM batch WHERE "read" <> {sums}')
    ]  # fmt: skip
    return [*problems, *(_altered(conn, broken) for broken in seals.broken(conn))]


def _altered(conn: sqlite3.Connection, broken: seals.Broken) -> Msg:
    """Say which import no longer holds what it brought, and in which of its sums it shows."""
    row = conn.execute(
        "SELECT batch_id, file FROM batch_file WHERE id = ?", (broken.file_id,)
    ).fetchone()
    was, now = broken.sealed, broken.found
    table = broken.table
    if was.rows != now.rows:
        what = msg("{table}: {was} rows, now {now}", table=table, was=was.rows, now=now.rows)
    elif was.money != now.money:
        what = msg("{table}: the amounts add up to {now} ten-thousandths instead of {was}",
                   table=table, was=was.money, now=now.money)  # fmt: skip
    elif was.quantity != now.quantity:
        what = msg("{table}: the quantities add up to {now} millionths instead of {was}",
                   table=table, was=was.quantity, now=now.quantity)  # fmt: skip
    else:
        what = msg("{table}: a value is not what it was", table=table)
    if row is None:
        return msg("altered from outside: {what}", what=what)
    return msg("import {id} ({file}) was altered from outside: {what}", id=row[0],
               file=Path(row[1]).name, what=what)  # fmt: skip


def damaged(problems: list[Msg | str]) -> CiError:
    """Return the error for a store in which :func:`check` found something."""
    return CiError(
        "store-damaged",
        msg("The store is damaged; faults found: {n}.", n=len(problems)),
        hint=msg("Restore the latest backup with `ci-cli db restore FILE`."),
        exit_code=ExitCode.DAMAGED,
        details=tuple(problems[:_SHOWN_PROBLEMS]),
    )


def restore(source: Path, target: Path, holder: Holder | None = None) -> Path | None:
    """Put the backup ``source`` in the place of the store ``target``.

    The store that is there now is kept beside it under another name.

    Returns:
        Where the former store is now, None if there was none.

    Raises:
        CiError: the backup is missing, damaged or no store of ours, or somebody is writing to the
            store; nothing is changed then.
    """
    target = target.resolve()  # a link to the store stays a link
    if target.exists() and source.resolve() == target:
        raise CiError(
            "restore-itself",
            msg("{path} is the store itself.", path=str(source)),
            hint=msg("Name a backup that `ci-cli db backup` made."),
            exit_code=ExitCode.DECIDE,
        )
    fresh = target.with_name(f".{target.name}.restoring")
    with locks.write_lock(target, holder or Holder(), wait=connections.BUSY_TIMEOUT_SECONDS):
        with closing(connections.connect(source)) as copy:
            if check(copy):
                raise CiError(
                    "backup-bad",
                    msg("The backup {path} is damaged.", path=str(source)),
                    hint=msg("The store was not touched. Try an older backup."),
                    exit_code=ExitCode.DAMAGED,
                )
            places.remove(fresh)
            backup(copy, fresh)
        try:
            if target.exists():
                return _swap(fresh, target)
            _set_journals_aside(target, target.with_name(f"{target.name}.gone"))
            fresh.replace(target)
            return None
        finally:
            places.remove(fresh)


def _swap(fresh: Path, target: Path) -> Path:
    """Put ``fresh`` in the place of ``target`` while nobody writes; return the former's name."""
    former = places.free_name(target, "before-restore")
    with closing(sqlite3.connect(target, timeout=connections.BUSY_TIMEOUT_SECONDS)) as conn:
        try:
            # finishes what a writer that died has left, and waits for one that lives
            conn.execute("BEGIN EXCLUSIVE")
        except sqlite3.DatabaseError as error:
            if sqlite_errors.is_busy(error):
                raise
        # a second name first, so that there is never a moment without a store
        try:
            os.link(target, former)
        except OSError:
            target.rename(former)
        _set_journals_aside(target, former)
        fresh.replace(target)
    sync_folder(target.parent)
    return former


def _set_journals_aside(target: Path, former: Path) -> None:
    """A journal belongs to the file that it was written for: beside another it would ruin it."""
    for ending in places.JOURNALS:
        journal = target.with_name(target.name + ending)
        if journal.exists():
            journal.rename(former.with_name(f"{former.name}{ending}"))
