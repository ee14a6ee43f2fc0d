"""Basic data: who the customers are, as each source says it, and how records belong together."""

from __future__ import annotations

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import SQLModel

from ci_cli.models import columns as c


class Source(SQLModel, table=True):
    """A system that rows come from; a higher priority wins when golden fields disagree."""

    __tablename__ = "source"
    __table_args__ = (c.STRICT,)

    name: str = c.text(primary=True)
    priority: int = c.integer(0)


class Customer(SQLModel, table=True):
    """The golden view over one or more records. Its id is that of its founding record.

    A living customer holds its founding record. One that lost it stays as a tombstone:
    ``merged_into`` is the living customer that holds that record now (``store.writes.membership``).
    """

    __tablename__ = "customer"
    __table_args__ = (
        Index("customer_merged", "merged_into", sqlite_where=text("merged_into IS NOT NULL")),
        c.STRICT,
    )

    id: int = c.key()
    merged_into: int | None = c.refers_to("customer.id", optional=True)


class Record(SQLModel, table=True):
    """One customer as one source describes it; never altered by a merge.

    ``key_kind`` is ``id`` where the source has an id column and ``name`` where the exact name is
    the key. A stub (``described`` = 0) is known only from facts that mention it.
    """

    __tablename__ = "record"
    __table_args__ = (
        UniqueConstraint("source", "key_kind", "source_key"),
        Index("record_customer", "customer_id"),
        Index("record_name_key", "name_key"),
        Index("record_tax_id", "tax_id"),
        Index("record_phone", "phone"),
        Index("record_email", "email"),
        {**c.STRICT, "sqlite_autoincrement": True},
    )

    id: int = c.key()
    customer_id: int = c.refers_to("customer.id")
    source: str = c.text()
    key_kind: str = c.text()
    source_key: str = c.text()
    described: int = c.integer(0)
    name: str | None = c.maybe_text()
    name_key: str | None = c.maybe_text()
    short_name: str | None = c.maybe_text()
    tax_id: str | None = c.maybe_text()
    industry: str | None = c.maybe_text()
    country: str | None = c.maybe_text()
    region: str | None = c.maybe_text()
    city: str | None = c.maybe_text()
    address: str | None = c.maybe_text()
    postcode: str | None = c.maybe_text()
    tier: str | None = c.maybe_text()
    status: str | None = c.maybe_text()
    owner: str | None = c.maybe_text()
    channel: str | None = c.maybe_text()
    since: str | None = c.maybe_text()
    parent: str | None = c.maybe_text()
    phone: str | None = c.maybe_text()
    email: str | None = c.maybe_text()
    extra: str | None = c.maybe_text()
    author: str | None = c.maybe_text()
    file_id: int | None = c.refers_to("batch_file.id", optional=True)
    line: int | None = c.maybe_integer()
    updated_at: str = c.text()


class Contact(SQLModel, table=True):
    """A person at a customer."""

    __tablename__ = "contact"
    __table_args__ = (UniqueConstraint("record_id", "contact_key"), c.STRICT)

    id: int = c.key()
    record_id: int = c.refers_to("record.id")
    contact_key: str = c.text()
    name: str | None = c.maybe_text()
    title: str | None = c.maybe_text()
    phone: str | None = c.maybe_text()
    email: str | None = c.maybe_text()
    is_primary: int = c.integer(0)
    left_at: str | None = c.maybe_text()
    extra: str | None = c.maybe_text()
    author: str | None = c.maybe_text()
    file_id: int | None = c.refers_to("batch_file.id", optional=True)
    line: int | None = c.maybe_integer()


class Link(SQLModel, table=True):
    """Why a record that only facts mention belongs to a customer of another source.

    ``bearers`` are the records of that customer which bore the evidence then, a JSON list; without
    it, the founding record of ``to_customer_id``.
    """

    __tablename__ = "link"
    __table_args__ = (
        Index("link_record", "record_id"),
        Index("link_from", "from_customer_id"),
        Index("link_to", "to_customer_id"),
        c.STRICT,
    )

    id: int = c.key()
    record_id: int = c.refers_to("record.id")
    from_customer_id: int = c.refers_to("customer.id")
    to_customer_id: int = c.refers_to("customer.id")
    how: str = c.text()
    evidence: str | None = c.maybe_text()
    batch_id: int | None = c.refers_to("batch.id", optional=True)
    at: str = c.text()
    undone_at: str | None = c.maybe_text()
    bearers: str | None = c.maybe_text()
