"""The container of old .xls files (and of encrypted .xlsx files), as far as we need it.

calamine returns error cells as blanks, which would turn ``#N/A`` in an amount into nothing at all;
so the workbook stream is walked once for the cells that hold an error. Sources: [MS-CFB] for the
container, [MS-XLS] for the records.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ci_cli.readers.base import Merged
from ci_cli.readers.sheetshape import SheetShape

_FREE = 0xFFFFFFFA  # sector numbers from here on are marks, not places
_NO_ERROR_CODE = "#UNKNOWN!"
ERROR_CODES = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}
_BOF, _EOF, _BOUNDSHEET, _FORMULA, _BOOLERR = 0x0809, 0x000A, 0x0085, 0x0006, 0x0205
_ROW, _MERGED = 0x0208, 0x00E5
_HIDDEN = 0x20  # among the flags of a row


class OleError(Exception):
    """The container is not built as it should be."""


class ErrorCell(NamedTuple):
    """One cell that holds an error code; rows and columns count from 1."""

    row: int
    column: int
    text: str


class _Entry(NamedTuple):
    name: str
    kind: int  # 2: a stream, 5: the root
    start: int
    size: int


class _Container:
    """Sectors chained by a table, like a tiny disk."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        try:
            sector_shift, self.mini_shift = struct.unpack_from("<HH", data, 30)
            self.sector = 1 << sector_shift
            if sector_shift not in (9, 12) or self.mini_shift != 6:
                raise OleError("sector size")
            directory, self.cutoff, mini_table = struct.unpack_from("<I4xII", data, 48)
            self.table = self._allocation_table()
            self.entries = list(self._directory(directory))
            root = next(entry for entry in self.entries if entry.kind == 5)
            self.mini_table = self._words(self._chain(mini_table))
            self.mini_stream = self._chain(root.start)
        except (struct.error, StopIteration, IndexError) as error:
            raise OleError(str(error)) from error

    def stream(self, *names: str) -> bytes:
        for entry in self.entries:
            if entry.kind == 2 and entry.name in names:
                if entry.size >= self.cutoff:
                    return self._chain(entry.start)[: entry.size]
                return self._mini_chain(entry.start)[: entry.size]
        raise OleError("no such stream")

    def _sector_at(self, number: int) -> bytes:
        start = (number + 1) * self.sector
        block = self.data[start : start + self.sector]
        if not block:
            raise OleError("a sector is missing")
        return block

    def _words(self, block: bytes) -> list[int]:
        return list(struct.unpack(f"<{len(block) // 4}I", block[: len(block) // 4 * 4]))

    def _allocation_table(self) -> list[int]:
        places = [n for n in struct.unpack_from("<109I", self.data, 76) if n < _FREE]
        (further,) = struct.unpack_from("<I", self.data, 68)
        seen = set()
        while further < _FREE and further not in seen:
            seen.add(further)
            words = self._words(self._sector_at(further))
            places += [n for n in words[:-1] if n < _FREE]
            further = words[-1]
        return [word for place in places for word in self._words(self._sector_at(place))]

    def _chain(self, number: int) -> bytes:
        blocks: list[bytes] = []
        while number < _FREE:
            if len(blocks) > len(self.table):
                raise OleError("a chain of sectors runs in a circle")
            blocks.append(self._sector_at(number))
            number = self.table[number]
        return b"".join(blocks)

    def _mini_chain(self, number: int) -> bytes:
        size = 1 << self.mini_shift
        blocks: list[bytes] = []
        while number < _FREE:
            if len(blocks) > len(self.mini_table):
                raise OleError("a chain of sectors runs in a circle")
            blocks.append(self.mini_stream[number * size : (number + 1) * size])
            number = self.mini_table[number]
        return b"".join(blocks)

    def _directory(self, start: int) -> Iterator[_Entry]:
        block = self._chain(start)
        for at in range(0, len(block) - 127, 128):
            (length,) = struct.unpack_from("<H", block, at + 64)
            name = block[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
            first, size = struct.unpack_from("<II", block, at + 116)
            yield _Entry(name, block[at + 66], first, size)


def stream_names(path: Path) -> set[str]:
    """Return the names of the streams in the container.

    Raises:
        OleError: it is broken.
    """
    return {entry.name for entry in _Container(path.read_bytes()).entries if entry.kind == 2}


def error_cells(path: Path) -> list[tuple[str, list[ErrorCell], SheetShape]]:
    """Return the name of each sheet, its cells that hold an error code, and its shape.

    Raises:
        OleError: the container or the workbook stream in it is broken.
    """
    try:
        book = _Container(path.read_bytes()).stream("Workbook", "Book", "WORKBOOK", "BOOK")
        found = []
        for kind, body, _ in _records(book, 0):
            if kind == _BOUNDSHEET:
                shape = SheetShape()
                (start,) = struct.unpack_from("<I", book, body)
                errors = list(_sheet_errors(book, start, shape))
                found.append((_sheet_name(book, body), errors, shape))
        return found
    except (struct.error, IndexError) as error:
        raise OleError(str(error)) from error


def _sheet_name(book: bytes, body: int) -> str:
    """Read the name in the entry of a sheet, as Excel writes it since 1997."""
    length, wide = book[body + 6], book[body + 7] & 1
    start = body + 8
    if wide:
        return book[start : start + 2 * length].decode("utf-16-le", "replace")
    return book[start : start + length].decode("latin-1")


def _records(book: bytes, at: int) -> Iterator[tuple[int, int, int]]:
    """Yield (kind, place of the body, length) up to the end of the substream that begins here."""
    depth = 0
    while at + 4 <= len(book):
        kind, length = struct.unpack_from("<HH", book, at)
        yield kind, at + 4, length
        if kind == _BOF:
            depth += 1  # a chart inside a sheet has its own beginning and end
        elif kind == _EOF:
            depth -= 1
            if depth <= 0:
                return
        at += 4 + length
    raise OleError("the workbook ends too early")


def _merged_ranges(book: bytes, body: int) -> Iterator[Merged]:
    (count,) = struct.unpack_from("<H", book, body)
    for nth in range(count):
        top, bottom, left, right = struct.unpack_from("<4H", book, body + 2 + 8 * nth)
        yield Merged(top + 1, bottom + 1, left, right)


def _sheet_errors(book: bytes, start: int, shape: SheetShape) -> Iterator[ErrorCell]:
    for kind, body, _ in _records(book, start):
        if kind == _BOOLERR:
            row, column, _, value, is_error = struct.unpack_from("<HHHBB", book, body)
        elif kind == _FORMULA:
            # A result that is no number is marked by FFFF behind it; type 2 is an error code.
            row, column, _, of_type, value, mark = struct.unpack_from("<HHHBxBxxxH", book, body)
            is_error = mark == 0xFFFF and of_type == 2
        else:
            if kind == _ROW:
                (flags,) = struct.unpack_from("<H", book, body + 12)
                shape.hidden_rows += bool(flags & _HIDDEN)
            elif kind == _MERGED:
                shape.merged += _merged_ranges(book, body)
            continue
        if is_error:
            yield ErrorCell(row + 1, column + 1, ERROR_CODES.get(value, _NO_ERROR_CODE))
