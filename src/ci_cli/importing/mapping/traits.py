"""What the learned reader looks at: pieces of headers, kinds of values, sums, neighbours.

Traits are words, so that a weight can be looked up and read. Those of values are coarse on purpose:
the reader learnt from sheets of few rows and judges samples of thousands. None depends on the order
of the rows. ``learned`` weighs them, ``tools/train_reader.py`` finds the weights.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations, pairwise

from ci_cli.importing.mapping.figures import close, is_product
from ci_cli.importing.mapping.profile import Profile
from ci_cli.importing.mapping.sheet import Column, Sheet
from ci_cli.importing.mapping.synonyms import squeeze

LONGEST = 60  # characters of a header that are looked at
MOST_FIGURES = 12  # columns of numbers whose sums and products are tried
_SOME, _MANY, _NEARLY_ALL = 0.1, 0.5, 0.9  # shares of values that count as alike
_LATIN_PIECES, _CHINESE_PIECES = (3, 4, 5), (1, 2, 3, 4)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_RUN = re.compile(r"[^\W\d_\u4e00-\u9fff]+|\d+|[\u4e00-\u9fff]+|[%#@€£$¥]")
_CURRENCY = re.compile(r"[¥￥$€£]|元|\b(?:rmb|cny|usd|rs)\b", re.IGNORECASE)
_COUNTED = re.compile(r"^\s*[\d.,]+\s*[A-Za-z\u4e00-\u9fff]{1,6}\.?\s*$")
_SHARES = (
    "number", "integer", "fractions", "cents", "date", "bare_date", "email", "phone", "tax_id",
    "code", "token", "shouted", "clock", "words", "person", "place",
)  # fmt: skip
_LENGTHS = (2, 4, 7, 11, 16, 26)
_SIZES = (1, 10, 100, 1_000, 10_000, 1_000_000)
# traits of the columns at either side that tell what they are
_BESIDE = frozenset(["number3", "date3", "words3", "integer3", "cents3"])


def of_sheet(sheet: Sheet) -> list[str]:
    """Return the traits by which the kind of a file is told, each once."""
    found: set[str] = set()
    for column in sheet.columns:
        found.update(f"in:{piece}" for piece in _pieces(column.text) if piece[0] in "=wle")
        found.update(f"in:{piece}" for piece in _pieces(column.text) if not piece.isascii())
        shapes = _shapes(column.profile)
        found.update(f"in:{shape}" for shape in shapes if shape in _BESIDE | {"phone3", "email3"})
    return sorted(found)


def of_headers(sheet: Sheet) -> list[str]:
    """Return the traits that all columns of a file share: which headers stand in it."""
    found: set[str] = set()
    for column in sheet.columns:
        found.update(f"with:{piece}" for piece in _pieces(column.text) if piece[0] in "=e")
    return sorted(found)


def of_columns(sheet: Sheet) -> list[list[str]]:
    """Return the traits of each column of a file whose kind is decided."""
    pieces = [_pieces(column.text) for column in sheet.columns]
    shapes = [_shapes(column.profile) for column in sheet.columns]
    sums = _sums(sheet)
    found = []
    for index in range(len(sheet.columns)):
        own = {f"h:{piece}" for piece in pieces[index]}
        own.update(f"v:{shape}" for shape in shapes[index])
        own.update(f"r:{role}" for role in sums[index])
        for side, other in (("left", index - 1), ("right", index + 1)):
            if not 0 <= other < len(sheet.columns):
                own.add(f"{side}:edge")
                continue
            own.update(f"{side}:{piece}" for piece in pieces[other] if piece[0] in "=we")
            own.update(f"{side}:{shape}" for shape in shapes[other] if shape in _BESIDE)
        found.append([*sorted(own), f"kind:{sheet.kind}"])
    return found


@lru_cache(maxsize=4096)
def _pieces(text: str) -> tuple[str, ...]:
    """Return the whole header, its words, their pieces, its first and its last word."""
    plain = _CAMEL.sub(" ", unicodedata.normalize("NFKC", text[:LONGEST])).casefold()
    runs = [squeeze(run) or run for run in _RUN.findall(plain)]
    found = ["=" + " ".join(runs)]
    words = []
    for run in runs:
        if run.isdigit():
            found.append("#")
            continue
        words.append(run)
        if run[0].isalpha() and run[0] > "\u4dff":
            found += _cut(run, _CHINESE_PIECES)
        else:
            found.append(f"w{run}")
            if run.isalpha():
                found += _cut(run, _LATIN_PIECES)
    if words:
        first, last = words[0], words[-1]
        found.append("b" + (first if first.isascii() else first[:2]))
        found.append("e" + (last if last.isascii() else last[-2:]))
        found += [f"2{one} {other}" for one, other in pairwise(words)]
    return tuple(dict.fromkeys(found))


def _cut(word: str, lengths: tuple[int, ...]) -> Iterator[str]:
    framed = f"^{word}$"
    for length in lengths:
        for start in range(len(framed) - length + 1):
            piece = framed[start : start + length]
            if piece not in "^$":
                yield f"p{piece}"


def _shapes(profile: Profile) -> list[str]:
    """Return what the values of a column are like."""
    texts = profile.texts
    if not texts:
        return ["empty"]
    found = [f"{name}{_level(getattr(profile, name))}" for name in _SHARES]
    found += [name for name in ("small_counts", "hundreds", "counts") if getattr(profile, name)]
    found.append(f"length{_step(profile.length, _LENGTHS)}")
    found += ["constant"] if profile.distinct == 1 else []
    tests = {
        "currency": sum(bool(_CURRENCY.search(text)) for text in texts),
        "counted": sum(bool(_COUNTED.match(text)) for text in texts),
        "percent": sum(text.endswith(("%", "％")) for text in texts),
        "chinese": sum(any("\u4e00" <= char <= "\u9fff" for char in text) for text in texts),
        "zero": sum(text[:1] == "0" and text.isdigit() and len(text) > 1 for text in texts),
        "mixed": sum(any(map(str.isdigit, text)) and any(map(str.isalpha, text)) for text in texts),
        "spaced": sum(" " in text for text in texts),
    }
    found += [name for name, count in tests.items() if count >= _MANY * len(texts)]
    if profile.numbers:
        ordered = sorted(profile.numbers)
        found.append(f"size{_step(abs(ordered[len(ordered) // 2]), _SIZES)}")
        found += ["negative"] if ordered[0] < 0 else []
    if len(texts) > 1 and any(map(str.isalpha, _common_start(texts))):
        found.append("prefixed")
    return found


def _level(share: float) -> int:
    return 0 if share < _SOME else 1 if share < _MANY else 2 if share < _NEARLY_ALL else 3


def _step(size: float, steps: tuple[int, ...]) -> int:
    return sum(size >= step for step in steps)


def _common_start(texts: list[str]) -> str:
    low, high = min(texts), max(texts)
    same = 0
    while same < min(len(low), len(high)) and low[same] == high[same]:
        same += 1
    return low[:same]


def _sums(sheet: Sheet) -> list[set[str]]:
    """Return what each column is in products and sums of others, and whether it equals one."""
    roles: list[set[str]] = [set() for _ in sheet.columns]
    rows = sheet.checked_rows()
    figures = [
        column for column in sheet.columns
        if column.profile.number >= _NEARLY_ALL and column.profile.date < _MANY
        and sheet.figures(column).varies
    ][:MOST_FIGURES]  # fmt: skip
    for one, other in combinations(figures, 2):
        a, b = sheet.figures(one), sheet.figures(other)
        if a.rows == b.rows:
            roles[one.index].add("same")
            roles[other.index].add("same")
            continue
        for result in figures:
            if result is one or result is other:
                continue
            if is_product(a, b, sheet.figures(result), rows):
                roles[result.index].add("product")
                roles[one.index].add("factor")
                roles[other.index].add("factor")
            elif _adds_up(sheet, one, other, result):
                larger = _size(sheet, one) >= _size(sheet, other)
                roles[result.index].add("sum")
                roles[(one if larger else other).index].add("most")
                roles[(other if larger else one).index].add("rest")
    return roles


def _size(sheet: Sheet, column: Column) -> float:
    return sum(sorted(abs(size) for size in sheet.figures(column).rows if size is not None))


def _adds_up(sheet: Sheet, one: Column, other: Column, result: Column) -> bool:
    """Return whether one + other = result in every row that has all three, at least in two."""
    a, b, c = (sheet.figures(column).rows for column in (one, other, result))
    checked = 0
    for row in sheet.checked_rows():
        x, y, z = a[row], b[row], c[row]
        if x is None or y is None or z is None:
            continue
        if not close(x + y, z):
            return False
        checked += 1
    return checked > 1
