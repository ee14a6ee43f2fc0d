"""Time the views of a working day on a big store: `today`, `customer brief`, `customer show`, health.

The order book is made (see ``made_orders.py``) and imported; calls, visits, tickets, notes and
promises are made beside it. Each command runs as a whole process; from its processor time that of
`ci-cli today --help` is taken, which is what any command costs before it begins. Beside it stands a query
over the same tables as somebody would write it by hand for the main figures of that view, run by
Python's own sqlite3, less the processor time of a Python that only imports it. The hand-written ones
know no rhythm, ranking, questions or segments.

Usage::

    python benchmarks/views.py                              # a million lines, 100,000 interactions
    python benchmarks/views.py --lines 100000 --interactions 10000 --folder bench
"""

from __future__ import annotations

import argparse
import os
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from ci_cli.store import engine

HERE = Path(__file__).resolve().parent
PYTHON = sys.executable
CLI = [PYTHON, "-m", "ci_cli"]
LAST = "2023-12-31"  # where the made book ends
KINDS = ("call", "visit", "mail", "meeting", "ticket", "chat", "note", "promise", "request")
WORDS = (
    "asked for the price list wants a trial late delivery new buyer budget happy with the service "
    "质量 问题 交货 延迟 试用 新产品 发票 价格 满意"
).split()
START = "import json, sqlite3\nconn = sqlite3.connect({store!r})\n"
TODAY = """
rows = conn.execute('''
    WITH bought AS (
        SELECT r.customer_id, v.day, sum(v.amount) AS net FROM revenue_line AS v
        JOIN record AS r ON r.id = v.record_id WHERE v.day <= '{last}' GROUP BY 1, 2),
    usual AS (
        SELECT customer_id, max(day) AS last, count(*) AS days, min(day) AS first,
            sum(CASE WHEN day > '2022-12-31' THEN net ELSE 0 END) AS year FROM bought GROUP BY 1)
    SELECT u.*, (julianday('{last}') - julianday(last)) / nullif(
        (julianday(last) - julianday(first)) / nullif(days - 1, 0), 0) AS times FROM usual AS u
    ORDER BY year DESC''').fetchall()
waiting = conn.execute('''
    SELECT r.customer_id, i.kind, i.due, i.text FROM interaction AS i
    JOIN record AS r ON r.id = i.record_id WHERE i.kind IN ('promise', 'request', 'ticket')
    AND i.closed IS NULL AND coalesce(i.due, '') <= '{last}' ''').fetchall()
print(len(rows), len(waiting))
"""
BRIEF = """
rows = conn.execute('''
    SELECT g.category, sum(CASE WHEN v.day > '2022-12-31' THEN v.amount ELSE 0 END),
        sum(CASE WHEN v.day <= '2022-12-31' THEN v.amount ELSE 0 END), max(v.day)
    FROM revenue_line AS v JOIN record AS r ON r.id = v.record_id
    JOIN item_category AS g ON g.item_id = v.item_id
    WHERE r.customer_id = {customer} AND v.day > '2021-12-31' GROUP BY 1''').fetchall()
words = conn.execute('''
    SELECT i.day, i.kind, i.text FROM interaction AS i JOIN record AS r ON r.id = i.record_id
    WHERE r.customer_id = {customer} ORDER BY i.day DESC LIMIT 3''').fetchall()
print(json.dumps([rows, words]))
"""
SHOW = """
rows = conn.execute('''
    SELECT o.order_key, o.date, sum(l.amount), count(*) FROM sales_order AS o
    JOIN order_line AS l ON l.order_id = o.id JOIN record AS r ON r.id = o.record_id
    WHERE r.customer_id = {customer} GROUP BY o.id ORDER BY o.date DESC LIMIT 10''').fetchall()
who = conn.execute("SELECT * FROM golden WHERE id = {customer}").fetchall()
words = conn.execute('''
    SELECT i.day, i.kind, i.text FROM interaction AS i JOIN record AS r ON r.id = i.record_id
    WHERE r.customer_id = {customer} ORDER BY i.day DESC LIMIT 10''').fetchall()
print(json.dumps([rows, words, [list(map(str, row)) for row in who]]))
"""


class Job(NamedTuple):
    """One view, and what somebody would ask by hand."""

    name: str
    ours: list[str]
    by_hand: str


def spent(command: list[str]) -> float:
    """Run a command to its end and return the processor time that it took, in seconds."""
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    _pid, status, usage = os.wait4(child.pid, 0)
    if status:
        raise SystemExit(f"{command}: {child.stderr.read().decode() if child.stderr else ''}")
    child.returncode = 0
    return usage.ru_utime + usage.ru_stime


def prepare(folder: Path, lines: int, interactions: int) -> Path:
    """Return the store, made if it is not there yet."""
    book, store = folder / "orders.csv", folder / "views.db"
    if store.exists():
        return store
    spent([PYTHON, str(HERE / "made_orders.py"), str(lines), str(book)])
    spent([*CLI, "import", str(book), "--db", str(store), "-q"])
    chance = random.Random(11)
    with closing(engine.connect(store, write=True)) as conn, engine.transaction(conn):
        records = [row[0] for row in conn.execute("SELECT id FROM record ORDER BY id")]

        def rows():
            for number in range(interactions):
                kind = chance.choice(KINDS)
                month, day = chance.randint(1, 12), chance.randint(1, 28)
                waits = kind in ("promise", "request", "ticket")
                due = f"2023-{month:02}-28" if kind == "promise" else None
                closed = due or f"2023-{month:02}-28" if waits and chance.random() < 0.98 else None
                yield (
                    chance.choice(records), "made", str(number), f"2023-{month:02}-{day:02}", kind,
                    "answered" if kind in ("call", "visit", "meeting") else None,
                    " ".join(chance.choices(WORDS, k=chance.randint(5, 40))), due, closed,
                )  # fmt: skip

        conn.executemany(
            "INSERT INTO interaction (record_id, source, fact_key, day, kind, outcome, text, due,"
            " closed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            rows(),
        )
    return store


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--interactions", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--folder", type=Path)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = chosen.folder or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        store = prepare(folder, chosen.lines, chosen.interactions)
        at = ["--db", str(store), "--today", LAST, "-q"]
        with closing(sqlite3.connect(store)) as conn:
            customer, orders = conn.execute(
                "SELECT r.customer_id, count(*) FROM sales_order AS o JOIN record AS r"
                " ON r.id = o.record_id GROUP BY 1 ORDER BY 2 DESC LIMIT 1"
            ).fetchone()
        spent([*CLI, "today", *at])  # kept figures and the page cache, once
        code = f"C{customer}"
        jobs = [
            Job("today", [*CLI, "today", *at], TODAY),
            Job("customer brief", [*CLI, "customer", "brief", code, *at], BRIEF),
            Job("customer show", [*CLI, "customer", "show", code, *at], SHOW),
            Job("health run", [*CLI, "health", "run", *at, "--format", "csv"], ""),
            Job("report adoption", [*CLI, "report", "adoption", "--product", "Category 1*", *at], ""),
        ]  # fmt: skip
        print(f"customer {code}: {orders} orders", end="\n\n")
        print("| view | ci-cli beyond start-up, s | query by hand, s | start-up, s |")
        print("|---|---|---|---|", flush=True)
        for job in jobs:
            program = START.format(store=str(store)) + job.by_hand.format(
                customer=customer, last=LAST
            )
            times = [
                (
                    spent([*CLI, "today", "--help"]), spent(job.ours),
                    spent([PYTHON, "-c", "import json, sqlite3"]) if job.by_hand else 0.0,
                    spent([PYTHON, "-c", program]) if job.by_hand else 0.0,
                )
                for _ in range(chosen.runs)
            ]  # fmt: skip
            start, ours, bare, hand = (statistics.median(one) for one in zip(*times, strict=True))
            by_hand = f"{hand - bare:.2f}" if job.by_hand else ""
            print(f"| {job.name} | {ours - start:.2f} | {by_hand} | {start:.2f} |", flush=True)


if __name__ == "__main__":
    main()
