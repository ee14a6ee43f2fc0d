"""``check``: everything that needs somebody, in one list, or only what changed since last time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ci_cli.analysis import cadence
from ci_cli.analysis.decline.changes import Subject
from ci_cli.analysis.goals import MISSED, NO_DATA, OFF_TRACK
from ci_cli.report import Column, Note, Report, Table
from ci_cli.reports.acting.findings import KINDS, Finding
from ci_cli.text import msg

_WHOLE = {"total": "total"}  # what has no group of its own


@dataclass(frozen=True)
class Asked:
    """What was looked at: the day of the figures, today, and where attention begins."""

    as_of: date | None
    today: date
    key_customers: int
    oldest: date | None  # of the newest row of a source


def build(
    findings: Sequence[Finding],
    news: Mapping[Subject, str | None],
    asked: Asked,
    *,
    only_news: bool,
) -> Report:
    """Lay out what stands and what is news.

    Args:
        findings: of every part, also those without a level.
        news: what changed since somebody last looked, with the state before.
        asked: what was looked at.
        only_news: leave out what did not change, and the definitions.
    """
    shown = sorted(
        (one for one in findings if one.subject in news or (one.level and not only_news)),
        key=lambda one: (
            KINDS.index(one.subject.kind), one.level != "alarm", one.subject.currency,
            -(one.money or 0), one.subject.group,
        ),
    )  # fmt: skip
    columns = (
        Column("kind", msg("kind"), "state"),
        Column("id", msg("number"), "id"),
        Column("name", msg("name")),
        Column("state", msg("state"), "state"),
        Column("was", msg("before"), "state"),
        Column("level", msg("level"), "state"),
        Column("since", msg("since"), "text"),
        Column("days", msg("days"), "days"),
        Column("owner", msg("owner")),
        Column("money", msg("money"), "money"),
        Column("currency", msg("currency"), "id"),
        Column("alarm", msg("alarm"), "int"),
        Column("action", msg("action")),
    )
    rows = [
        (
            one.subject.kind, one.subject.group or _WHOLE.get(one.subject.kind), one.name,
            one.state,
            (news[one.subject] or "unknown") if one.subject in news else None, one.level or None,
            one.since, one.days, one.owner, one.money, one.subject.currency or None, one.alarm,
            one.action,
        )
        for one in shown
    ]  # fmt: skip
    notes = [Note(one.said, "warning" if one.level == "alarm" else "info") for one in shown]
    if not only_news:
        notes += [_counted(findings), *_of_goals(findings), *_definitions(asked)]
    return Report(
        "check",
        msg("What needs attention, {day}", day=asked.today.isoformat()),
        [Table("check", columns, rows)],
        {
            "today": asked.today.isoformat(),
            "as_of": asked.as_of.isoformat() if asked.as_of else None,
            "key_customers": asked.key_customers,
            "oldest": asked.oldest.isoformat() if asked.oldest else None,
            "alarms": sum(one.level == "alarm" for one in findings),
            "watches": sum(one.level == "watch" for one in findings),
            "changes": len(news),
        },
        notes,
    )


def _counted(findings: Sequence[Finding]) -> Note:
    standing = [one for one in findings if one.level]
    if not standing:
        return Note(msg("Nothing needs attention."))
    counts = {kind: sum(one.subject.kind == kind for one in standing) for kind in KINDS}
    return Note(
        msg(
            "Needs attention: categories {categories}, key customers {customers}, sources"
            " {sources}, alarms that nobody has taken on {alarms}, overdue actions {actions}.",
            categories=counts["category"] + counts["total"],
            customers=counts["customer"],
            sources=counts["source"],
            alarms=counts["alarm"],
            actions=counts["action"],
        )
    )


def _of_goals(findings: Sequence[Finding]) -> list[Note]:
    states = [one.state for one in findings if one.subject.kind == "goal"]
    if not states:
        return []
    return [
        Note(
            msg("Goals: {n}, of these missed {missed}, off track {off}, without data {none}.",
                n=len(states), missed=states.count(MISSED), off=states.count(OFF_TRACK),
                none=states.count(NO_DATA))
        )
    ]  # fmt: skip


def _definitions(asked: Asked) -> list[Note]:
    notes = []
    if asked.as_of is not None:
        notes.append(
            Note(
                msg(
                    "Categories and customers as of {day}. Key customers: the first {top} by"
                    " revenue of 24 months; named when silent for {slow} times their usual gap"
                    " (watch) or {dormant} times (alarm). Money: of categories what twelve months"
                    " put at risk, of customers their revenue.",
                    day=asked.as_of.isoformat(),
                    top=asked.key_customers,
                    slow=f"{cadence.SLOWING_AT:g}",
                    dormant=f"{cadence.DORMANT_AT:g}",
                )
            )
        )
    if asked.oldest is not None:
        notes.append(
            Note(
                msg(
                    "A source is stale when it has no order from {day} on; sources without dated"
                    " orders are not judged.",
                    day=asked.oldest.isoformat(),
                )
            )
        )
    return notes
