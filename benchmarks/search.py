"""How long a search takes on 50,000 notes, beside reading all of them.

Usage::

    python benchmarks/search.py [NOTES]
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from ci_cli.store import engine, search, search_index
from ci_cli.store.writes import edits

WORDS = (
    "客户要求退货 质量问题 已经解决 下个月再谈 价格太高 发票没有收到 希望 试用 新产品 交货 延迟 满意 "
    "late delivery wants a discount asked for the price list visit again next month complained about "
    "invoice broken packaging returned goods new buyer budget cut trial happy renewal"
).split()
QUERIES = ("退货", "货", "退货问", "packaging", "in", "budget 试用", "nothing-like-this")
REPEATS = 5


def build(path: Path, notes: int) -> None:
    """Write a store with this many notes of 10 to 80 words."""
    chance = random.Random(5)
    with (
        closing(engine.create(path, currency="CNY", zone="UTC")) as conn,
        engine.transaction(conn),
    ):
        edits.add(conn, {"name": "Benchmark"}, {}, by="b", at="2026-01-01T00:00:00+00:00")
        conn.executemany(
            "INSERT INTO interaction (record_id, source, fact_key, day, kind, text)"
            " VALUES (1, 'made', ?, ?, 'note', ?)",
            (
                (str(n), f"2025-{n % 12 + 1:02d}-{n % 28 + 1:02d}",
                 " ".join(chance.choices(WORDS, k=chance.randint(10, 80))))
                for n in range(notes)
            ),
        )  # fmt: skip


def main(notes: int) -> None:
    """Print the time of every query, with the index and without it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "s.db"
        build(path, notes)
        with closing(engine.connect(path)) as conn:
            for query in QUERIES:
                print(f"{query:20} reading all  {_time(conn, query)}")
            start = time.perf_counter()
            search_index.bring_up_to_date(conn)
            print(f"index made in {time.perf_counter() - start:.2f} s")
            for query in QUERIES:
                print(f"{query:20} indexed      {_time(conn, query)}")


def _time(conn: engine.Connection, query: str) -> str:
    times, hits = [], 0
    for _ in range(REPEATS):
        start = time.perf_counter()
        found = search.search(conn, search.words_of(query), limit=20)
        times.append(time.perf_counter() - start)
        hits = sum(found.counts.values())
    return f"{sorted(times)[REPEATS // 2]:7.3f} s, {hits} hits"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000)
