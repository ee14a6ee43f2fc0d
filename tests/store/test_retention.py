"""What was kept long enough goes, and only that; a dry run says what the run then does."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ci_cli.cli.app import run
from ci_cli.store import engine, privacy, retention, seals
from importer import bring_in, new_store

TODAY = "2032-06-15"  # the lists come in on 2026-01-02
CONTACTS = (
    "Customer ID,Customer Name,Contact Name,Phone,Email\n"
    "A1,Acme,Ann Silent,+44 20 79461111,ann@acme.example\n"
    "A1,Acme,Bob Left,+44 20 79462222,bob@acme.example\n"
    "B1,Bolt,Cy Buyer,+44 20 79463333,cy@bolt.example\n"
    "D1,Dot,Dee Spoken,+44 20 79464444,dee@dot.example\n"
    "E1,Elm,Eve Late,+44 20 79465555,eve@elm.example\n"
    "F1,Fir,Finn Planned,+44 20 79466666,finn@fir.example\n"
)
ORDERS = (
    "Order ID,Line,Customer ID,Order Date,Product,Quantity,Amount\n"
    "O1,1,B1,2031-02-03,Tea,2,10.50\n"
    "O2,1,A1,2024-02-03,Tea,2,10.50\n"
)
CALLS = (
    "Customer ID,Date,Kind,Text,Contact,Due\n"
    "D1,2029-06-15,call,spoke at length,Dee Spoken,\n"
    "E1,2029-06-14,call,spoke shortly,Eve Late,\n"
    "A1,2024-05-05,call,old words of Ann Silent,Ann Silent,\n"
    "A1,2024-05-06,promise,send a sample,,2024-07-01\n"
    "A1,2024-05-07,request,still open,,\n"
    "F1,2035-01-01,call,planned,Finn Planned,\n"
)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    made = new_store(tmp_path / "s.db")
    for name, text, kind in (
        ("contacts", CONTACTS, "contacts"), ("orders", ORDERS, "orders"),
        ("calls", CALLS, "interactions"),
    ):  # fmt: skip
        (tmp_path / f"{name}.csv").write_text(text, "utf-8")
        bring_in(made, tmp_path / f"{name}.csv", kind=kind, source="crm")
        (tmp_path / f"{name}.csv").unlink()
    _run(made, "customer", "contact", "left", "B1", "Cy Buyer", "--on", "2027-01-01")
    return made


def _run(store: Path, *words: str, code: int = 0) -> None:
    assert run([*words, "--db", str(store), "-q", "--no-input", "--today", TODAY]) == code


def _names(store: Path) -> list[Any]:
    with closing(engine.connect(store)) as conn:
        return [row[0] for row in conn.execute("SELECT name FROM contact ORDER BY id")]


def _dump(store: Path) -> list[str]:
    with closing(sqlite3.connect(store)) as conn:
        return list(conn.iterdump())


def test_who_goes_and_why(store: Path) -> None:
    with closing(engine.connect(store)) as conn:
        found = retention.expired(conn, "2029-06-15", TODAY)
    # Bolt bought in 2031, but Cy had left; Dee was spoken to on the very day; a plan is no contact
    assert {(one.person.name, one.last, one.what) for one in found} == {
        ("Ann Silent", "2026-01-02", "noted"), ("Bob Left", "2026-01-02", "noted"),
        ("Eve Late", "2029-06-14", "entry"), ("Cy Buyer", "2027-01-01", "left"),
        ("Finn Planned", "2026-01-02", "noted"),
    }  # fmt: skip


def test_a_customer_that_buys_keeps_its_people(store: Path) -> None:
    _run(store, "customer", "contact", "add", "B1", "Cy Buyer", "--title", "Head")
    with closing(engine.connect(store, write=True)) as conn, engine.transaction(conn):
        conn.execute("UPDATE batch SET at = '2026-01-02T00:00:00+00:00'")
    with closing(engine.connect(store)) as conn:
        kept = {one.person.name for one in retention.expired(conn, "2031-02-03", TODAY)}
        gone = {one.person.name for one in retention.expired(conn, "2031-02-04", TODAY)}
    assert gone - kept == {"Cy Buyer"}


def test_a_dry_run_says_what_the_run_does_and_keeps_all(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = _dump(store)
    line = ["db", "privacy", "retain", "--contacts", "3y", "--notes", "5y", "--format", "json",
            "--db", str(store), "--no-input", "--today", TODAY, "--lang", "en"]  # fmt: skip
    assert run([*line, "--dry-run"]) == 0
    tried = capsys.readouterr()
    assert _dump(store) == before
    assert run([*line]) == 2  # nobody to ask
    assert capsys.readouterr().out == tried.out
    assert _dump(store) == before
    assert run([*line, "--yes"]) == 0
    done = capsys.readouterr()
    assert done.out == tried.out
    assert done.err.strip() == tried.err.replace("Dry run: nothing was kept.", "").strip()
    told = json.loads(done.out)
    assert {row["name"] for row in told["rows"] if "name" in row} >= {"Ann Silent", "Eve Late"}
    assert _names(store) == [None, None, None, "Dee Spoken", None, None]
    with closing(engine.connect(store)) as conn:
        assert seals.broken(conn) == []
    _run(store, "db", "check")
    # there is nothing left to do
    assert run([*line, "--yes"]) == 0
    assert "Nothing is kept longer" in capsys.readouterr().err


def test_people_go_as_erase_takes_them(store: Path, tmp_path: Path) -> None:
    other = tmp_path / "t.db"
    other.write_bytes(store.read_bytes())
    _run(store, "db", "privacy", "retain", "--contacts", "3y", "--yes")
    for number in ("1", "2", "3", "5", "6"):
        _run(other, "db", "privacy", "erase", "--contact", number, "--yes")

    def texts(path: Path) -> list[Any]:
        with closing(engine.connect(path)) as conn:
            return [
                [tuple(row) for row in conn.execute(f"SELECT * FROM {table} ORDER BY id")]
                for table in ("contact", "interaction", "record", "sales_order", "order_line")
            ]

    assert texts(store) == texts(other)
    raw = store.read_bytes()
    for word in (b"Ann Silent", b"bob@acme", b"79465555", b"Finn Planned"):
        assert word not in raw
    assert b"Dee Spoken" in raw


def test_old_entries_lose_their_words_alone(store: Path) -> None:
    with closing(engine.connect(store)) as conn:
        plain = "SELECT day, kind, outcome, status, due, closed, record_id FROM interaction"
        facts = [tuple(row) for row in conn.execute(plain)]
        told = [row[1:] for row in retention.old_words(conn, "2027-06-15")]
    assert told == [("Acme", 1, "2024-05-05", "2024-05-05")]
    _run(store, "db", "privacy", "retain", "--notes", "5y", "--yes")
    with closing(engine.connect(store)) as conn:
        assert [tuple(row) for row in conn.execute(plain)] == facts
        texts = {row[0]: row[1] for row in conn.execute("SELECT day, text FROM interaction")}
        assert seals.broken(conn) == []
    assert texts["2024-05-05"] is None
    assert texts["2024-05-06"] == "send a sample"  # a promise that is still open
    assert texts["2024-05-07"] == "still open"
    assert texts["2029-06-14"] == "spoke shortly"
    assert b"old words" not in store.read_bytes()


@pytest.mark.parametrize("rule", [[], ["--contacts", "soon"], ["--notes", "2040-01-01"]])
def test_a_rule_that_says_nothing_is_refused(store: Path, rule: list[str]) -> None:
    before = _dump(store)
    _run(store, "db", "privacy", "retain", *rule, "--yes", code=2)
    assert _dump(store) == before


def test_many_people_are_found_like_one(store: Path) -> None:
    with closing(engine.connect(store)) as conn:
        everybody = [row[0] for row in conn.execute("SELECT id FROM contact")]
        many = privacy.people(conn, everybody)
        at_once = {
            (many[place].id, *one[:3])
            for one in privacy.person_traces.mentions(conn, privacy._wanted(conn, many))
            for place in one.who
        }
        singly = {
            (person.id, *one[:3])
            for person in many
            for one in privacy.person_traces.mentions(conn, privacy._wanted(conn, [person]))
        }
    assert len(many) > 3
    assert at_once == singly
