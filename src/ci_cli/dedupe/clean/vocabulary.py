"""The word lists of this folder (``data/*.yaml``), read once, in the form that looks them up."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from importlib import resources
from typing import Any, NamedTuple

from ci_cli.dedupe.clean.text import fold

_TOKENS = re.compile(r"[^\W_]+|&")
_AND = {"and": "&", "und": "&", "+": "&"}


class LegalForm(NamedTuple):
    """A legal form as a word list has it."""

    code: str
    kind: str  # limited, stock, partners, sole, coop, body, firm, …


class Forms(NamedTuple):
    """Spelling -> form, by where it may stand. Spaced spellings are tuples of tokens."""

    end: dict[tuple[str, ...], LegalForm]
    front: dict[tuple[str, ...], LegalForm]
    second: dict[tuple[str, ...], LegalForm]  # in front, where another form stands behind
    unspaced_end: dict[str, LegalForm]
    unspaced_front: dict[str, LegalForm]
    longest_at: dict[str, int]  # last letter of the unspaced spellings at the end -> longest
    first_letters: frozenset[str]
    countries: frozenset[str]


class Trades(NamedTuple):
    """Words that say what a firm does."""

    words: dict[str, str]  # Chinese word -> the word that stands for it
    wide: frozenset[str]
    institutions: frozenset[str]
    latin: dict[str, str]
    latin_wide: frozenset[str]
    longest: int
    ends: frozenset[str]  # the last two characters of every Chinese word
    starts: frozenset[str]  # the first two


def read_list(name: str) -> Any:
    """Return the content of ``data/NAME.yaml``; every scalar is a string."""
    import yaml

    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    source = resources.files(__package__) / "data" / f"{name}.yaml"
    return yaml.load(source.read_text("utf-8"), loader)  # noqa: S506 - base loaders build strings only


def tokens_of(folded: str) -> list[str]:
    """Part a folded Latin text: words, ``&``; letters written apart (S. A.) become one word."""
    parts = _TOKENS.findall(folded.replace("'", "").replace("+", " & "))
    if "&" not in parts and not any(len(part) == 1 for part in parts):
        return [_AND.get(part, part) for part in parts]
    tokens: list[str] = []
    letters = ""
    for part in parts:
        if len(part) == 1 and part.isalpha():
            letters += part
            continue
        if letters:
            tokens.append(letters)
            letters = ""
        tokens.append(_AND.get(part, part))
    if letters:
        tokens.append(letters)
    return tokens


@lru_cache(maxsize=1)
def load_forms() -> Forms:
    """Return the legal forms."""
    table = read_list("legal_forms")
    end: dict[tuple[str, ...], LegalForm] = {}
    front: dict[tuple[str, ...], LegalForm] = {}
    second: dict[tuple[str, ...], LegalForm] = {}
    unspaced_end: dict[str, LegalForm] = {}
    unspaced_front: dict[str, LegalForm] = {}
    countries: set[str] = set()
    for code, (kind, where, place, *spellings) in table["worded"].items():
        countries |= set(where.split())
        for spelling in spellings:
            key = tuple(tokens_of(fold(spelling)))
            form = LegalForm(code, kind)
            if place in {"end", "both"}:
                end.setdefault(key, form)
            if place in {"front", "both"}:
                front.setdefault(key, form)
            if place == "second":
                second.setdefault(key, form)
    for code, (kind, where, place, *spellings) in table["unspaced"].items():
        countries |= set(where.split())
        for spelling in spellings:
            # Simplified as it stands in the list: a store without Chinese needs no converter.
            key_text = unicodedata.normalize("NFKC", spelling).casefold().replace(" ", "")
            form = LegalForm(code, kind)
            if place in {"end", "both"}:
                unspaced_end.setdefault(key_text, form)
            if place in {"front", "both"}:
                unspaced_front.setdefault(key_text, form)
    return Forms(
        end,
        front,
        second,
        unspaced_end,
        unspaced_front,
        {key[-1]: len(key) for key in sorted(unspaced_end, key=len)},
        frozenset(spelling[0] for spelling in unspaced_front),
        frozenset(countries),
    )


@lru_cache(maxsize=1)
def load_trades() -> Trades:
    """Return the trade words."""
    table = read_list("trades")
    wide = frozenset(table["wide"].split())
    institutions = frozenset(table["institutions"].split())
    words = {word: word for word in (*table["trades"].split(), *wide, *institutions)}
    for standard, others in table["same_trade"].items():
        words |= dict.fromkeys(others, standard)
    for word in tuple(words):  # 国际 says nothing in front of a trade either
        if word[2:] in words and word[:2] in wide:
            words[word] = words[word[2:]]
        elif word.endswith("制品") and word[:-2] in words:
            words[word] = words[word[:-2]]
    latin: dict[str, str] = {}
    for group in table["latin"].split(";"):
        first, *others = group.split()
        latin |= dict.fromkeys([first, *others], first)
    latin_wide: set[str] = set()
    for group in table["latin_wide"].split(";"):
        first, *others = group.split()
        latin |= dict.fromkeys([first, *others], first)
        latin_wide.add(first)
    return Trades(
        words,
        wide,
        institutions,
        latin,
        frozenset(latin_wide),
        max(map(len, words)),
        frozenset(word[-2:] for word in words),
        frozenset(word[:2] for word in words),
    )


@lru_cache(maxsize=1)
def load_short_names() -> dict[str, str]:
    """Return the short names that everybody knows: short -> full."""
    names: dict[str, str] = read_list("short_names")
    return names
