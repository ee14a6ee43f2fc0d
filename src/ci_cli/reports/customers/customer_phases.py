"""``customer phases``: when a customer was active and when dormant, and the typical cycle."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from statistics import median

from ci_cli.analysis import cadence
from ci_cli.analysis.phases import Phase
from ci_cli.report import Column, Note, Percent, Report, Table
from ci_cli.reports.common import as_of_text, customer_code
from ci_cli.shapes.activity import CustomerDay
from ci_cli.text import Msg, msg


def build(
    customer_id: int,
    name: str,
    phases: Sequence[Phase],
    days: Sequence[CustomerDay],
    *,
    as_of: date,
    currency: str,
) -> Report:
    """Lay out the phases of one customer, oldest first.

    Args:
        customer_id: the customer as it is today.
        name: what to call it.
        phases: from ``analysis.phases``; none for one who never bought.
        days: what the customer did on each day.
        as_of: the last day that is known.
        currency: of all money.
    """
    code = customer_code(customer_id)
    gap = _own_gap(days)
    return Report(
        "customer-phases",
        msg("{code} {name}, {as_of}", code=code, name=name, as_of=as_of_text(as_of)),
        [_table(phases, currency)],
        {
            "customer": code,
            "as_of": as_of.isoformat(),
            "currency": currency,
            "typical_cycle": gap,
        },
        [Note(text) for text in (*_sentences(phases, gap), _rule())],
    )


def _table(phases: Sequence[Phase], currency: str) -> Table:
    columns = (
        Column("phase", msg("phase"), "state"),
        Column("from", msg("from"), "month"),
        Column("to", msg("to"), "month"),
        Column("months", msg("months"), "int"),
        Column("purchases", msg("purchases"), "int"),
        Column("revenue", msg("revenue"), "money", currency),
        Column("first_purchase", msg("first purchase"), "date"),
        Column("last_purchase", msg("last purchase"), "date"),
        Column("expected_gap", msg("usual gap"), "days"),
        Column("silent", msg("silent days"), "days"),
        Column("chance", msg("chance of that"), "percent"),
    )
    rows = [
        (
            one.state, one.first, one.last, one.months, one.purchases, one.net,
            one.first_purchase, one.last_purchase, one.rhythm.expected_gap,
            one.rhythm.silent_days, one.rhythm.chance,
        )
        for one in phases
    ]  # fmt: skip
    return Table("phases", columns, rows)


def _own_gap(days: Sequence[CustomerDay]) -> float | None:
    bought = [date.fromisoformat(one.day) for one in days if one.purchases]
    gaps = [(later - earlier).days for earlier, later in pairwise(bought)]
    return float(median(gaps)) if gaps else None


def _sentences(phases: Sequence[Phase], gap: float | None) -> list[Msg]:
    if not phases:
        return [msg("This customer has never bought.")]
    sentences = [_now(phases[-1])]
    if gap is None:
        sentences.append(msg("Typical cycle: unknown, since the customer bought on one day only."))
    else:
        sentences.append(
            msg("Typical cycle: {gap} days from purchase to purchase.", gap=f"{gap:g}")
        )
    active, dormant = (
        [one.months for one in phases if one.state == state and one.last is not None]
        for state in (cadence.ACTIVE, cadence.DORMANT)
    )
    if active and dormant:
        sentences.append(
            msg(
                "Phases that are over: active for {active} months as a rule, dormant for"
                " {dormant}.",
                active=f"{median(active):g}",
                dormant=f"{median(dormant):g}",
            )
        )
    return sentences


def _now(phase: Phase) -> Msg:
    rhythm = phase.rhythm
    if phase.state == cadence.DORMANT and rhythm.expected_gap and rhythm.chance is not None:
        return msg(
            "Dormant since {month}: silent for {silent} days, where {gap} are usual; even someone"
            " buying at random would stay away that long with a chance of only {chance}.",
            month=phase.first,
            silent=rhythm.silent_days,
            gap=round(rhythm.expected_gap),
            chance=Percent(rhythm.chance),
        )
    if phase.state == cadence.TOO_EARLY:
        return msg("Too early to tell since {month}.", month=phase.first)
    return msg("Active since {month}.", month=phase.first)


def _rule() -> Msg:
    return msg(
        "A month with a purchase is active; one without is dormant where the silence had reached"
        " {times} usual gaps on its last day, and too early to tell where the usual gap exceeded a"
        " third of the history, or rested on fewer than {own} gaps of the customer's own and"
        " {others} customers who had come back. Usual gaps are those known on that day, so later"
        " purchases change no month that is over.",
        times=f"{cadence.DORMANT_AT:g}",
        own=cadence.PRIOR_GAPS,
        others=cadence.MIN_POPULATION,
    )
