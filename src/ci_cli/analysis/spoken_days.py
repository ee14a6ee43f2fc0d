"""Days as people say them in a call note: today, fri, +3d, 明天, 下周五, or plainly 2026-03-05."""

from __future__ import annotations

import re
from datetime import date, timedelta

from ci_cli.analysis.periods import parse_day, shift_months
from ci_cli.errors import CiError, ExitCode
from ci_cli.text import msg

_RELATIVE = {
    "today": 0, "now": 0, "今天": 0, "今日": 0, "yesterday": -1, "昨天": -1, "昨日": -1,
    "前天": -2, "tomorrow": 1, "明天": 1, "明日": 1, "后天": 2,
}  # fmt: skip
_ENGLISH = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CHINESE = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6}
_WEEKDAY = re.compile(r"(下|上|本|这)?个?(?:周|星期|礼拜)([一二三四五六日天])")
_OFFSET = re.compile(r"([+-])(\d{1,4})\s*([dwmy])")
_LOOSE = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})|(\d{4})年(\d{1,2})月(\d{1,2})日?")


def spoken_day(text: str, today: date, *, ahead: bool) -> date:
    """Return the day that ``text`` means.

    Args:
        text: ``2026-03-05``, ``2026/3/5``, ``2026年3月5日``; ``today``, ``yesterday``,
            ``tomorrow``; a day of the week; ``+3d``, ``-2w``, ``+1m``; the same in Chinese.
        today: the day that the others count from.
        ahead: a bare day of the week is the next one (it is due), else the last one (it was);
            today counts as neither.

    Raises:
        CiError: ``day-invalid``, exit 2.
    """
    wanted = text.strip().lower()
    try:
        found = _plain(wanted) or _relative(wanted, today) or _weekday(wanted, today, ahead=ahead)
    except (ValueError, OverflowError):
        found = None
    if found is None:
        raise CiError(
            "day-invalid",
            msg("'{value}' is not a day.", value=text),
            hint=msg("Write 2026-03-05, today, yesterday, tomorrow, fri, or +3d, +2w, +1m."),
            exit_code=ExitCode.DECIDE,
        )
    return found


def earlier_day(text: str, today: date) -> date:
    """Return the day before ``today`` that ``text`` reaches back to: ``7d``, ``3y``, or a day.

    Raises:
        CiError: ``day-invalid``, exit 2.
    """
    bare = text.strip().lower()
    span = bare[:1].isdigit() and bare[-1:] in "dwmy"
    first = spoken_day(f"-{bare}" if span else bare, today, ahead=False)
    if first >= today:
        raise CiError(
            "day-invalid",
            msg("'{value}' is not before today.", value=text),
            hint=msg("Write 7d, 2w, 1m or a day before today."),
            exit_code=ExitCode.DECIDE,
        )
    return first


def _plain(text: str) -> date | None:
    loose = _LOOSE.fullmatch(text)
    if loose:
        year, month, day = (int(part) for part in loose.groups() if part is not None)
        return date(year, month, day)
    return parse_day(text)


def _relative(text: str, today: date) -> date | None:
    if text in _RELATIVE:
        return today + timedelta(days=_RELATIVE[text])
    match = _OFFSET.fullmatch(text)
    if match is None:
        return None
    number = int(match[2]) * (-1 if match[1] == "-" else 1)
    if match[3] in "dw":
        return today + timedelta(days=number * (7 if match[3] == "w" else 1))
    return shift_months(today, number * (12 if match[3] == "y" else 1))


def _weekday(text: str, today: date, *, ahead: bool) -> date | None:
    match = _WEEKDAY.fullmatch(text)
    if match:
        weekday, week = _CHINESE[match[2]], match[1]
        if week:  # 下周五: of that week, which begins on Monday
            monday = today - timedelta(days=today.weekday())
            shift = {"下": 7, "上": -7}.get(week, 0)
            return monday + timedelta(days=weekday + shift)
    else:
        fitting = [i for i, name in enumerate(_ENGLISH) if len(text) > 2 and name.startswith(text)]
        if len(fitting) != 1:
            return None
        weekday = fitting[0]
    if ahead:
        return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
    return today - timedelta(days=(today.weekday() - weekday - 1) % 7 + 1)
