"""Run one step of a job: the program itself, in a process of its own, never through a shell.

A step that crashes, hangs or eats memory takes nothing with it, and the day and the store are said
once for all steps. The lock of the job is handed down: while a step lives on after its job was
killed, no second run begins.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import IO, Any

from ci_cli.cli.jobs.job_words import Command
from ci_cli.errors import ExitCode
from ci_cli.jobs.model import Notify, Step

GRACE_SECONDS = 10.0  # between asking a step to stop and stopping it
NOTIFY_SECONDS = 120.0
LARGEST_SAID = 64 * 1024  # bytes of what a step says that are kept, the last ones
_COUNTS = ("read", "created", "updated", "unchanged", "conflict", "rejected")


@dataclass(frozen=True)
class Ended:
    """How a step ended.

    Args:
        exit: its code.
        outcome: ``done``, ``failed``, ``timed-out``, ``fired`` or ``partial``.
        seconds: how long it took.
        said: the lines that it wrote to stderr.
        counts: of an import.
    """

    exit: int
    outcome: str
    seconds: float
    said: list[str] = field(default_factory=list)
    counts: Mapping[str, int] = field(default_factory=dict)


def run_step(
    step: Step, command: Command, *, folder: Path, environment: Mapping[str, str], today: date,
    lock: int | None,
) -> Ended:  # fmt: skip
    """Run a step to its end.

    Args:
        step: with its gaps filled.
        command: what its words mean.
        folder: where it runs.
        environment: its variables.
        today: what counts as today.
        lock: the handle of the lock of the job.
    """
    words, counted = _words(step, command, today)
    # no folder of the job on the path of modules: a file json.py there is not ours
    line = [sys.executable, "-P", "-m", "ci_cli", *words]
    began = time.monotonic()
    sys.stdout.flush()
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as told:
        process = subprocess.Popen(
            line, cwd=folder, env=dict(environment), stdin=subprocess.DEVNULL,
            stdout=told if counted else None, stderr=said,
            pass_fds=() if lock is None or os.name != "posix" else (lock,),
        )  # fmt: skip
        in_time = _wait(process, step.timeout)
        code, seconds = process.returncode, round(time.monotonic() - began, 1)
        counts, notes = _counted(told) if counted else ({}, [])
        lines = [*_last_lines(said), *notes]
    if not in_time:
        return Ended(int(ExitCode.FAILED), "timed-out", seconds, lines, counts)
    if code < 0:  # killed: nothing that a command of ours would do
        lines.append(f"signal {-code}")
        code = int(ExitCode.UNFORESEEN)
    return Ended(code, _outcome(code), seconds, lines, counts)


def tell(notify: Notify, text: str, *, folder: Path, environment: Mapping[str, str]) -> str | None:
    """Hand the lines of a run to the program that tells people; return why it failed, if it did."""
    try:
        done = subprocess.run(
            list(notify.words), input=text, cwd=folder, env=dict(environment), text=True,
            encoding="utf-8", errors="backslashreplace", capture_output=True,
            timeout=NOTIFY_SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return f"no end after {NOTIFY_SECONDS:.0f} s"
    except OSError as error:
        return error.strerror or type(error).__name__
    if done.returncode:
        return f"exit {done.returncode}: {(done.stderr or done.stdout).strip()[:500]}"
    return None


def _words(step: Step, command: Command, today: date) -> tuple[list[str], bool]:
    """Return the words that are run, and whether the step counts rows."""
    words = list(step.words)
    more = [] if any(word.startswith("--today") for word in words) else [f"--today={today}"]
    plain = command.values.get("format") is None and command.values.get("out") is None
    counted = command.path == ("import", "run") and plain
    if counted:
        more.append("--format=json")
    words[command.typed : command.typed] = more
    return words, counted


def _wait(process: subprocess.Popen[bytes], seconds: int | None) -> bool:
    """Wait for the end of a process and return True; stop it and return False after ``seconds``."""
    with _stopped(process):
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            _stop(process)
            return False
    return True


@contextmanager
def _stopped(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Leave no process behind when the block is interrupted."""
    try:
        yield
    except BaseException:
        _stop(process)
        raise


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _outcome(code: int) -> str:
    known = {ExitCode.DONE: "done", ExitCode.CHECK_FIRED: "fired", ExitCode.PARTIAL: "partial"}
    return known.get(ExitCode(code), "failed") if code in set(ExitCode) else "failed"


def _last_lines(file: IO[bytes]) -> list[str]:
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - LARGEST_SAID))
    lines = file.read().decode("utf-8", "backslashreplace").splitlines()
    return ["…", *lines[1:]] if size > LARGEST_SAID else lines


def _counted(file: IO[bytes]) -> tuple[dict[str, int], list[str]]:
    """Return how the rows of an import ended, added up, and what it had to say of them."""
    file.seek(0)
    try:
        told: Mapping[str, Any] = json.loads(file.read())
        rows: Sequence[Mapping[str, Any]] = told["rows"]
        counts = {name: sum(int(row[name]) for row in rows) for name in _COUNTS}
        return counts, [str(note["text"]) for note in told["meta"]["notes"]]
    except (ValueError, KeyError, TypeError):
        return {}, []  # it did not come to that
