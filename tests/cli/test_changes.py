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
        if row["what"] not in ("segment", "spend")
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


@pytest.mark.parametrize("since", ["0d", "tomorrow", "soon"])
def test_a_day_that_is_not_before_today_is_refused(store: Path, since: str) -> None:
    _run(store, "customer", "changes", "--since", since, code=2)
