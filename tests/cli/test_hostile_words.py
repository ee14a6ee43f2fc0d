"""Hostile words in every field that a command takes: kept as they may be, or refused whole.

Whatever comes in, the store stays sound, no screen shows anything that a terminal would obey, and
undoing the entry leaves the store as it was.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ci_cli.cli.app import build, run
from ci_cli.importing.values.cells import MAX_TEXT, ValueReject, clean_text
from ci_cli.store import engine, seals
from ci_cli.store.writes import undo
from importer import AT, bring_in, new_store
from store_dump import logical_dump

TODAY = ("--today", "2026-03-10")
WORDS = {
    "screen": "\x1b]0;owned\x07\x1b[2Jred\x9b31m \rover\x08",
    "markup": "[bold red]x[/] <script>alert(1)</script> <b>&amp; {gap} %s %(x)s | a | `rm` $(id)",
    "formula": "=cmd|' /C calc'!A0",
    "scripts": "退货 возврат إرجاع 返品 मूल्य 😀👨‍👩‍👧 𠮷 e\u0301 ﬁ Ａ",
    "right to left": "\u202egnp.exe\u202c \u2066abc\u2069 שלום\u200f",
    "unseen": "a\u200bb\ufeffc\u2028d\u00ad",
    "sql": "'); DROP TABLE interaction;-- \" ' % _ * ?",
    "nothing": " \u200b\t ",
    "NUL": "a\x00b",
    "half": "a\ud83d",
    "long": "退货 word " * 10_000,
    "too long": "é" * (MAX_TEXT + 1),
    "too long and plain": "e" * (MAX_TEXT + 1),
}
# every command that notes something; HOSTILE stands for the words. K1 is a customer.
COMMANDS = [
    "log call K1 HOSTILE", "log visit K1 HOSTILE", "log meeting K1 HOSTILE", "log demo K1 HOSTILE",
    "log mail K1 HOSTILE", "log chat K1 HOSTILE", "log request K1 HOSTILE", "log note K1 HOSTILE",
    "log promise K1 HOSTILE --due 2026-04-01", "log call K1 words --by HOSTILE",
    "log note K1 words --kind HOSTILE", "log request K1 words --type HOSTILE",
    "log call K1 words --contact HOSTILE",
    "log attitude K1 --motive HOSTILE", "log attitude K1 --aim HOSTILE",
    "log attitude K1 --attitude warm --why HOSTILE", "log attitude K1 --aim x --source HOSTILE",
    "log attitude K1 --aim x --by HOSTILE",
    "log competitor K1 HOSTILE", "log competitor K1 Acme --why HOSTILE",
    "log competitor K1 Acme --source HOSTILE", "log competitor K1 Acme --by HOSTILE",
    "log roi K1 HOSTILE words --before 2 --after 1 --unit h --period week",
    "log roi K1 time HOSTILE --before 2 --after 1 --unit h --period week",
    "log roi K1 time words --before HOSTILE --after 1 --unit h --period week",
    "log roi K1 time words --before 2 --after HOSTILE --unit h --period week",
    "log roi K1 time words --before 2 --after 1 --unit HOSTILE --period week",
    "log roi K1 time words --before 2 --after 1 --unit h --period HOSTILE",
    "log roi K1 time words --before 2 --after 1 --unit h --period week --source HOSTILE",
    "log roi K1 time words --before 2 --after 1 --unit h --period week --by HOSTILE",
    "log lesson HOSTILE", "log lesson words --tag HOSTILE", "log lesson words --industry HOSTILE",
    "log lesson words --by HOSTILE", "customer lost K1 --reason HOSTILE",
    "customer lost K1 --why HOSTILE", "customer lost K1 --source HOSTILE",
    "customer lost K1 --by HOSTILE",
    "feedback add K1 HOSTILE --ask add", "feedback add K1 words --ask drop --product HOSTILE",
    "feedback add K1 words --kind praise --channel HOSTILE",
    "feedback add K1 words --kind complaint --by HOSTILE",
    "feedback survey create HOSTILE --customer K1",
    "feedback survey create Q1 --owner HOSTILE", "feedback code --set HOSTILE",
    "feedback code --coder HOSTILE",
    "tag define HOSTILE --positive", "tag define odd --positive --name HOSTILE",
    "tag define odd --positive --name-zh HOSTILE", "tag add K1 budget-cut --note HOSTILE",
    "tag add K1 HOSTILE", "tag remove K1 HOSTILE", "tag remove K1 budget-cut --note HOSTILE",
    "action add HOSTILE --customer K1 --owner li --due 2026-04-01",
    "action add Call --customer K1 --owner HOSTILE --due 2026-04-01",
    "customer set K1 owner=HOSTILE", "customer set K1 name=HOSTILE", "customer set K1 own=HOSTILE",
    "customer set K1 HOSTILE=x", "customer add HOSTILE", "customer add New city=HOSTILE",
    "customer handover --from li --to HOSTILE", "customer handover --from HOSTILE --to li",
    "customer contact add K1 HOSTILE", "customer contact add K1 Ann --title HOSTILE",
    "customer contact add K1 Ann --phone HOSTILE", "customer contact add K1 Ann --email HOSTILE",
    "action done 1 --reason HOSTILE", "action drop 1 --reason HOSTILE",
    "customer view save HOSTILE --where owner=li", "customer view save mine --where owner=HOSTILE",
]  # fmt: skip
TALKS = {line.removesuffix(" K1 HOSTILE") for line in COMMANDS[:8]} | {"log promise"}
# a customer, a day, a number, a file, one of a few words, or an option that every command has
NO_TEXT = {
    "customer", "on", "due", "until", "entry", "number", "file", "files", "window", "template",
    "frame", "survey", "tier", "polarity", "priority", "half_life", "strength", "evidence", "top",
    "answered", "refused", "no_answer", "incoming", "outgoing", "cancelled", "attitude", "stand",
    "ask", "kind", "primary", "from_alarm", "won", "currency", "db", "lang", "quiet", "no_color",
    "no_input", "today", "debug", "format", "out", "dry_run", "yes", "as_of",
}  # fmt: skip
# they look up what is there (an entry, a file of rules or answers, a view) or tell others of it
NOTHING_TO_SAY = {
    "log done",
    "tag rules apply",
    "feedback survey import",
    "customer contact left",
    "customer view drop",
    "action notify",
    "customer view save",  # its name and filters are tried; the rest are choices of a list
}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small")
    store = new_store(folder / "ci.db")
    (folder / "orders.csv").write_text(
        "Order ID,Order Date,Customer ID,Customer Name,Product,Quantity,Amount\n"
        "1,2026-01-05,K1,Blue,Tea,1,10\n2,2026-02-05,K1,Blue,Tea,1,12\n3,2026-02-06,K2,Red,Tea,1,9\n"
    )
    bring_in(store, folder / "orders.csv")
    return store


@pytest.fixture
def store(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    copy = tmp_path / "ci.db"
    copy.write_bytes(small.read_bytes())
    return copy


OBEYED = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)


def shows_nothing_to_obey(text: str) -> None:
    """Fail where a terminal would obey: control characters, and marks that turn the direction."""
    assert OBEYED.findall(text) == []


def kept(text: str) -> bool:
    """Return whether a text may be kept at all."""
    try:
        return bool(clean_text(text))
    except ValueReject:
        return False


READERS = [
    "log list", "log list --full", "feedback list", "feedback rank --by accounts",
    "feedback learnt", "feedback competitors", "feedback reasons", "report feedback --by channel",
    "today", "tag list", "customer brief K1", "customer show K1", "customer list", "search word",
    "feedback code --frame product -n", "log due --every quarter", "action list",
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("words", WORDS)
def test_words_are_kept_or_refused_whole_shown_safely_and_undone(
    words: str, store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hostile = WORDS[words]
    where = [*TODAY, "--db", str(store), "--lang", "en"]
    first = now = logical_dump(store)
    for line in COMMANDS:
        code = run([*(part.replace("HOSTILE", hostile) for part in line.split()), *where])
        out, told = capsys.readouterr()
        shows_nothing_to_obey(out + told)
        assert len(told) < 20_000, line
        assert code in (0, 2), (line, told)
        if line in COMMANDS[:8]:
            assert (code == 0) == kept(hostile), line
        before, now = now, logical_dump(store)
        if code == 2:
            assert now == before, line
            assert "code: " in told, line
    for line in READERS:
        code = run([*line.split(), *where])
        out, err = capsys.readouterr()
        assert code in (0, 2), (line, err)
        shows_nothing_to_obey(out + err)
        assert run([*line.split(), *where, "--format", "json", "-q"]) == code
        if code == 0:
            json.loads(capsys.readouterr().out)
    with closing(engine.connect(store, write=True)) as conn:
        assert not seals.broken(conn)
        batches = [row[0] for row in conn.execute("SELECT id FROM batch WHERE id > 1 ORDER BY id")]
        for batch in reversed(batches):
            with engine.transaction(conn):
                undo.undo(conn, batch, AT)
        assert not seals.broken(conn)
    assert batches or not kept(hostile)
    assert logical_dump(store) == first


def _parameters(command: Any, words: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    """Yield the commands that keep something, each with its parameters."""
    if hasattr(command, "commands"):
        for name, child in command.commands.items():
            yield from _parameters(child, (*words, name))
    elif "yes" in {parameter.name for parameter in command.params}:
        for parameter in command.params:
            yield " ".join(words), parameter


def test_every_text_that_can_be_noted_is_tried() -> None:
    groups = build().commands
    lacking = set()
    for group in ("log", "feedback", "tag", "customer", "action"):
        for title, parameter in _parameters(groups[group], (group,)):
            name = parameter.name.strip("_")
            lines = [line for line in COMMANDS if line.startswith(f"{title} ")]
            if name in NO_TEXT or title in NOTHING_TO_SAY:
                continue
            if parameter.param_type_name == "argument":
                tried = any(re.search(r"(?<!\S)(?!--)\S+ (\S+=)?HOSTILE", line) for line in lines)
            else:
                same = (
                    COMMANDS if title in TALKS else lines
                )  # one function serves all kinds of talk
                tried = any(f"{flag} HOSTILE" in line for flag in parameter.opts for line in same)
            if not tried:
                lacking.add(f"{title}: {name}")
    assert lacking == set()
