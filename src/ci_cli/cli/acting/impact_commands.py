"""``ci-cli report impact``: what logged actions won or retained, each figure with its action."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from ci_cli.cli import analysis_input as inputs
from ci_cli.cli.currencies import merged
from ci_cli.cli.options import Session, command
from ci_cli.errors import CiError, ExitCode
from ci_cli.shapes.actions import REVENUE_KINDS, ActionRow
from ci_cli.text import _, msg

if TYPE_CHECKING:
    from ci_cli.analysis.credit import Claim
    from ci_cli.cli.acting.action_figures import Figures
    from ci_cli.reports.acting.impact import Impact
    from ci_cli.store.engine import Connection

_USUAL = "12m"  # the period where none is named


def register(app: typer.Typer) -> None:
    """Add the command to its group."""

    @command(
        app, "impact", shares=("as_of", "show"), example="ci-cli report impact --since 1998-01",
        help=_("How much of the revenue was won or retained through logged actions."),
    )  # fmt: skip
    def impact(
        session: Session,
        since: Annotated[
            str | None,
            typer.Option(
                "--since", metavar="DATE",
                help=_("First day of the period, or its month; else twelve months."),
            ),
        ] = None,
    ) -> None:  # fmt: skip
        _impact(session, since)


def _impact(session: Session, since: str | None) -> None:
    from ci_cli.cli.acting.action_figures import Figures
    from ci_cli.reports.acting import impact as reports
    from ci_cli.store import actions, engine, facts

    with inputs.open_facts(session) as conn, engine.snapshot(conn):
        as_of = inputs.as_of_day(session, conn)
        if as_of is None:
            inputs.nothing_yet(session)
            return
        session.say(*inputs.undated_note(conn))
        first = _first_day(session, since, as_of)
        up_to = as_of if session.as_of else max(as_of, session.today)
        closed = [
            row
            for row in actions.listing(conn)
            if row.closed is not None and first.isoformat() <= row.closed <= up_to.isoformat()
        ]
        closed.sort(key=lambda row: (row.closed or "", row.id))
        done = [row for row in closed if row.state == "done"]
        known = facts.currencies(conn)
        named = {row.currency for row in done if row.currency is not None}
        codes = (
            [session.currency.upper()]
            if session.currency and session.currency.upper() in named
            else inputs.chosen_currencies(session, conn)
            + ([] if session.currency else sorted(named - set(known)))
        )
        figures = Figures(conn, as_of)
        found = [
            _in_currency(conn, code, first, as_of, up_to, closed, done, figures) for code in codes
        ]
    session.show(merged(session, [reports.build(one) for one in found]))


def _first_day(session: Session, since: str | None, as_of: date) -> date:
    from ci_cli.analysis.periods import parse_period, window

    if since is None:
        return window(_USUAL, as_of).first or as_of
    first = parse_period(since, session.today)[0]
    if first > max(as_of, session.today):
        raise CiError(
            "period-invalid",
            msg("The period begins on {first}, which is still to come.", first=first.isoformat()),
            hint=msg("Write 2026-03, 2026-03..2026-05, 2026-03-01..2026-03-31 or last-month."),
            exit_code=ExitCode.DECIDE,
        )
    return first


def _in_currency(
    conn: Connection, code: str, first: date, as_of: date, up_to: date,
    closed: Sequence[ActionRow], done: Sequence[ActionRow], figures: Figures,
) -> Impact:  # fmt: skip
    from ci_cli.analysis.credit import credit
    from ci_cli.reports.acting.impact import Impact
    from ci_cli.store import actions

    mine = [row for row in done if row.currency == code]
    claims = [claim for row in mine if (claim := _claim(row, first.isoformat())) is not None]
    cells = actions.revenue_cells(
        conn, since=[first.isoformat(), *(one.since for one in claims)],
        as_of=as_of.isoformat(), currency=code,
    )  # fmt: skip
    checked = [row for row in closed if row.figure_currency == code]
    return Impact(
        first, as_of, up_to, code, sum(cell.net for cell in cells), mine, credit(claims, cells),
        checked, {row.id: figures.of_action(row) for row in checked},
        sum(row.won is None for row in done),
    )  # fmt: skip


def _claim(row: ActionRow, first: str) -> Claim | None:
    """Return what an action claims of the revenue; None for saved cost and for no known subject."""
    from ci_cli.analysis.credit import Claim

    if row.won is None or row.kind not in REVENUE_KINDS or row.source == "other":
        return None
    category = row.alarm_group if row.alarm_kind == "category" else None
    return Claim(row.id, row.won, max(row.created, first), row.customer_id, category)
