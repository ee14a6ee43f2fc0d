"""What an order is worth, compared with what the same customer's orders were worth before.

The plain mean of order values moves whenever a large customer happens to order, or a small one
leaves. Here each order is compared with its own customer's earlier orders, so what is left is what
customers pay or take less of. Only earlier months are looked at, so no figure ever changes later.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]
else:
    Floats = Whole = Any

SHRINKAGE = 1.5  # orders of the average customer that are mixed into each customer's own past


def value_logs(
    category: Whole,
    customer: Whole,
    month: Whole,
    orders: Floats,
    amount: Floats,
    *,
    categories: int,
    months: int,
) -> Floats:
    """Return the mean log value of an order against the customer's own earlier orders.

    Args:
        category: (R,) index of the category of each row; a row is a customer in a month.
        customer: (R,) any number that tells customers apart.
        month: (R,) index of the month, 0 is the first.
        orders: (R,) orders of the customer in that month.
        amount: (R,) what they amount to.
        categories: how many categories there are, C.
        months: how many months there are, n.

    Returns:
        (C, n); a month without orders has the value of the month before, and 0 before the first.
    """
    counted = (orders > 0) & (amount > 0)
    order = np.lexsort((month[counted], customer[counted], category[counted]))
    category, customer, month = (c[counted][order] for c in (category, customer, month))
    orders, amount = orders[counted][order], amount[counted][order]
    logs = np.log(amount / orders)
    cells = category * months + month
    weight = _summed(cells, orders, categories, months)
    total = _summed(cells, orders * logs, categories, months)
    usual = _before(total) / np.maximum(_before(weight), 1e-9)
    # nothing came before the first month of a category: it is compared with itself
    now = total / np.maximum(weight, 1e-9)
    usual = np.where(_before(weight) > 0, usual, now).ravel()[cells]
    starts = np.ones(len(cells), dtype=bool)
    starts[1:] = (category[1:] != category[:-1]) | (customer[1:] != customer[:-1])
    past_orders = _earlier_of_same(orders, starts)
    past_total = _earlier_of_same(orders * logs, starts)
    expected = (past_total + SHRINKAGE * usual) / (past_orders + SHRINKAGE)
    moved = _summed(cells, orders * (logs - expected), categories, months)
    return _carried(moved / np.maximum(weight, 1e-9), weight > 0)


def _summed(cells: Whole, values: Floats, categories: int, months: int) -> Floats:
    sums: Floats = np.bincount(cells, values, categories * months).astype(np.float64)
    return sums.reshape(categories, months)


def _before(values: Floats) -> Floats:
    """Return the sum of all earlier months."""
    sums: Floats = np.cumsum(values, axis=1) - values
    return sums


def _earlier_of_same(values: Floats, starts: NDArray[np.bool_]) -> Floats:
    """Return the sum of the earlier rows of the same customer in the same category."""
    if not len(values):
        return values
    sums = np.cumsum(values) - values
    first = np.maximum.accumulate(np.where(starts, np.arange(len(values)), 0))
    earlier: Floats = sums - sums[first]
    return earlier


def _carried(values: Floats, known: NDArray[np.bool_]) -> Floats:
    """Return ``values`` with the last known one where none is known."""
    index = np.where(known, np.arange(values.shape[1]), -1)
    index = np.maximum.accumulate(index, axis=1)
    carried = np.take_along_axis(values, np.maximum(index, 0), axis=1)
    result: Floats = np.where(index >= 0, carried, 0.0)
    return result
