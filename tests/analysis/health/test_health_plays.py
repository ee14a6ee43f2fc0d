"""Each customer has at most one play, by its band, and the action of what costs it the most."""

from __future__ import annotations

from dataclasses import replace

import pytest
import yaml

from ci_cli.analysis.health.parts import Measure
from ci_cli.analysis.health.plays import action, play_of, plays
from ci_cli.analysis.health.profile import HARD_PARTS, SOFT_PARTS
from ci_cli.analysis.health.profile_file import load_profile, shipped_text
from ci_cli.analysis.health.score import Health, health_of
from ci_cli.shapes.trade import CustomerPurchases

DEFAULT = load_profile("default")


def _judged(customer_id: int, net: int, **values: float) -> Health:
    row = CustomerPurchases(
        customer_id, f"Firm {customer_id}", None, None, "2024-01-01", "2025-01-01", 9, 20.0, 3,
        net, net,
    )  # fmt: skip
    measures = {
        part.key: Measure(values[part.key]) if part.key in values else None
        for part in DEFAULT.parts
    }
    return health_of(row, measures, DEFAULT)


@pytest.mark.parametrize(
    ("values", "play", "part"),
    [
        ({"recency": 3.0, "calls": 1.0}, "rescue", "recency"),
        ({"recency": 2.0, "trend": 1.0, "calls": 1.0}, "grow", "recency"),
        ({"recency": 1.0, "trend": 1.3, "calls": -1.0}, "protect", "calls"),
    ],
)
def test_the_band_gives_the_play_and_the_costliest_part_the_action(
    values: dict[str, float], play: str, part: str
) -> None:
    found = play_of(_judged(1, 500, **values))
    assert found is not None
    assert (found.play, found.part) == (play, part)


def test_no_play_without_need_or_knowledge_or_money() -> None:
    assert play_of(_judged(1, 500, recency=0.5, trend=2.0)) is None
    assert play_of(_judged(1, 500)) is None
    assert play_of(_judged(1, 0, recency=4.0)) is None


def test_plays_stand_by_what_is_at_stake_and_each_customer_once() -> None:
    base = [_judged(1, 10_000, recency=3.0), _judged(2, 100_000, recency=2.5),
            _judged(3, 500_000, recency=1.0, calls=-1.0)]  # fmt: skip
    found = plays(base)
    assert [one.health.row.customer_id for one in found] == [2, 3, 1]
    # curve: 3 -> 0.15; 2.5 -> 0.325; weights 30 and 4: 30/34
    assert [one.stake for one in found] == [67_500, 58_800, 8_500]
    assert [one.play for one in plays(base, "rescue")] == ["rescue", "rescue"]
    assert plays(replace(one, score=None) for one in base) == []


def test_every_part_has_an_action_in_both_languages() -> None:
    for part in (*HARD_PARTS, *SOFT_PARTS):
        assert action(part, "en") != action(part, "zh")
        assert action(part, "en") != action("other", "en")
    assert action("logins", "en") == action("other", "en")
    assert yaml.safe_load(shipped_text("saas"))["metrics"]


def test_what_is_at_stake_is_no_finer_than_a_cent() -> None:
    found = play_of(_judged(1, 150_000, recency=2.7, calls=0.3))
    assert found is not None
    assert found.stake % 100 == 0
