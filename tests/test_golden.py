"""Transcripts of the commands on the demo store: what people see is looked at as a whole.

``tests/golden/NAME.txt`` holds commands (``$ …``) and everything they print: stdout as it is,
stderr with ``! `` before each line, the exit code where it is not 0. After a change that is
meant, write them anew with ``CI_GOLDEN=write`` in the environment, and read the difference.

Names that begin with ``demo`` run on all of the demo, with what was invented beside its orders; the
others on the orders alone.

Lines with ``< …`` after a command are typed at a terminal, each when the program waits for it: then
everything stands as a person sees it, both streams together. ``< ^D`` ends the input.
"""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from ci_cli.cli import demo_story
from ci_cli.cli.demo import FILES
from ci_cli.cli.options import Session
from terminal import at_a_terminal

GOLDEN = Path(__file__).parent / "golden"
_CHANGING = (
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d\+00:00)?"), "<the minute now>"),
    (re.compile(r"-\d{8}T\d{6}\.backup"), "-<time>.backup"),
    (re.compile(r"\d+\.\d MiB"), "<size> MiB"),
    (re.compile(r"\bseconds=\d+\.\d"), "seconds=<n>"),
    (re.compile(r"^.*Time: \d+\.\d s\.\n", re.MULTILINE), ""),  # only a busy machine says it
)


def _run(line: str, folder: Path, typed: list[str] | None = None) -> str:
    """Run one command line in ``folder`` and return the transcript of it."""
    environment = {
        "PATH": os.environ["PATH"], "LOGNAME": "tester", "TZ": "UTC", "LANG": "C.UTF-8",
        "COLUMNS": "120", "PYTHONIOENCODING": "utf-8",
    }  # fmt: skip
    words = shlex.split(line)
    assert words[0] == "ci-cli"
    command = [sys.executable, "-m", "ci_cli", *words[1:]]
    parts = [f"$ {line}"]
    if typed is None:
        done = subprocess.run(
            command, cwd=folder, env=environment,
            capture_output=True, encoding="utf-8", check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        parts += done.stdout.splitlines()
        parts += [f"! {text}" for text in done.stderr.splitlines()]
        code = done.returncode
    else:
        shown, code = at_a_terminal(command, typed, folder, {**environment, "TERM": "dumb"})
        parts += [f"< {answer}" for answer in typed]
        parts += shown.splitlines()
    if code:
        parts.append(f"= {code}")
    shown = "\n".join(text.rstrip() for text in parts) + "\n"
    shown = shown.replace(str(folder), "<folder>")
    for pattern, replacement in _CHANGING:
        shown = pattern.sub(replacement, shown)
    return shown


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, examples: Path) -> Path:
    """The demo store, its files named as a person in their folder would name them."""
    folder = tmp_path_factory.mktemp("golden")
    for name in FILES:
        shutil.copy(examples / "northwind" / name, folder)
    _run("ci-cli init --currency USD", folder)
    _run(f"ci-cli import {' '.join(FILES)} -q", folder)
    return folder / "ci.db"


@pytest.fixture(scope="module")
def told(store: Path, tmp_path_factory: pytest.TempPathFactory, examples: Path) -> Path:
    """The same with the invented half year of the demo, as ``init --demo`` brings it in."""
    folder = tmp_path_factory.mktemp("told")
    shutil.copy(store, folder)
    shutil.copytree(examples / "northwind" / "invented", folder / "invented")
    session = Session(folder / "ci.db", user="tester", now="2026-01-01T00:00:00+00:00")
    with contextlib.chdir(folder), session.store(write=True) as conn:
        demo_story.bring_in(
            conn, session, Path("invented").joinpath, as_of=date(1998, 5, 6), currency="USD"
        )
    return folder / "ci.db"


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.txt")), ids=lambda path: path.stem)
def test_transcript(path: Path, tmp_path: Path, store: Path, told: Path, examples: Path) -> None:
    expected = path.read_text("utf-8")
    shutil.copy(told if path.stem.startswith("demo") else store, tmp_path / "ci.db")
    for file in (examples / "northwind").glob("*.csv"):
        shutil.copy(file, tmp_path)
    if (GOLDEN / path.stem).is_dir():
        shutil.copytree(GOLDEN / path.stem, tmp_path, dirs_exist_ok=True)
    commands: list[tuple[str, list[str] | None]] = []
    for line in expected.splitlines():
        if line.startswith("$ "):
            commands.append((line[2:], None))
        elif line.startswith("<"):
            commands[-1] = (commands[-1][0], [*(commands[-1][1] or []), line[2:]])
    assert commands
    if sys.platform == "win32" and any(typed is not None for _line, typed in commands):
        pytest.skip("there is no pseudo terminal")
    actual = "\n".join(_run(line, tmp_path, typed) for line, typed in commands)
    if os.environ.get("CI_GOLDEN") == "write":
        path.write_text(actual, "utf-8")
    assert actual == path.read_text("utf-8")
