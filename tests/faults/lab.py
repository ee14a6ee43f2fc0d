"""A folder with a store in which faults are tried, and what must hold after each of them."""

from __future__ import annotations

import os
import shlex
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from ci_cli import text
from ci_cli.cli.app import run as run_program
from ci_cli.store import backup, engine
from store_dump import logical_dump

Content = bytes | str | Callable[[Path], object]


@dataclass(frozen=True)
class Case:
    """One way in which a fault of the table shows, and the answer that it must get.

    Args:
        row: number in ``table.toml``.
        name: what is special about this case.
        files: name -> content, or a function that writes the file at the path it is given.
        run: the command line; by default the first file is imported as orders.
        given: command lines that run before, and must succeed.
        exit: the exit code expected.
        code: the error code expected, ``""`` where none.
        says: words that must be said, on stdout or stderr.
        counts: some of read, created, updated, unchanged, conflict, rejected of the import.
        rejects: words that the file of rejects must hold.
        check: looks at the lab afterwards.
        act: does it all itself instead of ``run``; gets the lab.
        again: a second import of the same must add nothing (looked at after exit 0 and 4).
        gap: why the program does not stand this yet; the case must then fail.
        shared: needs the real data beside the checkout.
    """

    row: int
    name: str
    files: Mapping[str, Content] = field(default_factory=dict)
    run: str | None = None
    given: tuple[str, ...] = ()
    exit: int = 0
    code: str = ""
    says: tuple[str, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    rejects: tuple[str, ...] = ()
    check: Callable[[Lab], None] | None = None
    act: Callable[[Lab], None] | None = None
    again: bool = True
    gap: str = ""
    posix: bool = False

    @property
    def id(self) -> str:
        """Return what pytest calls the case."""
        return f"row-{self.row:03}-{self.name.replace(' ', '-')}"

    @property
    def line(self) -> str:
        """Return the command line that is tried."""
        if self.run is not None:
            return self.run
        first = next(iter(self.files), "orders.csv")
        return f"import {shlex.quote(first)} --as orders"


@dataclass(frozen=True)
class Elsewhere:
    """A fault that a test of another folder proves."""

    row: int
    proof: str  # tests/folder/test_file.py::test_name

    @property
    def name(self) -> str:
        """Return the last part of the proof."""
        return self.proof.rsplit("::", 1)[-1]


@dataclass(frozen=True)
class Answer:
    """What a command said and how it ended."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        """Return everything."""
        return self.out + self.err


class Lab:
    """A folder of its own with an empty store ``ci.db``, and commands run in it."""

    def __init__(
        self,
        folder: Path,
        monkeypatch: pytest.MonkeyPatch,
        capture: pytest.CaptureFixture[str],
        demo: Path,
    ) -> None:
        self.folder, self.monkeypatch, self.capture, self.demo = folder, monkeypatch, capture, demo
        self.store = folder / "ci.db"
        monkeypatch.chdir(folder)
        monkeypatch.delenv("CI_DB", raising=False)
        for name in ("CI_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
            monkeypatch.setenv(name, "en")
        engine.create(self.store, currency="EUR", zone="UTC").close()

    def write(self, files: Mapping[str, Content]) -> None:
        """Make the files of a case."""
        for name, content in files.items():
            path = self.folder / name
            if callable(content):
                content(path)
            else:
                path.write_bytes(content.encode() if isinstance(content, str) else content)

    def run(self, line: str) -> Answer:
        """Run one command line as ``ci-cli`` would."""
        self.capture.readouterr()
        try:
            code = int(run_program(shlex.split(line)))
        finally:
            text.activate("en")
        out, err = self.capture.readouterr()
        return Answer(code, out, err)

    def spawn(self, *words: str, **options: object) -> subprocess.CompletedProcess[bytes]:
        """Run a command in a process of its own, with a time limit that no sound command needs."""
        return subprocess.run(
            [sys.executable, "-m", "ci_cli", *words],
            capture_output=True, timeout=120, check=False, **options,  # type: ignore[call-overload]
        )  # fmt: skip

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """Return the rows of a query on the store."""
        with closing(sqlite3.connect(f"{self.store.as_uri()}?mode=ro", uri=True)) as conn:
            return [tuple(row) for row in conn.execute(query)]

    def state(self) -> tuple[object, ...]:
        """Return what the store says, its journal included; None without a store."""
        if not self.store.exists():
            return (None,)
        return (logical_dump(self.store, provenance=True), self.journal())

    def journal(self) -> list[tuple[object, ...]]:
        """Return the imports with their counts."""
        return self.rows(
            'SELECT id, command, undone_at IS NULL, "read", created, updated, unchanged,'
            ' "conflict", rejected FROM batch ORDER BY id'
        )

    def counts(self) -> dict[str, int]:
        """Return the counts of the last import."""
        names = ("read", "created", "updated", "unchanged", "conflict", "rejected")
        last = self.journal()[-1]
        return dict(zip(names, last[3:], strict=True))  # type: ignore[arg-type]

    def sound(self) -> None:
        """Assert that the store is whole: structure, references, books, sums."""
        with closing(engine.connect(self.store)) as conn:
            assert backup.check(conn) == []

    def left(self) -> set[str]:
        """Return the names of the files in the folder."""
        return {path.name for path in self.folder.iterdir()}


def refuse_to_be_root() -> bool:
    """Tell whether permissions mean nothing here."""
    return os.name == "posix" and os.geteuid() == 0
