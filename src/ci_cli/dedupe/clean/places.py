"""Places of China (and countries) in front of, inside and behind names: text -> a path.

A path goes from wide to narrow, ``浙江/杭州/西湖``; a county or district whose parent is not
certain (鼓楼区 stands in many cities) has the path ``?/鼓楼``. Two paths conflict unless one begins
the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from ci_cli.dedupe.clean.vocabulary import read_list, tokens_of

LONGEST = 12
_SHORTEST = 2
_UNKNOWN = "?"
_SUFFIX = re.compile(r"(?:新区|自治县|自治旗|街道|[市区县旗镇乡])$")
# What may follow the short name of a city or of an autonomous prefecture.
_AFTER_CITY = re.compile(r"[^\W\d]{0,12}?自治[州县]|地区|盟|州(?=[^\W\d]{3})")
# A district that no list names; it counts only behind a place that a list names.
_BELOW = re.compile(
    r"(?!城市|都市|超市|社区|园区|小区|山区|市区|地区|景区|特区|库区|区域|城区|市场|乡村|城镇|古镇|县域)"
    r"([^\W\d_]{2,4}?)(?:经济技术开发区|经济开发区|高新技术产业开发区|高新区|开发区|工业园区|工业区|保税区|"
    r"新区|自治县|街道|[区县镇乡])(?![域块政域城])"
)
_TOWN = re.compile(r"(?!城镇|古镇|乡村)([^\W\d_]{2,4}?)(?:镇|乡|街道)(?![域政巴])")
# Parks and zones: passed over, whatever they are called.
_TOWN_DEPTH = 2  # a town lies below a district at most
_PARK = re.compile(
    r"[^\W\d_]{0,4}?(?:经济技术开发区|经济开发区|开发区|高新区|保税区|经济区|商务区|物流园|合作区|示范区|试验区|度假区|"
    r"工业集中区|(?:工业|科技|软件|产业|创业|创新)园区?|(?:轻纺|家纺|商贸|建材|五金|小商品|灯具|家具|服装|皮革|汽配)城)"
)
# Provinces that are a city themselves: their second level are districts.
MUNICIPAL = ("北京", "上海", "天津", "重庆", "香港", "澳门")
_BELOW_END = re.compile("[区县镇乡道园城]")
_NEVER_INSIDE = re.compile(r"超|商|城市|都市|学|公司")
_NOT_A_PLACE = re.compile(rf"[市城园小山地景特]$|{_NEVER_INSIDE.pattern}")
# A county or city that no list names.
_UNLISTED = re.compile(
    r"(?![城都超夜股花][^\W\d_]?市)([^\W\d_]{2,3}?)(?:自治县|县|市(?![场政民容价区]))"
)
# 南京市 + 场… is 南京 + 市场.
_NOT_AFTER_CITY = frozenset("场政民容价")


class Places(NamedTuple):
    """The tables of place names."""

    named: dict[str, str]  # spelling that needs nothing around it -> path
    bare: dict[str, str]  # short name of a province, city or well-known county -> path
    below: dict[str, dict[str, str]]  # path of a city or province -> short district -> path
    latin: dict[tuple[str, ...], str]
    reach: dict[str, int]  # first two characters -> longest name in `named` and `bare`
    below_reach: dict[str, dict[str, int]]  # the same for each dictionary of `below`
    ends: frozenset[str]  # last two characters of them
    alone: dict[str, str]  # names that count only where nothing else stands: 亚太, 东方


@lru_cache(maxsize=1)
def load_places() -> Places:
    """Return the tables, built from ``data/places.yaml``."""
    table = read_list("places")
    build = _Builder(frozenset(table["never_bare"]), frozenset(table["known_bare"]))
    for province, entry in table["provinces"].items():
        build.add_province(province, entry)
    for province, entry in table["provinces"].items():
        for city, counties in entry["cities"].items():
            build.add_city(province, city, counties.split())
    for country in table["countries"]:
        build.add_bare(country, country)
    latin = {
        tuple(tokens_of(spelling)): path
        for path, spellings in table["latin"].items()
        for spelling in spellings
    }
    names = build.named.keys() | build.bare.keys()
    return Places(
        build.named,
        build.bare,
        build.below,
        latin,
        _reach(names),
        {parent: _reach(inside) for parent, inside in build.below.items()},
        frozenset(name[-2:] for name in names),
        build.alone,
    )


class _Builder:
    """Collects the tables; provinces and cities come before counties, so that they win a name."""

    def __init__(self, never_bare: frozenset[str], known_bare: frozenset[str]) -> None:
        self.never_bare = never_bare
        self.known_bare = known_bare
        self.named: dict[str, str] = {}
        self.bare: dict[str, str] = {}
        self.alone: dict[str, str] = {}
        self.below: dict[str, dict[str, str]] = {}

    def add_bare(self, name: str, path: str) -> None:
        """Add a short name, where it may stand without its suffix."""
        (self.alone if name in self.never_bare else self.bare).setdefault(name, path)

    def add_province(self, province: str, entry: dict[str, Any]) -> None:
        """Add a province and the short names of its cities."""
        self.bare[province] = province
        self.named |= dict.fromkeys(entry["full"].split(), province)
        for city in entry["cities"]:
            if city != "." and not city.endswith("市"):
                self.add_bare(city, f"{province}/{city}")

    def add_city(self, province: str, city: str, counties: list[str]) -> None:
        """Add the long name of a city and what lies in it."""
        path = province if city == "." else f"{province}/{city}"
        parents = (path,) if city == "." else (province, path)
        if city != ".":
            self.named[city if city.endswith(("市", "新区")) else f"{city}市"] = path
            if self.bare.get(city, path) == path:
                self.below.setdefault(province, {})[city] = path
        for county in counties:
            self.add_county(county, parents)

    def add_county(self, county: str, parents: tuple[str, ...]) -> None:
        """Add a county or district; one that several cities have gets an open path."""
        short = _SUFFIX.sub("", county)
        if len(short) < _SHORTEST:
            short = county
        path = f"{parents[-1]}/{short}"
        if self.named.setdefault(county, path) != path:
            self.named[county] = f"{_UNKNOWN}/{short}"
        for parent in parents:
            self.below.setdefault(parent, {}).setdefault(short, path)
        if short in self.known_bare or (county.endswith("市") and short not in self.bare):
            self.add_bare(short, path)


def _reach(names: Iterable[str]) -> dict[str, int]:
    longest: dict[str, int] = {}
    for name in names:
        longest[name[:2]] = max(len(name), longest.get(name[:2], 0))
    return longest


def take_place(text: str, path: str = "") -> tuple[str, int]:
    """Return the path of the place at the front of ``text`` and its length, ("", 0) without one.

    Args:
        text: folded text without spaces.
        path: place that was read before it; districts of it need no suffix, others must lie in it.
    """
    places = load_places()
    reach = places.reach.get(text[:2], 0)
    inside: dict[str, str] = {}
    if path:
        inside = places.below.get(path, inside)
        reach = max(reach, places.below_reach.get(path, {}).get(text[:2], 0))
    for length in range(min(reach, len(text)), 1, -1):
        word = text[:length]
        found = places.named.get(word)
        if found is None:
            found = inside.get(word) or places.bare.get(word)
        elif word[-1] == "市" and text[length : length + 1] in _NOT_AFTER_CITY:
            continue
        if found is None or (path and not narrows(found, path)):
            continue
        if found.startswith(_UNKNOWN) and path:
            found = f"{path}/{found[2:]}"
        after = _AFTER_CITY.match(text, length) if "/" in found else None
        return found, after.end() if after else length
    return _take_unlisted(text, path)


def _take_unlisted(text: str, path: str) -> tuple[str, int]:
    """Take a place that no list names, known by its suffix."""
    if not path:
        county = _UNLISTED.match(text) if "县" in text or "市" in text else None
        if county and not _NOT_A_PLACE.search(county[1]):
            return f"{_UNKNOWN}/{county[1]}", county.end()
        return "", 0
    if not _BELOW_END.search(text):
        return "", 0
    depth = path.count("/") - (1 if path.partition("/")[0] not in MUNICIPAL else 0)
    town = _TOWN.match(text) if depth < _TOWN_DEPTH else None
    if town and not _NEVER_INSIDE.search(town[0]):
        return f"{path}/{town[1]}", town.end()
    park = _PARK.match(text)
    if park and not _NEVER_INSIDE.search(park[0].replace("小商品城", "").replace("商", "")):
        return path, park.end()
    district = _BELOW.match(text) if depth <= 0 else None
    if district and not _NOT_A_PLACE.search(district[1]):
        return f"{path}/{district[1]}", district.end()
    return "", 0


def narrows(path: str, wider: str) -> bool:
    """Say whether ``path`` lies in ``wider``."""
    return path.startswith((wider + "/", _UNKNOWN)) or path == wider or wider == "中国"


def take_places(text: str, keep: int, most: int = 9) -> tuple[str, str]:
    """Return the path of all places at the front of ``text``, and the rest.

    Args:
        text: folded text without spaces.
        keep: characters that must be left.
        most: places to take.
    """
    path, rest = "", text
    for _ in range(most):
        found, length = take_place(rest, path)
        if not length or len(rest) - length < keep:
            break
        path, rest = found, rest[length:]
    return path, rest


def last_is_bare(text: str) -> int:
    """Return how many places stand before the last one at the front of ``text``, if that is bare.

    A bare name behind its city (温州鹿城…) may be a district or a brand; 0 where there is no doubt.
    """
    places = load_places()
    path, rest, count, bare = "", text, 0, False
    while True:
        found, length = take_place(rest, path)
        if not length:
            return count - 1 if bare and count > 1 else 0
        word = rest[:length]
        bare = word not in places.named and (
            word in places.bare or word in places.below.get(path, {})
        )
        path, rest, count = found, rest[length:], count + 1


def place_behind(text: str, keep: int) -> tuple[str, str]:
    """Return the path of the place at the end of ``text``, and what stands before it.

    Only short names of provinces, cities and countries, and full names; districts stand in front.
    """
    places = load_places()
    if text[-2:] not in places.ends:
        return "", text
    for length in range(min(LONGEST, len(text) - keep), 1, -1):
        word = text[-length:]
        found = places.named.get(word) or places.bare.get(word)
        if found:
            return found, text[:-length]
        path, rest = take_places(word, 0)
        if path and not rest and "/" in path:
            return path, text[:-length]
    return "", text


def whole_place(text: str) -> str:
    """Return the path where ``text`` is nothing but places, else an empty text."""
    path, rest = take_places(text, 0)
    if not rest:
        return path
    return "" if path else load_places().alone.get(text, "")


def written_in(path: str, text: str) -> str:
    """Return the parts of ``path`` that stand in ``text``, parted by spaces."""
    return " ".join(part for part in path.split("/") if part in text)


def conflict(one: str, other: str) -> bool:
    """Say whether two paths name different places. An empty path conflicts with nothing."""
    if not one or not other or one == other:
        return False
    if one.startswith(_UNKNOWN) or other.startswith(_UNKNOWN):
        first, second = one.split("/"), other.split("/")
        return len(first) + len(second) > 4 and first[-1] != second[-1]
    return not (one.startswith(other + "/") or other.startswith(one + "/"))
