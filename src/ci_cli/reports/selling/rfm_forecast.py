"""``rfm forecast``: who is expected to buy in the weeks to come, and what is at risk."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from ci_cli.analysis.forecast import names
from ci_cli.report import MONEY_SCALE, Column, Money, Note, Percent, Report, Table
from ci_cli.reports.common import as_of_text, customer_code
from ci_cli.text import Msg, msg

if TYPE_CHECKING:
    from ci_cli.analysis.forecast.outlook import Outlook

REPEAT = "repeat"
ONCE = "once"
LIKELY = 0.5  # chance of a purchase from which a customer counts as a likely buyer
Order = Literal["risk", "chance", "revenue"]


def build(
    outlook: Outlook,
    labels: Mapping[int, tuple[str, str | None]],
    *,
    as_of: date,
    currency: str,
    by: Order = "risk",
    top: int | None = None,
) -> Report:
    """Lay out a forecast.

    Args:
        outlook: from ``analysis.forecast.outlook``.
        labels: name and last purchase of each customer.
        as_of: the last day that is known.
        currency: of all money.
        by: what stands first: money at risk, the chance of none, or expected money.
        top: how many customers to list; None lists all.
    """
    rows = _rows(outlook, labels)
    rows.sort(key=_KEYS[by])
    shown = rows if top is None else rows[:top]
    return Report(
        "rfm-forecast",
        msg("Next {weeks} weeks, {as_of}", weeks=outlook.weeks, as_of=as_of_text(as_of)),
        [Table("customers", _columns(currency), shown), _totals(rows, currency)],
        {**_meta(outlook), "as_of": as_of.isoformat(), "currency": currency, "by": by},
        [
            *method_notes(outlook),
            *_meaning(outlook, currency),
            Note(
                msg(
                    "Money is in {currency}, sales less returns per purchase so far.",
                    currency=currency,
                )
            ),
        ],
    )


def _columns(currency: str) -> tuple[Column, ...]:
    return (
        Column("customer", msg("customer"), "id"),
        Column("name", msg("name")),
        Column("buyer", msg("buyer"), "state"),
        Column("purchases", msg("purchase days"), "int"),
        Column("last_purchase", msg("last purchase"), "date"),
        Column("expected_gap", msg("usual gap"), "days"),
        Column("silent", msg("silent days"), "days"),
        Column("expected_purchases", msg("expected purchases"), "number"),
        Column("expected_revenue", msg("expected revenue"), "money", currency),
        Column("chance_none", msg("chance of none"), "percent"),
        Column("at_risk", msg("at risk"), "money", currency),
    )


_RISK, _NONE, _MONEY = 10, 9, 8  # places in a row
# equal figures stand by id, so the order of rows in the store changes nothing
_KEYS: Mapping[str, Any] = {
    "risk": lambda row: (row[_RISK] is None, -(row[_RISK] or 0), -(row[_NONE] or 0), _number(row)),
    "chance": lambda row: (row[2] == ONCE, -(row[_NONE] or 0), _number(row)),
    "revenue": lambda row: (-(row[_MONEY] or 0), _number(row)),
}


def _number(row: tuple[Any, ...]) -> int:
    return int(row[0][1:])


def _rows(outlook: Outlook, labels: Mapping[int, tuple[str, str | None]]) -> list[tuple[Any, ...]]:
    base = outlook.base
    has_gap = outlook.method != names.NOTHING
    columns = zip(
        base.customer.tolist(), (base.x + 1).tolist(), base.gap.tolist(), base.silent.tolist(),
        outlook.purchases.tolist(), outlook.revenue.tolist(), outlook.none.tolist(),
        outlook.at_risk.tolist(), _is_told(outlook).tolist(), strict=True,
    )  # fmt: skip
    rows = []
    for customer, days, gap, silent, purchases, revenue, none, risk, is_told in columns:
        name, last = labels[customer]
        known = (purchases, _money(revenue), none, _money(risk)) if is_told else (None,) * 4
        rows.append(
            (
                customer_code(customer), name, REPEAT if days > 1 else ONCE, days, last,
                gap if has_gap and (is_told or days > 1) else None, silent, *known,
            )
        )  # fmt: skip
    return rows


def _is_told(outlook: Outlook) -> Any:
    """Return of whom something can be said: a boolean array, in the order of ``outlook.base``.

    In a base too small to learn from, one who bought once would be lent the gap and the money of a
    few others: a figure made of nothing.
    """
    if outlook.method == names.NOTHING:
        return outlook.base.repeats & False
    return outlook.base.repeats | (outlook.reason != names.TOO_FEW)


def _money(amount: float) -> int | None:
    """Return stored units; an estimate, so rounding it loses nothing."""
    return None if math.isnan(amount) else round(amount * MONEY_SCALE)


def _totals(rows: list[tuple[Any, ...]], currency: str) -> Table:
    """Return what repeat and one-time buyers amount to, apart and together."""
    columns = (
        Column("buyer", msg("buyer"), "state"),
        Column("customers", msg("customers"), "int"),
        Column("likely", msg("likely to buy"), "int"),
        Column("expected_buyers", msg("expected buyers"), "number"),
        Column("expected_purchases", msg("expected purchases"), "number"),
        Column("expected_revenue", msg("expected revenue"), "money", currency),
        Column("at_risk", msg("at risk"), "money", currency),
    )
    found = []
    for kinds, label in (((REPEAT,), REPEAT), ((ONCE,), ONCE), ((REPEAT, ONCE), "all")):
        part = [row for row in rows if row[2] in kinds]
        known = [row for row in part if row[_NONE] is not None]
        found.append(
            (
                label, len(part), sum(row[_NONE] <= 1 - LIKELY for row in known),
                math.fsum(1 - row[_NONE] for row in known), math.fsum(row[7] for row in known),
                sum(row[_MONEY] for row in known),
                None if label == ONCE else sum(row[_RISK] or 0 for row in known),
            )
        )  # fmt: skip
    return Table("totals", columns, found[:2], msg("Totals"), found[2])


def _meta(outlook: Outlook) -> dict[str, Any]:
    counts = outlook.counts.parameters._asdict() if outlook.counts else None
    money = outlook.money.parameters._asdict() if outlook.money else None
    return {
        "weeks": outlook.weeks,
        "method": outlook.method,
        "why_not_model": outlook.reason,
        "bg_nbd": counts,
        "log_likelihood": outlook.counts.log_likelihood if outlook.counts else None,
        "gamma_gamma": money,
        "learnt_from": outlook.learnt.customers if outlook.learnt else None,
    }


def method_notes(outlook: Outlook) -> list[Note]:
    """Say how the forecast was made, and what could not be used and why."""
    notes = []
    why = _why(outlook)
    if outlook.method == names.NOTHING:
        notes.append(Note(msg("No forecast: no customer has come back yet."), "warning"))
        return notes
    if why is not None:
        notes.append(
            Note(
                msg("The BG/NBD model is not used: {why}. The usual gaps answer instead.", why=why),
                "warning",
            )
        )
    elif outlook.nobody_stops:
        notes.append(
            Note(
                msg(
                    "By the BG/NBD model hardly anybody here stops for good: only how often each"
                    " customer buys tells them apart."
                )
            )
        )
    if outlook.learnt is not None:
        notes.append(
            Note(
                msg(
                    "The chances are corrected by how the forecast of an earlier day turned out"
                    " here: of {customers} customers {bought} bought in the weeks after it.",
                    customers=outlook.learnt.customers,
                    bought=outlook.learnt.bought,
                )
            )
        )
    return notes


def _why(outlook: Outlook) -> Msg | None:
    if outlook.reason == names.TOO_FEW:
        return msg(
            "it needs {customers} customers and {repeat} who came back; here are {n} and {m}",
            customers=names.MIN_CUSTOMERS,
            repeat=names.MIN_REPEAT,
            n=len(outlook.base.x),
            m=int(outlook.base.repeats.sum()),
        )
    if outlook.reason == names.ALIKE:
        return msg("its fit is degenerate, as if all customers bought equally often")
    if outlook.reason == names.UNSETTLED:
        return msg("its fit did not settle")
    return None


def _meaning(outlook: Outlook, currency: str) -> list[Note]:
    """Say what the columns mean, and what is expected altogether."""
    if outlook.method == names.NOTHING:
        return []
    once = int((~outlook.base.repeats).sum())
    notes = [
        Note(_headline(outlook, currency)),
        Note(
            msg(
                "Chance of none: that the customer buys nothing in the {weeks} weeks. At risk: what"
                " the customer would bring at the rate of the days until the last purchase, less"
                " what is expected now.",
                weeks=outlook.weeks,
            )
        ),
    ]
    if once and outlook.reason == names.TOO_FEW:
        notes.append(
            Note(
                msg(
                    "Customers who bought on one day only: {once}. Nothing is expected of them"
                    " here: they have no rate of their own, and too few others to learn one from.",
                    once=once,
                )
            )
        )
    elif once:
        notes.append(
            Note(
                msg(
                    "Customers who bought on one day only: {once}. They have no rate of their own,"
                    " so nothing of theirs is at risk; on average {percent} of them buy again in"
                    " these weeks.",
                    once=once,
                    percent=Percent(float(1 - outlook.none[~outlook.base.repeats].mean())),
                )
            )
        )
    return notes


def _headline(outlook: Outlook, currency: str) -> Msg:
    """Return the forecast of the whole base in one sentence."""
    told = _is_told(outlook)
    return msg(
        "Expected in {weeks} weeks: {purchases} purchases worth {money}.",
        weeks=outlook.weeks,
        purchases=f"{outlook.purchases[told].sum():,.0f}",
        money=Money(round(float(outlook.revenue[told].sum()) * MONEY_SCALE), currency),
    )
