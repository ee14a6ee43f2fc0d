"""What customers bought by group and month: kept figures, all lines, and pandas say the same."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest

from ci_cli.store import engine, facts
from ci_cli.store.kept import marks, refresh

SPAN = {"as_of": "1998-04-20", "first": "1996-09", "last": "1998-04", "currency": "USD"}


def expected(store: Path, group: str) -> list[tuple[str, int, str, int, int]]:
    with closing(sqlite3.connect(store)) as conn:
        lines = pd.read_sql_query(
            "SELECT v.order_id, v.day, v.kind, v.amount, r.customer_id, i.category"
            " FROM revenue_line AS v JOIN record AS r ON r.id = v.record_id"
            " LEFT JOIN item_category AS i ON i.item_id = v.item_id WHERE v.currency = 'USD'",
            conn,
        )
    lines["month"] = lines["day"].str[:7]
    lines = lines[(lines["day"] <= SPAN["as_of"]) & lines["month"].between("1996-09", "1998-04")]
    sales = lines[lines["kind"] == "sale"]
    sales = sales.assign(grp="total" if group == "total" else sales["category"].fillna(""))
    keys = ["grp", "customer_id", "month"]
    orders = sales[sales["amount"] > 0].groupby(keys)["order_id"].nunique()
    gross = sales.groupby(keys)["amount"].sum()
    return sorted((*key, int(n), int(gross[key])) for key, n in orders.items())  # type: ignore[misc]


@pytest.mark.parametrize("is_kept", [False, True])
@pytest.mark.parametrize("by", ["category", "total"])
def test_customers_by_month(by: str, is_kept: bool, demo_store: Path, tmp_path: Path) -> None:
    store = tmp_path / "ci.db"
    shutil.copy(demo_store, store)
    with closing(engine.connect(store, write=True)) as conn:
        if is_kept:
            with engine.transaction(conn):
                refresh.refresh(conn)
            assert marks.current(conn)
        found = facts.customer_months(conn, by=by, **SPAN)
        days = facts.order_days(conn, as_of="1996-07-10")
    assert [tuple(row) for row in found] == expected(store, by)
    assert days == ["1996-07-04", "1996-07-05", "1996-07-08", "1996-07-09", "1996-07-10"]
