"""``today`` as a person sees it: what waits, and what does not yet."""

from __future__ import annotations

import json
import re
import shutil
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ci_cli import text
from ci_cli.cli.app import run
from ci_cli.store import engine


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
    assert found["rows"][0]["customer"] == "C20"  # what we promised and did not keep comes first
    worths = [float(row["worth"]) for row in found["rows"][1:]]
    assert worths == sorted(worths, reverse=True)
    assert [row["customer"] for row in _today(store, capsys, "--owner", "chen")["rows"]] == ["C20"]
    assert len(_today(store, capsys, "--top", "1")["rows"]) == 1
    _say(store, "log", "done", "1")
    assert "C20" not in {row["customer"] for row in _today(store, capsys, "--top", "50")["rows"]}


def _whys(store: Path, capsys: pytest.CaptureFixture[str], customer: str) -> list[str]:
    rows = _today(store, capsys, "--top", "50")["rows"]
    return [row["why"] for row in rows if row["customer"] == customer]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["log", "attitude", "QUICK", "--attitude", "cooling", "--why", "new CFO"],
         "attitude: cooling, new CFO"),
        (["log", "competitor", "QUICK", "Acme", "--why", "cheaper"],
         "at risk to a rival: Acme: cheaper (1998-05-01)"),
        (["feedback", "add", "QUICK", "late\nagain", "--kind", "complaint"],
         "complaint not answered: late again (1998-05-01)"),
    ],
    ids=lambda one: one[1] if isinstance(one, list) else "",
)  # fmt: skip
def test_what_was_said_waits_until_somebody_was_reached(
    store: Path, capsys: pytest.CaptureFixture[str], words: list[str], why: str
) -> None:
    assert _whys(store, capsys, "C63") == []
    _say(store, *words, "--on", "1998-05-01")
    assert _whys(store, capsys, "C63") == [why]
    _say(store, "log", "call", "QUICK", "nobody there", "--no-answer", "--on", "1998-05-02")
    _say(store, "log", "note", "QUICK", "poor people", "--on", "1998-05-02")
    assert _whys(store, capsys, "C63") == [why]
    _say(store, "log", "call", "QUICK", "we are sorry", "--on", "1998-05-02")
    assert _whys(store, capsys, "C63") == []


def test_a_change_of_attitude_is_news_and_the_same_again_is_not(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    attitudes = [("1998-01-05", "warm"), ("1998-05-01", "cooling"), ("1998-05-02", "cooling")]
    expected = [[], ["attitude: warm > cooling"], []]
    for (day, attitude), whys in zip(attitudes, expected, strict=True):
        _say(store, "log", "attitude", "QUICK", "--attitude", attitude, "--on", day)
        assert _whys(store, capsys, "C63") == whys
    _say(store, "log", "attitude", "QUICK", "--attitude", "warming", "--on", "1998-05-03")
    assert _whys(store, capsys, "C63") == ["attitude: cooling > warming"]


def test_a_rival_that_is_beaten_is_no_risk(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _say(store, "log", "competitor", "QUICK", "Acme", "--on", "1998-05-01")
    _say(store, "log", "competitor", "QUICK", "acme", "--where", "won", "--on", "1998-05-01")
    assert _whys(store, capsys, "C63") == []


def test_an_action_waits_from_its_day_and_takes_a_complaint_over(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _say(store, "feedback", "add", "QUICK", "late", "--kind", "complaint", "--on", "1998-05-01")
    _say(store, "action", "add", "find out", "--customer", "QUICK", "--owner", "chen",
         "--due", "1998-05-07")  # fmt: skip
    assert _whys(store, capsys, "C63") == ["action due: A1 find out"]
    assert "C63" in {row["customer"] for row in _today(store, capsys, "--owner", "chen")["rows"]}
    _say(store, "action", "drop", "1", "--reason", "moved")
    assert _whys(store, capsys, "C63") == ["complaint not answered: late (1998-05-01)"]


def test_a_contract_without_a_planned_call_says_so(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet = store.parent / "contracts.csv"
    sheet.write_text(
        "Contract ID,Customer ID,Contract Name,Start Date,End Date,Contract Value\n"
        "K1,QUICK,Yearly supply,1997-06-01,1998-05-31,1200\n", "utf-8",
    )  # fmt: skip
    _say(store, "import", str(sheet), "--as", "contracts")
    rows = [row for row in _today(store, capsys)["rows"] if row["customer"] == "C63"]
    assert [(row["why"], row["at_risk"]) for row in rows] == [
        ("contract ends, no call planned: Yearly supply", 1200)
    ]
    _say(store, "log", "call", "QUICK", "renew?", "--due", "1998-05-20")
    assert _whys(store, capsys, "C63") == ["contract ends: Yearly supply"]


def test_an_alarm_names_customers_of_its_category_who_have_cooled(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(engine.connect(store, write=True)) as conn, engine.transaction(conn):
        for group in ("Seafood", "Nothing that they buy"):
            conn.execute(
                "INSERT INTO alarm (kind, grp, label, currency, opened, status, opened_at, raised,"
                " driver, at_risk) VALUES ('category', ?, ?, 'USD', '1998-04', 'open', 'x',"
                " '1998-05-01', 'buyers', 10000000)",
                (group, group),
            )
    _say(store, "log", "attitude", "QUICK", "--attitude", "cold", "--why", "new CFO", "--on",
         "1998-04-20")  # fmt: skip
    whys = {row["why"] for row in _today(store, capsys, "--top", "50")["rows"]}
    assert "alarm: Seafood; C63 QUICK-Stop: cold (1998-04-20, new …" in whys
    assert "alarm: Nothing that they buy" in whys
    capsys.readouterr()
    _say(store, "procat", "alarms", "--format", "json")
    told = json.loads(capsys.readouterr().out)["meta"]["attitudes"]
    assert told == {"1": ["C63 QUICK-Stop: cold (1998-04-20, new CFO)"]}


def test_an_empty_store_has_nothing_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = tmp_path / "new.db"
    assert run(["init", "--db", str(store), "-q", "--currency", "CNY"]) == 0
    assert _today(store, capsys)["rows"] == []


def test_silence_is_told_in_a_sentence_in_both_languages(demo_store, capsys):
    told = {}
    for language in ("en", "zh"):
        capsys.readouterr()
        words = ["today", "--today", "1998-05-07", "--top", "50", "--lang", language]
        assert run([*words, "--db", str(demo_store), "--format", "json"]) == 0
        text.activate("en")
        rows = json.loads(capsys.readouterr().out)["rows"]
        told[language] = next(row["why"] for row in rows if row["name"] == "Folies gourmandes")
    assert told["en"] == "silent for 135 days, expected every 61"
    assert re.findall(r"\d+", told["zh"]) == ["135", "61"]


def test_thanks_that_are_due_and_consents_that_end_wait(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for words in (
        "nominate QUICK --on 1998-01-05", "consent QUICK --channel call --said-by H --until"
        " 1998-06-06 --on 1998-01-07", "request new Deal --on 1998-04-01",
        "quote add QUICK Good --on 1998-01-05",
        "quote approve Q1 --by H --scope public --until 1998-05-07 --on 1998-01-05",
    ):  # fmt: skip
        _say(store, "ref", *words.split())
    ends = ["consent ends: Q1; consent ends: call"]
    assert _whys(store, capsys, "C63") == ends
    _say(store, "ref", "request", "fulfil", "R1", "--reference", "QUICK", "--on", "1998-04-23")
    assert _whys(store, capsys, "C63") == ends  # fourteen days: still in time
    late = Path(shutil.copy(store, store.with_name("late.db")))
    assert run(["today", "--db", str(late), "--today", "1998-05-08", "--top", "50", "-q",
                "--format", "json"]) == 0  # fmt: skip
    row = next(one for one in json.loads(capsys.readouterr().out)["rows"]
               if one["customer"] == "C63")  # fmt: skip
    assert row["why"] == "not thanked: call 1998-04-23, R1; consent ends: call"
    assert (row["due"], row["days_late"]) == ("1998-05-07", 1)
    _say(store, "ref", "thank", "QUICK")
    _say(store, "ref", "withdraw", "QUICK")
    assert _whys(store, capsys, "C63") == []


def test_what_has_no_due_day_is_not_late_and_says_since_when_it_waits(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _say(store, "log", "request", "QUICK", "price list", "--on", "1998-04-01")
    found = _today(store, capsys, "--top", "50")["rows"]
    row = next(row for row in found if row["customer"] == "C63")
    assert row["why"] == "asked: price list (since 1998-04-01)"
    assert (row["due"], row["days_late"]) == (None, None)
    _say(store, "log", "promise", "QUICK", "a call", "--on", "1998-05-01", "--due", "1998-05-05")
    found = _today(store, capsys, "--top", "50")["rows"]
    row = next(row for row in found if row["customer"] == "C63")
    assert row["why"] == "asked: price list (since 1998-04-01); promised: a call"
    assert (row["due"], row["days_late"]) == ("1998-05-05", 2)


def test_a_contract_without_an_owner_is_that_of_the_customers_owner(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet = store.parent / "contracts.csv"
    sheet.write_text(
        "Contract ID,Customer ID,Contract Name,Start Date,End Date,Contract Value\n"
        "K1,QUICK,Yearly supply,1997-06-01,1998-05-31,1200\n", "utf-8",
    )  # fmt: skip
    _say(store, "import", str(sheet), "--as", "contracts")
    _say(store, "customer", "set", "QUICK", "owner=wang")
    capsys.readouterr()
    _say(store, "log", "due", "--owner", "wang", "--format", "json")
    (row,) = json.loads(capsys.readouterr().out)["tables"]["renewals"]["rows"]
    assert row["owner"] == "wang"
    row = next(one for one in _today(store, capsys)["rows"] if one["customer"] == "C63")
    assert row["owner"] == "wang"
