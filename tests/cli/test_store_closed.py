"""Whoever reads a report slowly (a pager, a pipe) keeps nobody from writing to the store."""

from __future__ import annotations

import shlex
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ci_cli import text
from ci_cli.cli.app import run
from ci_cli.store import engine
from test_help_examples import ANSWERS, CONSENTS, EXAMPLES, FIRST, JOB, WITHOUT_A_STORE, type_line

SHOWING = [
    title for title in EXAMPLES
    if title not in WITHOUT_A_STORE
    # a review writes to a file or asks at a terminal
    and title not in ("ci-cli db restore", "ci-cli import undo", "ci-cli dedupe review")
]  # fmt: skip
SILENT = ("acknowledge", "dismiss")  # what they did is said on stderr


class SlowReader:
    """Standard output whose reader looks, at every piece, whether the store can be written."""

    encoding = "utf-8"

    def __init__(self, store: Path) -> None:
        self.store = store
        self.pieces = 0
        self.buffer = self

    def write(self, piece: Any) -> int:
        if piece:
            self.pieces += 1
            with closing(sqlite3.connect(self.store, isolation_level=None, timeout=0)) as other:
                other.execute("BEGIN EXCLUSIVE")  # refused while anybody reads or writes
                other.execute("ROLLBACK")
        return len(piece)

    def flush(self) -> None: ...

    def isatty(self) -> bool:
        return False


@pytest.mark.parametrize("title", SHOWING)
def test_the_store_is_closed_before_anything_is_printed(
    title: str, story_store: Path, examples: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(examples / "northwind", tmp_path, dirs_exist_ok=True)
    shutil.copy(story_store, tmp_path / "ci.db")
    (tmp_path / "answers.csv").write_text(ANSWERS, "utf-8")
    (tmp_path / "consents.csv").write_text(CONSENTS, "utf-8")
    (tmp_path / "nightly.toml").write_text(JOB, "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CI_DB", str(tmp_path / "ci.db"))
    monkeypatch.setenv("CI_LANG", "en")
    for line in FIRST.get(title, []):
        assert type_line(line) == 0
    reader = SlowReader(tmp_path / "ci.db")
    monkeypatch.setattr(sys, "stdout", reader)
    words = shlex.split(EXAMPLES[title])[1:]
    if "-o" in words:
        at = words.index("-o")
        del words[at : at + 2]
    assert run(words) == 0
    text.activate("en")
    if words[0] in ("check", "export", "report", "rfm", "procat", "sql") and words[1] not in SILENT:
        assert reader.pieces


def test_the_reader_would_notice(story_store: Path, tmp_path: Path) -> None:
    shutil.copy(story_store, tmp_path / "ci.db")
    reader = SlowReader(tmp_path / "ci.db")
    with closing(engine.connect(tmp_path / "ci.db")) as conn, engine.snapshot(conn):
        conn.execute("SELECT count(*) FROM record").fetchone()
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            reader.write("x")
