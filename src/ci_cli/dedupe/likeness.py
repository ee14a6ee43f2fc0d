"""What every comparison is made of: arrays of values in, likeness or equality of pairs out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import OSA, JaroWinkler

from .table import MISSING

Levels = npt.NDArray[np.int8]
Index = npt.NDArray[np.integer[Any]]
Values = npt.NDArray[np.object_]


class Comparison(Protocol):
    """Levels of pairs of different values of one field."""

    def __init__(self, values: Values) -> None:
        """Prepare what depends on one value alone."""

    def levels(self, left: Index, right: Index) -> Levels:
        """Return the level of each pair: 1 for the best after equality, the last for else."""


def jaro_winkler(left: Values, right: Values) -> npt.NDArray[np.float32]:
    """Return the Jaro–Winkler similarity (0 to 1) of each pair of strings; it counts characters."""
    if not len(left):
        return np.zeros(0, np.float32)
    return process.cpdist(left, right, scorer=JaroWinkler.similarity, workers=-1, dtype=np.float32)


def edits(left: Values, right: Values, most: int, where: npt.NDArray[np.bool_]) -> Levels:
    """Return the optimal string alignment distance where asked, else ``most + 1``."""
    found = np.full(len(left), most + 1, dtype=np.int8)
    if where.any():
        found[where] = process.cpdist(
            left[where], right[where], scorer=OSA.distance, score_cutoff=most, workers=-1,
            dtype=np.int8,
        )  # fmt: skip
    return found


def grades(similarity: npt.NDArray[np.float32], cuts: Sequence[float], first: int = 1) -> Levels:
    """Return ``first`` from the first cut on, one more for each lower cut."""
    level = np.full(len(similarity), first + len(cuts), dtype=np.int8)
    for place in range(len(cuts) - 1, -1, -1):
        level[similarity >= cuts[place]] = first + place
    return level


def derived(values: Values, change: Callable[[str], str]) -> npt.NDArray[np.int32]:
    """Return a number per value: equal numbers where the changed values are equal, -1 for ""."""
    return numbered(map(change, values), len(values))


def numbered(texts: Iterable[str], size: int) -> npt.NDArray[np.int32]:
    """Return a number per text: equal numbers for equal texts, -1 for ""; in no useful order."""
    seen: dict[str, int] = {"": MISSING}
    codes = (seen.setdefault(text, len(seen)) for text in texts)
    return np.fromiter(codes, dtype=np.int32, count=size)


def same(code: npt.NDArray[np.int32], left: Index, right: Index) -> npt.NDArray[np.bool_]:
    """Whether both values of each pair have the same number; -1 is nobody's number."""
    equal: npt.NDArray[np.bool_] = (code[left] == code[right]) & (code[left] >= 0)
    return equal
