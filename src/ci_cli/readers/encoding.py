"""Which encoding a text file is in: decided on the whole file, and always said.

The order: a byte order mark; strict UTF-8; GB18030 when it decodes strictly and reads like Chinese.
Whatever else it may be, a person decides, because a wrong guess yields names that look right to
nobody but can never be matched again. Latin-1 accepts every file and is therefore no candidate.
"""

from __future__ import annotations

import codecs
import gzip
import io
import unicodedata
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import BinaryIO, NamedTuple, TextIO, cast

from ci_cli.errors import Answer, CiError, ExitCode, Where
from ci_cli.readers import guard, western
from ci_cli.report import Note
from ci_cli.text import Msg, msg

# What Chinese business sheets and plain prose are mostly made of. A real Chinese text has a fair
# share of these; Korean, Japanese or western bytes that happen to decode as GB18030 have not.
_FREQUENT = frozenset(
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里"
    "用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实"
    "日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政"
    "美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员"
    "解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件"
    "计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象"
    "完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运品号码单价"
    "额元客户订购买销售税率编姓电邮箱地址省县街室话手机公司有限责任股份商店铺城州广深京沪津渝苏浙闽鲁豫鄂"
    "湘粤川陕辽吉黑皖赣桂琼云贵藏青宁蒙李刘陈杨赵黄周吴徐孙胡朱林郭何罗宋郑谢韩唐冯董萧曹袁邓傅沈曾彭吕"
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛超秀霞平刚桂英华玉兰红春梅建国文辉鑫"
)
_MIN_COMMON = 0.80  # share of the everyday characters of GB 2312 (level 1, punctuation) required
_MIN_FREQUENT = 0.30
_MAX_KANA = 0.05  # more of it is Japanese, whose EUC-JP bytes are valid GB 2312
_CANDIDATES = ("gb18030", "big5", "shift_jis", "euc_kr", "cp1252", "cp1251", "cp1250")
_PREVIEW_CHARS = 60
_NO_CONTENT = '\ufeff\x1a \t\r\n\f\v\u3000\xa0,;|"'  # a file of these alone is empty
_MIN_ZEROS = 0.05  # of the units of unmarked UTF-16: delimiters and line ends alone are more
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True)
class TextSource:
    """The bytes of a text file, packed or not."""

    path: Path
    packed: bool = False
    long_lines: bool = False  # XML may stand on one line

    @contextmanager
    def binary(self) -> Iterator[BinaryIO]:
        """Open the unpacked bytes.

        Raises:
            CiError: ``file-unreadable``; ``file-damaged`` for a broken archive.
        """
        opener = gzip.open if self.packed else open
        try:
            with opener(self.path, "rb") as stream:
                yield cast(BinaryIO, stream)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise guard.damaged(self.path, msg("its archive is not whole")) from error
        except OSError as error:
            raise guard.unreadable(self.path, error) from error

    @contextmanager
    def text(self, encoding: str) -> Iterator[TextIO]:
        """Open it as text with its own line ends, decoding strictly."""
        with (
            self.binary() as stream,
            io.TextIOWrapper(stream, encoding=encoding, errors="strict", newline="") as text,
        ):
            yield text


class Encoding(NamedTuple):
    """What was chosen, and the sentence that says why."""

    name: str
    note: Note


class _Fault(NamedTuple):
    """Where a file stops being valid in an encoding."""

    offset: int
    line: int


def choose_encoding(
    source: TextSource, wanted: str | None, declared: str | None = None
) -> Encoding:
    """Decide on the encoding of the whole file.

    Args:
        source: the file.
        wanted: what the user said, which is checked and never overruled.
        declared: what the file says about itself, or its format by default.

    Raises:
        CiError: ``encoding-unknown`` (a person decides), ``encoding-broken`` (some bytes do not
            fit), ``encoding-option``, ``nul-bytes``, ``line-too-long``, ``file-empty``.
    """
    with source.binary() as stream:
        head = stream.read(guard.BLOCK_BYTES)
    marked = next((name for bom, name in _BOMS if head.startswith(bom)), None)
    if wanted:
        return _as_named(source, wanted, marked, msg("as told"))
    if marked:
        _require(source, marked)
        return Encoding(
            marked,
            Note(msg("encoding {encoding}: named by the mark at the start", encoding=marked)),
        )
    if silent := _unmarked_utf16(head):
        _require(source, silent)
        why = msg("encoding {encoding}: its zero bytes tell it, there is no mark", encoding=silent)
        return Encoding(silent, Note(why, "warning"))
    if declared:
        return _as_named(source, declared, None, msg("as the file declares, or by default"))
    fault = _check(source, "utf-8")
    if fault is None:
        return Encoding("utf-8", Note(msg("encoding utf-8: the whole file is valid in it")))
    if _check(source, "gb18030") is None and (share := _chinese_share(source)) is not None:
        why = msg(
            "encoding gb18030: the file is not valid utf-8 (line {line}), "
            "and {share} of its characters are everyday Chinese",
            line=fault.line,
            share=f"{share:.0%}",
        )
        return Encoding("gb18030", Note(why))
    if is_mostly_utf8(head):
        raise _broken(source, "utf-8", fault)
    with source.binary() as stream:
        if western.is_western(iter(lambda: stream.read(guard.BLOCK_BYTES), b"")):
            return Encoding(western.ENCODING, Note(msg("encoding {encoding}: £ or € before numbers"
                            " is money in no other", encoding=western.ENCODING)))  # fmt: skip
    raise _unknown(source, fault)


def _as_named(source: TextSource, wanted: str, marked: str | None, why: Msg) -> Encoding:
    try:
        info = codecs.lookup(wanted)
        if not getattr(info, "_is_text_encoding", True):
            raise LookupError(wanted)
    except LookupError:
        raise CiError(
            "encoding-option",
            msg("there is no encoding called {name}", name=wanted),
            hint=msg("for instance --encoding utf-8, gb18030, big5, utf-16, cp1252"),
            where=Where(file=str(source.path)),
            exit_code=ExitCode.DECIDE,
        ) from None
    name = info.name
    if marked and (name == "utf-8" or name.startswith(marked)):
        name = marked  # so that the mark itself never becomes part of the first header
    _require(source, name)
    return Encoding(name, Note(msg("encoding {encoding}: {why}", encoding=name, why=why)))


def _require(source: TextSource, encoding: str) -> None:
    fault = _check(source, encoding)
    if fault is not None:
        raise _broken(source, encoding, fault)


def _check(source: TextSource, encoding: str) -> _Fault | None:
    """Decode the whole file strictly; return the first fault, or None.

    Raises:
        CiError: ``nul-bytes``, ``line-too-long``, ``file-empty``, ``file-too-large``.
    """
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    offset = lines = run = 0
    filled = False
    with source.binary() as stream:
        while True:
            block = stream.read(guard.BLOCK_BYTES)
            pending = len(decoder.getstate()[0])
            try:
                text = decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                at = max(0, error.start - pending)
                return _Fault(offset + error.start - pending, lines + 1 + _line_ends(block[:at]))
            if "\0" in text:
                raise _nul(source, lines + 1 + text[: text.index("\0")].count("\n"))
            filled = filled or text.strip(_NO_CONTENT) != ""
            last_end = max(block.rfind(b"\n"), block.rfind(b"\r"))
            run = run + len(block) if last_end < 0 else len(block) - last_end
            offset += len(block)
            _check_sizes(source, offset, run, lines + 1)
            lines += _line_ends(block)
            if not block:
                break
    if not filled:
        raise guard.empty(source.path)
    return None


def _line_ends(block: bytes) -> int:
    return block.count(b"\n") or block.count(b"\r")


def _check_sizes(source: TextSource, unpacked: int, run: int, line: int) -> None:
    if run > guard.MAX_LINE_BYTES and not source.long_lines:
        raise CiError(
            "line-too-long",
            msg("one line is longer than {limit} MB", limit=guard.MAX_LINE_BYTES // guard.MIB),
            hint=msg(
                "check that this is a table, and that its lines end; --limit line=64M takes more"
            ),
            where=Where(file=str(source.path), line=line),
        )
    if source.packed and unpacked > guard.UNPACKED_FLOOR:
        packed = source.path.stat().st_size
        if unpacked > min(guard.MAX_UNPACKED_TEXT, guard.MAX_TEXT_RATIO * packed):
            raise guard.too_large(source.path, unpacked, packed)


def _nul(source: TextSource, line: int) -> CiError:
    return CiError(
        "nul-bytes",
        msg("there are zero bytes in the text"),
        hint=msg("if it is utf-16, say --encoding utf-16-le or utf-16-be; else export it again"),
        where=Where(file=str(source.path), line=line),
    )


def _unmarked_utf16(head: bytes) -> str | None:
    """Recognise UTF-16 without a mark, where the zero bytes and the line ends leave no doubt.

    Latin letters, digits and delimiters have a zero byte each, all on the same side; a Chinese
    character has one by chance only (一 is 00 4E). Read the wrong way round, a line feed is a place
    that Unicode leaves free.
    """
    head = head[: len(head) // 2 * 2]
    if len(head) < 4 or b"\0" not in head:
        return None
    first, second = head[0::2].count(0), head[1::2].count(0)
    units = len(head) // 2
    for zeros, others, name in ((second, first, "utf-16-le"), (first, second, "utf-16-be")):
        if zeros < _MIN_ZEROS * units or others >= zeros:
            continue
        try:
            text = head.decode(name)
        except UnicodeDecodeError as error:
            if error.end < len(head):
                continue
            text = head[: error.start].decode(name)  # half a character at the end of the block
        if ("\n" in text or "\r" in text) and not any(map(_is_no_text, text)):
            return name
    return None


def _is_no_text(char: str) -> bool:
    """Tell whether a character never stands in a table: controls, private and free places."""
    return unicodedata.category(char) in ("Cc", "Co", "Cn", "Cs") and char not in "\t\n\r\x1a"


@cache
def _everyday() -> frozenset[str]:
    """GB 2312 level 1: the 3,755 everyday characters, and the punctuation of the same set."""
    text = []
    for lead in (*range(0xA1, 0xA4), *range(0xB0, 0xD8)):
        row = b"".join(bytes((lead, trail)) for trail in range(0xA1, 0xFF))
        text.append(row.decode("gb2312", "ignore"))
    return frozenset("".join(text))


def _chinese_share(source: TextSource) -> float | None:
    """Return the share of everyday Chinese among the non-ASCII characters, None: not Chinese."""
    foreign: list[str] = []
    with source.text("gb18030") as text:
        while len(foreign) < 100_000 and (block := text.read(guard.BLOCK_BYTES)):
            foreign += [char for char in block if char > "\x7f"]
    if not foreign:
        return None
    common = sum(char in _everyday() for char in foreign) / len(foreign)
    words = [char for char in foreign if "\u4e00" <= char <= "\u9fff"]
    frequent = sum(char in _FREQUENT for char in words)
    kana = sum("\u3040" <= char <= "\u30ff" for char in foreign)
    if (
        not words
        or common < _MIN_COMMON
        or frequent < _MIN_FREQUENT * len(words)
        or kana > _MAX_KANA * len(foreign)
    ):
        return None
    return common


def is_mostly_utf8(head: bytes) -> bool:
    """Tell a damaged UTF-8 file from one in another encoding.

    Of the lines that are not plain ASCII at least half are UTF-8: read in any other encoding, as
    if the file were in one, these would look right to nobody. Bytes that mean something else hardly
    ever make whole lines of it; a short word of Cyrillic may, hence the sound letters must not be
    fewer than the bytes that fit nowhere.
    """
    sound = broken = 0
    for line in head.splitlines():
        if not line.isascii():
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                broken += 1
            else:
                sound += 1
    text = head.decode("utf-8", "replace")
    wrong = text.count("\ufffd")
    letters = sum(char > "\x7f" for char in text) - wrong
    return (sound >= max(broken, 1) and letters >= wrong) or letters > 10 * wrong


def _broken(source: TextSource, encoding: str, fault: _Fault) -> CiError:
    return CiError(
        "encoding-broken",
        msg(
            "the file is not valid {encoding}: byte {offset}, in line {line}",
            encoding=encoding,
            offset=fault.offset,
            line=fault.line,
        ),
        hint=msg("mend that line, or say which encoding it is with --encoding"),
        where=Where(file=str(source.path), line=fault.line),
    )


def _unknown(source: TextSource, fault: _Fault) -> CiError:
    """List the encodings in which the file is valid, with what its first odd line would read."""
    sample, line = _line_around(source, fault)
    names = [*_guessed(sample), *_CANDIDATES]
    details: list[Msg | str] = []
    choice: list[Answer] = []
    for name in dict.fromkeys(names):
        if _check(source, name) is None:
            preview = line.decode(name, "replace").strip()[:_PREVIEW_CHARS]
            details.append(
                msg(
                    "--encoding {encoding} reads line {line} as: {reading}",
                    encoding=name,
                    line=fault.line,
                    reading=preview,
                )
            )
            choice.append(Answer(("--encoding", name), f"{name}: {preview}"))
    return CiError(
        "encoding-unknown",
        msg("the encoding of the file is unclear: it is neither utf-8 nor clearly Chinese gb18030"),
        hint=msg("choose with --encoding the one in which the text below reads right")
        if choice
        else msg("this is hardly text: export it again as .csv or .xlsx, or name its --encoding"),
        where=Where(file=str(source.path), line=fault.line),
        exit_code=ExitCode.DECIDE,
        details=tuple(details),
        choice=tuple(choice),
    )


def _line_around(source: TextSource, fault: _Fault) -> tuple[bytes, bytes]:
    """Return some bytes from the fault on, and the line that it stands in."""
    with source.binary() as stream:
        start = max(0, fault.offset - guard.KIB)
        stream.seek(start)
        sample = stream.read(64 * guard.KIB)
    at = fault.offset - start
    begin = sample.rfind(b"\n", 0, at) + 1
    end = sample.find(b"\n", at)
    return sample, sample[begin : end if end >= 0 else len(sample)]


def _guessed(sample: bytes) -> list[str]:
    """Ask charset-normalizer what it would say; only to list it first, never to obey."""
    from charset_normalizer import from_bytes

    best = from_bytes(sample).best()
    return [best.encoding] if best and best.encoding not in ("utf_8", "ascii") else []
