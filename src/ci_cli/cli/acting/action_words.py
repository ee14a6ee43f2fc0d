"""What people type about an action: its number, words and days, checked before anything is done."""

from __future__ import annotations

from ci_cli.cli.options import Session
from ci_cli.errors import CiError, ExitCode
from ci_cli.report import Note
from ci_cli.text import Msg, msg


def number_of(text: str) -> int:
    """Return the number of an action that somebody typed: ``17`` or ``A17``."""
    digits = text.strip().lstrip("Aa")
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 19):
        raise CiError(
            "action-unknown",
            msg("{text} is no number of an action.", text=text),
            hint=msg("`ci-cli action list` lists them."),
            exit_code=ExitCode.DECIDE,
        )
    return int(digits)


def words_of(text: str, name: Msg) -> str:
    """Return what somebody typed, without blanks around it.

    Raises:
        CiError: ``text-invalid``: nothing, or bytes that are no text.
    """
    clean = text.strip()
    if not clean or any(char == "\0" or "\ud800" <= char <= "\udfff" for char in clean):
        raise CiError(
            "text-invalid",
            msg("{name} is empty, or is no text.", name=name),
            hint=msg("Say it in a few words, in the encoding of your terminal."),
            exit_code=ExitCode.DECIDE,
        )
    return clean


def day_of(text: str) -> str:
    """Return a day that somebody typed.

    Raises:
        CiError: ``date-invalid``, exit 2.
    """
    from ci_cli.analysis.periods import parse_day

    day = parse_day(text.strip())
    if day is None:
        raise CiError(
            "date-invalid",
            msg("{text} is not a day.", text=text),
            hint=msg("Write it as YYYY-MM-DD."),
            exit_code=ExitCode.DECIDE,
        )
    return day.isoformat()


def taken_back(session: Session, batch: int) -> list[Note]:
    """Return how to take back what was done, or that nothing was."""
    if session.dry_run:
        return [Note(msg("Dry run: nothing was kept."))]
    return [Note(msg("To take it back: ci-cli import undo {batch}", batch=batch))]
