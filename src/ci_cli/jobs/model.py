"""What a job is: its steps, where they run, and who is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from ci_cli.jobs import gaps

When = Literal["failed", "not-done", "always"]


@dataclass(frozen=True)
class Step:
    """One command of a job.

    Args:
        name: unique within the job.
        words: of the command, without the name of the program.
        line: where the words stand in the file.
        if_files: globs; the step is left out where one of them fits no file.
        continue_on_error: go on with the next step after a failure.
        stop_on: codes of outcomes that are no failure (3, 4) at which the job stops all the same.
        timeout: seconds after which the step is stopped.
    """

    name: str
    words: tuple[str, ...]
    line: int
    if_files: tuple[str, ...] = ()
    continue_on_error: bool = False
    stop_on: tuple[int, ...] = ()
    timeout: int | None = None


@dataclass(frozen=True)
class Notify:
    """A program that is handed the log of a run: its words, when it is called, its line."""

    words: tuple[str, ...]
    when: When
    line: int


@dataclass(frozen=True)
class Job:
    """A job file.

    Args:
        name: of the job.
        steps: in their order.
        folder: where the steps run, seen from the folder of the job file.
        store: seen from ``folder``; None: the store of the command line.
        language: of what the steps say; None: that of the command line.
        log: a file that gets every line, seen from ``folder``.
        state: the folder for what is remembered of a run; None: the folder of the job file.
        folders: made before the first step.
        notify: who is told.
        lines: of the keys of the file, for faults that show later.
    """

    name: str
    steps: tuple[Step, ...]
    folder: str = "."
    store: str | None = None
    language: str | None = None
    log: str | None = None
    state: str | None = None
    folders: tuple[str, ...] = ()
    notify: Notify | None = None
    lines: Mapping[str, int] | None = None

    def line_of(self, key: str) -> int:
        """Return the line of a key of the file."""
        return (self.lines or {}).get(key, 1)

    def filled(self, values: Mapping[str, str]) -> Job:
        """Return the job with every gap filled."""

        def text(one: str | None) -> str | None:
            return None if one is None else gaps.fill(one, values)

        def every(some: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(gaps.fill(one, values) for one in some)

        return replace(
            self,
            log=text(self.log),
            folders=every(self.folders),
            notify=self.notify and replace(self.notify, words=every(self.notify.words)),
            steps=tuple(
                replace(step, words=every(step.words), if_files=every(step.if_files))
                for step in self.steps
            ),
        )
