from __future__ import annotations

import numpy as np
import pytest

from ci_cli.analysis.decline.levels import expected, season_of, slow_course

SEASON = np.array([0.5, 0.7, 0.9, 1.1, 1.3, 1.5, 1.5, 1.3, 1.1, 0.9, 0.7, 0.5])


def test_the_slow_course_is_a_mean_over_a_year_by_hand():
    values = np.arange(20.0)
    assert slow_course(values)[10] == np.mean(values[4:17])
    assert slow_course(values)[0] == np.mean(values[:7])
    assert slow_course(values)[-1] == np.mean(values[-7:])


def test_without_a_fall_the_season_is_expected():
    values = 100 * np.tile(SEASON, 4)
    assert expected(values, None) == pytest.approx(values, rel=0.2)
    assert season_of(values[:23], slow_course(values[:23])) == pytest.approx(np.ones(12))


def test_from_a_fall_on_the_level_before_is_carried_on():
    plain = 100 * np.tile(SEASON, 4)
    fallen = plain.copy()
    fallen[36:] *= 0.3
    found = expected(fallen, 36)
    assert found[36:] == pytest.approx(plain[36:], rel=0.25)
    assert found[:36] == pytest.approx(plain[:36], rel=0.25)
    assert expected(np.full(30, 7.0), 20) == pytest.approx(np.full(30, 7.0))


@pytest.mark.parametrize("values", [[], [0.0], [-5.0, 3.0], [0.0] * 30, [-1.0] * 40])
def test_odd_histories_have_a_level_too(values):
    array = np.array(values, dtype=np.float64)
    for since in (None, 0, len(values) // 2):
        assert np.isfinite(expected(array, since)).all()
        assert len(expected(array, since)) == len(values)
