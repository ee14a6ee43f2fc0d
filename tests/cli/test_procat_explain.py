"""``procat explain`` against pandas over the files of the demo."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from ci_cli import text
from ci_cli.cli.app import run
from ci_cli.errors import ExitCode
from declines import made, store_of


def explain(store: Path, capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> Any:
    capsys.readouterr()
    line = ["procat", "explain", *words, "--db", str(store), "--lang", "en", "--format", "json"]
    assert run(line) == code
    text.activate("en")
    out = capsys.readouterr().out
    return json.loads(out) if out else None


def sums(store: Path, category: str, first: str, last: str) -> Any:
    with closing(sqlite3.connect(store)) as conn:
        lines = pd.read_sql_query(
            "SELECT r.customer_id AS customer, v.day, v.amount FROM revenue_line AS v"
            " JOIN record AS r ON r.id = v.record_id JOIN item_category AS i"
            " ON i.item_id = v.item_id WHERE i.category = ?",
            conn, params=(category,),
        )  # fmt: skip
    lines = lines[lines["day"].str[:7].between(first, last)]
    return lines.groupby("customer")["amount"].sum()


def test_the_demo_against_pandas(demo_store, capsys):
    found = explain(demo_store, capsys, "Beverages", "--as-of", "1998-04", "--months", "6")
    assert found["meta"]["now"] == ["1997-11", "1998-04"]
    assert found["meta"]["before"] == ["1996-11", "1997-04"]
    before = sums(demo_store, "Beverages", "1996-11", "1997-04")
    now = sums(demo_store, "Beverages", "1997-11", "1998-04")
    rows = {row["customers_that"]: row for row in found["rows"]}
    assert rows["lost"]["customers"] == len(set(before.index) - set(now.index))
    assert rows["new"]["customers"] + rows["returned"]["customers"] == len(
        set(now.index) - set(before.index)
    )
    assert found["total"]["now"] == pytest.approx(now.sum() / 10_000)
    assert found["total"]["before"] == pytest.approx(before.sum() / 10_000)
    parts = found["tables"]["effects"]
    assert sum(round(row["change"] * 10_000) for row in parts["rows"]) == now.sum() - before.sum()
    sides = found["tables"]["periods"]["rows"]
    assert sides[1]["largest"] == pytest.approx(now.max() / now.sum())
    assert sides[1]["hhi"] == pytest.approx(((now / now.sum()) ** 2).sum())


def test_a_short_history_is_compared_with_the_months_before(tmp_path, capsys):
    store = store_of(tmp_path, made("A", 10, customers=20))
    found = explain(store, capsys, "A", "--as-of", "2018-10", "--months", "3")
    assert (found["meta"]["now"], found["meta"]["before"]) == (
        ["2018-08", "2018-10"], ["2018-05", "2018-07"],
    )  # fmt: skip


def test_a_new_name_is_told(tmp_path, capsys):
    """From 2020 on, lines of one category come under another name."""
    orders = [("Robots" if m < 24 else "Cobots", m, c, a) for _g, m, c, a in made("X", 30)]
    store = store_of(tmp_path, orders, product="R1")
    found = explain(store, capsys, "Robots", "--as-of", "2020-06")
    said = [note["text"] for note in found["meta"]["notes"]]
    assert any(line.startswith("Products of Robots are sold under Cobots now: 1") for line in said)
    assert said[0] == (
        "Robots: no decline seen (its products are sold under another category now)."
    )


def test_what_was_never_sold_is_said(demo_store, capsys):
    assert explain(demo_store, capsys, "Nonsense", code=ExitCode.DECIDE) is None
    assert explain(demo_store, capsys, "Beverages", "--months", "0", code=ExitCode.DECIDE) is None


def test_the_chart_shows_the_months_of_the_table_and_marks_the_fall(tmp_path, capsys):
    store = store_of(tmp_path, made("WMS <x>", 36, onset=24, attrition=0.1, rate=1.5))
    found = explain(store, capsys, "WMS <x>", "--as-of", "2020-12")
    (chart,) = found["charts"]
    with closing(sqlite3.connect(store)) as conn:
        sold = dict(
            conn.execute("SELECT substr(day, 1, 7), sum(amount) FROM revenue_line GROUP BY 1")
        )
    assert dict(zip(chart["months"], chart["actual"], strict=True)) == {
        month: pytest.approx(amount / 10_000) for month, amount in sold.items()
    }
    assert "2019-10" <= chart["since"] <= "2020-04"  # it began in 2020-01
    fallen = chart["months"].index(chart["since"])
    assert chart["actual"][-1] < 0.6 * chart["expected"][-1]
    assert sum(chart["actual"][:fallen]) == pytest.approx(sum(chart["expected"][:fallen]), rel=0.05)
    target = tmp_path / "wms.svg"
    line = ["procat", "explain", "WMS <x>", "--db", str(store), "--lang", "en", "-o", str(target)]
    assert run([*line, "--as-of", "2020-12"]) == 0
    drawn = target.read_text("utf-8")
    assert "WMS &lt;x&gt;" in drawn
    assert drawn.count("<circle") == 36
    assert f"since {chart['since']}: about" in drawn
