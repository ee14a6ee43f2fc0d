"""Time ``ci-cli import`` of lists of calls, contracts, usage, wishes and contacts, by customer name.

A store that knows the customers from another source takes in a list that names them as people
write them: every row is read, typed, hashed or keyed, hung on its customer by name, sealed and
undoable. Beside it, in the same run, SQLite's own ``.import`` into an indexed table, and pandas
``read_csv`` with ``to_sql``. Each list is then imported again (nothing changes) and undone.

Usage::

    python benchmarks/facts.py                                # 100,000 rows, 20,000 customers
    python benchmarks/facts.py --rows 1000000 --runs 1
"""

from __future__ import annotations

import argparse
import csv
import random
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from imports import EXECUTEMANY, PANDAS, PYTHON, Cost, run

WORDS = (
    "meeting price renewal pump delivery late offer quality drawing sample contract invoice asked"
    " trial budget plan machine tender order 客户 报价 发货 样品 合同 试用"
).split()
Row = Callable[[random.Random, str, int], list[Any]]


def _day(chance: random.Random, year: int = 2025) -> str:
    return f"{year}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}"


def _text(chance: random.Random) -> str:
    return " ".join(chance.choices(WORDS, k=chance.randint(6, 20)))


LISTS: dict[str, tuple[str, Row]] = {
    "interactions": (
        "Customer,Date,Kind,Author,Text",
        lambda c, name, _n: [name, _day(c), c.choice(("call", "visit", "mail")),
                             c.choice(("li", "chen", "wang")), _text(c)],
    ),
    "contracts": (
        "Customer,Contract no,Start,End,Value",
        lambda c, name, n: [name, f"V{n}", _day(c, 2024), _day(c, 2026), c.randint(100, 99_999)],
    ),
    "usage": (
        "Customer,Month,Metric,Value",
        lambda c, name, n: [name, f"2025-{n % 12 + 1:02d}", f"metric {n}", c.randint(1, 999)],
    ),
    "feedback": (
        "Customer,Date,Feedback type,Text",
        lambda c, name, _n: [name, _day(c), c.choice(("add", "drop", "complaint")), _text(c)],
    ),
    "contacts": (
        "Customer,Contact,Phone,Email",
        lambda _c, name, n: [name, f"Person {n}", f"+44 20 8{n:07d}", f"p{n}@x.example"],
    ),
}  # fmt: skip


def _write(path: Path, header: str, rows: Iterator[list[Any]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(header.split(","))
        out.writerows(rows)
    return path


def _floor(listed: Path, header: str, db: Path) -> list[str]:
    """Return the command that loads the list into a table with an index on the customer."""
    columns = ", ".join(f'"{name}" text' for name in header.split(","))
    table = (
        f"pragma synchronous = full; create table l ({columns}) strict;"
        ' create index l_customer on l ("Customer");'
    )
    if shutil.which("sqlite3"):
        load = ["-cmd", table, "-cmd", ".mode csv", str(db), f".import --skip 1 '{listed}' l"]
        return ["sqlite3", *load]
    return [PYTHON, "-c", EXECUTEMANY.format(csv=str(listed), db=str(db), table=table)]


def _line(kind: str, way: str, rows: int, costs: list[Cost]) -> str:
    best = min(costs, key=lambda cost: cost.cpu or cost.seconds)
    worked = best.cpu or best.seconds
    return (
        f"| {kind} | {way} | {best.seconds:.2f} | {worked:.2f} | {rows / worked:,.0f} |"
        f" {best.mib or 0:.0f} |"
    )


def main() -> int:
    """Print the table; of several runs the one that worked least."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--customers", type=int, default=20_000)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    chance = random.Random(20261123)
    names = [f"{chance.choice(WORDS)} Works {n} Ltd" for n in range(options.customers)]
    ours = [PYTHON, "-m", "ci_cli", "import"]
    print("| list | way | s | processor, s | rows/s | MiB |\n|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        known, store, table = folder / "known.db", folder / "ci.db", folder / "l.db"
        customers = _write(
            folder / "customers.csv", "Customer ID,Customer name",
            ([f"K{n}", text] for n, text in enumerate(names)),
        )  # fmt: skip
        run([*ours, str(customers), "--source", "crm", "--db", str(known), "-q", "-y"])
        for kind, (header, row) in LISTS.items():
            listed = _write(
                folder / f"{kind}.csv", header,
                (row(chance, chance.choice(names), n) for n in range(options.rows)),
            )  # fmt: skip
            at = ["--db", str(store), "-q", "-y"]
            bring = [*ours, str(listed), "--as", kind, *at]
            ways = {
                "ci-cli import": bring,
                "ci-cli import, again": bring,
                "ci-cli import undo": [*ours, "undo", "2", *at],
                "sqlite3 .import, indexed": _floor(listed, header, table),
                "pandas read_csv + to_sql": [
                    PYTHON, "-c", PANDAS.format(csv=str(listed), db=str(table))
                ],
            }  # fmt: skip
            costs: dict[str, list[Cost]] = {way: [] for way in ways}
            for _ in range(options.runs):
                shutil.copy(known, store)
                for way, command in ways.items():
                    table.unlink(missing_ok=True)
                    costs[way].append(run(command))
            for way, taken in costs.items():
                print(_line(kind, way, options.rows, taken), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
