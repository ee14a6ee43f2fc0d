"""The scores of a survey from its answers, for the commands of surveys and for goals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ci_cli.report import QUANTITY_SCALE

if TYPE_CHECKING:
    from ci_cli.analysis.survey_scores import Score
    from ci_cli.analysis.survey_templates import Template
    from ci_cli.shapes.voice import SurveyInfo, Voice
    from ci_cli.store.engine import Connection


def scores_of(
    template: Template, answers: list[Voice], groups: dict[str, dict[str, str]], invited: int
) -> list[Score]:
    """Return the scores of every question that measures something.

    Args:
        template: the questions as they were when the survey was made.
        answers: to this survey.
        groups: dimension -> respondent -> group, for weighting.
        invited: how many were asked.
    """
    from ci_cli.analysis.survey_scores import contribution, score

    found = []
    for question in template.questions:
        if question.measure is None:
            continue
        values = {
            one.respondent: contribution(
                question.measure,
                (one.answer or "") if one.rating is None else one.rating // QUANTITY_SCALE,
                question.counts,
            )
            for one in answers
            if one.question == question.id and one.respondent is not None
        }
        found.append(score(question.measure, question.id, values, groups, invited))
    return found


def latest_score(conn: Connection, measure: str, until: str) -> tuple[SurveyInfo, Score] | None:
    """Return the latest survey up to a day that asks for ``measure``, as it stood on that day."""
    from ci_cli.analysis.survey_templates import from_json
    from ci_cli.store import voices

    for survey in voices.surveys(conn):
        template = from_json(survey.wording)
        if survey.day <= until and any(one.measure == measure for one in template.questions):
            answers = voices.listing(conn, survey=survey.name, until=until)
            for one in scores_of(template, answers, {}, survey.invited):
                if one.measure == measure:
                    return survey, one
    return None


def latest_response(conn: Connection, until: str) -> tuple[SurveyInfo, int] | None:
    """Return the latest survey up to a day, and how many of the asked had answered by then."""
    from ci_cli.store import voices

    for survey in voices.surveys(conn):
        if survey.day <= until:
            asked = {one.respondent for one in voices.invited(conn, survey.name)}
            answers = voices.listing(conn, survey=survey.name, until=until)
            return survey, len(asked & {one.respondent or "" for one in answers})
    return None
