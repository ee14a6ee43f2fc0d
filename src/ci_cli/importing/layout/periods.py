"""Headers that name a month, a quarter, a year or a day: ``2025-01``, ``1月销量``, ``Q3 2025``.

What stands beside the period in the header is the measure (销量, Sales); a header whose rest holds
further digits (1-3月累计) names no single period and is left alone.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal, NamedTuple

from ci_cli.importing.values.datetext import MONTH_NAME, MONTHS

Grain = Literal["day", "month", "quarter", "year"]
GRAINS: tuple[Grain, ...] = ("day", "month", "quarter", "year")  # the finest first

_DIGITS = {char: number for number, char in enumerate("一二三四五六七八九十", start=1)}
_Y4 = r"(?P<y>(?:19|20)\d\d)"
_Y = r"(?P<y>(?:19|20)?\d\d)"
_M = r"(?P<m>1[0-2]|0?[1-9])"
_MON = MONTH_NAME + r"(?![a-z])\.?"
_QUARTER = r"(?:q(?P<q>[1-4])|第?(?P<qz>[一二三四1-4])季度?)"
_SHAPES: list[tuple[Grain, str]] = [
    ("day", _Y4 + r"(?P<s>[-/.])(?P<m>1[0-2]|0?[1-9])(?P=s)(?P<d>3[01]|[12]\d|0?[1-9])"
                  r"(?:[ T]0?0:00(?::00)?)?"),
    ("day", _Y4 + r"年" + _M + r"月(?P<d>3[01]|[12]\d|0?[1-9])[日号]"),
    ("month", _Y + r"\s*年\s*" + _M + r"\s*月份?"),
    ("month", _Y + r"\s*年\s*(?P<mz>十[一二]?|[一二三四五六七八九])月份?"),
    ("month", _Y4 + r"\s*[-/._]\s*" + _M + r"\s*月?份?"),
    ("month", _Y4 + r"(?P<m>0[1-9]|1[0-2])"),
    ("month", _Y4 + r"[-/\s_]*" + _MON),
    ("month", _MON + r"[-/\s_.,'’]*" + _Y),
    ("month", r"(?P<m>1[0-2]|0?[1-9])[-/]" + _Y4),
    ("quarter", _Y + r"\s*年?\s*[-/_]?\s*" + _QUARTER),
    ("quarter", _QUARTER + r"[-/\s_'’]*" + _Y),
    ("quarter", r"(?P<q>[1-4])q[-/\s_'’]*" + _Y),
    ("year", _Y4 + r"\s*年度?"),
    ("year", r"fy\s*" + _Y4),
    ("month", r"(?P<m>1[0-2]|0?[1-9])\s*月份?"),
    ("month", r"(?P<mz>十[一二]?|[一二三四五六七八九])月份?"),
    ("month", _MON),
    ("quarter", _QUARTER),
    ("year", _Y4),
]  # fmt: skip
_PATTERNS = [
    (grain, re.compile(rf"(?<![\d.\-/])(?<![a-z]){pattern}(?![\d])(?![-/.]\d)", re.IGNORECASE))
    for grain, pattern in _SHAPES
]
# One of these stands in every period; a table may have thousands of columns that name none.
_HINT = re.compile(rf"(?:19|20)\d\d|[年月季]|q[1-4]|[1-4]q|{MONTH_NAME}", re.IGNORECASE)
_AROUND = " \t\r\n-_/:：.,，、|"
_UNTIL = ("至", "到", "~", "—", "–")
_BRACKETS = re.compile(r"^[(（\[【](?P<inside>.*)[)）\]】]$")


class Period(NamedTuple):
    """What a header says: the period and the measure; ``year`` None where it names none."""

    grain: Grain
    year: int | None
    number: int  # of the month or quarter; 1 for a year
    day: int
    measure: str

    def last_day(self, year: int | None = None) -> date:
        """Return the last day of the period, on which its figure counts."""
        own = self.year if self.year is not None else year
        assert own is not None  # noqa: S101 - asked for before
        if self.grain == "day":
            return date(own, self.number, self.day)
        month = {"month": self.number, "quarter": 3 * self.number, "year": 12}[self.grain]
        return date(own, month, calendar.monthrange(own, month)[1])

    def first_day(self, year: int | None = None) -> date:
        """Return its first day."""
        last = self.last_day(year)
        if self.grain == "day":
            return last
        months = {"month": 1, "quarter": 3, "year": 12}[self.grain]
        return date(last.year, last.month - months + 1, 1)


@lru_cache(maxsize=20_000)
def read_period(header: str) -> Period | None:
    """Return the period and the measure that a header names, None where it names no period."""
    text = unicodedata.normalize("NFKC", header).strip()
    if len(text) > 60 or not _HINT.search(text):
        return None
    for grain, pattern in _PATTERNS:
        for found in pattern.finditer(text):
            rest = _rest(text[: found.start()], text[found.end() :])
            if rest is None:
                continue
            return _period(grain, found.groupdict(), rest)
    return None


def _period(grain: Grain, groups: dict[str, str | None], rest: str) -> Period | None:
    said = {name: text for name, text in groups.items() if text}
    year = int(said["y"]) if "y" in said else None
    if year is not None and year < 100:
        year += 2000
    number = 1
    if "m" in said:
        number = int(said["m"])
    elif "mon" in said:
        number = MONTHS[said["mon"].lower()]
    elif "mz" in said:
        number = sum(_DIGITS[char] for char in said["mz"])
    elif "q" in said or "qz" in said:
        quarter = said["q"] if "q" in said else said["qz"]
        number = int(quarter) if quarter.isdigit() else _DIGITS[quarter]
    day = int(groups.get("d") or 1)
    if grain == "day" and year is not None and day > calendar.monthrange(year, number)[1]:
        return None
    return Period(grain, year, number, day, rest)


def _rest(before: str, after: str) -> str | None:
    """Return what stands around the period, None where that makes it another thing."""
    before, after = before.strip(_AROUND), after.strip(_AROUND)
    if before and after:
        return None
    rest = before or after
    if inside := _BRACKETS.match(rest):
        rest = inside["inside"].strip()
    if any(char.isdigit() for char in rest):
        return None
    if before.endswith(("至", "到", "~", "—", "–")) or after.startswith(
        ("至", "到", "~", "—", "–")
    ):
        return None
    return rest


def as_months(periods: list[Period]) -> list[Period]:
    """Return days as the months that they stand for, where each is its month's first or last day.

    A workbook holds the header ``2025年1月`` as the date 2025-01-01; daily columns differ in that
    several fall into one month.
    """
    days = [period for period in periods if period.grain == "day"]
    firsts = all(period.day == 1 for period in days)
    lasts = all((period.last_day() + timedelta(days=1)).day == 1 for period in days)
    months = {(period.year, period.number, period.measure) for period in days}
    if not days or len(months) < len(days) or not (firsts or lasts):
        return periods
    return [
        period._replace(grain="month", day=1) if period.grain == "day" else period
        for period in periods
    ]
