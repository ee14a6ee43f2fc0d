"""Months, windows and the as-of day: the calendar arithmetic that every report shares.

Kept in one place so that "the last 24 months" and "a complete month" mean the same everywhere.
Months are text ``2011-12``; days are :class:`datetime.date`.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

from ci_cli.errors import CiError, ExitCode
from ci_cli.text import msg

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")
_WINDOW = re.compile(r"([0-9]{1,5})\s*([dwmy])", re.IGNORECASE)
_ALL = "all"


@dataclass(frozen=True)
class Window:
    """The days ``first`` to ``last``, both included; ``first`` None reaches back to the beginning.

    ``label`` is what the user wrote, in lower case: ``24m``, ``90d``, ``2y``, ``all``.
    """

    label: str
    first: date | None
    last: date

    def __contains__(self, day: date) -> bool:
        return (self.first is None or day >= self.first) and day <= self.last


def month_of(day: date) -> str:
    """Return the month of ``day``: ``2011-12``."""
    return f"{day.year:04d}-{day.month:02d}"


def _index(month: str) -> int:
    """Months since year 0; raises ``ValueError`` unless ``month`` is ``YYYY-MM``."""
    match = _MONTH.fullmatch(month)
    if match is None or not (1 <= int(match[2]) <= 12 and int(match[1]) >= 1):
        raise ValueError(f"not a month: {month!r}")
    return int(match[1]) * 12 + int(match[2]) - 1


def add_months(month: str, number: int) -> str:
    """Return the month ``number`` months after ``month`` (before it, when negative).

    Raises:
        ValueError: ``month`` is not ``YYYY-MM``, or the result lies outside the years 1 to 9999.
    """
    year, zero_based = divmod(_index(month) + number, 12)
    if not 1 <= year <= 9999:
        raise ValueError(f"no calendar reaches {number} months from {month}")
    return f"{year:04d}-{zero_based + 1:02d}"


def months_between(first: str, last: str) -> list[str]:
    """Return the months ``first`` to ``last``, both included; none when ``last`` is earlier."""
    return [add_months(first, step) for step in range(_index(last) - _index(first) + 1)]


def first_day(month: str) -> date:
    """Return the first day of ``month``."""
    year, zero_based = divmod(_index(month), 12)
    return date(year, zero_based + 1, 1)


def last_day(month: str) -> date:
    """Return the last day of ``month``."""
    day = first_day(month)
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def is_complete(month: str, as_of: date) -> bool:
    """Say whether ``as_of`` has reached the last day of ``month``."""
    return as_of >= last_day(month)


def last_complete_month(as_of: date) -> str:
    """Return the latest month that is complete at ``as_of``."""
    month = month_of(as_of)
    return month if is_complete(month, as_of) else add_months(month, -1)


def shift_months(day: date, number: int) -> date:
    """Return the same day ``number`` months later, or the last day of a shorter month.

    The last day of a month goes to the last day of the other month, so that one month back from
    30 April is 31 March and a one-month window up to 30 April is April.
    """
    month = add_months(month_of(day), number)
    end = last_day(month)
    is_month_end = day == last_day(month_of(day))
    return end if is_month_end or day.day > end.day else end.replace(day=day.day)


def window(text: str, as_of: date) -> Window:
    """Return the window that ``text`` means at ``as_of``: the days in (as-of − length, as-of].

    Args:
        text: a number with ``d``, ``w``, ``m`` or ``y`` (days, weeks, months, years), or ``all``.
        as_of: the last day of the window.

    Raises:
        CiError: ``window-invalid``, exit 2.
    """
    wanted = text.strip().lower()
    if wanted == _ALL:
        return Window(_ALL, None, as_of)
    match = _WINDOW.fullmatch(wanted)
    if match is None or int(match[1]) == 0:
        raise _bad_window(text)
    number, unit = int(match[1]), match[2]
    try:
        if unit in "dw":
            before = as_of - timedelta(days=number * (7 if unit == "w" else 1))
        else:
            before = shift_months(as_of, -number * (12 if unit == "y" else 1))
        first = before + timedelta(days=1)
    except (ValueError, OverflowError):
        raise _bad_window(text) from None
    return Window(f"{number}{unit}", first, as_of)


def _bad_window(text: str) -> CiError:
    return CiError(
        "window-invalid",
        msg("'{value}' is not a length of time.", value=text),
        hint=msg("Write a number with d, w, m or y, such as 24m, 90d or 2y, or all."),
        exit_code=ExitCode.DECIDE,
    )


def parse_day(text: str) -> date | None:
    """Return the day ``YYYY-MM-DD``, or None when ``text`` is not one."""
    if not _DAY.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def parse_as_of(text: str, today: date) -> date:
    """Return the day that ``--as-of`` means.

    Args:
        text: a day ``YYYY-MM-DD``; a month ``YYYY-MM``, meaning its last day; or ``last-month``,
            meaning the last day of the month before ``today``.
        today: the day that ``last-month`` counts from.

    Raises:
        CiError: ``as-of-invalid``, exit 2.
    """
    wanted = text.strip().lower()
    if wanted == "last-month":
        return today.replace(day=1) - timedelta(days=1)
    day = parse_day(wanted)
    if day is None:
        try:
            day = last_day(wanted)
        except ValueError:
            raise CiError(
                "as-of-invalid",
                msg("'{value}' is not a day or a month.", value=text),
                hint=msg("Write --as-of 2026-06-30, --as-of 2026-06 or --as-of last-month."),
                exit_code=ExitCode.DECIDE,
            ) from None
    return day


def parse_month(text: str) -> str:
    """Return ``text`` when it is a month ``YYYY-MM``.

    Raises:
        CiError: ``month-invalid``, exit 2.
    """
    wanted = text.strip()
    try:
        _index(wanted)
    except ValueError:
        raise CiError(
            "month-invalid",
            msg("'{value}' is not a month.", value=text),
            hint=msg("Write the year and the month as in 2026-06."),
            exit_code=ExitCode.DECIDE,
        ) from None
    return wanted


def parse_period(text: str, today: date) -> tuple[date, date]:
    """Return the first and the last day of a period.

    Args:
        text: a day, a month, ``last-month``, or two of them joined by ``..``:
            ``2025-03``, ``2025-03..2025-05``, ``2025-03-01..2025-03-31``.
        today: the day that ``last-month`` counts from.

    Raises:
        CiError: ``period-invalid``, exit 2.
    """
    first, dots, last = text.strip().lower().partition("..")
    begin, end = _edges(first, today), _edges(last if dots else first, today)
    if begin is None or end is None or begin[0] > end[1]:
        raise CiError(
            "period-invalid",
            msg("'{value}' is not a period.", value=text),
            hint=msg("Write 2026-03, 2026-03..2026-05, 2026-03-01..2026-03-31 or last-month."),
            exit_code=ExitCode.DECIDE,
        )
    return begin[0], end[1]


def _edges(text: str, today: date) -> tuple[date, date] | None:
    """Return the first and the last day of a day or a month, None when it is neither."""
    wanted = text.strip()
    if wanted == "last-month":
        wanted = add_months(month_of(today), -1)
    day = parse_day(wanted)
    if day is not None:
        return day, day
    try:
        return first_day(wanted), last_day(wanted)
    except ValueError:
        return None
