"""Names of firms in scripts without spaces: Chinese, also Japanese, Korean and Thai.

A Chinese name is [place] brand trade [group] form [branch], and the place may also stand in
brackets or between brand and trade.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ci_cli.dedupe.clean.company_name import CompanyName
from ci_cli.dedupe.clean.places import (
    conflict,
    last_is_bare,
    place_behind,
    take_places,
    whole_place,
    written_in,
)
from ci_cli.dedupe.clean.text import UNSPACED, has_han
from ci_cli.dedupe.clean.vocabulary import LegalForm, load_forms, load_short_names, load_trades

_BRACKETS = re.compile(r"\(([^()]*)\)")
_NOISE = re.compile(r"[^\w&\u0e00-\u0e7f]+|_")
_DROP_WORDS = frozenset(
    {"筹", "筹建", "筹备", "已注销", "注销", "停用", "作废", "新", "旧", "老", ""}
)
_FORMER = re.compile(r"^(?:原名?|曾用名|简称|以下简称|又名|别名)[:\s]?.")
_BRANCH = re.compile(
    r"(?:第[一二三四五六七八九十\d]+)?"
    # 电子公司, 种子公司 are trades
    r"(?:分公司|(?<![电种量光分原离粒核质亲帽鞋])子公司|分行|支行|分理处|分店|分部|分厂|分院|分校|分所|办事处|代表处|联络处|营业部|营业厅|"
    r"营业所|项目部|服务站|支公司|分支机构|分社|分局)$"
)
_PARENT_END = re.compile(
    r".*(?:公司|集团|银行|信用社|事务所|医院|大学|学院|酒店|商行|合作社|[^工]厂)"
)
_SHOP = re.compile(r"(?:店|门店|号|号店|专柜|网点|校区|院区|园区|广场|商场)$|^(?:第)?\d+号?店?$")
_NOT_A_SHOP = re.compile(r"^(?:[书酒药饭商花]|便利|专卖|旗舰|体验|专营|直营)店$")
_GROUP = re.compile(r"(?:控股|企业|投资|产业|实业)?集团$")
_LATIN_RUN = re.compile(rf"[^{UNSPACED}()]+")
_LATIN_LETTERS = re.compile(r"[a-z]{2,}")
_ORDINAL = re.compile(r"第(\d{1,2})(?!\d)")
_ONLY_ORDINAL = re.compile(r"^(?:第?[一二三四五六七八九十百\d]+|[东西南北中新老大小])$")
_DIGITS = "零一二三四五六七八九十"


@dataclass(slots=True)
class _Parts:
    """What has been read so far."""

    region: str = ""
    written: str = ""
    form: LegalForm | None = None
    group: bool = False
    branch: str = ""
    shop: str = ""
    other: str = ""
    trades: list[str] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)

    def add_region(self, path: str, text: str) -> None:
        """Keep the narrower of two places that agree, else the first; ``text`` is what was read."""
        if not path or (self.region and conflict(path, self.region)):
            return
        self.region = max(path, self.region, key=len)
        self.written = written_in(self.region, f"{self.written} {text}")

    def add_form(self, form: LegalForm) -> None:
        """Keep the first form that says something, and every kind: 酒厂股份有限公司."""
        if form.kind != "firm" and form.kind not in self.kinds:
            self.kinds.append(form.kind)
        if self.form is None or self.form.kind == "firm":
            self.form = form


def parse_unspaced(folded: str) -> CompanyName:
    """Return the parts of a folded name that holds Chinese, Japanese, Korean or Thai letters."""
    parts = _Parts()
    text = _ORDINAL.sub(_ordinal, folded).replace('"', "").replace("'", "")
    if "(" in text:
        text = _read_brackets(text, parts)
    text = _part_latin(text, parts)
    text = _part_shop(text, parts)
    text = _NOISE.sub("", text) or _NOISE.sub("", folded)
    text = load_short_names().get(text, text)
    text = _part_branch(text, parts)
    text = _strip_forms(text, parts)
    text = load_short_names().get(text, text)
    brand, weak = _strip_words(text, parts)
    return CompanyName(
        brand=brand,
        trade=" ".join(parts.trades),
        region=parts.region,
        written=parts.written,
        form=parts.form.code if parts.form else "",
        kind=" ".join(parts.kinds) or (parts.form.kind if parts.form else ""),
        branch=parts.branch,
        shop=parts.shop,
        group=parts.group,
        weak=weak,
        other=parts.other,
    )


def _ordinal(found: re.Match[str]) -> str:
    """第1 -> 第一, up to ten; larger numbers are written with digits by everybody."""
    number = int(found[1])
    return f"第{_DIGITS[number]}" if 1 <= number <= 10 else found[0]


def _read_brackets(text: str, parts: _Parts) -> str:
    """Return ``text`` without its brackets; what stood in them goes to ``parts`` or back."""
    forms = load_forms()

    def read(found: re.Match[str]) -> str:
        inside = _NOISE.sub("", found[1])
        if inside in _DROP_WORDS or _FORMER.match(inside):
            return ""
        form = forms.unspaced_end.get(f"({inside})") or forms.unspaced_end.get(inside)
        if form:
            parts.add_form(form)
            return ""
        place = whole_place(inside)
        if place:
            parts.add_region(place, inside)
            return ""
        if inside in {"集团", "控股集团", "企业集团", "控股"}:
            parts.group = parts.group or inside.endswith("集团")
            return ""
        branch = _BRANCH.search(inside)
        if branch and branch[0] == "分店":
            parts.shop = _shop_name(inside)
            return ""
        if branch:
            parts.branch = _branch_name(inside[: branch.start()], branch[0])
            return ""
        if has_han(inside) and _SHOP.search(inside) and not _NOT_A_SHOP.match(inside):
            parts.shop = _shop_name(inside)
            return ""
        if not has_han(inside) and _LATIN_LETTERS.search(inside) and has_han(text[: found.start()]):
            parts.other = parts.other or found[1].strip()
            return " "
        return inside

    for _ in range(3):  # brackets within brackets
        without = _BRACKETS.sub(read, text)
        if without == text:
            break
        text = without
    return text


def _part_latin(text: str, parts: _Parts) -> str:
    """Return the Chinese half of a name that is written twice; the Latin half goes to ``other``."""
    if text.isascii() or not _LATIN_LETTERS.search(text):
        return text
    for found in _LATIN_RUN.finditer(text):
        run = found[0].strip(" -/,;:.|")
        rest = text[: found.start()] + " " + text[found.end() :]
        words = run.split()
        apart = found[0] != run or found.start() == 0 or found.end() == len(text)
        if (
            _LATIN_LETTERS.search(run)
            and (len(words) >= 2 or (apart and " " in found[0]))
            and len(_known_stripped(rest)) >= 2
        ):
            parts.other = parts.other or run
            return rest
    return text


def _known_stripped(text: str) -> str:
    """Return what a brand is looked for in: ``text`` without place, form and trade."""
    forms = load_forms()
    bare = _NOISE.sub("", text)
    if bare in forms.unspaced_end or bare in forms.unspaced_front:
        return ""
    brand, weak = _strip_words(_strip_forms(bare, scratch := _Parts()), scratch)
    return "" if weak else brand


def _part_shop(text: str, parts: _Parts) -> str:
    """Take a last word like 人民路店 off."""
    head, space, last = text.strip().rpartition(" ")
    if (
        space
        and not parts.shop
        and last.endswith("店")
        and len(last) >= 3
        and len(_NOISE.sub("", head)) >= 2
        and last[:-1] not in load_trades().words
        and not _NOT_A_SHOP.match(last)
        and last not in load_trades().words
    ):
        parts.shop = _shop_name(last)
        return head
    return text


def _shop_name(text: str) -> str:
    name = re.sub(r"(?:分|门|号|旗舰|体验|专卖|直营|加盟|形象)?店$", "", text) or text
    path = whole_place(name)
    return path.rpartition("/")[2] if path else name


def _part_branch(text: str, parts: _Parts) -> str:
    """Take 深圳分公司, 第二营业部 off; the place of a branch is not the place of the firm."""
    found = _BRANCH.search(text)
    if not found or parts.branch or found.start() < 2:
        return text
    head = text[: found.start()]
    parent = _PARENT_END.match(head)
    if parent and len(parent[0]) >= 4:
        place, rest = head[parent.end() :], parent[0]
    else:
        path, rest = place_behind(head, 2)
        place = head[len(rest) :] if path else ""
    if found[0] == "分店" and place:
        parts.shop = parts.shop or _shop_name(place)
    else:
        parts.branch = _branch_name(place, found[0])
    return rest


def _branch_name(place: str, kind: str) -> str:
    path = whole_place(place)
    return f"{path.rpartition('/')[2] if path else place} {kind}".strip()


def _strip_forms(text: str, parts: _Parts) -> str:
    """Take legal forms and the mark of a group off, from the end and from the front."""
    forms = load_forms()
    for _ in range(4):
        before = text
        longest = forms.longest_at.get(text[-1:], 0)
        if longest:
            for length in range(min(longest, len(text) - 2), 0, -1):
                form = forms.unspaced_end.get(text[-length:])
                if form and _may_go(text[-length:], text[:-length], form):
                    parts.add_form(form)
                    text = text[:-length]
                    break
        if text[:1] in forms.first_letters:
            for length in range(min(8, len(text) - 2), 1, -1):
                form = forms.unspaced_front.get(text[:length])
                if form:
                    parts.add_form(form)
                    text = text[length:]
                    break
        group = _GROUP.search(text) if text.endswith("集团") else None
        if group and group.start() >= 2:
            parts.group = True
            text = text[: group.start()]
        if text == before:
            break
    return text


def _may_go(spelling: str, rest: str, form: LegalForm) -> bool:
    """Say whether ``spelling`` at the end of a name is its form, not part of its brand."""
    if spelling == "株" or (form.code == "中心" and len(rest) < 4):
        return False
    return len(spelling) > 1 or len(rest) >= 2


def _strip_words(text: str, parts: _Parts) -> tuple[str, bool]:
    """Return (brand, whether it is weak) after places and trade words went to ``parts``."""
    whole = text
    region, text = take_places(text, 2)
    if region and _is_common(text) and (fewer := last_is_bare(whole)):
        region, text = take_places(whole, 2, fewer)
    taken: list[str] = []
    behind = ""
    while True:
        word = _last_trade(text)
        if word:
            taken.append(word)
            text = text[: -len(word)]
            continue
        path, rest = ("", text) if behind else place_behind(text, 2)
        if not path or (region and conflict(path, region)):
            break
        behind, text = path, rest
    trades = load_trades()
    if _is_common(text):
        # Common words only: the whole name is the brand, with its place in the shortest spelling.
        # The last word may say nothing (海南航空控股); inside, it may be the difference
        # (农业发展银行).
        says = taken[1:] if taken and taken[0] in trades.wide else taken
        parts.add_region(region or behind, whole)
        return parts.region.rpartition("/")[2] + text + "".join(reversed(says)), True
    parts.add_region(region, whole)
    parts.add_region(behind, whole)
    standard = [trades.words[word] for word in reversed(taken) if word not in trades.wide]
    parts.trades += standard
    return text or whole, False


def _last_trade(text: str) -> str:
    """Return the longest trade word at the end of ``text`` that leaves two characters, or ''."""
    trades = load_trades()
    if text[-2:] not in trades.ends:
        return ""
    for length in range(min(trades.longest, len(text) - 2), 1, -1):
        word = text[-length:]
        if word in trades.words:
            return word
    return ""


def _is_common(text: str) -> bool:
    """Say whether nothing in ``text`` names anybody: 贸易, 国际贸易, 第一."""
    return _ONLY_ORDINAL.match(text) is not None or _is_words(text)


def _is_words(text: str) -> bool:
    """Say whether ``text`` is nothing but trade words: 国际贸易."""
    trades = load_trades()
    words = trades.words
    if text[-2:] not in trades.ends or text[:2] not in trades.starts:
        return False
    reach = {0}
    for end in range(2, len(text) + 1):
        if any(start in reach and text[start:end] in words for start in range(end - 1)):
            reach.add(end)
    return len(text) in reach and bool(text)
