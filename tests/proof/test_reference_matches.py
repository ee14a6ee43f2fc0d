"""References among 85 real accounts: who matches in Chinese words, against pandas on the file."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest

from ci_cli import text
from ci_cli.cli.app import run
from ci_cli.shapes.trade import Author
from ci_cli.store import customers, engine
from ci_cli.store.writes import references
from importer import AT, bring_in, new_store

ME = Author("me", AT)


@pytest.fixture(scope="module")
def accounts(
    tmp_path_factory: pytest.TempPathFactory, shared_data: Path
) -> tuple[Path, pd.DataFrame]:
    """A store in which every account consented to calls, and the file as pandas reads it."""
    path = shared_data / "crm_sales" / "accounts.csv"
    store = new_store(tmp_path_factory.mktemp("accounts") / "ci.db", currency="USD")
    bring_in(store, path, kind="customers", source="crm")
    frame = pd.read_csv(path)
    with closing(engine.connect(store, write=True)) as conn, engine.transaction(conn):
        for name in frame["account"]:
            steps = [
                references.NewStep("2026-01-01", "nominate"),
                references.NewStep("2026-01-01", "consent", channel="call"),
            ]
            number = customers.find(conn, name)
            references.add_steps(conn, number, steps, command="ref consent", author=ME)
    return store, frame


@pytest.mark.shared
@pytest.mark.parametrize(
    ("industry", "sector"),
    [
        ("医疗", "medical"), ("科技", "technolgy"), ("零售", "retail"), ("软件", "software"),
        ("电信", "telecommunications"), ("娱乐", "entertainment"), ("银行", "finance"),
        ("服务业", "services"), ("营销", "marketing"), ("招聘", "employment"),
    ],
)  # fmt: skip
@pytest.mark.parametrize(("size", "low", "high"), [("大型", 250, 999), ("3000", 1000, 10**9)])
def test_the_accounts_of_a_sector_and_size(
    accounts: tuple[Path, pd.DataFrame], tmp_path: Path, industry: str, sector: str, size: str,
    low: int, high: int,
) -> None:  # fmt: skip
    store, frame = accounts
    out = tmp_path / "found.json"
    line = ["ref", "match", "--industry", industry, "--size", size, "--region", "美国", "-n", "100"]
    assert run([*line, "--today", "2026-06-01", "--db", str(store), "-o", str(out), "-q"]) == 0
    text.activate("en")
    told = json.loads(out.read_text("utf-8"))
    right_size = frame["employees"].between(low, high)
    usa, right = frame["office_location"] == "United States", frame["sector"] == sector
    expected = frame[right_size & usa & right]
    assert {row["name"] for row in told["rows"]} == set(expected["account"])
    assert told["meta"]["fitting"] == len(expected)
    if len(expected) < 100:
        relaxed = {one["key"]: one["more"] for one in told["meta"]["relaxed"]}
        assert relaxed.get("industry", 0) == (right_size & usa & ~right).sum()
        assert relaxed.get("size", 0) == (~right_size & usa & right).sum()
        assert relaxed.get("region", 0) == (right_size & ~usa & right).sum()
