"""``ci-cli goal stakeholder``: who asked for which report, and what the person expects of it."""

from __future__ import annotations

from typing import Annotated

import typer

from ci_cli.cli.options import Session, command
from ci_cli.cli.programme.readers_of_reports import GROUP, OTHERS
from ci_cli.errors import CiError, ExitCode
from ci_cli.report import Note
from ci_cli.text import _, msg


def register(app: typer.Typer) -> None:
    """Add the commands of the group."""

    @command(
        app, "add", shares=("write",),
        example="ci-cli goal stakeholder add 'report frequency' --person 'Ann Lee'",
        help=_("Note who wants a report, and what the person expects of it."),
    )  # fmt: skip
    def add(
        session: Session,
        report: Annotated[str, typer.Argument(help=_("The report as it is typed."))],
        person: Annotated[str, typer.Option("--person", help=_("Who wants it."))],
        wants: Annotated[
            str | None, typer.Option("--wants", help=_("What the person expects or thinks."))
        ] = None,
    ) -> None:
        from ci_cli.cli.talks.typed_entries import after, kept_text, needed_text
        from ci_cli.shapes.goals import NewStakeholder
        from ci_cli.store import engine
        from ci_cli.store.writes import goals as writing

        wanted = " ".join(report.split()).removeprefix("ci-cli ")
        known = known_reports(session)
        if wanted not in known:
            raise CiError(
                "report-unknown",
                msg("There is no report {name}.", name=report),
                hint=msg("Choose one of: {known}.", known=", ".join(known)),
                exit_code=ExitCode.DECIDE,
            )
        new = NewStakeholder(
            wanted, needed_text(person), kept_text(wants), session.today.isoformat(), session.user
        )
        with session.store(write=True) as conn, engine.transaction(conn, keep=not session.dry_run):
            batch = writing.add_stakeholder(conn, new, at=session.now)
        session.say(
            Note(msg("{person} wants `{report}`.", person=new.person, report=new.report)),
            *after(session, batch),
        )

    @command(
        app, "list", shares=("show",), example="ci-cli goal stakeholder list",
        help=_("Who wants which report, and which reports nobody asked for."),
    )  # fmt: skip
    def list_(session: Session) -> None:
        from ci_cli.reports.programme import goals as reports
        from ci_cli.store import goals

        with session.store() as conn:
            rows = goals.stakeholders(conn)
        session.show(reports.build_stakeholders(rows, known_reports(session)))


def known_reports(session: Session) -> list[str]:
    """Return every report that people can ask for, as they type it."""
    names = session.tree.commands[GROUP.strip()].commands
    return sorted([*(f"{GROUP}{name}" for name in names), *OTHERS])
