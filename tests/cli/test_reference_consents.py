"""``ref consents``: sheets of consents, once each, every row accounted for."""

from __future__ import annotations

import json
import shutil
from contextlib import closing
from pathlib import Path

import openpyxl
import pytest

from ci_cli import text
from ci_cli.analysis.references.states import consents, standing
from ci_cli.cli.app import run
from ci_cli.errors import ExitCode
from ci_cli.importing.consents import _words
from ci_cli.shapes.references import CHANNELS, Step
from ci_cli.store import engine, references
from store_dump import logical_dump

TODAY = "1998-05-07"
HEADINGS = "Customer,Contact,Channel,Date,Until,Said by,Scope\n"


@pytest.fixture
def store(demo_store: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(demo_store, tmp_path / "ci.db"))


def take(
    store: Path, capsys: pytest.CaptureFixture[str], *words: str, code: int = 0
) -> tuple[list[dict[str, object]], str]:
    capsys.readouterr()
    line = ["ref", "consents", *words, "--db", str(store), "--lang", "en", "--today", TODAY]
    assert run([*line, "--format", "json"]) == code, capsys.readouterr().err
    text.activate("en")
    done = capsys.readouterr()
    return json.loads(done.out)["rows"] if done.out else [], done.err


def sheet(store: Path, rows: str, headings: str = HEADINGS, name: str = "consents.csv") -> str:
    file = store.parent / name
    file.write_text(headings + rows, "utf-8")
    return str(file)


def steps(store: Path, number: int = 20) -> list[Step]:
    with closing(engine.connect(store)) as conn:
        return references.steps(conn).get(number, [])


def test_each_channel_of_a_row_becomes_a_dated_consent(store, capsys):
    file = sheet(store, 'ERNSH,roland mendel,"call, case study",1998-01-05,1998/12/31,,in May\n')
    _rows, err = take(store, capsys, file, "--nominate")
    assert "read: 1; created: 1; unchanged: 0; rejected: 0. Consents: 2; nominated: 1." in err
    agreed = standing(steps(store), TODAY)
    assert [(one.channel, one.person, one.day, one.until, one.scope, one.said_by)
            for one in agreed] == [
        (channel, "Roland Mendel", "1998-01-05", "1998-12-31", "in May", "Roland Mendel")
        for channel in ("call", "case")
    ]  # fmt: skip
    assert not standing(steps(store), "1999-01-01")


def test_the_same_sheet_again_changes_nothing_and_undo_takes_it_back(store, demo_store, capsys):
    file = sheet(store, "ERNSH,,call,1998-01-05,,R,\nQUICK,,logo,1998-01-05,,H,\n")
    take(store, capsys, file, "--nominate")
    before = logical_dump(store)
    _rows, err = take(store, capsys, file)
    assert "read: 2; created: 0; unchanged: 2; rejected: 0. Consents: 0; nominated: 0." in err
    assert logical_dump(store) == before
    assert run(["import", "undo", "2", "--db", str(store), "-q", "--yes"]) == 0
    text.activate("en")
    assert logical_dump(store) == logical_dump(demo_store)


def test_a_chinese_workbook_is_read_with_its_own_words(store, capsys):
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (
        ["同意书一览"],
        ["客户名称", "联系人", "授权方式", "同意日期", "有效期至"],
        ["Ernst Handel", "Roland Mendel", "案例、标识", "1998年1月5日", "1998年12月31日"],
    ):
        book.active.append(row)
    file = store.parent / "同意.xlsx"
    book.save(file)
    take(store, capsys, str(file), "--nominate")
    assert [(one.channel, one.until) for one in consents(steps(store), TODAY)] == [
        ("case", "1998-12-31"), ("logo", "1998-12-31"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("Nobody Ltd,,call,1998-01-05,,X,", "Nobody Ltd"),
        (",,call,1998-01-05,,X,", "names no customer"),
        ("HANAR,,dance,1998-01-05,,X,", "no channel dance"),
        ("HANAR,,,1998-01-05,,X,", "what they agreed to"),
        ("HANAR,,call,,,X,", "when they agreed"),
        ("HANAR,,call,03/04/1998,,X,", "03/04/1998"),
        ("HANAR,,call,1998-02-30,,X,", "1998-02-30"),
        ("HANAR,,call,yesterday,,X,", "yesterday"),
        ("HANAR,,call,1998-05-08,,X,", "still to come"),
        ("HANAR,,call,1998-01-05,+1y,X,", "+1y"),
        ("HANAR,,call,1998-01-05,1998-01-04,X,", "ends on 1998-01-04"),
        ("HANAR,,call,1998-01-05,,,", "who agreed"),
        ("HANAR,,call,1997-12-31,,X,", "not nominated"),
    ],
)
def test_a_row_that_cannot_be_taken_is_told_and_the_others_come_in(store, capsys, row, why):
    # nominated on the first of the year
    line = ["ref", "nominate", "HANAR", "--on", "1998-01-01", "--today", TODAY]
    assert run([*line, "--db", str(store), "-q"]) == 0
    file = sheet(store, f"{row}\nHANAR,,visit,1998-01-05,,X,\n")
    rows, err = take(store, capsys, file, code=ExitCode.PARTIAL)
    assert "read: 2; created: 1; unchanged: 0; rejected: 1. Consents: 1; nominated: 0." in err
    ((line_, reason),) = [(one["line"], str(one["reason"])) for one in rows]
    assert line_ == 2
    assert why in reason
    assert [one.channel for one in standing(steps(store, 34), TODAY)] == ["visit"]


def test_a_consent_does_not_undo_a_later_withdrawal(store, capsys):
    for words in (["nominate", "ERNSH", "--on", "1998-01-01"],
                  ["withdraw", "ERNSH", "--on", "1998-03-01"]):  # fmt: skip
        assert run(["ref", *words, "--today", TODAY, "--db", str(store), "-q"]) == 0
    take(store, capsys, sheet(store, "ERNSH,,call,1998-02-01,,R,\n"))
    assert not standing(steps(store), TODAY)
    assert standing(steps(store), "1998-02-15")


def test_a_dry_run_keeps_nothing(store, demo_store, capsys):
    file = sheet(store, "ERNSH,,call,1998-01-05,,R,\n")
    take(store, capsys, file, "--nominate", "--dry-run")
    assert logical_dump(store) == logical_dump(demo_store)


def test_a_sheet_without_the_headings_is_refused_whole(store, demo_store, capsys):
    good = sheet(store, "ERNSH,,call,1998-01-05,,R,\n")
    bad = sheet(store, "ERNSH,yes\n", "Customer,Agreed\n", "bad.csv")
    _rows, err = take(store, capsys, good, bad, "--nominate", code=ExitCode.DECIDE)
    assert "consent-headings" in err
    assert logical_dump(store) == logical_dump(demo_store)


def test_every_channel_has_its_words_and_no_word_two_channels():
    channels = _words()["channels"]
    assert list(channels) == list(CHANNELS)
    assert all(name in words for name, words in channels.items())
    assert sum(map(len, channels.values())) == len(frozenset().union(*channels.values()))
