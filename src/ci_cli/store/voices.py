"""Look up what customers said and what we learnt: by customer as customers are today."""

from __future__ import annotations

import sqlite3
from typing import Any

from ci_cli.shapes.voice import CodingRow, Insight, Invited, SurveyInfo, Voice

_WHOSE = (
    " LEFT JOIN record AS r ON r.id = x.record_id LEFT JOIN golden AS g ON g.id = r.customer_id"
)


def listing(
    conn: sqlite3.Connection,
    *,
    kind: str | None = None,
    ask: str | None = None,
    product: str | None = None,
    customer_id: int | None = None,
    since: str | None = None,
    until: str | None = None,
    survey: str | None = None,
    answers: bool = False,
) -> list[Voice]:
    """Return what customers said, the latest first.

    Args:
        conn: the store.
        kind: only of this kind.
        ask: only requests to add, consider or drop something.
        product: only about this product.
        customer_id: only by this customer.
        since: first day.
        until: last day.
        survey: only answers to this survey.
        answers: also answers to surveys.
    """
    where, values = _conditions(
        ("x.kind = ?", kind), ("x.ask = ?", ask), ("x.product = ? COLLATE NOCASE", product),
        ("r.customer_id = ?", customer_id), ("x.day >= ?", since), ("x.day <= ?", until),
        ("x.survey = ?", survey),
    )  # fmt: skip
    if not answers and survey is None and kind != "answer":
        where += " AND x.kind <> 'answer'"
    rows = conn.execute(
        "SELECT x.id, r.customer_id, g.label, x.day, x.kind, x.ask, x.text, x.product, x.channel,"
        " x.rating, x.low, x.high, x.survey, x.version, x.question, x.respondent, x.answer,"
        f" x.author, x.source, x.fact_key FROM feedback AS x{_WHOSE} WHERE {where}"
        " ORDER BY x.day DESC, x.id DESC",
        values,
    )
    return [Voice(*row) for row in rows]


def insights(
    conn: sqlite3.Connection,
    kind: str | None = None,
    *,
    customer_id: int | None = None,
    since: str | None = None,
    until: str | None = None,
) -> list[Insight]:
    """Return what we learnt, the latest first."""
    where, values = _conditions(
        ("x.kind = ?", kind), ("r.customer_id = ?", customer_id), ("x.day >= ?", since),
        ("x.day <= ?", until),
    )  # fmt: skip
    rows = conn.execute(
        "SELECT x.id, r.customer_id, g.label, x.day, x.kind, x.value, x.text, x.stand, x.before,"
        " x.after, x.unit, x.period, x.industry, x.origin, x.author, x.source"
        f" FROM insight AS x{_WHOSE} WHERE {where} ORDER BY x.day DESC, x.id DESC",
        values,
    )
    return [Insight(*row) for row in rows]


def surveys(conn: sqlite3.Connection, name: str | None = None) -> list[SurveyInfo]:
    """Return surveys, the latest first; with ``name`` only that one."""
    where, values = _conditions(("s.name = ? COLLATE NOCASE", name))
    rows = conn.execute(
        "SELECT s.name, s.template, s.version, s.wording, s.day, s.until,"
        " (SELECT count(*) FROM invitation AS i WHERE i.survey = s.name),"
        " (SELECT count(*) FROM invitation AS i WHERE i.survey = s.name AND EXISTS (SELECT 1"
        " FROM feedback AS x WHERE x.survey = i.survey AND x.respondent = i.respondent))"
        f" FROM survey AS s WHERE {where} ORDER BY s.day DESC, s.id DESC",
        values,
    )
    return [SurveyInfo(*row) for row in rows]


def invited(conn: sqlite3.Connection, survey: str) -> list[Invited]:
    """Return who was asked, in the order of the list."""
    rows = conn.execute(
        "SELECT i.respondent, r.customer_id, g.label, r.source, r.key_kind, r.source_key"
        " FROM invitation AS i JOIN record AS r ON r.id = i.record_id"
        " LEFT JOIN golden AS g ON g.id = r.customer_id WHERE i.survey = ? ORDER BY i.id",
        (survey,),
    )
    return [Invited(*row) for row in rows]


def respondents(conn: sqlite3.Connection, survey: str) -> set[str]:
    """Return who answered, as the invitations name them."""
    rows = conn.execute("SELECT DISTINCT respondent FROM feedback WHERE survey = ?", (survey,))
    return {str(row[0]) for row in rows}


def codings(conn: sqlite3.Connection, frame: str) -> list[CodingRow]:
    """Return every coding by one frame."""
    rows = conn.execute(
        "SELECT frame, coder, source, fact_key, code FROM coding WHERE frame = ? ORDER BY id",
        (frame,),
    )
    return [CodingRow(*row) for row in rows]


def last_words(conn: sqlite3.Connection, until: str) -> dict[int, str]:
    """Return by customer the day on which it last said anything: feedback or a survey answer."""
    rows = conn.execute(
        "SELECT r.customer_id, max(x.day) FROM feedback AS x JOIN record AS r ON r.id = x.record_id"
        " WHERE x.day <= ? GROUP BY 1",
        (until,),
    )
    return {int(row[0]): str(row[1]) for row in rows}


def statuses(conn: sqlite3.Connection) -> dict[int, tuple[str, str]]:
    """Return name and status of every living customer that has a status."""
    rows = conn.execute(
        "SELECT id, coalesce(label, ''), status FROM golden WHERE status IS NOT NULL"
    )
    return {int(row[0]): (str(row[1]), str(row[2])) for row in rows}


def _conditions(*parts: tuple[str, Any]) -> tuple[str, list[Any]]:
    told = [(condition, value) for condition, value in parts if value is not None]
    return " AND ".join(["true", *(one for one, _ in told)]), [value for _, value in told]
