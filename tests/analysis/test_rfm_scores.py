from __future__ import annotations

import math
import random
from collections import Counter
from decimal import Decimal
from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ci_cli.analysis import rfm
from ci_cli.analysis.rfm import Group, Scores, Values
from ci_cli.errors import CiError, ExitCode

SMALL = st.lists(st.integers(-5, 12), min_size=1, max_size=60)
BINS = st.integers(rfm.MIN_BINS, rfm.MAX_BINS)


def scores_of(values: list[int], bins: int = 5, **options: bool) -> list[int]:
    scale = rfm.rank_scale(Counter(values), bins, **options)
    return [scale.score_of[value] for value in values]


@pytest.mark.parametrize(
    ("values", "scores"),
    [
        ([10, 20, 30, 40, 50], [1, 2, 3, 4, 5]),
        # ranks 1, 2.5, 2.5, 4 of n = 4, the textbook example of average ranks
        ([1, 2, 2, 3], [2, 4, 4, 5]),
        ([7], [5]),
        ([7, 7, 7], [4, 4, 4]),  # mid-rank 2 of 3: ceil(5 * 2 / 3)
        ([7] * 1000, [3] * 1000),
        ([1, 2, 3], [2, 4, 5]),
        # nearly half bought once (ranks 1 to 46): all of them stay together
        ([1] * 46 + [2] * 24 + [3] * 15 + [9] * 15, [2] * 46 + [3] * 24 + [4] * 15 + [5] * 15),
    ],
)
def test_worked_examples(values, scores):
    assert scores_of(values) == scores


def test_nobody_to_score():
    built = rfm.scales([], 5)
    assert [group.customers for group in built.r.groups] == [0] * 5
    assert built.f.group(5) == Group(5, None, None, 0)
    assert rfm.means([]) == (0, 0, 0, 0)


@given(SMALL, BINS)
def test_agrees_with_the_average_rank_of_pandas(values, bins):
    ranks = pd.Series(values).rank(method="average")
    expected = [math.ceil(Decimal(str(rank)) * bins / len(values)) for rank in ranks]
    assert scores_of(values, bins) == expected
    descending = pd.Series(values).rank(method="average", ascending=False)
    expected = [math.ceil(Decimal(str(rank)) * bins / len(values)) for rank in descending]
    assert scores_of(values, bins, low_is_best=True) == expected


@given(SMALL, BINS, st.randoms(use_true_random=False))
def test_shuffling_changes_nothing_and_equals_score_equal(values, bins, rng: random.Random):
    before = dict(zip(values, scores_of(values, bins), strict=True))
    shuffled = values[:]
    rng.shuffle(shuffled)
    assert all(
        before[value] == score
        for value, score in zip(shuffled, scores_of(shuffled, bins), strict=True)
    )
    assert all(1 <= score <= bins for score in before.values())
    in_order = [before[value] for value in sorted(before)]
    assert in_order == sorted(in_order)


@given(SMALL, BINS)
def test_groups_hold_everybody_once_and_do_not_overlap(values, bins):
    groups = rfm.rank_scale(Counter(values), bins).groups
    assert [group.score for group in groups] == list(range(1, bins + 1))
    assert sum(group.customers for group in groups) == len(values)
    filled = [group for group in groups if group.customers]
    for group in filled:
        assert group.customers == sum(group.lowest <= value <= group.highest for value in values)
    assert all(low.highest < high.lowest for low, high in pairwise(filled))
    assert all(
        (group.lowest, group.highest) == (None, None) for group in groups if not group.customers
    )


@given(SMALL, st.sets(st.integers(-3, 12), min_size=2, max_size=5), st.booleans())
def test_groups_of_cuts_hold_the_values_between_them(values, cuts, low_is_best):
    limits = sorted(cuts)
    scale = rfm.cut_scale(Counter(values), limits, low_is_best=low_is_best)
    ranges = list(zip([-(10**9), *limits], [*limits, 10**9], strict=True))
    for group, (above, upto) in zip(
        scale.groups, reversed(ranges) if low_is_best else ranges, strict=True
    ):
        inside = [value for value in values if above < value <= upto]
        assert {scale.score_of[value] for value in inside} <= {group.score}
        expected = (min(inside), max(inside)) if inside else (None, None)
        assert (group.lowest, group.highest, group.customers) == (*expected, len(inside))


@pytest.mark.parametrize(
    ("value", "high_is_best", "low_is_best"),
    [(0, 1, 5), (1, 1, 5), (2, 2, 4), (3, 3, 3), (4, 3, 3), (5, 4, 2), (8, 4, 2), (9, 5, 1)],
)
def test_a_cut_is_the_last_value_of_its_group(value, high_is_best, low_is_best):
    cuts = (1, 2, 4, 8)
    assert rfm.cut_scale({value: 1}, cuts).score_of[value] == high_is_best
    assert rfm.cut_scale({value: 1}, cuts, low_is_best=True).score_of[value] == low_is_best


def test_recency_scores_high_when_short_and_cuts_mix_with_ranks():
    customers = [Values(3, 1, 500), Values(40, 9, 100), Values(400, 2, 900)]
    built = rfm.scales(customers, 5, {"f": (1, 2, 4, 8)})
    assert [built.scores(one) for one in customers] == [(5, 1, 4), (4, 5, 2), (2, 2, 5)]


def test_codes_stay_readable():
    assert rfm.code(Scores(5, 4, 3)) == "543"
    assert rfm.code(Scores(10, 1, 3), 10) == "10-1-3"


@pytest.mark.parametrize("bins", [-1, 0, 2, 11])
def test_bins_have_limits(bins):
    with pytest.raises(CiError) as error:
        rfm.scales([], bins)
    assert (error.value.code, error.value.exit_code) == ("bins-invalid", ExitCode.DECIDE)


def test_cuts_are_read_in_the_units_that_people_write():
    found = rfm.parse_cuts(["f=1, 2,4,8", "M=99.5,1000,5000,20000", "r=30,90,180,365"])
    assert found == {
        "f": (1, 2, 4, 8),
        "m": (995_000, 10_000_000, 50_000_000, 200_000_000),
        "r": (30, 90, 180, 365),
    }


@pytest.mark.parametrize(
    "options",
    [
        ["1,2,4,8"],
        ["x=1,2,4,8"],
        ["f=1,2,4"],
        ["f=1,2,2,8"],
        ["f=8,4,2,1"],
        ["f=1,2,4,8.5"],
        ["f=1,2,,8"],
        ["f="],
        ["f=1,2,4,nan"],
        ["f=1,2,4,inf"],
        ["m=1,2,4,1e999999"],
        ["m=1,2,4,8.00001"],
        ["f=1,2,4,8", "f=1,2,4,9"],
    ],
)
def test_other_cuts_are_refused(options):
    with pytest.raises(CiError) as error:
        rfm.parse_cuts(options)
    assert (error.value.code, error.value.exit_code) == ("cuts-invalid", ExitCode.DECIDE)


@given(
    st.lists(
        st.builds(Values, st.integers(0, 9), st.integers(1, 9), st.integers(-9, 9)),
        min_size=1,
        max_size=30,
    )
)
def test_high_means_at_or_above_the_mean(customers):
    sums = rfm.means(customers)
    frame = pd.DataFrame(customers)
    for values in customers:
        exact = [
            values.recency * len(customers) <= int(frame["recency"].sum()),
            values.frequency * len(customers) >= int(frame["frequency"].sum()),
            values.monetary * len(customers) >= int(frame["monetary"].sum()),
        ]
        assert sums.cell(values) == "".join("H" if high else "L" for high in exact)


def test_all_equal_customers_are_all_high():
    same = Values(10, 2, 300)
    assert rfm.means([same] * 3).cell(same) == "HHH"
