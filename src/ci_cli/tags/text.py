"""Texts as rules compare them: one spelling for one text, and words found without a segmenter.

Width, case, invisible signs and runs of space carry no meaning; Traditional characters may count
as Simplified ones. A word in Latin, Greek, Cyrillic … letters stands by itself: ``cut`` is not in
``execute``. Chinese, Japanese, Korean and Thai are written without spaces, so there a word is found
wherever its characters stand. An asterisk at the end of a word allows any ending: ``refus*``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, NamedTuple

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f々〇"
_UNSPACED = re.compile(
    f"[{_HAN}\u3040-\u30ff\u31f0-\u31ff\u1100-\u11ff\u3130-\u318f\uac00-\ud7af\u0e00-\u0e7f]"
)
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\x00]"
)
_WORD = re.compile(f"[{_HAN}\u3040-\u30ff\uac00-\ud7af\u0e00-\u0e7f]|[^\\W_]+")
_HAN_BLOCKS = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0xF900, 0xFB00))

Simplify = Callable[[str], str]


class Word(NamedTuple):
    """A word or phrase to look for, folded; ``open_end``: it may go on."""

    text: str
    open_end: bool


def fold(text: str, simplify: Simplify | None = None) -> str:
    """Return ``text`` as it is compared; folding twice changes nothing, no line break is left."""
    if text.isascii():
        return " ".join(text.replace("\x00", "").lower().split())
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    if _INVISIBLE.search(folded):
        folded = _INVISIBLE.sub("", folded)
        folded = unicodedata.normalize("NFKC", folded)
    folded = " ".join(folded.split())
    return folded if simplify is None else simplify(folded)


def word_of(text: str, simplify: Simplify | None = None) -> Word | None:
    """Return what a rules file asks for as it is looked for; None where nothing is left of it."""
    open_end = text.endswith("*")
    folded = fold(text.rstrip("*") if open_end else text, simplify)
    return Word(folded, open_end) if folded else None


@cache
def simplifier() -> Simplify:
    """Return what makes Traditional characters Simplified; texts without any come back at once."""
    import opencc

    converter: Any = opencc.OpenCC("t2s")
    every = "\n".join(chr(code) for first, end in _HAN_BLOCKS for code in range(first, end))
    changed = [
        a for a, b in zip(every.split("\n"), converter.convert(every).split("\n"), strict=True)
        if a != b
    ]  # fmt: skip
    traditional = re.compile(f"[{''.join(changed)}]")

    def simplify(text: str) -> str:
        return str(converter.convert(text)) if traditional.search(text) else text

    return simplify


def is_joined(char: str) -> bool:
    """Tell whether a letter belongs to a script that parts its words by spaces."""
    return char.isalnum() and not _UNSPACED.match(char)


def stands_alone(text: str, start: int, word: Word) -> bool:
    """Tell whether the word that is found at ``start`` is one there, not a part of another."""
    end = start + len(word.text)
    if start and is_joined(word.text[0]) and is_joined(text[start - 1]):
        return False
    ends_inside = end < len(text) and is_joined(word.text[-1]) and is_joined(text[end])
    return word.open_end or not ends_inside


def places(text: str, word: Word) -> list[int]:
    """Return where a word begins in a folded text."""
    found = []
    start = text.find(word.text)
    while start >= 0:
        if stands_alone(text, start, word):
            found.append(start)
        start = text.find(word.text, start + 1)
    return found


def are_near(
    text: str, one: tuple[Word, Iterable[int]], other: tuple[Word, Iterable[int]], distance: int,
    unit: str,
) -> bool:  # fmt: skip
    """Tell whether two words stand within ``distance`` of each other, in either order.

    Args:
        text: the folded text.
        one: a word and where it begins.
        other: the other word and where it begins.
        distance: how much may stand between the end of one and the beginning of the other.
        unit: ``characters``, or ``words``: runs of letters and digits, each Chinese character one.
    """
    spans = sorted(
        {(start, start + len(word.text), which) for which, (word, starts) in enumerate((one, other))
         for start in starts}
    )  # fmt: skip
    last: dict[int, int] = {}  # which word -> the farthest that one of its places reaches
    same_word = one[0] == other[0]
    for start, end, which in spans:
        rival = last.get(which if same_word else 1 - which)
        if rival is not None and _gap(text, rival, start, distance, unit) <= distance:
            return True
        last[which] = max(last.get(which, 0), end)
    return False


def _gap(text: str, start: int, end: int, enough: int, unit: str) -> int:
    """Return what stands between two places, counted no further than is needed."""
    if unit == "characters":
        return end - start
    count = 0
    for _word in _WORD.finditer(text, start, end):
        count += 1
        if count > enough:
            break
    return count
