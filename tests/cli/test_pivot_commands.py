"""Pivots and their presets through the command line, against pandas on the files of the demo."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from ci_cli.cli.app import run

Asked = Callable[..., dict[str, Any]]
LINES = 2155


@pytest.fixture
def ask(demo_store: Path, capsys: pytest.CaptureFixture[str]) -> Asked:
    """Run a report on the demo store and return its json."""

    def asked(*words: str, store: Path = demo_store) -> dict[str, Any]:
        capsys.readouterr()
        assert run(["report", *words, "--format", "json", "--db", str(store)]) == 0
        found: dict[str, Any] = json.loads(capsys.readouterr().out, parse_float=Decimal)
        return found

    return asked


@pytest.fixture(scope="module")
def raw(examples: Path) -> pd.DataFrame:
    """Every order line with its order, customer, product and category, money in ten-thousandths."""
    folder = examples / "northwind"
    read = {
        name: pd.read_csv(folder / f"{name}.csv", keep_default_na=False, dtype=str)
        for name in ("orders", "order-details", "products", "categories", "customers")
    }
    lines = (
        read["order-details"]
        .merge(read["orders"], on="orderID")
        .merge(read["products"][["productID", "productName", "categoryID"]], on="productID")
        .merge(read["categories"], on="categoryID")
        .merge(read["customers"][["customerID", "companyName", "country"]], on="customerID")
    )

    def exact(row: pd.Series) -> tuple[int, int, int]:
        full = Decimal(row["unitPrice"]) * int(row["quantity"])
        off = full * Decimal(row["discount"])
        return int((full - off) * 10_000), int(off * 10_000), int(row["quantity"])

    lines[["net", "off", "units"]] = lines.apply(exact, axis=1, result_type="expand")
    lines["day"] = lines["orderDate"].str[:10]
    lines["month"] = lines["day"].str[:7]
    lines["year"] = lines["day"].str[:4]
    quarter = (lines["day"].str[5:7].astype(int) + 2) // 3
    lines["quarter"] = lines["year"] + "-Q" + quarter.astype(str)
    lines["category"], lines["customer"] = lines["categoryName"], lines["companyName"]
    lines["product"] = lines["productName"]
    first = lines.groupby("customerID")["day"].transform("min")
    age = (pd.to_datetime(lines["day"]) - pd.to_datetime(first)).dt.days
    lines["tenure"] = [
        "day of the first purchase" if days == 0 else
        "in the first year" if days < 365 else "in the second year" for days in age
    ]  # fmt: skip
    lines["won"] = lines["customerID"].where(age == 0)
    assert len(lines) == LINES
    return lines


def scaled(value: Any) -> Any:
    """Return money of the json in ten-thousandths; a blank cell is nothing."""
    return 0 if value is None else int(Decimal(str(value)) * 10_000)


COUNTS = {"orders": "orderID", "customers": "customerID", "won": "won"}
SIDES = [("category", "quarter"), ("customer", "year"), ("country", "month"), ("tenure", "year"),
         ("product", "quarter"), ("quarter", "category"), ("category", "country")]  # fmt: skip


@pytest.mark.parametrize(("rows", "columns"), SIDES)
@pytest.mark.parametrize("measure", ["revenue", "discount", "quantity", *COUNTS])
def test_cells_and_totals_are_those_of_pandas(
    ask: Asked, raw: pd.DataFrame, rows: str, columns: str, measure: str
) -> None:
    found = ask("pivot", "--rows", rows, "--cols", columns, "--measure", measure)
    by_side = {"revenue": "net", "discount": "off", "quantity": "units"}
    grouped = raw.groupby([rows, columns])
    ours = {
        (row[rows], column): scaled(row[column])
        for row in found["rows"]
        for column in raw[columns].unique()
        if row.get(column) is not None
    }
    if measure in COUNTS:
        theirs = grouped[COUNTS[measure]].nunique() * 10_000
        totals = raw.groupby(rows)[COUNTS[measure]].nunique() * 10_000
        whole = raw[COUNTS[measure]].nunique() * 10_000
    else:
        scale = 10_000 if measure == "quantity" else 1
        theirs = grouped[by_side[measure]].sum() * scale
        totals = raw.groupby(rows)[by_side[measure]].sum() * scale
        whole = raw[by_side[measure]].sum() * scale
    assert ours == theirs.to_dict()
    assert {row[rows]: scaled(row["total"]) for row in found["rows"]} == totals.to_dict()
    assert scaled(found["total"]["total"]) == whole


def test_parts_put_together_keep_the_totals(ask: Asked, raw: pd.DataFrame) -> None:
    words = ("pivot", "--rows", "country", "--cols", "category")
    for measure in ("revenue", "customers"):
        whole = ask(*words, "--measure", measure)
        cut = ask(*words, "--measure", measure, "--top", "3", "--columns", "2")
        assert len(cut["rows"]) == 4
        assert cut["rows"][-1]["country"] == "others (18)"
        wide = {row["country"]: row["total"] for row in whole["rows"]}
        assert [row["total"] for row in cut["rows"][:3]] == [
            wide[row["country"]] for row in cut["rows"][:3]
        ]
        if measure == "revenue":
            assert scaled(sum(row["total"] for row in cut["rows"])) == raw["net"].sum()
        else:
            rest = raw[~raw["country"].isin([row["country"] for row in cut["rows"]])]
            assert cut["rows"][-1]["total"] == rest["customerID"].nunique()


@pytest.mark.parametrize("cell", ["3,2", "total,1", "1,total", "total,total", "Germany,1997-Q2"])
def test_a_drill_lists_the_lines_that_sum_to_the_cell(
    ask: Asked, raw: pd.DataFrame, examples: Path, cell: str
) -> None:
    found = ask("pivot", "--rows", "country", "--cols", "quarter")
    lines = ask("pivot", "--rows", "country", "--cols", "quarter", "--drill", cell)["rows"]
    row, column = cell.split(",")
    columns = [key for key in found["rows"][0] if key not in ("country", "total")]
    country = found["rows"][int(row) - 1]["country"] if row.isdecimal() else row
    quarter = columns[int(column) - 1] if column.isdecimal() else column
    theirs = raw[
        ((raw["country"] == country) | (row == "total"))
        & ((raw["quarter"] == quarter) | (column == "total"))
    ]
    assert sum(scaled(line["amount"]) for line in lines) == theirs["net"].sum() > 0
    text = (examples / "northwind" / "order-details.csv").read_text("utf-8").splitlines()
    for line in lines:
        cells = text[line["line"] - 1].split(",")
        assert cells[:2] == [line["order"], line["product"]]


def test_where_takes_any_of_the_values_and_all_of_the_names(ask: Asked, raw: pd.DataFrame) -> None:
    words = ["--where", "country=germany", "--where", "country=France", "--where", "year=1997"]
    found = ask("pivot", "--rows", "category", *words)["rows"]
    some = raw[raw["country"].isin(["Germany", "France"]) & (raw["year"] == "1997")]
    theirs = some.groupby("category")["net"].sum().to_dict()
    assert {row["category"]: scaled(row["revenue"]) for row in found} == theirs


def test_days_are_bounded_on_both_sides(ask: Asked, raw: pd.DataFrame) -> None:
    found = ask("pivot", "--rows", "country", "--since", "1997-02", "--until", "1997-11-15")
    some = raw[raw["day"].between("1997-02-01", "1997-11-15")]
    theirs = some.groupby("country")["net"].sum().to_dict()
    assert {row["country"]: scaled(row["revenue"]) for row in found["rows"]} == theirs
    lines = found["meta"]["order_lines"]
    assert (lines["counted"], lines["outside"]) == (len(some), LINES - len(some))
    year = ask("pivot", "--rows", "country", "--since", "1997", "--until", "1997")
    assert year["meta"]["order_lines"]["counted"] == (raw["year"] == "1997").sum()


def test_products_share_places_and_the_cut_never_parts_equals(
    tmp_path: Path, ask: Asked
) -> None:  # fmt: skip
    from importer import bring_in, new_store

    path, store = tmp_path / "sales.csv", tmp_path / "s.db"
    path.write_text(
        "order id,order date,customer id,sku,description,qty,price\n"
        "1,2025-01-02,A,P1,Tea,1,30\n1,2025-01-02,A,P2,Cup,2,10\n2,2025-01-03,B,P3,Pot,1,20\n"
        "3,2025-01-04,B,P4,Jug,4,5\n4,2025-01-05,C,P5,Lid,1,1\n5,2025-01-06,C,P1,Tea,-1,10\n"
    )
    bring_in(new_store(store), path)
    found = ask("products", "--top", "2", store=store)["rows"]
    assert [(row["place"], row["product_id"]) for row in found] == [
        (1, "P1"), (1, "P2"), (1, "P3"), (1, "P4"), (None, None),
    ]  # fmt: skip
    assert [scaled(row["revenue"]) for row in found] == [200_000] * 4 + [10_000]
    assert (scaled(found[0]["returns"]), float(found[0]["return_rate"])) == (
        100_000, pytest.approx(1 / 3),
    )  # fmt: skip


def test_margin_needs_costs_and_says_on_what_it_rests(tmp_path: Path, ask: Asked) -> None:
    from importer import bring_in, new_store

    path, store = tmp_path / "sales.csv", tmp_path / "s.db"
    path.write_text(
        "order id,order date,customer id,sku,qty,unit price,amount,cost\n"
        "1,2023-01-02,A,P1,1,30,30,10\n2,2024-06-03,A,P1,1,24,24,18\n"
        "3,2025-06-03,A,P1,1,20,20,\n4,2025-06-03,B,P1,-1,10,-10,5\n5,2025-06-03,B,P1,2,10,20,12\n"
    )
    bring_in(new_store(store), path)
    rows = {row["tenure"]: row for row in ask("margin", "--by", "tenure", store=store)["rows"]}
    first = rows["day of the first purchase"]  # 30 - 10, -10 - (-5), 20 - 12
    assert scaled(first["revenue"]) == 400_000
    assert scaled(first["margin"]) == (20 - 5 + 8) * 10_000
    assert float(first["cost_known"]) == 1.0
    assert scaled(rows["in the second year"]["margin"]) == 60_000
    assert rows["in the third year"]["margin"] is None
    assert float(rows["in the third year"]["cost_known"]) == 0.0


def test_margin_without_costs_shows_discounts(ask: Asked, raw: pd.DataFrame) -> None:
    found = ask("margin", "--by", "tenure")
    assert "margin" not in found["rows"][0]
    theirs = raw.groupby("tenure")[["net", "off"]].sum()
    for row in found["rows"]:
        net, off = theirs.loc[row["tenure"]]
        assert (scaled(row["revenue"]), scaled(row["discount"])) == (net, off)
        assert float(row["discount_rate"]) == pytest.approx(off / (net + off))


def test_discounts_are_those_of_pandas(ask: Asked, raw: pd.DataFrame) -> None:
    found = ask("discounts", "--since", "1998-01-01")
    some = raw[raw["day"] >= "1998-01-01"]
    theirs = some.groupby("customer")[["net", "off"]].sum()
    assert {row["customer"]: scaled(row["total"]) for row in found["rows"]} == (
        theirs["off"].to_dict()
    )
    assert {row["customer"]: scaled(row["list_value"]) for row in found["rows"]} == (
        theirs.sum(axis=1).to_dict()
    )


@pytest.mark.parametrize(
    "words",
    [("pivot",), ("pivot", "--rows", "customer", "--cols", "month"), ("products", "--top", "0"),
     ("discounts",), ("margin",), ("verticals",), ("pivot", "--rows", "segment"),
     ("pivot", "--rows", "parent"), ("pivot", "--rows", "fax"),
     ("pivot", "--rows", "source", "--measure", "lines", "--measure", "revenue")],
)  # fmt: skip
def test_every_order_line_of_the_store_is_accounted_for(
    ask: Asked, demo_store: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    found = ask(*words)
    capsys.readouterr()
    assert run(["db", "stats", "--format", "json", "--db", str(demo_store)]) == 0
    stats = {row["what"]: row["rows"] for row in json.loads(capsys.readouterr().out)["rows"]}
    lines = found["meta"]["order_lines"]
    left_out = ("counted", "other_currency", "outside", "undated", "void")
    assert lines["stored"] == stats["order_lines"] == sum(lines[name] for name in left_out)
    if "revenue" in found["rows"][0] and words[0] != "verticals":
        assert sum(scaled(row["revenue"]) for row in found["rows"]) == 12_657_930_395


def test_a_file_gives_further_dimensions(
    ask: Asked, raw: pd.DataFrame, tmp_path: Path, demo_store: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    path = tmp_path / "buyers.csv"
    path.write_text("food,buyer\nBEVERAGES,Ann\nSeafood,Bob\nProduce,Ann\nNothing,Cid\n")
    found = ask("pivot", "--rows", "buyer", "--cols", "quarter", "--lookup", str(path))["rows"]
    buyers = raw["category"].map({"Beverages": "Ann", "Seafood": "Bob", "Produce": "Ann"})
    theirs = raw.groupby(buyers.fillna("(none)"))["net"].sum().to_dict()
    assert {row["buyer"]: scaled(row["total"]) for row in found} == theirs
    path.write_text("food,buyer\nSeafood,Ann\nSeafood,Bob\n")
    words = ["report", "pivot", "--rows", "buyer", "--lookup", str(path)]
    assert run([*words, "--db", str(demo_store)]) == 2
    assert "more than once" in capsys.readouterr().err


def test_sizes_need_a_field_that_tells_them(
    demo_store: Path, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    assert run(["report", "pivot", "--rows", "size", "--db", str(demo_store)]) == 2
    assert "employees" in capsys.readouterr().err


def test_demos_are_counted_by_customer_and_period(
    tmp_path: Path, demo_store: Path, ask: Asked, capsys: pytest.CaptureFixture[str]
) -> None:
    store = tmp_path / "ci.db"
    store.write_bytes(demo_store.read_bytes())
    at = ["--db", str(store), "--today", "2026-05-20"]
    for words in (
        ["log", "note", "ERNSH", "Wants a demo"],
        ["log", "call", "ERNSH", "Asked for a demo", "--on", "2026-04-03"],
        ["log", "demo", "ERNSH", "Showed returns", "--on", "2026-04-02"],
        ["log", "demo", "ERNSH", "Showed stock", "--on", "2026-01-02"],
        ["log", "demo", "ALFKI", "Showed stock", "--on", "2026-01-03"],
    ):
        assert run([*words, *at]) == 0, words
    capsys.readouterr()
    words = ("--rows", "customer", "--cols", "quarter", "--where", "kind=demo")
    found = ask(
        "pivot", "--of", "interactions", *words, "--today", "2026-05-20", store=store
    )["rows"]  # fmt: skip
    assert [(row["customer"], row["2026-Q1"], row["2026-Q2"], row["total"]) for row in found] == [
        ("Ernst Handel", 1, 1, 2), ("Alfreds Futterkiste", 1, None, 1),
    ]  # fmt: skip
    lines = ask(
        "pivot", "--of", "interactions", "--cols", "quarter", "--drill", "demo,2026-Q1",
        "--today", "2026-05-20", store=store,
    )["rows"]  # fmt: skip
    assert sorted(line["text"] for line in lines) == ["Showed stock", "Showed stock"]


def test_verticals_measure_penetration_against_a_list(tmp_path: Path, ask: Asked) -> None:
    from importer import bring_in, new_store

    customers, sales = tmp_path / "customers.csv", tmp_path / "sales.csv"
    customers.write_text(
        "customer id,customer name,industry\nA,Acme,Food\nB,Bolt,Food\nC,Cog,Steel\nD,Dot,\n"
    )
    sales.write_text(
        "order id,order date,customer id,sku,qty,price\n1,2024-02-02,A,P,1,100\n"
        "2,2025-03-02,A,P,1,150\n3,2025-04-02,C,P,1,40\n4,2025-05-02,D,P,1,10\n"
    )
    targets = tmp_path / "targets.csv"
    targets.write_text("company name,industry\nACME,Food\nBolt,Food\nZap,Food\nCog,Steel\n")
    store = new_store(tmp_path / "s.db")
    bring_in(store, customers, sales)
    found = ask("verticals", "--targets", str(targets), store=store)
    rows = {row["industry"]: row for row in found["rows"]}
    assert {name: (row["known"], row["bought"], row["active"]) for name, row in rows.items()} == {
        "Food": (2, 1, 1), "Steel": (1, 1, 1), "(none)": (1, 1, 1),
    }  # fmt: skip
    assert float(rows["Food"]["growth"]) == pytest.approx(0.5)
    assert rows["Steel"]["growth"] is None
    tables = found["tables"]
    listed = {
        row["industry"]: (row["listed"], row["known"], row["bought"], row["left"])
        for row in tables["targets"]["rows"]
    }
    assert listed == {"Food": (3, 2, 1, 2), "Steel": (1, 1, 1, 0)}
    won = {row["industry"]: row for row in tables["won_by_quarter"]["rows"]}
    assert (won["Food"]["2024-Q1"], won["Food"]["2025-Q1"], won["Steel"]["2025-Q2"]) == (1, 0, 1)
