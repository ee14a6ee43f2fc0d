"""``rfm abc``: how much hangs on how few customers, as classes and as a real Pareto curve."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ci_cli.analysis.concentration import ABC_CUTS, CLASSES, Concentration, concentration
from ci_cli.analysis.families import Family
from ci_cli.analysis.scoring import Scored
from ci_cli.columnar import Columnar
from ci_cli.report import Column, Money, Note, Percent, Report, Table
from ci_cli.reports.common import (
    as_of_text,
    customer_code,
    customer_codes,
    left_out_notes,
    money_note,
    parents_note,
    run_meta,
    share,
    window_note,
)
from ci_cli.shapes.trade import Unassigned
from ci_cli.text import Msg, msg

SENTENCE_STEP = 20  # percent of customers in the sentence that everybody quotes


@dataclass(frozen=True)
class Basis:
    """What customers are worth by, as columns say it."""

    key: str
    label: Msg
    together: Msg
    share: Msg


REVENUE = Basis("revenue", msg("revenue"), msg("revenue together"), msg("share of revenue"))
PROFIT = Basis("profit", msg("profit"), msg("profit together"), msg("share of profit"))


def build(
    scored: Scored,
    *,
    currency: str,
    unassigned: Unassigned | None = None,
    cuts: tuple[int, int] = ABC_CUTS,
    customers: bool = False,
    families: Sequence[Family] | None = None,
    moves: tuple[Table, Note] | None = None,
) -> Report:
    """Lay out the concentration of revenue in the window.

    Args:
        scored: from ``analysis.scoring.score_customers``.
        currency: of all money in it.
        unassigned: order lines in the window without a customer.
        cuts: percent of revenue that ends class A and class B.
        customers: put the list of customers with their class first.
        families: the same customers with companies of one parent taken together, the most money
            first; None: each customer by itself.
        moves: who changed class since an earlier day, from ``abc_moves``.

    Raises:
        CiError: ``abc-cuts-invalid``, exit 2.
    """
    alone = scored.customers.column("values").column("monetary")
    spread = concentration(alone if families is None else (one.net for one in families))
    classes = spread.classes(cuts)
    tables = [_classes(spread, classes, currency), curve(spread, currency)]
    if customers:
        tables.insert(0, _customers(scored, families, spread, classes, currency))
    if moves:
        tables.append(moves[0])
    hhi = spread.hhi()
    return Report(
        "rfm-abc",
        msg("Concentration of revenue, {as_of}", as_of=as_of_text(scored.as_of)),
        tables,
        {
            **run_meta(scored, currency),
            "abc_cuts": list(cuts),
            "hhi": hhi,
            "by_parent": families is not None,
        },
        [
            *([Note(pareto_sentence(spread))] if spread.total else []),
            *([moves[1]] if moves else []),
            *_definitions(spread, cuts, currency, hhi),
            *([] if families is None else [parents_note(families)]),
            window_note(scored.window),
            money_note(currency),
            *left_out_notes(scored, unassigned, currency),
        ],
    )


def pareto_sentence(spread: Concentration) -> Msg:
    """Return "20 % of customers (5 of 21) bring 71.0 % of the revenue", as it really is."""
    point = spread.curve((SENTENCE_STEP,))[0]
    return msg(
        "{step} % of customers ({customers} of {all}) bring {share} of the revenue.",
        step=SENTENCE_STEP,
        customers=point.customers,
        all=len(spread.values),
        share=Percent(point.share or 0.0),
    )


def _classes(spread: Concentration, classes: list[str], currency: str) -> Table:
    count = dict.fromkeys(CLASSES, 0)
    money = dict.fromkeys(CLASSES, 0)
    for name, value in zip(classes, spread.values, strict=True):
        count[name] += 1
        money[name] += value
    positive = {
        name: sum(v for c, v in zip(classes, spread.values, strict=True) if c == name and v > 0)
        for name in CLASSES
    }
    number = len(classes)
    columns = (
        Column("class", msg("class"), "state"),
        Column("customers", msg("customers"), "int"),
        Column("customers_share", msg("share of customers"), "percent"),
        Column("revenue", msg("revenue"), "money", currency),
        Column("revenue_share", msg("share of revenue"), "percent"),
    )
    rows = [
        (
            name,
            count[name],
            share(count[name], number),
            money[name],
            share(positive[name], spread.total),
        )
        for name in CLASSES
    ]
    total = (
        None,
        number,
        share(number, number),
        sum(spread.values),
        share(spread.total, spread.total),
    )
    return Table("classes", columns, rows, msg("ABC classes"), total)


def curve(
    spread: Concentration, currency: str, value: Basis = REVENUE
) -> Table:  # fmt: skip
    """Return the Pareto curve of a value."""
    columns = (
        Column("customers_share", msg("largest customers"), "percent"),
        Column("customers", msg("customers"), "int"),
        Column(value.key, value.together, "money", currency),
        Column(f"{value.key}_share", value.share, "percent"),
    )
    rows = [
        (point.step / 100, point.customers, point.revenue, point.share) for point in spread.curve()
    ]
    return Table("pareto", columns, rows, msg("Pareto curve"))


def _customers(
    scored: Scored,
    families: Sequence[Family] | None,
    spread: Concentration,
    classes: list[str],
    currency: str,
) -> Table:
    """Return one row per customer or family; all lists stand by money, largest first."""
    columns = (
        Column("customer", msg("customer"), "id"),
        Column("name", msg("name")),
        *([] if families is None else [Column("companies", msg("companies"), "int")]),
        Column("revenue", msg("revenue"), "money", currency),
        Column("revenue_share", msg("share of revenue"), "percent"),
        Column("running_share", msg("running share"), "percent"),
        Column("class", msg("class"), "state"),
    )
    bought = scored.customers.column("row")
    who: tuple[Sequence[object], ...] = (
        (customer_codes(bought.column("customer_id")), bought.column("name"))
        if families is None
        else (
            [customer_code(one.members[0]) if len(one.members) == 1 else None for one in families],
            [one.name for one in families],
            [len(one.members) for one in families],
        )
    )
    cells = (
        *who,
        spread.values,
        list(map(spread.share, spread.values)),
        [share(running, spread.total) for running in spread.running],
        classes,
    )
    return Table("customers", columns, Columnar(tuple, cells), msg("Customers by revenue"))


def _definitions(
    spread: Concentration, cuts: tuple[int, int], currency: str, hhi: float | None
) -> list[Note]:
    notes = [
        Note(
            msg(
                "Class A: the largest customers up to {first} % of the revenue, B up to "
                "{second} %, C the rest. The customer who crosses a line still belongs above it, "
                "and equal customers share a class.",
                first=cuts[0],
                second=cuts[1],
            )
        )
    ]
    if hhi is not None:
        notes.append(
            Note(
                msg(
                    "Largest customer: {share} of the revenue. Concentration (HHI): {hhi}; equally "
                    "large customers that would give the same: {equal}.",
                    share=Percent(spread.top(1).share or 0.0),
                    hhi=f"{hhi:.4f}",
                    equal=math.floor(1 / hhi + 0.5),
                )
            )
        )
    below = [value for value in spread.values if value <= 0]
    if below:
        notes.append(
            Note(
                msg(
                    "Customers with no more sales than returns: {customers}, together {money}. "
                    "They count as customers with a share of 0; shares are of {total}, the revenue "
                    "of the others.",
                    customers=len(below),
                    money=Money(sum(below), currency),
                    total=Money(spread.total, currency),
                )
            )
        )
    return notes
