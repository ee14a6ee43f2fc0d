"""One number as it is written -> its exact parts and value; point or comma is decided elsewhere.

No floats anywhere: a value is a ``Decimal`` whose digits are those of the text.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from fractions import Fraction
from typing import Literal, NamedTuple

from ci_cli.importing.values.cells import ValueReject, clean_text, reject_error_cell, shown
from ci_cli.text import msg

Mark = Literal["point", "comma"]

SIGNIFICANT = 15  # a spreadsheet's doubles carry noise behind this digit: 29.950000000000003

MAX_DIGITS = 330  # separators included: longer than any double written in full
MAX_EXPONENT = 330  # below it a double is zero; a tenth of it is above any amount

# Signs and words for a currency, longest first where one begins like another.
CURRENCY_MARKS = {
    "人民币": "CNY", "RMB": "CNY", "CN¥": "CNY", "元": "CNY", "圆": "CNY", "¥": "CNY", "￥": "CNY",
    "美元": "USD", "US$": "USD", "欧元": "EUR", "€": "EUR", "英镑": "GBP", "£": "GBP",
    "港元": "HKD", "港币": "HKD", "HK$": "HKD", "日元": "JPY", "円": "JPY", "JP¥": "JPY",
    "新台币": "TWD", "NT$": "TWD", "A$": "AUD", "AU$": "AUD", "C$": "CAD", "CA$": "CAD",
    "S$": "SGD", "NZ$": "NZD", "R$": "BRL", "MX$": "MXN", "$": "USD", "₹": "INR", "Rs.": "INR",
    "Rs": "INR", "₩": "KRW", "฿": "THB", "₫": "VND", "₽": "RUB", "₺": "TRY", "zł": "PLN",
    "kr": "SEK", "CHF": "CHF", "Fr.": "CHF", "RM": "MYR", "R": "ZAR", "KSh": "KES", "Ksh": "KES",
    "TSh": "TZS", "USh": "UGX", "₦": "NGN", "GH₵": "GHS", "₵": "GHS", "₱": "PHP", "Rp.": "IDR",
    "Rp": "IDR", "Kč": "CZK", "Ft": "HUF", "lei": "RON", "₪": "ILS", "₴": "UAH", "Dhs": "AED",
    "৳": "BDT", "S/.": "PEN", "S/": "PEN",
}  # fmt: skip
CURRENCY_CODES = frozenset(
    """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN
    BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS
    GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW
    KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD
    NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD
    SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES
    VND VUV WST XAF XCD XOF XPF YER ZAR ZMW
    """.split()  # noqa: SIM905 - ISO 4217, readable as it stands
)
_MARK_PATTERN = "|".join(
    re.escape(mark) for mark in sorted([*CURRENCY_MARKS, *CURRENCY_CODES], key=len, reverse=True)
)
# ``\s*+`` gives nothing back: else a long gap would be shared out among all of them in every way
_NUMBER = re.compile(
    rf"""(?P<open>[(])?\s*+
    (?P<sign1>[-+])?\s*+
    (?P<cur1>{_MARK_PATTERN})?\s*+
    (?P<sign2>[-+])?\s*+
    (?P<digits>[0-9](?:[0-9.,'’ ]*[0-9])?|\.[0-9]+)[.]?
    (?:[eE](?P<exp>[+-]?[0-9]{{1,4}}))?\s*+
    (?P<unit>亿|千万|百万|十万|万|千|[kK](?![a-z]))?\s*+
    (?P<percent>%)?\s*+
    (?P<cur2>{_MARK_PATTERN}|整)?\s*+
    (?P<sign3>-|CR|DR)?\s*+
    (?P<close>[)])?\s*+$""",
    re.VERBOSE,
)
PLAIN = re.compile(r"(-?)(\d{1,9})(?:\.(\d{1,4}))?$")
# USD (150.00), (150.00) USD: the mark stands outside the brackets that say below zero
_MARK_OUTSIDE = re.compile(
    rf"^(?:(?P<before>{_MARK_PATTERN})\s*)?\((?P<inside>[^()]*)\)(?:\s*(?P<after>{_MARK_PATTERN}))?$"
)
_NO_CENTS = re.compile(r"(?<=\d)(?:/[-=]|[.,][-–—]{1,2})$")  # 500/-  1,500/=  20,-
_UNITS = {"千": 10**3, "k": 10**3, "K": 10**3, "万": 10**4, "十万": 10**5, "百万": 10**6,
          "千万": 10**7, "亿": 10**8}  # fmt: skip
_NOTHING = frozenset(
    ["-", "--", "---", "–", "—", "/", "n/a", "N/A"]
)  # what accountants type for nil
_WORDS = frozenset(["inf", "-inf", "+inf", "nan", "infinity", "-infinity", "true", "false"])
# 1,234  1,234,567  12,34,567 (India); the first group is short, every other one full.
GROUPED = {
    mark: re.compile(
        rf"(?:[0-9]{{1,3}}(?:[{group}][0-9]{{3}})+|[0-9]{{1,2}}(?:,[0-9]{{2}})+,[0-9]{{3}}|[0-9]+)?"
        rf"(?:[{decimal}](?P<fraction>[0-9]+))?$"
    )
    for mark, group, decimal in [("point", ",'’ ", "."), ("comma", ".'’ ", ",")]
}


class Written(NamedTuple):
    """A number as it is written, before point or comma is decided."""

    digits: str
    negative: bool
    exponent: int
    factor: int  # of 千, 万, 亿 behind the number; 1: none
    percent: bool
    currency: str | None


def read_number(text: str) -> Written | None:
    """Return the parts of a number as written, None for an empty cell.

    Scientific notation is a number here (``1E5`` is 100000): in amounts and quantities it is what
    spreadsheets write. In codes it stays text, see ``values.IdStyle``.

    Raises:
        ValueReject: the text is no number.
    """
    clean = clean_text(text)
    if not clean or clean in _NOTHING:
        return None
    reject_error_cell(clean)
    clean = unicodedata.normalize("NFKC", clean).replace("−", "-").replace("–", "-")
    clean = clean.replace("【", "(").replace("】", ")").removeprefix("'")
    clean = _NO_CENTS.sub("", clean)
    if "(" in clean:
        clean = _MARK_OUTSIDE.sub(r"(\g<before>\g<inside>\g<after>)", clean)
    found = _NUMBER.match(clean)
    if found is None or clean.casefold() in _WORDS or bool(found["open"]) != bool(found["close"]):
        raise _no_number(text)
    signs = [s for s in (found["sign1"], found["sign2"], found["sign3"]) if s and s != "DR"]
    marks = {m for m in (found["cur1"], found["cur2"]) if m and m != "整"}
    currencies = {CURRENCY_MARKS.get(mark, mark) for mark in marks}
    if currencies == {"CNY", "JPY"} and "¥" in marks:
        currencies = {"JPY"}  # ¥100円: the sign is shared, the word is not
    if len(signs) + bool(found["open"]) > 1 or len(currencies) > 1:
        raise _no_number(text)
    exponent = int(found["exp"] or 0)
    too_long = len(found["digits"]) > MAX_DIGITS
    if too_long or not -MAX_EXPONENT <= exponent <= MAX_EXPONENT // 10:
        raise ValueReject(
            msg("“{value}” is out of range", value=shown(text)),
            msg("write the number in full, for example 1280.50"),
        )
    return Written(
        digits=found["digits"],
        negative=bool(found["open"]) or "-" in signs or "CR" in signs,
        exponent=exponent,
        factor=_UNITS.get(found["unit"], 1),
        percent=bool(found["percent"]),
        currency=next(iter(currencies), None),
    )


def exact(written: Written, mark: Mark, text: str) -> Decimal:
    """Return the signed value, through 15 significant digits where more are written."""
    found = GROUPED[mark].match(written.digits)
    if found is None:
        raise ValueReject(
            msg("“{value}” does not fit a column with a decimal {mark}",
                value=shown(text), mark=mark),
            msg("write 1234.56, or say --decimal for the whole file"),
        )  # fmt: skip
    fraction = found["fraction"] or ""
    whole = re.sub(r"\D", "", written.digits[: len(written.digits) - len(fraction)])
    digits = (whole + fraction).lstrip("0")
    exponent = written.exponent - len(fraction)
    surplus = len(digits) - SIGNIFICANT
    if surplus > 0 and fraction:
        kept = int(digits[:SIGNIFICANT]) + (digits[SIGNIFICANT] >= "5")
        digits, exponent = str(kept), exponent + surplus
    sign = 1 if written.negative and digits else 0
    value = Decimal((sign, tuple(map(int, digits or "0")), exponent))
    return _times(value, written.factor)


def _times(value: Decimal, factor: int) -> Decimal:
    """Multiply by a power of ten without rounding to a context's precision."""
    zeros = len(str(factor)) - 1
    sign, digits, exponent = value.as_tuple()
    return Decimal((sign, digits, int(exponent) + zeros)) if zeros else value


def round_half_up(value: Decimal, scale: Fraction) -> int:
    """Return ``value * scale`` as an integer; halves go away from zero."""
    top, bottom = value.as_integer_ratio()
    top, bottom = top * scale.numerator, bottom * scale.denominator
    rounded = (2 * abs(top) + bottom) // (2 * bottom)
    return -rounded if top < 0 else rounded


def _no_number(text: str) -> ValueReject:
    return ValueReject(
        msg("“{value}” is no number", value=shown(text.strip())),
        msg("write digits only, for example 1280.50 or -12"),
    )
