"""Time pivots, whole process, against DuckDB's PIVOT on a Parquet copy and pandas over the store.

The order book is made (see ``made_orders.py``), imported, and copied to Parquet by DuckDB. Each
pivot runs in turn with its peers, A B C A B C …; the figures are ratios of neighbouring runs. Before
that every cell of ours is compared with DuckDB's, and the run stops where one differs. Two pivots are
answered by figures kept in the store, the others go through every line.

Usage::

    python benchmarks/pivot.py                      # a million lines
    python benchmarks/pivot.py --lines 200000 --folder bench --runs 3
"""

from __future__ import annotations

import argparse
import csv
import subprocess
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from reports import CLI, PYTHON, Place, Time, middle, prepare, ratios, seconds

COPY = """
import duckdb
duckdb.sql('''copy (select "Order" as order_id, "Date" as day, Status as status, "Region" as region,
    "Customer ID" as customer, Category as category, SKU as product, Quantity as quantity,
    cast(Amount as decimal(18, 2)) as revenue, year("Date")::text as year,
    year("Date") || '-Q' || quarter("Date") as quarter, strftime("Date", '%Y-%m') as month
    from read_csv('{csv}') where Status <> 'cancelled') to '{parquet}' (format parquet)''')
"""
DUCKDB = """
import duckdb
duckdb.sql('''copy (pivot (select coalesce({rows}::text, '(none)') as {rows},
    {columns}, {value} from '{parquet}' where {sold})
    on {columns} using {figure}) to '{answer}' (header)''')
"""
PANDAS = """
import sqlite3, pandas as pd
frame = pd.read_sql('''select o.order_key as order_id, o.record_id as customer, o.date as day,
    o.region, i.product_key as product, i.category, l.amount as revenue
    from order_line as l join sales_order as o on o.id = l.order_id
    join item as i on i.id = l.item_id where o.state = 'counted' ''', sqlite3.connect('{store}'))
days = pd.to_datetime(frame["day"])
frame["year"], frame["month"] = frame["day"].str[:4], frame["day"].str[:7]
frame["quarter"] = frame["year"] + "-Q" + days.dt.quarter.astype(str)
frame = frame[(frame["revenue"] > 0) | {all_lines}]
frame.pivot_table(index="{rows}", columns="{columns}", values="{value}", aggfunc="{how}",
                  margins=True).to_csv('{answer}')
"""


class Pivot(NamedTuple):
    """One pivot; ``distinct`` names the column of which different values are counted."""

    rows: str
    columns: str
    measure: str
    distinct: str = ""


PIVOTS = (
    Pivot("category", "quarter", "revenue"),
    Pivot("customer", "year", "revenue"),
    Pivot("category", "region", "revenue"),
    Pivot("product", "month", "revenue"),
    Pivot("category", "region", "customers", "customer"),
    Pivot("category", "year", "orders", "order_id"),
)


def commands(job: Pivot, place: Place, parquet: Path) -> tuple[list[str], list[str], list[str]]:
    """Return how we, DuckDB and pandas answer."""
    ours = [*CLI, "report", "pivot", "--rows", job.rows, "--cols", job.columns, "--measure",
            job.measure, "--db", str(place.store), "-q", "--format", "csv"]  # fmt: skip
    gaps = {"parquet": parquet, "store": place.store, "answer": place.folder / "x",
            "rows": job.rows, "columns": job.columns}  # fmt: skip
    figure = f"count(distinct {job.distinct})" if job.distinct else "sum(revenue)"
    value = job.distinct or "revenue"
    duckdb = DUCKDB.format(
        **gaps, figure=figure, value=value, sold="revenue > 0" if job.distinct else "true"
    )
    pandas = PANDAS.format(
        **gaps, value=value, how="nunique" if job.distinct else "sum",
        all_lines=not job.distinct,
    )  # fmt: skip
    return ours, [PYTHON, "-c", duckdb], [PYTHON, "-c", pandas]


def check(job: Pivot, place: Place, ours: list[str], duckdb: list[str]) -> None:
    """Stop where any cell differs; customers have other ids here, so their figures are compared."""
    seconds(duckdb)
    text = subprocess.run(ours, check=True, capture_output=True, text=True).stdout
    with (place.folder / "x").open(encoding="utf-8", newline="") as file:
        theirs = cells(job, list(csv.DictReader(file)))
    if cells(job, list(csv.DictReader(text.splitlines()))) != theirs:
        raise SystemExit(f"{job}: other figures than DuckDB's")


def cells(job: Pivot, rows: list[dict[str, str]]) -> list[tuple[str, ...]]:
    """Return the figures of a pivot in an order that both programs have."""
    leave = {job.rows, f"{job.rows}_id", "total", *(["none"] if job.columns == "region" else [])}
    known = [] if job.rows == "customer" else [job.rows]
    names = [f"{job.rows}_id"] if f"{job.rows}_id" in rows[0] and known else known
    return sorted(
        (
            *(row[name] for name in names),
            *(f"{name}={Decimal(row[name]).normalize()}" for name in sorted(row)
              if name not in leave and Decimal(row[name] or 0)),
        )
        for row in rows
    )  # fmt: skip


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
        parquet = place.folder / "pivot.parquet"
        if not parquet.exists():
            seconds([PYTHON, "-c", COPY.format(csv=place.csv, parquet=parquet)])
        print("| pivot | s, processor s | DuckDB: ratio, processor | pandas: ratio, processor |")
        print("|---|---|---|---|")
        for job in PIVOTS:
            ours, duckdb, pandas = commands(job, place, parquet)
            check(job, place, ours, duckdb)
            times = [tuple(map(seconds, (ours, duckdb, pandas))) for _ in range(chosen.runs)]
            first, *others = zip(*times, strict=True)
            line = [
                f"{job.rows} × {job.columns}, {job.measure}",
                ", ".join(f"{middle(first, kind):.2f}" for kind in Time._fields),
                *(ratios(first, other) for other in others),
            ]
            print("| " + " | ".join(line) + " |", flush=True)


if __name__ == "__main__":
    main()
