"""Which pairs to look at: those that share something telling, within a budget.

A rule names what two records must share ("given + surname", "organisation:10"). Its blocks are kept
from the smallest up while the rule's budget lasts: a value that thousands share (a blank, a
switchboard, Smith) brings millions of pairs and proves nothing. Short lists are compared whole.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

from .settings import Settings
from .standard import CJK
from .table import MISSING, Column, Field, Records, encode
from .words import words_of

Pairs = tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]


# Records that may share a value of a long list before looking at each pair is hopeless: it is
# a placeholder, a switchboard or Smith, and other rules find who belongs together.
LARGEST_BLOCK = 200
LARGEST_WHOLE_BLOCK = 1000  # where whole values are equal, which duplicates also do


@dataclass(frozen=True)
class RuleUse:
    """What became of a rule: pairs that it brought, and whether large blocks were left out."""

    rule: str
    pairs: int
    cut: bool


@dataclass(frozen=True)
class Blocked:
    """Pairs to compare: ``left[i] < right[i]``, sorted, each once.

    Attributes:
        everything: whether these are all pairs of the list.
        rules: what each rule brought, for people who ask.
    """

    left: npt.NDArray[np.int32]
    right: npt.NDArray[np.int32]
    everything: bool
    rules: tuple[RuleUse, ...] = ()


def budgets(size: int, settings: Settings) -> tuple[int, int]:
    """Return how many pairs one rule and all rules together may bring for ``size`` records."""
    together = settings.pairs_per_record or min(150.0, max(16.0, 6e6 / max(size, 1)))
    return int(together / 3 * size), int(together * size)


def block(records: Records, settings: Settings) -> Blocked:
    """Return the pairs of records worth comparing."""
    size = len(records)
    if size * (size - 1) // 2 <= settings.all_pairs_up_to:
        left, right = np.triu_indices(size, 1)
        return Blocked(left.astype(np.int32), right.astype(np.int32), everything=True)
    each, together = budgets(size, settings)
    by_type: dict[str, list[Field]] = {}
    for one in records.fields:
        by_type.setdefault(one.type, []).append(one)
    made: dict[tuple[str, str], list[npt.NDArray[np.int64]]] = {}
    found: list[npt.NDArray[np.int64]] = []
    uses = []
    for rule in settings.blocking:
        for keys in _keys_of(rule, by_type, made):
            limit = min(each, together)
            largest = LARGEST_BLOCK if ":" in rule else LARGEST_WHOLE_BLOCK
            ids, cut = _pairs_within(keys, size, limit, largest)
            together -= len(ids)
            uses.append(RuleUse(rule, len(ids), cut))
            found.append(ids)
    ids = np.sort(np.concatenate(found)) if found else np.zeros(0, np.int64)
    ids = ids[np.append(True, ids[1:] != ids[:-1])] if len(ids) else ids  # np.unique hashes: slower
    left, right = np.divmod(ids, size)
    return Blocked(left.astype(np.int32), right.astype(np.int32), False, tuple(uses))


def parse_rule(rule: str) -> list[tuple[str, str]]:
    """Return the parts of a rule as (type, how much of the value): ``[("surname", "4")]``."""
    parts = []
    for text in rule.split("+"):
        kind, _, take = text.strip().partition(":")
        if take and take not in TRANSFORMS and not take.lstrip("-").isdigit():
            raise ValueError(f"unknown part of a blocking rule: {text.strip()!r}")
        parts.append((kind, take))
    return parts


def _keys_of(
    rule: str,
    by_type: dict[str, list[Field]],
    made: dict[tuple[str, str], list[npt.NDArray[np.int64]]],
) -> list[list[npt.NDArray[np.int64]]]:
    """Return, per choice of fields, the key arrays of a rule (each row -> key, or -1)."""
    if rule == "swap":  # given and surname in either order
        names = [f for kind in ("given", "surname") for f in by_type.get(kind, [])[:1]]
        return [_swapped(names[0], names[1])] if len(names) == 2 else []
    parts = parse_rule(rule)
    if any(kind not in by_type for kind, _ in parts):
        return []
    keys = []
    for chosen in product(*(by_type[kind] for kind, _ in parts)):
        arrays = [_part(field, take, made) for field, (_, take) in zip(chosen, parts, strict=True)]
        keys.append([_mixed(combination) for combination in product(*arrays)])
    return keys


def _mixed(codes: Sequence[npt.NDArray[np.int64]]) -> npt.NDArray[np.int64]:
    """Return one key per row, the same across calls for the same codes; -1 where one is missing."""
    key = codes[0].copy()
    missing = codes[0] < 0
    for one in codes[1:]:
        missing |= one < 0
        # a product of two odd constants; keys that fall together only cost a comparison
        key = key * np.int64(1_000_003) + one + np.int64(7)
    key &= np.int64(0x7FFFFFFFFFFFFFFF)
    key[missing] = MISSING
    return key


def _part(
    field: Field, take: str, made: dict[tuple[str, str], list[npt.NDArray[np.int64]]]
) -> list[npt.NDArray[np.int64]]:
    """Return the codes of one part, one array per value that a record may have."""
    name = (field.name, take)
    if name not in made:
        made[name] = [array for column in field.columns for array in _codes(column, take)]
    return made[name]


def _codes(column: Column, take: str) -> list[npt.NDArray[np.int64]]:
    if not take:
        return [column.codes.astype(np.int64)]
    if take == "token":
        return _word_codes(column)
    transform = TRANSFORMS.get(take) or _prefix(int(take))
    changed = encode((transform(value) for value in column.values), len(column.values))
    lookup = np.append(changed.codes, MISSING).astype(np.int64)
    return [lookup[column.codes]]


def _word_codes(column: Column) -> list[npt.NDArray[np.int64]]:
    """Return one array per word of a value: numbers that stand for the word."""
    separator = "|" if any("|" in v for v in column.values[:1000]) else None
    vocabulary: dict[str, int] = {}
    split = [v.split("|") if separator else words_of(v) for v in column.values]
    width = min(max((len(words) for words in split), default=0), 8)
    table = np.full((len(split) + 1, max(width, 1)), MISSING, dtype=np.int64)
    for row, words in enumerate(split):
        for place, word in enumerate(words[:width]):
            table[row, place] = vocabulary.setdefault(word, len(vocabulary))
    return [table[column.codes, place] for place in range(width)]


def _swapped(given: Field, surname: Field) -> list[npt.NDArray[np.int64]]:
    one, two = given.columns[0], surname.columns[0]
    shared = encode([*one.values, *two.values], len(one.values) + len(two.values))
    a = np.append(shared.codes[: len(one.values)], MISSING)[one.codes].astype(np.int64)
    b = np.append(shared.codes[len(one.values) :], MISSING)[two.codes].astype(np.int64)
    low, high = np.minimum(a, b), np.maximum(a, b)
    return [_mixed([low, high])]


def _prefix(count: int) -> Callable[[str], str]:
    def cut(value: str) -> str:
        if count < 0:
            return value[count:] if len(value) >= -count else ""
        # a Chinese character tells as much as two or three letters
        take = max(2, count // 2) if CJK.match(value) else count
        return value.replace(" ", "")[:take]

    return cut


TRANSFORMS: dict[str, Callable[[str], str]] = {
    "token": lambda value: value,
    "year": lambda value: value[:4],
    "local": lambda value: value.partition("@")[0] if len(value.partition("@")[0]) > 3 else "",
    "sorted": lambda value: " ".join(sorted(words_of(value))),
}


def _pairs_within(
    keys: Sequence[npt.NDArray[np.int64]], size: int, limit: int, most: int
) -> tuple[npt.NDArray[np.int64], bool]:
    """Return the pairs of records that share a key, smallest blocks first, at most ``limit``.

    Blocks of more than ``most`` records are left out, whatever the limit.
    """
    rows = np.concatenate([np.flatnonzero(one >= 0) for one in keys])
    key = np.concatenate([one[one >= 0] for one in keys])
    if len(keys) > 1:  # a record with one word twice
        order = np.lexsort((rows, key))
        rows, key = rows[order], key[order]
        fresh = np.ones(len(key), dtype=bool)
        fresh[1:] = (key[1:] != key[:-1]) | (rows[1:] != rows[:-1])
        rows, key = rows[fresh], key[fresh]
    else:
        order = np.argsort(key, kind="stable")
        rows, key = rows[order], key[order]
    if not len(key):
        return np.zeros(0, np.int64), False
    starts = np.flatnonzero(np.append(True, key[1:] != key[:-1]))
    counts = np.diff(np.append(starts, len(key)))
    total = np.bincount(counts) * (np.arange(counts.max() + 1) * np.arange(-1, counts.max())) // 2
    largest = min(int(np.searchsorted(np.cumsum(total), limit, side="right")) - 1, most)
    cut = largest < counts.max()
    kept = (counts >= 2) & (counts <= largest)
    starts, counts = starts[kept], counts[kept]
    block_of = np.repeat(np.arange(len(starts)), counts)
    within = np.arange(len(block_of)) - np.repeat(np.cumsum(counts) - counts, counts)
    place = starts[block_of] + within
    after = counts[block_of] - within - 1  # partners that stand later in the block
    first = np.repeat(place, after)
    offset = np.arange(len(first)) - np.repeat(np.cumsum(after) - after, after)
    left, right = rows[first], rows[first + offset + 1]
    low, high = np.minimum(left, right), np.maximum(left, right)
    return low.astype(np.int64) * size + high, bool(cut)
