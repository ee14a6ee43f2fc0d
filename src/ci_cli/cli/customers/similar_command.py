"""``ci-cli customer similar``: a new customer beside those who were alike at its age."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from ci_cli.cli import analysis_input as inputs
from ci_cli.cli.options import Session, command
from ci_cli.text import _

AFTER_DAYS = 365


def register(app: typer.Typer) -> None:
    """Add the command."""

    @command(
        app, "similar", shares=("as_of", "show"), example="ci-cli customer similar ERNSH -n 5",
        help=_("Who was like this customer at the same age, and what became of them."),
    )  # fmt: skip
    def run(
        session: Session,
        customer: Annotated[
            str, typer.Argument(help=_("C number, the source's own id, or a name."))
        ],
        count: Annotated[
            int, typer.Option("--count", "-n", min=1, max=100, help=_("How many to list."))
        ] = 5,
        after: Annotated[
            int,
            typer.Option(
                "--after", min=1, max=3650, metavar="DAYS",
                help=_("How many days tell what became of somebody."),
            ),
        ] = AFTER_DAYS,
    ) -> None:  # fmt: skip
        from ci_cli.analysis.similar import similar
        from ci_cli.errors import CiError, ExitCode
        from ci_cli.reports.customers import customer_similar
        from ci_cli.store import customers, engine, facts, health_facts
        from ci_cli.text import msg

        with inputs.open_facts(session) as conn, engine.snapshot(conn):
            customer_id = customers.find(conn, customer)
            as_of = inputs.as_of_day(session, conn) or session.today
            for currency in inputs.chosen_currencies(session, conn):
                bought = facts.customer_purchases(
                    conn, as_of=as_of.isoformat(), start="", currency=currency
                )
                first = next((row.first for row in bought if row.customer_id == customer_id), None)
                if first is not None:
                    break
            else:
                raise CiError(
                    "health-unknown",
                    msg("C{id} has bought nothing up to that day, so it has no age.",
                        id=customer_id),
                    hint=msg("`ci-cli customer show C{id}` tells what is known.", id=customer_id),
                    exit_code=ExitCode.DECIDE,
                )  # fmt: skip
            age = (as_of - date.fromisoformat(first)).days
            rows = health_facts.at_age(conn, as_of=as_of, currency=currency, age=age, after=after)
        subject = next(row for row in rows if row.customer_id == customer_id)
        found = similar(subject, rows, as_of=as_of, age=age, after=after, count=count)
        session.show(
            customer_similar.build(
                subject, found, as_of=as_of, age=age, after=after, currency=currency
            )
        )
