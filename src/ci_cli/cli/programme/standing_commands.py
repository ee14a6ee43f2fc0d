"""``ci-cli report baseline|pareto``: where the company stands, and on how few it hangs."""

# no postponed annotations here: the shared option types below are local names
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from ci_cli.cli import analysis_input as inputs
from ci_cli.cli.currencies import merged
from ci_cli.cli.options import Session, command
from ci_cli.store.engine import Connection
from ci_cli.text import _

if TYPE_CHECKING:
    from ci_cli.analysis.periods import Window
    from ci_cli.cli.programme.goal_books import Books
    from ci_cli.reports.selling.pareto import Worth


def register(app: typer.Typer) -> None:
    """Add the commands to the group."""

    @command(
        app, "baseline", shares=("as_of", "show"), example="ci-cli report baseline",
        help=_("Where we stand: customers active, dormant and lost, industries, flagship,"
               " references."),
    )  # fmt: skip
    def baseline(session: Session) -> None:
        _baseline(session)

    @command(
        app, "pareto", shares=("as_of", "show", "source"), example="ci-cli report pareto --top 10",
        help=_("Which share of the value how few customers bring; by profit where costs are"
               " known."),
    )  # fmt: skip
    def pareto(
        session: Session,
        window: Annotated[
            str, typer.Option("--window", metavar="24m|90d|2y|all", help=_("Days that count."))
        ] = "12m",
        by_parent: Annotated[
            bool, typer.Option("--by-parent", help=_("Companies of one parent count as one."))
        ] = False,
        top: Annotated[int | None, typer.Option("--top", min=1, help=_("How many to list."))] = 20,
    ) -> None:
        from ci_cli.analysis.periods import window as window_of
        from ci_cli.cli.programme.goal_books import Books
        from ci_cli.reports.selling import pareto
        from ci_cli.store import engine

        with inputs.open_facts(session) as conn, engine.snapshot(conn):
            as_of = inputs.as_of_day(session, conn)
            if as_of is None:
                inputs.nothing_yet(session)
                return
            session.say(*inputs.undated_note(conn))
            span, books = window_of(window, as_of), Books(conn)
            reports = [
                pareto.build(
                    _worth(books, conn, span, code, by_parent=by_parent), window=span, as_of=as_of,
                    currency=code, top=top,
                )
                for code in inputs.chosen_currencies(session, conn)
            ]  # fmt: skip
        session.show(merged(session, reports))


def _worth(
    books: "Books", conn: Connection, span: "Window", currency: str, *, by_parent: bool
) -> "Worth":  # fmt: skip
    from ci_cli.analysis.families import families
    from ci_cli.reports.selling.pareto import Worth
    from ci_cli.store import goals

    rows = goals.customer_profits(
        conn, as_of=span.last.isoformat(), start=inputs.day_before(span.first), currency=currency
    )
    by_profit = bool(rows) and not any(row.lines_without for row in rows)
    worth = {row.customer_id: row.profit if by_profit else row.net for row in rows}
    nobody = worth.pop(0, 0)
    bought = {row.customer_id for row in rows if row.bought}
    money = sum(row.money for row in rows)
    return Worth(
        families(
            {one: value for one, value in worth.items() if one in bought}, books.profiles,
            by_parent=by_parent,
        ),
        by_profit, by_parent,
        1 - sum(row.money_without for row in rows) / money if money else None, nobody,
        [value for one, value in worth.items() if one not in bought],
    )  # fmt: skip


def _baseline(session: Session) -> None:
    from ci_cli.cli.programme.adoption_command import flagship_taken
    from ci_cli.cli.programme.goal_books import Books
    from ci_cli.cli.programme.goal_references import referenceable
    from ci_cli.reports.programme import baseline
    from ci_cli.store import engine, journal, statistics

    with inputs.open_facts(session) as conn, engine.snapshot(conn):
        day = inputs.as_of_day(session, conn) or session.today
        books = Books(conn)
        codes = inputs.chosen_currencies(session, conn)
        found = baseline.Base(
            books.profiles, books.standing(day),
            {code: _amounts(books, day, code) for code in codes},
            {code: _nobody(conn, day, code) for code in codes},
            books.buyers(day), referenceable(books, day if session.as_of else session.today),
            [baseline.Source(*tuple(row)) for row in statistics.sources(conn)],
            max((str(row["at"]) for row in journal.history(conn)), default=None),
            flagship_taken(conn, day, codes),
        )  # fmt: skip
        session.say(*inputs.undated_note(conn))
    session.show(baseline.build(found, as_of=day, whole=session.is_for_programs))


def _amounts(books: "Books", day: date, currency: str) -> dict[int, int]:
    """Return the revenue of twelve months of everybody, also of those who only sent back."""
    return {row.customer_id: row.net for row in books.year(day, currency)}


def _nobody(conn: Connection, day: date, currency: str) -> int:
    from ci_cli.cli.programme.goal_books import years_before
    from ci_cli.store import facts

    return facts.unassigned(
        conn, as_of=day.isoformat(), start=years_before(day).isoformat(), currency=currency
    ).net
