"""The real data sets: every sheet gets its kind, every column its field, every value its worth."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ci_cli.errors import CiError
from ci_cli.importing.mapping.columns import ColumnMap, map_columns
from ci_cli.importing.values.cells import Memo, detect_id_style
from ci_cli.importing.values.dates import detect_date_format
from ci_cli.importing.values.nulls import NullEvidence
from ci_cli.importing.values.numbers import settle_styles

pytestmark = pytest.mark.shared


def rows_of(path: Path, encoding: str = "utf-8") -> Iterator[list[str]]:
    with path.open(encoding=encoding, newline="") as file:
        yield from csv.reader(file)


def mapped(path: Path, encoding: str = "utf-8") -> ColumnMap:
    header, *rows = rows_of(path, encoding)
    return map_columns(header, rows[:3000])


def fields(result: ColumnMap) -> dict[str, str]:
    return {column.header: column.field for column in result.columns if column.field}


NORTHWIND: dict[str, tuple[str, dict[str, str]]] = {
    "customers.csv": (
        "customers",
        {"customerID": "customer.id", "companyName": "customer.name",
         "contactName": "contact.name", "contactTitle": "contact.title",
         "address": "customer.address", "city": "customer.city", "region": "customer.region",
         "postalCode": "customer.postcode", "country": "customer.country",
         "phone": "contact.phone"},
    ),
    "orders.csv": (
        "orders",
        {"orderID": "order.id", "customerID": "customer.id", "orderDate": "order.date"},
    ),
    "order-details.csv": (
        "orders",
        {"orderID": "order.id", "productID": "line.product_id", "unitPrice": "line.unit_price",
         "quantity": "line.quantity", "discount": "line.discount"},
    ),
    "products.csv": (
        "products",
        {"productID": "line.product_id", "productName": "line.product_name",
         "categoryID": "product.category_id", "unitPrice": "line.unit_price"},
    ),
    "categories.csv": (
        "categories", {"categoryID": "category.id", "categoryName": "category.name"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", NORTHWIND)
def test_northwind(shared_data: Path, name: str) -> None:
    result = mapped(shared_data / "northwind" / name)
    assert (result.kind, fields(result)) == NORTHWIND[name]


@pytest.mark.parametrize(
    "name", ["northwind/employees.csv", "crm_sales/sales_pipeline.csv", "crm_sales/sales_teams.csv"]
)
def test_what_is_no_list_of_ours(shared_data: Path, name: str) -> None:
    with pytest.raises(CiError) as asked:
        mapped(shared_data / name)
    assert asked.value.code == "kind-unknown"


def test_accounts_are_customers_and_their_turnover_no_sale(shared_data: Path) -> None:
    result = mapped(shared_data / "crm_sales" / "accounts.csv")
    assert result.kind == "customers"
    assert fields(result) == {
        "account": "customer.name", "sector": "customer.industry",
        "office_location": "customer.address", "subsidiary_of": "customer.parent",
    }  # fmt: skip


def test_a_chinese_sales_sheet(shared_data: Path) -> None:
    result = mapped(shared_data / "zh" / "订单.csv", "gb18030")
    assert result.kind == "orders"
    assert fields(result) == {
        "销售日期": "order.date", "售价": "line.unit_price", "销售数量": "line.quantity",
        "销售额": "line.amount",
    }  # fmt: skip


def test_superstore(shared_data: Path) -> None:
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(shared_data / "superstore" / "superstore.xls")
    header, *rows = [
        [str(cell) for cell in row] for row in book.get_sheet_by_name("Orders").to_python()[:2000]
    ]
    result = map_columns(header, rows)
    got = fields(result)
    assert result.kind == "orders"
    assert {key: got[key] for key in ("Order ID", "Order Date", "Customer ID", "Category")} == {
        "Order ID": "order.id", "Order Date": "order.date", "Customer ID": "customer.id",
        "Category": "line.category",
    }  # fmt: skip
    assert got["Sales"] == "line.amount"
    assert not {"Profit", "Ship Date", "Row ID", "Sub-Category"} & set(got)
    for sheet in ("Returns", "People"):
        header, *rows = [[str(c) for c in row] for row in book.get_sheet_by_name(sheet).to_python()]
        with pytest.raises(CiError) as asked:
            map_columns(header, rows)
        assert asked.value.code == "kind-unknown"


def test_northwind_nulls_are_empty(shared_data: Path) -> None:
    header, *rows = rows_of(shared_data / "northwind" / "customers.csv")
    whole = [row for row in rows if len(row) == len(header)]
    evidence = NullEvidence()
    evidence.look(list(zip(*whole, strict=True)))
    assert evidence.rule().literals == {"NULL"}


@pytest.mark.slow
def test_online_retail_to_the_cent(shared_data: Path) -> None:
    """Every value of 541,909 rows, against pandas on the raw file."""
    import pandas as pd

    path = shared_data / "online_retail" / "online_retail.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    result = map_columns(header, rows[:3000])
    assert fields(result) == {
        "InvoiceNo": "order.id", "StockCode": "line.product_id",
        "Description": "line.product_name", "Quantity": "line.quantity",
        "InvoiceDate": "order.date", "UnitPrice": "line.unit_price", "CustomerID": "customer.id",
        "Country": "customer.country",
    }  # fmt: skip
    cells = dict(zip(header, zip(*rows, strict=True), strict=True))
    styles = settle_styles({name: set(cells[name]) for name in ("Quantity", "UnitPrice")})
    quantity = Memo(styles["Quantity"].quantity).column(cells["Quantity"])
    price = Memo(styles["UnitPrice"].money).column(cells["UnitPrice"])
    total = sum(q * p for q, p in zip(quantity, price, strict=True))  # type: ignore[operator]
    raw: Any = pd.read_csv(path, dtype=str, keep_default_na=False)
    expected = raw["Quantity"].astype("int64") * (raw["UnitPrice"].astype(float) * 10_000).round()
    assert total == int(expected.sum()) * 1_000_000
    assert f"{total / 10**10:.2f}" == "9747747.93"

    customer = detect_id_style(set(cells["CustomerID"]))
    ids = Memo(customer.parse).column(cells["CustomerID"])
    assert ids == [text.removesuffix(".0") for text in raw["CustomerID"]]
    style = detect_date_format(set(cells["InvoiceDate"]))
    stamps = Memo(style.parse).column(cells["InvoiceDate"])
    parsed = pd.to_datetime(raw["InvoiceDate"])
    assert [stamp[0] for stamp in stamps] == list(parsed.dt.strftime("%Y-%m-%d"))  # type: ignore[index]
