"""The table of contents of an .xlsx file: its sheets, and the part that holds each."""

from __future__ import annotations

import posixpath
import re
import zipfile
from typing import TYPE_CHECKING, NamedTuple

from ci_cli.readers import guard
from ci_cli.readers.sheets import Sheet

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_OFFICE_DOCUMENT = "/officeDocument"
_WORKSHEET = "/worksheet"
_STYLES = "xl/styles.xml"  # in small letters
_ZEROS = re.compile("0{2,15}")  # a number format of zeros alone


class BrokenBookError(Exception):
    """The table of contents is missing or contradicts itself."""


class Contents(NamedTuple):
    """The sheets in their order, and the parts of the archive beside each other with them."""

    sheets: list[Sheet]
    parts: list[str]


def read_contents(archive: zipfile.ZipFile) -> Contents:
    """Read which sheets there are.

    Raises:
        BrokenBookError: the workbook part cannot be found or read.
        zipfile.BadZipFile: its checksum is wrong.
    """
    book = next(
        (
            target
            for kind, target in read_relations(archive, "").values()
            if kind.endswith(_OFFICE_DOCUMENT)
        ),
        "xl/workbook.xml",
    )
    relations = read_relations(archive, book)
    contents = Contents([], [])
    for element in _parse(archive, book).iter():
        if _local(element.tag) != "sheet":
            continue
        reference = next(
            (value for key, value in element.attrib.items() if key.endswith("}id")), ""
        )
        kind, part = relations.get(reference, ("", ""))
        visible = element.get("state", "visible") == "visible"
        contents.sheets.append(Sheet(element.get("name", ""), visible, is_worksheet(kind)))
        contents.parts.append(part)
    return contents


def read_relations(archive: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """Return {id: (type, path)} of what a part refers to; "" is the archive itself."""
    folder, name = posixpath.split(part)
    place = posixpath.join(folder, "_rels", f"{name}.rels")
    if place not in archive.namelist():
        return {}
    found = {}
    for element in _parse(archive, place):
        target = element.get("Target", "")
        if not target.startswith("/"):
            target = posixpath.join("/", folder, target)
        path = posixpath.normpath(target).lstrip("/")
        found[element.get("Id", "")] = (element.get("Type", ""), path)
    return found


def zero_formats(archive: zipfile.ZipFile) -> dict[int, int]:
    """Return the styles that show a number with leading zeros (00000), and with how many digits.

    Nothing where the styles cannot be read: the cells can be read without them.
    """
    part = next((name for name in archive.namelist() if name.lower() == _STYLES), "")
    try:
        styles = _parse(archive, part)
    except BrokenBookError:
        return {}
    digits: dict[str | None, int] = {}
    cell_styles: list[Element] = []
    for element in styles:
        if _local(element.tag) == "numFmts":
            for form in element:
                code = form.get("formatCode", "").partition(";")[0]
                if _ZEROS.fullmatch(code):
                    digits[form.get("numFmtId")] = len(code)
        elif _local(element.tag) == "cellXfs":
            cell_styles = list(element)
    return {
        at: digits[style.get("numFmtId")]
        for at, style in enumerate(cell_styles)
        if style.get("numFmtId") in digits
    }


def is_worksheet(kind: str) -> bool:
    """Tell whether a part of this type of relation holds cells."""
    return kind.endswith(_WORKSHEET)


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _parse(archive: zipfile.ZipFile, part: str) -> Element:
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring

    try:
        if archive.getinfo(part).file_size > guard.MAX_PART_BYTES:
            raise BrokenBookError(part)
        root: Element = fromstring(archive.read(part), forbid_dtd=True)
    except (LookupError, ValueError, ParseError, DefusedXmlException) as error:
        # LookupError: no such part, or no such encoding; ValueError: one that expat cannot read
        raise BrokenBookError(part) from error
    return root
