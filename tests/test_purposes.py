"""Columns about people are stored where somebody said what for, and nowhere else (row 3.4)."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from ci_cli.cli.app import run
from ci_cli.errors import CiError
from ci_cli.store import engine, purposes
from store_dump import logical_dump

LIST = (
    "Customer ID,Customer name,Gender,Age,Colour\nK1,Ann Smith,F,33,red\nK2,Bob Jones,M,44,blue\n"
)
ORDERS = "Order,Date,Customer ID,Amount,Customer gender\n1,2024-01-02,K1,10.00,F\n"


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text(LIST, encoding="utf-8")
    return path


def _run(store: Path, *words: str) -> int:
    return run([*words, "--db", str(store), "--lang", "en"])


def _extras(store: Path) -> list[dict[str, str]]:
    with closing(engine.connect(store)) as conn:
        rows = conn.execute("SELECT extra FROM record WHERE source_key IS NOT NULL ORDER BY id")
        return [json.loads(row[0] or "{}") for row in rows]


def _holds(store: Path, text: str) -> bool:
    with closing(sqlite3.connect(store)) as conn:
        return any(text in line for line in conn.iterdump())


def _state(store: Path) -> tuple[object, object]:
    with closing(engine.connect(store)) as conn:
        return logical_dump(store), purposes.read(conn)


def test_nothing_of_it_reaches_the_store(
    tmp_path: Path, sheet: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = tmp_path / "ci.db"
    assert _run(store, "import", str(sheet)) == 0
    told = capsys.readouterr().err
    assert "nobody said what for: Gender, Age. To keep them: --purpose Gender=WHAT-FOR" in told
    assert "kept as they are: Colour" in told
    assert _extras(store) == [{"Colour": "red"}, {"Colour": "blue"}]
    assert not _holds(store, "Gender")
    assert _run(store, "db", "fields", "--format", "json") == 0
    fields = {row["field"] for row in json.loads(capsys.readouterr().out)["rows"]}
    assert {name for name in fields if name.startswith("record.")} >= {"record.Colour"}
    assert not fields & {"record.Gender", "record.Age"}


def test_the_same_file_fills_it_in_once_a_purpose_is_set(
    tmp_path: Path, sheet: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = tmp_path / "ci.db"
    assert _run(store, "import", str(sheet)) == 0
    assert _run(store, "import", str(sheet), "--purpose", "gender=how to address them") == 0
    told = capsys.readouterr()
    assert "nobody said what for: Age." in told.err
    assert [one.get("Gender") for one in _extras(store)] == ["F", "M"]
    assert not any("Age" in one for one in _extras(store))
    # the purpose is kept: the next import needs no option
    assert _run(store, "import", str(sheet)) == 0
    assert "nobody said what for: Age." in capsys.readouterr().err
    assert _run(store, "db", "fields", "--format", "json") == 0
    rows = {row["field"]: row for row in json.loads(capsys.readouterr().out)["rows"]}
    assert rows["record.Gender"]["purpose"] == "how to address them"
    assert rows["record.Colour"]["purpose"] == "a column of your own"


def test_a_purpose_taken_back_stores_no_more_and_loses_nothing(
    tmp_path: Path, sheet: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = tmp_path / "ci.db"
    assert _run(store, "import", str(sheet), "--purpose", "Gender=how to address them") == 0
    assert _run(store, "db", "fields", "--purpose", "Gender", "") == 0
    assert "record.Gender still stands in 2 rows" in capsys.readouterr().err
    sheet.write_text(LIST + "K3,Cy Green,M,55,green\n", encoding="utf-8")
    assert _run(store, "import", str(sheet)) == 0
    assert [one.get("Gender") for one in _extras(store)] == ["F", "M", None]
    capsys.readouterr()
    assert _run(store, "db", "fields", "--format", "json") == 0
    rows = {row["field"]: row for row in json.loads(capsys.readouterr().out)["rows"]}
    assert rows["record.Gender"]["purpose"] == "about people: say what for, with --purpose"


def test_orders_and_typed_values_follow_the_same_rule(
    tmp_path: Path, sheet: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = tmp_path / "ci.db"
    orders = tmp_path / "orders.csv"
    orders.write_text(ORDERS, encoding="utf-8")
    assert _run(store, "import", str(sheet), str(orders)) == 0
    assert not _holds(store, "Customer gender")
    before = _state(store)
    assert _run(store, "customer", "set", "K1", "gender=F") == 2
    told = capsys.readouterr().err
    assert "gender describes a person" in told
    assert "ci-cli db fields --purpose gender WHAT-FOR" in told
    assert _run(store, "customer", "add", "Di White", "年龄=31") == 2
    assert _state(store) == before
    assert _run(store, "db", "fields", "--purpose", "Gender", "how to address them") == 0
    assert _run(store, "customer", "set", "K1", "gender=F") == 0
    assert _extras(store)[0]["gender"] == "F"


def test_a_dry_run_keeps_no_purpose(tmp_path: Path, sheet: Path) -> None:
    store = tmp_path / "ci.db"
    assert _run(store, "import", str(sheet)) == 0
    before = _state(store)
    assert _run(store, "db", "fields", "--purpose", "Age", "discounts", "--dry-run") == 0
    assert _run(store, "import", str(sheet), "--purpose", "Age=discounts", "--dry-run") == 0
    assert _state(store) == before


@pytest.mark.parametrize("text", ["Gender", "=words", "Gender=", " = "])
def test_a_purpose_has_a_heading_and_words(tmp_path: Path, sheet: Path, text: str) -> None:
    store = tmp_path / "ci.db"
    assert _run(store, "import", str(sheet), "--purpose", text) == 2
    assert not store.exists()


def test_a_setting_altered_from_outside_is_damage(tmp_path: Path, sheet: Path) -> None:
    store = tmp_path / "ci.db"
    assert _run(store, "import", str(sheet)) == 0
    with closing(engine.connect(store, write=True)) as conn, engine.transaction(conn):
        engine.set_meta(conn, purposes.KEY, "[{]")
        with pytest.raises(CiError, match="purposes of fields"):
            purposes.read(conn)
