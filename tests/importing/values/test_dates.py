"""Dates: one format per column, decided from all its values, never guessed."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ci_cli.errors import CiError, ExitCode, Where
from ci_cli.importing.values.cells import ValueReject
from ci_cli.importing.values.dates import DateFormat, detect_date_format
from ci_cli.importing.values.datetext import MAX_YEAR, MIN_YEAR, read_date, read_iso

SHANGHAI = "Asia/Shanghai"


@pytest.mark.parametrize(
    ("text", "day", "time"),
    [
        ("2024-01-31", "2024-01-31", ""),
        ("2024/1/5 10:00", "2024-01-05", "10:00:00"),
        ("2024.1.2", "2024-01-02", ""),
        ("2024年1月5日", "2024-01-05", ""),
        ("2024年1月5日 星期五 下午3:04", "2024-01-05", "15:04:00"),
        ("2024-1-5 上午12:20:30", "2024-01-05", "00:20:30"),
        ("2024-01-05 10时20分", "2024-01-05", "10:20:00"),
        ("24年1月5日", "2024-01-05", ""),
        ("20240131", "2024-01-31", ""),
        ("20240131101500", "2024-01-31", "10:15:00"),
        ("2010-12-01T08:26:59.999", "2010-12-01", "08:26:59"),
        ("1996-07-04 00:00:00.000", "1996-07-04", ""),  # a database's way to write a day
        ("2024-01-05T10:00:00Z", "2024-01-05", "18:00:00"),
        ("2024-01-05T22:00:00+00:00", "2024-01-06", "06:00:00"),
        ("2024-01-05 10:00:00 +0800", "2024-01-05", "10:00:00"),
        ("2024-01-15 09:59:00 -0500", "2024-01-15", "22:59:00"),
        ("Jan 5, 2024 10:00:00 AM PST", "2024-01-06", "02:00:00"),
        ("5-Jan-24", "2024-01-05", ""),
        ("Jan-05-24", "2024-01-05", ""),
        ("January 5th, 2024", "2024-01-05", ""),
        ("5 January 2024", "2024-01-05", ""),
        ("Fri, 05 Jan 2024 10:00:00 +0800", "2024-01-05", "10:00:00"),
        ("44927", "2023-01-01", ""),
        ("44927.5", "2023-01-01", "12:00:00"),
        ("44927.99999", "2023-01-01", "23:59:59"),
        ("44927.999999", "2023-01-02", ""),  # rounds to the second, as Excel shows it
        ("31/12/2024", "2024-12-31", ""),
        ("12/31/2024 8:26", "2024-12-31", "08:26:00"),
        ("5/5/2024", "2024-05-05", ""),  # every order says the same day
        ("民国113年1月5日", "2024-01-05", ""),
        ("113/01/05", "2024-01-05", ""),
        ("2024-02", "2024-02-01", ""),
        ("1969-12-31", "1969-12-31", ""),
        ("１９９６-０７-０４".translate(str.maketrans("０１４６７９", "014679")), "1996-07-04", ""),
    ],
)
def test_one_value_decides_itself(text: str, day: str, time: str) -> None:
    style = detect_date_format([text], zone=SHANGHAI)
    assert style.parse(text) == (day, time)


@pytest.mark.parametrize(
    "text",
    ["2024-02-30", "29.02.2023", "0024-01-01", "9999-01-01", "1899-12-31", "24", "1E5", "Mar",
     "2024-1-5 24:00", "2024/13/01", "tomorrow", "TRUE", "#N/A", "2024-01-05 CST", "60", "3000000",
     "-5", "12:30"],
)  # fmt: skip
def test_impossible_dates_are_refused_with_an_example(text: str) -> None:
    style = detect_date_format([text, "2024-01-31"])
    with pytest.raises(ValueReject) as refused:
        style.parse(text)
    assert "2024" in str(refused.value.fix) or str(refused.value.fix)


def test_empty_cells_are_none() -> None:
    style = detect_date_format(["2024-01-01"])
    assert style.parse("") is None
    assert style.parse("  ") is None


@pytest.mark.parametrize(
    ("values", "order", "reading"),
    [
        (["01/02/2024", "13/02/2024"], "dmy", "2024-02-01"),
        (["01/02/2024", "02/13/2024"], "mdy", "2024-01-02"),
        (["01/02/24", "1/31/24"], "mdy", "2024-01-02"),
        (["31.12.24", "15.01.24", "07.02.24", "19.02.24", "23.02.23"], "dmy", "2024-12-31"),
        (["24-12-31", "24-01-15", "24-02-07", "24-02-19", "23-02-23"], "ymd", "2024-12-31"),
        (["01.02.2024", "31.01.2024", "bad"], "dmy", "2024-02-01"),
    ],
)
def test_one_value_decides_for_the_column(values: list[str], order: str, reading: str) -> None:
    style = detect_date_format(values)
    assert style.order == order
    assert style.parse(values[0]) == (reading, "")


@pytest.mark.parametrize(
    "values",
    [
        ["01/02/2024"],
        ["01/02/2024", "03/04/2024", "5/5/2024"],
        ["13/02/2024", "02/13/2024"],  # nothing fits both
        ["24-01-31", "24-02-29"],  # year or day first
    ],
)
def test_an_open_order_is_asked_for(values: list[str]) -> None:
    with pytest.raises(CiError) as asked:
        detect_date_format(values, where=Where("a.csv", column="Date"))
    error = asked.value
    assert error.code == "date-ambiguous"
    assert error.exit_code == ExitCode.DECIDE
    assert "--dates dmy" in str(error.hint)
    assert error.where.column == "Date"


@pytest.mark.parametrize(("forced", "day"), [("dmy", "2024-02-01"), ("mdy", "2024-01-02")])
def test_the_user_decides(forced: str, day: str) -> None:
    style = detect_date_format(["01/02/2024", "2024-03-04"], forced)  # type: ignore[arg-type]
    assert style.parse("01/02/2024") == (day, "")
    assert style.parse("2024-03-04") == ("2024-03-04", "")  # needs no decision


def test_forced_order_refuses_what_contradicts_it() -> None:
    style = detect_date_format(["13/02/2024", "02/13/2024"], "dmy")
    assert style.parse("13/02/2024") == ("2024-02-13", "")
    with pytest.raises(ValueReject):
        style.parse("02/13/2024")


def test_months_count_only_where_the_whole_column_has_them() -> None:
    months = detect_date_format(["2024-01", "2024-02"])
    assert months.parse("2024-02") == ("2024-02-01", "")
    assert "months" in str(months.notes[0].text)
    mixed = detect_date_format(["2024-01", "2024-02-03"])
    with pytest.raises(ValueReject):
        mixed.parse("2024-01")


def test_years_of_two_digits_are_said() -> None:
    style = detect_date_format(["1/31/24"])
    assert any("1969 to 2068" in str(note.text) for note in style.notes)


def test_half_swapped_columns_are_warned_about() -> None:
    style = detect_date_format(["2024-01-02", "2024-03-02", "2024-05-02", "13/02/2024"])
    assert any("swapped" in str(note.text) for note in style.notes)
    fine = detect_date_format(["2024-01-20", "2024-03-02", "2024-05-02", "13/02/2024"])
    assert not fine.notes


def test_the_header_may_name_the_zone() -> None:
    style = detect_date_format(["2024-01-15 20:00"], zone=SHANGHAI, source_zone="UTC")
    assert style.parse("2024-01-15 20:00") == ("2024-01-16", "04:00:00")
    assert style.parse("2024-01-15") == ("2024-01-15", "")  # a bare day has no zone


days = st.dates(date(MIN_YEAR, 1, 1), date(MAX_YEAR, 12, 31))
FORMATS = ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y年%m月%d日", "%d-%b-%Y", "%b %d, %Y",
           "%d %B %Y"]  # fmt: skip


@given(days, st.sampled_from(FORMATS))
def test_written_days_are_read_back(day: date, pattern: str) -> None:
    text = day.strftime(pattern)
    style = detect_date_format([text])
    assert style.parse(text) == (day.isoformat(), "")


@given(st.lists(days, min_size=1, max_size=20), st.sampled_from(["dmy", "mdy"]), st.randoms())
def test_a_column_in_one_order_is_never_misread(
    column: list[date], order: str, chance: random.Random
) -> None:
    pattern = "{0.day}/{0.month}/{0.year}" if order == "dmy" else "{0.month}/{0.day}/{0.year}"
    texts = [pattern.format(day) for day in column]
    shuffled = texts.copy()
    chance.shuffle(shuffled)

    def read(values: list[str]) -> list[str] | None:
        try:
            style = detect_date_format(values)
        except CiError:
            return None
        return [style.parse(text)[0] for text in texts]  # type: ignore[index]

    result = read(texts)
    assert read(shuffled) == result  # the order of rows never matters
    if result is None:  # asked: no day above 12 that would have settled it
        assert all(day.day <= 12 for day in column)
    else:
        assert result == [day.isoformat() for day in column]


@given(st.datetimes(datetime(1970, 1, 1), datetime(2099, 1, 1)), st.integers(-14 * 60, 14 * 60))
def test_offsets_agree_with_zoneinfo(stamp: datetime, minutes: int) -> None:
    aware = stamp.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=minutes)))
    text = aware.isoformat()
    expected = aware.astimezone(ZoneInfo("America/New_York"))
    style = detect_date_format([text], zone="America/New_York")
    clock = f"{expected:%H:%M:%S}"
    wanted = (f"{expected:%Y-%m-%d}", "" if clock == "00:00:00" else clock)
    assert style.parse(text) == wanted


@given(st.integers(20_000, 60_000), st.integers(0, 86_399))
def test_serials_agree_with_the_calendar(serial: int, second: int) -> None:
    expected = datetime(1899, 12, 30) + timedelta(days=serial, seconds=second)
    text = str(serial) if second == 0 else f"{serial + second / 86_400:.10f}"
    parsed = detect_date_format([text]).parse(text)
    clock = f"{expected:%H:%M:%S}"
    assert parsed == (f"{expected:%Y-%m-%d}", "" if clock == "00:00:00" else clock)


@given(st.text(max_size=25))
def test_any_text_is_read_or_refused(text: str) -> None:
    style = DateFormat("dmy", months=True, roc=False, zone=None, source_zone=None, reason=None)  # type: ignore[arg-type]
    try:
        parsed = style.parse(text)
    except ValueReject:
        return
    assert parsed is None or date.fromisoformat(parsed[0])


@given(st.datetimes(datetime(1900, 1, 1), datetime(2099, 1, 1)))
def test_the_fast_path_reads_as_the_slow_one(stamp: datetime) -> None:
    text = f"{stamp:%Y-%m-%d %H:%M:%S}"
    assert read_iso(text) == read_date(text)
