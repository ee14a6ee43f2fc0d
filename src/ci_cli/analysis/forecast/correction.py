"""Learn from how an earlier forecast turned out on the same data.

A model of the whole trade misjudges some kinds of customers, and on every base others: BG/NBD takes
all one-time buyers for alive, and knows neither regular gaps nor how much a customer spends. So
the forecast that could have been made some weeks ago is held against what happened since, and the
chance of a purchase becomes the logistic function of what that comparison shows to matter:

    logit P(buys) = w · (1, logit of the model's chance, ln expected purchases, ln silence,
                         ln (silence / usual gap), ln (1 + x), ln money per purchase, one-time)

The weights are those of a logistic regression with a small ridge penalty on standardised columns.
It is a correction of forecasts already made, never of the day that is forecast: what happened later
is not looked at.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ci_cli.analysis.forecast.history import History

MIN_CUSTOMERS = 200  # below, the correction would be noise
MIN_EACH = 40  # of those who bought, and of those who did not
_RIDGE = 5.0
_STEPS = 50
_TINY = 1e-9


class Correction(NamedTuple):
    """What was learnt."""

    centre: Any
    spread: Any
    weights: Any  # of 1 and the columns
    customers: int
    bought: int

    def chance(self, columns: Any) -> Any:
        """Return the chance of a purchase of each row of :func:`columns`."""
        return _logistic(_with_one((columns - self.centre) / self.spread) @ self.weights)


def columns(base: History, buys: Any, expected: Any) -> Any:
    """Return what the correction looks at, one row per customer.

    Args:
        base: the customers.
        buys: the model's chance of at least one purchase in the horizon.
        expected: the model's expected number of purchases.
    """
    silent = base.silent + 1.0
    return np.column_stack([
        np.log(buys + _TINY) - np.log(1 - buys + _TINY),
        np.log(expected + _TINY),
        np.log(silent),
        np.log(silent / base.gap),
        np.log1p(base.x),
        np.log(base.mean + 0.01),
        (~base.repeats).astype(float),
    ])  # fmt: skip


def learn(rows: Any, bought: Any) -> Correction | None:
    """Fit the correction; None where there is too little to learn from.

    Args:
        rows: from :func:`columns`, of the earlier day.
        bought: whether each of these customers bought in the horizon after it.
    """
    total, yes = len(bought), int(bought.sum())
    if total < MIN_CUSTOMERS or min(yes, total - yes) < MIN_EACH:
        return None
    # in an order of contents, so that the order of customers does not show in the last digit
    order = np.lexsort((bought, *rows.T))
    rows, bought = rows[order], bought[order]
    centre, spread = rows.mean(axis=0), np.maximum(rows.std(axis=0), _TINY)
    design = _with_one((rows - centre) / spread)
    penalty = np.full(design.shape[1], _RIDGE)
    penalty[0] = 0.0
    weights = np.zeros(design.shape[1])
    for _ in range(_STEPS):
        chance = _logistic(design @ weights)
        slope = design.T @ (bought - chance) - penalty * weights
        bend = design.T @ (design * (chance * (1 - chance))[:, None]) + np.diag(penalty)
        step = np.linalg.solve(bend, slope)
        weights += step
        if np.abs(step).max() < 1e-10:
            break
    return Correction(centre, spread, weights, total, yes)


def _with_one(rows: Any) -> Any:
    return np.column_stack([np.ones(len(rows)), rows])


def _logistic(value: Any) -> Any:
    from scipy.special import expit

    return expit(value)
