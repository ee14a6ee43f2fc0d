"""What actions claim is found in the books once, and never more than the books hold."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ci_cli.analysis.credit import Claim, credit
from ci_cli.analysis.response import response
from ci_cli.shapes.actions import RevenueCell

SPANS = ("2026-01-01", "2026-02-10", "2026-03-05")


def cell(customer: int, category: str, net: int, since: str = SPANS[0]) -> RevenueCell:
    return RevenueCell(since, customer, category, net)


CASES = {
    "all of it is there": ([Claim(1, 50, SPANS[0], 7, None)], [cell(7, "Tea", 80)], {1: 50}),
    "only a part is there": ([Claim(1, 50, SPANS[0], 7, None)], [cell(7, "Tea", 30)], {1: 30}),
    "nothing came": ([Claim(1, 50, SPANS[0], 7, None)], [cell(8, "Tea", 30)], {1: 0}),
    "what came before does not count": (
        [Claim(1, 50, SPANS[1], 7, None)],
        [cell(7, "Tea", 30), cell(7, "Tea", 20, SPANS[1])],
        {1: 20},
    ),
    "returns elsewhere lower it": (
        [Claim(1, 50, SPANS[0], 7, None)], [cell(7, "Tea", 40), cell(7, "Ink", -15)], {1: 25},
    ),
    "two actions on one customer share what it brought": (
        [Claim(1, 50, SPANS[0], 7, None), Claim(2, 50, SPANS[0], 7, None)],
        [cell(7, "Tea", 80)],
        {1: 50, 2: 30},
    ),
    "a customer of a category is not counted for both": (
        [Claim(1, 80, SPANS[0], 7, None), Claim(2, 50, SPANS[0], None, "Tea")],
        [cell(7, "Tea", 80)],
        {1: 80, 2: 0},
    ),
    "the first takes what nobody else could claim": (
        [Claim(1, 80, SPANS[0], None, "Tea"), Claim(2, 50, SPANS[0], 7, None)],
        [cell(7, "Tea", 50), cell(8, "Tea", 90)],
        {1: 80, 2: 50},
    ),
    "the company as a whole": (
        [Claim(1, 500, SPANS[0], None, None)], [cell(7, "Tea", 50), cell(0, "", 90)], {1: 140},
    ),
    "a loss is no revenue": ([Claim(1, 50, SPANS[0], 7, None)], [cell(7, "Tea", -5)], {1: 0}),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_credit(name: str) -> None:
    claims, cells, expected = CASES[name]
    assert credit(claims, cells) == expected


_CELLS = st.lists(
    st.builds(
        RevenueCell, st.sampled_from(SPANS), st.integers(0, 3), st.sampled_from(["", "Tea", "Ink"]),
        st.integers(-100, 300),
    ),
    unique_by=lambda one: one[:3], max_size=20,
)  # fmt: skip
_SUBJECTS = st.one_of(
    st.tuples(st.integers(1, 3), st.none()), st.tuples(st.none(), st.sampled_from(["Tea", "Ink"])),
    st.just((None, None)),
)  # fmt: skip


@given(
    _CELLS,
    st.lists(st.tuples(st.integers(1, 400), st.sampled_from(SPANS), _SUBJECTS), max_size=6),
)
def test_no_amount_is_counted_twice(cells, wanted):
    claims = [
        Claim(number, amount, since, *subject)
        for number, (amount, since, subject) in enumerate(wanted)
    ]
    given_ = credit(claims, cells)
    assert given_.keys() == {claim.number for claim in claims}
    assert all(0 <= given_[claim.number] <= claim.amount for claim in claims)
    assert sum(given_.values()) <= max(sum(one.net for one in cells), 0)
    # sales of any set of subjects hold all that is credited to them
    for size in range(1, 1 << len(claims)):
        some = [claim for claim in claims if size >> claim.number & 1]
        there = sum(max(one.net, 0) for one in cells if any(claim.covers(one) for claim in some))
        assert sum(given_[claim.number] for claim in some) <= there
    by_subject: dict[object, int] = {}
    for claim in claims:
        key = (claim.since, claim.customer_id, claim.category)
        by_subject[key] = by_subject.get(key, 0) + given_[claim.number]
        net = sum(one.net for one in cells if claim.covers(one))
        assert by_subject[key] <= max(net, 0)


@given(_CELLS, st.integers(1, 400), _SUBJECTS)
def test_one_action_alone_gets_all_that_is_there(cells, amount, subject):
    claim = Claim(1, amount, SPANS[0], *subject)
    net = sum(one.net for one in cells if claim.covers(one))
    whole = sum(one.net for one in cells)
    assert credit([claim], cells) == {1: max(min(amount, net, whole), 0)}


def test_alarms_are_answered_within_a_week_or_not() -> None:
    found = response(
        [
            ("2026-06-01", "2026-06-08"),  # on the seventh day
            ("2026-06-01", "2026-06-09"),  # too late
            ("2026-06-01", None),  # never
            ("2026-06-14", None),  # has time yet
            ("2026-06-14", "2026-06-14"),
        ],
        date(2026, 6, 20),
    )
    assert (found.with_action, found.in_time, found.counted, found.share) == (3, 2, 4, 0.5)
    assert response([], date(2026, 6, 20)).share is None
