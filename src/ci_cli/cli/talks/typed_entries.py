"""What commands that note something share: its day, its text, and how to take it back."""

from __future__ import annotations

import sys
from datetime import date
from typing import Any

from ci_cli.cli.options import Session
from ci_cli.errors import CiError, ExitCode
from ci_cli.report import Note
from ci_cli.text import Msg, msg


def past_day(session: Session, on: str | None) -> date:
    """Return the day that ``--on`` means; what has not happened yet cannot be noted.

    Raises:
        CiError: ``day-invalid``, ``log-ahead``.
    """
    from ci_cli.analysis.spoken_days import spoken_day

    day = spoken_day(on or "today", session.today, ahead=False)
    if day > session.today:
        raise CiError(
            "log-ahead",
            msg("{day} is still to come.", day=day.isoformat()),
            hint=msg("What is planned is noted with --due DAY."),
            exit_code=ExitCode.DECIDE,
        )
    return day


def kept_text(text: str | None) -> str | None:
    """Return a text as the store keeps it, None where nothing is left of it.

    Raises:
        CiError: ``log-unreadable``.
    """
    from ci_cli.importing.values.cells import ValueReject, clean_text

    try:
        return clean_text(text or "") or None
    except ValueReject as reject:
        raise CiError(
            "log-unreadable",
            msg("The text cannot be kept: {reason}.", reason=reject.reason),
            hint=msg("Shorten it, or save it as UTF-8 and try again."),
            exit_code=ExitCode.DECIDE,
        ) from reject


def needed_text(text: str) -> str:
    """Return a text that must say something; ``-`` reads it from the input.

    Raises:
        CiError: ``log-empty``, ``log-unreadable``.
    """
    said = kept_text(sys.stdin.read() if text == "-" else text)
    if said is None:
        raise CiError(
            "log-empty",
            msg("The entry says nothing."),
            hint=msg("Write what was said in quotation marks, or - to read it from the input."),
            exit_code=ExitCode.DECIDE,
        )
    return said


def person_of(conn: Any, customer_id: int, name: str) -> tuple[str, int | None, list[Note]]:
    """Return the name of a contact as the store has it, its number, and what is to be said of it.

    Where several contacts fit, or none, the name is kept as it was typed.
    """
    from ci_cli.store import customers

    wanted = kept_text(name) or ""
    found = customers.contacts_named(conn, customer_id, wanted)
    if len(found) == 1:
        return found[0][1] or wanted, found[0][0], []
    said: Msg = (
        msg("{name} is not among the contacts of C{id}; the name was kept.", name=wanted,
            id=customer_id)
        if not found
        else msg("{name} may be several contacts of C{id}: {list}; only the name was kept.",
                 name=wanted, id=customer_id, list=", ".join(known for _id, known in found))
    )  # fmt: skip
    return wanted, None, [Note(said)]


def after(session: Session, batch: int, *, changed: bool = True) -> list[Note]:
    """Say how to take the entry back, or that nothing was kept; what changed nothing has no way."""
    if session.dry_run:
        return [Note(msg("Dry run: nothing was kept."))]
    if not changed:
        return []
    return [Note(msg("To take it back: ci-cli import undo {batch}", batch=batch))]
