"""``rfm segments``: how many customers and how much money each segment holds, and what to do."""

from __future__ import annotations

from collections import Counter

from ci_cli.analysis.scoring import Scored
from ci_cli.analysis.segments import SegmentMap
from ci_cli.report import Column, Money, Note, Report, Table
from ci_cli.reports.common import (
    as_of_text,
    left_out_notes,
    money_note,
    run_meta,
    share,
    window_note,
)
from ci_cli.shapes.trade import Unassigned
from ci_cli.text import msg


def build(
    scored: Scored,
    *,
    currency: str,
    unassigned: Unassigned | None = None,
    language: str = "en",
) -> Report:
    """Lay out the segments of a scored customer base.

    Args:
        scored: from ``analysis.scoring.score_customers``.
        currency: of all money in it.
        unassigned: order lines in the window without a customer.
        language: "en" or "zh", for the names and plays that the segment map holds as data.
    """
    return Report(
        "rfm-segments",
        msg("Segments, {as_of}", as_of=as_of_text(scored.as_of)),
        [table(scored, currency, language)],
        run_meta(scored, currency),
        [
            *segment_notes(scored, currency),
            window_note(scored.window),
            money_note(currency),
            *left_out_notes(scored, unassigned, currency),
        ],
    )


def table(scored: Scored, currency: str, language: str) -> Table:
    """Return one row per segment of the map, empty ones included; no rows without names."""
    segment_map = scored.segment_map if scored.has_segments else None
    keys = scored.customers.column("segment")
    customers, revenue = Counter(keys), dict.fromkeys(keys, 0)
    for key, own in zip(keys, scored.customers.column("values").column("monetary"), strict=True):
        revenue[key] += own
    everybody, money = len(scored.customers), sum(revenue.values())
    named = segment_map is not None and _has_names(segment_map, language)
    rows = [
        (
            segment.key,
            *([segment.name(language)] if named else []),
            customers.get(segment.key, 0),
            share(customers.get(segment.key, 0), everybody),
            revenue.get(segment.key, 0),
            share(revenue.get(segment.key, 0), money),
            segment.play(language),
        )
        for segment in (segment_map.segments if segment_map else ())
    ]
    columns = (
        Column("segment", msg("segment"), "state"),
        *([Column("name", msg("name"))] if named else []),
        Column("customers", msg("customers"), "int"),
        Column("customers_share", msg("share of customers"), "percent"),
        Column("revenue", msg("revenue"), "money", currency),
        Column("revenue_share", msg("share of revenue"), "percent"),
        Column("play", msg("suggested play")),
    )
    total = (
        None,
        *([None] if named else []),
        everybody,
        share(everybody, everybody),
        money,
        share(money, money),
        None,
    )
    return Table(
        "segments", columns, rows, msg("Segments and what to do"), total if segment_map else None
    )


def _has_names(segment_map: SegmentMap, language: str) -> bool:
    """Say whether the map calls any segment otherwise than by its key in this language."""
    return any(segment.name(language) != segment.key for segment in segment_map.segments)


def segment_notes(scored: Scored, currency: str) -> list[Note]:
    """Say why there are no names, or where "high" begins in a map of means."""
    segment_map = scored.segment_map
    if segment_map is None:
        return []
    if not scored.has_segments:
        return [
            Note(
                msg(
                    "No segment names: the map '{name}' is made for {needs} score levels and "
                    "this run has {bins}.",
                    name=segment_map.key,
                    needs=segment_map.bins,
                    bins=scored.bins,
                )
            )
        ]
    if segment_map.uses == "means" and scored.customers:
        sums = scored.means
        return [
            Note(
                msg(
                    "High means at or above the mean of the scored customers: last purchase at "
                    "most {days} days ago, at least {orders} purchases, at least {money}.",
                    days=f"{sums.recency / sums.customers:.1f}",
                    orders=f"{sums.frequency / sums.customers:.2f}",
                    money=Money(round(sums.monetary / sums.customers), currency),
                )
            )
        ]
    return []
