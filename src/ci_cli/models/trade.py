"""What customers buy: products, orders and order lines.

Money is in ten-thousandths of the order's currency, quantity in millionths.
"""

from __future__ import annotations

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import SQLModel

from ci_cli.models import columns as c


class Category(SQLModel, table=True):
    """A product category as a source names it."""

    __tablename__ = "category"
    __table_args__ = (UniqueConstraint("source", "category_key"), c.STRICT)

    id: int = c.key()
    source: str = c.text()
    category_key: str = c.text()
    name: str | None = c.maybe_text()
    extra: str | None = c.maybe_text()
    file_id: int | None = c.refers_to("batch_file.id", optional=True)
    line: int | None = c.maybe_integer()


class Product(SQLModel, table=True):
    """A product as a source's product list describes it; its category by key or by name."""

    __tablename__ = "product"
    __table_args__ = (UniqueConstraint("source", "product_key"), c.STRICT)

    id: int = c.key()
    source: str = c.text()
    product_key: str = c.text()
    name: str | None = c.maybe_text()
    category_key: str | None = c.maybe_text()
    category: str | None = c.maybe_text()
    unit_price: int | None = c.maybe_integer()
    extra: str | None = c.maybe_text()
    file_id: int | None = c.refers_to("batch_file.id", optional=True)
    line: int | None = c.maybe_integer()


class Item(SQLModel, table=True):
    """What order lines say about their product, each combination once.

    Lines keep their own words (a code may carry several descriptions), while a category is
    resolved for a few thousand items instead of for millions of lines.
    """

    __tablename__ = "item"
    __table_args__ = (UniqueConstraint("source", "product_key", "name", "category"), c.STRICT)

    id: int = c.key()
    source: str = c.text()
    product_key: str = c.text()
    name: str = c.text()
    category: str = c.text()


class CategoryRule(SQLModel, table=True):
    """A person's word on categories: one rule per product, category value or name pattern."""

    __tablename__ = "category_rule"
    __table_args__ = (UniqueConstraint("match", "value"), c.STRICT)

    id: int = c.key()
    match: str = c.text()
    value: str = c.text()
    category: str = c.text()


class SalesOrder(SQLModel, table=True):
    """A dated sale or return. ``order_key`` begins with ``~`` where the file has no order ids.

    A stub (``described`` = 0) is known only from lines that name it and has no date yet.
    ``state`` is ``counted`` or ``void`` (quotes, drafts, cancelled). ``total`` is money that the
    file gives for the order as a whole; it counts only where the order has no lines. ``currency``
    is missing where no file named one: then it is the store's.
    """

    __tablename__ = "sales_order"
    __table_args__ = (
        UniqueConstraint("source", "order_key"),
        Index("sales_order_record", "record_id"),
        c.STRICT,
    )

    id: int = c.key()
    source: str = c.text()
    order_key: str = c.text()
    described: int = c.integer(0)
    record_id: int | None = c.refers_to("record.id", optional=True)
    date: str | None = c.maybe_text()
    time: str | None = c.maybe_text()
    kind: str = c.text()
    state: str = c.text()
    status: str | None = c.maybe_text()
    currency: str | None = c.maybe_text()
    total: int | None = c.maybe_integer()
    owner: str | None = c.maybe_text()
    region: str | None = c.maybe_text()
    country: str | None = c.maybe_text()
    about_customer: str | None = c.maybe_text()
    extra: str | None = c.maybe_text()
    file_id: int | None = c.refers_to("batch_file.id", optional=True)
    line: int | None = c.maybe_integer()


class OrderLine(SQLModel, table=True):
    """One product on an order.

    ``line_key`` is the file's own line number (``occurrence`` 0) or a hash of the line's values
    (``occurrence`` 1, 2, … for genuine identical lines).
    """

    __tablename__ = "order_line"
    __table_args__ = (UniqueConstraint("order_id", "line_key", "occurrence"), c.STRICT)

    id: int = c.key()
    order_id: int = c.refers_to("sales_order.id")
    line_key: int = c.integer()
    occurrence: int = c.integer()
    item_id: int = c.refers_to("item.id")
    kind: str = c.text()
    quantity: int | None = c.maybe_integer()
    unit_price: int | None = c.maybe_integer()
    amount: int | None = c.maybe_integer()
    discount: int | None = c.maybe_integer()
    cost: int | None = c.maybe_integer()
    extra: str | None = c.maybe_text()
    file_id: int | None = c.refers_to("batch_file.id", optional=True)
    line: int | None = c.maybe_integer()
