"""The words of a header: parted, looked up, and put together to a field.

A header that no list names is read as [qualifier] entity [entity] attribute: 购方联系手机,
custPartNo. Only if every word is known does the pair count.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from ci_cli.importing.mapping.synonyms import Word, load_synonyms, squeeze

LONGEST = 500  # characters; what stands behind them is not looked at
MAX_PHRASE = 5  # tokens in the longest Latin phrase of the word lists
DELIVERY = Word("entity", "delivery")

_NEVER_GLUED = frozenset(["for", "of", "in", "the", "my"])  # format is no material for somebody
_PARTS_OF_ADDRESS = ("city", "region", "country", "postcode")
_CAMEL = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+|[^\x00-\x7f]+|%")
_TOKENS = re.compile(r"[a-z]+|\d+|%|[^\x00-\x7f]+")


def words_of(text: str) -> list[Word] | None:
    """Return the words of ``text``, or None where a part of it is unknown."""
    words: list[Word] = []
    tokens = tokens_of(text)
    position = 0
    while position < len(tokens):
        found, length = _phrase(tokens, position)
        if found:
            words.append(found)
        elif not tokens[position].isdigit():
            inside = segment(tokens[position])
            if inside is None:
                return None
            words += inside
        position += length
    return words


def known_words(text: str) -> list[Word]:
    """Return the words of ``text`` that are known, skipping what is not."""
    known: list[Word] = []
    tokens = tokens_of(text)
    position = 0
    while position < len(tokens):
        found, length = _phrase(tokens, position)
        if found:
            known.append(found)
        else:
            token = tokens[position]
            inside = segment(token)
            if inside is None and not token.isascii():
                inside = words_inside(token)
            known += inside or []
        position += length
    return known


def _phrase(tokens: list[str], position: int) -> tuple[Word | None, int]:
    """Return the word of the longest phrase at a place and its tokens; None, 1 where none is."""
    for length in range(min(MAX_PHRASE, len(tokens) - position), 0, -1):
        found = _word("".join(tokens[position : position + length]))
        if found:
            return found, length
    return None, 1


def tokens_of(text: str) -> list[str]:
    """Part CamelCase, punctuation and scripts: ``shipPostalCode`` -> ship postal code."""
    text = text[:LONGEST]
    parted = " ".join(_CAMEL.findall(unicodedata.normalize("NFKC", text)))
    if not re.search(r"[a-z]", text):  # SHOUTED HEADERS have no camels
        parted = text
    plain = unicodedata.normalize("NFKC", parted).casefold().replace("'", "")
    plain = re.sub(r"#", " no ", plain)
    return [squeeze(token) for token in _TOKENS.findall(plain) if squeeze(token)]


def _word(token: str) -> Word | None:
    words = load_synonyms().words
    found = words.get(token)
    if found is None and token.isascii() and token.endswith("s") and len(token) > 3:
        found = words.get(token[:-1])
    return found


def segment(token: str) -> list[Word] | None:
    """Part a run without spaces into the fewest known words; None if any part is unknown."""
    words = load_synonyms().words
    shortest = 2 if token.isascii() else 1
    best: list[list[Word] | None] = [[]] + [None] * len(token)
    for end in range(1, len(token) + 1):
        for start in range(max(0, end - 16), end - shortest + 1):
            before, word = best[start], words.get(token[start:end])
            if before is None or word is None or token[start:end] in _NEVER_GLUED:
                continue
            current = best[end]
            if current is None or len(before) + 1 < len(current):
                best[end] = [*before, word]
    whole = best[len(token)]
    if whole and token.isascii() and len(whole) * 2 == len(token) > 2:
        return None  # what is no warehouse at: two letters each prove nothing
    return whole


def words_inside(token: str) -> list[Word]:
    """Return known words of two characters and more inside an unknown run, longest first."""
    words = load_synonyms().words
    found: list[Word] = []
    position = 0
    while position < len(token):
        for end in range(min(len(token), position + 8), position + 1, -1):
            word = words.get(token[position:end])
            if word:
                found.append(word)
                position = end
                break
        else:
            position += 1
    return found


def combined_field(words: list[Word], *, latin: bool = False) -> str | None:
    """Return the field that entity and attribute name together, or None.

    The attribute comes last, but for "of": Date of Order.
    """
    combine = load_synonyms().combine
    entities: list[str] = []
    for word in words:
        if word.role == "entity" and word.name not in entities:
            entities.append(word.name)
    if latin and words and words[0] == Word("attribute", "date"):
        words = [*words[1:], words[0]]  # Date Issued is the issue date
    attributes = [word.name for word in words if word.role == "attribute"]
    if attributes[:1] == ["address"] and attributes[-1] in _PARTS_OF_ADDRESS:
        attributes = attributes[1:]  # Address 1: City
        entities = entities or ["customer"]
    if not entities or len(entities) > 3:
        return None
    if len(set(attributes)) > 1:
        if attributes[-1] not in ("id", "currency", "name") or len(attributes) > 2:
            return None
        if attributes[0] not in ("name", "id", "type", "group", "label"):
            return None
    attribute = attributes[-1] if attributes else "none"
    if latin and attributes and words[0].role == "attribute" and attribute not in ("tax_id",):
        return None  # Total Items counts them; in Date of Order the word between tells
    if len(entities) == 3:
        entities = entities[1:]
    entry = combine.get("+".join(entities))
    if isinstance(entry, str):
        entry = combine[entry]
    return entry.get(attribute) if isinstance(entry, dict) else None


def field_without_basis(text: str) -> str | None:
    """Return the field of a header whose words about tax are dropped: Unit Price Excl. VAT."""
    table = load_synonyms()
    if not text.isascii():
        return _without_prefix(squeeze(text))
    tokens = tokens_of(text)
    kept: list[str] = []
    position = 0
    while position < len(tokens):
        for length in range(min(MAX_PHRASE, len(tokens) - position), 0, -1):
            word = table.words.get("".join(tokens[position : position + length]))
            if word and word.role in ("basis", "harmless"):
                position += length
                break
        else:
            kept.append(tokens[position])
            position += 1
    key = "".join(kept)
    return table.exact.get(key) if len(kept) < len(tokens) and key not in table.apart else None


def _without_prefix(key: str) -> str | None:
    """Return the field of a Chinese header behind words about tax and the like: 主无税净价."""
    table = load_synonyms()
    rest = key
    while True:
        plain = next(
            (
                rest[:end]
                for end in range(min(4, len(rest) - 1), 0, -1)
                if (word := table.words.get(rest[:end])) and word.role in ("basis", "harmless")
            ),
            None,
        )
        if plain is None:
            return None
        rest = rest[len(plain) :]
        if rest in table.apart:
            return None
        if rest in table.exact:
            return table.exact[rest]


@lru_cache(maxsize=2048)
def spelled(token: str) -> tuple[str, ...]:
    """Write a token out: amt, or extprc in its parts."""
    table = load_synonyms()
    if token in table.abbreviations or not token.isascii():
        return (table.abbreviations.get(token, token),)
    best: list[tuple[str, ...] | None] = [()] + [None] * len(token)
    for end in range(2, len(token) + 1):
        for start in range(max(0, end - 12), end - 1):
            part, before = token[start:end], best[start]
            if before is None or (part not in table.abbreviations and part not in table.words):
                continue
            if part in _NEVER_GLUED:
                continue
            current = best[end]
            if current is None or len(before) + 1 < len(current):
                last = table.abbreviations.get("-" + part) if before and end == len(token) else None
                best[end] = (*before, last or table.abbreviations.get(part, part))
    parts = best[len(token)]
    if parts is None or 2 * len(parts) == len(token):
        return (token,)  # parts of two letters each prove nothing: w-h, a-t
    return parts
