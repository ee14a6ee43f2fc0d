"""Headers that name a month, a quarter, a year or a day."""

from __future__ import annotations

import calendar
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ci_cli.importing.layout.periods import as_months, read_period

ENGLISH = list(calendar.month_abbr)
CHINESE = ["", *"一二三四五六七八九十", "十一", "十二"]


@pytest.mark.parametrize(
    ("header", "grain", "year", "number", "measure"),
    [
        ("2025年1月金额(万元)", "month", 2025, 1, "金额(万元)"),
        ("销量 2025-03", "month", 2025, 3, "销量"),
        ("25年12月", "month", 2025, 12, ""),
        ("１月", "month", None, 1, ""),
        ("十一月份", "month", None, 11, ""),
        ("202507", "month", 2025, 7, ""),
        ("2025.10", "month", 2025, 10, ""),
        ("07/2025", "month", 2025, 7, ""),
        ("Sept. 2024", "month", 2024, 9, ""),
        ("Sales Jan-25", "month", 2025, 1, "Sales"),
        ("May", "month", None, 5, ""),
        ("2025Q3", "quarter", 2025, 3, ""),
        ("3Q25", "quarter", 2025, 3, ""),
        ("2025年第四季度", "quarter", 2025, 4, ""),
        ("一季度", "quarter", None, 1, ""),
        ("2025年度", "year", 2025, 1, ""),
        ("FY 2025", "year", 2025, 1, ""),
        ("2025-01-31 00:00:00", "day", 2025, 1, ""),
    ],
)
def test_a_period_and_its_measure(
    header: str, grain: str, year: int | None, number: int, measure: str
) -> None:
    period = read_period(header)
    assert period is not None
    assert (period.grain, period.year, period.number, period.measure) == (
        grain, year, number, measure,
    )  # fmt: skip


@pytest.mark.parametrize(
    "header",
    ["", "客户", "金额", "12", "1-3月", "1-3月累计", "1月至3月", "2025年1月-3月", "Mayor", "Marketing",
     "2025-13", "手机1", "Address 1", "合计", "上海拼多多订单182894-455", "2025-02-30", "订单号20250101"],
)  # fmt: skip
def test_no_single_period(header: str) -> None:
    assert read_period(header) is None


@given(
    year=st.integers(2000, 2068),
    month=st.integers(1, 12),
    shape=st.sampled_from(["{y}-{m:02}", "{y}-{m}", "{y}/{m}", "{y}.{m:02}", "{y}{m:02}", "{y}年{m}月",
                           "{y} 年 {m:02} 月份", "{e}-{y2:02}", "{e} {y}", "{y} {e}", "{y}年{c}月"]),
)  # fmt: skip
def test_every_way_to_write_a_month(year: int, month: int, shape: str) -> None:
    text = shape.format(y=year, m=month, e=ENGLISH[month], y2=year % 100, c=CHINESE[month])
    period = read_period(text)
    assert period is not None, text
    last = calendar.monthrange(year, month)[1]
    assert period.last_day() == date(year, month, last), text
    assert period.first_day() == date(year, month, 1)


@pytest.mark.parametrize(
    ("headers", "grain"),
    [
        (["2025-01-01", "2025-02-01", "2025-03-01"], "month"),  # what a workbook holds of 2025年1月
        (["2025-01-31", "2025-02-28"], "month"),
        (["2025-01-01", "2025-01-02", "2025-01-03"], "day"),
        (["2025-01-01", "2025-02-15"], "day"),
    ],
)
def test_dates_that_stand_for_months(headers: list[str], grain: str) -> None:
    periods = [period for header in headers if (period := read_period(header))]
    assert {period.grain for period in as_months(periods)} == {grain}
