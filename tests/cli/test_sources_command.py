"""``db sources``: shares that add up to what the store holds, classes, one customer's sources."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ci_cli.cli.app import run
from ci_cli.store import engine, source_classes
from importer import bring_in, new_store


def tables(store: Path, capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    capsys.readouterr()
    assert run([*words, "--format", "json", "-q", "--db", str(store)]) == 0
    answer = json.loads(capsys.readouterr().out)
    more = {key: table["rows"] for key, table in answer.get("tables", {}).items()}
    return answer["rows"], more, answer


def test_rows_reconcile_with_db_stats(
    story_store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stats, _more, _all = tables(story_store, capsys, "db", "stats")
    stored = {row["what"]: row["rows"] for row in stats}
    _sources, more, _all = tables(story_store, capsys, "db", "sources")
    found: Counter[str] = Counter()
    shares: Counter[str] = Counter()
    for row in more["rows"]:
        found[row["what"]] += row["rows"]
        shares[row["what"]] += row["share"]
    for what in ("records", "contacts", "orders", "order_lines", "entries", "contracts",
                 "opportunities", "products", "categories", "usage_figures"):  # fmt: skip
        assert found[what] == stored[what] > 0, what
        assert shares[what] == pytest.approx(1)
    with closing(engine.connect(story_store)) as conn:
        said = conn.execute("SELECT count(*) FROM feedback").fetchone()[0]
        net = conn.execute("SELECT sum(amount) FROM revenue_line").fetchone()[0]
    assert found["feedback"] == said
    earned = sum(Decimal(str(row["revenue"])) for row in more["revenue_usd"])
    assert earned == Decimal(net) / 10_000
    assert stored["customers"] == 91


def test_what_two_systems_know_of_three_customers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By hand: A is known to both, by a merge; B to the ERP alone, C to the CRM alone."""
    store = new_store(tmp_path / "ci.db")
    erp, crm = tmp_path / "erp.csv", tmp_path / "crm.csv"
    erp.write_text(
        "order id,order date,customer id,customer name,amount\n"
        "1,2024-01-01,A,Able,10\n2,2024-03-01,B,Baker,30\n",
        "utf-8",
    )
    crm.write_text(
        "customer id,customer name,city,phone,club\n7,Able Ltd,Bonn,1234567,good\n8,Cox,Ulm,,\n",
        "utf-8",
    )
    bring_in(store, erp, source="erp")
    bring_in(store, crm, source="crm", kind="customers")
    assert run(["dedupe", "merge", "A", "7", "--keep", "A", "-y", "-q", "--db", str(store)]) == 0
    sources, more, answer = tables(store, capsys, "db", "sources")
    assert {row["source"]: (row["customers"], row["alone"], row["fields"]) for row in sources} == {
        "erp": (2, 1, 1), "crm": (2, 1, 4),
    }  # fmt: skip
    assert {row["source"]: row["class"] for row in sources} == {
        "erp": "transaction", "crm": "internal",
    }  # fmt: skip
    assert {row["source"]: row["first_import"] for row in sources} == {
        "erp": "2026-01-02", "crm": "2026-01-02",
    }  # fmt: skip
    assert answer["meta"]["customers"] == 3
    assert answer["meta"]["known_to_one"] == 2
    assert {(row["source"], row["field"]): row["customers"] for row in more["fields"]} == {
        ("erp", "name"): 2, ("crm", "name"): 2, ("crm", "city"): 2, ("crm", "phone"): 1,
        ("crm", "club"): 1,
    }  # fmt: skip
    facts, more, answer = tables(store, capsys, "db", "sources", "A")
    assert [(row["source"], row["what"], row["rows"], row["first"]) for row in facts] == [
        ("crm", "records", 1, None), ("erp", "records", 1, None),
        ("erp", "orders", 1, "2024-01-01"),
    ]  # fmt: skip
    words = {row["field"]: (row["source"], row["agree"], row["differ"]) for row in more["fields"]}
    assert words["city"] == ("crm", None, None)
    assert words["club"] == ("crm", None, None)
    assert words["name"] == ("crm", None, "erp")  # described by a list: its word counts first
    assert [row["revenue"] for row in more["revenue_eur"]] == [10]


def test_a_class_is_set_filtered_by_and_taken_back(
    story_store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = tmp_path / "ci.db"
    shutil.copy(story_store, store)
    here = ["--db", str(store)]
    assert run(["db", "sources", "--set", "invented", "third-party", "-n", *here]) == 0
    with closing(engine.connect(store)) as conn:
        assert source_classes.classes(conn)["invented"] == "internal"
    assert run(["db", "sources", "--set", "invented", "third-party", *here]) == 0
    shown, more, _all = tables(store, capsys, "db", "sources", "--class", "third-party")
    assert [(row["source"], row["class_from"]) for row in shown] == [("invented", "set")]
    assert {row["source"] for row in more["rows"]} == {"invented"}
    entries, _more, _all = tables(store, capsys, "log", "list", "--source-class", "third-party")
    assert len(entries) == 106
    nothing, _more, _all = tables(store, capsys, "log", "list", "--source-class", "internal")
    assert nothing == []
    assert run(["db", "sources", "--set", "invented", "derived", *here]) == 0
    with closing(engine.connect(store)) as conn:
        assert source_classes.chosen(conn) == {}
    capsys.readouterr()
    assert run(["log", "list", "--source-class", "third-party", *here]) == 2
    assert "default (transaction)" in capsys.readouterr().err


def test_a_setting_altered_from_outside_is_no_crash(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = new_store(tmp_path / "ci.db")
    with closing(engine.connect(store, write=True)) as conn:
        engine.set_meta(conn, source_classes.KEY, '{"a": 7}')
    assert run(["db", "sources", "--db", str(store)]) == 6
    assert "classes of the sources" in capsys.readouterr().err


def test_an_empty_store_has_no_sources(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = new_store(tmp_path / "ci.db")
    shown, more, answer = tables(store, capsys, "db", "sources")
    assert shown == more["rows"] == []
    assert answer["meta"]["customers"] == 0
