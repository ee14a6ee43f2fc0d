"""Text -> the form that is compared, by type of field; ``clean`` does the reading.

One function per type takes a raw value and returns what the table needs: the value itself, further
values of the same cell (a second phone), what it says about other fields (a company's name names a
place and a legal form), and the parts that rules compare (a name taken apart).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from .clean import text as clean_text
from .clean.addresses import Address, address, street_name
from .clean.companies import company
from .clean.company_name import CompanyName
from .clean.contacts import default_region, email, phones
from .clean.numbers import id_number
from .clean.people import PersonName, load_people, person
from .clean.places import whole_place

CJK = re.compile(r"[\u3400-\u9fff]")
_LEGAL_FORMS = (
    "incorporated|inc|corporation|corp|company|co|limited|ltd|llc|llp|lp|plc|gmbh|mbh|ag|kg|ohg|ug|se"
    "|sa|sas|sarl|srl|spa|nv|bv|ab|as|asa|aps|oy|oyj|kk|pty|pte|pvt|sdn|bhd|kft|zrt|doo|ooo|sl|ltda"
)
COMPANY_WORD = re.compile(
    rf"\b(?:{_LEGAL_FORMS}|group|holdings?|technolog\w+|international|industr\w+|bank|university"
    r"|hotel|trading|systems?|services?|solutions|electronics?|hospital|school|store|shop)\b"
    r"|\b[a-z]\. ?[a-z]\.|[a-z&] ?[&] ?[a-z]"
    r"|公司|集团|厂$|店$|商行|中心|工作室|事务所|银行|医院|大学|学校"
)

Name = CompanyName | PersonName
__all__ = ["CJK", "COMPANY_WORD", "Name", "Standard", "date_parts", "default_region", "is_email",
           "plain", "standard_values"]  # fmt: skip

plain = clean_text.fold


_NOTHING_BESIDE: Mapping[str, str] = MappingProxyType({})


class Standard(NamedTuple):
    """What one raw value is; a tuple, since long lists make millions of them.

    Attributes:
        value: standard value; "" is a missing one.
        more: further values of the same cell.
        beside: type of another field -> what this value says about it.
        name: the parts of a name, for the rules of ``judge``.
    """

    value: str
    more: tuple[str, ...] = ()
    beside: Mapping[str, str] = _NOTHING_BESIDE
    name: Name | None = None


NOTHING = Standard("")


def is_email(text: str) -> bool:
    """Whether a value looks like an e-mail address."""
    return bool(re.fullmatch(r"\s*[^@\s]+@[^@\s]+\s*", text))


_DATE_YMD = re.compile(r"(\d{4})[-/.年 ]?(\d{1,2})[-/.月 ]?(\d{1,2})日?(?:[ T].*)?")
_DATE_DMY = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")


def date_parts(text: str) -> tuple[str, str, str] | None:
    """Return (year, month, day) as digits, or None where a value is no date.

    Where day and month could be either, the order of the file is kept: both records of a pair come
    from files with an order of their own, and swapped parts are a level of likeness of their own.
    """
    text = text.strip()
    found = _DATE_YMD.fullmatch(text)
    if found:
        year, month, day = found.groups()
    else:
        found = _DATE_DMY.fullmatch(text)
        if not found:
            return None
        day, month, year = found.groups()
        if int(month) > 12 >= int(day):
            day, month = month, day
    if not 1850 <= int(year) <= 2100 or int(month) > 99 or int(day) > 99:
        return None
    return year, month.zfill(2), day.zfill(2)


def _words(text: str, region: str) -> Standard:  # noqa: ARG001
    return Standard(clean_text.plain(text))


def _one_word(text: str, region: str) -> Standard:  # noqa: ARG001
    words = clean_text.plain(text)
    return Standard(words.replace(" ", "") if CJK.search(words) else words)


def _person(text: str, region: str) -> Standard:  # noqa: ARG001
    name = person(text)
    if name is None:
        return NOTHING
    whole = name.full if name.han else f"{name.given} {name.surname}".replace("-", " ").strip()
    return Standard(clean_text.plain(whole), name=name)


def _organisation(text: str, region: str) -> Standard:  # noqa: ARG001
    name = company(text)
    if name is None:
        return NOTHING
    if clean_text.is_unspaced(name.brand):
        name = _without_title(text, name)
        return Standard(clean_text.plain(name.core), beside={"region": name.region}, name=name)
    return Standard(
        clean_text.plain(name.core) or name.core,
        beside={"region": name.region, "legal_form": name.form},
        name=name,
    )


def _without_title(text: str, name: CompanyName) -> CompanyName:
    """Return a person among companies without the title: 王小明先生 is 王小明."""
    if name.form or name.trade or name.branch or name.shop or name.region:
        return name
    who = person(text)
    if who is None or not who.han or not who.title or who.surname not in load_people().surnames:
        return name
    return name._replace(brand=who.full)


def _number(text: str, region: str) -> Standard:  # noqa: ARG001
    found = id_number(text)
    if found is None or len(set(found.value)) == 1:  # 000000000000000000
        return NOTHING
    return Standard(found.value)


def _code(text: str, region: str) -> Standard:  # noqa: ARG001
    return Standard(clean_text.squeezed(text).upper())


_BETWEEN = re.compile(r"[;,，；、|\s]+")
MOST_VALUES = 3  # of one cell


def _phone(text: str, region: str) -> Standard:
    found = [one.number for one in phones(text, region) if len(set(one.number)) > 2]
    return _several(found if len(found) < 2 else list(dict.fromkeys(found)))


def _email(text: str, region: str) -> Standard:  # noqa: ARG001
    if text.count("@") == 1 and text.isascii():
        only = email(text)
        return Standard(only.variant) if only else NOTHING
    found = (email(part) for part in _BETWEEN.split(text.replace("＠", "@")))
    return _several(list(dict.fromkeys(one.variant for one in found if one)))


def _several(values: list[str]) -> Standard:
    return Standard(values[0], tuple(values[1:MOST_VALUES])) if values else NOTHING


def _birth_date(text: str, region: str) -> Standard:  # noqa: ARG001
    parts = date_parts(plain(text))
    return Standard("-".join(parts) if parts else "")


def _address(text: str, region: str) -> Standard:  # noqa: ARG001
    if not clean_text.has_han(text):
        return Standard(street_name(text))
    found = address(text) or Address()
    return Standard("|".join(found[:4]) if found.street else clean_text.squeezed(text))


def _place(text: str, region: str) -> Standard:  # noqa: ARG001
    if not CJK.search(text):
        return Standard(clean_text.plain(text))
    solid = clean_text.squeezed(text)
    return Standard(whole_place(solid) or solid)


def _list(text: str, region: str) -> Standard:  # noqa: ARG001
    words = {clean_text.plain(part) for part in re.split(r"\*\*|[;|；、]", text)}
    return Standard("|".join(sorted(words - {""})))


def _coordinates(text: str, region: str) -> Standard:  # noqa: ARG001
    try:
        north, east = (round(float(part), 4) for part in text.split(","))
    except ValueError:
        return NOTHING
    return Standard("" if north == east == 0 else f"{north},{east}")


_STANDARD: Mapping[str, Callable[[str, str], Standard]] = {
    "given": _one_word, "surname": _one_word, "full_name": _person, "contact_person": _person,
    "organisation": _organisation, "birth_date": _birth_date, "id_number": _number,
    "phone": _phone, "email": _email, "postcode": _code, "address": _address,
    "house_number": _code, "place": _place, "area": _place, "category": _place, "text": _words,
    "list": _list, "coordinates": _coordinates,
}  # fmt: skip

# What people and programs write where they know nothing.
_BLANK = frozenset(
    """
    - -- . ? ?? #n/a n/a na nil none null test unknown x xx xxx
    无 未知 暂无 没有 不详 不明 待定 保密
    """.split()  # noqa: SIM905
)
LONGEST_BLANK = 12  # characters, with spaces around
MAX_LENGTH = 500  # characters of a value that are compared; a 1 MB "name" is no name


def standard_values(kind: str, raw: str, region: str = "") -> Standard:
    """Return what a raw value is.

    Args:
        kind: type of field.
        raw: as the source has it.
        region: country of phone numbers without a country code, "" if unknown.
    """
    text = raw[:MAX_LENGTH]
    if len(text) <= LONGEST_BLANK and plain(text) in _BLANK:
        return NOTHING
    return _STANDARD[kind](text, region)


def region_of(columns: Iterable[Iterable[str | None]]) -> str:
    """Return the country of the phone numbers of a list, by what its values look like.

    The same for the same values in any order: a fixed sample of the distinct ones is looked at.
    """
    sample: list[str] = []
    for values in columns:
        distinct = sorted({value for value in values if value})
        sample += [value[:100] for value in distinct[:: max(1, len(distinct) // 200)]]
    return default_region(sample)
