"""Every stored field is in the register, with what pandas counts in the same rows."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest

from ci_cli.cli.app import run
from ci_cli.store import engine, exports, field_register
from importer import bring_in, new_store


def _fields(store: Path) -> dict[str, field_register.StoredField]:
    with closing(engine.connect(store)) as conn:
        found = field_register.fields(conn)
    assert len({one.name for one in found if not one.is_own}) == sum(not x.is_own for x in found)
    return {one.name: one for one in found}


def test_every_column_of_customer_data_is_a_field(demo_store: Path) -> None:
    """A table that is added later belongs to a family, or is bookkeeping and stands here."""
    bookkeeping = {
        "alarm", "applied_rules", "batch", "batch_file", "category_rule", "change", "customer",
        "decision", "export_log", "goal", "import_map", "item_group", "kept_mark", "link", "meta",
        "month_cell", "moved_record", "order_day", "purchase_day", "purchase_total", "regroup",
        "regrouped", "saved_health", "saved_rfm", "saved_run", "saved_view", "scan",
        "scanned_record", "scored_pair", "seal", "search_text", "search_todo", "source",
        "stakeholder", "stale_order", "watched",
    }  # fmt: skip
    found = _fields(demo_store)
    with closing(sqlite3.connect(demo_store)) as conn:
        tables = {
            row[1]
            for row in conn.execute("PRAGMA table_list")
            if row[2] == "table" and not row[1].startswith(("sqlite_", "search_"))
        }
        columns = {
            f"{table}.{row[1]}"
            for table in tables - bookkeeping
            for row in conn.execute(f'PRAGMA table_info("{table}")')
        }
    assert columns == {one.name for one in found.values() if not one.is_own}


def test_fill_rates_are_what_pandas_counts(demo_store: Path) -> None:
    found = _fields(demo_store)
    with closing(sqlite3.connect(demo_store)) as conn:
        for table in ("record", "contact", "sales_order", "order_line", "interaction", "feedback"):
            frame = pd.read_sql_query(f"SELECT * FROM {table}", conn)
            for name in frame.columns:
                told = frame[name].replace("", None).notna().sum()
                one = found[f"{table}.{name}"]
                assert (one.rows, one.filled) == (len(frame), told), one.name


def _run(store: Path, *words: str) -> None:
    assert run([*words, "--db", str(store), "-q", "--no-input"]) == 0


@pytest.fixture
def store(tmp_path: Path) -> Path:
    made = new_store(tmp_path / "s.db")
    (tmp_path / "c.csv").write_text("Customer ID,Customer Name,Shoe size\nA,Acme,43\nB,Bolt,\n")
    bring_in(made, tmp_path / "c.csv", kind="customers", source="crm")
    return made


def _set_days(store: Path) -> None:
    with closing(sqlite3.connect(store)) as conn, conn:
        conn.execute("UPDATE batch SET at = '2026-02-0' || id || 'T00:00:00+00:00'")
        conn.execute("UPDATE export_log SET at = '2026-03-0' || id || 'T00:00:00+00:00'")


def test_changes_and_exports_are_dated_by_field(store: Path, tmp_path: Path) -> None:
    _run(store, "customer", "set", "A", "city=Leeds")
    _run(store, "customer", "set", "A", "Shoe size=44")
    target = str(tmp_path / "out.csv")
    _run(store, "export", "customers", "--columns", "ci_id,city", "-o", target)
    _run(store, "export", "customers", "--columns", "ci_id,Shoe size", "-o", f"{target}2.csv")
    _set_days(store)
    found = _fields(store)
    assert found["record.name"].changed == "2026-02-01"
    assert (found["record.city"].changed, found["record.city"].filled) == ("2026-02-02", 1)
    own = found["record.Shoe size"]
    assert (own.is_own, own.filled, own.rows, own.changed) == (True, 1, 2, "2026-02-03")
    assert found["record.city"].exported == "2026-03-01"
    assert own.exported == "2026-03-02"
    assert found["record.name"].exported is None
    assert (found["record.tier"].filled, found["record.tier"].changed) == (0, None)


def test_every_exported_column_is_a_field() -> None:
    for what, (described, _query) in exports._QUERIES.items():
        known = field_register._EXPORTED[what]
        assert {key for key, _kind in described} - {"ci_id"} == known.keys() - {"ci_id"}
