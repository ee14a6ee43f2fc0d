"""Copies of the store: whole or not there, proven, and put back without losing anything."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from ci_cli.errors import CiError, ExitCode
from ci_cli.store import backup, connections, engine, places
from ci_cli.store.locks import Holder, write_lock
from importer import bring_in, new_store
from store_dump import logical_dump

ORDERS = "Order ID,Customer ID,Order Date,Product,Amount\nA1,K1,2025-01-05,Tea,20.50\n"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = new_store(tmp_path / "ci.db")
    (tmp_path / "orders.csv").write_text(ORDERS)
    bring_in(path, tmp_path / "orders.csv", kind="orders")
    return path


def copy_of(store: Path, name: str = "copy.db") -> Path:
    target = store.with_name(name)
    with closing(engine.connect(store)) as conn:
        backup.backup(conn, target)
    return target


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_backup_says_what_the_store_says_and_is_the_owners(store: Path) -> None:
    copy = copy_of(store)
    assert logical_dump(copy, provenance=True) == logical_dump(store, provenance=True)
    with closing(engine.connect(store)) as conn:
        assert backup.verify(conn, copy)["sales_order"] == 1
    if os.name == "posix":
        assert copy.stat().st_mode & 0o777 == 0o600
    assert names(store.parent) == {"ci.db", "orders.csv", "copy.db"}


def test_what_a_killed_backup_left_is_no_obstacle(store: Path) -> None:
    (store.parent / ".copy.db.partial").write_bytes(b"half a store")
    (store.parent / ".copy.db.partial-journal").write_bytes(b"journal of half a store")
    copy = copy_of(store)
    assert logical_dump(copy) == logical_dump(store)
    assert names(store.parent) == {"ci.db", "orders.csv", "copy.db"}


def test_a_name_that_is_taken_meanwhile_is_not_replaced(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process makes the file while ours is copying."""
    target = store.with_name("copy.db")
    begin = places.begin

    def slow(path: Path) -> None:
        begin(path)
        target.write_text("somebody else's")

    monkeypatch.setattr(places, "begin", slow)
    with pytest.raises(CiError, match="backup-exists"):
        copy_of(store)
    assert target.read_text() == "somebody else's"
    assert ".copy.db.partial" not in names(store.parent)


def test_without_second_names_for_files_a_rename_does(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(places.os, "link", refuse)
    copy = copy_of(store)
    assert logical_dump(copy) == logical_dump(store)
    (store.parent / "other.db").write_text("mine")
    with pytest.raises(CiError, match="backup-exists"):
        copy_of(store, "other.db")
    former = backup.restore(copy, store)
    assert former is not None
    assert logical_dump(former) == logical_dump(store)


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM order_line",
        "UPDATE order_line SET amount = amount + 1",
        "UPDATE customer SET merged_into = 1",
    ],
)
def test_a_copy_that_differs_is_not_verified(store: Path, change: str) -> None:
    copy = copy_of(store)
    with closing(sqlite3.connect(copy, isolation_level=None)) as other:
        other.execute(change)
    with closing(engine.connect(store)) as conn, pytest.raises(CiError) as caught:
        backup.verify(conn, copy)
    assert (caught.value.code, caught.value.exit_code) == ("backup-bad", ExitCode.DAMAGED)


def test_a_restore_waits_for_the_writer(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = copy_of(store)
    monkeypatch.setattr(connections, "BUSY_TIMEOUT_SECONDS", 0.05)
    with write_lock(store, Holder("import"), wait=0), pytest.raises(CiError, match="store-busy"):
        backup.restore(copy, store)
    assert names(store.parent) == {"ci.db", "orders.csv", "copy.db"}


def test_restores_keep_every_former_store(store: Path) -> None:
    copy = copy_of(store)
    formers = [backup.restore(copy, store) for _ in range(3)]
    assert len(set(formers)) == 3
    assert all(former is not None and former.exists() for former in formers)


def test_a_restore_where_no_store_stands(store: Path) -> None:
    copy = copy_of(store)
    before = logical_dump(store)
    store.unlink()
    assert backup.restore(copy, store) is None
    assert logical_dump(store) == before


@pytest.mark.parametrize(
    ("kind", "network"), [("nfs4", True), ("ext4", False), ("cifs", True), ("tmpfs", False)]
)
def test_network_disks_are_told_apart(tmp_path: Path, kind: str, network: bool) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/sda / ext4 rw 0 0\nserver:/x {tmp_path} {kind} rw 0 0\n")
    assert places.on_network(tmp_path / "ci.db", mounts) is network
    assert places.on_network(tmp_path / "ci.db", tmp_path / "nothing") is False


@pytest.mark.parametrize(
    ("version", "network", "mode"),
    [
        ((3, 40, 1), False, "delete"),
        ((3, 51, 2), False, "delete"),
        ((3, 51, 3), False, "wal"),
        ((3, 51, 3), True, "delete"),
    ],
)
def test_a_wal_only_where_it_is_sound(
    store: Path,
    monkeypatch: pytest.MonkeyPatch,
    version: tuple[int, int, int],
    network: bool,
    mode: str,
) -> None:
    """Also the other way round: a store that a sounder SQLite left in WAL mode is taken back."""
    monkeypatch.setattr(engine.sqlite3, "sqlite_version_info", version)
    monkeypatch.setattr(places, "on_network", lambda _path: network)
    for start in ("wal", "delete"):
        with closing(sqlite3.connect(store, isolation_level=None)) as conn:
            conn.execute(f"PRAGMA journal_mode = {start}")
        with closing(engine.connect(store, write=True)) as conn, engine.transaction(conn):
            engine.set_meta(conn, "note", start)
            assert conn.execute("PRAGMA journal_mode").fetchone()[0] == mode
        with closing(engine.connect(store)) as conn:
            assert engine.meta(conn, "note") == start
            assert conn.execute("PRAGMA journal_mode").fetchone()[0] == mode
            assert backup.check(conn) == []
        copy = copy_of(store, f"{start}.db")
        assert logical_dump(copy) == logical_dump(store)


def test_what_is_committed_during_the_check_is_no_damage(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine.sqlite3, "sqlite_version_info", (3, 53, 0))
    with closing(sqlite3.connect(store)) as conn:
        conn.execute("PRAGMA journal_mode = wal")  # so that writers do not wait for readers
    (store.parent / "more.csv").write_text(ORDERS + "A2,K2,2025-02-05,Tea,8.00\n")
    meanwhile: list[str] = []

    def import_more(statement: str) -> None:
        if "GROUP BY 1" in statement and not meanwhile:
            meanwhile.append(statement)
            bring_in(store, store.parent / "more.csv", kind="orders")

    with closing(engine.connect(store)) as conn:
        conn.set_trace_callback(import_more)
        assert backup.check(conn) == []
        assert conn.execute("SELECT count(*) FROM sales_order").fetchone()[0] == 2
    assert meanwhile
