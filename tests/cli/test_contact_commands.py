"""People at a customer: several, one to ask first, positions dated, leavers kept."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ci_cli.cli.app import run
from ci_cli.store import engine, seals
from store_dump import logical_dump

TODAY = ("--today", "1998-05-10", "--lang", "en")


@pytest.fixture
def store(demo_store: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "ci.db"
    copy.write_bytes(demo_store.read_bytes())
    return copy


def people(store: Path) -> list[tuple[Any, ...]]:
    with closing(engine.connect(store)) as conn:
        assert seals.broken(conn) == []
        return [
            tuple(row)
            for row in conn.execute(
                "SELECT p.name, p.title, p.email, p.is_primary, p.left_at,"
                " p.extra ->> 'title since' FROM contact AS p JOIN record AS r"
                " ON r.id = p.record_id"
                " WHERE r.customer_id = 20 ORDER BY p.id"
            )
        ]


def contact(store: Path, *words: str, code: int = 0) -> None:
    assert run(["customer", "contact", *words, *TODAY, "--db", str(store)]) == code


def test_one_contact_is_first_positions_are_dated_and_leavers_stay(store: Path) -> None:
    before = logical_dump(store)
    assert (
        run(["log", "call", "ERNSH", "x", "--contact", "Mendel", *TODAY, "--db", str(store)]) == 0
    )
    contact(store, "add", "ERNSH", "Eva Huber", "--title", "Buyer", "--email", "Eva@Ernst.example")
    contact(store, "add", "ERNSH", "Ida Berg", "--primary")
    assert [(row[0], row[1], row[3], row[5]) for row in people(store)] == [
        ("Roland Mendel", "Sales Manager", 0, None), ("Eva Huber", "Buyer", 0, "1998-05-10"),
        ("Ida Berg", None, 1, None),
    ]  # fmt: skip
    contact(store, "left", "ERNSH", "Ida Berg", "--on", "yesterday")
    contact(store, "left", "ERNSH", "mendel")
    assert [(row[0], row[3], row[4]) for row in people(store)] == [
        ("Roland Mendel", 0, "1998-05-10"), ("Eva Huber", 1, None),
        ("Ida Berg", 0, "1998-05-09"),
    ]  # fmt: skip
    contact(store, "add", "ERNSH", "Eva Huber", "--title", "Head of buying")
    assert people(store)[1][:3] == ("Eva Huber", "Head of buying", "eva@ernst.example")
    with closing(engine.connect(store)) as conn:
        (named,) = conn.execute("SELECT p.name FROM interaction AS i JOIN contact AS p"
                                " ON p.id = i.contact_id").fetchall()  # fmt: skip
    assert named[0] == "Roland Mendel"
    for batch in range(7, 1, -1):
        assert run(["import", "undo", str(batch), "--yes", "--db", str(store)]) == 0
    assert logical_dump(store) == before


def test_the_list_tells_positions_since_when_and_what_was_said(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    contact(store, "add", "ERNSH", "Eva Huber", "--title", "Buyer")
    contact(store, "add", "ERNSH", "Eva Huber", "--title", "Head of buying", "--primary")
    contact(store, "left", "ERNSH", "mendel")
    assert run(["log", "call", "ERNSH", "x", "--contact", "Huber", *TODAY, "--db", str(store)]) == 0
    capsys.readouterr()
    words = ["customer", "contact", "list", "ERNSH", "--format", "json", "--db", str(store)]
    assert run(words) == 0
    keys = ("contact", "title", "since", "formerly", "primary", "left_at", "entries", "last")
    rows = [tuple(row[key] for key in keys)
            for row in json.loads(capsys.readouterr().out)["rows"]]  # fmt: skip
    assert rows == [
        ("Eva Huber", "Head of buying", "1998-05-10", "Buyer", "yes", None, 1, "1998-05-10"),
        ("Roland Mendel", "Sales Manager", None, None, None, "1998-05-10", 0, None),
    ]
    assert run(["import", "undo", "3", "--yes", "--db", str(store)]) == 0  # the new position
    capsys.readouterr()
    assert run(words) == 0
    first = json.loads(capsys.readouterr().out)["rows"][0]
    assert (first["title"], first["formerly"]) == ("Buyer", None)


def test_a_name_that_was_noted_before_becomes_the_contact(store: Path) -> None:
    assert (
        run(["log", "call", "ERNSH", "x", "--contact", "New Man", *TODAY, "--db", str(store)]) == 0
    )
    contact(store, "add", "ERNSH", "New Man")
    with closing(engine.connect(store)) as conn:
        assert conn.execute("SELECT contact_id FROM interaction").fetchone()[0] is not None
    assert run(["import", "undo", "3", "--yes", "--db", str(store)]) == 0
    with closing(engine.connect(store)) as conn:
        assert tuple(conn.execute("SELECT contact_id, person FROM interaction").fetchone()) == (
            None, "New Man",
        )  # fmt: skip


def test_what_changed_nothing_is_not_to_be_taken_back(store: Path, capsys) -> None:
    customer = "customer set ALFKI tier=A fit.modules=returns"
    person = "customer contact add ALFKI Zoe --title Buyer --primary"
    for line in (customer, person):
        for said in ("To take it back: ci-cli import undo", "nothing was changed"):
            capsys.readouterr()
            assert run([*line.split(), "--db", str(store), "--lang", "en"]) == 0
            told = capsys.readouterr().err
            assert said in told
            assert ("import undo" in told) == (said.startswith("To"))
    with closing(engine.connect(store)) as conn:
        counts = "SELECT read, created, updated, unchanged FROM batch"
        last = conn.execute(f"{counts} ORDER BY id DESC LIMIT 4").fetchall()
    assert [tuple(row) for row in last] == [(1, 0, 0, 1), (1, 1, 0, 0), (1, 0, 0, 1), (1, 0, 1, 0)]


def test_a_dry_run_and_bad_words_change_nothing(store: Path) -> None:
    before = logical_dump(store)
    contact(store, "add", "ERNSH", "Eva", "--dry-run")
    contact(store, "add", "ERNSH", " ", code=2)
    contact(store, "add", "ERNSH", "Eva", "--email", "nowhere", code=2)
    contact(store, "left", "ERNSH", "Nobody", code=2)
    assert logical_dump(store) == before
