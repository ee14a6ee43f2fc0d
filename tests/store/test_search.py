"""Search: what was written is found, whoever wrote it, and what is gone is not."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ci_cli.cli.app import run
from ci_cli.errors import CiError
from ci_cli.reports.customers.search import snippet
from ci_cli.shapes.talks import Entry
from ci_cli.store import engine, search, search_index
from ci_cli.store.writes import edits, facts
from importer import new_store

AT = "2026-03-01T00:00:00+00:00"


@pytest.fixture
def conn(tmp_path: Path) -> Iterator[engine.Connection]:
    new_store(tmp_path / "s.db")
    with closing(engine.connect(tmp_path / "s.db", write=True)) as opened:
        with engine.transaction(opened):
            edits.add(opened, {"name": "Müller Werkzeuge", "phone": "+49 89 123456"},
                      {"fit": "returns"}, by="t", at=AT)  # fmt: skip
            edits.add(opened, {"name": "上海红星贸易有限公司"}, {}, by="t", at=AT)
        yield opened


def _note(conn: engine.Connection, text: str, *, kind: str = "note", customer: int = 1) -> int:
    with engine.transaction(conn):
        _batch, number = facts.log(
            conn, customer, Entry(kind, "2026-02-03", text, author="chen"), by="t", at=AT
        )
    return number


def _found(conn: engine.Connection, query: str, *, fresh: bool = True) -> set[tuple[str, str]]:
    if fresh:
        search_index.bring_up_to_date(conn)
    found = search.search(conn, search.words_of(query))
    return {(hit.sort, hit.key) for hit in found.hits}


@pytest.mark.parametrize("fresh", [True, False], ids=["indexed", "not yet indexed"])
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("退货", {("note", "1")}),
        ("货", {("note", "1")}),
        ("要求退货", {("note", "1")}),
        ("退款", set()),
        ("FEWER", {("note", "1")}),
        ("ewer vis", {("note", "1")}),
        ("fewer 退货", {("note", "1")}),
        ("fewer 退款", set()),
        ('"wants fewer"', {("note", "1")}),
        ('"fewer wants"', set()),
        ("ws", {("note", "1")}),
        ("s", {("note", "1"), ("customer", "C1")}),
        ("ａｃｍｅ", {("note", "1")}),
        ("müller", {("customer", "C1")}),
        ("4989123456", {("customer", "C1")}),
        ("红星", {("customer", "C2")}),
        ("returns", {("customer", "C1")}),
        ("%", {("note", "1")}),
        ("_", set()),
        ("*", set()),
        ("' OR 1=1 --", set()),
        ("NEAR(", set()),
    ],
)
def test_words_are_found_in_any_script(
    conn: engine.Connection, query: str, expected: set[tuple[str, str]], fresh: bool
) -> None:
    _note(conn, "客户要求退货, wants fewer\nvisits by ACME news (100%)")
    assert _found(conn, query, fresh=fresh) == expected


@pytest.mark.parametrize("fresh", [True, False], ids=["indexed", "not yet indexed"])
def test_all_that_was_said_learnt_and_done_is_found(
    conn: engine.Connection, tmp_path: Path, fresh: bool
) -> None:
    """Each kind by two Chinese characters, by its own name, and gone with its undo."""
    store = ["--db", str(tmp_path / "s.db"), "-q", "--today", "2026-03-01"]
    said = [
        (["feedback", "add", "C1", "送货太慢", "--kind", "complaint"], "太慢", "feedback"),
        (["log", "attitude", "C1", "--attitude", "cooling", "--why", "新财务总监"], "财务",
         "attitude"),
        (["log", "competitor", "C1", "对手公司"], "对手", "competitor"),
        (["log", "lesson", "先问采购", "--tag", "招标"], "招标", "lesson"),
        (["action", "add", "拜访客户", "--customer", "C1", "--owner", "chen", "--due",
          "2026-04-01"], "拜访", "action"),
        (["tag", "add", "C1", "budget-cut", "--note", "预算削减"], "削减", "tag"),
    ]  # fmt: skip
    for words, _query, _sort in said:
        assert run([*words, *store]) == 0
    for _words, query, sort in said:
        assert {one for one, _key in _found(conn, query, fresh=fresh)} == {sort}
    assert {one for one, _key in _found(conn, "budget-cut", fresh=fresh)} == {"tag"}
    assert run(["tag", "remove", "C1", "budget-cut", *store]) == 0
    assert _found(conn, "削减", fresh=fresh) == set()
    last = conn.execute("SELECT max(id) FROM batch").fetchone()[0]
    for batch in range(last - 6, last + 1):
        assert run(["import", "undo", str(batch), "--yes", *store]) == 0
    assert [_found(conn, query, fresh=fresh) for _words, query, _sort in said] == [set()] * 6


def test_index_follows_changes_and_undo(conn: engine.Connection) -> None:
    number = _note(conn, "first words")
    assert _found(conn, "first words") == {("note", str(number))}
    with engine.transaction(conn):
        conn.execute("UPDATE interaction SET text = 'other words' WHERE id = ?", (number,))
    for fresh in (False, True):
        assert _found(conn, "first", fresh=fresh) == set()
        assert _found(conn, "other", fresh=fresh) == {("note", str(number))}
    with engine.transaction(conn):
        conn.execute("DELETE FROM interaction WHERE id = ?", (number,))
    assert _found(conn, "other", fresh=False) == set()
    assert _found(conn, "other") == set()
    conn.execute("INSERT INTO search_index (search_index) VALUES ('integrity-check')")


def test_a_store_that_cannot_be_written_is_searched(
    conn: engine.Connection, tmp_path: Path
) -> None:
    _note(conn, "indexed 退货")
    search_index.bring_up_to_date(conn)
    _note(conn, "waiting 退货")
    copy = tmp_path / "copy.db"
    with closing(sqlite3.connect(copy)) as target:
        conn.backup(target)
    copy.chmod(0o400)
    if os.geteuid() == 0:  # nothing is forbidden to root: somebody else writes instead
        with closing(sqlite3.connect(copy)) as other, closing(engine.connect(copy)) as reader:
            other.execute("BEGIN IMMEDIATE")
            assert _found(reader, "退货") == {("note", "1"), ("note", "2")}
            other.rollback()
    else:
        with closing(engine.connect(copy)) as reader:
            assert _found(reader, "退货") == {("note", "1"), ("note", "2")}


def test_forgetting_leaves_nothing_and_the_next_search_finds_all(conn: engine.Connection) -> None:
    _note(conn, "kept words")
    search_index.bring_up_to_date(conn)
    with engine.transaction(conn):
        search_index.forget(conn)
    assert not search_index.is_made(conn)
    assert conn.execute("SELECT count(*) FROM search_text").fetchone()[0] == 0
    assert _found(conn, "kept", fresh=False) == {("note", "1")}
    assert _found(conn, "kept") == {("note", "1")}


def test_hits_are_counted_sorted_and_limited(conn: engine.Connection) -> None:
    for kind in ("note", "call", "note"):
        _note(conn, "Müller asked again", kind=kind)
    search_index.bring_up_to_date(conn)
    found = search.search(conn, ["müller"], limit=2)
    assert found.counts == {"customer": 1, "note": 2, "call": 1}
    assert found.hits[0].sort == "customer"
    assert len(found.hits) == 2
    only = search.search(conn, ["müller"], sorts={"call"})
    assert [(hit.sort, hit.customer, hit.author) for hit in only.hits] == [
        ("call", "Müller Werkzeuge", "chen")
    ]


@pytest.mark.parametrize("query", ["", "  ", '""', " ".join(str(n) for n in range(60))])
def test_nothing_to_look_for_is_said(query: str) -> None:
    with pytest.raises(CiError) as caught:
        search.words_of(query)
    assert caught.value.code == "search-empty"


_TEXT = st.text(
    st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), min_size=1, max_size=60
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(text=_TEXT, data=st.data())
def test_whatever_was_written_is_found_by_any_part(
    conn: engine.Connection, text: str, data: st.DataObject
) -> None:
    body = search_index.normal(text)
    number = _note(conn, text)
    words = body.split(" ")
    word = data.draw(st.sampled_from(words))
    if not word:
        return
    start = data.draw(st.integers(0, len(word) - 1))
    part = word[start : data.draw(st.integers(start + 1, len(word)))]
    if search_index.normal(part) != part:  # a mark that belongs to the letter before
        return
    search_index.bring_up_to_date(conn)
    found = search.search(conn, [part])
    assert ("note", str(number)) in {(hit.sort, hit.key) for hit in found.hits}


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("wants fewer visits", ["fewer"], "wants [[fewer]] visits"),
        ("客户要求退货", ["退货"], "客户要求[[退货]]"),
        ("first\nsecond", ["second"], "first / [[second]]"),
        ("fake [[mark]] and mark", ["mark"], "fake [ [[[mark]]] ] and [[mark]]"),
        ("[bold]x[/bold]", ["x"], "[bold][[x]][/bold]"),
        ("Straße", ["strasse"], "Straße"),
        ("ab abc", ["ab", "abc"], "[[ab]] [[abc]]"),
    ],
)
def test_snippets_mark_only_what_was_found(text: str, words: list[str], expected: str) -> None:
    assert snippet(text, words) == expected


def test_snippets_of_long_texts_are_short() -> None:
    shown = snippet("a" * 1_000_000 + "needle" + "b" * 1_000_000, ["needle"])
    assert shown.startswith("…")
    assert shown.endswith("…")
    assert "[[needle]]" in shown
    assert len(shown) < 200


def test_search_copies_with_a_backup(conn: engine.Connection, tmp_path: Path) -> None:
    from ci_cli.store import backup

    _note(conn, "kept words")
    search_index.bring_up_to_date(conn)
    backup.backup(conn, tmp_path / "b.db")
    assert backup.verify(conn, tmp_path / "b.db")["interaction"] == 1
    shutil.move(tmp_path / "b.db", tmp_path / "c.db")
    with closing(engine.connect(tmp_path / "c.db")) as copy:
        assert _found(copy, "kept") == {("note", "1")}
