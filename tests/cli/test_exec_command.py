"""``report exec``: one page, each number of which another report or pandas says as well."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ci_cli import text
from ci_cli.analysis.decompose import CustomerMove, Effects
from ci_cli.analysis.executive import activity, driver
from ci_cli.analysis.standing import LIVELY, ORDER
from ci_cli.cli.app import run
from importer import bring_in, new_store
from northwind_frame import UNIT, order_lines


def ci(store: Path, capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> str:
    capsys.readouterr()
    assert run([*words, "--db", str(store), "--lang", "en"]) == code, capsys.readouterr().err
    text.activate("en")
    return capsys.readouterr().out


def report(store: Path, capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    return json.loads(ci(store, capsys, *words, "--format", "json"))


def numbers(store: Path, capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    return report(store, capsys, "report", "exec", *words)["meta"]["numbers"]


def test_every_number_is_that_of_the_other_reports(demo_store, examples, capsys):
    found = numbers(demo_store, capsys)
    lines = order_lines(examples)
    month = lines.groupby(lines.day.str[:7]).net.sum() / UNIT
    assert found["revenue"]["month"] == "1998-04"
    assert found["revenue"]["value"] == pytest.approx(month["1998-04"])
    assert found["revenue"]["before"] == pytest.approx(month["1997-04"])
    assert found["revenue"]["twelve_months"] == pytest.approx(month["1997-05":"1998-04"].sum())
    assert found["revenue"]["twelve_months_before"] is None  # the orders reach back 22 months
    base = report(demo_store, capsys, "report", "baseline")["meta"]
    assert found["customers_active"]["value"] == base["active"]
    earlier = report(demo_store, capsys, "report", "baseline", "--as-of", "1997-05-06")["meta"]
    assert found["customers_active"]["before"] == earlier["active"]
    before, now = (
        set(lines[(lines.day > first) & (lines.day <= last)].customer)
        for first, last in (("1996-05-06", "1997-05-06"), ("1997-05-06", "1998-05-06"))
    )
    assert found["retention"]["value"] == pytest.approx(len(before & now) / len(before))
    curve = report(demo_store, capsys, "report", "pareto")["rows"]
    tenth = next(row for row in curve if row["customers_share"] == 0.1)
    assert found["top10_revenue_share"]["value"] == pytest.approx(tenth["revenue_share"])
    assert found["alarms_open"] == {"value": 0, "before": 0}


def test_the_alarms_are_those_that_stand(demo_store, tmp_path, capsys):
    store = Path(shutil.copy(demo_store, tmp_path / "ci.db"))
    words = ("--as-of", "1998-03-31", "--today", "1998-04-02")
    ci(store, capsys, "procat", "check", "--watch", "me", *words)
    alarms = report(store, capsys, "procat", "alarms")["rows"]
    found = report(store, capsys, "report", "exec", *words)
    assert found["meta"]["numbers"]["alarms_open"] == {"value": len(alarms), "before": 0}
    row = next(row for row in found["rows"] if row["number"] == "alarms_open")
    assert len(alarms) == 1
    assert f"{float(alarms[0]['at_risk_12m']):,.2f} USD; most: Grains/Cereals" in row["cause"]
    ci(store, capsys, "procat", "dismiss", "1", "--reason", "planned")
    assert numbers(store, capsys, *words)["alarms_open"]["value"] == 0


def test_it_is_one_page_however_many_goals_there_are(demo_store, tmp_path, capsys):
    store = Path(shutil.copy(demo_store, tmp_path / "ci.db"))
    today = ("--today", "1998-05-06")
    for year in range(1999, 2019):
        ci(store, capsys, "goal", "set", "retention", "--target", "95%", "--by", f"{year}-12-31",
           *today)  # fmt: skip
    ci(store, capsys, "goal", "set", "nps", "--target", "30", "--by", "2030-01-01", *today)
    ci(store, capsys, "goal", "stakeholder", "add", "report exec", "--person", "Ann Lee")
    out = ci(store, capsys, "report", "exec", *today)
    assert len(out.splitlines()) <= 45
    assert "For: Ann Lee." in out
    assert "Goals not listed: 13" in out
    # what has no data is not hidden behind what is well
    goals = report(store, capsys, "report", "exec", *today)["tables"]["goals"]["rows"]
    assert (goals[0]["metric"], goals[0]["state"]) == ("nps", "no-data")
    status = report(store, capsys, "goal", "status", *today)["rows"]
    states = {row["goal"]: (row["state"], row["value"], row["target"]) for row in status}
    for row in goals:
        assert (row["state"], row["value"], row["target"]) == states[row["goal"]]


def test_young_books_say_what_they_can(tmp_path, capsys):
    store = new_store(tmp_path / "ci.db")
    assert ci(store, capsys, "report", "exec") == ""  # there is no order yet
    path = tmp_path / "o.csv"
    path.write_text("Order ID,Customer ID,Order Date,Amount\n1,A,2025-03-05,30.00\n")
    bring_in(store, path, kind="orders", source="crm")
    assert "revenue" not in numbers(store, capsys)  # no month is complete
    found = numbers(store, capsys, "--as-of", "2025-03-31")["revenue"]
    assert (found["value"], found["compared"], found["before"]) == (30, None, None)
    found = numbers(store, capsys, "--as-of", "2025-04-30")["revenue"]
    assert (found["value"], found["compared"], found["before"]) == (0, "2025-03", 30)
    row = report(store, capsys, "report", "exec", "--as-of", "2025-04-30")["rows"][0]
    assert (row["number"], row["change"]) == ("revenue", "-100.0 %")
    assert row["cause"] == "customers who bought then and not now: -30.00 EUR; sales without a" + (
        " quantity: -30.00 EUR"
    )


def test_the_driver_is_the_largest_part_in_the_direction_of_the_change():
    moves = [
        CustomerMove(1, "lost", 500, 0), CustomerMove(2, "shrunk", 400, 100),
        CustomerMove(3, "new", 0, 600), CustomerMove(4, "returned", 0, 50),
        CustomerMove(0, "unknown", 900, 0),
    ]  # fmt: skip
    found = driver(moves, Effects(-1000, -100, 50, 0, 0))
    assert found.change == -1050
    assert found.customers == ("gone", 1, -500)
    assert found.effect == ("volume", 0, -1000)
    up = driver(moves, Effects(-1000, 0, 3000, 0, 0))
    assert (up.customers, up.effect) == (("came", 2, 650), ("mix", 0, 3000))
    still = driver([], Effects(0, 0, 0, 0, 0))
    assert (still.customers, still.effect) == (None, None)


_STATES = st.sampled_from([state for state in ORDER if state != "never-bought"])


@given(st.dictionaries(st.integers(1, 20), st.tuples(_STATES, st.none() | _STATES)))
def test_the_active_of_two_days_add_up(states: Mapping[int, tuple[str, str | None]]):
    """A customer without an earlier state had not bought by then."""
    now = {one: state for one, (state, _then) in states.items()}
    then = {one: state for one, (_now, state) in states.items() if state is not None}
    firsts = {one: "2025-01-01" if one in then else "2026-01-01" for one in now}
    found = activity(then, now, firsts, "2025-06-30")
    assert found.before + found.new + found.back - found.silent == found.now
    assert found.now == sum(state in LIVELY for state in now.values())
    assert found.new == sum(one not in then and now[one] in LIVELY for one in now)
