from __future__ import annotations

import math
import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ci_cli.analysis.concentration import concentration
from ci_cli.errors import CiError, ExitCode

MONEY = st.lists(st.integers(-(10**9), 10**12), max_size=60)


def test_hhi_of_the_merger_guidelines():
    """30, 30, 20 and 20 per cent give 2,600 points (U.S. Horizontal Merger Guidelines, 2010)."""
    assert concentration([30, 30, 20, 20]).hhi() == pytest.approx(0.26)


def test_curve_takes_whole_customers_rounded_up():
    spread = concentration([5, 50, 1, 20, 4, 3, 10, 2, 4, 1, 0])
    points = {point.step: point for point in spread.curve()}
    # 20 % of 11 customers are 2.2, so three: 50 + 20 + 10 of 100
    assert points[20][1:] == (3, 80, 0.8)
    assert points[1][1:] == (1, 50, 0.5)
    assert points[100][1:] == (11, 100, 1.0)


def test_returns_beyond_sales_cannot_push_shares_above_all():
    spread = concentration([600, 400, 0, -500])
    assert spread.total == 1000
    assert [spread.share(value) for value in spread.values] == [0.6, 0.4, 0.0, 0.0]
    assert spread.curve((50,))[0] == (50, 2, 1000, 1.0)
    assert spread.hhi() == pytest.approx(0.52)
    assert spread.classes() == ["A", "A", "C", "C"]
    assert spread.top(99).customers == 4
    assert spread.top(-1).revenue == 0


@pytest.mark.parametrize(
    ("values", "cuts", "classes"),
    [
        ([80, 15, 5], (80, 95), "ABC"),
        ([79, 16, 5], (80, 95), "AAC"),  # the one that crosses 80 % is still A
        ([50, 30, 15, 5], (80, 95), "AABC"),
        ([10] * 10, (80, 95), "A" * 10),  # equal customers, equal class
        ([60, 10, 10, 10, 10], (50, 90), "ABBBB"),
        ([7], (80, 95), "A"),
        ([0, -1], (80, 95), "CC"),
        ([], (80, 95), ""),
    ],
)
def test_classes(values, cuts, classes):
    assert concentration(values).classes(cuts) == list(classes)


@pytest.mark.parametrize("values", [[], [0], [-5, -1]])
def test_without_positive_revenue_there_are_no_shares(values):
    spread = concentration(values)
    assert spread.hhi() is None
    assert spread.share(5) is None
    assert all(point.share is None for point in spread.curve())


@pytest.mark.parametrize("cuts", [(0, 95), (80, 80), (95, 80), (80, 100)])
def test_cuts_must_rise_between_nothing_and_all(cuts):
    with pytest.raises(CiError) as error:
        concentration([1]).classes(cuts)
    assert (error.value.code, error.value.exit_code) == ("abc-cuts-invalid", ExitCode.DECIDE)


@given(MONEY, st.randoms(use_true_random=False))
def test_curve_and_classes_against_counting(values, rng: random.Random):
    shuffled = values[:]
    rng.shuffle(shuffled)
    spread = concentration(shuffled)
    assert spread == concentration(values)
    positive = [value for value in values if value > 0]
    for point in spread.curve():
        number = math.ceil(point.step * len(values) / 100)
        largest = sorted(values, reverse=True)[:number]
        assert point.customers == number
        assert point.revenue == sum(value for value in largest if value > 0)
        if positive:
            assert point.share == pytest.approx(point.revenue / sum(positive))
    for low, high in pairwise(spread.curve()):
        assert low.revenue <= high.revenue
    classes = spread.classes()
    assert classes == sorted(classes)
    by_value: dict[int, set[str]] = {}
    for value, name in zip(spread.values, classes, strict=True):
        by_value.setdefault(value, set()).add(name)
    assert all(len(names) == 1 for names in by_value.values())
    if positive:
        in_a = sum(v for v, c in zip(spread.values, classes, strict=True) if c == "A")
        assert in_a * 100 >= 80 * sum(positive)
        assert 1 / len(positive) <= spread.hhi() * (1 + 1e-9) <= 1 + 1e-8
