"""``data/fact_headers.yaml`` in the form that matching needs; read when first asked for."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any, Literal, get_args

from ci_cli.importing.mapping.synonyms import squeeze

FactKind = Literal[
    "interactions", "contracts", "opportunities", "usage", "feedback", "attitudes", "roi"
]
FACT_KINDS: tuple[FactKind, ...] = get_args(FactKind)
_WORD = re.compile(r"[a-z0-9]+")
MOST_WORDS = 3  # in a meaning of several words


@dataclass(frozen=True)
class FactField:
    """One field of a kind of file; headers are squeezed and have a rank, the best first.

    ``type`` is date, money, quantity, code or text.
    """

    name: str
    type: str
    telling: dict[str, int]
    also: dict[str, int]


@dataclass(frozen=True)
class FactList:
    """One kind of file: its fields, which it needs, and of which it needs one."""

    kind: FactKind
    fields: tuple[FactField, ...]
    needs: tuple[str, ...]
    one_of: tuple[str, ...]


@dataclass(frozen=True)
class FactLists:
    """All that the file says; ``words`` gives for each sort of word squeezed text -> meaning."""

    kinds: dict[FactKind, FactList]
    parties: tuple[FactField, ...]
    words: dict[str, dict[str, str]]


@cache
def load_lists() -> FactLists:
    """Read the lists that ship with the package."""
    import yaml

    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    source = resources.files("ci_cli") / "data" / "fact_headers.yaml"
    raw: dict[str, Any] = yaml.load(source.read_text("utf-8"), loader)  # noqa: S506 - base loaders build strings only
    kinds = {
        kind: FactList(
            kind,
            tuple(
                FactField(name, entry["type"], _ranks(entry["telling"]), _ranks(entry["also"]))
                for name, entry in raw[kind]["fields"].items()
            ),
            tuple(raw[kind]["needs"]),
            tuple(raw[kind]["one_of"]),
        )
        for kind in FACT_KINDS
    }
    parties = tuple(
        FactField(name, "code" if name.endswith("id") else "text", {}, _ranks(headers))
        for name, headers in raw["parties"].items()
    )
    words = {
        sort: {squeeze(word): meaning for meaning, known in meanings.items() for word in known}
        for sort, meanings in raw["words"].items()
    }
    return FactLists(kinds, parties, words)


def _ranks(headers: list[str]) -> dict[str, int]:
    return {squeeze(header): rank for rank, header in reversed(list(enumerate(headers)))}


@cache
def fields_of_type(*types: str) -> frozenset[str]:
    """Return the fields of all kinds that have one of these types."""
    return frozenset(
        field.name
        for one in load_lists().kinds.values()
        for field in one.fields
        if field.type in types
    )


@cache
def telling_words() -> frozenset[str]:
    """Return the squeezed headers that by themselves speak of one of these kinds of file."""
    return frozenset(
        header
        for one in load_lists().kinds.values()
        for field in one.fields
        for header in field.telling
    )


@lru_cache(maxsize=4096)  # a few words fill whole columns
def meaning_of(sort: str, text: str) -> str | None:
    """Return what a word of a file means: ``meaning_of("kind", "上门拜访")`` is ``visit``.

    Args:
        sort: kind, outcome, direction, deal, attitude …
        text: as it stands in the cell.

    Returns:
        The meaning of the whole text; else of the longest known word in it; None: none is known.
    """
    words = load_lists().words[sort]
    key = squeeze(text)
    if key in words:
        return words[key]
    inside = [word for word in words if _is_inside(word, key, text)]
    return words[max(inside, key=len)] if inside else None


def _is_inside(word: str, key: str, text: str) -> bool:
    if not word.isascii():
        return len(word) > 1 and word in key
    if len(word) < 3:
        return False
    tokens = _WORD.findall(unicodedata.normalize("NFKC", text).casefold())
    return word in {
        "".join(tokens[i:j]) for i in range(len(tokens)) for j in range(i + 1, i + MOST_WORDS + 1)
    }
