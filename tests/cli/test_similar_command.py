"""``customer similar`` on the example orders, with every figure taken from the files by pandas."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from health_stores import told

AS_OF, AFTER = "1998-05-06", 90


def test_figures_at_the_same_age_are_those_of_the_files(
    demo_store: Path, examples: Path, tmp_path: Path
) -> None:
    store = tmp_path / "ci.db"
    shutil.copy(demo_store, store)
    folder = examples / "northwind"
    lines = pd.read_csv(folder / "order-details.csv")
    orders = pd.read_csv(folder / "orders.csv")
    lines.columns = [name.replace(" ", "").lower() for name in lines.columns]
    orders.columns = [name.replace(" ", "").lower() for name in orders.columns]
    lines["net"] = lines["unitprice"] * lines["quantity"] * (1 - lines["discount"])
    book = orders.merge(lines.groupby("orderid")["net"].sum().reset_index(), on="orderid")
    book["day"] = pd.to_datetime(book["orderdate"])
    book["first"] = book.groupby("customerid")["day"].transform("min")
    subject = book.groupby("customerid")["first"].min().idxmax()
    age = (pd.Timestamp(AS_OF) - book.loc[book["customerid"] == subject, "first"].iloc[0]).days
    book["age"] = (book["day"] - book["first"]).dt.days
    found = told(store, "customer", "similar", subject, "-n", "7", "--as-of", AS_OF,
                 "--after", str(AFTER))  # fmt: skip
    assert found["meta"]["age"] == age
    assert found["meta"]["basis"]
    old = book[(pd.Timestamp(AS_OF) - book["first"]).dt.days >= age + AFTER]
    assert found["meta"]["comparable"] == old["customerid"].nunique()
    assert len(found["rows"]) == 7
    names = pd.read_csv(folder / "customers.csv")
    names.columns = [name.replace(" ", "").lower() for name in names.columns]
    for row in found["rows"]:
        key = names.loc[names["companyname"] == row["name"], "customerid"].iloc[0]
        own = book[book["customerid"] == key]
        then = own[own["age"] <= age]
        after = own[(own["age"] > age) & (own["age"] <= age + AFTER)]
        assert row["orders"] == len(then)
        assert row["later_orders"] == len(after)
        assert float(row["revenue"]) == pytest.approx(then["net"].sum(), abs=0.01)
        assert float(row["later_revenue"]) == pytest.approx(after["net"].sum(), abs=0.01)


def test_no_basis_is_said(demo_store: Path, tmp_path: Path) -> None:
    store = tmp_path / "ci.db"
    shutil.copy(demo_store, store)
    found = told(store, "customer", "similar", "ERNSH")
    assert not found["meta"]["basis"]
    assert found["rows"] == []
    assert any("No basis" in str(note) for note in found["meta"]["notes"])
