"""Health from files to figures: traced to records, blind to the future, kept and compared."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ci_cli.cli.app import run
from health_stores import make, told

AS_OF = date(2025, 6, 30)
SAAS = ("--profile", "saas")


def _made(chance: Random, customers: int = 8) -> dict[str, list[list[Any]]]:
    """Return rows of orders, interactions and usage over three years, some after ``AS_OF``."""
    first = date(2022, 9, 1)

    def day() -> date:
        return first + timedelta(days=chance.randint(0, 1100))

    rows: dict[str, list[list[Any]]] = {"orders": [], "talks": [], "usage": []}
    for number in range(customers):
        key = f"K{number}"
        for _ in range(chance.randint(1, 40)):
            rows["orders"].append(
                [f"O{len(rows['orders'])}", key, f"Firm {number}", day().isoformat(),
                 chance.choice("abc"), chance.choice(("Tea", "Milk", "Bread")),
                 f"{chance.choice((-20, 10, 35, 70))}.50"]
            )  # fmt: skip
        for _ in range(chance.randint(0, 15)):
            kind = chance.choice(("call", "visit", "mail", "promise", "ticket", "request", "note"))
            begun = day()
            due = begun + timedelta(days=20) if kind == "promise" else ""
            closes = kind in ("promise", "ticket", "request") and chance.random() < 0.7
            closed = begun + timedelta(days=chance.randint(0, 40)) if closes else ""
            outcome = chance.choice(("answered", "refused", "no answer")) if kind == "call" else ""
            rows["talks"].append(
                [f"T{len(rows['talks'])}", key, begun.isoformat(), kind, outcome, str(due),
                 str(closed)]
            )  # fmt: skip
        for month in range(chance.choice((0, 30))):
            period = f"{2023 + month // 12}-{month % 12 + 1:02d}"
            rows["usage"].append([key, "logins", period, str(chance.randint(0, 50))])
    return rows


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rows = _made(Random(11))
    return make(tmp_path_factory.mktemp("health"), rows["orders"], rows["talks"], rows["usage"])


def _run(store: Path, *words: str, as_of: date = AS_OF) -> dict[str, dict[str, Any]]:
    found = told(store, "health", "run", "--as-of", as_of.isoformat(), *words)
    return {row["name"]: row for row in found["rows"]}


def _table(found: dict[str, Any], key: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = found["tables"][key]["rows"]
    return rows


@pytest.mark.parametrize("words", [SAAS, ("--flagship", "a"), ("--profile", "wholesale")])
def test_every_point_is_traced_and_all_of_them_sum_to_the_score(
    store: Path, words: Sequence[str]
) -> None:
    scores = _run(store, *words)
    assert len(scores) == 8
    for row in scores.values():
        found = told(store, "health", "explain", row["customer"], "--full", *words,
                     "--as-of", AS_OF.isoformat())  # fmt: skip
        records = found["rows"]
        parts = {part["part"]: part for part in _table(found, "parts")}
        assert round(sum(one["points"] * 100 for one in records)) == round(row["health"] * 100)
        by_part: dict[str, float] = {}
        for one in records:
            by_part[one["part"]] = by_part.get(one["part"], 0) + one["points"]
            assert one["day"] <= AS_OF.isoformat()
        known = {key: part["points"] for key, part in parts.items() if part["points"] is not None}
        assert by_part.keys() == known.keys()
        for key, points in known.items():
            assert by_part[key] == pytest.approx(points, abs=1e-6)
        short = told(store, "health", "explain", row["customer"], *words,
                     "--as-of", AS_OF.isoformat())["rows"]  # fmt: skip
        assert sum(one["points"] for one in short) == pytest.approx(row["health"], abs=1e-6)
        assert sum(one["records"] for one in short) == len(records)


def test_values_are_what_pandas_makes_of_the_files(store: Path) -> None:
    orders = pd.read_csv(store.parent / "ci-orders.csv", parse_dates=["Order Date"])
    talks = pd.read_csv(
        store.parent / "ci-talks.csv", parse_dates=["Date", "Due Date", "Closed Date"]
    )
    last, start = pd.Timestamp(AS_OF), pd.Timestamp("2024-06-30")
    begin = pd.Timestamp("2023-06-30")
    orders = orders[orders["Order Date"] <= last]
    sold = orders[orders["Amount"] > 0]
    now = sold[sold["Order Date"] > start]
    kinds = now.groupby("Customer ID")["Category"].nunique()
    checked = 0
    for row in _run(store).values():
        key = "K" + row["name"].split()[1]
        found = told(store, "health", "show", row["customer"], "--as-of", AS_OF.isoformat())
        values = {part["part"]: part["value"] for part in _table(found, "parts")}
        own = orders[orders["Customer ID"] == key]
        within = own[own["Order Date"] > start]["Amount"].sum()
        before = own[own["Order Date"].between(begin, start, inclusive="right")]["Amount"].sum()
        bought = own[own["Amount"] > 0]["Order Date"]
        if values["trend"] is not None and before > 0:
            assert bought.min() <= begin
            assert values["trend"] == pytest.approx(max(within / before, 0))
            checked += 1
        assert values["breadth"] == pytest.approx(kinds.get(key, 0) / kinds.median())
        said = talks[(talks["Customer ID"] == key) & (talks["Date"] <= last)]
        due = said[(said["Type"] == "promise") & said["Due Date"].between(start, last, "right")]
        kept = ((due["Closed Date"] <= due["Due Date"]) & (due["Closed Date"] <= last)).sum()
        late = ((due["Closed Date"] > due["Due Date"]) & (due["Closed Date"] <= last)).sum()
        if len(due):
            assert values["promises"] == pytest.approx((kept + late / 2) / len(due))
            checked += 1
        else:
            assert values["promises"] is None
        met = said[~said["Type"].isin(["promise", "note"])]
        met = met[~met["Outcome"].isin(["refused", "no answer"])]
        if len(met):
            assert values["contact"] == pytest.approx((last - met["Date"].max()).days / 90)
            checked += 1
        else:
            assert values["contact"] is None
    assert checked > 8


@settings(max_examples=8)
@given(seed=st.integers(0, 10**6), back=st.integers(30, 600))
def test_what_came_later_changes_no_score(seed: int, back: int) -> None:
    """A store that knows the future judges a past day as the store of that day did."""
    rows = _made(Random(seed), customers=4)
    day = AS_OF - timedelta(days=back)
    then = day.isoformat()
    orders = [row for row in rows["orders"] if row[3] <= then]
    if not any(float(row[6]) > 0 for row in orders):
        return
    talks = [
        [*row[:6], row[6] if row[6] <= then else ""] for row in rows["talks"] if row[2] <= then
    ]
    usage = [row for row in rows["usage"] if f"{row[2]}-28" <= then]
    with tempfile.TemporaryDirectory() as name:
        whole = make(Path(name), rows["orders"], rows["talks"], rows["usage"], name="whole")
        past = make(Path(name), orders, talks, usage, name="past")
        strip = ("health", "band", "hard", "soft", "coverage", "revenue")
        for words in (SAAS, ()):
            one = {key: [row[k] for k in strip] for key, row in
                   _run(whole, *words, as_of=day).items()}  # fmt: skip
            two = {key: [row[k] for k in strip] for key, row in
                   _run(past, *words, as_of=day).items()}  # fmt: skip
            assert one == two


def test_runs_are_kept_and_compared(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    was = _run(store, "--save", "before", as_of=date(2024, 12, 31))
    now = _run(store, "--save", "after")
    found = told(store, "health", "compare", "before", "after", "--moves")
    expected = {
        name for name in was.keys() | now.keys()
        if was.get(name, {}).get("band") != now.get(name, {}).get("band")
    }  # fmt: skip
    assert {row["name"] for row in found["rows"]} == expected
    for row in found["rows"]:
        if row["change"] is not None:
            change = now[row["name"]]["health"] - was[row["name"]]["health"]
            assert row["change"] == pytest.approx(change)
    assert run(["health", "run", "--save", "after", "--db", str(store), "--lang", "en"]) == 2
    assert "run-exists" in capsys.readouterr().err
    assert run(["rfm", "compare", "before", "after", "--db", str(store), "--lang", "en"]) == 2


def test_a_store_without_interactions_is_judged_by_what_it_has(tmp_path: Path) -> None:
    rows = _made(Random(2))
    bare = make(tmp_path, rows["orders"])
    for row in _run(bare).values():
        assert row["soft"] is None
        assert row["health"] == row["hard"]
        assert row["coverage"] <= 0.53  # recency, trend, breadth
