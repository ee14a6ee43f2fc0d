"""What the store keeps of a scan: a row per record and per likely pair."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from ci_cli.shapes.trade import RuleCount

from .cluster import components
from .explain import field_weights
from .membership import memberships
from .result import Result

# Likelier pairs are kept, and all within a cluster or between records that likelier pairs connect:
# enough to give the clusters of any threshold as a scan would. A group of more records that nothing
# but faint pairs connect would cost too much; below the threshold of review its pairs count as if
# they had never been compared.
KEPT_FROM = 0.05
LARGEST_GROUP = 50
LEAST_WEIGHT = -1e6  # bits; what no number or name supports has no weight at all


def key_of(record_id: int) -> str:
    """Return the key of a record in a scan; keys stand in the order of the numbers."""
    return f"{record_id:012d}"


def joined(ids: Sequence[int], customers: Sequence[int]) -> list[tuple[str, str]]:
    """Return pairs of records that connect those of each customer."""
    first: dict[int, int] = {}
    return [
        (key_of(first[customer]), key_of(record_id))
        for record_id, customer in zip(ids, customers, strict=True)
        if first.setdefault(customer, record_id) != record_id
    ]


def rule_counts(result: Result) -> list[RuleCount]:
    """Return what each blocking rule brought."""
    total: dict[str, tuple[int, bool]] = {}
    for use in result.rules:
        pairs, cut = total.get(use.rule, (0, False))
        total[use.rule] = pairs + use.pairs, cut or use.cut
    return [RuleCount(rule, pairs, cut) for rule, (pairs, cut) in total.items()]


def record_rows(
    result: Result, ids: Sequence[int]
) -> Iterator[tuple[int, int, float, int, float | None]]:
    """Yield what is kept of each record."""
    number = np.array(ids, dtype=np.int64)
    size = len(ids)
    lowest = np.full(size, np.iinfo(np.int64).max)
    np.minimum.at(lowest, result.clusters, number)
    own = np.zeros(size)
    copies = result.copy_of[result.pairs.right] == result.pairs.left
    copies &= result.copy_of[result.pairs.left] == result.pairs.left
    own[result.pairs.right[copies]] = result.pairs.weight[copies]
    chance = memberships(result)
    for row in range(size):
        alone = np.isnan(chance[row])
        yield (
            int(ids[row]), int(number[result.copy_of[row]]), float(own[row]),
            int(lowest[result.clusters[row]]), None if alone else float(chance[row]),
        )  # fmt: skip


def pair_rows(
    result: Result, ids: Sequence[int]
) -> Iterator[tuple[int, int, float, float, int, str, str]]:
    """Yield the likely pairs, and all pairs within a cluster or a small group of likely pairs."""
    pairs = result.pairs
    likely = pairs.probability >= KEPT_FROM
    together = result.clusters[pairs.left] == result.clusters[pairs.right]
    group = components(len(result.records), pairs.left[likely], pairs.right[likely])
    small = (np.bincount(group, minlength=len(group)) <= LARGEST_GROUP)[group]
    connected = (group[pairs.left] == group[pairs.right]) & small[pairs.left]
    kept = np.flatnonzero(likely | together | connected)
    words = [
        " ".join("-" if level < 0 else str(level) for level in levels)
        for levels in result.patterns.levels.tolist()
    ]
    there = (result.patterns.levels >= 0).tolist()
    for start in range(0, len(kept), 100_000):
        places = kept[start : start + 100_000]
        said = field_weights(result, places).round(2).tolist()
        for place, bits in zip(places.tolist(), said, strict=True):
            a, b, pattern = ids[pairs.left[place]], ids[pairs.right[place]], pairs.pattern[place]
            yield (
                min(a, b), max(a, b), max(float(pairs.weight[place]), LEAST_WEIGHT),
                float(pairs.probability[place]), int(result.band[place]), words[pattern],
                " ".join(
                    str(v) if filled else "-"
                    for v, filled in zip(bits, there[pattern], strict=True)
                ),
            )  # fmt: skip
