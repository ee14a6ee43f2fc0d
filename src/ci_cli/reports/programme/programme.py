"""``doctor --programme``: how the intelligence programme itself is doing, on one page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from ci_cli.analysis.programme import Area, Owned, areas, due_work, overall
from ci_cli.report import Column, Note, Percent, Report, Table
from ci_cli.reports.common import customer_code, share
from ci_cli.reports.selling.procat import NONE_LABEL
from ci_cli.shapes.categories import AlarmRow
from ci_cli.shapes.programme import Items, Work
from ci_cli.text import Msg, listed, msg


class Orphan(NamedTuple):
    """An active customer without an owner; the revenue is of twelve months."""

    customer_id: int
    name: str
    revenue: int
    currency: str | None  # None: nothing in twelve months


@dataclass(frozen=True)
class Programme:
    """What is known of the programme on a day; ``oldest`` is where a fresh order begins."""

    today: date
    oldest: date
    age: int  # days since the first import or entry
    sources: Mapping[str, str | None]  # day of the last order
    customers: int
    filled: Mapping[str, int]
    owned: Owned
    orphans: Sequence[Orphan]  # the most revenue first
    orphan_count: int
    alarms_alone: Sequence[AlarmRow]
    goals_alone: Sequence[str]
    scanned_at: str | None
    open_pairs: int
    in_open_pairs: int  # customers
    new_since_scan: int
    items: Sequence[Items]
    work: Sequence[Work]


def build(one: Programme) -> Report:
    """Lay out the scores, what was done, and what nobody looks after."""
    fresh = {name: (day or "") >= one.oldest.isoformat() for name, day in one.sources.items()}
    found = areas(
        sources=list(fresh.values()),
        filled=(one.customers, list(one.filled.values())),
        owned=one.owned,
        duplicates=None if one.scanned_at is None else (one.customers, one.in_open_pairs),
        items=one.items,
        work=one.work,
        age=one.age,
    )
    said = {
        "sources": _sources(fresh),
        "fields": _fields(one),
        "owners": _owners(one.owned),
        "duplicates": _duplicates(one),
        "freshness": _fresh(one.items),
        "use": msg("a tag rests on it, it was coded, or what it asked was closed"),
        "work": msg("kinds of work done in 30, 60 and 90 days"),
    }
    whole = overall(found)
    return Report(
        "programme",
        msg("The programme, {day}", day=one.today.isoformat()),
        [_areas(found, said, whole), _work(one.work), _orphans(one)],
        {
            "today": one.today.isoformat(),
            "score": whole,
            "age": one.age,
            "orphans": one.orphan_count,
            "alarms_without_owner": len(one.alarms_alone),
            "open_pairs": one.open_pairs,
            "items": {
                each.kind: {"items": each.items, "fresh": each.fresh, "used": each.used}
                for each in one.items
            },
            "filled": dict(one.filled),
        },
        _notes(one),
    )


def _areas(found: Sequence[Area], said: Mapping[str, Msg], whole: float | None) -> Table:
    columns = (
        Column("area", msg("area"), "state"),
        Column("score", msg("score"), "percent"),
        Column("good", msg("good"), "int"),
        Column("all", msg("out of"), "int"),
        Column("what", msg("what")),
    )
    rows = [(area.name, area.score, area.good, area.all, said[area.name]) for area in found]
    return Table("areas", columns, rows, msg("Scores"), (None, whole, None, None, None))


def _sources(fresh: Mapping[str, bool]) -> Msg:
    old = sorted(name for name, good in fresh.items() if not good)
    if not old:
        return msg("sources with an order in the last 35 days")
    return msg("sources with an order in the last 35 days; stale: {names}", names=listed(old))


def _fields(one: Programme) -> Msg:
    shares = {
        name: str(Percent(share(count, one.customers) or 0.0, 0))
        for name, count in one.filled.items()
    }
    return msg(
        "fields of customers: industry {industry}, place {place}, owner {owner}, tier {tier},"
        " phone or e-mail {reach}, contact {contact}",
        **shares,
    )


def _owners(owned: Owned) -> Msg:
    return msg(
        "active customers {customers}, alarms that stand {alarms}, goals {goals}",
        customers=f"{owned.customers_owned}/{owned.customers}",
        alarms=f"{owned.alarms_owned}/{owned.alarms}",
        goals=f"{owned.goals_owned}/{owned.goals}",
    )


def _duplicates(one: Programme) -> Msg:
    if one.scanned_at is None:
        return msg("never looked for; `ci-cli dedupe scan` does")
    return msg(
        "customers in no open pair; open pairs {pairs}, records new since the scan {new}",
        pairs=one.open_pairs, new=one.new_since_scan,
    )  # fmt: skip


def _fresh(items: Sequence[Items]) -> Msg:
    counts = {one.kind: one.items for one in items}
    return msg(
        "noted about the last six months; entries {entries}, feedback {feedback}, learnt {learnt}",
        **counts,
    )


def _work(work: Sequence[Work]) -> Table:
    columns = (
        Column("days", msg("last days"), "int"),
        Column("imports", msg("imports"), "int"),
        Column("calls", msg("calls and visits"), "int"),
        Column("closed", msg("actions done"), "int"),
    )
    return Table("work", columns, [tuple(one) for one in work], msg("What was done"))


def _orphans(one: Programme) -> Table:
    columns = (
        Column("customer", msg("customer"), "id"),
        Column("name", msg("name")),
        Column("revenue", msg("revenue in 12 months"), "money"),
        Column("currency", msg("currency"), "id"),
    )
    rows = [
        (customer_code(each.customer_id), each.name, each.revenue, each.currency)
        for each in one.orphans
    ]
    return Table("orphans", columns, rows, msg("Active customers without an owner"))


def _notes(one: Programme) -> list[Note]:
    notes = []
    if one.orphan_count:
        notes.append(
            Note(
                msg("Active customers without an owner: {n}, listed: {shown}.",
                    n=one.orphan_count, shown=len(one.orphans)), "warning",
            )
        )  # fmt: skip
    if one.alarms_alone:
        names = [
            f"{row.id} ({'total' if row.kind == 'total' else row.label or row.group or NONE_LABEL})"
            for row in one.alarms_alone
        ]
        notes.append(
            Note(msg("Alarms that nobody has taken on: {names}.", names=listed(names)), "warning")
        )
    if one.goals_alone:
        notes.append(
            Note(msg("Goals without an owner: {names}.", names=listed(one.goals_alone)), "warning")
        )
    for work in due_work(one.work, one.age):
        missing = [
            name
            for name, count in (
                (msg("no import"), work.imports), (msg("no call or visit"), work.calls),
                (msg("no action done"), work.closed),
            )
            if not count
        ]  # fmt: skip
        notes += [
            Note(msg("In {days} days: {what}.", days=work.days, what=name), "warning")
            for name in missing
        ]
    notes.append(
        Note(
            msg("A score is the share that is as it should be; the total is the mean of the areas"
                " that have one. The programme is {age} days old; what was done is judged for"
                " windows that it is old enough for.", age=one.age)
        )
    )  # fmt: skip
    return notes
