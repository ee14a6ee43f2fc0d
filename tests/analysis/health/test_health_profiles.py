"""Profiles are checked whole: weights, gaps, names; curves give what their points say."""

from __future__ import annotations

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ci_cli.analysis.health.profile import Curve
from ci_cli.analysis.health.profile_file import (
    SHIPPED,
    load_profile,
    load_profiles,
    parse_profile,
    shipped_text,
)
from ci_cli.errors import CiError

_POINTS = st.lists(
    st.tuples(st.integers(-100, 100), st.floats(0, 1)), min_size=2, max_size=8,
    unique_by=lambda point: point[0],
).map(sorted)  # fmt: skip


@given(points=_POINTS, value=st.floats(-200, 200))
def test_a_curve_is_what_numpy_interpolates(points: list[tuple[int, float]], value: float) -> None:
    expected = np.interp(value, [x for x, _y in points], [y for _x, y in points])
    found = Curve(tuple((float(x), y) for x, y in points)).at(value)
    assert found == pytest.approx(float(expected), abs=1e-12)


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_profiles_sum_to_a_hundred(name: str) -> None:
    content = yaml.safe_load(shipped_text(name))
    weights = [entry["weight"] for family in ("hard", "soft") for entry in content[family].values()]
    weights += [entry["weight"] for entry in content.get("metrics", ())]
    assert sum(weights) == 100
    assert sum(part.weight for part in load_profile(name).parts) == 100


def test_an_industry_has_exactly_one_profile() -> None:
    profiles = load_profiles(None)
    named = [industry for profile in profiles.all for industry in profile.industries]
    assert len(named) == len(set(named))
    assert profiles.of("Software").key == "saas"
    assert profiles.of(" 批发 ").key == "wholesale"
    assert profiles.of(None).key == "default"
    assert profiles.of("Baking").key == "default"
    assert load_profiles("wholesale").of("Software").key == "wholesale"


def _spoilt(**changes: object) -> str:
    content = yaml.safe_load(shipped_text("default"))
    for path, value in changes.items():
        *outer, last = path.split("__")
        place = content
        for key in outer:
            place = place[key]
        place[last] = value
    return yaml.safe_dump(content)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (_spoilt(hard__recency__weight=31), "sum to 101"),
        (_spoilt(hard__recency__weight="30"), "whole number"),
        (_spoilt(hard__recency__curve=[[1, 1], [2, 0]]), "must begin at 0"),
        (_spoilt(hard__promises__curve=[[0, 0], [0.5, 1]]), "reach 1"),
        (_spoilt(soft__calls__curve=[[0, 0], [1, 1]]), "must begin at -1"),
        (_spoilt(hard__trend__curve=[[0, 0], [2, 1], [1, 1]]), "must rise"),
        (_spoilt(hard__trend__curve=[[0, 0], [1, 1.5]]), "from 0 to 1"),
        (_spoilt(hard__trend__curve=[[0, 0], [float("nan"), 1]]), "at least two points"),
        (_spoilt(hard__trend__curve=[[0, 0]]), "at least two points"),
        (_spoilt(hard__mood={"weight": 1, "curve": [[0, 0], [1, 1]]}), "no hard part"),
        (_spoilt(hard__trend__wieght=3), "no setting 'wieght'"),
        (_spoilt(polarity="good"), "polarity"),
        (_spoilt(bands={"amber": 70, "green": 40}), "bands"),
        (_spoilt(months=0), "from 1 to 24"),
        (_spoilt(mouths=3), "'mouths'"),
        (_spoilt(metrics=[{"key": "x"}]), "name of a usage series"),
        (_spoilt(metrics=[{"key": "trend", "metric": "x"}]), "another part"),
        ("hard: [", "YAML"),
        ("3", "no parts"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(text: str, says: str) -> None:
    with pytest.raises(CiError) as error:
        parse_profile(text, "own")
    assert error.value.code == "health-profile-invalid"
    told = [str(error.value.message), *map(str, error.value.details)]
    assert any(says in line for line in told), told


def test_everything_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(CiError) as error:
        parse_profile(_spoilt(months=99, polarity="x", hard__recency__weight=1), "own")
    assert len(error.value.details) == 2


def test_one_block_adds_a_metric() -> None:
    metric = {
        "key": "bounce", "metric": "bounce rate", "family": "hard", "against": "level",
        "weight": 10, "curve": [[0, 1], [0.5, 0]],
    }  # fmt: skip
    profile = parse_profile(_spoilt(hard__recency__weight=20, metrics=[metric]), "own")
    assert profile.metrics == ("bounce rate",)
    assert profile.parts[-1].curve.at(0.25) == 0.5
