"""How often two strangers bear one whole name, from how common its parts are.

A list of thirty people holds a name twice because it holds a duplicate, so counting the name says
nothing about how common it is. Its parts can be counted: how many *different* names of the list
have the family name, how many the given name; duplicates do not change that. Where the list is too
short even for this, common family and given names are known (王, Smith; John), and any other is as
rare as such names are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from .clean.people import PersonName
from .clean.vocabulary import read_list

WHOLE_NAMES = frozenset({"full_name", "contact_person"})  # types of fields
TO_TRUST = 100  # different names that a list must hold to be heard as much as what is known
# Shares of all people: of one family name, one given name.
HAN_SURNAME, HAN_GIVEN, HAN_SINGLE = 0.0005, 0.0004, 0.004
SURNAME, COMMON_SURNAME, VERY_COMMON_SURNAME = 0.0005, 0.006, 0.04
GIVEN, COMMON_GIVEN = 0.003, 0.015
# Family and given names are not independent: cousins, fashions of a region.
LEAST = 1e-5
PART_MISSING = 0.02  # "Anna" and "王总" are names of many


def expected_shares(names: Sequence[object]) -> npt.NDArray[np.float64]:
    """Return for each distinct name the share of people who bear it.

    Args:
        names: the distinct names of a list; what is no person's name is as rare as can be.
    """
    parts = [_parts(name) for name in names]
    different = set(parts)
    surnames = Counter(surname for surname, _, _ in different)
    givens = Counter(given for _, given, _ in different)
    whole = TO_TRUST + len(different) - 1
    found = np.full(len(parts), PART_MISSING)
    for at, (surname, given, han) in enumerate(parts):
        if surname and given:
            known = _of_surname(surname, han), _of_given(given, han)
            family = (surnames[surname] - 1 + TO_TRUST * known[0]) / whole
            found[at] = family * (givens[given] - 1 + TO_TRUST * known[1]) / whole
    np.maximum(found, LEAST, out=found)
    return found


def _parts(name: object) -> tuple[str, str, bool]:
    if not isinstance(name, PersonName):
        return "", "", False
    given = name.given if name.han else name.given.partition(" ")[0]
    return name.surname, given, name.han


def _of_surname(name: str, han: bool) -> float:
    if han:
        return _han_surnames().get(name, HAN_SURNAME)
    common = _common("very_common_surnames"), _common("common_surnames")
    return VERY_COMMON_SURNAME if name in common[0] else (
        COMMON_SURNAME if name in common[1] else SURNAME)  # fmt: skip


def _of_given(name: str, han: bool) -> float:
    if han:
        return HAN_SINGLE if len(name) == 1 else HAN_GIVEN
    return COMMON_GIVEN if name in _common("common_given_names") or len(name) == 1 else GIVEN


@lru_cache(maxsize=1)
def _han_surnames() -> dict[str, float]:
    """Return the share of each family name: the list is in the order of how common they are.

    The curve meets the shares that the census of 2020 gives for the first hundred within a third.
    """
    names = read_list("people")["surnames"].split()
    return {name: 0.3 / (rank + 3.5) ** 1.15 for rank, name in enumerate(names)}


@lru_cache(maxsize=4)
def _common(kind: str) -> frozenset[str]:
    return frozenset(read_list("people")[kind].split())
