"""What people do about an alarm or a customer, and what became of it.

The figures of its subject are frozen twice, when an action is added and when it is closed: what an
alarm says of the past may be judged anew later, what somebody acted on may not change any more.
"""

from __future__ import annotations

from sqlalchemy import Index
from sqlmodel import SQLModel

from ci_cli.models import columns as c


class Action(SQLModel, table=True):
    """One thing to do, with an owner and a day; it is closed once, as done or dropped.

    Its subject is an alarm, or a customer (the founding record), or nothing in the store. Scores
    are in millionths: of log odds for an alarm, of the usual gap for a customer.
    """

    __tablename__ = "action"
    __table_args__ = (
        Index("action_alarm", "alarm_id"),
        Index("action_record", "record_id"),
        {**c.STRICT, "sqlite_autoincrement": True},
    )

    id: int = c.key()
    what: str = c.text()
    alarm_id: int | None = c.refers_to("alarm.id", optional=True)
    record_id: int | None = c.refers_to("record.id", optional=True)
    owner: str = c.text()
    due: str = c.text()  # day
    state: str = c.text()  # open, done or dropped
    created: str = c.text()  # day
    author: str = c.text()
    closed: str | None = c.maybe_text()  # day
    closed_by: str | None = c.maybe_text()
    kind: str | None = c.maybe_text()  # won, retained or saved
    won: int | None = c.maybe_integer()  # ten-thousandths of the currency unit
    currency: str | None = c.maybe_text()
    reason: str | None = c.maybe_text()
    figure_currency: str | None = c.maybe_text()  # of the figures before and after
    before_as_of: str | None = c.maybe_text()  # day
    before_state: str | None = c.maybe_text()
    before_score: int | None = c.maybe_integer()
    before_rate: int | None = c.maybe_integer()  # change per month in millionths
    before_revenue: int | None = c.maybe_integer()  # of twelve months
    after_as_of: str | None = c.maybe_text()
    after_state: str | None = c.maybe_text()
    after_score: int | None = c.maybe_integer()
    after_rate: int | None = c.maybe_integer()
    after_revenue: int | None = c.maybe_integer()
    file_id: int | None = c.refers_to("batch_file.id", optional=True)
