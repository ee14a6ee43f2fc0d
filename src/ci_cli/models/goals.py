"""What management wants to reach by when, and who wants which report.

The value of a goal on the day when it was set is frozen with it: the line that progress is judged
by must not move when the past is corrected later.
"""

from __future__ import annotations

from sqlmodel import SQLModel

from ci_cli.models import columns as c

_OPTIONS = {**c.STRICT, "sqlite_autoincrement": True}


class Goal(SQLModel, table=True):
    """One metric, the value that it is to have, and the day; another day is another milestone.

    Money is in ten-thousandths of the currency unit, any other value in millionths.
    """

    __tablename__ = "goal"
    __table_args__ = _OPTIONS

    id: int = c.key()
    metric: str = c.text()
    target: int = c.integer()
    direction: str = c.text()  # up: at least the target; down: at most
    currency: str | None = c.maybe_text()
    by_parent: int = c.integer()  # 1: companies of one parent count as one customer
    start_day: str = c.text()
    start_value: int | None = c.maybe_integer()
    by_day: str = c.text()
    owner: str | None = c.maybe_text()
    stakeholder: str | None = c.maybe_text()
    state: str = c.text()  # open or dropped
    created: str = c.text()  # day
    author: str = c.text()
    closed: str | None = c.maybe_text()  # day
    closed_by: str | None = c.maybe_text()
    reason: str | None = c.maybe_text()
    file_id: int | None = c.refers_to("batch_file.id", optional=True)


class Stakeholder(SQLModel, table=True):
    """Who asked for a report, and what the person expects of it."""

    __tablename__ = "stakeholder"
    __table_args__ = _OPTIONS

    id: int = c.key()
    report: str = c.text()
    person: str = c.text()
    wants: str | None = c.maybe_text()
    created: str = c.text()  # day
    author: str = c.text()
    file_id: int | None = c.refers_to("batch_file.id", optional=True)
