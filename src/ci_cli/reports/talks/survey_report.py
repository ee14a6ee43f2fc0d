"""``feedback survey show`` and ``feedback bias``: scores that never stand without their base."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from ci_cli.analysis.survey_scores import MIN_ANSWERS, Group, Score
from ci_cli.analysis.survey_templates import Template
from ci_cli.report import QUANTITY_SCALE, Column, Note, Percent, Report, Table
from ci_cli.reports.common import customer_code
from ci_cli.shapes.voice import SurveyInfo, Voice
from ci_cli.text import Msg, msg

MEASURE_NAMES: Mapping[str, Msg] = {
    "csat": msg("CSAT: share of 4 and 5 on 1 to 5, in %"),
    "value": msg("Worth its price: share of 4 and 5 on 1 to 5, in %"),
    "nps": msg("NPS: share of 9 and 10 less share of 0 to 6, in points"),
    "renewal": msg("Renewal within three months: share of yes, in %"),
}
DIMENSIONS = ("segment", "revenue", "tenure")


def build_list(surveys: Sequence[SurveyInfo]) -> Report:
    """Lay out all surveys with their response rates."""
    columns = (
        Column("survey", msg("survey")),
        Column("template", msg("template")),
        Column("version", msg("version"), "int"),
        Column("day", msg("day"), "date"),
        Column("until", msg("until"), "date"),
        Column("invited", msg("invited"), "int"),
        Column("answered", msg("answered"), "int"),
        Column("rate", msg("response rate"), "percent"),
    )
    rows = [
        (one.name, one.template, one.version, one.day, one.until, one.invited, one.answered,
         _rate(one))
        for one in surveys
    ]  # fmt: skip
    return Report("survey-list", msg("Surveys"), [Table("surveys", columns, rows)])


def build_show(
    survey: SurveyInfo, template: Template, scores: Sequence[Score], answers: Sequence[Voice]
) -> Report:
    """Lay out what a survey says: scores with their base, then every option, then the texts."""
    columns = (
        Column("measure", msg("measure"), "state"),
        Column("question", msg("question"), "id"),
        Column("score", msg("score"), "number"),
        Column("n", msg("answers"), "int"),
        Column("invited", msg("invited"), "int"),
        Column("rate", msg("response rate"), "percent"),
        Column("day", msg("survey day"), "date"),
        Column("worst", msg("worst case"), "number"),
        Column("best", msg("best case"), "number"),
    )
    rows = [
        (one.measure, one.question, _points(one.raw), one.n, one.invited, one.rate, survey.day,
         _points(one.worst), _points(one.best))
        for one in scores
    ]  # fmt: skip
    tables = [
        Table("scores", columns, rows),
        _spread(template, answers),
        _texts(template, answers),
    ]
    notes = [_base(survey), *_definitions(scores), *_refusals(scores)]
    return Report(
        "survey-show", msg("Survey {name}", name=survey.name), tables, _meta(survey), notes
    )


def _spread(template: Template, answers: Sequence[Voice]) -> Table:
    """Return how often each option and rating was chosen, also those that nobody chose."""
    columns = (
        Column("question", msg("question"), "id"),
        Column("text", msg("text")),
        Column("answer", msg("answer")),
        Column("n", msg("answers"), "int"),
        Column("share", msg("share"), "percent"),
    )
    rows: list[tuple[Any, ...]] = []
    for question in template.questions:
        if question.type == "text":
            continue
        told = [one for one in answers if one.question == question.id]
        chosen = Counter(
            one.answer if one.rating is None else str(one.rating // QUANTITY_SCALE) for one in told
        )
        options = question.options or tuple(
            (str(n), str(n)) for n in range(question.low or 0, (question.high or 0) + 1)
        )
        rows += [
            (question.id, question.text, label, chosen[key],
             chosen[key] / len(told) if told else None)
            for key, label in options
        ]  # fmt: skip
    return Table("answers", columns, rows, msg("How often each answer was given"))


def _texts(template: Template, answers: Sequence[Voice]) -> Table:
    columns = (
        Column("entry", msg("entry"), "int"),
        Column("day", msg("day"), "date"),
        Column("customer", msg("customer"), "id"),
        Column("name", msg("name")),
        Column("question", msg("question"), "id"),
        Column("text", msg("text")),
    )
    order = {question.id: place for place, question in enumerate(template.questions)}
    told = [one for one in answers if one.text is not None]
    rows = [
        (one.id, one.day, customer_code(one.customer_id) if one.customer_id else None,
         one.customer, one.question, one.text)
        for one in sorted(told, key=lambda one: (order.get(one.question or "", 0), one.id))
    ]  # fmt: skip
    return Table("texts", columns, rows, msg("In their own words"))


def build_bias(
    survey: SurveyInfo, scores: Sequence[Score], groups: Sequence[Group], *, currency: str | None
) -> Report:
    """Lay out who answered, and each measure raw, weighted, and at its worst and best.

    Args:
        survey: the survey.
        scores: its measures, each with the weights of all dimensions.
        groups: who was asked and who answered.
        currency: of the revenue that the groups were made by.
    """
    columns = (
        Column("measure", msg("measure"), "state"),
        Column("question", msg("question"), "id"),
        Column("n", msg("answers"), "int"),
        Column("invited", msg("invited"), "int"),
        Column("rate", msg("response rate"), "percent"),
        Column("raw", msg("raw"), "number"),
        Column("by_segment", msg("weighted by segment"), "number"),
        Column("by_revenue", msg("weighted by revenue"), "number"),
        Column("by_tenure", msg("weighted by tenure"), "number"),
        Column("worst", msg("worst case"), "number"),
        Column("best", msg("best case"), "number"),
    )
    rows = [
        (one.measure, one.question, one.n, one.invited, one.rate, _points(one.raw),
         *(_points(one.weighted[dimension]) for dimension in DIMENSIONS), _points(one.worst),
         _points(one.best))
        for one in scores
    ]  # fmt: skip
    notes = [
        _base(survey),
        *_definitions(scores),
        Note(
            msg("Weighted: each group of those who were asked counts as large as it is, however"
                " many of it answered. Worst and best: all who kept silent would have answered"
                " so.")
        ),
        Note(
            msg("Groups as they were on {day}: segment by RFM, revenue of the 12 months before in"
                " thirds, tenure since the first purchase. Revenue in {currency}.",
                day=survey.day, currency=currency or "-")
        ),
        *_uncovered(scores),
        *_refusals(scores),
    ]  # fmt: skip
    tables = [Table("scores", columns, rows), _who(groups)]
    meta = {**_meta(survey), "min_answers": MIN_ANSWERS, "currency": currency}
    return Report(
        "feedback-bias", msg("Who answered {name}, and who did not", name=survey.name), tables,
        meta, notes,
    )  # fmt: skip


def _who(groups: Sequence[Group]) -> Table:
    columns = (
        Column("dimension", msg("dimension"), "state"),
        Column("group", msg("group"), "state"),
        Column("invited", msg("invited"), "int"),
        Column("answered", msg("answered"), "int"),
        Column("silent", msg("silent"), "int"),
        Column("rate", msg("response rate"), "percent"),
        Column("share_invited", msg("share of invited"), "percent"),
        Column("share_answered", msg("share of answers"), "percent"),
    )
    asked, told = Counter[str](), Counter[str]()
    for one in groups:
        asked[one.dimension] += one.invited
        told[one.dimension] += one.answered
    rows = [
        (one.dimension, one.group, one.invited, one.answered, one.invited - one.answered,
         one.answered / one.invited, one.invited / asked[one.dimension],
         one.answered / told[one.dimension] if told[one.dimension] else None)
        for one in groups
    ]  # fmt: skip
    return Table("who", columns, rows, msg("Who answered, and who kept silent"))


def _uncovered(scores: Sequence[Score]) -> list[Note]:
    least: dict[str, float] = {}
    for one in scores:
        for dimension, share in one.covered.items():
            least[dimension] = min(share, least.get(dimension, 1.0))
    return [
        Note(
            msg("Weighted by {dimension} speaks for {share} of those who were asked: in the other"
                " groups nobody answered.", dimension=dimension, share=Percent(share)),
            "warning",
        )
        for dimension, share in least.items()
        if share < 1
    ]  # fmt: skip


def _base(survey: SurveyInfo) -> Note:
    rate = _rate(survey)
    return Note(
        msg("Survey {name} of {day}, template {template} version {version}. Invited: {invited};"
            " answered: {answered}; response rate: {rate}.", name=survey.name, day=survey.day,
            template=survey.template, version=survey.version, invited=survey.invited,
            answered=survey.answered, rate="-" if rate is None else Percent(rate))
    )  # fmt: skip


def _definitions(scores: Sequence[Score]) -> list[Note]:
    measures = dict.fromkeys(one.measure for one in scores)
    return [Note(MEASURE_NAMES[measure]) for measure in measures]


def _refusals(scores: Sequence[Score]) -> list[Note]:
    return [
        Note(
            msg("{question}: no score, because only {n} answered; at least {least} are needed.",
                question=one.question, n=one.n, least=MIN_ANSWERS),
            "warning",
        )
        for one in scores
        if one.n < MIN_ANSWERS
    ]  # fmt: skip


def _points(fraction: float | None) -> float | None:
    return None if fraction is None else round(fraction * 100, 2) + 0.0  # never -0.0


def _rate(survey: SurveyInfo) -> float | None:
    return survey.answered / survey.invited if survey.invited else None


def _meta(survey: SurveyInfo) -> dict[str, Any]:
    return {
        "survey": survey.name, "day": survey.day, "template": survey.template,
        "version": survey.version, "invited": survey.invited, "answered": survey.answered,
        "response_rate": _rate(survey),
    }  # fmt: skip
