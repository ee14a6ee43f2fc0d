"""Tables of records -> levels of pairs: the comparisons of ``compare`` over whole columns.

Two things are settled here that no single field can know: given name and surname entered the wrong
way round, and agreements that follow from each other and would otherwise be counted twice.
"""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt

from .compare import COMPARISONS
from .compare_names import FirstOrLast, Organisation
from .judge import Judge, judge_of
from .likeness import Comparison, Index, Levels, jaro_winkler
from .table import MISSING, Column, Field, Names, Records

# Their levels depend on what else the list holds, so a longer list may give another one.
DEPEND_ON_LIST = frozenset({"organisation", "list", "email"})

_DIGIT = re.compile("[0-9]")
SMALL_VOCABULARY = 3000  # distinct values up to which each pair of them is compared at most once


class Prepared:
    """What depends on the values of a list alone, worked out once for all its pairs.

    It is good for one table and what is taken from it, as long as that table lives.
    """

    def __init__(self) -> None:
        self._made: dict[tuple[str, int], Comparison] = {}
        self._judges: dict[int, Judge] = {}

    def comparison(self, field: Field) -> Comparison:
        """Return the comparison of a field's values."""
        key = field.type, id(field.columns[0].values)
        if key not in self._made:
            self._made[key] = COMPARISONS[field.type](field.columns[0].values)
        return self._made[key]

    def judge(self, names: Names) -> Judge:
        """Return the rules for a field's names."""
        if id(names.distinct) not in self._judges:
            self._judges[id(names.distinct)] = judge_of(names)
        return self._judges[id(names.distinct)]


def compare_field(
    field: Field, left: Index, right: Index, prepared: Prepared | None = None
) -> Levels:
    """Return the level of each pair in one field, -1 where either value is missing.

    Where records have several values (two phones), the best pair of them counts.
    """
    prepared = prepared or Prepared()
    comparison = prepared.comparison(field)
    best = np.full(len(left), MISSING, dtype=np.int8)
    for one in field.columns:
        for other in field.columns:
            level = _compare_columns(comparison, one, other, left, right)
            better = (level >= 0) & ((best < 0) | (level < best))
            best[better] = level[better]
    if field.names is None or not len(left):
        return best
    names = field.names
    return prepared.judge(names).levels(names.codes[left], names.codes[right], best)


def _compare_columns(
    comparison: Comparison, one: Column, other: Column, left: Index, right: Index
) -> Levels:
    a, b = one.codes[left], other.codes[right]
    level = np.full(len(left), MISSING, dtype=np.int8)
    level[(a == b) & (a >= 0)] = 0
    differ = np.flatnonzero((a != b) & (a >= 0) & (b >= 0))
    if not len(differ):
        return level
    low, high = np.minimum(a[differ], b[differ]), np.maximum(a[differ], b[differ])
    count = len(one.values)
    if count > SMALL_VOCABULARY:
        level[differ] = comparison.levels(low, high)
        return level
    pair = low.astype(np.int64) * count + high
    seen = np.zeros(count * count, dtype=bool)
    seen[pair] = True
    distinct = np.flatnonzero(seen)
    table = np.zeros(count * count, dtype=np.int8)
    table[distinct] = comparison.levels(distinct // count, distinct % count)
    level[differ] = table[pair]
    return level


def compare(
    records: Records, left: Index, right: Index, prepared: Prepared | None = None
) -> list[Levels]:
    """Return the levels of pairs, one array per field of the table.

    Args:
        records: the list.
        left: row of one record of each pair.
        right: row of the other.
        prepared: what an earlier call for the same list worked out.
    """
    levels = [compare_field(field, left, right, prepared) for field in records.fields]
    _mark_swapped(records, levels, left, right)
    drop_echoes(records, levels, left)
    return levels


# Places from the finest to the coarsest, and the level up to which one contains the next.
NESTED_PLACES = (
    ("address", 1), ("postcode", 0), ("coordinates", 1), ("place", 1), ("area", 0), ("region", 0),
)  # fmt: skip


def drop_echoes(records: Records, levels: list[Levels], left: Index) -> None:
    """Take what follows from another agreement only once.

    Who shares a street shares the town and the region: counted as three agreements it would outvote
    a name. Who shares a name often shares what stands before the @. A coarser place that
    *disagrees* stays.
    """
    size = len(levels[0]) if levels else 0
    shared = np.zeros(size, dtype=bool)
    town = np.zeros(size, dtype=bool)
    for kind, deepest in NESTED_PLACES:
        for field, level in zip(records.fields, levels, strict=True):
            if field.type == kind:
                agrees = (level >= 0) & (level <= deepest)
                level[agrees & shared] = MISSING
                if kind != "address":
                    town |= agrees
                shared = shared | agrees
    for field, level in zip(records.fields, levels, strict=True):
        if field.type == "address":  # merely similar: it names the same town
            level[(level == 2) & town] = MISSING
        elif field.type == "postcode":  # of one town, so of one area
            level[((level == 1) | (level == 2)) & shared] = MISSING
    _drop_echoes_of_names(records, levels, left)


def _drop_echoes_of_names(records: Records, levels: list[Levels], left: Index) -> None:
    size = len(levels[0]) if levels else 0
    named = np.zeros(size, dtype=bool)
    another = np.zeros(size, dtype=bool)
    for field, level in zip(records.fields, levels, strict=True):
        if field.type in {"surname", "full_name", "organisation"}:
            named |= level == 0
        if field.type == "organisation":
            another |= level == Organisation.ANOTHER
    for field, level in zip(records.fields, levels, strict=True):
        if field.type == "region":  # another city is why it is another company
            level[another] = MISSING
        if field.type == "email":  # anna.berg at another provider: that is the name once more
            column = field.columns[0]
            numbered = np.array(
                [_DIGIT.search(v.partition("@")[0]) is not None for v in column.values] + [False]
            )
            level[(level == 1) & named & ~numbered[column.codes[left]]] = MISSING


def _mark_swapped(records: Records, levels: list[Levels], left: Index, right: Index) -> None:
    """Set "swapped" where given name and surname agree crosswise and not straight.

    The surname then says nothing of its own: both names are one piece of evidence.
    """
    place = {field.type: i for i, field in reversed(list(enumerate(records.fields)))}
    if "given" not in place or "surname" not in place:
        return
    given, surname = records.fields[place["given"]], records.fields[place["surname"]]
    in_given, in_surname = levels[place["given"]], levels[place["surname"]]
    if not given.columns[0].filled or not surname.columns[0].filled:
        return
    apart = np.flatnonzero((in_given == FirstOrLast.ELSE) & (in_surname == FirstOrLast.ELSE))
    apart = apart[_cross(given, surname, left[apart], right[apart])]
    swapped = apart[_cross(given, surname, right[apart], left[apart])]
    in_given[swapped] = FirstOrLast.SWAPPED
    in_surname[swapped] = MISSING


def _cross(given: Field, surname: Field, one: Index, other: Index) -> npt.NDArray[np.bool_]:
    """Whether the given name of ``one`` is close to the surname of ``other``.

    Only those with the same first letter are compared: nearly all pairs are neither.
    """
    a, b = given.columns[0], surname.columns[0]
    first_a = np.array([ord(value[0]) for value in a.values])[a.codes[one]]
    first_b = np.array([ord(value[0]) for value in b.values])[b.codes[other]]
    likely = np.flatnonzero(first_a == first_b)
    similar = jaro_winkler(a.values[a.codes[one[likely]]], b.values[b.codes[other[likely]]])
    close = np.zeros(len(one), dtype=bool)
    close[likely[similar >= 0.9]] = True
    return close
