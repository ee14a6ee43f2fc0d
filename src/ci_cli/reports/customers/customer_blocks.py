"""Blocks of ``customer show``: what is bought by category, how a customer behaves, what is owed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from ci_cli.report import QUANTITY_SCALE, Column, Table
from ci_cli.reports.common import change
from ci_cli.reports.talks import log_list
from ci_cli.shapes.actions import ActionRow
from ci_cli.shapes.talks import ContractInfo, OpportunityInfo, Talk, UsagePoint
from ci_cli.shapes.views import CategoryYear, TagStanding
from ci_cli.text import msg


def categories(categories: Sequence[CategoryYear], currency: str) -> Table:
    """Lay out what was bought by category, this year and the year before."""
    columns = (
        Column("category", msg("category")),
        Column("year", msg("this year"), "money", currency),
        Column("before", msg("year before"), "money", currency),
        Column("change", msg("change"), "percent"),
        Column("last", msg("last purchase"), "date"),
    )
    rows = [
        (one.category or None, one.now, one.before, change(one.now, one.before), one.last or None)
        for one in categories
    ]
    return Table("categories", columns, rows, msg("Buys: categories"))


def tags(tags: Sequence[TagStanding], today: date) -> Table:
    """Lay out the tags that count today."""
    columns = (
        Column("tag", msg("tag"), "id"),
        Column("polarity", msg("polarity"), "state"),
        Column("weight", msg("counts today"), "percent"),
        Column("moves", msg("moves priority by"), "number"),
        Column("events", msg("evidence"), "int"),
        Column("last", msg("last"), "date"),
        Column("age", msg("age"), "days"),
    )
    rows = [
        (
            one.code, "positive" if one.polarity > 0 else "negative", one.weight,
            round(one.change, 2), one.events, one.last,
            (today - date.fromisoformat(one.last)).days,
        )
        for one in tags
    ]  # fmt: skip
    return Table("tags", columns, rows, msg("Behaves"))


def usage(points: Sequence[UsagePoint]) -> Table:
    """Return the latest figure of each series beside the one before it."""
    columns = (
        Column("metric", msg("metric")),
        Column("grain", msg("period"), "state"),
        Column("period", msg("from"), "date"),
        Column("value", msg("value"), "quantity"),
        Column("unit", msg("unit")),
        Column("change", msg("change"), "percent"),
        Column("trend", msg("trend"), "spark"),
    )
    series: dict[tuple[str, str], list[UsagePoint]] = {}
    for one in points:
        series.setdefault((one.metric, one.grain), []).append(one)
    rows: list[tuple[Any, ...]] = []
    for (metric, grain), ours in series.items():
        last, before = ours[-1], ours[-2] if len(ours) > 1 else None
        grown = None
        if before is not None and before.value and last.value is not None and before.value > 0:
            grown = (last.value - before.value) / before.value
        trend = tuple(
            None if one.value is None else one.value / QUANTITY_SCALE for one in ours[-12:]
        )
        rows.append((metric, grain, last.period, last.value, last.unit, grown, trend))
    return Table("usage", columns, rows, msg("Behaves: usage"))


def owed(
    waiting: Sequence[Talk], actions: Sequence[ActionRow], contracts: Sequence[ContractInfo],
    deals: Sequence[OpportunityInfo], today: date,
) -> Table:  # fmt: skip
    """Return what somebody waits for: what is late first, then by day, then what has none."""
    columns = (
        Column("kind", msg("kind"), "state"),
        Column("key", msg("number"), "id"),
        Column("since", msg("since"), "date"),
        Column("due", msg("due"), "date"),
        Column("days_late", msg("days late"), "days"),
        Column("person", msg("by")),
        Column("text", msg("text")),
    )
    found = [
        (one.kind, str(one.id), one.day, one.due, one.author, log_list.excerpt(one))
        for one in waiting
    ]
    found += [("action", one.code, one.created, one.due, one.owner, one.what) for one in actions]
    found += [
        ("contract", str(one.id), one.starts or "", one.ends, one.owner or "",
         " / ".join(part for part in (one.name, one.product) if part))
        for one in contracts
    ]  # fmt: skip
    found += [
        ("deal", str(one.id), one.opened or "", one.expected, one.owner or "",
         " / ".join(part for part in (one.name, one.stage, one.product) if part))
        for one in deals
    ]  # fmt: skip
    found.sort(key=lambda one: (one[3] is None, one[3] or "", one[2]))
    rows = []
    for kind, key, since, due, person, text in found:
        late = (today - date.fromisoformat(due)).days if due else 0
        rows.append((kind, key, since or None, due, max(late, 0) or None, person or None,
                     text or None))  # fmt: skip
    return Table("owed", columns, rows, msg("Owed: promises, requests, plans, contracts, deals"))
