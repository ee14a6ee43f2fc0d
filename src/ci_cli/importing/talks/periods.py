"""The period that a figure of a series stands for: a day, a week, a month, a quarter, a year."""

from __future__ import annotations

import re
from datetime import date

from ci_cli.importing.values.cells import ValueReject, clean_text, shown
from ci_cli.text import msg

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]0?0:00(?::00)?)?")
_MONTH = re.compile(r"(\d{4})[-/.年]?(\d{1,2})月?(?:份)?")
_NAMED = re.compile(r"([a-z]{3})[a-z]*[ .,'-]*(\d{4})|(\d{4})[ -]([a-z]{3})[a-z]*")
_QUARTER = re.compile(
    r"(\d{4})\s*年?[- ]?(?:q|第)?([1-4一二三四])(?:季度?|q)?|q([1-4])[- /]?(\d{4})"
)
_WEEK = re.compile(r"(\d{4})\s*年?[- ]?(?:w|第)(\d{1,2})周?")
_YEAR = re.compile(r"(\d{4})年?")
_NUMERALS = {"一": 1, "二": 2, "三": 3, "四": 4}


def read_period(text: str) -> tuple[str, str] | None:
    """Return (grain, first day) of ``2026-03``, ``2026Q1``, ``2026-W12``, ``Mar 2026``, a day.

    Returns:
        None for an empty cell.

    Raises:
        ValueReject: no period.
    """
    wanted = clean_text(text).lower()
    if not wanted:
        return None
    try:
        found = _read(wanted)
    except ValueError:
        found = None
    if found is None:
        raise ValueReject(
            msg("“{value}” is no period", value=shown(text)),
            msg(
                "write a month such as 2026-03, a quarter 2026Q1, a week 2026-W12, a year or a day"
            ),
        )
    return found[0], found[1].isoformat()


def _read(text: str) -> tuple[str, date] | None:
    if match := _DAY.fullmatch(text):
        return "day", date(*map(int, match.groups()))
    if match := _WEEK.fullmatch(text):
        return "week", date.fromisocalendar(int(match[1]), int(match[2]), 1)
    if (match := _QUARTER.fullmatch(text)) and any(mark in text for mark in "q季"):
        year, number = (match[1], match[2]) if match[1] else (match[4], match[3])
        quarter = _NUMERALS.get(number) or int(number)
        return "quarter", date(int(year), 3 * quarter - 2, 1)
    if match := _NAMED.fullmatch(text):
        name, year = (match[1], match[2]) if match[1] else (match[4], match[3])
        return "month", date(int(year), _MONTHS.index(name) + 1, 1)
    if match := _YEAR.fullmatch(text):
        return "year", date(int(match[1]), 1, 1)
    if match := _MONTH.fullmatch(text):
        return "month", date(int(match[1]), int(match[2]), 1)
    return None
