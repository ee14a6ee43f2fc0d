"""Currencies are never summed: blocks for people, a currency column for machines."""

from __future__ import annotations

import csv
import json
from decimal import Decimal
from pathlib import Path

import pytest

from ci_cli.cli.app import run
from importer import bring_in, new_store


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "orders.csv"
    path.write_text(
        "order id,order date,customer id,product,amount,currency\n"
        "1,2024-01-05,A,tea,10,EUR\n2,2024-02-05,A,tea,99,USD\n3,2024-02-06,B,tea,5,EUR\n",
        "utf-8",
    )
    store = new_store(tmp_path / "ci.db")
    bring_in(store, path)
    return store


def test_a_file_holds_every_currency(store: Path, tmp_path: Path) -> None:
    target = tmp_path / "p.csv"
    words = ["procat", "report", "--long", "--by", "product", "-o", str(target)]
    assert run([*words, "--db", str(store), "-q"]) == 0
    rows = list(csv.DictReader(target.read_text("utf-8-sig").splitlines()))
    assert {(r["currency"], r["month"], Decimal(r["net"])) for r in rows} == {
        ("EUR", "2024-01", Decimal(10)), ("EUR", "2024-02", Decimal(5)),
        ("USD", "2024-02", Decimal(99)),
    }  # fmt: skip


def test_json_rows_name_their_currency(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rfm", "run", "--format", "json", "--db", str(store), "-q"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert {(row["currency"], row["customer"]) for row in answer["rows"]} == {
        ("EUR", "C1"), ("EUR", "C2"), ("USD", "C1"),
    }  # fmt: skip
    assert answer["meta"]["currencies"] == ["EUR", "USD"]


def test_the_screen_has_a_block_for_each(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["procat", "report", "--db", str(store), "-q"]) == 0
    shown = capsys.readouterr().out
    assert "EUR: " in shown
    assert "USD: " in shown
    assert "114" not in shown


def test_one_currency_can_be_chosen(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["procat", "report", "--currency", "usd", "--format", "csv", "--db", str(store), "-q"]
    assert run(words) == 0
    assert "99.00" in capsys.readouterr().out
    assert run(["procat", "report", "--currency", "GBP", "--db", str(store)]) == 2
