"""``procat check`` on imported order lines, from the file to the exit code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ci_cli import text
from ci_cli.analysis.periods import last_day
from ci_cli.cli.app import run
from ci_cli.errors import ExitCode
from declines import made, store_of
from importer import new_store


def check(store: Path, capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> Any:
    capsys.readouterr()
    line = ["procat", "check", "--db", str(store), "--lang", "en", "--format", "json", *words]
    assert run(line) == code
    text.activate("en")
    out = capsys.readouterr().out
    return json.loads(out) if out else None


@pytest.fixture(scope="module")
def sliding(tmp_path_factory: pytest.TempPathFactory) -> Path:
    orders = [
        *made("WMS", 36, onset=26, attrition=0.08, rate=1.5),
        *made("Robots", 36, rate=1.0, customers=80, seed=2),
        *((group, month + 31, *rest) for group, month, *rest in made("Drones", 5, customers=40)),
    ]
    return store_of(tmp_path_factory.mktemp("check"), orders)  # type: ignore[arg-type]


def test_a_category_that_loses_customers_alarms(sliding, capsys):
    found = check(sliding, capsys, "--as-of", "2020-12")
    assert [(row["category"], row["state"]) for row in found["rows"]] == [
        ("WMS", "alarm"), ("Robots", "ok"), ("Drones", "too new"),
    ]  # fmt: skip
    row = found["rows"][0]
    assert row["driver"] == "buyers"
    assert "2019-12" <= row["since"] <= "2020-06"
    assert -0.13 < row["monthly_rate"] < -0.04
    assert 0 < row["at_risk_low"] <= row["at_risk_12m"] <= row["at_risk_high"]
    assert found["rows"][1]["driver"] is None
    said = [note["text"] for note in found["meta"]["notes"]]
    assert said[0].startswith("WMS: falling about ")
    assert ", mainly fewer buyers (strong evidence); " in said[0]
    assert found["meta"]["month"] == "2020-12"
    total = found["tables"]["total"]["rows"][0]
    assert total["category"] == "total"
    assert total["state"] in ("alarm", "watch", "ok")


def test_earlier_months_are_judged_without_the_later_ones(sliding, capsys):
    """The verdict on a month is the same whether or not later months are in the store."""
    early = check(sliding, capsys, "--as-of", "2019-12")
    assert {row["state"] for row in early["rows"]} <= {"ok", "watch"}
    assert [row["category"] for row in early["rows"]] != []
    middle = check(sliding, capsys, "--as-of", "2020-07-15")
    assert middle["meta"]["month"] == "2020-06"
    assert middle["meta"]["incomplete_month"] == "2020-07"
    assert middle["rows"] == check(sliding, capsys, "--as-of", "2020-06")["rows"]


def test_fail_on_alarm_tells_cron(sliding, capsys):
    check(sliding, capsys, "--as-of", "2020-12", "--fail-on", "alarm", code=ExitCode.CHECK_FIRED)
    check(sliding, capsys, "--as-of", "2019-06", "--fail-on", "alarm")


def test_months_that_nobody_brought_in_are_not_a_fall(sliding, capsys):
    late = check(sliding, capsys, "--as-of", "2021-06")
    assert late["meta"]["month"] == "2020-12"
    assert late["meta"]["missing_months"] == [f"2021-{month:02d}" for month in range(1, 7)]
    assert late["rows"] == check(sliding, capsys, "--as-of", "2020-12")["rows"]


def test_before_all_history_nothing_is_judged(sliding, capsys):
    found = check(sliding, capsys, "--as-of", "2001-01")
    assert found["rows"] == []
    assert found["meta"]["month"] is None


def test_an_empty_store_is_no_failure(tmp_path, capsys):
    assert check(new_store(tmp_path / "ci.db"), capsys) is None


def test_paying_in_another_currency_is_no_decline(tmp_path, capsys):
    orders = [*made("WMS", 36, customers=40), *made("Robots", 36, customers=40)]
    store = store_of(tmp_path, orders, WMS="USD")
    found = check(store, capsys, "--as-of", "2020-12", "--currency", "EUR")
    states = {row["category"]: (row["state"], row["reason"]) for row in found["rows"]}
    assert states["WMS"] == ("too new", "currency")
    assert states["Robots"][0] in ("ok", "watch")
    assert found["tables"]["total"]["rows"][0]["reason"] == "currency"
    dollars = check(store, capsys, "--as-of", "2020-12", "--currency", "USD")
    assert dollars["rows"][0]["state"] in ("ok", "watch")


def test_sales_without_customers_are_judged_by_orders_and_money(tmp_path, capsys):
    orders = [(g, m, None, a) for g, m, _c, a in made("WMS", 36, onset=24, less=0.1, rate=1.5)]
    row = check(store_of(tmp_path, orders), capsys, "--as-of", str(last_day("2020-12")))["rows"][0]
    assert (row["state"], row["driver"]) == ("alarm", "orders")


def test_words_are_translated_and_states_are_not(sliding, capsys):
    line = ["procat", "check", "--db", str(sliding), "--lang", "zh", "--as-of", "2020-12"]
    assert run(line) == 0
    text.activate("en")
    assert "alarm" in capsys.readouterr().out
