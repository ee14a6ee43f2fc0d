"""A text over several lines: broken at spaces, between Chinese characters, in words too long.

Widths are cells of a terminal, in which a Chinese character takes two.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

MOST_LINES = 40  # of one cell: beyond, it is no text that people read
_SPACES_OR_WORD = re.compile(" +|[^ ]+")
# Signs that close belong to the line of the character before them, those that open to the next.
_CLOSING = frozenset("、。，．：；！？）］｝」』】》〉〕”’％…,.:;!?)]}%")
_OPENING = frozenset("（［｛「『【《〈〔“‘([{")
_SEPARATORS = "/\\-_"


def width_of(text: str) -> int:
    """Return how many cells ``text`` takes in a terminal."""
    if text.isascii() and text.isprintable():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def widths_of(texts: Sequence[str]) -> list[int]:
    """Return how many cells each text takes."""
    return list(map(len if is_plain(texts) else width_of, texts))


def is_plain(texts: Sequence[str]) -> bool:
    """Tell whether all texts are printable ASCII: one cell a character, in every encoding."""
    together = "".join(texts)
    return together.isascii() and together.isprintable()


def wrapped(text: str, width: int, *, most: int | None = None, mark: str = "…") -> list[str]:
    """Break ``text`` into lines of at most ``width`` cells; only spaces at a break are lost.

    Args:
        text: one line without controls.
        width: at least the cells of the widest character, and of ``mark`` with one before it.
        most: how many lines there may be; what lies beyond is lost, and ``mark`` says so.
        mark: closes the last line then.
    """
    if width_of(text) <= width:
        return [text]
    lines = _lines(text, width)
    if most is None:
        return list(lines)
    kept = list(itertools.islice(lines, most))
    if next(lines, None) is not None:
        kept[-1] = _chopped(kept[-1], width - width_of(mark))[0] + mark
    return kept


def longest_word(text: str) -> int:
    """Return the cells of the longest part of ``text`` without a space."""
    return max(map(width_of, text.split(" ")))


def _lines(text: str, width: int) -> Iterator[str]:
    line, gap = "", ""
    for part in _SPACES_OR_WORD.findall(text):
        if part.startswith(" "):
            gap = part
            continue
        for piece in _pieces(part):
            if width_of(line + gap + piece) <= width:
                line += gap + piece
            else:
                if line:
                    yield line
                *full, line = _chopped(piece, width)
                yield from full
            gap = ""
    yield line


def _pieces(word: str) -> Iterator[str]:
    """Yield the parts of a word without spaces between which a line may end."""
    piece = ""
    was_wide = False
    for character in word:
        cells = width_of(character)
        may_break = (
            (was_wide or cells > 1)
            and cells > 0  # a mark stays on its letter
            and character not in _CLOSING
            and piece[-1:] not in _OPENING
        )
        if piece and may_break:
            yield piece
            piece = ""
        piece += character
        was_wide = cells > 1 or (cells == 0 and was_wide)
    yield piece


def _chopped(piece: str, width: int) -> list[str]:
    """Cut a piece that is too wide, where a path has a separator if that is not far away."""
    from rich.cells import chop_cells

    lines = []
    while width_of(piece) > width:
        line = chop_cells(piece, width)[0] or piece[0]
        after = max(line.rfind(sign) for sign in _SEPARATORS) + 1
        if after > len(line) // 2:
            line = line[:after]
        lines.append(line)
        piece = piece[len(line) :]
    return [*lines, piece]
