"""Text of a cell -> clean text, codes and column-wise conversion; what cannot be read is refused.

A value is never guessed and never silently altered: a converter returns the typed value, ``None``
for an empty cell, or raises :class:`ValueReject` with the reason and a remedy that a person can
follow. Dates stand in ``dates``, numbers and money in ``numbers``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeVar

from ci_cli.text import Msg, msg

T = TypeVar("T")
K = TypeVar("K")
V = TypeVar("V")

MAX_TEXT = 1_000_000  # characters in one cell; longer is a broken quote, not a value
MEMO_LIMIT = 50_000  # texts remembered per column; more would cost memory and save little time

# What surrounds text and is not part of it. The joiners matter inside emoji and Indic words, so
# they go at the ends only; the others are never part of a value.
_NEVER_TEXT = re.compile("[\u200b\u2060\ufeff\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_ENDS = (
    " \t\r\n\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\u200c\u200d\u180e"
)  # taken off by strip(): a pattern would take the square of the number of blanks
_SURROGATE = re.compile("[\ud800-\udfff]")
_FORMULA_TEXT = re.compile(r'^="([^"]*)"$')  # shops write ="00123" so that Excel keeps the zeros
_APOSTROPHE = re.compile(r"^'(?=[\d=+\-@])")
_POINT_ZERO = re.compile(r"^\d+\.0$")
_SHORTENED = re.compile(
    r"^\d(?:\.\d+)?[Ee]\+\d{2}$"
)  # 8.6138E+12: what Excel shows of a long number
_LONG_ZEROED = re.compile(r"^\d{15}0+$")
_LONG_DIGITS = re.compile(r"^\d{16,}$")
LONGEST_EMAIL = 320  # characters: 64 before the @ and 255 behind it
_EMAIL = re.compile(r"^[^@\s,;]+@[^@\s,;]+\.[^@\s,;]+$")
ERROR_CELLS = frozenset(
    ["#N/A", "#N/A N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!",
     "#CALC!", "#FIELD!", "#BUSY!", "#CONNECT!", "#BLOCKED!", "#UNKNOWN!", "#GETTING_DATA"]
)  # fmt: skip
NULL_LITERALS = frozenset(["NULL", "\\N"])


class ValueReject(Exception):  # noqa: N818 - a verdict on one value, not a failure of the program
    """One value that cannot be read.

    Attributes:
        reason: why, one clause that names the value where that helps.
        fix: what to write instead, with an example.
    """

    def __init__(self, reason: Msg, fix: Msg) -> None:
        super().__init__(str(reason))
        self.reason = reason
        self.fix = fix


class Remembered(dict[K, V], Generic[K, V]):
    """What a function returns, by its argument; it forgets everything when it holds too much."""

    def __init__(self, function: Callable[[K], V], limit: int = MEMO_LIMIT) -> None:
        super().__init__()
        self._function = function
        self._limit = limit

    def __missing__(self, key: K) -> V:
        value = self._function(key)
        if len(self) >= self._limit:
            self.forget()
        self[key] = value
        return value

    def forget(self) -> None:
        """Forget everything."""
        self.clear()


class Memo(Remembered[str, "T | ValueReject | None"], Generic[T]):
    """A converter that remembers: millions of cells repeat a few thousand texts.

    ``memo[text]`` is the value, ``None`` (empty cell) or the :class:`ValueReject` itself.

    Args:
        convert: gives the value of a text, or raises.
        before_forgetting: is shown the texts of which it has remembered the values so far.
    """

    def __init__(
        self,
        convert: Callable[[str], T | None],
        before_forgetting: Callable[[Iterable[str]], None] = lambda _texts: None,
    ) -> None:
        super().__init__(convert)
        self._before_forgetting = before_forgetting
        self.has_rejects = False  # True once a text could not be read

    def __missing__(self, text: str) -> T | ValueReject | None:
        value: T | ValueReject | None
        try:
            value = self._function(text)
        except ValueReject as reject:
            reject.__traceback__ = None  # kept for long: it would hold its frames alive
            self.has_rejects = True
            value = reject
        if len(self) >= self._limit:
            self.forget()
        self[text] = value
        return value

    def forget(self) -> None:
        """Forget everything, after showing the texts."""
        self._before_forgetting(self)
        super().forget()

    def column(self, values: Sequence[str]) -> list[T | ValueReject | None]:
        """Convert a whole column; results stand in the places of their texts."""
        return list(map(self.__getitem__, values))


def convert_column(
    values: Sequence[str], convert: Callable[[str], T | None]
) -> list[T | ValueReject | None]:
    """Convert ``values`` with ``convert``, each distinct text once.

    For a file that is read in chunks, keep one :class:`Memo` per column instead.
    """
    return Memo(convert).column(values)


def shown(text: str, limit: int = 40) -> str:
    """Return ``text`` short enough to be quoted in a sentence."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def clean_text(text: str) -> str:
    r"""Return ``text`` as it is compared and stored: NFC, without blanks at its ends.

    Zero-width spaces, byte-order marks and control characters (other than tab and line end) go;
    nothing inside is collapsed.

    Raises:
        ValueReject: NUL or half a character (data was damaged), or more than ``MAX_TEXT``.
    """
    if text.isascii() and text.isprintable() and len(text) <= MAX_TEXT:
        return text.strip()
    if len(text) > MAX_TEXT:
        raise ValueReject(
            msg("the cell holds {n} characters, more than {limit}", n=len(text), limit=MAX_TEXT),
            msg("look for a quotation mark that is never closed, and shorten the cell"),
        )
    if "\x00" in text or _SURROGATE.search(text):
        raise ValueReject(
            msg("the cell holds bytes that are no text (a NUL or half a character)"),
            msg("save the file again as UTF-8 from the program it came from"),
        )
    text = _NEVER_TEXT.sub("", text)
    return unicodedata.normalize("NFC", text.strip(_ENDS))


def clean_or_empty(text: str) -> str:
    """Return ``text`` as :func:`clean_text` does, ``""`` where it is refused."""
    try:
        return clean_text(text)
    except ValueReject:
        return ""


def clean_email(text: str) -> str:
    """Return an e-mail address in lower case, or ``""``.

    Raises:
        ValueReject: the text is no address.
    """
    address = clean_text(text).removeprefix("mailto:")
    if not address:
        return ""
    if len(address) > LONGEST_EMAIL or not _EMAIL.match(address):
        raise ValueReject(
            msg("“{value}” is no e-mail address", value=shown(address)),
            msg("write one address such as ann@example.com, or leave the cell empty"),
        )
    return address.lower()


def clean_phone(text: str) -> str:
    """Return a phone number as written, or ``""``; how it is dialled is not decided here.

    Raises:
        ValueReject: Excel has shortened the number and digits are lost.
    """
    number = _APOSTROPHE.sub("", _unwrap(clean_text(text)))
    if _SHORTENED.match(number):
        raise _digits_lost(number)
    return number.removesuffix(".0") if _POINT_ZERO.match(number) else number


def reject_error_cell(text: str) -> None:
    """Raise :class:`ValueReject` where ``text`` is an error that a spreadsheet left in the cell."""
    if not text.startswith("#"):
        return
    if text == "#UNCALCULATED!":
        raise ValueReject(
            msg("the formula was never calculated, so the file holds no value"),
            msg("open the workbook in Excel, let it calculate, save it and import it again"),
        )
    if text in ERROR_CELLS:
        raise ValueReject(
            msg("the cell holds the spreadsheet error {code}", code=text),
            msg("mend the formula or type the value, for example 1280.50"),
        )
    if not text.strip("#"):
        raise ValueReject(
            msg("the cell shows only {value}: the column was too narrow when it was saved",
                value=shown(text)),
            msg("widen the column in the spreadsheet and save the file again"),
        )  # fmt: skip


@dataclass(frozen=True)
class IdStyle:
    """How the codes of one column are written; decided for the whole column, never per cell.

    Attributes:
        point_zero: every code looks like ``17850.0``: a program stored codes as numbers.
        zeroed: every code of 16 digits and more ends in zeros: a spreadsheet rounded them.
        apostrophe: every code begins with the apostrophe that marks text in a spreadsheet.
        width: digits that codes of digits have, as ``--id-width`` says; 0: as they stand.
    """

    point_zero: bool = False
    zeroed: bool = False
    apostrophe: bool = False
    width: int = 0

    @cached_property
    def _keeps_plain(self) -> bool:
        """Tell whether a code of plain letters and digits, as most are, is taken as it stands."""
        return not (self.point_zero or self.zeroed or self.width)

    def parse(self, text: str) -> str:
        """Return the code, its zeros and its case kept; ``""`` where the cell is empty.

        Raises:
            ValueReject: digits were lost before the file reached us.
        """
        if self._keeps_plain and text.isalnum() and text.isascii():
            return text
        code = _unwrap(clean_text(text))
        if self.apostrophe:
            code = code.removeprefix("'")
        reject_error_cell(code)
        if _SHORTENED.match(code) or (self.zeroed and _LONG_ZEROED.match(code)):
            raise _digits_lost(code)
        code = code[:-2] if self.point_zero and code else code
        return code.zfill(self.width) if code.isdecimal() and code.isascii() else code


def detect_id_style(values: Iterable[str], *, width: int = 0) -> IdStyle:
    """Decide how the codes in ``values`` are written.

    ``.0`` is taken off only where every non-empty value has it, so a code like ``1.0`` among
    others survives.

    Args:
        values: texts of the column, best all of them.
        width: what the user said with ``--id-width``.
    """
    codes = {code for code in map(bare_code, set(values)) if code}
    long = [code for code in codes if _LONG_DIGITS.match(code)]
    return IdStyle(
        point_zero=bool(codes) and all(_POINT_ZERO.match(code) for code in codes),
        zeroed=len(long) > 1 and all(_LONG_ZEROED.match(code) for code in long),
        apostrophe=bool(codes) and all(code.startswith("'") for code in codes),
        width=width,
    )


def bare_code(text: str) -> str:
    """Return the code that stands in a cell, without what surrounds it."""
    return _unwrap(text.strip(_ENDS))


def kind_of_code(code: str) -> tuple[bool, ...]:
    """Return all that :func:`detect_id_style` asks of a bare code."""
    return (
        bool(code), bool(_POINT_ZERO.match(code)), bool(_LONG_DIGITS.match(code)),
        bool(_LONG_ZEROED.match(code)), code.startswith("'"),
    )  # fmt: skip


def _unwrap(text: str) -> str:
    """Return what stands inside the ``="…"`` that keeps Excel from touching a code."""
    found = _FORMULA_TEXT.match(text)
    return found[1].strip() if found else text


def _digits_lost(text: str) -> ValueReject:
    return ValueReject(
        msg("“{value}” has lost digits: the spreadsheet stored a code as a number",
            value=shown(text)),
        msg("format the column as text, enter the full code, for example 690123456789012345"),
    )  # fmt: skip
