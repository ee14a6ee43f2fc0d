"""``ci-cli customer changes``: segment, health, owner, status, spend, and what was said anew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from ci_cli.cli import analysis_input as inputs
from ci_cli.cli.options import Session, command
from ci_cli.shapes.trade import CustomerPurchases
from ci_cli.store.engine import Connection
from ci_cli.text import _

if TYPE_CHECKING:
    from ci_cli.reports.customers.customer_changes import Changed

COMPLAINTS = ("request", "ticket")


def register(app: typer.Typer) -> None:
    """Add the command to the group of customers."""

    @command(
        app, "changes", shares=("as_of", "show"), example="ci-cli customer changes --since 30d",
        help=_("What became different at customers: segment, health, owner, spend, complaints."),
    )  # fmt: skip
    def changes(
        session: Session,
        since: Annotated[
            str, typer.Option("--since", metavar="7d|DAY", help=_("How far back to look."))
        ] = "7d",
        owner: Annotated[
            str | None, typer.Option("--owner", help=_("Only accounts of this person."))
        ] = None,
        top: Annotated[
            int | None, typer.Option("--top", min=1, help=_("How many to list."))
        ] = None,
    ) -> None:  # fmt: skip
        from ci_cli.analysis.spoken_days import earlier_day
        from ci_cli.reports.customers import customer_changes as report
        from ci_cli.store import engine

        days = (session.today - earlier_day(since, session.today)).days
        with inputs.open_facts(session) as conn, engine.snapshot(conn):
            as_of = inputs.as_of_day(session, conn) or session.today
            chosen = inputs.chosen_currencies(session, conn)
            currency = (chosen or [engine.meta(conn, "currency")])[0]
            found = list(_changes(session, conn, days, as_of, currency))
        if owner is not None:
            wanted = owner.strip().casefold()
            found = [one for one in found if (one.owner or "").casefold() == wanted]
        session.show(
            report.build(
                found, since=session.today - timedelta(days=days), as_of=as_of,
                today=session.today, currency=currency, top=top,
            )
        )  # fmt: skip


def _changes(
    session: Session, conn: Connection, days: int, as_of: date, currency: str
) -> Iterator[Changed]:
    """Yield what changed: fields and complaints up to today, segment and spend up to as-of."""
    from ci_cli.analysis.segment_maps import load_map
    from ci_cli.reports.customers.customer_changes import Changed, spend
    from ci_cli.reports.talks.log_list import excerpt
    from ci_cli.store import facts, one_customer, talks

    names = load_map()
    earlier = as_of - timedelta(days=days)
    now = inputs.scored(conn, as_of=as_of, currency=currency, segment_map=names)
    then = inputs.scored(conn, as_of=earlier, currency=currency, segment_map=names)
    segments = {one.row.customer_id: one.segment for one in then.customers}
    people = {
        row.customer_id: row
        for row in (*(one.row for one in now.customers), *now.outside, *now.never)
    }
    for one in now.customers:
        before = segments.get(one.row.customer_id)
        if before != one.segment:
            yield Changed(one.row.customer_id, one.row.name, one.row.owner, "segment",
                          as_of.isoformat(), before, one.segment)  # fmt: skip
    yield from _bands(conn, earlier, as_of, currency)
    period = facts.customer_purchases(
        conn, as_of=as_of.isoformat(), start=earlier.isoformat(), currency=currency
    )
    former = {
        row.customer_id: row.net
        for row in facts.customer_purchases(
            conn, as_of=earlier.isoformat(),
            start=(earlier - timedelta(days=days)).isoformat(), currency=currency,
        )
    }  # fmt: skip
    for row in period:
        told = spend(row.net, former.get(row.customer_id, 0), currency)
        if told is not None:
            yield Changed(row.customer_id, row.name, row.owner, "spend", as_of.isoformat(), *told)
    since = (session.today - timedelta(days=days)).isoformat()
    for day, customer, field, old, new, by in one_customer.field_changes(conn, since):
        whose = people.get(customer)
        if whose is not None and day <= session.today.isoformat():
            yield Changed(customer, whose.name, whose.owner, field, day, old, new, by)
    after = (session.today - timedelta(days=days - 1)).isoformat()
    for talk in talks.listing(conn, kinds=COMPLAINTS, since=after, until=session.today.isoformat()):
        whose = people.get(talk.customer_id or 0)
        if whose is not None:
            yield Changed(whose.customer_id, whose.name, whose.owner, talk.kind, talk.day, None,
                          excerpt(talk), talk.author)  # fmt: skip
    yield from _said(conn, after, session.today.isoformat(), people)


def _bands(conn: Connection, earlier: date, as_of: date, currency: str) -> Iterator[Changed]:
    """Yield customers whose health is of another colour than it was."""
    from ci_cli.analysis.health.profile_file import load_profiles
    from ci_cli.cli.health import health_input
    from ci_cli.reports.customers.customer_changes import Changed

    profiles = load_profiles(None)
    then, now = (
        health_input.judged(conn, profiles, as_of=day, currency=currency, flagship=()).customers
        for day in (earlier, as_of)
    )
    before = {one.row.customer_id: one.band for one in then}
    for one in now:
        was = before.get(one.row.customer_id)
        if was is not None and was != one.band:
            yield Changed(one.row.customer_id, one.row.name, one.row.owner, "health",
                          as_of.isoformat(), was, one.band)  # fmt: skip


def _said(
    conn: Connection, first: str, last: str, people: Mapping[int, CustomerPurchases]
) -> Iterator[Changed]:
    """Yield complaints, and attitudes that are not those of before."""
    from ci_cli.reports.customers.customer_changes import Changed
    from ci_cli.reports.talks.log_list import SHOWN_CHARACTERS, one_line
    from ci_cli.store import issues, voices

    for voice in voices.listing(conn, kind="complaint", since=first, until=last):
        whose = people.get(voice.customer_id or 0)
        if whose is not None:
            yield Changed(whose.customer_id, whose.name, whose.owner, "complaint", voice.day, None,
                          one_line(voice.text or "-", SHOWN_CHARACTERS), voice.author)  # fmt: skip
    for mood in issues.moods(conn, since=first, until=last):
        whose = people.get(mood.customer_id)
        if whose is not None and mood.before != mood.now:
            yield Changed(whose.customer_id, whose.name, whose.owner, "attitude", mood.day,
                          mood.before, mood.now, mood.author)  # fmt: skip
