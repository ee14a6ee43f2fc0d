"""Customers who vouch for us: how far each has come, who asked for them, what they did, and thanks.

Nothing here is a state that somebody sets: steps, attempts, uses and thanks are dated acts, and
whether a reference is ready or resting follows from them on the day that is asked for. So history
is kept, and a merge of two customers brings both histories together. ``person`` is a name, as on
``interaction``: it outlives the contact list that it came from.
"""

from __future__ import annotations

from sqlalchemy import Index
from sqlmodel import SQLModel

from ci_cli.models import columns as c


class ReferenceStep(SQLModel, table=True):
    """One step of a reference: nominated, invited, consented, withdrew, retired.

    An invitation asks for one ``channel``. A consent is for one ``channel`` and stands until its
    last day ``until``; a withdrawal without a channel is for all of them, one without a person for
    everybody. ``use_case`` and ``product`` are lists with commas, of a nomination: what the
    customer can speak about. Seats in the advisory group are steps too: join (until the last day of
    the term), leave, attend (``note`` is the meeting).
    """

    __tablename__ = "reference_step"
    __table_args__ = (Index("reference_step_record", "record_id", "day"), c.STRICT)

    id: int = c.key()
    record_id: int = c.refers_to("record.id")
    day: str = c.text()
    step: str = c.text()  # nominate, invite, consent, withdraw, retire; join …
    person: str | None = c.maybe_text()
    channel: str | None = c.maybe_text()
    scope: str | None = c.maybe_text()
    until: str | None = c.maybe_text()  # day, the last one
    said_by: str | None = c.maybe_text()  # of the customer, who agreed or withdrew
    use_case: str | None = c.maybe_text()
    product: str | None = c.maybe_text()
    note: str | None = c.maybe_text()
    author: str = c.text()
    file_id: int | None = c.refers_to("batch_file.id", optional=True)
    line: int | None = c.maybe_integer()


class ReferenceRequest(SQLModel, table=True):
    """Somebody of ours needs a reference for a deal; ``record_id`` is the prospect, if known.

    It is closed once, as fulfilled or cancelled. ``expected`` is how well the reference should fit,
    1 to 5; what it turned out to be stands with the use.
    """

    __tablename__ = "reference_request"
    __table_args__ = (
        Index("reference_request_record", "record_id"),
        {**c.STRICT, "sqlite_autoincrement": True},
    )

    id: int = c.key()
    record_id: int | None = c.refers_to("record.id", optional=True)
    what: str = c.text()  # the deal, in words
    channel: str = c.text()
    day: str = c.text()
    due: str | None = c.maybe_text()
    criteria: str | None = c.maybe_text()  # as they were typed
    value: int | None = c.maybe_integer()  # of the deal, ten-thousandths of the currency unit
    currency: str | None = c.maybe_text()
    expected: int | None = c.maybe_integer()  # grade, 1 to 5
    state: str = c.text()  # open, fulfilled, cancelled
    closed: str | None = c.maybe_text()  # day
    reason: str | None = c.maybe_text()
    author: str = c.text()
    file_id: int | None = c.refers_to("batch_file.id", optional=True)
    line: int | None = c.maybe_integer()


class ReferenceAttempt(SQLModel, table=True):
    """We approached a customer for a request: who, when, how long it took, what came of it."""

    __tablename__ = "reference_attempt"
    __table_args__ = (
        Index("reference_attempt_record", "record_id", "day"),
        Index("reference_attempt_request", "request_id"),
        c.STRICT,
    )

    id: int = c.key()
    request_id: int = c.refers_to("reference_request.id")
    record_id: int = c.refers_to("record.id")
    person: str | None = c.maybe_text()
    day: str = c.text()
    outcome: str = c.text()  # agreed, declined, no_answer
    minutes: int | None = c.maybe_integer()
    note: str | None = c.maybe_text()
    author: str = c.text()
    file_id: int | None = c.refers_to("batch_file.id", optional=True)
    line: int | None = c.maybe_integer()


class ReferenceUse(SQLModel, table=True):
    """A customer vouched for us once; this is what the caps count."""

    __tablename__ = "reference_use"
    __table_args__ = (
        Index("reference_use_record", "record_id", "day"),
        Index("reference_use_request", "request_id"),
        c.STRICT,
    )

    id: int = c.key()
    request_id: int = c.refers_to("reference_request.id")
    record_id: int = c.refers_to("record.id")
    person: str | None = c.maybe_text()
    channel: str = c.text()
    day: str = c.text()
    actual: int | None = c.maybe_integer()  # grade, 1 to 5
    minutes: int | None = c.maybe_integer()
    outcome: str | None = c.maybe_text()  # in words
    author: str = c.text()
    file_id: int | None = c.refers_to("batch_file.id", optional=True)
    line: int | None = c.maybe_integer()


class Quote(SQLModel, table=True):
    """The very words of a customer, and whether, where and until when they may be shown.

    A draft has no ``approved``; ``scope`` is public or internal.
    """

    __tablename__ = "quote"
    __table_args__ = (
        Index("quote_record", "record_id", "day"),
        {**c.STRICT, "sqlite_autoincrement": True},
    )

    id: int = c.key()
    record_id: int = c.refers_to("record.id")
    person: str | None = c.maybe_text()
    text: str = c.text()
    product: str | None = c.maybe_text()
    day: str = c.text()
    approved: str | None = c.maybe_text()  # day
    approved_by: str | None = c.maybe_text()  # of the customer, who gave permission
    scope: str | None = c.maybe_text()
    until: str | None = c.maybe_text()  # day, the last one
    author: str = c.text()
    file_id: int | None = c.refers_to("batch_file.id", optional=True)
    line: int | None = c.maybe_integer()


class QuoteUse(SQLModel, table=True):
    """A quote went out: when and where."""

    __tablename__ = "quote_use"
    __table_args__ = (Index("quote_use_quote", "quote_id", "day"), c.STRICT)

    id: int = c.key()
    quote_id: int = c.refers_to("quote.id")
    day: str = c.text()
    place: str = c.text()
    author: str = c.text()
    file_id: int | None = c.refers_to("batch_file.id", optional=True)
    line: int | None = c.maybe_integer()


class Recognition(SQLModel, table=True):
    """A thank-you or a reward; a thank-you covers every use of the customer up to its day."""

    __tablename__ = "recognition"
    __table_args__ = (Index("recognition_record", "record_id", "day"), c.STRICT)

    id: int = c.key()
    record_id: int = c.refers_to("record.id")
    person: str | None = c.maybe_text()
    day: str = c.text()
    kind: str = c.text()  # thanks, reward
    what: str | None = c.maybe_text()
    value: int | None = c.maybe_integer()  # ten-thousandths of the currency unit
    currency: str | None = c.maybe_text()
    author: str = c.text()
    file_id: int | None = c.refers_to("batch_file.id", optional=True)
    line: int | None = c.maybe_integer()
