"""``health backtest``: what past scores were worth, beside recency alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ci_cli.analysis.health.backtest import BETTER, LEAST, NO_BETTER, TOO_FEW, WORSE, Backtest
from ci_cli.report import Column, Note, Report, Table
from ci_cli.reports.common import as_of_text
from ci_cli.text import Msg, msg


def build(
    found: Backtest, *, as_of: date, days: Sequence[str], horizon: str, currency: str,
    skipped: int,
) -> Report:  # fmt: skip
    """Lay out a backtest.

    Args:
        found: from ``analysis.health.backtest``.
        as_of: the last day that is known.
        days: the past days on which scores were made.
        horizon: how long after each day a purchase was waited for.
        currency: of the orders.
        skipped: customers, over all days, who usually buy too rarely for that.
    """
    columns = (
        Column("measure", msg("measure"), "state"),
        Column("auc", msg("AUC"), "number"),
        Column("low", msg("from"), "number"),
        Column("high", msg("to"), "number"),
        Column("gain", msg("gain over recency"), "number"),
        Column("gain_low", msg("gain from"), "number"),
        Column("gain_high", msg("gain to"), "number"),
    )
    bands = (
        Column("band", msg("band"), "state"),
        Column("cases", msg("cases"), "int"),
        Column("left", msg("left"), "int"),
        Column("share", msg("share that left"), "percent"),
        Column("low", msg("from"), "percent"),
        Column("high", msg("to"), "percent"),
    )
    notes = [
        Note(_verdict(found), "warning" if found.verdict in (WORSE, TOO_FEW) else "info"),
        Note(
            msg(
                "Judged on {days} by what was known then; left: no purchase in the {horizon} "
                "after. Cases: {cases} of {customers} customers; left: {left}.",
                days=", ".join(days) or "-",
                horizon=horizon,
                cases=found.cases,
                customers=found.customers,
                left=found.left,
            )
        ),
        Note(
            msg(
                "AUC: the chance that of a leaver and a stayer the leaver had the worse score; 0.5 "
                "is a coin. Intervals are 95 %."
            )
        ),
    ]
    if skipped:
        notes.append(
            Note(
                msg(
                    "Left out, because they usually buy less than twice in that time, were silent "
                    "already or have no rhythm yet: {n}.",
                    n=skipped,
                )
            )
        )
    return Report(
        "health-backtest",
        msg("Health backtest, {as_of}", as_of=as_of_text(as_of)),
        [
            Table("accuracy", columns, [tuple(one) for one in found.accuracy]),
            Table("bands", bands, [tuple(one) for one in found.bands], msg("Who left, by band")),
        ],
        {
            "as_of": as_of.isoformat(), "days": list(days), "horizon": horizon,
            "currency": currency, "verdict": found.verdict, "cases": found.cases,
            "left": found.left,
        },
        notes,
    )  # fmt: skip


def _verdict(found: Backtest) -> Msg:
    gain = found.accuracy[0].gain
    if found.verdict == TOO_FEW or gain is None:
        return msg(
            "Too few to judge: it takes {least} who left and {least} who stayed.", least=LEAST
        )
    told = {
        BETTER: msg("Health foretold leaving better than recency alone."),
        NO_BETTER: msg("Health was no better than recency alone."),
        WORSE: msg("Health was no better than recency alone; it was worse."),
    }
    return told[found.verdict]
