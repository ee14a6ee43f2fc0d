"""The bundled Northwind files are whole, and their figures are the published ones.

Everything here is computed with csv, pandas and Decimal on the files themselves; none of our own
code is asked, so the figures can serve as the truth for the tests of the import and the reports.
"""

from __future__ import annotations

import csv
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from pathlib import Path

import mend_northwind
import pandas as pd
import pytest

ROWS = {
    "customers.csv": (91, 11),
    "orders.csv": (830, 14),
    "order-details.csv": (2155, 5),
    "products.csv": (77, 10),
    "categories.csv": (8, 3),
}
EXACT_REVENUE = {
    "Beverages": "267868.1800",
    "Condiments": "106047.0850",
    "Confections": "167357.2250",
    "Dairy Products": "234507.2850",
    "Grains/Cereals": "95744.5875",
    "Meat/Poultry": "163022.3595",
    "Produce": "99984.5800",
    "Seafood": "131261.7375",
}
# As printed in tutorials since the nineties; the databases behind them round halves to even.
PUBLISHED_REVENUE = {
    "Beverages": "267868.18",
    "Condiments": "106047.08",
    "Confections": "167357.22",
    "Dairy Products": "234507.28",
    "Grains/Cereals": "95744.59",
    "Meat/Poultry": "163022.36",
    "Produce": "99984.58",
    "Seafood": "131261.74",
}
CENT = Decimal("0.01")


@pytest.fixture(scope="module")
def northwind(examples: Path) -> Path:
    return examples / "northwind"


def rows_of(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file, strict=True))


def revenue_by_category(folder: Path) -> pd.Series:
    """Join the three files with pandas and add up the lines as Decimals."""
    text = {"dtype": str, "keep_default_na": False}
    lines = pd.read_csv(folder / "order-details.csv", **text)
    products = pd.read_csv(folder / "products.csv", **text)[["productID", "categoryID"]]
    categories = pd.read_csv(folder / "categories.csv", **text)[["categoryID", "categoryName"]]
    joined = lines.merge(products, on="productID", validate="m:1").merge(
        categories, on="categoryID", validate="m:1"
    )
    assert len(joined) == len(lines)
    joined["amount"] = [
        Decimal(price) * Decimal(quantity) * (1 - Decimal(discount))
        for price, quantity, discount in zip(
            joined["unitPrice"], joined["quantity"], joined["discount"], strict=True
        )
    ]
    return joined.groupby("categoryName")["amount"].agg(list)


@pytest.mark.parametrize("name", ROWS)
def test_every_row_has_the_width_of_its_header(northwind: Path, name: str) -> None:
    header, *rows = rows_of(northwind / name)
    assert (len(rows), len(header)) == ROWS[name]
    assert {len(row) for row in rows} == {len(header)}


def test_the_files_join(northwind: Path) -> None:
    tables = {
        name: pd.read_csv(northwind / name, dtype=str, keep_default_na=False) for name in ROWS
    }
    for name, key in [
        ("customers.csv", "customerID"),
        ("orders.csv", "orderID"),
        ("products.csv", "productID"),
        ("categories.csv", "categoryID"),
    ]:
        assert tables[name][key].is_unique
    orders, lines = tables["orders.csv"], tables["order-details.csv"]
    assert set(orders["customerID"]) <= set(tables["customers.csv"]["customerID"])
    assert set(lines["orderID"]) == set(orders["orderID"])
    assert set(lines["productID"]) == set(tables["products.csv"]["productID"])
    assert set(tables["products.csv"]["categoryID"]) == set(tables["categories.csv"]["categoryID"])


def test_the_quirks_of_the_source_are_kept(northwind: Path) -> None:
    orders = pd.read_csv(northwind / "orders.csv", dtype=str, keep_default_na=False)
    assert orders["orderDate"].str.endswith(" 00:00:00.000").all()
    assert orders["orderDate"].min()[:10] == "1996-07-04"
    assert orders["orderDate"].max()[:10] == "1998-05-06"
    assert (orders["shippedDate"] == "NULL").sum() == 21
    assert "Mataderos  2312" in (northwind / "customers.csv").read_text("utf-8")


def test_revenue_by_category_is_exact_in_ten_thousandths(northwind: Path) -> None:
    amounts = revenue_by_category(northwind)
    exact = {category: sum(values, Decimal(0)) for category, values in amounts.items()}
    assert exact == {category: Decimal(value) for category, value in EXACT_REVENUE.items()}
    assert sum(exact.values()) == Decimal("1265793.0395")
    assert max(-v.normalize().as_tuple().exponent for values in amounts for v in values) == 4


def test_revenue_by_category_is_the_published_one(northwind: Path) -> None:
    rounded = {
        category: str(sum(values, Decimal(0)).quantize(CENT, ROUND_HALF_EVEN))
        for category, values in revenue_by_category(northwind).items()
    }
    assert rounded == PUBLISHED_REVENUE


def test_rounding_each_line_would_add_a_quarter(northwind: Path) -> None:
    total = sum(
        (
            v.quantize(CENT, ROUND_HALF_UP)
            for values in revenue_by_category(northwind)
            for v in values
        ),
        Decimal(0),
    )
    assert total == Decimal("1265793.29")


def test_the_readme_states_the_figures_that_are_true(northwind: Path) -> None:
    readme = (northwind / "README.md").read_text("utf-8")
    for category, values in revenue_by_category(northwind).items():
        exact = sum(values, Decimal(0))
        by_line = sum((v.quantize(CENT, ROUND_HALF_UP) for v in values), Decimal(0))
        assert f"| {category} | {exact:,.4f} | {by_line:,.2f} |" in readme


def test_the_licence_of_the_files_stands_beside_them(northwind: Path) -> None:
    licence = (northwind / "LICENSE").read_text("utf-8")
    assert "Copyright (c) Microsoft Corporation" in licence
    assert "Permission is hereby granted, free of charge" in licence


@pytest.mark.shared
def test_mending_the_raw_files_gives_the_bundled_ones(
    northwind: Path, shared_data: Path, tmp_path: Path
) -> None:
    counts = mend_northwind.mend(shared_data / "northwind", tmp_path)
    assert counts == {"customers.csv": 24, "orders.csv": 176}
    for name in ROWS:
        assert (tmp_path / name).read_bytes() == (northwind / name).read_bytes(), name


@pytest.mark.shared
@pytest.mark.parametrize("name", ["customers.csv", "orders.csv"])
def test_only_quotes_were_added(northwind: Path, shared_data: Path, name: str) -> None:
    raw = (shared_data / "northwind" / name).read_bytes()
    assert (northwind / name).read_bytes().replace(b'"', b"") == raw


WHOLE = (
    "BERGS,Berglunds,Ann Berg,Order Administrator,Vägen 8,Luleå,NULL,S-958 22,Sweden,0921-12,NULL"
)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        # a comma without a space: address, or address and city? Nobody can tell.
        (WHOLE.replace("Vägen 8", "Vägen 8,Hus 2"), "columns"),
        (WHOLE.replace("Berglunds", "Berglunds, AB"), "stray comma"),
        (WHOLE.replace("Vägen 8", "Vägen, 8").replace("Luleå", "4711"), "city"),
        (WHOLE.replace("Vägen 8", "Vägen, 8").replace("NULL,S-", "S-"), "columns"),
    ],
)
def test_a_row_with_a_doubtful_reading_is_refused(line: str, problem: str) -> None:
    with pytest.raises(mend_northwind.CannotMendError, match=problem):
        mend_northwind.rejoin(line, mend_northwind.CUSTOMER_PATTERNS, "address")


def test_a_damaged_address_is_joined_and_quoted() -> None:
    header = ",".join(mend_northwind.CUSTOMER_PATTERNS)
    damaged = WHOLE.replace("Vägen 8", "Vägen, 8, Hus 2")
    text, rows, mended = mend_northwind.mend_table(
        f"{header}\n{WHOLE}\n{damaged}\n", mend_northwind.CUSTOMER_PATTERNS, "address"
    )
    assert mended == 1
    assert [row["address"] for row in rows] == ["Vägen 8", "Vägen, 8, Hus 2"]
    assert text.splitlines()[1:] == [WHOLE, WHOLE.replace("Vägen 8", '"Vägen, 8, Hus 2"')]


# --- the invented half year

INVENTED = {
    "accounts.csv": (91, 4), "calls.csv": (94, 11), "calls-zh.csv": (12, 8),
    "contracts.csv": (6, 7), "deals.csv": (10, 10), "feedback.csv": (30, 9),
    "survey-answers.csv": (16, 6), "usage.csv": (60, 4),
}  # fmt: skip


@pytest.mark.parametrize("name", INVENTED)
def test_invented_rows_have_the_width_of_their_header(northwind: Path, name: str) -> None:
    encoding = "gbk" if name == "calls-zh.csv" else "utf-8"
    with (northwind / "invented" / name).open(encoding=encoding, newline="") as file:
        header, *rows = list(csv.reader(file, strict=True))
    assert {len(row) for row in rows} == {len(header)}
    assert (len(rows), len(header)) == INVENTED[name]
    assert {path.name for path in (northwind / "invented").iterdir()} == {
        *INVENTED, "programme.toml",
    }  # fmt: skip


def test_invented_rows_speak_of_customers_that_order(northwind: Path) -> None:
    text = {"dtype": str, "keep_default_na": False}
    customers = pd.read_csv(northwind / "customers.csv", **text)
    known = set(customers["companyName"])
    for name in set(INVENTED) - {"survey-answers.csv"}:
        frame = pd.read_csv(
            northwind / "invented" / name,
            encoding="gbk" if name == "calls-zh.csv" else "utf-8",
            **text,
        )
        who = next(c for c in ("Account", "Customer Name", "客户名称") if c in frame)
        assert set(frame[who]) <= known, name
    answers = pd.read_csv(northwind / "invented" / "survey-answers.csv", **text)
    assert set(answers["respondent"]) <= set(customers["customerID"])
