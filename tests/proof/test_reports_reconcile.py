"""Every preset of the pivot speaks of all order lines: its total is that of the raw file."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ci_cli.cli.app import run
from importer import bring_in, new_store

pytestmark = [pytest.mark.shared, pytest.mark.slow]
Rows = pd.DataFrame
LEFT_OUT = ("counted", "other_currency", "outside", "undated", "void")
PRESETS: dict[str, tuple[str, ...]] = {
    "products": ("products", "--top", "7"),
    "products, all": ("products", "--top", "0"),
    "margin": ("margin", "--by", "tenure"),
    "margin by country": ("margin", "--by", "country"),
    "verticals": ("verticals",),
    "category": ("pivot",),
    "customer by month": ("pivot", "--rows", "customer", "--cols", "month"),
    "country by quarter": ("pivot", "--rows", "country", "--cols", "quarter", "--top", "5"),
    "segment": ("pivot", "--rows", "segment"),
    "parent": ("pivot", "--rows", "parent"),
    "product by year": ("pivot", "--rows", "product", "--cols", "year", "--columns", "1"),
}


def superstore(folder: Path) -> tuple[Path, Rows]:
    path = folder / "superstore" / "superstore.xls"
    raw = pd.read_excel(path, sheet_name="Orders", engine="calamine", dtype={"Sales": str})
    raw["amount"] = [round(float(value) * 10_000) for value in raw["Sales"]]
    raw["order"], raw["person"] = raw["Order ID"], raw["Customer ID"]
    raw["sku"], raw["country"] = raw["Product ID"], raw["Country"]
    raw["day"] = raw["Order Date"].dt.strftime("%Y-%m-%d")
    return path, raw


def online_retail(folder: Path) -> tuple[Path, Rows]:
    path = folder / "online_retail" / "online_retail.csv.gz"
    raw = pd.read_csv(path, dtype=str, keep_default_na=False)
    price = [round(Decimal(text) * 10_000) for text in raw["UnitPrice"].unique()]
    prices = dict(zip(raw["UnitPrice"].unique(), price, strict=True))
    raw["amount"] = raw["Quantity"].astype("int64") * raw["UnitPrice"].map(prices)
    raw["order"], raw["sku"], raw["country"] = raw["InvoiceNo"], raw["StockCode"], raw["Country"]
    raw["person"] = raw["CustomerID"].str.removesuffix(".0").replace("", None)
    raw["day"] = raw["InvoiceDate"].str[:10].groupby(raw["InvoiceNo"]).transform("min")
    return path, raw


SETS: dict[str, tuple[Callable[[Path], tuple[Path, Rows]], str]] = {
    "superstore": (superstore, "USD"),
    "online retail": (online_retail, "GBP"),
}


class Book:
    """A real book: the store that it was imported to, and the raw file in pandas."""

    def __init__(self, store: Path, raw: Rows, capsys: Any = None) -> None:
        self.store, self.raw, self.capsys = store, raw, capsys

    def ask(self, *words: str) -> dict[str, Any]:
        self.capsys.readouterr()
        assert run([*words, "--format", "json", "--db", str(self.store)]) == 0
        found: dict[str, Any] = json.loads(self.capsys.readouterr().out, parse_float=Decimal)
        return found


@pytest.fixture(scope="module", params=SETS)
def kept(
    request: pytest.FixtureRequest, shared_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Book:
    read, currency = SETS[request.param]
    path, raw = read(shared_data)
    store = new_store(tmp_path_factory.mktemp("book") / "s.db", currency=currency)
    bring_in(store, path)
    return Book(store, raw)


@pytest.fixture
def book(kept: Book, capsys: pytest.CaptureFixture[str]) -> Book:
    return Book(kept.store, kept.raw, capsys)


def money(value: Any) -> int:
    return 0 if value is None else int(Decimal(value) * 10_000)


@pytest.mark.parametrize("words", PRESETS.values(), ids=PRESETS)
def test_the_total_is_that_of_the_raw_file(book: Book, words: tuple[str, ...]) -> None:
    found = book.ask("report", *words)
    stats = {row["what"]: row["rows"] for row in book.ask("db", "stats")["rows"]}
    lines = found["meta"]["order_lines"]
    assert lines["stored"] == stats["order_lines"] == sum(lines[name] for name in LEFT_OUT)
    assert lines["counted"] == len(book.raw)
    total = found["total"]
    if words[0] == "verticals":
        found = found["tables"]["revenue_by_quarter"]
        total = found["total"]
    key = "total" if "total" in total else "revenue"
    assert money(total[key]) == book.raw["amount"].sum()
    assert sum(money(row[key]) for row in found["rows"]) == book.raw["amount"].sum()


@pytest.mark.parametrize("rows", ["country", "product"])
@pytest.mark.parametrize("measure", ["revenue", "orders", "customers"])
def test_cells_are_those_of_pandas(book: Book, rows: str, measure: str) -> None:
    raw = book.raw
    bought = raw[raw["amount"] > 0]
    side = {"country": "country", "product": "sku"}[rows]
    if measure == "revenue":
        theirs = raw.groupby([side, raw["day"].str[:4]])["amount"].sum()
    else:
        thing = {"orders": "order", "customers": "person"}[measure]
        theirs = bought.groupby([side, bought["day"].str[:4]])[thing].nunique() * 10_000
    found = book.ask("report", "pivot", "--rows", rows, "--cols", "year", "--measure", measure)
    years = np.unique(raw["day"].str[:4])
    name = f"{rows}_id" if f"{rows}_id" in found["rows"][0] else rows
    years = np.unique(raw["day"].str[:4])
    ours = {
        (row[name], year): money(row[year])
        for row in found["rows"]
        for year in years
        if money(row[year])
    }
    assert ours == {key: value for key, value in theirs.to_dict().items() if value}
