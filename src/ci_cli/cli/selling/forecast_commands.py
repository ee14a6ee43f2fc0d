"""``ci-cli rfm forecast`` and ``rfm backtest``: the weeks to come, and how good that was."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated, Any, Literal

import typer

from ci_cli.cli import analysis_input as inputs
from ci_cli.cli.currencies import merged
from ci_cli.cli.options import Session, command
from ci_cli.errors import CiError, ExitCode
from ci_cli.report import Note
from ci_cli.shapes.trade import CustomerPurchases
from ci_cli.store.engine import Connection
from ci_cli.text import _, msg

LONGEST = 260  # weeks: five years
_SHARES = ("as_of", "show", "source")


def register(app: typer.Typer) -> None:
    """Add the commands to their group."""

    @command(
        app, "forecast", shares=_SHARES, example="ci-cli rfm forecast --weeks 13 --top 10",
        help=_("Who will buy in the next weeks, how often, for how much, and what is at risk."),
    )  # fmt: skip
    def forecast(
        session: Session,
        weeks: Annotated[int, typer.Option("--weeks", help=_("How far to look ahead."))] = 13,
        by: Annotated[
            Literal["risk", "chance", "revenue"],
            typer.Option(
                "--by", help=_("First: most money at risk, surest to buy nothing, or most revenue.")
            ),
        ] = "risk",
        top: Annotated[
            int | None, typer.Option("--top", min=1, help=_("Show only the first N customers."))
        ] = None,
    ) -> None:
        from ci_cli.analysis.forecast.outlook import outlook
        from ci_cli.reports.selling import rfm_forecast
        from ci_cli.store import engine

        _check_weeks(weeks)
        reports = []
        with inputs.open_facts(session) as conn, engine.snapshot(conn):
            as_of = inputs.as_of_day(session, conn)
            if as_of is None:
                inputs.nothing_yet(session)
                return
            session.say(*inputs.undated_note(conn))
            for currency in inputs.chosen_currencies(session, conn):
                rows = _purchases(conn, as_of, currency)
                found = outlook(rows, as_of, weeks, _earlier(conn, rows, as_of, weeks, currency))
                labels = {row.customer_id: (row.name, row.last) for row in rows}
                reports.append(
                    rfm_forecast.build(
                        found, labels, as_of=as_of, currency=currency, by=by, top=top
                    )
                )
        session.show(merged(session, reports))

    @command(
        app, "backtest", shares=_SHARES, example="ci-cli rfm backtest --weeks 13",
        help=_("How good the forecast was: of those given 60 to 80 %, how many bought."),
    )  # fmt: skip
    def backtest(
        session: Session,
        weeks: Annotated[
            int, typer.Option("--weeks", help=_("How many of the last weeks to forecast."))
        ] = 13,
    ) -> None:
        from ci_cli.analysis.forecast.backtest import compare
        from ci_cli.analysis.forecast.outlook import outlook
        from ci_cli.reports.selling import rfm_backtest
        from ci_cli.store import engine

        _check_weeks(weeks)
        reports = []
        with inputs.open_facts(session) as conn, engine.snapshot(conn):
            as_of = inputs.as_of_day(session, conn)
            if as_of is None:
                inputs.nothing_yet(session)
                return
            split = as_of - timedelta(weeks=weeks)
            for currency in inputs.chosen_currencies(session, conn):
                known = _purchases(conn, split, currency)
                if not any(row.first for row in known):
                    session.say(_too_short(currency, split))
                    continue
                found = outlook(known, split, weeks, _earlier(conn, known, split, weeks, currency))
                before = sum(row.net_all for row in known if row.first)
                result = compare(found, _purchases(conn, as_of, currency), before)
                reports.append(
                    rfm_backtest.build(found, result, split=split, as_of=as_of, currency=currency)
                )
        if reports:
            session.show(merged(session, reports))


def _check_weeks(weeks: int) -> None:
    if not 1 <= weeks <= LONGEST:
        raise CiError(
            "weeks-invalid",
            msg("{weeks} weeks cannot be forecast.", weeks=weeks),
            hint=msg("Choose --weeks from 1 to {longest}.", longest=LONGEST),
            exit_code=ExitCode.DECIDE,
        )


def _too_short(currency: str, split: date) -> Note:
    return Note(
        msg(
            "{currency}: nobody had bought by {split}, so nothing can be held against what came"
            " after it.",
            currency=currency,
            split=split.isoformat(),
        ),
        "warning",
    )


def _purchases(conn: Connection, as_of: date, currency: str) -> Sequence[CustomerPurchases]:
    from ci_cli.store import facts

    return facts.customer_purchases(conn, as_of=as_of.isoformat(), start="", currency=currency)


def _earlier(
    conn: Connection, rows: Sequence[CustomerPurchases], as_of: date, weeks: int, currency: str
) -> Any:
    """Return the base on the earlier day that the forecast can learn from, if there is one."""
    from ci_cli.analysis.forecast.outlook import Earlier, earlier_day

    day = earlier_day(rows, as_of, weeks)
    return None if day is None else Earlier(_purchases(conn, day, currency), day)
