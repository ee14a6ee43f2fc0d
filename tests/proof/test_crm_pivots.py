"""Accounts and opportunities of a real pipeline: imported plainly, pivots against pandas."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from ci_cli.cli.app import run
from importer import bring_in, new_store

pytestmark = pytest.mark.shared
FILES = ("accounts.csv", "products.csv", "sales_pipeline.csv")
Ask = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def pipeline(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = new_store(tmp_path_factory.mktemp("crm") / "crm.db", currency="USD")
    result = bring_in(store, *(shared_data / "crm_sales" / name for name in FILES))
    assert result.counts.as_tuple() == (8892, 8892, 0, 0, 0, 0)
    return store


@pytest.fixture
def ask(pipeline: Path, capsys: pytest.CaptureFixture[str]) -> Ask:
    def asked(*words: str) -> dict[str, Any]:
        capsys.readouterr()
        assert run(["report", *words, "--format", "json", "--db", str(pipeline)]) == 0
        found: dict[str, Any] = json.loads(capsys.readouterr().out, parse_float=Decimal)
        return found

    return asked


@pytest.fixture(scope="module")
def raw(shared_data: Path) -> pd.DataFrame:
    folder = shared_data / "crm_sales"
    accounts = pd.read_csv(folder / "accounts.csv")
    top = accounts.set_index("account")["subsidiary_of"]
    accounts["parent"] = [top[name] if isinstance(top[name], str) else name for name in top.index]
    assert not top.reindex(accounts["parent"]).notna().any()  # one storey is all there is
    deals = pd.read_csv(folder / "sales_pipeline.csv").replace({"product": {"GTXPro": "GTX Pro"}})
    deals = deals.merge(accounts, on="account", how="left").merge(
        pd.read_csv(folder / "products.csv"), on="product", how="left"
    )
    for name in ("engage_date", "close_date"):
        deals[name] = pd.to_datetime(deals[name], format="%m/%d/%Y")
    deals["quarter"] = [
        f"{day.year}-Q{day.quarter}" if pd.notna(day) else "none" for day in deals["close_date"]
    ]
    deals["is_won"] = deals["deal_stage"] == "Won"
    deals["won_value"] = deals["close_value"].where(deals["is_won"], 0).fillna(0)
    deals["days"] = (deals["close_date"] - deals["engage_date"]).dt.days
    return deals


COLUMNS = {"industry": "sector", "parent": "parent", "product": "product", "category": "series",
           "owner": "sales_agent", "year_established": "year_established",
           "customer": "account", "stage": "deal_stage"}  # fmt: skip


@pytest.mark.parametrize("rows", COLUMNS)
def test_value_won_and_numbers_by_row_and_quarter(ask: Ask, raw: pd.DataFrame, rows: str) -> None:
    key = raw[COLUMNS[rows]]
    if rows == "year_established":
        key = key.astype("Int64")
    names = key.astype("string").fillna("(none)")
    for measure, column, how in (("won", "won_value", "sum"), ("deals", "opportunity_id", "count")):
        found = ask("pivot", "--of", "opportunities", "--rows", rows, "--cols", "quarter",
                    "--measure", measure)  # fmt: skip
        theirs = raw.groupby([names, "quarter"])[column].agg(how).to_dict()
        ours = {
            (row[rows], quarter): int(row[quarter])
            for row in found["rows"]
            for quarter in raw["quarter"].unique()
            if row.get(quarter) is not None
        }
        assert ours == theirs
        assert int(found["total"]["total"]) == (10_005_534 if measure == "won" else 8_800)


def test_win_rate_and_days_to_win(ask: Ask, raw: pd.DataFrame) -> None:
    found = ask("pivot", "--of", "opportunities", "--rows", "owner", "--measure", "win_rate",
                "--measure", "cycle", "--measure", "deal_size", "--measure", "winners")  # fmt: skip
    decided = raw[raw["deal_stage"].isin(["Won", "Lost"])]
    won = raw[raw["is_won"]]
    for row in [*found["rows"], {**found["total"], "owner": None}]:
        whose = row["owner"]
        some = decided if whose is None else decided[decided["sales_agent"] == whose]
        hits = won if whose is None else won[won["sales_agent"] == whose]
        assert float(row["win_rate"]) == pytest.approx(some["is_won"].mean())
        assert float(row["cycle"]) == pytest.approx(hits["days"].mean())
        assert float(row["deal_size"]) == pytest.approx(hits["close_value"].mean(), abs=0.001)
        assert row["winners"] == hits["account"].nunique()


def test_teams_come_from_a_file_beside_the_store(
    ask: Ask, raw: pd.DataFrame, shared_data: Path
) -> None:  # fmt: skip
    path = shared_data / "crm_sales" / "sales_teams.csv"
    teams = pd.read_csv(path).set_index("sales_agent")
    words = ("pivot", "--of", "opportunities", "--rows", "manager", "--lookup", str(path))
    won = raw[raw["is_won"]]
    managers = won["sales_agent"].map(teams["manager"])
    theirs = won["close_value"].groupby(managers).sum().astype(int).to_dict()
    found = ask(*words, "--measure", "won")["rows"]
    assert {row["manager"]: int(row["won"]) for row in found} == theirs
    east = ask(*words, "--measure", "won", "--where", "regional office=east")["rows"]
    inside = set(teams[teams["regional_office"] == "East"]["manager"])
    assert {row["manager"]: int(row["won"]) for row in east} == {
        name: value for name, value in theirs.items() if name in inside
    }
    lines = ask(*words, "--cols", "outcome", "--measure", "won", "--drill", "Cara Losch,won")
    assert sum(int(line["value"]) for line in lines["rows"]) == theirs["Cara Losch"]


def test_verticals_won_and_penetrated(ask: Ask, raw: pd.DataFrame, tmp_path: Path) -> None:
    won = raw[raw["is_won"]].sort_values("close_date")
    first = won.drop_duplicates("account")
    targets = tmp_path / "targets.csv"
    targets.write_text("company,industry\nACME CORPORATION,technolgy\nNobody Inc,technolgy\n")
    found = ask("verticals", "--of", "opportunities", "--targets", str(targets))
    known = raw.drop_duplicates("account")["sector"].value_counts()
    assert {row["industry"]: row["known"] for row in found["rows"]} == known.to_dict()
    assert {row["industry"]: int(row["revenue"]) for row in found["rows"]} == (
        won.groupby("sector")["close_value"].sum().astype(int).to_dict()
    )
    assert found["total"]["bought"] == won["account"].nunique()
    theirs = first.groupby(["sector", "quarter"])["account"].count()
    ours = found["tables"]["won_by_quarter"]["rows"]
    assert sum(row["total"] for row in ours) == len(first)
    for row in ours:
        for quarter in won["quarter"].unique():
            assert (row[quarter] or 0) == theirs.get((row["industry"], quarter), 0)
    (one,) = found["tables"]["targets"]["rows"]
    assert (one["listed"], one["known"], one["bought"], one["left"]) == (2, 1, 1, 1)


def test_sizes_are_bands_of_the_number_of_employees(ask: Ask, raw: pd.DataFrame) -> None:
    found = ask("pivot", "--of", "opportunities", "--rows", "size", "--measure", "won")["rows"]
    bands = pd.cut(raw["employees"], [0, 9, 49, 249, 999, 10**9],
                   labels=["1-9", "10-49", "50-249", "250-999", "1000+"])  # fmt: skip
    theirs = raw.groupby(bands, observed=True)["won_value"].sum().to_dict()
    assert {row["size"]: int(row["won"]) for row in found} == {**theirs, "(none)": 0}


def test_what_was_not_known_yet_is_not_counted(ask: Ask, raw: pd.DataFrame) -> None:
    found = ask("pivot", "--of", "opportunities", "--rows", "outcome", "--measure", "deals",
                "--measure", "won", "--as-of", "2017-06-30")  # fmt: skip
    known = raw[~(raw["engage_date"] > "2017-06-30")]
    closed = known[known["close_date"] <= "2017-06-30"]
    rows = {row["outcome"]: row for row in found["rows"]}
    assert rows["won"]["deals"] == closed["is_won"].sum()
    assert rows["lost"]["deals"] == (~closed["is_won"]).sum()
    assert rows["open"]["deals"] == len(known) - len(closed)
    assert int(rows["won"]["won"]) == closed["won_value"].sum()


def test_a_cell_lists_its_opportunities(
    ask: Ask, raw: pd.DataFrame, shared_data: Path
) -> None:  # fmt: skip
    lines = ask("pivot", "--of", "opportunities", "--rows", "industry", "--cols", "quarter",
                "--drill", "retail,2017-Q2")["rows"]  # fmt: skip
    some = raw[(raw["sector"] == "retail") & (raw["quarter"] == "2017-Q2")]
    assert sorted(line["opportunity"] for line in lines) == sorted(some["opportunity_id"])
    text = (shared_data / "crm_sales" / "sales_pipeline.csv").read_text("utf-8").splitlines()
    for line in lines:
        assert text[line["line"] - 1].startswith(line["opportunity"])


def test_opportunities_are_never_orders(
    pipeline: Path, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    assert run(["db", "stats", "--format", "json", "--db", str(pipeline)]) == 0
    stats = {row["what"]: row["rows"] for row in json.loads(capsys.readouterr().out)["rows"]}
    assert (stats["opportunities"], stats["orders"], stats["order_lines"]) == (8800, 0, 0)
    assert run(["report", "pivot", "--db", str(pipeline)]) == 0
    said = capsys.readouterr().err
    assert "no orders yet" in said
    assert "`report pivot --of opportunities`" in said
    deals = ["report", "pivot", "--of", "opportunities", "--db", str(pipeline), "--currency"]
    assert run([*deals, "eur"]) == 2
    assert "USD" in capsys.readouterr().err
    assert run([*deals, "usd"]) == 0
