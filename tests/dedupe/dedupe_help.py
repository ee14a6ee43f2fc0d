"""Short lists for the tests of finding duplicates."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from ci_cli.dedupe.engine import find_duplicates
from ci_cli.dedupe.result import Result
from ci_cli.dedupe.table import Records

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))


def scan(
    columns: dict[str, Sequence[str | None]], keys: Sequence[str] | None = None, **more: object
) -> Result:
    """Scan columns of text."""
    return find_duplicates(Records.from_columns(columns, keys), **more)  # type: ignore[arg-type]


def groups(result: Result) -> set[frozenset[str]]:
    """Return the clusters of two records and more, by key."""
    found: dict[int, set[str]] = {}
    for key, cluster in zip(result.records.keys, result.clusters.tolist(), strict=True):
        found.setdefault(cluster, set()).add(key)
    return {frozenset(keys) for keys in found.values() if len(keys) > 1}


def scored(result: Result) -> dict[tuple[str, str], tuple[float, int]]:
    """Return (lower key, higher key) -> (probability, band)."""
    keys = result.records.keys
    pairs = result.pairs
    return {
        (min(keys[a], keys[b]), max(keys[a], keys[b])): (round(float(p), 5), int(band))
        for a, b, p, band in zip(
            pairs.left, pairs.right, pairs.probability, result.band, strict=True
        )
    }
