"""``report pareto``: the real curve of value over customers, by profit where costs are known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ci_cli.analysis.concentration import concentration
from ci_cli.analysis.families import Family
from ci_cli.analysis.periods import Window
from ci_cli.report import Column, Money, Note, Percent, Report, Table
from ci_cli.reports.common import (
    as_of_text,
    customer_code,
    parents_note,
    share,
    window_note,
)
from ci_cli.reports.selling.rfm_abc import PROFIT, REVENUE, curve
from ci_cli.text import msg

QUOTED = 20  # percent of customers in the sentence that everybody quotes


@dataclass(frozen=True)
class Worth:
    """What customers are worth in a window, and how far their costs are known.

    ``groups`` stand by worth, the most first; ``nobody`` is what lines without a customer amount
    to, which no customer's share holds.
    """

    groups: Sequence[Family]
    by_profit: bool
    by_parent: bool
    known_cost: float | None  # share of the amounts of all lines that have a cost; None: no lines
    nobody: int
    only_returns: Sequence[int]  # worth of customers without a purchase in the window


def build(worth: Worth, *, window: Window, as_of: date, currency: str, top: int | None) -> Report:
    """Lay out the curve, and the customers who make it.

    Args:
        worth: what customers are worth.
        window: the days that count.
        as_of: the day that the report speaks for.
        currency: of all money.
        top: how many customers to list.
    """
    basis = PROFIT if worth.by_profit else REVENUE
    spread = concentration([one.net for one in worth.groups])
    columns = (
        Column("customer", msg("customer"), "id"),
        Column("name", msg("name")),
        Column("companies", msg("companies"), "int"),
        Column(basis.key, basis.label, "money", currency),
        Column(f"{basis.key}_share", basis.share, "percent"),
        Column("running_share", msg("running share"), "percent"),
    )
    rows = [
        (
            customer_code(one.members[0]) if len(one.members) == 1 else None, one.name,
            len(one.members), one.net, spread.share(one.net), share(running, spread.total),
        )
        for one, running in zip(worth.groups[:top], spread.running, strict=False)
    ]  # fmt: skip
    total = (None, None, sum(len(one.members) for one in worth.groups), sum(spread.values), None,
             None)  # fmt: skip
    tables = [
        curve(spread, currency, basis),
        Table("customers", columns, rows, msg("Customers by value"), total),
    ]
    notes = []
    if spread.total:
        point = spread.curve((QUOTED,))[0]
        notes.append(
            Note(
                msg("{step} % of customers ({customers} of {all}) bring {share} of the {value}.",
                    step=QUOTED, customers=point.customers, all=len(spread.values),
                    share=Percent(point.share or 0.0), value=basis.label)
            )
        )  # fmt: skip
    return Report(
        "pareto", msg("Value by customer, {as_of}", as_of=as_of_text(as_of)), tables,
        {
            "as_of": as_of.isoformat(), "window": window.label, "currency": currency,
            "value": basis.key, "by_parent": worth.by_parent, "known_cost": worth.known_cost,
            "customers": len(worth.groups), "without_customer": worth.nobody,
        },
        [*notes, *_notes(worth, currency), window_note(window)],
    )  # fmt: skip


def _notes(worth: Worth, currency: str) -> list[Note]:
    notes = [
        Note(
            msg("Value is profit: sales less returns less their cost, known for every line.")
            if worth.by_profit
            else msg("Value is revenue, sales less returns: the cost is known for {share} of the"
                     " amounts, and profit needs all of them.",
                     share=Percent(worth.known_cost or 0.0))
        )
    ]  # fmt: skip
    if worth.by_parent:
        notes.append(parents_note(worth.groups))
    below = [one.net for one in worth.groups if one.net <= 0]
    if below:
        notes.append(
            Note(
                msg("Customers at or below zero: {n}, together {money}; their share is 0, shares"
                    " are of the others.", n=len(below), money=Money(sum(below), currency))
            )
        )  # fmt: skip
    if worth.only_returns:
        notes.append(
            Note(
                msg("Customers who only sent back, left out: {n}, together {money}.",
                    n=len(worth.only_returns), money=Money(sum(worth.only_returns), currency))
            )
        )  # fmt: skip
    if worth.nobody:
        notes.append(
            Note(msg("Lines without a customer, in nobody's share: {money}.",
                     money=Money(worth.nobody, currency)))
        )  # fmt: skip
    return notes
