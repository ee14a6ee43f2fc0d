"""Maximum likelihood for the two models of ``analysis.forecast``: few parameters, many customers.

Positive parameters are fitted as their logarithms, by L-BFGS with the exact gradient. Rows that are
equal are counted once with their number as weight. On large bases a fit on a part comes first: its
curvature makes the problem round, so that the fit on all rows needs a few evaluations only. The
part is chosen from rows in a canonical order, so neither it nor the result depends on the order in
which customers came.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

_PART = 20_000  # rows that the first fit of a large base looks at
_LARGE = 4 * _PART
# logarithms of parameters: beyond, no data can tell, and differences of gamma functions blur
_LOWEST, _HIGHEST = -14.0, 14.0
_FLAT = 1e-3  # slope of the mean log-likelihood that counts as none, where the search gave up
_STEP = 1e-4  # of the finite differences of the gradient that give the curvature

Objective = Callable[[Any], tuple[float, Any]]
"""Logarithms of the parameters -> negative log-likelihood per customer, and its gradient."""


class Optimum(NamedTuple):
    """Where the likelihood is largest."""

    parameters: Any  # float64 array, positive
    log_likelihood: float  # of all customers together
    has_converged: bool


def dot(one: Any, other: Any) -> Any:
    """Return the sum of the products of two long columns.

    Not by the threads of a BLAS: for columns they cost more than they bring, on a busy machine a
    hundred times more, and the last digits would depend on their number.
    """
    return np.einsum("i,i->", one, other)


def best(
    objective: Callable[[slice], Objective], rows: int, total: float, start: list[float]
) -> Optimum:
    """Maximise a likelihood.

    Args:
        objective: the function to minimise over some rows; rows are in canonical order.
        rows: how many distinct rows there are.
        total: how many customers they stand for.
        start: first guess of the parameters.
    """
    theta = np.log(np.asarray(start, dtype=float))
    scale = np.eye(len(theta))
    if rows > _LARGE:
        part = objective(slice(0, None, rows // _PART))
        theta, _, _ = _minimise(part, theta, scale)
        scale = _roundness(part, theta)
    theta, value, has_converged = _minimise(objective(slice(None)), theta, scale)
    return Optimum(np.exp(theta), -value * total, has_converged)


def _minimise(function: Objective, start: Any, scale: Any) -> tuple[Any, float, bool]:
    """Minimise ``function`` in coordinates ``start + scale · u``."""
    from scipy.optimize import minimize

    def moved(u: Any) -> tuple[float, Any]:
        theta = start + scale @ u
        inside = np.clip(theta, _LOWEST, _HIGHEST)
        value, gradient = function(inside)
        beyond = theta - inside  # a wall that rises slowly keeps the search where numbers exist
        return value + float(beyond @ beyond), scale.T @ (gradient + 2 * beyond)

    found = minimize(
        moved,
        np.zeros_like(start),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": 500, "ftol": 1e-13, "gtol": 1e-7},
    )
    theta = np.clip(start + scale @ found.x, _LOWEST, _HIGHEST)
    # on a flat ridge (customers who all stop alike) the line search gives up at its very top
    has_converged = bool(found.success) or float(np.abs(found.jac).max()) < _FLAT
    return theta, float(found.fun), has_converged


def _roundness(function: Objective, theta: Any) -> Any:
    """Return the matrix that makes the curvature at ``theta`` a unit matrix, as far as it bends."""
    size = len(theta)
    bend = np.empty((size, size))
    for i in range(size):
        step = np.zeros(size)
        step[i] = _STEP
        bend[i] = (function(theta + step)[1] - function(theta - step)[1]) / (2 * _STEP)
    values, vectors = np.linalg.eigh((bend + bend.T) / 2)
    return vectors / np.sqrt(np.maximum(values, 1e-6))
