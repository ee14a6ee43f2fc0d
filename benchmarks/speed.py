"""Time whole commands against what users would do instead, in turn, in the same run.

Each pair runs A B A B …; the figure is the ratio of each neighbouring pair, so a machine that slows
down between them slows both. The table is printed as Markdown for ``results.md``.

Usage::

    python benchmarks/speed.py            # the real data of ../shared/data
    python benchmarks/speed.py --runs 5
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data" / "online_retail"
PYTHON = sys.executable

# the usual script: read, compute the amount, put it into a table
PANDAS_IMPORT = """
import sqlite3, pandas as pd
frame = pd.read_csv({csv!r})
frame["Amount"] = frame["Quantity"] * frame["UnitPrice"]
frame.to_sql("orders", sqlite3.connect({db!r}), index=False, if_exists="replace")
"""
PANDAS_EXCEL = """
import sqlite3, pandas as pd
frame = pd.read_excel({xlsx!r}, engine="calamine")
frame["Amount"] = frame["Quantity"] * frame["UnitPrice"]
frame.to_sql("orders", sqlite3.connect({db!r}), index=False, if_exists="replace")
"""
PANDAS_RFM = """
import sqlite3, pandas as pd
frame = pd.read_sql("select * from orders", sqlite3.connect({db!r}), parse_dates=["InvoiceDate"])
frame = frame[frame["CustomerID"].notna()]
sales = frame[(frame["Amount"] > 0) & ~frame["InvoiceNo"].astype(str).str.startswith("C")]
asof = frame["InvoiceDate"].max()
rfm = sales.groupby("CustomerID").agg(
    last=("InvoiceDate", "max"), frequency=("InvoiceNo", "nunique"))
rfm["monetary"] = frame.groupby("CustomerID")["Amount"].sum()
rfm["recency"] = (asof - rfm["last"]).dt.days
for name in ("recency", "frequency", "monetary"):
    rfm[name + "_score"] = (rfm[name].rank(pct=True) * 5).apply(lambda x: -(-x // 1))
print(rfm.to_string())
"""
PANDAS_PROCAT = """
import sqlite3, pandas as pd
frame = pd.read_sql("select * from orders", sqlite3.connect({db!r}))
frame["month"] = frame["InvoiceDate"].str[:7]
table = frame.groupby([frame["StockCode"].astype(str), "month"])["Amount"].sum().unstack()
print(table.to_string())
"""
EMPTY_TYPER = """
import typer
app = typer.Typer()
@app.command()
def main() -> None:
    pass
app()
"""
START_RUNS = 5  # times as many runs of what takes no time


class Pair(NamedTuple):
    """Two ways to do one job."""

    job: str
    ours: list[str]
    peer: str
    theirs: list[str]
    fresh: bool = False  # our store is made anew before each run
    is_start: bool = False  # nothing but the start of a program


def seconds(command: list[str]) -> float:
    """Run a command to its end and return how long it took."""
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


def measure(pair: Pair, runs: int, store: Path) -> tuple[float, float, list[float]]:
    """Return the median seconds of both and the ratio of each neighbouring pair."""
    ours, theirs = [], []
    for _ in range(runs * START_RUNS if pair.is_start else runs):
        if pair.fresh:
            store.unlink(missing_ok=True)
        ours.append(seconds(pair.ours))
        theirs.append(seconds(pair.theirs))
    ratios = [a / b for a, b in zip(ours, theirs, strict=True)]
    return statistics.median(ours), statistics.median(theirs), ratios


def pairs(folder: Path) -> list[Pair]:
    """Return the jobs, in an order in which later ones find what earlier ones made."""
    store, csv, xlsx = folder / "ci.db", DATA / "online_retail.csv.gz", DATA / "online_retail.xlsx"
    table = folder / "pandas.db"
    cli = [PYTHON, "-m", "ci_cli"]
    at = ["--db", str(store), "-q"]

    def script(text: str) -> list[str]:
        return [PYTHON, "-c", text.format(csv=str(csv), xlsx=str(xlsx), db=str(table))]

    return [
        Pair("import 541,909 lines (xlsx), keyed, checked, undoable",
             [*cli, "import", str(xlsx), *at],
             "pandas + calamine + to_sql", script(PANDAS_EXCEL), fresh=True),
        Pair("import 541,909 lines (csv.gz), keyed, checked, undoable",
             [*cli, "import", str(csv), *at], "pandas + to_sql", script(PANDAS_IMPORT), fresh=True),
        Pair("import the same file again: unchanged", [*cli, "import", str(csv), *at],
             "pandas + to_sql (replaces everything)", script(PANDAS_IMPORT)),
        Pair("rfm run", [*cli, "rfm", "run", *at], "pandas over the table", script(PANDAS_RFM)),
        Pair("procat report --by product", [*cli, "procat", "report", "--by", "product", *at],
             "pandas pivot over the table", script(PANDAS_PROCAT)),
        *starts(),
    ]  # fmt: skip


def starts() -> list[Pair]:
    """Return what every command has to do first, beside a program that does nothing else."""
    empty = [PYTHON, "-c", EMPTY_TYPER]
    return [
        Pair(f"ci-cli {word}", [PYTHON, "-m", "ci_cli", word], f"an empty Typer program{asked}",
             [*empty, *asked.split()], is_start=True)
        for word, asked in (("--help", " --help"), ("version", ""))
    ]  # fmt: skip


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    runs = parser.parse_args().runs
    if not DATA.is_dir():
        print("the real data sets (../shared/data) are not beside this checkout", file=sys.stderr)
        return 1
    print("| job | ci-cli, s | peer | peer, s | ratio: median (min – max) |")
    print("|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        for pair in pairs(Path(name)):
            ours, theirs, ratios = measure(pair, runs, Path(name) / "ci.db")
            spread = f"{min(ratios):.2f} – {max(ratios):.2f}"
            print(f"| {pair.job} | {ours:.2f} | {pair.peer} | {theirs:.2f} |"
                  f" {statistics.median(ratios):.2f} ({spread}) |", flush=True)  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
