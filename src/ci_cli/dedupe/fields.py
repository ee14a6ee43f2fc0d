"""Columns become typed fields: by their header's words, and by what their values look like.

Every column takes part, also those that the store does not know (``extra``): an unknown column that
looks like e-mail addresses is an e-mail address. A column that says nothing about who a customer is
(a running number, a constant, an amount) is left out, with the reason.

:func:`standardise` brings a value into the form that is compared. It does the least that any list
needs; ``clean`` knows companies, people, phones and addresses better.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from .standard import (
    CJK,
    COMPANY_WORD,
    date_parts,
    is_email,
    plain,
    standard_values,
)

IGNORE = "ignore"
__all__ = ["IGNORE", "FieldChoice", "follows", "recognise", "standard_values"]

# Words of a header (lower-case, no spaces or marks) -> type. The first that fits counts, so the
# more telling word stands first.
HEADER_WORDS: tuple[tuple[str, str], ...] = (
    (r"^(unnamed\d*|index|rowid|rowno|lineno|no|nr|序号|行号|编号|id)$", IGNORE),
    (r"(recid|uniqueid|recordid|personid|customerid|customerno|customercode|clientid|accountid"
     r"|accountno|memberid|userid|uuid|guid|sourcekey|客户编号|客户编码|客户代码|会员编号|会员卡号)",
     IGNORE),
    (r"(created|updated|modified|lastorder|orderdate|since|importedat|timestamp|创建|更新|修改"
     r"|下单|最近|登记日期|建档)", IGNORE),
    (r"(revenue|amount|turnover|balance|price|total|salary|score|rating|金额|营业额|余额|评分)",
     IGNORE),
    (r"(^owner|salesrep|accountmanager|^author|负责人|业务员|销售员|跟进人|备注|remark|comment|notes?$)",
     IGNORE),
    (r"(email|mail|邮箱|邮件|電郵|电邮)", "email"),
    (r"(phone|mobile|tel|cell|fax|handy|whatsapp|电话|手机|座机|传真|電話|手機)", "phone"),
    (r"(birth|dob$|^dob|bday|born|出生|生日)", "birth_date"),
    (r"(taxid|taxno|taxnumber|vat|socsec|ssn|socialsec|nationalid|passport|idnumber|idcard|idno"
     r"|creditcode|registrationno|companynumber|crn|ein$|gstin|siren|siret|nif|duns|税号|信用代码"
     r"|身份证|证件|纳税人|统一社会)", "id_number"),
    (r"(postcode|postalcode|zipcode|zip$|plz|postal|邮编|邮政编码)", "postcode"),
    (r"(streetnumber|houseno|housenumber|streetno|门牌)", "house_number"),
    (r"(address|street|strasse|addr|地址|住址)", "address"),
    (r"^(lat|latitude|纬度)$", "latitude"),
    (r"^(lng|lon|long|longitude|经度)$", "longitude"),
    (r"(givenname|firstname|forename|fname|^given$|vorname|prenom)", "given"),
    (r"(surname|lastname|familyname|lname|^family$|nachname|^nom$)", "surname"),
    (r"(middlename)", "text"),
    (r"(suburb|city|town|place|village|locality|municipality|district|county|ort$|城市|市区|地区"
     r"|所在地|区县)", "place"),
    (r"(^state|province|^region|country|ctry|nation$|nationality|bundesland|^省份?|国家|省市)",
     "area"),
    (r"(organi[sz]ation|company|business|firm|employer|account|supplier|vendor|公司|企业|单位|客户名称"
     r"|往来单位|商号|店铺|抬头)", "organisation"),
    (r"(contactperson|contactname|^contact$|联系人|联络人|聯絡人)", "contact"),
    (r"(fullname|personname|customername|clientname|^name|name$|姓名|名称|^客户$"
     r"|^customer$|^client$|会员名|买家)", "name"),
    (r"(gender|sex|title|salutation|industry|sector|segment|class|type|status|category|tier|level"
     r"|性别|行业|类别|类型|等级)", "category"),
)  # fmt: skip


@dataclass(frozen=True)
class FieldChoice:
    """What a column was taken for, and why.

    Attributes:
        header: as the file says it.
        type: a key of the priors, or "ignore".
        reason: one of "said", "header", "values", "empty", "constant", "all different", "unknown".
    """

    header: str
    type: str
    reason: str


def recognise(header: str, values: Iterable[str | None], said: str | None = None) -> FieldChoice:
    """Return the type of a column.

    Args:
        header: the column's name.
        values: its values; None and blanks are missing.
        said: the type that settings name, which nothing overrides.
    """
    filled: Counter[str] = Counter()
    for value, times in Counter(values).items():
        if value and (text := value.strip()):
            filled[text] += times
    if not filled:
        return FieldChoice(header, IGNORE, "empty")
    if said is not None:
        return FieldChoice(header, said, "said")
    distinct = _sample(filled)
    by_header = _by_header(header)
    by_values = _by_values(distinct)
    if by_header == "contact":
        return FieldChoice(header, by_values or "contact_person", "header")
    if by_header == "name":
        return FieldChoice(header, _kind_of_name(distinct), "header")
    if by_header in {"place", "area", "category", "organisation"} and by_values in {
        "email",
        "list",
    }:
        return FieldChoice(header, by_values, "values")
    if by_header is not None:
        if by_header == "phone" and by_values == "email":
            return FieldChoice(header, "email", "values")
        return FieldChoice(header, by_header, "header")
    if len(filled) == 1:
        return FieldChoice(header, IGNORE, "constant")
    if by_values is not None:
        return FieldChoice(header, by_values, "values")
    return _unknown(header, filled, distinct)


def _unknown(header: str, filled: Counter[str], distinct: Sequence[str]) -> FieldChoice:
    total = sum(filled.values())
    if _share(distinct, _is_number) > 0.8:  # an amount, a count or a running number
        return FieldChoice(header, IGNORE, "unknown")
    if len(filled) == total and total > 20 and _share(distinct, _is_code) > 0.8:
        return FieldChoice(header, IGNORE, "all different")
    if len(filled) <= max(2, total * 0.05):
        return FieldChoice(header, "category", "values")
    return FieldChoice(header, "text", "values")


def _sample(filled: Counter[str], size: int = 2000) -> list[str]:
    """Return up to ``size`` distinct values, the same ones whatever the order of the rows."""
    distinct = sorted(filled)
    step = max(1, len(distinct) // size)
    return distinct[::step]


FOLLOWS_FROM = 0.8  # of the records of a town in the country that most of them name
FEWEST_IN_TOWNS = 20  # records that share their town with others, before that can be told
TOWNS_LOOKED_AT = 500


def follows(areas: Sequence[str | None], places: Sequence[str | None]) -> bool:
    """Whether the country (or state) follows from the town, as it does where both are places.

    Who shares the town then shares the country, and that is no second agreement. The answer does
    not depend on the order of the rows.
    """
    towns = Counter(place for place in places if place)
    shared = sorted(place for place, count in towns.items() if count > 1)
    looked_at = set(shared[:: max(1, len(shared) // TOWNS_LOOKED_AT)])
    counts = Counter(
        (place, area)
        for place, area in zip(places, areas, strict=True)
        if place in looked_at and area
    )
    most: dict[str | None, int] = {}
    for (place, _), count in counts.items():
        most[place] = max(most.get(place, 0), count)
    total = sum(counts.values())
    return total < FEWEST_IN_TOWNS or sum(most.values()) >= FOLLOWS_FROM * total


def _by_header(header: str) -> str | None:
    text = re.sub(r"[\W_]+", "", plain(header))
    for pattern, kind in HEADER_WORDS:
        if re.search(pattern, text):
            return kind
    return None


def _by_values(distinct: Sequence[str]) -> str | None:
    if _share(distinct, is_email) > 0.6:
        return "email"
    if _share(distinct, _is_birth_date) > 0.8:
        return "birth_date" if _looks_born(distinct) else IGNORE
    if _share(distinct, lambda text: bool(_LIST.search(text))) > 0.3:
        return "list"
    if _share(distinct, lambda text: bool(_PHONE.fullmatch(text))) > 0.7:
        return "phone"
    if _share(distinct, lambda text: bool(_LONG_ID.fullmatch(text))) > 0.8:
        return "id_number"
    if _share(distinct, lambda text: bool(COMPANY_WORD.search(plain(text)))) > 0.4:
        return "organisation"
    return None


# a phone number has a plus, brackets, spaces or a leading zero or one; bare digits may be anything
_PHONE = re.compile(r"(?=.*[+()\s-]|0|1[3-9]\d{9}$)\+?[\d\s()./-]{7,20}")
_LONG_ID = re.compile(r"(?=(?:.*\d){6})[0-9A-Z-]{8,20}")
_LIST = re.compile(r"\*\*|[;|；、]")


def _share(values: Sequence[str], test: Callable[[str], bool]) -> float:
    return sum(1 for value in values if test(value)) / len(values)


def _is_number(text: str) -> bool:
    return bool(re.fullmatch(r"[-+]?[\d.,\s]*\d%?", text))


def _is_code(text: str) -> bool:
    return bool(re.fullmatch(r"[\w./#-]{1,24}", text)) and any(c.isdigit() for c in text)


def _is_birth_date(text: str) -> bool:
    return date_parts(text) is not None


def _looks_born(distinct: Sequence[str]) -> bool:
    """Whether dates spread over decades, as births do and orders do not."""
    years = sorted(parts[0] for text in distinct if (parts := date_parts(text)))
    low, high = years[len(years) // 10], years[len(years) * 9 // 10]
    return int(high) - int(low) >= 15 or int(years[len(years) // 2]) < 1995


def _kind_of_name(distinct: Sequence[str]) -> str:
    """Tell a column of companies from one of people; a mixed one is read as companies are.

    The comparison of companies looks at words whatever their order, which suits people as well;
    that of people would take a long common ending of two companies for likeness.
    """
    firms = _share(distinct, lambda text: bool(COMPANY_WORD.search(plain(text))))
    if firms > 0.1:
        return "organisation"
    short = _share(distinct, _could_be_person)
    return "full_name" if short > 0.7 else "organisation"


def _could_be_person(text: str) -> bool:
    text = plain(text)
    if CJK.search(text):
        return len(text.replace(" ", "")) <= 4
    return 2 <= len(re.findall(r"\w+", text)) <= 4 and not any(c.isdigit() for c in text)
