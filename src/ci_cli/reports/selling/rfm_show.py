"""``rfm show``: one customer, its scores, and why each of them is what it is."""

from __future__ import annotations

from dataclasses import replace

from ci_cli.analysis import cadence
from ci_cli.analysis.cadence import Rhythm
from ci_cli.analysis.rfm import Group
from ci_cli.analysis.scoring import Scored, ScoredCustomer
from ci_cli.errors import CiError, ExitCode
from ci_cli.report import Money, Note, Percent, Report
from ci_cli.reports.common import as_of_text, customer_code, run_meta, window_note
from ci_cli.reports.selling import rfm_segments
from ci_cli.reports.selling.rfm_run import customer_table
from ci_cli.shapes.trade import CustomerPurchases
from ci_cli.text import Msg, msg


def build(scored: Scored, customer_id: int, *, currency: str, language: str = "en") -> Report:
    """Lay out one customer of a scored base.

    Args:
        scored: the whole base: a score only means something among the others.
        customer_id: the customer as it is today.
        currency: of all money.
        language: "en" or "zh", for the play that the segment map holds as data.

    Raises:
        CiError: ``customer-unknown``, exit 2, where the base does not hold the customer.
    """
    code = customer_code(customer_id)
    ids = scored.customers.column("row").column("customer_id")
    at = ids.index(customer_id) if customer_id in ids else len(ids)
    alone = scored.customers[at : at + 1]
    found = alone[0] if alone else None
    row = found.row if found else _unscored(scored, customer_id)
    notes = (
        _why_scores(scored, found, currency, language) if found else [Note(_why_not_scored(row))]
    )
    rhythm = scored.base.rhythm_of(row)
    if rhythm is not None:
        notes.append(Note(rhythm_sentence(rhythm, row)))
    return Report(
        "rfm-show",
        msg("{code} {name}, {as_of}", code=code, name=row.name, as_of=as_of_text(scored.as_of)),
        [replace(customer_table(alone, currency), is_card=True)],
        {**run_meta(scored, currency), "customer": code},
        [*notes, window_note(scored.window)],
    )


def _unscored(scored: Scored, customer_id: int) -> CustomerPurchases:
    for row in (*scored.outside, *scored.never):
        if row.customer_id == customer_id:
            return row
    raise CiError(
        "customer-unknown",
        msg("There is no customer {code}.", code=customer_code(customer_id)),
        hint=msg("List the customers with: ci-cli customer list"),
        exit_code=ExitCode.DECIDE,
    )


def _why_not_scored(row: CustomerPurchases) -> Msg:
    if row.first is None:
        return msg("No score: this customer has never bought.")
    return msg("No score: no purchase in the window; the last one was on {day}.", day=row.last)


def _why_scores(
    scored: Scored, customer: ScoredCustomer, currency: str, language: str
) -> list[Note]:
    """Return one sentence per score, with the limits and size of its group."""
    scores, values = customer.scores, customer.values
    groups = [scale.group(score) for scale, score in zip(scored.scales, scores, strict=True)]
    notes = [
        Note(
            msg(
                "R {score} of {bins}: days since the last purchase: {value}; {group}.",
                score=scores.r,
                bins=scored.bins,
                value=values.recency,
                group=_group(groups[0]),
            )
        ),
        Note(
            msg(
                "F {score} of {bins}: purchases in the window: {value}; {group}.",
                score=scores.f,
                bins=scored.bins,
                value=values.frequency,
                group=_group(groups[1]),
            )
        ),
        Note(
            msg(
                "M {score} of {bins}: revenue in the window: {value}; {group}.",
                score=scores.m,
                bins=scored.bins,
                value=Money(values.monetary, currency),
                group=_group(groups[2], currency),
            )
        ),
    ]
    if scored.segment_map is not None and customer.segment is not None:
        segment = next(s for s in scored.segment_map.segments if s.key == customer.segment)
        notes.append(
            Note(
                msg(
                    "Segment {name}. {play}",
                    name=segment.name(language),
                    play=segment.play(language),
                )
            )
        )
    return [*notes, *rfm_segments.segment_notes(scored, currency)]


def _group(group: Group, currency: str | None = None) -> Msg:
    """Describe the group of a score; ``currency`` where its limits are money."""
    low: object = group.lowest
    high: object = group.highest
    if currency is not None and group.lowest is not None and group.highest is not None:
        low, high = Money(group.lowest, currency), Money(group.highest, currency)
    return msg(
        "customers with this score: {customers}, from {low} to {high}",
        low=low,
        high=high,
        customers=group.customers,
    )


def rhythm_sentence(rhythm: Rhythm, row: CustomerPurchases) -> Msg:
    """Say what gap was to be expected, what is, and how likely that is."""
    if rhythm.expected_gap is None or rhythm.chance is None:
        return msg("Rhythm: unknown, since no customer has come back yet.")
    gap = round(rhythm.expected_gap)
    if rhythm.state == cadence.TOO_EARLY:
        return msg(
            "Rhythm: too early to tell. The usual gap of {gap} days is more than a third of the "
            "history; silent for {silent} days.",
            gap=gap,
            silent=rhythm.silent_days,
        )
    if row.purchase_days < 2:
        return msg(
            "Rhythm {state}: bought on one day only; customers like this one usually come back "
            "after {gap} days, this one is silent for {silent}.",
            state=rhythm.state,
            gap=gap,
            silent=rhythm.silent_days,
        )
    gaps = {
        "state": rhythm.state,
        "gap": gap,
        "silent": rhythm.silent_days,
        "chance": Percent(rhythm.chance),
    }
    if rhythm.state == cadence.ACTIVE:
        return msg(
            "Rhythm {state}: expected every {gap} days, now silent for {silent}; someone "
            "buying at random stays away that long with a chance of {chance}.",
            **gaps,
        )
    return msg(
        "Rhythm {state}: expected every {gap} days, now silent for {silent}; even someone "
        "buying at random would stay away that long with a chance of only {chance}.",
        **gaps,
    )
