"""``ci-cli db privacy`` and ``db audit``: what is known of a person, and what left the store."""

# no postponed annotations here: the commands share an option type
from typing import Annotated

import typer

from ci_cli.cli.options import Session, command
from ci_cli.cli.upkeep.db_commands import confirm
from ci_cli.report import Column, Note, Report, Table
from ci_cli.text import _, msg


def register_privacy(app: typer.Typer) -> None:
    """Add the commands about one person."""
    person = Annotated[
        str,
        typer.Option("--contact", metavar="ID", help=_("Number, e-mail address or name.")),
    ]

    @command(
        app, "export", shares=("show",),
        example="ci-cli db privacy export --contact 20 -o person.json",
        help=_("All that the store knows of one person."),
    )  # fmt: skip
    def export(session: Session, contact: person) -> None:
        from ci_cli.store import engine, journal, privacy

        with session.store(write=True) as conn, engine.transaction(conn):
            found = privacy.find(conn, contact)
            rows = privacy.told(conn, found)
            # one transaction: what cannot be journalled does not leave
            entry = journal.log_export(
                conn, at=session.now, by=session.user, what="privacy",
                target=str(session.out or "-"), fields=["table", "row", "column", "value"],
            )  # fmt: skip
            journal.count_export(conn, entry, len(rows))
        columns = (
            Column("table", msg("table"), "state"),
            Column("row", msg("row"), "int"),
            Column("column", msg("column"), "state"),
            Column("value", msg("value")),
        )
        session.show(
            Report(
                "privacy-export",
                msg("What is known of contact {id}", id=found.id),
                [Table("values", columns, list(rows))],
                {"contact": found.id, "customer": f"C{found.customer_id}"},
            )
        )

    @command(
        app, "erase", shares=("write",),
        example="ci-cli db privacy erase --contact 20 --dry-run",
        help=_("Erase a person from every table, the search and the journal; orders stay."),
    )  # fmt: skip
    def erase(
        session: Session,
        contact: person,
        also: Annotated[
            list[str] | None,
            typer.Option(
                "--also", metavar="WORD",
                help=_("Another name of the person, erased wherever it stands; may be repeated."),
            ),
        ] = None,
    ) -> None:  # fmt: skip
        _erase(session, contact, also or [])


def _erase(session: Session, contact: str, also: list[str]) -> None:
    from ci_cli.store import engine, privacy

    with session.store(write=True) as conn:
        found = privacy.find(conn, contact)
        if not session.yes and not session.dry_run:
            confirm(
                session,
                msg("Erase contact {id}, {name} of {customer}, for good?", id=found.id,
                    name=found.name or found.email or "-", customer=found.customer),
            )  # fmt: skip
        noted = privacy.files_noted(conn)  # the erasure may alter their names
        with engine.transaction(conn, keep=not session.dry_run):
            traces = privacy.erase(conn, [found], also)
            left = privacy.left(conn, found)
        if not session.dry_run:
            engine.compact(conn)
    places = ", ".join(f"{one.table}.{one.column} {one.values}" for one in traces)
    holding = privacy.copies_that_hold(session.db, [found], noted)
    notes = [Note(msg("Erased contact {id}: {places}.", id=found.id, places=places))]
    if found.shared:
        notes.append(
            Note(msg("Kept where the company or a colleague has it too: {values}.",
                     values=", ".join(found.shared)))
        )  # fmt: skip
    if left:
        notes.append(
            Note(
                msg("Left, since it may be somebody else or another word: {places}. `ci-cli search"
                    " {name}` shows where; `--also {name}` erases it wherever it stands.",
                    places=", ".join(f"{one.table}.{one.column} {one.values}" for one in left),
                    name=found.name or ""),
                "warning",
            )
        )  # fmt: skip
    notes += [
        Note(msg("This copy still holds the person: {path}", path=str(path)), "warning")
        for path in holding
    ]
    notes.append(
        Note(msg("Only the full name is found in free text. The source's files, exports and copies"
                 " elsewhere are not reached: `ci-cli db audit exports` lists what left."))
    )  # fmt: skip
    if session.dry_run:
        notes.append(Note(msg("Dry run: nothing was kept.")))
    session.say(*notes)


def register_audit(app: typer.Typer) -> None:
    """Add the command that shows the journal of exports."""

    @command(
        app, "exports", shares=("show",), example="ci-cli db audit exports",
        help=_("Who took what out of the store, and when; the latest first."),
    )  # fmt: skip
    def exports(session: Session) -> None:
        from ci_cli.store import journal

        with session.store() as conn:
            rows = journal.exports(conn)
        columns = (
            Column("at", msg("at")),
            Column("by", msg("by")),
            Column("what", msg("what"), "state"),
            Column("target", msg("to")),
            Column("rows", msg("rows"), "int"),
            Column("fields", msg("fields")),
        )
        session.show(Report("exports", msg("Exports"), [Table("exports", columns, rows)]))
