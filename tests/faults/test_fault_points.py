"""A fault at step N, for every N: the store is as before, until N is beyond the last step.

A step is a statement of SQL, which fails as a bad disk would; or, inside of statements, every few
instructions of SQLite's machine, where it is told to stop. The short form tries some of the
steps, ``make faults-slow`` nearly all.
"""

from __future__ import annotations

import shlex
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from writers import JOBS, content

from ci_cli import text
from ci_cli.cli.app import run
from ci_cli.store import backup, connections, engine

Sabotage = Callable[[pytest.MonkeyPatch, int], list[int]]
WRITING = (
    "import", "undo", "link", "edit", "merge", "apply", "auto", "split", "migration", "first import",
)  # fmt: skip


class Steps:
    """Counts steps and fails at one of them."""

    def __init__(self, fail_at: int) -> None:
        self.fail_at, self.count = fail_at, 0

    def step(self) -> None:
        self.count += 1
        if self.count == self.fail_at:
            error = sqlite3.OperationalError("disk I/O error")
            error.sqlite_errorcode = sqlite3.SQLITE_IOERR  # type: ignore[misc]
            raise error


def fail_at_statement(monkeypatch: pytest.MonkeyPatch, number: int) -> Steps:
    """Let statement ``number`` of the store's connections fail instead of running."""
    steps = Steps(number)
    for name in ("execute", "executemany"):
        original = getattr(sqlite3.Connection, name)

        def failing(self: Any, *args: Any, original: Any = original) -> Any:
            # the way back must be free: SQLite itself rolls back when a disk fails
            if not str(args[0]).startswith("ROLLBACK"):
                steps.step()
            return original(self, *args)

        monkeypatch.setattr(connections.StoreConnection, name, failing, raising=False)
    return steps


def stop_at_instruction(monkeypatch: pytest.MonkeyPatch, number: int) -> Steps:
    """Let SQLite stop in the middle of whatever it does, after ``number`` × 200 instructions."""
    steps = Steps(number)
    opened = connections.open_file

    def watched(*args: Any) -> connections.StoreConnection:
        conn = opened(*args)

        def look() -> int:
            steps.count += 1
            return int(steps.count == steps.fail_at)

        conn.set_progress_handler(look, 200)
        return conn

    monkeypatch.setattr(connections, "open_file", watched)
    return steps


def test_the_way_to_fail_really_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    JOBS["edit"].prepare(tmp_path)
    with monkeypatch.context() as patch:
        fail_at_statement(patch, 1)
        with pytest.raises(sqlite3.OperationalError, match="disk I/O error"):
            engine.connect(tmp_path / "ci.db")


@pytest.mark.parametrize("every", [False, pytest.param(True, marks=pytest.mark.loops)])
@pytest.mark.parametrize("sabotage", [fail_at_statement, stop_at_instruction])
@pytest.mark.parametrize("name", WRITING)
def test_a_fault_at_step_n(
    name: str,
    sabotage: Callable[[pytest.MonkeyPatch, int], Steps],
    every: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    job = JOBS[name]
    clean, folder = tmp_path / "clean", tmp_path / "try"
    clean.mkdir()
    job.prepare(clean)
    before = content(clean / "ci.db")
    monkeypatch.setenv("CI_LANG", "en")
    total, number, faults = 0, 1, 0
    while True:
        if folder.exists():
            shutil.rmtree(folder)
        shutil.copytree(clean, folder)
        capsys.readouterr()
        with monkeypatch.context() as patch:
            patch.chdir(folder)
            steps = sabotage(patch, number)
            code = run([*shlex.split(job.line), "--quiet"])
        text.activate("en")
        said = capsys.readouterr().err
        if steps.count < number:
            break  # beyond the last step: the command was not disturbed
        faults += 1
        found = content(folder / "ci.db")
        if found != before:
            # everything was committed before the fault: that must not be denied
            assert "is as it was before" not in said, (number, said)
            assert "Nothing was changed" not in said, (number, said)
        assert code in (0, 1, 70), (number, said)
        assert code != 0 or found != before, number
        assert "Traceback" not in said, number
        if (folder / "ci.db").exists():
            with closing(engine.connect(folder / "ci.db", upgrade=False)) as conn:
                assert backup.check(conn) == [], number
        total = max(total, steps.count)
        # the first steps one by one, then ever wider apart
        number += number // 40 + 1 if every else number // 2 + 1
    assert code == 0, said
    assert content(folder / "ci.db") != before
    assert faults >= 3
