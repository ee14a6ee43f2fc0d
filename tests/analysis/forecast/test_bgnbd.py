"""BG/NBD against the published fit, the formula of the paper written out, and simulation."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ci_cli.analysis.forecast import bgnbd
from ci_cli.analysis.forecast.bgnbd import Parameters

PUBLISHED = Parameters(0.243, 4.414, 0.793, 2.426)


def digits(found: bgnbd.Fit) -> tuple[object, ...]:
    return (*(round(value, 3) for value in found.parameters), round(found.log_likelihood, 1))


@pytest.mark.shared
def test_the_published_fit_to_the_digits_printed(shared_data: Path):
    """Fader, Hardie & Lee 2005, table 2."""
    table = pd.read_csv(shared_data / "cdnow" / "cdnow_customers_summary.csv")
    days = (table[["recency", "T"]] * 7).round().astype(int)
    found = bgnbd.fit(bgnbd.grouped(table["frequency"], days["recency"], days["T"]))
    assert digits(found) == (*PUBLISHED, -9582.4)
    assert found.has_converged
    assert found.customers == 2357


@pytest.mark.shared
def test_the_published_fit_from_raw_purchases(shared_data: Path):
    names = ["master", "customer", "day", "cds", "dollars"]
    raw = pd.read_csv(
        shared_data / "cdnow" / "CDNOW_sample.txt", sep=r"\s+", names=names, dtype=str
    )
    raw["day"] = pd.to_datetime(raw["day"], format="%Y%m%d")
    end = pd.Timestamp("1997-09-30")
    days = raw[raw["day"] <= end].drop_duplicates(["customer", "day"]).groupby("customer")["day"]
    first, last = days.min(), days.max()
    groups = bgnbd.grouped(days.size() - 1, (last - first).dt.days, (end - first).dt.days)
    assert digits(bgnbd.fit(groups)) == (*PUBLISHED, -9582.4)


def likelihood_of_paper(p: Parameters, x: int, t_x: float, t: float) -> float:
    """Equation (6), one customer, as printed."""

    def beta(one: float, other: float) -> float:
        return math.gamma(one) * math.gamma(other) / math.gamma(one + other)

    rate = math.gamma(p.r + x) * p.alpha**p.r / math.gamma(p.r)
    goes_on = beta(p.a, p.b + x) / beta(p.a, p.b) * rate / (p.alpha + t) ** (p.r + x)
    if x == 0:
        return goes_on
    stopped = beta(p.a + 1, p.b + x - 1) / beta(p.a, p.b) * rate / (p.alpha + t_x) ** (p.r + x)
    return goes_on + stopped


CUSTOMERS = st.lists(
    st.tuples(st.integers(0, 12), st.integers(0, 300), st.integers(0, 300)), min_size=1, max_size=8
)
POSITIVE = st.floats(0.1, 8.0)


@given(CUSTOMERS, POSITIVE, POSITIVE, POSITIVE, POSITIVE)
def test_the_likelihood_is_that_of_the_paper(some, r, alpha, a, b):
    p = Parameters(r, alpha, a, b)
    rows = [(x, min(x, 1) * t_x, min(x, 1) * t_x + rest) for x, t_x, rest in some]
    groups = bgnbd.grouped(*np.array(rows).T)
    value, gradient = bgnbd.negative_likelihood(*groups[:4])(np.log(p))
    expected = sum(math.log(likelihood_of_paper(p, x, u / 7, t / 7)) for x, u, t in rows)
    assert value == pytest.approx(-expected / len(rows), rel=1e-9, abs=1e-9)
    for place in range(4):
        step = np.zeros(4)
        step[place] = 1e-5
        function = bgnbd.negative_likelihood(*groups[:4])
        slope = (function(np.log(p) + step)[0] - function(np.log(p) - step)[0]) / 2e-5
        assert gradient[place] == pytest.approx(slope, rel=1e-4, abs=1e-6)


def simulated(p: Parameters, customers: int, days: int, after: int, seed: int):
    """Return x, t_x, T and the purchases in the days after, of customers who live by the model."""
    rng = np.random.default_rng(seed)
    rows = []
    for _ in range(customers):
        rate, stop = rng.gamma(p.r, 1 / p.alpha) / 7, rng.beta(p.a, p.b)
        watched = int(rng.integers(days // 2, days))
        at, bought, later = 0.0, [], 0
        while True:
            at += rng.exponential(1 / max(rate, 1e-12))
            if at > watched + after:
                break
            if at > watched:
                later += 1
            else:
                bought.append(at)
            if rng.random() < stop:
                break
        rows.append((len(bought), round(bought[-1]) if bought else 0, watched, later))
    return np.array(rows).T


def test_simulated_customers_do_what_the_model_says():
    truth = Parameters(0.9, 6.0, 0.9, 2.5)
    x, t_x, t, later = simulated(truth, 6000, 400, 91, seed=5)
    groups = bgnbd.grouped(x, t_x, t)
    found = bgnbd.fit(groups).parameters
    assert np.log(found) == pytest.approx(np.log(truth), abs=0.25)
    none = bgnbd.none_within(found, groups, 13)[groups.of]
    expected = bgnbd.expected(found, groups, 13)[groups.of]
    error = 3 / math.sqrt(len(x))
    assert none.mean() == pytest.approx((later == 0).mean(), abs=error)
    assert expected.mean() == pytest.approx(later.mean(), abs=3 * later.std() / math.sqrt(len(x)))
    for part in (none < 0.4, (none >= 0.4) & (none < 0.8), none >= 0.8):
        bought = (later[part] == 0).mean()
        assert none[part].mean() == pytest.approx(bought, abs=4 / math.sqrt(part.sum()))


def test_in_a_short_time_one_purchase_is_all_that_can_be():
    groups = bgnbd.grouped([0, 1, 4, 9], [0, 20, 100, 80], [30, 25, 130, 400])
    chance = 1 - bgnbd.none_within(PUBLISHED, groups, 1e-4)
    assert bgnbd.expected(PUBLISHED, groups, 1e-4) == pytest.approx(chance, rel=1e-3)


def test_the_hole_of_the_formula_at_a_equal_to_one_is_bridged():
    groups = bgnbd.grouped([0, 1, 4], [0, 20, 100], [30, 25, 130])
    around = [
        bgnbd.expected(PUBLISHED._replace(a=a), groups, 13) for a in (0.999999, 1.0, 1.000001)
    ]
    assert around[1] == pytest.approx((around[0] + around[2]) / 2, rel=1e-4)


def test_of_one_time_buyers_the_model_knows_no_doubt():
    """Why P(alive) must not rank customers: it is 1 however long the silence."""
    groups = bgnbd.grouped([0, 0, 1], [0, 0, 10], [10, 3000, 3000])
    assert list(bgnbd.alive(PUBLISHED, groups)[:2]) == [1.0, 1.0]
    none = bgnbd.none_within(PUBLISHED, groups, 13)
    assert none[1] > none[0]


def test_the_order_of_customers_changes_nothing_and_equal_ones_are_counted():
    x, t_x, t, _later = simulated(PUBLISHED, 400, 300, 0, seed=3)
    once = bgnbd.fit(bgnbd.grouped(x, t_x, t))
    order = np.random.default_rng(1).permutation(len(x))
    assert bgnbd.fit(bgnbd.grouped(x[order], t_x[order], t[order])) == once
    thrice = bgnbd.fit(bgnbd.grouped(*(np.tile(column, 3) for column in (x, t_x, t))))
    assert np.log(thrice.parameters) == pytest.approx(np.log(once.parameters), abs=1e-4)


def test_a_large_base_fits_as_well_as_without_a_first_fit_on_a_part(monkeypatch):
    from ci_cli.analysis.forecast import maximum

    x, t_x, t, _later = simulated(PUBLISHED, 5000, 700, 0, seed=8)
    groups = bgnbd.grouped(x, t_x, t)
    whole = bgnbd.fit(groups)
    monkeypatch.setattr(maximum, "_PART", 200)
    monkeypatch.setattr(maximum, "_LARGE", 800)
    assert len(groups.x) > 800
    in_two_steps = bgnbd.fit(groups)
    assert in_two_steps.log_likelihood == pytest.approx(whole.log_likelihood, abs=1e-4)
    assert np.log(in_two_steps.parameters) == pytest.approx(np.log(whole.parameters), abs=1e-3)


def test_customers_who_all_stop_alike_are_a_flat_ridge_that_the_search_may_end_on():
    """With one chance to stop for all, a and b grow together without end; their ratio is told."""
    x, t_x, t, _later = simulated(Parameters(1.1, 3.5, 3e4, 2e6), 400, 500, 0, seed=2)
    groups = bgnbd.grouped(x, t_x, t)
    found = bgnbd.fit(groups)
    assert found.has_converged
    p = found.parameters
    # 0.015 in truth; of 400 customers about twenty stop
    assert 0.005 < p.a / (p.a + p.b) < 0.04
