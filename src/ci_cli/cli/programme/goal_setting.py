"""``ci-cli goal set``: the goal is understood, its figure of today frozen, then it is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from ci_cli.cli import analysis_input as inputs
from ci_cli.cli.options import Session
from ci_cli.errors import CiError, ExitCode
from ci_cli.report import Note
from ci_cli.shapes.goals import Direction, GoalRow, NewGoal
from ci_cli.text import msg

if TYPE_CHECKING:
    from ci_cli.analysis.goals import Figure
    from ci_cli.cli.programme.goal_books import Books


@dataclass(frozen=True)
class Typed:
    """A goal as somebody typed it."""

    metric: str
    target: str
    by: str
    owner: str | None
    stakeholder: str | None
    direction: Direction | None
    by_parent: bool
    currency: str | None


def set_goal(session: Session, typed: Typed) -> None:
    """Set a goal that somebody typed."""
    from ci_cli.cli.programme import goal_words
    from ci_cli.cli.programme.goal_books import Books
    from ci_cli.cli.programme.goal_metrics import METRICS
    from ci_cli.cli.programme.goal_status import clock_of
    from ci_cli.cli.talks.typed_entries import after, kept_text
    from ci_cli.reports.programme import goals as reports
    from ci_cli.store import engine
    from ci_cli.store.writes import goals as writing

    key = goal_words.metric_of(typed.metric)
    metric = METRICS[key]
    if typed.by_parent and not metric.by_parent:
        raise CiError(
            "goal-by-parent",
            msg("{metric} does not take companies of one parent together.", metric=key),
            hint=msg("Leave --by-parent away."),
            exit_code=ExitCode.DECIDE,
        )
    target, written = goal_words.target_of(metric, typed.target)
    people = (kept_text(typed.owner), kept_text(typed.stakeholder))
    with inputs.open_facts(session, write=True) as conn:
        with engine.snapshot(conn):
            books = Books(conn)
            day = clock_of(session, conn, None).day_of(metric)
            by = goal_words.day_of(typed.by, session.today, day)
            currency = goal_words.currency_of(metric, typed.currency, written, books.currencies)
            if metric.in_money and currency is None:
                currency = engine.meta(conn, "currency")
            new = NewGoal(
                key, target, typed.direction or metric.direction, currency, typed.by_parent,
                day.isoformat(), None, by.isoformat(), *people, session.today.isoformat(),
                session.user,
            )  # fmt: skip
            new, draft, found = with_figure_of_today(books, new)
        with engine.transaction(conn, keep=not session.dry_run):
            number, batch = writing.set_goal(conn, new, at=session.now)
    wanted = reports.signed(draft, reports.target_text(draft, metric.kind))
    now = reports.shown(metric.kind, found.value, currency)
    said = (
        msg("Goal G{number}: {metric} {target} by {by}; now {now} ({day}).", number=number,
            metric=key, target=wanted, by=new.by, now=now, day=new.start_day)
        if now is not None
        else msg("Goal G{number}: {metric} {target} by {by}; no figure yet ({day}).",
                 number=number, metric=key, target=wanted, by=new.by, day=new.start_day)
    )  # fmt: skip
    session.say(Note(said), Note(metric.definition))
    if found.value is None and found.said is not None:
        session.say(Note(found.said, "warning"))
    session.say(*after(session, batch))


def with_figure_of_today(books: Books, new: NewGoal) -> tuple[NewGoal, GoalRow, Figure]:
    """Return a goal with the figure of its first day frozen, the goal as a row, and the figure."""
    from ci_cli.analysis.goals import stored
    from ci_cli.cli.programme.goal_metrics import METRICS
    from ci_cli.cli.programme.goal_status import figure, scale_of

    draft = GoalRow(0, *new[:10], "open", new.created, new.author, None, None, None)
    found = figure(books, draft, date.fromisoformat(new.start_day))
    if found.value is not None:
        new = new._replace(start_value=stored(found.value, scale_of(METRICS[new.metric])))
    return new, draft, found
