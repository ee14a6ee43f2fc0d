"""``rfm forecast``, ``rfm backtest``, ``customer phases`` and ``report …`` on the demo store."""

from __future__ import annotations

import csv
import json
import shutil
import sqlite3
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ci_cli import text
from ci_cli.cli.app import run
from ci_cli.errors import ExitCode
from importer import bring_in, new_store

COMMANDS = (
    ("rfm", "forecast"),
    ("rfm", "forecast", "--by", "chance"),
    ("rfm", "backtest"),
    ("customer", "phases", "ERNSH"),
    ("report", "second-sale", "--within", "90"),
    ("report", "whitespace"),
    ("report", "growth-room"),
    ("report", "growth-room", "--customer", "ERNSH"),
    ("report", "frequency"),
)


def ask(store: Path, capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> Any:
    capsys.readouterr()
    assert run([*words, "--db", str(store), "--lang", "en", "--format", "json"]) == code
    text.activate("en")
    out = capsys.readouterr().out
    return json.loads(out) if out else None


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_orders_that_came_later_change_nothing(words, demo_store, tmp_path, capsys):
    """As of a day, the store says the same whether or not it knows what came after."""
    past = tmp_path / "past.db"
    shutil.copy(demo_store, past)
    with closing(sqlite3.connect(past)) as conn:
        later = "SELECT id FROM sales_order WHERE date > '1998-01-31'"
        conn.execute(f"DELETE FROM order_line WHERE order_id IN ({later})")
        gone = conn.execute("DELETE FROM sales_order WHERE date > '1998-01-31'").rowcount
        conn.commit()
    assert gone > 100
    as_of = ("--as-of", "1998-01-31")
    assert ask(past, capsys, *words, *as_of) == ask(demo_store, capsys, *words, *as_of)


def trade(path: Path, customers: int, *, once: int = 0, mixed: bool = False) -> Path:
    """Make a store of customers who buy at rates of their own over two years, and some once."""
    rng = np.random.default_rng(7)
    rows = []
    for number in range(customers):
        gap, at = rng.gamma(1.0, 40.0) + 8, int(rng.integers(0, 200))
        stops = rng.integers(100, 1000)
        while at < min(730, stops):
            rows.append((number, at, int(rng.integers(10, 90))))
            at += max(1, int(rng.exponential(gap)))
    rows += [(10_000 + number, int(rng.integers(0, 700)), 20) for number in range(once)]
    if mixed:
        rng.shuffle(rows)
    with (path / "orders.csv").open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["order id", "date", "customer id", "category", "amount"])
        for place, (customer, at, money) in enumerate(rows):
            day = date(2020, 1, 1) + timedelta(days=int(at))
            key = f"O{customer}-{at}-{place if not mixed else money}"
            writer.writerow([key, day, f"K{customer}", "AB"[customer % 2], money])
    store = new_store(path / "ci.db")
    bring_in(store, path / "orders.csv")
    return store


def test_a_forecast_tells_one_time_buyers_apart(tmp_path, capsys):
    store = trade(tmp_path, 260, once=60)
    found = ask(store, capsys, "rfm", "forecast", "--weeks", "13")
    assert found["meta"]["method"] == "bg-nbd"
    assert found["meta"]["learnt_from"] >= 200
    assert found["meta"]["bg_nbd"].keys() == {"r", "alpha", "a", "b"}
    rows = found["rows"]
    assert len({row["customer"] for row in rows}) == len(rows)
    for row in rows:
        assert (row["buyer"] == "once") == (row["purchases"] == 1)
        assert (row["at_risk"] is None) == (row["buyer"] == "once")
        assert 0 <= row["chance_none"] <= 1
        assert "alive" not in " ".join(row)
    risks = [row["at_risk"] for row in rows if row["at_risk"] is not None]
    assert risks == sorted(risks, reverse=True)
    totals = {row["buyer"]: row for row in found["tables"]["totals"]["rows"]}
    for buyer in ("repeat", "once"):
        some = [row for row in rows if row["buyer"] == buyer]
        assert totals[buyer]["customers"] == len(some)
        assert totals[buyer]["expected_purchases"] == pytest.approx(
            sum(row["expected_purchases"] for row in some)
        )
        assert totals[buyer]["expected_revenue"] == pytest.approx(
            sum(row["expected_revenue"] for row in some)
        )
    by_chance = ask(store, capsys, "rfm", "forecast", "--by", "chance", "--top", "20")["rows"]
    chances = [row["chance_none"] for row in by_chance]
    assert chances == sorted(chances, reverse=True)
    assert len(by_chance) == 20


def test_too_few_customers_are_said_to_be(tmp_path, capsys):
    store = trade(tmp_path, 12)
    found = ask(store, capsys, "rfm", "forecast")
    assert (found["meta"]["method"], found["meta"]["why_not_model"]) == ("rhythm", "too-few")
    assert run(["rfm", "forecast", "--db", str(store), "--lang", "en"]) == 0
    said = capsys.readouterr()
    assert "it needs 50 customers and 20 who came back" in said.out + said.err


def test_nobody_came_back(tmp_path, capsys):
    found = ask(trade(tmp_path, 0, once=60), capsys, "rfm", "forecast")
    assert found["meta"]["method"] == "nothing"
    assert all(row["chance_none"] is None for row in found["rows"])
    assert [row["customers"] for row in found["tables"]["totals"]["rows"]] == [0, 60]


def test_the_order_of_lines_in_the_file_changes_nothing(tmp_path, capsys):
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
    first = trade(tmp_path / "one", 220, mixed=False)
    lines = (tmp_path / "one" / "orders.csv").read_text().splitlines(keepends=True)
    order = np.random.default_rng(3).permutation(len(lines) - 1) + 1
    mixed = tmp_path / "other" / "orders.csv"
    mixed.write_text(lines[0] + "".join(lines[place] for place in order))
    second = new_store(tmp_path / "other" / "ci.db")
    bring_in(second, mixed)

    def by_name(store: Path, *words: str) -> list[dict[str, Any]]:
        rows = ask(store, capsys, *words)["rows"]
        for row in rows:
            row.pop("customer", None)  # numbers are given in the order of the file
        return sorted(rows, key=lambda row: json.dumps(row, sort_keys=True))

    for words in (
        ("rfm", "forecast"), ("rfm", "backtest"), ("report", "second-sale"),
        ("report", "whitespace", "--top", "5000"), ("report", "growth-room", "--top", "5000"),
    ):  # fmt: skip
        assert by_name(first, *words) == by_name(second, *words)


def test_backtest_counts_who_bought(demo_store, capsys):
    found = ask(demo_store, capsys, "rfm", "backtest", "--weeks", "8")
    split, as_of = found["meta"]["split"], found["meta"]["as_of"]
    assert date.fromisoformat(as_of) - date.fromisoformat(split) == timedelta(weeks=8)
    with closing(sqlite3.connect(demo_store)) as conn:
        known, bought = (
            {row[0] for row in conn.execute(
                "SELECT DISTINCT r.customer_id FROM revenue_line AS v"
                " JOIN record AS r ON r.id = v.record_id"
                " WHERE v.kind = 'sale' AND v.amount > 0 AND v.day BETWEEN ? AND ?", days)}
            for days in (("0", split), (f"{split}x", as_of))
        )  # fmt: skip
    assert found["meta"]["customers"] == len(known)
    assert found["meta"]["bought"] == len(known & bought)
    bands = found["rows"]
    assert sum(band["customers"] for band in bands) == len(known)
    assert sum(band["bought"] for band in bands) == len(known & bought)
    scores = {row["score"]: row for row in found["tables"]["rankings"]["rows"]}
    assert scores.keys() >= {"forecast", "rhythm", "r-score"}
    assert all(0 <= row["auc"] <= 1 for row in scores.values())


def test_a_history_that_is_too_short_is_said_to_be(demo_store, capsys):
    line = ["rfm", "backtest", "--as-of", "1996-08-31", "--db", str(demo_store), "--lang", "en"]
    assert run(line) == 0
    said = capsys.readouterr()
    assert said.out == ""
    assert "nobody had bought by 1996-06-01" in said.err


def test_phases_of_the_demo(demo_store, capsys):
    """Mère Paillarde bought every three weeks until 1997-10-30, and never again."""
    found = ask(demo_store, capsys, "customer", "phases", "MEREP")
    last = found["rows"][-1]
    assert (last["phase"], last["from"], last["to"]) == ("dormant", "1998-01", None)
    assert found["rows"][-2]["last_purchase"] == "1997-10-30"
    assert found["meta"]["typical_cycle"] == 17.5
    with closing(sqlite3.connect(demo_store)) as conn:
        money = conn.execute(
            "SELECT sum(v.amount) FROM revenue_line AS v JOIN record AS r ON r.id = v.record_id"
            " WHERE r.source_key = 'MEREP'"
        ).fetchone()[0]
    assert sum(row["revenue"] for row in found["rows"]) == pytest.approx(money / 10_000)
    months = [row["months"] for row in found["rows"]]
    assert sum(months) == 20  # 1996-10 to 1998-05


def test_a_customer_who_never_bought(demo_store, capsys):
    found = ask(demo_store, capsys, "customer", "phases", "PARIS")
    assert found["rows"] == []


def test_whitespace_lists_what_is_not_bought(demo_store, capsys):
    found = ask(demo_store, capsys, "report", "whitespace", "--top", "500")
    with closing(sqlite3.connect(demo_store)) as conn:
        bought = set(conn.execute(
            "SELECT DISTINCT 'C' || r.customer_id, i.category FROM revenue_line AS v"
            " JOIN record AS r ON r.id = v.record_id"
            " JOIN item_category AS i ON i.item_id = v.item_id WHERE v.day > '1997-05-06'"
        ))  # fmt: skip
    assert found["rows"]
    for row in found["rows"]:
        assert (row["customer"], row["category"]) not in bought
        assert 3 <= row["support"] <= row["peers"]
        assert row["share"] == pytest.approx(row["support"] / row["peers"])
        assert row["expected"] == pytest.approx(row["share"] * row["buyers_mean"], abs=0.01)
    own = ask(demo_store, capsys, "report", "whitespace", "--customer", "MEREP")["rows"]
    assert own
    assert {row["name"] for row in own} == {"Mère Paillarde"}


def test_room_of_all_is_the_sum_of_the_categories_of_each(demo_store, capsys):
    every = ask(demo_store, capsys, "report", "growth-room", "--top", "500")["rows"]
    assert all(row["peers"] >= 5 for row in every)
    for row in every[:5]:
        one = ask(demo_store, capsys, "report", "growth-room", "--customer", row["customer"])
        assert one["total"]["room"] == pytest.approx(row["room"])
        assert max(one["rows"], key=lambda r: r["room"])["category"] == row["category"]


def test_without_categories_nothing_is_compared(tmp_path, capsys):
    (tmp_path / "orders.csv").write_text("order id,date,customer id,amount\nO1,2020-01-01,K1,5\n")
    store = new_store(tmp_path / "ci.db")
    bring_in(store, tmp_path / "orders.csv")
    assert run(["report", "whitespace", "--db", str(store), "--lang", "en"]) == 0
    said = capsys.readouterr()
    assert "No purchase in the window has a category" in said.out + said.err


def test_frequency_adds_up_to_the_rhythm_of_the_run(demo_store, capsys):
    found = ask(demo_store, capsys, "report", "frequency")
    states = [row["rhythm"] for row in ask(demo_store, capsys, "rfm", "run")["rows"]]
    total = found["total"]
    assert total["customers"] == len(states)
    for state in ("active", "slowing", "dormant"):
        assert total[state] == states.count(state)


@pytest.mark.parametrize("words", [words for words in COMMANDS if "ERNSH" not in words])
def test_an_empty_store_says_so(words, tmp_path, capsys):
    store = new_store(tmp_path / "ci.db")
    assert run([*words, "--db", str(store), "--lang", "en"]) == ExitCode.DONE
    assert "no orders yet" in capsys.readouterr().err


def test_several_currencies_stand_apart(tmp_path, capsys):
    rows = ["order id,date,customer id,category,amount,currency"]
    for number in range(8):
        for code in ("EUR", "USD"):
            rows += [f"{code}{number}-{n},2020-0{n}-01,K{number},A,{n}0,{code}" for n in (1, 2, 3)]
    (tmp_path / "orders.csv").write_text("\n".join(rows))
    store = new_store(tmp_path / "ci.db")
    bring_in(store, tmp_path / "orders.csv")
    for words in (("rfm", "forecast"), ("report", "second-sale"), ("customer", "phases", "K1")):
        found = ask(store, capsys, *words)
        assert {row["currency"] for row in found["rows"]} == {"EUR", "USD"}
