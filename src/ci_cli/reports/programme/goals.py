"""``goal``: what was set, how it stands, what each figure means, who wants which report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from ci_cli.analysis.goals import MISSED, NO_DATA, OFF_TRACK, Standing
from ci_cli.report import MONEY_SCALE, QUANTITY_SCALE, Column, Money, Note, Percent, Report, Table
from ci_cli.shapes.goals import GoalRow, StakeholderRow
from ci_cli.text import Msg, msg

READY_METRIC = "referenceable_pct"
_STATES = ("met", "on-track", OFF_TRACK, MISSED, NO_DATA, "not-begun")


def shown(kind: str, value: Fraction | None, currency: str | None = None) -> str | None:
    """Return a figure as people read it; figures of many kinds stand in one column."""
    if value is None:
        return None
    if kind == "money":
        return str(Money((2 * value + 1) // 2, currency))
    if kind == "percent":
        return str(Percent(float(value)))
    return f"{float(value):,.1f}" if kind == "number" else f"{(2 * value + 1) // 2:,}"


def plain(kind: str, value: Fraction | None) -> float | None:
    """Return a figure for machines: money in units, a share as a fraction of 1."""
    if value is None:
        return None
    return float(value / MONEY_SCALE) if kind == "money" else float(value)


def signed(one: GoalRow, text: str | None) -> Msg | str | None:
    """Return a target with the way that is meant."""
    if text is None:
        return None
    return (
        msg("at least {value}", value=text)
        if one.direction == "up"
        else msg("at most {value}", value=text)
    )


def target_text(row: GoalRow, kind: str) -> str | None:
    """Return the target of a goal as people read it."""
    scale = 1 if kind == "money" else QUANTITY_SCALE
    return shown(kind, Fraction(row.target, scale), row.currency)


def build_status(found: Sequence[Standing], *, today: date) -> Report:
    """Lay out how goals stand, those due first on top.

    Args:
        found: from ``cli.goal_status``.
        today: the day that counts as today.
    """
    columns = (
        Column("goal", msg("goal"), "id"),
        Column("metric", msg("metric"), "state"),
        Column("state", msg("state"), "state"),
        Column("value", msg("value")),
        Column("target", msg("target")),
        Column("by", msg("target day"), "date"),
        Column("expected", msg("expected by now")),
        Column("start", msg("at the start")),
        Column("start_day", msg("start"), "date"),
        Column("trend", msg("trend"), "spark"),
        Column("as_of", msg("as of"), "date"),
        Column("owner", msg("owner")),
        Column("stakeholder", msg("for")),
    )
    rows = [_row(one) for one in found]
    notes = [_counted(found)] if found else [Note(msg("No goal is set. `ci-cli goal set` does."))]
    for one in found:
        if one.remark is not None:
            said = msg("{goal}: {said}", goal=one.goal.code, said=one.remark)
            is_bad = one.state in (MISSED, NO_DATA, OFF_TRACK)
            notes.append(Note(said, "warning") if is_bad else Note(said))
    meant = {str(text): text for text in map(_definition, found)}
    notes += [Note(text) for text in meant.values()]
    if found:
        notes += _rules(found)
    meta = {"today": today.isoformat(), "goals": [_machine(one) for one in found]}
    return Report("goal-status", msg("Goals"), [Table("goals", columns, rows)], meta, notes)


def _row(one: Standing) -> tuple[Any, ...]:
    goal = one.goal
    text = {
        name: shown(one.kind, value, goal.currency)
        for name, value in (
            ("value", one.value), ("target", one.target), ("expected", one.expected),
            ("start", one.line.start if one.line else None),
        )
    }  # fmt: skip
    return (
        goal.code, goal.metric, one.state, text["value"], signed(goal, text["target"]), goal.by,
        text["expected"], text["start"],
        one.line.start_day.isoformat() if one.line else goal.start_day,
        tuple(plain(one.kind, point) for point in one.trend), one.day.isoformat(), goal.owner,
        goal.stakeholder,
    )  # fmt: skip


def _machine(one: Standing) -> dict[str, Any]:
    goal = one.goal
    return {
        "goal": goal.code,
        "metric": goal.metric,
        "family": one.family,
        "state": one.state,
        "currency": goal.currency,
        "by_parent": goal.by_parent,
        "direction": goal.direction,
        "value": plain(one.kind, one.value),
        "target": plain(one.kind, one.target),
        "expected": plain(one.kind, one.expected),
        "start": plain(one.kind, one.line.start if one.line else None),
        "by": goal.by,
        "as_of": one.day.isoformat(),
    }


def _definition(one: Standing) -> Msg:
    if one.goal.by_parent:
        return msg("{definition} Companies of one parent count as one.", definition=one.definition)
    return one.definition


def _counted(found: Sequence[Standing]) -> Note:
    counts = {state: sum(one.state == state for one in found) for state in _STATES}
    return Note(
        msg(
            "Goals: {all}. Met {met}, on track {on}, off track {off}, missed {missed}, no data"
            " {none}, not begun {begun}.",
            all=len(found), met=counts["met"], on=counts["on-track"], off=counts[OFF_TRACK],
            missed=counts[MISSED], none=counts[NO_DATA], begun=counts["not-begun"],
        )
    )  # fmt: skip


def _rules(found: Sequence[Standing]) -> list[Note]:
    """Say what the words and the trends mean."""
    line = Note(
        msg(
            "On track: on the straight line from the figure on the start day to the target, or"
            " beyond it. Met or missed: by the figure of the goal's own day. Trend: ends of months"
            " up to the as-of day."
        )
    )
    if not any(one.goal.metric == READY_METRIC for one in found):
        return [line]
    # health of an earlier day is only known where somebody has kept it
    return [
        line,
        Note(
            msg("Trend of {metric}: from the dates of nominations, consents and uses, and of what"
                " was open; health counts from the last order on, before it where a run was saved"
                " (`ci-cli health run --save`).", metric=READY_METRIC)
        ),
    ]  # fmt: skip


def build_list(rows: Sequence[GoalRow], kinds: Mapping[str, str]) -> Report:
    """Lay out goals as they were set.

    Args:
        rows: the goals.
        kinds: the kind of figure of each metric.
    """
    columns = (
        Column("goal", msg("goal"), "id"),
        Column("metric", msg("metric"), "state"),
        Column("target", msg("target")),
        Column("by", msg("target day"), "date"),
        Column("currency", msg("currency"), "id"),
        Column("owner", msg("owner")),
        Column("stakeholder", msg("for")),
        Column("state", msg("state"), "state"),
        Column("set", msg("set"), "date"),
        Column("author", msg("set by")),
        Column("closed", msg("dropped"), "date"),
        Column("reason", msg("reason")),
    )
    table = [
        (
            row.code, row.metric, signed(row, target_text(row, kinds.get(row.metric, "number"))),
            row.by, row.currency, row.owner, row.stakeholder, row.state, row.created, row.author,
            row.closed, row.reason,
        )
        for row in rows
    ]  # fmt: skip
    notes = [] if rows else [Note(msg("No goal is set. `ci-cli goal set` does."))]
    return Report("goal-list", msg("Goals"), [Table("goals", columns, table)], {}, notes)


def build_metrics(rows: Iterable[tuple[str, str, str, str, Msg]]) -> Report:
    """Lay out what goals can be set for: metric, family, kind, direction, definition."""
    columns = (
        Column("metric", msg("metric"), "state"),
        Column("family", msg("about"), "state"),
        Column("kind", msg("kind"), "state"),
        Column("better", msg("better"), "state"),
        Column("definition", msg("definition")),
    )
    return Report("goal-metrics", msg("Metrics"), [Table("metrics", columns, list(rows))])


def build_stakeholders(rows: Sequence[StakeholderRow], reports: Iterable[str]) -> Report:
    """Lay out who wants which report, and which reports nobody asked for.

    Args:
        rows: the stakeholders, by report.
        reports: every report that can be asked for.
    """
    columns = (
        Column("report", msg("report"), "id"),
        Column("person", msg("person")),
        Column("wants", msg("expects")),
        Column("since", msg("since"), "date"),
        Column("author", msg("noted by")),
    )
    wanted = {row.report for row in rows}
    alone = [one for one in reports if one not in wanted]
    notes = [
        Note(
            msg("Reports that nobody asked for: {n}: {names}.", n=len(alone),
                names=", ".join(alone) or "-")
        )
    ]  # fmt: skip
    table = [(row.report, row.person, row.wants, row.created, row.author) for row in rows]
    return Report(
        "goal-stakeholders", msg("Who wants which report"),
        [Table("stakeholders", columns, table)], {}, notes,
    )  # fmt: skip
