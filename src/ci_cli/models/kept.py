"""Figures kept so that reports need not add up every order line again, and what has outdated them.

Nothing here is a source of anything: all of it can be thrown away and made again from orders, lines
and items (``store.kept``). Triggers fill ``stale_order`` and ``moved_record`` and set marks,
whoever writes, so figures that are out of date are always known to be.
"""

from __future__ import annotations

from sqlmodel import SQLModel

from ci_cli.models import columns as c

_CLUSTERED = {**c.STRICT, "sqlite_with_rowid": False}


class PurchaseDay(SQLModel, table=True):
    """What one record did on one day in one currency, and all it had done by then.

    ``record_id`` 0 is nobody: lines without a customer. The row of the last day up to any as-of
    day answers for all history up to it; the difference of two rows answers for a window.
    """

    __tablename__ = "purchase_day"
    __table_args__ = (_CLUSTERED,)

    record_id: int = c.integer_key()
    currency: str = c.text(primary=True)
    day: str = c.text(primary=True)
    lines: int = c.integer()
    net: int = c.integer()
    gross: int = c.integer()
    quantity: int = c.integer()
    orders: int = c.integer()  # purchases of the day
    all_net: int = c.integer()
    all_orders: int = c.integer()
    purchase_days: int = c.integer()  # so far, like the four that follow
    first_day: str | None = c.maybe_text()
    last_day: str | None = c.maybe_text()
    double_gap: int | None = c.maybe_integer()  # twice the median gap in days, so it is whole


class PurchaseTotal(SQLModel, table=True):
    """The row of a record's last day: all that it has ever done, for who asks about today.

    One seek for each of many customers in the long table of days takes several times as long as
    going through this one. Nobody (0) has no row.
    """

    __tablename__ = "purchase_total"
    __table_args__ = (_CLUSTERED,)

    currency: str = c.text(primary=True)
    record_id: int = c.integer_key()
    day: str = c.text()
    all_net: int = c.integer()
    all_orders: int = c.integer()
    purchase_days: int = c.integer()
    first_day: str | None = c.maybe_text()
    last_day: str | None = c.maybe_text()
    double_gap: int | None = c.maybe_integer()


class MonthCellKept(SQLModel, table=True):
    """Revenue of one group in one month; ``dimension`` is total, category, product or item."""

    __tablename__ = "month_cell"
    __table_args__ = (_CLUSTERED,)

    dimension: str = c.text(primary=True)
    currency: str = c.text(primary=True)
    month: str = c.text(primary=True)
    grp: str = c.text(primary=True)
    net: int = c.integer()
    gross: int = c.integer()
    quantity: int = c.integer()
    lines: int = c.integer()
    orders: int = c.integer()
    customers: int = c.integer()


class OrderDay(SQLModel, table=True):
    """How many orders a day has, with and without lines; day "" holds orders without a date."""

    __tablename__ = "order_day"
    __table_args__ = (_CLUSTERED,)

    day: str = c.text(primary=True)
    currency: str = c.text(primary=True)
    orders: int = c.integer()
    counted: int = c.integer()


class ItemGroup(SQLModel, table=True):
    """Product and category of an item as the kept cells have them."""

    __tablename__ = "item_group"
    __table_args__ = (c.STRICT,)

    item_id: int = c.key()
    product: str = c.text()
    category: str = c.text()


class StaleOrder(SQLModel, table=True):
    """An order that changed or went since the figures were made, and where it stood in them."""

    __tablename__ = "stale_order"
    __table_args__ = (c.STRICT,)

    order_id: int = c.key()
    record_id: int = c.integer()
    day: str = c.text()


class MovedRecord(SQLModel, table=True):
    """A record that belongs to another customer than when the figures were made."""

    __tablename__ = "moved_record"
    __table_args__ = (c.STRICT,)

    record_id: int = c.key()
    customer_id: int = c.integer()


class KeptMark(SQLModel, table=True):
    """How far the figures reach: see ``store.kept.marks``."""

    __tablename__ = "kept_mark"
    __table_args__ = (c.STRICT,)

    name: str = c.text(primary=True)
    value: int = c.integer()
