"""What a customer said and what we learnt of it, as rows: each with its day and its age."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from ci_cli.report import QUANTITY_SCALE, Column, Table
from ci_cli.shapes.voice import Insight, Voice
from ci_cli.text import Msg, msg

OURS = ("lesson",)  # learnt by us, not said by them


class Saying(NamedTuple):
    """One thing that was said or learnt."""

    day: str
    kind: str  # of feedback or of an insight
    about: str | None  # product, question, metric, or how it stands with a competitor
    value: str | None  # rating, option, attitude, competitor, figures
    text: str | None
    source: str
    author: str | None


def sayings(voices: Sequence[Voice], insights: Sequence[Insight]) -> list[Saying]:
    """Return both kinds together: the attitude of today first, then the latest."""
    found = [
        Saying(one.day, one.kind, one.product or one.question, one.ask or _answer(one), one.text,
               one.source, one.author)
        for one in voices
    ]  # fmt: skip
    found += [
        Saying(one.day, one.kind, *_learnt(one), one.text, one.origin or one.source, one.author)
        for one in insights
        if one.kind not in OURS
    ]
    found.sort(key=lambda one: one.day, reverse=True)
    standing = next((one for one in found if one.kind == "attitude"), None)
    return found if standing is None else [standing, *(one for one in found if one != standing)]


def table(said: Sequence[Saying], today: date, *, title: Msg) -> Table:
    """Lay out sayings; what is not known leaves its cell empty."""
    columns = (
        Column("day", msg("day"), "date"),
        Column("age", msg("age"), "days"),
        Column("kind", msg("kind"), "state"),
        Column("about", msg("about")),
        Column("value", msg("value")),
        Column("text", msg("text")),
        Column("source", msg("source")),
        Column("author", msg("by")),
    )
    rows = [(one.day, (today - date.fromisoformat(one.day)).days, *one[1:]) for one in said]
    return Table("says", columns, rows, title)


def _answer(one: Voice) -> str | None:
    if one.rating is None:
        return one.answer
    rating = f"{one.rating / QUANTITY_SCALE:g}"
    return rating if one.high is None else f"{rating}/{one.high}"


def _learnt(one: Insight) -> tuple[str | None, str | None]:
    if one.kind == "competitor":
        return one.stand, one.value
    if one.kind == "roi":
        figures = " > ".join(
            "-" if figure is None else f"{figure / QUANTITY_SCALE:g}"
            for figure in (one.before, one.after)
        )
        return one.value, " ".join(part for part in (figures, one.unit, one.period) if part)
    return None, one.value
