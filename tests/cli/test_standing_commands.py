"""``report baseline`` and ``report pareto``: every table adds up, and agrees with the others."""

from __future__ import annotations

import json
import math
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ci_cli import text
from ci_cli.analysis.adoption import ADOPTED, LAPSED, NEVER, Taken, in_any_currency
from ci_cli.analysis.standing import ORDER
from ci_cli.cli.app import run
from ci_cli.reports.programme import baseline
from ci_cli.shapes.goals import Profile
from crm_deals import won_deals, won_deals_as_orders
from importer import bring_in, new_store
from northwind_frame import UNIT, order_lines


def report(store: Path, capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    capsys.readouterr()
    line = [*words, "--db", str(store), "--lang", "en", "--format", "json"]
    assert run(line) == 0, capsys.readouterr().err
    text.activate("en")
    return json.loads(capsys.readouterr().out)


def shown(store: Path, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    capsys.readouterr()
    assert run([*words, "--db", str(store), "--lang", "en"]) == 0
    text.activate("en")
    return capsys.readouterr().out


def test_the_baseline_adds_up_to_all_customers_of_the_store(demo_store, examples, capsys):
    found = report(demo_store, capsys, "report", "baseline")
    stats = {row["what"]: row["rows"] for row in report(demo_store, capsys, "db", "stats")["rows"]}
    lines = order_lines(examples)
    year = lines[lines.day >= "1997-05-07"]
    for rows in (found["rows"], found["tables"]["industries"]["rows"]):
        assert sum(row["customers"] for row in rows) == stats["customers"] == 91
        assert sum(row["active"] for row in rows) == found["meta"]["active"]
        assert sum(float(row["revenue"]) for row in rows) == pytest.approx(
            int(year.net.sum()) / UNIT
        )
    states = {row["state"]: row["customers"] for row in found["rows"]}
    assert list(states) == list(ORDER)
    assert states["never-bought"] == 91 - lines.customer.nunique()
    # the states are those of the report on rhythms; lost ones are dormant there
    rhythm = report(demo_store, capsys, "report", "frequency")["rows"]
    assert states["active"] == sum(row["active"] for row in rhythm)
    assert states["slowing"] == sum(row["slowing"] for row in rhythm)
    assert states["dormant"] + states["lost"] == sum(row["dormant"] for row in rhythm)
    days = lines.groupby("customer").day.max()
    assert states["lost"] <= int((days <= "1997-05-06").sum())


def test_an_empty_store_has_a_baseline(tmp_path, capsys):
    store = new_store(tmp_path / "ci.db")
    found = report(store, capsys, "report", "baseline", "--today", "2026-01-02")
    assert sum(row["customers"] for row in found["rows"]) == 0
    assert [row["industry"] for row in found["tables"]["industries"]["rows"]] == ["(unknown)"]


def test_currencies_are_never_added_up(tmp_path, capsys):
    store = new_store(tmp_path / "ci.db")
    (tmp_path / "o.csv").write_text(
        "Order ID,Customer ID,Order Date,Amount,Currency\n1,A,2025-01-05,30.00,EUR\n"
        "2,A,2025-01-06,40.00,USD\n3,B,2025-01-07,5.00,USD\n4,,2025-01-08,7.00,USD\n"
    )
    bring_in(store, tmp_path / "o.csv", kind="orders", source="crm")
    found = report(store, capsys, "report", "baseline")
    assert sum(row["customers"] for row in found["rows"]) == 2
    assert sum(float(row["revenue_eur"]) for row in found["rows"]) == 30
    assert sum(float(row["revenue_usd"]) for row in found["rows"]) == 45
    assert "Revenue of twelve months: 52.00 USD; of this without a customer: 7.00 USD." in shown(
        store, capsys, "report", "baseline"
    )


from_day = None
_STATES = st.sampled_from([state for state in ORDER if state != "never-bought"])


@given(st.dictionaries(st.integers(1, 30), st.sampled_from([None, "Retail", "零售"])), st.data())
def test_whatever_the_base_every_table_adds_up(industry_of, data):
    profiles = {one: Profile(f"Firm {one}", None, name, None) for one, name in industry_of.items()}
    chosen = st.sampled_from(sorted(profiles)) if profiles else st.nothing()
    standing = data.draw(st.dictionaries(chosen, _STATES) if profiles else st.just({}))
    revenue = {one: one * UNIT for one in standing}
    base = baseline.Base(profiles, standing, {"EUR": revenue}, {"EUR": 5}, set(), None, [], None)
    for table in baseline.build(base, as_of=date(2026, 1, 2)).tables[:2]:
        assert sum(row[1] for row in table.rows) == len(profiles) == table.total[1]
        assert sum(row[3] for row in table.rows) == table.total[3]
        assert sum(row[4] for row in table.rows) == sum(revenue.values()) == table.total[4]


def test_the_curve_is_that_of_pandas_and_of_the_classes(demo_store, examples, capsys):
    found = report(demo_store, capsys, "report", "pareto", "--top", "500")
    lines = order_lines(examples)
    net = lines[lines.day >= "1997-05-07"].groupby("customer").net.sum()
    values = net.sort_values(ascending=False)
    for row in found["rows"]:
        top = math.ceil(round(row["customers_share"] * 100) * len(values) / 100)
        assert row["customers"] == top
        assert float(row["revenue"]) == pytest.approx(int(values.head(top).sum()) / UNIT)
    listed = found["tables"]["customers"]["rows"]
    assert [float(row["revenue"]) for row in listed] == pytest.approx(list(values / UNIT))
    assert listed[-1]["running_share"] == pytest.approx(1)
    classes = report(demo_store, capsys, "rfm", "abc", "--window", "12m")
    assert classes["tables"]["pareto"]["rows"] == found["rows"]
    assert "(profit" not in shown(demo_store, capsys, "report", "pareto")


COSTS = """Order ID,Line Number,Customer ID,Order Date,Product,Quantity,Amount,Cost
1,1,A,2025-01-05,Tea,1,100.00,90.00
2,1,B,2025-01-06,Tea,1,50.00,10.00
3,1,C,2025-01-07,Pen,1,20.00,{cost}
4,1,B,2025-01-08,Tea,-1,-50.00,10.00
"""


@pytest.mark.parametrize(
    ("cost", "value", "worth"),
    [
        ("5.00", "profit", {"C": 15.0, "A": 10.0, "B": 0.0}),
        ("", "revenue", {"A": 100.0, "C": 20.0, "B": 0.0}),
    ],
)
def test_value_is_profit_where_every_cost_is_known(cost, value, worth, tmp_path, capsys):
    store = new_store(tmp_path / "ci.db")
    (tmp_path / "o.csv").write_text(COSTS.format(cost=cost))
    bring_in(store, tmp_path / "o.csv", kind="orders", source="crm")
    found = report(store, capsys, "report", "pareto")
    assert found["meta"]["value"] == value
    rows = found["tables"]["customers"]["rows"]
    assert {row["name"]: float(row[value]) for row in rows} == worth
    out = shown(store, capsys, "report", "pareto")
    assert f"{value} (EUR)" in out
    assert ("the cost is known for 90.9 % of the amounts" in out) == (value == "revenue")


def test_companies_of_one_parent_are_one_row(tmp_path, capsys):
    store = new_store(tmp_path / "ci.db")
    (tmp_path / "c.csv").write_text(
        "Customer ID,Customer Name,Parent Company\nA,Acme,\nB,Acme Nord,Acme\nC,Solo,\n"
    )
    (tmp_path / "o.csv").write_text(
        "Order ID,Customer ID,Order Date,Amount\n1,A,2025-01-05,30.00\n2,B,2025-01-06,40.00\n"
        "3,C,2025-01-07,50.00\n4,,2025-01-07,9.00\n"
    )
    bring_in(store, tmp_path / "c.csv", kind="customers", source="crm")
    bring_in(store, tmp_path / "o.csv", kind="orders", source="crm")
    alone = report(store, capsys, "report", "pareto")
    assert [row["name"] for row in alone["tables"]["customers"]["rows"]] == [
        "Solo", "Acme Nord", "Acme",
    ]  # fmt: skip
    found = report(store, capsys, "report", "pareto", "--by-parent")
    rows = found["tables"]["customers"]["rows"]
    assert [(row["name"], row["companies"], float(row["revenue"])) for row in rows] == [
        ("Acme", 2, 70.0), ("Solo", 1, 50.0),
    ]  # fmt: skip
    assert (found["meta"]["customers"], found["meta"]["without_customer"]) == (2, 9 * UNIT)


@pytest.mark.shared
def test_the_families_of_real_accounts_are_those_of_pandas(shared_data, tmp_path, capsys):
    """85 accounts, some of them subsidiaries: won deals as orders, rolled up by their parents."""
    accounts, won = won_deals(shared_data)
    store = won_deals_as_orders(shared_data, tmp_path)
    expected = won.groupby("parent").close_value.sum()
    assert 0 < len(expected) < won.account.nunique()
    found = report(store, capsys, "report", "pareto", "--by-parent", "--window", "all",
                   "--top", "999")  # fmt: skip
    rows = found["tables"]["customers"]["rows"]
    assert {row["name"]: float(row["revenue"]) for row in rows} == expected.to_dict()

    classes = report(store, capsys, "rfm", "abc", "--by-parent", "--customers")
    assert {row["name"]: float(row["revenue"]) for row in classes["rows"]} == expected.to_dict()
    ordered = expected.sort_values(ascending=False)
    before = ordered.cumsum().shift(fill_value=0) / ordered.sum()
    theirs = {name: "A" if share < 0.8 else "B" if share < 0.95 else "C"
              for name, share in before.items()}  # fmt: skip
    assert {row["name"]: row["class"] for row in classes["rows"]} == theirs
    assert sum(row["companies"] for row in classes["rows"]) == won.account.nunique()
    assert (classes["meta"]["by_parent"], classes["meta"]["hhi"]) == (
        True, pytest.approx(((ordered / ordered.sum()) ** 2).sum())
    )  # fmt: skip
    year = won[pd.to_datetime(won.close_date, format="%m/%d/%Y") > "2016-12-31"]
    assert len(year) == len(won)  # so that the twelve months of the page hold all of them
    tenth = math.ceil(len(expected) / 10)
    together = ordered.head(tenth).sum() / ordered.sum()
    for words in (("report", "exec", "--by-parent"), ("report", "exec")):
        page = report(store, capsys, *words)["meta"]
        figure = page["numbers"]["top10_revenue_share"]["value"]
        assert page["by_parent"] == ("--by-parent" in words)
        assert (figure == pytest.approx(together)) == page["by_parent"]
    goal = ("goal", "set", "top10_revenue_share", "--target", "30%", "--by", "2018-12-31")
    shown(store, capsys, *goal, "--by-parent", "--today", "2017-12-31")
    (kept,) = report(store, capsys, "goal", "status", "--today", "2018-01-01")["meta"]["goals"]
    assert kept["value"] == pytest.approx(together)

    base = report(store, capsys, "report", "baseline")["tables"]["industries"]["rows"]
    sizes = accounts.groupby("sector").account.nunique().to_dict()
    assert {row["industry"]: row["customers"] for row in base} == {**sizes, "(unknown)": 0}


def test_one_order_is_too_early_to_tell_everywhere(tmp_path, capsys):
    store = new_store(tmp_path / "ci.db")
    (tmp_path / "o.csv").write_text(
        "Order ID,Customer ID,Order Date,Amount\n1,A,2025-01-05,30.00\n"
    )
    bring_in(store, tmp_path / "o.csv", kind="orders", source="crm")
    (row,) = report(store, capsys, "report", "frequency")["rows"]
    assert (row["customers"], row["active"], row["too_early"]) == (1, 0, 1)
    base = report(store, capsys, "report", "baseline")["rows"]
    assert {one["state"]: one["customers"] for one in base if one["customers"]} == {"too-early": 1}
    out = shown(store, capsys, "procat", "report")
    assert "No complete month yet" in out
    assert "Nothing to compare" not in out  # with the month before the first order


def test_the_flagship_stands_in_the_baseline_with_everybody_who_has_not_taken_it_up(
    story_store, tmp_path, capsys
):
    store = Path(shutil.copy(story_store, tmp_path / "ci.db"))
    assert "No flagship is named" in shown(store, capsys, "report", "baseline")
    words = ["report", "adoption", "--product", "Beverages"]
    own = report(store, capsys, *words, "--top", "1000", "--save")
    found = report(store, capsys, "report", "baseline")
    tables = found["tables"]
    counts = ("by", "group", "active", "adopted", "adoption", "lapsed", "never")
    assert tables["adoption"]["rows"] == [{key: row[key] for key in counts} for row in own["rows"]]
    total = tables["adoption"]["total"]
    assert total["active"] == own["meta"]["active"]
    assert total["adopted"] == found["meta"]["adopted"] == own["meta"]["adopted"]
    missing = [row["customer"] for row in tables["not_adopted"]["rows"]]
    assert missing == [row["customer"] for row in own["tables"]["customers"]["rows"]]
    assert len(missing) == total["lapsed"] + total["never"] > 10
    assert f"listed: 10 of {len(missing)}" in shown(store, capsys, "report", "baseline")


def test_a_customer_of_two_currencies_is_counted_once_with_its_best_state():
    def one(number: int, state: str, last: str | None, net: int) -> Taken:
        return Taken(number, "", None, "A", "", net, 0, last, None, state)

    euro = [one(1, LAPSED, "2025-01-01", 5), one(2, NEVER, None, 4)]
    dollar = [one(1, ADOPTED, "2026-02-01", 9), one(2, NEVER, None, 1), one(3, LAPSED, "2024", 2)]
    assert in_any_currency([euro, dollar]) == [
        one(1, ADOPTED, "2026-02-01", 5), one(2, NEVER, None, 4), one(3, LAPSED, "2024", 2),
    ]  # fmt: skip


def classes_by_counting(net: pd.Series) -> dict[Any, str]:
    """Return A, B and C by revenue, as the report defines them, counted without our code."""
    net = net.sort_values(ascending=False)
    larger = {one: net[net > value].sum() for one, value in net.items()}
    return {
        one: "A"
        if larger[one] < 0.8 * net.sum()
        else "B"
        if larger[one] < 0.95 * net.sum()
        else "C"
        for one in net.index
    }


@pytest.mark.parametrize("since", ["1997-12-31", "1996-09", "1998-05-06"])
def test_who_changed_class_is_what_pandas_counts(since, demo_store, examples, capsys):
    found = report(demo_store, capsys, "rfm", "abc", "--since", since)
    moved = found["tables"]["moves"]["rows"]
    lines = order_lines(examples)
    until = "1996-09-30" if since == "1996-09" else since
    before = classes_by_counting(lines[lines.day <= until].groupby("customer").net.sum())
    now = classes_by_counting(lines.groupby("customer").net.sum())
    pairs = [(before.get(one), now[one]) for one in now if before.get(one) != now[one]]
    assert sorted(((row["before"], row["class"]) for row in moved), key=str) == sorted(
        pairs, key=str
    )
    assert bool(moved) == (since != "1998-05-06")
    said = next(note["text"] for note in found["meta"]["notes"] if "into class A" in note["text"])
    into, out = (sum(pair[side] == "A" for pair in pairs) for side in (1, 0))
    assert f"into class A {into}, out of it {out}; in another class in all: {len(pairs)}." in said


def test_a_company_has_the_class_of_its_family(tmp_path, capsys):
    store = new_store(tmp_path / "ci.db")
    (tmp_path / "c.csv").write_text(
        "Customer ID,Customer Name,Parent Company\nA,Acme,\nB,Acme Nord,Acme\nC,Solo,\nD,Duo,\n"
    )
    (tmp_path / "o.csv").write_text(
        "Order ID,Customer ID,Order Date,Amount\n1,B,2025-01-05,2.00\n2,C,2025-01-06,80.00\n"
        "3,D,2025-01-06,9.00\n4,A,2025-02-05,400.00\n"
    )
    bring_in(store, tmp_path / "c.csv", kind="customers", source="crm")
    bring_in(store, tmp_path / "o.csv", kind="orders", source="crm")
    words = ("rfm", "abc", "--since", "2025-01-31")
    for more, expected in (
        ((), {"Acme": (None, "A"), "Solo": ("A", "B"), "Duo": ("B", "C")}),
        (("--by-parent",), {"Acme": (None, "A"), "Acme Nord": ("C", "A"), "Solo": ("A", "B"),
                            "Duo": ("B", "C")}),
    ):  # fmt: skip
        rows = report(store, capsys, *words, *more)["tables"]["moves"]["rows"]
        assert {row["name"]: (row["before"], row["class"]) for row in rows} == expected
