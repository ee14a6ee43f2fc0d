"""The unit of a header, taken off its name: 金额(万元), Amount (USD), Sales ($000), 单价(含税).

Silently ignoring 万元 is an error by a factor of 10,000, so what looks like a multiplier and is not
known is remembered as unclear.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from ci_cli.importing.mapping.synonyms import load_synonyms, squeeze
from ci_cli.importing.mapping.words import words_of
from ci_cli.importing.values.amounts import CURRENCY_CODES

_BRACKETS = re.compile(r"[(\[【{<〔]([^()\[\]【】{}<>〔〕]*)[)\]】}>〕]")
_LEADING = re.compile(r"^\s*(?:[*※★☆●◆■]+\s*|\d{1,3}\s*[.、):]\s*)+")
_GLUED_UNIT = re.compile(
    r"^(.*(?:额|价|款|费|入|润|本|合计|总计|小计|值))(百万元|十万元|千万元|万元|千元|亿元|元|万)$"
)
_SCALE_LIKE = re.compile(
    r"[十百千万亿]|(?!(?:19|20)\d\d\b)\b\d{3,}|thous|milli|billi|\bmio|\d*k\b", re.IGNORECASE
)
# 单位: 万元   (in thousands)   USD in thousands   Amounts in RMB '000
_STATED = re.compile(
    r"(?:金额|货币)?单位\s*[::]\s*([^\s,;。)]+)|\bin\s+((?:[A-Za-z]{3}\s+|[$€£¥]\s*)?"
    r"(?:thousands?|millions?|billions?|'?000s?))\b",
    re.IGNORECASE,
)
_REMARKS = (
    "必填",
    "选填",
    "如",
    "例",
    "格式",
)  # how a bracket begins that tells how to fill the column
# Too short or too common to be a unit where no bracket says so: Order Key, Sales Net.
_NO_TRAILING_UNIT = frozenset(
    ["m", "k", "mm", "g", "l", "t", "key", "unit", "units", "base", "net", "gross", "年", "月",
     "单", "天", "人", "sku", "each", "ea", "个", "000"]
)  # fmt: skip


@dataclass(frozen=True)
class Unit:
    """What a header says about its values, besides their name.

    Attributes:
        scale: factor of every number.
        said: the header names a unit of money, be it 元 with the factor 1.
        currency, tax_basis, zone, date_order: as in ``columns.ColumnChoice``.
        measure: the unit is one of goods, not of money.
        unclear: a bracket that looks like a multiplier and is not known.
        remarks: what stands in brackets and is no unit.
    """

    scale: Fraction = Fraction(1)
    said: bool = False
    currency: str | None = None
    tax_basis: str | None = None
    zone: str | None = None
    date_order: str | None = None
    measure: bool = False  # it names a measure of goods: kg, 件
    unclear: str | None = None
    remarks: tuple[str, ...] = ()


def take_unit(text: str) -> tuple[str, Unit]:
    """Return the bare name of a header, without unit, required mark and number, and the unit."""
    table = load_synonyms()
    unit = Unit()
    name = unicodedata.normalize("NFKC", text).replace("\n", " ").replace("\r", " ").strip()
    name = _LEADING.sub("", name).rstrip("* ")
    for content in _BRACKETS.findall(name):
        key = squeeze(content)
        if not key or key in table.required or key.startswith(_REMARKS):
            continue
        found = _read(content, unit)
        if found is not None:
            unit = found
        elif _SCALE_LIKE.search(content) and len(key) <= 8 and not words_of(content):
            unit = replace(unit, unclear=content)
        else:
            unit = replace(unit, remarks=(*unit.remarks, content))
    name = _BRACKETS.sub(" ", name).strip() or name
    return _take_trailing(name, unit)


def unit_above(rows: Sequence[Sequence[str]]) -> tuple[str, Unit] | None:
    """Return the unit that a line above the header states for the whole sheet: 单位：万元.

    Returns:
        The words and the unit; None where none is stated.
    """
    for row in rows:
        for cell in row:
            found = _STATED.search(unicodedata.normalize("NFKC", cell))
            if found:
                words = (found[1] or found[2] or "").strip()
                unit = _read(words, Unit())
                if unit is not None and (unit.said or unit.currency):
                    return found[0].strip(), unit
    return None


def tax_basis_of(name: str) -> str | None:
    """Return the tax basis that words of a name tell: 不含税单价, Unit Price Excl. VAT."""
    key = squeeze(name)
    for word, meaning in sorted(load_synonyms().tax_basis.items(), key=lambda item: -len(item[0])):
        edge = key.startswith(word) or key.endswith(word)  # net: not in Cabinet price
        if word in key and (edge or not word.isascii() or len(word) > 4):
            return meaning
    return None


def _take_trailing(name: str, unit: Unit) -> tuple[str, Unit]:
    """Take a unit off the end: 金额/元, Amount USD, 销售额万元, Discount %."""
    known = load_synonyms().exact
    if name.endswith("%") and len(name) > 1:
        name = name[:-1].strip()
    if squeeze(name) in known:
        return name, unit
    parts = re.split(r"[\s/:_\-,]+(?=[^\s/:_\-,]+$)", name)
    if len(parts) == 2 and parts[0]:
        thousands = parts[1].startswith(("'", "’"))  # Sales '000
        if thousands or squeeze(parts[1]) not in _NO_TRAILING_UNIT:
            found = _read(parts[1], unit)
            if found is not None:
                return re.sub(r"\s+in$", "", parts[0], flags=re.IGNORECASE), found
    glued = _GLUED_UNIT.match(name)
    if glued:
        return glued[1], _read(glued[2], unit) or unit
    return name, unit


def _read(content: str, unit: Unit) -> Unit | None:
    """Add what a bracket says to the unit; None where any part of it is no unit."""
    parts = [content] if "/" in content else re.split(r"[,;、|]| - ", content)
    for part in parts:
        key = squeeze(part)
        if key and key not in load_synonyms().required:
            found = _read_one(part, key, unit)
            if found is None:
                return None
            unit = found
    return unit


def _read_one(part: str, key: str, unit: Unit) -> Unit | None:
    table = load_synonyms()
    lowered = unicodedata.normalize("NFKC", part).strip().casefold()
    if lowered in ("%", "pct", "percent", "百分比"):
        return unit
    if key in table.date_orders:
        return replace(unit, date_order=table.date_orders[key])
    if key in table.zones:
        return replace(unit, zone=table.zones[key])
    if key in table.currencies:
        return replace(unit, currency=table.currencies[key])
    if part.strip() in CURRENCY_CODES:
        return replace(unit, currency=part.strip())
    if key in table.scales:
        return replace(unit, scale=table.scales[key], said=True)
    if key in table.tax_basis:
        return replace(unit, tax_basis=table.tax_basis[key])
    if key in table.measures:
        return replace(unit, measure=True)
    return _read_compound(key, unit)


def _read_compound(key: str, unit: Unit) -> Unit | None:
    """Read a scale glued to a currency, a measure or a basis: 万美元, 千件, usd000, 含税万元."""
    table = load_synonyms()
    for word, currency in sorted(table.currencies.items(), key=lambda item: -len(item[0])):
        if word in key:
            rest = key.replace(word, "", 1).removeprefix("in")
            if rest in table.scales:
                return replace(unit, currency=currency, scale=table.scales[rest], said=True)
            if rest in table.tax_basis:
                return replace(unit, currency=currency, tax_basis=table.tax_basis[rest])
    for word, factor in sorted(table.scales.items(), key=lambda item: -len(item[0])):
        if key.startswith(word) and key[len(word) :] in table.measures:
            return replace(unit, scale=factor, said=True)
    for word, meaning in table.tax_basis.items():
        rest = key.removeprefix(word)
        if rest != key and (rest in table.scales or rest in table.currencies):
            return _read_one(rest, rest, replace(unit, tax_basis=meaning))
    return None
