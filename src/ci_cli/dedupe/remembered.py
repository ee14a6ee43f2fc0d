"""What a scan leaves behind so that the next one compares only what is new.

The levels of a pair of records follow from the two alone for most fields; for a few (companies,
lists, e-mail addresses) also from how common words are in the list, so these are compared anew.
A record is known again by its key and a fingerprint of its standard values.
"""

from __future__ import annotations

import io
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from .levels import DEPEND_ON_LIST, Prepared, compare, compare_field, drop_echoes
from .likeness import Levels
from .table import Records

if TYPE_CHECKING:
    from .result import Result

Ints = npt.NDArray[np.int64]
Shape = list[tuple[str, str, int]]
VERSION = 2  # of the comparisons; what another one remembers is of no use


@dataclass(frozen=True)
class Known:
    """Pairs compared before.

    Attributes:
        shape: name, type and number of columns of each field.
        keys: of the records, in order.
        prints: fingerprint of each of them (uint64).
        pairs: lower place in ``keys`` × number of keys + higher place, in order (int64).
        levels: field × pair.
    """

    shape: Shape
    keys: tuple[str, ...]
    prints: npt.NDArray[np.uint64]
    pairs: Ints
    levels: Levels

    def to_bytes(self) -> bytes:
        """Return everything in one compressed piece."""
        head = json.dumps({"version": VERSION, "shape": self.shape, "keys": self.keys})
        packed = io.BytesIO()
        np.savez(
            packed,
            allow_pickle=False,
            head=np.frombuffer(head.encode(), np.uint8),
            prints=self.prints,
            steps=np.diff(self.pairs, prepend=0),  # small numbers, so they pack well
            levels=self.levels,
        )
        return zlib.compress(packed.getvalue(), 1)

    @classmethod
    def from_bytes(cls, packed: bytes) -> Known | None:
        """Return what :meth:`to_bytes` packed; None where another version packed it."""
        with np.load(io.BytesIO(zlib.decompress(packed)), allow_pickle=False) as parts:
            head = json.loads(parts["head"].tobytes())
            if head["version"] != VERSION:
                return None
            shape = [(name, kind, count) for name, kind, count in head["shape"]]
            return cls(
                shape, tuple(head["keys"]), parts["prints"], np.cumsum(parts["steps"]),
                parts["levels"],
            )  # fmt: skip


def remember(result: Result) -> Known:
    """Return what is worth knowing of a scan when the next one begins."""
    keys = result.records.keys
    order = np.argsort(np.array(keys, dtype=object), kind="stable")
    place = np.empty(len(keys), dtype=np.int64)
    place[order] = np.arange(len(keys))
    distinct = (result.copy_of[result.pairs.left] == result.pairs.left) & (
        result.copy_of[result.pairs.right] == result.pairs.right
    )
    a, b = place[result.pairs.left[distinct]], place[result.pairs.right[distinct]]
    pairs = np.minimum(a, b) * len(keys) + np.maximum(a, b)
    sorted_pairs = np.argsort(pairs, kind="stable")
    pattern = result.pairs.pattern[distinct][sorted_pairs]
    return Known(
        shape_of(result.records),
        tuple(keys[i] for i in order),
        fingerprints(result.records)[order],
        pairs[sorted_pairs],
        np.ascontiguousarray(result.patterns.levels[pattern].T),
    )


def shape_of(records: Records) -> Shape:
    """Return name, type and number of columns of each field."""
    return [(field.name, field.type, len(field.columns)) for field in records.fields]


def fingerprints(records: Records) -> npt.NDArray[np.uint64]:
    """Return a number per record that another content would hardly have (64 bits)."""
    total = np.zeros(len(records), dtype=np.uint64)
    for codes, hashes in _hashed(records):
        # an odd factor, so that columns do not cancel out; numbers of 64 bits wrap around
        total = total * np.uint64(0x9E3779B97F4A7C15) + np.append(hashes, np.uint64(1))[codes]
    return total


def _hashed(
    records: Records,
) -> Iterator[tuple[npt.NDArray[np.int32], npt.NDArray[np.uint64]]]:
    for field in records.fields:
        for column in field.columns:
            yield column.codes, _hashes([str(value) for value in column.values])
        if field.names is not None:
            yield field.names.codes, _hashes([repr(name) for name in field.names.distinct])


def _hashes(values: list[str]) -> npt.NDArray[np.uint64]:
    numbers = (
        int.from_bytes(blake2b(value.encode("utf-8", "replace"), digest_size=8).digest(), "big")
        for value in values
    )
    return np.fromiter(numbers, dtype=np.uint64, count=len(values))


def levels_of(
    table: Records,
    left: npt.NDArray[np.int32],
    right: npt.NDArray[np.int32],
    known: Known | None,
    prepared: Prepared,
) -> tuple[list[Levels], int]:
    """Return the levels of pairs, and how many pairs had to be compared.

    Args:
        table: the records.
        left: lower row of each pair.
        right: higher row; the same row for a record and its copies.
        known: pairs compared before; the answer is the same with and without it.
        prepared: what depends on the list alone.
    """
    if known is None or known.shape != shape_of(table) or not len(known.pairs):
        return compare(table, left, right, prepared), int((left != right).sum())
    then = _places_then(table, known)
    size = len(known.keys)
    a, b = then[left], then[right]
    there = (a >= 0) & (b >= 0) & (a != b)
    wanted = np.where(there, np.minimum(a, b) * size + np.maximum(a, b), -1)
    place = np.minimum(np.searchsorted(known.pairs, wanted), len(known.pairs) - 1)
    old = known.pairs[place] == wanted
    fresh = compare(table, left[~old], right[~old], prepared)
    levels = []
    for i, field in enumerate(table.fields):
        level = np.empty(len(left), dtype=np.int8)
        level[~old] = fresh[i]
        if field.type in DEPEND_ON_LIST:
            level[old] = compare_field(field, left[old], right[old], prepared)
        else:
            level[old] = known.levels[i, place[old]]
        levels.append(level)
    drop_echoes(table, levels, left)  # of the fields that were compared anew
    return levels, int((~old & (left != right)).sum())


def _places_then(table: Records, known: Known) -> Ints:
    """Return each record's place among the known ones, −1 where it is new or has changed."""
    place = {key: i for i, key in enumerate(known.keys)}
    then = np.array([place.get(key, -1) for key in table.keys], dtype=np.int64)
    there = np.flatnonzero(then >= 0)
    changed = known.prints[then[there]] != fingerprints(table)[there]
    then[there[changed]] = -1
    return then


def unchanged(records: Records, known: Known) -> int:
    """Return how many records are known as they are."""
    return int((_places_then(records, known) >= 0).sum())
