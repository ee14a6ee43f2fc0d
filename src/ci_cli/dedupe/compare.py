"""One class per comparison: two values in, a level of likeness out. Missing is never different.

To add a comparison: a class with ``levels``, a line in :data:`COMPARISONS`, a type in
``priors.PRIORS`` and a table of cases in its test. A class is made once for the distinct values of
a field, so whatever depends on one value alone is computed once; then it is asked for pairs of
*different* values (equal ones are level 0 already), as two arrays of indexes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import OSA, JaroWinkler

from .standard import CJK
from .table import encode
from .words import expected_rarity, joined, shared_words, word_table

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


def _grades(similarity: npt.NDArray[np.float32], cuts: Sequence[float], first: int = 1) -> Levels:
    """Return ``first`` from the first cut on, one more for each lower cut."""
    level = np.full(len(similarity), first + len(cuts), dtype=np.int8)
    for place in range(len(cuts) - 1, -1, -1):
        level[similarity >= cuts[place]] = first + place
    return level


def _derived(values: Values, change: Callable[[str], str]) -> npt.NDArray[np.int32]:
    """Return a number per value: equal numbers where the changed values are equal, -1 for ""."""
    return encode((change(v) for v in values), len(values)).codes


def _same(code: npt.NDArray[np.int32], left: Index, right: Index) -> npt.NDArray[np.bool_]:
    same: npt.NDArray[np.bool_] = (code[left] == code[right]) & (code[left] >= 0)
    return same


class Likeness:
    """Values alike by Jaro–Winkler: places, addresses, texts."""

    cuts: tuple[float, ...] = (0.88,)

    def __init__(self, values: Values) -> None:
        self.values = values
        self.chinese = np.array([bool(CJK.search(v)) for v in values], dtype=bool)

    def levels(self, left: Index, right: Index) -> Levels:
        """Return the first cut that is reached; one other character in Chinese is another word."""
        similarity = jaro_winkler(self.values[left], self.values[right])
        level = _grades(similarity, self.cuts)
        short = (self.chinese[left] | self.chinese[right]) & (similarity < 0.95)
        level[short] = np.maximum(level[short], len(self.cuts))
        return level


class Address(Likeness):
    """Streets and whole addresses."""

    cuts = (0.92, 0.80)


class FirstOrLast:
    """Given names and surnames: typing errors, initials, short forms (Rob, Robert)."""

    EXACT, SWAPPED, CLOSE, INITIAL, SIMILAR, ELSE = range(6)

    def __init__(self, values: Values) -> None:
        self.values = values
        self.chinese = np.array([bool(CJK.search(v)) for v in values], dtype=bool)
        self.first = _derived(values, lambda v: v[0])
        self.single = np.array([len(v) == 1 for v in values], dtype=bool) & ~self.chinese

    def levels(self, left: Index, right: Index) -> Levels:
        """Return close (≥ .92), initial, similar (≥ .80) or else."""
        similarity = jaro_winkler(self.values[left], self.values[right])
        level = np.full(len(left), self.ELSE, dtype=np.int8)
        level[similarity >= 0.80] = self.SIMILAR
        level[self.chinese[left] | self.chinese[right]] = self.ELSE
        initial = (self.single[left] | self.single[right]) & _same(self.first, left, right)
        level[initial] = self.INITIAL
        level[similarity >= 0.92] = self.CLOSE
        return level


class FullName:
    """Whole names of people: order of words, initials, typing errors."""

    def __init__(self, values: Values) -> None:
        self.values = values
        self.chinese = np.array([bool(CJK.search(v)) for v in values], dtype=bool)
        split = [v.split() for v in values]
        self.ordered = np.array([" ".join(sorted(words)) for words in split] + [""], dtype=object)
        self.order_code = encode(self.ordered[:-1], len(values)).codes
        self.initials = _derived(values, lambda v: "".join(sorted(w[0] for w in v.split())))
        self.longest = _derived(values, lambda v: max(v.split(), key=lambda w: (len(w), w)))
        self.abbreviated = np.array([any(len(w) == 1 for w in words) for words in split], bool)

    def levels(self, left: Index, right: Index) -> Levels:
        """Return reordered, close (≥ .95), initials, similar (≥ .88), faint (≥ .80) or else."""
        direct = jaro_winkler(self.values[left], self.values[right])
        sorted_too = jaro_winkler(self.ordered[left], self.ordered[right])
        similarity = np.maximum(direct, sorted_too)
        level = np.full(len(left), 6, dtype=np.int8)
        level[similarity >= 0.80] = 5
        level[similarity >= 0.88] = 4
        abbreviated = self.abbreviated[left] | self.abbreviated[right]
        level[abbreviated & _same(self.initials, left, right)
              & _same(self.longest, left, right)] = 3  # fmt: skip
        level[similarity >= 0.95] = 2
        # one other character in a Chinese name is another person
        level[(self.chinese[left] | self.chinese[right]) & (level > 1)] = 6
        level[_same(self.order_code, left, right)] = 1
        return level


class Organisation:
    """Names of companies: words in any order, left out or added, misspelt or written together."""

    def __init__(self, values: Values) -> None:
        self.values = values
        self.chinese = np.array([bool(CJK.search(v)) for v in values], dtype=bool)
        self.solid = np.array([*joined(values), ""], dtype=object)
        self.letters = _derived(values, lambda v: "".join(sorted(v.replace(" ", ""))))
        self.length = np.array([len(v) for v in self.solid], dtype=np.int32)
        self.words = word_table(list(values))
        self.unique = expected_rarity(len(values))

    def levels(self, left: Index, right: Index) -> Levels:
        """Return same letters, contained, overlap, similar, faint or else."""
        shared = shared_words(self.words, left, right)
        telling = shared.common / self.unique
        similarity = jaro_winkler(self.solid[left], self.solid[right])
        chinese = self.chinese[left] | self.chinese[right]
        similarity[chinese & (similarity < 0.95)] = 0
        level = np.full(len(left), 6, dtype=np.int8)
        level[(similarity >= 0.80) | (telling >= 0.4)] = 5
        level[(similarity >= 0.88) | ((shared.cosine >= 0.5) & (telling >= 0.3))] = 4
        level[(shared.cosine >= 0.7) & (telling >= 0.3)] = 3
        level[(shared.shorter >= 0.85) & (telling >= 0.3)] = 2
        same = _same(self.letters, left, right) & ~chinese
        likely = (similarity >= 0.93) & ~same & (shared.cosine < 0.95)
        typed = edits(self.solid[left], self.solid[right], 3, likely)
        # one slip in a short name, one more for every fifteen letters
        slips = typed <= np.minimum(1 + self.length[left] // 15, 3)
        level[(likely & slips) | (shared.cosine >= 0.95) | same] = 1
        return level


class BirthDate:
    """Dates of birth: a mistyped digit, day and month swapped, two of three parts."""

    def __init__(self, values: Values) -> None:
        self.values = values
        parts = np.array([[int(p) for p in v.split("-")] for v in values], dtype=np.int32)
        self.parts = parts.reshape(-1, 3)

    def levels(self, left: Index, right: Index) -> Levels:
        """Return one edit, day and month swapped, two parts, same year or else."""
        a, b = self.parts[left], self.parts[right]
        equal = a == b
        two = equal.sum(axis=1) == 2
        swapped = equal[:, 0] & (a[:, 1] == b[:, 2]) & (a[:, 2] == b[:, 1])
        level = np.full(len(left), 5, dtype=np.int8)
        level[equal[:, 0]] = 4
        level[two] = 3
        level[swapped] = 2
        level[edits(self.values[left], self.values[right], 1, two) == 1] = 1
        return level


class Code:
    """Numbers that identify: one or two mistyped characters are likely the same number."""

    most = 2

    def __init__(self, values: Values) -> None:
        self.values = values
        # a mistyped character leaves one end as it was
        self.head = _derived(values, lambda v: v[: max(2, len(v) // 2 - 1)])
        self.tail = _derived(values, lambda v: v[-max(2, len(v) // 2 - 1) :])

    def levels(self, left: Index, right: Index) -> Levels:
        """Return the number of edits up to ``most``, else one more."""
        likely = _same(self.head, left, right) | _same(self.tail, left, right)
        return edits(self.values[left], self.values[right], self.most, likely)


class OneEdit(Code):
    """House numbers."""

    most = 1


class Postcode(Code):
    """Postcodes: one mistyped character, or the same area."""

    most = 1

    def __init__(self, values: Values) -> None:
        super().__init__(values)
        self.area = _derived(values, lambda v: v[:3] if len(v) > 3 else "")

    def levels(self, left: Index, right: Index) -> Levels:
        """Return one edit, same area or else."""
        level = super().levels(left, right)
        level[level == 2] = 3
        level[(level == 3) & _same(self.area, left, right)] = 2
        return level


class Phone(Code):
    """Phone numbers: a mistyped digit, the same end after another prefix, the same exchange."""

    most = 1

    def __init__(self, values: Values) -> None:
        super().__init__(values)
        self.end = _derived(values, lambda v: v[-7:] if len(v) >= 7 else "")
        self.start = _derived(values, lambda v: f"{len(v)} {v[:-3]}" if len(v) >= 8 else "")

    def levels(self, left: Index, right: Index) -> Levels:
        """Return one edit, same end, same start or else."""
        level = super().levels(left, right)
        level[level == 2] = 4
        level[(level == 4) & _same(self.start, left, right)] = 3
        level[(level >= 3) & _same(self.end, left, right)] = 2
        return level


class Email:
    """E-mail addresses: the same name at another provider, typing errors, the same company."""

    ROLES = frozenset(
        """
        accounts admin bestellung billing commercial contact direction einkauf enquiries hello hr
        info kontakt mail marketing noreply office post sales service support vertrieb webmaster
        """.split()  # noqa: SIM905
    )
    OFTEN = 5  # different addresses with one local part (or one host) before it says nothing

    def __init__(self, values: Values) -> None:
        self.values = values
        self.length = np.array([len(v) for v in values], dtype=np.int32)
        self.local = self._telling([v.partition("@")[0] for v in values], self.ROLES)
        self.host = self._telling([v.partition("@")[2] for v in values], frozenset())

    def _telling(self, parts: list[str], never: frozenset[str]) -> npt.NDArray[np.int32]:
        """Return a code per part, -1 for parts that many different addresses have."""
        often = max(self.OFTEN, len(parts) // 1000)
        common = {part for part, times in Counter(parts).items() if times > often} | never
        kept = ("" if part in common else part for part in parts)
        return encode(kept, len(parts)).codes

    def levels(self, left: Index, right: Index) -> Levels:
        """Return same local part, close (some typing errors), same host or else."""
        a, b = self.values[left], self.values[right]
        slips = edits(a, b, 3, jaro_winkler(a, b) >= 0.9)
        level = np.full(len(left), 4, dtype=np.int8)
        level[_same(self.host, left, right)] = 3
        level[slips <= np.minimum(1 + self.length[left] // 10, 3)] = 2
        level[_same(self.local, left, right)] = 1
        return level


class OneOf:
    """Categories: equal or not."""

    def __init__(self, values: Values) -> None:
        self.values = values

    def levels(self, left: Index, right: Index) -> Levels:  # noqa: ARG002
        """Return else for all: equal values never come here."""
        return np.ones(len(left), dtype=np.int8)


class ListOf:
    """Several values in one cell: how many they share, and how rare these are."""

    def __init__(self, values: Values) -> None:
        self.words = word_table(list(values), separator="|")
        self.unique = expected_rarity(len(values))

    def levels(self, left: Index, right: Index) -> Levels:
        """Return several, one rare, one common or else."""
        shared = shared_words(self.words, left, right)
        level = np.full(len(left), 4, dtype=np.int8)
        level[shared.count >= 1] = 3
        level[shared.common >= 0.55 * self.unique] = 2
        level[(shared.count >= 2) & (shared.common >= 0.9 * self.unique)] = 1
        return level


class Coordinates:
    """Points on the earth, by distance."""

    def __init__(self, values: Values) -> None:
        points = np.array([[float(p) for p in v.split(",")] for v in values]).reshape(-1, 2)
        self.points = np.radians(points)

    def levels(self, left: Index, right: Index) -> Levels:
        """Return 1 km, 20 km or else (equirectangular, mean earth radius 6371 km)."""
        a, b = self.points[left], self.points[right]
        east = (a[:, 1] - b[:, 1]) * np.cos((a[:, 0] + b[:, 0]) / 2)
        distance = 6371 * np.hypot(a[:, 0] - b[:, 0], east)
        return _grades(-distance.astype(np.float32), (-1.0, -20.0))


COMPARISONS: dict[str, type[Comparison]] = {
    "given": FirstOrLast, "surname": FirstOrLast, "full_name": FullName, "contact_person": FullName,
    "organisation": Organisation, "region": OneOf, "branch": OneOf, "legal_form": OneOf,
    "birth_date": BirthDate, "id_number": Code, "phone": Phone, "email": Email,
    "postcode": Postcode, "address": Address, "house_number": OneEdit, "place": Likeness,
    "coordinates": Coordinates, "category": OneOf, "list": ListOf, "text": Likeness,
}  # fmt: skip
