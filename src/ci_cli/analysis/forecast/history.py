"""What a forecast knows of each customer, as columns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

import numpy as np

from ci_cli.analysis import cadence
from ci_cli.report import MONEY_SCALE
from ci_cli.shapes.trade import CustomerPurchases

_FIELDS = CustomerPurchases._fields


class History(NamedTuple):
    """Customers who have bought, by id; arrays of equal length, times in days."""

    customer: Any
    x: Any  # purchase days after the first
    t_x: Any  # from the first to the last purchase
    t: Any  # from the first purchase to the as-of day
    gap: Any  # usual gap (``cadence.expected_gap``); nan where nobody ever came back
    mean: Any  # sales less returns per purchase day, currency units, never below 0

    @property
    def silent(self) -> Any:
        """Days from the last purchase to the as-of day."""
        return self.t - self.t_x

    @property
    def repeats(self) -> Any:
        """Whether the customer bought on two days or more."""
        return self.x > 0


def history(rows: Sequence[CustomerPurchases], as_of: date) -> History:
    """Return what is known of those who have bought.

    Args:
        rows: every customer, aggregated up to ``as_of``; the order does not matter.
        as_of: the last day that counts.
    """
    bought = sorted((row for row in rows if row.first is not None), key=lambda row: row.customer_id)
    columns = dict(zip(_FIELDS, zip(*bought, strict=True), strict=True)) if bought else {}

    def numbers(name: str) -> Any:
        return np.array(columns.get(name, ()), dtype=np.int64)

    first, last = _days(columns.get("first", ())), _days(columns.get("last", ()))
    days = numbers("purchase_days")
    buyers = [cadence.Buyer(row.industry, row.purchase_days, row.median_gap) for row in bought]
    usual = cadence.population(buyers)
    gap_of = {buyer: cadence.expected_gap(buyer, usual) or np.nan for buyer in set(buyers)}
    return History(
        numbers("customer_id"),
        days - 1,
        last - first,
        as_of.toordinal() - first,
        np.array([gap_of[buyer] for buyer in buyers], dtype=float),
        np.maximum(numbers("net_all") / np.maximum(days, 1) / MONEY_SCALE, 0.0),
    )


def _days(texts: Sequence[str | None]) -> Any:
    """Return day numbers; a million customers share a few thousand days."""
    number = {text: date.fromisoformat(text).toordinal() for text in set(texts) if text}
    return np.array([number[text] for text in texts if text], dtype=np.int64)
