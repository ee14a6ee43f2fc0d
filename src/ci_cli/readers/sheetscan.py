"""Cells of an .xlsx sheet that its parser would return as blank although they hold something.

calamine gives nothing for an error (``#N/A``) and nothing for a formula that was never calculated;
money would be missing without a word. So the XML of the sheet is looked through: a fast search of
the bytes finds the rows where such a cell may stand, and an XML parser reads those rows only. A
sheet that is written in an unusual way is parsed from end to end instead.

Reading a part to its end also checks its checksum, so a flipped bit does not pass.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import IO, NamedTuple
from xml.parsers.expat import ExpatError
from zipfile import ZipFile

from ci_cli.readers import guard
from ci_cli.readers.base import UNCALCULATED
from ci_cli.readers.sheetshape import SheetShape, WatchedStream

EMPTY_ERROR = "#UNKNOWN!"  # an error cell that does not say which

# A formula that is not followed by a stored value.
_BARE_FORMULA = re.compile(rb"<f(?:\s[^>]*)?(?:/>|>[^<]*</f>)(?!\s*<v(?:\s[^>]*)?>[^<])")
_ROW = re.compile(rb"<row[\s>]")
_ERROR_MARKS = (b't="e"', b"t='e'")
_REFERENCE = re.compile(r"([A-Za-z]{1,3})(\d+)\Z")
_DTD = re.compile(rb"<!(?:DOCTYPE|ENTITY)")


# What expat raises, beside its own errors, where a part declares an encoding that does not exist,
# or one of several bytes a character.
UNREAD_ENCODING = (LookupError, ValueError)


class Flagged(NamedTuple):
    """What a cell that would come out blank has to say; row and column count from 1."""

    row: int
    column: int
    text: str


class SheetScan(NamedTuple):
    """What was found in a sheet besides its values."""

    flagged: list[Flagged]
    shape: SheetShape
    formulas: int = 0


class DtdFoundError(Exception):
    """The part declares entities, which no spreadsheet program does."""


class TooManyError(Exception):
    """More cells would be flagged than anybody can mend by hand."""


class _Unusual(Exception):  # noqa: N818 (no error: a turn to the slow path)
    """The sheet is not written as the fast search expects."""


def check_part(stream: IO[bytes]) -> None:
    """Read a part of a workbook to its end, which checks its checksum, and refuse entities.

    Raises:
        DtdFoundError: it has a document type or entities.
    """
    tail = b""
    while block := stream.read(guard.BLOCK_BYTES):
        _refuse_dtd(tail + block)
        tail = block[-16:]


def scan_sheet(archive: ZipFile, part: str, zeros: Mapping[int, int]) -> SheetScan:
    """Return the flagged cells of one sheet in the order of its rows, and what else is to be said.

    Args:
        archive: the workbook.
        part: path of the sheet in it.
        zeros: styles that show numbers with leading zeros, and with how many digits.

    Raises:
        DtdFoundError: the sheet has a document type or entities.
        TooManyError: there are more than ``guard.MAX_FLAGGED_CELLS``.
        xml.parsers.expat.ExpatError: the sheet is no XML.
    """
    try:
        with archive.open(part) as stream:
            watched = WatchedStream(stream, zeros)
            cells = _search(watched)
    except _Unusual:
        with archive.open(part) as stream:
            watched = WatchedStream(stream, zeros)
            cells = _parse_whole(watched)
    return SheetScan(sorted(cells.found), watched.shape, cells.formulas)


def _refuse_dtd(block: bytes) -> None:
    if b"<\0!\0D" in block or b"\0<\0!\0D" in block or _DTD.search(block):
        raise DtdFoundError


def _search(stream: WatchedStream) -> _CellParser:
    """Look for suspicious bytes and parse only the rows around them."""
    cells = _CellParser(numbered=True)
    data = _feed_head(stream, cells)
    while True:
        if b"<!" in data:
            _refuse_dtd(data)
            raise _Unusual  # comments or CDATA, in which anything may stand
        end = data.rfind(b"</row>") + len(b"</row>")
        if end >= len(b"</row>"):
            formulas = data.count(b"<f>", 0, end) + data.count(b"<f ", 0, end)
            before = cells.formulas
            for row in _suspicious_rows(data, end):
                cells.feed(row)
            # those of the rows just parsed are among the ones counted
            cells.formulas = before + formulas
            data = data[end:]
        elif len(data) > guard.MAX_PART_BYTES:
            raise _Unusual
        block = stream.read(guard.BLOCK_BYTES)
        if not block:
            return cells
        data += block


def _feed_head(stream: WatchedStream, cells: _CellParser) -> bytes:
    """Give the parser what stands before the first row, so that it knows the namespaces.

    Returns:
        The bytes read beyond it.
    """
    head = stream.read(guard.BLOCK_BYTES)
    first_row = _ROW.search(head)
    if b"<worksheet" not in head or b"<!" in head or first_row is None:
        raise _Unusual  # a prefix on every name, no UTF-8, or an empty sheet
    cells.feed(head[: first_row.start()])
    return head[first_row.start() :]


def _suspicious_rows(data: bytes, end: int) -> Iterator[bytes]:
    """Yield the rows of ``data[:end]`` in which an error or a bare formula may stand."""
    places = {match.start() for match in _BARE_FORMULA.finditer(data, 0, end)}
    for mark in _ERROR_MARKS:
        at = data.find(mark, 0, end)
        while at >= 0:
            places.add(at)
            at = data.find(mark, at + 1, end)
    behind = 0
    for place in sorted(places):
        if place < behind:
            continue  # in the row just yielded
        start = data.rfind(b"<row", behind, place)
        if start < 0:
            continue  # not in a row: part of a conditional format, for instance
        behind = data.index(b"</row>", place, end) + len(b"</row>")
        yield data[start:behind]


def _parse_whole(stream: WatchedStream) -> _CellParser:
    cells = _CellParser(numbered=False)
    while block := stream.read(guard.BLOCK_BYTES):
        cells.feed(block)
    cells.feed(b"", last=True)
    return cells


class _CellParser:
    """Parses rows and keeps the cells that are to be flagged.

    Args:
        numbered: rows have to bear their number, since others were left out in between.
    """

    def __init__(self, *, numbered: bool) -> None:
        from defusedxml.ElementTree import DefusedXMLParser

        self.found: list[Flagged] = []
        self.numbered = numbered
        self.row = self.column = 0
        self.kind = ""
        self.formula = self.valued = False
        self.formulas = 0
        self.text: list[str] | None = None
        parser = DefusedXMLParser(forbid_dtd=True).parser
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._data
        self.parser = parser

    def feed(self, data: bytes, *, last: bool = False) -> None:
        from defusedxml import DefusedXmlException

        try:
            self.parser.Parse(data, last)
        except DefusedXmlException as error:
            raise DtdFoundError from error
        except UNREAD_ENCODING as error:
            raise ExpatError(str(error)) from error

    def _start(self, tag: str, attributes: list[str]) -> None:
        name = local_name(tag)
        if name == "row":
            number = _attribute(attributes, "r")
            if number is None and self.numbered:
                raise _Unusual
            self.row = int(number) if number else self.row + 1
            self.column = 0
        elif name == "c":
            self._place(_attribute(attributes, "r"))
            self.kind = _attribute(attributes, "t") or "n"
            self.formula = self.valued = False
            self.text = []
        elif name == "f":
            self.formula = True
            self.formulas += 1
            self.text = None
        elif name in ("v", "is"):
            # An empty string is a value too, where the cell says that it holds a string.
            self.valued = self.kind in ("str", "inlineStr", "s")
            self.text = []

    def _place(self, reference: str | None) -> None:
        match = _REFERENCE.match(reference) if reference else None
        if match is None:
            self.column += 1
            return
        self.column = 0
        for letter in match[1].upper():
            self.column = self.column * 26 + ord(letter) - ord("A") + 1

    def _data(self, text: str) -> None:
        if self.text is not None:
            self.text.append(text)

    def _end(self, tag: str) -> None:
        name = local_name(tag)
        if name == "f":
            self.text = []
        elif name == "c":
            text = "".join(self.text or []).strip()
            if self.kind == "e":
                self._flag(text or EMPTY_ERROR)
            elif self.formula and not text and not self.valued:
                self._flag(UNCALCULATED)
            self.text = None

    def _flag(self, text: str) -> None:
        if len(self.found) >= guard.MAX_FLAGGED_CELLS:
            raise TooManyError
        self.found.append(Flagged(self.row, self.column, text))


def local_name(tag: str) -> str:
    """Return the name of an element or attribute without its namespace."""
    return tag.rpartition("}")[2].rpartition(":")[2]


def _attribute(attributes: list[str], name: str) -> str | None:
    """Look an attribute up in expat's flat list of names and values."""
    for at in range(0, len(attributes), 2):
        if attributes[at] == name:
            return attributes[at + 1]
    return None
