"""``customer show`` on the demo store: six blocks, and every order with a running total."""

from __future__ import annotations

import csv
import json
import shutil
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ci_cli.cli.app import run

DAY = "1998-05-07"


@pytest.fixture
def store(demo_store: Path, tmp_path: Path) -> Path:
    shutil.copy(demo_store, tmp_path / "ci.db")
    return tmp_path / "ci.db"


def _say(store: Path, *words: str) -> None:
    assert run([*words, "--db", str(store), "-q", "--today", DAY, "--lang", "en"]) == 0


def _show(store: Path, capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    capsys.readouterr()
    _say(store, "customer", "show", *words, "--format", "json")
    return dict(json.loads(capsys.readouterr().out, parse_float=Decimal))


def test_every_order_sums_to_the_total(
    store: Path, examples: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The oracle adds the order lines of the raw files up by hand."""
    folder = examples / "northwind"
    with (folder / "orders.csv").open(encoding="utf-8-sig") as file:
        ours = {row["orderID"] for row in csv.DictReader(file) if row["customerID"] == "ERNSH"}
    sums: dict[str, Decimal] = defaultdict(Decimal)
    with (folder / "order-details.csv").open(encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            if row["orderID"] in ours:
                rebate = 1 - Decimal(row["discount"])
                sums[row["orderID"]] += Decimal(row["unitPrice"]) * int(row["quantity"]) * rebate
    found = _show(store, capsys, "ERNSH", "--orders")
    orders = found["tables"]["last_orders"]
    assert {row["order"] for row in orders["rows"]} == ours
    assert [row["day"] for row in orders["rows"]] == sorted(row["day"] for row in orders["rows"])
    so_far = Decimal(0)
    for row in orders["rows"]:
        so_far += row["net"]
        assert abs(row["net"] - sums[row["order"]]) <= Decimal("0.01")
        assert row["running_total"] == so_far
    assert orders["total"]["net"] == so_far == found["tables"]["buys"]["rows"][0]["revenue"]


def test_a_prospect_has_all_six_blocks(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _say(store, "customer", "add", "Blue Yonder", "industry=Retail")
    capsys.readouterr()
    _say(store, "customer", "show", "Blue Yonder")
    out = capsys.readouterr().out
    for block in ("Who", "Buys", "Contacts: people", "Behaves", "Says", "Owed"):
        assert f"\n{block}" in out
    _say(store, "log", "promise", "Blue Yonder", "send the spec", "--due", "fri")
    _say(store, "log", "attitude", "Blue Yonder", "--attitude", "warm", "--on", "1998-05-01")
    _say(store, "tag", "add", "Blue Yonder", "asked-for-trial")
    _say(store, "feedback", "add", "Blue Yonder", "--kind", "praise", "quick answers")
    tables = _show(store, capsys, "Blue Yonder")["tables"]
    assert [row["kind"] for row in tables["owed"]["rows"]] == ["promise"]
    assert [(row["kind"], row["age"]) for row in tables["says"]["rows"]] == [
        ("attitude", 6), ("praise", 0),
    ]  # fmt: skip
    assert tables["tags"]["rows"][0]["polarity"] == "positive"
    assert tables["buys"]["rows"] == []
