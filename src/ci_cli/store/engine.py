"""Open the store safely: the right file, the right version, one writer at a time."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ci_cli.errors import CiError, ExitCode
from ci_cli.store import migrations
from ci_cli.store.writes import records
from ci_cli.text import msg

Connection = sqlite3.Connection  # for the signatures of rooms that know no SQL

APPLICATION_ID = 0x63692D63  # "ci-c"
BUSY_TIMEOUT_SECONDS = 20
CACHE_KIB = 128_000  # pages of the store that one command keeps in memory
TEMP_CACHE_KIB = 48_000  # likewise of its staging tables


def connect(path: Path, *, write: bool = False) -> sqlite3.Connection:
    """Open an existing store.

    Args:
        path: the store; it is never created here.
        write: open for writing; an older schema is then migrated, after a backup.

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
    # a reader, too, may have to finish what an interrupted writer left: it needs the right to write
    conn = _open(path, "rw" if write or os.access(path, os.W_OK) else "ro")
    try:
        _check_identity(conn, path)
        version = int(conn.execute("PRAGMA user_version").fetchone()[0])
        if version > migrations.LATEST:
            raise CiError(
                "store-newer",
                msg("{path} was made by a newer ci-cli (schema {version}).", path=str(path),
                    version=version),
                hint=msg("Upgrade ci-cli; the store was not touched."),
                exit_code=ExitCode.DAMAGED,
            )  # fmt: skip
        if version < migrations.LATEST:
            migrations.upgrade(path)
        if not write:
            conn.execute("PRAGMA query_only = ON")
    except BaseException:
        conn.close()
        raise
    return conn


def create(path: Path, *, currency: str, zone: str) -> sqlite3.Connection:
    """Create a new store, readable by its owner only.

    Args:
        path: where; must not exist, its folder must.
        currency: code of the currency of amounts that name none, e.g. ``CNY``.
        zone: name of the time zone to which zoned timestamps are converted.
    """
    if not path.parent.is_dir():
        raise CiError(
            "folder-missing",
            msg("The folder {folder} does not exist.", folder=str(path.parent)),
            hint=msg("Create the folder first, or choose another place with --db."),
        )
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        raise CiError(
            "store-exists",
            msg("{path} already exists.", path=str(path)),
            hint=msg("Use it as it is, or choose another name with --db."),
        ) from None
    except OSError as error:
        raise CiError(
            "store-unwritable",
            msg("{path} cannot be created: {cause}.", path=str(path), cause=error.strerror or ""),
            hint=msg("Choose a folder that you may write to."),
        ) from error
    conn = _open(path, "rw")
    try:
        conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        with transaction(conn):
            migrations.apply(conn)
            conn.executemany(
                "INSERT INTO meta (key, value) VALUES (?, ?)",
                [("currency", currency), ("zone", zone), ("revision", "0")],
            )
    except BaseException:
        conn.close()
        path.unlink(missing_ok=True)
        raise
    return conn


def _open(path: Path, mode: str) -> sqlite3.Connection:
    # check_same_thread stays on; autocommit mode, so that transactions are ours alone
    address = f"{path.resolve().as_uri()}?mode={mode}"
    try:
        conn = sqlite3.connect(
            address, uri=True, timeout=BUSY_TIMEOUT_SECONDS, isolation_level=None
        )
    except sqlite3.OperationalError as error:
        raise CiError(
            "store-unreadable",
            msg("{path} cannot be opened: {cause}.", path=str(path), cause=str(error)),
            hint=msg("Check the permissions of the file and of its folder."),
        ) from error
    conn.row_factory = sqlite3.Row
    records.register_functions(conn)
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
        if is_busy(error):
            raise
        raise not_ours from error
    if application != APPLICATION_ID:
        raise not_ours
    conn.execute("SELECT count(*) FROM sqlite_schema").fetchone()  # raises where it is damaged
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


@contextmanager
def transaction(conn: sqlite3.Connection, *, keep: bool = True) -> Iterator[None]:
    """One write transaction: all of it or nothing.

    Args:
        conn: an open store.
        keep: ``False`` rolls back at the end, so that a dry run takes the very same path.
    """
    conn.execute("BEGIN IMMEDIATE")
    try:
        yield
        if keep:
            # every committed write makes aggregates and caches recognisably stale
            conn.execute(
                "UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE key = 'revision'"
            )
            conn.execute("COMMIT")
        else:
            conn.execute("ROLLBACK")
    except BaseException:
        if conn.in_transaction:
            conn.execute("ROLLBACK")
        raise


@contextmanager
def snapshot(conn: sqlite3.Connection) -> Iterator[None]:
    """One read transaction: every query inside sees the same state of the store."""
    conn.execute("BEGIN")
    try:
        yield
    finally:
        conn.execute("ROLLBACK")


def is_busy(error: sqlite3.Error) -> bool:
    """Tell whether ``error`` means that another program holds the store."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def explain_sqlite(error: sqlite3.Error) -> CiError:
    """Return the error that users see for one that SQLite raised."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if is_busy(error):
        return CiError(
            "store-busy",
            msg("Another program is writing to the store."),
            hint=msg("Nothing was changed. Try again when it has finished."),
            exit_code=ExitCode.BUSY,
        )
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
