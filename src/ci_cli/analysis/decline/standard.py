"""The rules of the standard sales report, to measure the early warning against.

Each is asked of the revenue up to a month and says whether it would have been marked red.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]
else:
    Floats = Flags = Any


def same_month_last_year(values: Floats) -> Flags:
    """Mark two months running that lie 10 % below those of last year; ``values`` is (C, n)."""
    if values.shape[1] < 14:
        return np.zeros(len(values), dtype=bool)
    now = _below(values[:, -1], values[:, -13], 0.9)
    return now & _below(values[:, -2], values[:, -14], 0.9)


def trailing_year(values: Floats) -> Flags:
    """Mark the last twelve months where they lie 5 % below the twelve before."""
    if values.shape[1] < 24:
        return np.zeros(len(values), dtype=bool)
    return _below(values[:, -12:].sum(axis=1), values[:, -24:-12].sum(axis=1), 0.95)


def quarter(values: Floats) -> Flags:
    """Mark the last three months where they lie 10 % below the three before."""
    if values.shape[1] < 6:
        return np.zeros(len(values), dtype=bool)
    return _below(values[:, -3:].sum(axis=1), values[:, -6:-3].sum(axis=1), 0.9)


def _below(now: Floats, before: Floats, share: float) -> Flags:
    found: Flags = (before > 0) & (now < share * before)
    return found


RULES: Mapping[str, Callable[[Floats], Flags]] = {
    "same month last year": same_month_last_year,
    "trailing year": trailing_year,
    "quarter": quarter,
}
