"""``customer changes``: each thing once, and nothing that was taken back."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ci_cli.cli.app import run


def _run(store: Path, *words: str, code: int = 0) -> None:
    assert run([*words, "--db", str(store), "-q"]) == code


def _changes(store: Path, capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, Any]]:
    capsys.readouterr()
    _run(store, "customer", "changes", "--format", "json", *words)
    return list(json.loads(capsys.readouterr().out)["rows"])


@pytest.fixture
def store(demo_store: Path, tmp_path: Path) -> Path:
    shutil.copy(demo_store, tmp_path / "ci.db")
    return tmp_path / "ci.db"


def test_fields_and_complaints_are_told_once(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _run(store, "customer", "set", "ERNSH", "owner=li", "status=new")
    _run(store, "customer", "set", "ERNSH", "owner=chen")
    _run(store, "log", "request", "ERNSH", "退货标签", "--by", "chen")
    _run(store, "customer", "set", "SAVEA", "owner=wang")
    with closing(sqlite3.connect(store)) as conn:
        (batch,) = conn.execute("SELECT max(id) FROM batch").fetchone()
    _run(store, "import", "undo", str(batch), "-y")
    rows = _changes(store, capsys)
    told = sorted(
        (row["customer"], row["what"], row["before"] or "", row["after"])
        for row in rows
        if row["what"] not in ("segment", "spend", "health")
    )
    assert told == [
        ("C20", "owner", "", "li"), ("C20", "owner", "li", "chen"),
        ("C20", "request", "", "退货标签"), ("C20", "status", "", "new"),
    ]  # fmt: skip
    assert {row["customer"] for row in _changes(store, capsys, "--owner", "chen")} == {"C20"}


def test_spend_is_that_of_the_lines(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = _changes(store, capsys, "--since", "7d")
    spent = {row["customer"]: row["after"] for row in rows if row["what"] == "spend"}
    with closing(sqlite3.connect(store)) as conn:
        sums = conn.execute(
            "SELECT 'C' || r.customer_id, sum(v.amount) FROM revenue_line AS v JOIN record AS r"
            " ON r.id = v.record_id WHERE v.day > '1998-04-29' AND v.day <= '1998-05-06' GROUP BY 1"
        ).fetchall()
    assert sums
    for customer, amount in sums:
        assert spent[customer] == f"{(amount + 50) // 100 / 100:,.2f} USD"


def test_health_is_of_another_colour_where_two_runs_say_so(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bands = []
    for day in ("1998-04-06", "1998-05-06"):
        capsys.readouterr()
        _run(store, "health", "run", "--as-of", day, "--format", "json")
        rows = json.loads(capsys.readouterr().out)["rows"]
        bands.append({row["customer"]: row["band"] for row in rows})
    then, now = bands
    expected = {key: (then[key], now[key]) for key in then.keys() & now.keys()
                if then[key] != now[key]}  # fmt: skip
    rows = _changes(store, capsys, "--since", "30d")
    told = {row["customer"]: (row["before"], row["after"]) for row in rows
            if row["what"] == "health"}  # fmt: skip
    assert told == expected != {}


def test_complaints_and_attitudes_are_told_once(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    at = ["--today", "1998-05-07"]
    _run(store, "log", "attitude", "ERNSH", "--attitude", "warm", "--on", "1998-01-01", *at)
    _run(store, "log", "attitude", "ERNSH", "--attitude", "cooling", "--on", "1998-05-02", *at)
    _run(store, "feedback", "add", "ERNSH", "late", "--kind", "complaint", "--on", "1998-05-03",
         *at)  # fmt: skip
    _run(store, "feedback", "add", "ERNSH", "old", "--kind", "complaint", "--on", "1998-04-03",
         *at)  # fmt: skip
    _run(store, "log", "attitude", "SAVEA", "--attitude", "warm", "--on", "1998-01-01", *at)
    _run(store, "log", "attitude", "SAVEA", "--attitude", "warm", "--on", "1998-05-02", *at)
    rows = _changes(store, capsys, *at)
    assert [
        (row["customer"], row["what"], row["day"], row["before"], row["after"])
        for row in rows
        if row["what"] in ("complaint", "attitude")
    ] == [
        ("C20", "complaint", "1998-05-03", None, "late"),
        ("C20", "attitude", "1998-05-02", "warm", "cooling"),
    ]


@pytest.mark.parametrize("since", ["0d", "tomorrow", "soon"])
def test_a_day_that_is_not_before_today_is_refused(store: Path, since: str) -> None:
    _run(store, "customer", "changes", "--since", since, code=2)
