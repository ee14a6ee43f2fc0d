"""How firmly each record stands in its cluster, and clusters at another threshold.

A record belongs to its cluster as far as the mean weight of its pairs with the others says, counted
as clustering counts: weights clipped, a pair that was never scored against.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from .cluster import CLIP, UNSCORED, cluster, components

if TYPE_CHECKING:
    from .result import Result

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def memberships(result: Result) -> Floats:
    """Return record -> probability that it belongs to its cluster, NaN where it is alone."""
    distinct = (result.copy_of[result.pairs.left] == result.pairs.left) & (
        result.copy_of[result.pairs.right] == result.pairs.right
    )
    own = np.zeros(len(result.records))
    copy = ~distinct
    own[result.pairs.right[copy]] = result.pairs.weight[copy]
    return _chances(
        result.clusters,
        result.copy_of,
        own,
        np.stack([result.pairs.left[distinct], result.pairs.right[distinct]], axis=1),
        result.pairs.weight[distinct].astype(np.float64),
    )


def _chances(label: Ints, copy_of: Ints, own: Floats, pairs: Ints, weight: Floats) -> Floats:
    """Return record -> chance, from the pairs of distinct records; copies share their record's."""
    size = len(label)
    is_copy = copy_of != np.arange(size)
    distinct = np.bincount(label[~is_copy], minlength=size)
    bits = np.clip(np.nan_to_num(weight, neginf=-CLIP), -CLIP, CLIP) - UNSCORED
    inside = label[pairs[:, 0]] == label[pairs[:, 1]]
    total = np.zeros(size)
    for end in (0, 1):
        np.add.at(total, pairs[inside, end], bits[inside])
    others = distinct[label] - 1
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = total / others + UNSCORED
    mean = mean[copy_of]
    # records that have only copies of themselves beside them: as sure as such a pair is
    only_copies = (others == 0)[copy_of]
    best = np.full(size, -np.inf)
    np.maximum.at(best, copy_of[is_copy], np.clip(own[is_copy], -CLIP, CLIP))
    mean = np.where(only_copies, best[copy_of], mean)
    chance: Floats = 1 / (1 + np.exp2(-mean))
    chance[np.bincount(label, minlength=size)[label] < 2] = np.nan
    return chance


def regrouped(
    *,
    copy_of: Ints,
    own: Floats,
    pairs: Ints,
    weight: Floats,
    threshold: float,
    same: Sequence[tuple[int, int]],
    different: Sequence[tuple[int, int]],
) -> tuple[Ints, Floats]:
    """Return for each record the lowest record of its cluster at a threshold, and its chance.

    Args:
        copy_of: record -> the record whose contents it has, or itself.
        own: record -> weight of the pair with that record, bits.
        pairs: (record, record), each once; those of copies are left out.
        weight: of each pair, bits.
        threshold: probability from which a pair links two records.
        same: pairs that belong together.
        different: pairs that do not.
    """
    size = len(copy_of)
    least = float(np.log2(threshold / (1 - threshold)))
    distinct = (copy_of[pairs[:, 0]] == pairs[:, 0]) & (copy_of[pairs[:, 1]] == pairs[:, 1])
    pairs, weight = pairs[distinct], weight[distinct]
    rows = np.flatnonzero(copy_of == np.arange(size))
    place = np.full(size, -1, dtype=np.int64)
    place[rows] = np.arange(len(rows))
    home = place[copy_of]

    def moved(ends: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
        both = ((int(home[a]), int(home[b])) for a, b in ends)
        return sorted({(min(a, b), max(a, b)) for a, b in both if a != b})

    found = cluster(
        len(rows), place[pairs[:, 0]], place[pairs[:, 1]], weight, least, moved(same),
        moved(different),
    )  # fmt: skip
    label = rows[found][home]
    unsure = (copy_of != np.arange(size)) & (own < least)
    label[unsure] = np.flatnonzero(unsure)
    label = join_copies(label, copy_of, same)
    return label, _chances(label, copy_of, own, pairs, weight)


def join_copies(label: Ints, copy_of: Ints, same: Sequence[tuple[int, int]]) -> Ints:
    """Return clusters in which equal records that belong together do, however little they say."""
    ends = [(int(label[a]), int(label[b])) for a, b in same if copy_of[a] == copy_of[b]]
    if not ends:
        return label
    both = np.array(ends, dtype=np.int64)
    joined: Ints = components(len(label), both[:, 0], both[:, 1])[label]
    return joined
