"""Real files of other shapes, each compared with pandas on the raw file or published figures."""

from __future__ import annotations

import random
import xml.etree.ElementTree as ET
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest

from ci_cli.readers.base import ReadOptions
from ci_cli.store import engine, facts
from importer import bring_in, new_store
from store_dump import logical_dump

NORTHWIND = ("customers.csv", "orders.csv", "order-details.csv", "products.csv", "categories.csv")


def by_category(store: Path, currency: str) -> dict[str, int]:
    """Return net revenue by category over all months."""
    with closing(engine.connect(store)) as conn:
        cells, _ = facts.month_cells(
            conn, by="category", as_of="2030-01-01", first="1990-01", last="2030-01",
            currency=currency,
        )  # fmt: skip
    found: dict[str, int] = {}
    for cell in cells:
        found[cell.group] = found.get(cell.group, 0) + cell.net
    return found


@pytest.mark.shared
def test_superstore_sales_by_category_and_month(shared_data: Path, tmp_path: Path) -> None:
    path = shared_data / "superstore" / "superstore.xls"
    store = new_store(tmp_path / "s.db", currency="USD")
    result = bring_in(store, path)
    assert result.counts.as_tuple() == (9994, 9994, 0, 0, 0, 0)
    assert len(result.skipped) == 2  # returned orders and people: no money, no customers
    cents = {name: round(amount / 100) for name, amount in by_category(store, "USD").items()}
    assert cents == {"Furniture": 74_199_980, "Office Supplies": 71_904_703,
                     "Technology": 83_615_403}  # fmt: skip
    assert bring_in(store, path).counts.unchanged == 9994

    raw = pd.read_excel(path, sheet_name="Orders", engine="calamine", dtype={"Sales": str})
    raw["amount"] = [round(float(value) * 10_000) for value in raw["Sales"]]
    raw["day"] = raw["Order Date"].dt.strftime("%Y-%m-%d")
    months = raw["day"].str[:7]
    with closing(engine.connect(store)) as conn:
        cells, totals = facts.month_cells(
            conn, by="category", as_of="2014-12-31", first="2011-01", last="2014-12", currency="USD"
        )
        people = facts.customer_purchases(conn, as_of="2014-12-31", start="", currency="USD")
    theirs = raw.groupby(["Category", months])["amount"].sum().to_dict()
    assert {(c.group, c.month): c.net for c in cells} == theirs
    assert {c.month: c.orders for c in totals} == (
        raw.groupby(months)["Order ID"].nunique().to_dict()
    )
    grouped = raw.groupby("Customer Name")
    assert {p.name: (p.orders, p.net, p.last) for p in people} == {
        name: (orders, amount, last)
        for name, orders, amount, last in zip(
            grouped.groups, grouped["Order ID"].nunique(), grouped["amount"].sum(),
            grouped["day"].max(), strict=True,
        )
    }  # fmt: skip


def test_northwind_in_any_order_of_files(examples: Path, tmp_path: Path) -> None:
    frames = {name: pd.read_csv(examples / "northwind" / name) for name in NORTHWIND}
    lines = (
        frames["order-details.csv"]
        .merge(frames["products.csv"][["productID", "categoryID"]], validate="m:1")
        .merge(frames["categories.csv"][["categoryID", "categoryName"]], validate="m:1")
    )
    # prices have two decimals and discounts two, so ten-thousandths are exact
    lines["amount"] = (
        (lines["unitPrice"] * 100).round().astype(int)
        * lines["quantity"]
        * (100 - (lines["discount"] * 100).round().astype(int))
    )
    theirs = lines.groupby("categoryName")["amount"].sum().to_dict()
    dumps = []
    for seed in range(4):
        order = list(NORTHWIND)
        random.Random(seed).shuffle(order)
        store = new_store(tmp_path / f"{seed}.db", currency="USD")
        if seed % 2:
            result = bring_in(store, *(examples / "northwind" / name for name in order))
            assert result.counts.as_tuple() == (3161, 3161, 0, 0, 0, 0)
        else:
            for name in order:
                bring_in(store, examples / "northwind" / name)
        assert by_category(store, "USD") == theirs
        dumps.append(logical_dump(store))
    assert all(dump == dumps[0] for dump in dumps)


@pytest.mark.shared
def test_ragged_northwind_rows_are_rejected_and_never_shifted(
    shared_data: Path, tmp_path: Path
) -> None:
    store = new_store(tmp_path / "n.db", currency="USD")
    paths = [shared_data / "northwind" / name for name in ("customers.csv", "orders.csv")]
    result = bring_in(store, *paths)
    counts = {file.file.name: file.counts for file in result.files}
    assert (counts["customers.csv"].read, counts["customers.csv"].rejected) == (91, 24)
    assert (counts["orders.csv"].read, counts["orders.csv"].rejected) == (830, 176)
    widths = {"customers.csv": 11, "orders.csv": 14}
    for file in result.files:
        raw = (shared_data / "northwind" / file.file.name).read_text("utf-8").splitlines()
        for reject in file.rejects:
            assert raw[(reject.where.line or 0) - 1].count(",") + 1 > widths[file.file.name]
    with closing(engine.connect(store)) as conn:
        countries = {row[0] for row in conn.execute("SELECT DISTINCT country FROM record")}
        assert "12209" not in countries
        assert "Germany" in countries
        shifted = conn.execute(
            "SELECT count(*) FROM record WHERE postcode GLOB '[A-Z][a-z]*'"
        ).fetchone()[0]
        assert shifted == 0


@pytest.mark.shared
def test_xml_orders_bring_no_revenue_that_is_not_there(shared_data: Path, tmp_path: Path) -> None:
    path = shared_data / "xml" / "CustomersOrders.xml"
    tree = ET.parse(path)
    store = new_store(tmp_path / "x.db", currency="USD")
    orders = bring_in(store, path, read=ReadOptions(record="//Order"))
    people = bring_in(store, path, read=ReadOptions(record="//Customer"))
    assert orders.counts.created == len(tree.findall(".//Order")) == 22
    assert people.counts.created == len(tree.findall(".//Customer")) == 4
    with closing(engine.connect(store)) as conn:
        assert conn.execute("SELECT count(*), sum(amount) FROM revenue_line").fetchone()[:] == (
            0, None,
        )  # fmt: skip
        days = sorted(row[0] for row in conn.execute("SELECT date FROM sales_order"))
        lines = sorted(row[0] for row in conn.execute("SELECT line FROM sales_order"))
    assert days == sorted(node.text[:10] for node in tree.iter("OrderDate") if node.text)
    text = path.read_text("utf-8").splitlines()
    assert lines == [number for number, row in enumerate(text, 1) if row.strip() == "<Order>"]
    again = bring_in(store, path, read=ReadOptions(record="//Order"))
    assert again.counts.unchanged == 22


@pytest.mark.shared
def test_accounts_of_a_crm_are_customers_and_their_turnover_is_not_ours(
    shared_data: Path, tmp_path: Path
) -> None:
    path = shared_data / "crm_sales" / "accounts.csv"
    store = new_store(tmp_path / "c.db", currency="USD")
    result = bring_in(store, path)
    raw = pd.read_csv(path, keep_default_na=False)
    assert result.counts.created == len(raw)
    with closing(engine.connect(store)) as conn:
        ours = {row[0]: (row[1], row[2]) for row in
                conn.execute("SELECT name, industry, parent FROM record")}  # fmt: skip
        assert conn.execute("SELECT count(*) FROM revenue_line").fetchone()[0] == 0
    theirs = {
        row.account: (row.sector or None, row.subsidiary_of or None) for row in raw.itertuples()
    }
    assert ours == theirs
