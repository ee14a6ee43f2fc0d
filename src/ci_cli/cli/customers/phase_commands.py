"""``ci-cli customer phases``: when a customer was active and when dormant."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from ci_cli.cli import analysis_input as inputs
from ci_cli.cli.currencies import merged
from ci_cli.cli.options import Session, command
from ci_cli.report import Report
from ci_cli.store.engine import Connection
from ci_cli.text import _


def register(app: typer.Typer) -> None:
    """Add the command to its group."""

    @command(
        app, "phases", shares=("as_of", "show", "source"), example="ci-cli customer phases ERNSH",
        help=_("When a customer was active and when dormant, and the typical cycle."),
    )  # fmt: skip
    def phases(
        session: Session,
        customer: Annotated[
            str, typer.Argument(help=_("C number, the source's own id, or a name."))
        ],
    ) -> None:
        from ci_cli.store import customers, engine

        with inputs.open_facts(session) as conn, engine.snapshot(conn):
            number = customers.find(conn, customer)
            as_of = inputs.as_of_day(session, conn)
            if as_of is None:
                inputs.nothing_yet(session)
                return
            every = [
                _report(conn, number, as_of, currency)
                for currency in inputs.chosen_currencies(session, conn)
            ]
        session.show(merged(session, [one for one in every if one.tables[0].rows] or every[:1]))


def _report(conn: Connection, customer: int, as_of: date, currency: str) -> Report:
    from ci_cli.analysis import phases
    from ci_cli.reports.customers import customer_phases
    from ci_cli.store import activity_facts, facts

    span = {"as_of": as_of.isoformat(), "currency": currency}
    days = activity_facts.customer_days(conn, customer, **span)
    everybody = facts.customer_purchases(conn, start="", **span)
    own = next((row for row in everybody if row.customer_id == customer), None)
    found: list[phases.Phase] = []
    span_months = phases.month_span(days, as_of)
    if own is not None and span_months:
        usual = phases.usual_by_month(
            activity_facts.purchase_days(conn, **span),
            {row.customer_id: row.industry for row in everybody},
            own.industry,
            span_months,
        )
        first_ever = min(row.first for row in everybody if row.first is not None)
        months = phases.months_of(
            days, usual, span_months, industry=own.industry,
            first_ever=date.fromisoformat(first_ever), as_of=as_of,
        )  # fmt: skip
        found = phases.phases(months, days)
    name = own.name if own is not None else ""
    return customer_phases.build(customer, name, found, days, as_of=as_of, currency=currency)
