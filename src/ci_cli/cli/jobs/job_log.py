"""The log of a job: one line for each step that a program can read as well as a person.

``key=value`` pairs, never translated: time, job, step, outcome, exit, seconds, counts. What a step
said that did not end with 0 follows below its line, indented.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from ci_cli.errors import CiError
from ci_cli.output.messages import say
from ci_cli.output.safe import safe_text

_INDENT = "    "


class Log:
    """Where the lines of one run go: the log file if there is one, and stderr.

    Args:
        job: its name.
        began: the moment at which the run began, ISO; later moments are counted from it.
        file: gets every line, and all that steps say.
        quiet: stderr gets only the lines of what did not end with 0.
    """

    def __init__(self, job: str, began: str, file: Path | None, *, quiet: bool) -> None:
        self._job = job
        self._began = datetime.fromisoformat(began)
        self._clock = time.monotonic()
        self._file = file
        self._quiet = quiet
        self.text: list[str] = []  # all lines of this run, for whoever is told

    def check(self) -> None:
        """Make sure that lines can be added before anything is done.

        Raises:
            CiError: they cannot.
        """
        if self._file is not None:
            _append(self._file, [])

    def write(
        self, step: str | None, *, wrong: bool, said: Sequence[str] = (), **pairs: object
    ) -> None:  # fmt: skip
        """Write one line.

        Args:
            step: what it is about; None: the run as a whole.
            wrong: it did not end with 0.
            said: lines that the step wrote to stderr.
            pairs: what else to say, in this order; None is left out.
        """
        since = timedelta(seconds=int(time.monotonic() - self._clock))
        moment = (self._began + since).isoformat()
        every = {"time": moment, "job": self._job, "step": step, **pairs}
        line = " ".join(f"{key}={_value(value)}" for key, value in every.items()
                        if value is not None)  # fmt: skip
        below = [_INDENT + safe_text(one) for one in said]
        if self._file is not None:
            _append(self._file, [line, *below])
        shown = [line, *(below if wrong else ())]
        self.text += shown
        if wrong or not self._quiet:
            for one in shown:
                say(one)

    @property
    def seconds(self) -> float:
        """Return how long the run has taken."""
        return round(time.monotonic() - self._clock, 1)


def _value(value: object) -> str:
    text = safe_text(str(value))
    plain = text and not any(mark in text for mark in ' "=')
    return text if plain else json.dumps(text, ensure_ascii=False)


def _append(file: Path, lines: list[str]) -> None:
    """Add lines in one piece, so that two programs never mix theirs."""
    from ci_cli.output.atomic import output_error

    data = "".join(f"{line}\n" for line in lines).encode("utf-8", "backslashreplace")
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            while data:
                data = data[os.write(handle, data) :]
        finally:
            os.close(handle)
    except OSError as error:
        problem: CiError = output_error(error, file)
        raise problem from error
