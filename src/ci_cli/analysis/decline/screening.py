"""Many categories at once: how rare a score is without a decline, and Benjamini-Hochberg.

A hundred categories looked at every month raise one alarm a month by chance alone, if each raises
one in a hundred. So above ``MANY`` categories an alarm must also hold its own among all of them.
Source: Benjamini and Hochberg (1995), at a false discovery rate of ``FALSE_SHARE``.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence

MANY = 20  # categories from which on the rule holds
FALSE_SHARE = 0.2  # of alarms that may be false, on average

# How often a category-month without a decline scores at least so much: quantiles over simulated
# histories without one (benchmarks/procat.py --null prints them).
_NULL: tuple[tuple[float, float], ...] = (
    (-3.0, 0.33392), (-2.5, 0.12804), (-2.25, 0.07104), (-2.0, 0.03829), (-1.75, 0.01972),
    (-1.5, 0.01048), (-1.25, 0.00516), (-1.0, 0.00279), (-0.5, 0.00088), (0.0, 0.00037),
)  # fmt: skip


def p_value(score: float) -> float:
    """Return the share of no-decline replays that score at least ``score``.

    Between the known quantiles the logarithm is drawn straight; beyond the last it falls by e for
    each point of the score, as the odds of a true Bayes factor do.
    """
    scores = [known for known, _share in _NULL]
    at = bisect_right(scores, score)
    if at == 0:
        return 1.0 if score < scores[0] else _NULL[0][1]
    low, share = _NULL[at - 1]
    if at == len(_NULL):
        return share * math.exp(min(low - score, 0.0))
    high, next_share = _NULL[at]
    part = (score - low) / (high - low)
    return math.exp((1 - part) * math.log(share) + part * math.log(next_share))


def holds(p_values: Sequence[float], false_share: float = FALSE_SHARE) -> list[bool]:
    """Return which of the p-values pass the rule of Benjamini and Hochberg; all where few."""
    number = len(p_values)
    if number <= MANY:
        return [True] * number
    ordered = sorted(p_values)
    limit = max(
        (p for rank, p in enumerate(ordered, start=1) if p <= false_share * rank / number),
        default=-1.0,
    )
    return [p <= limit for p in p_values]
