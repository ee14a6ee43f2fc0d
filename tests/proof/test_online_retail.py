"""541,909 real order lines, compared with pandas on the raw file, never through our own code."""

from __future__ import annotations

import csv
import gzip
import random
from contextlib import closing
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ci_cli.analysis.periods import window
from ci_cli.analysis.scoring import score_customers
from ci_cli.store import engine, facts
from ci_cli.store.writes import undo
from importer import AT, bring_in, new_store
from store_dump import logical_dump

pytestmark = [pytest.mark.shared, pytest.mark.slow]

ROWS = 541_909
TOTAL = 97_477_479_340  # 9,747,747.93 to the cent: a few prices have a third decimal
AS_OF = "2011-12-09"


@pytest.fixture(scope="module")
def raw(shared_data: Path) -> pd.DataFrame:
    frame = pd.read_csv(
        shared_data / "online_retail" / "online_retail.csv.gz", dtype=str, keep_default_na=False
    )
    frame["day"] = frame["InvoiceDate"].str[:10]
    # exact integer money: prices have at most three decimals, quantities are whole
    price = frame["UnitPrice"].str.split(".", expand=True).fillna("")
    price = price[0].astype("int64").abs() * 10_000 + price[1].str.ljust(4, "0").astype("int64")
    sign = np.where(frame["UnitPrice"].str.startswith("-"), -1, 1)
    frame["amount"] = frame["Quantity"].astype("int64") * price * sign
    frame["customer"] = frame["CustomerID"].str.removesuffix(".0")
    # an order is dated by its earliest line
    frame["day"] = frame.groupby("InvoiceNo")["day"].transform("min")
    return frame


@pytest.fixture(scope="module")
def store(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = new_store(tmp_path_factory.mktemp("retail") / "ci.db", currency="GBP")
    result = bring_in(path, shared_data / "online_retail" / "online_retail.csv.gz")
    assert result.counts.as_tuple() == (ROWS, ROWS, 0, 0, 0, 0)
    return path


def test_total_to_the_cent(store: Path, raw: pd.DataFrame) -> None:
    assert raw["amount"].sum() == TOTAL
    with closing(engine.connect(store)) as conn:
        total, lines = conn.execute("SELECT sum(amount), count(*) FROM revenue_line").fetchone()
        assert (total, lines) == (TOTAL, ROWS)
        rest = facts.unassigned(conn, as_of=AS_OF, start="", currency="GBP")
    nobody = raw[raw["customer"] == ""]
    assert (rest.lines, rest.net) == (len(nobody), nobody["amount"].sum())
    assert rest.lines == 135_080


def test_a_second_import_changes_nothing(store: Path, shared_data: Path) -> None:
    before = logical_dump(store, provenance=True)
    result = bring_in(store, shared_data / "online_retail" / "online_retail.csv.gz")
    assert result.counts.as_tuple() == (ROWS, 0, 0, ROWS, 0, 0)
    assert logical_dump(store, provenance=True) == before


def test_every_rfm_value_and_score(store: Path, raw: pd.DataFrame) -> None:
    with closing(engine.connect(store)) as conn:
        rows = facts.customer_purchases(conn, as_of=AS_OF, start="", currency="GBP")
        keys = dict(conn.execute("SELECT customer_id, source_key FROM record").fetchall())
    as_of = date.fromisoformat(AS_OF)
    scored = score_customers(rows, as_of=as_of, window=window("all", as_of))
    ours = pd.DataFrame(
        [(keys[c.row.customer_id], *c.values, c.row.first, *c.scores) for c in scored.customers],
        columns=["customer", "recency", "frequency", "monetary", "first", "r", "f", "m"],
    ).set_index("customer").sort_index()  # fmt: skip

    known = raw[raw["customer"] != ""]
    cancelled = known["InvoiceNo"].str.startswith("C")
    bought = known[~cancelled & (known["amount"] > 0)]
    grouped = bought.groupby("customer")
    theirs = pd.DataFrame(
        {
            "recency": (pd.Timestamp(AS_OF) - pd.to_datetime(grouped["day"].max())).dt.days,
            "frequency": grouped["InvoiceNo"].nunique(),
            "monetary": known.groupby("customer")["amount"].sum().reindex(grouped.groups),
            "first": grouped["day"].min(),
        }
    ).sort_index()
    n = len(theirs)
    for name, values in (
        ("r", -theirs["recency"]), ("f", theirs["frequency"]), ("m", theirs["monetary"]),
    ):  # fmt: skip
        theirs[name] = np.ceil(5 * values.rank(method="average") / n).astype(int)
    assert n == known["customer"].nunique() - 34 == len(ours)
    assert len(scored.never) == 34
    pd.testing.assert_frame_equal(ours, theirs, check_dtype=False, check_names=False)


def test_every_month_by_product(store: Path, raw: pd.DataFrame) -> None:
    with closing(engine.connect(store)) as conn:
        cells, totals = facts.month_cells(
            conn, by="product", as_of=AS_OF, first="2010-12", last="2011-12", currency="GBP"
        )
    ours = pd.Series({(c.group, c.month): c.net for c in cells}).sort_index()
    theirs = raw.groupby(["StockCode", raw["day"].str[:7]])["amount"].sum().sort_index()
    pd.testing.assert_series_equal(ours, theirs, check_names=False, check_dtype=False)
    assert sum(c.net for c in totals) == TOTAL
    sale = raw[~raw["InvoiceNo"].str.startswith("C") & (raw["amount"] > 0)]
    months = sale["day"].str[:7]
    bought = sale.groupby(months)["InvoiceNo"].nunique()
    assert {c.month: c.orders for c in totals} == bought.to_dict()
    known = sale[sale["customer"] != ""]
    assert {c.month: c.customers for c in totals} == (
        known.groupby(known["day"].str[:7])["customer"].nunique().to_dict()
    )


def test_the_workbook_holds_the_same(store: Path, shared_data: Path, tmp_path: Path) -> None:
    other = new_store(tmp_path / "xlsx.db", currency="GBP")
    result = bring_in(other, shared_data / "online_retail" / "online_retail.xlsx")
    assert result.counts.as_tuple() == (ROWS, ROWS, 0, 0, 0, 0)
    one, two = logical_dump(store), logical_dump(other)
    for table in one:
        assert one[table] == two[table], table


def test_a_part_and_then_the_whole_in_any_order_and_back(
    store: Path, shared_data: Path, tmp_path: Path
) -> None:
    with gzip.open(
        shared_data / "online_retail" / "online_retail.csv.gz", "rt", encoding="utf-8", newline=""
    ) as text:
        header, *rows = csv.reader(text)
    chance = random.Random(20111209)
    part = [row for row in rows if chance.random() < 0.4]
    chance.shuffle(rows)
    for name, chosen in (("part.csv", part), ("whole.csv", rows)):
        with (tmp_path / name).open("w", newline="", encoding="utf-8") as out:
            csv.writer(out).writerows([header, *chosen])
    other = new_store(tmp_path / "other.db", currency="GBP")
    assert bring_in(other, tmp_path / "part.csv").counts.created == len(part)
    before = logical_dump(other)
    second = bring_in(other, tmp_path / "whole.csv")
    # invoices with two timestamps may turn out to be older than the part told
    assert second.counts.created == ROWS - len(part)
    assert second.counts.conflict == second.counts.rejected == 0
    assert logical_dump(other) == logical_dump(store)
    with closing(engine.connect(other, write=True)) as conn, engine.transaction(conn):
        undo.undo(conn, second.batch_id, AT)
    assert logical_dump(other) == before
