"""The backtest proves itself on stores of which it is known what foretells leaving."""

from __future__ import annotations

from pathlib import Path

from health_stores import leaving, told

_WORDS = ("health", "backtest", "--as-of", "2025-12-31", "--horizon", "6m", "--cutoffs", "1")


def test_soft_facts_that_foretell_leaving_beat_recency(tmp_path: Path) -> None:
    store, left = leaving(tmp_path, soft_tells=True)
    found = told(store, *_WORDS)
    assert found["meta"]["verdict"] == "better"
    assert found["meta"]["left"] == left
    health, hard, recency = found["rows"]
    assert health["auc"] > 0.7
    assert health["gain_low"] > 0
    assert hard["gain_low"] <= 0 <= hard["gain_high"]  # orders alone tell nothing here
    assert recency["low"] < 0.5 < recency["high"]


def test_soft_facts_that_foretell_nothing_are_no_better_than_recency(tmp_path: Path) -> None:
    store, left = leaving(tmp_path, soft_tells=False)
    found = told(store, *_WORDS)
    assert found["meta"]["left"] == left
    assert found["meta"]["verdict"] == "no-better"
    assert found["rows"][0]["gain_low"] <= 0 <= found["rows"][0]["gain_high"]
