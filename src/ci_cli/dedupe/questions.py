"""Which pairs to ask people about first: those whose answer changes most.

An answer joins or parts two whole clusters, and it teaches what its pattern of levels is worth. So
the best question is about two large clusters that might be one, or about a pattern that many
undecided pairs share, asked where the model does not know. Asking the likeliest pairs would only
confirm; asking the doubtful ones one by one would repeat one question in many forms.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from .result import Result

FROM = 0.02  # probability below which nothing is asked
_PER_PATTERN = 3  # questions of a batch that may share a pattern

Ints = npt.NDArray[np.integer]


class Askable(NamedTuple):
    """Scored pairs among which to choose, as arrays of one length.

    Attributes:
        left: number of the one that sorts lower where nothing else decides.
        right: the other one.
        chance: probability that they are one customer.
        pattern: number of the pair's pattern of levels.
        one: cluster of the left one, a number from 0 on.
        other: cluster of the right one.
        decided: whether a person decided it.
    """

    left: Ints
    right: Ints
    chance: npt.NDArray[np.float64]
    pattern: Ints
    one: Ints
    other: Ints
    decided: npt.NDArray[np.bool_]


def questions(result: Result, count: int) -> npt.NDArray[np.int64]:
    """Return up to ``count`` pairs to ask about next (rows of the input), the best first."""
    pairs = result.pairs
    size = len(result.records)
    # rows stand in the order of the file: ties go by key, which does not
    rank = np.empty(size, dtype=np.int64)
    rank[np.argsort(np.array(result.records.keys, dtype=object), kind="stable")] = np.arange(size)
    chosen = most_telling(
        Askable(
            rank[pairs.left], rank[pairs.right], pairs.probability.astype(np.float64),
            pairs.pattern, result.clusters[pairs.left], result.clusters[pairs.right],
            result.decided >= 0,
        ),
        np.bincount(result.clusters, minlength=size),
        count,
    )  # fmt: skip
    return np.stack([pairs.left[chosen], pairs.right[chosen]], axis=1)


def most_telling(asked: Askable, members: Ints, count: int | None = None) -> list[int]:
    """Return the places of the pairs to ask about, the best first.

    At most one question per pair of clusters and few per pattern, so that a batch does not ask the
    same thing twice. Pairs that were decided, or whose clusters were kept apart by a decision, are
    not asked.

    Args:
        asked: the pairs.
        members: how many records each cluster has.
        count: how many at most.
    """
    chance, a, b = asked.chance, asked.one, asked.other
    between = np.minimum(a, b) * len(members) + np.maximum(a, b)
    settled = set(between[asked.decided].tolist())
    wanted = np.flatnonzero((chance >= FROM) & ~asked.decided & (a != b))
    inside = np.flatnonzero((a == b) & ~asked.decided & (chance < 0.9) & (chance > FROM))
    # what joining would change, times how little is known
    doubt = chance * (1 - chance)
    gain = np.zeros(len(chance))
    gain[wanted] = doubt[wanted] * members[a[wanted]] * members[b[wanted]]
    gain[inside] = doubt[inside] * np.maximum(members[a[inside]] - 1, 1) * 0.5
    both = np.concatenate([wanted, inside])
    order = both[np.lexsort((asked.right[both], asked.left[both], -gain[both]))]
    chosen: list[int] = []
    touched: set[int] = set()
    patterns: dict[int, int] = {}
    for place in order.tolist():
        pattern = int(asked.pattern[place])
        if int(between[place]) in settled or patterns.get(pattern, 0) >= _PER_PATTERN:
            continue
        if int(a[place]) in touched or int(b[place]) in touched:
            continue
        touched |= {int(a[place]), int(b[place])}
        patterns[pattern] = patterns.get(pattern, 0) + 1
        chosen.append(place)
        if len(chosen) == count:
            break
    return chosen
