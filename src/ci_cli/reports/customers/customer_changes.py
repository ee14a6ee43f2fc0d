"""``customer changes``: what became different at customers within some days, each thing once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from ci_cli.report import Column, Money, Note, Report, Table
from ci_cli.reports.common import customer_code
from ci_cli.text import Msg, msg


class Changed(NamedTuple):
    """One thing that changed at one customer."""

    customer_id: int
    name: str
    owner: str | None
    what: str  # segment, health, spend, request, ticket, complaint, attitude, or the field
    day: str
    before: Msg | str | None
    after: Msg | str | None
    by: str | None = None


def spend(now: int, before: int, currency: str) -> tuple[str, str] | None:
    """Return the revenue of a period and of the equal one before it; None: nothing changed."""
    if now == before:
        return None
    return str(Money(before, currency)), str(Money(now, currency))


def build(
    changes: Sequence[Changed], *, since: date, as_of: date, today: date, currency: str,
    top: int | None = None,
) -> Report:  # fmt: skip
    """Lay out changes by customer, in the order given.

    Args:
        changes: each thing once.
        since: the last day before the changes.
        as_of: the day that segments and spend speak for.
        today: the last day.
        currency: of all money.
        top: how many to list.
    """
    shown = changes if top is None else changes[:top]
    columns = (
        Column("customer", msg("customer"), "id"),
        Column("name", msg("name")),
        Column("owner", msg("owner")),
        Column("what", msg("what"), "state"),
        Column("day", msg("day"), "date"),
        Column("before", msg("before")),
        Column("after", msg("after")),
        Column("by", msg("by")),
    )
    rows = [(customer_code(one.customer_id), *one[1:]) for one in shown]
    kinds = Counter(one.what for one in changes)
    told = ", ".join(f"{kind} {number}" for kind, number in sorted(kinds.items()))
    return Report(
        "customer-changes",
        msg("Changes after {since}", since=since.isoformat()),
        [Table("changes", columns, rows)],
        {
            "since": since.isoformat(), "as_of": as_of.isoformat(), "today": today.isoformat(),
            "currency": currency, "changes": len(changes), "by_kind": dict(kinds),
        },
        [
            Note(msg("Changes: {n} ({list}), customers: {customers}. Listed: {listed}.",
                     n=len(changes), list=told or "-",
                     customers=len({one.customer_id for one in changes}), listed=len(shown))),
            Note(msg("Segment, health and spend compare {as_of} with as many days before; spend is"
                     " the revenue of the period beside that of the equal one before it.",
                     as_of=as_of.isoformat())),
        ],
    )  # fmt: skip
