"""Opening a store: the right file or a clear error, and never a new file by accident."""

from __future__ import annotations

import contextlib
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from ci_cli.errors import CiError, ExitCode
from ci_cli.store import connections, engine
from ci_cli.store.sqlite_errors import explain_sqlite


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "ci.db"
    engine.create(path, currency="EUR", zone="UTC").close()
    return path


def test_a_new_store_is_readable_by_its_owner_only(store: Path) -> None:
    assert store.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("write", [False, True])
def test_a_missing_store_is_never_created(tmp_path: Path, write: bool) -> None:
    with pytest.raises(CiError) as caught:
        engine.connect(tmp_path / "misspelt.db", write=write)
    assert caught.value.code == "store-missing"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "content", [b"", b"junk" * 1000, b"SQLite format 3\x00" + b"\x00" * 2000], ids=repr
)
def test_what_is_no_store_of_ours_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other.db"
    path.write_bytes(content)
    with pytest.raises(CiError) as caught:
        engine.connect(path, write=True)
    assert caught.value.exit_code == ExitCode.DAMAGED
    assert path.read_bytes() == content


def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "app.db"
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("CREATE TABLE mine (x)")
        conn.commit()
    with pytest.raises(CiError, match="store-not-ours"):
        engine.connect(path)


def test_a_store_of_a_newer_program_is_refused_untouched(store: Path) -> None:
    with closing(sqlite3.connect(store)) as conn:
        conn.execute("PRAGMA user_version = 999")
    before = store.read_bytes()
    with pytest.raises(CiError) as caught:
        engine.connect(store, write=True)
    assert (caught.value.code, caught.value.exit_code) == ("store-newer", ExitCode.DAMAGED)
    assert store.read_bytes() == before


def test_an_existing_file_is_never_replaced(store: Path) -> None:
    with pytest.raises(CiError, match="store-exists"):
        engine.create(store, currency="EUR", zone="UTC")


def test_a_failed_transaction_leaves_nothing(store: Path) -> None:
    with closing(engine.connect(store, write=True)) as conn:
        with contextlib.suppress(RuntimeError), engine.transaction(conn):
            conn.execute("CREATE TABLE half (x)")
            conn.execute("INSERT INTO meta (key, value) VALUES ('half', 'done')")
            raise RuntimeError
        assert not conn.in_transaction
        assert engine.meta(conn, "half") == ""
        assert conn.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'half'").fetchone() \
            [0] == 0  # fmt: skip


def test_a_dry_run_takes_the_same_path_and_keeps_nothing(store: Path) -> None:
    with closing(engine.connect(store, write=True)) as conn:
        before = engine.meta(conn, "revision")
        with engine.transaction(conn, keep=False):
            conn.execute("INSERT INTO meta (key, value) VALUES ('dry', 'run')")
        assert engine.meta(conn, "dry") == ""
        assert engine.meta(conn, "revision") == before


def test_every_kept_write_raises_the_revision(store: Path) -> None:
    with closing(engine.connect(store, write=True)) as conn:
        before = int(engine.meta(conn, "revision"))
        for step in (1, 2):
            with engine.transaction(conn):
                pass
            assert int(engine.meta(conn, "revision")) == before + step


def test_a_busy_store_is_told_from_a_broken_one(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "BUSY_TIMEOUT_SECONDS", 0.05)
    with (
        closing(sqlite3.connect(store, isolation_level=None)) as one,
        closing(engine.connect(store, write=True)) as two,
    ):
        one.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError) as caught, engine.transaction(two):
            pass
        error = explain_sqlite(caught.value)
        assert (error.code, error.exit_code) == ("store-busy", ExitCode.BUSY)
        one.execute("ROLLBACK")


def test_a_reader_cannot_write(store: Path) -> None:
    with (
        closing(engine.connect(store)) as conn,
        pytest.raises(sqlite3.OperationalError, match="readonly"),
    ):
        conn.execute("DELETE FROM meta")


def test_a_large_transaction_spills_and_a_small_one_does_not(tmp_path: Path) -> None:
    engine.create(tmp_path / "ci.db", currency="EUR", zone="UTC").close()
    size = (tmp_path / "ci.db").stat().st_size

    def fill(conn: sqlite3.Connection, rows: int) -> None:
        conn.executemany(
            "INSERT INTO item (source, product_key, name, category) VALUES (?, ?, '', '')",
            ((f"{number:08}" * 100, "x") for number in range(rows)),
        )

    with closing(engine.connect(tmp_path / "ci.db", write=True)) as conn:
        with engine.transaction(conn, keep=False):
            fill(conn, 10_000)
            assert (tmp_path / "ci.db").stat().st_size == size
        # off would be 0; SQLite reads some numbers as "off"
        pages = conn.execute("PRAGMA cache_spill").fetchone()[0]
        kib = pages * conn.execute("PRAGMA page_size").fetchone()[0] // 1024
        assert connections.CACHE_KIB <= kib <= connections.CACHE_KIB + 64
