"""``ci-cli report referrals``: customers who came by another's word, beside all others."""

# no postponed annotations here: the shared option types below are local names
from datetime import date
from typing import Annotated

import typer

from ci_cli.analysis import referrals as found_by
from ci_cli.cli.options import Session, command
from ci_cli.cli.programme.pivot_commands import show_each
from ci_cli.report import Report
from ci_cli.shapes.pivots import EVERYTHING, Question
from ci_cli.store.engine import Connection
from ci_cli.text import _


def register(app: typer.Typer) -> None:
    """Add the command."""

    @command(
        app, "referrals", shares=("as_of", "show"), example="ci-cli report referrals",
        help=_("How many customers were referred by others, how many of them bought, and by whom."),
    )  # fmt: skip
    def referrals(
        session: Session,
        top: Annotated[int, typer.Option("--top", min=1, help=_("How many to list."))] = 20,
    ) -> None:
        from ci_cli.reports.references import referrals as report
        from ci_cli.store import customers, pivot, referrers

        def build(conn: Connection, as_of: date, currency: str) -> Report:
            day = as_of.isoformat()
            newcomers = referrers.origins(conn)
            question = Question("orders", "customer", EVERYTHING, currency, day)
            revenue = {
                int(cell.row[1:]): cell.sums[0]
                for cell in pivot.cells(conn, question, ["net"])
                if cell.row
            }
            buyers = pivot.buyers(conn, "orders", day)
            tree = found_by.referrers(newcomers, buyers, revenue)
            names = customers.names(conn, [one.customer_id for one in tree[:top]])
            return report.build(
                found_by.groups(newcomers, buyers, revenue), tree,
                {number: name for number, (name, _records) in names.items()},
                as_of=as_of, currency=currency, top=top,
            )  # fmt: skip

        show_each(session, "orders", build)
