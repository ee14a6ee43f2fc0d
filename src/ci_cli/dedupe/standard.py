"""Text -> the form that is compared: the least that any list needs.

One function per type takes a raw value and returns the standard values of one or more fields: a
company's name gives the name without place and legal form, the place, the form. This is a first
standardisation; ``clean`` replaces these functions by ones that know more.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping

CJK = re.compile(r"[\u3400-\u9fff]")
_MARKS = re.compile(r"[^\w\s]|_")
_SPACES = re.compile(r"\s+")
_LEGAL_FORMS = (
    "incorporated|inc|corporation|corp|company|co|limited|ltd|llc|llp|lp|plc|gmbh|mbh|ag|kg|ohg|ug|se"
    "|sa|sas|sarl|srl|spa|nv|bv|ab|as|asa|aps|oy|oyj|kk|pty|pte|pvt|sdn|bhd|kft|zrt|doo|ooo|sl|ltda"
)
_SAME_FORM = {"limited": "ltd", "incorporated": "inc", "corporation": "corp", "company": "co"}
_LEGAL_WORD = re.compile(rf"\b(?:{_LEGAL_FORMS})\b")
_LETTERS_APART = re.compile(r"\b(?:[a-z] ){1,5}[a-z]\b")
_LEGAL_CHINESE = re.compile(
    r"(?:股份有限公司|有限责任公司|有限公司|责任公司|总公司|公司|合伙企业|个体工商户|集团)+$"
)
_BRANCH = re.compile(r"(\w*?(?:分公司|分店|分行|分部|办事处)|\bbranch\b)")
_CHINESE_REGIONS = (
    "北京|上海|天津|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南"
    "|四川|贵州|云南|陕西|甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门|深圳|广州|杭州|南京|苏州|武汉"
    "|成都|西安|青岛|大连|宁波|厦门|无锡|佛山|东莞|长沙|郑州|济南|合肥|福州|沈阳|昆明|哈尔滨|长春|石家庄"
    "|南昌|南宁|贵阳|太原|温州|常州|珠海|中山|惠州|烟台|绍兴|嘉兴|金华|台州|泉州|徐州|南通"
)
_REGION = re.compile(rf"^((?:(?:{_CHINESE_REGIONS})(?:省|市)?)+)|[(（]({_CHINESE_REGIONS})市?[)）]")
COMPANY_WORD = re.compile(
    rf"\b(?:{_LEGAL_FORMS}|group|holdings?|technolog\w+|international|industr\w+|bank|university"
    r"|hotel|trading|systems?|services?|solutions|electronics?|hospital|school|store|shop)\b"
    r"|\b[a-z]\. ?[a-z]\.|[a-z&] ?[&] ?[a-z]"
    r"|公司|集团|厂$|店$|商行|中心|工作室|事务所|银行|医院|大学|学校"
)


def plain(text: str) -> str:
    """Return text with width, case, accents of no meaning and spaces made even (NFKC, casefold)."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return _SPACES.sub(" ", folded).strip()


def letters(text: str) -> str:
    """Return words only: no marks, no accents (Latin), one space between."""
    folded = plain(text).replace("&", " and ").replace("'", "")
    if not folded.isascii() and not CJK.search(folded):
        decomposed = unicodedata.normalize("NFKD", folded)
        folded = "".join(c for c in decomposed if not unicodedata.combining(c))
    return _SPACES.sub(" ", _MARKS.sub(" ", folded)).strip()


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


def _name(text: str) -> dict[str, str]:
    words = letters(text)
    return {"": words if any(c.isalnum() for c in words) else ""}


def _organisation(text: str) -> dict[str, str]:
    parts: dict[str, str] = {}
    folded = plain(text)
    if CJK.search(folded):
        found = _BRANCH.search(folded)
        parts["branch"] = found.group(1) if found else "-"
        core = _BRANCH.sub("", folded)
        region = _REGION.search(core)
        if region:
            parts["region"] = re.sub("[省市]", "", region.group(1) or region.group(2))
            core = _REGION.sub("", core, count=1)
        core = _SPACES.sub("", _MARKS.sub("", core))
        core = _LEGAL_CHINESE.sub("", core) or core
        return {"": core, **parts}
    words = letters(text.replace(".", ". ") if re.search(r"\b\w\.\w\.", text) else text)
    # "n v" and "s p a" are the forms nv and spa, written apart
    joined = _LETTERS_APART.sub(lambda m: m.group(0).replace(" ", ""), words)
    core = _SPACES.sub(" ", _LEGAL_WORD.sub(" ", joined)).strip()
    forms = " ".join(sorted({_SAME_FORM.get(one, one) for one in _LEGAL_WORD.findall(joined)}))
    return {"": core or words, "legal_form": forms}


def _digits_and_letters(text: str) -> dict[str, str]:
    return {"": re.sub(r"[\W_]+", "", plain(text)).upper()}


def _phone(text: str) -> dict[str, str]:
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", text)).lstrip("0")
    return {"": digits if len(digits) >= 5 and len(set(digits)) > 1 else ""}


def _email(text: str) -> dict[str, str]:
    folded = plain(text).replace(" ", "")
    return {"": folded if "@" in folded.strip("@") else ""}


def _birth_date(text: str) -> dict[str, str]:
    parts = date_parts(plain(text))
    return {"": "-".join(parts) if parts else ""}


def _list(text: str) -> dict[str, str]:
    words = {letters(part) for part in re.split(r"\*\*|[;|；、]", text)}
    return {"": "|".join(sorted(words - {""}))}


def _coordinates(text: str) -> dict[str, str]:
    try:
        north, east = (round(float(part), 4) for part in text.split(","))
    except ValueError:
        return {"": ""}
    return {"": "" if north == east == 0 else f"{north},{east}"}


_STANDARD: Mapping[str, Callable[[str], dict[str, str]]] = {
    "given": _name, "surname": _name, "full_name": _name, "contact_person": _name,
    "organisation": _organisation, "birth_date": _birth_date, "id_number": _digits_and_letters,
    "phone": _phone, "email": _email, "postcode": _digits_and_letters, "address": _name,
    "house_number": _digits_and_letters, "place": _name, "category": _name, "text": _name,
    "list": _list, "coordinates": _coordinates,
}  # fmt: skip

# What people and programs write where they know nothing.
_BLANK = frozenset(
    """
    - -- . ? ?? #n/a n/a na nil none null test unknown x xx xxx
    无 未知 暂无 没有 不详 不明 待定 保密
    """.split()  # noqa: SIM905
)
MAX_LENGTH = 500  # characters of a value that are compared; a 1 MB "name" is no name


def standard_values(kind: str, raw: str) -> dict[str, str]:
    """Return the standard values of one raw value: "" for the field itself, others by type.

    A company's name gives ``{"": "华信科技", "region": "北京", "branch": "-"}``. An empty standard
    value is a missing one.
    """
    text = raw[:MAX_LENGTH]
    if plain(text) in _BLANK:
        return {"": ""}
    return _STANDARD[kind](text)
