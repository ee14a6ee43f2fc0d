"""``ci-cli report adoption``: who buys or uses the flagship, and who does not."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ci_cli.analysis.adoption import ADOPTED, STATES, Taken
from ci_cli.analysis.periods import Window
from ci_cli.cli import analysis_input as inputs
from ci_cli.cli.currencies import merged
from ci_cli.cli.options import Session, command
from ci_cli.cli.talks.feedback_commands import YEAR
from ci_cli.errors import CiError, ExitCode
from ci_cli.report import Note
from ci_cli.shapes.activity import Flagship
from ci_cli.store.engine import Connection
from ci_cli.text import _, msg

if TYPE_CHECKING:
    from ci_cli.reports.programme.baseline_adoption import Flag

SHOWN = 20
Tier = Literal["abc", "segment", "own"]


def register(app: typer.Typer) -> None:
    """Add the command."""

    @command(
        app, "adoption", shares=("as_of", "show", "source"),
        example="ci-cli report adoption --product Beverages",
        help=_("Who buys or uses the flagship, by tier and industry, and who does not."),
    )  # fmt: skip
    def adoption(
        session: Session,
        product: Annotated[
            list[str] | None,
            typer.Option(
                "--product", metavar="NAME",
                help=_("The flagship: a product or category, * for anything; may be repeated."),
            ),
        ] = None,
        metric: Annotated[
            list[str] | None,
            typer.Option("--metric", metavar="NAME", help=_("Usage series that counts as use.")),
        ] = None,
        window: Annotated[
            str, typer.Option("--window", metavar="12m|90d|2y|all", help=_("Days that count."))
        ] = YEAR,
        tier: Annotated[
            Tier, typer.Option("--tier", help=_("Tiers: ABC by revenue, segments, or their own."))
        ] = "abc",
        list_: Annotated[
            Literal["missing", "adopted", "all"],
            typer.Option("--list", help=_("Which customers to list.")),
        ] = "missing",
        top: Annotated[
            int, typer.Option("--top", min=1, help=_("How many to list."))
        ] = SHOWN,
        save: Annotated[
            bool,
            typer.Option("--save", help=_("Name it the flagship of the store, for health too.")),
        ] = False,
    ) -> None:  # fmt: skip
        from ci_cli.analysis import periods
        from ci_cli.reports.programme import adoption as report
        from ci_cli.store import engine, flagships

        states = {"missing": [one for one in STATES if one != ADOPTED], "adopted": [ADOPTED],
                  "all": list(STATES)}[list_]  # fmt: skip
        with inputs.open_facts(session) as conn, engine.snapshot(conn):
            as_of = inputs.as_of_day(session, conn)
            if as_of is None:
                inputs.nothing_yet(session)
                return
            flagship = _named(conn, product, metric)
            span = periods.window(window, as_of)
            reports = [
                report.build(
                    _taken(conn, flagship, tier, span, currency), flagship=flagship, tier=tier,
                    states=states, top=top, window=span, currency=currency,
                )
                for currency in inputs.chosen_currencies(session, conn)
            ]  # fmt: skip
        if save:
            with session.store(write=True) as conn, engine.transaction(conn):
                flagships.keep(conn, flagship)
            session.say(
                Note(msg("The flagship of the store is now: {name}.",
                         name=", ".join((*flagship.products, *flagship.metrics))))
            )  # fmt: skip
        session.show(merged(session, reports))


def _named(conn: Connection, product: list[str] | None, metric: list[str] | None) -> Flagship:
    """Return the flagship as the command line or the store names it.

    Raises:
        CiError: ``flagship-missing``.
    """
    from ci_cli.store import flagships

    told = Flagship(tuple(product or ()), tuple(metric or ()))
    if not any(told):
        told = flagships.kept(conn)
    if not any(told):
        raise CiError(
            "flagship-missing",
            msg("No flagship is named."),
            hint=msg("Name it with --product or --metric; --save keeps it for the next time."),
            exit_code=ExitCode.DECIDE,
        )
    return told


def flagship_taken(conn: Connection, day: date, currencies: list[str]) -> Flag | None:
    """Return what the customers of twelve months took of the flagship; None: none is named."""
    from ci_cli.analysis.adoption import in_any_currency
    from ci_cli.analysis.periods import window
    from ci_cli.reports.programme.baseline_adoption import Flag
    from ci_cli.store import flagships

    flagship = flagships.kept(conn)
    if not any(flagship):
        return None
    parts = [_taken(conn, flagship, "abc", window(YEAR, day), code) for code in currencies]
    return Flag(", ".join((*flagship.products, *flagship.metrics)), in_any_currency(parts))


def _taken(
    conn: Connection, flagship: Flagship, tier: Tier, span: Window, currency: str
) -> list[Taken]:
    """Return every customer that bought anything in the window, with what it took."""
    from ci_cli.analysis.adoption import state_of
    from ci_cli.store import facts, flagships

    start = inputs.day_before(span.first)
    last = span.last.isoformat()
    rows = [
        row
        for row in facts.customer_purchases(conn, as_of=last, start=start, currency=currency)
        if row.orders
    ]
    sold = flagships.sales(conn, flagship.products, as_of=last, start=start, currency=currency)
    used = flagships.used(conn, flagship.metrics, as_of=span.last, first=span.first)
    tiers = _tiers(conn, tier, {row.customer_id: row.net for row in rows}, span.last, currency)
    first = span.first.isoformat() if span.first else ""
    found = []
    for row in rows:
        one = sold.get(row.customer_id)
        bought = None if one is None else one.last
        since, total = used.get(row.customer_id, (None, 0))
        found.append(
            Taken(
                row.customer_id, row.name, row.owner, tiers.get(row.customer_id) or "",
                row.industry or "", row.net, 0 if one is None else one.net,
                max(filter(None, (bought, since)), default=None),
                total if flagship.metrics else None,
                state_of(bought=bought, used=since, used_sum=total, first=first),
            )
        )  # fmt: skip
    return found


def _tiers(
    conn: Connection, tier: Tier, net: dict[int, int], as_of: date, currency: str
) -> dict[int, str | None]:
    if tier == "own":
        from ci_cli.store import customers

        return {number: told[2] for number, told in customers.owners(conn).items()}
    if tier == "segment":
        from ci_cli.analysis.segment_maps import load_map

        scored = inputs.scored(conn, as_of=as_of, currency=currency, segment_map=load_map())
        return {one.row.customer_id: one.segment or one.code for one in scored.customers}
    from ci_cli.analysis.concentration import concentration

    ordered = sorted(net, key=lambda number: (-net[number], number))
    return dict(zip(ordered, concentration(net.values()).classes(), strict=True))
