"""``report frequency``: how often each industry buys, and how many of its customers are silent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ci_cli.analysis import cadence
from ci_cli.analysis.scoring import BaseRhythm
from ci_cli.report import Column, Note, Report, Table
from ci_cli.reports.common import as_of_text
from ci_cli.reports.selling.rfm_run import rhythm_note
from ci_cli.shapes.trade import CustomerPurchases
from ci_cli.text import msg

STATES = {
    cadence.ACTIVE: msg("active"),
    cadence.SLOWING: msg("slowing"),
    cadence.DORMANT: msg("dormant"),
    cadence.TOO_EARLY: msg("too early to tell"),
}


def build(rows: Sequence[CustomerPurchases], base: BaseRhythm, *, currency: str) -> Report:
    """Lay out the rhythm of each industry, most customers first.

    Args:
        rows: every customer; the order does not matter.
        base: from ``analysis.scoring.base_rhythm``, of the same rows.
        currency: of the purchases that were counted.
    """
    by_industry: dict[str, list[CustomerPurchases]] = {}
    for row in rows:
        if row.last is not None:
            by_industry.setdefault(row.industry or "", []).append(row)
    columns = (
        Column("industry", msg("industry")),
        Column("customers", msg("customers"), "int"),
        Column("repeat", msg("came back"), "int"),
        Column("usual_gap", msg("usual gap"), "days"),
        Column("judged_by", msg("judged by"), "state"),
        *(Column(state.replace("-", "_"), label, "int") for state, label in STATES.items()),
    )
    ordered = sorted(by_industry.items(), key=lambda item: (-len(item[1]), item[0]))
    found = [
        (
            name, *_counted(some), base.usual.gap(name),
            "industry" if name in base.usual.by_industry else "everybody", *_states(some, base),
        )
        for name, some in ordered
    ]  # fmt: skip
    everybody = [row for some in by_industry.values() for row in some]
    total = ("", *_counted(everybody), base.usual.everybody, None, *_states(everybody, base))
    return Report(
        "frequency",
        msg("How often customers buy, {as_of}", as_of=as_of_text(base.as_of)),
        [Table("frequency", columns, found, total=total if everybody else None)],
        {"as_of": base.as_of.isoformat(), "currency": currency},
        [
            Note(
                msg(
                    "An industry is judged by its own usual gap from {least} customers who came"
                    " back on, else by that of all customers. Usual gap: the median of their own"
                    " median gaps.",
                    least=cadence.MIN_POPULATION,
                )
            ),
            rhythm_note(),
        ],
    )


def _counted(rows: Sequence[CustomerPurchases]) -> tuple[int, int]:
    return len(rows), sum(row.purchase_days > 1 for row in rows)


def _states(rows: Sequence[CustomerPurchases], base: BaseRhythm) -> list[int]:
    """Return how many stand where; without any rhythm to judge by it is too early to tell."""
    rhythms = (base.rhythm_of(row) for row in rows)
    found = Counter((one.state if one else None) or cadence.TOO_EARLY for one in rhythms)
    return [found[state] for state in STATES]
