"""Time reports, whole process, against DuckDB on a Parquet copy and pandas over the store.

The order book is made (see ``made_orders.py``), imported, and copied to Parquet by DuckDB. Then
each report runs in turn with its peers, A B C A B C …; the figures are ratios of neighbouring
runs, by the clock and by processor time (DuckDB uses all cores, so the two differ). The peers answer
over all lines and write CSV. Theirs is the plain question, without rhythm, names of segments, exact
money or a check that the groups add up; but one more query of DuckDB writes all that ``rfm run`` writes, and is refused where any cell of it differs from ours.

Usage::

    python benchmarks/reports.py                     # a million lines
    python benchmarks/reports.py --lines 10000000 --folder bench --runs 3 --without-pandas

With ``--folder`` the book, the store and the copy are kept there, and used again when they exist.
"""

from __future__ import annotations

import argparse
import compileall
import csv
import math
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from made_orders import LINES_PER_CUSTOMER

import ci_cli
from ci_cli.analysis.segment_maps import load_map

HERE = Path(__file__).resolve().parent
PYTHON = sys.executable
CLI = [PYTHON, "-m", "ci_cli"]

PARQUET = """
import duckdb
duckdb.sql('''copy (select "Order" as order_id, "Date" as day, Status as status,
    "Customer ID" as customer, Customer as name, SKU as sku,
    Category as category, Quantity as quantity, cast(Amount as decimal(18, 2)) as amount from read_csv('{csv}')) to '{parquet}'
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
# all that ``rfm run`` writes: scores by mid-rank, names of segments, first purchase, rhythm
DUCKDB_RFM_WHOLE = """
import duckdb
duckdb.sql('''copy (with orders as (
    select customer, order_id, any_value(name) as name, any_value(day) as day, sum(amount) as net,
        bool_or(amount > 0) as bought
    from '{parquet}' where status <> 'cancelled' and customer is not null and day <= '{as_of}'
    group by customer, order_id),
days as (
    select customer, any_value(name) as name, day, sum(net) as net,
        count(*) filter (bought) as purchases
    from orders group by customer, day),
gaps as (
    select customer, day - lag(day) over (partition by customer order by day) as gap
    from days where purchases > 0),
usual as (select customer, median(gap) as gap from gaps where gap is not null group by customer),
base as (
    select customer, any_value(name) as name, min(day) filter (purchases > 0) as first,
        max(day) filter (purchases > 0) as last, count(*) filter (purchases > 0) as days,
        coalesce(sum(purchases) filter (day > '{start}'), 0) as frequency,
        coalesce(sum(net) filter (day > '{start}'), 0) as monetary
    from days group by customer),
everybody as (select base.*, usual.gap from base left join usual using (customer)),
company as (
    select median(gap) filter (days > 1) as gap, date '{as_of}' - min(first) as history
    from everybody),
bought as (
    select *, date '{as_of}' - last as recency, count(*) over () as n
    from everybody where frequency > 0),
scored as (
    select *,
        ceil(5 * (2 * rank() over (order by recency desc) - 1
            + count(*) over (partition by recency)) / (2 * n))::int as r,
        ceil(5 * (2 * rank() over (order by frequency) - 1
            + count(*) over (partition by frequency)) / (2 * n))::int as f,
        ceil(5 * (2 * rank() over (order by monetary) - 1
            + count(*) over (partition by monetary)) / (2 * n))::int as m
    from bought),
expected as (
    select scored.*, r || '' || f || m as code, company.history,
        case when days > 1 then exp(((days - 1) * ln(scored.gap) + 4 * ln(company.gap))
            / (days + 3)) else company.gap end as expected_gap
    from scored, company)
select customer, name, recency, frequency, monetary, first as first_purchase,
    date '{as_of}' - first as tenure, r, f, m, code, segment, expected_gap, recency as silent,
    case when expected_gap > history / 3 then 'too-early' when recency >= 3 * expected_gap
        then 'dormant' when recency >= 2 * expected_gap then 'slowing' else 'active' end as rhythm
from expected join (values {segments}) as names (code, segment) using (code)
order by monetary desc, customer) to '{answer}' (header)''')
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
    whole: str = ""  # DuckDB's query for all that ours writes


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


class Time(NamedTuple):
    """How long a command took, in seconds."""

    wall: float
    processor: float


def seconds(command: list[str]) -> Time:
    """Run a command to its end and return how long it took."""
    used, start = _processor(), time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return Time(time.perf_counter() - start, _processor() - used)


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def prepare(place: Place, lines: int, *book: str) -> None:
    """Make what is not there yet, and say what the kept figures cost."""
    # as pip does when it installs: a checkout may never have been compiled
    compileall.compile_dir(Path(ci_cli.__file__).parent, quiet=1)
    if not place.csv.exists():
        seconds([PYTHON, str(HERE / "made_orders.py"), str(lines), str(place.csv), *book])
    if not place.parquet.exists():
        text = PARQUET.format(csv=place.csv, parquet=place.parquet)
        seconds([PYTHON, "-c", text])
    if not place.store.exists():
        took = seconds([*CLI, "import", str(place.csv), "--db", str(place.store), "-q"])
        print(f"import of {lines:,} lines: {took.wall:.1f} s", flush=True)
    with closing(sqlite3.connect(place.store)) as conn:
        pages = dict(conn.execute("SELECT name, sum(pgsize) FROM dbstat GROUP BY 1").fetchall())
    kept = sum(
        pages.get(name, 0) for name in ("purchase_day", "purchase_total", "month_cell", "order_day")
    )
    whole = sum(pages.values())
    print(f"store: {whole / 1e6:,.0f} MB, {whole / (whole - kept):.2f} times what it is without"
          " kept figures", end="\n\n")  # fmt: skip


def jobs(place: Place) -> list[Job]:
    """Return the reports; the made book ends with 2023."""
    at = ["--db", str(place.store), "-q", "--format", "csv"]
    rfm, procat = [*CLI, "rfm", "run", *at], [*CLI, "procat", "report", *at]
    whole = DUCKDB_RFM_WHOLE
    earlier = {"as_of": "2022-06-15", "start": "1900-01-01"}
    year = {"as_of": "2023-12-31", "start": "2022-12-31"}
    ever = {"as_of": "2023-12-31", "start": "1900-01-01"}
    return [
        Job("rfm run", rfm, DUCKDB_RFM, PANDAS_RFM, ever, whole),
        Job("rfm run --window 12m", [*rfm, "--window", "12m"], DUCKDB_RFM, PANDAS_RFM, year, whole),
        Job("rfm run --as-of 2022-06-15", [*rfm, "--as-of", "2022-06-15"], DUCKDB_RFM, PANDAS_RFM,
            earlier, whole),
        Job("procat report", procat, DUCKDB_PROCAT, PANDAS_PROCAT,
            {"by": "category", "since": "2021-12-01"}),
        Job("procat report --by product", [*procat, "--by", "product"], DUCKDB_PROCAT,
            PANDAS_PROCAT, {"by": "sku", "since": "2021-12-01"}),
    ]  # fmt: skip


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--lines-per-customer", type=int, default=LINES_PER_CUSTOMER)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--without-pandas", action="store_true", help="which takes a minute a run")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        place = Place(chosen.folder or Path(name))
        place.folder.mkdir(parents=True, exist_ok=True)
        prepare(place, chosen.lines, f"--lines-per-customer={chosen.lines_per_customer}")
        print("| report | s, processor s | DuckDB: ratio, processor | DuckDB, all of it: ratio,"
              " processor | pandas: ratio, processor |")  # fmt: skip
        print("|---|---|---|---|---|")
        for job in jobs(place):
            if job.whole:
                check(job, place)
            peers = [job.duckdb, job.whole, "" if chosen.without_pandas else job.pandas]
            times = [
                (seconds(job.ours), *(seconds(_python(peer, job, place)) if peer else None
                                      for peer in peers))
                for _ in range(chosen.runs)
            ]  # fmt: skip
            ours, *others = zip(*times, strict=True)
            cells = [job.name, ", ".join(f"{middle(ours, kind):.2f}" for kind in Time._fields)]
            cells += [ratios(ours, theirs) for theirs in others]
            print("| " + " | ".join(cells) + " |", flush=True)


def middle(times: Sequence[Time], kind: str) -> float:
    """Return the median of one kind of time."""
    return statistics.median(getattr(one, kind) for one in times)


def ratios(ours: Sequence[Time], theirs: Sequence[Time | None]) -> str:
    """Return how long ours takes against a peer, by the clock and by processor time."""
    pairs = [(one, other) for one, other in zip(ours, theirs, strict=True) if other is not None]
    return ", ".join(
        _spread([getattr(one, kind) / getattr(other, kind) for one, other in pairs])
        for kind in Time._fields
        if pairs
    )


def _python(text: str, job: Job, place: Place) -> list[str]:
    gaps = {"parquet": place.parquet, "store": place.store, "answer": place.folder / "x"}
    return [PYTHON, "-c", text.format(**gaps, **job.gaps, segments=_segments())]


def _segments() -> str:
    """Return the codes of the usual segments as rows of SQL."""
    segments = load_map().segments
    return ", ".join(f"('{code}', '{one.key}')" for one in segments for code in sorted(one.codes))


def check(job: Job, place: Place) -> None:
    """Stop where DuckDB's whole answer and ours differ in any cell; ids differ by nature."""
    seconds(_python(job.whole, job, place))
    text = subprocess.run(job.ours, check=True, capture_output=True, text=True).stdout
    with (place.folder / "x").open(encoding="utf-8", newline="") as file:
        theirs = {row["name"]: row for row in csv.DictReader(file)}
    ours = {row["name"]: row for row in csv.DictReader(text.splitlines())}
    if ours.keys() != theirs.keys():
        raise SystemExit(f"{job.name}: other customers")
    for name, row in ours.items():
        for key, cell in row.items():
            other = theirs[name][key]
            same = cell == other or (
                key in ("monetary", "expected_gap")
                and math.isclose(float(cell), float(other), rel_tol=1e-12)
            )
            if key != "customer" and not same:
                raise SystemExit(f"{job.name}: {name} has {key} {cell}, DuckDB {other}")


def _spread(ratios: list[float]) -> str:
    """Return the median of ratios and how far they reach."""
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f} – {max(ratios):.2f})"


if __name__ == "__main__":
    main()
