"""Interaction data beside the orders: what was said and done, agreed, hoped for and used.

Every row is a fact of one source: ``fact_key`` is the source's own id of it, or ``~`` and a hash
of its values with an occurrence number where the source has none. ``about_customer`` is what the
row says of its customer (phone, e-mail, tax number …), by which a named stub finds its customer.
Who wrote or did something is ``author``; who brought it in stands in the journal.
"""

from __future__ import annotations

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import SQLModel

from ci_cli.models import columns as c


class Interaction(SQLModel, table=True):
    """One dated contact, internal note, promise or ticket; kinds and outcomes: ``shapes.talks``.

    ``topic`` is the kind of note, request or ticket in people's own words; ``person`` the name or
    address of the other side as it was given, ``contact_id`` that person where the store knows it.
    ``due`` and ``closed`` are days: of a promise, a request, or a contact that was planned
    (``outcome`` is ``planned`` until it is closed). ``files`` is a JSON list of what came with it,
    ``{"name", "bytes", "sha256"}`` each; the files themselves stay where they are.
    """

    __tablename__ = "interaction"
    __table_args__ = (
        UniqueConstraint("source", "fact_key"),
        Index("interaction_record", "record_id", "day"),
        Index("interaction_day", "day"),
        Index("interaction_contact", "contact_id"),
        c.STRICT,
    )

    id: int = c.key()
    record_id: int | None = c.refers_to("record.id", optional=True)
    contact_id: int | None = c.refers_to("contact.id", optional=True)
    source: str = c.text()
    fact_key: str = c.text()
    day: str = c.text()
    clock: str | None = c.maybe_text()  # HH:MM or HH:MM:SS
    kind: str = c.text()
    topic: str | None = c.maybe_text()
    direction: str | None = c.maybe_text()  # in, out
    outcome: str | None = c.maybe_text()
    subject: str | None = c.maybe_text()
    text: str | None = c.maybe_text()
    person: str | None = c.maybe_text()
    author: str | None = c.maybe_text()
    status: str | None = c.maybe_text()  # as the source calls it
    due: str | None = c.maybe_text()
    closed: str | None = c.maybe_text()
    files: str | None = c.maybe_text()
    about_customer: str | None = c.maybe_text()
    extra: str | None = c.maybe_text()
    file_id: int | None = c.refers_to("batch_file.id", optional=True)
    line: int | None = c.maybe_integer()


class Contract(SQLModel, table=True):
    """What was agreed with a customer, and until when. It is never revenue."""

    __tablename__ = "contract"
    __table_args__ = (
        UniqueConstraint("source", "fact_key"),
        Index("contract_record", "record_id", "ends"),
        Index("contract_ends", "ends"),
        c.STRICT,
    )

    id: int = c.key()
    record_id: int | None = c.refers_to("record.id", optional=True)
    source: str = c.text()
    fact_key: str = c.text()
    name: str | None = c.maybe_text()
    product: str | None = c.maybe_text()
    signed: str | None = c.maybe_text()  # day
    starts: str | None = c.maybe_text()  # day
    ends: str | None = c.maybe_text()  # day, the last one or that of the renewal
    value: int | None = c.maybe_integer()  # ten-thousandths of the currency unit
    currency: str | None = c.maybe_text()
    status: str | None = c.maybe_text()
    owner: str | None = c.maybe_text()
    about_customer: str | None = c.maybe_text()
    extra: str | None = c.maybe_text()
    file_id: int | None = c.refers_to("batch_file.id", optional=True)
    line: int | None = c.maybe_integer()


class Opportunity(SQLModel, table=True):
    """A deal that was hoped for: open, won or lost, and why. It is never revenue."""

    __tablename__ = "opportunity"
    __table_args__ = (
        UniqueConstraint("source", "fact_key"),
        Index("opportunity_record", "record_id", "opened"),
        Index("opportunity_closed", "closed"),
        c.STRICT,
    )

    id: int = c.key()
    record_id: int | None = c.refers_to("record.id", optional=True)
    source: str = c.text()
    fact_key: str = c.text()
    name: str | None = c.maybe_text()
    stage: str | None = c.maybe_text()  # as the source calls it
    outcome: str = c.text()  # open, won, lost
    why: str | None = c.maybe_text()  # it was won or lost
    competitor: str | None = c.maybe_text()
    product: str | None = c.maybe_text()
    value: int | None = c.maybe_integer()  # ten-thousandths of the currency unit
    currency: str | None = c.maybe_text()
    opened: str | None = c.maybe_text()  # day
    expected: str | None = c.maybe_text()  # day
    closed: str | None = c.maybe_text()  # day
    owner: str | None = c.maybe_text()
    about_customer: str | None = c.maybe_text()
    extra: str | None = c.maybe_text()
    file_id: int | None = c.refers_to("batch_file.id", optional=True)
    line: int | None = c.maybe_integer()


class Usage(SQLModel, table=True):
    """One figure of a series: how much a customer used something in a period."""

    __tablename__ = "usage"
    __table_args__ = (
        UniqueConstraint("source", "record_id", "metric", "grain", "period"),
        Index("usage_record", "record_id", "period"),
        Index("usage_metric", "metric", "period"),
        c.STRICT,
    )

    id: int = c.key()
    record_id: int = c.refers_to("record.id")
    source: str = c.text()
    metric: str = c.text()
    grain: str = c.text()  # day, week, month, quarter, year
    period: str = c.text()  # its first day
    value: int | None = c.maybe_integer()  # millionths
    unit: str | None = c.maybe_text()
    about_customer: str | None = c.maybe_text()
    extra: str | None = c.maybe_text()
    file_id: int | None = c.refers_to("batch_file.id", optional=True)
    line: int | None = c.maybe_integer()
