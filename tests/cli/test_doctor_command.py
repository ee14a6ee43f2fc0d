"""``doctor --programme``: each score is counted by hand on a store made for it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ci_cli import text
from ci_cli.analysis.programme import Area, Owned, areas, due_work, overall
from ci_cli.cli.app import run
from ci_cli.shapes.programme import Items, Work
from importer import bring_in, new_store

CUSTOMERS = """Customer ID,Customer Name,Industry,City,Owner,Phone
A,Acme Ltd,Retail,Hull,chen,
B,Bolt AG,,Ulm,,+49 30 555555
C,Crane SA,,,,
D,Dune Oy,,,li,
"""
# AT of tests/importer.py: everything is imported on 2026-01-02
ORDERS = "Order ID,Customer ID,Order Date,Amount\n" + "".join(
    f"{name}{n},{name},2025-{month:02d}-{day:02d},{amount}.00\n"
    for name, amount in (("A", 10), ("B", 20), ("C", 30))
    for n, (month, day) in enumerate([(9, 5), (10, 5), (11, 5), (12, 5)])
)
OLD = "Order ID,Customer ID,Order Date,Amount\nX1,A,2025-01-05,7.00\n"


def ci(
    store: Path, capsys: pytest.CaptureFixture[str], *words: str, code: int = 0
) -> tuple[str, str]:
    capsys.readouterr()
    assert run([*words, "--db", str(store), "--lang", "en"]) == code, capsys.readouterr().err
    text.activate("en")
    done = capsys.readouterr()
    return done.out, done.err


def doctor(store: Path, capsys: pytest.CaptureFixture[str], today: str = "2026-01-03") -> Any:
    words = ("doctor", "--programme", "--today", today, "--format", "json")
    return json.loads(ci(store, capsys, *words)[0])


def scores(found: Any) -> dict[str, tuple[int, int]]:
    return {row["area"]: (row["good"], row["all"]) for row in found["rows"]}


@pytest.fixture
def store(tmp_path: Path) -> Path:
    store = new_store(tmp_path / "ci.db")
    for name, content, kind, source in (
        ("c.csv", CUSTOMERS, "customers", "crm"), ("o.csv", ORDERS, "orders", "crm"),
        ("x.csv", OLD, "orders", "old"),
    ):  # fmt: skip
        (tmp_path / name).write_text(content)
        bring_in(store, tmp_path / name, kind=kind, source=source)
    return store


def test_every_score_is_counted_by_hand(store, capsys):
    found = doctor(store, capsys)
    counted = scores(found)
    assert counted["sources"] == (1, 2)  # crm has an order within 35 days, old has none
    # four customers and the stub of the other source, six fields each
    assert found["meta"]["filled"] == {
        "industry": 1, "place": 2, "owner": 2, "tier": 0, "reach": 1, "contact": 0,
    }  # fmt: skip
    assert counted["fields"] == (6, 30)
    # of the active A, B and C only A has an owner; the stub bought once, too early to tell
    assert counted["owners"] == (1, 3)
    orphans = found["tables"]["orphans"]["rows"]
    assert [(row["name"], float(row["revenue"])) for row in orphans] == [
        ("Crane SA", 120.0), ("Bolt AG", 80.0),
    ]  # fmt: skip
    assert found["meta"]["orphans"] == 2
    for area in ("duplicates", "freshness", "use", "work"):
        assert counted[area] == (0, 0)
        assert next(row for row in found["rows"] if row["area"] == area)["score"] is None
    assert found["meta"]["score"] == pytest.approx((1 / 2 + 6 / 30 + 1 / 3) / 3)


def test_intelligence_is_fresh_and_used_when_it_is(store, capsys):
    today = ("--today", "2026-01-03")
    ci(store, capsys, "log", "call", "B", "asked for blue ones", "--on", "2025-12-20", *today)
    ci(store, capsys, "log", "note", "B", "old news", "--on", "2025-05-01", *today)
    ci(store, capsys, "log", "promise", "B", "price list", "--due", "2026-01-09", *today)
    ci(store, capsys, "log", "call", "C", "to come", "--due", "2026-02-01", *today)
    ci(store, capsys, "feedback", "add", "B", "an API", "--ask", "add", *today)
    ci(store, capsys, "log", "attitude", "B", "--attitude", "cooling", "--why", "CFO", *today)
    found = doctor(store, capsys)
    assert found["meta"]["items"] == {
        "entries": {"items": 3, "fresh": 2, "used": 0},  # what is only planned is no news
        "feedback": {"items": 1, "fresh": 1, "used": 0},
        "learnt": {"items": 1, "fresh": 1, "used": None},
    }
    assert scores(found)["freshness"] == (4, 5)
    assert scores(found)["use"] == (0, 4)
    ci(store, capsys, "log", "done", "3", *today)
    ci(store, capsys, "tag", "add", "B", "stated-need", "--evidence", "log:1", *today)
    ci(store, capsys, "feedback", "code", "--frame", "product", "--set", "1=features", *today)
    assert scores(doctor(store, capsys))["use"] == (3, 4)
    # half a year later the same is no longer fresh
    assert scores(doctor(store, capsys, "2026-08-01"))["freshness"][0] == 0


def test_it_says_what_was_not_done_in_30_60_and_90_days(store, capsys):
    def warned(today: str) -> str:
        return ci(store, capsys, "doctor", "--programme", "--today", today)[0]

    # a programme is judged for windows that it is old enough for
    assert "In 30 days" not in warned("2026-01-31")
    out = warned("2026-02-01")
    assert "Warning: In 30 days: no call or visit." in out
    assert "Warning: In 30 days: no action done." in out
    assert "Warning: In 60 days" not in out
    out = warned("2026-04-15")
    for days in (30, 60, 90):
        assert f"In {days} days: no import." in out
    ci(store, capsys, "log", "visit", "C1", "there", "--on", "2026-04-14", "--today", "2026-04-15")
    ci(store, capsys, "action", "add", "Call", "--owner", "li", "--due", "2026-04-20",
       "--customer", "C1", "--today", "2026-04-15")  # fmt: skip
    ci(store, capsys, "action", "done", "1", "--today", "2026-04-15")
    out = warned("2026-04-15")
    assert "no call or visit" not in out
    assert "no action done" not in out
    found = doctor(store, capsys, "2026-04-15")["tables"]["work"]["rows"]
    assert [(row["days"], row["calls"], row["closed"]) for row in found] == [
        (30, 1, 1), (60, 1, 1), (90, 1, 1),
    ]  # fmt: skip


def test_alarms_and_goals_without_an_owner_are_listed(demo_store, tmp_path, capsys):
    store = Path(shutil.copy(demo_store, tmp_path / "ci.db"))
    words = ("--as-of", "1998-03-31", "--today", "1998-04-02")
    ci(store, capsys, "procat", "check", "--watch", "me", *words)
    ci(store, capsys, "goal", "set", "retention", "--target", "95%", "--by", "2099-12-31")
    out, _err = ci(store, capsys, "doctor", "--programme", "--today", "1998-04-03")
    assert "Alarms that nobody has taken on: 1 (Grains/Cereals)." in out
    assert "Goals without an owner: G1." in out
    ci(store, capsys, "action", "add", "Call", "--from-alarm", "1", "--owner", "li", "--due",
       "1998-04-20", "--today", "1998-04-03")  # fmt: skip
    out, _err = ci(store, capsys, "doctor", "--programme", "--today", "1998-04-03")
    assert "Alarms that nobody" not in out
    assert "Active customers without an owner: " in out
    assert len(out.splitlines()) <= 45


def test_open_pairs_count_until_somebody_answers(tmp_path, capsys):
    store = new_store(tmp_path / "ci.db")
    (tmp_path / "c.csv").write_text(
        "Customer ID,Customer Name,City,Phone\n1,Ernst Handel,Graz,030 7675425\n"
        "2,Ernst Handel,Graz,030 7675425\n3,Quite Another AG,Ulm,\n"
    )
    bring_in(store, tmp_path / "c.csv", kind="customers", source="crm")
    assert scores(doctor(store, capsys))["duplicates"] == (0, 0)
    ci(store, capsys, "dedupe", "scan")
    found = doctor(store, capsys)
    assert (found["meta"]["open_pairs"], scores(found)["duplicates"]) == (1, (1, 3))
    ci(store, capsys, "dedupe", "merge", "C1", "C2")
    assert scores(doctor(store, capsys))["duplicates"] == (2, 2)


def test_without_programme_it_checks_the_store(store, capsys):
    _out, err = ci(store, capsys, "doctor")
    assert "The store is sound." in err
    store.write_bytes(store.read_bytes().replace(b"Hull", b"Hulk"))
    _out, err = ci(store, capsys, "doctor", code=6)
    assert "code: store-damaged" in err


def test_an_empty_store_has_no_score(tmp_path, capsys):
    found = doctor(new_store(tmp_path / "ci.db"), capsys)
    assert found["meta"]["score"] is None
    assert {row["score"] for row in found["rows"]} == {None}


counts = st.integers(0, 20)


three = st.lists(st.tuples(counts, counts, counts), min_size=3, max_size=3)


@given(
    counts, st.lists(counts, max_size=6), st.lists(st.booleans(), max_size=5), three,
    st.integers(0, 200),
)  # fmt: skip
def test_no_score_leaves_its_bounds(customers, filled, sources, done, age):
    work = [Work(days, *one) for days, one in zip((30, 60, 90), done, strict=True)]
    found = areas(
        sources=sources, filled=(customers, [min(one, customers) for one in filled]),
        owned=Owned(customers, customers // 2, 3, 1, 2, 2), duplicates=(customers, customers // 3),
        items=[Items("entries", 4, 2, 1), Items("learnt", 4, 4, None)], work=work, age=age,
    )  # fmt: skip
    assert all(area.score is None or 0 <= area.score <= 1 for area in found)
    assert all(one.days <= age for one in due_work(work, age))
    whole = overall(found)
    assert whole is None or 0 <= whole <= 1
    assert overall([Area("none", 0, 0)]) is None
