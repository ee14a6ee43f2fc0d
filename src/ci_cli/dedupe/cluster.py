"""Scored pairs -> who belongs together, by average linkage.

Joining whatever a chain of likely pairs connects makes strangers one customer: A is like B, B is
like C, A and C have nothing in common. So two groups join only while the mean weight of all pairs
between them is positive. A pair that was never scored counts against (−1 bit): no blocking rule
found anything that it shares. Weights are clipped, so that one striking agreement cannot outvote
many doubts.

Average linkage is reducible: a pair of groups that are each other's best partner may be joined
at once, and a group without a positive partner never gets one. So chains of nearest neighbours give
the same answer as always joining the best pair of all, in time that hardly grows faster than the
number of pairs. Ties go to the lower row; rows come in an order that depends on contents only.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

Index = npt.NDArray[np.integer]
Floats = npt.NDArray[np.floating]

CLIP = 12.0  # bits
UNSCORED = -1.0  # bits
NEVER = -1e9  # a pair that people kept apart
DENSE_UP_TO = 3000  # records of a component that may stand in a square table


def components(size: int, left: Index, right: Index) -> npt.NDArray[np.int64]:
    """Return for each record the lowest record that links connect it with."""
    label = np.arange(size, dtype=np.int64)
    a, b = np.asarray(left, np.int64), np.asarray(right, np.int64)
    while len(a):
        low, high = np.minimum(label[a], label[b]), np.maximum(label[a], label[b])
        apart = low != high
        if not apart.any():
            break
        a, b = a[apart], b[apart]
        np.minimum.at(label, high[apart], low[apart])
        while True:  # follow the labels to their roots
            up = label[label]
            if (up == label).all():
                break
            label = up
    return label


def cluster(
    size: int,
    left: Index,
    right: Index,
    weight: Floats,
    least: float,
    same: Iterable[tuple[int, int]] = (),
    different: Iterable[tuple[int, int]] = (),
) -> npt.NDArray[np.int64]:
    """Return for each record the lowest record of its cluster.

    Args:
        size: number of records.
        left: lower record of each scored pair; each pair stands once.
        right: higher record of each scored pair.
        weight: log odds in bits; −inf where nothing that identifies agrees.
        least: weight from which a pair links two records.
        same: pairs that people decided to be one customer; always joined.
        different: pairs that people kept apart; never joined, not even by others.
    """
    joined = np.array(sorted(same), dtype=np.int64).reshape(-1, 2)
    apart = np.array(sorted(different), dtype=np.int64).reshape(-1, 2)
    bits = np.clip(np.nan_to_num(weight, neginf=-CLIP), -CLIP, CLIP).astype(np.float64) - least
    linked = weight >= least
    group = components(size, left[linked], right[linked])
    label = _by_average(group, left, right, bits, joined[:0], apart)
    # an answer about two records joins all that stands with them
    whole = components(size, label[joined[:, 0]], label[joined[:, 1]])[label]
    torn = whole[apart[:, 0]][whole[apart[:, 0]] == whole[apart[:, 1]]]
    if len(torn):  # ... but not against another answer: there, start from the answers themselves
        again = np.isin(whole, torn)
        found = _by_average(np.where(again, whole, -1 - np.arange(size)), left, right, bits,
                            joined, apart)  # fmt: skip
        whole = np.where(again, found, whole)
    return whole


def _by_average(
    group: npt.NDArray[np.int64],
    left: Index,
    right: Index,
    bits: Floats,
    joined: Index,
    apart: Index,
) -> npt.NDArray[np.int64]:
    """Return the clusters within groups; a negative group is a record that is left alone."""
    inside = (group[left] == group[right]) & (group[left] >= 0)
    left, right, bits = left[inside], right[inside], bits[inside]
    label = np.where(group < 0, np.arange(len(group)), group)
    for rows, pairs in _open_components(group, left, bits, apart):
        place = {int(row): i for i, row in enumerate(rows)}
        must = [(place[int(a)], place[int(b)]) for a, b in joined if int(a) in place]
        never = [
            (place[int(a)], place[int(b)]) for a, b in apart if int(a) in place and int(b) in place
        ]
        found = _agglomerate(
            len(rows),
            np.searchsorted(rows, left[pairs]),
            np.searchsorted(rows, right[pairs]),
            bits[pairs],
            must,
            never,
        )
        label[rows] = rows[found]
    return label


def _open_components(
    group: npt.NDArray[np.int64], left: Index, bits: Floats, apart: Index
) -> Iterable[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]]:
    """Yield (rows, pairs) of the components in which not every pair is scored and positive."""
    counts = np.bincount(group[group >= 0], minlength=len(group))
    positive = np.bincount(group[left], weights=bits > 0, minlength=len(group))
    closed = positive >= counts * (counts - 1) / 2
    apart = apart[group[apart[:, 0]] >= 0]
    kept_apart = apart[group[apart[:, 0]] == group[apart[:, 1]]]
    closed[group[kept_apart[:, 0]]] = False
    rows = np.flatnonzero((group >= 0) & ~closed[group])
    rows = rows[np.argsort(group[rows], kind="stable")]
    pairs = np.flatnonzero(~closed[group[left]])
    pairs = pairs[np.argsort(group[left[pairs]], kind="stable")]
    row_groups, row_starts = np.unique(group[rows], return_index=True)
    pair_starts = np.searchsorted(group[left[pairs]], row_groups)
    row_ends = np.append(row_starts[1:], len(rows))
    pair_ends = np.append(pair_starts[1:], len(pairs))
    for i in range(len(row_groups)):
        yield rows[row_starts[i] : row_ends[i]], pairs[pair_starts[i] : pair_ends[i]]


def _agglomerate(
    size: int,
    left: Index,
    right: Index,
    bits: Floats,
    must: list[tuple[int, int]],
    never: list[tuple[int, int]],
) -> npt.NDArray[np.int64]:
    """Return for each row of one component the lowest row of its cluster."""
    start = components(
        size,
        np.array([a for a, _ in must], dtype=np.int64),
        np.array([b for _, b in must], dtype=np.int64),
    )
    if size == 3 and not must and not never:
        return _three(left, right, bits)
    if size <= DENSE_UP_TO and len(bits) * 8 >= size * size and size > 12:
        return _dense(size, left, right, bits, start, never)
    return _sparse(left, right, bits, start, never)


def _three(left: Index, right: Index, bits: Floats) -> npt.NDArray[np.int64]:
    """Three records: join the best pair, then the third where the mean with both is positive."""
    weights = {(0, 1): UNSCORED, (0, 2): UNSCORED, (1, 2): UNSCORED}
    weights.update(zip(zip(left.tolist(), right.tolist(), strict=True), bits.tolist(), strict=True))
    best = max(weights, key=lambda pair: (weights[pair], (-pair[0], -pair[1])))
    if sum(weights.values()) - weights[best] > 0 and weights[best] > 0:
        return np.zeros(3, np.int64)
    label = np.arange(3)
    if weights[best] > 0:
        label[best[1]] = best[0]
    return label


def _dense(
    size: int,
    left: Index,
    right: Index,
    bits: Floats,
    start: npt.NDArray[np.int64],
    never: list[tuple[int, int]],
) -> npt.NDArray[np.int64]:
    """Chains of nearest neighbours over a square table of summed weights."""
    total = np.full((size, size), UNSCORED)
    total[left, right] = total[right, left] = bits
    for a, b in never:
        total[a, b] = total[b, a] = NEVER
    label = np.arange(size)
    count = np.ones(size)
    alive = np.ones(size, dtype=bool)

    def join(keep: int, drop: int) -> None:
        total[keep] += total[drop]
        total[:, keep] = total[keep]
        count[keep] += count[drop]
        alive[drop] = False
        count[drop] = np.inf  # its mean is 0 from now on, and never chosen
        label[label == drop] = keep

    for row in range(size):
        if start[row] != row:
            join(int(start[row]), row)
    chain: list[int] = []
    waiting = [row for row in range(size - 1, -1, -1) if alive[row]]
    while chain or waiting:
        if not chain:
            row = waiting.pop()
            if not alive[row]:
                continue
            chain.append(row)
        top = chain[-1]
        mean = total[top] / (count * count[top])
        mean[~alive] = -np.inf
        mean[top] = -np.inf
        best = int(mean.argmax())
        if mean[best] <= 0:
            chain.clear()  # nobody fits the last one, so nobody may join it later either
            alive[top] = False
            continue
        if len(chain) > 1 and mean[chain[-2]] >= mean[best]:
            chain.pop()
            other = chain.pop()
            join(min(top, other), max(top, other))
            waiting.append(min(top, other))
        else:
            chain.append(best)
    return label


class _Groups:
    """Records of one component that grow together; a link holds what lies above "unscored"."""

    def __init__(self, size: int, left: Index, right: Index, bits: Floats) -> None:
        self.links: list[dict[int, float]] = [{} for _ in range(size)]
        for a, b, w in zip(left.tolist(), right.tolist(), bits.tolist(), strict=True):
            self.links[a][b] = self.links[b][a] = w - UNSCORED
        self.members = [[row] for row in range(size)]
        self.alive = [True] * size

    def join(self, one: int, other: int) -> int:
        """Join two groups under the number of the one with more links, and return it."""
        links = self.links
        keep, drop = (one, other) if len(links[one]) >= len(links[other]) else (other, one)
        mine = links[keep]
        for far, w in links[drop].items():
            del links[far][drop]
            if far != keep:
                mine[far] = links[far][keep] = mine.get(far, 0.0) + w
        links[drop] = {}
        self.members[keep] += self.members[drop]
        self.alive[drop] = False
        return keep

    def mean(self, one: int, other: int) -> float:
        """Return the mean weight of the pairs between two groups."""
        pairs = len(self.members[one]) * len(self.members[other])
        return self.links[one].get(other, 0.0) / pairs + UNSCORED

    def nearest(self, row: int) -> tuple[float, int]:
        """Return the best partner and the mean with it; −1 where no mean is positive."""
        best, partner = 0.0, -1
        for other in self.links[row]:
            mean = self.mean(row, other)
            if mean > best or (mean == best and partner > other):
                best, partner = mean, other
        return best, partner


def _sparse(
    left: Index,
    right: Index,
    bits: Floats,
    start: npt.NDArray[np.int64],
    never: list[tuple[int, int]],
) -> npt.NDArray[np.int64]:
    """Chains of nearest neighbours over the scored pairs only; for long, thin components."""
    size = len(start)
    groups = _Groups(size, left, right, bits)
    for a, b in never:
        groups.links[a][b] = groups.links[b][a] = NEVER
    home = list(range(size))
    for row in np.flatnonzero(start != np.arange(size)).tolist():
        home[int(start[row])] = groups.join(home[int(start[row])], row)
    chain: list[int] = []
    waiting = [row for row in range(size - 1, -1, -1) if groups.alive[row]]
    while chain or waiting:
        if not chain:
            chain = [row] if groups.alive[row := waiting.pop()] else []
            continue
        best, partner = groups.nearest(chain[-1])
        if partner < 0:
            chain.pop()  # nobody fits, so nobody ever will; links are mutual, so it stood alone
        elif len(chain) > 1 and groups.mean(chain[-1], chain[-2]) >= best:
            top, before = chain.pop(), chain.pop()
            waiting.append(groups.join(min(top, before), max(top, before)))
        else:
            chain.append(partner)
    label = np.arange(size)
    for row in range(size):
        if groups.alive[row]:
            label[groups.members[row]] = min(groups.members[row])
    return label
