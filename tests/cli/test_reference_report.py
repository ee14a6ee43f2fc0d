"""``report references`` against pandas, from the rows that were typed in, not from the store."""

from __future__ import annotations

import json
import math
import random
import sqlite3
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from ci_cli import text
from ci_cli.cli.app import run
from ci_cli.shapes.trade import Author
from ci_cli.store import customers, engine
from ci_cli.store.writes import references
from importer import AT, bring_in, new_store

ME = Author("me", AT)
TODAY, FIRST = date(2026, 6, 30), date(2025, 7, 1)
INDUSTRIES, REGIONS = ("Automotive", "Retail", ""), ("North", "South")
CATEGORIES = ("Drinks", "Tools", "Books")


def day(draw: random.Random, first: date = FIRST, last: date = TODAY) -> str:
    return (first + timedelta(days=draw.randrange((last - first).days + 1))).isoformat()


class Made:
    """A store of 60 customers, and the rows that it was made from."""

    def __init__(self, folder: Path) -> None:
        draw = random.Random(7)
        self.store = new_store(folder / "ci.db")
        people = [
            {"Customer ID": f"K{n}", "Customer Name": f"Name {n}",
             "Industry": draw.choice(INDUSTRIES), "Region": draw.choice(REGIONS)}
            for n in range(60)
        ]  # fmt: skip
        lines = [
            {"Order ID": f"O{n}", "Customer ID": f"K{draw.randrange(60)}",
             "Order Date": day(draw, date(2024, 1, 1)), "Product": f"P{n % 9}",
             "Category": CATEGORIES[n % 3], "Amount": f"{draw.randrange(100, 90_000) / 100:.2f}"}
            for n in range(150)
        ]  # fmt: skip
        # the as-of day is the last order day, whatever was drawn
        lines.append({**lines[0], "Order ID": "LAST", "Order Date": TODAY.isoformat()})
        self.deals = [
            {"Deal": f"D{n}", "Customer ID": f"K{draw.randrange(20)}",
             "Stage": draw.choice(["Closed Won", "Closed Lost"]), "Amount": f"{n + 1}000.00",
             "Created": day(draw, FIRST, date(2025, 12, 31)),
             "Closed": day(draw, date(2026, 1, 1))}
            for n in range(40)
        ]  # fmt: skip
        self.people, self.orders = pd.DataFrame(people), pd.DataFrame(lines)
        for name, frame in (("customers", self.people), ("orders", self.orders)):
            frame.to_csv(folder / f"{name}.csv", index=False)
            bring_in(self.store, folder / f"{name}.csv", kind=name, source="crm")
        with closing(engine.connect(self.store, write=True)) as conn, engine.transaction(conn):
            self._deals(conn)
            self._references(conn, draw)

    def _deals(self, conn: sqlite3.Connection) -> None:
        for number, deal in enumerate(self.deals):
            conn.execute(
                "INSERT INTO opportunity (record_id, source, fact_key, outcome, value, opened,"
                " closed) VALUES (?, 'crm', ?, ?, ?, ?, ?)",
                (customers.find(conn, deal["Customer ID"]), f"D{number}",
                 "won" if "Won" in deal["Stage"] else "lost",
                 int(float(deal["Amount"]) * 10_000), deal["Created"], deal["Closed"]),
            )  # fmt: skip

    def _references(self, conn: Any, draw: random.Random) -> None:
        self.refs, self.asked, self.tried, self.used = [], [], [], []
        for n in range(0, 60, 2):
            consents, retired = draw.random() < 0.8, draw.random() < 0.15
            steps = [references.NewStep("2025-01-01", "nominate")]
            steps += [references.NewStep("2025-01-02", "consent", channel="call")] * consents
            steps += [references.NewStep("2026-06-01", "retire")] * retired
            references.add_steps(
                conn, customers.find(conn, f"K{n}"), steps, command="ref", author=ME
            )
            self.refs.append({"key": f"K{n}", "ready": consents and not retired,
                              "retired": retired})  # fmt: skip
        for n in range(90):
            made, prospect = day(draw, date(2025, 5, 1), date(2026, 6, 20)), draw.randrange(20)
            state = draw.choice(["fulfilled", "fulfilled", "cancelled", "open"])
            value = draw.randrange(1, 9) * 10_000 if draw.random() < 0.5 else None
            _batch, number = references.add_request(
                conn,
                references.NewRequest(customers.find(conn, f"K{prospect}"), f"Deal {n}", "call",
                                      made, None, None, value, "EUR" if value else None, None),
                author=ME,
            )  # fmt: skip
            days = min(draw.randrange(0, 40), (TODAY - date.fromisoformat(made)).days)
            closed = (date.fromisoformat(made) + timedelta(days=days)).isoformat()
            for _ in range(draw.randrange(4)):
                spent = draw.choice([None, 30, 45])
                references.add_attempt(
                    conn, number, customers.find(conn, "K2"), person=None, day=made,
                    outcome="no_answer", minutes=spent, note=None, author=ME,
                )  # fmt: skip
                self.tried.append({"request": number, "minutes": spent})
            if state == "fulfilled":
                who = f"K{2 * draw.randrange(30)}"
                use = references.NewUse(
                    customers.find(conn, who), None, "call", closed, None, 60, None, None, None
                )
                references.fulfil(conn, number, use, author=ME)
                self.used.append({"request": number, "key": who, "day": closed,
                                  "prospect": f"K{prospect}"})  # fmt: skip
            elif state == "cancelled":
                references.cancel(conn, number, closed, "x", author=ME)
            self.asked.append({"request": number, "day": made, "closed": closed, "state": state,
                               "value": value})  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return Made(tmp_path_factory.mktemp("programme"))


@pytest.fixture(scope="module")
def told(made: Made) -> Any:
    target = made.store.with_name("report.json")
    line = ["report", "references", "--top", "1000", "--today", TODAY.isoformat(), "-o",
            str(target), "--db", str(made.store), "--lang", "en", "-q"]  # fmt: skip
    assert run(["ref", "limits", "--health", "0", "--db", str(made.store), "-q"]) == 0
    assert run(line) == 0
    text.activate("en")
    return json.loads(target.read_text("utf-8"))


def ready_keys(made: Made) -> tuple[set[str], set[str]]:
    """Return who is ready, and who only rests: by counting uses day by day."""
    uses = pd.DataFrame(made.used)
    ready, resting = set(), set()
    for ref in made.refs:
        if not ref["ready"]:
            continue
        days = [date.fromisoformat(one) for one in uses[uses["key"] == ref["key"]]["day"]]
        days = [one for one in days if one <= TODAY]
        recent = sum((TODAY - one).days < 90 for one in days)
        rests = recent >= 2 or any((TODAY - one).days < 30 for one in days)
        (resting if rests else ready).add(ref["key"])
    return ready, resting


def test_shares_by_count_and_by_revenue(made: Made, told: Any) -> None:
    orders = made.orders.assign(Amount=made.orders["Amount"].astype(float))
    active = (
        orders[orders["Order Date"] >= FIRST.isoformat()].groupby("Customer ID")["Amount"].sum()
    )
    ready, resting = ready_keys(made)
    assert ready
    assert resting
    for row, chosen in zip(told["rows"], (ready, ready | resting), strict=True):
        mine = active[active.index.isin(chosen)]
        assert (row["customers"], row["active"]) == (len(mine), len(active))
        assert row["share"] == pytest.approx(len(mine) / len(active))
        assert row["revenue"] == pytest.approx(mine.sum())
        assert row["revenue_share"] == pytest.approx(mine.sum() / active.sum())
    assert told["meta"]["referenceable_pct"] == told["rows"][0]["share"]


def test_coverage_cells(made: Made, told: Any) -> None:
    orders = made.orders[made.orders["Order Date"] >= FIRST.isoformat()]
    frame = orders.merge(made.people, on="Customer ID").drop_duplicates(["Customer ID", "Category"])
    ready, _resting = ready_keys(made)
    frame = frame.assign(ready=frame["Customer ID"].isin(ready))
    frame["Industry"] = frame["Industry"].replace("", None)
    cells = frame.groupby(["Industry", "Category", "Region"], dropna=False)["ready"].agg(
        ["size", "sum"]
    )
    expected = {
        (industry if isinstance(industry, str) else "(not known)", category, region):
            (int(row["size"]), int(row["sum"]))
        for (industry, category, region), row in cells.iterrows()
    }  # fmt: skip
    shown = {
        (row["industry"], row["category"], row["region"]): (row["customers"], row["ready"])
        for row in told["tables"]["coverage"]["rows"]
    }
    assert shown == {cell: counts for cell, counts in expected.items() if counts[1] < 2}
    assert told["meta"]["cells"] == {
        "all": len(expected), "none": sum(ready == 0 for _n, ready in expected.values()),
        "one": sum(ready == 1 for _n, ready in expected.values()),
    }  # fmt: skip


def test_service_and_load(made: Made, told: Any) -> None:
    asked = pd.DataFrame(made.asked)
    asked = asked[asked["day"] >= FIRST.isoformat()]
    done = asked[asked["state"] == "fulfilled"]
    days = (pd.to_datetime(done["closed"]) - pd.to_datetime(done["day"])).dt.days
    tried = pd.DataFrame(made.tried)
    mine = tried[tried["request"].isin(done["request"])]
    hours = mine.groupby("request")["minutes"].sum().reindex(done["request"]).fillna(0) / 60 + 1
    figures = {row["figure"]: row for row in told["tables"]["figures"]["rows"]}
    expected = {
        "fulfilment_rate": len(done) / (asked["state"] != "cancelled").sum(),
        "turnaround_days_median": days.median(), "turnaround_days_p90": days.quantile(0.9),
        "attempts_per_fulfilment": len(mine) / len(done),
        "hours_per_fulfilment_median": hours.median(),
        "hours_per_fulfilment_p90": hours.quantile(0.9),
    }  # fmt: skip
    for key, value in expected.items():
        assert figures[key]["value"] == pytest.approx(value), key
    assert figures["requests"]["n"] == len(asked)
    value = done["value"].fillna(0).sum() / 10_000
    assert f"{value:,.2f} EUR" in figures["deal_value"]["meaning"]
    kept = {ref["key"] for ref in made.refs if not ref["retired"]}
    uses = pd.DataFrame(made.used)
    uses = uses[(uses["day"] >= FIRST.isoformat()) & (uses["day"] <= TODAY.isoformat())]
    counts = uses[uses["key"].isin(kept)]["key"].value_counts()
    top = math.ceil(len(kept) / 5)
    assert figures["uses"]["n"] == counts.sum()
    assert figures["share_of_top_fifth"]["value"] == pytest.approx(
        counts.nlargest(top).sum() / counts.sum()
    )


def test_deals_with_and_without(made: Made, told: Any) -> None:
    deals, uses = pd.DataFrame(made.deals), pd.DataFrame(made.used)
    pairs = deals.merge(uses, left_on="Customer ID", right_on="prospect")
    inside = pairs[(pairs["day"] >= pairs["Created"]) & (pairs["day"] <= pairs["Closed"])]
    deals = deals.assign(
        vouched=deals["Deal"].isin(inside["Deal"]), won=deals["Stage"].str.contains("Won"),
        days=(pd.to_datetime(deals["Closed"]) - pd.to_datetime(deals["Created"])).dt.days,
    )  # fmt: skip
    rows = {row["group"]: row for row in told["tables"]["deals"]["rows"]}
    for key, vouched in (("with_reference", True), ("without", False)):
        some = deals[deals["vouched"] == vouched]
        assert len(some) > 0
        assert (rows[key]["deals"], rows[key]["won"]) == (len(some), some["won"].sum())
        assert rows[key]["won_share"] == pytest.approx(some["won"].mean())
        assert rows[key]["cycle_median"] == pytest.approx(some["days"].median())
    assert "correlation" in json.dumps(told)
    assert "caused" not in json.dumps(told)


def test_a_goal_the_baseline_and_the_report_speak_of_one_share(
    made: Made, told: Any, tmp_path: Path
) -> None:
    asked = ["--today", TODAY.isoformat(), "--db", str(made.store), "--lang", "en", "-q"]
    goal = ["goal", "set", "referenceable_pct", "--target", "60%", "--by", "2027-06-30"]
    assert run([*goal, *asked]) == 0
    found = []
    for name, line in (
        ("goal", ["goal", "status"]), ("baseline", ["report", "baseline"]),
        ("report", ["report", "references"]),
    ):  # fmt: skip
        target = tmp_path / f"{name}.json"
        assert run([*line, "-o", str(target), *asked]) == 0
        found.append(json.loads(target.read_text("utf-8")))
    text.activate("en")
    status, baseline, report = found
    (goal_found,) = status["meta"]["goals"]
    assert goal_found["value"] == pytest.approx(told["meta"]["referenceable_pct"])
    assert baseline["meta"]["references"] >= told["rows"][0]["customers"]
    assert report["meta"]["goal"] == 0.6  # what was wanted before anybody set a goal: a half
    assert told["meta"]["goal"] == 0.5
