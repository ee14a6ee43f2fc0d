"""The text of a note that lies in a file: .txt and .md as they stand, .docx paragraph by paragraph.

Nothing in the file is obeyed: of a .docx only the text of its main part is read, within the same
limits as a workbook.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import Path
from typing import NamedTuple

from ci_cli.errors import CiError, ExitCode, Where
from ci_cli.readers import guard
from ci_cli.text import msg

MAX_BYTES = 4_000_000  # of a text, packed or not
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MAIN = "word/document.xml"
_ENCODINGS = ("utf-8-sig", "gb18030")


class Prose(NamedTuple):
    """A text and the file that it stood in."""

    text: str
    size: int  # bytes of the file
    sha256: str


def read_prose(path: Path) -> Prose:
    """Return the text of a file.

    Raises:
        CiError: no such file, not a text, or too long.
    """
    guard.check_path(path)
    if path.stat().st_size > MAX_BYTES:
        raise _too_long(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise guard.unreadable(path, error) from error
    text = _docx(path, data) if data[:2] == b"PK" else decoded(path, data)
    return Prose(text, len(data), hashlib.sha256(data).hexdigest())


def decoded(path: Path, data: bytes) -> str:
    """Return bytes as text: marked UTF-16, UTF-8, or GB18030; what is none of them is refused."""
    marked = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    for encoding in ("utf-16",) if marked else _ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise CiError(
        "text-unreadable",
        msg("{file} is no text in UTF-8 or GB18030.", file=path.name),
        hint=msg("Save it as UTF-8 text, or as .docx."),
        where=Where(str(path)),
        exit_code=ExitCode.DECIDE,
    )


def _docx(path: Path, data: bytes) -> str:
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            guard.check_archive(path, archive)
            if archive.getinfo(_MAIN).file_size > MAX_BYTES * 10:
                raise _too_long(path)
            root = fromstring(archive.read(_MAIN), forbid_dtd=True)
    except (zipfile.BadZipFile, KeyError, ParseError, DefusedXmlException, EOFError) as error:
        raise guard.damaged(path, msg("it is no .docx")) from error
    paragraphs = []
    for paragraph in root.iter(f"{_WORD}p"):
        parts = []
        for node in paragraph.iter():
            if node.tag == f"{_WORD}t":
                parts.append(node.text or "")
            elif node.tag in (f"{_WORD}tab", f"{_WORD}br"):
                parts.append(" " if node.tag.endswith("tab") else "\n")
        paragraphs.append("".join(parts))
    return "\n".join(paragraphs)


def _too_long(path: Path) -> CiError:
    return CiError(
        "text-too-long",
        msg("{file} is too long for a note: more than {limit} bytes.", file=path.name,
            limit=MAX_BYTES),
        hint=msg("Keep the file where it is, and note what matters in it."),
        where=Where(str(path)),
        exit_code=ExitCode.DECIDE,
    )  # fmt: skip
