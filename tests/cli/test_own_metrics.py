"""One block of YAML adds a metric to health and a column to its report."""

from __future__ import annotations

import csv
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import yaml

from ci_cli.analysis.health.profile_file import shipped_text
from ci_cli.cli.app import run

BLOCK = """
metrics:
  - {key: logins, metric: web shop logins, family: hard, against: level, weight: 10,
     curve: [[0, 0], [20, 1]]}
"""


def profile(folder: Path, *, block: str) -> Path:
    """Return the shipped profile with ten points taken from recency, and a block at its end."""
    text = shipped_text("default")
    weight = yaml.safe_load(text)["hard"]["recency"]["weight"]
    path = folder / "ours.yaml"
    path.write_text(
        text.replace(f"recency: {{weight: {weight}", f"recency: {{weight: {weight - 10}") + block,
        "utf-8",
    )
    return path


def rows(store: Path, target: Path, *words: str) -> list[dict[str, str]]:
    assert run([*words, "-o", str(target), "-q", "--db", str(store)]) == 0
    return list(csv.DictReader(target.read_text("utf-8-sig").splitlines()))


def test_the_column_holds_what_the_rows_say(story_store: Path, tmp_path: Path) -> None:
    ours = profile(tmp_path, block=BLOCK)
    as_of = "1998-05-06"
    found = rows(story_store, tmp_path / "run.csv", "health", "run", "--profile", str(ours),
                 "--as-of", as_of)  # fmt: skip
    with closing(sqlite3.connect(story_store)) as conn:
        last = dict(
            conn.execute(
                "SELECT 'C' || r.customer_id, u.value / 1000000.0 FROM usage AS u JOIN record AS r"
                " ON r.id = u.record_id WHERE u.metric = 'web shop logins' AND u.period ="
                " (SELECT max(period) FROM usage AS x JOIN record AS k ON k.id = x.record_id"
                "  WHERE k.customer_id = r.customer_id AND date(x.period, '+1 month', '-1 day') <="
                " ?)",
                (as_of,),
            )
        )
    assert len(last) > 5
    told = {row["customer"]: float(row["metric_logins"]) for row in found if row["metric_logins"]}
    assert told == {one: value for one, value in last.items() if one in told}
    assert set(last) <= set(told)
    unknown = [row for row in found if not row["metric_logins"]]
    assert unknown
    assert all("logins" in row["missing"] for row in unknown)


def test_the_part_is_worth_what_the_block_says(
    story_store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ours = profile(tmp_path, block=BLOCK)
    words = ["health", "show", "ERNSH", "--profile", str(ours), "--as-of", "1998-05-06"]
    assert run([*words, "--db", str(story_store)]) == 0
    card, part = (
        line.split() for line in capsys.readouterr().out.splitlines() if line.startswith("logins ")
    )
    assert part[:2] == ["logins", "hard"]
    assert part[3] == "10"
    assert card[1] == part[2]  # the value of the report is that of the part


def test_without_a_block_there_is_no_column(story_store: Path, tmp_path: Path) -> None:
    found = rows(story_store, tmp_path / "run.csv", "health", "run")
    assert not [name for name in found[0] if name.startswith("metric_")]
