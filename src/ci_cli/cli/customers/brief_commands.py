"""``ci-cli customer brief``: what to know before the call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from ci_cli.analysis.scoring import BaseRhythm, base_rhythm
from ci_cli.cli import analysis_input as inputs
from ci_cli.cli.options import Session, command
from ci_cli.shapes.trade import CustomerPurchases
from ci_cli.shapes.views import Issue, Mood
from ci_cli.shapes.voice import Insight
from ci_cli.store.engine import Connection
from ci_cli.text import _

if TYPE_CHECKING:
    from ci_cli.reports.customers.customer_brief import Brief

YEAR_DAYS = 365
READ_WORDS = 20  # the last entries among which the last words are looked for


def register(app: typer.Typer) -> None:
    """Add the command to the group of customers."""

    @command(
        app, "brief", shares=("as_of", "show"), example="ci-cli customer brief ERNSH --dormant",
        help=_("What to know before a call, on one page, with three questions to ask."),
    )  # fmt: skip
    def brief(
        session: Session,
        customer: Annotated[
            str, typer.Argument(help=_("C number, the source's own id, or a name."))
        ],
        dormant: Annotated[
            bool,
            typer.Option("--dormant", help=_("Add what changed since the last contact.")),
        ] = False,
    ) -> None:  # fmt: skip
        from ci_cli.reports.customers import customer_brief
        from ci_cli.store import customers, engine

        with inputs.open_facts(session) as conn, engine.snapshot(conn):
            found = gather(session, conn, customers.find(conn, customer), dormant=dormant)
        session.show(customer_brief.build(found))


class Purchases(NamedTuple):
    """What every customer bought in the year up to as-of: rhythms are judged among all."""

    as_of: date
    currency: str
    rows: Sequence[CustomerPurchases]
    base: BaseRhythm


def purchases(session: Session, conn: Connection) -> Purchases:
    """Read what everybody bought, once for any number of briefs."""
    from ci_cli.store import engine, facts

    as_of = inputs.as_of_day(session, conn) or session.today
    currency = (inputs.chosen_currencies(session, conn) or [engine.meta(conn, "currency")])[0]
    year = (as_of - timedelta(days=YEAR_DAYS)).isoformat()
    rows = facts.customer_purchases(conn, as_of=as_of.isoformat(), start=year, currency=currency)
    return Purchases(as_of, currency, rows, base_rhythm(rows, as_of))


def gather(
    session: Session, conn: Connection, customer_id: int, *, dormant: bool = False,
    everybody: Purchases | None = None,
) -> Brief:  # fmt: skip
    """Read all that a brief tells, inside one read transaction."""
    from ci_cli.analysis.brief_questions import Facts
    from ci_cli.reports.customers.customer_brief import Brief
    from ci_cli.shapes.trade import ContactInfo
    from ci_cli.store import customers, one_customer, talks

    today = session.today.isoformat()
    everybody = everybody or purchases(session, conn)
    as_of, currency = everybody.as_of, everybody.currency
    year = (as_of - timedelta(days=YEAR_DAYS)).isoformat()
    before = (as_of - timedelta(days=2 * YEAR_DAYS)).isoformat()
    row = next((one for one in everybody.rows if one.customer_id == customer_id), None)
    rhythm = None if row is None else everybody.base.rhythm_of(row)
    categories = one_customer.category_years(
        conn, customer_id, as_of=as_of.isoformat(), year=year, before=before, currency=currency
    )
    golden = customers.golden(conn, customer_id)
    contacts = [
        ContactInfo(one["name"] or "", one["title"], one["phone"], one["email"],
                    bool(one["is_primary"]), one["left_at"])
        for one in customers.contacts_of(conn, customer_id)
    ]  # fmt: skip
    entries = talks.listing(conn, customer_id=customer_id, open_only=True)
    last = talks.listing(conn, customer_id=customer_id, until=today, limit=READ_WORDS)
    touch = talks.last_touch(conn, customer_id, today)
    events = None
    if dormant:
        since = touch.reached if touch and touch.reached else ""
        events = one_customer.events_since(
            conn, customer_id, since=since, until=max(today, as_of.isoformat()),
            currency=currency,
        )  # fmt: skip
    waiting = {one.id for one in entries}
    told = Facts(
        session.today, as_of, currency, rhythm, row.last if row else None, categories, entries,
        # what waits is told apart
        [one for one in last if (one.text or one.subject) and one.id not in waiting],
        talks.contracts(conn, customer_id=customer_id),
        talks.opportunities(conn, customer_id=customer_id),
        touch, sum(1 for one in contacts if one.left_at is None),
        *_said(session, conn, customer_id),
    )  # fmt: skip
    return Brief(
        customer_id, golden["label"] or "", golden, contacts, row.orders if row else 0,
        row.net if row else 0, sum(one.before for one in categories), told, events,
        one_customer.first_order(
            conn, customer_id, currency=currency, as_of=as_of.isoformat()
        ),
        lessons(session, conn, customer_id, golden),
    )  # fmt: skip


def _said(session: Session, conn: Connection, customer_id: int) -> tuple[list[Issue], Mood | None]:
    """Return what waits for an answer, and how the customer stands to us."""
    from ci_cli.store import issues

    until = session.today.isoformat()
    since = (session.today - timedelta(days=YEAR_DAYS)).isoformat()
    complaints = issues.complaints(conn, since=since, until=until, customer_id=customer_id)
    rivals = issues.rivals(conn, since=since, until=until, customer_id=customer_id)
    moods = issues.moods(conn, since=since, until=until, customer_id=customer_id)
    return [*complaints, *rivals], moods[0] if moods else None


def lessons(
    session: Session, conn: Connection, customer_id: int, golden: Mapping[str, Any]
) -> list[Insight]:
    """Return the lessons that fit a customer, the latest first.

    One fits that was learnt by this customer, in its industry, or with a tag that it has: a tag of
    behaviour by code or name, or the word that its tier, status or channel is called by.
    """
    from ci_cli.store import voices
    from ci_cli.tags import apply as tagging

    words = {str(golden[name]) for name in ("tier", "status", "channel") if golden.get(name)}
    for standing in tagging.tags_of(conn, customer_id, session.today):
        kind = standing.kind
        words |= {kind.code, *(name for name in (kind.name, kind.name_zh) if name)}
    tags = {word.casefold() for word in words}
    industry = (golden.get("industry") or "").strip().casefold()
    return [
        one
        for one in voices.insights(conn, "lesson", until=session.today.isoformat())
        if one.customer_id == customer_id
        or (industry and (one.industry or "").strip().casefold() == industry)
        or tags & set((one.value or "").split(","))
    ]
