"""Time reports, whole process, against DuckDB on a Parquet copy and pandas over the store.

The order book is made (see ``made_orders.py``), imported, and copied to Parquet by DuckDB. Then
each report runs in turn with its two peers, A B C A B C …; the figures are ratios of neighbouring
runs. The peers answer the same question over all lines and write their answer as CSV; theirs is
the plain one, without rhythm, names of segments, exact money or a check that the groups add up.

Usage::

    python benchmarks/reports.py                     # a million lines
    python benchmarks/reports.py --lines 10000000 --folder bench --runs 3

With ``--folder`` the book, the store and the copy are kept there, and used again when they exist.
"""

from __future__ import annotations

import argparse
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
PYTHON = sys.executable
CLI = [PYTHON, "-m", "ci_cli"]

PARQUET = """
import duckdb
duckdb.sql('''copy (select "Order" as order_id, "Date" as day, Status as status,
    "Customer ID" as customer, SKU as sku, Category as category, Quantity as quantity,
    cast(Amount as decimal(18, 2)) as amount from read_csv('{csv}')) to '{parquet}'
    (format parquet)''')
"""
DUCKDB_RFM = """
import duckdb
duckdb.sql('''copy (with o as (
    select customer, order_id, any_value(day) as day, sum(amount) as net, max(amount > 0) as bought
    from '{parquet}' where status <> 'cancelled' and customer is not null and day <= '{as_of}'
    group by all),
p as (select customer, max(day) filter (bought) as last_day,
    count(*) filter (bought and day > '{start}') as frequency,
    coalesce(sum(net) filter (day > '{start}'), 0) as monetary from o group by customer)
select customer, date '{as_of}' - last_day as recency, frequency, monetary,
    ntile(5) over (order by last_day) as r, ntile(5) over (order by frequency) as f,
    ntile(5) over (order by monetary) as m from p where frequency > 0 order by monetary desc
) to '{answer}' (header)''')
"""
DUCKDB_PROCAT = """
import duckdb
duckdb.sql('''copy (select {by}, strftime(day, '%Y-%m') as month, sum(amount) as net,
    sum(amount) filter (amount > 0) as gross, sum(quantity) as quantity, count(*) as lines,
    count(distinct order_id) filter (amount > 0) as orders,
    count(distinct customer) filter (amount > 0) as customers
    from '{parquet}' where status <> 'cancelled' and day >= '{since}' group by 1, 2 order by 1, 2
) to '{answer}' (header)''')
"""
_READ = """
import sqlite3, pandas as pd
frame = pd.read_sql('''select o.order_key as order_id, o.record_id as customer, o.date as day,
    i.product_key as sku, i.category, l.quantity, l.amount
    from order_line as l join sales_order as o on o.id = l.order_id
    join item as i on i.id = l.item_id
    where o.state = 'counted' ''', sqlite3.connect('{store}'))
"""
PANDAS_RFM = (
    _READ
    + """
frame = frame[frame["customer"].notna() & (frame["day"] <= '{as_of}')]
inside = frame[frame["day"] > '{start}']
bought = inside[inside["amount"] > 0]
rfm = bought.groupby("customer").agg(last=("day", "max"), frequency=("order_id", "nunique"))
rfm["monetary"] = inside.groupby("customer")["amount"].sum()
rfm["recency"] = (pd.Timestamp('{as_of}') - pd.to_datetime(rfm["last"])).dt.days
for name in ("recency", "frequency", "monetary"):
    rfm[name + "_score"] = (rfm[name].rank(pct=True) * 5).apply(lambda x: -(-x // 1))
rfm.sort_values("monetary", ascending=False).to_csv('{answer}')
"""
)
PANDAS_PROCAT = (
    _READ
    + """
frame = frame[frame["day"] >= '{since}']
frame["month"] = frame["day"].str[:7]
sold = frame[frame["amount"] > 0].groupby(['{by}', "month"])
table = frame.groupby(['{by}', "month"]).agg(net=("amount", "sum"), quantity=("quantity", "sum"))
table["orders"], table["customers"] = sold["order_id"].nunique(), sold["customer"].nunique()
table.to_csv('{answer}')
"""
)


class Job(NamedTuple):
    """One report and how its peers do it."""

    name: str
    ours: list[str]
    duckdb: str
    pandas: str
    gaps: dict[str, str]


class Place(NamedTuple):
    """Where the data of one run lies."""

    folder: Path

    @property
    def csv(self) -> Path:
        """The made book."""
        return self.folder / "orders.csv"

    @property
    def store(self) -> Path:
        """Our store."""
        return self.folder / "ci.db"

    @property
    def parquet(self) -> Path:
        """The copy for DuckDB."""
        return self.folder / "orders.parquet"


def seconds(command: list[str]) -> float:
    """Run a command to its end and return how long it took."""
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


def prepare(place: Place, lines: int) -> None:
    """Make what is not there yet, and say what the kept figures cost."""
    if not place.csv.exists():
        seconds([PYTHON, str(HERE / "made_orders.py"), str(lines), str(place.csv)])
    if not place.parquet.exists():
        text = PARQUET.format(csv=place.csv, parquet=place.parquet)
        seconds([PYTHON, "-c", text])
    if not place.store.exists():
        took = seconds([*CLI, "import", str(place.csv), "--db", str(place.store), "-q"])
        print(f"import of {lines:,} lines: {took:.1f} s", flush=True)
    with closing(sqlite3.connect(place.store)) as conn:
        pages = dict(conn.execute("SELECT name, sum(pgsize) FROM dbstat GROUP BY 1").fetchall())
    kept = sum(pages.get(name, 0) for name in ("purchase_day", "month_cell", "order_day"))
    whole = sum(pages.values())
    print(f"store: {whole / 1e6:,.0f} MB, {whole / (whole - kept):.2f} times what it is without"
          " kept figures", end="\n\n")  # fmt: skip


def jobs(place: Place) -> list[Job]:
    """Return the reports; the made book ends with 2023."""
    at = ["--db", str(place.store), "-q", "--format", "csv"]
    rfm, procat = [*CLI, "rfm", "run", *at], [*CLI, "procat", "report", *at]
    earlier = {"as_of": "2022-06-15", "start": "1900-01-01"}
    year = {"as_of": "2023-12-31", "start": "2022-12-31"}
    ever = {"as_of": "2023-12-31", "start": "1900-01-01"}
    return [
        Job("rfm run", rfm, DUCKDB_RFM, PANDAS_RFM, ever),
        Job("rfm run --window 12m", [*rfm, "--window", "12m"], DUCKDB_RFM, PANDAS_RFM, year),
        Job("rfm run --as-of 2022-06-15", [*rfm, "--as-of", "2022-06-15"], DUCKDB_RFM, PANDAS_RFM,
            earlier),
        Job("procat report", procat, DUCKDB_PROCAT, PANDAS_PROCAT,
            {"by": "category", "since": "2021-12-01"}),
        Job("procat report --by product", [*procat, "--by", "product"], DUCKDB_PROCAT,
            PANDAS_PROCAT, {"by": "sku", "since": "2021-12-01"}),
    ]  # fmt: skip


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--folder", type=Path)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        place = Place(chosen.folder or Path(name))
        place.folder.mkdir(parents=True, exist_ok=True)
        prepare(place, chosen.lines)
        print("| report | ci-cli, s | DuckDB on Parquet, s | ratio | pandas, s | ratio |")
        print("|---|---|---|---|---|---|")
        for job in jobs(place):
            paths = {"parquet": place.parquet, "store": place.store, "answer": place.folder / "x"}
            duckdb, pandas = (
                [PYTHON, "-c", text.format(**paths, **job.gaps)]
                for text in (job.duckdb, job.pandas)
            )
            times = [
                (seconds(job.ours), seconds(duckdb), seconds(pandas)) for _ in range(chosen.runs)
            ]
            ours, first, second = (statistics.median(column) for column in zip(*times, strict=True))
            one, two = ([t[0] / t[i] for t in times] for i in (1, 2))
            print(
                f"| {job.name} | {ours:.2f} | {first:.2f} | {_spread(one)} | {second:.2f} |"
                f" {_spread(two)} |",
                flush=True,
            )


def _spread(ratios: list[float]) -> str:
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f} – {max(ratios):.2f})"


if __name__ == "__main__":
    main()
