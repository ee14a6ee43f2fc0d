"""Notes of calls and promises in one line: kept, found, closed, undone; hostile and long texts."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ci_cli.cli.app import run
from ci_cli.store import engine, seals

TODAY = ("--today", "1998-05-10")


@pytest.fixture
def store(demo_store: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "ci.db"
    copy.write_bytes(demo_store.read_bytes())
    return copy


def log(store: Path, *words: str, code: int = 0) -> None:
    assert run(["log", *words, *TODAY, "--db", str(store), "--lang", "en"]) == code


def shown(store: Path, capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    capsys.readouterr()
    assert run([*words, *TODAY, "--db", str(store), "--lang", "en", "--format", "json"]) == 0
    return json.loads(capsys.readouterr().out)  # type: ignore[no-any-return]


def rows(store: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(engine.connect(store)) as conn:
        assert seals.broken(conn) == []
        return [tuple(row) for row in conn.execute(query)]


def test_a_call_is_kept_with_author_and_importer_apart(
    store: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "li")
    log(store, "call", "ernst handel", "wants fewer visits", "--by", "chen", "--on", "yesterday")
    found = shown(store, capsys, "log", "list")["rows"]
    assert [(row["day"], row["kind"], row["author"], row["text"]) for row in found] == [
        ("1998-05-09", "call", "chen", "wants fewer visits")
    ]
    assert rows(store, "SELECT command, imported_by FROM batch ORDER BY id DESC LIMIT 1") == [
        ("log call", "li")
    ]


def test_an_ambiguous_name_lists_the_commands_that_are_ready(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log(store, "call", "an", "it's (late)", "--no-answer", "--due", "fri", code=2)
    said = capsys.readouterr().err
    ready = [line.strip() for line in said.splitlines() if "ci-cli log call C" in line]
    assert len(ready) > 1
    import shlex

    words = shlex.split(ready[0])
    assert words[:3] == ["ci-cli", "log", "call"]
    log(store, *words[2:])
    assert rows(store, "SELECT text, outcome, due FROM interaction") == [
        ("it's (late)", "no_answer", "1998-05-15")
    ]


def test_a_promise_is_due_closed_and_taken_back(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log(store, "promise", "ERNSH", "send spec", "--due", "1998-05-10", "--on", "1998-05-01")
    log(store, "promise", "ERNSH", "send price", "--due", "fri")
    due = shown(store, capsys, "log", "due")
    later = run(["log", "due", "--today", "1998-05-20", "--db", str(store), "--format", "json"])
    assert later == 0
    assert due["meta"]["overdue"] == 0
    log(store, "done", "1")
    assert [row["entry"] for row in shown(store, capsys, "log", "list", "--open")["rows"]] == [2]
    log(store, "done", "1", code=2)
    log(store, "done", "99", code=2)
    assert run(["import", "undo", "4", "--yes", "--db", str(store)]) == 0
    assert rows(store, "SELECT closed FROM interaction WHERE id = 1") == [(None,)]


def test_only_talk_that_came_about_counts_as_a_call(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = shown(store, capsys, "log", "due", "--every", "quarter")["meta"]
    for kind, customer, options in (
        ("call", "ERNSH", ()), ("visit", "SAVEA", ()), ("demo", "QUICK", ()),
        ("call", "RATTC", ("--refused",)), ("call", "HUNGO", ("--no-answer",)),
        ("mail", "HANAR", ()), ("note", "KOENE", ()), ("request", "FOLKO", ()),
        ("promise", "MEREP", ()), ("visit", "WHITC", ("--due", "+3d")),
        ("call", "FRANK", ("--on", "1998-03-31")),
    ):  # fmt: skip
        log(store, kind, customer, "x", *options)
    after = shown(store, capsys, "log", "due", "--every", "quarter")
    assert before["called"] == 0
    assert (after["meta"]["called"], after["meta"]["active"]) == (3, before["active"])
    assert after["meta"]["coverage"] == 3 / before["active"]
    named = {row["name"]: row for row in after["rows"]}
    assert not {"Ernst Handel", "Save-a-lot Markets", "QUICK-Stop"} & named.keys()
    assert named["Hanari Carnes"]["last_contact"] == "1998-05-10"
    assert named["Königlich Essen"]["last_contact"] is None
    assert named["Frankenversand"]["last_call"] == "1998-03-31"
    assert named["Rattlesnake Canyon Grocery"]["last_contact"] is None


def test_a_contract_that_ends_has_a_call_planned_or_is_missing(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "contracts.csv").write_text(
        "Contract No,Customer ID,Contract Start,Contract End\n"
        "1,ERNSH,1997-06-01,1998-05-31\n2,SAVEA,1997-06-01,1998-07-09\n"
        "3,QUICK,1997-06-01,1998-07-10\n4,HANAR,1997-06-01,1998-05-09\n",
        "utf-8",
    )
    assert run(["import", str(tmp_path / "contracts.csv"), "--db", str(store), "--quiet"]) == 0
    log(store, "call", "SAVEA", "renewal", "--due", "1998-06-20")
    log(store, "call", "ERNSH", "too late", "--due", "1998-06-20")
    capsys.readouterr()
    words = ["log", "due", "--before", "60d", *TODAY, "--db", str(store), "--lang", "en"]
    assert run(words) == 0
    text = capsys.readouterr().out
    part = text.partition("Contracts that end")[2].partition("Promised")[0]
    assert [(line.split()[0], line.split()[-1]) for line in part.splitlines() if line[:1] == "C"] \
        == [("C20", "missing"), ("C71", "planned")]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("call", "ERNSH"), 0),  # an answered call may say nothing more
        (("note", "ERNSH"), 2), (("call", "ERNSH", "x", "--on", "+3d"), 2),
        (("call", "ERNSH", "x", "--on", "never"), 2),
        (("call", "ERNSH", "x", "--answered", "--refused"), 2),
        (("call", "ERNSH", "x", "--in", "--out"), 2), (("call", "Nobody at all", "x"), 2),
        (("promise", "ERNSH", "x", "--due", "1998-05-01"), 2),
        (("list", "--kind", "pigeon"), 2), (("done", "1"), 2),
    ],
    ids=str,
)  # fmt: skip
def test_what_cannot_be_noted_changes_nothing(
    store: Path, words: tuple[str, ...], code: int
) -> None:
    if words == ("call", "ERNSH"):
        words = (*words, "--answered")
    log(store, *words, code=code)
    assert rows(store, "SELECT count(*) FROM interaction") == [(int(code == 0),)]


def test_hostile_and_long_texts_are_kept_and_never_obeyed(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    nasty = "\x1b[31mred\x07 [bold]x[/] =1+1 <b>\u202etxt 😀 𠮷 مرحبا"
    log(store, "note", "ERNSH", nasty)
    log(store, "note", "ERNSH", "", code=2)
    long = "退货 return " * 99_000  # a million characters
    (tmp_path / "fit.md").write_text(long, "utf-8")
    log(store, "note", "ERNSH", "fits", "--kind", "fit", "--file", str(tmp_path / "fit.md"))
    monkeypatch.setattr(sys, "stdin", io.StringIO("from the input\nsecond line"))
    log(store, "note", "ERNSH", "-")
    capsys.readouterr()
    words = ["log", "list", "--customer", "ERNSH", *TODAY, "--db", str(store), "--lang", "en"]
    assert run(words) == 0
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "\u202e" not in out
    assert "from the input second line" in out
    assert max(len(line) for line in out.splitlines()) < 400
    found = shown(store, capsys, "log", "list", "--full")["rows"]
    assert len(next(row for row in found if row["topic"] == "fit")["text"]) > 900_000
    assert rows(store, "SELECT files ->> '$[0].name', files ->> '$[0].bytes' FROM interaction"
                       " WHERE files IS NOT NULL") == [("fit.md", len(long.encode()))]  # fmt: skip


def test_the_text_of_a_word_file_is_taken_and_other_files_are_refused(
    store: Path, tmp_path: Path
) -> None:
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    page = (f'<w:document xmlns:w="{space}"><w:body><w:p><w:r><w:t>Returns </w:t></w:r><w:r>'
            "<w:t>module</w:t></w:r></w:p><w:p><w:r><w:t>退货</w:t></w:r></w:p></w:body>"
            "</w:document>")  # fmt: skip
    for name, content in (
        ("fit.docx", page),
        ("bomb.docx", '<!DOCTYPE x [<!ENTITY a "b">]>' + page),
    ):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            archive.writestr("word/document.xml", content)
    (tmp_path / "bytes.txt").write_bytes(b"\x00\xff\xfe\x81")
    (tmp_path / "gbk.txt").write_bytes("需求说明".encode("gb18030"))
    log(store, "note", "ERNSH", "--file", str(tmp_path / "fit.docx"))
    log(store, "note", "ERNSH", "--file", str(tmp_path / "gbk.txt"))
    log(store, "note", "ERNSH", "--file", str(tmp_path / "bomb.docx"), code=1)
    log(store, "note", "ERNSH", "--file", str(tmp_path / "bytes.txt"), code=2)
    log(store, "note", "ERNSH", "--file", str(tmp_path / "missing.md"), code=1)
    assert rows(store, "SELECT text FROM interaction ORDER BY id") == [
        ("Returns module\n退货",), ("需求说明",),
    ]  # fmt: skip


def test_a_text_that_cannot_be_kept_is_refused(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for text, code in (("x" * 1_000_000 + "é", "log-unreadable"), ("a\x00b", "log-unreadable")):
        monkeypatch.setattr(sys, "stdin", io.StringIO(text))
        log(store, "note", "ERNSH", "-", code=2)
        assert f"code: {code} " in capsys.readouterr().err
    (tmp_path / "long.txt").write_text("x" * 4_000_001)
    log(store, "note", "ERNSH", "--file", str(tmp_path / "long.txt"), code=2)
    assert "code: text-too-long " in capsys.readouterr().err
    assert rows(store, "SELECT count(*) FROM interaction") == [(0,)]


def test_a_contact_is_found_by_a_part_of_the_name(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log(store, "call", "ERNSH", "x", "--contact", "mendel")
    log(store, "call", "ERNSH", "y", "--contact", "Somebody New")
    assert "not among the contacts" in capsys.readouterr().err
    assert rows(store, "SELECT p.name, i.person FROM interaction AS i LEFT JOIN contact AS p"
                       " ON p.id = i.contact_id ORDER BY i.id") == [
        ("Roland Mendel", "Roland Mendel"), (None, "Somebody New"),
    ]  # fmt: skip


def test_the_card_shows_the_last_contacts(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log(store, "call", "ERNSH", "wants fewer visits")
    words = ["customer", "show", "ERNSH", "--today", "1998-06-09", "--db", str(store)]
    capsys.readouterr()
    assert run([*words, "--lang", "en"]) == 0
    out, err = capsys.readouterr()
    assert "wants fewer visits" in out
    assert "1998-05-10, 30 days ago" in out + err


def test_a_dry_run_keeps_nothing(store: Path) -> None:
    log(store, "call", "ERNSH", "x", "--dry-run")
    assert rows(store, "SELECT count(*) FROM interaction") == [(0,)]


def test_many_people_log_at_once(store: Path) -> None:
    command = [sys.executable, "-m", "ci_cli", "log", "call", "ERNSH", "--db", str(store), "-q"]
    people = [
        subprocess.Popen([*command, f"call {number}", "--by", f"p{number}"]) for number in range(4)
    ]
    assert [person.wait(timeout=120) for person in people] == [0] * 4
    assert rows(store, "SELECT text, author FROM interaction ORDER BY text") == [
        (f"call {number}", f"p{number}") for number in range(4)
    ]
