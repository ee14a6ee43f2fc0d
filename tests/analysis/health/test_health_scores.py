"""Scores against figures worked out by hand; what is not known never lowers one."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ci_cli.analysis.health.parts import (
    Measure,
    Measures,
    poisson_tail,
    soft_value,
    usage_value,
)
from ci_cli.analysis.health.profile import Curve, Part, Profile, Profiles
from ci_cli.analysis.health.profile_file import load_profile
from ci_cli.analysis.health.score import apportion, health_of, judge
from ci_cli.shapes.health import HealthBase, SoftFact, Talked, UsageFigure
from ci_cli.shapes.trade import CustomerPurchases

AS_OF = date(2026, 6, 30)
DEFAULT = load_profile("default")
UP = Curve(((0, 0), (1, 1)))


def _row(**values: Any) -> CustomerPurchases:
    known = {
        "customer_id": 1, "name": "Acme", "industry": None, "owner": None, "first": "2023-01-10",
        "last": "2026-06-10", "purchase_days": 30, "median_gap": 20.0, "orders": 12,
        "net": 1200, "net_all": 5000,
    }  # fmt: skip
    return CustomerPurchases(**{**known, **values})


def _base(*rows: CustomerPurchases, **values: Any) -> HealthBase:
    known: dict[str, Any] = {
        "as_of": AS_OF.isoformat(), "purchases": rows or (_row(),), "net_before": {},
        "categories": {}, "flagship": None, "talked": {}, "soft": {}, "usage": {},
    }  # fmt: skip
    return HealthBase(**{**known, **values})


def _talked(**values: Any) -> Talked:
    known = {
        "customer_id": 1, "first": "2024-01-01", "reached": None, "promises_due": 0,
        "promises_kept": 0, "promises_late": 0, "asked": 0, "asked_recent": 0, "asked_before": 0,
    }  # fmt: skip
    return Talked(**{**known, **values})


def _value(key: str, base: HealthBase, profile: Profile = DEFAULT) -> float | None:
    measure = Measures(base).of(base.purchases[0], profile)[key]
    return None if measure is None else measure.value


def test_hard_values_by_hand() -> None:
    base = _base(
        net_before={1: 2800},  # both windows: 1,200 now, so 1,600 before
        categories={1: 4, 2: 2, 3: 1, 4: 2},  # the median customer buys of two
        flagship={1: "2025-06-30"},  # on the day before the window
        talked={1: _talked(reached="2026-04-01", promises_due=4, promises_kept=2, promises_late=1)},
    )
    assert _value("recency", base) == pytest.approx(1.0)  # 20 days of 20
    assert _value("trend", base) == pytest.approx(0.75)
    assert _value("breadth", base) == 2.0
    assert _value("adoption", base) == 0.5
    assert _value("promises", base) == pytest.approx(0.625)
    assert _value("contact", base) == 1.0  # 90 days of 90


@pytest.mark.parametrize(
    ("key", "base"),
    [
        ("recency", _base(_row(first="2026-05-01", last="2026-05-01", purchase_days=1,
                               median_gap=None))),
        ("trend", _base(_row(first="2024-07-01"), net_before={1: 2000})),
        ("trend", _base(_row(net=0), net_before={1: 0})),
        ("breadth", _base()),
        ("adoption", _base()),
        ("promises", _base(talked={1: _talked(reached="2026-01-01")})),
        ("contact", _base(talked={1: _talked()})),
        ("support", _base(talked={1: _talked()})),
        ("calls", _base()),
    ],
)  # fmt: skip
def test_what_cannot_be_known_is_not_guessed(key: str, base: HealthBase) -> None:
    assert _value(key, base) is None


def test_asking_is_good_silence_is_the_risk_and_a_spike_flips_it() -> None:
    def support(profile: Profile = DEFAULT, **counts: int) -> tuple[Measure, float]:
        base = _base(talked={1: _talked(**counts)})
        measures = Measures(base).of(base.purchases[0], profile)
        found = health_of(base.purchases[0], measures, profile)
        part = next(one for one in found.parts if one.part.key == "support")
        return part.measure, part.score

    # 16 requests in the 730 days before: two in 90 days are normal
    usual, score = support(asked=18, asked_recent=2, asked_before=16)
    assert usual.value == pytest.approx(2 / (16 * 90 / 730))
    assert score == 1.0
    assert support(asked=16, asked_recent=0, asked_before=16)[1] == pytest.approx(0.3)
    spike, score = support(asked=28, asked_recent=12, asked_before=16)
    assert spike.is_spike
    assert score == 0.0
    # the same twelve are normal for a customer that always asks so much
    assert support(asked=108, asked_recent=12, asked_before=96) == (
        Measure(12 / (96 * 90 / 730)),
        1,
    )
    negative = replace(DEFAULT, polarity="negative")
    assert support(negative, asked=18, asked_recent=2, asked_before=16)[1] == 0.0
    assert support(negative, asked=16, asked_recent=0, asked_before=16)[1] == pytest.approx(0.7)


@given(count=st.integers(0, 40), mean=st.floats(0.01, 30))
def test_the_tail_of_poisson(count: int, mean: float) -> None:
    exact = 1 - math.fsum(
        math.exp(k * math.log(mean) - mean - math.lgamma(k + 1)) for k in range(count)
    )
    assert poisson_tail(count, mean) == pytest.approx(max(exact, 0.0), abs=1e-9)


def test_what_was_said_fades_with_its_half_life() -> None:
    def said(days: int, value: float) -> SoftFact:
        return SoftFact(1, "calls", value, (AS_OF - timedelta(days=days)).isoformat(), "x", days)

    assert soft_value([said(0, 1.0), said(180, -1.0)], 180, AS_OF) == pytest.approx(1 / 3)
    assert soft_value([said(721, -1.0)], 180, AS_OF) is None
    assert soft_value([said(-1, -1.0)], 180, AS_OF) is None  # of tomorrow


def test_usage_is_judged_by_whole_periods_against_the_own_normal() -> None:
    part = Part("logins", "hard", 100, UP, "logins")
    months = [("2026-01-01", 10), ("2026-02-01", 30), ("2026-03-01", 20), ("2026-04-01", 20),
              ("2026-05-01", 5), ("2026-06-01", 40)]  # fmt: skip
    series = [
        UsageFigure(1, "Logins", "month", day, value * 1_000_000, row)
        for row, (day, value) in enumerate(months)
    ]
    assert usage_value(series, part, AS_OF) == 2.0  # 40 over the median of 10, 30, 20, 20, 5
    assert usage_value(series, part, date(2026, 6, 29)) == 0.25  # June is not over: 5 over 20
    assert usage_value(series[:3], part, AS_OF) is None  # ended long ago
    assert usage_value(series[3:], part, AS_OF) is None  # too little to call anything normal
    level = replace(part, against="level")
    assert usage_value(series, level, AS_OF) == 40.0


_MEASURES = st.fixed_dictionaries(
    {part.key: st.none() | st.builds(Measure, st.floats(-1, 5)) for part in DEFAULT.parts}
)


@given(measures=_MEASURES)
def test_points_add_up_and_missing_ones_only_lower_what_is_known(
    measures: dict[str, Measure | None],
) -> None:
    found = health_of(_row(), measures, DEFAULT)
    known = [part for part in DEFAULT.parts if measures[part.key] is not None]
    assert found.coverage == sum(part.weight for part in known)
    if not known:
        assert found.score is found.band is None
        return
    assert found.score == sum(part.points for part in found.parts)
    mean = sum(part.part.weight * part.score for part in found.parts) / found.coverage
    assert found.score == pytest.approx(mean * 10_000, abs=0.51)
    assert 0 <= found.score <= 10_000
    # a part of exactly this score taken away leaves the others' score as it is
    for family, score in (("hard", found.hard), ("soft", found.soft)):
        ours = [one for one in found.parts if one.part.family == family]
        alone = health_of(
            _row(), {key: value if key in {one.part.key for one in ours} else None
                     for key, value in measures.items()}, DEFAULT,
        )  # fmt: skip
        assert alone.score == score


def test_each_customer_is_judged_by_the_profile_of_its_industry() -> None:
    bakers = replace(DEFAULT, key="bakers", industries=("baking",), months=6)
    rows = (_row(), _row(customer_id=2, industry="Baking", net=900))
    narrow = _base(*(row._replace(net=row.net // 2) for row in rows))
    found = judge({"default": _base(*rows), "bakers": narrow}, Profiles(DEFAULT, (bakers,)))
    assert {one.row.customer_id: (one.profile.key, one.row.net) for one in found} == {
        1: ("default", 1200), 2: ("bakers", 450),
    }  # fmt: skip


@given(
    total=st.integers(-10_000, 10_000),
    shares=st.lists(st.integers(-(10**6), 10**9), min_size=1, max_size=30),
)
def test_parts_of_a_whole_sum_to_it(total: int, shares: list[int]) -> None:
    found = apportion(total, shares)
    assert sum(found) == total
    if sum(shares) > 0:
        for share, part in zip(shares, found, strict=True):
            assert abs(part - total * share / sum(shares)) <= 1
