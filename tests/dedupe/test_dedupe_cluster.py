"""Clusters against a plain agglomeration that always joins the best pair of all."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ci_cli.dedupe.cluster import CLIP, UNSCORED, cluster, components


def plainly(size: int, weights: dict[tuple[int, int], float]) -> list[int]:
    """Average linkage as a textbook has it."""
    clusters = [[i] for i in range(size)]

    def mean(a: list[int], b: list[int]) -> float:
        total = sum(
            max(-CLIP, min(CLIP, weights.get((min(i, j), max(i, j)), UNSCORED)))
            for i in a
            for j in b
        )
        return total / (len(a) * len(b))

    while len(clusters) > 1:
        best = max(
            ((mean(a, b), -x, -y) for x, a in enumerate(clusters) for y, b in enumerate(clusters)
             if x < y),
        )  # fmt: skip
        if best[0] <= 0:
            break
        x, y = -best[1], -best[2]
        clusters[x] += clusters.pop(y)
    label = [0] * size
    for members in clusters:
        for member in members:
            label[member] = min(members)
    return label


def run(size: int, weights: dict[tuple[int, int], float], **more: object) -> list[int]:
    pairs = sorted(weights)
    left = np.array([a for a, _ in pairs], dtype=np.int32)
    right = np.array([b for _, b in pairs], dtype=np.int32)
    bits = np.array([weights[pair] for pair in pairs])
    return cluster(size, left, right, bits, 0.0, **more).tolist()  # type: ignore[arg-type]


# weights that never tie, so that there is one right answer
graphs = st.integers(2, 18).flatmap(
    lambda size: st.tuples(
        st.just(size),
        st.dictionaries(
            st.tuples(st.integers(0, size - 1), st.integers(0, size - 1)).filter(
                lambda pair: pair[0] < pair[1]
            ),
            st.floats(-11.9, 11.9).filter(lambda w: abs(w) > 1e-3),
            max_size=60,
        ),
    )
)


@given(graphs, st.randoms(use_true_random=False))
def test_chains_of_neighbours_give_average_linkage(
    graph: tuple[int, dict[tuple[int, int], float]], draw: object
) -> None:
    size, weights = graph
    distinct = {
        pair: weight + 1e-4 * (place + 1) / (len(weights) + 1)
        for place, (pair, weight) in enumerate(sorted(weights.items()))
    }
    assert run(size, distinct) == plainly(size, distinct)


def test_a_chain_does_not_join_strangers() -> None:
    assert run(3, {(0, 1): 5.0, (1, 2): 4.0, (0, 2): -8.0}) == [0, 0, 2]
    assert run(3, {(0, 1): 5.0, (1, 2): 4.0}) == [0, 0, 0]  # never looked at counts a little
    assert run(3, {(0, 1): 5.0, (1, 2): 0.5}) == [0, 0, 2]


def test_an_answer_joins_what_stands_with_both() -> None:
    weights = {(0, 1): 9.0, (2, 3): 9.0, (1, 2): -2.0}
    assert run(4, weights) == [0, 0, 2, 2]
    assert run(4, weights, same=[(1, 2)]) == [0, 0, 0, 0]


def test_kept_apart_stays_apart_whoever_else_is_alike() -> None:
    weights = {(0, 1): 9.0, (0, 2): 9.0, (1, 2): 9.0}
    label = run(3, weights, different=[(0, 1)])
    assert label[0] != label[1]


def test_answers_that_pull_both_ways_are_both_kept() -> None:
    weights = {(0, 1): 9.0, (1, 2): 9.0, (0, 2): 9.0}
    label = run(3, weights, same=[(0, 2)], different=[(0, 1)])
    assert label[0] == label[2] != label[1]


@pytest.mark.parametrize("size", [13, 40, 120])
def test_dense_and_sparse_tables_agree(size: int) -> None:
    draw = np.random.default_rng(size)
    left, right = np.triu_indices(size, 1)
    bits = draw.normal(-1, 6, len(left))
    truth = np.arange(size) // 5
    bits += np.where(truth[left] == truth[right], 6, 0)
    from ci_cli.dedupe import cluster as module

    clipped = np.clip(bits, -CLIP, CLIP)
    alone = np.arange(size)
    dense = module._dense(size, left, right, clipped, alone, [])
    sparse = module._sparse(left, right, clipped, alone, [])
    assert dense.tolist() == sparse.tolist()


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=40))
def test_components_are_those_of_a_search(links: list[tuple[int, int]]) -> None:
    near: dict[int, set[int]] = {i: set() for i in range(31)}
    for a, b in links:
        near[a].add(b)
        near[b].add(a)
    expected = []
    for start in range(31):
        seen, waiting = {start}, [start]
        while waiting:
            for other in near[waiting.pop()] - seen:
                seen.add(other)
                waiting.append(other)
        expected.append(min(seen))
    ends = np.array(links, dtype=np.int64).reshape(-1, 2)
    assert components(31, ends[:, 0], ends[:, 1]).tolist() == expected
