"""``ci-cli log list`` and ``log due``: look back at what was said, and ahead at who is due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated, Any, NamedTuple

import typer

from ci_cli.analysis.coverage import Account, calling_period, coverage
from ci_cli.analysis.periods import window as window_of
from ci_cli.cli import analysis_input as inputs
from ci_cli.cli.options import Session, command
from ci_cli.cli.talks.log_commands import check_kinds
from ci_cli.shapes.talks import PERSONAL, ContractInfo, LastTouch, Talk
from ci_cli.text import _

ACTIVE_WINDOW = "24m"  # who left years ago is nobody to call every quarter
BEFORE_DAYS = 60


def register(app: typer.Typer) -> None:
    """Add the commands that only read."""

    @command(
        app, "list", shares=("show", "source"), example="ci-cli log list --since 2026-01-01",
        help=_("What was said and done, the latest first."),
    )  # fmt: skip
    def list_(
        session: Session,
        customer: Annotated[
            str | None, typer.Option("--customer", help=_("Only of this customer."))
        ] = None,
        kind: Annotated[
            list[str] | None, typer.Option("--kind", help=_("Only of this kind; may be repeated."))
        ] = None,
        since: Annotated[
            str | None, typer.Option("--since", metavar="DAY", help=_("From this day on."))
        ] = None,
        by: Annotated[
            str | None, typer.Option("--by", metavar="NAME", help=_("Only by this person."))
        ] = None,
        is_open: Annotated[
            bool, typer.Option("--open", help=_("Only what waits: promises, requests, plans."))
        ] = False,
        full: Annotated[bool, typer.Option("--full", help=_("Show texts in full."))] = False,
        top: Annotated[
            int | None, typer.Option("--top", min=1, help=_("How many to list."))
        ] = None,
    ) -> None:
        from ci_cli.analysis.spoken_days import spoken_day
        from ci_cli.reports.talks import log_list
        from ci_cli.store import customers, engine, talks

        kinds = check_kinds(kind or [])
        first = None if since is None else spoken_day(since, session.today, ahead=False)
        with session.store() as conn, engine.snapshot(conn):
            found = talks.listing(
                conn,
                customer_id=None if customer is None else customers.find(conn, customer),
                kinds=kinds, since=None if first is None else first.isoformat(), author=by,
                open_only=is_open, limit=top,
            )  # fmt: skip
        session.show(log_list.build(found, whole=full))

    @command(
        app, "due", shares=("show",), example="ci-cli log due --every quarter",
        help=_("Who was not called in person, contracts that end, promises that are due."),
    )  # fmt: skip
    def due(
        session: Session,
        every: Annotated[
            str,
            typer.Option(
                "--every", metavar="month|quarter|half|year|90d",
                help=_("How often each account is to be called."),
            ),
        ] = "quarter",
        owner: Annotated[
            str | None, typer.Option("--owner", help=_("Only accounts of this person."))
        ] = None,
        tier: Annotated[
            str | None, typer.Option("--tier", help=_("Only accounts of this tier."))
        ] = None,
        window: Annotated[
            str,
            typer.Option(
                "--window", metavar="24m|90d|2y|all",
                help=_("An account is active when it bought in these days."),
            ),
        ] = ACTIVE_WINDOW,
        before: Annotated[
            str,
            typer.Option(
                "--before", metavar="60d", help=_("How far ahead to look for ends of contracts.")
            ),
        ] = f"{BEFORE_DAYS}d",
    ) -> None:  # fmt: skip
        from ci_cli.reports.talks import log_due

        period = calling_period(every, session.today)
        active = window_of(window, session.today)
        ahead = window_of(before, session.today)
        days = (session.today - ahead.first).days + 1 if ahead.first else 0
        with inputs.open_facts(session) as conn:
            found = _gather(session, conn, active.first, days, owner=owner, tier=tier)
        report = log_due.build(
            coverage(found.accounts, found.touches, period), found.renewals, found.waiting,
            today=session.today, window=active, before=days, currency=found.currency,
        )  # fmt: skip
        session.show(report)


class _Due(NamedTuple):
    """What ``log due`` speaks of."""

    accounts: list[Account]
    touches: dict[int, LastTouch]
    renewals: list[tuple[ContractInfo, str | None]]
    waiting: list[Talk]
    currency: str | None


def _gather(
    session: Session, conn: Any, first: date | None, days: int, *, owner: str | None,
    tier: str | None,
) -> _Due:  # fmt: skip
    """Read all that ``log due`` speaks of, from one state of the store."""
    from ci_cli.store import customers, engine, talks

    today = session.today
    with engine.snapshot(conn):
        whose = customers.owners(conn)
        wanted = {
            number
            for number, (_name, its_owner, its_tier) in whose.items()
            if _is(its_owner, owner) and _is(its_tier, tier)
        }
        accounts, currency = _active(conn, today, first, whose, wanted)
        touches = talks.last_touches(conn, today.isoformat())
        contracts = talks.contracts(
            conn, ends_from=today.isoformat(), ends_to=(today + timedelta(days=days)).isoformat()
        )
        open_ones = talks.listing(conn, open_only=True)
    chosen = owner is not None or tier is not None

    def is_theirs(customer_id: int | None, person: str | None) -> bool:
        return not chosen or customer_id in wanted or (owner is not None and _is(person, owner))

    ours = [one for one in contracts if is_theirs(one.customer_id, one.owner)]
    waiting = [
        talk for talk in open_ones
        if talk.due is not None and is_theirs(talk.customer_id, talk.author)
    ]  # fmt: skip
    return _Due(accounts, touches, with_plans(ours, open_ones), waiting, currency)


def _is(value: str | None, wanted: str | None) -> bool:
    return wanted is None or (value or "").casefold() == wanted.strip().casefold()


def _active(
    conn: Any, today: date, first: date | None,
    whose: dict[int, tuple[str, str | None, str | None]], wanted: set[int],
) -> tuple[list[Account], str | None]:  # fmt: skip
    """Return the accounts that bought in the window; their revenue where all pay in one money."""
    from ci_cli.store import facts

    bought: dict[int, tuple[int, str | None]] = {}
    currencies = facts.currencies(conn)
    for currency in currencies:
        for row in facts.customer_purchases(
            conn, as_of=today.isoformat(), start=inputs.day_before(first), currency=currency
        ):
            if row.orders and row.customer_id in wanted:
                net, last = bought.get(row.customer_id, (0, None))
                bought[row.customer_id] = (net + row.net, max(last or "", row.last or "") or None)
    one = currencies[0] if len(currencies) == 1 else None
    accounts = [
        Account(number, *whose[number], last, net if one else None)
        for number, (net, last) in sorted(bought.items())
    ]
    return accounts, one


def with_plans(
    contracts: Sequence[ContractInfo], open_ones: Sequence[Talk]
) -> list[tuple[ContractInfo, str | None]]:
    """Find for each contract the first call planned before it ends."""
    planned: dict[int, list[str]] = {}
    for talk in open_ones:
        if talk.kind in PERSONAL and talk.outcome == "planned" and talk.due and talk.customer_id:
            planned.setdefault(talk.customer_id, []).append(talk.due)
    found = []
    for one in contracts:
        days = [day for day in planned.get(one.customer_id or 0, ()) if day <= (one.ends or "")]
        found.append((one, min(days, default=None)))
    return found
