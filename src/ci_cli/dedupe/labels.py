"""Decisions of people: they bind the clusters, and they teach what a level is worth here.

A decision is a label. A logistic regression over the levels of the labelled pairs, drawn towards no
change, corrects what the model got wrong about this list (two cities may be nothing, a family name
everything).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from .learn import Model
from .table import Records

# Nats: how far a level, and the whole, may be off before labels must insist. People are asked where
# the model doubts, so their answers say little about pairs that nobody would doubt.
LEVEL_SPREAD = 0.4
BIAS_SPREAD = 0.3
ENOUGH = 100  # labels that may move a level by its whole spread
STEPS = 30


@dataclass(frozen=True)
class Decision:
    """What a person said about two records, by their keys."""

    left: str
    right: str
    same: bool


@dataclass(frozen=True)
class Labels:
    """Decisions by row, lower row first.

    Attributes:
        same: pairs that are one customer.
        different: pairs that are not.
        joined: pairs that are one customer already; nobody was asked, so they teach nothing.
    """

    same: tuple[tuple[int, int], ...]
    different: tuple[tuple[int, int], ...]
    joined: tuple[tuple[int, int], ...] = ()

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """All pairs that somebody decided."""
        return [*self.same, *self.different]

    @property
    def known(self) -> bool:
        """Whether anything was decided."""
        return bool(self.same or self.different)

    def through(self, home: npt.NDArray[np.int64]) -> Labels:
        """Return the labels for rows ``home[row]``; pairs that fall together are left out."""

        def moved(pairs: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
            ends = ((int(home[a]), int(home[b])) for a, b in pairs)
            return tuple(sorted({(min(a, b), max(a, b)) for a, b in ends if a != b}))

        return Labels(moved(self.same), moved(self.different), moved(self.joined))


def labels_of(
    records: Records, decisions: Sequence[Decision], joined: Sequence[tuple[str, str]] = ()
) -> Labels:
    """Return decisions by row, the last about a pair; records that are gone are left out.

    Args:
        records: the list.
        decisions: what people said.
        joined: keys of records that are one customer already.
    """
    if not decisions and not joined:
        return Labels((), ())
    row = {key: i for i, key in enumerate(records.keys)}
    verdicts: dict[tuple[int, int], bool] = {}
    for one in decisions:
        if one.left in row and one.right in row and one.left != one.right:
            a, b = row[one.left], row[one.right]
            verdicts[min(a, b), max(a, b)] = one.same
    return Labels(
        tuple(sorted(pair for pair, same in verdicts.items() if same)),
        tuple(sorted(pair for pair, same in verdicts.items() if not same)),
        tuple(sorted((min(row[a], row[b]), max(row[a], row[b])) for a, b in joined)),
    )


def corrected(
    model: Model,
    levels: npt.NDArray[np.int8],
    weight: npt.NDArray[np.floating],
    same: npt.NDArray[np.bool_],
) -> Model:
    """Return the model with the corrections that labels ask for.

    Args:
        model: as learnt.
        levels: label × field.
        weight: what the model says of each labelled pair, bits.
        same: what people say.
    """
    widths = [len(shares) for shares in model.m]
    starts = np.cumsum([1, *widths])
    columns = np.zeros((len(same), int(starts[-1])))
    columns[:, 0] = 1.0
    for place in range(len(widths)):
        there = np.flatnonzero(levels[:, place] >= 0)
        columns[there, starts[place] + levels[there, place]] = 1.0
    offset = np.clip(np.nan_to_num(weight, neginf=-20.0) * np.log(2), -12, 12)
    heard = min(1.0, len(same) / ENOUGH)
    precision = np.full(int(starts[-1]), 1 / (LEVEL_SPREAD * heard) ** 2)
    precision[0] = 1 / (BIAS_SPREAD * heard) ** 2
    added = np.zeros(len(precision))
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-(offset + columns @ added)))
        slope = columns.T @ (same - chance) - precision * added
        curve = (columns.T * (chance * (1 - chance))) @ columns + np.diag(precision)
        step = np.linalg.solve(curve, slope)
        added += step
        if float(np.abs(step).max()) < 1e-6:
            break
    parts = tuple(added[starts[i] : starts[i + 1]] for i in range(len(widths)))
    return replace(model, correction=parts, bias=float(added[0]))
