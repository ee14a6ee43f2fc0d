"""``report references``: how many customers vouch for us, where none does, what it takes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from ci_cli.analysis.periods import Window
from ci_cli.analysis.references.programme import Cell, Deals, Load, Service, Share, Spread
from ci_cli.report import Column, Note, Percent, Report, Table, amounts_text
from ci_cli.shapes.references import Limits
from ci_cli.text import Msg, msg


class Programme(NamedTuple):
    """All figures of the report."""

    today: date
    first: date  # of the period of requests, uses and deals
    window: Window  # in which a customer that bought is active, and revenue counts
    currency: str | None  # of revenue
    goal: float
    limits: Limits
    ready: Share
    with_resting: Share
    load: Load
    service: Service
    value: dict[str, int]  # of the deals of fulfilled requests
    with_reference: Deals
    without: Deals
    cells: Sequence[Cell]


def build(one: Programme, notes: Sequence[Note], *, top: int) -> Report:
    """Lay out the programme: shares, service, load, deals, and the cells without a reference.

    Args:
        one: the figures.
        notes: the rule of readiness in words.
        top: how many cells to list.
    """
    thin = [cell for cell in one.cells if cell.ready < 2]
    tables = [_shares(one), _figures(one), _deals(one), _coverage(thin[:top])]
    counts = [sum(cell.ready == n for cell in one.cells) for n in (0, 1)]
    said = [
        _goal(one),
        Note(
            msg("Referenceable: customers that are ready / active customers (at least one purchase"
                " {first} to {last}). By revenue: their sales less returns in these days / those of"
                " all active customers; customers whose returns exceed their sales count as 0.",
                first=one.window.first.isoformat() if one.window.first else "-",
                last=one.window.last.isoformat())
        ),
        Note(
            msg("Coverage: cells of industry × category × region in which somebody is active:"
                " {all}; without a ready reference: {none}, with one: {one}. Shown: {shown}.",
                all=len(one.cells), none=counts[0], one=counts[1], shown=min(top, len(thin)))
        ),
        Note(
            msg("Fulfilment: fulfilled / (requests − cancelled), of requests made {first} to"
                " {today}. Turnaround: calendar days from request to fulfilment. Attempts and hours"
                " are those logged for fulfilled requests. One company without a programme wrote of"
                " 8 to 10 calls and 2 to 14 days; that is no benchmark.",
                first=one.first.isoformat(), today=one.today.isoformat())
        ),
        Note(
            msg("Deals: closed {first} to {today}; with a reference: somebody vouched for us to"
                " that customer while the deal was open. This is a correlation of {n} deals with"
                " {m} without: a reference is often asked for where a deal already stands well.",
                first=one.first.isoformat(), today=one.today.isoformat(), n=one.with_reference.n,
                m=one.without.n)
        ),
    ]  # fmt: skip
    meta = {
        "today": one.today.isoformat(), "since": one.first.isoformat(), "currency": one.currency,
        "goal": one.goal, "referenceable_pct": one.ready.by_count,
        "referenceable_revenue_pct": one.ready.by_revenue,
        "cells": {"all": len(one.cells), "none": counts[0], "one": counts[1]},
    }  # fmt: skip
    return Report("references", msg("The reference programme"), tables, meta, [*said, *notes])


def _goal(one: Programme) -> Note:
    reached = one.ready.by_count
    if reached is None:
        return Note(msg("No customer is active, so no share can be told."), "warning")
    words = {
        "share": Percent(reached), "ready": one.ready.customers, "active": one.ready.of,
        "goal": Percent(one.goal, 0),
    }  # fmt: skip
    if reached >= one.goal:
        return Note(msg("Goal reached: {share} ({ready} of {active}), goal {goal}.", **words))
    more = math.ceil(round(one.goal * one.ready.of, 6)) - one.ready.customers
    return Note(
        msg("Goal missed: {share} ({ready} of {active}), goal {goal}; missing: {more}.",
            **words, more=more), "warning"
    )  # fmt: skip


def _shares(one: Programme) -> Table:
    columns = (
        Column("group", msg("group"), "state"), Column("meaning", msg("meaning")),
        Column("customers", msg("customers"), "int"), Column("active", msg("active"), "int"),
        Column("share", msg("share"), "percent"), Column("goal", msg("goal"), "percent"),
        Column("revenue", msg("revenue"), "money", one.currency),
        Column("revenue_active", msg("revenue of all active"), "money", one.currency),
        Column("revenue_share", msg("share of revenue"), "percent"),
    )  # fmt: skip
    groups: list[tuple[str, Msg, Share]] = [
        ("ready", msg("may be asked today"), one.ready),
        ("with_resting", msg("and those that only rest"), one.with_resting),
    ]
    rows = [
        (key, meaning, part.customers, part.of, part.by_count, one.goal, part.revenue,
         part.of_revenue, part.by_revenue)
        for key, meaning, part in groups
    ]  # fmt: skip
    return Table("referenceable", columns, rows)


def _figures(one: Programme) -> Table:
    """Return the figures of service and load, each with how it came about."""
    made, load = one.service, one.load
    rows: list[tuple[Any, ...]] = [
        ("requests", None, made.requests, msg("fulfilled {f}, cancelled {c}, open {o}",
                                              f=made.fulfilled, c=made.cancelled, o=made.open)),
        ("fulfilment_rate", made.rate, made.requests - made.cancelled,
         msg("fulfilled / (requests − cancelled)")),
        *_quantiles("turnaround_days", made.turnaround),
        ("attempts_per_fulfilment", made.per_fulfilment, made.fulfilled,
         msg("attempts {a}; for other requests {b}", a=made.attempts, b=made.other_attempts)),
        *_quantiles("hours_per_fulfilment", made.hours),
        ("uses", None, load.uses, msg("references used: {used} of {all}", used=load.used,
                                      all=load.references)),
        ("share_of_top_fifth", load.top_uses / load.uses if load.uses else None, load.uses,
         msg("uses of the most used references ({top}): {n}", n=load.top_uses,
             top=load.top)),
        ("resting", load.resting / load.references if load.references else None, load.references,
         msg("references that rest: {n}", n=load.resting)),
        ("busiest", None, load.busiest,
         msg("most uses of one reference in {days} days; at most {uses}", days=one.limits.days,
             uses=one.limits.uses)),
        ("deal_value", None, made.fulfilled,
         msg("deals of fulfilled requests: {money}", money=amounts_text(one.value))),
    ]  # fmt: skip
    columns = (
        Column("figure", msg("figure"), "state"), Column("value", msg("value"), "number"),
        Column("n", msg("n"), "int"), Column("meaning", msg("meaning")),
    )  # fmt: skip
    return Table("figures", columns, rows, msg("Requests and uses"))


def _quantiles(key: str, some: Spread) -> list[tuple[Any, ...]]:
    return [
        (f"{key}_median", some.median, some.n, msg("half of them took no longer")),
        (f"{key}_p90", some.p90, some.n, msg("nine of ten took no longer")),
    ]


def _deals(one: Programme) -> Table:
    columns = (
        Column("group", msg("group"), "state"), Column("deals", msg("deals"), "int"),
        Column("won", msg("won"), "int"), Column("won_share", msg("share won"), "percent"),
        Column("won_value", msg("value won")),
        Column("cycle_median", msg("median days to close"), "number"),
        Column("cycle_n", msg("n"), "int"),
    )  # fmt: skip
    rows = [
        (key, some.n, some.won, some.rate, amounts_text(dict(some.won_value)), some.cycle.median,
         some.cycle.n)
        for key, some in (("with_reference", one.with_reference), ("without", one.without))
    ]  # fmt: skip
    return Table("deals", columns, rows, msg("Deals with and without a reference: a correlation"))


def _coverage(cells: Sequence[Cell]) -> Table:
    columns = (
        Column("industry", msg("industry")), Column("category", msg("category")),
        Column("region", msg("region")), Column("customers", msg("active customers"), "int"),
        Column("ready", msg("ready"), "int"),
    )  # fmt: skip
    none = msg("(not known)")
    rows = [
        (cell.industry or none, cell.category or none, cell.region or none, cell.customers,
         cell.ready)
        for cell in cells
    ]  # fmt: skip
    return Table("coverage", columns, rows, msg("Cells with no ready reference, or one"))
