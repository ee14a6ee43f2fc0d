"""``ref invite``: the letter, its languages, a letter of one's own, and the act that is noted."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import pytest

from ci_cli import text
from ci_cli.analysis.references.states import running_out, unanswered
from ci_cli.cli.app import run
from ci_cli.cli.references.ref_invite_command import GAPS
from ci_cli.errors import ExitCode
from ci_cli.shapes.references import CHANNELS, Step
from ci_cli.store import engine, references
from store_dump import logical_dump

TODAY = "1998-05-07"


@pytest.fixture(scope="module")
def nominated(demo_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = tmp_path_factory.mktemp("invite") / "ci.db"
    shutil.copy(demo_store, store)
    assert run(["ref", "nominate", "ERNSH", "--today", TODAY, "--db", str(store), "-q"]) == 0
    text.activate("en")
    return store


@pytest.fixture
def store(nominated: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(nominated, tmp_path / "ci.db"))


def invite(
    store: Path, capsys: pytest.CaptureFixture[str], *words: str, code: int = 0, lang: str = "en"
) -> tuple[str, str]:
    capsys.readouterr()
    line = ["ref", "invite", *words, "--db", str(store), "--lang", lang, "--today", TODAY]
    assert run(line) == code, capsys.readouterr().err
    text.activate("en")
    done = capsys.readouterr()
    return done.out, done.err


def noted(store: Path) -> list[Step]:
    with closing(engine.connect(store)) as conn:
        return [one for one in references.steps(conn)[20] if one.step == "invite"]


def test_the_letter_asks_for_each_channel_and_is_noted_with_its_day(store, tmp_path, capsys):
    file = tmp_path / "letter.txt"
    _out, err = invite(
        store, capsys, "ERNSH", "--contact", "roland mendel", "--channel", "call", "--channel",
        "case", "--by", "Nora", "-o", str(file),
    )  # fmt: skip
    letter = file.read_text("utf-8")
    assert "{" not in letter
    for said in (
        "1998-05-07\n", "Dear Roland Mendel,", "since 1996-07-17", "1. a call",
        "2. a story", "at most 2 times in any 90 days", "at least 30 days", "\nNora\n",
    ):  # fmt: skip
        assert said in letter
    assert "is invited since 1998-05-07: call, case" in err
    assert [(one.day, one.channel, one.person) for one in noted(store)] == [
        (TODAY, "call", "Roland Mendel"), (TODAY, "case", "Roland Mendel"),
    ]  # fmt: skip
    # an invitation is no consent
    with closing(engine.connect(store)) as conn:
        assert not any(one.step == "consent" for one in references.steps(conn)[20])


def test_undo_takes_the_invitation_back(nominated, store, capsys):
    invite(store, capsys, "ERNSH")
    assert len(noted(store)) == 3
    assert run(["import", "undo", "3", "--db", str(store), "-q", "--yes"]) == 0
    text.activate("en")
    assert logical_dump(store) == logical_dump(nominated)


def test_in_chinese_the_letter_is_chinese(store, capsys):
    out, _err = invite(store, capsys, "ERNSH", "--by", "陈静", lang="zh")
    assert "征求您的同意" in out
    assert "陈静" in out
    assert "Kind regards" not in out
    assert "\n\n\n" not in out  # no contact, no hole


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_an_own_letter_begins_as_a_blank_one_and_knows_every_gap(store, tmp_path, capsys, lang):
    own = tmp_path / "own.txt"
    invite(store, capsys, "ERNSH", "--blank", "-o", str(own), lang=lang)
    blank = own.read_text("utf-8")
    assert all(f"{{{gap}}}" in blank for gap in GAPS)
    assert noted(store) == []
    own.write_text(f"{{{{ours}}}} {{customer}}\n{blank}", "utf-8")
    out, _err = invite(store, capsys, "ERNSH", "--template", str(own), lang=lang)
    assert out.startswith("{ours} Ernst Handel\n")
    assert len(noted(store)) == 3


def test_every_channel_can_be_asked_for(store, capsys):
    words = [word for one in CHANNELS for word in ("--channel", one)]
    out, _err = invite(store, capsys, "ERNSH", *words, "--dry-run")
    assert f"{len(CHANNELS)}. [ ] yes" in out
    assert noted(store) == []


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["ALFKI"], "ref-not-nominated"),
        (["ERNSH", "--channel", "dance"], "ref-channel-unknown"),
        (["ERNSH", "--template", "{own}"], "letter-invalid"),
    ],
)
def test_what_cannot_be_invited_leaves_no_letter_and_no_entry(
    nominated, store, tmp_path, capsys, words, code
):
    own = tmp_path / "own.txt"
    own.write_text("Dear {friend}", "utf-8")
    file = tmp_path / "letter.txt"
    words = [word.format(own=own) for word in words]
    _out, err = invite(store, capsys, *words, "-o", str(file), code=ExitCode.DECIDE)
    assert code in err
    assert not file.exists()
    assert logical_dump(store) == logical_dump(nominated)


def test_a_letter_that_cannot_be_written_is_not_noted(store, tmp_path, capsys):
    _out, err = invite(store, capsys, "ERNSH", "-o", str(tmp_path / "none" / "l.txt"), code=1)
    assert "output-folder-missing" in err
    assert noted(store) == []


def consent(day: str, channel: str, until: str | None, person: str | None = None) -> Step:
    return Step(1, 1, day, "consent", person=person, channel=channel, until=until)


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([consent("2026-01-01", "call", "2026-06-10")], {"2026-06-10": ["call"]}),
        ([consent("2026-01-01", "call", "2026-06-01")], {"2026-06-01": ["call"]}),
        ([consent("2026-01-01", "call", "2026-07-01")], {"2026-07-01": ["call"]}),
        ([consent("2026-01-01", "call", "2026-07-02")], {}),  # not yet
        ([consent("2026-01-01", "call", "2026-05-31")], {}),  # over
        ([consent("2026-01-01", "call", None)], {}),
        ([consent("2026-01-01", "call", "2026-06-10"), consent("2026-05-01", "call", None)], {}),
        ([consent("2026-01-01", "call", "2026-06-10"),
          consent("2026-01-01", "call", "2027-06-10", "Ann")], {}),  # Ann agreed for longer
        ([consent("2026-01-01", "call", "2026-06-10"),
          Step(1, 2, "2026-02-01", "withdraw")], {}),
        ([consent("2026-01-01", "call", "2026-06-10"),
          consent("2026-01-01", "case", "2026-06-10")], {"2026-06-10": ["call", "case"]}),
    ],
)  # fmt: skip
def test_a_consent_runs_out_once_nobody_agreed_for_longer(steps, expected):
    first = Step(1, 0, "2026-01-01", "nominate")
    assert running_out([first, *steps], "2026-06-01", "2026-07-01") == expected


def step(day: str, kind: str, channel: str | None = None, number: int = 1) -> Step:
    return Step(1, number, day, kind, channel=channel)


INVITED = [step("2026-01-05", "invite", "call", 1), step("2026-01-05", "invite", "case", 2)]


@pytest.mark.parametrize(
    ("later", "expected"),
    [
        ([], ("2026-01-05", ["call", "case"])),
        ([step("2026-01-05", "consent", "call", 3)], ("2026-01-05", ["case"])),
        ([step("2026-01-09", "consent", "call", 3), step("2026-01-09", "consent", "case", 4)],
         None),
        ([step("2026-01-09", "consent", "logo", 3)], ("2026-01-05", ["call", "case"])),
        ([step("2026-01-09", "withdraw", "case", 3)], ("2026-01-05", ["call"])),
        ([step("2026-01-09", "withdraw", None, 3)], None),
        ([step("2026-01-09", "retire", None, 3)], None),
        ([step("2026-03-01", "consent", "call", 3)], ("2026-01-05", ["call", "case"])),  # later
        ([step("2026-01-20", "invite", "visit", 3)], ("2026-01-20", ["visit"])),
    ],
)  # fmt: skip
def test_an_invitation_waits_until_something_was_said_of_each_channel(later, expected):
    assert unanswered([*INVITED, *later], "2026-02-01") == expected
    assert unanswered(later[:0], "2026-02-01") is None


def test_an_invitation_without_an_answer_comes_up_again(store, capsys):
    invite(store, capsys, "ERNSH", "--channel", "call")
    for day, waits in (("1998-05-21", False), ("1998-05-22", True)):
        line = ["today", "--db", str(store), "--lang", "en", "--today", day, "--top", "99"]
        assert run(line) == 0
        assert ("invitation not answered: call" in capsys.readouterr().out) == waits
