"""A store of every earlier schema comes up to date whole, after a copy; or stays as it was."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from ci_cli import text
from ci_cli.cli.app import run
from ci_cli.errors import CiError, ExitCode
from ci_cli.store import backup, engine, migrations, upgrade
from importer import new_store
from store_dump import logical_dump

SCHEMAS = Path(__file__).parent / "schemas"
EARLIER = list(range(1, migrations.LATEST))

Edit = Callable[[sqlite3.Connection], object]


def store_of(version: int, path: Path) -> Path:
    """Make the store that the program of that schema version left behind."""
    with closing(sqlite3.connect(path)) as conn:
        conn.executescript((SCHEMAS / f"schema-{version}.sql").read_text("utf-8"))
    path.chmod(0o600)
    return path


def report(store: Path, line: str, capsys: pytest.CaptureFixture[str]) -> Any:
    capsys.readouterr()
    assert run([*line.split(), "--db", str(store), "--lang", "en", "--format", "json"]) == 0
    text.activate("en")
    return json.loads(capsys.readouterr().out)


def test_there_is_a_store_of_every_earlier_schema() -> None:
    assert sorted(int(path.stem.split("-")[1]) for path in SCHEMAS.glob("schema-*.sql")) == EARLIER


@pytest.mark.parametrize("version", EARLIER)
def test_an_earlier_store_comes_up_to_date(
    version: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = store_of(version, tmp_path / "ci.db")
    before = logical_dump(store, provenance=True)
    capsys.readouterr()
    assert run(["rfm", "run", "--db", str(store), "--lang", "en"]) == 0
    said = capsys.readouterr().err
    copy = tmp_path / f"ci.db.schema-{version}-1"
    assert f"kept as {copy}" in said
    assert logical_dump(store, provenance=True) == before
    assert logical_dump(copy, provenance=True) == before
    assert run(["db", "check", "--db", str(store)]) == 0
    with closing(engine.connect(store)) as conn:
        assert migrations.version_of(conn) == migrations.LATEST
        assert conn.upgraded is None  # only once
    if os.name == "posix":
        assert {path.stat().st_mode & 0o777 for path in (store, copy)} == {0o600}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ci.db", copy.name]


@pytest.mark.parametrize("version", EARLIER)
def test_an_upgraded_store_says_what_a_new_one_says(
    version: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The figures by hand: what the files of ``schemas/make.py`` amount to."""
    store = store_of(version, tmp_path / "ci.db")
    scores = report(store, "rfm run --as-of 2025-05-31", capsys)
    assert {row["name"]: float(row["monetary"]) for row in scores["rows"]} == {
        "Acme Ltd": 46.49, "张伟商贸": 50.0, "Nobody Known": 6.0,
    }  # fmt: skip


@pytest.mark.parametrize("version", EARLIER)
def test_what_the_upgraded_store_holds_can_still_be_undone(version: int, tmp_path: Path) -> None:
    store = store_of(version, tmp_path / "ci.db")
    for number in (7, 6, 4, 3, 2, 1):
        assert run(["import", "undo", str(number), "--yes", "--quiet", "--db", str(store)]) == 0
        assert run(["db", "check", "--quiet", "--db", str(store)]) == 0
    assert logical_dump(store)["order_line"] == []


def test_the_frozen_steps_lead_to_the_schema_of_a_new_store(tmp_path: Path) -> None:
    new = new_store(tmp_path / "new.db")
    shapes = []
    for store in (new, *(store_of(v, tmp_path / f"{v}.db") for v in EARLIER)):
        with closing(engine.connect(store, write=True)) as conn:
            shapes.append(
                sorted(
                    (row[0], re.sub(r"\s+", " ", row[1]))
                    for row in conn.execute(
                        "SELECT name, sql FROM sqlite_schema WHERE sql NOT NULL"
                    )
                    if not row[0].startswith("sqlite_")
                )
            )
    assert all(shape == shapes[0] for shape in shapes)


class Fault(NamedTuple):
    prepare: Callable[[Path, pytest.MonkeyPatch], None]
    code: str
    exit_code: ExitCode
    copies: int  # how many copies are left; their names are told


def _later(monkeypatch: pytest.MonkeyPatch, *statements: str) -> None:
    """Let there be one more schema, made by ``statements``."""
    known = migrations.statements
    monkeypatch.setattr(migrations, "VERSIONS", (*migrations.VERSIONS, ("next.sql",)))
    monkeypatch.setattr(migrations, "LATEST", migrations.LATEST + 1)
    monkeypatch.setattr(
        migrations, "statements",
        lambda file: list(statements) if file == "next.sql" else known(file),
    )  # fmt: skip


def _fails_midway(_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _later(monkeypatch, "CREATE TABLE half (x) STRICT", "DELETE FROM order_line", "INSERT INTO no")


def _leaves_orphans(_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _later(
        monkeypatch, "PRAGMA defer_foreign_keys = ON", "DELETE FROM order_line",
        "DELETE FROM sales_order", "DELETE FROM link", "DELETE FROM item", "DELETE FROM record",
    )  # fmt: skip


def _no_room(_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _later(monkeypatch)
    monkeypatch.setattr(
        upgrade.shutil, "disk_usage", lambda _path: shutil._ntuple_diskusage(1, 1, 0)
    )


def _damaged(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _later(monkeypatch)
    with closing(sqlite3.connect(store)) as conn:
        conn.execute("UPDATE batch SET created = created + 1")
        conn.commit()


def _altered(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _later(monkeypatch)
    with closing(sqlite3.connect(store)) as conn:
        conn.execute("UPDATE customer SET merged_into = 1 WHERE id = 2")
        conn.commit()


def _unfinished(store: Path, _monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(sqlite3.connect(store)) as conn:
        conn.execute("PRAGMA user_version = 0")


FAULTS = {
    "fails midway": Fault(_fails_midway, "migration-failed", ExitCode.FAILED, 1),
    "leaves orphans": Fault(_leaves_orphans, "migration-failed", ExitCode.FAILED, 1),
    "no room for the copy": Fault(_no_room, "disk-full", ExitCode.FAILED, 0),
    "books do not balance": Fault(_damaged, "store-damaged", ExitCode.DAMAGED, 0),
    "value altered before": Fault(_altered, "store-damaged", ExitCode.DAMAGED, 0),
    "never completed": Fault(_unfinished, "store-damaged", ExitCode.DAMAGED, 0),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_migration_that_fails_leaves_the_store_as_it_was(
    fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, demo_store: Path
) -> None:
    store = tmp_path / "ci.db"
    shutil.copy(demo_store, store)
    prepare, code, exit_code, copies = FAULTS[fault]
    prepare(store, monkeypatch)
    before = store.read_bytes()
    for attempt in (1, 2):
        with pytest.raises(CiError) as caught:
            engine.connect(store)
        assert (caught.value.code, caught.value.exit_code) == (code, exit_code)
        assert store.read_bytes() == before
        left = sorted(path for path in tmp_path.iterdir() if path != store)
        assert len(left) == copies * attempt
        for copy in left:
            assert logical_dump(copy) == logical_dump(store)
        if left:
            assert str(left[-1]) in str(caught.value.hint)


def test_only_one_of_two_processes_migrates(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = new_store(tmp_path / "ci.db")
    _later(monkeypatch, "CREATE TABLE more (x INTEGER) STRICT")
    first = upgrade.bring_up_to_date(store, engine.Holder())
    assert first is not None
    assert upgrade.bring_up_to_date(store, engine.Holder()) is None


def test_a_backup_of_an_earlier_schema_is_restored_as_it_is(tmp_path: Path) -> None:
    """The backup stays what it is; the store that it becomes is brought up to date when used."""
    old = store_of(1, tmp_path / "old.db")
    store = new_store(tmp_path / "ci.db")
    before = old.read_bytes()
    backup.restore(old, store)
    assert old.read_bytes() == before
    with closing(engine.connect(store, upgrade=False)) as conn:
        assert migrations.version_of(conn) == 1
    with closing(engine.connect(store)) as conn:
        assert migrations.version_of(conn) == migrations.LATEST
        assert backup.check(conn) == []
