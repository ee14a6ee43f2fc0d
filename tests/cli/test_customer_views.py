"""Lists of customers by what is known of them, and lists that are kept under a name."""

from __future__ import annotations

import json
import shutil
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ci_cli.cli.app import run
from ci_cli.store import engine

DAY = "1998-05-07"


@pytest.fixture
def store(demo_store: Path, tmp_path: Path) -> Path:
    shutil.copy(demo_store, tmp_path / "ci.db")
    return tmp_path / "ci.db"


def _say(store: Path, *words: str) -> None:
    assert run([*words, "--db", str(store), "-q", "--today", DAY, "--lang", "en"]) == 0


def _told(store: Path, capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    capsys.readouterr()
    _say(store, *words, "--format", "json")
    return dict(json.loads(capsys.readouterr().out))


def _list(store: Path, capsys: pytest.CaptureFixture[str], *where: str, **more: str) -> set[str]:
    words = [word for one in where for word in ("--where", one)]
    words += [word for name, value in more.items() for word in (f"--{name}", value)]
    return {row["customer"] for row in _told(store, capsys, "customer", "list", *words)["rows"]}


def test_each_field_filters_as_its_own_report_says(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _say(store, "rfm", "run", "--save", "old", "--as-of", "1997-12")
    _say(store, "rfm", "run", "--save", "may")
    _say(store, "health", "run", "--save", "may")
    _say(store, "tag", "add", "ERNSH", "refused-call", "--on", "1998-05-06")
    rfm = _told(store, capsys, "rfm", "run")["rows"]
    loyal = {row["customer"] for row in rfm if row["segment"] == "Loyal"}
    assert _list(store, capsys, "segment=loyal") == loyal != set()
    health = _told(store, capsys, "health", "run")["rows"]
    red = {row["customer"] for row in health if row["band"] == "red"}
    assert _list(store, capsys, "band=red") == red != set()
    assert _list(store, capsys, "health<40") == {
        row["customer"] for row in health if row["health"] < 40
    }
    assert _list(store, capsys, "tag=refused-call") == {"C20"}
    assert _list(store, capsys, "priority<5") == {"C20"}
    everybody = _list(store, capsys)
    assert _list(store, capsys, "tag!=refused-call") == everybody - {"C20"}
    call = _told(store, capsys, "rfm", "run", "--window", "all")["rows"]
    silent = {row["customer"] for row in call if row["recency"] > 100}
    assert _list(store, capsys, "silent>100") == silent != set()
    germans = _list(store, capsys, "country=germany")
    assert _list(store, capsys, "country=germany", "silent>100") == germans & silent
    assert _list(store, capsys, "owner=") == everybody


def test_a_segment_without_a_saved_run_says_how_to_keep_one(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["customer", "list", "--where", "segment=Loyal", "--db", str(store), "--lang", "en"]
    assert run(words) == 2
    assert "rfm run --save" in capsys.readouterr().err


def test_a_new_field_filters_and_a_mistyped_one_is_named(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _say(store, "customer", "set", "ERNSH", "fit.modules=returns", "seats=12", "tag=own")
    assert _list(store, capsys, "fit.modules=RETURNS") == {"C20"}
    assert _list(store, capsys, "seats>9", "seats<100") == {"C20"}
    assert _list(store, capsys, "field.tag=own") == {"C20"}
    capsys.readouterr()
    assert run(["customer", "list", "--where", "fit.module=x", "--db", str(store), "--lang",
                "en"]) == 0  # fmt: skip
    assert "No customer has a field fit.module." in capsys.readouterr().err


def test_a_view_is_kept_listed_used_replaced_and_dropped(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["country=France", "silent>30"]
    words = [word for one in where for word in ("--where", one)]
    _say(store, "customer", "view", "save", "mine", *words, "--by", "priority")
    plain = _list(store, capsys, *where)
    assert _list(store, capsys, view="mine") == plain != set()
    assert "priority" in _told(store, capsys, "customer", "list", "--view", "mine")["rows"][0]
    assert _list(store, capsys, "silent>100", view="mine") == plain & _list(
        store, capsys, "silent>100"
    )
    listed = _told(store, capsys, "customer", "view", "list")
    assert listed["meta"]["views"] == {"mine": where}
    assert _told(store, capsys, "customer", "view", "show", "mine")["rows"] == listed["rows"]
    _say(store, "customer", "view", "save", "mine", "--name", "ernst", "--dry-run")
    assert _list(store, capsys, view="mine") == plain
    _say(store, "customer", "view", "save", "mine", "--name", "ernst")
    assert _list(store, capsys, view="mine") == {"C20"}
    _say(store, "customer", "view", "drop", "mine")
    assert _told(store, capsys, "customer", "view", "list")["rows"] == []


def test_a_view_follows_the_customers_of_the_day(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _say(store, "customer", "view", "save", "keys", "--where", "tier=A")
    assert _list(store, capsys, view="keys") == set()
    _say(store, "customer", "set", "ERNSH", "tier=A")
    assert _list(store, capsys, view="keys") == {"C20"}
    _say(store, "dedupe", "merge", "C7", "C20")
    assert _list(store, capsys, view="keys") == {"C7"}


def test_what_cannot_be_asked_is_not_kept(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for where in ("silent>soon", "segment=Loyal"):
        words = ["customer", "view", "save", "bad", "--where", where]
        assert run([*words, "--db", str(store), "-q", "--today", DAY]) == 2
    assert _told(store, capsys, "customer", "view", "list")["rows"] == []


def test_exports_take_filters_and_views(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _say(store, "customer", "set", "ERNSH", "fit.modules=returns")
    _say(store, "customer", "view", "save", "mine", "--name", "ernst")
    for words in (["--where", "fit.modules=returns"], ["--view", "mine"]):
        _say(store, "export", "customers", *words, "-o", str(tmp_path / "out.csv"))
        lines = (tmp_path / "out.csv").read_text("utf-8-sig").splitlines()
        assert [line.split(",")[0] for line in lines] == ["ci_id", "C20"]
        assert lines[1].endswith("returns")
        (tmp_path / "out.csv").unlink()
    with closing(engine.connect(store)) as conn:
        counts = conn.execute("SELECT rows FROM export_log ORDER BY id DESC LIMIT 2").fetchall()
    assert [row[0] for row in counts] == [1, 1]
