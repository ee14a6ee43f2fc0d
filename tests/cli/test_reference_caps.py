"""Whatever is asked of references in whatever order, the caps hold and nothing is counted twice."""

from __future__ import annotations

import random
import sqlite3
from collections import Counter
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest

from ci_cli import text
from ci_cli.cli.app import run
from importer import new_store

TODAY = date(2026, 6, 30)


@pytest.mark.parametrize("seed", [1, 2])
def test_random_requests_never_break_the_caps(tmp_path: Path, seed: int) -> None:
    draw = random.Random(seed)
    store = new_store(tmp_path / "ci.db")
    tail = ["--db", str(store), "--today", TODAY.isoformat(), "-q", "--lang", "en"]
    names = ("Acme", "Bolt")
    for name in names:
        for line in (["customer", "add", name],
                     ["ref", "nominate", name, "--on", "2026-01-01"],
                     ["ref", "consent", name, "--channel", "call", "--said-by", "Ann",
                      "--on", "2026-01-01"]):  # fmt: skip
            assert run([*line, *tail]) == 0
    done: dict[str, list[date]] = {name: [] for name in names}
    for number in range(1, 15):
        day, name = TODAY - timedelta(days=draw.randrange(120)), draw.choice(names)
        asked = ["ref", "request", "new", f"Deal {number}", "--on", "2026-01-01"]
        assert run([*asked, *tail]) == 0
        code = run(["ref", "request", "fulfil", f"R{number}", "--reference", name, "--on",
                    day.isoformat(), *tail])  # fmt: skip
        assert code in (0, 2)
        if code == 0:
            done[name].append(day)
    text.activate("en")
    with closing(sqlite3.connect(store)) as conn:
        rows = conn.execute(
            "SELECT r.name, u.day FROM reference_use AS u JOIN record AS r ON r.id = u.record_id"
        ).fetchall()
        fulfilled = conn.execute(
            "SELECT count(*) FROM reference_request WHERE state = 'fulfilled'"
        ).fetchone()[0]
    assert Counter(rows) == Counter(
        (name, day.isoformat()) for name, days in done.items() for day in days
    )
    assert fulfilled == len(rows)
    assert 2 < len(rows) < 14  # some were granted, some refused
    for days in done.values():
        assert all(abs((one - other).days) >= 30 for i, one in enumerate(days)
                   for other in days[:i])  # fmt: skip
        for shift in range(-100, 160):
            first = TODAY - timedelta(days=shift)
            assert sum(first <= one < first + timedelta(days=90) for one in days) <= 2
