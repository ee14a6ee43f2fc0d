"""``report frequency --kind`` and ``report turnaround`` on the demo store."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from ci_cli.cli.app import run

DAY = "1998-05-07"


@pytest.fixture
def store(demo_store: Path, tmp_path: Path) -> Path:
    shutil.copy(demo_store, tmp_path / "ci.db")
    for words in (
        ["log", "demo", "ERNSH", "new range", "--on", "1998-05-01", "--by", "chen"],
        ["log", "demo", "ERNSH", "again", "--on", "1998-02-01", "--by", "li"],
        ["log", "demo", "QUICK", "last year", "--on", "1997-03-01", "--by", "li"],
        ["log", "request", "QUICK", "show us", "--kind", "Demo", "--on", "1998-04-01"],
        ["log", "call", "QUICK", "came to us", "--in", "--on", "1998-04-02"],
        ["log", "call", "QUICK", "ours", "--on", "1998-04-03", "--by", "li"],
        ["log", "call", "QUICK", "nobody", "--no-answer", "--on", "1998-04-04"],
        ["log", "note", "SAVEA", "internal", "--on", "1998-04-01"],
        ["log", "call", "SAVEA", "the first contact", "--on", "1998-04-05"],
        ["log", "request", "SAVEA", "labels", "--on", "1998-04-10"],
        ["customer", "set", "ERNSH", "owner=wang"],
    ):
        assert run([*words, "--db", str(tmp_path / "ci.db"), "-q", "--today", DAY]) == 0
    return tmp_path / "ci.db"


def _told(store: Path, capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    capsys.readouterr()
    line = [*words, "--db", str(store), "-q", "--today", DAY, "--format", "json", "--lang", "en"]
    assert run(line) == 0
    return dict(json.loads(capsys.readouterr().out))


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("customer", {"C20": (2, 0), "C63": (1, 1)}),
        ("owner", {"wang": (2, 0), None: (1, 1)}),
        ("month", {"1998-05": (1, 0), "1998-02": (1, 0), "1998-04": (1, 0), "1997-03": (0, 1)}),
        ("quarter", {"1998-Q2": (2, 0), "1998-Q1": (1, 0), "1997-Q1": (0, 1)}),
    ],
)
def test_demos_are_counted_by_what_is_asked(
    store: Path, capsys: pytest.CaptureFixture[str], by: str, expected: dict[str, Any]
) -> None:
    found = _told(store, capsys, "report", "frequency", "--kind", "demo", "--by", by)
    assert {row[by]: (row["count"], row["before"]) for row in found["rows"]} == expected
    assert (found["meta"]["count"], found["meta"]["before"]) == (3, 1)


def test_a_follow_up_is_ours_came_about_and_is_not_the_first(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = _told(store, capsys, "report", "frequency", "--kind", "followup", "--by", "customer")
    # QUICK: 1998-04-03 after the demo of 1997; ERNSH: the second demo; SAVEA: only a first contact
    assert {row["customer"]: row["count"] for row in found["rows"]} == {"C63": 1, "C20": 1}


def test_without_a_kind_it_is_how_often_they_buy(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "industry" in _told(store, capsys, "report", "frequency")["rows"][0]


def test_turnaround_counts_what_is_open(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _told_nothing = ["log", "done", "4", "--on", "1998-04-08"]
    assert run([*_told_nothing, "--db", str(store), "-q", "--today", DAY]) == 0
    found = _told(store, capsys, "report", "turnaround")
    rows = {row["type"]: row for row in found["rows"]}
    assert (rows["demo"]["closed"], rows["demo"]["median"], rows["demo"]["p90"]) == (1, 7, 7)
    assert (rows["request"]["open"], rows["request"]["oldest_open"]) == (1, 27)
    assert rows["request"]["median"] is None
    assert (found["total"]["asked"], found["total"]["open"]) == (2, 1)
    assert found["total"]["at_least"] == 17


def test_books_that_ended_long_ago_are_counted_up_to_their_end(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    late = ["--db", str(store), "-q", "--today", "2031-01-01", "--format", "json", "--lang", "en"]
    capsys.readouterr()
    assert run(["report", "frequency", "--kind", "demo", *late]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["meta"]["count"], found["meta"]["to"]) == (3, "1998-05-06")
    assert (
        run(["log", "demo", "ERNSH", "later than all orders", "--on", "1998-05-20", *late[:5]]) == 0
    )
    assert run(["report", "frequency", "--kind", "demo", *late]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["meta"]["count"], found["meta"]["to"]) == (4, "1998-05-20")
    assert run(["report", "turnaround", *late]) == 0
    told = [note["text"] for note in json.loads(capsys.readouterr().out)["meta"]["notes"]]
    assert "Asked before these days: 2; --window all shows them." in told


def test_a_ticket_closed_without_a_day_is_open_nowhere_and_has_no_days(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet = store.parent / "tickets.csv"
    sheet.write_text(
        "Ticket ID,Created At,Customer ID,Subject,Status,Closed At\n"
        "T1,1998-04-01,ERNSH,a,Closed,1998-04-05\nT2,1998-04-01,ERNSH,b,Resolved,\n"
        "T3,1998-04-01,ERNSH,c,已解决,\nT4,1998-04-20,ERNSH,d,Closed,1998-04-10\n"
        "T5,1998-04-20,ERNSH,e,Open,\n", "utf-8",
    )  # fmt: skip
    assert run(["import", str(sheet), "--db", str(store), "-q", "--today", DAY]) == 0
    found = _told(store, capsys, "report", "turnaround")
    row = next(row for row in found["rows"] if row["type"] == "ticket")
    assert [row[key] for key in ("asked", "closed", "open", "median", "oldest_open", "untimed")] \
        == [5, 1, 1, 4, 17, 3]  # fmt: skip
    assert found["meta"]["untimed"] == 3
    waiting = _told(store, capsys, "log", "list", "--open", "--customer", "ERNSH")["rows"]
    assert [one["text"] for one in waiting] == ["e"]
