"""Time a match among many references beside the same question as SQL written by hand.

The store is made: customers with industries in two languages, countries, sizes in a column of their
own, use cases, an order each; a tenth of them references with consent, some with uses, some with a
complaint, and a saved health run. Both programs are whole processes, run in turn; what starting up
costs (``ci-cli ref limits``, which opens the store; ``python -c "import sqlite3"``) is taken off the
processor time.
Both must name the same customers in the same order. The SQL has the words, the caps and the rule of
readiness spelled out for this one question, and neither says why, nor what to relax.

Usage::

    python benchmarks/references.py                        # 100,000 customers
    python benchmarks/references.py --customers 20000 --runs 3
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from ci_cli.store import engine

TODAY = "2026-06-30"
INDUSTRIES = ("Automotive", "汽车", "汽车制造", "Retail", "零售", "Chemicals", "Food", "Logistics")
COUNTRIES = ("Germany", "France", "中国", "UK", "USA")
USE_CASES = ("returns", "退货", "picking", "库存", "traceability")
PRODUCTS = ("WMS", "TMS", "ERP", "CRM")
QUESTION = ["--industry", "汽车", "--size", "200", "--region", "Germany", "--use-case", "returns",
            "--product", "WMS", "--channel", "call", "-n", "5"]  # fmt: skip

SQL = """
import sqlite3, sys
conn = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
rows = conn.execute('''
WITH told AS (SELECT r.customer_id AS c, s.* FROM reference_step AS s JOIN record AS r
    ON r.id = s.record_id),
ours AS (SELECT c FROM told WHERE step = 'consent' AND channel = 'call'
    AND (until IS NULL OR until >= :today) GROUP BY c),
used AS (SELECT r.customer_id AS c, count(*) AS n, sum(u.day > date(:today, '-365 days')) AS year,
    sum(u.day > date(:today, '-90 days')) AS recent, max(u.day) AS last
    FROM reference_use AS u JOIN record AS r ON r.id = u.record_id GROUP BY 1)
SELECT r.name FROM ours JOIN record AS r ON r.customer_id = ours.c
LEFT JOIN used ON used.c = ours.c
LEFT JOIN saved_health AS h ON h.customer_id = ours.c
WHERE r.industry IN ('Automotive', '汽车', '汽车制造') AND r.country = 'Germany'
AND CAST(json_extract(r.extra, '$.Employees') AS INTEGER) BETWEEN 50 AND 249
AND json_extract(r.extra, '$."Use case"') IN ('returns', '退货')
AND coalesce(h.score, 10000) >= 5000 AND coalesce(used.recent, 0) < 2
AND coalesce(used.last, '') <= date(:today, '-30 days')
AND NOT EXISTS (SELECT 1 FROM feedback AS f JOIN record AS k ON k.id = f.record_id
    WHERE k.customer_id = ours.c AND f.kind = 'complaint' AND f.day > date(:today, '-90 days'))
AND EXISTS (SELECT 1 FROM sales_order AS o JOIN record AS k ON k.id = o.record_id
    JOIN order_line AS l ON l.order_id = o.id JOIN item AS i ON i.id = l.item_id
    WHERE k.customer_id = ours.c AND i.product_key = 'WMS')
ORDER BY coalesce(used.year, 0), coalesce(used.n, 0), coalesce(used.last, ''), ours.c LIMIT 5
''', {"today": sys.argv[2]}).fetchall()
print("\\n".join(row[0] for row in rows))
"""


def build(path: Path, customers: int) -> None:
    """Write the store, a row for everything that the question looks at."""
    draw = random.Random(3)
    references = range(1, customers + 1, 10)
    with closing(engine.create(path, currency="EUR", zone="UTC")) as conn:
        numbers = range(1, customers + 1)
        with engine.transaction(conn):
            conn.executemany("INSERT INTO customer (id) VALUES (?)", ((n,) for n in numbers))
            conn.executemany(
                "INSERT INTO record (id, customer_id, source, key_kind, source_key, described,"
                " name, name_key, industry, country, extra, updated_at)"
                " VALUES (?1, ?1, 'crm', 'id', ?2, 1, ?3, ?3, ?4, ?5, ?6, '2026-01-01')",
                (
                    (n, f"K{n}", f"name {n}", draw.choice(INDUSTRIES), draw.choice(COUNTRIES),
                     json.dumps({"Employees": str(draw.choice((8, 30, 80, 180, 600, 4000))),
                                 "Use case": draw.choice(USE_CASES)}))
                    for n in numbers
                ),
            )  # fmt: skip
            conn.executemany(
                "INSERT INTO item (id, source, product_key, name, category)"
                " VALUES (?, 'crm', ?, '', '')", list(enumerate(PRODUCTS, start=1)),
            )  # fmt: skip
            conn.executemany(
                "INSERT INTO sales_order (id, source, order_key, described, record_id, date, kind,"
                " state) VALUES (?1, 'crm', ?1, 1, ?1, '2026-03-01', 'sale', 'counted')",
                ((n,) for n in numbers),
            )
            conn.executemany(
                "INSERT INTO order_line (order_id, line_key, occurrence, item_id, kind, amount)"
                " VALUES (?, ?, 1, ?, 'sale', 10000)",
                ((n, line, draw.randint(1, 4)) for n in numbers for line in ("1", "2", "3")),
            )
            conn.executemany(
                "INSERT INTO reference_step (record_id, day, step, channel, author)"
                " VALUES (?, '2026-01-01', ?, ?, 'me')",
                (
                    (n, step, channel)
                    for n in references
                    for step, channel in (("nominate", None), ("consent", "call"))
                    if step == "nominate" or draw.random() < 0.9
                ),
            )
            conn.execute("INSERT INTO reference_request (id, what, channel, day, state, author)"
                         " VALUES (1, 'made', 'call', '2025-01-01', 'open', 'me')")  # fmt: skip
            conn.executemany(
                "INSERT INTO reference_use (request_id, record_id, channel, day, author)"
                " VALUES (1, ?, 'call', ?, 'me')",
                (
                    (
                        n,
                        f"{draw.choice((2025, 2026))}-0{draw.randint(1, 6)}-{draw.randint(1, 28):02d}",
                    )
                    for n in references
                    if draw.random() < 0.5
                ),
            )
            conn.executemany(
                "INSERT INTO feedback (record_id, source, fact_key, day, kind)"
                " VALUES (?1, 'crm', ?1, '2026-06-01', 'complaint')",
                ((n,) for n in references if draw.random() < 0.05),
            )
            conn.execute("INSERT INTO saved_run (id, kind, name, as_of, params, saved_at)"
                         " VALUES (1, 'health', 'june', ?, '{}', '2026-06-30')", (TODAY,))  # fmt: skip
            conn.executemany(
                "INSERT INTO saved_health (run_id, customer_id, score, coverage, profile, net)"
                " VALUES (1, ?, ?, 100, 'default', 0)",
                ((n, draw.randint(2000, 10_000)) for n in numbers),
            )


def timed(command: list[str]) -> tuple[float, float, str]:
    """Run a process; return clock and processor seconds, and what it printed."""
    before, start = os.times(), time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    clock, after = time.perf_counter() - start, os.times()
    used = after.children_user + after.children_system
    return clock, used - before.children_user - before.children_system, done.stdout


def main() -> None:
    """Print the medians and how they compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "ci.db"
        build(store, options.customers)
        program = [sys.executable, "-m", "ci_cli"]
        ours = [*program, "ref", "match", *QUESTION, "--db", str(store), "--today", TODAY,
                "--format", "json", "--lang", "en"]  # fmt: skip
        theirs = [sys.executable, "-c", SQL, str(store), TODAY]
        idle = {
            "ours": [*program, "ref", "limits", "--db", str(store)],
            "theirs": [sys.executable, "-c", "import sqlite3"],
        }
        timed(ours)  # the first one may have figures to bring up to date
        times: dict[str, list[float]] = {"ours": [], "theirs": []}
        for _ in range(options.runs):
            for name, command in (("ours", ours), ("theirs", theirs)):
                _clock, used, said = timed(command)
                times[name].append(used - timed(idle[name])[1])
                if name == "ours":
                    told = json.loads(said)
                    found = [row["name"] for row in told["rows"]]
                elif said.split("\n")[:-1] != found:
                    raise SystemExit(f"they differ: {found} and {said}")
        mine, sql = (statistics.median(times[name]) for name in ("ours", "theirs"))
        print(f"| {options.customers:,} | {told['tables']['funnel']['rows'][0]['left']:,} |"
              f" {told['meta']['fitting']:,} | {mine:.2f} | {sql:.2f} | {mine / sql:.1f} |")  # fmt: skip


if __name__ == "__main__":
    main()
