"""What the rules of ``clean`` say about two names, as levels of likeness.

Likeness of letters cannot know that 北京华信 and 上海华信 are two companies, that 王小明 and 王晓明 are
two people, or that Bob may be Robert. The rules are asked where they could change something: about
names in Chinese characters that share an end, and about others that are alike already.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from .clean.companies import CompanyName
from .clean.people import PersonName
from .clean.same import DIFFERENT, SAME, Verdict, compare_companies
from .clean.same_people import compare_people
from .clean.text import is_unspaced
from .compare_names import FullName, Organisation
from .likeness import Index, Levels, derived, same
from .table import MISSING, Field, Names

# What the rule for companies leaves open -> level; the rest is "open".
_UNCLEAR = {"script": MISSING, "empty": MISSING, "place_wider": Organisation.CONTAINED}
# Reasons for two companies of one brand; a different brand is for the likeness of letters to say.
_NAMESAKES = frozenset({"place", "branch", "shop", "trade"})


def judged(field: Field, left: Index, right: Index, level: Levels) -> Levels:
    """Return the levels of pairs in a field of names, where a rule is sure the rule's.

    Args:
        field: companies or whole names of people; any other field keeps its levels.
        left: row of one record of each pair.
        right: row of the other.
        level: by likeness of letters.
    """
    if field.names is None or not len(left):
        return level
    a, b = field.names.codes[left], field.names.codes[right]
    if field.type == "organisation":
        asked = _companies_to_ask(field.names, a, b, level)
        rule: Callable[[Any, Any, int], int] = _company_level
    else:
        asked = _people_to_ask(field.names, a, b, level)
        rule = _person_level
    level = level.copy()
    level[asked] = _by_rule(field.names, a[asked], b[asked], level[asked], rule)
    return level


def _by_rule(
    names: Names,
    a: npt.NDArray[np.int32],
    b: npt.NDArray[np.int32],
    level: Levels,
    rule: Callable[[Any, Any, int], int],
) -> Levels:
    """Ask a rule once per pair of distinct names and level."""
    size = len(names.distinct)
    low, high = np.minimum(a, b).astype(np.int64), np.maximum(a, b).astype(np.int64)
    key = (low * size + high) * 16 + level
    distinct, place = np.unique(key, return_inverse=True)
    answers = np.empty(len(distinct), dtype=np.int8)
    for at, one in enumerate(distinct.tolist()):
        pair, was = divmod(one, 16)
        first, second = divmod(pair, size)
        answers[at] = rule(names.distinct[first], names.distinct[second], was)
    result: Levels = answers[place]
    return result


def _companies_to_ask(
    names: Names, a: npt.NDArray[np.int32], b: npt.NDArray[np.int32], level: Levels
) -> npt.NDArray[np.bool_]:
    """Whether a rule could change the level: different names, and something in common."""
    brands = np.array([name.brand for name in names.distinct if isinstance(name, CompanyName)])
    unspaced = np.array([is_unspaced(brand) for brand in brands], dtype=bool)
    begin = derived(brands, lambda brand: brand[:1])
    end = derived(brands, lambda brand: brand[-2:])
    there = (a >= 0) & (b >= 0) & (a != b)
    alike = (level >= 0) & (level < Organisation.ELSE)
    chinese = (unspaced[a] & unspaced[b]) & (same(begin, a, b) | same(end, a, b))
    asked: npt.NDArray[np.bool_] = there & (alike | chinese | (unspaced[a] != unspaced[b]))
    return asked


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


def _people_to_ask(
    names: Names, a: npt.NDArray[np.int32], b: npt.NDArray[np.int32], level: Levels
) -> npt.NDArray[np.bool_]:
    han = np.array([isinstance(n, PersonName) and n.han for n in names.distinct], dtype=bool)
    words = [_ends(name) for name in names.distinct]
    first = derived(np.array([one for one, _ in words], dtype=object), str)
    last = derived(np.array([one for _, one in words], dtype=object), str)
    shared = same(first, a, b) | same(last, a, b)
    crossed = (first[a] == last[b]) | (last[a] == first[b])
    asked: npt.NDArray[np.bool_] = (
        (a >= 0) & (b >= 0) & (level != 0) & (shared | crossed | (han[a] != han[b]))
    )
    asked |= (level == 0) & (han[a] | han[b])
    return asked


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
