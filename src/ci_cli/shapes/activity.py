"""Rows on how customers come back and what they buy, for the reports on activity.

Money is in ten-thousandths of the currency unit, days are ISO text (see ``shapes.trade``).
"""

from __future__ import annotations

from typing import NamedTuple


class CustomerDay(NamedTuple):
    """What one customer did on one day."""

    day: str
    purchases: int
    net: int  # sales less returns


class FirstSale(NamedTuple):
    """Customers whose first purchase and what came after it are alike."""

    category: str  # of which the first purchase day had most; "" = none
    days_to_second: int | None  # None: not yet
    watched: int  # days from the first purchase to the as-of day
    customers: int


class CategorySpend(NamedTuple):
    """What one customer spent on one category inside the window."""

    customer_id: int
    category: str  # "" = none
    net: int  # sales less returns


class Flagship(NamedTuple):
    """What counts as the flagship; both empty: none was named."""

    products: tuple[str, ...]  # products or categories, by name or number; * stands for anything
    metrics: tuple[str, ...]  # usage series


class FlagshipSales(NamedTuple):
    """What one customer bought of the flagship."""

    last: str | None  # day of its last purchase, None: only returns
    net: int  # sales less returns inside the window
