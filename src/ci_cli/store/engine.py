"""Open the store safely: the right file, the right version, one writer at a time."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ci_cli.errors import CiError, ExitCode
from ci_cli.store import locks, migrations, places, seals
from ci_cli.store.locks import Holder
from ci_cli.store.sqlite_errors import code_of, corrupt, explain_sqlite
from ci_cli.store.writes import records
from ci_cli.text import msg

Connection = sqlite3.Connection  # for the signatures of rooms that know no SQL

APPLICATION_ID = 0x63692D63  # "ci-c"
BUSY_TIMEOUT_SECONDS = 20
CACHE_KIB = 112_000  # pages of the store that one command keeps in memory
TEMP_CACHE_KIB = 48_000  # likewise of its staging tables
# Older SQLite can corrupt a WAL store when two connections checkpoint at once.
WAL_SAFE_SINCE = (3, 51, 3)


class StoreConnection(sqlite3.Connection):
    """A connection that knows which file it has open, and on whose behalf."""

    path: Path
    file: tuple[int, int]  # device and inode: another file may take the name while we wait
    holder: Holder = Holder()
    upgraded: Path | None = None  # the copy made before this opening brought the schema up to date


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
    if not path.exists():
        raise CiError(
            "store-missing",
            msg("There is no store at {path}.", path=str(path)),
            hint=msg("Create one with `ci-cli init`, or name yours with --db PATH or CI_DB."),
        )
    if path.is_dir():
        raise CiError("store-not-ours", msg("{path} is a folder, not a store.", path=str(path)))
    conn, backup = _open_known(path, write, holder or Holder()), None
    try:
        if upgrade and migrations.version_of(conn) < migrations.LATEST:
            from ci_cli.store.upgrade import bring_up_to_date

            holder = conn.holder
            conn.close()
            backup = bring_up_to_date(path, holder)
            conn = _open_known(path, write, holder)
            conn.upgraded = backup
        if write:
            _choose_journal(conn)
        else:
            conn.execute("PRAGMA query_only = ON")
    except BaseException:
        conn.close()
        raise
    return conn


def _open_known(path: Path, write: bool, holder: Holder) -> StoreConnection:
    """Open a store of ours that is not newer than this program."""
    # a reader, too, may have to finish what an interrupted writer left: it needs the right to write
    conn = _open(path, "rw" if write or os.access(path, os.W_OK) else "ro", holder)
    try:
        _check_identity(conn, path)
        version = migrations.version_of(conn)
        if version > migrations.LATEST:
            raise CiError(
                "store-newer",
                msg("{path} was made by a newer ci-cli (schema {version}).", path=str(path),
                    version=version),
                hint=msg("Upgrade ci-cli; the store was not touched."),
                exit_code=ExitCode.DAMAGED,
            )  # fmt: skip
    except BaseException:
        conn.close()
        raise
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
    with locks.write_lock(path, holder or Holder(), wait=BUSY_TIMEOUT_SECONDS):
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
    with contextlib.closing(_open(fresh, "rw", Holder())) as conn:
        conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
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
    with locks.write_lock(path, holder, wait=BUSY_TIMEOUT_SECONDS):
        with contextlib.closing(connect(path)) as conn:
            used = int(meta(conn, "revision")) > writes
        if not used:
            places.remove(path)


def _open(path: Path, mode: str, holder: Holder) -> StoreConnection:
    # check_same_thread stays on; autocommit mode, so that transactions are ours alone
    address = f"{path.resolve().as_uri()}?mode={mode}"
    try:
        conn = sqlite3.connect(
            address, uri=True, timeout=BUSY_TIMEOUT_SECONDS, isolation_level=None,
            factory=StoreConnection,
        )  # fmt: skip
        state = path.stat()
    except (sqlite3.OperationalError, OSError) as error:
        raise CiError(
            "store-unreadable",
            msg("{path} cannot be opened: {cause}.", path=str(path), cause=str(error)),
            hint=msg("Check the permissions of the file and of its folder."),
        ) from error
    conn.path, conn.file, conn.holder = path, (state.st_dev, state.st_ino), holder
    conn.row_factory = sqlite3.Row
    records.register_functions(conn)
    seals.register_functions(conn)
    return conn


def _check_identity(conn: sqlite3.Connection, path: Path) -> None:
    not_ours = CiError(
        "store-not-ours",
        msg("{path} is not a ci-cli store.", path=str(path)),
        hint=msg("Name your store with --db PATH; nothing was changed."),
        exit_code=ExitCode.DAMAGED,
    )
    try:
        application = conn.execute("PRAGMA application_id").fetchone()[0]
    except sqlite3.DatabaseError as error:
        # a disk that fails, or another program that writes, says nothing about whose file it is
        if code_of(error) != sqlite3.SQLITE_NOTADB:
            raise
        raise not_ours from error
    if application != APPLICATION_ID:
        raise not_ours
    try:
        conn.execute("SELECT count(*) FROM sqlite_schema").fetchone()  # raises where it is damaged
    except UnicodeDecodeError as error:  # the message itself quotes the damaged bytes
        raise explain_sqlite(corrupt("malformed database schema")) from error
    conn.execute("PRAGMA foreign_keys = ON")
    conn.execute("PRAGMA synchronous = FULL")
    # staging tables of a large import do not fit into memory; SQLite makes their files readable
    # by the owner only, and unlinks them at once
    conn.execute("PRAGMA temp_store = FILE")
    conn.execute(f"PRAGMA temp.cache_size = -{TEMP_CACHE_KIB}")
    conn.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    # A spilled cache takes the exclusive lock early and starves readers; so nothing is spilled
    # before the whole cache is full of changes, which takes an import of a million lines.
    page_bytes = conn.execute("PRAGMA page_size").fetchone()[0]
    # SQLite takes a number whose last eight bits are zero for "off": hence an odd one
    conn.execute(f"PRAGMA cache_spill = {CACHE_KIB * 1024 // page_bytes | 1}")


def _choose_journal(conn: StoreConnection) -> None:
    """Keep a WAL where SQLite and the disk are sound for it; readers and the writer then pass."""
    sound = sqlite3.sqlite_version_info >= WAL_SAFE_SINCE and not places.on_network(conn.path)
    wanted = "wal" if sound else "delete"
    if conn.execute("PRAGMA journal_mode").fetchone()[0] != wanted:
        # refused while somebody reads: then the mode stays what it was until the next time
        with contextlib.suppress(sqlite3.OperationalError):
            conn.execute(f"PRAGMA journal_mode = {wanted}")


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
                count_saved()
            else:
                conn.execute("ROLLBACK")
        except BaseException as error:
            if conn.in_transaction:
                conn.execute("ROLLBACK")
            elif committing and not isinstance(error, sqlite3.Error):
                count_saved()  # a signal arrived right after the commit
            raise


_saved = 0


def count_saved() -> None:
    """Note that a transaction was committed."""
    global _saved
    _saved += 1


def transactions_saved() -> int:
    """Return how many transactions this process has committed: may it say "as it was before"?"""
    return _saved


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
            conn.execute(f"PRAGMA busy_timeout = {int(BUSY_TIMEOUT_SECONDS * 1000)}")


@contextmanager
def _only_writer(conn: sqlite3.Connection, wait: float | None = None) -> Iterator[None]:
    if not isinstance(conn, StoreConnection):  # a store in memory has no second writer
        yield
        return
    if wait is None:
        wait = BUSY_TIMEOUT_SECONDS
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


@contextmanager
def snapshot(conn: sqlite3.Connection) -> Iterator[None]:
    """One read transaction: every query inside sees the same state of the store."""
    conn.execute("BEGIN")
    try:
        yield
    finally:
        conn.execute("ROLLBACK")


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
