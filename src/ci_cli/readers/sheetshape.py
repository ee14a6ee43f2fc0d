"""What a sheet says about its shape beside its cells: merged ranges and hidden rows.

Parsers give neither, but a person who merges three cells of a column means one value for three
rows, and rows that a filter hides are imported like any other and should be counted aloud.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import IO

from ci_cli.readers.base import Merged

MAX_MERGED = 200_000  # ranges; more are no layout made by hand
_HIDDEN = re.compile(rb"<(?:\w+:)?row\s[^>]*?\bhidden=[\"'](?:1|true)[\"']")
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?\bref=[\"']([A-Z]{1,3})(\d+):([A-Z]{1,3})(\d+)")
_PADDED = (
    rb"<(?:\w+:)?c\s+r=[\"']([A-Z]{1,3})\d+[\"']\s+s=[\"'](%s)[\"'](?:\s+t=[\"']n[\"'])?\s*>"
    rb"\s*<(?:\w+:)?v>(\d+)<"
)
_LONGEST_TAG = 400  # bytes that one of these tags may take


@dataclass
class SheetShape:
    """Merged ranges, with columns of the sheet from 0 as places, and the number of hidden rows.

    ``padded`` counts numbers that are only shown with leading zeros.
    """

    merged: list[Merged] = field(default_factory=list)
    hidden_rows: int = 0
    padded: Counter[tuple[str, int]] = field(default_factory=Counter)  # by column and digits

    def moved(self, begin: int) -> tuple[Merged, ...]:
        """Return the ranges with places counted from the column ``begin``."""
        return tuple(
            one._replace(first_place=one.first_place - begin, last_place=one.last_place - begin)
            for one in self.merged
            if one.first_place >= begin
        )


class WatchedStream:
    """A sheet's XML on its way to somebody else, looked at block by block.

    Args:
        stream: the XML.
        zeros: styles that show numbers with leading zeros, and with how many digits.
    """

    def __init__(self, stream: IO[bytes], zeros: Mapping[int, int]) -> None:
        self.stream = stream
        self.shape = SheetShape()
        self._zeros = zeros
        styles = "|".join(map(str, zeros))
        self._padded = re.compile(_PADDED % styles.encode()) if zeros else None
        self._tail = b""

    def read(self, size: int) -> bytes:
        """Return the next bytes."""
        block = self.stream.read(size)
        data = self._tail + block
        # a tag that the block cuts off is looked at with the next one
        cut = data.rfind(b"<") if block else len(data)
        if self._padded is not None and block:  # a whole cell is looked for, not only its tag
            cell = data.rfind(b"<c ", max(0, len(data) - _LONGEST_TAG))
            cut = cell if cell >= 0 else cut
        if cut < len(data) - _LONGEST_TAG:
            cut = len(data)
        self._tail = data[cut:]
        self._look(data[:cut])
        return block

    def _look(self, data: bytes) -> None:
        if b"hidden=" in data:
            self.shape.hidden_rows += len(_HIDDEN.findall(data))
        if self._padded is not None:
            self.shape.padded.update(
                (column.decode(), self._zeros[int(style)])
                for column, style, number in self._padded.findall(data)
                if len(number) < self._zeros[int(style)]
            )
        if b"mergeCell" in data and len(self.shape.merged) < MAX_MERGED:
            self.shape.merged += [
                Merged(int(top), int(bottom), _place(left), _place(right))
                for left, top, right, bottom in _MERGED.findall(data)
            ]


def _place(letters: bytes) -> int:
    """Return the place of a column: A is 0, Z is 25, AA is 26."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number - 1
