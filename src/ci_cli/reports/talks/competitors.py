"""Who competes with us where, why customers name them, and the revenue that hangs on it."""

from __future__ import annotations

from collections.abc import Sequence

from ci_cli.analysis.losses import Mention, Rival, Why
from ci_cli.analysis.periods import Window
from ci_cli.report import Column, Note, Report, Table
from ci_cli.reports.common import customer_code
from ci_cli.text import msg


def build(
    rivals: Sequence[Rival], whys: Sequence[Why], mentions: Sequence[Mention], *, window: Window,
    currency: str | None,
) -> Report:  # fmt: skip
    """Lay out competitors with the revenue exposed to them, why they are named, every mention."""
    columns = (
        Column("competitor", msg("competitor")),
        Column("mentions", msg("mentions"), "int"),
        Column("won", msg("won"), "int"),
        Column("lost", msg("lost"), "int"),
        Column("at_risk", msg("threatened"), "int"),
        Column("accounts", msg("accounts"), "int"),
        Column("exposed", msg("accounts exposed"), "int"),
        *((Column("revenue", msg("revenue exposed"), "money", currency),) if currency else ()),
        Column("last", msg("last"), "date"),
    )
    rows = [
        (
            one.name, one.mentions, one.stands["won"], one.stands["lost"], one.stands["at_risk"],
            len(one.accounts), len(one.exposed), *((one.revenue,) if currency else ()),
            one.last or None,
        )
        for one in rivals
    ]  # fmt: skip
    verbatim = (
        Column("day", msg("day"), "date"),
        Column("competitor", msg("competitor")),
        Column("where", msg("where"), "state"),
        Column("customer", msg("customer"), "id"),
        Column("name", msg("name")),
        Column("why", msg("why")),
        Column("known_from", msg("known from")),
    )
    told = [
        (
            one.day, one.competitor, one.stand,
            None if one.customer_id is None else customer_code(one.customer_id), one.customer,
            one.text, one.origin,
        )
        for one in mentions
    ]  # fmt: skip
    notes = [
        Note(
            msg("Exposed: accounts whose last mention of the competitor is not a deal that we won."
                " Revenue from {first} to {last}.",
                first=window.first.isoformat() if window.first else "-",
                last=window.last.isoformat())
        )
    ]  # fmt: skip
    tables = [
        Table("competitors", columns, rows),
        _reasons(whys, [one.name for one in rivals], currency),
        Table("mentions", verbatim, told, msg("Every mention")),
    ]
    return Report(
        "feedback-competitors", msg("Competitors"), tables,
        {"currency": currency, "to": window.last.isoformat()}, notes,
    )  # fmt: skip


def _reasons(whys: Sequence[Why], names: Sequence[str], currency: str | None) -> Table:
    """Return the reasons by competitor, in the order of ``names``."""
    columns = (
        Column("competitor", msg("competitor")),
        Column("where", msg("where"), "state"),
        Column("why", msg("why")),
        Column("mentions", msg("mentions"), "int"),
        Column("accounts", msg("accounts"), "int"),
        *((Column("revenue", msg("revenue"), "money", currency),) if currency else ()),
    )
    rows = [
        (one.competitor, one.stand, one.reason or "-", one.mentions, len(one.accounts),
         *((one.revenue,) if currency else ()))
        for one in sorted(whys, key=lambda why: names.index(why.competitor))
    ]  # fmt: skip
    return Table("reasons", columns, rows, msg("Why they are named"))
