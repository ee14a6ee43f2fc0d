"""``ci-cli procat check``: the early warning, made for people and for cron."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ci_cli.cli import analysis_input as inputs
from ci_cli.cli.currencies import merged
from ci_cli.cli.options import Session, command
from ci_cli.errors import ExitCode
from ci_cli.report import Report
from ci_cli.store.engine import Connection
from ci_cli.text import _

if TYPE_CHECKING:
    from ci_cli.analysis.decline.result import Thresholds, Verdict
    from ci_cli.shapes import MonthCell


def register(app: typer.Typer) -> None:
    """Add the command to its group."""

    @command(
        app, "check", shares=("as_of", "show"), example="ci-cli procat check",
        help=_("Which categories are slipping, since when, why, and what that may cost."),
    )  # fmt: skip
    def check(
        session: Session,
        fail_on: Annotated[
            Literal["alarm"] | None,
            typer.Option("--fail-on", help=_("Exit 3 while any alarm stands.")),
        ] = None,
    ) -> int:
        from ci_cli.store import engine

        reports: list[Report] = []
        with inputs.open_facts(session) as conn, engine.snapshot(conn):
            as_of = inputs.as_of_day(session, conn)
            if as_of is None:
                inputs.nothing_yet(session)
                return ExitCode.DONE
            session.say(*inputs.undated_note(conn))
            reports += [
                report_of(conn, as_of, currency)
                for currency in inputs.chosen_currencies(session, conn)
            ]
        if reports:
            session.show(merged(session, reports))
        fired = fail_on == "alarm" and any(_alarms(report) for report in reports)
        return ExitCode.CHECK_FIRED if fired else ExitCode.DONE


def _alarms(report: Report) -> int:
    return sum(row[1] == "alarm" for table in report.tables for row in table.rows)


def report_of(conn: Connection, as_of: date, currency: str) -> Report:
    """Return the verdicts on all categories and on the company, in one currency."""
    from ci_cli.analysis.decline.reach import reach
    from ci_cli.analysis.decline.result import Thresholds
    from ci_cli.reports import procat_check
    from ci_cli.store import facts

    found = reach(facts.order_days(conn, as_of=as_of.isoformat()), as_of)
    thresholds = Thresholds()
    verdicts = _judged(conn, "category", found.months, as_of, currency, thresholds)
    total = _judged(conn, "total", found.months, as_of, currency, thresholds)
    return procat_check.build(
        verdicts, total[0] if total else None, reach=found, as_of=as_of, currency=currency,
        thresholds=thresholds,
    )  # fmt: skip


def _judged(
    conn: Connection, by: str, months: list[str], as_of: date, currency: str, limits: Thresholds
) -> list[Verdict]:
    """Return the verdicts on all groups of one kind; ``total`` is the company as one group."""
    if not months:
        return []
    from ci_cli.analysis.decline.currency_moves import moved_away
    from ci_cli.analysis.decline.verdict import judge
    from ci_cli.store import facts

    span = {"as_of": as_of.isoformat(), "first": months[0], "last": months[-1]}
    kind = "category" if by == "total" else by

    def cells_in(code: str) -> list[MonthCell]:
        cells, totals = facts.month_cells(conn, by=kind, currency=code, **span)
        return totals if by == "total" else cells

    own = cells_in(currency)
    others = [
        cell for code in facts.currencies(conn) if code != currency for cell in cells_in(code)
    ]
    return judge(
        own,
        facts.customer_months(conn, by=by, currency=currency, **span),
        months,
        thresholds=limits,
        unsettled=moved_away(own, others, months),
    )
