"""Half a year of calls, feedback and a survey beside the orders of the demo: all of it invented.

The orders of the example are given; nobody wrote down what was said. So the stories were made up to
fit them: who fell silent says why, promises are kept and broken. They come in as any list of calls
would, from a source named ``invented``, which every view of a customer shows.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from ci_cli.cli import demo_programme
from ci_cli.cli.options import Session
from ci_cli.report import Money, Note
from ci_cli.store.engine import Connection
from ci_cli.text import msg

SOURCE = "invented"
ACCOUNTS = "accounts.csv"  # owner and industry of customers that the orders know by the same ids
FILES = (
    "calls.csv", "calls-zh.csv", "feedback.csv", "contracts.csv", "deals.csv", "usage.csv",
)  # fmt: skip
PROGRAMME = "programme.toml"  # what people type one by one: references, quotes, goals
WRITES = 4  # transactions: the accounts, what hangs on them, the survey, what was typed
ANSWERS = "survey-answers.csv"
SURVEY, TEMPLATE, ASKED_ON, ASKED_WINDOW = "spring-1998", "core-en", "1998-03-16", "6m"


class Story(NamedTuple):
    """What came in."""

    rows: int
    typed: int  # entries of the programme: references, requests, quotes, goals
    asked: int
    answered: int


def bring_in(
    conn: Connection, session: Session, file: Callable[[str], Path], *, as_of: date, currency: str
) -> Story:
    """Import the invented files, a survey and a programme; ``file`` gives the path of each."""
    from ci_cli.analysis.survey_templates import load_template
    from ci_cli.cli.talks.survey_commands import active
    from ci_cli.importing.load import run_import
    from ci_cli.importing.model import ImportOptions
    from ci_cli.importing.survey_answers import Asked, import_answers
    from ci_cli.store import engine, voices
    from ci_cli.store.writes.voices import NewSurvey, make_survey

    run_import(
        conn, [file(ACCOUNTS)], ImportOptions(), imported_by=session.user, at=session.now
    )  # fmt: skip
    result = run_import(
        conn, [file(name) for name in FILES], ImportOptions(source=SOURCE, currency=currency),
        imported_by=session.user, at=session.now,
    )  # fmt: skip
    template = load_template(TEMPLATE)
    survey = NewSurvey(
        SURVEY, template.name, template.version, template.as_json(), ASKED_ON, None
    )  # fmt: skip
    whom = active(conn, date.fromisoformat(ASKED_ON), ASKED_WINDOW, tier=None, owner=None)
    with engine.transaction(conn):
        make_survey(conn, survey, whom, by=session.user, at=session.now)
        asked = Asked(SURVEY, ASKED_ON, template, voices.invited(conn, SURVEY))
        taken = import_answers(
            conn, asked, [file(ANSWERS)], today=as_of.isoformat(), by=session.user, at=session.now
        )
    typed = demo_programme.bring_in(
        conn, file(PROGRAMME), author=SOURCE, at=session.now, as_of=as_of
    )
    return Story(result.counts.created, typed, len(whom), taken.counts.created)


def told(conn: Connection, story: Story, as_of: date, currency: str) -> list[Note]:
    """Say what was invented, and what waits for somebody on the morning after."""
    from ci_cli.analysis.agenda import ranked
    from ci_cli.cli.customers import agenda

    morning = morning_after(as_of)
    day = agenda.day_on(conn, today=morning, as_of=as_of, currency=currency)
    tasks = ranked(agenda.errands(conn, day), day.accounts, today=morning.isoformat())
    first = tasks[0]
    return [
        Note(
            msg("Invented beside the orders: calls, feedback, contracts (rows: {rows}), references,"
                " quotes, goals (entries: {typed}), a survey ({answered} of {asked} answered). On"
                " {day} {n} customers wait, {name} first: {money} at risk.", rows=story.rows,
                typed=story.typed, answered=story.answered, asked=story.asked,
                day=morning.isoformat(), n=len(tasks), name=first.name,
                money=Money(first.at_risk, currency))
        ),
    ]  # fmt: skip


def morning_after(as_of: date) -> date:
    """Return the day on which the demo is looked at."""
    return as_of + timedelta(days=1)
