"""What the search reads: the text of every row that people may look for, and what is out of date.

Nothing here is a source of anything: all of it can be thrown away and made again. Triggers fill
``search_todo``, whoever writes. The index itself (an FTS5 table over ``search_text``, by three
characters) is made by the first search that may write: see ``store.search_index``.
"""

from __future__ import annotations

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import SQLModel

from ci_cli.models import columns as c


class SearchText(SQLModel, table=True):
    """The searched text of one row of ``table_name``."""

    __tablename__ = "search_text"
    __table_args__ = (
        UniqueConstraint("table_name", "row_id"),
        Index("search_text_day", "day"),
        c.STRICT,
    )

    id: int = c.key()
    table_name: str = c.text()
    row_id: int = c.integer()
    sort: str = c.text()  # customer, person, product, contract, deal, or the kind of a contact
    day: str | None = c.maybe_text()
    body: str = c.text()


class SearchTodo(SQLModel, table=True):
    """A row that is new, changed or gone since the texts were made."""

    __tablename__ = "search_todo"
    __table_args__ = ({**c.STRICT, "sqlite_with_rowid": False},)

    table_name: str = c.text(primary=True)
    row_id: int = c.integer_key()
