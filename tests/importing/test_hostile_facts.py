"""Hostile words in every text column of every kind of list: each row is kept or rejected, alone."""

from __future__ import annotations

import csv
from contextlib import closing
from pathlib import Path

import pytest

from ci_cli.importing.talks.lists import FACT_KINDS, FactField, FactKind, load_lists
from ci_cli.store import engine, seals
from ci_cli.store.writes import undo
from importer import AT, bring_in, new_store
from store_dump import logical_dump

WORDS = [
    "\x1b]0;owned\x07\x1b[2Jred\x9b31m \x08",
    "[bold]x[/] <script>alert(1)</script> {gap} %s | a | `rm` $(id)",
    "=cmd|' /C calc'!A0",
    "退货 возврат إرجاع 返品 😀👨‍👩‍👧 𠮷 e\u0301 ﬁ",
    "\u202egnp.exe\u202c \u2066abc\u2069 שלום\u200f",
    "a\u200bb\ufeffc\u2028d\u00ad",
    "'); DROP TABLE interaction;-- \" ' % _ * ?",
    'two\nlines, "quoted"; and; more',
    "退货 word " * 20_000,
    "word " * 250_000,  # more than a cell may hold
]
SOUND = {"date": "2026-03-01", "money": "12.50", "quantity": "3", "text": "words"}
CLOSED = frozenset({"usage.period", "attitude.attitude"})  # no free words
PARTIES = ("customer.name", "contact.name")


def value(field: FactField, row: int) -> str:
    if field.type == "code":
        return f"N{row}"
    if field.name == "usage.period":
        return f"2026-{row:02}"
    if field.name == "attitude.attitude":
        return "cooling"
    return SOUND[field.type]


@pytest.mark.parametrize("kind", FACT_KINDS)
def test_a_hostile_cell_concerns_its_own_row_at_most(kind: FactKind, tmp_path: Path) -> None:
    fields = [
        *load_lists().kinds[kind].fields,
        *(one for one in load_lists().parties if one.name in PARTIES),
    ]
    texts = [place for place, field in enumerate(fields) if field.type == "text"]
    sound = [[value(field, row) for field in fields] for row in range(1, len(WORDS) + 1)]
    for row, hostile in zip(sound, WORDS, strict=True):
        row[-2], row[-1] = "Blue", "Ann"
        for place in texts:
            if not fields[place].name.startswith("mail."):  # addresses of a mailbox
                row[place] = row[place] if fields[place].name in CLOSED else hostile
    path = tmp_path / "facts.csv"
    with path.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows([[field.name for field in fields], *sound])
    store = new_store(tmp_path / "ci.db")
    before = logical_dump(store)
    result = bring_in(store, path, kind=kind)  # books balance, seals hold
    counts = result.files[0].counts
    assert counts.read == len(WORDS)
    assert counts.created + counts.rejected == counts.read
    assert counts.created >= len(WORDS) // 2
    assert [reject.where.line for reject in result.files[0].rejects] == sorted(
        {reject.where.line for reject in result.files[0].rejects}
    )
    again = bring_in(store, path, kind=kind).files[0].counts
    assert (again.unchanged, again.rejected) == (counts.created, counts.rejected)
    with closing(engine.connect(store, write=True)) as conn:
        for batch in (2, 1):
            with engine.transaction(conn):
                undo.undo(conn, batch, AT)
        assert not seals.broken(conn)
    assert logical_dump(store) == before
