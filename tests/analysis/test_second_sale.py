from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ci_cli.analysis.second_sale import kaplan_meier, second_sales
from ci_cli.shapes.activity import FirstSale


def test_the_curve_of_a_textbook():
    """Remission times of 6-MP (Freireich 1963; Kaplan–Meier in every textbook on survival)."""
    events = {6: 3, 7: 1, 10: 1, 13: 1, 16: 1, 22: 1, 23: 1}
    censored = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    rows = [(day, 40, number) for day, number in events.items()]
    rows += [(None, day, 1) for day in censored]
    curve = kaplan_meier(rows, 35)
    assert curve is not None
    assert [round(1 - share, 3) for _day, share in curve] == [
        0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448,
    ]  # fmt: skip


def test_the_young_are_neither_lost_nor_left_out():
    """40 old customers of whom 20 came back on day 10, and 40 who came five days ago."""
    rows = [FirstSale("A", 10, 400, 20), FirstSale("A", None, 400, 20), FirstSale("A", None, 5, 40)]
    found, everybody = second_sales(rows, 365)
    assert found[0] == everybody._replace(category="A")
    assert (everybody.customers, everybody.again, everybody.too_young) == (80, 20, 40)
    assert everybody.rate == pytest.approx(0.5)  # not 20 of 80
    assert everybody.median_days == 10


def test_no_rate_where_nobody_was_watched_so_long():
    rows = [FirstSale("A", 10, 90, 20), FirstSale("A", None, 90, 20)]
    _found, everybody = second_sales(rows, 365)
    assert (everybody.rate, everybody.median_days, everybody.too_young) == (None, None, 20)
    _found, everybody = second_sales(rows, 90)
    assert (everybody.rate, everybody.too_young) == (0.5, 0)


def test_nobody_came_back_and_nobody_bought():
    _found, everybody = second_sales([FirstSale("A", None, 400, 7)], 365)
    assert (everybody.rate, everybody.median_days) == (0.0, None)
    assert second_sales([], 365) == ([], None)


@given(
    st.lists(st.tuples(st.sampled_from("AB"), st.integers(1, 60)), min_size=1, max_size=30),
    st.integers(1, 60), st.randoms(),
)  # fmt: skip
def test_without_the_young_it_is_counting(some, within, mixer):
    rows = [FirstSale(name, day if day < 50 else None, 100, 1) for name, day in some]
    found, everybody = second_sales(rows, within)
    back = sorted(row.days_to_second for row in rows if (row.days_to_second or 99) <= within)
    assert everybody.rate == pytest.approx(len(back) / len(rows))
    if back:
        assert everybody.median_days == back[(len(back) - 1) // 2]
    mixed = list(rows)
    mixer.shuffle(mixed)
    assert second_sales(mixed, within) == (found, everybody)
    assert sum(one.customers for one in found) == len(rows)


def test_most_customers_first():
    rows = [FirstSale(name, None, 5, number) for name, number in (("B", 2), ("A", 2), ("C", 9))]
    random.Random(1).shuffle(rows)
    assert [one.category for one in second_sales(rows, 30)[0]] == ["C", "A", "B"]
