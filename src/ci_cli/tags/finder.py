"""Find many words in many texts in one pass, whatever the number of words.

All texts stand behind one another in one array of characters. The first two or four characters of
each word mark a table of 65,536 places; an array operation tells for every position of the texts
whether what stands there may begin a word. The few positions that remain are looked at one by one.
So a hundred words cost hardly more than ten, and there is no regular expression that a text could
make slow.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ci_cli.tags.text import Word, stands_alone

if TYPE_CHECKING:
    import numpy as np

_GRAMS = (1, 2, 4)
_MULTIPLIERS = (0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F)  # odd, well mixed
Places = dict[int, list[int]]  # number of a word -> where it begins in the text


class Finder:
    """Looks for a fixed list of words, which are known by their place in that list."""

    def __init__(self, words: Sequence[Word]) -> None:
        import numpy as np

        self._words = tuple(words)
        self._by_gram: dict[int, dict[str, list[int]]] = {}
        for number, word in enumerate(self._words):
            size = max(gram for gram in _GRAMS if gram <= len(word.text))
            grams = self._by_gram.setdefault(size, {})
            grams.setdefault(word.text[:size], []).append(number)
        self._tables = {}
        for size, grams in self._by_gram.items():
            table = np.zeros(1 << 16, dtype=np.bool_)
            for gram in grams:
                table[_hashes(_codes(gram), size)] = True
            self._tables[size] = table

    def find(self, texts: Sequence[str]) -> dict[int, Places]:
        """Return for each text that holds any word where its words begin.

        Args:
            texts: folded, without line breaks.
        """
        import numpy as np

        joined = "\n".join(texts)
        found: dict[int, Places] = {}
        if not joined or not self._words:
            return found
        codes = _codes(joined)
        ends = np.cumsum(np.fromiter((len(text) + 1 for text in texts), np.int64, len(texts)))
        for size, table in self._tables.items():
            if len(codes) < size:
                continue
            positions = np.flatnonzero(table[_hashes(codes, size)])
            owners = np.searchsorted(ends, positions, side="right")
            grams = self._by_gram[size]
            for position, owner in zip(positions.tolist(), owners.tolist(), strict=True):
                for number in grams.get(joined[position : position + size], ()):
                    word = self._words[number]
                    # what parts two texts is no letter, so neighbours never join
                    if joined.startswith(word.text, position) and stands_alone(
                        joined, position, word
                    ):
                        start = position - (int(ends[owner - 1]) if owner else 0)
                        found.setdefault(owner, {}).setdefault(number, []).append(start)
        return found


def _codes(text: str) -> np.ndarray[Any, Any]:
    import numpy as np

    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def _hashes(codes: np.ndarray[Any, Any], size: int) -> np.ndarray[Any, Any]:
    """Return for each position a number below 65,536 that its ``size`` characters make."""
    last = len(codes) - size + 1
    # numbers wrap around in arrays: that is meant
    mixed = codes[:last] * codes.dtype.type(_MULTIPLIERS[0])
    for place in range(1, size):
        mixed += codes[place : place + last] * codes.dtype.type(_MULTIPLIERS[place])
    shifted: np.ndarray[Any, Any] = mixed >> codes.dtype.type(16)
    return shifted
