"""Connections to the file of a store: the right file, never a newer one, and set up as ours are.

Here a store is opened as it stands; ``engine`` brings an older schema up to date. Beneath both lie
the copies of ``backup``, which the upgrade makes before it begins.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ci_cli.errors import CiError, ExitCode
from ci_cli.store import migrations, places, seals
from ci_cli.store.locks import Holder
from ci_cli.store.sqlite_errors import code_of, corrupt, explain_sqlite
from ci_cli.store.writes import records
from ci_cli.text import msg

APPLICATION_ID = 0x63692D63  # "ci-c"
BUSY_TIMEOUT_SECONDS = 20
CACHE_KIB = 96_000  # pages of the store that one command keeps in memory; sorting takes as much
TEMP_CACHE_KIB = 48_000  # likewise of its staging tables
# Older SQLite can corrupt a WAL store when two connections checkpoint at once.
WAL_SAFE_SINCE = (3, 51, 3)


class StoreConnection(sqlite3.Connection):
    """A connection that knows which file it has open, and on whose behalf."""

    path: Path
    file: tuple[int, int]  # device and inode: another file may take the name while we wait
    holder: Holder = Holder()
    upgraded: Path | None = None  # the copy made before this opening brought the schema up to date


def connect(path: Path, *, write: bool = False, holder: Holder | None = None) -> StoreConnection:
    """Open an existing store with the schema that it has.

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
    conn = _open_known(path, write, holder or Holder())
    try:
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
    conn = open_file(path, "rw" if write or os.access(path, os.W_OK) else "ro", holder)
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


def open_file(path: Path, mode: str, holder: Holder) -> StoreConnection:
    """Open whatever file of that name there is, as SQLite's ``mode`` says."""
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
    # before the whole cache is full of changes, which takes an import of several 100,000 lines.
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
def snapshot(conn: sqlite3.Connection) -> Iterator[None]:
    """One read transaction: every query inside sees the same state of the store."""
    conn.execute("BEGIN")
    try:
        yield
    finally:
        conn.execute("ROLLBACK")


_saved = 0


def count_saved() -> None:
    """Note that a transaction was committed."""
    global _saved
    _saved += 1


def transactions_saved() -> int:
    """Return how many transactions this process has committed: may it say "as it was before"?"""
    return _saved
