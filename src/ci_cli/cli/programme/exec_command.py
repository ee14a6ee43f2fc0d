"""``ci-cli report exec``: the page is put together from what the other reports say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from ci_cli.analysis.monthly import earlier
from ci_cli.analysis.periods import last_complete_month, month_of
from ci_cli.cli import analysis_input as inputs
from ci_cli.cli.currencies import merged
from ci_cli.cli.options import Session, command
from ci_cli.text import _

if TYPE_CHECKING:
    from ci_cli.analysis.executive import Activity, Driver
    from ci_cli.cli.programme.goal_books import Books
    from ci_cli.reports.programme.executive import Alarms, Revenue
    from ci_cli.shapes.categories import AlarmRow
    from ci_cli.shapes.trade import MonthCell
    from ci_cli.store.engine import Connection

YEAR = 12  # months


def register(app: typer.Typer) -> None:
    """Add the command to its group."""

    @command(
        app, "exec", shares=("as_of", "show"), example="ci-cli report exec",
        help=_("One page for those who decide: five numbers, their change and its cause; goals."),
    )  # fmt: skip
    def exec_(
        session: Session,
        by_parent: Annotated[
            bool, typer.Option("--by-parent", help=_("Companies of one parent count as one."))
        ] = False,
    ) -> None:
        _exec(session, by_parent=by_parent)


def _exec(session: Session, *, by_parent: bool) -> None:
    from ci_cli.cli.programme.goal_books import Books, years_before
    from ci_cli.cli.programme.goal_metrics import METRICS, Asked
    from ci_cli.cli.programme.goal_status import clock_of, standings
    from ci_cli.reports.programme import executive
    from ci_cli.store import alarms, engine, goals

    with inputs.open_facts(session) as conn, engine.snapshot(conn):
        as_of = inputs.as_of_day(session, conn)
        if as_of is None:
            inputs.nothing_yet(session)
            return
        session.say(*inputs.undated_note(conn))
        books, before = Books(conn), years_before(as_of)
        every = alarms.listing(conn)
        active = _activity(books, as_of, before)
        known = standings(books, goals.listing(conn), clock_of(session, conn, session.as_of))
        pages = []
        for code in inputs.chosen_currencies(session, conn):
            figures = {
                name: tuple(
                    METRICS[name].figure(
                        books, Asked(day, code, by_parent and METRICS[name].by_parent)
                    )
                    for day in (as_of, before)
                )
                for name in ("retention", "top10_revenue_share")
            }
            pages.append(
                executive.Page(
                    as_of, before, code, _revenue(conn, as_of, code), active,
                    (figures["retention"][0], figures["retention"][1]),
                    (figures["top10_revenue_share"][0], figures["top10_revenue_share"][1]),
                    _alarms([row for row in every if row.currency == code], as_of),
                    [one for one in known if one.goal.currency in (None, code)], by_parent,
                )
            )  # fmt: skip
    session.show(merged(session, [executive.build(page) for page in pages]))


def _activity(books: Books, as_of: date, before: date) -> Activity:
    from ci_cli.analysis.executive import activity
    from ci_cli.analysis.goals import first_bought

    rows = (row for code in books.currencies for row in books.purchases(as_of, None, code))
    return activity(
        books.standing(before), books.standing(as_of), first_bought(rows), before.isoformat()
    )


def _revenue(conn: Connection, as_of: date, currency: str) -> Revenue | None:
    """Return the revenue of the last complete month; None before the first one."""
    from ci_cli.reports.programme.executive import Revenue
    from ci_cli.store import facts

    known = facts.month_range(conn, as_of=as_of.isoformat(), currency=currency)
    if known is None or known[0] > (month := last_complete_month(as_of)):
        return None
    first = known[0]
    _cells, totals = facts.month_cells(
        conn, by="category", as_of=as_of.isoformat(), first=first, last=month, currency=currency
    )
    back = next((one for one in (YEAR, 1) if earlier(month, one) >= first), None)
    compared = None if back is None else earlier(month, back)
    net = {cell.month: cell.net for cell in totals}
    whole = earlier(month, 2 * YEAR - 1) >= first
    return Revenue(
        month, net.get(month, 0), compared, None if compared is None else net.get(compared, 0),
        None if compared is None else _driver(conn, as_of, currency, compared, month),
        _sum(totals, earlier(month, YEAR - 1), month),
        _sum(totals, earlier(month, 2 * YEAR - 1), earlier(month, YEAR)) if whole else None,
    )  # fmt: skip


def _sum(cells: Sequence[MonthCell], first: str, last: str) -> int:
    return sum(cell.net for cell in cells if first <= cell.month <= last)


def _driver(conn: Connection, as_of: date, currency: str, before: str, now: str) -> Driver:
    from ci_cli.analysis import decompose
    from ci_cli.analysis.executive import driver
    from ci_cli.store import category_facts

    rows = category_facts.trade(
        conn,
        {
            "group": None, "currency": currency, "as_of": as_of.isoformat(),
            "before_first": before, "before_last": before, "now_first": now, "now_last": now,
        },
    )  # fmt: skip
    return driver(decompose.customer_moves(rows, ()), decompose.effects(rows))


def _alarms(rows: Sequence[AlarmRow], as_of: date) -> Alarms:
    from ci_cli.reports.programme.executive import Alarms

    month = month_of(as_of)

    def standing(on: str) -> list[AlarmRow]:
        return [
            row
            for row in rows
            if row.opened <= on
            and (row.closed is None or row.closed > on)
            and row.status != "dismissed"
        ]

    now = sorted(standing(month), key=lambda row: (-(row.at_risk or 0), row.id))
    return Alarms(now, len(standing(earlier(month, 1))), len(rows))
