"""A date as people and programs write it -> its parts; ``dates`` decides which one is the day.

Years that come first and months that are named need no decision; ``03/04/2024`` does.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Literal, NamedTuple

Order = Literal["dmy", "mdy", "ymd"]

MIN_YEAR = 1900
MAX_YEAR = 2100
PIVOT = 69  # two-digit years: 00-68 are 2000-2068, 69-99 are 1969-1999 (POSIX strptime)
MIN_SERIAL = 20_000  # 1954-10-03: smaller numbers are quantities, not Excel days
MAX_SERIAL = 60_000  # 2064-04-08
SERIAL_ZERO = date(1899, 12, 30)  # day 0 of Excel's calendar, counted back over its 29 Feb 1900
ROC_ZERO = 1911  # Taiwan counts years from 1912 = year 1

MONTHS = {  # names in small letters
    name: number
    for number, names in enumerate(
        ["jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july",
         "aug august", "sep sept september", "oct october", "nov november", "dec december"],
        start=1,
    )
    for name in names.split()
}  # fmt: skip
MONTH_NAME = (
    r"(?P<mon>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_MON = MONTH_NAME + r"\.?"
_DAYNAME = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s*)?"
_ORDINAL = r"(?:st|nd|rd|th)?"
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (shape, re.compile(pattern, re.IGNORECASE))
    for shape, pattern in [
        ("ymd", r"(?P<y>\d{4})\s*(?P<sep>[-/.])\s*(?P<m>\d{1,2})\s*(?P=sep)"
                r"\s*(?P<d>\d{1,2})(?!\d)"),
        ("ymd", r"(?P<y>\d{4})\s*年\s*(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})\s*[日号]?"),
        ("yy年", r"(?P<y>\d{2})\s*年\s*(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})\s*[日号]?"),
        ("roc", r"民国\s*(?P<y>\d{2,3})\s*[年/.-]\s*(?P<m>\d{1,2})\s*[月/.-]"
                r"\s*(?P<d>\d{1,2})\s*日?"),
        ("roc?", r"(?P<y>1\d{2})(?P<sep>[-/.])(?P<m>\d{1,2})(?P=sep)(?P<d>\d{1,2})(?!\d)"),
        ("compact", r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})"
                    r"(?:(?:T|\s)?(?P<H>\d{2})(?P<M>\d{2})(?P<S>\d{2})?)?(?![\d.])"),
        ("serial", r"(?P<serial>\d{5}(?:\.\d+)?)$"),
        ("three", r"(?P<a>\d{1,2})(?P<sep>[-/.\s])(?P<b>\d{1,2})(?P=sep)(?P<c>\d{4}|\d{2})(?!\d)"),
        ("name", _DAYNAME + rf"(?P<d>\d{{1,2}}){_ORDINAL}[-/.\s]*{_MON}[-/.,\s]*"
                            r"(?P<y>\d{4}|\d{2})(?!\d)"),
        ("name", _DAYNAME + rf"{_MON}[-\s]*(?P<d>\d{{1,2}}){_ORDINAL}(?:,\s*|[-/\s]+)"
                            r"(?P<y>\d{4}|\d{2})(?![\d:])"),
        ("name", rf"(?P<y>\d{{4}})[-/\s]*{_MON}[-/\s]*(?P<d>\d{{1,2}})(?!\d)"),
        ("month", r"(?P<y>\d{4})\s*(?:[-/.]|年)\s*(?P<m>\d{1,2})\s*月?$"),
        ("month", r"(?P<y>\d{4})(?P<m>\d{2})$"),
        ("month", rf"{_MON}[-\s,]*(?P<y>\d{{4}})$"),
    ]
)  # fmt: skip
_REST = re.compile(
    r"(?:\s|T|,|(?:\(?(?:星期|周|礼拜)[一二三四五六日天]\)?)|at\b)*"
    r"(?:(?P<half1>上午|下午|早上|中午|晚上|凌晨|am|pm)?\s*"
    r"(?P<H>\d{1,2})\s*[:时点]\s*(?P<M>\d{1,2})?\s*(?:[:分]\s*(?P<S>\d{1,2})?)?"
    r"(?:[.,:]\d+)?\s*秒?\s*(?P<half2>[ap]\.?m\.?)?)?"
    r"\s*(?P<zone>z|(?:utc|gmt)?\s*[+-]\d{1,2}(?::?\d{2})?|utc|gmt|[ecmp][sd]t)?"
    r"(?:\s*\([^)]*\))?$",
    re.IGNORECASE,
)
# What nearly every export writes; read without the patterns above because there are millions.
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d:\d\d)(:\d\d)?(?:\.\d+)?)?$")
_AFTERNOON = ("下午", "晚上", "pm")
_MORNING = ("上午", "早上", "凌晨", "am")
FURTHEST_OFFSET = 14 * 60  # minutes: the clocks of no place are further from UTC
# Names that mean one offset. CST (China, Chicago), IST and BST mean several: those are refused.
_ZONES = {"z": 0, "utc": 0, "gmt": 0, "est": -300, "edt": -240, "mst": -420, "mdt": -360,
          "pst": -480, "pdt": -420}  # fmt: skip


class DateParts(NamedTuple):
    """A date as written: ``a``, ``b``, ``c`` are in the order of the shape."""

    shape: str
    a: int  # year, or the first of three undecided numbers
    b: int  # month, or the second
    c: int  # day, or the third
    short_year: bool
    seconds: int | None  # since midnight
    offset: int | None  # minutes east of UTC
    extra_days: int = 0  # an Excel serial that rounds up to midnight


def read_date(text: str) -> DateParts | None:
    """Return the parts of a date as written, or None; calendar and order are not judged here."""
    if not text or not (text[0].isdigit() or text[0].isalpha()):
        return None
    for shape, pattern in _PATTERNS:
        found = pattern.match(text)
        if found is None:
            continue
        groups = found.groupdict()
        if shape == "serial":
            return _serial(groups["serial"])
        rest = _REST.match(text, found.end())
        if rest is None:
            continue
        clock = groups if shape == "compact" and groups.get("H") else rest.groupdict()
        seconds = _seconds(clock)
        offset = _offset(rest["zone"])
        if seconds == -1 or (rest["zone"] and (offset is None or seconds is None)):
            return None  # an impossible time, a zone of several meanings, or one without a time
        if shape == "three":
            a, b, c = int(groups["a"]), int(groups["b"]), int(groups["c"])
            return DateParts("three", a, b, c, len(groups["c"]) == 2, seconds, offset)
        year = int(groups["y"])
        short = len(groups["y"]) == 2 and shape in ("name", "yy年")
        month = MONTHS[groups["mon"].lower()] if groups.get("mon") else int(groups["m"])
        day = int(groups.get("d") or 1)
        return DateParts(
            shape, full_year(year) if short else year, month, day, short, seconds, offset
        )
    return None


def read_iso(text: str) -> DateParts | None:
    """Return the parts of an ISO date or stamp without a zone, as :func:`read_date`, but faster."""
    found = _ISO.match(text)
    if found is None:
        return None
    year, month, day, clock, second = found.groups()
    seconds = None
    if clock:
        hour, minute, sec = int(clock[:2]), int(clock[3:]), int(second[1:]) if second else 0
        if hour > 23 or minute > 59 or sec > 59:
            return None
        seconds = hour * 3600 + minute * 60 + sec
    return DateParts("ymd", int(year), int(month), int(day), False, seconds, None)


def _serial(text: str) -> DateParts | None:
    """Read an Excel day number, rounded to the second as Excel shows it."""
    whole, _, fraction = text.partition(".")
    days = int(whole)
    if not MIN_SERIAL <= days <= MAX_SERIAL:
        return None
    digits = fraction[:12].ljust(12, "0")
    seconds = (int(digits) * 86_400 * 2 + 10**12) // (2 * 10**12)
    day = SERIAL_ZERO + timedelta(days=days)
    return DateParts(
        "serial", day.year, day.month, day.day, False,
        seconds % 86_400 if fraction else None, None, seconds // 86_400,
    )  # fmt: skip


def _seconds(groups: dict[str, str | None]) -> int | None:
    """Return seconds since midnight, None where no time is given, -1 where it is impossible."""
    if not groups.get("H"):
        return None
    hour, minute, second = (int(groups.get(key) or 0) for key in ("H", "M", "S"))
    half = (groups.get("half1") or groups.get("half2") or "").replace(".", "").lower()
    if (half in _AFTERNOON and hour < 12) or (half == "中午" and hour < 3):
        hour += 12
    elif half in _MORNING and hour == 12:
        hour = 0
    if hour > 23 or minute > 59 or second > 59:
        return -1
    return hour * 3600 + minute * 60 + second


def _offset(text: str | None) -> int | None:
    """Return minutes east of UTC."""
    if not text:
        return None
    name = text.lower().replace(" ", "")
    if name in _ZONES:
        return _ZONES[name]
    found = re.fullmatch(r"(?:utc|gmt)?([+-])(\d{1,2})(?::?(\d{2}))?", name)
    if found is None:
        return None
    minutes = int(found[2]) * 60 + int(found[3] or 0)
    if minutes > FURTHEST_OFFSET or int(found[3] or 0) > 59:
        return None
    return -minutes if found[1] == "-" else minutes


def calendar(parts: DateParts, order: Order | None, *, roc: bool) -> tuple[int, int, int]:
    """Return (year, month, day)."""
    a, b, c = parts.a, parts.b, parts.c
    if parts.shape != "three":
        taiwan = parts.shape == "roc" or (parts.shape == "roc?" and roc)
        return (a + ROC_ZERO if taiwan else a), b, c
    if order == "ymd":
        return full_year(a), b, c
    year = full_year(c) if parts.short_year else c
    return (year, a, b) if order == "mdy" else (year, b, a)


def valid_day(parts: DateParts, order: Order) -> date | None:
    """Return the day that ``parts`` mean in ``order``, or None where there is no such day."""
    try:
        return date(*calendar(parts, order, roc=False))
    except ValueError:
        return None


def full_year(year: int) -> int:
    """Return the year that two digits mean."""
    return year + (1900 if year >= PIVOT else 2000)


def looks_like_date(text: str) -> bool:
    """Return whether ``text`` can be read as a date; a bare number cannot."""
    parts = read_date(text.strip())
    return parts is not None and parts.shape not in ("serial", "compact", "month", "roc?")


def looks_like_bare_date(text: str) -> bool:
    """Return whether ``text`` is a number or month that a date column may hold."""
    parts = read_date(text.strip())
    if parts is None or parts.shape not in ("serial", "compact", "month", "roc?"):
        return False
    year, month, day = calendar(parts, None, roc=parts.shape == "roc?")
    return MIN_YEAR <= year <= MAX_YEAR and 1 <= month <= 12 and 1 <= day <= 31
