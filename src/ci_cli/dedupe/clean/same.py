"""Say by rule whether two names mean one firm or one person, and why.

The rules need no other record and nothing learned, so they hold for three records as for a million.
A verdict ``same`` is about the names only: rare brands make it stronger, and that is for the engine
to weigh.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ci_cli.dedupe.clean.companies import company
from ci_cli.dedupe.clean.company_name import CompanyName
from ci_cli.dedupe.clean.places import conflict
from ci_cli.dedupe.clean.text import is_unspaced

SAME, DIFFERENT, UNCLEAR = "same", "different", "unclear"
# Kinds that one firm does not change between: a works (厂) is not a shop.
_COMPANY_KINDS = frozenset({"limited", "stock", "firm", ""})
_LEGAL = frozenset({"limited", "stock"})  # a name with such a form is complete
_OFFICE_KINDS = frozenset({"office", "partners", "limited"})  # 事务所(特殊普通合伙)
_PLACE_ENDS = "省市区县镇乡村道街路"
_SHORTEST = 2  # characters of the shortest brand
_TYPO_FROM = 6  # letters of a Latin brand in which one may be wrong
_LETTERS_PER_SLIP = 8
_UMLAUT = re.compile(r"([aou])e")


class Verdict(NamedTuple):
    """What the rule says of two names.

    Attributes:
        verdict: "same", "different" or "unclear".
        reason: one of the codes in ``REASONS``.
    """

    verdict: str
    reason: str


REASONS = frozenset(
    {
        "equal", "written_differently", "place_missing", "place_wider", "short_form",
        "form_differs", "group", "brand", "place", "branch", "shop", "trade", "trade_near",
        "trade_missing",
        "weak", "brand_near", "brand_part", "script", "empty",
    }
)  # fmt: skip


def same_company(one: str, other: str) -> Verdict:
    """Say whether two texts name the same firm, shop or institution."""
    if one == other and one:
        return Verdict(SAME, "equal")
    first, second = company(one), company(other)
    if first is None or second is None:
        return Verdict(UNCLEAR, "empty")
    return compare_companies(first, second)


def compare_companies(first: CompanyName, second: CompanyName) -> Verdict:
    """Say whether two names in parts mean the same firm. The order of the two does not matter."""
    if first == second:
        return Verdict(SAME, "equal")
    if is_unspaced(first.brand) != is_unspaced(second.brand):
        across = _other_script(first, second)
        return across or Verdict(UNCLEAR, "script")  # 京东 and JD.com
    joined = _joined_shop(first, second)
    if joined:
        return joined
    if not _same_brand(first, second):
        return _brands_differ(first, second)
    if conflict(first.region, second.region):
        return Verdict(DIFFERENT, "place")
    if first.branch != second.branch:
        return Verdict(DIFFERENT, "branch")
    if first.shop != second.shop:
        return Verdict(DIFFERENT, "shop")
    return _same_brand_rest(first, second)


def _same_brand_rest(first: CompanyName, second: CompanyName) -> Verdict:
    """The verdict where brand, branch and shop agree and the places do not conflict."""
    relation = trade_relation(first.trade, second.trade)
    if relation == "different":
        return Verdict(DIFFERENT, "trade")
    if not _kinds_agree(first.kind, second.kind):
        return Verdict(UNCLEAR, "form_differs")
    one_place = bool(first.region) != bool(second.region)
    if (first.weak or second.weak) and one_place and first.brand != second.brand:
        return Verdict(UNCLEAR, "weak")
    if not _place_named_in_both(first, second):
        return Verdict(UNCLEAR, "place_wider")
    complete = bool(_LEGAL & set(first.kind.split())) and bool(_LEGAL & set(second.kind.split()))
    if relation == "near":
        short = complete or not (_begins(first, second) or _begins(second, first))
        return Verdict(UNCLEAR, "trade_near") if short else Verdict(SAME, "short_form")
    if relation == "missing" and complete:
        return Verdict(UNCLEAR, "trade_missing")  # 海尔股份有限公司, 海尔生物股份有限公司
    if relation == "missing":
        if first.group != second.group:
            return Verdict(UNCLEAR, "group")
        return Verdict(SAME, "short_form")
    if first.group != second.group:
        # 华信集团 and 华信有限公司 may be mother and daughter; with a trade it is the same name.
        return Verdict(SAME if first.trade else UNCLEAR, "group")
    return Verdict(SAME, "place_missing" if one_place else "written_differently")


def _begins(short: CompanyName, full: CompanyName) -> bool:
    """鱼跃医疗 is short for 鱼跃医疗设备有限公司: no form, and the trade breaks off."""
    return not short.form and full.trade.replace(" ", "").startswith(short.trade.replace(" ", ""))


def trade_relation(first: str, second: str) -> str:
    """Return equal, missing (one is empty), near (one holds the other), or different."""
    if first == second:
        return "equal"
    if not first or not second:
        return "missing"
    one, other = first.replace(" ", ""), second.replace(" ", "")
    if one == other:
        return "equal"
    words, more = set(first.split()), set(second.split())
    if words <= more or more <= words or one in other or other in one:
        return "near"
    return "different"


def _place_named_in_both(first: CompanyName, second: CompanyName) -> bool:
    """Say whether the narrower place names the wider one: 浙江杭州 and 浙江, not 昆山 and 苏州."""
    wide, narrow = sorted((first, second), key=lambda name: name.region.count("/"))
    if not wide.region or wide.region.count("/") == narrow.region.count("/"):
        return True
    return wide.region.rpartition("/")[2] in narrow.written.split()


def _same_brand(first: CompanyName, second: CompanyName) -> bool:
    one, other = first.brand, second.brand
    if one == other:
        return True
    if is_unspaced(one) or is_unspaced(other):
        if conflict(first.region, second.region):
            return False
        if first.weak or second.weak:
            return _without_places(first, second) == _without_places(second, first) != ""
        return _place_inside(first, second) or _place_inside(second, first)
    one, other = one.replace(" ", ""), other.replace(" ", "")
    return one == other or _UMLAUT.sub(r"\1", one) == _UMLAUT.sub(r"\1", other)


def _without_places(name: CompanyName, other: CompanyName) -> str:
    """Return brand and trade without places of either name in front: 江门海洋船舶 -> 海洋船舶."""
    text = name.core.replace(" ", "")
    places = set(f"{name.region}/{other.region}".split("/")) - {""}
    while True:
        found = next((place for place in places if text.startswith(place)), "")
        if not found or len(text) - len(found) < _SHORTEST:
            return text
        text = text[len(found) :]


def _place_inside(longer: CompanyName, shorter: CompanyName) -> bool:
    """晋江恒发 and (福建省晋江市) 恒发: what could be a brand is a place if the other says so."""
    brand = longer.brand
    if len(brand) <= len(shorter.brand):
        return False
    for place in shorter.region.split("/"):  # also between brand and trade: skf中国销售
        if place and brand.find(place) > 0 and brand.replace(place, "", 1) == shorter.brand:
            return True
    if not brand.endswith(shorter.brand):
        return False
    front = brand[: len(brand) - len(shorter.brand)]
    places = shorter.region.split("/")
    if front in places or (front[-1] in _PLACE_ENDS and front[:-1] in places):
        return True
    # A town or a zone that no list names, behind a city that both have: 长兴岛经济区恒力.
    return (
        len(front) >= _SHORTEST + 1
        and front[-1] in _PLACE_ENDS
        and bool(longer.region and shorter.region)
    )


def _brands_differ(first: CompanyName, second: CompanyName) -> Verdict:
    """Long Latin brands that differ by a slip stay open; Chinese ones never (天河, 天和)."""
    one, other = first.brand, second.brand
    if not is_unspaced(one + other) and min(len(one), len(other)) >= _TYPO_FROM:
        from rapidfuzz.distance import OSA

        slips = max(1, min(len(one), len(other)) // _LETTERS_PER_SLIP)
        if OSA.distance(one, other, score_cutoff=slips) <= slips and not _digits_differ(one, other):
            return Verdict(UNCLEAR, "brand_near")
    shorter, longer = sorted((one, other), key=len)
    if (
        len(shorter) > 1
        and longer.startswith(shorter)
        and is_unspaced(shorter)
        and not (conflict(first.region, second.region) or first.branch or second.branch)
        and not (first.trade and second.trade)
    ):
        return Verdict(UNCLEAR, "brand_part")  # 恒发 and 恒发 with a trade that no list knows
    return Verdict(DIFFERENT, "brand")


def _digits_differ(one: str, other: str) -> bool:
    return re.findall(r"\d+", one) != re.findall(r"\d+", other)


def _kinds_agree(first: str, second: str) -> bool:
    """Limited and stock companies agree (a firm changes from one to the other)."""
    if not first or not second:
        return True
    kinds, others = set(first.split()), set(second.split())
    if kinds & others or "firm" in kinds | others:
        return True
    pairs = [{one, other} for one in kinds for other in others]
    return any(pair <= _COMPANY_KINDS or pair <= _OFFICE_KINDS for pair in pairs)


def _other_script(first: CompanyName, second: CompanyName) -> Verdict | None:
    """Compare by the second name of a bilingual text, where one has it."""
    for one, other in ((first, second), (second, first)):
        if one.other and is_unspaced(one.brand):
            translated = company(one.other)
            if translated is not None:
                verdict = compare_companies(translated, other)
                return verdict if verdict.verdict != DIFFERENT else Verdict(UNCLEAR, "brand")
    return None


def _joined_shop(first: CompanyName, second: CompanyName) -> Verdict | None:
    """肯德基西单店 and 肯德基(西单店): the same letters, the shop found in one of them only."""
    if bool(first.shop) == bool(second.shop):
        return None
    marked, bare = (first, second) if first.shop else (second, first)
    whole = f"{marked.brand}{marked.trade.replace(' ', '')}{marked.shop}"
    if bare.brand in {whole, f"{whole}店"} and not conflict(first.region, second.region):
        return Verdict(SAME, "written_differently")
    return None
