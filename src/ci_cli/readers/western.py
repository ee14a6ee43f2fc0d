"""Tell Western text by the sign of its money: £25,973.19 is no Ł25,973.19 and no ｣25,973.19.

Where few bytes are no ASCII, most encodings read a file without a fault. A byte that begins number
after number, and is a sign of money in cp1252 alone, leaves no doubt; a letter that stands in no
word of the West does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain

ENCODING = "cp1252"
FEWEST = 2  # amounts that must begin with the sign
_MONEY = re.compile(r"(?:^|[\s,;|\t\"'(\-+])([£€])(?=\s?-?\d)", re.MULTILINE)
_RIVAL = "cp1250"  # reads € as well, but other letters
_MARKS = frozenset("‘’“”–—…•°·£€®©™½¼¾²³ºª\u00a0")


def is_western(blocks: Iterable[bytes]) -> bool:
    """Return whether a file, given in blocks that end anywhere, is cp1252 beyond doubt."""
    amounts = signs = 0
    foreign: set[str] = set()
    for text in _texts(blocks):
        if text is None:
            return False
        amounts += len(_MONEY.findall(text))
        signs += text.count("£") + text.count("€")
        foreign |= {char for char in text if char > "\x7f"}
    if amounts < FEWEST or amounts < signs or not all(map(_is_of_the_west, foreign)):
        return False
    alike = all(char.encode(ENCODING).decode(_RIVAL, "replace") == char for char in foreign)
    return "£" in foreign or alike


def _texts(blocks: Iterable[bytes]) -> Iterator[str | None]:
    """Yield whole lines as text, None where a byte stands for nothing."""
    rest = b""
    for block in chain(blocks, [b""]):
        end = max(block.rfind(b"\n"), block.rfind(b"\r")) + 1 if block else 0
        whole, rest = (rest + block[:end], block[end:]) if end or not block else (b"", rest + block)
        try:
            yield whole.decode(ENCODING)
        except UnicodeDecodeError:
            yield None


def _is_of_the_west(char: str) -> bool:
    """Return whether a character is a letter of Latin-1, or a mark of print."""
    return char in _MARKS or ("\u00c0" <= char <= "\u00ff" and char not in "×÷")
