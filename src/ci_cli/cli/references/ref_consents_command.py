"""``ci-cli ref consents``: take sheets of consents in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ci_cli.cli.options import Session, command
from ci_cli.errors import ExitCode
from ci_cli.report import Column, Note
from ci_cli.text import _, msg


def register(app: typer.Typer) -> None:
    """Add the command."""

    @command(
        app, "consents", shares=("show", "write"),
        example="ci-cli ref consents consents.csv --nominate",
        help=_("Take sheets of consents in: customer, contact, channel, date, until, said by."),
    )  # fmt: skip
    def consents(
        session: Session,
        files: Annotated[list[Path], typer.Argument(help=_("Sheets, one consent a row."))],
        nominate: Annotated[
            bool,
            typer.Option("--nominate", help=_("Also nominate who is no reference yet.")),
        ] = False,
    ) -> None:
        from ci_cli.cli.references.ref_input import author
        from ci_cli.cli.sheet_rejects import not_taken
        from ci_cli.cli.talks.typed_entries import after
        from ci_cli.importing.consents import import_consents
        from ci_cli.store import engine

        with session.store(write=True) as conn, engine.transaction(conn, keep=not session.dry_run):
            taken = import_consents(
                conn, files, today=session.today, author=author(session), nominate=nominate
            )
        counts = taken.counts
        session.say(
            Note(
                msg("Rows read: {read}; created: {created}; unchanged: {unchanged}; rejected:"
                    " {rejected}. Consents: {consents}; nominated: {nominated}.", read=counts.read,
                    created=counts.created, unchanged=counts.unchanged, rejected=counts.rejected,
                    consents=taken.consents, nominated=taken.nominated)
            ),
            *after(session, taken.batch, changed=taken.consents + taken.nominated > 0),
        )  # fmt: skip
        if taken.rejects:
            session.show(
                not_taken("consent-rejects", Column("customer", msg("customer")), taken.rejects)
            )
            raise typer.Exit(ExitCode.PARTIAL)
