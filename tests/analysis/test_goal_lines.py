"""The line of a goal and its state, against cases worked out by hand."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ci_cli.analysis.families import families, heads
from ci_cli.analysis.goals import (
    Line,
    first_bought,
    kept,
    kept_revenue,
    month_ends,
    ratio,
    reaches,
    state,
    stored,
    top_share,
    without_first,
)
from ci_cli.analysis.standing import ORDER, liveliest, standings
from ci_cli.shapes.goals import Profile
from ci_cli.shapes.trade import CustomerPurchases

F = Fraction
AS_OF = date(2026, 6, 30)
START, BY = date(2026, 1, 1), date(2026, 4, 11)  # a hundred days
MILLION = 1_000_000


def line(start: F, target: F, direction: str = "up") -> Line:
    return Line(START, start, BY, target, direction)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("start", "target", "direction", "day", "expected"),
    [
        (F(40, 100), F(50, 100), "up", START, F(40, 100)),
        (F(40, 100), F(50, 100), "up", START + timedelta(days=25), F(425, 1000)),
        (F(40, 100), F(50, 100), "up", BY, F(50, 100)),
        (F(40, 100), F(50, 100), "up", BY + timedelta(days=9), F(50, 100)),
        (F(60, 100), F(50, 100), "up", START, F(50, 100)),  # reached before: to be held
        (F(60, 100), F(50, 100), "down", START + timedelta(days=50), F(55, 100)),
        (F(0), F(-10), "down", START + timedelta(days=10), F(-1)),
    ],
)
def test_the_line_is_straight(start, target, direction, day, expected):
    assert line(start, target, direction).expected(day) == expected


@pytest.mark.parametrize(
    ("value", "day", "says"),
    [
        (F(40, 100), START, "on-track"),
        (F(42, 100), START + timedelta(days=25), "off-track"),
        (F(425, 1000), START + timedelta(days=25), "on-track"),
        (F(49, 100), BY - timedelta(days=1), "off-track"),
        (F(50, 100), BY, "met"),
        (F(499_999, 1_000_000), BY, "missed"),
        (F(499_9999, 1_000_0000), BY, "missed"),  # less than a stored unit below is still below
        (None, START, "no-data"),
        (None, BY + timedelta(days=99), "no-data"),  # never missed, nor met, in silence
        (F(1), START - timedelta(days=1), "not-begun"),
    ],
)
def test_the_state_of_a_goal(value, day, says):
    assert state(value, line(F(40, 100), F(50, 100)), day, MILLION) == says


def test_without_a_start_nothing_is_judged():
    assert state(F(1), None, BY, MILLION) == "no-data"


@given(st.integers(0, 400), st.integers(1, 400), st.integers(0, 400), st.booleans())
def test_nobody_is_behind_on_the_first_day(part, whole, target, is_up):
    """The start is kept rounded; the exact figure of the same day is not held against it."""
    value = F(part, whole)
    direction = "up" if is_up else "down"
    at_start = Line(START, F(stored(value, MILLION), MILLION), BY, F(target, 400), direction)
    assert state(value, at_start, START, MILLION) == "on-track" or reaches(
        at_start.start, at_start.target, direction
    )  # fmt: skip


def test_ends_of_months_never_look_ahead():
    assert month_ends(date(2026, 3, 31), most=2) == [date(2026, 2, 28)]
    assert month_ends(date(2026, 3, 30), most=2) == [date(2026, 1, 31), date(2026, 2, 28)]
    assert month_ends(date(2026, 3, 30), date(2026, 1, 31)) == [date(2026, 2, 28)]
    assert month_ends(date(1, 1, 5)) == []


def customer(
    number: int, *, silent: int | None = 10, orders: int = 1, money: int = 100, days: int = 1,
    gap: float | None = None, tenure: int = 200,
) -> CustomerPurchases:  # fmt: skip
    """A customer who last bought ``silent`` days before the as-of day; None: never."""
    first, last = (
        None if silent is None else (AS_OF - timedelta(days=back)).isoformat()
        for back in (max(tenure, silent or 0), silent or 0)
    )  # fmt: skip
    return CustomerPurchases(
        number, f"Firm {number}", None, None, first, last, 0 if silent is None else days, gap,
        0 if silent is None else orders, money, money,
    )  # fmt: skip


def profiles(known: dict[int, tuple[str, str | None]]) -> dict[int, Profile]:
    return {number: Profile(*one, None, None) for number, one in known.items()}


def bought(number: int, orders: int, money: int):
    return customer(number, orders=orders, money=money)


def test_who_was_kept_by_count_and_by_money():
    assert kept({1, 2, 3, 4}, {2, 3, 9}).value == F(1, 2)
    assert kept(set(), {1}).value is None
    before = [bought(1, 2, 100), bought(2, 1, 50), bought(3, 0, 0)]
    now = [bought(1, 1, 120), bought(3, 1, 999), bought(4, 1, 10)]
    assert kept_revenue(before, now).value == F(120, 150)


def test_the_top_tenth_and_what_leaves_with_the_first():
    amounts = dict.fromkeys(range(1, 12), 10) | {1: 100, 2: 80, 12: -40}
    known = profiles({number: (f"Firm {number}", None) for number in amounts})
    groups = families(amounts, known, by_parent=False)
    found, top = top_share(groups)
    assert [one.name for one in top] == ["Firm 1", "Firm 2"]  # a tenth of twelve, rounded up
    assert (found.part, found.whole) == (180, 270)  # what is below zero counts as zero
    gone, rest = without_first(groups)
    assert (gone, rest.value) == (100, F(90, 170))
    assert ratio(0, 0).value is None


def test_companies_of_one_parent_are_one():
    known = {
        1: ("Acme Ltd.", None), 2: ("Acme Nord", "ACME LTD"), 3: ("Acme Kiel", "Acme Nord"),
        4: ("Solo", "Nobody Known"), 5: ("Ring A", "Ring B"), 6: ("Ring B", "Ring A"),
        7: ("Twin", None), 8: ("Twin", None), 9: ("Self", "Self"),
    }  # fmt: skip
    known = profiles(known)
    groups = families(dict.fromkeys(known, 10), known, by_parent=True)
    assert {(one.name, one.members) for one in groups} == {
        ("Acme Ltd.", (1, 2, 3)), ("Nobody Known", (4,)), ("Ring A", (5, 6)), ("Twin", (7,)),
        ("Twin", (8,)), ("Self", (9,)),
    }  # fmt: skip
    assert len(families(dict.fromkeys(known, 10), known, by_parent=False)) == len(known)


@given(st.dictionaries(st.sampled_from("abcdef"), st.sampled_from(["", *"abcdefx"])))
def test_every_customer_has_one_family_and_no_money_is_lost(parent_of):
    known = profiles(dict(enumerate(parent_of.items(), start=1)))
    amounts = {number: number for number in known}
    groups = families(amounts, known, by_parent=True)
    assert sorted(one for group in groups for one in group.members) == sorted(known)
    assert sum(group.net for group in groups) == sum(amounts.values())
    keys = {number: key for number, (key, _name) in heads(known).items()}
    for number, (
        _name,
        parent,
        *_rest,
    ) in known.items():  # a parent that is a customer is in the family
        for other, (name, *_rest) in known.items():
            if parent and name == parent:
                assert keys[number] == keys[other]


def test_where_customers_stand():
    regular = [customer(n, silent=10, days=5, gap=30, tenure=900) for n in range(1, 6)]
    rows = [
        *regular,
        customer(6, silent=70, days=5, gap=30, tenure=900),  # more than two usual gaps
        customer(7, silent=100, days=5, gap=30, tenure=900),  # more than three
        customer(8, silent=364, days=5, gap=30, tenure=900),
        customer(9, silent=365, days=5, gap=30, tenure=900),
        customer(10, silent=None),
    ]
    found = standings(rows, AS_OF)
    assert {found[number] for number in range(1, 6)} == {"active"}
    assert [found[number] for number in (6, 7, 8, 9)] == ["slowing", "dormant", "dormant", "lost"]
    assert 10 not in found
    assert liveliest([{1: "lost", 2: "slowing"}, {1: "dormant", 3: "too-early"}]) == {
        1: "dormant", 2: "slowing", 3: "too-early",
    }  # fmt: skip
    assert set(found.values()) <= set(ORDER)


def test_nobody_can_be_judged_where_nobody_came_back():
    assert standings([customer(1, days=1)], AS_OF) == {1: "too-early"}


def test_the_first_purchase_counts_over_all_currencies():
    early, late = customer(1, silent=1, tenure=50), customer(1, silent=1, tenure=20)
    assert first_bought([late, early, customer(2, silent=None)]) == {1: early.first}
