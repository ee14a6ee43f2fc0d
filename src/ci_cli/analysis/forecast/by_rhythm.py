"""A forecast from the usual gap alone, for bases that the BG/NBD model cannot describe.

A customer with the usual gap g (``analysis.cadence``, a median) who buys at random moments does so
at a rate of ln 2 / g. That rate is as uncertain as the gaps it rests on: m of the customer's own
and four of the population. Take it as gamma distributed with shape k = m + 4 and mean ln 2 / g;
then a silence s since the last purchase, and the next h days, follow a Lomax distribution:

    P0 = ((B + s) / (B + s + h)) ** k,   expected purchases = k · h / (B + s),   B = k · g / ln 2
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ci_cli.analysis.cadence import PRIOR_GAPS
from ci_cli.analysis.forecast.history import History


def none_within(base: History, days: float) -> Any:
    """Return the chance of each customer that nothing is bought in the next ``days``."""
    shape, waited = _waited(base)
    return np.exp(shape * (np.log(waited) - np.log(waited + days)))


def expected(base: History, days: float) -> Any:
    """Return the expected number of purchases of each customer in the next ``days``."""
    shape, waited = _waited(base)
    return shape * days / waited


def usual(base: History, days: float) -> Any:
    """Return how often each customer buys in so many days, silence left aside."""
    return np.log(2) / base.gap * days


def _waited(base: History) -> tuple[Any, Any]:
    shape = base.x + float(PRIOR_GAPS)
    return shape, shape * base.gap / np.log(2) + base.silent
