"""Afterwards: which warnings were followed by a decline, and which declines there really were.

Both look at what came after, which no score may do; they only say, afterwards, who was right. The
measure is plain: revenue of twelve months (six at least) against the same months of a year before.
A decline that is listed must also stand out from how much the months scatter anyway.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

from ci_cli.analysis.decline.evidence import log_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]
    Flags = NDArray[np.bool_]
else:
    Floats = Whole = Flags = Any

REAL = 0.10  # share of revenue that must be missing
CLEAR = 2.5  # standard errors by which the months of a decline lie below those of last year
_YEAR = 12
_ENOUGH = 6  # months that must have followed

Became = Literal["decline", "none", "recent"]


class Decline(NamedTuple):
    """A decline that history holds: the group, the index of its first month, what was lost."""

    group: int
    month: int
    loss: float  # of the twelve months from its beginning on, at its worst: 0.3 is 30 %


def opened(on: Flags, off: Flags) -> Flags:
    """Return the months in which something is raised, (G, T).

    It is raised when ``on`` becomes true and stands until ``off`` is; what stands in the first
    month already is not counted, since it may have been raised before.
    """
    found = np.zeros_like(on)
    stands = on[:, 0].copy() if on.shape[1] else np.zeros(len(on), dtype=bool)
    for month in range(1, on.shape[1]):
        found[:, month] = on[:, month] & ~stands
        stands = (stands | on[:, month]) & ~(off[:, month] & ~on[:, month])
    return found


def followed(net: Floats, begins: int, month: int, since: int) -> Became:
    """Tell what became of a warning after ``month`` that dates a decline from ``since``.

    A decline followed if the months after it, twelve of them or as many as there are, bring at
    least 10 % less than the same months of the year before the decline.

    Args:
        net: (n,) revenue of the group by month.
        begins: index of its first month.
        month: index of the month of the warning.
        since: index of the first month of the decline.

    Returns:
        ``decline`` or ``none``; ``recent`` where too little came before or after to tell.
    """
    after = np.arange(month + 1, min(month + _YEAR + 1, len(net)))
    if len(after) < _ENOUGH or since - begins < _ENOUGH:
        return "recent"
    if since - begins >= _YEAR:
        usual = net[since - _YEAR + (after - since) % _YEAR]
    else:
        usual = np.full(len(after), net[begins:since].mean())
    if usual.sum() <= 0:
        return "recent"
    return "decline" if net[after].sum() <= (1 - REAL) * usual.sum() else "none"


def declines(net: Floats, begins: Whole, steps: Sequence[int]) -> list[Decline]:
    """Return the declines in the revenue (G, n) of all groups that begin within ``steps``."""
    found = []
    for group, first in enumerate(begins):
        for months, losses in _runs(net[group], int(first)):
            month = _beginning(net[group], int(first), months)
            if month in steps:
                found.append(Decline(group, month, float(losses.max())))
    return found


def _runs(net: Floats, first: int) -> list[tuple[Whole, Floats]]:
    """Return runs of months from which on a year brought 10 % less, and how much less."""
    lost = np.zeros(len(net))
    for month in range(first + _YEAR, len(net) - _ENOUGH + 1):
        after = np.arange(month, min(month + _YEAR, len(net)))
        before = net[after - _YEAR].sum()
        if before > 0 and _is_clear(log_of(net[None])[0], after):
            lost[month] = 1 - net[after].sum() / before
    bad = np.flatnonzero(lost >= REAL)
    parts = np.split(bad, np.flatnonzero(np.diff(bad) > 1) + 1)
    return [(part, lost[part]) for part in parts if len(part)]


def _is_clear(logs: Floats, after: Whole) -> bool:
    """Tell whether months lie below those of last year by more than chance makes them differ."""
    change = logs[after] - logs[after - _YEAR]
    error = change.std(ddof=1) / np.sqrt(len(change))
    return bool(change.mean() < -CLEAR * error)


def _beginning(net: Floats, first: int, months: Whole) -> int:
    """Return where in a run the fall begins: the bend or step that fits the course best."""
    start, end = max(first, int(months[0]) - _YEAR), min(int(months[-1]) + _ENOUGH, len(net))
    logs = log_of(net[None, start:end])[0]
    index = np.arange(start, end)
    best, found = np.inf, int(months[0])
    for month in months:
        for shape in (np.maximum(index - month + 1, 0.0), (index >= month).astype(np.float64)):
            design = np.stack([np.ones(len(index)), shape], axis=1)
            (_level, slope), *_rest = np.linalg.lstsq(design, logs, rcond=None)
            rest = float(((logs - design @ np.array([_level, slope])) ** 2).sum())
            if slope < 0 and rest < best:
                best, found = rest, int(month)
    return found
