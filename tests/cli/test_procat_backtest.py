"""``procat backtest`` beside ``procat check``: the same months and limits, from the file on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ci_cli import text
from ci_cli.analysis.decline import backtest
from ci_cli.analysis.decline.result import Thresholds
from ci_cli.analysis.periods import add_months
from ci_cli.cli.app import run
from ci_cli.errors import ExitCode
from declines import made, store_of
from importer import new_store
from store_dump import logical_dump


def procat(store: Path, capsys: pytest.CaptureFixture[str], words: str, *, code: int = 0) -> Any:
    capsys.readouterr()
    line = ["procat", *words.split(), "--db", str(store), "--lang", "en", "--format", "json"]
    assert run(line) == code
    text.activate("en")
    out = capsys.readouterr().out
    return json.loads(out) if out else None


@pytest.fixture(autouse=True)
def few_made_months(monkeypatch: pytest.MonkeyPatch) -> None:
    """Enough for what is tested here, in a quarter of the time."""
    monkeypatch.setattr(backtest, "MADE_MONTHS", 2000)
    monkeypatch.setattr(backtest, "INJECTED", 20)


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> Path:
    orders = [
        *made("WMS", 36, onset=22, attrition=0.1, rate=1.5),
        *made("Robots", 36, rate=1.0, customers=80, seed=2),
        *made("Cranes", 36, rate=0.4, customers=25, seed=6),
        *((group, month + 31, *rest) for group, month, *rest in made("Drones", 5, customers=40)),
    ]
    return store_of(tmp_path_factory.mktemp("backtest"), orders)  # type: ignore[arg-type]


def test_the_past_says_what_check_said_then(tried, capsys):
    """Every alarm of the replay is one that ``check --as-of`` raises, in the same month."""
    words = "backtest --as-of 2020-12 --history 24m"
    found = procat(tried, capsys, words)
    months = found["meta"]["months"]
    assert months == [add_months("2019-01", step) for step in range(24)]
    stands: set[str] = set()
    raised = []
    for number, month in enumerate(months):
        then = procat(tried, capsys, f"check --as-of {month}")
        assert then["meta"]["month"] == month
        rows = [*then["rows"], *then["tables"]["total"]["rows"]]
        for row in sorted(rows, key=lambda row: (row["category"] == "total", row["category"])):
            name = row["category"]
            if row["state"] == "alarm" and name not in stands:
                stands.add(name)
                if number:  # what stands in the first month may have been raised before
                    raised.append((name, month, row["score"], row["since"]))
            elif row["state"] in ("ok", "too new"):
                stands.discard(name)
    assert "WMS" in {name for name, *_rest in raised}
    assert [
        (row["category"], row["raised"], row["score"], row["since"])
        for row in found["tables"]["alarms"]["rows"]
    ] == raised


def test_nothing_is_changed_by_looking(tried, capsys):
    before = logical_dump(tried)
    procat(tried, capsys, "backtest --false-alarms-per-year 3")
    procat(tried, capsys, "backtest --false-alarms-per-year 3 --save --dry-run")
    procat(tried, capsys, "backtest --reset --dry-run")
    assert logical_dump(tried) == before
    assert procat(tried, capsys, "check")["meta"]["limits"] is None


def test_saved_limits_are_used_named_and_taken_back(tried, capsys):
    usual = procat(tried, capsys, "check")
    saved = procat(tried, capsys, "backtest --false-alarms-per-year 12 --save --today 2021-01-05")
    chosen = saved["meta"]["saved"]
    asked = next(row for row in saved["tables"]["choices"]["rows"] if row["choice"] == "asked")
    assert (chosen["alarm"], chosen["watch"]) == (asked["alarm"], asked["watch"])
    assert chosen["alarm"] < Thresholds().alarm  # twelve a year of four categories is a lot
    assert (chosen["asked"], chosen["day"], chosen["last_month"]) == (12, "2021-01-05", "2020-11")
    found = procat(tried, capsys, "check")
    assert found["meta"]["limits"] == chosen
    assert (found["meta"]["alarm_from"], found["meta"]["watch_from"]) == (
        chosen["alarm"], chosen["watch"],
    )  # fmt: skip
    for row in found["rows"]:
        if row["score"] is not None and not row["reason"]:
            limit = "alarm" if row["score"] >= chosen["alarm"] else "watch"
            assert row["state"] == (limit if row["score"] >= chosen["watch"] else "ok")
    said = " ".join(note["text"] for note in found["meta"]["notes"])
    assert "chosen on 2021-01-05 for false alarms a year: 12" in said
    again = procat(tried, capsys, "backtest")
    assert again["meta"]["alarm_from"] == chosen["alarm"]
    assert again["rows"][0]["score"] == chosen["alarm"]
    procat(tried, capsys, "backtest --reset")
    assert procat(tried, capsys, "check") == usual


@pytest.mark.parametrize("number", ["0", "-1", "nan", "inf", "1001"])
def test_numbers_that_mean_nothing_are_refused(tried, capsys, number):
    before = logical_dump(tried)
    words = f"backtest --false-alarms-per-year {number} --save"
    assert procat(tried, capsys, words, code=ExitCode.DECIDE) is None
    assert logical_dump(tried) == before


def test_save_and_reset_exclude_each_other(tried, capsys):
    procat(tried, capsys, "backtest --save --reset", code=ExitCode.DECIDE)
    procat(tried, capsys, "backtest --history soon", code=ExitCode.DECIDE)


@pytest.mark.parametrize("months", [1, 12, 13, 14])
def test_a_young_store_is_told_so(tmp_path, capsys, months):
    store = store_of(tmp_path, made("WMS", months, customers=20))
    as_of = add_months("2018-01", months - 1)
    found = procat(store, capsys, f"backtest --as-of {as_of}")
    assert found["meta"]["months"] == (["2019-01", "2019-02"] if months == 14 else [])
    assert not any(row["raised"] for row in found["rows"])
    assert "choices" not in found.get("tables", {})
    told = " ".join(note["text"] for note in found["meta"]["notes"])
    if months == 14:  # what is empty says why
        assert "hold no decline of 10 % from one year to the next" in told
        assert "each is watched for 12 months, and 2 could be replayed" in told
    before = logical_dump(store)
    words = f"backtest --as-of {as_of} --false-alarms-per-year 1 --save"
    procat(store, capsys, words, code=ExitCode.DECIDE)
    assert logical_dump(store) == before


def test_an_empty_store_and_days_before_it_are_no_failure(tried, tmp_path, capsys):
    assert procat(new_store(tmp_path / "ci.db"), capsys, "backtest") is None
    assert procat(tried, capsys, "backtest --as-of 2001-01")["rows"] == []


def test_each_currency_has_its_own_limits(tmp_path, capsys):
    orders = [*made("WMS", 40, customers=40), *made("Robots", 40, customers=40)]
    store = store_of(tmp_path, orders, WMS="USD")
    words = "backtest --false-alarms-per-year 2 --save --currency EUR --as-of 2021-04"
    assert procat(store, capsys, words)["meta"]["saved"] is not None
    euros = procat(store, capsys, "check --currency EUR")
    dollars = procat(store, capsys, "check --currency USD")
    assert euros["meta"]["limits"] is not None
    assert dollars["meta"]["limits"] is None
    # WMS moved to dollars: the replay raises nothing about it, as check did not
    found = procat(store, capsys, "backtest --currency EUR")
    assert "WMS" not in {row["category"] for row in found["tables"]["alarms"]["rows"]}
    both = procat(store, capsys, "backtest")
    assert {row["currency"] for row in both["rows"]} == {"EUR", "USD"}


def test_another_name_raises_nothing_in_the_past_either(tmp_path, capsys):
    orders = [
        *made("Alpha", 26, customers=60),
        *(("Beta", *rest) for _group, *rest in made("Alpha", 40, customers=60) if rest[0] >= 26),
    ]
    store = store_of(tmp_path, orders, product="P1")
    found = procat(store, capsys, "backtest --as-of 2021-04")
    assert "Alpha" not in {row["category"] for row in found["tables"]["alarms"]["rows"]}


def test_limits_altered_from_outside_are_no_limits(tried, tmp_path, capsys):
    import shutil
    import sqlite3
    from contextlib import closing

    store = tmp_path / "ci.db"
    shutil.copy(tried, store)
    with closing(sqlite3.connect(store)) as conn, conn:
        conn.execute("REPLACE INTO meta (key, value) VALUES ('procat_limits', '{\"EUR\": 3}')")
    assert procat(store, capsys, "check", code=ExitCode.DAMAGED) is None
    procat(store, capsys, "backtest --reset")
    assert procat(store, capsys, "check")["rows"]
