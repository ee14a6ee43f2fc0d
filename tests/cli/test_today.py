"""``today`` as a person sees it: what waits, and what does not yet."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from ci_cli.cli.app import run


@pytest.fixture
def store(demo_store: Path, tmp_path: Path) -> Path:
    shutil.copy(demo_store, tmp_path / "ci.db")
    return tmp_path / "ci.db"


def _say(store: Path, *words: str) -> None:
    assert run([*words, "--db", str(store), "-q", "--today", "1998-05-07"]) == 0


def _today(store: Path, capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    capsys.readouterr()
    _say(store, "today", "--format", "json", *words)
    return dict(json.loads(capsys.readouterr().out))


def test_what_is_due_waits_and_what_is_done_does_not(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _say(store, "log", "promise", "ERNSH", "send the spec", "--on", "1998-05-01", "--due",
         "1998-05-04", "--by", "chen")  # fmt: skip
    _say(store, "log", "call", "SAVEA", "quarterly talk", "--due", "1998-05-07", "--by", "li")
    _say(store, "log", "call", "QUICK", "not yet", "--due", "1998-05-08", "--by", "li")
    found = _today(store, capsys, "--top", "50")
    assert found["meta"]["promises_overdue"] == 1
    waiting = {row["customer"]: row for row in found["rows"]}
    assert waiting["C20"]["why"] == "promised: send the spec"
    assert waiting["C20"]["days_late"] == 3
    assert waiting["C71"]["why"] == "call planned: quarterly talk"
    assert "C63" not in waiting
    worths = [float(row["worth"]) for row in found["rows"]]
    assert worths == sorted(worths, reverse=True)
    assert [row["customer"] for row in _today(store, capsys, "--owner", "chen")["rows"]] == ["C20"]
    assert len(_today(store, capsys, "--top", "1")["rows"]) == 1
    _say(store, "log", "done", "1")
    assert "C20" not in {row["customer"] for row in _today(store, capsys, "--top", "50")["rows"]}


def test_an_empty_store_has_nothing_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = tmp_path / "new.db"
    assert run(["init", "--db", str(store), "-q", "--currency", "CNY"]) == 0
    assert _today(store, capsys)["rows"] == []
