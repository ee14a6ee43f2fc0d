"""How goals stand: each metric on the day that it speaks for, at its start, and month by month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from ci_cli.analysis import goals
from ci_cli.analysis.goals import Figure, Line, Standing
from ci_cli.cli import analysis_input as inputs
from ci_cli.cli.options import Session
from ci_cli.cli.programme.goal_books import Books
from ci_cli.cli.programme.goal_metrics import METRICS, Asked, Metric
from ci_cli.report import QUANTITY_SCALE
from ci_cli.store.engine import Connection
from ci_cli.text import msg

if TYPE_CHECKING:
    from ci_cli.shapes.goals import GoalRow


@dataclass(frozen=True)
class Clock:
    """The days that goals go by."""

    today: date
    books: date | None  # of the last order; None: there is none
    asked: date | None = None  # the day that somebody asked for

    def day_of(self, metric: Metric) -> date:
        """Return the day that a metric speaks for."""
        if self.asked is not None:
            return self.asked
        return self.today if metric.clock == "today" else self.books or self.today


def clock_of(session: Session, conn: Connection, as_of: str | None) -> Clock:
    """Return the days that goals go by in this run."""
    from ci_cli.analysis.periods import parse_as_of

    asked = None if as_of is None else parse_as_of(as_of, session.today)
    return Clock(session.today, inputs.as_of_day(replace(session, as_of=None), conn), asked)


def scale_of(metric: Metric) -> int:
    """Return how many stored units of a goal make one unit of its figure."""
    return 1 if metric.kind == "money" else QUANTITY_SCALE


def figure(books: Books, goal: GoalRow, day: date) -> Figure:
    """Return the figure of a goal on a day."""
    asked = Asked(day, goal.currency or "", goal.by_parent)
    return METRICS[goal.metric].figure(books, asked)


def standing(books: Books, goal: GoalRow, clock: Clock) -> Standing:
    """Return how one goal stands."""
    metric = METRICS[goal.metric]
    day, by = clock.day_of(metric), date.fromisoformat(goal.by)
    judged = min(day, by)
    found = figure(books, goal, judged)
    line = _line(books, goal, metric, judged)
    state = goals.state(found.value, line, day, scale_of(metric))
    remark = found.said
    if found.value is not None and line is None:
        remark = msg("There is no earlier figure to draw the line from.")
    elif clock.asked is None and day < by <= clock.today:
        # nobody knows whether it was met: the books end before its day
        state = goals.NO_DATA
        remark = msg("The figures end on {day}, before the day of the goal; --as-of {by} says that"
                     " they are complete.", day=day.isoformat(), by=goal.by)  # fmt: skip
    points = [figure(books, goal, end).value for end in goals.month_ends(judged)]
    return Standing(
        goal, metric.kind, metric.family, metric.definition, judged, found.value,
        Fraction(goal.target, scale_of(metric)), line, state, (*points, found.value), remark,
    )  # fmt: skip


def _line(books: Books, goal: GoalRow, metric: Metric, day: date) -> Line | None:
    """Return the line of a goal; without a figure at its start it begins at the first one after."""
    begun = date.fromisoformat(goal.start_day)
    ends = (date.fromisoformat(goal.by), Fraction(goal.target, scale_of(metric)), goal.direction)
    if goal.start_value is not None:
        return Line(begun, Fraction(goal.start_value, scale_of(metric)), *ends)
    for moment in (begun, *goals.month_ends(day, begun, most=60)):
        start = figure(books, goal, moment).value if moment <= day else None
        if start is not None and moment < ends[0]:
            return Line(moment, start, *ends)
    return None


def standings(books: Books, rows: Sequence[GoalRow], clock: Clock) -> list[Standing]:
    """Return how goals stand, in their order; one of a metric that is gone is left out."""
    return [standing(books, row, clock) for row in rows if row.metric in METRICS]
