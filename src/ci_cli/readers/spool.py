"""Rows of text kept in a private temporary file between the two passes of an import.

Workbooks and XML are too slow to parse twice. A spool is a sequence of blocks; each is a line of
JSON that says how many rows there are, where they stand in the source and how long each column is,
then the columns themselves, their cells separated by NUL. Columns instead of rows, because a column
joins and splits at the speed of memory.

Both sides are this program, and the file lives in a folder that only its user can enter.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

BLOCK_ROWS = 500  # measured: larger blocks leave the processor's cache and take longer
_SEPARATOR = "\0"


class SpoolError(Exception):
    """The spool cannot be written: mostly a full disk."""


class Block(NamedTuple):
    """Some rows, column by column; all columns are as long as ``lines``."""

    lines: list[int]
    columns: list[list[str]]


class SpoolWriter:
    """Writes blocks to a new file."""

    def __init__(self, path: Path) -> None:
        self.rows = 0
        self._stream = path.open("xb")

    def __enter__(self) -> SpoolWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self._stream.close()
        except OSError as error:  # what was still to be written did not fit
            raise SpoolError(str(error)) from error

    def write(self, lines: list[int], columns: Sequence[Sequence[str]]) -> None:
        """Write one block.

        Args:
            lines: where each row begins in its source, rising.
            columns: at least one; each as long as ``lines``.

        Raises:
            SpoolError: it cannot be written.
        """
        if not lines:
            return
        parts, sizes = [], []
        for column in columns:
            text = _SEPARATOR.join(column)
            plain = text.count(_SEPARATOR) == len(column) - 1
            data = (text if plain else json.dumps(column)).encode("utf-8", "surrogatepass")
            parts.append(data)
            sizes.append(len(data) if plain else -len(data))
        together = lines[-1] - lines[0] == len(lines) - 1
        head = [len(lines), lines[:1] if together else lines, sizes]
        try:
            self._stream.write(json.dumps(head, separators=(",", ":")).encode() + b"\n")
            self._stream.writelines(parts)
        except OSError as error:
            raise SpoolError(str(error)) from error
        self.rows += len(lines)


def read_spool(path: Path) -> Iterator[Block]:
    """Yield the blocks of a spool in the order in which they were written."""
    with path.open("rb") as stream:
        while head := stream.readline():
            count, lines, sizes = json.loads(head)
            if len(lines) != count:
                lines = list(range(lines[0], lines[0] + count))
            columns = []
            for size in sizes:
                text = stream.read(abs(size)).decode("utf-8", "surrogatepass")
                columns.append(json.loads(text) if size < 0 else text.split(_SEPARATOR))
            yield Block(lines, columns)
