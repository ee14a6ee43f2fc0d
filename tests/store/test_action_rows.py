"""Actions in the store: journalled, undone, sealed, and never lost by what happens around them."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from test_upgrade import store_of

from ci_cli import text
from ci_cli.cli.app import run
from ci_cli.errors import CiError
from ci_cli.shapes.actions import ActionRow, Closing, Figure, NewAction, RevenueCell
from ci_cli.store import actions, backup, engine
from ci_cli.store.writes import actions as writing
from importer import bring_in, new_store

AT = "2026-01-02T03:04:05+00:00"
HEADER = "Order ID,Customer ID,Customer Name,Order Date,Product,Category,Quantity,Amount\n"
LINES = """A1,K1,Acme,2025-01-05,T,Tea,1,20.00
A2,K2,Blue,2025-02-06,T,Tea,1,50.00
A3,K1,Acme,2025-03-07,I,Ink,1,9.99
A4,K1,Acme,2025-03-09,T,Tea,-1,-4.00
A5,,,2025-03-10,I,Ink,1,7.00
"""


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = new_store(tmp_path / "ci.db")
    (tmp_path / "orders.csv").write_text(HEADER + LINES, "utf-8")
    bring_in(path, tmp_path / "orders.csv", source="shop")
    return path


def ci(store: Path, *words: str) -> int:
    code = run([*words, "--db", str(store), "--lang", "en", "--quiet"])
    text.activate("en")
    return code


def of(store: Path) -> list[ActionRow]:
    with closing(engine.connect(store)) as conn:
        assert backup.check(conn) == []
        return actions.listing(conn)


ADD = ("action", "add", "Call", "--customer", "K1", "--owner", "chen", "--due", "2026-02-01",
       "--today", "2026-01-20")  # fmt: skip
DONE = ("action", "done", "1", "--won", "30", "--kind", "won", "--today", "2026-01-25")


def test_what_was_written_is_read(store: Path) -> None:
    before = Figure("2026-01-01", "alarm", -1.234567, -0.0325, 12_345)
    after = Figure("2026-02-01", None, None, None, None)
    with closing(engine.connect(store, write=True)) as conn, engine.transaction(conn):
        new = NewAction("x", "o", "2026-01-01", "2026-01-02", "me", None, None, "EUR", before)
        number, _batch = writing.add(conn, new, at=AT)
        writing.close(
            conn, number, Closing("done", "2026-02-02", "you", "why", "saved", 5, "USD", after),
            at=AT,
        )  # fmt: skip
    (row,) = of(store)
    assert (row.before, row.after, row.figure_currency) == (before, after, "EUR")
    assert (row.state, row.kind, row.won, row.currency, row.reason, row.closed_by) == (
        "done", "saved", 5, "USD", "why", "you",
    )  # fmt: skip


def test_undo_takes_back_in_any_order(store: Path) -> None:
    assert ci(store, *ADD) == ci(store, *DONE) == 0
    assert ci(store, "import", "undo", "3", "--yes") == 0
    (row,) = of(store)
    assert (row.state, row.won, row.after, row.closed) == ("open", None, None, None)
    assert ci(store, *DONE) == 0
    # what was closed since stays, and goes when its closing goes
    assert ci(store, "import", "undo", "2", "--yes") == 0
    assert [row.state for row in of(store)] == ["done"]
    assert ci(store, "import", "undo", "4", "--yes") == 0
    assert of(store) == []
    # a number is never given twice
    assert ci(store, *ADD) == 0
    assert [row.id for row in of(store)] == [2]


def test_an_action_keeps_its_customer_when_the_import_goes(store: Path) -> None:
    assert ci(store, *ADD) == 0
    assert ci(store, "import", "undo", "1", "--yes") == 0
    (row,) = of(store)
    assert (row.customer_id, row.source) == (1, "customer")
    assert ci(store, "action", "show", "1") == 0


def test_an_action_follows_its_customer_through_merge_and_split(store: Path) -> None:
    assert ci(store, *ADD) == 0
    assert ci(store, "dedupe", "merge", "K1", "K2", "--keep", "K2") == 0
    assert [(row.customer_id, row.customer_name) for row in of(store)] == [(2, "Blue")]
    assert ci(store, "dedupe", "split", "1") == 0
    assert [row.customer_id for row in of(store)] == [1]


def test_a_complete_export_without_the_customer_leaves_it(store: Path, tmp_path: Path) -> None:
    (tmp_path / "calls.csv").write_text(
        "Order ID,Order Date,Customer Name,Amount\nX1,2025-05-01,Nobody,5.00\n"
        "X2,2025-05-02,Somebody,6.00\n"
    )
    bring_in(store, tmp_path / "calls.csv", source="phone")
    assert ci(store, *(("Nobody" if word == "K1" else word) for word in ADD)) == 0
    (tmp_path / "calls.csv").write_text(
        "Order ID,Order Date,Customer Name,Amount\nX2,2025-05-02,Somebody,6.00\n"
    )
    assert ci(
        store, "import", str(tmp_path / "calls.csv"), "--source", "phone",
        "--complete", "2025-05", "--yes",
    ) == 0  # fmt: skip
    (row,) = of(store)
    assert row.customer_name == "Nobody"


def test_money_altered_from_outside_is_found(store: Path) -> None:
    assert ci(store, *ADD) == ci(store, *DONE) == 0
    with closing(sqlite3.connect(store)) as conn:
        conn.execute("UPDATE action SET won = won + 1")
        conn.commit()
    with closing(engine.connect(store)) as conn:
        assert backup.check(conn) != []


def test_two_people_who_close_at_once(store: Path) -> None:
    """Both begin before either has finished; one closes it, the other is told who did."""
    assert ci(store, *ADD) == 0
    line = [sys.executable, "-m", "ci_cli", *DONE, "--db", str(store), "--lang", "en"]
    both = [
        subprocess.Popen(line, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)
        for _ in range(2)
    ]  # fmt: skip
    ends = sorted((one.communicate()[1].decode(), one.returncode) for one in both)
    assert sorted(code for _said, code in ends) == [0, 2]
    assert sum("action-closed" in said for said, _code in ends) == 1
    (row,) = of(store)
    assert (row.state, row.won) == ("done", 300_000)


def test_who_comes_second_changes_nothing(store: Path) -> None:
    assert ci(store, *ADD) == ci(store, *DONE) == 0
    with (
        closing(engine.connect(store, write=True)) as conn,
        pytest.raises(CiError, match="action-closed"),
        engine.transaction(conn),
    ):
        writing.close(conn, 1, Closing("dropped", "2026-03-01", "late", "x"), at=AT)
    assert [row.state for row in of(store)] == ["done"]


def test_revenue_is_cut_into_spans_as_pandas_cuts_it(store: Path, demo_store: Path) -> None:
    days = ["1997-11-15", "1998-01-01", "1998-03-31", "1999-01-01"]
    for path, currency, as_of in ((demo_store, "USD", "1998-04-20"), (store, "EUR", "2025-03-31")):
        with closing(engine.connect(path)) as conn:
            found = actions.revenue_cells(conn, since=days, as_of=as_of, currency=currency)
            lines = pd.read_sql_query(
                "SELECT v.day, v.amount, coalesce(r.customer_id, 0) AS customer,"
                " coalesce(i.category, '') AS category FROM revenue_line AS v"
                " LEFT JOIN record AS r ON r.id = v.record_id"
                " LEFT JOIN item_category AS i ON i.item_id = v.item_id",
                conn,
            )
        lines = lines[(lines["day"] >= days[0]) & (lines["day"] <= as_of)]
        since = pd.cut(
            pd.to_datetime(lines["day"]), pd.to_datetime([*days, "2099-01-01"]), right=False,
            labels=days,
        ).astype(str)  # fmt: skip
        sums = lines.groupby([since, "customer", "category"])["amount"].sum()
        expected = [
            RevenueCell(str(key[0]), int(key[1]), str(key[2]), int(net))  # type: ignore[index]
            for key, net in sums.items()
        ]
        assert sorted(found) == sorted(expected)
        assert found
    with closing(engine.connect(store)) as conn:
        assert actions.revenue_cells(conn, since=[], as_of="2025-03-31", currency="EUR") == []


def test_the_reach_of_sources(store: Path) -> None:
    with closing(engine.connect(store)) as conn:
        assert [tuple(one) for one in actions.source_reaches(conn, "2025-03-08")] == [
            ("shop", "2025-03-07", 3)
        ]


def test_an_alarm_of_an_earlier_schema_keeps_its_day(tmp_path: Path) -> None:
    path = store_of(4, tmp_path / "old.db")
    with closing(sqlite3.connect(path)) as conn:
        conn.execute(
            "INSERT INTO alarm (kind, grp, label, currency, opened, status, opened_at)"
            " VALUES ('category', 'Tea', 'Tea', 'EUR', '2025-03', 'open', ?)",
            ("2025-04-02T23:10:00+00:00",),
        )
        conn.commit()
    with closing(engine.connect(path)) as conn:
        row: Any = conn.execute("SELECT raised FROM alarm").fetchone()
    assert tuple(row) == ("2025-04-02",)
