"""Whom to call first: customers silent far beyond their own rhythm, those with money on top."""

from __future__ import annotations

from collections.abc import Sequence

from ci_cli.analysis import cadence
from ci_cli.analysis.scoring import Scored, ScoredCustomer
from ci_cli.report import Column, Money, Note, Percent, Report, Table
from ci_cli.reports.common import (
    as_of_text,
    customer_code,
    money_note,
    run_meta,
    share,
    window_note,
)
from ci_cli.reports.selling.rfm_run import rhythm_note
from ci_cli.text import Msg, msg

SILENT = (cadence.SLOWING, cadence.DORMANT)


def build(scored: Scored, *, currency: str, top: int | None = None) -> Report:
    """Lay out the customers to call.

    Listed: those who bought on at least two days, so that they have a rhythm of their own; whose
    revenue in the window is positive; and who are slowing or dormant. Most revenue first.

    Args:
        scored: from ``analysis.scoring.score_customers``.
        currency: of all money in it.
        top: how many to list; None lists all.
    """
    silent = scored.customers.picked(_silent(scored))
    shown = silent if top is None else silent[:top]
    money = sum(silent.column("values").column("monetary"))
    columns = (
        Column("customer", msg("customer"), "id"),
        Column("name", msg("name")),
        Column("owner", msg("owner")),
        Column("revenue", msg("revenue"), "money", currency),
        Column("last_purchase", msg("last purchase"), "date"),
        Column("expected_gap", msg("usual gap"), "days"),
        Column("silent", msg("silent days"), "days"),
        Column("times", msg("times the gap"), "number"),
        Column("chance", msg("chance of that"), "percent"),
        Column("rhythm", msg("rhythm"), "state"),
        Column("segment", msg("segment"), "state"),
    )
    rows = [
        (
            customer_code(customer.row.customer_id),
            customer.row.name,
            customer.row.owner,
            customer.values.monetary,
            customer.row.last,
            customer.rhythm.expected_gap,
            customer.rhythm.silent_days,
            customer.rhythm.times,
            customer.rhythm.chance,
            customer.rhythm.state,
            customer.segment,
        )
        for customer in shown
    ]
    return Report(
        "call-first",
        msg("Call first, {as_of}", as_of=as_of_text(scored.as_of)),
        [Table("call_first", columns, rows)],
        {**run_meta(scored, currency), "silent": len(silent), "listed": len(shown)},
        [
            *_sentences(silent, shown, currency, money, share(money, scored.means.monetary)),
            *_first_buyers(scored),
            rhythm_note(),
            window_note(scored.window),
            money_note(currency),
        ],
    )


def is_silent(customer: ScoredCustomer) -> bool:
    """Tell whether a customer with a rhythm and with money is silent far beyond that rhythm."""
    return (
        customer.row.purchase_days >= 2
        and customer.values.monetary > 0
        and customer.rhythm.state in SILENT
    )


def _silent(scored: Scored, *, repeated: bool = True) -> list[int]:
    """Return the places of the customers who are silent.

    Args:
        scored: the customers.
        repeated: those with a rhythm of their own and money; else those with no rhythm.
    """
    bought, values = scored.customers.column("row"), scored.customers.column("values")
    days, money = bought.column("purchase_days"), values.column("monetary")
    states = scored.customers.column("rhythm").column("state")
    return [
        place
        for place, (count, amount, state) in enumerate(zip(days, money, states, strict=True))
        if state in SILENT and (count >= 2 and amount > 0 if repeated else count < 2)
    ]


def _sentences(
    silent: Sequence[ScoredCustomer],
    shown: Sequence[ScoredCustomer],
    currency: str,
    money: int,
    part: float | None,
) -> list[Note]:
    """Say why the first is first, and how much is at stake altogether."""
    if not silent:
        return [Note(msg("No customer is silent far beyond their own rhythm."))]
    notes = [Note(why(shown[0], currency))] if shown else []
    return [
        *notes,
        Note(
            msg(
                "Customers silent for {limit} times their usual gap or longer: {customers}, with "
                "{money} or {percent} of the scored revenue. Listed: {listed}.",
                limit=f"{cadence.SLOWING_AT:g}",
                customers=len(silent),
                money=Money(money, currency),
                percent=Percent(part or 0.0),
                listed=len(shown),
            )
        ),
    ]


def why(customer: ScoredCustomer, currency: str) -> Msg:
    """Return the sentence that explains why a silent customer is worth a call."""
    return msg(
        "{name} ({code}) is expected every {gap} days and has been silent for {silent}, "
        "{times} times as long; revenue in the window: {money}.",
        name=customer.row.name,
        code=customer_code(customer.row.customer_id),
        gap=round(customer.rhythm.expected_gap or 0),
        silent=customer.rhythm.silent_days,
        times=f"{customer.rhythm.times or 0:.1f}",
        money=Money(customer.values.monetary, currency),
    )


def _first_buyers(scored: Scored) -> list[Note]:
    once = len(_silent(scored, repeated=False))
    if not once:
        return []
    return [
        Note(
            msg(
                "Not listed, because they bought on one day only and so have no rhythm of their "
                "own: {customers}.",
                customers=once,
            )
        )
    ]
