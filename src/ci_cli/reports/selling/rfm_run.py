"""``rfm run``: one row per scored customer, the cut points behind the scores, the segments."""

from __future__ import annotations

from ci_cli.analysis.cadence import DORMANT_AT, SLOWING_AT
from ci_cli.analysis.scoring import Scored, ScoredCustomer
from ci_cli.columnar import Columnar
from ci_cli.report import Column, Note, Report, Table
from ci_cli.reports.common import (
    as_of_text,
    customer_codes,
    left_out_notes,
    money_note,
    run_meta,
    window_note,
)
from ci_cli.reports.selling import rfm_segments
from ci_cli.shapes.trade import Unassigned
from ci_cli.text import msg


def build(
    scored: Scored,
    *,
    currency: str,
    unassigned: Unassigned | None = None,
    language: str = "en",
) -> Report:
    """Lay out a whole run.

    Args:
        scored: from ``analysis.scoring.score_customers``.
        currency: of all money in it.
        unassigned: order lines in the window without a customer.
        language: "en" or "zh", for the names and plays that the segment map holds as data.
    """
    tables = [customer_table(scored.customers, currency), _cut_points(scored, currency)]
    if scored.has_segments:
        tables.append(rfm_segments.table(scored, currency, language))
    return Report(
        "rfm-run",
        msg("RFM, {as_of}", as_of=as_of_text(scored.as_of)),
        tables,
        run_meta(scored, currency),
        [
            window_note(scored.window),
            money_note(currency),
            *left_out_notes(scored, unassigned, currency),
            *rfm_segments.segment_notes(scored, currency),
            *_how_scored(scored),
            rhythm_note(),
        ],
    )


def customer_table(customers: Columnar[ScoredCustomer], currency: str) -> Table:
    """Return the main table; also used for one customer alone."""
    columns = (
        Column("customer", msg("customer"), "id"),
        Column("name", msg("name")),
        Column("recency", msg("days since last purchase"), "days"),
        Column("frequency", msg("purchases"), "int"),
        Column("monetary", msg("revenue"), "money", currency),
        Column("first_purchase", msg("first purchase"), "date"),
        Column("tenure", msg("days since first purchase"), "days"),
        Column("r", msg("R"), "int"),
        Column("f", msg("F"), "int"),
        Column("m", msg("M"), "int"),
        Column("code", msg("code"), "id"),
        Column("segment", msg("segment"), "state"),
        Column("expected_gap", msg("usual gap"), "days"),
        Column("silent", msg("silent days"), "days"),
        Column("rhythm", msg("rhythm"), "state"),
    )
    bought, values, scores, codes, segments, tenures, rhythms = customers.columns
    expected_gaps, silent_days, states = rhythms.columns
    cells = (
        customer_codes(bought.column("customer_id")), bought.column("name"),
        *values.columns, bought.column("first"), tenures, *scores.columns, codes, segments,
        expected_gaps, silent_days, states,
    )  # fmt: skip
    return Table("customers", columns, Columnar(tuple, cells))


def _cut_points(scored: Scored, currency: str) -> Table:
    """Return one row per score, best first: its lowest and highest value and how many have it."""
    columns = (
        Column("score", msg("score"), "int"),
        Column("r_lowest", msg("R from"), "days"),
        Column("r_highest", msg("R to"), "days"),
        Column("r_customers", msg("R customers"), "int"),
        Column("f_lowest", msg("F from"), "int"),
        Column("f_highest", msg("F to"), "int"),
        Column("f_customers", msg("F customers"), "int"),
        Column("m_lowest", msg("M from"), "money", currency),
        Column("m_highest", msg("M to"), "money", currency),
        Column("m_customers", msg("M customers"), "int"),
    )
    rows = [
        (score, *(part for scale in scored.scales for part in scale.group(score)[1:]))
        for score in range(scored.bins, 0, -1)
    ]
    return Table("cut_points", columns, rows, msg("Cut points and group sizes"))


def _how_scored(scored: Scored) -> list[Note]:
    notes = []
    if len(scored.cuts) < len(scored.scales):
        notes.append(
            Note(
                msg(
                    "Equal values get equal scores: score = ceil({bins} × mid-rank / customers), "
                    "so the order of the rows changes nothing and groups can differ in size.",
                    bins=scored.bins,
                )
            )
        )
    if scored.cuts:
        notes.append(
            Note(
                msg(
                    "Scored by fixed cuts, each the last value of its group: {dimensions}.",
                    dimensions=", ".join(name.upper() for name in scored.cuts),
                )
            )
        )
    return notes


def rhythm_note() -> Note:
    """Say how rhythm is judged."""
    return Note(
        msg(
            "Rhythm: the usual gap is the customer's own, drawn towards that of similar customers "
            "where there is little of it; slowing from {slowing} times that gap, dormant from "
            "{dormant} times.",
            slowing=f"{SLOWING_AT:g}",
            dormant=f"{DORMANT_AT:g}",
        )
    )
