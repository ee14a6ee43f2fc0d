"""Gamma–Gamma against the published fit and simulation."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ci_cli.analysis.forecast import gamma_gamma


@pytest.mark.shared
def test_the_published_fit_to_the_digits_printed(shared_data: Path):
    """Fader & Hardie 2013: p = 6.25, q = 3.74, v = 15.45."""
    path = shared_data / "cdnow" / "cdnow_customers_summary_with_transactions.csv"
    table = pd.read_csv(path)
    table = table[table["x"] > 0]
    found = gamma_gamma.fit(table["x"], table["zbar"])
    assert tuple(round(value, 2) for value in found.parameters) == (6.25, 3.74, 15.45)
    assert found.customers == 946


def made(customers: int):
    """Customers with gamma-distributed purchases around means of their own."""
    rng = np.random.default_rng(11)
    number = rng.integers(1, 9, customers)
    scale = rng.gamma(4.0, 1 / 20.0, customers)
    mean = np.array([rng.gamma(3.0, 1 / s, n).mean() for s, n in zip(scale, number, strict=True)])
    coming = np.array([rng.gamma(3.0, 1 / s) for s in scale])
    return number, mean, coming


def test_simulated_customers_spend_what_the_model_expects():
    number, mean, coming = made(8000)
    found = gamma_gamma.fit(number, mean)
    assert np.log(found.parameters) == pytest.approx(np.log([3.0, 4.0, 20.0]), abs=0.15)
    expected = gamma_gamma.expected_mean(found.parameters, number, mean)
    for part in (number == 1, (number > 1) & (number < 5), number >= 5):
        error = 4 * coming[part].std() / np.sqrt(part.sum())
        assert expected[part].mean() == pytest.approx(coming[part].mean(), abs=error)
    low, high = expected[mean < 10].mean(), coming[mean < 10].mean()
    assert low == pytest.approx(high, rel=0.1)  # drawn towards everybody, as these turn out


def test_another_currency_only_scales_and_another_order_changes_nothing():
    number, mean, _coming = made(500)
    found = gamma_gamma.fit(number, mean)
    dear = gamma_gamma.fit(number, mean * 1500)
    assert dear.parameters.v == pytest.approx(found.parameters.v * 1500, rel=1e-5)
    assert dear.parameters[:2] == pytest.approx(found.parameters[:2], rel=1e-5)
    order = np.random.default_rng(2).permutation(500)
    assert gamma_gamma.fit(number[order], mean[order]) == found
