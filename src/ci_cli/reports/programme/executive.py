"""``report exec``: one page for those who decide: five numbers with their change and its cause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from ci_cli.analysis.executive import Activity, Driver
from ci_cli.analysis.goals import MISSED, NO_DATA, OFF_TRACK, Figure, Standing
from ci_cli.report import MONEY_SCALE, Column, Money, Note, Report, Table
from ci_cli.reports.common import as_of_text
from ci_cli.reports.programme.goals import shown, signed, target_text
from ci_cli.reports.selling.procat import NONE_LABEL
from ci_cli.shapes.categories import AlarmRow
from ci_cli.text import Msg, msg

GOALS_LISTED = 8
_MOVED = {
    "gone": msg("bought then and not now"),
    "less": msg("buy less"),
    "more": msg("buy more"),
    "came": msg("buy now and not then"),
}
_EFFECTS = {
    "volume": msg("volume"),
    "price": msg("price"),
    "mix": msg("mix"),
    "unmeasured": msg("sales without a quantity"),
    "returns": msg("returns"),
}


@dataclass(frozen=True)
class Revenue:
    """Net revenue of the last complete month and of twelve; None: the books do not reach back."""

    month: str
    now: int
    compared: str | None  # the month that it is compared with
    before: int | None
    driver: Driver | None
    year: int  # the twelve months that end with the month
    year_before: int | None


@dataclass(frozen=True)
class Alarms:
    """The alarms that stand, the most money at risk first, and how many stood a month ago."""

    standing: Sequence[AlarmRow]
    before: int
    ever: int  # alarms that were raised at any time


@dataclass(frozen=True)
class Page:
    """All that one page says in one currency."""

    as_of: date
    earlier: date  # the day that counts and shares are compared with
    currency: str
    revenue: Revenue | None
    active: Activity
    retention: tuple[Figure, Figure]  # now, and on the earlier day
    top: tuple[Figure, Figure]
    alarms: Alarms
    goals: Sequence[Standing]
    by_parent: bool = False  # the largest tenth is of companies with all that belong to them


def build(page: Page) -> Report:
    """Lay out the page."""
    rows = [
        *([_revenue(page.revenue, page.currency)] if page.revenue else []),
        _active(page.active, page.earlier),
        _share("retention", page.retention),
        _alarms(page.alarms, page.currency),
        _share("top10_revenue_share", page.top),
    ]
    columns = (
        Column("number", msg("figure"), "state"),
        Column("value", msg("value")),
        Column("before", msg("before")),
        Column("change", msg("change")),
        Column("cause", msg("cause")),
    )
    tables = [Table("numbers", columns, rows)]
    if page.goals:
        tables.append(_goals(page.goals))
    return Report(
        "exec", msg("In short, {as_of}", as_of=as_of_text(page.as_of)), tables, _meta(page),
        _notes(page),
    )  # fmt: skip


def _revenue(one: Revenue, currency: str) -> tuple[Any, ...]:
    cause: Msg | None = None
    if one.driver is not None:
        parts = [
            msg("customers who {moved}: {money}", moved=_MOVED[one.driver.customers.name],
                money=Money(one.driver.customers.money, currency))
            if one.driver.customers
            else None,
            msg("{effect}: {money}", effect=_EFFECTS[one.driver.effect.name],
                money=Money(one.driver.effect.money, currency))
            if one.driver.effect
            else None,
        ]  # fmt: skip
        said = [part for part in parts if part is not None]
        if len(said) == 2:
            cause = msg("{first}; {second}", first=said[0], second=said[1])
        elif said:
            cause = said[0]
    return (
        "revenue", str(Money(one.now, currency)),
        None if one.before is None else str(Money(one.before, currency)),
        _relative(one.now, one.before), cause,
    )  # fmt: skip


def _relative(now: int, before: int | None) -> str | None:
    if before is None or before <= 0:
        return None
    return f"{(now - before) / before * 100:+.1f} %"


def _active(one: Activity, earlier: date) -> tuple[Any, ...]:
    cause = msg(
        "since {day}: new {new}, back {back}, gone silent {silent}",
        day=earlier.isoformat(), new=one.new, back=one.back, silent=one.silent,
    )  # fmt: skip
    return ("customers_active", str(one.now), str(one.before), f"{one.now - one.before:+d}", cause)


def _share(key: str, pair: tuple[Figure, Figure]) -> tuple[Any, ...]:
    now, before = pair
    change = None
    if now.value is not None and before.value is not None:
        change = msg("{points} points", points=f"{float(now.value - before.value) * 100:+.1f}")
    return (
        key, shown("percent", now.value), shown("percent", before.value), change,
        now.brief or now.said,
    )  # fmt: skip


def _alarms(one: Alarms, currency: str) -> tuple[Any, ...]:
    cause: Msg | None = None
    if one.standing:
        first = one.standing[0]
        cause = msg(
            "at risk in 12 months {money}; most: {name}, since {since}",
            money=Money(sum(row.at_risk or 0 for row in _categories(one.standing)), currency),
            name="total" if first.kind == "total" else first.label or first.group or NONE_LABEL,
            since=first.since or first.opened,
        )  # fmt: skip
    elif not one.ever:
        cause = msg("none was ever raised; `ci-cli check --watch NAME` raises them")
    return (
        "alarms_open", str(len(one.standing)), str(one.before),
        f"{len(one.standing) - one.before:+d}", cause,
    )  # fmt: skip


def _categories(rows: Sequence[AlarmRow]) -> Sequence[AlarmRow]:
    """Return the alarms whose money adds up: the whole company holds that of its categories."""
    return [row for row in rows if row.kind != "total"] or rows


def _goals(goals: Sequence[Standing]) -> Table:
    columns = (
        Column("goal", msg("goal"), "id"),
        Column("metric", msg("metric"), "state"),
        Column("state", msg("state"), "state"),
        Column("value", msg("value")),
        Column("target", msg("target")),
        Column("by", msg("target day"), "date"),
        Column("owner", msg("owner")),
    )
    urgent = (MISSED, OFF_TRACK, NO_DATA)
    listed = sorted(
        goals, key=lambda one: urgent.index(one.state) if one.state in urgent else len(urgent)
    )
    rows = [
        (
            one.goal.code, one.goal.metric, one.state,
            shown(one.kind, one.value, one.goal.currency),
            signed(one.goal, target_text(one.goal, one.kind)), one.goal.by, one.goal.owner,
        )
        for one in listed[:GOALS_LISTED]
    ]  # fmt: skip
    return Table("goals", columns, rows, msg("Goals"))


def _meta(page: Page) -> dict[str, Any]:
    """Return the numbers for machines: money in units, shares as fractions of 1."""

    def plain(value: Fraction | None) -> float | None:
        return None if value is None else float(value)

    numbers: dict[str, Mapping[str, Any]] = {
        "customers_active": {"value": page.active.now, "before": page.active.before},
        "retention": {"value": plain(page.retention[0].value),
                      "before": plain(page.retention[1].value)},
        "alarms_open": {"value": len(page.alarms.standing), "before": page.alarms.before},
        "top10_revenue_share": {"value": plain(page.top[0].value),
                                "before": plain(page.top[1].value)},
    }  # fmt: skip
    if page.revenue is not None:
        one = page.revenue
        numbers["revenue"] = {
            "month": one.month,
            "value": one.now / MONEY_SCALE,
            "compared": one.compared,
            "before": None if one.before is None else one.before / MONEY_SCALE,
            "twelve_months": one.year / MONEY_SCALE,
            "twelve_months_before": None if one.year_before is None
            else one.year_before / MONEY_SCALE,
        }  # fmt: skip
    return {
        "as_of": page.as_of.isoformat(), "currency": page.currency, "by_parent": page.by_parent,
        "numbers": numbers,
    }  # fmt: skip


def _notes(page: Page) -> list[Note]:
    notes = []
    if page.revenue is not None:
        one = page.revenue
        compared = (
            msg("Revenue of {month} is compared with {before}.", month=one.month,
                before=one.compared)
            if one.compared is not None
            else msg("Revenue of {month}; the orders reach back no further.", month=one.month)
        )  # fmt: skip
        notes.append(Note(compared))
        change = _relative(one.year, one.year_before)
        notes.append(
            Note(
                msg("Twelve months to {month}: {money}, {change} on the twelve before.",
                    month=one.month, money=Money(one.year, page.currency), change=change)
                if change is not None
                else msg("Twelve months to {month}: {money}.", month=one.month,
                         money=Money(one.year, page.currency))
            )
        )  # fmt: skip
    notes.append(
        Note(
            msg(
                "Active: silent for less than three usual gaps. Retention: of those who bought in"
                " the twelve months before the last twelve, who bought again. Top 10: the largest"
                " tenth of customers, twelve months. Compared with {day}; alarms with a month ago.",
                day=page.earlier.isoformat(),
            )
        )
    )
    if page.by_parent:
        notes.append(Note(msg("Top 10: companies of one parent count as one customer.")))
    if len(page.goals) > GOALS_LISTED:
        notes.append(
            Note(msg("Goals not listed: {n}; `ci-cli goal status` has them all.",
                     n=len(page.goals) - GOALS_LISTED))
        )  # fmt: skip
    notes.append(
        Note(
            msg("More: `ci-cli procat explain CATEGORY`, `report baseline`, `report pareto`,"
                " `procat alarms`, `goal status`.")
        )
    )  # fmt: skip
    return notes
