"""Behaviour fades by halves, and moves the priority between floor and ceiling."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ci_cli.tags.catalogue import Kind, is_code, parse_days, shipped, together
from ci_cli.tags.decay import BASE, CEILING, FLOOR, Evidence, priority, standings, weight

TODAY = date(2026, 6, 30)
KIND = Kind("refused-call", "Refused", "拒接", -1, 2.0, 90, -3)


def days_ago(days: int) -> str:
    return (TODAY - timedelta(days=days)).isoformat()


@given(st.integers(1, 2000), st.integers(0, 4000))
def test_a_half_life_halves(half_life: int, age: int) -> None:
    kind = replace(KIND, half_life=half_life)
    now = weight(kind, days_ago(age), TODAY)
    assert weight(kind, days_ago(age + half_life), TODAY) == pytest.approx(now / 2)
    assert weight(kind, days_ago(age), TODAY, is_state=True) == 1
    assert weight(replace(kind, half_life=None), days_ago(age), TODAY) == 1


def test_weights_worked_out_by_hand() -> None:
    assert weight(KIND, days_ago(0), TODAY) == 1
    assert weight(KIND, days_ago(90), TODAY) == 0.5
    assert weight(KIND, days_ago(180), TODAY) == 0.25
    assert weight(KIND, days_ago(-1), TODAY) == 0  # it is still to come


def test_the_tags_of_a_customer() -> None:
    evidence = [
        Evidence(1, "refused-call", days_ago(90), None, False),
        Evidence(1, "refused-call", days_ago(0), None, False),
        Evidence(1, "refused-call", days_ago(0), days_ago(1), False),  # has run out
        Evidence(1, "gone", days_ago(0), None, False),  # its definition was taken back
        Evidence(2, "refused-call", days_ago(-2), None, False),
        Evidence(3, "refused-call", days_ago(400), days_ago(0), True),  # the last day counts
    ]
    found = standings(evidence, {"refused-call": KIND}, TODAY)
    assert set(found) == {1, 3}
    refused, gone = found[1]
    assert (refused.events, refused.last, refused.weight) == (2, days_ago(0), 1.0)
    assert refused.score == -3.0  # 2 × (1 + 0.5)
    assert (gone.score, gone.change) == (0, 0)
    assert found[3][0].change == -3
    assert priority(found[1]).value == 2.0
    assert priority([]).value == BASE


_EVIDENCE = st.lists(
    st.tuples(st.integers(1, 3), st.sampled_from(sorted(shipped())), st.integers(-5, 900), st.booleans())
)  # fmt: skip


@given(_EVIDENCE, st.integers())
def test_priority_keeps_its_bounds_and_order_is_nothing_to_it(
    rows: list[tuple[int, str, int, bool]], seed: int
) -> None:
    evidence = [
        Evidence(number, code, days_ago(ago), None, state) for number, code, ago, state in rows
    ]
    kinds = together({})
    first = standings(evidence, kinds, TODAY)
    random.Random(seed).shuffle(evidence)
    assert standings(evidence, kinds, TODAY) == first
    for tags in first.values():
        found = priority(tags)
        plain = BASE + sum(one.change for one in tags)
        assert FLOOR <= found.value <= CEILING
        assert (found.bound == "floor") <= (plain < FLOOR + 0.5)
        if found.bound is None:
            assert found.value == pytest.approx(plain, abs=0.05 * len(tags) + 0.06)


def test_floor_and_ceiling_are_said() -> None:
    def tags(steps: int) -> list[Evidence]:
        return [Evidence(1, f"t{n}", days_ago(0), None, False) for n in range(steps)]

    low = {f"t{n}": replace(KIND, code=f"t{n}", priority=-4) for n in range(3)}
    high = {code: replace(kind, priority=9) for code, kind in low.items()}
    for kinds, bound, value in ((low, "floor", FLOOR), (high, "ceiling", CEILING)):
        found = priority(standings(tags(3), kinds, TODAY)[1])
        assert (found.bound, found.value, len(found.moved_by)) == (bound, value, 3)
    assert priority(standings(tags(1), low, TODAY)[1]).value == 1.0


def test_the_six_of_the_articles_ship() -> None:
    kinds = shipped()
    six = {"asked-for-trial": 1, "stated-need": 1, "suggested-improvement": 1, "refused-call": -1,
           "budget-cut": -1, "insists-on-visits": -1}  # fmt: skip
    assert {code: kinds[code].polarity for code in six} == six
    for kind in kinds.values():
        assert is_code(kind.code)
        assert kind.label("en") != kind.label("zh")
        assert 0 <= kind.strength <= 10
        assert (kind.half_life or 1) > 0
    assert kinds["insists-on-visits"].priority == -5  # from the usual 5 down to the floor


def test_what_people_define_takes_the_place_of_what_ships() -> None:
    own = replace(KIND, priority=-1)
    assert together({"refused-call": own})["refused-call"] is own
    assert len(together({"refused-call": own})) == len(shipped())
    assert replace(own, name=None).label("en") == "拒接"
    assert replace(own, name=None, name_zh=None).label("zh") == "refused-call"


@pytest.mark.parametrize(
    ("text", "days"),
    [("180d", 180), ("26w", 182), ("6m", 180), ("1y", 365), ("90", 90), ("0d", None), ("-3d", None),
     ("d", None), ("1.5y", None), ("200y", None), ("９０d", 90), ("", None)],
)  # fmt: skip
def test_spans(text: str, days: int | None) -> None:
    assert parse_days(text) == days


@pytest.mark.parametrize(
    ("text", "good"),
    [("refused-call", True), ("预算削减", True), ("a", True), ("Refused", False), ("a b", False),
     ("-a", False), ("a-", False), ("", False), ("a" * 65, False), ("a\n", False), ("=cmd", False)],
)  # fmt: skip
def test_codes(text: str, *, good: bool) -> None:
    assert is_code(text) is good
