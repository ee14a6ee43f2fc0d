"""How often customers come back: the BG/NBD model of Fader, Hardie & Lee.

"Counting Your Customers" the Easy Way: An Alternative to the Pareto/NBD Model, *Marketing Science*
24 (2005), 275–284; equations (6) and (10) there, in the form that does not overflow. While alive, a
customer buys at random at a rate of their own (gamma: r, alpha); after each purchase they may stop
for good, with a chance of their own (beta: a, b).

A customer is known by x (purchase days after the first), t_x (time of the last of them after the
first) and T (time since the first). Times are whole days here and weeks in the parameters, as in
the paper.

Of a customer with x = 0 the model says P(alive) = 1 whatever happened, because stopping comes only
after a repeat purchase. So P(alive) of one-time buyers is never given out; what ranks customers is
P0, the chance that nothing is bought in the weeks to come.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ci_cli.analysis.forecast.maximum import Objective, best, dot

DAYS = 7.0  # in a unit of time of the parameters
_BITS = 21  # of a number of days below: 5,000 years
_TINY = 1e-300
_NEAR_ONE = 1e-6  # the formula of expected purchases has a hole at a = 1


class Parameters(NamedTuple):
    """The four parameters; alpha in weeks."""

    r: float
    alpha: float
    a: float
    b: float


class Fit(NamedTuple):
    """The fitted model."""

    parameters: Parameters
    log_likelihood: float
    customers: int
    has_converged: bool


class Groups(NamedTuple):
    """Customers that are alike, counted; arrays of equal length in canonical order."""

    x: Any
    t_x: Any  # days
    t: Any  # days
    weight: Any
    of: Any  # group of each customer


def grouped(x: Any, t_x: Any, t: Any) -> Groups:
    """Group equal customers.

    Args:
        x: purchase days after the first, whole numbers of each customer.
        t_x: days from the first to the last purchase.
        t: days from the first purchase to the as-of day.
    """
    x, t_x, t = (np.asarray(column, dtype=np.int64) for column in (x, t_x, t))
    key = (x << (2 * _BITS)) | (t_x << _BITS) | t
    some, of, weight = np.unique(key, return_inverse=True, return_counts=True)
    low = (1 << _BITS) - 1
    return Groups(some >> (2 * _BITS), (some >> _BITS) & low, some & low, weight, of)


def fit(groups: Groups) -> Fit:
    """Fit the model by maximum likelihood."""
    total = float(groups.weight.sum())

    def objective(part: slice) -> Objective:
        return negative_likelihood(*(column[part] for column in groups[:4]))

    found = best(objective, len(groups.x), total, [0.5, 5.0, 0.5, 2.0])
    return Fit(
        Parameters(*(float(value) for value in found.parameters)),
        found.log_likelihood,
        int(total),
        found.has_converged,
    )


def negative_likelihood(x: Any, t_x: Any, t: Any, weight: Any) -> Objective:
    """Return the mean negative log-likelihood and its gradient as a function of log-parameters.

    What depends on x alone or on a time alone is computed once for each value that occurs; only the
    odds of having stopped take all three.
    """
    from scipy.special import gammaln, psi

    weight = weight / weight.sum()
    counts, of_count = np.unique(x, return_inverse=True)
    by_count = np.bincount(of_count, weight)
    days = np.arange(int(t.max(initial=0)) + 1)
    by_end, x_by_end = (np.bincount(t, some, len(days)) for some in (weight, weight * x))
    back = np.flatnonzero(x > 0)
    weight_back, of_back, last, end = weight[back], of_count[back], t_x[back], t[back]
    times, x_back = days / DAYS, x[back].astype(float)

    def value(theta: Any) -> tuple[float, Any]:
        r, alpha, a, b = np.exp(theta)
        log_time = np.log(alpha + times)
        inverse = 1 / (alpha + times)
        before_stop = np.maximum(b + counts - 1, _TINY)
        alone = (
            gammaln(r + counts) - gammaln(r) + r * np.log(alpha)
            + gammaln(a + b) + gammaln(b + counts) - gammaln(b) - gammaln(a + b + counts)
        )  # fmt: skip
        # having stopped after the last purchase against going on: the odds, as a logarithm
        silence = log_time[end] - log_time[last]
        shape = x_back + r
        odds = np.log(a / before_stop)[of_back] + shape * silence
        small = np.exp(-np.abs(odds))
        gone = weight_back * np.where(odds > 0, 1.0, small) / (1 + small)
        likelihood = (
            by_count @ alone
            - (r * by_end + x_by_end) @ log_time
            + dot(weight_back, np.maximum(odds, 0.0) + np.log1p(small))
        )
        by_stop = np.bincount(of_back, gone, len(counts))
        both = psi(a + b) - psi(a + b + counts)
        gradient = np.array([
            by_count @ (psi(r + counts) - psi(r) + np.log(alpha)) - by_end @ log_time
            + dot(gone, silence),
            r / alpha - (r * by_end + x_by_end) @ inverse
            + dot(gone * shape, inverse[end] - inverse[last]),
            by_count @ both + by_stop.sum() / a,
            by_count @ (both + psi(b + counts) - psi(b)) - by_stop @ (1 / before_stop),
        ])  # fmt: skip
        return -float(likelihood), -gradient * np.array([r, alpha, a, b])

    return value


def alive(p: Parameters, groups: Groups) -> Any:
    """Return P(alive) of each group; always 1 where x = 0, so not to be shown there."""
    from scipy.special import expit

    x = groups.x
    silence = np.log(p.alpha + groups.t / DAYS) - np.log(p.alpha + groups.t_x / DAYS)
    odds = np.log(p.a) - np.log(np.maximum(p.b + x - 1, _TINY)) + (p.r + x) * silence
    return np.where(x > 0, expit(-odds), 1.0)


def none_within(p: Parameters, groups: Groups, weeks: float) -> Any:
    """Return P0 of each group: the chance of no purchase in the next ``weeks``."""
    start = p.alpha + groups.t / DAYS
    buys = -np.expm1((p.r + groups.x) * (np.log(start) - np.log(start + weeks)))
    return 1 - alive(p, groups) * buys


def expected(p: Parameters, groups: Groups, weeks: float) -> Any:
    """Return the expected number of purchases of each group in the next ``weeks``."""
    from scipy.special import hyp2f1

    r, alpha, a, b = p
    if abs(a - 1) < _NEAR_ONE:
        a = 1 + _NEAR_ONE
    key = (groups.x << _BITS) | groups.t  # the series does not depend on t_x
    some, of = np.unique(key, return_inverse=True)
    x, start = some >> _BITS, alpha + (some & ((1 << _BITS) - 1)) / DAYS
    series = hyp2f1(r + x, b + x, a + b + x - 1, weeks / (start + weeks))
    shrink = np.exp((r + x) * (np.log(start) - np.log(start + weeks)))
    going_on = (a + b + x - 1) / (a - 1) * (1 - shrink * series)
    return np.maximum(going_on[of], 0.0) * alive(p, groups)
