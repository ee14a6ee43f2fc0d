"""``ci-cli health backtest``: scores of past days, made from what was known then, and what came."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import typer

from ci_cli.analysis import cadence
from ci_cli.analysis.health.backtest import Case, backtest
from ci_cli.analysis.health.profile import Profiles
from ci_cli.analysis.periods import window
from ci_cli.cli import analysis_input as inputs
from ci_cli.cli.currencies import merged
from ci_cli.cli.health import health_input
from ci_cli.cli.options import Session, command
from ci_cli.text import _

CUTOFFS = 4


def register(app: typer.Typer) -> None:
    """Add the command."""

    @command(
        app, "backtest", shares=("as_of", "show"), example="ci-cli health backtest --horizon 3m",
        help=_("How well past scores foretold who left, beside recency alone."),
    )  # fmt: skip
    def run(
        session: Session,
        profile: Annotated[
            str | None,
            typer.Option(
                "--profile", metavar="NAME|FILE",
                help=_("Judge everybody by this profile; else each by that of its industry."),
            ),
        ] = None,
        flagship: Annotated[
            list[str] | None,
            typer.Option(
                "--flagship", metavar="NAME",
                help=_("Product or category whose adoption counts; may be repeated."),
            ),
        ] = None,
        horizon: Annotated[
            str,
            typer.Option(
                "--horizon", metavar="6m|90d",
                help=_("Who buys nothing for so long has left."),
            ),
        ] = "6m",
        cutoffs: Annotated[
            int, typer.Option("--cutoffs", min=1, max=24, help=_("How many past days to judge."))
        ] = CUTOFFS,
    ) -> None:  # fmt: skip
        from ci_cli.analysis.health.profile_file import load_profiles
        from ci_cli.reports.health import health_backtest

        profiles = load_profiles(profile)
        reports = []
        with inputs.open_facts(session) as conn:
            as_of = inputs.as_of_day(session, conn)
            if as_of is None:
                inputs.nothing_yet(session)
                return
            for currency in inputs.chosen_currencies(session, conn):
                days = past_days(conn, as_of, currency, horizon, cutoffs)
                cases, skipped = _cases(conn, profiles, days, currency, tuple(flagship or ()))
                reports.append(
                    health_backtest.build(
                        backtest(cases), as_of=as_of, days=[day.isoformat() for day, _end in days],
                        horizon=window(horizon, as_of).label, currency=currency, skipped=skipped,
                    )
                )  # fmt: skip
        session.show(merged(session, reports))


def past_days(
    conn: Any, as_of: date, currency: str, horizon: str, count: int
) -> list[tuple[date, date]]:
    """Return the days to judge and the ends of what follows them, the oldest first.

    What follows one day never overlaps what follows another, and each has as much history before
    it as it has to foretell.
    """
    from ci_cli.store import facts

    months = facts.month_range(conn, as_of=as_of.isoformat(), currency=currency)
    if months is None:
        return []
    first = date.fromisoformat(f"{months[0]}-01")
    found: list[tuple[date, date]] = []
    end = as_of
    while len(found) < count:
        start = window(horizon, end).first
        if start is None:
            break
        cutoff = date.fromordinal(start.toordinal() - 1)
        if cutoff - (end - cutoff) < first:
            break
        found.append((cutoff, end))
        end = cutoff
    return found[::-1]


def _cases(
    conn: Any, profiles: Profiles, days: list[tuple[date, date]], currency: str,
    flagship: tuple[str, ...],
) -> tuple[list[Case], int]:  # fmt: skip
    """Judge the customers of each past day; count those of whom nothing can be foretold."""
    from ci_cli.analysis.scoring import base_rhythm
    from ci_cli.store import facts

    cases: list[Case] = []
    skipped = 0
    for cutoff, end in days:
        run = health_input.judged(
            conn, profiles, as_of=cutoff, currency=currency, flagship=flagship
        )
        after = facts.customer_purchases(
            conn, as_of=end.isoformat(), start=cutoff.isoformat(), currency=currency
        )
        stayed = {row.customer_id for row in after if row.orders > 0}
        rhythm = base_rhythm(run.bases[profiles.default.key].purchases, cutoff)
        for one in run.customers:
            own = rhythm.rhythm_of(one.row)
            if (
                own is None or own.times is None or own.expected_gap is None
                or own.state in (cadence.DORMANT, cadence.TOO_EARLY)
                or own.expected_gap * 2 > (end - cutoff).days
                or one.score is None
            ):  # fmt: skip
                skipped += 1
                continue
            cases.append(
                Case(
                    one.row.customer_id, cutoff.isoformat(), one.score, one.hard, own.times,
                    one.band or "", one.row.customer_id not in stayed,
                )
            )  # fmt: skip
    return cases, skipped
