"""What the early warning said and what people made of it; the figures are never stored."""

from __future__ import annotations

from sqlmodel import SQLModel

from ci_cli.models import columns as c


class Alarm(SQLModel, table=True):
    """One alarm, from the month in which it was raised to the one in which it was over.

    It is never deleted: ``status`` says whether it is open, acknowledged or dismissed, and
    ``closed`` that the figures recovered. ``grp`` "" is the category that has no name.
    """

    __tablename__ = "alarm"
    __table_args__ = ({**c.STRICT, "sqlite_autoincrement": True},)

    id: int = c.key()
    kind: str = c.text()  # category or total
    grp: str = c.text()
    label: str = c.text()
    currency: str = c.text()
    opened: str = c.text()  # month
    closed: str | None = c.maybe_text()  # month
    status: str = c.text()
    driver: str | None = c.maybe_text()
    since: str | None = c.maybe_text()  # month
    rate: int | None = c.maybe_integer()  # change per month in millionths
    at_risk: int | None = c.maybe_integer()  # ten-thousandths of the currency unit
    opened_at: str = c.text()
    reason: str | None = c.maybe_text()
    decided_by: str | None = c.maybe_text()
    decided_at: str | None = c.maybe_text()
    raised: str | None = c.maybe_text()  # day, as people count days: ``opened_at`` is in UTC


class Watched(SQLModel, table=True):
    """The state of one category that a watcher was last told of."""

    __tablename__ = "watched"
    __table_args__ = (c.STRICT,)

    watcher: str = c.text(primary=True)
    kind: str = c.text(primary=True)
    grp: str = c.text(primary=True)
    currency: str = c.text(primary=True)
    state: str = c.text()
    month: str = c.text()
