"""``dedupe review`` at a real terminal: what ends it, what it keeps, what it needs."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest

from ci_cli.cli.app import run
from ci_cli.output.wrapping import width_of
from terminal import at_a_terminal

LIST = """Customer ID,Company Name,Phone,Email,City
K1,Acme Trading Ltd,+44 20 7946 0018,sales@acme.co.uk,London
K2,ACME Trading Limited,+44 20 7946 0018,,Leeds
K3,北京华信科技有限公司,010-62345678,info@huaxin.cn,北京
K4,华信科技（北京）有限公司,01062345678,info@huaxin.cn,北京市
K5,"Blue \x1b[31mStar\x1b[0m [red]GmbH",030 1234567,x@bluestar.de,Berlin
K6,Blue Star GmbH,030 1234567,x@bluestar.de,Berlin
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a scanned store of three pairs."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CI_DB", raising=False)
    (tmp_path / "list.csv").write_text(LIST, "utf-8")
    assert run(["import", "list.csv", "--as", "customers", "-y", "-q"]) == 0
    assert run(["dedupe", "scan", "-q"]) == 0
    return tmp_path


def review(folder: Path, typed: list[str], *words: str, width: int = 80) -> tuple[str, int]:
    command = [sys.executable, "-m", "ci_cli", "dedupe", "review", *words]
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": str(width), "NO_COLOR": "1"}
    return at_a_terminal(command, typed, folder, environment)


def decided(capsys: pytest.CaptureFixture[str]) -> list[str]:
    capsys.readouterr()
    assert run(["dedupe", "history", "--format", "csv"]) == 0
    return capsys.readouterr().out.splitlines()[1:]


@pytest.mark.skipif(sys.platform == "win32", reason="there is no pseudo terminal")
@pytest.mark.parametrize(("key", "code"), [("^C", 130), ("^D", 0), ("q", 0)])
def test_what_ends_it_keeps_every_answer(
    key: str, code: int, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    screen, found = review(folder, ["m", key])
    assert found == code, screen
    assert len(decided(capsys)) == 1
    assert ("after the changes were saved" in screen) == (key == "^C")
    screen, found = review(folder, ["^C"])  # nothing was answered
    assert found == 130
    assert "the store is as it was before" in screen


@pytest.mark.skipif(sys.platform == "win32", reason="there is no pseudo terminal")
@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_cards_stay_inside_the_terminal(width: int, folder: Path) -> None:
    screen, code = review(folder, ["l", "?", "l", "l"], width=width)
    assert code == 0
    assert "\x1b[31m" not in screen  # of the name in the file
    assert "[red]" in screen
    # sentences are wrapped by the terminal, tables are not
    tables = [
        line for line in screen.splitlines() if not re.match(r"  [mkl?uq] {13}|Merged:", line)
    ]
    assert max(map(width_of, tables)) <= width
    assert "华信科技" in screen


def test_without_a_person_it_says_what_else_there_is(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for words in ([], ["--no-input"], ["--quiet"]):
        assert run(["dedupe", "review", *words]) == 2
        said = capsys.readouterr().err
        assert "-o pairs.xlsx" in said
        assert "dedupe apply" in said
    assert run(["dedupe", "review", "--yes"]) == 2
    assert decided(capsys) == []


@pytest.mark.skipif(sys.platform == "win32", reason="there is no pseudo terminal")
def test_when_nothing_is_open_it_says_so(folder: Path) -> None:
    screen, code = review(folder, ["k", "k", "k"])
    assert code == 0
    assert "kept apart: 3" in screen
    screen, code = review(folder, [])
    assert code == 0
    assert "still open: 0" in screen
