from __future__ import annotations

from datetime import date

import pytest

from ci_cli.analysis import monthly
from ci_cli.errors import CiError, ExitCode
from ci_cli.shapes.trade import MonthCell


def cell(group: str, month: str, net: int, label: str = "", gross: int | None = None) -> MonthCell:
    return MonthCell(group, label, month, net, net if gross is None else gross, 0, 1, 1, 1)


@pytest.mark.parametrize(
    ("as_of", "months", "shown", "complete", "running"),
    [
        ("2011-12-31", 3, ["2011-10", "2011-11", "2011-12"], "2011-12", None),
        ("2011-12-09", 2, ["2011-11", "2011-12"], "2011-11", "2011-12"),
        ("2011-11-30", 12, ["2011-09", "2011-10", "2011-11"], "2011-11", None),
        ("2012-01-31", 2, ["2011-12", "2012-01"], "2012-01", None),  # months without sales stay
        ("2011-08-15", 3, [], "2011-07", "2011-08"),  # before all history
        ("0001-01-31", 24, [], "0001-01", None),
    ],
)
def test_spans(as_of, months, shown, complete, running):
    totals = [cell("", "2011-09", 1), cell("", "2011-12", 1)]
    span = monthly.span(totals, date.fromisoformat(as_of), months)
    assert (span.shown, span.complete, span.running) == (shown, complete, running)


def test_before_history_is_unknown_and_a_silent_month_is_zero():
    totals = [cell("", "2011-01", 5), cell("", "2011-03", 5)]
    span = monthly.span(totals, date(2011, 3, 31), 12)
    series = monthly.by_group(totals)[0]
    assert span.before(series, 1, "net") == 0
    assert span.before(series, 2, "net") == 5
    assert span.before(series, 12, "net") is None


def test_the_latest_label_names_the_group_whatever_the_order():
    cells = [
        cell("7", "2011-02", 1, "new"),
        cell("7", "2011-03", 1, ""),
        cell("7", "2011-01", 1, "old"),
    ]
    assert [one.label for one in monthly.by_group(cells)] == ["new"]


def test_ranking_by_revenue_shown_with_no_group_last():
    cells = [
        cell("", "2011-12", 900),
        cell("small", "2011-12", 1),
        cell("b", "2011-12", 50),
        cell("a", "2011-12", 50),
        cell("stopped", "2010-12", 70),  # sold in the compared month of last year
        cell("forgotten", "2010-06", 70),
        cell("shrunk", "2011-12", -3),
    ]
    span = monthly.span([cell("", "2009-01", 0)], date(2011, 12, 31), 2)
    ranked = monthly.ranked(monthly.by_group(cells), span, "net")
    assert [one.group for one in ranked] == ["a", "b", "small", "stopped", "shrunk", ""]


def test_the_biggest_fall_is_in_money_and_names_a_group():
    cells = [
        cell("half", "2010-12", 100), cell("half", "2011-12", 50),
        cell("big", "2010-12", 1000), cell("big", "2011-12", 940),
        cell("", "2010-12", 5000),
    ]  # fmt: skip
    span = monthly.span(cells, date(2011, 12, 31), 2)
    fall = monthly.biggest_fall(monthly.by_group(cells), span, "net")
    assert (fall.series.group, fall.before, fall.now) == ("big", 1000, 940)
    rising = [one for one in cells if one.group != "big" and one.month == "2011-12"]
    assert monthly.biggest_fall(monthly.by_group(rising), span, "net") is None


@pytest.mark.parametrize(
    ("cells", "totals"),
    [
        ([cell("a", "2011-01", 1)], [cell("", "2011-01", 2)]),
        ([cell("a", "2011-01", 1)], []),
        ([], [cell("", "2011-01", 1)]),
        ([cell("a", "2011-01", 1, gross=1)], [cell("", "2011-01", 1, gross=2)]),
    ],
)
def test_totals_must_agree(cells, totals):
    with pytest.raises(CiError) as error:
        monthly.check_totals(cells, totals)
    assert error.value.code == "procat-total-mismatch"
    assert error.value.exit_code == ExitCode.UNFORESEEN
