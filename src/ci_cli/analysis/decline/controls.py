"""Histories like the user's own in which nothing declines: what is raised on them is false.

How often a warning is false cannot be counted on real months alone: there are few of them, and
nobody can say of each fall whether it was one. So months are made that have everything of a
category's own except declines: its level, its growth, its season, its freak months, the way its
noise hangs together from month to month and between money, orders, buyers and order values.

Each signal is divided by its slow course (a mean over a year around each month) and its season;
what is left is cut into runs of some months, and these are put together anew in random order, all
signals alike. Source: the moving block bootstrap (Kuensch 1989), as used on what a decomposition
leaves by Bergmeir, Hyndman and Benitez (2016). Dividing by an estimate takes a part of the noise
away with it, which is given back.

What such months cannot have is a slow wandering of the level over a year and more; so the replay of
the real months is looked at beside them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ci_cli.analysis.decline.histories import Ledger
from ci_cli.analysis.decline.levels import AROUND, YEAR, season_of, slow_course
from ci_cli.analysis.decline.result import PROVISIONAL

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]
else:
    Floats = Whole = Any

RUN = 6  # months that are kept together
_MOST_GROWTH = 0.05  # per month that is carried on


def controls(table: Ledger, number: int, rng: np.random.Generator) -> Ledger:
    """Return ``number`` histories without a decline for each group that is long enough.

    The groups come one after the other, ``number`` times; each history begins when its group did.
    """
    rows = [
        row
        for row, first in enumerate(table.begins)
        if table.net.shape[1] - first > PROVISIONAL and table.net[row].max(initial=0) > 0
    ]
    months = table.net.shape[1]
    shape = (number, len(rows), months)
    made = {name: np.zeros(shape) for name in ("net", "orders", "buyers", "told")}
    values = None if table.values is None else np.zeros(shape)
    for place, row in enumerate(rows):
        first = int(table.begins[row])
        length = months - first
        runs = _runs(length, number, rng)
        for name in ("net", "orders", "buyers"):
            made[name][:, place, first:] = _alike(getattr(table, name)[row, first:], runs)
        known = table.told[row].sum() / max(table.orders[row].sum(), 1)
        made["told"][:, place] = known * made["orders"][:, place]
        if values is not None and table.values is not None:
            left = table.values[row, first:]
            left = (left - slow_course(left)) * _given_back(length, has_season=False)
            values[:, place, first:] = left[runs]
    names = [table.groups[row] for row in rows]
    begins = np.tile(table.begins[rows], number) if rows else np.zeros(0, dtype=np.int64)
    flat = {name: one.reshape(-1, months) for name, one in made.items()}
    return Ledger(
        names * number,
        names * number,
        flat["net"],
        flat["orders"],
        flat["buyers"],
        flat["told"],
        None if values is None else values.reshape(-1, months),
        begins,
    )


def _runs(length: int, number: int, rng: np.random.Generator) -> Whole:
    """Return which month each made month is taken from, (number, length)."""
    run = min(RUN, length)
    blocks = -(-length // run)
    starts = rng.integers(0, length - run + 1, (number, blocks))
    index: Whole = (starts[:, :, None] + np.arange(run)).reshape(number, -1)[:, :length]
    return index


def _alike(values: Floats, runs: Whole) -> Floats:
    """Return histories like ``values`` (n,) whose months come from ``runs`` (number, n)."""
    length = len(values)
    course = np.maximum(slow_course(values), 1e-9)
    season = season_of(values, course)[np.arange(length) % YEAR]
    left = values / (course * season)
    back = _given_back(length, has_season=length >= 2 * YEAR)
    left = np.where(left > 0, np.maximum(left, 1e-9) ** back, left * back)
    left = left / max(left.mean(), 0.1)
    logs = np.log(np.maximum(course, course.max() * 0.01))
    slope = np.polyfit(np.arange(length), logs, 1)[0]
    growth = np.exp(min(max(slope, 0.0), _MOST_GROWTH) * (np.arange(length) - (length - 1) / 2))
    level = max(values.mean(), 0.0)
    made: Floats = level * growth * season * left[runs]
    return made


def _given_back(length: int, *, has_season: bool) -> float:
    """Return by what the spread of what is left has to be multiplied."""
    taken = 1 / (2 * AROUND + 1)
    if has_season:
        taken += (1 - taken) * YEAR / length
    return float(1 / np.sqrt(1 - taken))
