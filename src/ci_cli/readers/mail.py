"""Mail messages (.eml, .mbox) as a table: one message a row, its columns named as fields.

Nothing in a message is obeyed: of several versions the plain text is taken, of a web page only its
words; attachments are named, measured and hashed, never opened. What a header claims as its
character set is tried first and never trusted: names of sets that do not fit give way to UTF-8 and
GB18030.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from functools import partial
from html.parser import HTMLParser
from typing import Any

from ci_cli.readers import guard
from ci_cli.readers.base import Chunk, DamagedRow, RawTable, ReadOptions
from ci_cli.readers.guard import Snapshot
from ci_cli.text import msg

HEADER = [
    "interaction.id", "interaction.date", "interaction.kind", "mail.from", "mail.to", "mail.cc",
    "interaction.subject", "interaction.text", "mail.files",
]  # fmt: skip
MAX_MESSAGE = 64 * 2**20  # bytes of one message
MAX_TEXT = 900_000  # characters of one text; what is longer is cut, and says so
MAX_PARTS = 500  # of one message; the others are left alone
CHUNK_MESSAGES = 200
_HEADER_LINE = 0  # messages carry their fields with them
_FOLD = re.compile(r"\r?\n[ \t]*")
_SETS = {"gb2312": "gb18030", "gbk": "gb18030", "cp936": "gb18030", "x-gbk": "gb18030",
         "ks_c_5601-1987": "cp949", "unicode-1-1-utf-7": "utf-7"}  # fmt: skip
_ENCODED = re.compile(r"=\?[^?\s]*\?[bq]\?[^?]*\?=", re.IGNORECASE)
_ADDRESS = re.compile(r"[^@\s<>\",;]{1,64}@[^@\s<>\",;]{1,255}")
_SURROGATES = re.compile("[\ud800-\udfff]")


@contextmanager
def open_mail(snapshot: Snapshot, _options: ReadOptions) -> Iterator[list[RawTable]]:
    """Open one message as a table of one row."""
    yield [_table(snapshot, "eml", _one)]


@contextmanager
def open_mbox(snapshot: Snapshot, _options: ReadOptions) -> Iterator[list[RawTable]]:
    """Open a mailbox as a table of its messages, in their order."""
    yield [_table(snapshot, "mbox", _many)]


def _table(snapshot: Snapshot, name: str, messages: Any) -> RawTable:
    return RawTable(
        file=snapshot.path, sheet=None, format=name, sha256=snapshot.sha256, size=snapshot.size,
        chunks=partial(_chunks, snapshot, messages), header_line=_HEADER_LINE,
    )  # fmt: skip


def _chunks(snapshot: Snapshot, messages: Any) -> Iterator[Chunk]:
    yield Chunk([_HEADER_LINE], [list(HEADER)])
    lines: list[int] = []
    rows: list[list[str]] = []
    for line, raw in messages(snapshot):
        lines.append(line)
        rows.append(_row(raw))
        if len(lines) == CHUNK_MESSAGES:
            yield Chunk(lines, rows)
            lines, rows = [], []
    if lines:
        yield Chunk(lines, rows)


def _one(snapshot: Snapshot) -> Iterator[tuple[int, bytes | None]]:
    if snapshot.size > MAX_MESSAGE:
        yield 1, None
        return
    try:
        raw = snapshot.path.read_bytes()
    except OSError as error:
        raise guard.unreadable(snapshot.path, error) from error
    snapshot.verify()
    yield 1, raw


def _many(snapshot: Snapshot) -> Iterator[tuple[int, bytes | None]]:
    """Yield each message of a mailbox with the line on which it begins; None: it is too large."""
    try:
        with snapshot.path.open("rb") as stream:
            yield from _parted(stream)
    except OSError as error:
        raise guard.unreadable(snapshot.path, error) from error
    snapshot.verify()


def _parted(lines: Iterable[bytes]) -> Iterator[tuple[int, bytes | None]]:
    begun, size, blank = 0, 0, True
    message: list[bytes] = []
    for number, line in enumerate(lines, start=1):
        if blank and line.startswith(b"From "):
            if begun:
                yield begun, b"".join(message) if size <= MAX_MESSAGE else None
            begun, size, message = number, 0, []
        elif begun:
            size += len(line)
            if size <= MAX_MESSAGE:
                # mboxrd: a line of the text that begins so was marked when it was stored
                quoted = re.match(rb">+From ", line)
                message.append(line[1:] if quoted else line)
        blank = not line.strip()
    if begun:
        yield begun, b"".join(message) if size <= MAX_MESSAGE else None


def _row(raw: bytes | None) -> list[str]:
    if raw is None:
        reason = msg("the message is larger than {limit} bytes", limit=MAX_MESSAGE)
        row = DamagedRow("", reason, [])
        row.fix = msg("save it without its attachments, and import it again")
        return row
    try:
        return _fields(raw)
    except (RecursionError, LookupError, ValueError, TypeError, AttributeError) as error:
        # the parser of the standard library has more ways to fail than a message has parts
        row = DamagedRow("", msg("the message cannot be taken apart ({cause})",
                                 cause=type(error).__name__), [])  # fmt: skip
        row.fix = msg("save it again from the mail program, and import it again")
        return row


def _fields(raw: bytes) -> list[str]:
    message = message_from_bytes(raw, policy=policy.compat32)
    key = _header(message, "Message-ID").strip().strip("<>").strip()
    text, files = _content(message)
    return [
        key or f"sha256:{hashlib.sha256(raw).hexdigest()}",
        _date(message),
        "mail",
        _addresses(message, "From") or _addresses(message, "Sender"),
        _addresses(message, "To"),
        _addresses(message, "Cc"),
        _plain(_header(message, "Subject")),
        text,
        json.dumps(files, ensure_ascii=False) if files else "",
    ]


def _raw(message: Message, name: str) -> str:
    """Return a header as it stands, unfolded; bytes that are no ASCII are read as they may be."""
    for key, value in message.raw_items():
        if key.lower() == name.lower():
            text = _FOLD.sub(" ", str(value))
            if _SURROGATES.search(text):
                text = _decoded(text.encode("utf-8", "surrogateescape"), None)
            return text
    return ""


def _header(message: Message, name: str) -> str:
    """Return a header with its encoded words decoded."""
    raw = _raw(message, name)
    try:
        parts = decode_header(raw)
    except (HeaderParseError, ValueError):
        return raw
    return "".join(
        part if isinstance(part, str) else _decoded(part, charset) for part, charset in parts
    )


def _addresses(message: Message, name: str) -> str:
    """Return the addresses of a header; names are left out, an encoded one may hold anything."""
    found = getaddresses([_ENCODED.sub("", _raw(message, name))])
    return ", ".join(
        _plain(address).lower() for _name, address in found if _ADDRESS.fullmatch(address)
    )


def _date(message: Message) -> str:
    received = _raw(message, "Received").rpartition(";")[2]
    for text in (_raw(message, "Date"), received):
        try:
            moment = parsedate_to_datetime(text.strip())
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        return moment.isoformat(sep=" ")
    return ""


def _content(message: Message) -> tuple[str, list[dict[str, object]]]:
    """Return the text of a message, and what its other parts are."""
    plain: list[str] = []
    pages: list[str] = []
    files: list[dict[str, object]] = []
    for number, part in enumerate(message.walk()):
        if number >= MAX_PARTS:
            break
        if part.is_multipart():
            continue
        payload = part.get_payload(decode=True)
        data = payload if isinstance(payload, bytes) else b""
        name = part.get_filename()
        kind = part.get_content_type()
        is_file = name is not None or part.get_content_disposition() == "attachment"
        if is_file or not kind.startswith("text/"):
            digest = hashlib.sha256(data).hexdigest()
            said = _plain(_words(name)) if name else kind
            files.append({"name": said, "bytes": len(data), "sha256": digest})
        elif kind == "text/html":
            pages.append(_words_of_page(_decoded(data, part.get_content_charset())))
        else:
            plain.append(_decoded(data, part.get_content_charset()))
    text = "\n".join(part for part in plain if part.strip()) or "\n".join(pages)
    return _cut(_plain(text, lines=True)), files


def _words(name: str) -> str:
    try:
        return "".join(
            part if isinstance(part, str) else _decoded(part, charset)
            for part, charset in decode_header(name)
        )
    except (HeaderParseError, ValueError):
        return name


def _decoded(data: bytes, charset: str | None) -> str:
    """Return bytes as text: as they claim to be, else UTF-8, else GB18030, else what can be."""
    named = (charset or "").strip().lower()
    for encoding in (_SETS.get(named, named), "utf-8", "gb18030"):
        if not encoding or encoding == "unknown-8bit":
            continue
        try:
            return data.decode(encoding)
        except (LookupError, UnicodeError, ValueError):
            continue
    return data.decode("utf-8", "replace")


def _plain(text: str, *, lines: bool = False) -> str:
    """Return text without halves of characters and NULs; of a header also without line ends."""
    text = _SURROGATES.sub("\ufffd", text).replace("\x00", "")
    if lines:
        return text.replace("\r\n", "\n").replace("\r", "\n").strip()
    return " ".join(text.split())


def _cut(text: str) -> str:
    if len(text) <= MAX_TEXT:
        return text
    return f"{text[:MAX_TEXT]}\n[… {len(text) - MAX_TEXT}]"


class _Page(HTMLParser):
    """Takes the words out of a web page; scripts, styles and comments are left out."""

    _SILENT = frozenset(["script", "style", "head", "title", "template", "noscript"])
    _BREAKS = frozenset(["p", "br", "div", "tr", "li", "h1", "h2", "h3", "table", "blockquote"])

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the parser's own signature
        if tag in self._SILENT:
            self._silent += 1
        elif tag in self._BREAKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._SILENT:
            self._silent = max(self._silent - 1, 0)

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)


def _words_of_page(page: str) -> str:
    reader = _Page()
    reader.feed(page[: 4 * MAX_TEXT])
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.parts).splitlines())
    return "\n".join(line for line in lines if line)
