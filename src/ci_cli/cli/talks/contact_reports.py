"""``ci-cli report frequency`` and ``report turnaround``: how often, and how soon."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Annotated, Literal, NoReturn

import typer

from ci_cli.cli.options import Session, command
from ci_cli.cli.selling.report_commands import show_all
from ci_cli.errors import CiError, ExitCode
from ci_cli.report import Report
from ci_cli.shapes.talks import KINDS
from ci_cli.shapes.views import Done
from ci_cli.store.engine import Connection
from ci_cli.text import _, msg

By = Literal["customer", "owner", "author", "month", "quarter"]


def register(app: typer.Typer) -> None:
    """Add the commands to the group of reports."""

    @command(
        app, "frequency", shares=("as_of", "show", "source"),
        example="ci-cli report frequency --kind demo",
        help=_("How often each industry buys; with --kind how often something was done: demo,"
               " followup, call …"),
    )  # fmt: skip
    def frequency(
        session: Session,
        kind: Annotated[
            str | None,
            typer.Option("--kind", help=_("A kind of entry, or followup: one after another.")),
        ] = None,
        by: Annotated[
            By, typer.Option("--by", help=_("What it is counted by.")),
        ] = "customer",
        window: Annotated[
            str, typer.Option("--window", metavar="12m|90d", help=_("Days that count."))
        ] = "12m",
    ) -> None:  # fmt: skip
        if kind is None:
            _of_purchases(session)
        else:
            _of_contacts(session, kind.strip().lower(), by, window)

    @command(
        app, "turnaround", shares=("show", "source"),
        example="ci-cli report turnaround --window 24m",
        help=_("How long requests and tickets take, by type: median, 90 %, and what is open."),
    )  # fmt: skip
    def turnaround(
        session: Session,
        window: Annotated[
            str, typer.Option("--window", metavar="12m|90d|all", help=_("Asked in these days."))
        ] = "12m",
    ) -> None:  # fmt: skip
        from ci_cli.analysis import contact_counts, periods
        from ci_cli.reports.talks import contact_counts as report
        from ci_cli.store import contact_counts as stored

        span = periods.window(window, session.today)
        first = span.first.isoformat() if span.first else ""
        with session.store() as conn:
            asked = stored.asked(conn, first=first, today=session.today.isoformat())
            ever = stored.asked(conn, first="", today=session.today.isoformat())
        session.show(
            report.turnaround(
                contact_counts.turnaround(asked, session.today),
                contact_counts.together(asked, session.today), window=span,
                earlier=len(ever) - len(asked),
            )
        )  # fmt: skip


def _of_purchases(session: Session) -> None:
    from ci_cli.analysis.scoring import base_rhythm
    from ci_cli.reports.selling import rhythm_by_industry
    from ci_cli.store import facts

    def build(conn: Connection, as_of: date, currency: str) -> Report:
        rows = facts.customer_purchases(conn, as_of=as_of.isoformat(), start="", currency=currency)
        return rhythm_by_industry.build(rows, base_rhythm(rows, as_of), currency=currency)

    show_all(session, build)


def _of_contacts(session: Session, kind: str, by: By, window: str) -> None:
    from ci_cli.analysis import contact_counts, periods
    from ci_cli.reports.common import customer_code
    from ci_cli.reports.talks import contact_counts as report
    from ci_cli.store import contact_counts as stored
    from ci_cli.store import customers, engine

    if kind not in (*KINDS, stored.FOLLOW_UP):
        _unknown(kind, (*KINDS, stored.FOLLOW_UP))
    with session.store() as conn, engine.snapshot(conn):
        last = _day_of_talks(session, conn)
        span = periods.window(window, last)
        if span.first is None:
            raise CiError(
                "window-invalid",
                msg("'{value}' is not a length of time.", value=window),
                hint=msg("Write month, quarter, half, year, or a length such as 90d or 6w."),
                exit_code=ExitCode.DECIDE,
            )
        before = span.first - ((last - span.first) + timedelta(days=1))
        done = stored.done(conn, kind, first=before.isoformat(), last=last.isoformat())
        whose = customers.owners(conn)

    def owner(one: Done) -> str:
        return whose.get(one.customer_id, ("", None, None))[1] or ""

    groups: dict[By, Callable[[Done], str]] = {
        "customer": lambda one: customer_code(one.customer_id),
        "owner": owner,
        "author": lambda one: one.author or "",
        "month": lambda one: one.day[:7],
        "quarter": lambda one: f"{one.day[:4]}-Q{(int(one.day[5:7]) + 2) // 3}",
    }
    rows = contact_counts.how_often(done, groups[by], first=span.first, last=last)
    if by in ("month", "quarter"):
        rows.sort(key=lambda one: one.group)
    names = {customer_code(number): name for number, (name, _owner, _tier) in whose.items()}
    session.show(report.frequency(rows, names, kind=kind, by=by, window=span))


def _day_of_talks(session: Session, conn: Connection) -> date:
    """Return the day to speak for: that of the last order or entry, so that old books are whole."""
    from ci_cli.cli import analysis_input as inputs
    from ci_cli.store import pivot

    day = inputs.as_of_day(session, conn)
    if session.as_of and day is not None:
        return day
    talked = pivot.last_day(conn, "interactions", session.today.isoformat())
    days = [day, None if talked is None else date.fromisoformat(talked)]
    return max((one for one in days if one is not None), default=session.today)


def _unknown(kind: str, known: tuple[str, ...]) -> NoReturn:
    raise CiError(
        "log-kind-unknown",
        msg("There is no kind of entry {kind}.", kind=kind),
        hint=msg("The kinds are: {known}.", known=", ".join(known)),
        exit_code=ExitCode.DECIDE,
    )
