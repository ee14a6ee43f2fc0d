"""One class per comparison: two values in, a level of likeness out. Missing is never different.

To add a comparison: a class with ``levels``, a line in :data:`COMPARISONS`, a type in
``priors.PRIORS`` and a table of cases in its test. A class is made once for the distinct values of
a field, so whatever depends on one value alone is computed once; then it is asked for pairs of
*different* values (equal ones are level 0 already), as two arrays of indexes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from .clean.contacts import is_free, is_role
from .clean.numbers import id_number
from .clean.places import conflict
from .compare_names import FirstOrLast, FullName, Organisation
from .likeness import (
    Comparison,
    Index,
    Levels,
    Values,
    derived,
    edits,
    grades,
    jaro_winkler,
    numbered,
    same,
)
from .standard import CJK
from .table import MISSING, encode
from .words import expected_rarity, shared_words, word_table

_NUMBER = re.compile("[0-9]+")


class Likeness:
    """Values alike by Jaro–Winkler: places, addresses, texts."""

    cuts: tuple[float, ...] = (0.88,)

    def __init__(self, values: Values) -> None:
        self.values = values
        self.chinese = np.array([bool(CJK.search(v)) for v in values], dtype=bool)

    def levels(self, left: Index, right: Index) -> Levels:
        """Return the first cut that is reached; one other character in Chinese is another word."""
        similarity = jaro_winkler(self.values[left], self.values[right])
        level = grades(similarity, self.cuts)
        short = (self.chinese[left] | self.chinese[right]) & (similarity < 0.95)
        level[short] = np.maximum(level[short], len(self.cuts))
        return level


class Place(Likeness):
    """Towns and provinces; Chinese ones are paths (浙江/杭州): one may contain the other."""

    def levels(self, left: Index, right: Index) -> Levels:
        """Return close (≥ .88, or one lies in the other) or else."""
        level = super().levels(left, right)
        for at in np.flatnonzero(self.chinese[left] & self.chinese[right]):
            one, other = self.values[left[at]], self.values[right[at]]
            level[at] = 1 if "/" in one + other and not conflict(one, other) else 2
        return level


class Region(Place):
    """The place that a company names: the same, one inside the other, or else."""


class Area(Likeness):
    """Countries, states and provinces: Austria is not Australia, but 浙江/杭州 lies in 浙江."""

    def levels(self, left: Index, right: Index) -> Levels:
        """Return wider (one lies in the other) or else."""
        level = np.full(len(left), 2, dtype=np.int8)
        for at in np.flatnonzero(self.chinese[left] & self.chinese[right]):
            one, other = self.values[left[at]], self.values[right[at]]
            level[at] = 1 if "/" in one + other and not conflict(one, other) else 2
        return level


class Address(Likeness):
    """Streets and whole addresses; Chinese ones in parts: place, street, number, unit."""

    cuts = (0.92, 0.80)
    CLOSE, SIMILAR, ELSE = 1, 2, 3

    def __init__(self, values: Values) -> None:
        super().__init__(values)
        split = [v.split("|") if v.count("|") == 3 else ["", "", "", ""] for v in values]
        self.place = np.array([parts[0] for parts in split], dtype=object)
        self.street, self.number, self.unit = (
            encode((parts[at] for parts in split), len(values)).codes for at in (1, 2, 3)
        )
        # of a street in Latin letters
        self.digits = derived(values, lambda v: "" if "|" in v else " ".join(_NUMBER.findall(v)))

    def levels(self, left: Index, right: Index) -> Levels:
        """Return close, similar or else."""
        level = super().levels(left, right)
        level[(level == self.CLOSE) & _differ(self.digits, left, right)] = self.SIMILAR
        level[(self.street[left] >= 0) & (self.street[right] >= 0)] = self.ELSE
        at = np.flatnonzero(same(self.street, left, right))
        one, other = left[at], right[at]
        found = np.full(len(at), self.SIMILAR, dtype=np.int8)
        found[same(self.number, one, other) & ~_differ(self.unit, one, other)] = self.CLOSE
        found[_differ(self.number, one, other)] = self.ELSE
        apart = [conflict(*places) for places in zip(self.place[one], self.place[other],
                                                     strict=True)]  # fmt: skip
        found[np.array(apart, dtype=bool)] = self.ELSE
        level[at] = found
        return level


def _differ(code: npt.NDArray[np.int32], left: Index, right: Index) -> npt.NDArray[np.bool_]:
    """Whether both have a value, and not the same one."""
    a, b = code[left], code[right]
    differ: npt.NDArray[np.bool_] = (a >= 0) & (b >= 0) & (a != b)
    return differ


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
        self.head = derived(values, lambda v: v[: max(2, len(v) // 2 - 1)])
        self.tail = derived(values, lambda v: v[-max(2, len(v) // 2 - 1) :])

    def levels(self, left: Index, right: Index) -> Levels:
        """Return the number of edits up to ``most``, else one more."""
        likely = same(self.head, left, right) | same(self.tail, left, right)
        return edits(self.values[left], self.values[right], self.most, likely)


class IdNumber(Code):
    """Tax and identity numbers: their check digits and the organisation code inside them count."""

    def __init__(self, values: Values) -> None:
        super().__init__(values)
        read = [id_number(v) for v in values]
        kinds = [one.kind if one else "" for one in read]
        self.kind = encode(kinds, len(values)).codes
        self.checked = np.array([bool(one and one.valid) for one in read], dtype=bool)
        inside = [one.organisation if one else "" for one in read]
        self.organisation = encode(inside, len(values)).codes

    def levels(self, left: Index, right: Index) -> Levels:
        """Return one edit (or the same organisation code), two edits or else.

        Numbers of different kinds cannot be compared. One slip between two numbers whose check
        digits are both right is no slip.
        """
        level = super().levels(left, right)
        alike = same(self.kind, left, right)
        level[alike & self.checked[left] & self.checked[right]] = self.most + 1
        both = (self.kind[left] >= 0) & (self.kind[right] >= 0)
        level[both & ~alike] = MISSING
        level[same(self.organisation, left, right)] = 1
        return level


class OneEdit(Code):
    """House numbers."""

    most = 1


class Postcode(Code):
    """Postcodes: one mistyped character, or the same area."""

    most = 1

    def __init__(self, values: Values) -> None:
        super().__init__(values)
        self.area = derived(values, lambda v: v[:3] if len(v) > 3 else "")

    def levels(self, left: Index, right: Index) -> Levels:
        """Return one edit, same area or else."""
        level = super().levels(left, right)
        level[level == 2] = 3
        level[(level == 3) & same(self.area, left, right)] = 2
        return level


class Phone(Code):
    """Phone numbers: a mistyped digit, the same end after another prefix, the same exchange."""

    most = 1

    def __init__(self, values: Values) -> None:
        super().__init__(values)
        self.end = derived(values, lambda v: v[-7:] if len(v) >= 7 else "")
        self.start = derived(values, lambda v: f"{len(v)} {v[:-3]}" if len(v) >= 8 else "")

    def levels(self, left: Index, right: Index) -> Levels:
        """Return one edit, same end, same start or else."""
        level = super().levels(left, right)
        level[level == 2] = 4
        level[(level == 4) & same(self.start, left, right)] = 3
        level[(level >= 3) & same(self.end, left, right)] = 2
        return level


class Email:
    """E-mail addresses: the same name at another provider, typing errors, the same company."""

    OFTEN = 5  # different addresses with one local part (or one host) before it says nothing

    def __init__(self, values: Values) -> None:
        self.values = values
        self.length = np.array([len(v) for v in values], dtype=np.int32)
        self.local = self._telling([v.partition("@")[0] for v in values], is_role)
        self.host = self._telling([v.partition("@")[2] for v in values], is_free)

    def _telling(self, parts: list[str], never: Callable[[str], bool]) -> npt.NDArray[np.int32]:
        """Return a code per part, -1 for parts that many different addresses have."""
        often = max(self.OFTEN, len(parts) // 1000)
        common = {part for part, n in Counter(parts).items() if n > often or never(part)}
        return numbered(("" if part in common else part for part in parts), len(parts))

    def levels(self, left: Index, right: Index) -> Levels:
        """Return same local part, close (some typing errors), same host or else."""
        a, b = self.values[left], self.values[right]
        slips = edits(a, b, 3, jaro_winkler(a, b) >= 0.9)
        level = np.full(len(left), 4, dtype=np.int8)
        level[same(self.host, left, right)] = 3
        level[slips <= np.minimum(1 + self.length[left] // 10, 3)] = 2
        level[same(self.local, left, right)] = 1
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
        return grades(-distance.astype(np.float32), (-1.0, -20.0))


COMPARISONS: dict[str, type[Comparison]] = {
    "given": FirstOrLast, "surname": FirstOrLast, "full_name": FullName, "contact_person": FullName,
    "organisation": Organisation, "region": Region, "legal_form": OneOf,
    "birth_date": BirthDate, "id_number": IdNumber, "phone": Phone, "email": Email,
    "postcode": Postcode, "address": Address, "house_number": OneEdit, "place": Place,
    "area": Area,
    "coordinates": Coordinates, "category": OneOf, "list": ListOf, "text": Likeness,
}  # fmt: skip
