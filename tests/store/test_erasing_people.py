"""Erasing a person leaves no trace of it in the file, and takes nothing else away."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from ci_cli.cli.app import run
from ci_cli.errors import CiError
from ci_cli.store import engine, privacy, seals
from importer import bring_in, new_store

CONTACTS = (
    "Customer ID,Customer Name,Contact Name,Job Title,Phone,Email\n"
    "A1,Acme,{name},Buyer,{phone},{email}\n"
    "A1,Acme,Other Person,Clerk,+49 30 555555,other@acme.example\n"
    "B1,Bolt,{name},Smith,+1 212 5550000,namesake@bolt.example\n"
)
ORDERS = (
    "Order ID,Line,Customer ID,Customer Name,Order Date,Product,Quantity,Amount\n"
    "O1,1,A1,Acme,2026-01-05,Tea,2,10.50\n"
)
PEOPLE = [
    ("Zoë Quintanilla", "+44 20 79460000", "zoe.q@acme.example"),
    ("欧阳晓晖", "13912345678", "ouyang@acme.example"),
    ('O\'Brien "Bo" Çelik', "030/998-7766", "bo@acme.example"),
]


def _run(store: Path, *words: str, code: int = 0) -> None:
    assert run([*words, "--db", str(store), "-q", "--no-input"]) == code


def _traces(store: Path, *words: str) -> list[str]:
    files = [path for path in store.parent.glob(f"{store.name}*") if path.suffix != ".lock"]
    content = b"".join(path.read_bytes() for path in files)
    forms = [form for word in words for form in (word, word.lower(), word.upper())]
    return [word for word in forms if word.encode() in content]


def _filled(tmp_path: Path, name: str, phone: str, email: str) -> Path:
    store = new_store(tmp_path / "s.db")
    quoted = '"' + name.replace('"', '""') + '"'
    people = tmp_path / "contacts.csv"
    people.write_text(CONTACTS.format(name=quoted, phone=phone, email=email), "utf-8")
    bring_in(store, people, kind="contacts", source="crm")
    # a later list changes the title: the journal keeps the row as it was
    people.write_text(
        CONTACTS.format(name=quoted, phone=phone, email=email).replace("Buyer", "Head"), "utf-8"
    )
    bring_in(store, people, kind="contacts", source="crm")
    (tmp_path / "orders.csv").write_text(ORDERS, "utf-8")
    bring_in(store, tmp_path / "orders.csv", kind="orders", source="crm")
    for path in tmp_path.glob("*.csv"):
        path.unlink()
    _run(store, "log", "call", "A1", f"spoke to {name.upper()} ({email}) at {phone}")
    _run(store, "log", "note", "A1", f"{name} wants tea", "--contact", name)
    _run(store, "log", "note", "B1", f"write to {email}")
    _run(store, "customer", "set", "A1", f"assistant={name}")
    _run(store, "customer", "set", "A1", "assistant=somebody else")
    _run(store, "ref", "nominate", "A1", "--contact", name, "--note", f"{name} is glad to")
    _run(store, "ref", "consent", "A1", "--channel", "call", "--said-by", name)
    _run(store, "ref", "request", "new", "Deal", "--for", "B1", "--need", f"like {email}")
    _run(store, "ref", "request", "attempt", "R1", "--reference", "A1", "--outcome", "agreed",
         "--contact", name, "--note", phone)  # fmt: skip
    _run(store, "ref", "request", "fulfil", "R1", "--reference", "A1", "--contact", name)
    _run(store, "ref", "quote", "add", "A1", f"Says {name}: fine tea", "--contact", name)
    _run(store, "ref", "quote", "approve", "Q1", "--by", name, "--scope", "public")
    _run(store, "ref", "quote", "use", "Q1", "--in", f"mail to {email}")
    _run(store, "ref", "thank", "A1", "--contact", name, "--how", f"card for {name}")
    _run(store, "search", "tea")
    return store


@pytest.mark.parametrize(("name", "phone", "email"), PEOPLE, ids=["latin", "han", "quotes"])
def test_nothing_of_the_person_is_left_in_the_file(
    tmp_path: Path, name: str, phone: str, email: str
) -> None:
    store = _filled(tmp_path, name, phone, email)
    assert _traces(store, phone, email)
    with closing(engine.connect(store)) as conn:
        lines = [tuple(row) for row in conn.execute("SELECT * FROM order_line")]
    _run(store, "db", "privacy", "erase", "--contact", email, "--yes")
    assert _traces(store, phone, email) == []
    with closing(engine.connect(store)) as conn:
        at_home = conn.execute(
            "SELECT coalesce(group_concat(i.text || coalesce(i.person, '')), '') FROM interaction"
            " AS i JOIN record AS r ON r.id = i.record_id WHERE r.source_key = 'A1'"
        ).fetchone()[0]
        assert name.casefold() not in at_home.casefold()
        images = conn.execute(
            "SELECT coalesce(group_concat(before), '') FROM change"
            " WHERE json_extract(before, '$.source_key') = 'A1'"
        ).fetchone()[0]
        assert name not in images
        assert "wants tea" in at_home
        assert seals.broken(conn) == []
        assert [tuple(row) for row in conn.execute("SELECT * FROM order_line")] == lines
        left = [row[0] for row in conn.execute("SELECT name FROM contact ORDER BY id")]
        # the colleague, and a namesake elsewhere, are somebody else
        assert left == [None, "Other Person", name]
    _run(store, "db", "check")


def test_a_person_without_a_namesake_leaves_no_name_either(tmp_path: Path) -> None:
    name, phone, email = PEOPLE[0]
    store = _filled(tmp_path, name, phone, email)
    for number in ("1", "3"):
        _run(store, "db", "privacy", "erase", "--contact", number, "--yes")
    assert _traces(store, name, phone, email) == []


def test_a_dry_run_and_a_no_change_nothing(tmp_path: Path) -> None:
    store = _filled(tmp_path, *PEOPLE[0])
    with closing(sqlite3.connect(store)) as conn:
        before = list(conn.iterdump())
    _run(store, "db", "privacy", "erase", "--contact", "1", "--dry-run")
    _run(store, "db", "privacy", "erase", "--contact", "1", code=2)
    with closing(sqlite3.connect(store)) as conn:
        assert list(conn.iterdump()) == before


def test_what_is_shared_with_the_company_stays_there(tmp_path: Path) -> None:
    store = _filled(tmp_path, *PEOPLE[0])
    _run(store, "customer", "set", "A1", f"phone={PEOPLE[0][1]}")
    with closing(engine.connect(store)) as conn:
        person = privacy.find(conn, "1")
    assert person.shared == (PEOPLE[0][1],)
    _run(store, "db", "privacy", "erase", "--contact", "1", "--yes")
    with closing(engine.connect(store)) as conn:
        row = conn.execute("SELECT phone FROM golden WHERE name = 'Acme'").fetchone()
        assert row[0] == PEOPLE[0][1]


def test_a_short_name_is_not_found_inside_words(tmp_path: Path) -> None:
    store = _filled(tmp_path, "Li", "13900001111", "li@acme.example")
    _run(store, "log", "note", "A1", "Listed: Li likes lilies")
    _run(store, "db", "privacy", "erase", "--contact", "li@acme.example", "--yes")
    with closing(engine.connect(store)) as conn:
        texts = [row[0] for row in conn.execute("SELECT text FROM interaction")]
    assert "Listed: [erased] likes lilies" in texts


def test_copies_that_hold_the_person_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = _filled(tmp_path, *PEOPLE[0])
    _run(store, "db", "backup", str(tmp_path / "s-old.db"))
    _run(store, "export", "customers", "-o", str(tmp_path / "all.csv"))
    _run(store, "db", "privacy", "export", "--contact", "1", "-o", str(tmp_path / "person.csv"))
    capsys.readouterr()
    _run(store, "db", "privacy", "erase", "--contact", "1", "--yes")
    said = capsys.readouterr().err
    assert "s-old.db" in said
    assert "person.csv" in said
    assert "all.csv" not in said


def test_people_are_found_as_they_are_called(tmp_path: Path) -> None:
    store = _filled(tmp_path, *PEOPLE[0])
    with closing(engine.connect(store)) as conn:
        assert privacy.find(conn, "other person").id == 2
        assert privacy.find(conn, "NAMESAKE@bolt.example").id == 3
        assert privacy.find(conn, "2").name == "Other Person"
        told = privacy.told(conn, privacy.find(conn, "1"))
        assert {row[0] for row in told} >= {"contact", "interaction", "change"}
        with pytest.raises(CiError) as caught:
            privacy.find(conn, "Quintanilla")
        assert caught.value.code == "person-ambiguous"
        assert len(caught.value.details) == 2


def test_a_name_goes_from_all_that_was_said_learnt_and_done(tmp_path: Path) -> None:
    name = "Zoë Quintanilla"
    store = _filled(tmp_path, name, "+44 20 79460000", "zoe.q@acme.example")
    _run(store, "feedback", "add", "A1", f"{name} finds it dear", "--kind", "complaint")
    _run(store, "log", "attitude", "A1", "--attitude", "cold", "--why", f"{name} is cross")
    _run(store, "tag", "add", "A1", "budget-cut", "--note", f"says {name}")
    _run(store, "action", "add", f"see {name}", "--customer", "A1", "--owner", "chen", "--due",
         "2031-01-01")  # fmt: skip
    _run(store, "feedback", "add", "B1", f"{name} is another one", "--kind", "praise")
    _run(store, "search", "Quintanilla")
    _run(store, "db", "privacy", "erase", "--contact", "zoe.q@acme.example", "--yes")
    with closing(engine.connect(store)) as conn:
        left = [
            row[0]
            for table, column in (("feedback", "text"), ("insight", "text"), ("behaviour", "note"),
                                  ("action", "what"))
            for row in conn.execute(f"SELECT {column} FROM {table} WHERE {column} LIKE '%Quint%'")
        ]  # fmt: skip
    assert left == [f"{name} is another one"]  # a namesake at another customer is somebody else
    _run(store, "search", "cross")
    _run(store, "db", "check")
