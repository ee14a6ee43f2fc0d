"""Which limit raises how many warnings: a grid of limits, and what can be said of rare warnings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ci_cli.analysis.decline.result import Thresholds

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]
else:
    Floats = Flags = Any

GRID = np.round(np.arange(-3.0, 4.0, 0.05), 2)  # limits that may be chosen
GAP = Thresholds().alarm - Thresholds().watch  # by which an alarm must have recovered to be over
_COUNTED = 25  # warnings that make a rate; rarer ones are drawn on from those


def first_from(flags: Flags) -> int:
    """Return the first place from which on all are true, the last place where none is."""
    wrong = np.flatnonzero(~flags)
    return min(int(wrong[-1]) + 1, len(flags) - 1) if len(wrong) else 0


def drawn_on(rates: Floats, years: float) -> Floats:
    """Return warnings a year for each limit of ``GRID``, also where few or none were seen.

    Where fewer than 25 are left the logarithm goes on falling in a straight line, as it does
    before: the exponential tail of peaks over a threshold.

    Args:
        rates: warnings a year as they were counted.
        years: over which they were counted.
    """
    counts = rates * years
    enough = np.flatnonzero(counts >= _COUNTED)
    if not len(enough) or enough[-1] == len(rates) - 1:
        return rates
    last = int(enough[-1])
    near = enough[counts[enough] <= 6 * _COUNTED][-20:]
    slope = -1.0
    if len(near) > 2:
        slope = min(float(np.polyfit(GRID[near], np.log(counts[near]), 1)[0]), -0.5)
    result = rates.copy()
    result[last + 1 :] = rates[last] * np.exp(slope * (GRID[last + 1 :] - GRID[last]))
    return result
