"""Time ``ci-cli import`` of made order books of any size against what else loads such a file.

Two files: one whose lines are numbered, so that order id and line number are the key, and one
without line numbers, where each line is known by the hash of its values. The floor is SQLite's own
``.import`` into a table that is keyed and indexed alike; where its shell is not installed, Python's
``csv`` and ``executemany`` do the same. Every command is a process of its own, ours and the peers
in turn; memory is that of the largest process of the command. Beside the time by the clock stands
the time that processors worked, which a machine with other work to do distorts less.

Usage::

    python benchmarks/imports.py                          # 1 million lines, three runs
    python benchmarks/imports.py --lines 5000000 --runs 1
"""

from __future__ import annotations

import argparse
import csv
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
XLSX = HERE.parents[1] / "shared" / "data" / "online_retail" / "online_retail.xlsx"
PYTHON = sys.executable
NUMBERS = {"Line": "integer", "Quantity": "integer", "Unit price": "real", "Amount": "real"}

EXECUTEMANY = """
import csv, sqlite3
db = sqlite3.connect({db!r})
db.executescript({table!r})
with open({csv!r}, newline="", encoding="utf-8") as file:
    rows = csv.reader(file)
    gaps = ", ".join("?" * len(next(rows)))
    db.executemany(f"insert into l values ({{gaps}})", rows)
db.commit()
"""
PANDAS = """
import sqlite3, pandas as pd
db = sqlite3.connect({db!r})
pd.read_csv({csv!r}).to_sql("l", db, index=False, if_exists="replace")
db.commit()
"""
PANDAS_EXCEL = """
import pandas as pd
pd.read_excel({xlsx!r}, engine="openpyxl")
"""


class Cost(NamedTuple):
    """What one command took; all but the clock is None where the system does not tell it."""

    seconds: float
    cpu: float | None = None
    mib: float | None = None


class Job(NamedTuple):
    """Ways to do one thing; the first is ours."""

    name: str
    ways: dict[str, list[str]]
    fresh: Path | None = None  # removed before each command


def run(command: list[str]) -> Cost:
    """Run a command to its end."""
    start = time.perf_counter()
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL
    )
    if not hasattr(os, "wait4"):
        if process.wait():
            raise SystemExit(f"failed: {command}")
        return Cost(time.perf_counter() - start)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"failed: {command}")
    kilo = 1024 if sys.platform == "darwin" else 1  # a Mac counts bytes
    cpu = usage.ru_utime + usage.ru_stime
    return Cost(time.perf_counter() - start, cpu, usage.ru_maxrss / kilo / 1024)


def floor(book: Path, db: Path) -> list[str]:
    """Return the command that loads the file as plainly as a keyed and indexed table allows."""
    with book.open(encoding="utf-8", newline="") as file:
        names = next(csv.reader(file))
    columns = ", ".join(f'"{name}" {NUMBERS.get(name, "text")}' for name in names)
    key = 'unique index l_key on l ("Order", "Line")'
    if "Line" not in names:  # nothing in such a line is unique
        key = 'index l_key on l ("Order")'
    table = (
        f"pragma synchronous = full; create table l ({columns}) strict; create {key};"
        ' create index l_customer on l ("Customer ID"); create index l_product on l ("SKU");'
    )
    if shutil.which("sqlite3"):
        load = ["-cmd", table, "-cmd", ".mode csv", str(db), f".import --skip 1 '{book}' l"]
        return ["sqlite3", *load]
    script = EXECUTEMANY.format(csv=str(book), db=str(db), table=table)
    return [PYTHON, "-c", script]


def jobs(folder: Path, lines: int) -> list[Job]:
    """Make the files and return the jobs, in an order in which later ones find the store."""
    found = []
    for kind, option in (("numbered", "--line-numbers"), ("hashed", "--no-line-numbers")):
        book, store, table = (folder / f"{kind}{end}" for end in (".csv", ".db", ".table"))
        made = [PYTHON, str(HERE / "made_orders.py"), str(lines), str(book), option]
        subprocess.run(made, check=True, stdout=subprocess.DEVNULL)
        ours = [PYTHON, "-m", "ci_cli", "import", str(book), "--db", str(store), "-q"]
        ways = {"ci-cli import": ours, "sqlite3 .import, indexed": floor(book, table)}
        ways["pandas read_csv + to_sql"] = [
            PYTHON, "-c", PANDAS.format(csv=str(book), db=str(table))
        ]  # fmt: skip
        if tool := shutil.which("sqlite-utils"):
            ways["sqlite-utils insert --csv"] = [
                tool, "insert", str(table), "l", str(book), "--csv"
            ]  # fmt: skip
        found.append(Job(f"import {lines:,} lines, {kind}", ways, store))
        again = {name: ways[name] for name in ("ci-cli import", "sqlite3 .import, indexed")}
        found.append(Job(f"import the same {lines:,} lines again, {kind}", again))
    if XLSX.is_file():
        store = folder / "xlsx.db"
        ours = [PYTHON, "-m", "ci_cli", "import", str(XLSX), "--db", str(store), "-q"]
        read = [PYTHON, "-c", PANDAS_EXCEL.format(xlsx=str(XLSX))]
        ways = {"ci-cli import": ours, "pandas.read_excel (openpyxl), the read alone": read}
        found.append(Job("import 541,909 lines (xlsx)", ways, store))
    return found


def ratio(found: list[float]) -> str:
    """Return median and spread of the ratios of neighbouring runs."""
    if not found:
        return ""
    return f"{statistics.median(found):.2f} ({min(found):.2f} – {max(found):.2f})"


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    print("| job | way | s | processor, s | MiB | ci-cli / this: median (min – max) | processor |")
    print("|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for job in jobs(folder, options.lines):
            costs: dict[str, list[Cost]] = {way: [] for way in job.ways}
            for _ in range(options.runs):
                if job.fresh is not None:
                    job.fresh.unlink(missing_ok=True)
                for way, command in job.ways.items():
                    for table in folder.glob("*.table"):
                        table.unlink()
                    costs[way].append(run(command))
            ours = next(iter(costs.values()))
            for way, taken in costs.items():
                memory = max((cost.mib or 0) for cost in taken)
                pairs = list(zip(ours, taken, strict=True))
                clock = ratio([a.seconds / b.seconds for a, b in pairs])
                worked = ratio([a.cpu / b.cpu for a, b in pairs if a.cpu and b.cpu])
                print(
                    f"| {job.name} | {way} | {statistics.median(c.seconds for c in taken):.2f} |"
                    f" {statistics.median(c.cpu or 0 for c in taken):.2f} | {memory:.0f} |"
                    f" {clock} | {worked} |", flush=True,
                )  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
