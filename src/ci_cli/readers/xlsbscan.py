"""Error cells of an .xlsb workbook, which its parser would return as blank.

The parts of such a file are sequences of records: type, length, content ([MS-XLSB] 2.1.4). Only the
list of sheets and the cells that hold an error are of interest here; everything else is skipped.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import IO
from zipfile import ZipFile

from ci_cli.readers import guard
from ci_cli.readers.olefile import ERROR_CODES
from ci_cli.readers.sheets import Sheet, choose_sheets
from ci_cli.readers.sheetscan import EMPTY_ERROR, Flagged, TooManyError
from ci_cli.readers.workbook import BrokenBookError, Contents, is_worksheet, read_relations

_ROW, _ERROR, _FORMULA_ERROR, _SHEET = 0, 3, 11, 156  # record types


def scan_xlsb(archive: ZipFile, wanted: str | None) -> dict[str, list[Flagged]]:
    """Return the error cells of the chosen sheets, by the name of the sheet.

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
            found[contents.sheets[at].name] = _errors(stream)
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


def _errors(stream: IO[bytes]) -> list[Flagged]:
    found: list[Flagged] = []
    row = 0
    for kind, data in _records(stream, guard.MAX_UNPACKED_BOOK):
        if kind == _ROW:
            row = int.from_bytes(data[:4], "little") + 1
        elif kind in (_ERROR, _FORMULA_ERROR) and len(data) > 8:
            if len(found) >= guard.MAX_FLAGGED_CELLS:
                raise TooManyError
            column = int.from_bytes(data[:4], "little") + 1
            found.append(Flagged(row, column, ERROR_CODES.get(data[8], EMPTY_ERROR)))
    return found


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
