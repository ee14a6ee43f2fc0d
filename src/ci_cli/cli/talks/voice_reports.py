"""``ci-cli report feedback`` and the report on competitors, which two groups share."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

import typer

from ci_cli.cli import analysis_input as inputs
from ci_cli.cli.options import Session, command
from ci_cli.cli.talks.feedback_commands import revenue_behind
from ci_cli.store.narrowed import RIVALS
from ci_cli.text import _

QUARTER = "3m"
WORDS = 3
By = Literal["product", "kind", "ask", "channel"]


def register(app: typer.Typer) -> None:
    """Add ``feedback`` and ``competitors`` to the group ``report``."""
    _register_feedback(app)
    register_competitors(app, "ci-cli report competitors")


def register_competitors(app: typer.Typer, example: str) -> None:
    """Add ``competitors`` to a group."""

    @command(
        app, "competitors", shares=("show", "as_of", "source"), narrows=RIVALS, example=example,
        help=_("Which competitors were named, where and why, and the revenue exposed."),
    )  # fmt: skip
    def competitors(session: Session) -> None:
        from ci_cli.analysis import losses
        from ci_cli.reports.talks import competitors as report
        from ci_cli.store import engine, talks, voices

        with inputs.open_facts(session) as conn, engine.snapshot(conn):
            weight = revenue_behind(session, conn)
            until = None if session.as_of is None else weight.window.last.isoformat()
            found = losses.mentions(
                voices.insights(conn, "competitor", until=until), talks.opportunities(conn), until
            )
        session.show(
            report.build(
                losses.rivals(found, weight.revenue), losses.why_named(found, weight.revenue),
                found, window=weight.window, currency=weight.currency,
            )
        )  # fmt: skip
        session.say(*weight.notes)


def _register_feedback(app: typer.Typer) -> None:
    @command(
        app, "feedback", shares=("show", "as_of"),
        example="ci-cli report feedback --by product --window 6m",
        help=_("What is said about each product beside the period before, and who answers."),
    )  # fmt: skip
    def feedback(
        session: Session,
        by: Annotated[By, typer.Option("--by", help=_("What is counted."))] = "product",
        window: Annotated[
            str, typer.Option("--window", metavar="3m|90d|1y|all", help=_("Days that count."))
        ] = QUARTER,
        words: Annotated[
            int, typer.Option("--words", min=0, help=_("How many entries of each to quote."))
        ] = WORDS,
    ) -> None:  # fmt: skip
        from ci_cli.analysis import feedback_periods, periods
        from ci_cli.cli.talks.survey_commands import active
        from ci_cli.reports.talks import feedback_report
        from ci_cli.reports.talks.feedback_report import Later
        from ci_cli.store import engine, voices

        with inputs.open_facts(session) as conn, engine.snapshot(conn):
            weight = revenue_behind(session, conn)
            period = periods.window(window, weight.window.last)
            before = feedback_periods.period_before(window, period)
            found = voices.listing(conn, answers=True, until=period.last.isoformat())
            ever = voices.listing(conn, answers=True, until=session.today.isoformat())
            later = [one for one in ever if one.day > period.last.isoformat()]
            surveys = [one for one in voices.surveys(conn) if date.fromisoformat(one.day) in period]
            bought = set(active(conn, period.last, window, tier=None, owner=None))
        said = [one for one in found if one.kind != "answer"]
        answers = [
            one for one in found if one.kind == "answer" and date.fromisoformat(one.day) in period
        ]
        groups = feedback_periods.spoken(
            said, weight.revenue, period=period, before=before, of=lambda one: getattr(one, by)
        )
        whole = feedback_periods.together(groups, weight.revenue)
        spoke = whole.customers.union(one.customer_id for one in answers if one.customer_id)
        session.show(
            feedback_report.build(
                groups, whole, by=by, words=words, surveys=surveys,
                answers=len(answers), active=len(bought), heard=len(bought & spoke),
                period=period, before=before, revenue_window=weight.window,
                currency=weight.currency,
                later=Later(len(later), max(one.day for one in later))
                if later and session.as_of is None else None,
            )
        )  # fmt: skip
        session.say(*weight.notes)
