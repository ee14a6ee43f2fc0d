"""``ci-cli report``: second sales, white space, growth room."""

# no postponed annotations here: the shared option types below are local names
from datetime import date
from typing import Annotated, Any

import typer

from ci_cli.cli import analysis_input as inputs
from ci_cli.cli.currencies import merged
from ci_cli.cli.options import Session, command
from ci_cli.errors import CiError, ExitCode
from ci_cli.report import Report
from ci_cli.store.engine import Connection
from ci_cli.text import _, msg

_SHARES = ("as_of", "show", "source")
LONGEST = 36_500  # days


def register(app: typer.Typer) -> None:
    """Add the commands of the group."""

    @command(
        app, "second-sale", shares=_SHARES, example="ci-cli report second-sale --within 180",
        help=_("How many first buyers buy again, after how long, after what first category."),
    )  # fmt: skip
    def second_sale(
        session: Session,
        within: Annotated[
            int, typer.Option("--within", metavar="DAYS", help=_("Days after the first purchase."))
        ] = 365,
    ) -> None:
        from ci_cli.analysis.second_sale import second_sales
        from ci_cli.reports.selling import second_sale
        from ci_cli.store import activity_facts

        if not 1 <= within <= LONGEST:
            raise CiError(
                "days-invalid",
                msg("{days} days cannot be looked at.", days=within),
                hint=msg("Choose --within from 1 to {longest}.", longest=LONGEST),
                exit_code=ExitCode.DECIDE,
            )

        def build(conn: Connection, as_of: date, currency: str) -> Report:
            sales = activity_facts.first_sales(conn, as_of=as_of.isoformat(), currency=currency)
            rows, everybody = second_sales(sales, within)
            return second_sale.build(rows, everybody, within=within, as_of=as_of, currency=currency)

        show_all(session, build)

    customer_option = Annotated[
        str | None,
        typer.Option(
            "--customer", metavar="CUSTOMER", help=_("Only this customer: number, id or name.")
        ),
    ]
    window_option = Annotated[
        str, typer.Option("--window", metavar="24m|90d|2y|all", help=_("Days that count."))
    ]

    @command(
        app, "whitespace", shares=_SHARES, example="ci-cli report whitespace --top 10",
        help=_("What customers of the same industry and size buy and this one does not."),
    )  # fmt: skip
    def whitespace(
        session: Session,
        customer: customer_option = None,
        window: window_option = "12m",
        support: Annotated[
            int, typer.Option("--support", min=1, help=_("How many peers must buy it."))
        ] = 3,
        top: Annotated[int | None, typer.Option("--top", min=1, help=_("How many to list."))] = 50,
    ) -> None:
        from ci_cli.analysis import peers
        from ci_cli.reports.selling import whitespace

        def build(conn: Connection, as_of: date, currency: str) -> Report:
            found = _Trade(conn, as_of, currency, window)
            number = _customer(conn, customer)
            gaps = peers.white_space(
                found.base, found.spend, support=support, top=top, customer=number
            )
            return whitespace.white_space(
                gaps, found.names, window=found.window, currency=currency, support=support,
                hidden=found.hidden(number), has_categories=found.has_categories,
            )  # fmt: skip

        show_all(session, build)

    @command(
        app, "growth-room", shares=_SHARES, example="ci-cli report growth-room --customer ERNSH",
        help=_("How much more customers could buy if they bought like their peers, at most."),
    )  # fmt: skip
    def growth_room(
        session: Session,
        customer: customer_option = None,
        window: window_option = "12m",
        top: Annotated[int | None, typer.Option("--top", min=1, help=_("How many to list."))] = 50,
    ) -> None:
        from ci_cli.analysis import peers
        from ci_cli.reports.selling import whitespace

        def build(conn: Connection, as_of: date, currency: str) -> Report:
            found = _Trade(conn, as_of, currency, window)
            number = _customer(conn, customer)
            if number is not None:
                gaps = peers.gaps_of(found.base, found.spend, number)
                return whitespace.growth_of(
                    gaps, number, found.names, window=found.window, currency=currency
                )
            return whitespace.growth_room(
                peers.growth_room(found.base, found.spend)[:top], found.names,
                window=found.window, currency=currency, hidden=found.hidden(None),
                has_categories=found.has_categories,
            )  # fmt: skip

        show_all(session, build)


def show_all(session: Session, build: Any) -> None:
    """Show one report of all currencies."""
    from ci_cli.store import engine

    with inputs.open_facts(session) as conn, engine.snapshot(conn):
        as_of = inputs.as_of_day(session, conn)
        if as_of is None:
            inputs.nothing_yet(session)
            return
        session.say(*inputs.undated_note(conn))
        reports = [
            build(conn, as_of, currency) for currency in inputs.chosen_currencies(session, conn)
        ]
    session.show(merged(session, reports))


def _customer(conn: Connection, text: str | None) -> int | None:
    from ci_cli.store import customers

    return None if text is None else customers.find(conn, text)


class _Trade:
    """What everybody spent on what, in one currency and window."""

    def __init__(self, conn: Connection, as_of: date, currency: str, window: str) -> None:
        from ci_cli.analysis import peers, periods
        from ci_cli.store import activity_facts, facts

        self.window = periods.window(window, as_of)
        span = {
            "as_of": as_of.isoformat(),
            "start": inputs.day_before(self.window.first),
            "currency": currency,
        }
        self.spend = activity_facts.category_spend(conn, **span)
        rows = facts.customer_purchases(conn, **span)
        self.names = {row.customer_id: (row.name, row.industry) for row in rows}
        self.base = peers.peers([(row.customer_id, row.industry or "", row.net) for row in rows])
        self.has_categories = any(row.category for row in self.spend)

    def hidden(self, customer: int | None) -> int:
        """Return how many customers have too few peers to be compared."""
        from ci_cli.analysis.peers import MIN_PEERS

        few = self.base.number < MIN_PEERS
        return int(few.sum() if customer is None else few[self.base.customer == customer].sum())
