"""The backtest's figures against pairs counted one by one, and against published intervals."""

from __future__ import annotations

from random import Random

import pytest

from ci_cli.analysis.health.backtest import (
    BETTER,
    LEAST,
    NO_BETTER,
    TOO_FEW,
    WORSE,
    Case,
    backtest,
    wilson,
)


def _cases(chance: Random, count: int, *, health: float, recency: float) -> list[Case]:
    """Return cases whose measures follow leaving with these strengths, many of them tied."""
    found = []
    for number in range(count):
        has_left = chance.random() < 0.3
        score = round(5_000 - health * has_left + chance.gauss(0, 1_000), -2)
        silence = round(1 + recency * has_left + chance.random(), 1)
        day = f"2025-0{number % 3 + 1}-01"
        found.append(
            Case(number // 2, day, int(score), int(score), silence, "amber", has_left)
        )  # fmt: skip
    return found


def test_the_auc_is_the_share_of_pairs_of_one_day() -> None:
    cases = _cases(Random(3), 300, health=800, recency=0.1)
    hits = pairs = 0.0
    for gone in cases:
        for there in cases:
            if gone.has_left and not there.has_left and gone.day == there.day:
                pairs += 1
                hits += (gone.health < there.health) + (gone.health == there.health) / 2
    accuracy = backtest(cases).accuracy[0]
    assert accuracy.measure == "health"
    assert accuracy.auc == pytest.approx(hits / pairs, abs=1e-12)
    assert accuracy.low is not None
    assert accuracy.high is not None
    assert accuracy.low < hits / pairs < accuracy.high


@pytest.mark.parametrize(
    ("health", "recency", "verdict"),
    [(2_000, 0.0, BETTER), (0, 0.0, NO_BETTER), (0, 1.5, WORSE), (2_000, 5.0, WORSE)],
)
def test_the_verdict_compares_with_recency(health: float, recency: float, verdict: str) -> None:
    assert backtest(_cases(Random(7), 600, health=health, recency=recency)).verdict == verdict


def test_nothing_is_claimed_from_few() -> None:
    cases = _cases(Random(1), 400, health=3_000, recency=0)
    leavers = [case for case in cases if case.has_left][: LEAST - 1]
    found = backtest([*leavers, *(case for case in cases if not case.has_left)])
    assert found.verdict == TOO_FEW
    assert found.accuracy[0].auc is None
    assert backtest([]).verdict == TOO_FEW


def test_the_interval_of_a_share() -> None:
    # 10 of 50: 0.1124 to 0.3304 (Newcombe 1998, method 3)
    assert wilson(10, 50) == pytest.approx((0.1124, 0.3304), abs=5e-5)
    assert wilson(0, 5)[0] == 0.0
