"""What can go wrong, said once: a code, a place, a cause and a remedy."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from ci_cli.text import Msg


class ExitCode(IntEnum):
    """What the shell learns when a command ends."""

    DONE = 0
    FAILED = 1  # nothing changed
    DECIDE = 2  # usage, mapping or ambiguity: a person must decide
    CHECK_FIRED = 3  # only where --fail-on asked for it
    PARTIAL = 4  # some rows were rejected
    BUSY = 5  # another program holds the store
    DAMAGED = 6  # the store is damaged, or newer than this program
    UNFORESEEN = 70
    INTERRUPTED = 130
    TERMINATED = 143


@dataclass(frozen=True)
class Where:
    """A place in what the user gave us; every part may be missing."""

    file: str | None = None
    sheet: str | None = None
    line: int | None = None
    column: str | None = None


@dataclass(frozen=True)
class Answer:
    """One way out of an error that a person must decide.

    Args:
        words: what to add to the command: ``("--dates", "dmy")``.
        meaning: what it means, one sentence or a word of the file.
    """

    words: tuple[str, ...]
    meaning: Msg | str


class CiError(Exception):
    """The one error that users see.

    Args:
        code: stable short name, the heading of its page in ``docs/errors.md``.
        message: what happened and why, one sentence.
        hint: what to do next, one sentence.
        where: file, sheet, line, column as far as known.
        exit_code: what the process ends with.
        details: further lines, for instance the candidates among which a person must choose.
        choice: the ways out, where words added to the command decide. Whoever sits at a terminal
            is asked; a script ends with the error, whose hint names the words.
    """

    def __init__(
        self,
        code: str,
        message: Msg,
        *,
        hint: Msg | None = None,
        where: Where | None = None,
        exit_code: ExitCode = ExitCode.FAILED,
        details: tuple[Msg | str, ...] = (),
        choice: tuple[Answer, ...] = (),
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.hint = hint
        self.where = where or Where()
        self.exit_code = exit_code
        self.details = details
        self.choice = choice
        self.headings: tuple[str, ...] = ()  # of the table that it is about, where that is known
