"""Which pairs to ask people about first: those whose answer changes most.

An answer joins or parts two whole clusters, and it teaches what its pattern of levels is worth. So
the best question is about two large clusters that might be one, or about a pattern that many
undecided pairs share, asked where the model does not know. Asking the likeliest pairs would only
confirm; asking the doubtful ones one by one would repeat one question in many forms.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .engine import Result

FROM = 0.02  # probability below which nothing is asked


def questions(result: Result, count: int) -> npt.NDArray[np.int64]:
    """Return up to ``count`` pairs to ask about next (rows of the input), the best first.

    At most one question per pair of clusters and few per pattern, so that a batch does not ask the
    same thing twice. Pairs that were decided, or whose clusters were kept apart by a decision, are
    not asked.
    """
    pairs = result.pairs
    chance = pairs.probability.astype(np.float64)
    a, b = result.clusters[pairs.left], result.clusters[pairs.right]
    low, high = np.minimum(a, b), np.maximum(a, b)
    size = len(result.records)
    between = low * size + high
    decided = result.decided
    settled = set(between[decided >= 0].tolist())
    wanted = np.flatnonzero((chance >= FROM) & (decided < 0) & (a != b))
    inside = np.flatnonzero((a == b) & (decided < 0) & (chance < 0.9) & (chance > FROM))
    members = np.bincount(result.clusters, minlength=size)
    # what joining would change, times how little is known
    doubt = chance * (1 - chance)
    gain = np.zeros(len(pairs))
    gain[wanted] = doubt[wanted] * members[a[wanted]] * members[b[wanted]]
    gain[inside] = doubt[inside] * np.maximum(members[a[inside]] - 1, 1) * 0.5
    asked = np.concatenate([wanted, inside])
    # rows stand in the order of the file: ties go by key, which does not
    rank = np.empty(size, dtype=np.int64)
    rank[np.argsort(np.array(result.records.keys, dtype=object), kind="stable")] = np.arange(size)
    order = asked[np.lexsort((rank[pairs.right[asked]], rank[pairs.left[asked]], -gain[asked]))]
    chosen: list[int] = []
    touched: set[int] = set()
    patterns: dict[int, int] = {}
    for place in order.tolist():
        if int(between[place]) in settled or patterns.get(int(pairs.pattern[place]), 0) >= 3:
            continue
        if int(a[place]) in touched or int(b[place]) in touched:
            continue
        touched |= {int(a[place]), int(b[place])}
        patterns[int(pairs.pattern[place])] = patterns.get(int(pairs.pattern[place]), 0) + 1
        chosen.append(place)
        if len(chosen) == count:
            break
    return np.stack([pairs.left[chosen], pairs.right[chosen]], axis=1)
