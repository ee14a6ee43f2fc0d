"""``ci-cli action``: what people do about alarms and customers, and what came of it."""

from __future__ import annotations

from typing import Annotated

import typer

from ci_cli.cli import analysis_input as inputs
from ci_cli.cli.acting.action_words import number_of, words_of
from ci_cli.cli.options import Session, command
from ci_cli.shapes.actions import Closing, Kind
from ci_cli.text import _, msg


def register(app: typer.Typer) -> None:
    """Add the commands of the group."""

    @command(
        app, "add", shares=("write",),
        example='ci-cli action add "Ask why orders stopped" --customer ERNSH --owner chen'
                " --due 2031-07-15",
        help=_("Note what somebody will do about an alarm or a customer, and by when."),
    )  # fmt: skip
    def add(
        session: Session,
        owner: Annotated[str, typer.Option("--owner", help=_("Who does it."))],
        due: Annotated[
            str, typer.Option("--due", metavar="YYYY-MM-DD", help=_("Until which day."))
        ],
        what: Annotated[
            str | None,
            typer.Argument(help=_("What is to be done; of an alarm, to find its cause.")),
        ] = None,
        from_alarm: Annotated[
            int | None,
            typer.Option("--from-alarm", metavar="N", help=_("The alarm that it answers.")),
        ] = None,
        customer: Annotated[
            str | None,
            typer.Option("--customer", metavar="NAME", help=_("The customer that it is about.")),
        ] = None,
    ) -> None:
        from ci_cli.cli.acting import action_adding

        action_adding.add(session, what, owner, due, from_alarm, customer)

    @command(
        app, "list", shares=("show",), example="ci-cli action list --open",
        help=_("List actions, those that are due first on top."),
    )  # fmt: skip
    def list_(
        session: Session,
        only_open: Annotated[bool, typer.Option("--open", help=_("Only open ones."))] = False,
        owner: Annotated[
            str | None, typer.Option("--owner", help=_("Only those of this owner."))
        ] = None,
        overdue: Annotated[
            bool, typer.Option("--overdue", help=_("Only open ones whose day has passed."))
        ] = False,
    ) -> None:
        from ci_cli.cli.acting import answers
        from ci_cli.reports.acting import actions as reports
        from ci_cli.store import actions

        with session.store() as conn:
            rows = actions.listing(
                conn, state="open" if only_open or overdue else None, owner=owner
            )
            answered = answers.of_alarms(conn, session.today), answers.of_reds(conn, session.today)
        if overdue:
            rows = [row for row in rows if row.is_overdue(session.today.isoformat())]
        session.show(reports.build_list(rows, today=session.today, answered=answered))

    @command(
        app, "show", shares=("show",), example="ci-cli action show 1",
        help=_("One action, with the figures of its subject before, at its end, and now."),
    )  # fmt: skip
    def show(
        session: Session,
        number: Annotated[str, typer.Argument(help=_("The number of the action."))],
    ) -> None:
        from ci_cli.cli.acting.action_figures import Figures
        from ci_cli.reports.acting import actions as reports
        from ci_cli.store import actions, engine

        with inputs.open_facts(session) as conn, engine.snapshot(conn):
            row = actions.one(conn, number_of(number))
            now = Figures(conn, inputs.as_of_day(session, conn)).of_action(row)
        session.show(reports.build_card(row, now, today=session.today))

    @command(
        app, "done", shares=("write",),
        example="ci-cli action done 1 --won 12000 --kind retained --dry-run",
        help=_("Close an action that was carried out, and say what it won."),
    )  # fmt: skip
    def done(
        session: Session,
        number: Annotated[str, typer.Argument(help=_("The number of the action."))],
        won: Annotated[
            str | None,
            typer.Option(
                "--won", metavar="AMOUNT",
                help=_("Money that came of it; `report impact` looks for it in the books."),
            ),
        ] = None,
        kind: Annotated[
            Kind | None,
            typer.Option(
                "--kind", help=_("New revenue, revenue that stayed, or cost that was saved.")
            ),
        ] = None,
        currency: Annotated[
            str | None,
            typer.Option(
                "--currency", metavar="CODE",
                help=_("Of the money; else that of the alarm, or of the customer's orders."),
            ),
        ] = None,
        reason: Annotated[
            str | None, typer.Option("--reason", help=_("What came of it, in words."))
        ] = None,
    ) -> None:  # fmt: skip
        from ci_cli.cli.acting import action_closing

        action_closing.done(session, number_of(number), won, kind, currency, reason)

    @command(
        app, "drop", shares=("write",),
        example="ci-cli action drop 1 --reason 'They have moved' --dry-run",
        help=_("Close an action that is not carried out, and say why; its alarm is open again."),
    )  # fmt: skip
    def drop(
        session: Session,
        number: Annotated[str, typer.Argument(help=_("The number of the action."))],
        reason: Annotated[str, typer.Option("--reason", help=_("Why."))],
    ) -> None:
        from ci_cli.cli.acting import action_closing

        closing = Closing(
            "dropped", session.today.isoformat(), session.user, words_of(reason, msg("The reason"))
        )
        action_closing.close(session, number_of(number), closing)
