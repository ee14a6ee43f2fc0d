"""``ci-cli today``: whom to turn to, and why, on one screen."""

from __future__ import annotations

from typing import Annotated

import typer

from ci_cli.cli import analysis_input as inputs
from ci_cli.cli.options import Session, command
from ci_cli.text import _

SHOWN = 10


def register(app: typer.Typer) -> None:
    """Add the command."""

    @command(
        app, "today", shares=("as_of", "show"), example="ci-cli today --owner chen --top 10",
        help=_("Whom to turn to: promises, calls, actions, renewals, complaints, thanks, alarms."),
    )  # fmt: skip
    def today(
        session: Session,
        owner: Annotated[
            str | None, typer.Option("--owner", help=_("Only the work of this person."))
        ] = None,
        top: Annotated[
            int, typer.Option("--top", min=1, help=_("How many to list."))
        ] = SHOWN,
    ) -> None:  # fmt: skip
        from ci_cli.analysis.agenda import ranked
        from ci_cli.cli.customers import agenda
        from ci_cli.reports.customers import today as report
        from ci_cli.store import engine

        with inputs.open_facts(session) as conn, engine.snapshot(conn):
            as_of = inputs.as_of_day(session, conn) or session.today
            chosen = inputs.chosen_currencies(session, conn)
            currency = (chosen or [engine.meta(conn, "currency")])[0]
            day = agenda.day_on(conn, today=session.today, as_of=as_of, currency=currency)
            found = agenda.errands(conn, day)
        tasks = ranked(found, day.accounts, today=session.today.isoformat(), owner=owner)
        session.show(
            report.build(
                tasks, today=session.today, as_of=as_of, currency=currency, top=top, owner=owner
            )
        )
