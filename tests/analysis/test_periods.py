from __future__ import annotations

import calendar
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ci_cli.analysis import periods
from ci_cli.errors import CiError, ExitCode

DAYS = st.dates(date(1900, 1, 1), date(2200, 12, 31))


@pytest.mark.parametrize(
    ("text", "as_of", "first"),
    [
        ("24m", "2011-12-09", "2009-12-10"),
        ("1m", "2011-04-30", "2011-04-01"),  # the month, not 31 March to 30 April
        ("1m", "2011-03-31", "2011-03-01"),
        ("1m", "2012-03-30", "2012-03-01"),  # 30 February does not exist: after 29 February
        ("12m", "2012-02-29", "2011-03-01"),
        ("12m", "2013-02-28", "2012-03-01"),
        ("2y", "2026-06-30", "2024-07-01"),
        ("90d", "2026-03-31", "2026-01-01"),
        ("1d", "2026-03-31", "2026-03-31"),
        (" 2W ", "2026-01-14", "2026-01-01"),
    ],
)
def test_windows_begin_on_the_day_after_as_of_less_their_length(text, as_of, first):
    window = periods.window(text, date.fromisoformat(as_of))
    assert (str(window.first), str(window.last)) == (first, as_of)
    assert window.last in window
    assert window.first in window
    assert window.first - timedelta(days=1) not in window
    assert window.last + timedelta(days=1) not in window


def test_all_reaches_back_to_the_beginning():
    window = periods.window("ALL", date(2026, 6, 30))
    assert window.first is None
    assert date(1, 1, 1) in window
    assert date(2026, 7, 1) not in window


@pytest.mark.parametrize("text", ["", "m", "0m", "-3m", "24", "24 months", "1.5y", "99999y", "２m"])
def test_other_windows_are_refused(text):
    with pytest.raises(CiError) as error:
        periods.window(text, date(2026, 6, 30))
    assert (error.value.code, error.value.exit_code) == ("window-invalid", ExitCode.DECIDE)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-06-30", "2026-06-30"),
        ("2026-06", "2026-06-30"),
        ("2024-02", "2024-02-29"),
        ("last-month", "2026-02-28"),
        (" Last-Month ", "2026-02-28"),
    ],
)
def test_as_of_grammar(text, day):
    assert str(periods.parse_as_of(text, today=date(2026, 3, 31))) == day


@pytest.mark.parametrize(
    "text", ["", "today", "2026", "2026-13", "2026-02-30", "20260630", "2026-W03-1", "30.06.2026"]
)
def test_other_as_of_days_are_refused(text):
    with pytest.raises(CiError) as error:
        periods.parse_as_of(text, today=date(2026, 3, 31))
    assert (error.value.code, error.value.exit_code) == ("as-of-invalid", ExitCode.DECIDE)


def test_month_option():
    assert periods.parse_month(" 2026-05 ") == "2026-05"
    with pytest.raises(CiError) as error:
        periods.parse_month("2026-5")
    assert (error.value.code, error.value.exit_code) == ("month-invalid", ExitCode.DECIDE)


@given(DAYS)
def test_a_month_is_complete_on_its_last_day_and_not_before(day):
    month = periods.month_of(day)
    length = calendar.monthrange(day.year, day.month)[1]
    assert periods.is_complete(month, day) == (day.day == length)
    complete = periods.last_complete_month(day)
    assert periods.is_complete(complete, day)
    assert not periods.is_complete(periods.add_months(complete, 1), day)


@given(DAYS, st.integers(-400, 400))
def test_month_arithmetic_agrees_with_counting(day, number):
    month = periods.month_of(day)
    later = periods.add_months(month, number)
    assert periods.add_months(later, -number) == month
    assert len(periods.months_between(min(month, later), max(month, later))) == abs(number) + 1


@given(DAYS, st.integers(1, 60))
def test_windows_of_months_tile_history_without_gap_or_overlap(day, number):
    month_end = periods.last_day(periods.month_of(day))
    window = periods.window(f"{number}m", month_end)
    before = periods.window(f"{number}m", window.first - timedelta(days=1))
    assert window.first.day == 1
    assert before.last == window.first - timedelta(days=1)
    assert (window.last.year - window.first.year) * 12 + window.last.month - window.first.month == (
        number - 1
    )


def test_the_calendar_has_ends():
    with pytest.raises(ValueError, match="no calendar"):
        periods.add_months("0001-01", -1)
    assert periods.months_between("2026-02", "2026-01") == []


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2025-03", "2025-03-01", "2025-03-31"),
        ("2025-03..2025-05", "2025-03-01", "2025-05-31"),
        ("2025-03-01..2025-03-31", "2025-03-01", "2025-03-31"),
        (" 2025-03-07 .. 2025-04 ", "2025-03-07", "2025-04-30"),
        ("2025-03-07", "2025-03-07", "2025-03-07"),
        ("last-month", "2024-02-01", "2024-02-29"),
        ("2023-12..last-month", "2023-12-01", "2024-02-29"),
    ],
)
def test_a_period_is_its_first_and_last_day(text: str, first: str, last: str) -> None:
    days = periods.parse_period(text, date(2024, 3, 31))
    assert tuple(day.isoformat() for day in days) == (first, last)


@pytest.mark.parametrize(
    "text", ["", "..", "2025", "2025-13", "2025-05..2025-03", "2025-03..", "..2025-03", "a..b"]
)
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(CiError, match="period-invalid"):
        periods.parse_period(text, date(2024, 3, 31))
