from __future__ import annotations

import math
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ci_cli.analysis import cadence
from ci_cli.analysis.cadence import Buyer, Population
from ci_cli.columnar import Columnar

USUAL = Population(32.0, {})


@pytest.mark.parametrize(
    ("purchase_days", "own", "expected"),
    [
        (1, None, 32.0),  # no gap of one's own: the population's
        (5, 8.0, 16.0),  # four own gaps weigh as much as the population: geometric mean
        (5, 32.0, 32.0),
        (13, 2.0, 4.0),  # (12 ln 2 + 4 ln 32) / 16 = ln 4
    ],
)
def test_expected_gap(purchase_days, own, expected):
    gap = cadence.expected_gap(Buyer(None, purchase_days, own), USUAL)
    assert gap == pytest.approx(expected)


@given(st.integers(2, 500), st.floats(1, 2000), st.floats(1, 2000))
def test_the_expected_gap_lies_between_own_and_usual_and_nears_the_own(days, own, usual):
    population = Population(usual, {})
    gap = cadence.expected_gap(Buyer(None, days, own), population)
    assert min(own, usual) * 0.999 <= gap <= max(own, usual) * 1.001
    more = cadence.expected_gap(Buyer(None, days + 50, own), population)
    assert abs(np.log(more / own)) <= abs(np.log(gap / own)) + 1e-9


def test_the_population_is_the_industry_where_it_is_large_enough():
    slow = [Buyer("ships", 3, 300.0 + n) for n in range(20)]
    quick = [Buyer("food", 9, 10.0) for _ in range(19)]
    once = [Buyer("food", 1, None) for _ in range(50)]
    usual = cadence.population([*slow, *quick, *once])
    assert usual.gap("ships") == 309.5
    assert usual.gap("food") == usual.gap(None) == usual.everybody == 300.0
    assert usual.by_industry.keys() == {"ships"}


def test_without_repeat_buyers_nothing_is_known():
    buyer = Buyer("food", 1, None)
    usual = cadence.population([buyer, buyer])
    rhythm = cadence.rhythm(buyer, 400, usual, 1000)
    assert rhythm == (None, 400, None)
    assert rhythm.times is None
    assert rhythm.chance is None


@pytest.mark.parametrize(
    ("silent", "history", "state"),
    [
        (0, 1000, "active"),
        (63, 1000, "active"),
        (64, 1000, "slowing"),
        (95, 1000, "slowing"),
        (96, 1000, "dormant"),
        (96, 96, "dormant"),  # the gap is a third of the history, not more
        (50, 95, "too-early"),
    ],
)
def test_states(silent, history, state):
    rhythm = cadence.rhythm(Buyer(None, 1, None), silent, USUAL, history)
    assert rhythm.state == state


def test_three_times_the_gap_has_one_chance_in_eight():
    rhythm = cadence.rhythm(Buyer(None, 1, None), 96, USUAL, 1000)
    assert (rhythm.times, rhythm.chance) == (3.0, 0.125)


@pytest.mark.shared
def test_on_cdnow_as_measured(shared_data: Path):
    """The published sample: how well silence in own gaps tells who does not come back.

    ``methods.md`` §2 gives 0.743 / 0.695 (area under the curve / balanced accuracy) for nine
    months ahead. Everything but the rhythm itself is computed here by pandas.
    """
    columns = ["master", "customer", "day", "cds", "dollars"]
    raw = pd.read_csv(
        shared_data / "cdnow" / "CDNOW_sample.txt", sep=r"\s+", names=columns, dtype=str
    )
    raw["day"] = pd.to_datetime(raw["day"], format="%Y%m%d")
    cut = pd.Timestamp("1997-09-30")
    seen = raw[raw["day"] <= cut].drop_duplicates(["customer", "day"]).sort_values("day")
    came_back = set(raw.loc[raw["day"] > cut, "customer"])
    gaps = seen.groupby("customer")["day"].diff().dt.days
    own = gaps.groupby(seen["customer"]).median()
    days = seen.groupby("customer")["day"].agg(["size", "max"])
    buyers = {
        name: Buyer(None, int(row["size"]), None if np.isnan(own[name]) else float(own[name]))
        for name, row in days.iterrows()
    }
    usual = cadence.population(buyers.values())
    history = (date(1997, 9, 30) - seen["day"].min().date()).days
    rhythms = {
        name: cadence.rhythm(buyer, (cut - days.loc[name, "max"]).days, usual, history)
        for name, buyer in buyers.items()
    }
    assert len(rhythms) == 2357
    times = pd.Series({name: rhythm.times for name, rhythm in rhythms.items()})
    gone = ~times.index.isin(came_back)
    ranks = times.rank()
    area = (ranks[gone].sum() - gone.sum() * (gone.sum() + 1) / 2) / (gone.sum() * (~gone).sum())
    assert area == pytest.approx(0.743, abs=0.005)
    dormant = times.ge(cadence.DORMANT_AT)
    balanced = (dormant[gone].mean() + (~dormant[~gone]).mean()) / 2
    assert balanced == pytest.approx(0.695, abs=0.01)
    assert dormant.sum() == sum(rhythm.state == "dormant" for rhythm in rhythms.values())


@given(
    st.lists(st.tuples(st.integers(1, 9), st.none() | st.integers(1, 40), st.integers(0, 400))),
    st.integers(0, 900),
)
def test_many_are_judged_as_one_is(rows: list[tuple[int, int | None, int]], history: int) -> None:
    """By the ratio itself, and column by column as one by one."""
    buyers = [Buyer("tea", days, None if gap is None else gap / 2) for days, gap, _ in rows]
    usual = cadence.population(buyers)
    silent = [silence for _days, _gap, silence in rows]
    found = cadence.rhythms(Columnar.of(Buyer, buyers), silent, usual, history)
    assert list(found) == [
        cadence.rhythm(buyer, silence, usual, history)
        for buyer, silence in zip(buyers, silent, strict=True)
    ]
    for one in found:
        if one.expected_gap is None or one.times is None:
            assert one.state is None
        elif one.expected_gap > history / 3:
            assert one.state == "too-early"
        elif not any(math.isclose(one.times, limit) for limit in (2, 3)):
            states = ("active", "slowing", "dormant")
            assert one.state == states[(one.times >= 2) + (one.times >= 3)]
