"""The level of a series, its season, and where it would be if nothing had begun to fall."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
else:
    Floats = Any

AROUND = 6  # months before and after that make the slow course
YEAR = 12
_RECENT = 6  # months before a fall that tell the level it fell from
_TINY = 1e-9


def slow_course(values: Floats) -> Floats:
    """Return the mean of each month and those around it, over a year where there is one."""
    sums = np.concatenate([[0.0], np.cumsum(values)])
    index = np.arange(len(values))
    first = np.maximum(index - AROUND, 0)
    last = np.minimum(index + AROUND, len(values) - 1) + 1
    mean: Floats = (sums[last] - sums[first]) / (last - first)
    return mean


def season_of(values: Floats, course: Floats) -> Floats:
    """Return the factor of each of twelve months on ``course``, in the order of ``values``.

    All are 1 under two years. The factors are drawn towards 1 as if half a month more had shown
    no season.
    """
    season = np.ones(YEAR)
    if len(values) < 2 * YEAR:
        return season
    left = values / np.maximum(course, _TINY)
    for one in range(YEAR):
        season[one] = (left[one::YEAR].sum() + 0.5) / (len(left[one::YEAR]) + 0.5)
    factors: Floats = np.maximum(season / max(season.mean(), _TINY), 0.05)
    return factors


def expected(values: Floats, since: int | None) -> Floats:
    """Return the level that a series is on, with its season; without the fall from ``since`` on.

    Args:
        values: (n,) by month, oldest first.
        since: index of the first month of a fall, None where there is none. From it on the level
            of the months before is carried on.

    Returns:
        (n,)
    """
    before = values if since is None else values[:since]
    if not len(before):
        return np.zeros(len(values))
    course = slow_course(before)
    season = season_of(before, course)
    factors = season[np.arange(len(values)) % YEAR]
    level = course
    if since is not None:
        plain = before / factors[: len(before)]
        level = np.concatenate([course, np.full(len(values) - since, plain[-_RECENT:].mean())])
    found: Floats = level * factors
    return found
