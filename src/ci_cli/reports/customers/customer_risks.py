"""``customer risks``: accounts that hang on one person, and accounts that slow after a handover."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ci_cli.report import Column, Note, Report, Table
from ci_cli.reports.common import customer_code
from ci_cli.text import msg


class Moved(NamedTuple):
    """An account whose owner changed, and whose silence has outgrown its usual gap since."""

    customer_id: int
    name: str
    day: str
    before: str | None
    after: str | None
    yearly: int
    last: str | None
    expected_gap: float | None
    silent_days: int


class Alone(NamedTuple):
    """An account that one person knows: one contact there, or one of ours, or nothing written."""

    customer_id: int
    name: str
    owner: str | None
    yearly: int
    contacts: int
    authors: int
    written: int  # entries with a text


def build(
    moved: Sequence[Moved], alone: Sequence[Alone], *, days: int, currency: str, top: int
) -> Report:
    """Lay out both lists, the most revenue first.

    Args:
        moved: accounts after a change of owner.
        alone: accounts that hang on one person.
        days: how far back changes of owner count.
        currency: of all money.
        top: how many of each to list.
    """
    columns = (
        Column("customer", msg("customer"), "id"),
        Column("name", msg("name")),
        Column("changed", msg("changed on"), "date"),
        Column("before", msg("before")),
        Column("after", msg("after")),
        Column("revenue_year", msg("revenue of the year"), "money", currency),
        Column("last_purchase", msg("last purchase"), "date"),
        Column("expected_gap", msg("usual gap"), "days"),
        Column("silent", msg("silent days"), "days"),
    )
    rows = [(customer_code(one.customer_id), *one[1:]) for one in moved[:top]]
    owners = Table("owner_change", columns, rows, msg("Owner changed, and the gap grew"))
    known_by = (
        Column("customer", msg("customer"), "id"),
        Column("name", msg("name")),
        Column("owner", msg("owner")),
        Column("revenue_year", msg("revenue of the year"), "money", currency),
        Column("contacts", msg("contacts there"), "int"),
        Column("authors", msg("people of ours"), "int"),
        Column("written", msg("entries with a text"), "int"),
    )
    few = [(customer_code(one.customer_id), *one[1:]) for one in alone[:top]]
    single = Table("one_person", known_by, few, msg("Known by one person, or nothing written down"))
    return Report(
        "customer-risks",
        msg("Accounts at risk of being lost with a person"),
        [owners, single],
        {"days": days, "currency": currency, "owner_changes": len(moved), "alone": len(alone)},
        [
            Note(msg("Owner changed within {days} days and silent beyond the usual gap: {n}."
                     " Bought within a year, with at most one contact there, or at most one of us"
                     " who ever wrote of them: {alone}.", days=days, n=len(moved),
                     alone=len(alone))),
        ],
    )  # fmt: skip
