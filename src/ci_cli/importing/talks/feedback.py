"""Rows of reviews, complaints and survey answers -> what the store keeps of them.

Ratings stand as people write them: ``4``, ``4.5/5``, ``4 out of 5``, ``★★★★☆``, ``80 %``. Where a
cell does not say what the best rating is, the store does not either: nothing is guessed.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import Any, NamedTuple

from ci_cli.importing.talks.lists import meaning_of
from ci_cli.importing.values.cells import ValueReject
from ci_cli.report import QUANTITY_SCALE
from ci_cli.text import msg

_RATING = re.compile(
    r"(-?\d{1,6}(?:[.,]\d{1,6})?)\s*(?:(?:/|out of|of|von)\s*(\d{1,6})"
    r"|(%)|(?:stars?|分|星|points?|pts?)(?:\s*/\s*(\d{1,6})\s*(?:分|星)?)?)?",
    re.IGNORECASE,
)
_FULL, _EMPTY = "★⭐", "☆✩"


class Rating(NamedTuple):
    """A rating in millionths; ``high`` is the best one, None where the text does not say."""

    value: int
    high: int | None


def read_rating(text: str) -> Rating | None:
    """Return what a rating says, None where it is none."""
    plain = unicodedata.normalize("NFKC", text).replace("\ufe0f", "").strip()
    stars = plain.replace(" ", "")
    if stars and set(stars) <= set(_FULL + _EMPTY):
        full = sum(star in _FULL for star in stars)
        return Rating(full * QUANTITY_SCALE, len(stars) if len(stars) > full else None)
    match = _RATING.fullmatch(plain)
    if match is None:
        return None
    value = int(Decimal(match[1].replace(",", ".")) * QUANTITY_SCALE)
    high = 100 if match[3] else int(match[2] or match[4] or 0) or None
    return None if high is not None and value > high * QUANTITY_SCALE else Rating(value, high)


def feedback_values(cells: dict[str, Any], extra: dict[str, Any]) -> dict[str, Any]:
    """Return the columns of one row; what has no column goes to ``extra``.

    Raises:
        ValueReject: the row says nothing.
    """
    rated = cells.get("feedback.rating") or ""
    rating = read_rating(rated) if rated else None
    if rated and rating is None:
        extra["rating"] = rated
    text = cells.get("feedback.text") or None
    if text is None and rated and rating is None:
        raise ValueReject(
            msg("“{text}” is no rating, and the row has no words", text=rated),
            msg("write a number, for example 4/5, or fill in the words"),
        )
    if text is None and not rated:
        raise ValueReject(
            msg("the row has neither words nor a rating"), msg("fill in one of them, or remove it")
        )
    wanted = cells.get("feedback.ask") or ""
    ask = meaning_of("ask", wanted) if wanted else None
    if wanted and ask is None:
        extra["ask"] = wanted
    said = cells.get("feedback.kind") or ""
    kind = meaning_of("feedback", said) if said else None
    if said and kind is None:
        extra["kind"] = said
    if ask is not None:
        kind = "request"
    if cells.get("feedback.survey"):
        extra["survey"] = cells["feedback.survey"]  # somebody else's: none of our surveys
    return {
        "day": cells["feedback.date"], "kind": kind or "review", "ask": ask, "text": text,
        "product": cells.get("feedback.product") or None,
        "channel": cells.get("feedback.channel") or None,
        "rating": None if rating is None else rating.value,
        "high": None if rating is None else rating.high,
        "question": cells.get("feedback.question") or None,
        "respondent": cells.get("contact.name") or cells.get("contact.email") or None,
        "author": cells.get("feedback.author") or None,
    }  # fmt: skip
