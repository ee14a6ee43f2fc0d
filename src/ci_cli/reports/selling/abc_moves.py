"""Who came into a class of ``rfm abc``, and who left it, since an earlier day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ci_cli.analysis.concentration import ABC_CUTS, concentration
from ci_cli.analysis.families import Family
from ci_cli.analysis.scoring import Scored
from ci_cli.report import Column, Note, Table
from ci_cli.reports.common import customer_code
from ci_cli.text import msg

Placed = dict[int, tuple[str, int]]  # by customer: class, and revenue of its own


@dataclass(frozen=True)
class Base:
    """The customers as they stood on a day, with companies of one parent together where asked."""

    scored: Scored
    families: Sequence[Family] | None = None


def placed(base: Base, cuts: tuple[int, int] = ABC_CUTS) -> Placed:
    """Return the class of every customer; all companies of a family have that of the family."""
    customers = base.scored.customers
    ids = customers.column("row").column("customer_id")
    money = dict(zip(ids, customers.column("values").column("monetary"), strict=True))
    groups = (
        [((one,), net) for one, net in money.items()]
        if base.families is None
        else [(one.members, one.net) for one in base.families]
    )
    ordered = sorted(groups, key=lambda group: -group[1])
    classes = concentration([net for _members, net in ordered]).classes(cuts)
    return {
        one: (name, money[one])
        for (members, _net), name in zip(ordered, classes, strict=True)
        for one in members
    }


def moves(
    before: Base, now: Base, *, since: date, currency: str, cuts: tuple[int, int] = ABC_CUTS
) -> tuple[Table, Note]:
    """Return who is in another class than on an earlier day, the most money first.

    A customer without a purchase in the window of a day has no class on it.

    Args:
        before: as it stood on the earlier day.
        now: as it stands.
        since: the earlier day.
        currency: of all money.
        cuts: percent of revenue that ends class A and class B.
    """
    old, new = placed(before, cuts), placed(now, cuts)
    names = {
        row.customer_id: row.name
        for base in (before, now)
        for row in base.scored.customers.column("row")
    }
    nothing = (None, 0)
    rows = [
        (customer_code(one), names[one], old.get(one, nothing)[0], new.get(one, nothing)[0],
         old.get(one, nothing)[1], new.get(one, nothing)[1])
        for one in sorted({*old, *new})
        if old.get(one, nothing)[0] != new.get(one, nothing)[0]
    ]  # fmt: skip
    rows.sort(key=lambda row: -max(row[4], row[5]))
    columns = (
        Column("customer", msg("customer"), "id"),
        Column("name", msg("name")),
        Column("before", msg("class before"), "state"),
        Column("class", msg("class"), "state"),
        Column("revenue_before", msg("revenue before"), "money", currency),
        Column("revenue", msg("revenue"), "money", currency),
    )
    into = sum(row[3] == "A" for row in rows)
    out = sum(row[2] == "A" for row in rows)
    note = Note(
        msg("Since {day}: into class A {into}, out of it {out}; in another class in all: {all}.",
            day=since.isoformat(), into=into, out=out, all=len(rows))
    )  # fmt: skip
    return Table("moves", columns, rows, msg("Who changed class")), note
