"""What the parser of an .xlsb workbook does not tell: cells that are errors, rows that are hidden.

The parts of such a file are sequences of records: type, length, content ([MS-XLSB] 2.1.4). Only the
list of sheets, the heads of rows and the cells that hold an error are of interest here.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import IO
from zipfile import ZipFile

from ci_cli.readers import guard
from ci_cli.readers.olefile import ERROR_CODES
from ci_cli.readers.sheets import Sheet, choose_sheets
from ci_cli.readers.sheetscan import EMPTY_ERROR, Flagged, SheetScan, TooManyError
from ci_cli.readers.sheetshape import SheetShape
from ci_cli.readers.workbook import BrokenBookError, Contents, is_worksheet, read_relations

_ROW, _ERROR, _FORMULA_ERROR, _SHEET = 0, 3, 11, 156  # record types
_FLAGS, _HIDDEN = 11, 0x10  # of a row ([MS-XLSB] 2.4.720): fDyZero


def scan_xlsb(archive: ZipFile, wanted: str | None) -> dict[str, SheetScan]:
    """Return the error cells and hidden rows of the chosen sheets, by the name of the sheet.

    Args:
        archive: the workbook.
        wanted: as in :func:`.sheets.choose_sheets`.

    Raises:
        BrokenBookError: a part is missing or ends in the middle of a record.
        TooManyError: there are more than ``guard.MAX_FLAGGED_CELLS`` in a sheet.
    """
    contents = _contents(archive)
    found = {}
    for at in choose_sheets(contents.sheets, wanted):
        with archive.open(contents.parts[at]) as stream:
            found[contents.sheets[at].name] = _scan(stream)
    return found


def _contents(archive: ZipFile) -> Contents:
    relations = read_relations(archive, "xl/workbook.bin")
    contents = Contents([], [])
    with archive.open("xl/workbook.bin") as stream:
        for kind, data in _records(stream, guard.MAX_PART_BYTES):
            if kind != _SHEET:
                continue
            state = int.from_bytes(data[:4], "little")
            reference, name = _strings(data[8:])
            relation, part = relations.get(reference, ("", ""))
            contents.sheets.append(Sheet(name, state == 0, is_worksheet(relation)))
            contents.parts.append(part)
    return contents


def _scan(stream: IO[bytes]) -> SheetScan:
    found: list[Flagged] = []
    shape = SheetShape()
    row = 0
    for kind, data in _records(stream, guard.MAX_UNPACKED_BOOK):
        if kind == _ROW:
            row = int.from_bytes(data[:4], "little") + 1
            shape.hidden_rows += len(data) > _FLAGS and bool(data[_FLAGS] & _HIDDEN)
        elif kind in (_ERROR, _FORMULA_ERROR) and len(data) > 8:
            if len(found) >= guard.MAX_FLAGGED_CELLS:
                raise TooManyError
            column = int.from_bytes(data[:4], "little") + 1
            found.append(Flagged(row, column, ERROR_CODES.get(data[8], EMPTY_ERROR)))
    return SheetScan(found, shape)


def _strings(data: bytes) -> list[str]:
    """Read the two texts at the end of the record of a sheet, each with its length before it."""
    found = []
    try:
        for _ in range(2):
            (length,) = struct.unpack_from("<I", data)
            found.append(data[4 : 4 + 2 * length].decode("utf-16-le"))
            data = data[4 + 2 * length :]
    except (struct.error, UnicodeDecodeError) as error:
        raise BrokenBookError("xl/workbook.bin") from error
    return found


def _records(stream: IO[bytes], most: int) -> Iterator[tuple[int, bytes]]:
    """Yield type and content of each record; type and length take 7 bits of each byte."""
    data, at, used = b"", 0, 0
    while True:
        if len(data) - at < guard.BLOCK_BYTES:
            block = stream.read(guard.BLOCK_BYTES)
            data, at = data[at:] + block, 0
            used += len(block)
            if used > most:
                raise BrokenBookError("")
        if at == len(data):
            return
        try:
            kind, at = _number(data, at, most_bytes=2)
            length, at = _number(data, at, most_bytes=4)
        except IndexError as error:
            raise BrokenBookError("") from error
        while len(data) - at < length and (block := stream.read(guard.BLOCK_BYTES)):
            data, at = data[at:] + block, 0
        if len(data) - at < length:
            raise BrokenBookError("")
        yield kind, data[at : at + length]
        at += length


def _number(data: bytes, at: int, *, most_bytes: int) -> tuple[int, int]:
    value = 0
    for place in range(most_bytes):
        byte = data[at + place]
        value |= (byte & 0x7F) << 7 * place
        if byte < 0x80:
            return value, at + place + 1
    return value, at + most_bytes
