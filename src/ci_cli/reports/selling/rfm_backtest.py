"""``rfm backtest``: how good the forecast was on the user's own history."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from ci_cli.analysis.forecast import names
from ci_cli.report import MONEY_SCALE, Column, Note, Percent, Report, Table
from ci_cli.reports.common import as_of_text
from ci_cli.reports.selling.rfm_forecast import method_notes
from ci_cli.text import Msg, msg

if TYPE_CHECKING:
    from ci_cli.analysis.forecast.backtest import Ranking, Result
    from ci_cli.analysis.forecast.outlook import Outlook

RIVALS = {
    names.SILENCE: msg("silence in usual gaps"),
    names.RECENCY: msg("R score"),
}


def build(
    outlook: Outlook, result: Result, *, split: date, as_of: date, currency: str
) -> Report:  # fmt: skip
    """Lay out what the comparison says.

    Args:
        outlook: the forecast made for the split day.
        result: from ``analysis.forecast.backtest.compare``.
        split: the last day that the forecast knew.
        as_of: the last day of the weeks after it.
        currency: of all money.
    """
    return Report(
        "rfm-backtest",
        msg("Backtest of the forecast, {as_of}", as_of=as_of_text(as_of)),
        [_bands(result), _scores(result), _sums(result, currency)],
        {
            "as_of": as_of.isoformat(),
            "split": split.isoformat(),
            "weeks": outlook.weeks,
            "currency": currency,
            "method": outlook.method,
            "customers": result.customers,
            "bought": result.bought,
            "corrected": outlook.learnt is not None,
        },
        [
            Note(
                msg(
                    "Forecast from what was known on {split}, held against the {weeks} weeks after"
                    " it: of {customers} customers {bought} bought.",
                    split=split.isoformat(),
                    weeks=outlook.weeks,
                    customers=result.customers,
                    bought=result.bought,
                )
            ),
            *method_notes(outlook),
            *_calibrated(result),
            *_ranked(result.rankings),
        ],
    )


def _bands(result: Result) -> Table:
    columns = (
        Column("from", msg("chance from"), "percent"),
        Column("to", msg("to"), "percent"),
        Column("customers", msg("customers"), "int"),
        Column("said", msg("said on average"), "percent"),
        Column("bought", msg("bought"), "int"),
        Column("share", msg("share that bought"), "percent"),
        Column("verdict", msg("verdict"), "state"),
    )
    rows = [
        (band.low, band.high, band.customers, band.said, band.bought, band.share, band.verdict)
        for band in result.bands
    ]
    return Table("bands", columns, rows, msg("Of those given a chance to buy, how many bought"))


def _scores(result: Result) -> Table:
    columns = (
        Column("score", msg("score"), "state"),
        Column("auc", msg("AUC"), "number"),
        Column("behind", msg("behind the forecast"), "number"),
        Column("clear", msg("more than chance"), "state"),
    )
    rows = [
        (
            one.score,
            one.auc,
            one.worse_by,
            None if one.worse_by is None else ("yes" if one.is_clear else "no"),
        )
        for one in result.rankings
    ]
    return Table("rankings", columns, rows, msg("Which score puts buyers first"))


def _sums(result: Result, currency: str) -> Table:
    columns = (
        Column("what", msg("what"), "state"),
        Column("buyers", msg("buyers"), "number"),
        Column("purchases", msg("purchases"), "number"),
        Column("revenue", msg("revenue"), "money", currency),
    )
    said = round(result.said_money * MONEY_SCALE)
    rows = [
        ("forecast", result.said_buyers, result.said_purchases, said),
        ("happened", float(result.bought), float(result.purchases), result.money),
    ]
    return Table("sums", columns, rows, msg("All customers together"))


def _calibrated(result: Result) -> list[Note]:
    """Say which chances cannot be trusted."""
    notes = [
        Note(
            msg(
                "Chances of {low} to {high} are unreliable here: {share} bought.",
                low=Percent(band.low, 0),
                high=Percent(band.high, 0),
                share=Percent(band.share),
            ),
            "warning",
        )
        for band in result.bands
        if band.verdict in (names.HIGH, names.LOW) and band.share is not None
    ]
    if not notes and any(band.verdict == names.IN_BAND for band in result.bands):
        notes.append(Note(msg("In every band with enough customers as many bought as was said.")))
    return notes


def _ranked(rankings: list[Ranking]) -> list[Note]:
    """Say plainly what the forecast is no better than."""
    if not rankings:
        return [Note(msg("All customers bought, or none did: nothing can be ranked."), "warning")]
    own = rankings[0]
    notes = [
        Note(
            msg(
                "AUC {auc}: of two customers, one who bought and one who did not, the forecast puts"
                " the buyer first in {percent} of cases; a coin in half of them.",
                auc=f"{own.auc:.3f}",
                percent=Percent(own.auc),
            )
        )
    ]
    return notes + [
        Note(_compared(one, one.worse_by))
        for one in rankings[1:]
        if one.score in RIVALS and one.worse_by is not None
    ]


def _compared(one: Ranking, worse_by: float) -> Msg:
    label = RIVALS[one.score]
    if not one.is_clear:
        return msg("The forecast is no better than: {score} (AUC {auc}).", score=label,
                   auc=f"{one.auc:.3f}")  # fmt: skip
    if worse_by < 0:
        return msg("The forecast is worse than: {score} (AUC {auc}).", score=label,
                   auc=f"{one.auc:.3f}")  # fmt: skip
    return msg("The forecast is better than: {score} (AUC {auc}).", score=label,
               auc=f"{one.auc:.3f}")  # fmt: skip
