"""``report adoption`` on the demo beside pandas; the flagship that the store keeps."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from ci_cli.cli.app import run

AFTER, LAST = "1997-05-06", "1998-05-06"  # twelve months


@pytest.fixture
def store(story_store: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(story_store, tmp_path / "ci.db"))


def told(store: Path, capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    capsys.readouterr()
    code = run(
        ["report", "adoption", *words, "--db", str(store), "--format", "json", "--lang", "en"]
    )
    out, err = capsys.readouterr()
    assert code == 0, err
    found: dict[str, Any] = json.loads(out)
    return found


@pytest.fixture(scope="module")
def lines(examples: Path) -> pd.DataFrame:
    folder = examples / "northwind"
    frame = (
        pd.read_csv(folder / "order-details.csv")
        .merge(pd.read_csv(folder / "orders.csv")[["orderID", "customerID", "orderDate"]])
        .merge(pd.read_csv(folder / "products.csv")[["productID", "productName", "categoryID"]])
        .merge(pd.read_csv(folder / "categories.csv")[["categoryID", "categoryName"]])
    )
    frame["net"] = frame["unitPrice"] * frame["quantity"] * (1 - frame["discount"])
    frame["day"] = frame["orderDate"].str[:10]
    accounts = pd.read_csv(folder / "invented" / "accounts.csv")
    return frame.merge(accounts, left_on="customerID", right_on="Customer ID")


@pytest.mark.parametrize(
    ("words", "chosen"),
    [
        (["beverages"], lambda f: f["categoryName"] == "Beverages"),
        (["Tofu", "LONGLIFE TOFU"], lambda f: f["productName"].isin(["Tofu", "Longlife Tofu"])),
        (["*tofu"], lambda f: f["productName"].str.endswith(("tofu", "Tofu"))),
        (["Côte de Blaye", "Seafood"],
         lambda f: (f["productName"] == "Côte de Blaye") | (f["categoryName"] == "Seafood")),
    ],
    ids=["category", "products", "pattern", "both"],
)  # fmt: skip
def test_shares_by_tier_and_industry_are_those_of_pandas(
    store: Path, capsys: pytest.CaptureFixture[str], lines: pd.DataFrame, words: list[str],
    chosen: Any,
) -> None:  # fmt: skip
    options = [text for word in words for text in ("--product", word)]
    found = told(store, capsys, *options, "--list", "all", "--top", "1000")
    year = lines[(lines["day"] > AFTER) & (lines["day"] <= LAST)]
    net = year.groupby("Customer Name")["net"].sum().sort_values(ascending=False, kind="stable")
    before = net.cumsum() - net  # what those larger bring
    tier = pd.Series("C", index=net.index)
    tier[before < 0.95 * net.sum()] = "B"
    tier[before < 0.80 * net.sum()] = "A"
    adopted = set(year[chosen(year)]["Customer Name"])
    ever = set(lines[chosen(lines)]["Customer Name"])
    industry = lines.groupby("Customer Name")["Industry"].first()[net.index]
    flag = year[chosen(year)].groupby("Customer Name")["net"].sum().reindex(net.index).fillna(0)
    for by, series in (("abc", tier), ("industry", industry)):
        rows = {row["group"]: row for row in found["rows"] if row["by"] == by}
        assert set(rows) == set(series)
        for group, row in rows.items():
            names = set(series[series == group].index)
            assert row["active"] == len(names)
            assert row["adopted"] == len(names & adopted)
            assert row["adoption"] == pytest.approx(len(names & adopted) / len(names))
            assert row["lapsed"] == len(names & ever - adopted)
            assert row["never"] == len(names - ever)
            assert float(row["revenue"]) == pytest.approx(net[list(names)].sum(), abs=0.001)
            assert float(row["flagship"]) == pytest.approx(flag[list(names)].sum(), abs=0.001)
    customers = {row["name"]: row["state"] for row in found["tables"]["customers"]["rows"]}
    assert customers == {
        name: "adopted" if name in adopted else "lapsed" if name in ever else "never"
        for name in net.index
    }


def test_who_uses_it_has_adopted_it_too(
    store: Path, capsys: pytest.CaptureFixture[str], lines: pd.DataFrame, examples: Path
) -> None:
    usage = pd.read_csv(examples / "northwind" / "invented" / "usage.csv")
    using = set(usage[usage["Usage Value"] > 0]["Account"])
    active = set(lines[lines["day"] > AFTER]["Customer Name"])
    found = told(store, capsys, "--metric", "Web Shop Logins", "--list", "adopted")
    rows = found["tables"]["customers"]["rows"]
    assert {row["name"] for row in rows} == using & active
    sums = usage.groupby("Account")["Usage Value"].sum()
    assert {row["name"]: float(row["used"]) for row in rows} == {
        name: float(sums[name]) for name in using & active
    }


def test_the_flagship_of_the_store_serves_health_as_well(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def health(*words: str) -> tuple[str, str]:
        capsys.readouterr()
        assert (
            run(["health", "run", *words, "--db", str(store), "--format", "csv", "--lang", "en"])
            == 0
        )
        out, err = capsys.readouterr()
        return out, err

    assert "No flagship is named" in health()[1]
    named = health("--flagship", "Beverages")
    told(store, capsys, "--product", "Beverages", "--save")
    assert health() == named
    assert told(store, capsys)["meta"]["products"] == ["Beverages"]
    # what is said goes first, and is kept only when asked for
    assert told(store, capsys, "--product", "Seafood")["meta"]["products"] == ["Seafood"]
    assert told(store, capsys)["meta"]["products"] == ["Beverages"]


def test_only_those_to_win_are_listed_unless_asked(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = told(store, capsys, "--product", "Beverages", "--tier", "own")
    states = {row["state"] for row in found["tables"]["customers"]["rows"]}
    assert states == {"lapsed", "never"}
    assert [row["group"] for row in found["rows"] if row["by"] == "own"] == ["-"]  # nobody has one
