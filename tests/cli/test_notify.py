"""``action notify``: told in the same run, once for each change, and never lost by a failure."""

from __future__ import annotations

import json
import shutil
import sys
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from ci_cli.cli.app import run

DAY = "1998-05-07"
# appends what it reads to the file that it is told of
HOOK = [sys.executable, "-c", "import sys; open(sys.argv[1], 'ab').write(sys.stdin.buffer.read())"]


@pytest.fixture
def store(demo_store: Path, tmp_path: Path) -> Path:
    shutil.copy(demo_store, tmp_path / "ci.db")
    return tmp_path / "ci.db"


def _run(store: Path, *words: str, today: str = DAY) -> int:
    before, dashes, after = _parted(words)
    options = ["--db", str(store), "-q", "--today", today, "--lang", "en"]
    return run([*before, *options, *dashes, *after])


def _parted(words: tuple[str, ...]) -> tuple[list[str], list[str], list[str]]:
    if "--" not in words:
        return [*words], [], []
    place = words.index("--")
    return [*words[:place]], ["--"], [*words[place + 1 :]]


def _heard(store: Path, *words: str, today: str = DAY, code: int = 0) -> list[dict[str, Any]]:
    """Run it with a program as the listener and return what that program read."""
    out = store.parent / "heard.json"
    out.unlink(missing_ok=True)
    assert _run(store, "action", "notify", *words, "--", *HOOK, str(out), today=today) == code
    return [json.loads(line) for line in out.read_bytes().splitlines()] if out.exists() else []


def _complain(store: Path, text: str = "送货太慢, again") -> None:
    words = ["feedback", "add", "ERNSH", text, "--kind", "complaint", "--on", "1998-05-01"]
    assert _run(store, *words) == 0


def test_a_complaint_is_told_once_and_a_new_one_again(store: Path) -> None:
    _complain(store)
    (one,) = _heard(store)
    assert one == {
        "today": DAY, "store": str(store), "kind": "complaint", "key": "1", "state": "open",
        "level": "critical", "customer": "C20", "name": "Ernst Handel", "owner": None,
        "day": "1998-05-01", "text": "送货太慢, again",
    }  # fmt: skip
    assert _heard(store) == []
    _complain(store, "and the price")
    assert [one["text"] for one in _heard(store)] == ["and the price"]
    assert len(_heard(store, "--watch", "other")) == 2  # each watcher is told for itself


def test_what_was_settled_and_comes_again_is_told_again(store: Path) -> None:
    say = ["log", "attitude", "ERNSH", "--attitude"]
    assert _run(store, *say, "cold", "--on", "1998-05-01") == 0
    assert [one["state"] for one in _heard(store)] == ["cold"]
    assert _run(store, *say, "hostile", "--on", "1998-05-02") == 0
    assert [one["state"] for one in _heard(store)] == ["hostile"]
    assert _run(store, "log", "call", "ERNSH", "we talked", "--on", "1998-05-03") == 0
    assert _heard(store) == []
    assert _run(store, *say, "hostile", "--on", "1998-05-04") == 0
    assert [one["state"] for one in _heard(store)] == ["hostile"]


def test_a_failed_program_leaves_everything_to_be_told(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _complain(store)
    fails = [sys.executable, "-c", "import sys; sys.exit('no \x1b[31mline')"]
    capsys.readouterr()
    assert _run(store, "action", "notify", "--", *fails) == 1
    said = capsys.readouterr().err
    assert "hook-failed" in said
    assert "no " in said
    assert "\x1b[31m" not in said
    assert _run(store, "action", "notify", "--", str(store.parent / "missing")) == 1
    mail = store.parent / "no-such-folder" / "a.eml"
    assert _run(store, "action", "notify", "--mail", str(mail), "--to", "li@example.org") != 0
    assert len(_heard(store)) == 1


def test_a_dry_run_and_a_look_tell_nobody(store: Path) -> None:
    _complain(store)
    assert _heard(store, "--dry-run") == []
    assert _run(store, "action", "notify") == 0
    assert len(_heard(store)) == 1


def test_a_program_gets_its_words_as_they_are(store: Path, tmp_path: Path) -> None:
    _complain(store)
    out = tmp_path / "a b;$HOME`x`.json"
    assert _run(store, "action", "notify", "--", *HOOK, str(out)) == 0
    assert json.loads(out.read_bytes())["kind"] == "complaint"


def test_a_mail_holds_all_that_is_new(store: Path, tmp_path: Path) -> None:
    _complain(store, "late\r\nBcc: all@example.org\r\n\r\nand more")
    assert _run(store, "log", "promise", "QUICK", "send the spec", "--on", "1998-05-01", "--due",
                "1998-05-04", "--by", "chen") == 0  # fmt: skip
    out = tmp_path / "out"
    out.mkdir()
    words = ["action", "notify", "--mail", str(out), "--to", "li@example.org", "--to",
             "陈 <chen@example.org>", "--from", "ci@example.org"]  # fmt: skip
    assert _run(store, *words) == 0
    (file,) = out.glob("*.eml")
    mail = message_from_bytes(file.read_bytes(), policy=default)
    assert mail["Subject"] == "Customers: 2 critical, 0 to be looked at"
    assert [one.addr_spec for one in mail["To"].addresses] == ["li@example.org", "chen@example.org"]
    assert mail["Bcc"] is None
    body = mail.get_content()  # type: ignore[attr-defined]
    assert sorted(body.splitlines()) == [
        "critical: complaint 1, open since 1998-05-01: late Bcc: all@example.org and more"
        " (C20 Ernst Handel, owner -)",
        "critical: promise 1, overdue since 1998-05-04: send the spec (C63 QUICK-Stop, owner chen)",
    ]
    assert _run(store, *words) == 0
    assert list(out.glob("*.eml")) == [file]  # no news, no mail


def test_an_action_is_brought_to_mind_once_in_an_interval(store: Path) -> None:
    assert _run(store, "action", "add", "visit", "--customer", "ERNSH", "--owner", "chen",
                "--due", "1998-05-12") == 0  # fmt: skip
    told = {
        day: [(one["key"], one["state"]) for one in _heard(store, "--issue", "warning", today=day)]
        for day in ("1998-05-08", "1998-05-09", "1998-05-10", "1998-05-13", "1998-05-19",
                    "1998-05-20", "1998-05-21")
    }  # fmt: skip
    assert told == {
        "1998-05-08": [], "1998-05-09": [("A1", "due")], "1998-05-10": [],
        "1998-05-13": [("A1", "overdue")], "1998-05-19": [], "1998-05-20": [("A1", "overdue")],
        "1998-05-21": [],
    }  # fmt: skip
    assert _run(store, "action", "done", "1") == 0
    assert _heard(store, "--issue", "warning", today="1998-06-30") == []


def test_warnings_are_told_only_where_they_are_asked_for(store: Path) -> None:
    assert _run(store, "log", "attitude", "ERNSH", "--attitude", "cooling", "--on",
                "1998-05-01") == 0  # fmt: skip
    assert _run(store, "log", "request", "QUICK", "labels", "--on", "1998-04-22") == 0
    _complain(store)
    assert [one["kind"] for one in _heard(store)] == ["complaint"]
    found = _heard(store, "--issue", "warning")
    assert [(one["kind"], one["state"]) for one in found] == [
        ("request", "waiting"), ("attitude", "cooling"),
    ]  # fmt: skip
    assert _heard(store) == _heard(store, "--issue", "warning") == []
