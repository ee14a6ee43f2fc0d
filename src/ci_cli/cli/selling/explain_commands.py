"""``ci-cli procat explain``: what is behind the change of one category."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from ci_cli.cli import analysis_input as inputs
from ci_cli.cli.currencies import merged
from ci_cli.cli.options import Session, command
from ci_cli.errors import CiError, ExitCode
from ci_cli.report import Report
from ci_cli.store.engine import Connection
from ci_cli.text import _, msg

NO_GROUP = "-"  # what a user types for what has no category
LONGEST = 120  # months that can be compared


def register(app: typer.Typer) -> None:
    """Add the command to its group."""

    @command(
        app, "explain", shares=("as_of", "show", "source"), draws=True,
        example="ci-cli procat explain Beverages",
        help=_("Why a category changed: customers, price, volume, mix, discounts, returns."),
    )  # fmt: skip
    def explain(
        session: Session,
        category: Annotated[
            str, typer.Argument(help=_("The category; - is what belongs to none."))
        ],
        months: Annotated[
            int,
            typer.Option(
                "--months",
                help=_("How many months to compare with the same months of last year, or with"
                       " those before where there is no year before."),
            ),
        ] = 6,
    ) -> None:  # fmt: skip
        from ci_cli.store import engine, facts

        if not 1 <= months <= LONGEST:
            raise CiError(
                "months-invalid",
                msg("{months} months cannot be shown.", months=months),
                hint=msg("Choose --months 1 or more."),
                exit_code=ExitCode.DECIDE,
            )
        group = "" if category == NO_GROUP else category
        reports = []
        with inputs.open_facts(session) as conn, engine.snapshot(conn):
            as_of = inputs.as_of_day(session, conn)
            if as_of is None:
                inputs.nothing_yet(session)
                return
            for currency in inputs.chosen_currencies(session, conn):
                report = _report(conn, group, months, as_of, currency)
                if report is not None:
                    reports.append(report)
            known = facts.groups(conn, "category") if not reports else []
        if not reports:
            raise CiError(
                "group-unknown",
                msg("Nothing was sold under {group} in the months to compare.", group=category),
                hint=msg("Name it as `ci-cli procat report` shows it; - is the row (none)."),
                exit_code=ExitCode.DECIDE,
                details=tuple(known[:20]),
            )
        session.show(merged(session, reports))


def _report(conn: Connection, group: str, months: int, as_of: date, currency: str) -> Report | None:
    """Return the explanation in one currency, None where nothing was sold in either period."""
    import numpy as np

    from ci_cli.analysis import decompose
    from ci_cli.analysis.decline.levels import expected
    from ci_cli.analysis.periods import add_months, months_between
    from ci_cli.cli.selling.procat_judging import judged
    from ci_cli.reports.selling import procat_explain
    from ci_cli.reports.selling.procat import NONE_LABEL
    from ci_cli.store import category_facts, facts

    found = judged(conn, as_of, currency)
    if not found.reach.months:
        return None
    first, last = found.reach.months[0], found.reach.months[-1]
    now = (add_months(last, 1 - months), last)
    back = max(12, -(-months // 12) * 12)  # whole years, so that seasons meet themselves
    if add_months(now[0], -back) < first:
        back = months
    before = (add_months(now[0], -back), add_months(last, -back))
    parameters = {
        "group": group, "currency": currency, "as_of": as_of.isoformat(),
        "before_first": before[0], "before_last": before[1],
        "now_first": now[0], "now_last": now[1],
    }  # fmt: skip
    trade = category_facts.trade(conn, parameters)
    if not trade:
        return None
    moves = decompose.customer_moves(trade, category_facts.earlier_buyers(conn, parameters))
    cells, _totals = facts.month_cells(
        conn, by="category", as_of=as_of.isoformat(), first=first, last=last, currency=currency
    )
    net = {cell.month: cell.net for cell in cells if cell.group == group}
    trend = [net.get(month, 0) for month in months_between(first, last)]
    verdict = next((one for one in found.verdicts if one.group == group), None)
    since = None
    if verdict is not None and verdict.since is not None:
        since = months_between(first, last).index(verdict.since)
    movers = [*moves[: procat_explain.LISTED], *moves[-procat_explain.LISTED :]]
    return procat_explain.build(
        procat_explain.Explained(
            moves,
            decompose.effects(trade),
            decompose.side(trade, 0),
            decompose.side(trade, 1),
            category_facts.elsewhere(conn, parameters),
            category_facts.names(conn, [move.customer_id for move in movers]),
            months_between(first, last),
            trend,
            [float(amount) for amount in expected(np.array(trend, dtype=np.float64), since)],
            verdict,
        ),
        group=group or NONE_LABEL,
        periods=procat_explain.Compared(before, now),
        as_of=as_of,
        currency=currency,
    )
