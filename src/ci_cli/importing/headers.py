"""One header text -> what it may mean, before any value is looked at.

``金额(万元)`` is the name 金额 with the scale 10,000; ``购方联系手机`` is read word by word. What a
header means in *this* file is decided in ``choose``, with the values and the other columns.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from typing import Literal, NamedTuple

from ci_cli.importing.synonyms import CRITICAL, OWN_COLUMNS, Word, load_synonyms, squeeze

How = Literal["own", "layout", "exact", "words", "ending", "ambiguous"]

MAX_PHRASE = 5  # tokens in the longest Latin phrase of the word lists
MIN_ENDING_CJK = 3  # characters a synonym must have to name a header by its end
MIN_ENDING_LATIN = 5

_PARTS_OF_ADDRESS = ("city", "region", "country", "postcode")
_BRACKETS = re.compile(r"[(（\[【{<〔［｛]([^()（）\[\]【】{}<>〔〕［］｛｝]*)[)）\]】}>〕］｝]")
_LEADING = re.compile(r"^\s*(?:[*＊※★☆●◆■]+\s*|\d{1,3}\s*[.、)）:：]\s*)+")
_CAMEL = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+|[^\x00-\x7f]+|%")
_TOKENS = re.compile(r"[a-z]+|\d+|%|[^\x00-\x7f]+")
_GLUED_UNIT = re.compile(r"^(.*(?:额|价|款|费|入|润|本|合计|总计|小计|值))(百万元|十万元|千万元|万元|千元|亿元|元|万)$")
_SCALE_LIKE = re.compile(r"[十百千万亿]|\d{3}|thous|milli|billi|\bmio|\bk\b", re.IGNORECASE)


class Candidate(NamedTuple):
    """One field that a header may mean, and how we know."""

    field: str
    how: How


@dataclass(frozen=True)
class Heading:
    """A header taken apart.

    Attributes:
        text: as it stands in the file.
        key: the squeezed name without its unit.
        candidates: fields it may mean, likeliest first; empty: none.
        apart: why it is known but not imported, a key of the ``apart`` reasons.
        rule: the ambiguity rule that must decide among the candidates.
        scale, currency, tax_basis, percent, zone, date_order: the unit that was taken off.
        unclear_unit: a bracket that looks like a multiplier and is not known.
        qualifiers: words left over in brackets.
        delivery: it describes where goods go, not the customer.
    """

    text: str
    key: str
    candidates: tuple[Candidate, ...] = ()
    apart: str | None = None
    rule: str | None = None
    scale: Fraction = Fraction(1)
    currency: str | None = None
    tax_basis: str | None = None
    percent: bool = False
    zone: str | None = None
    date_order: str | None = None
    unclear_unit: str | None = None
    qualifiers: tuple[str, ...] = ()
    delivery: bool = False

    def fields(self) -> set[str]:
        """Return the fields among the candidates."""
        return {candidate.field for candidate in self.candidates}


def read_headers(header: list[str]) -> list[Heading]:
    """Read all headers of a file; some exports are known by the company their headers keep."""
    headings = [read_header(text) for text in header]
    keys = {heading.key for heading in headings} | {squeeze(text) for text in header}
    for layout in load_synonyms().layouts:
        if layout["when"] <= keys:
            headings = [_apply_layout(heading, layout) for heading in headings]
    return headings


@lru_cache(maxsize=2048)
def read_header(text: str) -> Heading:
    """Read one header on its own."""
    table = load_synonyms()
    whole = squeeze(text)
    if whole in {squeeze(name) for name in OWN_COLUMNS}:
        return Heading(text, whole, apart="own")
    if whole.startswith("donotmodify"):
        return Heading(text, whole, apart="other_id")  # Dynamics marks its technical columns so
    if text.strip() in table.fields:
        return Heading(text, whole, (Candidate(text.strip(), "own"),))
    name, units = _take_units(text)
    key = squeeze(name)
    heading = Heading(text, key, **units)
    if not key:
        return heading
    if whole != key and (whole in table.exact or whole in table.apart or whole in table.ambiguous):
        heading = replace(heading, key=whole)  # 手机(电话), Email (Billing): a synonym with brackets
        key = whole
    elif heading.qualifiers:
        return _by_words(heading, [*heading.qualifiers, name])
    basis = heading.tax_basis or _basis(name)
    heading = replace(heading, tax_basis=basis)
    if key in table.ambiguous:
        rule, could_be = table.ambiguous[key]
        return replace(
            heading,
            rule=rule,
            candidates=tuple(Candidate(f, "ambiguous") for f in could_be if f in table.fields),
        )
    if key in table.apart:
        return replace(heading, apart=table.apart[key])
    if key in table.exact:
        field = table.exact[key]
        delivery = any(Word("entity", "delivery") == word for word in _words_of(name) or ())
        return replace(heading, candidates=(Candidate(field, "exact"),), delivery=delivery)
    return _by_words(heading, [name])


def _apply_layout(heading: Heading, layout: object) -> Heading:
    fields, apart = layout["fields"], layout["apart"]  # type: ignore[index]
    whole = squeeze(heading.text)
    for key in (heading.key, whole):
        if key in fields:
            return replace(
                heading, candidates=(Candidate(fields[key], "layout"),), rule=None, apart=None
            )
        if key in apart:
            return replace(heading, candidates=(), rule=None, apart=apart[key])
    return heading


def _take_units(text: str) -> tuple[str, dict[str, object]]:
    """Take units, required marks and numbering off a header; return the name and what was taken."""
    table = load_synonyms()
    units: dict[str, object] = {}
    qualifiers: list[str] = []
    name = unicodedata.normalize("NFKC", text).replace("\n", " ").replace("\r", " ").strip()
    name = _LEADING.sub("", name)
    if name.endswith(("*", "＊")):
        name = name.rstrip("*＊ ")
    for content in _BRACKETS.findall(name):
        key = squeeze(content)
        if not key or key in table.required or key.startswith(("必填", "选填", "如", "例", "格式")):
            pass
        elif not _take_unit(content, units):
            if _SCALE_LIKE.search(content) and len(key) <= 8 and not _words_of(content):
                units["unclear_unit"] = content
            else:
                qualifiers.append(content)
    bare = _BRACKETS.sub(" ", name).strip()
    if bare:
        name = bare
    name = _take_trailing(name, units)
    units["qualifiers"] = tuple(qualifiers)
    return name, units


def _take_trailing(name: str, units: dict[str, object]) -> str:
    """Take a unit off the end: 金额/元, Amount USD, 销售额万元, Discount %."""
    if name.endswith("%") and len(name) > 1:
        units["percent"] = True
        name = name[:-1].strip()
    parts = re.split(r"[\s/:_\-,]+(?=[^\s/:_\-,]+$)", name)
    if len(parts) == 2 and parts[0] and squeeze(name) not in load_synonyms().exact:
        tail = squeeze(parts[1])
        if tail not in ("m", "k", "mm", "g", "l", "t", "key", "unit", "units", "base", "net",
                        "gross", "年", "月", "单", "天", "人", "sku", "each", "ea", "个", "000"):  # fmt: skip
            taken = dict(units)
            if _take_unit(parts[1], taken):
                units.update(taken)
                return parts[0]
    glued = _GLUED_UNIT.match(name)
    if glued and squeeze(name) not in load_synonyms().exact:
        _take_unit(glued[2], units)
        return glued[1]
    return name


def _take_unit(content: str, units: dict[str, object]) -> bool:
    """Note what a bracket says about the values; False where it is not (only) a unit."""
    table = load_synonyms()
    found: dict[str, object] = {}
    for part in re.split(r"[,，;；、/|]| - ", content) if "/" not in content else [content]:
        key = squeeze(part)
        if not key or key in table.required:
            continue
        if not _take_one(part, key, found):
            return False
    units.update(found)
    return bool(found) or not squeeze(content)


def _take_one(part: str, key: str, found: dict[str, object]) -> bool:
    """Read one unit: a scale, a currency, both (千美元, $000, RMB 10k), a basis, a zone, a format."""
    table = load_synonyms()
    lowered = unicodedata.normalize("NFKC", part).strip().casefold().replace("'", "")
    if lowered in ("%", "pct", "percent", "百分比"):
        found["percent"] = True
    elif key in table.date_orders:
        found["date_order"] = table.date_orders[key]
    elif key in table.zones or lowered.replace(" ", "") in ("utc+8", "gmt+8", "utc+08:00"):
        found["zone"] = table.zones.get(key, "Asia/Shanghai")
    elif key in table.scales and key not in table.currencies:
        found["scale"] = table.scales[key]
        if key.endswith("元") and "currency" not in found:
            found.setdefault("yuan", True)
    elif key in table.currencies:
        found["currency"] = table.currencies[key]
    elif key in table.tax_basis:
        found["tax_basis"] = table.tax_basis[key]
    elif key in table.measures:
        found.setdefault("scale", Fraction(1))
    else:
        return _take_compound(key, found)
    found.pop("yuan", None)
    return True


def _take_compound(key: str, found: dict[str, object]) -> bool:
    """Read a scale glued to a currency or a measure: 万美元, 千件, usd000, rmb10k, kusd."""
    table = load_synonyms()
    for unit, currency in sorted(table.currencies.items(), key=lambda item: -len(item[0])):
        rest = key.replace(unit, "", 1) if unit in key else ""
        rest = rest.removeprefix("in").removeprefix("in")
        if rest and rest in table.scales:
            found["currency"], found["scale"] = currency, table.scales[rest]
            return True
        if rest and rest in table.tax_basis:
            found["currency"], found["tax_basis"] = currency, table.tax_basis[rest]
            return True
    for scale, factor in sorted(table.scales.items(), key=lambda item: -len(item[0])):
        if key.startswith(scale) and key[len(scale) :] in table.measures:
            found["scale"] = factor
            return True
    for basis, meaning in table.tax_basis.items():
        if key.startswith(basis) and key[len(basis) :] in {*table.scales, *table.currencies}:
            found["tax_basis"] = meaning
            return _take_one(key[len(basis) :], key[len(basis) :], found)
    return False


def _basis(name: str) -> str | None:
    """Return the tax basis that words of the name tell: 不含税单价, Unit Price Excl. VAT."""
    key = squeeze(name)
    for word, meaning in sorted(load_synonyms().tax_basis.items(), key=lambda item: -len(item[0])):
        if word in key and (not word.isascii() or len(word) > 5 or key.startswith(word)):
            return meaning
    return None


def _by_words(heading: Heading, texts: list[str]) -> Heading:
    """Read a header word by word, then by its end; qualifiers in brackets count as words before."""
    words: list[Word] = []
    complete = True
    for text in texts:
        found = _words_of(text)
        complete = complete and found is not None
        words += found if found is not None else _known_words(text)
    heading = replace(heading, tax_basis=heading.tax_basis or _basis(texts[-1]))
    others = [word.name for word in words if word.role == "apart"]
    if others:
        return replace(heading, apart=others[-1])
    field = _combined(words) if complete else None
    if field is None and complete and len(texts) == 1:
        plain = _without_basis(texts[0])
        if plain:
            return replace(heading, candidates=(Candidate(plain, "words"),))
    if field is None and len(texts) > 1:
        # an unknown remark in brackets: 订单编号(ERP) is read as 订单编号, unless words forbid it
        plain = read_header(texts[-1])
        delivery = any(word == Word("entity", "delivery") for word in words)
        how: How = "ending" if not complete else "words"
        return replace(
            heading,
            key=plain.key,
            candidates=tuple(Candidate(c.field, how) for c in plain.candidates),
            apart="delivery" if delivery else plain.apart,
            rule=plain.rule,
        )
    if field is None:
        return _by_ending(heading)
    if field.startswith("apart."):
        return replace(heading, apart=field.removeprefix("apart."))
    if field.startswith("delivery."):
        target = "contact." + field.removeprefix("delivery.")
        return replace(heading, candidates=(Candidate(target, "words"),), delivery=True)
    if field.endswith("?"):
        could_be = [field[:-1], field[:-1].replace("name", "id")]
        return replace(
            heading,
            rule="name-or-id",
            candidates=tuple(Candidate(name, "ambiguous") for name in could_be),
        )
    return replace(heading, candidates=(Candidate(field, "words"),))


def _without_basis(text: str) -> str | None:
    """Return the field of a header whose words about tax are dropped: Unit Price Excl. VAT."""
    table = load_synonyms()
    tokens = _tokens(text)
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


def _combined(words: list[Word]) -> str | None:
    """Return the field that entity and attribute name together, or None."""
    combine = load_synonyms().combine
    entities: list[str] = []
    for word in words:
        if word.role == "entity" and word.name not in entities:
            entities.append(word.name)
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
    if len(entities) == 3:
        entities = entities[1:]
    entry = combine.get("+".join(entities))
    if isinstance(entry, str):
        entry = combine[entry]
    return entry.get(attribute) if isinstance(entry, dict) else None


def _by_ending(heading: Heading) -> Heading:
    """Map a header by the synonym that ends it; the values must agree.

    Money, dates and ids need an ending that names both entity and attribute, behind words that
    say nothing else: ERP订单日期 yes, 付款订单号 and Cess Amount no.
    """
    table = load_synonyms()
    stripped = heading.key.rstrip("0123456789")
    if stripped != heading.key and table.exact.get(stripped, "order.id") not in CRITICAL:
        return replace(heading, candidates=(Candidate(table.exact[stripped], "words"),))
    for start in range(1, len(heading.key)):
        ending = heading.key[start:]
        long = MIN_ENDING_LATIN if ending.isascii() else MIN_ENDING_CJK
        if len(ending) < long:
            break
        field = table.exact.get(ending)
        if field is None:
            continue
        if field in CRITICAL and not _tells_enough(ending, heading.key[:start]):
            continue
        return replace(heading, candidates=(Candidate(field, "ending"),))
    return heading


def _tells_enough(ending: str, before: str) -> bool:
    """Return whether an ending names entity and attribute, and what stands before it nothing."""
    words = _segment(ending) or []
    roles = {word.role for word in words}
    return {"entity", "attribute"} <= roles and not any(
        word.role in ("entity", "attribute") for word in _greedy(before)
    )


def _words_of(text: str) -> list[Word] | None:
    """Return the words of ``text``, or None where a part of it is unknown."""
    words: list[Word] = []
    tokens = _tokens(text)
    position = 0
    while position < len(tokens):
        for length in range(min(MAX_PHRASE, len(tokens) - position), 0, -1):
            found = _word("".join(tokens[position : position + length]))
            if found:
                words.append(found)
                position += length
                break
        else:
            token = tokens[position]
            if not token.isdigit():
                inside = _segment(token)
                if inside is None:
                    return None
                words += inside
            position += 1
    return words


def _known_words(text: str) -> list[Word]:
    """Return the words of ``text`` that are known, skipping what is not."""
    known: list[Word] = []
    for token in _tokens(text):
        word = _word(token)
        inside = [word] if word else _segment(token)
        if inside is None and not token.isascii():
            inside = _greedy(token)
        known += inside or []
    return known


def _tokens(text: str) -> list[str]:
    """Part CamelCase, punctuation and scripts: ``shipPostalCode`` -> ship postal code."""
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


def _segment(token: str) -> list[Word] | None:
    """Part a run without spaces into the fewest known words; None if any part is unknown."""
    words = load_synonyms().words
    shortest = 2 if token.isascii() else 1
    best: list[list[Word] | None] = [[]] + [None] * len(token)
    for end in range(1, len(token) + 1):
        for start in range(max(0, end - 16), end - shortest + 1):
            before, word = best[start], words.get(token[start:end])
            if before is None or word is None:
                continue
            current = best[end]
            if current is None or len(before) + 1 < len(current):
                best[end] = [*before, word]
    return best[len(token)]


def _greedy(token: str) -> list[Word]:
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
