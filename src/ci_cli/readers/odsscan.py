"""What the parser of an .ods sheet does not tell: cells that are errors, rows that are hidden.

An OpenDocument cell has a value and the text that was shown. For a formula that failed only the
text tells; for one that was never calculated there is neither.

Equal rows are written once with the number of times that they stand there. Blank ones may fill the
sheet; of filled ones a small file can claim a million, so they are counted before they are rows.
"""

from __future__ import annotations

import re
from typing import IO
from xml.parsers.expat import ExpatError
from zipfile import ZipFile

from ci_cli.readers import guard
from ci_cli.readers.base import UNCALCULATED
from ci_cli.readers.sheetscan import (
    EMPTY_ERROR,
    UNREAD_ENCODING,
    DtdFoundError,
    Flagged,
    SheetScan,
    TooManyError,
    local_name,
)
from ci_cli.readers.sheetshape import SheetShape

_ERROR_TEXT = re.compile(r"#[A-Z/0]+[!?]?|Err:\d+")
_CELLS = ("table-cell", "covered-table-cell")
_TAKEN = frozenset({*_CELLS, "table-row", "table"})
_ERROR = "error"
_HIDDEN = ("collapse", "filter")
_VALUES = ("value", "date-value", "time-value", "boolean-value", "string-value")
_MOST_DIGITS = 10  # of a count that is believed


class TooManyRepeatsError(Exception):
    """More filled rows than ``guard.MAX_REPEATED_ROWS`` only repeat another."""


def is_encrypted(archive: ZipFile) -> bool:
    """Tell whether a password is needed: the list of parts then says how each was encrypted."""
    try:
        with archive.open("META-INF/manifest.xml") as stream:
            return b"encryption-data" in stream.read(guard.BLOCK_BYTES)
    except KeyError:
        return False


def scan_ods(archive: ZipFile, _: str | None = None) -> dict[str, SheetScan]:
    """Return the flagged cells and the hidden rows of every sheet, by its name.

    Raises:
        DtdFoundError: it has a document type or entities.
        TooManyError: there are more than ``guard.MAX_FLAGGED_CELLS`` in a sheet.
        TooManyRepeatsError: rows are repeated beyond all that people write.
        xml.parsers.expat.ExpatError: it is no XML.
    """
    with archive.open("content.xml") as stream:
        return _Scan().read(stream)


class _Scan:
    def __init__(self) -> None:
        self.found: dict[str, SheetScan] = {}
        self.sheet: list[Flagged] = []
        self.shape = SheetShape()
        self.row = self.column = 0
        self.repeated = 0  # filled rows of the sheet that only repeat another
        self.row_repeats = self.repeats = 1
        self.in_row: list[tuple[int, str]] = []  # column and text of what is flagged in it
        self.hidden = self.filled = False  # the row
        self.cell: dict[str, str] | None = None
        self.text: list[str] = []

    def read(self, stream: IO[bytes]) -> dict[str, SheetScan]:
        from defusedxml import DefusedXmlException
        from defusedxml.ElementTree import DefusedXMLParser

        parser = DefusedXMLParser(forbid_dtd=True).parser
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._data
        try:
            while block := stream.read(guard.BLOCK_BYTES):
                parser.Parse(block, False)
            parser.Parse(b"", True)
        except DefusedXmlException as error:
            raise DtdFoundError from error
        except UNREAD_ENCODING as error:
            raise ExpatError(str(error)) from error
        return self.found

    def _start(self, tag: str, flat: list[str]) -> None:
        name = local_name(tag)
        if name not in _TAKEN:
            return
        # value-type stands there twice, for old programs and for those that know errors
        attributes: dict[str, str] = {}
        for key, value in zip(flat[::2], flat[1::2], strict=True):
            if attributes.get(local_name(key)) != _ERROR:
                attributes[local_name(key)] = value
        if name in _CELLS:
            self.cell = attributes
            self.repeats = _count(attributes.get("number-columns-repeated"))
            self.text = []
        elif name == "table-row":
            self.row_repeats = _count(attributes.get("number-rows-repeated"))
            self.column, self.in_row = 0, []
            self.hidden, self.filled = attributes.get("visibility") in _HIDDEN, False
        else:
            self.row = self.repeated = 0
            scan = self.found.setdefault(attributes.get("name", ""), SheetScan([], SheetShape()))
            self.sheet, self.shape = scan.flagged, scan.shape

    def _data(self, text: str) -> None:
        if self.cell is not None:
            self.text.append(text)

    def _end(self, tag: str) -> None:
        name = local_name(tag)
        if name in _CELLS and self.cell is not None:
            text = "".join(self.text).strip()
            self.filled = self.filled or bool(text) or any(map(self.cell.get, _VALUES))
            flag = _flag(self.cell, text)
            if flag is not None:
                self._check(len(self.in_row) + self.repeats)
                self.in_row += [(self.column + 1 + n, flag) for n in range(self.repeats)]
            self.column += self.repeats
            self.cell = None
        elif name == "table-row":
            self.repeated += self.row_repeats - 1 if self.filled else 0
            self._check(len(self.sheet) + len(self.in_row) * self.row_repeats)
            for _ in range(self.row_repeats if self.in_row else 0):
                self.row += 1
                self.sheet += [Flagged(self.row, column, text) for column, text in self.in_row]
            self.row += 0 if self.in_row else self.row_repeats
            if self.hidden and (self.filled or self.in_row):
                self.shape.hidden_rows += self.row_repeats

    def _check(self, count: int) -> None:
        if count > guard.MAX_FLAGGED_CELLS:
            raise TooManyError
        if self.repeated > guard.MAX_REPEATED_ROWS:
            raise TooManyRepeatsError


def _flag(cell: dict[str, str], text: str) -> str | None:
    if cell.get("value-type") == _ERROR:
        return text or EMPTY_ERROR
    if "formula" not in cell:
        return None
    if _ERROR_TEXT.fullmatch(text):
        return text
    if "value-type" not in cell and not text:
        return UNCALCULATED
    return None


def _count(text: str | None) -> int:
    return max(int(text), 1) if text and text.isdecimal() and len(text) <= _MOST_DIGITS else 1
