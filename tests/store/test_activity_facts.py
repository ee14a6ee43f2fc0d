"""How customers come back: kept figures, all lines, and pandas say the same."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest

from ci_cli.store import activity_facts, engine
from ci_cli.store.kept import marks, refresh

AS_OF = "1998-02-20"
SPAN = {"as_of": AS_OF, "currency": "USD"}


@pytest.fixture(params=[False, True], ids=["lines", "kept"])
def store(request: pytest.FixtureRequest, demo_store: Path, tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "ci.db"
    shutil.copy(demo_store, path)
    if request.param:
        with closing(engine.connect(path, write=True)) as conn:
            with engine.transaction(conn):
                refresh.refresh(conn)
            assert marks.current(conn)
    return path


def lines_of(store: Path) -> pd.DataFrame:
    with closing(sqlite3.connect(store)) as conn:
        lines = pd.read_sql_query(
            "SELECT v.order_id, v.day, v.kind, v.amount, r.customer_id AS customer, i.category"
            " FROM revenue_line AS v JOIN record AS r ON r.id = v.record_id"
            " LEFT JOIN item_category AS i ON i.item_id = v.item_id WHERE v.currency = 'USD'",
            conn,
        )
    return lines[lines["day"] <= AS_OF]


def bought(lines: pd.DataFrame) -> pd.DataFrame:
    return lines[(lines["kind"] == "sale") & (lines["amount"] > 0)]


def test_purchase_days(store):
    with closing(engine.connect(store)) as conn:
        found = activity_facts.purchase_days(conn, **SPAN)
    days = bought(lines_of(store))[["customer", "day"]].drop_duplicates()
    assert found == sorted(days.itertuples(index=False, name=None))


def test_days_of_one_customer(store):
    lines = lines_of(store)
    customer = int(lines["customer"].value_counts().index[0])
    with closing(engine.connect(store)) as conn:
        found = activity_facts.customer_days(conn, customer, **SPAN)
    own = lines[lines["customer"] == customer]
    net = own.groupby("day")["amount"].sum()
    orders = bought(own).groupby("day")["order_id"].nunique().reindex(net.index, fill_value=0)
    assert [tuple(row) for row in found] == [(d, int(orders[d]), int(net[d])) for d in net.index]


def test_first_sales(store):
    with closing(engine.connect(store)) as conn:
        found = activity_facts.first_sales(conn, **SPAN)
    lines = bought(lines_of(store))
    expected: dict[tuple[object, ...], int] = {}
    for _customer, own in lines.groupby("customer"):
        days = sorted(own["day"].unique())
        sums = own[own["day"] == days[0]].groupby("category")["amount"].sum()
        category = min(sums.index, key=lambda name: (-sums[name], name))
        first, end = pd.Timestamp(days[0]), pd.Timestamp(AS_OF)
        gap = (pd.Timestamp(days[1]) - first).days if len(days) > 1 else None
        key = (category, gap, (end - first).days)
        expected[key] = expected.get(key, 0) + 1
    assert {tuple(row)[:3]: row.customers for row in found} == expected
    assert len(found) == len(expected)


def test_category_spend(store):
    start = "1997-02-20"
    with closing(engine.connect(store)) as conn:
        found = activity_facts.category_spend(conn, start=start, **SPAN)
    lines = lines_of(store)
    sums = lines[lines["day"] > start].groupby(["customer", "category"])["amount"].sum()
    assert {(row.customer_id, row.category): row.net for row in found} == sums.to_dict()
