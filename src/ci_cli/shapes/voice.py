"""What rooms hand to each other about feedback: what customers say, and what we learn of them.

Days are ISO text; ratings and measured figures are in millionths; money in ten-thousandths.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

ASKS = ("add", "consider", "drop")
# what a customer can say; "answer" comes from surveys only
SAID_KINDS = ("request", "praise", "complaint", "suggestion", "review")
FEEDBACK_KINDS = (*SAID_KINDS, "answer")
LEARNT_KINDS = ("attitude", "motive", "aim", "competitor", "roi", "lost", "lesson")
STANDS = ("won", "lost", "at_risk")
ATTITUDES = ("enthusiastic", "warm", "warming", "neutral", "cooling", "cold", "hostile")
COOL = ATTITUDES[ATTITUDES.index("neutral") + 1 :]  # worse than neutral
NO_REASON = "unknown"


@dataclass(frozen=True)
class Said:
    """One thing that a customer said, as it is typed in."""

    kind: str
    day: str
    text: str
    ask: str | None = None
    product: str | None = None
    channel: str | None = None
    author: str | None = None


@dataclass(frozen=True)
class Learnt:
    """One thing that we learnt, as it is typed in; fields as in ``models.voice.Insight``."""

    kind: str
    day: str
    value: str | None = None
    text: str | None = None
    stand: str | None = None
    before: int | None = None
    after: int | None = None
    unit: str | None = None
    period: str | None = None
    industry: str | None = None
    origin: str | None = None
    author: str | None = None


class Voice(NamedTuple):
    """One thing that a customer said, with the customer that it belongs to today."""

    id: int
    customer_id: int | None
    customer: str | None
    day: str
    kind: str
    ask: str | None
    text: str | None
    product: str | None
    channel: str | None
    rating: int | None  # millionths
    low: int | None
    high: int | None
    survey: str | None
    version: int | None
    question: str | None
    respondent: str | None
    answer: str | None
    author: str | None
    source: str
    fact_key: str


class Insight(NamedTuple):
    """One thing that we learnt, with the customer that it belongs to today."""

    id: int
    customer_id: int | None
    customer: str | None
    day: str
    kind: str
    value: str | None
    text: str | None
    stand: str | None
    before: int | None
    after: int | None
    unit: str | None
    period: str | None
    industry: str | None
    origin: str | None
    author: str | None
    source: str


class SurveyInfo(NamedTuple):
    """One survey; ``wording`` is the JSON of its template as it was when the survey was made."""

    name: str
    template: str
    version: int
    wording: str
    day: str
    until: str | None
    invited: int
    answered: int  # of the invited


class Invited(NamedTuple):
    """One customer that was asked."""

    respondent: str
    customer_id: int
    customer: str | None
    source: str  # the key of the record that the invitation hangs on
    key_kind: str
    source_key: str


class CodingRow(NamedTuple):
    """What a coder took one text to be about."""

    frame: str
    coder: str
    source: str
    fact_key: str
    code: str | None
