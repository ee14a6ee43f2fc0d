"""Backtests: measures against counting by hand, and what they say of real data."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ci_cli.analysis.forecast import backtest, names
from ci_cli.analysis.forecast.outlook import Earlier, earlier_day, outlook
from purchase_rows import cdnow, online_retail, rows_until


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2, max_size=40))
def test_the_area_is_the_share_of_pairs_put_right(some):
    score = np.array([value for value, _ in some], dtype=float)
    bought = np.array([yes for _, yes in some])
    found = backtest.rankings({"one": score, "coin": np.zeros(len(some))}, bought)
    if bought.all() or not bought.any():
        assert found == []
        return
    pairs = [(a, b) for a in score[bought] for b in score[~bought]]
    right = sum((a > b) + (a == b) / 2 for a, b in pairs)
    assert found[0].auc == pytest.approx(right / len(pairs))
    assert found[1].auc == 0.5


def test_a_difference_that_is_chance_is_not_called_clear():
    rng = np.random.default_rng(4)
    bought = rng.random(2000) < 0.4
    good = bought + rng.normal(size=2000)
    scores = {
        "good": good,
        "as good": bought + rng.normal(size=2000),
        "noise": rng.normal(size=2000),
    }
    clear = {one.score: one.is_clear for one in backtest.rankings(scores, bought)}
    assert clear == {"good": False, "as good": False, "noise": True}


def test_bands():
    chance = np.array([0.1] * 50 + [0.7] * 100 + [0.9] * 30 + [1.0] * 30 + [0.5] * 5)
    bought = np.array([0] * 45 + [1] * 5 + [1] * 30 + [0] * 70 + [1] * 60 + [1] * 5, dtype=bool)
    found = backtest.calibration(chance, bought)
    assert [(band.customers, band.bought) for band in found] == [
        (50, 5), (0, 0), (5, 5), (100, 30), (60, 60),
    ]  # fmt: skip
    assert [band.verdict for band in found] == [
        names.IN_BAND, names.FEW, names.FEW, names.HIGH, names.IN_BAND,
    ]  # fmt: skip
    assert found[3].share == 0.3
    assert found[3].said == pytest.approx(0.7)


def test_wilson_by_hand():
    """Brown, Cai & DasGupta (2001): 5 of 10 gives 0.237 to 0.763."""
    assert backtest.wilson(5, 10) == pytest.approx((0.2366, 0.7634), abs=1e-4)


def judged(table, split: date, weeks: int):
    rows = rows_until(table, split)
    day = earlier_day(rows, split, weeks)
    assert day is not None
    found = outlook(rows, split, weeks, Earlier(rows_until(table, day), day))
    after = rows_until(table, split + timedelta(weeks=weeks))
    result = backtest.compare(found, after, sum(row.net_all for row in rows))
    later = table[
        table["day"].dt.date.between(split + timedelta(1), split + timedelta(weeks=weeks))
    ]
    known = later[later["customer"].isin([row.customer_id for row in rows])]
    assert result.bought == known["customer"].nunique()
    assert result.purchases == len(known.drop_duplicates(["customer", "day"]))
    assert result.money == pytest.approx(known["money"].sum() * 10_000, abs=10_000)
    return found, result, {one.score: one for one in result.rankings}


@pytest.mark.shared
def test_cdnow_as_measured(shared_data: Path):
    """``methods.md`` §2: P0 0.747, R score 0.746 on all customers, 39 weeks ahead."""
    found, result, scores = judged(cdnow(shared_data), date(1997, 9, 30), 39)
    assert found.method == names.MODEL
    assert scores[names.MODEL_ALONE].auc == pytest.approx(0.747, abs=0.001)
    assert scores[names.RECENCY].auc == pytest.approx(0.746, abs=0.001)
    assert scores[names.FORECAST].auc >= 0.770
    assert scores[names.RECENCY].is_clear
    assert {band.verdict for band in result.bands} == {names.IN_BAND}
    assert result.said_buyers == pytest.approx(result.bought, rel=0.06)
    assert result.said_purchases == pytest.approx(result.purchases, rel=0.06)


@pytest.mark.shared
def test_online_retail_as_measured(shared_data: Path):
    """One year of it; nobody seems to stop there, and the silence alone ranks far worse."""
    found, _result, scores = judged(online_retail(shared_data), date(2011, 9, 9), 13)
    assert found.nobody_stops
    assert scores[names.FORECAST].auc >= 0.735
    for other in (names.SILENCE, names.RECENCY):
        assert scores[other].is_clear
        assert scores[other].worse_by > 0.05
