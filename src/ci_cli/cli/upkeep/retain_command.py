"""``ci-cli db privacy retain``: let go of people and words that were kept long enough."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated

import typer

from ci_cli.cli.options import Session, command
from ci_cli.cli.upkeep.db_commands import confirm
from ci_cli.errors import CiError, ExitCode
from ci_cli.report import Column, Note, Report, Table
from ci_cli.store.retention import Expired, OldWords
from ci_cli.text import _, msg

_WHAT = {
    "entry": msg("an entry with the person"),
    "customer": msg("something with the customer"),
    "left": msg("the person left"),
    "noted": msg("noted here"),
}


def register(app: typer.Typer) -> None:
    """Add the command to the group about people."""

    @command(
        app, "retain", shares=("show", "write"),
        example="ci-cli db privacy retain --contacts 3y --notes 5y --dry-run",
        help=_(
            "Erase people with whom nothing happened for a time, and the words of old entries;"
            " says who and why first."
        ),
    )  # fmt: skip
    def retain(
        session: Session,
        contacts: Annotated[
            str | None,
            typer.Option(
                "--contacts", metavar="3y|18m|DAY",
                help=_("Erase people whom no entry names since; of those who have not left, the"
                       " customer's orders and talks count too."),
            ),
        ] = None,
        notes: Annotated[
            str | None,
            typer.Option(
                "--notes", metavar="5y|60m|DAY",
                help=_("Take text and names out of older entries; day, kind and outcome stay."),
            ),
        ] = None,
    ) -> None:  # fmt: skip
        _retain(session, contacts, notes)


def _retain(session: Session, contacts: str | None, notes: str | None) -> None:
    from ci_cli.analysis.spoken_days import earlier_day
    from ci_cli.store import engine, privacy, retention

    if contacts is None and notes is None:
        raise CiError(
            "usage",
            msg("No rule was given."),
            hint=msg("Say how long to keep: --contacts 3y, --notes 5y, or both."),
            exit_code=ExitCode.DECIDE,
        )
    # both are read before the store is opened
    people_from, words_from = (
        None if text is None else earlier_day(text, session.today) for text in (contacts, notes)
    )
    today = session.today.isoformat()
    with session.store(write=True) as conn:

        def due() -> tuple[list[Expired], list[OldWords]]:
            return (
                retention.expired(conn, people_from.isoformat(), today) if people_from else [],
                retention.old_words(conn, words_from.isoformat()) if words_from else [],
            )

        with engine.snapshot(conn):
            people, words = due()
        session.show(_report(people, words, people_from, words_from))
        entries = sum(one.entries for one in words)
        if not people and not entries:
            session.say(Note(msg("Nothing is kept longer than that.")))
            return
        question = msg("Erase {people} people and the words of {entries} entries, for good?",
                       people=len(people), entries=entries)  # fmt: skip
        if not session.yes and not session.dry_run:
            confirm(session, question)
        noted = privacy.files_noted(conn)
        shown = {one.person.rows for one in people}
        with engine.transaction(conn, keep=not session.dry_run):
            # somebody may have been called while the list was looked at
            people = [one for one in due()[0] if one.person.rows in shown]
            traces = privacy.erase(conn, [one.person for one in people]) if people else []
            if words_from is not None:
                entries = retention.clear_words(conn, words_from.isoformat())
        if not session.dry_run:
            engine.compact(conn)
    persons = [one.person for one in people]
    session.say(*_said(session, len(people), entries, sum(one.values for one in traces)))
    for path in privacy.copies_that_hold(session.db, persons, noted) if persons else ():
        session.say(
            Note(msg("This copy still holds the person: {path}", path=str(path)), "warning")
        )


def _said(session: Session, people: int, entries: int, values: int) -> list[Note]:
    notes = [
        Note(
            msg("Erased: people {people} (named in {values} values), words of entries {entries}.",
                people=people, values=values, entries=entries)
        )
    ]  # fmt: skip
    if session.dry_run:
        notes.append(Note(msg("Dry run: nothing was kept.")))
    return notes


def _report(
    people: Sequence[Expired], words: Sequence[OldWords], people_from: date | None,
    words_from: date | None,
) -> Report:  # fmt: skip
    """Lay out who goes, with what happened last, and whose old entries lose their words."""
    tables, notes = [], list[Note]()
    if people_from is not None:
        rows: list[tuple[object, ...]] = [
            (
                one.person.id, one.person.name or one.person.email or one.person.phone,
                f"C{one.person.customer_id}", one.person.customer, one.last or None,
                _WHAT[one.what],
            )
            for one in people
        ]  # fmt: skip
        tables.append(
            Table(
                "people",
                (
                    Column("contact", msg("contact"), "int"),
                    Column("name", msg("name")),
                    Column("customer", msg("customer"), "state"),
                    Column("of", msg("of whom")),
                    Column("last", msg("last"), "date"),
                    Column("what", msg("what happened")),
                ),
                rows,
                title=msg("People"),
            )
        )
        notes.append(Note(msg("People with whom nothing happened since {day}.",
                                day=people_from.isoformat())))  # fmt: skip
    if words_from is not None:
        tables.append(
            Table(
                "entries",
                (
                    Column("customer", msg("customer"), "state"),
                    Column("of", msg("of whom")),
                    Column("entries", msg("entries"), "int"),
                    Column("first", msg("first"), "date"),
                    Column("last", msg("last"), "date"),
                ),
                [
                    (None if one.customer_id is None else f"C{one.customer_id}", one.customer,
                     one.entries, one.first, one.last)
                    for one in words
                ],
                title=msg("Entries"),
            )
        )  # fmt: skip
        notes.append(Note(msg("Entries from before {day} that still hold words; what is still"
                                " open keeps them.", day=words_from.isoformat())))  # fmt: skip
    meta = {
        "contacts_before": people_from and people_from.isoformat(),
        "notes_before": words_from and words_from.isoformat(),
    }
    return Report("privacy-retain", msg("Kept long enough"), tables, meta, notes)
