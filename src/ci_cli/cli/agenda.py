"""What waits for somebody today: a list of providers, each of which knows one kind of errand.

A new kind of errand is one function here and one line in ``PROVIDERS``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from ci_cli.analysis.cadence import DORMANT, SLOWING
from ci_cli.analysis.scoring import BaseRhythm, base_rhythm
from ci_cli.reports.log_list import excerpt
from ci_cli.reports.procat_alarms import stands
from ci_cli.shapes import CustomerPurchases
from ci_cli.store import alarms, facts, talks
from ci_cli.store.engine import Connection
from ci_cli.talk_shapes import PLANNABLE
from ci_cli.view_shapes import Account, Errand

RENEWAL_DAYS = 60  # how far ahead the end of a contract is work of today
YEAR_DAYS = 365
REGULAR_FROM = 3  # purchase days; below that a rhythm is a guess


class Day(NamedTuple):
    """What providers go by."""

    today: date
    as_of: date  # the day that purchases speak for
    currency: str  # of all money
    rows: Sequence[CustomerPurchases]  # every customer; money of the year up to as-of
    accounts: dict[int, Account]
    base: BaseRhythm  # how everybody buys


def day_of(rows: Sequence[CustomerPurchases], *, today: date, as_of: date, currency: str) -> Day:
    """Return what providers go by, from all customers aggregated over the last year."""
    base = base_rhythm(rows, as_of)
    accounts = {}
    for row in rows:
        rhythm = base.rhythm_of(row)
        accounts[row.customer_id] = Account(
            row.customer_id, row.name, row.owner, row.net, rhythm.times if rhythm else None
        )
    return Day(today, as_of, currency, rows, accounts, base)


def day_on(conn: Connection, *, today: date, as_of: date, currency: str) -> Day:
    """Return what providers go by on a day, from the purchases of the year up to ``as_of``."""
    start = as_of - timedelta(days=YEAR_DAYS)
    rows = facts.customer_purchases(
        conn, as_of=as_of.isoformat(), start=start.isoformat(), currency=currency
    )
    return day_of(rows, today=today, as_of=as_of, currency=currency)


def errands(conn: Connection, day: Day) -> list[Errand]:
    """Return everything that waits, from all providers."""
    return [errand for provider in PROVIDERS for errand in provider(conn, day)]


def _open_entries(conn: Connection, day: Day) -> Iterable[Errand]:
    """Yield promises, requests and tickets that wait, and calls planned up to today."""
    today = day.today.isoformat()
    for talk in talks.listing(conn, open_only=True):
        planned = talk.kind in PLANNABLE
        # what has a day is left in peace until it comes; a request without one waits already
        if (talk.due or ("9999" if planned else today)) > today:
            continue
        kind = "call" if planned else talk.kind
        yield Errand(kind, talk.customer_id, excerpt(talk), talk.due or talk.day, talk.author)


def _renewals(conn: Connection, day: Day) -> Iterable[Errand]:
    """Yield contracts that end soon."""
    last = day.today + timedelta(days=RENEWAL_DAYS)
    for one in talks.contracts(conn, ends_from=day.today.isoformat(), ends_to=last.isoformat()):
        money = one.value if one.currency == day.currency else None
        subject = one.name or one.product or ""
        yield Errand("renewal", one.customer_id, subject, one.ends, one.owner, money)


def _alarms(conn: Connection, day: Day) -> Iterable[Errand]:
    """Yield the alarms of the early warning that stand and nobody has decided about."""
    for row in alarms.listing(conn):
        if stands(row) and row.status == "open" and row.currency == day.currency:
            yield Errand("alarm", None, row.label or row.group, None, None, row.at_risk or 0)


def _silent(_conn: Connection, day: Day) -> Iterable[Errand]:
    """Yield customers with a rhythm of their own who are silent far beyond it."""
    for row in day.rows:
        if row.purchase_days < REGULAR_FROM or row.net <= 0:
            continue
        rhythm = day.base.rhythm_of(row)
        if rhythm is not None and rhythm.state in (SLOWING, DORMANT) and rhythm.expected_gap:
            subject = f"{rhythm.silent_days}, {rhythm.expected_gap:.0f}"
            yield Errand("silent", row.customer_id, subject, None)


PROVIDERS: tuple[Callable[[Connection, Day], Iterable[Errand]], ...] = (
    _open_entries,
    _renewals,
    _alarms,
    _silent,
)
