"""Data stays on this disk: no sockets, and a journal of what was taken out."""

from __future__ import annotations

import socket
from contextlib import closing
from pathlib import Path

import pytest

from ci_cli.cli.app import run
from ci_cli.store import engine


@pytest.fixture
def store(demo_store: Path, tmp_path: Path) -> Path:
    path = tmp_path / "ci.db"
    path.write_bytes(demo_store.read_bytes())
    return path


def test_no_command_opens_a_socket(
    store: Path, examples: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object, **_options: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    at = ["--db", str(store), "-q"]
    for words in (
        ["import", str(examples / "northwind" / "orders.csv")],
        ["rfm", "run"],
        ["procat", "report"],
        ["customer", "show", "ERNSH"],
        ["export", "customers", "-o", str(tmp_path / "c.xlsx")],
        ["db", "backup", str(tmp_path / "b.db")],
    ):
        assert run([*words, *at]) == 0


def test_every_export_is_in_the_journal(store: Path, tmp_path: Path) -> None:
    target = tmp_path / "c.csv"
    command = ["export", "customers", "--columns", "ci_id,customer name", "-o", str(target)]
    assert run([*command, "--db", str(store), "-q"]) == 0
    with closing(engine.connect(store)) as conn:
        (row,) = conn.execute("SELECT what, target, rows, fields, exported_by, at FROM export_log")
    assert tuple(row)[:4] == ("customers", str(target), 91, "ci_id,customer name")
    assert row["exported_by"]
    assert row["at"]


def test_what_is_not_journalled_does_not_leave(store: Path, tmp_path: Path) -> None:
    with closing(engine.connect(store, write=True)) as conn:
        conn.execute("DROP TABLE export_log")
    target = tmp_path / "c.csv"
    assert run(["export", "customers", "-o", str(target), "--db", str(store), "-q"]) != 0
    assert not target.exists()
