"""``report feedback``: what is said about each product, beside the period before, word by word."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from ci_cli.analysis.feedback_periods import Spoken
from ci_cli.analysis.periods import Window
from ci_cli.report import Column, Note, Percent, Report, Table
from ci_cli.reports.common import customer_code
from ci_cli.shapes.voice import SurveyInfo
from ci_cli.text import Msg, msg

BY: dict[str, Msg] = {
    "product": msg("product"), "kind": msg("kind"), "ask": msg("ask"), "channel": msg("channel"),
}  # fmt: skip
_SHOWN_KINDS = {
    "request": msg("requests"), "praise": msg("praise"), "complaint": msg("complaints"),
    "suggestion": msg("suggestions"), "review": msg("reviews"),
}  # fmt: skip


class Later(NamedTuple):
    """What was said after the days that are told, up to today."""

    entries: int
    last: str  # day of the latest


def build(
    groups: Sequence[Spoken], whole: Spoken, *, by: str, words: int,
    surveys: Sequence[SurveyInfo], answers: int, active: int, heard: int, period: Window,
    before: Window | None, revenue_window: Window,
    currency: str | None, later: Later | None = None,
) -> Report:  # fmt: skip
    """Lay out the counts, what was said, and how many answered the surveys of the period.

    Args:
        groups: from ``analysis.feedback_periods.spoken``.
        whole: the same together.
        by: what they are about, a key of ``BY``.
        words: how many entries of each group are quoted.
        surveys: of the period.
        answers: to questions of surveys, which are not among the groups.
        active: customers that bought in the period.
        heard: those of them that said anything in it.
        period: the days that are told.
        before: the days that they are compared with.
        revenue_window: the days whose revenue stands behind customers.
        currency: of the revenue.
        later: what the days leave out, since nobody chose the last of them.
    """
    kinds = [kind for kind in _SHOWN_KINDS if kind in whole.kinds and by != "kind"]
    columns = (
        Column(by, BY[by], "state" if by in ("kind", "ask") else "text"),
        Column("mentions", msg("mentions"), "int"),
        Column("before", msg("before"), "int"),
        Column("change", msg("change"), "int"),
        *(Column(kind, _SHOWN_KINDS[kind], "int") for kind in kinds),
        Column("customers", msg("customers"), "int"),
        *((Column("revenue", msg("revenue"), "money", currency),) if currency else ()),
        *((Column("rating", msg("of the best rating"), "percent"),) if whole.ratings else ()),
        Column("last", msg("last"), "date"),
    )

    def cells(one: Spoken) -> tuple[object, ...]:
        two = (one.before, len(one.said) - one.before)
        return (
            len(one.said), *(two if before is not None else (None, None)),
            *(one.kinds.get(kind, 0) for kind in kinds), len(one.customers),
            *((one.revenue,) if currency else ()), *((one.rating,) if whole.ratings else ()),
            one.said[0].day if one.said else None,
        )  # fmt: skip

    main = Table(
        "feedback", columns, [(one.name or "-", *cells(one)) for one in groups], None,
        (None, *cells(whole)) if groups else None,
    )  # fmt: skip
    return Report(
        "feedback",
        msg("Feedback by {by}, up to {last}", by=BY[by], last=period.last.isoformat())
        if period.first is None
        else msg("Feedback by {by}, {first} to {last}", by=BY[by], first=_first(period),
                 last=period.last.isoformat()),
        [main, _quotations(groups, by, words), _surveys(surveys)],
        {
            "by": by, "from": _iso(period.first), "to": period.last.isoformat(),
            "before_from": _iso(before.first) if before else None, "currency": currency,
            "active": active, "heard": heard,
        },
        [
            *_left_out(later, period),
            *_notes(groups, words, answers, active, heard, before, revenue_window, currency),
        ],
    )  # fmt: skip


def _quotations(groups: Sequence[Spoken], by: str, words: int) -> Table:
    columns = (
        Column(by, BY[by], "state" if by in ("kind", "ask") else "text"),
        Column("entry", msg("entry"), "int"),
        Column("day", msg("day"), "date"),
        Column("customer", msg("customer"), "id"),
        Column("name", msg("name")),
        Column("said", msg("said"), "state"),
        Column("text", msg("text")),
    )
    rows = [
        (
            group.name or "-", one.id, one.day,
            None if one.customer_id is None else customer_code(one.customer_id), one.customer,
            one.ask or one.kind, one.text,
        )
        for group in groups
        for one in [entry for entry in group.said if entry.text][:words]
    ]  # fmt: skip
    return Table("words", columns, rows, msg("In their own words"))


def _surveys(surveys: Sequence[SurveyInfo]) -> Table:
    columns = (
        Column("survey", msg("survey")),
        Column("day", msg("day"), "date"),
        Column("invited", msg("invited"), "int"),
        Column("answered", msg("answered"), "int"),
        Column("rate", msg("response rate"), "percent"),
    )
    rows = [
        (one.name, one.day, one.invited, one.answered,
         one.answered / one.invited if one.invited else None)
        for one in surveys
    ]  # fmt: skip
    return Table("surveys", columns, rows, msg("Surveys of the period"))


def _left_out(later: Later | None, period: Window) -> list[Note]:
    if later is None:
        return []
    return [
        Note(
            msg("Said after {last}, the day of the last order, and not counted: {n};"
                " --as-of {day} includes them.",
                last=period.last.isoformat(), n=later.entries, day=later.last),
            "warning",
        )
    ]  # fmt: skip


def _notes(
    groups: Sequence[Spoken], words: int, answers: int, active: int, heard: int,
    before: Window | None, revenue_window: Window, currency: str | None,
) -> list[Note]:  # fmt: skip
    hidden = sum(max(sum(1 for one in group.said if one.text) - words, 0) for group in groups)
    found = []
    if active:
        found.append(
            Note(
                msg("Heard, surveys included: {heard} of {active} customers that bought in the"
                    " period, {share}. The others said nothing, which is no praise.",
                    heard=heard, active=active, share=Percent(heard / active))
            )
        )  # fmt: skip
    if before is not None:
        found.append(
            Note(
                msg("Before: {first} to {last}.", first=_first(before),
                    last=before.last.isoformat())
            )
        )  # fmt: skip
    if answers:
        found.append(
            Note(
                msg("Answers to surveys, not counted above: {n}; `ci-cli feedback survey show`.",
                    n=answers)
            )
        )  # fmt: skip
    if hidden:
        found.append(Note(msg("Not quoted: {n}; --words shows more of each.", n=hidden)))
    if currency:
        found.append(
            Note(
                msg("A customer counts once in each row and once in the total. Revenue: sales less"
                    " returns in {currency}, {first} to {last}.", currency=currency,
                    first=_first(revenue_window), last=revenue_window.last.isoformat())
            )
        )  # fmt: skip
    return found


def _first(span: Window) -> str:
    return "-" if span.first is None else span.first.isoformat()


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
