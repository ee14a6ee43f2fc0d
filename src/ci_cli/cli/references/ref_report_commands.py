"""``ci-cli report references``: how the reference programme stands."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from ci_cli.cli import analysis_input as inputs
from ci_cli.cli.options import Session, command
from ci_cli.report import QUANTITY_SCALE
from ci_cli.text import _

if TYPE_CHECKING:
    from ci_cli.analysis.periods import Window
    from ci_cli.analysis.references.programme import Deal
    from ci_cli.shapes.talks import OpportunityInfo
    from ci_cli.store.engine import Connection

YEAR = "12m"
GOAL = 0.5  # of the active customers, where no goal is set


def register(app: typer.Typer) -> None:
    """Add the command."""

    @command(
        app, "references", shares=("as_of", "show"), example="ci-cli report references",
        help=_("Who vouches for us, against the goal; where nobody does; what requests take."),
    )  # fmt: skip
    def references(
        session: Session,
        since: Annotated[
            str | None,
            typer.Option("--since", metavar="DAY",
                         help=_("First day of requests, uses and deals; else twelve months.")),
        ] = None,
        top: Annotated[
            int, typer.Option("--top", min=1, help=_("How many cells without one to list."))
        ] = 20,
    ) -> None:  # fmt: skip
        _references(session, since, top)


def _references(session: Session, since: str | None, top: int) -> None:
    from ci_cli.analysis.periods import window as window_of
    from ci_cli.analysis.references import programme, ready
    from ci_cli.analysis.spoken_days import spoken_day
    from ci_cli.cli.references.ref_input import programme as references_of_today
    from ci_cli.reports.references import reference_lists, reference_programme
    from ci_cli.store import activity_facts, customers, engine, talks
    from ci_cli.store import references as stored

    today = session.today.isoformat()
    first = window_of(YEAR, session.today).first or session.today
    if since is not None:
        first = spoken_day(since, session.today, ahead=False)
    with inputs.open_facts(session) as conn, engine.snapshot(conn):
        ours = references_of_today(session, conn)
        window = window_of(YEAR, inputs.as_of_day(session, conn) or session.today)
        currencies = inputs.chosen_currencies(session, conn)
        currency = currencies[0] if currencies else None
        revenue, industries = _active(conn, currencies, window)
        bought = {
            (row.customer_id, row.category)
            for code in currencies
            for row in activity_facts.category_spend(
                conn, as_of=window.last.isoformat(), start=inputs.day_before(window.first),
                currency=code,
            )
            if row.net > 0
        }  # fmt: skip
        regions = customers.regions(conn)
        goal = referenceable_goal(conn, today)
        requests, attempts = stored.requests(conn), stored.attempts(conn)
        closed = _closed_deals(talks.opportunities(conn), first, today)
    judged = ready.judge(ours.known, ours.limits, today)
    uses = [use for some in ours.known.uses.values() for use in some]
    made = [one for one in requests if first.isoformat() <= one.day <= today]
    value: dict[str, int] = {}
    for one in made:
        if one.state == "fulfilled" and one.value is not None and one.currency is not None:
            value[one.currency] = value.get(one.currency, 0) + one.value
    ready_ones = {one.account.customer_id for one in judged if one.is_ready}
    resting = {one.account.customer_id for one in judged if one.failed == ("fatigue",)}
    with_reference, without = programme.deals(closed, requests, uses)
    figures = reference_programme.Programme(
        session.today, first, window, currency, goal, ours.limits,
        programme.share(ready_ones, revenue), programme.share(ready_ones | resting, revenue),
        programme.load(judged, first.isoformat()), programme.service(made, attempts, uses), value,
        with_reference, without,
        programme.coverage(sorted(bought), industries, regions, ready_ones),
    )  # fmt: skip
    rule = reference_lists.rule_notes(judged, ours.limits, ours.health, day=today, channel=None)
    session.show(reference_programme.build(figures, rule, top=top))
    session.say(*inputs.other_currencies_note(currencies))


def referenceable_goal(conn: Connection, today: str) -> float:
    """Return the share of active customers that should be referenceable.

    That of the goal that is due next (`ci-cli goal set referenceable_pct`), else half of them.
    """
    from ci_cli.store import goals

    due = [
        row.target / QUANTITY_SCALE
        for row in goals.listing(conn)
        if row.metric == "referenceable_pct" and row.direction == "up" and row.by >= today
    ]
    return due[0] if due else GOAL


def _active(
    conn: Connection, currencies: list[str], window: Window
) -> tuple[dict[int, int], dict[int, str | None]]:
    """Return revenue and industry of every customer that bought in the window.

    Revenue is in the first currency; who buys in another one is active with a revenue of 0.
    """
    from ci_cli.store import facts

    revenue: dict[int, int] = {}
    industries: dict[int, str | None] = {}
    for code in currencies:
        for row in facts.customer_purchases(
            conn, as_of=window.last.isoformat(), start=inputs.day_before(window.first),
            currency=code,
        ):  # fmt: skip
            if row.orders > 0:
                industries[row.customer_id] = row.industry
                revenue.setdefault(row.customer_id, 0)
                if code == currencies[0]:
                    revenue[row.customer_id] = row.net
    return revenue, industries


def _closed_deals(found: list[OpportunityInfo], first: date, today: str) -> list[Deal]:
    """Return the deals that were won or lost in the period."""
    from ci_cli.analysis.references.programme import Deal

    return [
        Deal(one.customer_id, one.outcome, one.opened, one.closed, one.value, one.currency)
        for one in found
        if one.outcome in ("won", "lost")
        and one.closed is not None
        and first.isoformat() <= one.closed <= today
    ]
