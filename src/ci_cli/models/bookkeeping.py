"""What was done to the store: imports, what they replaced, saved maps and saved runs."""

from __future__ import annotations

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import SQLModel

from ci_cli.models import columns as c


class Meta(SQLModel, table=True):
    """Settings of the store: currency, zone, revision."""

    __tablename__ = "meta"
    __table_args__ = (c.STRICT,)

    key: str = c.text(primary=True)
    value: str = c.text()


class Batch(SQLModel, table=True):
    """One run of a writing command; the five verdicts add up to the rows read."""

    __tablename__ = "batch"
    __table_args__ = ({**c.STRICT, "sqlite_autoincrement": True},)

    id: int = c.key()
    command: str = c.text()
    source: str | None = c.maybe_text()
    imported_by: str | None = c.maybe_text()
    at: str = c.text()
    options: str | None = c.maybe_text()
    read: int = c.integer(0)
    created: int = c.integer(0)
    updated: int = c.integer(0)
    unchanged: int = c.integer(0)
    conflict: int = c.integer(0)
    rejected: int = c.integer(0)
    rejects_file: str | None = c.maybe_text()
    undone_at: str | None = c.maybe_text()


class BatchFile(SQLModel, table=True):
    """One file or sheet of a batch: every fact points here for its provenance."""

    __tablename__ = "batch_file"
    __table_args__ = (Index("batch_file_batch", "batch_id"), c.STRICT)

    id: int = c.key()
    batch_id: int = c.refers_to("batch.id")
    file: str = c.text()
    sheet: str | None = c.maybe_text()
    sha256: str | None = c.maybe_text()
    kind: str = c.text()
    format: str | None = c.maybe_text()
    encoding: str | None = c.maybe_text()
    delimiter: str | None = c.maybe_text()
    header_line: int | None = c.maybe_integer()
    mapping: str | None = c.maybe_text()
    read: int = c.integer(0)
    created: int = c.integer(0)
    updated: int = c.integer(0)
    unchanged: int = c.integer(0)
    conflict: int = c.integer(0)
    rejected: int = c.integer(0)


class Change(SQLModel, table=True):
    """The row as it was before a batch changed it."""

    __tablename__ = "change"
    __table_args__ = (Index("change_row", "table_name", "row_id"), c.STRICT)

    id: int = c.key()
    batch_id: int = c.refers_to("batch.id")
    table_name: str = c.text()
    row_id: int = c.integer()
    before: str = c.text()


class Seal(SQLModel, table=True):
    """What the rows of one table and one file (0: of no file) add up to; see ``store.seals``.

    Sums are kept in two halves, high and low, since amounts of many rows may not fit in one number.
    """

    __tablename__ = "seal"
    __table_args__ = (c.STRICT,)

    table_name: str = c.text(primary=True)
    file_id: int = c.integer_key()
    rows: int = c.integer()
    money_high: int = c.integer()
    money_low: int = c.integer()
    quantity_high: int = c.integer()
    quantity_low: int = c.integer()
    digest: int = c.integer()


class ImportMap(SQLModel, table=True):
    """A saved decision: which header means which field, for one shape of file."""

    __tablename__ = "import_map"
    __table_args__ = (c.STRICT,)

    name: str = c.text(primary=True)
    kind: str = c.text()
    source: str | None = c.maybe_text()
    header: str = c.text()
    fields: str = c.text()
    options: str = c.text()
    saved_at: str = c.text()


class SavedRun(SQLModel, table=True):
    """An analysis kept by ``--save NAME``."""

    __tablename__ = "saved_run"
    __table_args__ = (UniqueConstraint("kind", "name"), c.STRICT)

    id: int = c.key()
    kind: str = c.text()
    name: str = c.text()
    as_of: str = c.text()
    params: str = c.text()
    saved_at: str = c.text()


class SavedRfm(SQLModel, table=True):
    """One customer in a saved RFM run."""

    __tablename__ = "saved_rfm"
    __table_args__ = (Index("saved_rfm_customer", "customer_id"), c.STRICT)

    run_id: int = c.refers_to_key("saved_run.id")
    customer_id: int = c.refers_to_key("customer.id")
    recency: int = c.integer()
    frequency: int = c.integer()
    monetary: int = c.integer()
    r: int = c.integer()
    f: int = c.integer()
    m: int = c.integer()
    segment: str | None = c.maybe_text()


class ExportLog(SQLModel, table=True):
    """Who took what out of the store, and when."""

    __tablename__ = "export_log"
    __table_args__ = (c.STRICT,)

    id: int = c.key()
    at: str = c.text()
    exported_by: str | None = c.maybe_text()
    what: str = c.text()
    target: str = c.text()
    rows: int = c.integer()
    fields: str = c.text()


class SavedHealth(SQLModel, table=True):
    """One customer in a saved health run: hundredths of a point, coverage in percent."""

    __tablename__ = "saved_health"
    __table_args__ = (Index("saved_health_customer", "customer_id"), c.STRICT)

    run_id: int = c.refers_to_key("saved_run.id")
    customer_id: int = c.refers_to_key("customer.id")
    score: int | None = c.maybe_integer()
    hard: int | None = c.maybe_integer()
    soft: int | None = c.maybe_integer()
    coverage: int = c.integer()
    band: str | None = c.maybe_text()
    profile: str = c.text()
    net: int = c.integer()  # money of the window, ten-thousandths


class SavedView(SQLModel, table=True):
    """A list of customers that people come back to: what is asked of them, under a name."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("name"), c.STRICT)

    id: int = c.key()
    name: str = c.text()
    filters: str = c.text()  # JSON: the filters as they were typed
    author: str = c.text()
    at: str = c.text()
