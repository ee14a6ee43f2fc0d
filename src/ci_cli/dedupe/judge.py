"""What the rules of ``clean`` say about two names, as levels of likeness.

Likeness of letters cannot know that 北京华信 and 上海华信 are two companies, that 王小明 and 王晓明
are two people, or that Bob may be Robert. The rules are asked where they could change something:
about names in Chinese characters that share an end, and about others that are alike already.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from .clean.company_name import CompanyName
from .clean.people import PersonName
from .clean.same import DIFFERENT, SAME, Verdict, compare_companies
from .clean.same_people import compare_people
from .clean.text import is_unspaced
from .compare_names import FullName, Organisation
from .likeness import Levels, derived, same
from .table import MISSING, Names, encode

# What the rule for companies leaves open -> level; the rest is "open".
_UNCLEAR = {"script": MISSING, "empty": MISSING, "place_wider": Organisation.CONTAINED}
# Reasons for two companies of one brand; a different brand is for the likeness of letters to say.
_NAMESAKES = frozenset({"place", "branch", "shop", "trade"})


class Judge(Protocol):
    """Rules for the names of one field."""

    def levels(self, a: npt.NDArray[np.int32], b: npt.NDArray[np.int32], level: Levels) -> Levels:
        """Return the levels of pairs of names: the rule's where it is sure, else ``level``.

        Args:
            a: number of one name of each pair, −1 where missing.
            b: number of the other.
            level: by likeness of letters.
        """


class Companies:
    """Names of companies: the same brand in another place or trade is another company."""

    def __init__(self, names: Names) -> None:
        self.names = names
        brands = np.array([n.brand if isinstance(n, CompanyName) else "" for n in names.distinct])
        self.unspaced = np.array([is_unspaced(brand) for brand in brands], dtype=bool)
        self.weak = np.array([getattr(n, "weak", False) for n in names.distinct], dtype=bool)
        self.begin = derived(brands, lambda brand: brand[:1])
        self.end = derived(brands, lambda brand: brand[-2:])

    def levels(self, a: npt.NDArray[np.int32], b: npt.NDArray[np.int32], level: Levels) -> Levels:
        """Ask where the names differ and have something in common."""
        there = (a >= 0) & (b >= 0) & (a != b)
        alike = (level >= 0) & (level < Organisation.ELSE)
        one, other = self.unspaced[a], self.unspaced[b]
        ends = same(self.begin, a, b) | same(self.end, a, b)
        both = one & other
        # two brands that share neither end are two, unless a place or a trade stands in for one
        apart = there & both & ~ends & ~(self.weak[a] | self.weak[b])
        asked = there & ~apart & (alike | (both & ends) | (one != other))
        level = np.where(apart & alike, np.int8(Organisation.ELSE), level)
        return _by_rule(self.names, a, b, level, asked, _company_level)


class People:
    """Whole names of people: titles, order, nicknames; one other Chinese character tells apart."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.han = np.array([isinstance(n, PersonName) and n.han for n in names.distinct], bool)
        ends = [_ends(name) for name in names.distinct]
        size = len(ends)
        both = encode([*(one for one, _ in ends), *(one for _, one in ends)], 2 * size).codes
        self.first, self.last = both[:size], both[size:]

    def levels(self, a: npt.NDArray[np.int32], b: npt.NDArray[np.int32], level: Levels) -> Levels:
        """Ask where the names share their first or last part, whichever way round."""
        first, last = self.first, self.last
        shared = same(first, a, b) | same(last, a, b)
        shared |= (first[a] == last[b]) | (last[a] == first[b])
        asked = (level != 0) & (shared | (self.han[a] != self.han[b]))
        asked |= (level == 0) & self.han[a]  # two bare surnames are equal and say little
        asked &= (a >= 0) & (b >= 0)
        return _by_rule(self.names, a, b, level, asked, _person_level)


def judge_of(names: Names) -> Judge:
    """Return the rules for the names of a field."""
    return Companies(names) if isinstance(names.distinct[0], CompanyName) else People(names)


def _by_rule(
    names: Names,
    a: npt.NDArray[np.int32],
    b: npt.NDArray[np.int32],
    level: Levels,
    asked: npt.NDArray[np.bool_],
    rule: Callable[[Any, Any, int], int],
) -> Levels:
    """Ask a rule once per pair of distinct names and level."""
    size = len(names.distinct)
    low, high = np.minimum(a, b)[asked].astype(np.int64), np.maximum(a, b)[asked]
    key = (low * size + high) * 16 + level[asked]
    distinct, place = np.unique(key, return_inverse=True)
    answers = np.empty(len(distinct), dtype=np.int8)
    for at, one in enumerate(distinct.tolist()):
        pair, was = divmod(one, 16)
        first, second = divmod(pair, size)
        answers[at] = rule(names.distinct[first], names.distinct[second], was)
    changed = level.copy()
    changed[asked] = answers[place]
    return changed


def _company_level(first: CompanyName, second: CompanyName, level: int) -> int:
    verdict = compare_companies(first, second)
    unspaced = is_unspaced(first.brand) or is_unspaced(second.brand)
    if verdict.verdict == SAME:
        short = verdict.reason == "short_form"
        if level == Organisation.EXACT and not (short and unspaced):
            return Organisation.EXACT
        best = Organisation.CONTAINED if short else Organisation.LETTERS
        return best if unspaced else min(level, best)
    if verdict.verdict == DIFFERENT:
        if verdict.reason in _NAMESAKES:
            of_one_brand = unspaced or verdict.reason != "trade"
            return Organisation.ANOTHER if of_one_brand else level
        return Organisation.ELSE if unspaced else level
    if not unspaced:
        return level
    return _UNCLEAR.get(verdict.reason, Organisation.OPEN)


def _ends(name: Any) -> tuple[str, str]:
    if name.han:
        return name.surname or name.given, name.full[-1:]
    words = f"{name.given} {name.surname}".replace("-", " ").split() or [""]
    return words[0], words[-1]


def _person_level(first: PersonName, second: PersonName, level: int) -> int:
    verdict: Verdict = compare_people(first, second)
    if verdict.reason == "script":
        return MISSING
    if first.han:
        if verdict.verdict == SAME:
            return FullName.EXACT if level == FullName.EXACT else FullName.REORDERED
        return FullName.FAINT if verdict.reason == "part" else FullName.ELSE
    if verdict.verdict == SAME:
        return min(level, FullName.INITIALS if verdict.reason == "initials" else FullName.CLOSE)
    return level
