"""Who is who: merges and splits of customers, and what people decided about pairs of records."""

from __future__ import annotations

from sqlalchemy import Index, text
from sqlmodel import SQLModel

from ci_cli.models import columns as c


class Regroup(SQLModel, table=True):
    """One merge of customers into one, or one split of a customer; see ``store.writes.merges``.

    ``run`` is the id of the first row that the same command wrote: one command may merge thousands.
    """

    __tablename__ = "regroup"
    __table_args__ = (
        Index("regroup_run", "run"),
        {**c.STRICT, "sqlite_autoincrement": True},
    )

    id: int = c.key()
    run: int = c.integer()
    kind: str = c.text()  # merge or split
    customer_id: int = c.integer()  # the customer that was kept, or that was split
    done_by: str = c.text()
    at: str = c.text()
    how: str = c.text()  # person, or auto: the certain band of a scan
    note: str | None = c.maybe_text()


class Regrouped(SQLModel, table=True):
    """One record of the customers that were merged or split: where it was before and after.

    Those that stayed are there too, so what came later is told apart. Records and customers may be
    gone since (an import was undone), so nothing is referred to.
    """

    __tablename__ = "regrouped"
    __table_args__ = (
        Index("regrouped_regroup", "regroup_id"),
        Index("regrouped_record", "record_id"),
        Index("regrouped_to", "to_customer_id"),
        c.STRICT,
    )

    id: int = c.key()
    regroup_id: int = c.refers_to("regroup.id")
    record_id: int = c.integer()
    from_customer_id: int = c.integer()
    to_customer_id: int = c.integer()


class Decision(SQLModel, table=True):
    """A person's word on two records, the lower id first: ``merge``, ``apart`` or ``later``.

    A pair has one decision that stands; the others were withdrawn.
    """

    __tablename__ = "decision"
    __table_args__ = (
        Index(
            "decision_pair", "record_a", "record_b", unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
        ),
        Index("decision_b", "record_b"),
        {**c.STRICT, "sqlite_autoincrement": True},
    )  # fmt: skip

    id: int = c.key()
    record_a: int = c.integer()
    record_b: int = c.integer()
    verdict: str = c.text()
    decided_by: str = c.text()
    at: str = c.text()
    note: str | None = c.maybe_text()
    withdrawn_at: str | None = c.maybe_text()
