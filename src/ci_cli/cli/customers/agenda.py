"""What waits for somebody today: a list of providers, each of which knows one kind of errand.

A new kind of errand is one function here and one line in ``PROVIDERS``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from ci_cli.analysis.cadence import DORMANT, SLOWING
from ci_cli.analysis.references.gratitude import unthanked
from ci_cli.analysis.references.quotes import ending
from ci_cli.analysis.references.states import running_out, unanswered
from ci_cli.analysis.scoring import BaseRhythm, base_rhythm
from ci_cli.cli.acting import alarm_moods
from ci_cli.cli.talks.log_reports import with_plans
from ci_cli.reports.selling.procat_alarms import stands
from ci_cli.reports.talks.log_list import excerpt
from ci_cli.shapes.talks import PLANNABLE
from ci_cli.shapes.trade import CustomerPurchases
from ci_cli.shapes.views import Account, Errand, Mood
from ci_cli.shapes.voice import COOL
from ci_cli.store import actions, alarms, facts, issues, references, talks
from ci_cli.store.engine import Connection
from ci_cli.text import msg

RENEWAL_DAYS = 60  # how far ahead the end of a contract is work of today
MOOD_DAYS = 30  # for so long a change of attitude is news
ISSUE_DAYS = 180  # what was said before and never answered is no work of today any more
INVITED_DAYS = 14  # for so long an invitation may wait for its answer
CONSENT_DAYS = 30  # how far ahead the end of a consent is work of today
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

    def since(self, days: int) -> str:
        """Return the day so many days before today."""
        return (self.today - timedelta(days=days)).isoformat()


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
        yield Errand(
            kind, talk.customer_id, excerpt(talk), talk.due, talk.author,
            since=None if talk.due else talk.day,
        )  # fmt: skip


def _renewals(conn: Connection, day: Day) -> Iterable[Errand]:
    """Yield contracts that end soon; those before whose end no call is planned say so."""
    last = day.today + timedelta(days=RENEWAL_DAYS)
    ending = talks.contracts(conn, ends_from=day.today.isoformat(), ends_to=last.isoformat())
    waiting = talks.listing(conn, open_only=True) if ending else []
    for one, planned in with_plans(ending, waiting):
        money = one.value if one.currency == day.currency else None
        subject = one.name or one.product or ""
        kind = "renewal" if planned else "renewal_uncalled"
        yield Errand(kind, one.customer_id, subject, one.ends, one.owner, money)


def _actions(conn: Connection, day: Day) -> Iterable[Errand]:
    """Yield actions that are due by today; one about an alarm bears the loss it foresees."""
    today = day.today.isoformat()
    at_risk = {row.id: row for row in alarms.listing(conn)}
    for one in actions.listing(conn, state="open"):
        if one.due > today:
            continue
        alarm = at_risk.get(one.alarm_id or 0)
        money = alarm.at_risk or 0 if alarm and alarm.currency == day.currency else None
        subject = f"{one.code} {one.what}"
        yield Errand("action", one.customer_id, subject, one.due, one.owner, money)


def _alarms(conn: Connection, day: Day) -> Iterable[Errand]:
    """Yield the alarms of the early warning that stand and nobody has decided about.

    Customers of the category whose attitude has turned are named beside it.
    """
    standing = [
        row
        for row in alarms.listing(conn)
        if stands(row) and row.status == "open" and row.currency == day.currency
    ]
    for row, cool in alarm_moods.beside(conn, standing, day.today):
        subject = "; ".join([row.label or row.group, *map(alarm_moods.told, cool)])
        yield Errand("alarm", None, subject, None, None, row.at_risk or 0)


def _moods(conn: Connection, day: Day) -> Iterable[Errand]:
    """Yield attitudes that have changed lately, until somebody has spoken to the customer."""
    for one in issues.moods(conn, since=day.since(MOOD_DAYS), until=day.today.isoformat()):
        if not one.answered and is_news(one):
            change = f"{one.before} > {one.now}" if one.before else one.now
            subject = ", ".join(part for part in (change, one.why) if part)
            yield Errand("attitude", one.customer_id, subject, None)


def is_news(one: Mood) -> bool:
    """Tell whether an attitude says something new: another one than before, or a bad first one."""
    if one.before is None:
        return one.now in COOL
    return one.before != one.now


def _issues(conn: Connection, day: Day) -> Iterable[Errand]:
    """Yield complaints, bad ratings and rivals that nobody has answered."""
    today = day.today.isoformat()
    for find in (issues.complaints, issues.rivals):
        for one in find(conn, since=day.since(ISSUE_DAYS), until=today):
            text = " ".join(one.text.split())
            yield Errand(one.kind, one.customer_id, f"{text} ({one.day})", None)


def _thanks(conn: Connection, day: Day) -> Iterable[Errand]:
    """Yield who vouched for us and was not thanked in time, each once, with the oldest use."""
    within = references.limits(conn).thanks
    told: set[int] = set()
    for one in unthanked(references.uses(conn), references.thanks(conn), day.today, within):
        if one.customer_id not in told:
            told.add(one.customer_id)
            due = date.fromisoformat(one.day) + timedelta(days=within)
            subject = f"{one.channel} {one.day}, R{one.request_id}"
            yield Errand("thanks", one.customer_id, subject, due.isoformat())


def _consents(conn: Connection, day: Day) -> Iterable[Errand]:
    """Yield consents and permissions for quotes that end soon, and invitations not answered."""
    today, last = day.today.isoformat(), (day.today + timedelta(days=CONSENT_DAYS)).isoformat()
    for number, steps in references.steps(conn).items():
        invited = unanswered(steps, today)
        if invited is not None:
            due = date.fromisoformat(invited[0]) + timedelta(days=INVITED_DAYS)
            if due < day.today:
                yield Errand("invited", number, ", ".join(invited[1]), due.isoformat())
        for until, channels in running_out(steps, today, last).items():
            yield Errand("consent_ends", number, ", ".join(channels), until)
    for one in ending(references.quotes(conn), today, last):
        yield Errand("consent_ends", one.customer_id, f"Q{one.id}", one.until)


def _silent(_conn: Connection, day: Day) -> Iterable[Errand]:
    """Yield customers with a rhythm of their own who are silent far beyond it."""
    for row in day.rows:
        if row.purchase_days < REGULAR_FROM or row.net <= 0:
            continue
        rhythm = day.base.rhythm_of(row)
        if rhythm is not None and rhythm.state in (SLOWING, DORMANT) and rhythm.expected_gap:
            subject = msg(
                "silent for {days} days, expected every {gap}",
                days=rhythm.silent_days, gap=round(rhythm.expected_gap),
            )  # fmt: skip
            yield Errand("silent", row.customer_id, subject, None)


PROVIDERS: tuple[Callable[[Connection, Day], Iterable[Errand]], ...] = (
    _open_entries,
    _actions,
    _renewals,
    _issues,
    _moods,
    _thanks,
    _consents,
    _alarms,
    _silent,
)
