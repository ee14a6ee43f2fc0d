"""Names of people: family and given name, whatever stands around them.

Chinese names are told by their length and the list of compound surnames; Latin ones by commas,
capitals and particles. Where neither tells the order, both are open (``ordered`` is False).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from ci_cli.dedupe.clean.text import HAN, fold
from ci_cli.dedupe.clean.vocabulary import read_list

MAX_LENGTH = 200
_BRACKETS = re.compile(r"\([^()]*\)?")
_ONLY_HAN = re.compile(f"[{HAN}]+")
_HAN_PART = re.compile(f"[{HAN}·]+")
_WORDS = re.compile(r"[^\W\d_]+(?:[-.][^\W\d_]+)*")
_CAPITALS = re.compile(r"[^\W\d_]{2,}")


class PersonName(NamedTuple):
    """The parts of a name, folded.

    Attributes:
        surname: family name; Latin particles belong to it: ``van der berg``.
        given: given names parted by spaces, initials as one letter. Chinese ones in one piece.
        title: 先生, dr, …: what stood around the name.
        ordered: False where the text does not tell which part is the family name.
        han: True for a name in Chinese characters.
    """

    surname: str
    given: str
    title: str = ""
    ordered: bool = True
    han: bool = False

    @property
    def full(self) -> str:
        """The name in one text: Chinese 王小明, Latin with its words sorted."""
        if self.han:
            return self.surname + self.given
        return " ".join(sorted(f"{self.given} {self.surname}".replace("-", " ").split()))


class People(NamedTuple):
    """The word lists of names."""

    compound: frozenset[str]
    surnames: frozenset[str]
    titles: tuple[str, ...]  # longest first
    latin_titles: frozenset[str]
    latin_endings: frozenset[str]
    particles: frozenset[str]
    nicknames: dict[str, frozenset[str]]


@lru_cache(maxsize=1)
def load_people() -> People:
    """Return the lists of ``data/people.yaml``."""
    table = read_list("people")
    return People(
        frozenset(table["compound_surnames"].split()),
        frozenset(table["surnames"].split()),
        tuple(sorted(table["titles"].split(), key=len, reverse=True)),
        frozenset(table["latin_titles"].split()),
        frozenset(table["latin_endings"].split()),
        frozenset(table["particles"].split()),
        {nick: frozenset(names.split()) for nick, names in table["nicknames"].items()},
    )


@lru_cache(maxsize=65536)
def person(text: str) -> PersonName | None:
    """Return the parts of a person's name; None where there is no letter in it."""
    text = text[:MAX_LENGTH]
    folded = fold(text)
    outside = _BRACKETS.sub(" ", folded).strip(" ,;/") or folded.strip("() ")
    if _ONLY_HAN.search(outside):
        return _han_person(outside)
    if not any(char.isalpha() for char in outside):
        return None
    return _latin_person(text, outside)


def people(values: Iterable[str | None]) -> list[PersonName | None]:
    """Return the parts of each name of a column; equal texts share one object."""
    seen: dict[str, PersonName | None] = {}
    parts: list[PersonName | None] = []
    for value in values:
        if not value:
            parts.append(None)
            continue
        if value not in seen:
            seen[value] = person.__wrapped__(value)
        parts.append(seen[value])
    return parts


def _han_person(text: str) -> PersonName:
    """Part a Chinese name: titles, then surname and given name."""
    pieces = _HAN_PART.findall(text)
    titles = [piece for piece in pieces if len(piece) > 1 and piece in load_people().titles]
    pieces = [piece for piece in pieces if piece not in titles] or pieces
    lists = load_people()
    first = pieces[0]
    if (
        1 < len(pieces) <= 3
        and sum(map(len, pieces)) <= 4
        and (first in lists.surnames or first in lists.compound)
        and not any(piece in lists.titles for piece in pieces[1:] if len(piece) > 1)
    ):
        pieces = ["".join(pieces)]  # 张 丽
    stripped = [_strip_titles(piece) for piece in pieces]
    names = [name for name, _ in stripped]
    title = next((found for _, found in stripped if found), "") or next(iter(titles), "")
    foreign = "·" in text or (
        len(names) > 1
        and not title
        and all(len(name) > 1 for name in names)
        and sum(map(len, names)) > 4
        and not all(name[0] in lists.surnames for name in names)
    )
    if foreign:  # 阿依古丽·买买提: given name and the father's, no family name
        return PersonName("", "".join(names).replace("·", ""), title, ordered=False, han=True)
    return _part_han(max(names, key=len))._replace(title=title)


def _strip_titles(text: str) -> tuple[str, str]:
    """Take titles off the end: 王小明总经理 -> 王小明; of 王总 the surname is left."""
    lists = load_people()
    found = ""
    while True:
        for title in lists.titles:
            if not text.endswith(title):
                continue
            rest = text[: -len(title)]
            if _may_be_title(title, rest, found):
                text, found = rest, found or title
                break
        else:
            return text, found


def _may_be_title(title: str, rest: str, found: str) -> bool:
    """Say whether ``title`` behind ``rest`` is a title: one character only behind a whole name."""
    lists = load_people()
    if not rest:
        return False
    if len(title) > 1:
        return len(rest) >= 2 or rest in lists.surnames or bool(found)
    if title == "总":
        return rest in lists.surnames or rest in lists.compound or len(rest) >= 2
    if title in "工董姐哥君叔收":
        # 王工 is a title, 李国工 hardly ever; 王董, 张姐 as well.
        return rest in lists.surnames and title in "工董姐哥"
    return False


def _part_han(name: str) -> PersonName:
    lists = load_people()
    if len(name) >= 3 and name[:2] in lists.compound:
        return PersonName(name[:2], name[2:], han=True)
    if len(name) >= 4 and name[:4] in lists.compound:
        return PersonName(name[:4], name[4:], han=True)
    if len(name) == 1:
        return PersonName(name, "", han=True)
    if len(name) == 2 and name in lists.compound:
        return PersonName(name, "", han=True)
    if len(name) == 4 and name[0] in lists.surnames and name[1] in lists.surnames:
        return PersonName(name[:2], name[2:], han=True)  # two surnames: 陈方安生
    return PersonName(name[0], name[1:], han=True)


def _latin_person(text: str, outside: str) -> PersonName:
    """Part a Latin (Cyrillic, Greek …) name."""
    lists = load_people()
    capital = _capital_surname(text)
    title: list[str] = []
    head, comma, tail = outside.partition(",")
    before, after = _words(head, title), _words(tail, title)
    if comma and before and after:
        surname = before
        given = after
        while len(given) > 1 and given[-1] in lists.particles:
            surname = [given.pop(), *surname]
        return _latin(surname, given, title, ordered=True)
    words = before or after
    if not words:
        return PersonName("", fold(outside), ordered=False)
    if len(words) == 1:
        return _latin(words, [], title, ordered=False)
    if capital and capital in words:
        index = words.index(capital)
        start = index
        while start and words[start - 1] in lists.particles:
            start -= 1
        return _latin(
            words[start : index + 1], words[:start] + words[index + 1 :], title, ordered=True
        )
    start = len(words) - 1
    while start > 1 and words[start - 1] in lists.particles:
        start -= 1
    certain = start < len(words) - 1 or any(len(word) == 1 for word in words[:start])
    return _latin(words[start:], words[:start], title, ordered=certain)


def _latin(surname: list[str], given: list[str], title: list[str], *, ordered: bool) -> PersonName:
    return PersonName(" ".join(surname), " ".join(given), " ".join(title), ordered)


def _words(text: str, titles: list[str]) -> list[str]:
    """Return the words of ``text`` without titles, which go to ``titles``."""
    lists = load_people()
    found = _WORDS.findall(text.replace("'", ""))
    words = [part for word in found for part in word.split(".") if part]
    while len(words) > 1 and words[0] in lists.latin_titles:
        titles.append(words.pop(0))
    while len(words) > 1 and words[-1] in lists.latin_endings:
        titles.append(words.pop())
    if len(words) == 1 and words[0] in lists.latin_endings | lists.latin_titles and titles:
        titles.append(words.pop())
    return words


def _capital_surname(text: str) -> str:
    """Return the one word in capitals beside words that are not: WANG Xiaoming."""
    words = _CAPITALS.findall(text.replace("'", "").replace("’", ""))
    capitals = [word for word in words if word.isupper()]
    small = [word for word in words if not word.isupper()]
    return fold(capitals[0]) if len(capitals) == 1 and small else ""


def full_names(word: str) -> frozenset[str]:
    """Return the names that ``word`` may stand for, itself included: bob -> bob, robert."""
    return load_people().nicknames.get(word, frozenset()) | {word}
