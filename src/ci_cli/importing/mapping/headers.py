"""One header text -> what it may mean, before any value is looked at.

``金额(万元)`` is the name 金额 with a unit (``units``); what no list names is read word by word
(``words``). What a header means in *this* file is decided later, with the values and the other
columns.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache, lru_cache
from typing import Any

from ci_cli.importing.mapping.endings import by_ending, by_typo
from ci_cli.importing.mapping.heading import Candidate, Heading, How
from ci_cli.importing.mapping.synonyms import OWN_COLUMNS, Word, load_synonyms, squeeze
from ci_cli.importing.mapping.units import Unit, take_unit, tax_basis_of
from ci_cli.importing.mapping.words import (
    DELIVERY,
    LONGEST,
    combined_field,
    field_without_basis,
    known_words,
    spelled,
    tokens_of,
    words_of,
)

_HARMLESS_REMARKS = ("measure", "remark", "link", "scale")  # 商品名称(含规格)
MIN_BOTH = 2  # characters that each half of a bilingual header must have
_COUNTED = re.compile(r"#\s*(?:of\b.+|[A-Za-z]+s)$", re.IGNORECASE)  # # of Guests, # Orders
_PATH = re.compile(r"\s*[./>:\\]+\s*|\s+[-–—]\s+|__")
_ORDER = Word("entity", "order")
_PRODUCT = Word("entity", "product")
# What the last part of a path may be, by what stands before it.
_FAMILIES: tuple[tuple[frozenset[str], tuple[str, ...]], ...] = (
    (frozenset(["line", "product"]), ("line.",)),
    (frozenset(["customer", "contact"]), ("customer.", "contact.")),
    (frozenset(["order", "project"]), ("order.", "customer.", "contact.")),
)


def read_headers(header: list[str]) -> list[Heading]:
    """Read all headers of a file; some exports are known by the company their headers keep."""
    headings = [read_header(text) for text in header]
    keys = {heading.key for heading in headings} | {squeeze(text) for text in header}
    for layout in load_synonyms().layouts:
        if layout["when"] <= keys and not layout["unless"] & keys:
            headings = [_apply_layout(heading, layout) for heading in headings]
    return headings


@lru_cache(maxsize=2048)
def _is_helper(text: str) -> bool:
    """Return whether our own export or file of rejects wrote a column beside the data."""
    name = text.strip().lower()
    return name.startswith("ci_") and name != "ci_source"


def read_header(text: str) -> Heading:
    """Read one header on its own."""
    if len(text) > LONGEST:  # no header: it has lost its way
        return Heading(text, squeeze(text[:LONGEST]))
    if _COUNTED.match(text.strip()):
        return Heading(text, squeeze(text), apart="compare")
    return _read_known(text)


@lru_cache(maxsize=2048)  # one import asks for the same headers many times
def _read_known(text: str) -> Heading:
    """Read a header that counts nothing."""
    table = load_synonyms()
    whole = squeeze(text)
    if whole in _own_columns() or _is_helper(text):
        return Heading(text, whole, apart="own")
    if whole.startswith("donotmodify"):
        return Heading(text, whole, apart="other_id")  # Dynamics marks its technical columns so
    if text.strip() in table.fields:
        return Heading(text, whole).may_be("own", text.strip())
    name, unit = take_unit(text)
    key = squeeze(name)
    if not key:
        return Heading(text, key)
    if whole != key and (whole in table.exact or whole in table.apart or whole in table.ambiguous):
        key = whole  # 手机(电话), Email (Billing): a synonym with its brackets
    elif unit.remarks and not _say_the_same(key, unit.remarks):
        return _by_words(Heading(text, key, unit), [*unit.remarks, name])
    heading = Heading(text, key, _with_basis(unit, name))
    if key in table.ambiguous:
        rule, could_be = table.ambiguous[key]
        fields = [name for name in could_be if name in table.fields]
        return replace(heading.may_be("ambiguous", *fields), rule=rule)
    if key in table.apart:
        return replace(heading, apart=table.apart[key])
    if key in table.exact:
        meaning = table.exact[key]
        if unit.measure and meaning in ("line.amount", "order.total"):
            return heading.may_be("ending", "line.quantity")  # Net kg, 合计(吨)
        delivery = meaning.startswith("contact.") and DELIVERY in (words_of(name) or ())
        return replace(heading.may_be("exact", meaning), delivery=delivery)
    found = _bilingual(heading, name) or _by_words(heading, [name])
    if found.candidates or found.rule:
        return found
    path = _by_path(heading, name)
    return path or (found if found.apart else _spelled_out(found, name))


def _say_the_same(key: str, remarks: tuple[str, ...]) -> bool:
    """Return whether what stands in brackets only repeats the name: Tax Number (GSTIN)."""
    meanings = {load_synonyms().exact.get(part) for part in [key, *map(squeeze, remarks)]}
    return len(meanings) == 1 and None not in meanings


def _by_path(heading: Heading, name: str) -> Heading | None:
    """Read the last part of a path, if it belongs to what the parts before it name.

    ``line_item.unit_amount``, ``Order Lines/Unit Price``, ``Deal - Value``.
    """
    parts = [part for part in _PATH.split(name) if part.strip()]
    owner = [word for part in parts[:-1] for word in words_of(part) or ()]
    entities = {word.name for word in owner if word.role in ("entity", "apart")}
    family = next((f for names, f in _FAMILIES if entities & names), None)
    last = read_header(parts[-1]) if len(parts) > 1 else heading
    if family is None or last.apart:
        return None
    named = [[c.field for c in last.candidates if c.field.startswith(prefix)] for prefix in family]
    fields = next((found for found in named if found), [])
    words = words_of(parts[-1])
    if not fields and words is not None:
        owner_of = _PRODUCT if "line." in family else _ORDER if "order." in family else None
        named_so = combined_field([owner_of, *words]) if owner_of else None
        fields = [named_so] if named_so else []
    person = "contact" in entities and fields[:1] == ["customer.id"]
    if len(fields) != 1 or fields[0].startswith("apart.") or person:
        return None
    return heading.may_be("words", fields[0].rstrip("?"))


def _bilingual(heading: Heading, name: str) -> Heading | None:
    """Read a header that says the same twice: 品名 Description, 单价/Unit Price."""
    tokens = tokens_of(name)
    chinese = "".join(token for token in tokens if not token.isascii())
    latin = " ".join(token for token in tokens if token.isascii() and not token.isdigit())
    if len(chinese) < MIN_BOTH or len(latin) < MIN_BOTH:
        return None
    one, other = read_header(chinese), read_header(latin)
    if one.apart and (other.apart or not other.candidates):
        return replace(heading, apart=one.apart)
    both = [c.field for c in one.candidates if c.field in other.fields()]
    if not both:
        return None
    rule = one.rule if len(both) > 1 else None
    return replace(heading.may_be("ambiguous" if rule else "words", *both), rule=rule)


@cache
def _own_columns() -> frozenset[str]:
    return frozenset(map(squeeze, OWN_COLUMNS))


def _with_basis(unit: Unit, name: str) -> Unit:
    return unit if unit.tax_basis else replace(unit, tax_basis=tax_basis_of(name))


def _apply_layout(heading: Heading, layout: Mapping[str, Any]) -> Heading:
    """Give a header the meaning that it has in a known export."""
    for key in (heading.key, squeeze(heading.text)):
        if key in layout["fields"]:
            plain = replace(heading, rule=None, apart=None)
            return plain.may_be("layout", layout["fields"][key])
        if key in layout["apart"]:
            return replace(heading, candidates=(), rule=None, apart=layout["apart"][key])
    return heading


def reread(heading: Heading, *, dated: bool) -> Heading:
    """Read a header again without the words that set it apart, because the values refute them."""
    if dated:
        return replace(heading, apart="other_date")  # Due, over days: the day on which it is due
    plain = replace(heading, apart=None)
    words = [word for word in words_of(heading.text) or () if word.role != "apart"]
    meaning = combined_field(words, latin=True) if words else None
    return _with_meaning(plain, meaning) if meaning else plain


def _by_words(heading: Heading, texts: list[str]) -> Heading:
    """Read a header word by word; remarks in brackets come before the name."""
    found = [words_of(text) for text in texts]
    words = [
        word
        for text, known in zip(texts, found, strict=True)
        for word in (known if known is not None else known_words(text))
    ]
    heading = replace(heading, unit=_with_basis(heading.unit, texts[-1]))
    named = known_words(texts[-1])
    others = [
        word.name
        for word in words
        if word.role == "apart" and (word in named or word.name not in _HARMLESS_REMARKS)
    ]
    if words and words[-1] == Word("attribute", "tax_id") and set(others) <= {"tax"}:
        return heading.may_be("words", "customer.tax_id")  # Tax VAT Number
    plain = _without_number_of_another(words, named) if set(others) == {"other_id"} else None
    if plain is not None:
        words, others, found = plain, [], [plain]
    if set(others) == {"tax"} and len(texts) == 1 and field_without_basis(texts[0]):
        others = []  # Sell Inc GST
    if others:
        counted = [word.name for word in words if word.role == "attribute"][-1:] == ["quantity"]
        if counted and set(others) == {"other_date"} and _counts_goods(words):
            return heading.may_be("ending", "line.quantity")  # Requested Quantity, 交货数量
        return replace(heading, apart=others[-1])
    meaning = None
    if None not in found:
        meaning = combined_field(_with_amount(words, texts), latin=_is_latin(texts))
    if meaning is None and len(texts) == 1:
        meaning = _written_out(texts[0]) or field_without_basis(texts[0])
    if meaning is not None:
        return _with_meaning(heading, meaning)
    if len(texts) > 1:
        return _without_remark(heading, texts[-1], delivery=DELIVERY in words)
    if DELIVERY in words:
        return replace(heading, apart="delivery")
    return by_typo(by_ending(heading))


def _without_number_of_another(words: list[Word], named: list[Word]) -> list[Word] | None:
    """Return the words that are left where the last one refutes that another thing is numbered.

    Parent mobile is a telephone, 科目类别 a category, whatever else a parent and a 科目 number.
    """
    rest = [word for word in words if word.role != "apart"]
    if words[-1] == Word("entity", "category"):
        return rest
    if [w.name for w in named if w.role == "attribute"][-1:] not in (["phone"], ["email"]):
        return None
    owned = any(word.role == "entity" for word in rest)
    return rest if owned else [Word("entity", "contact"), *rest]


def _written_out(text: str) -> str | None:
    """Return the field of a header whose short forms are written out: Taxable Amt, Bill Dt."""
    table = load_synonyms()
    tokens = tokens_of(text)
    full = "".join(part for token in tokens for part in spelled(token))
    if full == "".join(tokens) or full in table.ambiguous:
        return None
    return table.exact.get(full)


def _spelled_out(heading: Heading, name: str) -> Heading:
    """Read the six-letter names of old systems with their parts written out: ORDDTE, CUSNAM."""
    tokens = tokens_of(name)
    full = " ".join(part for token in tokens for part in spelled(token))
    if full == " ".join(tokens):
        return heading
    return _read_as(heading, read_header(full))


def _with_amount(words: list[Word], texts: list[str]) -> list[Word]:
    """Return the words of ORDER_GROSS and Goods Net with the amount that they leave unsaid."""
    ending = tokens_of(texts[-1])[-1:]
    if ending not in (["net"], ["gross"]) and not "".join(ending).endswith(("实收", "实付")):
        return words
    named = any(word.role == "attribute" for word in words)
    return words if named else [*words, Word("attribute", "amount")]


def _counts_goods(words: list[Word]) -> bool:
    """Return whether no other entity is named than the order or the product."""
    entities = {word.name for word in words if word.role == "entity"}
    return entities <= {"order", "product", "line"}


def _is_latin(texts: list[str]) -> bool:
    """Return whether the attribute must come last: not in Date of Order, nor in id_order."""
    tokens = tokens_of(texts[0])
    return len(texts) == 1 and texts[0].isascii() and "of" not in tokens and tokens[:1] != ["id"]


def _with_meaning(heading: Heading, meaning: str) -> Heading:
    """Read an entry of the ``combine`` table."""
    if meaning.startswith("apart."):
        return replace(heading, apart=meaning.removeprefix("apart."))
    if meaning.startswith("delivery."):
        target = "contact." + meaning.removeprefix("delivery.")
        return replace(heading.may_be("words", target), delivery=True)
    if meaning.endswith("?"):
        name = meaning[:-1]
        both = heading.may_be("ambiguous", name, name.replace("name", "id"))
        return replace(both, rule="name-or-id")
    return heading.may_be("words", meaning)


def _without_remark(heading: Heading, name: str, *, delivery: bool) -> Heading:
    """Read 订单编号(ERP) as 订单编号: a remark in brackets that forbids nothing."""
    if len(name) >= len(heading.text):
        return heading  # nothing was taken off
    found = _read_as(heading, read_header(name))
    return replace(found, apart="delivery") if delivery else replace(found, delivery=False)


def _read_as(heading: Heading, plain: Heading) -> Heading:
    """Give a header the meaning of another text that says the same in known words."""
    how: How = "ambiguous" if plain.rule else "words"
    return replace(
        heading, key=plain.key, candidates=tuple(Candidate(c.field, how) for c in plain.candidates),
        apart=plain.apart, rule=plain.rule, delivery=plain.delivery,
    )  # fmt: skip
