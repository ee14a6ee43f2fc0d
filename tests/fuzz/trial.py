"""Import one spoilt file and look at everything that must hold, whatever was in it.

Only a :class:`CiError` with a code that docs/errors.md explains may come out; the books balance; the
store is sound after success and untouched after failure; the same file again brings nothing; undo
takes everything back; nothing else is left on the disk, no file is left open, nothing is asked of a
network; it takes no longer than ``SECONDS``.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import resource
import shutil
import signal
import sys
import tempfile
import traceback
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import mutants
from mutants import Mutant, Seed

from ci_cli import text
from ci_cli.cli import app
from ci_cli.errors import CiError
from ci_cli.importing.layout.options import LayoutOptions
from ci_cli.importing.load import run_import
from ci_cli.importing.model import ImportOptions
from ci_cli.output.messages import error_lines, place_text
from ci_cli.output.rejects import rejects_writer
from ci_cli.readers.base import ReadOptions
from ci_cli.shapes.trade import Counts
from ci_cli.store import engine, seals
from ci_cli.store.writes import undo
from ci_cli.text import translate
from importer import new_store
from store_dump import logical_dump

SECONDS = 10  # of the processor
THOROUGH = 0.04  # share of the trials that also go through the command line and undo
MEMORY_MIB = 500  # that one trial may add to what the process ever held
ROOT = Path(__file__).resolve().parents[2]
CODES = frozenset(re.findall(r"^## (\S+)$", (ROOT / "docs" / "errors.md").read_text("utf-8"), re.M))
AT = "2026-01-02T03:04:05+00:00"
DONE, DECIDE_OR_FAIL = (0, 4), (1, 2)


class Violation(AssertionError):  # noqa: N818 - it is what a trial finds
    """Something that must hold does not.

    Args:
        what: a short name, the same for the same fault.
        detail: whatever helps to find it.
    """

    def __init__(self, what: str, detail: str = "") -> None:
        super().__init__(f"{what}\n{detail}")
        self.what, self.detail = what, detail


class _TooLongError(BaseException):
    """The time is over."""


@dataclass(frozen=True)
class Outcome:
    """How a trial ended."""

    code: int
    error: str  # code of the error, "" where there was none
    counts: Counts | None = None


def options_of(words: Sequence[str]) -> ImportOptions:
    """Return what the words of a seed mean, without the command line and its cost."""
    given: dict[str, str] = {}
    rest = list(words)
    while rest:
        name = rest.pop(0)
        alone = name in ("--fill-merged", "--unpivot", "--yes")
        given[name] = "" if alone else rest.pop(0)
    field_name, _, width = given.get("--id-width", "").partition("=")
    first, _, last = given.get("--complete", "").partition("..")
    return ImportOptions(
        read=ReadOptions(encoding=given.get("--encoding")),
        kind=given.get("--as"),
        decimal=given.get("--decimal"),
        on_match=given.get("--on-match", "update"),  # type: ignore[arg-type]
        layout=LayoutOptions(
            fill_down=(given["--fill-down"],) if "--fill-down" in given else (),
            fill_merged="--fill-merged" in given,
            unpivot=True if "--unpivot" in given else None,
            unpivot_as=given.get("--unpivot-as"),  # type: ignore[arg-type]
        ),
        id_widths={field_name: int(width)} if width else {},
        complete=(first, last) if first else None,
        withdraw="--yes" in given,
    )


class Bench:
    """A folder in which one spoilt file after the other is imported into a fresh store."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.inbox, self.temp = self.folder / "in", self.folder / "temp"
        for one in (self.inbox, self.temp):
            one.mkdir()
        self.store = self.folder / "ci.db"
        self.templates: dict[str, bytes] = {}
        self.dumps: dict[str, object] = {}
        new_store(self.store)
        self._keep_as("empty")
        for seed in mutants.own_seeds():
            if seed.name in ("orders.csv", "customers.csv", "products.csv"):
                self._load(self._put(seed, seed.data), seed.words)
        self._keep_as("filled")

    def _keep_as(self, name: str) -> None:
        self.templates[name] = self.store.read_bytes()
        self.dumps[name] = logical_dump(self.store, provenance=True)

    # --- one trial

    def trial(self, rng: Random, mutant: Mutant) -> Outcome:
        """Import one file; raise a :class:`Violation` where something is not as it must be."""
        which = rng.choice(("empty", "filled"))
        thorough = rng.random() < THOROUGH
        self._clear()
        self.store.write_bytes(self.templates[which])
        path = self._put(mutant.seed, mutant.data)
        with self._watched():
            outcome = self._load(path, mutant.seed.words)
            if outcome.code in DONE:
                self._check_success(path, mutant.seed.words, which, thorough=thorough)
            else:
                self._check_failure(path, which)
            if thorough:
                self._by_command(
                    path, mutant.seed.words, which, outcome, rng.choice(text.LANGUAGES)
                )
        return outcome

    def _put(self, seed: Seed, data: bytes) -> Path:
        path = self.inbox / seed.name
        path.write_bytes(data)
        return path

    def _load(self, path: Path, words: Sequence[str]) -> Outcome:
        """Import a file as the command does."""
        try:
            with time_limit(), closing(engine.connect(self.store, write=True)) as conn:
                result = run_import(
                    conn, [path], options_of(words), imported_by="fuzz", at=AT,
                    write_rejects=rejects_writer(None, self.store),
                )  # fmt: skip
        except CiError as error:
            if error.code not in CODES or error.exit_code not in DECIDE_OR_FAIL:
                raise Violation(f"error {error.code} with exit {error.exit_code}") from error
            for language in text.LANGUAGES:
                text.activate(language)
                error_lines(error)
            text.activate("en")
            return Outcome(int(error.exit_code), error.code)
        counts = result.counts
        if not counts.balanced:
            raise Violation("the books do not balance", str(counts))
        for file in result.files:
            told = [
                place_text(r.where) + translate(r.reason) + translate(r.fix) for r in file.rejects
            ]
            told += [translate(note.text) for note in file.notes]
            if not file.counts.balanced:
                raise Violation("the books of a file do not balance", str(file.counts))
            if file.counts.rejected + file.counts.conflict != len(file.rejects):
                raise Violation("rejects and their count differ", str(file.counts))
        bad = bool(counts.rejected + counts.conflict)
        if bad != bool(result.rejects_file):
            raise Violation("a file of rejects is missing, or there for nothing")
        return Outcome(4 if bad else 0, "", counts)

    def _check_failure(self, path: Path, which: str) -> None:
        """The store is byte for byte as before; beside it stands nothing new."""
        if (
            self.store.read_bytes() != self.templates[which]
            and logical_dump(self.store, provenance=True) != self.dumps[which]
        ):
            raise Violation("the store is not as it was before an error")
        self._check_left({path})

    def _check_success(
        self, path: Path, words: Sequence[str], which: str, *, thorough: bool
    ) -> None:
        self._check_store("after the import")
        once = logical_dump(self.store, provenance=True)
        again = self._load(path, words)
        if again.counts is None:
            raise Violation(f"the same again ends with {again.error}")
        if (again.counts.created, again.counts.updated) != (0, 0):
            raise Violation("the same again brings something", str(again.counts))
        if logical_dump(self.store, provenance=True) != once:
            raise Violation("the same again changes the store")
        self._check_left(
            {path, *self.inbox.glob("*.rejects*.csv"), *self.inbox.glob("*.withdrawn*.csv")}
        )
        if not thorough:
            return
        with closing(engine.connect(self.store, write=True)) as conn:
            last = conn.execute("SELECT max(id) FROM batch").fetchone()[0]
            for batch in (last, last - 1):
                with engine.transaction(conn):
                    undo.undo(conn, batch, AT)
        self._check_store("after undo")
        if logical_dump(self.store, provenance=True) != self.dumps[which]:
            raise Violation("undo does not lead back")

    def _check_store(self, when: str) -> None:
        with closing(engine.connect(self.store)) as conn:
            sound = [tuple(row) for row in conn.execute("PRAGMA integrity_check")]
            dangling = [tuple(row) for row in conn.execute("PRAGMA foreign_key_check")]
            broken = seals.broken(conn)
        if sound != [("ok",)] or dangling:
            raise Violation(f"the store is not sound {when}", f"{sound} {dangling}")
        if broken:
            raise Violation(f"the seals are broken {when}", str(broken))

    def _check_left(self, allowed: set[Path]) -> None:
        there = {path for path in self.folder.rglob("*") if path.is_file()}
        if there - allowed - {self.store}:
            raise Violation("files are left", str(sorted(there - allowed)))
        if any(self.temp.iterdir()):
            raise Violation("temporary folders are left", str(list(self.temp.iterdir())))

    def _by_command(
        self, path: Path, words: Sequence[str], which: str, outcome: Outcome, language: str
    ) -> None:
        """The command itself ends alike and prints no traceback; so does a look without a store."""
        self.store.write_bytes(self.templates[which])
        line = ["import", "run", str(path), "--db", str(self.store), "--lang", language, *words]
        code, said = self._run(line)
        if code != outcome.code:
            raise Violation(f"the command ends with {code} instead of {outcome.code}", said)
        if outcome.error and f"#{outcome.error})" not in said.replace("）", ")"):
            raise Violation(f"the command does not say {outcome.error}", said)
        self._run(["import", "preview", str(path), "--format", "csv", "--lang", language])

    def _run(self, words: list[str]) -> tuple[int, str]:
        said = io.StringIO()
        try:
            with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said), time_limit():
                code = int(app.run(words))
        finally:
            text.activate("en")
        if "_TooLongError" in said.getvalue():  # the program explains every end, this one too
            raise Violation(f"{words[1]} takes longer than {SECONDS} s")
        if code not in (*DONE, *DECIDE_OR_FAIL):
            raise Violation(f"exit {code}: {self._why(words)}", said.getvalue())
        if "Traceback" in said.getvalue():
            raise Violation("a traceback is printed", said.getvalue())
        return code, said.getvalue()

    def _why(self, words: list[str]) -> str:
        """Return the error that a command hides from people, and where it comes from."""
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            try:
                code = app.run([*words, "--debug"])
            except Exception as error:
                return signature(error)
        return f"unknown; with --debug {code}"

    # --- around it

    def _clear(self) -> None:
        for path in self.inbox.iterdir():
            path.unlink()
        for path in self.temp.iterdir():
            shutil.rmtree(path, ignore_errors=True)

    @contextlib.contextmanager
    def _watched(self) -> Iterator[None]:
        """Let the block do only what an import may; turn every other end into a violation."""
        install_audit()
        former, open_before = tempfile.tempdir, _open_files()
        memory_before = _most_memory()
        tempfile.tempdir = str(self.temp)
        _audited["folder"], _audited["found"] = str(self.folder), []
        try:
            yield
        except (Violation, KeyboardInterrupt):
            raise
        except _TooLongError as error:
            raise Violation(f"takes longer than {SECONDS} s: {signature(error)}") from error
        except BaseException as error:
            raise Violation(signature(error), "".join(traceback.format_exception(error))) from error
        finally:
            tempfile.tempdir = former
            _audited["folder"] = None
        if _audited["found"]:
            raise Violation(f"does what it may not: {_audited['found'][0]}", str(_audited["found"]))
        if _open_files() > open_before:
            raise Violation("files are left open", f"{open_before} -> {_open_files()}")
        used = _most_memory() - memory_before
        if used > MEMORY_MIB:
            raise Violation("takes too much memory", f"{used} MiB")


def signature(error: BaseException) -> str:
    """Return the name of an error and the last places of our own that it went through."""
    frames = [
        f"{Path(frame.filename).stem}.{frame.name}:{frame.lineno}"
        for frame in traceback.extract_tb(error.__traceback__)
        if "ci_cli" in frame.filename
    ]
    return f"{type(error).__name__} at {' < '.join(reversed(frames[-3:]))}"


def _most_memory() -> int:
    """Return the most memory that this process has held so far, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _open_files() -> int:
    try:
        return len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - counted before each of many trials
    except OSError:  # no such place on this system
        return 0


@contextlib.contextmanager
def time_limit() -> Iterator[None]:
    """Stop the block after ``SECONDS``."""

    def stop(_number: int, _frame: object) -> None:
        raise _TooLongError

    # time of the processor, since the machine may have other things to do; and of waiting, at last
    clocks = (
        (signal.SIGPROF, signal.ITIMER_PROF, SECONDS),
        (signal.SIGALRM, signal.ITIMER_REAL, 90),
    )
    former = [signal.signal(number, stop) for number, _clock, _seconds in clocks]
    for _number, clock, seconds in clocks:
        signal.setitimer(clock, seconds)
    try:
        yield
    finally:
        for (number, clock, _seconds), handler in zip(clocks, former, strict=True):
            signal.setitimer(clock, 0)
            signal.signal(number, handler)


# --- what an import may not do: speak to a network, write elsewhere

_audited: dict[str, Any] = {"folder": None, "found": [], "installed": False}


def install_audit() -> None:
    """Begin to listen; it cannot be ended, but does nothing between trials."""
    if not _audited["installed"]:
        sys.addaudithook(_audit)
        _audited["installed"] = True


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    folder = _audited["folder"]
    if folder is None:
        return
    if event in ("socket.connect", "socket.getaddrinfo", "socket.bind", "socket.sendto"):
        _audited["found"].append(event)
    elif event == "open" and isinstance(arguments[0], str) and isinstance(arguments[2], int):
        name = arguments[0]
        if (
            arguments[2] & (os.O_WRONLY | os.O_RDWR)
            and name != os.devnull
            and not os.path.abspath(name).startswith(folder)  # noqa: PTH100 - must not ask the disk
        ):
            _audited["found"].append(f"{event} {name}")
