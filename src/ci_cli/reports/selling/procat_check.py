"""``procat check``: which categories are slipping, since when, why, and what that may cost.

The category that risks the most money stands first. Each alarm and each watch is one sentence below
the table; the company as a whole is judged in the same way, for a fall that takes every category
with it shows in none of their shares.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any

from ci_cli.analysis.decline.changes import Subject
from ci_cli.analysis.decline.reach import Reach
from ci_cli.analysis.decline.result import (
    PROVISIONAL,
    SHORTEST,
    Driver,
    Reason,
    Thresholds,
    Verdict,
)
from ci_cli.report import Column, Money, Note, Percent, Report, Table
from ci_cli.reports.common import as_of_text
from ci_cli.reports.selling.procat import NONE_LABEL
from ci_cli.shapes.categories import AlarmRow, ChosenLimits
from ci_cli.text import Msg, msg

WHY: Mapping[Driver, Msg] = {
    "buyers": msg("mainly fewer buyers"),
    "orders": msg("mainly fewer orders"),
    "price": msg("mainly smaller or cheaper orders"),
    "revenue": msg("in revenue as a whole"),
}
_REASONS: Mapping[Reason, Msg] = {
    "short": msg("under {months} months of history", months=SHORTEST),
    "provisional": msg("provisional: at most {months} months of history", months=PROVISIONAL),
    "no-sales": msg("nothing sold for a year"),
    "many": msg("not rare enough among so many categories"),
    "currency": msg("its currency changed"),
    "renamed": msg("its products are sold under another category now"),
}


def build(
    verdicts: Sequence[Verdict],
    total: Verdict | None,
    *,
    reach: Reach,
    as_of: date,
    currency: str,
    alarms: Sequence[AlarmRow] = (),
    news: Mapping[Subject, str | None] = MappingProxyType({}),
    only_news: bool = False,
    thresholds: Thresholds | None = None,
    chosen: ChosenLimits | None = None,
) -> Report:
    """Lay out the verdicts.

    Args:
        verdicts: of the categories, in the order to show them.
        total: of the company as a whole, None where nothing was sold.
        reach: the months that were judged, and those that could not be.
        as_of: the day that the verdicts speak for.
        currency: of all money.
        alarms: those that stand, for their numbers.
        news: what changed since somebody last looked, with the state before.
        only_news: leave out what did not change.
        thresholds: the scores that made an alarm and a watch; those built in by default.
        chosen: how they came about, where they are not built in.
    """
    limits = thresholds or Thresholds()
    judged = reach.months[-1] if reach.months else None
    gone = [
        subject.group for subject in news
        if subject.kind == "category" and subject.currency == currency
        and subject.group not in {verdict.group for verdict in verdicts}
    ]  # fmt: skip
    if only_news:
        verdicts = [v for v in verdicts if Subject("category", v.group, currency) in news]
        total = total if Subject("total", "", currency) in news else None
    known = {Subject(row.kind, row.group, row.currency): row for row in alarms}
    rows = [
        _row(verdict, Subject("category", verdict.group, currency), known, news)
        for verdict in verdicts
    ]
    tables = [Table("check", _columns(currency), rows)]
    if total is not None:
        row = _row(total, Subject("total", "", currency), known, news)
        tables.append(Table("total", _columns(currency), [row], msg("All together")))
    return Report(
        "procat-check",
        msg("Early warning, {as_of}", as_of=as_of_text(as_of)),
        tables,
        {
            "as_of": as_of.isoformat(),
            "currency": currency,
            "month": judged,
            "incomplete_month": reach.running,
            "missing_months": reach.missing,
            "alarm_from": limits.alarm,
            "watch_from": limits.watch,
            "limits": chosen._asdict() if chosen else None,
        },
        [
            *_sentences(verdicts, total, currency),
            *(
                Note(msg("{category}: not in the store any more.", category=name or NONE_LABEL))
                for name in gone
            ),
            *(
                []
                if only_news
                else [_counted(verdicts), *_definitions(verdicts, reach), *chosen_note(chosen)]
            ),
        ],
    )


def _columns(currency: str) -> tuple[Column, ...]:
    return (
        Column("category", msg("category")),
        Column("state", msg("state"), "state"),
        Column("score", msg("score"), "number"),
        Column("driver", msg("driver"), "state"),
        Column("since", msg("since"), "month"),
        Column("monthly_rate", msg("per month"), "percent"),
        Column("at_risk_12m", msg("at risk in 12 months"), "money", currency),
        Column("at_risk_low", msg("at least"), "money", currency),
        Column("at_risk_high", msg("at most"), "money", currency),
        Column("months", msg("months"), "int"),
        Column("reason", msg("remark"), "state"),
        Column("was", msg("before"), "state"),
        Column("alarm", msg("alarm"), "int"),
        Column("status", msg("status"), "state"),
    )


def _row(
    verdict: Verdict,
    subject: Subject,
    known: Mapping[Subject, AlarmRow],
    news: Mapping[Subject, str | None],
) -> tuple[Any, ...]:
    alarm = known.get(subject)
    risk = verdict.at_risk
    return (
        name_of(verdict),
        verdict.state,
        None if verdict.score is None else round(verdict.score, 2),
        verdict.driver,
        verdict.since,
        verdict.monthly_rate,
        risk.middle if risk else None,
        risk.low if risk else None,
        risk.high if risk else None,
        verdict.months,
        verdict.reason or None,
        (news[subject] or "unknown") if subject in news else None,
        alarm.id if alarm else None,
        alarm.status if alarm else None,
    )


def name_of(verdict: Verdict) -> str:
    """Return what people call the category."""
    return verdict.label or verdict.group or NONE_LABEL


def sentence(verdict: Verdict, currency: str, name: Msg | str | None = None) -> Msg:
    """Return the verdict as one plain sentence."""
    gaps: dict[str, Any] = {"category": name or name_of(verdict)}
    if verdict.reason:
        gaps["why"] = _REASONS[verdict.reason]
    if verdict.state == "too new":
        return msg("{category}: too new to judge, {why}.", **gaps)
    if verdict.since is None or verdict.driver is None or verdict.monthly_rate is None:
        if verdict.reason:
            return msg("{category}: no decline seen ({why}).", **gaps)
        return msg("{category}: no decline seen.", **gaps)
    gaps |= {
        "rate": Percent(-verdict.monthly_rate),
        "since": verdict.since,
        "driver": WHY[verdict.driver],
        "evidence": msg("strong evidence") if verdict.state == "alarm" else msg("some evidence"),
    }
    said = msg("falling about {rate} a month since {since}, {driver} ({evidence})", **gaps)
    if verdict.reason:
        said = msg("{said}; {why}", said=said, why=gaps["why"])
    if verdict.at_risk is None:
        return msg("{category}: {said}.", category=gaps["category"], said=said)
    return msg(
        "{category}: {said}; {money} at risk over 12 months ({low} to {high}).",
        category=gaps["category"],
        said=said,
        money=Money(verdict.at_risk.middle, currency),
        low=Money(verdict.at_risk.low, currency),
        high=Money(verdict.at_risk.high, currency),
    )


def _sentences(verdicts: Sequence[Verdict], total: Verdict | None, currency: str) -> list[Note]:
    notes = [
        Note(sentence(verdict, currency), "warning" if verdict.state == "alarm" else "info")
        for verdict in verdicts
        if verdict.state in ("alarm", "watch")
    ]
    if total is not None:
        said = sentence(total, currency, msg("All categories together"))
        notes.append(Note(said, "warning" if total.state == "alarm" else "info"))
    return notes


def _counted(verdicts: Sequence[Verdict]) -> Note:
    counts = {
        state: sum(verdict.state == state for verdict in verdicts)
        for state in ("alarm", "watch", "ok", "too new")
    }
    return Note(
        msg(
            "Categories with an alarm: {alarm}. To watch: {watch}. Without a decline: {ok}."
            " Too new to judge: {new}.",
            alarm=counts["alarm"],
            watch=counts["watch"],
            ok=counts["ok"],
            new=counts["too new"],
        )
    )


def chosen_note(chosen: ChosenLimits | None) -> list[Note]:
    """Say by which limits an alarm is an alarm, where they are not the built-in ones."""
    if chosen is None:
        return []
    return [
        Note(
            msg(
                "Alarm from a score of {alarm}, watch from {watch}: chosen on {day} for false"
                " alarms a year: {asked}, from {months} months of {categories} categories up to"
                " {last} (`ci-cli procat backtest`).",
                alarm=f"{chosen.alarm:.2f}",
                watch=f"{chosen.watch:.2f}",
                day=chosen.day,
                asked=f"{chosen.asked:g}",
                months=chosen.months,
                categories=chosen.categories,
                last=chosen.last_month,
            )
        )
    ]


def _definitions(verdicts: Sequence[Verdict], reach: Reach) -> list[Note]:
    notes = []
    if reach.running is not None:
        notes.append(Note(msg("{month} is incomplete and left out.", month=reach.running)))
    if reach.missing and reach.last is not None:
        notes.append(
            Note(
                msg(
                    "The orders in the store end with {day}: {first} to {last} cannot be judged.",
                    day=reach.last.isoformat(),
                    first=reach.missing[0],
                    last=reach.missing[-1],
                ),
                "warning",
            )
        )
    if not reach.months:
        notes.append(Note(msg("No complete month with orders: there is nothing to judge yet.")))
    elif verdicts:
        notes.append(
            Note(
                msg(
                    "Judged month: {month}. The score weighs a decline against drift, season, trend"
                    " and chance (log odds); it is evidence, not a probability. Money at risk: what"
                    " twelve more months like this would cost against the level before; the"
                    " interval holds four fifths of what is likely.",
                    month=reach.months[-1],
                )
            )
        )
    return notes
