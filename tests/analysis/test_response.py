"""Alarms and reds answered within a week, worked out by hand."""

from __future__ import annotations

from datetime import date

import pytest

from ci_cli.analysis.response import Look, Response, Step, answered, response, turned_red


@pytest.mark.parametrize(
    ("bands", "expected"),
    [
        ("r", ["d0"]),
        ("rrr", ["d0"]),
        ("gr", ["d1"]),
        ("grrgr", ["d1", "d4"]),
        ("ggg", []),
        ("rgrgr", ["d0", "d2", "d4"]),
    ],
)
def test_each_time_in_the_red_counts_once(bands: str, expected: list[str]) -> None:
    looks = [Look(7, f"2024-0{n + 1}-01", f"d{n}", band == "r") for n, band in enumerate(bands)]
    assert turned_red(reversed(looks)) == [(7, day) for day in expected]


def test_customers_are_told_apart_and_a_later_look_at_the_past_finds_nothing_new() -> None:
    looks = [
        Look(1, "2024-05-01", "2024-05-02", is_red=True),
        Look(1, "2024-04-01", "2024-06-09", is_red=True),  # saved later, for an earlier day
        Look(2, "2024-05-01", "2024-05-02", is_red=False),
        Look(2, "2024-06-01", "2024-06-02", is_red=True),
    ]
    assert turned_red(looks) == [(1, "2024-05-02"), (2, "2024-06-02")]


@pytest.mark.parametrize(
    ("steps", "acted"),
    [
        ([], None),
        ([Step("2024-05-05", None)], "2024-05-05"),
        ([Step("2024-05-20", None), Step("2024-05-06", "2024-05-07")], "2024-05-06"),
        ([Step("2024-04-01", None)], "2024-05-02"),  # somebody was on it already
        ([Step("2024-04-01", "2024-05-02")], "2024-05-02"),
        ([Step("2024-04-01", "2024-05-01")], None),  # over before
    ],
)
def test_the_action_that_answers(steps: list[Step], acted: str | None) -> None:
    assert answered([(1, "2024-05-02")], {1: steps, 2: [Step("2024-05-02", None)]}) == [
        ("2024-05-02", acted)
    ]


@pytest.mark.parametrize(
    ("acted", "today", "expected"),
    [
        ("2024-05-09", "2024-05-09", Response(1, 1, 1)),  # on the seventh day
        ("2024-05-10", "2024-05-10", Response(1, 0, 1)),
        (None, "2024-05-09", Response(0, 0, 0)),  # its week is not over
        (None, "2024-05-10", Response(0, 0, 1)),
    ],
)
def test_the_week(acted: str | None, today: str, expected: Response) -> None:
    assert response([("2024-05-02", acted)], date.fromisoformat(today)) == expected
