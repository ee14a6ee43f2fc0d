"""What the last scan for duplicates found, so that looking at it needs no new scan.

All of it can be thrown away and found again. Records may be gone since (an import was undone), so
nothing is referred to.
"""

from __future__ import annotations

from sqlalchemy import Index
from sqlmodel import SQLModel

from ci_cli.models import columns as c

_CLUSTERED = {**c.STRICT, "sqlite_with_rowid": False}


class Scan(SQLModel, table=True):
    """One scan; of earlier ones only this row is left."""

    __tablename__ = "scan"
    __table_args__ = (c.STRICT,)

    id: int = c.key()
    at: str = c.text()
    scanned_by: str = c.text()
    revision: int = c.integer()  # of the store that was read
    settings: str = c.text()  # JSON, as a rules file has it
    model: str = c.text()  # JSON: what was learnt; it can score the next scan
    summary: str = c.text()  # JSON: counts, fields, blocking rules, bands
    remembered: bytes | None = c.maybe_bytes()  # levels of all pairs; of the last scan only


class ScannedRecord(SQLModel, table=True):
    """A record as the last scan saw it."""

    __tablename__ = "scanned_record"
    __table_args__ = (c.STRICT,)

    record_id: int = c.key()
    copy_of: int = c.integer()  # lowest record with equal contents; itself where there is none
    own_weight: float = c.real()  # bits, of the pair of two such equal records
    cluster: int = c.integer()  # lowest record of its cluster
    probability: float | None = c.maybe_real()  # that it belongs there; NULL where it is alone


class ScoredPair(SQLModel, table=True):
    """A pair of the last scan that is likely, or stands among likely ones; the lower id first."""

    __tablename__ = "scored_pair"
    __table_args__ = (Index("scored_pair_b", "record_b"), _CLUSTERED)

    record_a: int = c.integer_key()
    record_b: int = c.integer_key()
    weight: float = c.real()  # bits
    probability: float = c.real()
    band: int = c.integer()  # 0 separate, 1 review, 2 certain
    levels: str = c.text()  # one word per field of the model: a number, or - where missing
    weights: str = c.text()  # likewise, bits
