"""``procat alarms``: every alarm there ever was, what is done about it, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from ci_cli.analysis.response import DAYS, Response, response
from ci_cli.report import Column, Note, Percent, Report, Table
from ci_cli.reports.selling.procat import NONE_LABEL
from ci_cli.shapes.actions import ActionRow
from ci_cli.shapes.categories import AlarmRow
from ci_cli.text import msg


def build(
    rows: Sequence[AlarmRow],
    actions: Mapping[int, Sequence[ActionRow]],
    *,
    today: date,
    with_closed: bool,
    moods: Mapping[int, Sequence[str]] | None = None,
) -> Report:
    """Lay out alarms, the newest first.

    Args:
        rows: all alarms of the store.
        actions: those that stand for each alarm, by its number (see ``store.actions.by_alarm``).
        today: the day that counts as today.
        with_closed: also those that are over and those that were dismissed.
        moods: of alarms by number, customers of theirs whose attitude has turned against us.
    """
    shown = [row for row in rows if with_closed or stands(row)]
    columns = (
        Column("alarm", msg("alarm"), "int"),
        Column("category", msg("category")),
        Column("status", msg("status"), "state"),
        Column("opened", msg("raised"), "month"),
        Column("closed", msg("over"), "month"),
        Column("driver", msg("driver"), "state"),
        Column("since", msg("since"), "month"),
        Column("monthly_rate", msg("per month"), "percent"),
        Column("at_risk_12m", msg("at risk in 12 months"), "money"),
        Column("currency", msg("currency"), "id"),
        Column("action", msg("action")),
        Column("owner", msg("owner")),
        Column("reason", msg("reason")),
        Column("decided_by", msg("decided by")),
    )
    table = Table(
        "alarms",
        columns,
        [
            (
                row.id, row.label or row.group or NONE_LABEL, row.status, row.opened, row.closed,
                row.driver, row.since, row.rate, row.at_risk, row.currency,
                codes(actions.get(row.id, ())), owners(actions.get(row.id, ())), row.reason,
                row.decided_by,
            )
            for row in shown
        ],
    )  # fmt: skip
    answered = response(
        [
            (row.raised, actions[row.id][0].created if row.id in actions else None)
            for row in rows
            if row.raised is not None and row.status != "dismissed"
        ],
        today,
    )
    acted = sum(stands(row) and row.id in actions for row in rows)
    notes = [
        Note(
            msg(
                "Alarms that stand: {stand}. Over: {over}. Dismissed: {dismissed}.",
                stand=sum(map(stands, rows)),
                over=sum(row.closed is not None for row in rows),
                dismissed=sum(row.closed is None and row.status == "dismissed" for row in rows),
            )
        ),
        Note(
            msg(
                "Of those that stand, with an action: {acted}, without: {open}.",
                acted=acted,
                open=sum(map(stands, rows)) - acted,
            )
        ),
        *_moods(rows, moods or {}),
        *_answered(answered),
        Note(msg("`ci-cli procat check --watch NAME` raises alarms and notes when they are over.")),
    ]
    meta = {
        "with_action": answered.with_action,
        "within_7_days": answered.in_time,
        "due_for_action": answered.counted,
        "share_within_7_days": answered.share,
        "attitudes": {str(number): list(told) for number, told in (moods or {}).items()},
    }
    return Report("procat-alarms", msg("Alarms"), [table], meta, notes)


def _moods(rows: Sequence[AlarmRow], moods: Mapping[int, Sequence[str]]) -> list[Note]:
    names = {row.id: row.label or row.group or NONE_LABEL for row in rows}
    return [
        Note(
            msg("Alarm {number}, {name}: attitudes that have turned: {list}.", number=number,
                name=names[number], list="; ".join(told)),
            "warning",
        )
        for number, told in moods.items()
    ]  # fmt: skip


def codes(actions: Sequence[ActionRow]) -> str | None:
    """Return the numbers of actions as one text: ``A1, A4``."""
    return ", ".join(one.code for one in actions) or None


def owners(actions: Sequence[ActionRow]) -> str | None:
    """Return who owns actions, each once."""
    return ", ".join(dict.fromkeys(one.owner for one in actions)) or None


def _answered(answered: Response) -> list[Note]:
    if answered.share is None:
        return []
    return [
        Note(
            msg(
                "Alarms with an action within {days} days: {n} of {all} ({percent}); not counted:"
                " dismissed ones, and those raised since without one.",
                days=DAYS,
                n=answered.in_time,
                all=answered.counted,
                percent=Percent(answered.share),
            )
        )
    ]


def stands(row: AlarmRow) -> bool:
    """Tell whether an alarm is neither over nor dismissed."""
    return row.closed is None and row.status != "dismissed"
