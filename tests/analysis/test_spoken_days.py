"""Days as people say them, and the calendar periods in which accounts are called."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ci_cli.analysis.coverage import Account, calling_period, coverage, period_end
from ci_cli.analysis.spoken_days import spoken_day
from ci_cli.errors import CiError
from ci_cli.shapes.talks import LastTouch

TODAY = date(2026, 3, 4)  # a Wednesday


@pytest.mark.parametrize(
    ("text", "ahead", "day"),
    [
        ("2026-03-05", False, "2026-03-05"), ("2026/3/5", False, "2026-03-05"),
        ("2026年3月5日", True, "2026-03-05"), ("today", True, "2026-03-04"),
        ("Yesterday", False, "2026-03-03"), ("明天", True, "2026-03-05"),
        ("前天", False, "2026-03-02"), ("fri", True, "2026-03-06"), ("fri", False, "2026-02-27"),
        ("wednesday", True, "2026-03-11"), ("wed", False, "2026-02-25"),
        ("周五", True, "2026-03-06"), ("下周五", True, "2026-03-13"),
        ("上周日", False, "2026-03-01"), ("+3d", True, "2026-03-07"), ("-2w", False, "2026-02-18"),
        ("+1m", True, "2026-04-04"), ("+1y", True, "2027-03-04"),
    ],
)  # fmt: skip
def test_a_day_is_understood(text: str, ahead: bool, day: str) -> None:
    assert spoken_day(text, TODAY, ahead=ahead).isoformat() == day


@pytest.mark.parametrize("text", ["", "t", "2026-02-30", "soon", "+9999y", "31", "下周八"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(CiError) as refused:
        spoken_day(text, TODAY, ahead=True)
    assert refused.value.code == "day-invalid"


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 6))
def test_a_bare_weekday_is_within_a_week_and_never_today(today: date, weekday: int) -> None:
    name = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[weekday]
    ahead = (spoken_day(name, today, ahead=True) - today).days
    back = (today - spoken_day(name, today, ahead=False)).days
    assert 1 <= ahead <= 7
    assert 1 <= back <= 7
    assert spoken_day(name, today, ahead=True).weekday() == weekday


@pytest.mark.parametrize(
    ("every", "first", "end"),
    [
        ("month", "2026-03-01", "2026-03-31"), ("quarter", "2026-01-01", "2026-03-31"),
        ("half", "2026-01-01", "2026-06-30"), ("year", "2026-01-01", "2026-12-31"),
        ("90d", "2025-12-05", "2026-03-04"),
    ],
)  # fmt: skip
def test_the_calling_period(every: str, first: str, end: str) -> None:
    period = calling_period(every, TODAY)
    assert period.first is not None
    assert (period.first.isoformat(), period_end(period).isoformat()) == (first, end)


@pytest.mark.parametrize("every", ["all", "often", "0d"])
def test_no_calling_period(every: str) -> None:
    with pytest.raises(CiError):
        calling_period(every, TODAY)


_day = st.dates(date(2025, 10, 1), TODAY).map(date.isoformat)


@given(st.lists(st.tuples(st.integers(0, 9), _day, _day | st.none())))
def test_coverage_counts_each_active_account_once(
    touched: list[tuple[int, str, str | None]],
) -> None:
    accounts = [Account(number, f"A{number}", None, None, None) for number in range(7)]
    touches = {number: LastTouch(number, last, personal) for number, last, personal in touched}
    found = coverage(accounts, touches, calling_period("quarter", TODAY))
    called = {
        number for number, touch in touches.items()
        if number < 7 and touch.personal is not None and touch.personal >= "2026-01-01"
    }  # fmt: skip
    assert (found.active, found.called) == (7, len(called))
    assert {account.customer_id for account, _touch in found.uncalled} == set(range(7)) - called
    assert found.share == len(called) / 7


def test_nobody_active_has_no_coverage() -> None:
    assert coverage([], {}, calling_period("year", TODAY)).share is None
