"""What customers say of us and what we learn of them, each a dated fact of one source.

Like the facts of ``models.interaction``: ``fact_key`` is the source's own id of a row, or ``~`` and
a hash of its values; ``about_customer`` is what the row says of its customer. Surveys and codings
hang on no customer; a coding names what it codes by the source and key of it, which stay the same
when an import is undone and comes again.
"""

from __future__ import annotations

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import SQLModel

from ci_cli.models import columns as c


class Feedback(SQLModel, table=True):
    """One thing that a customer said: a request, praise, a complaint, a review, a survey answer.

    ``ask`` (add, consider, drop) stands with requests only. ``rating`` is in millionths of the
    scale ``low`` to ``high`` that it was given on. Answers name ``survey``, ``version`` (of the
    template), ``question`` and ``respondent``; ``answer`` is the option that was chosen.
    """

    __tablename__ = "feedback"
    __table_args__ = (
        UniqueConstraint("source", "fact_key"),
        Index("feedback_record", "record_id", "day"),
        Index("feedback_survey", "survey", "question"),
        c.STRICT,
    )

    id: int = c.key()
    record_id: int | None = c.refers_to("record.id", optional=True)
    source: str = c.text()
    fact_key: str = c.text()
    day: str = c.text()
    kind: str = c.text()
    ask: str | None = c.maybe_text()
    text: str | None = c.maybe_text()
    product: str | None = c.maybe_text()
    channel: str | None = c.maybe_text()  # where it was said: a shop, a review site, a call
    rating: int | None = c.maybe_integer()  # millionths
    low: int | None = c.maybe_integer()  # worst rating of the scale
    high: int | None = c.maybe_integer()  # best rating of the scale
    survey: str | None = c.maybe_text()
    version: int | None = c.maybe_integer()
    question: str | None = c.maybe_text()
    respondent: str | None = c.maybe_text()
    answer: str | None = c.maybe_text()
    author: str | None = c.maybe_text()  # of ours, who heard it
    about_customer: str | None = c.maybe_text()
    extra: str | None = c.maybe_text()
    file_id: int | None = c.refers_to("batch_file.id", optional=True)
    line: int | None = c.maybe_integer()


class Insight(SQLModel, table=True):
    """One thing that we learnt: attitude, motive, aim, a rival, a return, a loss, a lesson.

    ``value`` is the word by which such facts are counted: the attitude, the competitor, the metric
    of a return, the reason of a loss, the tags of a lesson (joined by commas). ``text`` is why, or
    the customer's own words; ``stand`` how it stands with a competitor (won, lost, at_risk).
    """

    __tablename__ = "insight"
    __table_args__ = (
        UniqueConstraint("source", "fact_key"),
        Index("insight_record", "record_id", "day"),
        Index("insight_kind", "kind", "day"),
        c.STRICT,
    )

    id: int = c.key()
    record_id: int | None = c.refers_to("record.id", optional=True)
    source: str = c.text()
    fact_key: str = c.text()
    day: str = c.text()
    kind: str = c.text()
    value: str | None = c.maybe_text()
    text: str | None = c.maybe_text()
    stand: str | None = c.maybe_text()
    before: int | None = c.maybe_integer()  # millionths
    after: int | None = c.maybe_integer()  # millionths
    unit: str | None = c.maybe_text()
    period: str | None = c.maybe_text()
    industry: str | None = c.maybe_text()
    origin: str | None = c.maybe_text()  # who or what it is known from
    author: str | None = c.maybe_text()
    about_customer: str | None = c.maybe_text()
    extra: str | None = c.maybe_text()
    file_id: int | None = c.refers_to("batch_file.id", optional=True)
    line: int | None = c.maybe_integer()


class Survey(SQLModel, table=True):
    """One round of questions: which template, as it was worded then, and until when it runs."""

    __tablename__ = "survey"
    __table_args__ = (UniqueConstraint("name"), c.STRICT)

    id: int = c.key()
    name: str = c.text()
    template: str = c.text()
    version: int = c.integer()
    wording: str = c.text()  # JSON: the template as it was when the survey was made
    day: str = c.text()
    until: str | None = c.maybe_text()
    file_id: int | None = c.refers_to("batch_file.id", optional=True)
    line: int | None = c.maybe_integer()


class Invitation(SQLModel, table=True):
    """A customer that was asked, so that silence can be counted."""

    __tablename__ = "invitation"
    __table_args__ = (
        UniqueConstraint("survey", "respondent"),
        Index("invitation_record", "record_id"),
        c.STRICT,
    )

    id: int = c.key()
    record_id: int = c.refers_to("record.id")
    survey: str = c.text()
    respondent: str = c.text()  # the customer's number when it was asked: C12
    day: str = c.text()
    file_id: int | None = c.refers_to("batch_file.id", optional=True)
    line: int | None = c.maybe_integer()


class Coding(SQLModel, table=True):
    """What one coder took a text to be about, by one code frame; no code: looked at, none fits."""

    __tablename__ = "coding"
    __table_args__ = (UniqueConstraint("frame", "coder", "source", "fact_key"), c.STRICT)

    id: int = c.key()
    frame: str = c.text()
    coder: str = c.text()
    source: str = c.text()  # of the feedback, with its key
    fact_key: str = c.text()
    code: str | None = c.maybe_text()
    day: str = c.text()
    file_id: int | None = c.refers_to("batch_file.id", optional=True)
    line: int | None = c.maybe_integer()
