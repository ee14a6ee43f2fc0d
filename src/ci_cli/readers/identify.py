"""What a file really is, by its first bytes and not by its name.

Spreadsheets travel under wrong names (a csv called .xlsx, a web page called .xls), and a reader
that believes the name reports nonsense. So the content decides, and the name is only compared with
it.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import NamedTuple

from ci_cli.readers import guard
from ci_cli.readers.olefile import OleError, stream_names
from ci_cli.text import Msg, msg


class Content(NamedTuple):
    """The real kind of a file: ``key`` for the program, ``label`` for people."""

    key: str
    label: Msg


TEXT = Content("text", msg("delimited text"))
GZIP = Content("gzip", msg("a gzip archive"))
XLSX = Content("xlsx", msg("an Excel workbook (.xlsx)"))
BZIP2 = Content("bzip2", msg("a bzip2 archive"))
ZIP = Content("zip", msg("a zip archive"))
XLSB = Content("xlsb", msg("a binary Excel workbook (.xlsb)"))
ODS = Content("ods", msg("an OpenDocument spreadsheet (.ods)"))
XLS = Content("xls", msg("an old Excel workbook (.xls)"))
XML = Content("xml", msg("XML"))
MAIL = Content("eml", msg("a mail message"))
MBOX = Content("mbox", msg("a mailbox of messages"))
XML_2003 = Content("spreadsheetml", msg("an XML spreadsheet of Excel 2003"))
HTML = Content("html", msg("a web page (HTML)"))
ENCRYPTED = Content("encrypted", msg("a password-protected workbook"))

# Formats that people hand over by mistake: recognised in order to say what they are.
_OTHERS = (
    (b"%PDF", Content("pdf", msg("a PDF document"))),
    (b"\xfd7zXZ\x00", Content("xz", msg("an xz archive"))),
    (b"\x28\xb5\x2f\xfd", Content("zstd", msg("a zstd archive"))),
    (b"7z\xbc\xaf\x27\x1c", Content("7z", msg("a 7z archive"))),
    (b"Rar!", Content("rar", msg("a rar archive"))),
    (b"SQLite format 3\x00", Content("sqlite", msg("a SQLite database"))),
    (b"PAR1", Content("parquet", msg("a Parquet file"))),
    (b"\x89PNG", Content("image", msg("a picture"))),
    (b"\xff\xd8\xff", Content("image", msg("a picture"))),
    (b"GIF8", Content("image", msg("a picture"))),
)
_ZIP_KINDS = (
    ("xl/workbook.bin", XLSB),
    ("xl/workbook.xml", XLSX),
    ("word/document.xml", Content("docx", msg("a Word document"))),
    ("Index/Document.iwa", Content("numbers", msg("a Numbers spreadsheet"))),
)
_OPEN_DOCUMENT = b"application/vnd.oasis.opendocument."
_OTHER_DOCUMENT = Content("odf", msg("an OpenDocument file that is no spreadsheet"))
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_MAIL_HEADER = re.compile(rb"[A-Za-z][A-Za-z0-9-]*:[ \t\r\n]")
_HTML = re.compile(rb"<(!doctype\s+html|html|head|meta|body|table|style)\b", re.IGNORECASE)
_XML = re.compile(rb"<(\?xml\s|!--|!DOCTYPE\s|[A-Za-z_][\w.:-]*[\s/>])")


def identify(path: Path, head: bytes) -> Content:
    """Say what the file is.

    Args:
        path: opened only where the first bytes announce a container.
        head: the first bytes of it, some thousand of them.

    Raises:
        CiError: ``file-damaged`` where it is a broken container.
    """
    if head.startswith(b"PK"):
        return _zip_kind(path)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _ole_kind(path)
    if head.startswith(b"\x1f\x8b"):
        return GZIP
    if head.startswith(b"BZh") and head[4:10] == b"1AY&SY":
        return BZIP2
    for magic, content in _OTHERS:
        if head.startswith(magic):
            return content
    return _mail_kind(path, head) or _markup_kind(head) or _json_kind(path, head) or TEXT


def _mail_kind(path: Path, head: bytes) -> Content | None:
    """Recognise mail by its name and its first lines; a delimited file may begin like either."""
    suffix, start = path.suffix.lower(), head.removeprefix(_BOMS[0]).lstrip(b"\r\n")
    if suffix == ".mbox" and start.startswith(b"From "):
        return MBOX
    return MAIL if suffix == ".eml" and _MAIL_HEADER.match(start) else None


def _json_kind(path: Path, head: bytes) -> Content | None:
    """Recognise JSON by its name and its first sign; a delimited file may begin with either."""
    is_named = path.suffix.lower() in (".json", ".jsonl", ".ndjson")
    starts = head.removeprefix(_BOMS[0]).lstrip()[:1] in (b"{", b"[")
    return Content("json", msg("a JSON file")) if is_named and starts else None


def _markup_kind(head: bytes) -> Content | None:
    """Recognise XML and HTML, also in UTF-16."""
    for bom in _BOMS:
        head = head.removeprefix(bom)
    start = head.replace(b"\x00", b"").lstrip()[:2048]
    if not start.startswith(b"<"):
        return None
    if _HTML.match(start) or (_HTML.search(start) and b"<html" in start.lower()):
        return HTML
    if b"urn:schemas-microsoft-com:office:spreadsheet" in start:
        return XML_2003
    return XML if _XML.match(start) else None


def _zip_kind(path: Path) -> Content:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            kind = archive.read("mimetype") if "mimetype" in names else b""
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise guard.damaged(path, msg("its archive directory cannot be read")) from error
    for part, content in _ZIP_KINDS:
        if part in names:
            return content
    # A few programs name the workbook differently; the content list gives it away.
    if "[Content_Types].xml" in names and any(name.startswith("xl/") for name in names):
        return XLSX
    if "content.xml" in names and kind.startswith(_OPEN_DOCUMENT):
        text = kind.removeprefix(_OPEN_DOCUMENT)
        return ODS if text.startswith(b"spreadsheet") else _OTHER_DOCUMENT
    return ZIP


def _ole_kind(path: Path) -> Content:
    try:
        names = stream_names(path)
    except OleError as error:
        raise guard.damaged(path, msg("its container cannot be read")) from error
    if "EncryptedPackage" in names:
        return ENCRYPTED
    if names & {"Workbook", "Book", "WORKBOOK", "BOOK"}:
        return XLS
    return Content("ole", msg("an old Office document that is no workbook"))
