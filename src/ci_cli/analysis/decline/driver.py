"""Fewer buyers, or the same buyers ordering less? What the customers of before tell.

When counts fall, both kinds of fall look alike month by month, above all where customers order
less than once a month. But they differ customer by customer: if customers leave, some fall silent
for good and the others go on as before; if all order less, the orders thin out everywhere. So the
two are weighed by what each customer of the time before did since.

For a customer with x orders in T months before the fall, and a rate drawn from a gamma distribution
with shape a and rate b, the rate is again gamma with a + x and b + T. Over the months j = 1..k of
the fall the likelihood of the orders y_j is then known in closed form, for a rate that thins out as
(1 - r)^j, and for one that stays until the customer leaves, with the chance r in every month.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from ci_cli.procat_shapes import CustomerMonth

BEFORE = 12  # months before the fall that tell how often a customer ordered
_SHAPE = 0.7  # of the rates of customers: few order much, many order little
_RECENT = 6  # months before the fall whose new customers tell how many leave anyway
_USUAL_LOSS = (0.002, 0.05)  # bounds of what leaves in any month, fall or no fall


def buyers_left(
    purchases: Iterable[CustomerMonth], months: list[str], length: int, rate: float
) -> bool:
    """Tell whether losing customers explains a fall better than customers ordering less.

    Args:
        purchases: of one category.
        months: all months up to the judged one, oldest first.
        length: how many months the fall has lasted.
        rate: loss per month, 0.05 is 5 %.
    """
    place = {month: index for index, month in enumerate(months)}
    onset = len(months) - length
    start = max(0, onset - BEFORE)
    customers: dict[int, np.ndarray[tuple[int], np.dtype[np.float64]]] = {}
    first: dict[int, int] = {}
    for row in purchases:
        at = place.get(row.month, -1)
        if at >= 0:
            first[row.customer_id] = min(at, first.get(row.customer_id, at))
        if at >= start:
            counts = customers.setdefault(row.customer_id, np.zeros(len(months) - start))
            counts[at - start] += row.orders
    table = np.array(list(customers.values()))
    window = onset - start
    if not len(table) or window < 1 or length < 1:
        return True
    table = table[table[:, :window].sum(axis=1) > 0]
    if not len(table):
        return True
    before, since = table[:, :window].sum(axis=1), table[:, window:]
    # customers who came half way did not order before: count from their first order on
    known = window - (table[:, :window] > 0).argmax(axis=1)
    # where sales neither grow nor shrink, as many customers leave as come
    recent = min(_RECENT, window)
    came = sum(onset - recent <= at < onset for at in first.values()) / recent / len(table)
    usual = min(max(came, _USUAL_LOSS[0]), _USUAL_LOSS[1])
    loss = min(max(rate, 0.005), 0.5)
    staying = _until_leaving(before, known, since, usual, (1 - loss) ** _steps(length))
    leaving = _until_leaving(before, known, since, loss + usual, np.ones(length))
    return bool((leaving - staying).sum() >= 0)


def _steps(length: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.arange(1, length + 1, dtype=np.float64)


def _until_leaving(
    before: np.ndarray[tuple[int], np.dtype[np.float64]],
    known: np.ndarray[tuple[int], np.dtype[np.int64]],
    since: np.ndarray[tuple[int, int], np.dtype[np.float64]],
    loss: float,
    pace: np.ndarray[tuple[int], np.dtype[np.float64]],
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return each customer's log likelihood: orders at ``pace`` until leaving, at ``loss`` a month.

    What is the same for every pace and loss is left out.
    """
    length = since.shape[1]
    shape = _SHAPE + before
    rate = _SHAPE * known.mean() / max(before.mean(), 1e-9) + known
    orders = since.sum(axis=1)
    last = np.where(orders > 0, length - (since[:, ::-1] > 0).argmax(axis=1), 0)
    thinned = (since * np.log(pace)).sum(axis=1)
    terms = []
    for stayed in range(length + 1):  # months until the customer left; all of them: still there
        chance = stayed * math.log1p(-loss) + (math.log(loss) if stayed < length else 0.0)
        exposure = pace[:stayed].sum()
        term = chance + shape * np.log(rate) - (shape + orders) * np.log(rate + exposure)
        terms.append(np.where(stayed >= last, term, -np.inf))
    found: np.ndarray[tuple[int], np.dtype[np.float64]] = thinned + np.logaddexp.reduce(terms)
    return found
