"""Fewer buyers, or the same buyers ordering less? What the customers of before tell.

When counts fall, both kinds of fall look alike month by month. But they differ customer by
customer: if customers leave, some fall silent for good and the others go on as before; if all order
less, the orders thin out everywhere. So each customer is followed from the first order on.

A customer orders at a rate of their own, drawn from a gamma distribution, times the pace of the
month, which is free: season, holidays and a thinning of all orders are in it, and so say nothing of
who left. Customers leave with a chance that is the same in all months before the fall, and larger
by some loss since it began. For each month in which a customer may have left the likelihood is
known in closed form (gamma-Poisson, as in the Pareto/NBD family of Schmittlein, Morrison and
Colombo 1987); the pace is found by expectation maximisation. The loss that is to be expected is
compared with the fall that has to be explained.

How many customers left can only be told where they order often enough: one who orders twice a year
and has not ordered for half a year may have left or not. Below ``OFTEN`` nothing can be told, and
fewer orders are fewer buyers.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from ci_cli.shapes.categories import CustomerMonth

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
else:
    Floats = Any

BEFORE = 24  # months before the fall in which customers are followed
OFTEN = 0.25  # orders a month of the mean customer from which leaving can be told from pausing
SHARE = 0.32  # of the fall that leaving customers must explain to be its name
MOST = 400  # customers that are looked at: more say the same
_SHAPE = 0.8  # of the rates of customers: few order much, many order little
_USUAL = np.array([0.001, 0.005, 0.015, 0.035])  # chances a month of leaving before the fall
_LOSSES = np.array([0.0, 0.01, 0.02, 0.035, 0.05, 0.07, 0.1, 0.14, 0.2])  # chances on top since
_ROUNDS = 4  # of expectation maximisation
_LEAST = 0.3  # orders of a month without any, so that its pace is not nothing


def buyers_left(
    purchases: Iterable[CustomerMonth], months: list[str], length: int, rate: float
) -> bool:
    """Tell whether losing customers explains a fall, and not customers ordering less.

    Args:
        purchases: of one category.
        months: all months up to the judged one, oldest first.
        length: how many months the fall has lasted.
        rate: loss per month, 0.05 is 5 %.
    """
    place = {month: index for index, month in enumerate(months)}
    onset = len(months) - length
    start = max(0, onset - BEFORE)
    customers: dict[int, Floats] = {}
    for row in purchases:
        at = place.get(row.month, -1)
        if at >= start:
            counts = customers.setdefault(row.customer_id, np.zeros(len(months) - start))
            counts[at - start] += row.orders
    window = onset - start
    if not customers or window < 1 or length < 1:
        return True
    table = np.array([counts for _customer, counts in sorted(customers.items())])
    table = table[table[:, :window].sum(axis=1) > 0]
    known = window - (table[:, :window] > 0).argmax(axis=1)
    if not len(table) or table[:, :window].sum() < OFTEN * known.sum():
        return True
    table = table[:: -(-len(table) // MOST)]
    return _loss(table, window) >= SHARE * rate


def _loss(table: Floats, window: int) -> float:
    """Return the chance a month with which customers have left since ``window``, on top of usual.

    Args:
        table: (N, M) orders of each customer by month; each has one before ``window``.
        window: months before the fall.
    """
    pace = np.ones(window)
    before = [_fitted(table[:, :window], np.full(window, one), pace)[0] for one in _USUAL]
    usual = float(_weights(before) @ _USUAL)
    pace = np.ones(table.shape[1])
    since = np.arange(table.shape[1]) >= window
    found = []
    for loss in _LOSSES:
        likelihood, pace = _fitted(table, usual + loss * since, pace)
        found.append(likelihood)
    return float(_weights(found) @ _LOSSES)


def _weights(likelihoods: list[float]) -> Floats:
    weights = np.exp(np.array(likelihoods) - max(likelihoods))
    shares: Floats = weights / weights.sum()
    return shares


def _fitted(table: Floats, leaving: Floats, pace: Floats) -> tuple[float, Floats]:
    """Return the log likelihood of all orders under the best pace, and that pace.

    Args:
        table: (N, M) orders.
        leaving: (M,) chance of leaving after each month.
        pace: (M,) where the search begins.
    """
    _number, length = table.shape
    first = (table > 0).argmax(axis=1)
    last = length - 1 - (table[:, ::-1] > 0).argmax(axis=1)
    by_month, orders = table.sum(axis=0), table.sum(axis=1)
    stayed = np.arange(length + 1)  # months after which the customer left; all: still there
    alive = np.concatenate([[0.0], np.cumsum(np.log1p(-leaving))])
    chance = alive - alive[first][:, None] + np.log(np.append(leaving, 1.0))
    chance = np.where(stayed > last[:, None], chance, -np.inf)
    is_here = np.arange(length) >= first[:, None]
    shape = (_SHAPE + orders)[:, None]
    rows = np.arange(len(table))
    for step in range(_ROUNDS + 1):
        exposed = np.append(0.0, np.cumsum(pace))
        exposure = np.maximum(exposed - exposed[first][:, None], 0.0)
        # the mean rate of all, as if each had gone on for some months after the last order
        mean = orders.sum() / max(exposure[rows, np.minimum(last + 4, length)].sum(), 1e-9)
        rate = _SHAPE / max(mean, 1e-9)
        terms = chance - shape * np.log(rate + exposure)
        most = terms.max(axis=1, keepdims=True)
        shares = np.exp(terms - most)
        sums = shares.sum(axis=1, keepdims=True)
        if step == _ROUNDS:
            break
        due = shares / sums * shape / (rate + exposure)
        due = due[:, ::-1].cumsum(axis=1)[:, ::-1][:, 1:]
        pace = np.maximum(by_month, _LEAST) / np.maximum((due * is_here).sum(axis=0), 1e-9)
        pace = pace / pace[: max(1, length // 2)].mean()
    likelihood = len(table) * _SHAPE * np.log(rate) + (most + np.log(sums)).sum()
    return float(likelihood + (by_month * np.log(pace)).sum()), pace
