"""Ranking the work of a day: money at risk times the chance to keep it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ci_cli.analysis.agenda import chance_to_keep, ranked
from ci_cli.shapes.views import Account, Errand

TODAY = "2026-03-01"
ACCOUNTS = {
    1: Account(1, "Large", "li", 1_000_0000, 0.5),
    2: Account(2, "Small", "chen", 100_0000, None),
    3: Account(3, "Lost", "li", 2_000_0000, 5.0),
}


@pytest.mark.parametrize(
    ("times", "chance"), [(None, 1), (0, 1), (1, 1), (2, 0.5), (3, 0.25), (1.5, 2**-0.5)]
)
def test_chance_halves_with_every_further_gap(times: float | None, chance: float) -> None:
    assert chance_to_keep(times) == pytest.approx(chance)


@given(st.floats(0, 1000), st.floats(0, 1000))
def test_a_longer_silence_never_has_the_better_chance(one: float, other: float) -> None:
    if one <= other:
        assert 1 >= chance_to_keep(one) >= chance_to_keep(other) >= 0


def test_a_day_is_ranked_by_what_can_be_kept() -> None:
    tasks = ranked(
        [
            Errand("silent", 3, "90, 18", None),
            Errand("promise", 2, "send the spec", "2026-03-01", "li"),
            Errand("call", 1, "quarterly", "2026-03-04", "li"),
            Errand("promise", 1, "offer", "2026-03-02", "li"),
            Errand("alarm", None, "Tea", None, None, 500_0000),
        ],
        ACCOUNTS, today="2026-03-01",
    )  # fmt: skip
    assert [(task.name, task.worth) for task in tasks] == [
        ("Large", 1_000_0000), ("", 500_0000), ("Lost", 125_0000), ("Small", 100_0000),
    ]  # fmt: skip
    assert [errand.subject for errand in tasks[0].errands] == ["offer", "quarterly"]
    assert tasks[0].due == "2026-03-02"


def test_an_overdue_promise_stands_before_all_money() -> None:
    errands = [
        Errand("call", 1, "quarterly", "2026-02-01", "li"),
        Errand("promise", 2, "send the spec", "2026-03-01", "li"),
    ]
    for today, first in (("2026-03-01", "Large"), ("2026-03-02", "Small")):
        assert ranked(errands, ACCOUNTS, today=today)[0].name == first


def test_work_of_one_person_is_their_errands_and_their_accounts() -> None:
    errands = [
        Errand("silent", 3, "90, 18", None),
        Errand("promise", 2, "send the spec", "2026-03-01", "Li"),
        Errand("promise", 2, "call back", "2026-03-01", "chen"),
        Errand("alarm", None, "Tea", None, None, 1),
    ]
    ours = ranked(errands, ACCOUNTS, today=TODAY, owner="li ")
    assert [(task.name, len(task.errands)) for task in ours] == [
        ("Lost", 1), ("Small", 1),
    ]  # fmt: skip
    assert [task.name for task in ranked(errands, ACCOUNTS, today=TODAY, owner="chen")] == ["Small"]


def test_the_value_of_a_contract_counts_where_it_is_known() -> None:
    (task,) = ranked([Errand("renewal", 1, "Service", "2026-04-01", None, 3_000_0000)], ACCOUNTS,
                     today=TODAY)  # fmt: skip
    assert task.at_risk == 3_000_0000
    (other,) = ranked([Errand("renewal", 9, "Service", "2026-04-01", "li", None)], {}, today=TODAY)
    assert (other.at_risk, other.owner) == (0, "li")
