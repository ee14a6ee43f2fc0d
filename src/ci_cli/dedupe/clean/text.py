"""One spelling for one text: width, case, invisible signs, accents, Traditional characters.

Every other module of this folder reads texts only after :func:`fold`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import Any

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f々〇"
KANA = "\u3040-\u30ff\u31f0-\u31ff"
HANGUL = "\u1100-\u11ff\u3130-\u318f\uac00-\ud7af"
# Scripts that write firm names without spaces between the words.
UNSPACED = HAN + KANA + HANGUL + "\u0e00-\u0e7f"

_HAN = re.compile(f"[{HAN}]")
_UNSPACED = re.compile(f"[{UNSPACED}]")
_SPACES = re.compile(r"\s+")
_NOT_WORD = re.compile(r"(?:[^\w\u0e00-\u0e7f]|_)+")  # Thai vowels are marks, not letters

# Letters that Unicode does not decompose, and signs with one plain spelling each.
_PLAIN = {
    "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h", "ı": "i",
    "ŧ": "t", "ŋ": "n", "ĸ": "k", "ə": "a",
    "’": "'", "‘": "'", "ʼ": "'", "ʻ": "'", "′": "'", "´": "'", "“": '"', "”": '"', "„": '"',
    "«": '"', "»": '"', "「": '"', "」": '"', "『": '"', "』": '"', "″": '"',
    "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-", "－": "-", "﹣": "-",
    "【": "(", "】": ")", "〔": "(", "〕": ")", "〖": "(", "〗": ")", "《": '"', "》": '"',
    "[": "(", "]": ")", "{": "(", "}": ")", "〈": '"', "〉": '"', "、": ",", "。": ".",
    "・": "·", "•": "·", "‧": "·", "∙": "·", "⋅": "·", "․": ".",
}  # fmt: skip
_ACCENTED = ("LATIN", "GREEK")


class _FoldTable(dict[int, str]):
    """Character -> its fold, worked out at its first use (``str.translate`` asks for each)."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _fold_char(chr(code))
        return folded


def _fold_char(char: str) -> str:
    if unicodedata.category(char) in {"Cf", "Cc", "Cs", "Co", "Cn"}:
        return " " if char in "\t\n\v\f\r\x1c\x1d\x1e\x1f\x85" else ""
    if "\ufe00" <= char <= "\ufe0f":  # says how to draw the sign before it
        return ""
    small = char.casefold()
    out = []
    for one in unicodedata.normalize("NFKC", small):
        base = unicodedata.normalize("NFD", one)[0]
        if base != one and unicodedata.name(base, "").startswith(_ACCENTED):
            one = base
        out.append(_PLAIN.get(one, one))
    return "".join(out)


_FOLDS = _FoldTable()
_ODD = re.compile(r"[\[\]{}\x00-\x1f\x7f]")  # ASCII that folding changes besides capitals
_LOOSE_MARK = re.compile(r"(?<=[a-zα-ω])[\u0300-\u036f]+")


def fold(text: str) -> str:
    """Return ``text`` in the spelling that all comparisons start from.

    NFKC, small letters, Simplified characters, no accents on Latin and Greek letters, no invisible
    signs, one space between words, one kind of brackets and quotes. Folding twice changes nothing.
    """
    if text.isascii():
        small = text.lower()
        return " ".join((small.translate(_FOLDS) if _ODD.search(small) else small).split())
    folded = _LOOSE_MARK.sub("", unicodedata.normalize("NFKC", text).translate(_FOLDS))
    folded = _LOOSE_MARK.sub("", unicodedata.normalize("NFKC", folded)).translate(_FOLDS)
    if _HAN.search(folded):
        folded = simplify(folded)
    return _SPACES.sub(" ", folded).strip()


def plain(text: str) -> str:
    """Return letters and digits of ``text`` folded, words parted by one space."""
    return _NOT_WORD.sub(" ", fold(text)).strip()


def squeezed(text: str) -> str:
    """Return letters and digits of ``text`` folded, without any space."""
    return _NOT_WORD.sub("", fold(text))


def has_han(text: str) -> bool:
    """Say whether ``text`` holds a Chinese character."""
    return _HAN.search(text) is not None


def is_unspaced(text: str) -> bool:
    """Say whether ``text`` holds a letter of Chinese, Japanese, Korean or Thai."""
    return _UNSPACED.search(text) is not None


_unchanged: set[str] = set()  # characters that are Simplified already


def simplify(text: str) -> str:
    """Return ``text`` with Traditional characters made Simplified.

    The converter looks at whole words (乾坤 stays, 乾燥 becomes 干燥), but most texts are
    Simplified already and never reach it.
    """
    new = set(text) - _unchanged
    if not new:
        return text
    convert = _converter()
    _unchanged.update(char for char in new if convert(char) == char)
    if new <= _unchanged:
        return text
    return convert(text)


@lru_cache(maxsize=1)
def _converter() -> Callable[[str], str]:
    import opencc

    made: Any = opencc.OpenCC("t2s")
    convert: Callable[[str], str] = made.convert
    return convert
