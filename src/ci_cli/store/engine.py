"""Open the store safely: the right file, the right version, one writer at a time."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ci_cli.errors import CiError, ExitCode
from ci_cli.store import connections, locks, migrations, places, seals
from ci_cli.store.connections import StoreConnection
from ci_cli.store.connections import snapshot as snapshot  # beside transaction, for those who read
from ci_cli.store.locks import Holder
from ci_cli.text import msg

Connection = sqlite3.Connection  # for the signatures of rooms that know no SQL


def connect(
    path: Path, *, write: bool = False, upgrade: bool = True, holder: Holder | None = None
) -> StoreConnection:
    """Open an existing store.

    Args:
        path: the store; it is never created here.
        write: open for writing.
        upgrade: bring an older schema up to date, after a backup; else it is opened as it is.
        holder: who asks, for those who have to wait.

    Raises:
        CiError: no such store, not a store of ours, damaged, newer than this program, or busy.
    """
    conn = connections.connect(path, write=write, holder=holder)
    if not upgrade or migrations.version_of(conn) >= migrations.LATEST:
        return conn
    from ci_cli.store.upgrade import bring_up_to_date

    conn.close()
    copy = bring_up_to_date(path, conn.holder)
    conn = connections.connect(path, write=write, holder=holder)
    conn.upgraded = copy
    return conn


def create(
    path: Path, *, currency: str, zone: str, holder: Holder | None = None
) -> StoreConnection:
    """Create a new store, readable by its owner only.

    It gets its name when it is complete: a process that dies here leaves no half of a store.

    Args:
        path: where; must not exist, its folder must.
        currency: code of the currency of amounts that name none, e.g. ``CNY``.
        zone: name of the time zone to which zoned timestamps are converted.
        holder: who asks, for those who have to wait.
    """
    if not path.parent.is_dir():
        raise CiError(
            "folder-missing",
            msg("The folder {folder} does not exist.", folder=str(path.parent)),
            hint=msg("Create the folder first, or choose another place with --db."),
        )
    fresh = path.with_name(f".{path.name}.creating")
    with locks.write_lock(path, holder or Holder(), wait=connections.BUSY_TIMEOUT_SECONDS):
        if path.exists():
            raise _exists(path)
        try:
            places.begin(fresh)
        except OSError as error:
            raise CiError(
                "store-unwritable",
                msg("{path} cannot be created: {cause}.", path=str(path),
                    cause=error.strerror or ""),
                hint=msg("Choose a folder that you may write to."),
            ) from error  # fmt: skip
        try:
            _fill(fresh, currency, zone)
            places.publish(fresh, path)
        except FileExistsError:
            raise _exists(path) from None
        finally:
            places.remove(fresh)
    return connect(path, write=True, holder=holder)


def _exists(path: Path) -> CiError:
    return CiError(
        "store-exists",
        msg("{path} already exists.", path=str(path)),
        hint=msg("Use it as it is, or choose another name with --db."),
    )


def _fill(fresh: Path, currency: str, zone: str) -> None:
    with contextlib.closing(connections.open_file(fresh, "rw", Holder())) as conn:
        conn.execute(f"PRAGMA application_id = {connections.APPLICATION_ID}")
        conn.execute("BEGIN IMMEDIATE")
        migrations.apply(conn)
        conn.executemany(
            "INSERT INTO meta (key, value) VALUES (?, ?)",
            [("currency", currency), ("zone", zone), ("revision", "0")],
        )
        conn.execute("COMMIT")


def discard_unused(path: Path, holder: Holder, *, writes: int = 0) -> None:
    """Remove a store that was created for an import which then failed.

    Whatever another process has put into it in the meantime stays.

    Args:
        path: the store.
        holder: who asks, for those who have to wait.
        writes: how many transactions of our own it may hold.
    """
    with locks.write_lock(path, holder, wait=connections.BUSY_TIMEOUT_SECONDS):
        with contextlib.closing(connect(path)) as conn:
            used = int(meta(conn, "revision")) > writes
        if not used:
            places.remove(path)


@contextmanager
def transaction(conn: sqlite3.Connection, *, keep: bool = True) -> Iterator[None]:
    """One write transaction: all of it or nothing, and no other writer meanwhile.

    Args:
        conn: an open store.
        keep: ``False`` rolls back at the end, so that a dry run takes the very same path.

    Raises:
        CiError: ``store-busy`` (exit 5): another writer did not end in time.
    """
    with _only_writer(conn):
        conn.execute("BEGIN IMMEDIATE")
        committing = False
        try:
            with seals.kept(conn):
                yield
            if keep:
                # every committed write makes aggregates and caches recognisably stale
                conn.execute(
                    "UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE key = 'revision'"
                )
                committing = True
                conn.execute("COMMIT")
                connections.count_saved()
            else:
                conn.execute("ROLLBACK")
        except BaseException as error:
            if conn.in_transaction:
                conn.execute("ROLLBACK")
            elif committing and not isinstance(error, sqlite3.Error):
                connections.count_saved()  # a signal arrived right after the commit
            raise


@contextmanager
def upkeep(conn: sqlite3.Connection) -> Iterator[None]:
    """One write transaction on what can be made anew from the rest; it waits for nobody.

    It serves commands that only read, so it counts as no change of the store.

    Raises:
        CiError: ``store-busy``: somebody else is writing.
        sqlite3.OperationalError: the store cannot be written.
    """
    with _only_writer(conn, wait=0):
        guarded = conn.execute("PRAGMA query_only").fetchone()[0]
        conn.execute("PRAGMA busy_timeout = 0")
        conn.execute("PRAGMA query_only = OFF")
        try:
            conn.execute("BEGIN IMMEDIATE")
            yield
            conn.execute("COMMIT")
        finally:
            if conn.in_transaction:
                conn.execute("ROLLBACK")
            conn.execute(f"PRAGMA query_only = {int(guarded)}")
            conn.execute(f"PRAGMA busy_timeout = {int(connections.BUSY_TIMEOUT_SECONDS * 1000)}")


@contextmanager
def _only_writer(conn: sqlite3.Connection, wait: float | None = None) -> Iterator[None]:
    if not isinstance(conn, StoreConnection):  # a store in memory has no second writer
        yield
        return
    if wait is None:
        wait = connections.BUSY_TIMEOUT_SECONDS
    with locks.write_lock(conn.path, conn.holder, wait=wait):
        try:
            state = conn.path.stat()
            same = (state.st_dev, state.st_ino) == conn.file
        except OSError:
            same = False
        if not same:
            raise CiError(
                "store-busy",
                msg("Another store was put in the place of {path} while this command waited.",
                    path=str(conn.path)),
                hint=msg("Nothing was changed. Try again when it has finished."),
                exit_code=ExitCode.BUSY,
            )  # fmt: skip
        yield


def meta(conn: sqlite3.Connection, key: str) -> str:
    """Return one setting of the store."""
    row = conn.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return "" if row is None else str(row[0])


def set_meta(conn: sqlite3.Connection, key: str, value: str) -> None:
    """Change one setting of the store."""
    conn.execute(
        "INSERT INTO meta (key, value) VALUES (?, ?)"
        " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (key, value),
    )


def compact(conn: sqlite3.Connection) -> None:
    """Write the store anew, outside any transaction, so that nothing erased is left in its file."""
    with _only_writer(conn):
        conn.execute("VACUUM")
        conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
