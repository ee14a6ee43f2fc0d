"""Gather what somebody has to hear of, from every table that holds something of the kind."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from ci_cli.analysis.notices import Notice
from ci_cli.cli.customers.agenda import ISSUE_DAYS, RENEWAL_DAYS
from ci_cli.cli.talks.log_reports import with_plans
from ci_cli.reports.common import customer_code
from ci_cli.reports.selling.procat_alarms import stands
from ci_cli.reports.talks.log_list import excerpt, one_line
from ci_cli.shapes.voice import COOL
from ci_cli.store import actions, alarms, customers, issues, talks
from ci_cli.store.engine import Connection

MOOD_DAYS = 365  # an older attitude is no news
WORST = COOL[1:]  # attitudes that cannot wait
SLOW_DAYS = 14  # a request without a day that waits longer is late
SOON_DAYS = 3  # so long before its day an action is brought to mind
SHOWN_CHARACTERS = 200

Owners = dict[int, tuple[str, str | None, str | None]]


def gather(conn: Connection, today: date) -> list[Notice]:
    """Return all notices as they stand today; the caller holds a read transaction."""
    owners = customers.owners(conn)
    return [
        *_said(conn, today, owners),
        *_owed(conn, today, owners),
        *_renewals(conn, today, owners),
        *_alarms(conn),
        *_actions(conn, today),
    ]


def _whose(owners: Owners, customer_id: int | None) -> tuple[str | None, str | None, str | None]:
    """Return code, name and owner of a customer."""
    if customer_id is None:
        return (None, None, None)
    name, owner, _tier = owners.get(customer_id, ("", None, None))
    return (customer_code(customer_id), name, owner)


def _said(conn: Connection, today: date, owners: Owners) -> Iterator[Notice]:
    until = today.isoformat()
    since = (today - timedelta(days=ISSUE_DAYS)).isoformat()
    for find in (issues.complaints, issues.rivals):
        for one in find(conn, since=since, until=until):
            yield Notice(one.kind, str(one.id), "open", "critical",
                         *_whose(owners, one.customer_id), one.day, _line(one.text))  # fmt: skip
    since = (today - timedelta(days=MOOD_DAYS)).isoformat()
    for mood in issues.moods(conn, since=since, until=until):
        if mood.now in COOL and not mood.answered:
            level = "critical" if mood.now in WORST else "warning"
            code, name, owner = _whose(owners, mood.customer_id)
            yield Notice("attitude", customer_code(mood.customer_id), mood.now, level, code, name,
                         owner, mood.day, _line(mood.why or mood.now))  # fmt: skip


def _owed(conn: Connection, today: date, owners: Owners) -> Iterator[Notice]:
    day, slow = today.isoformat(), (today - timedelta(days=SLOW_DAYS)).isoformat()
    for talk in talks.listing(conn, open_only=True):
        code, name, owner = _whose(owners, talk.customer_id)
        person = talk.author if talk.kind == "promise" else owner or talk.author
        about = (code, name, person, talk.due or talk.day, _line(excerpt(talk)))
        if talk.kind not in ("promise", "request", "ticket"):
            continue
        if talk.due is not None and talk.due < day:
            yield Notice(talk.kind, str(talk.id), "overdue", "critical", *about)
        elif talk.due is None and talk.day < slow:
            yield Notice(talk.kind, str(talk.id), "waiting", "warning", *about)


def _renewals(conn: Connection, today: date, owners: Owners) -> Iterator[Notice]:
    last = (today + timedelta(days=RENEWAL_DAYS)).isoformat()
    ending = talks.contracts(conn, ends_from=today.isoformat(), ends_to=last)
    for one, planned in with_plans(ending, talks.listing(conn, open_only=True)):
        if planned is None:
            code, name, owner = _whose(owners, one.customer_id)
            text = _line(one.name or one.product or "-")
            yield Notice("renewal", str(one.id), "no-call", "warning", code, name,
                         one.owner or owner, one.ends, text)  # fmt: skip


def _alarms(conn: Connection) -> Iterator[Notice]:
    taken = actions.by_alarm(actions.listing(conn))
    for row in alarms.listing(conn):
        if stands(row) and row.status == "open" and row.id not in taken:
            yield Notice("alarm", str(row.id), "no-action", "critical", None, None, None,
                         row.raised, row.label or row.group or "-")  # fmt: skip


def _actions(conn: Connection, today: date) -> Iterator[Notice]:
    soon = (today + timedelta(days=SOON_DAYS)).isoformat()
    for one in actions.listing(conn, state="open"):
        if one.due > soon:
            continue
        late = one.is_overdue(today.isoformat())
        code = None if one.customer_id is None else customer_code(one.customer_id)
        yield Notice("action", one.code, "overdue" if late else "due",
                     "critical" if late else "warning", code, one.customer_name or None, one.owner,
                     one.due, _line(one.what))  # fmt: skip


def _line(text: str) -> str:
    return one_line(text, SHOWN_CHARACTERS)
