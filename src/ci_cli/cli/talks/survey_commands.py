"""``ci-cli feedback survey`` and ``feedback bias``: ask, take answers in, see who kept silent."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ci_cli.analysis.periods import window as window_of
from ci_cli.cli import analysis_input as inputs
from ci_cli.cli.options import Session, command
from ci_cli.cli.sheet_rejects import not_taken
from ci_cli.cli.talks.feedback_commands import YEAR
from ci_cli.cli.talks.survey_scoring import scores_of
from ci_cli.errors import CiError, ExitCode
from ci_cli.report import Column, Note, Report, Table
from ci_cli.store.engine import Connection
from ci_cli.text import _, msg

if TYPE_CHECKING:
    from ci_cli.analysis.survey_templates import Template
    from ci_cli.shapes.voice import Invited, SurveyInfo

ACTIVE_WINDOW = "24m"
LONGEST_NAME = 60


def register(surveys: typer.Typer, feedback: typer.Typer) -> None:
    """Add the commands of the group ``survey``, and ``bias`` beside it."""
    _register_create(surveys)
    _register_exchange(surveys)
    _register_reports(surveys, feedback)


def _register_create(app: typer.Typer) -> None:
    @command(
        app, "create", shares=("write",),
        example="ci-cli feedback survey create Q3 --template core-en --customer ERNSH",
        help=_("Make a survey, and keep whom it asks, so that silence can be counted."),
    )  # fmt: skip
    def create(
        session: Session,
        name: Annotated[str, typer.Argument(help=_("What to call it: Q3, 2026 spring."))],
        template: Annotated[
            str,
            typer.Option("--template", metavar="NAME|FILE", help=_("Its questions.")),
        ] = "core-en",
        customer: Annotated[
            list[str] | None,
            typer.Option("--customer", help=_("Ask this customer; may be repeated.")),
        ] = None,
        window: Annotated[
            str,
            typer.Option(
                "--window", metavar="24m|90d|2y|all", help=_("Ask who bought in these days.")
            ),
        ] = ACTIVE_WINDOW,
        tier: Annotated[
            str | None, typer.Option("--tier", help=_("Only accounts of this tier."))
        ] = None,
        owner: Annotated[
            str | None, typer.Option("--owner", help=_("Only accounts of this person."))
        ] = None,
        on: Annotated[
            str | None, typer.Option("--on", metavar="DAY", help=_("When it was sent; else today."))
        ] = None,
        until: Annotated[
            str | None, typer.Option("--until", metavar="DAY", help=_("Until when it runs."))
        ] = None,
    ) -> None:
        from ci_cli.analysis.spoken_days import spoken_day
        from ci_cli.analysis.survey_templates import load_template
        from ci_cli.cli.talks.typed_entries import after, past_day
        from ci_cli.store import customers, engine, voices
        from ci_cli.store.writes import voices as writes

        called = _name(name)
        questions = load_template(template)
        day = past_day(session, on)
        end = None if until is None else spoken_day(until, session.today, ahead=True).isoformat()
        with session.store(write=True) as conn, engine.transaction(conn, keep=not session.dry_run):
            # answers outlive the undo of their survey: another one must not inherit them
            if voices.surveys(conn, called) or voices.listing(conn, survey=called):
                raise CiError(
                    "survey-exists",
                    msg("There is a survey {name} already, or answers to it.", name=called),
                    hint=msg("Give the new one another name."),
                    exit_code=ExitCode.DECIDE,
                )
            asked = (
                list(dict.fromkeys(customers.find(conn, one) for one in customer))
                if customer
                else active(conn, day, window, tier=tier, owner=owner)
            )
            if not asked:
                raise CiError(
                    "survey-nobody",
                    msg("The survey would ask nobody."),
                    hint=msg("Widen --window, or name customers with --customer."),
                    exit_code=ExitCode.DECIDE,
                )
            survey = writes.NewSurvey(
                called, questions.name, questions.version, questions.as_json(), day.isoformat(), end
            )
            batch = writes.make_survey(conn, survey, asked, by=session.user, at=session.now)
        session.say(
            Note(
                msg("Survey {name}: template {template} version {version}, invited: {n}.",
                    name=called, template=questions.name, version=questions.version, n=len(asked))
            ),
            *after(session, batch),
        )  # fmt: skip


def _name(text: str) -> str:
    from ci_cli.cli.talks.typed_entries import kept_text

    name = " ".join((kept_text(text) or "").split())
    if not name or len(name) > LONGEST_NAME:
        raise CiError(
            "survey-name-invalid",
            msg("A survey needs a name of 1 to {most} characters.", most=LONGEST_NAME),
            hint=msg("Call it for instance Q3."),
            exit_code=ExitCode.DECIDE,
        )
    return name


def active(
    conn: Connection, day: date, window: str, *, tier: str | None, owner: str | None
) -> list[int]:
    """Return the customers that bought in the window up to ``day``, by id."""
    from ci_cli.store import customers, facts

    span = window_of(window, day)
    whose = customers.owners(conn)
    bought = {
        row.customer_id
        for currency in facts.currencies(conn)
        for row in facts.customer_purchases(
            conn, as_of=day.isoformat(), start=inputs.day_before(span.first), currency=currency
        )
        if row.orders
    }
    return sorted(
        number for number in bought if _is(whose[number][1], owner) and _is(whose[number][2], tier)
    )


def _is(value: str | None, wanted: str | None) -> bool:
    return wanted is None or (value or "").casefold() == wanted.strip().casefold()


def _register_exchange(app: typer.Typer) -> None:
    @command(
        app, "export", shares=("show",),
        example="ci-cli feedback survey export Q3 -o form.html",
        help=_("Write the form: .html for those who answer, .csv with one row for each of them."),
    )  # fmt: skip
    def export(
        session: Session,
        name: Annotated[str, typer.Argument(help=_("The survey."))],
    ) -> None:
        from ci_cli.reports.talks import survey_form
        from ci_cli.store import voices

        with session.store() as conn:
            survey, template = find_survey(conn, name)
            asked = voices.invited(conn, survey.name)
        if session.out is not None and session.out.suffix.lower() in (".html", ".htm"):
            from ci_cli.output.atomic import write_atomic

            with write_atomic(session.out) as out:
                page = survey_form.build(template, survey.name, survey.version)
                out.write(page.encode("utf-8"))
            session.say(
                Note(msg("Saved: {file}", file=str(session.out))),
                Note(msg("Send each customer the file with its number behind it: {file}#{who}",
                         file=session.out.name, who=asked[0].respondent)),
            )  # fmt: skip
            return
        session.show(_sheet(survey, template, asked))

    @command(
        app, "import", shares=("show", "write"),
        example="ci-cli feedback survey import Q3 answers.csv",
        help=_("Take answers in; the same answers again change nothing."),
    )  # fmt: skip
    def import_(
        session: Session,
        name: Annotated[str, typer.Argument(help=_("The survey."))],
        files: Annotated[list[Path], typer.Argument(help=_("Filled-in forms or sheets."))],
    ) -> None:
        from ci_cli.cli.talks.typed_entries import after
        from ci_cli.importing.survey_answers import Asked, import_answers
        from ci_cli.store import engine, voices

        with session.store(write=True) as conn, engine.transaction(conn, keep=not session.dry_run):
            survey, template = find_survey(conn, name)
            asked = Asked(survey.name, survey.day, template, voices.invited(conn, survey.name))
            taken = import_answers(
                conn, asked, files, today=session.today.isoformat(), by=session.user,
                at=session.now,
            )  # fmt: skip
            survey = voices.surveys(conn, survey.name)[0]
        counts = taken.counts
        session.say(
            Note(
                msg("Rows read: {read}; created: {created}; updated: {updated}; unchanged:"
                    " {unchanged}; conflict: {conflict}; rejected: {rejected}.",
                    **dict(zip(("read", "created", "updated", "unchanged", "conflict", "rejected"),
                               counts.as_tuple(), strict=True)))
            ),
            Note(
                msg("Invited: {invited}; answered: {answered}.", invited=survey.invited,
                    answered=survey.answered)
            ),
            *(
                [Note(msg("Rows left blank, of customers that were asked and have not answered:"
                          " {silent}.", silent=taken.silent))]
                if taken.silent
                else []
            ),
            *after(session, taken.batch, changed=counts.created + counts.updated > 0),
        )  # fmt: skip
        if taken.rejects:
            respondent = Column("respondent", msg("respondent"))
            session.show(not_taken("survey-rejects", respondent, taken.rejects))
            raise typer.Exit(ExitCode.PARTIAL)


def _sheet(survey: SurveyInfo, template: Template, asked: list[Invited]) -> Report:
    """Return an empty sheet: one row for each who is asked, one column for each question."""
    columns = [
        Column("survey", "survey"), Column("version", "version", "id"),
        Column("respondent", "respondent", "id"), Column("customer", "customer"),
        Column("day", "day"),
    ]  # fmt: skip
    for question in template.questions:
        hint = (
            f" ({question.low}-{question.high})"
            if question.type == "scale"
            else f" ({' / '.join(label for _key, label in question.options)})"
            if question.options
            else ""
        )
        heading = f"{question.id}: {question.text}{hint}"
        columns.append(Column(heading, heading))
    empty = (None,) * (len(template.questions) + 1)
    rows = [
        (survey.name, str(survey.version), one.respondent, one.customer, *empty) for one in asked
    ]
    return Report(
        "survey-sheet", msg("Survey {name}", name=survey.name),
        [Table("answers", tuple(columns), rows)],
    )  # fmt: skip


def find_survey(conn: Connection, name: str) -> tuple[SurveyInfo, Template]:
    """Return a survey and its questions as they were when it was made.

    Raises:
        CiError: ``survey-unknown``.
    """
    from ci_cli.analysis.survey_templates import from_json
    from ci_cli.store import voices

    found = voices.surveys(conn, " ".join(name.split()))
    if not found:
        raise CiError(
            "survey-unknown",
            msg("There is no survey {name}.", name=name),
            hint=msg("`ci-cli feedback survey list` lists them."),
            exit_code=ExitCode.DECIDE,
        )
    return found[0], from_json(found[0].wording)


def _register_reports(app: typer.Typer, feedback: typer.Typer) -> None:
    @command(
        app, "list", shares=("show",), example="ci-cli feedback survey list",
        help=_("All surveys, with their response rates."),
    )  # fmt: skip
    def list_(session: Session) -> None:
        from ci_cli.reports.talks import survey_report
        from ci_cli.store import voices

        with session.store() as conn:
            session.show(survey_report.build_list(voices.surveys(conn)))

    @command(
        app, "show", shares=("show",), example="ci-cli feedback survey show Q3",
        help=_("What a survey says, never without how many answered, and when."),
    )  # fmt: skip
    def show(session: Session, name: Annotated[str, typer.Argument(help=_("The survey."))]) -> None:
        from ci_cli.reports.talks import survey_report
        from ci_cli.store import engine, voices

        with session.store() as conn, engine.snapshot(conn):
            survey, template = find_survey(conn, name)
            answers = voices.listing(conn, survey=survey.name)
        scores = scores_of(template, answers, {}, survey.invited)
        session.show(survey_report.build_show(survey, template, scores, answers))

    @command(
        feedback, "bias", shares=("show",), example="ci-cli feedback bias --survey Q3",
        help=_("Who answered and who did not, and what that does to the result."),
    )  # fmt: skip
    def bias(
        session: Session,
        survey: Annotated[str, typer.Option("--survey", metavar="NAME", help=_("The survey."))],
        currency: Annotated[
            str | None,
            typer.Option("--currency", metavar="CODE", help=_("Revenue in this currency.")),
        ] = None,
    ) -> None:
        from dataclasses import replace

        from ci_cli.analysis.survey_scores import who_answered
        from ci_cli.reports.talks import survey_report
        from ci_cli.store import engine, voices

        session = replace(session, currency=currency)
        with inputs.open_facts(session) as conn, engine.snapshot(conn):
            told, template = find_survey(conn, survey)
            asked = voices.invited(conn, told.name)
            answers = voices.listing(conn, survey=told.name)
            groups, money = _groups(session, conn, asked, date.fromisoformat(told.day))
        respondents = {one.respondent for one in asked}
        answered = {one.respondent for one in answers if one.respondent in respondents}
        session.show(
            survey_report.build_bias(
                told, scores_of(template, answers, groups, told.invited),
                who_answered(groups, {name for name in answered if name is not None}),
                currency=money,
            )
        )  # fmt: skip


def _groups(
    session: Session, conn: Connection, asked: list[Invited], day: date
) -> tuple[dict[str, dict[str, str]], str | None]:
    """Return dimension -> respondent -> group as of the day of the survey."""
    from ci_cli.analysis.segment_maps import load_map
    from ci_cli.analysis.survey_scores import revenue_bands, tenure_band

    currencies = inputs.chosen_currencies(session, conn)
    segments: dict[int, str] = {}
    revenue: dict[int, int] = {}
    days: dict[int, int] = {}
    if currencies:
        scored = inputs.scored(conn, as_of=day, currency=currencies[0], segment_map=load_map())
        for one in scored.customers:
            segments[one.row.customer_id] = one.segment or one.code
            days[one.row.customer_id] = one.tenure_days
        year = inputs.scored(conn, as_of=day, currency=currencies[0], window_text=YEAR)
        revenue = {one.row.customer_id: one.row.net for one in year.customers}
    bands = revenue_bands({one.respondent: revenue.get(one.customer_id, 0) for one in asked})
    return {
        "segment": {one.respondent: segments.get(one.customer_id, "never_bought") for one in asked},
        "revenue": bands,
        "tenure": {one.respondent: tenure_band(days.get(one.customer_id)) for one in asked},
    }, currencies[0] if currencies else None
