"""Workbooks made by hand, part by part, so that anything can be wrong with them."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

HEAD = ("Order ID", "Customer ID", "Order Date", "Product", "Quantity", "Amount")
ROW = ("A1", "K1", "2025-01-05", "Tea", 2, 20)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"


class Raw(str):
    """The whole element of a cell, ``{at}`` standing for its place."""


def letters(column: int) -> str:
    """Return A for 0, AA for 26."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def cell(value: object, at: str) -> str:
    """Return the element of one cell."""
    if isinstance(value, Raw):
        return value.replace("{at}", at)
    if value is None:
        return ""
    if isinstance(value, int | float):
        return f'<c r="{at}"><v>{value}</v></c>'
    return (
        f'<c r="{at}" t="inlineStr"><is><t xml:space="preserve">{escape(str(value))}</t></is></c>'
    )


def sheet(
    rows: Sequence[Sequence[object]], *, dimension: str = "", hidden: Sequence[int] = (),
    after: str = "", namespace: str = MAIN, prolog: str = "", first: int = 1,
) -> str:  # fmt: skip
    """Return the XML of a sheet; ``hidden`` are numbers of hidden rows."""
    lines = []
    for number, row in enumerate(rows, start=first):
        cells = "".join(cell(value, f"{letters(i)}{number}") for i, value in enumerate(row))
        mark = ' hidden="1"' if number in hidden else ""
        lines.append(f'<row r="{number}"{mark}>{cells}</row>')
    size = f'<dimension ref="{dimension}"/>' if dimension else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{prolog}<worksheet xmlns="{namespace}">{size}'
        f"<sheetData>{''.join(lines)}</sheetData>{after}</worksheet>"
    )


def book(
    path: Path,
    sheets: Mapping[str, str],
    *,
    states: Mapping[str, str] | None = None,
    shared: str | None = None,
    date1904: bool = False,
    extra: Mapping[str, bytes | str] | None = None,
    namespace: str = MAIN,
) -> None:
    """Write a workbook of sheets (name -> XML); style 1 is a date."""
    listed, relations, parts = "", "", ""
    for number, name in enumerate(sheets, start=1):
        state = (states or {}).get(name, "visible")
        listed += f'<sheet name="{name}" sheetId="{number}" state="{state}" r:id="rId{number}"/>'
        relations += (
            f'<Relationship Id="rId{number}" Type="{RELS}/worksheet"'
            f' Target="worksheets/sheet{number}.xml"/>'
        )
        parts += (
            f'<Override PartName="/xl/worksheets/sheet{number}.xml"'
            f' ContentType="{_TYPE}.worksheet+xml"/>'
        )
    relations += f'<Relationship Id="rIdS" Type="{RELS}/styles" Target="styles.xml"/>'
    parts += f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
    if shared is not None:
        relations += (
            f'<Relationship Id="rIdT" Type="{RELS}/sharedStrings" Target="sharedStrings.xml"/>'
        )
        parts += (
            f'<Override PartName="/xl/sharedStrings.xml" ContentType="{_TYPE}.sharedStrings+xml"/>'
        )
    packages = "http://schemas.openxmlformats.org/package/2006"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{packages}/content-types">'
            '<Default Extension="rels"'
            ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
            f"{parts}</Types>",
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{packages}/relationships"><Relationship Id="rId1"'
            f' Type="{RELS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{namespace}" xmlns:r="{RELS}">'
            f'<workbookPr date1904="{int(date1904)}"/><sheets>{listed}</sheets></workbook>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{packages}/relationships">{relations}</Relationships>',
        )
        archive.writestr(
            "xl/styles.xml",
            f'<styleSheet xmlns="{namespace}"><fonts count="1"><font/></fonts>'
            '<fills count="1"><fill/></fills><borders count="1"><border/></borders>'
            '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf numFmtId="0"/>'
            '<xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>',
        )
        for number, text in enumerate(sheets.values(), start=1):
            archive.writestr(f"xl/worksheets/sheet{number}.xml", text)
        if shared is not None:
            archive.writestr("xl/sharedStrings.xml", shared)
        for name, content in (extra or {}).items():
            archive.writestr(name, content)


def day(serial: float) -> Raw:
    """Return a cell that Excel shows as a date."""
    return Raw(f'<c r="{{at}}" s="1"><v>{serial}</v></c>')


def error(code: str) -> Raw:
    """Return a cell with an error value."""
    return Raw(f'<c r="{{at}}" t="e"><v>{code}</v></c>')


def orders(path: Path, *, rows: int = 2) -> None:
    """Write a sound workbook with ``rows`` orders."""
    lines = [(f"A{n}", f"K{n % 9}", day(45000 + n), "Tea", n % 5 + 1, n + 0.5)
             for n in range(1, rows + 1)]  # fmt: skip
    book(path, {"Orders": sheet([HEAD, *lines])})


def encrypted(path: Path) -> None:
    """Write the beginning of an OLE file with the stream that Excel encrypts a workbook into."""
    sectors = 4
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<HHHHH", header, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<IIIIIIIII", header, 44, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 0)
    for i in range(109):
        struct.pack_into("<I", header, 76 + 4 * i, 0xFFFFFFFF)
    fat = struct.pack("<IIII", 0xFFFFFFFD, 0xFFFFFFFE, 0xFFFFFFFE, 0xFFFFFFFE)
    fat = fat.ljust(512, b"\xff")

    def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
        text = name.encode("utf-16-le") + b"\0\0"
        return (
            text.ljust(64, b"\0") + struct.pack("<HBB", len(text), kind, 1)
            + struct.pack("<III", 0xFFFFFFFF, 0xFFFFFFFF, child) + bytes(36)
            + struct.pack("<IQ", start, size)
        )  # fmt: skip

    struct.pack_into("<I", header, 76, 0)
    folder = entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + entry(
        "EncryptedPackage", 2, 0xFFFFFFFF, 2, 512
    )
    content = bytes(header) + fat + folder.ljust(512, b"\0") + bytes(512 * (sectors - 2))
    path.write_bytes(content)
