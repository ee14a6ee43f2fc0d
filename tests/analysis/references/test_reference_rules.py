"""Caps, consent, states, readiness and the match: by hand, and by other computations."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ci_cli.analysis.references import caps, matching, ready, states, synonyms
from ci_cli.analysis.references.matching import Criteria
from ci_cli.shapes.references import Account, Issue, Known, Limits, Step, Use

DAY = date(2026, 6, 1)
LIMITS = Limits()


def iso(offset: int) -> str:
    return (DAY + timedelta(days=offset)).isoformat()


def step(kind: str, day: int, number: int = 1, **more: object) -> Step:
    return Step(1, number, iso(day), kind)._replace(**more)


def use(day: int, customer: int = 1) -> Use:
    return Use(customer, day + 10_000, 1, iso(day), "call", None, None, None, None, "me")


@pytest.mark.parametrize(
    ("used", "day", "allowed", "free"),
    [
        ([], 0, True, 0),
        ([-29], 0, False, 1),
        ([-30], 0, True, 0),
        ([-80, -40], 0, False, 10),  # the third in 90 days
        ([-90, -40], 0, True, 0),  # the first is 90 days ago: outside
        ([-89, -40], 0, False, 1),
        ([20], 0, False, 50),  # one that was noted for a later day
        ([40, 80], 0, False, 130),  # this one would be the third in 81 days
        ([-40, 40], 0, False, 70),
    ],
)
def test_caps_by_hand(used: list[int], day: int, allowed: bool, free: int) -> None:
    days = [iso(one) for one in used]
    assert caps.is_allowed(days, iso(day), LIMITS) is allowed
    assert caps.free_from(days, iso(day), LIMITS) == iso(free)


@given(
    st.lists(st.integers(0, 400), max_size=40),
    st.integers(1, 4), st.integers(1, 120), st.integers(0, 60),
)  # fmt: skip
def test_caps_hold_whatever_is_asked_in_whatever_order(
    wishes: list[int], uses: int, days: int, rest: int
) -> None:
    limits = Limits(uses=uses, days=days, rest=rest)
    taken: list[int] = []
    for wish in wishes:
        if caps.is_allowed([iso(one) for one in taken], iso(wish), limits):
            taken.append(wish)
    # counted day by day, which the rule itself never does
    assert all(
        sum(first <= one < first + days for one in taken) <= uses for first in range(-1, 402)
    )
    assert all(later - one >= rest for one, later in pairwise(sorted(taken)))
    free = caps.free_from([iso(one) for one in taken], iso(200), limits)
    first = next(
        one for one in range(200, 200 + 1000)
        if caps.is_allowed([iso(taken_day) for taken_day in taken], iso(one), limits)
    )  # fmt: skip
    assert free == iso(first)


def test_consent_is_by_channel_and_person_and_ends() -> None:
    steps = [
        step("nominate", -100, 1),
        step("consent", -90, 2, channel="call", until=iso(-1)),
        step("consent", -90, 3, channel="event", person="Ann"),
        step("consent", -90, 4, channel="quote"),
        step("consent", -80, 5, channel="call", person="Bob", until=iso(0)),
        step("withdraw", -10, 6, channel="quote"),
    ]
    told = {(one.channel, one.person): one.state for one in states.consents(steps, iso(0))}
    assert told == {
        ("call", None): "expired", ("call", "Bob"): "standing", ("event", "Ann"): "standing",
        ("quote", None): "withdrawn",
    }  # fmt: skip
    assert [one.person for one in states.standing(steps, iso(0), "call")] == ["Bob"]
    assert states.standing(steps, iso(1), "call") == []  # until is the last day
    assert states.standing(steps, iso(0), "call", "Ann") == []  # Bob speaks for himself
    assert len(states.standing(steps, iso(-5), "quote")) == 0
    assert len(states.standing(steps, iso(-11), "quote")) == 1  # it stood then
    everything = [*steps, step("withdraw", 0, 7, person="Bob")]
    assert states.standing(everything, iso(0), "call") == []
    assert len(states.standing(everything, iso(0), "event")) == 1  # Ann's stands
    renewed = [*everything, step("consent", 0, 8, channel="call", person="Bob")]
    assert len(states.standing(renewed, iso(0), "call")) == 1


def test_states_and_their_history() -> None:
    steps = [
        step("nominate", 0, 1), step("consent", 5, 2, channel="call", until=iso(150)),
        step("retire", 200, 3), step("nominate", 210, 4), step("consent", 220, 5, channel="call"),
    ]  # fmt: skip
    used = [iso(10), iso(45)]
    found = [(one.day, one.state) for one in states.history(steps, used, iso(230), LIMITS)]
    assert found == [
        (iso(0), "nominated"), (iso(5), "consented"), (iso(10), "resting"), (iso(40), "consented"),
        (iso(45), "resting"), (iso(100), "consented"), (iso(151), "nominated"),
        (iso(200), "retired"), (iso(210), "nominated"), (iso(220), "consented"),
    ]  # fmt: skip
    # what a consent was worth ended with the retirement: somebody who returns is asked anew
    assert states.standing(steps, iso(215), "call") == []


def known_of(choices: list[tuple[bool, bool, int | None, bool, list[int]]]) -> Known:
    accounts, steps, uses, issues, health = {}, {}, {}, {}, {}
    for number, (retired, consented, score, has_issue, used) in enumerate(choices, start=1):
        accounts[number] = Account(number, f"N{number}", industry=("汽车", "Retail")[number % 2])
        told = [step("nominate", -300, 1)]
        if consented:
            told.append(step("consent", -299, 2, channel="call"))
        if retired:
            told.append(step("retire", -1, 3))
        steps[number] = told
        uses[number] = [use(day, number) for day in used]
        if has_issue:
            issues[number] = [Issue(number, "complaint", iso(-1), 1)]
        if score is not None:
            health[number] = score
    return Known(accounts, steps, uses, issues, health)


CHOICES = st.lists(
    st.tuples(
        st.booleans(), st.booleans(), st.none() | st.integers(0, 100), st.booleans(),
        st.lists(st.integers(-120, 0), max_size=3),
    ),
    max_size=12,
)  # fmt: skip


@given(CHOICES)
def test_the_funnel_adds_up(choices: list[tuple[bool, bool, int | None, bool, list[int]]]) -> None:
    judged = ready.judge(known_of(choices), LIMITS, iso(0), "call")
    funnel = ready.funnel(judged)
    ready_ones = sum(one.is_ready for one in judged)
    assert sum(one.removed for one in funnel) + ready_ones == len(judged) == len(choices)
    assert funnel[-1].left == ready_ones
    assert ready_ones == sum(
        consented and not retired and (score is None or score >= 50) and not issue
        and caps.is_allowed([iso(day) for day in used], iso(0), LIMITS)
        for retired, consented, score, issue, used in choices
    )  # fmt: skip


@given(CHOICES, st.integers(1, 4))
def test_a_match_adds_up_and_each_relaxation_is_true(
    choices: list[tuple[bool, bool, int | None, bool, list[int]]], count: int
) -> None:
    known = known_of(choices)
    judged = ready.judge(known, LIMITS, iso(0), "call")
    words = synonyms.load()
    criteria = Criteria(industry="automotive", product="Tea")
    buyers = frozenset({2, 3, 4})
    found = matching.match(judged, criteria, words, buyers, day=iso(0), count=count)
    assert sum(one.removed for one in found.funnel) + found.fitting == len(judged)
    assert len(found.best) == min(count, found.fitting)
    expected = {number for number in buyers if number % 2 == 0 and number <= len(choices)}
    assert {one.judged.account.customer_id for one in found.best} <= expected
    used = [one.uses_in_year for one in found.best]
    assert used == sorted(used)
    for relaxed in found.relaxed:
        if relaxed.key in ("industry", "product"):  # asked again without it
            looser = matching.match(
                judged, criteria._replace(**{relaxed.key: None}), words, buyers, day=iso(0), count=1
            )
            assert looser.fitting == found.fitting + relaxed.more
        elif relaxed.key == "health":
            again = ready.judge(known, LIMITS._replace(health=0), iso(0), "call")
            looser = matching.match(again, criteria, words, buyers, day=iso(0), count=1)
            assert looser.fitting == found.fitting + relaxed.more


def test_the_least_used_and_longest_rested_come_first() -> None:
    known = known_of([
        (False, True, None, False, [-120, -40]), (False, True, None, False, [-100]),
        (False, True, None, False, []), (False, True, None, False, [-110]),
    ])  # fmt: skip
    judged = ready.judge(known, LIMITS, iso(0), "call")
    found = matching.match(judged, Criteria(), synonyms.load(), frozenset(), day=iso(0), count=9)
    assert [one.judged.account.customer_id for one in found.best] == [3, 4, 2, 1]
