"""``customer handover``: the pack that the next person reads, account by account."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from ci_cli.report import Column, Note, Report, Table
from ci_cli.reports.common import customer_code
from ci_cli.reports.customers.customer_brief import Brief
from ci_cli.reports.talks import log_list
from ci_cli.shapes.talks import NO_CONTACT, NOT_REACHED, Talk
from ci_cli.text import Msg, msg

# kinds of notes (``log note --kind``) that tell how to treat a customer
HOW_TO = ("do", "dont", "don't", "tone", "fit", "要", "不要", "注意", "语气")
OwnerChange = tuple[str, int, str, str | None, str | None, str | None]


class HandedOver(NamedTuple):
    """One account of the pack."""

    brief: Brief
    history: Sequence[Talk]  # all of it, the latest first
    owners: Sequence[OwnerChange]


def build(
    accounts: Sequence[HandedOver], *, former: str, to: str, day: str, currency: str
) -> Report:
    """Lay out a pack.

    Args:
        accounts: the most revenue first.
        former: who looked after them.
        to: who does from now on.
        day: of the handover.
        currency: of all money.
    """
    tables = [_overview(accounts, currency)]
    for account in accounts:
        tables += _account(account)
    return Report(
        "customer-handover",
        msg("Handover from {former} to {to}, {day}", former=former, to=to, day=day),
        tables,
        {"from": former, "to": to, "day": day, "accounts": len(accounts), "currency": currency},
        [
            Note(msg("Accounts: {n}. The history is complete; every entry keeps its author.",
                     n=len(accounts))),
        ],
    )  # fmt: skip


def _overview(accounts: Sequence[HandedOver], currency: str) -> Table:
    columns = (
        Column("customer", msg("customer"), "id"),
        Column("name", msg("name")),
        Column("revenue_year", msg("revenue of the year"), "money", currency),
        Column("last_purchase", msg("last purchase"), "date"),
        Column("rhythm", msg("rhythm"), "state"),
        Column("last_contact", msg("last contact"), "date"),
        Column("entries", msg("entries"), "int"),
        Column("open", msg("open"), "int"),
    )
    rows = []
    for account in accounts:
        brief, facts = account.brief, account.brief.facts
        rows.append(
            (
                customer_code(brief.customer_id), brief.name, brief.net, facts.last_purchase,
                facts.rhythm.state if facts.rhythm else None,
                facts.touch.reached if facts.touch else None, len(account.history),
                len(facts.open_entries),
            )
        )  # fmt: skip
    return Table("accounts", columns, rows)


def _account(account: HandedOver) -> list[Table]:
    brief = account.brief
    code = customer_code(brief.customer_id)
    who = {"code": code, "name": brief.name}
    tables = [
        Table(
            f"{code}-how",
            (Column("what", msg("kind"), "state"), Column("text", msg("text"))),
            _how_to(account),
            msg("{code} {name}: tone, do and don't", **who),
        )
    ]
    waiting = brief.facts.open_entries
    if waiting:
        title = msg("{code} {name}: promised and open", **who)
        tables.append(_keyed(f"{code}-open", waiting, title))
    if account.history:
        title = msg("{code} {name}: history", **who)
        tables.append(_keyed(f"{code}-history", account.history, title))
    if account.owners:
        tables.append(_owners(account, who))
    return tables


def _keyed(key: str, talks: Sequence[Talk], title: Msg) -> Table:
    return replace(log_list.table(talks, whole=True, title=title, one=True), key=key)


def _how_to(account: HandedOver) -> list[tuple[object, ...]]:
    """Return how the customer wants to be treated: what was noted, and what the talks show."""
    rows: list[tuple[object, ...]] = [
        (talk.topic, talk.text or talk.subject)
        for talk in account.history
        if (talk.topic or "").casefold() in HOW_TO
    ]
    talks = [
        talk for talk in account.history if talk.kind not in (*NO_CONTACT, "request", "ticket")
    ]
    reached = Counter(talk.kind for talk in talks if talk.outcome not in (*NOT_REACHED, "planned"))
    for kind, number in reached.most_common():
        rows.append(("do", msg("{kind}, came about: {n}", kind=kind, n=number)))
    refused = Counter(talk.kind for talk in talks if talk.outcome == "refused")
    for kind, number in refused.most_common():
        rows.append(("dont", msg("{kind}, refused: {n}", kind=kind, n=number)))
    people = Counter(talk.person for talk in talks if talk.person)
    for person, number in people.most_common(3):
        rows.append(("person", msg("{person}: talks {n}", person=person, n=number)))
    return rows


def _owners(account: HandedOver, who: dict[str, str]) -> Table:
    columns = (
        Column("day", msg("day"), "date"),
        Column("before", msg("before")),
        Column("after", msg("after")),
        Column("by", msg("by")),
    )
    rows = [(day, old, new, by) for day, _customer, _field, old, new, by in account.owners]
    return Table(f"{who['code']}-owners", columns, rows, msg("{code} {name}: owners so far", **who))
