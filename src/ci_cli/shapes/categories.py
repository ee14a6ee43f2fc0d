"""What rooms hand to each other about categories: plain rows.

Money is in ten-thousandths of the currency unit and quantity in millionths.
"""

from __future__ import annotations

from typing import NamedTuple


class CustomerMonth(NamedTuple):
    """What one customer bought of one group (see ``MonthCell``) in one month."""

    group: str
    customer_id: int
    month: str
    orders: int  # distinct orders with a sale line
    gross: int  # sale lines only


class AlarmRow(NamedTuple):
    """One alarm of the early warning, and what people decided about it."""

    id: int
    kind: str  # category or total
    group: str
    label: str
    currency: str
    opened: str  # month in which it was raised
    closed: str | None  # month in which the figures had recovered
    status: str  # open, acknowledged or dismissed
    driver: str | None
    since: str | None
    rate: float | None  # change per month: -0.03 is 3 % less each month
    at_risk: int | None  # over twelve months
    reason: str | None
    decided_by: str | None
    decided_at: str | None
    raised: str | None = None  # day on which it was raised


class CategoryTrade(NamedTuple):
    """What one customer bought of one product in one of two periods."""

    customer_id: int  # 0: nobody knows
    product: str
    period: int  # 0 before, 1 now
    net: int  # sales less returns
    sales: int
    measured: int  # sales of lines with a quantity
    quantity: int  # of those lines
    discount: int  # given away on sales


class Elsewhere(NamedTuple):
    """Another category under which products of a category are sold now."""

    category: str
    products: int
    before: int  # revenue of these products under that category in the period before
    net: int  # and now


class ChosenLimits(NamedTuple):
    """Scores that make an alarm and a watch, as ``procat backtest --save`` chose them, and why."""

    alarm: float
    watch: float
    asked: float  # false alarms a year of the whole report
    made: float  # false alarms a year on months made without a decline
    false: float  # and on the real months
    months: int  # replayed
    categories: int
    last_month: str  # the last of them
    day: str  # on which it was chosen
