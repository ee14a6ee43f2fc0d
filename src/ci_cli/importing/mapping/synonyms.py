"""The header words of ``data/header_synonyms.yaml``, in the form that matching needs.

Read once, when the first header is mapped: commands that import nothing never pay for it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

# Fields whose wrong silent mapping ruins figures: only exact words or proof by values map them.
CRITICAL = frozenset(
    ["order.id", "order.date", "order.total", "line.amount", "line.quantity", "line.unit_price",
     "line.discount", "line.cost", "customer.id", "line.product_id", "customer.tax_id",
     "category.id", "line.number"]
)  # fmt: skip
MONEY = frozenset(["order.total", "line.amount", "line.unit_price", "line.discount", "line.cost"])
# Columns that ci-cli writes into its own files; those but the source are for people, never data.
OWN_COLUMNS = ("ci_id", "ci_line", "ci_column", "ci_value", "ci_reason", "ci_fix", "ci_import",
               "ci_kind")  # fmt: skip
# Fields that no synonym list names, because other lists stand for them (see the YAML).
DERIVED = ("category.name", "product.category_id", "order.owner", "row.source")

_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff]")


class Word(NamedTuple):
    """What one word of a header does: its role and its name within the role."""

    role: str  # entity, attribute, apart, basis, harmless
    name: str


class Ambiguity(NamedTuple):
    """A header that can mean several things, and the rule that decides."""

    rule: str
    could_be: tuple[str, ...]


@dataclass(frozen=True)
class Synonyms:
    """The whole table; every key is squeezed (see :func:`squeeze`)."""

    types: Mapping[str, str]  # field -> text, money, number, date, bool, integer
    exact: Mapping[str, str]  # header -> field
    apart: Mapping[str, str]  # header -> reason key
    ambiguous: Mapping[str, Ambiguity]
    words: Mapping[str, Word]
    combine: Mapping[str, Mapping[str, str] | str]
    prefer: Mapping[str, tuple[tuple[str, ...], ...]]
    layouts: tuple[Mapping[str, Any], ...]
    scales: Mapping[str, Fraction]
    currencies: Mapping[str, str]
    tax_basis: Mapping[str, str]
    measures: frozenset[str]
    required: frozenset[str]
    zones: Mapping[str, str]
    date_orders: Mapping[str, str]
    verdicts: Mapping[str, Any]
    abbreviations: Mapping[str, str]
    summary_words: frozenset[str]
    clues: Mapping[str, tuple[str, ...]]

    @property
    def fields(self) -> tuple[str, ...]:
        """Return every field that a header may be mapped to."""
        return (*self.types, *(name for name in DERIVED if name not in self.types))


def squeeze(text: str) -> str:
    """Return the form in which headers are compared.

    Full-width and case folded, Traditional characters simplified, everything dropped but letters,
    digits and ``%``; a ``#`` behind a word counts as ``no``.
    """
    folded = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).casefold()
    folded = re.sub(r"(?<=[a-z])\s*#", " no ", folded)
    kept = "".join(c for c in folded if c.isalnum() or c in "%$€£₹¥")
    return kept.translate(_fold_table())


@cache
def load_synonyms() -> Synonyms:
    """Read the table that ships with the package."""
    raw = _raw()
    fields, units = raw["fields"], raw["units"]
    exact = {
        squeeze(str(synonym)): name
        for name, entry in fields.items()
        for synonym in [*entry["en"], *entry["zh"]]
    }
    return Synonyms(
        types={name: entry["type"] for name, entry in fields.items()},
        exact=exact,
        apart=dict(_by_header(raw["apart"])),
        ambiguous={
            squeeze(str(header)): Ambiguity(entry["rule"], tuple(entry["could_be"]))
            for entry in raw["ambiguous"]
            for header in entry["header"]
        },
        words=dict(_companies(_words(raw["words"]))),
        combine=raw["combine"],
        prefer={
            name: tuple(tuple(map(_preference, group)) for group in groups)
            for name, groups in raw["prefer"].items()
        },
        layouts=tuple(map(_layout, raw["layouts"])),
        scales={squeeze(str(key)): Fraction(value) for key, value in units["scale"].items()},
        currencies={squeeze(str(key)): value for key, value in units["currency"].items()},
        tax_basis={squeeze(key): value for key, value in units["tax_basis"].items()},
        measures=frozenset(squeeze(str(word)) for word in units["measure"]),
        required=frozenset(squeeze(str(word)) for word in units["required"]),
        zones={squeeze(key): value for key, value in units["zone"].items()},
        date_orders={squeeze(key): value for key, value in units["date_order"].items()},
        verdicts=raw["verdicts"],
        abbreviations={key: squeeze(value) for key, value in raw["abbreviations"].items()},
        summary_words=frozenset(
            squeeze(str(word)) for word in raw["skip_rows"]["trailing_or_inside"]
        ),
        clues=_clues(raw["clues"]),
    )


def _clues(lists: Mapping[str, Mapping[str, list[Any]]]) -> dict[str, tuple[str, ...]]:
    """Return the fields at which each clue hints."""
    fields: dict[str, tuple[str, ...]] = {}
    for name, words in lists.items():
        for word in _word_list(words):
            fields[word] = (*fields.get(word, ()), name)
    return fields


@cache
def _raw() -> dict[str, Any]:
    import yaml

    # every scalar is a word: a loader with types would turn `no` and `on` into booleans
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    source = resources.files("ci_cli") / "data" / "header_synonyms.yaml"
    table: dict[str, Any] = yaml.load(source.read_text("utf-8"), loader)  # noqa: S506 - base loaders build strings only
    return table


@cache
def _fold_table() -> dict[int, str]:
    return {ord(pair[0]): pair[1] for pair in _raw()["fold"].split() if len(pair) == 2}


def _by_header(groups: Mapping[str, list[Any]]) -> Iterator[tuple[str, str]]:
    for reason, headers in groups.items():
        for header in headers:
            yield squeeze(str(header)), reason


def _words(roles: Mapping[str, Any]) -> Iterator[tuple[str, Word]]:
    """Yield every word with its role; where two claim it, the role named first here wins."""
    for word in _word_list(roles["harmless"]):
        yield word, Word("harmless", "")
    for word in _word_list(roles["basis"]):
        yield word, Word("basis", "")
    for role in ("apart", "attribute", "entity"):  # later ones overwrite in the dict
        for name, lists in roles[role].items():
            for word in _word_list(lists):
                yield word, Word(role, name)


def _companies(words: Iterator[tuple[str, Word]]) -> Iterator[tuple[str, Word]]:
    """Yield also 需方单位, 委托公司: a Chinese word for the customer with one for a company."""
    for word, meaning in words:
        yield word, meaning
        if meaning == Word("entity", "customer") and not word.isascii():
            for company in ("单位", "公司", "企业", "机构", "方"):
                yield word + company, meaning


def _word_list(lists: Mapping[str, list[Any]]) -> Iterator[str]:
    for words in lists.values():
        yield from (squeeze(str(word)) for word in words)


def _preference(word: Any) -> str:
    text = str(word)
    return "=" + squeeze(text) if text.startswith("=") else squeeze(text)


def _layout(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        "name": raw["name"],
        "when": frozenset(map(squeeze, raw["when"])),
        "unless": frozenset(map(squeeze, raw.get("unless", ()))),
        "fields": {squeeze(header): field for header, field in raw["fields"].items()},
        "apart": {squeeze(header): key for header, key in raw.get("apart", {}).items()},
    }
