"""Write the workbooks that no library here writes: OpenDocument and binary ones, part by part."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

ODS_HEAD = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    ' xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0">'
    '<office:automatic-styles><style:style style:name="hid" style:family="table">'
    '<style:table-properties table:display="false"/></style:style></office:automatic-styles>'
    "<office:body><office:spreadsheet>"
)
ODS_TAIL = "</office:spreadsheet></office:body></office:document-content>"


def cell(value: str, kind: str = "string") -> str:
    given = {"float": "office:value", "date": "office:date-value"}.get(kind)
    value_text = f' {given}="{value}"' if given else ""
    return (
        f'<table:table-cell office:value-type="{kind}"{value_text}><text:p>{value}</text:p>'
        "</table:table-cell>"
    )


def row(*cells: str, repeat: int = 1) -> str:
    return (
        f'<table:table-row table:number-rows-repeated="{repeat}">{"".join(cells)}</table:table-row>'
    )


def ods(path: Path, tables: str, **parts: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", ODS_HEAD + tables + ODS_TAIL)
        archive.writestr("META-INF/manifest.xml", parts.get("manifest", "<manifest/>"))
    return path


# --- binary workbooks: records of type, length, content --------------------------------------


def record(kind: int, data: bytes = b"") -> bytes:
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    length = len(data)
    sizes = bytes([length]) if length < 128 else bytes([length & 0x7F | 0x80, length >> 7])
    return head + sizes + data


def text(value: str) -> bytes:
    return struct.pack("<I", len(value)) + value.encode("utf-16-le")


def sheet_part(rows: list[list[object]]) -> bytes:
    """Cells: text, number, or the code of an error as bytes."""
    out = record(129) + record(148, struct.pack("<4I", 0, len(rows) - 1, 0, 9)) + record(145)
    for number, cells in enumerate(rows):
        out += record(0, struct.pack("<II", number, 0) + bytes(17))
        for column, value in enumerate(cells):
            place = struct.pack("<II", column, 0)
            if isinstance(value, bytes):
                out += record(3, place + value)
            elif isinstance(value, float):
                out += record(5, place + struct.pack("<d", value))
            elif value is not None:
                out += record(6, place + text(str(value)))
    return out + record(146) + record(130)


def xlsb(path: Path, sheets: dict[str, list[list[object]]], hidden: str = "") -> Path:
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    listed, relations, parts = b"", "", {}
    for number, (name, rows) in enumerate(sheets.items(), 1):
        listed += record(
            156, struct.pack("<II", name == hidden, number) + text(f"r{number}") + text(name)
        )
        relations += (
            f'<Relationship Id="r{number}" Type="{kind}/worksheet"'
            f' Target="worksheets/sheet{number}.bin"/>'
        )
        parts[f"xl/worksheets/sheet{number}.bin"] = sheet_part(rows)
    head = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "_rels/.rels",
            f'{head}<Relationship Id="b" Type="{kind}/officeDocument" Target="xl/workbook.bin"/>'
            "</Relationships>",
        )
        archive.writestr("xl/_rels/workbook.bin.rels", head + relations + "</Relationships>")
        archive.writestr(
            "xl/workbook.bin", record(131) + record(143) + listed + record(144) + record(132)
        )
        for name, data in parts.items():
            archive.writestr(name, data)
    return path
