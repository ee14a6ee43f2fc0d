"""Handing accounts over: everything is told, authors stay, and it can be taken back."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ci_cli.cli.app import run
from ci_cli.store import engine, seals
from store_dump import logical_dump

DAY = "1998-05-07"


@pytest.fixture
def store(demo_store: Path, tmp_path: Path) -> Path:
    path = tmp_path / "ci.db"
    shutil.copy(demo_store, path)
    for words in (
        ["customer", "set", "ERNSH", "owner=Li"],
        ["customer", "set", "SAVEA", "owner=li"],
        ["customer", "set", "QUICK", "owner=wang"],
        ["log", "call", "ERNSH", "客户要求退货", "--by", "Li"],
        ["log", "note", "ERNSH", "never before ten", "--kind", "dont", "--by", "Li"],
        ["log", "promise", "ERNSH", "the spec", "--due", "+3d", "--by", "Li"],
    ):
        _run(path, *words)
    return path


def _run(store: Path, *words: str, code: int = 0) -> None:
    assert run([*words, "--db", str(store), "-q", "--today", DAY]) == code


def _owners(store: Path) -> dict[str, str]:
    with closing(engine.connect(store)) as conn:
        assert seals.broken(conn) == []
        return {
            row[0]: row[1]
            for row in conn.execute("SELECT name, owner FROM golden WHERE owner IS NOT NULL")
        }


def test_all_is_told_authors_stay_and_it_can_be_taken_back(store: Path, tmp_path: Path) -> None:
    before = logical_dump(store)
    pack = tmp_path / "pack.md"
    _run(store, "customer", "handover", "--from", "LI", "--to", "chen", "-o", str(pack))
    text = pack.read_text("utf-8")
    for words in ("Ernst Handel", "Save-a-lot Markets", "客户要求退货", "never before ten",
                  "the spec", "dont"):  # fmt: skip
        assert words in text
    assert "QUICK" not in text
    assert _owners(store) == {
        "Ernst Handel": "chen", "Save-a-lot Markets": "chen", "QUICK-Stop": "wang",
    }  # fmt: skip
    with closing(sqlite3.connect(store)) as conn:
        assert {row[0] for row in conn.execute("SELECT author FROM interaction")} == {"Li"}
        assert conn.execute("SELECT what FROM export_log").fetchall() == [("handover",)]
        (batch,) = conn.execute("SELECT max(id) FROM batch").fetchone()
    _run(store, "import", "undo", str(batch), "-y")
    after = logical_dump(store)
    assert after == before


def test_a_dry_run_shows_and_keeps_nothing(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = logical_dump(store)
    capsys.readouterr()
    _run(store, "customer", "handover", "--from", "li", "--to", "chen", "-n")
    assert "客户要求退货" in capsys.readouterr().out
    assert logical_dump(store) == before


def _risks(store: Path, capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    capsys.readouterr()
    _run(store, "customer", "risks", "--format", "json", "--top", "500", *words)
    found = json.loads(capsys.readouterr().out)
    return {"owner_change": found["rows"], "one_person": found["tables"]["one_person"]["rows"]}


def test_slow_accounts_after_a_change_of_owner_are_listed(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _run(store, "customer", "set", "BERGS", "owner=li")
    assert _risks(store, capsys)["owner_change"] == []  # it had none before
    _run(store, "customer", "handover", "--from", "li", "--to", "chen")
    (row,) = _risks(store, capsys)["owner_change"]
    assert (row["customer"], row["before"], row["after"]) == ("C5", "li", "chen")


def test_accounts_that_one_person_knows_are_listed_and_others_are_not(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    alone = {row["customer"]: row for row in _risks(store, capsys)["one_person"]}
    assert alone["C20"]["authors"] == 1
    _run(store, "log", "call", "ERNSH", "again", "--by", "wang")
    assert "C20" in {row["customer"] for row in _risks(store, capsys)["one_person"]}  # one contact
    with closing(engine.connect(store, write=True)) as conn, engine.transaction(conn):
        conn.execute(
            "INSERT INTO contact (record_id, contact_key, name) VALUES (20, 'second', 'A. Huber')"
        )
    assert "C20" not in {row["customer"] for row in _risks(store, capsys)["one_person"]}
