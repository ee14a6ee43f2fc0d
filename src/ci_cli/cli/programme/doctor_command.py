"""``ci-cli doctor``: is the store sound, and is the programme that it serves alive."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from ci_cli.cli import analysis_input as inputs
from ci_cli.cli.options import Session, command
from ci_cli.errors import ExitCode
from ci_cli.report import Note
from ci_cli.text import _, msg

if TYPE_CHECKING:
    from ci_cli.cli.programme.goal_books import Books
    from ci_cli.reports.programme.programme import Orphan, Programme
    from ci_cli.store.engine import Connection

FRESH = "35d"  # a source without an order that young is stale, as in ``check``


def register(app: typer.Typer) -> None:
    """Add the command."""

    @command(
        app, "doctor", shares=("show",), example="ci-cli doctor --programme",
        help=_("Is the store sound; with --programme: are its data fresh, filled, owned and used."),
    )  # fmt: skip
    def doctor(
        session: Session,
        programme: Annotated[
            bool,
            typer.Option("--programme", help=_("Score the intelligence programme on one page.")),
        ] = False,
        top: Annotated[
            int, typer.Option("--top", min=0, help=_("How many customers to list."))
        ] = 10,
    ) -> int:
        from ci_cli.store import backup

        if programme:
            return _programme(session, top)
        with session.store() as conn:
            problems = backup.check(conn)
        if problems:
            raise backup.damaged(problems)
        session.say(
            Note(msg("The store is sound.")),
            Note(msg("`ci-cli doctor --programme` looks at what is in it.")),
        )
        return ExitCode.DONE


def _programme(session: Session, top: int) -> int:
    from ci_cli.reports.programme import programme as reports
    from ci_cli.store import engine

    with inputs.open_facts(session) as conn, engine.snapshot(conn):
        found = _gather(session, conn, top)
    session.show(reports.build(found))
    return ExitCode.DONE


def _gather(session: Session, conn: Connection, top: int) -> Programme:
    from ci_cli.analysis.periods import shift_months, window
    from ci_cli.analysis.programme import FRESH_MONTHS, WINDOWS, Owned
    from ci_cli.analysis.standing import LIVELY
    from ci_cli.cli.programme.goal_books import Books
    from ci_cli.dedupe.review import open_pairs
    from ci_cli.reports.programme.programme import Programme
    from ci_cli.reports.selling.procat_alarms import stands
    from ci_cli.store import actions, alarms, goals, programme, scans, statistics

    today, books = session.today, Books(conn)
    day = inputs.as_of_day(session, conn) or today
    active = {one for one, state in books.standing(day).items() if state in LIVELY}
    alone = {one for one in active if not books.profiles[one].owner}
    taken = actions.by_alarm(actions.listing(conn))
    standing = [row for row in alarms.listing(conn) if stands(row)]
    unowned = [row for row in standing if row.id not in taken and row.status == "open"]
    open_goals = goals.listing(conn)
    without = [row.code for row in open_goals if not row.owner]
    scan = scans.last(conn)
    pairs = [] if scan is None else open_pairs(conn, likely=True)
    spans = [(days, (window(f"{days}d", today).first or today).isoformat()) for days in WINDOWS]
    began = programme.began(conn)
    customers, filled = programme.fill(conn)
    return Programme(
        today, window(FRESH, today).first or today,
        0 if began is None else max((today - date.fromisoformat(began)).days, 0),
        {str(row[0]): row[4] for row in statistics.sources(conn) if row[2]},
        customers, filled,
        Owned(len(active), len(active) - len(alone), len(standing), len(standing) - len(unowned),
              len(open_goals), len(open_goals) - len(without)),
        _orphans(books, day, alone)[:top], len(alone), unowned, without,
        None if scan is None else scan.at, len(pairs),
        len({one for pair in pairs for one in (pair.customer_a, pair.customer_b)}),
        0 if scan is None else scans.new_since(conn, scan),
        programme.items(
            conn, since=shift_months(today, -FRESH_MONTHS).isoformat(), until=today.isoformat()
        ),
        programme.work(conn, spans, today.isoformat()),
    )  # fmt: skip


def _orphans(books: Books, day: date, alone: set[int]) -> list[Orphan]:
    """Return customers with what they brought; one line for each currency that they pay in."""
    from ci_cli.reports.programme.programme import Orphan

    found = [
        Orphan(customer, books.profiles[customer].name, amount, currency)
        for currency in books.currencies
        for customer, amount in books.amounts(day, currency).items()
        if customer in alone
    ]
    quiet = alone - {one.customer_id for one in found}  # slow trades may be active all the same
    found += [Orphan(customer, books.profiles[customer].name, 0, None) for customer in quiet]
    return sorted(found, key=lambda one: (one.currency or "~", -one.revenue, one.customer_id))
