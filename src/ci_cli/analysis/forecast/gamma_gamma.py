"""How much a purchase brings: the Gamma–Gamma model of Fader, Hardie & Lee.

*RFM and CLV: Using Iso-Value Curves for Customer Base Analysis*, Journal of Marketing Research 42
(2005), 415–430; in the form of Fader & Hardie, *The Gamma-Gamma Model of Monetary Value* (2013),
equations (1a) and (5). A customer's purchases vary around a mean of their own (gamma: p), and these
means vary between customers (gamma: q, v). So the mean of few purchases is drawn towards that of
everybody.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from ci_cli.analysis.forecast.maximum import Objective, best, dot


class Parameters(NamedTuple):
    """The three parameters; v in units of money."""

    p: float
    q: float
    v: float


class Fit(NamedTuple):
    """The fitted model."""

    parameters: Parameters
    log_likelihood: float
    customers: int
    has_converged: bool


def fit(number: Any, mean: Any) -> Fit:
    """Fit the model by maximum likelihood.

    Args:
        number: purchases of each customer, at least 1.
        mean: mean money of a purchase of each customer, above 0.
    """
    number, mean = np.asarray(number, dtype=float), np.asarray(mean, dtype=float)
    order = np.lexsort((mean, number))
    number, mean = number[order], mean[order]
    unit = float(np.exp(np.log(mean).mean()))  # so that the start fits any currency

    def objective(part: slice) -> Objective:
        return negative_likelihood(number[part], mean[part] / unit)

    found = best(objective, len(number), float(len(number)), [2.0, 3.0, 2.0])
    p, q, v = (float(value) for value in found.parameters)
    # measured in ``unit``, densities of a mean are that much larger
    return Fit(
        Parameters(p, q, v * unit),
        found.log_likelihood - len(number) * math.log(unit),
        len(number),
        found.has_converged,
    )


def negative_likelihood(number: Any, mean: Any) -> Objective:
    """Return the mean negative log-likelihood and its gradient as a function of log-parameters."""
    from scipy.special import gammaln, psi

    counts, of_count = np.unique(number, return_inverse=True)
    by_count = np.bincount(of_count) / len(number)
    total = number * mean
    mean_log = float(np.log(mean).mean())
    summed = float(dot(number, np.log(total)))
    weight = 1 / len(number)

    def value(theta: Any) -> tuple[float, Any]:
        p, q, v = np.exp(theta)
        shape = p * number + q
        log_sum = np.log(total + v)
        share = 1 / (total + v)
        likelihood = (
            by_count @ (gammaln(p * counts + q) - gammaln(p * counts)) - gammaln(q)
            + q * np.log(v) + p * summed * weight - mean_log
            - dot(shape, log_sum) * weight
        )  # fmt: skip
        slope = psi(p * counts + q)
        gradient = np.array([
            by_count @ (counts * (slope - psi(p * counts)))
            + (summed - dot(number, log_sum)) * weight,
            by_count @ slope - psi(q) + np.log(v) - log_sum.mean(),
            q / v - dot(shape, share) * weight,
        ])  # fmt: skip
        return -float(likelihood), -gradient * np.array([p, q, v])

    return value


def expected_mean(p: Parameters, number: Any, mean: Any) -> Any:
    """Return the expected money of a customer's next purchase: own mean drawn towards everybody's.

    Only with q > 1 has the population a mean; customers with purchases of their own have one if
    p · number + q > 1.
    """
    number, mean = np.asarray(number, dtype=float), np.asarray(mean, dtype=float)
    return p.p * (p.v + number * mean) / (p.p * number + p.q - 1)
