"""Postal addresses in parts: place, street, house number, unit, postcode.

Chinese ones go from wide to narrow (省 市 区 街道 路 号 室), Western ones mostly the other
way round.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from ci_cli.dedupe.clean.places import MUNICIPAL, take_places
from ci_cli.dedupe.clean.text import fold, has_han
from ci_cli.dedupe.clean.vocabulary import read_list

MAX_LENGTH = 400


class Address(NamedTuple):
    """The parts of an address; a part that is missing is empty.

    Attributes:
        place: Chinese: path like ``浙江/杭州/西湖``; Western: the town, folded.
        street: street (Chinese: also village, building or park where there is no street).
        number: house number: ``12``, ``12a``, ``12-14``.
        unit: building, floor and room: numbers parted by ``-``, as ``3-502``.
        postcode: capital letters and digits.
    """

    place: str = ""
    street: str = ""
    number: str = ""
    unit: str = ""
    postcode: str = ""


_DIGITS = str.maketrans("零〇一二三四五六七八九两", "001234567892")
_HAN_NUMBER = re.compile(r"[零〇一二三四五六七八九十百两]+(?=号|弄|栋|幢|座|层|楼|室|单元|巷|组)")
_HAN_POSTCODE = re.compile(r"(?:邮编|邮政编码)?[:\s]*(?<!\d)([0-8]\d{5})(?!\d)(?!号|室|弄|栋|幢)")
_COUNTRY = re.compile(r"^(?:中华人民共和国|中国)")
_STREET = re.compile(
    r"([^\W\d_]{1,12}?(?:大道|大街|胡同|街道|[路街巷里道弄线])(?:[东南西北中](?=\d|[一二三四五六七八九十]+号))?"
    r"(?:[一二三四五六七八九十东南西北中]+[路段街])?)"
)
_HOUSE = re.compile(r"(\d+(?:[-之~]\d+)?[a-z]?)(?:号(?!楼|院|线|门)|弄)(\d+号(?!楼))?")
_UNIT = re.compile(r"([a-z](?=[座栋幢区]|-?\d|号楼))|(\d+(?:[a-z](?![a-z]))?)")
_VILLAGE = re.compile(r"^[^\W\d_]{1,5}?(?:村|社区)(?=[^\W\d_]+[路街道巷])")
_TOWN = re.compile(r"^([^\W\d_]{2,6}?(?:街道|镇|乡|苏木))(?=[^\W_])")
_SPACE = re.compile(r"\s+")

_US_POSTCODE = re.compile(r"\b(\d{5})(?:-\d{4})?\s*$")
_POSTCODES = (
    re.compile(r"\b([a-z]{1,2}\d[a-z\d]?\s*\d[a-z]{2})\b"),  # United Kingdom
    re.compile(r"\b([a-z]\d[a-z]\s?\d[a-z]\d)\b"),  # Canada
    re.compile(r"\b(\d{4}\s?[a-z]{2})\b(?=\s*,?\s*[a-z]{3})"),  # Netherlands
    re.compile(r"\b(?:[a-z]{1,2}-)?(\d{5}-\d{3}|\d{3}-\d{4}|\d{2}-\d{3}|\d{3}\s\d{2})\b"),
    re.compile(r"\b(?:[a-z]{1,2}-)?(\d{4,6})(?:-\d{4})?\b"),
)
_UNIT_WORD = re.compile(
    r"(?:\b(?:unit|apt|apartment|suite|ste|flat|room|rm|floor|fl|building|bldg|shop|level|lot|office|top|stiege|"
    r"etage|stock|piso|depto|int|bloque)\b\.?|#)\s*([a-z]?\d+[a-z]?|[a-z]\b)(?:\s*/\s*(?=\d))?"
)
_FLOOR = re.compile(r"\b(\d+)(?:st|nd|rd|th)?\s*(?:/f|f|floor|fl)\b")
_SLASHED = re.compile(r"\b(\d+)\s*/\s*(\d+[a-z]?)\b")
_HOUSE_NUMBER = re.compile(r"\b(\d+(?:\s?[a-z]\b)?(?:\s?[-–]\s?\d+[a-z]?)?)")
_WORD = re.compile(r"[^\W_]+")


@lru_cache(maxsize=1)
def _streets() -> dict[str, str]:
    """Return abbreviation -> long form of the words of streets."""
    table: dict[str, str] = read_list("streets")
    return {short: long for long, shorts in table.items() for short in shorts.split()}


@lru_cache(maxsize=65536)
def address(text: str) -> Address | None:
    """Return the parts of an address; None without any letter or digit."""
    folded = fold(text[:MAX_LENGTH])
    if not any(char.isalnum() for char in folded):
        return None
    return _han_address(folded) if has_han(folded) else _western(folded)


def addresses(values: Iterable[str | None]) -> list[Address | None]:
    """Return the parts of each address of a column; equal texts share one object."""
    seen: dict[str, Address | None] = {}
    parts: list[Address | None] = []
    for value in values:
        if not value:
            parts.append(None)
            continue
        if value not in seen:
            seen[value] = address.__wrapped__(value)
        parts.append(seen[value])
    return parts


def street_name(text: str) -> str:
    """Return a street in its long form: ``Main St.`` -> main street, ``Hauptstr.`` -> …strasse."""
    words = []
    table = _streets()
    for word in _WORD.findall(fold(text).replace("'", "")):
        long = table.get(word, word)
        if long == word and len(word) > 5 and word.endswith("str"):
            long = f"{word[:-3]}strasse"
        words.append(long)
    return " ".join(words)


def _han_number(text: str) -> str:
    """二十三 -> 23, 一〇二 -> 102."""
    if "十" not in text and "百" not in text:
        return text.translate(_DIGITS)
    hundreds, mark, rest = text.rpartition("百")
    total = int((hundreds or "一").translate(_DIGITS)) * 100 if mark else 0
    tens, mark, ones = rest.rpartition("十")
    if mark:
        total += int((tens or "一").translate(_DIGITS) or 1) * 10
    return str(total + (int(ones.translate(_DIGITS)) if ones else 0))


def _read_number(found: re.Match[str]) -> str:
    try:
        return _han_number(found[0])
    except ValueError:  # 十百, 百百: no number
        return found[0]


def _han_address(text: str) -> Address:
    postcode = _HAN_POSTCODE.search(text)
    if postcode:
        text = text[: postcode.start()] + " " + text[postcode.end() :]
    text = re.sub(r"[(),.;:\"']", " ", text)
    text = _COUNTRY.sub("", _SPACE.sub("", text))
    text = _HAN_NUMBER.sub(_read_number, text)
    place, rest = take_places(text, 0)
    place = "/".join(place.split("/")[: 2 if place.startswith(MUNICIPAL) else 3])
    town = _TOWN.match(rest)
    if town and len(rest) > len(town[1]) + 1:
        rest = rest[town.end() :]
    house = _HOUSE.search(rest)
    street = _STREET.search(rest)
    if street and (not house or street.start() < house.start()):
        name, behind = street[1], rest[street.end() :]
        inner = _HOUSE.match(behind) or (house if house and house.start() >= street.end() else None)
    else:
        inner = house
        name, behind = (rest[: house.start()], "") if house else (re.split(r"\d", rest)[0], "")
    if inner:
        number = inner[1] + (f"-{inner[2].rstrip('号')}" if inner[2] else "")
        tail = inner.string[inner.end() :]
    else:
        number, tail = "", behind or rest[len(name) :]
    unit = "-".join(found[1] or found[2] for found in _UNIT.finditer(tail))
    name = _VILLAGE.sub("", name)
    return Address(place, name, number.replace("之", "-"), unit, postcode[1] if postcode else "")


def _western(text: str) -> Address:
    postcode, text = _take_postcode(text)
    units: list[str] = []

    def keep(found: re.Match[str]) -> str:
        units.append(found[1])
        return " , " if found.start() else " "

    text = _UNIT_WORD.sub(keep, text)
    text = _FLOOR.sub(keep, text)
    slashed = _SLASHED.search(text)
    if slashed:  # Australian: unit / house
        units.append(slashed[1])
        text = text[: slashed.start()] + slashed[2] + text[slashed.end() :]
    pieces = [piece.strip(" .-") for piece in re.split(r"[,;\n]", text)]
    pieces = [piece for piece in pieces if any(char.isalnum() for char in piece)]
    index = next((i for i, piece in enumerate(pieces) if _HOUSE_NUMBER.search(piece)), 0)
    if not pieces:
        return Address("", "", "", "-".join(units), postcode)
    line = pieces[index]
    number = _HOUSE_NUMBER.search(line)
    if number:
        before, after = line[: number.start()], line[number.end() :]
        street = (
            before
            if any(c.isalpha() for c in before) and not _WORD.search(after)
            else f"{before} {after}"
        )
    else:
        street = line
    others = pieces[index + 1 :] or pieces[:index]
    if not street.strip() and others:
        street, others = others[0], others[1:]
    place = " ".join(_WORD.findall(others[0])) if others else ""
    house = re.sub(r"\s", "", number[1]) if number else ""
    return Address(place, street_name(street), house, "-".join(units), postcode)


def _take_postcode(text: str) -> tuple[str, str]:
    """Take the postcode out: known shapes; bare digits only behind the street."""
    candidates = [_POSTCODES[0], _POSTCODES[1], _US_POSTCODE, *_POSTCODES[2:]]
    for shape in candidates:
        for found in reversed(list(shape.finditer(text))):
            bare = found[1].isdigit()
            # The first number of an address is the house, unless a town alone follows it.
            if (
                bare
                and not re.search(r"\d", text[: found.start()])
                and found.start() < len(text) // 3
            ):
                continue
            code = re.sub(r"[\s\-]", "", found[1]).upper()
            return code, text[: found.start()].rstrip() + ", " + text[found.end() :].lstrip()
    return "", text
