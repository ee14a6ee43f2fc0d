"""Rows 95 to 98: lists that invite wrong merges, and merging more than once."""

from __future__ import annotations

import csv
import random
from collections.abc import Callable
from io import StringIO

from lab import Case, Elsewhere, Lab
from writers import scanned

ENGINE = "tests/dedupe/test_dedupe_engine.py"
SHARED = 10_000  # customers that share a blank, or a placeholder


def _said(lab: Lab, line: str, code: int = 0) -> str:
    answer = lab.run(line)
    assert answer.code == code, answer.said
    return answer.out


def _customers(lab: Lab) -> list[tuple[object, ...]]:
    """Return who is one customer, by the key of the source, whatever the numbers are."""
    found: dict[object, list[object]] = {}
    for customer, key in lab.rows("SELECT customer_id, source_key FROM record ORDER BY source_key"):
        found.setdefault(customer, []).append(key)
    return sorted(tuple(keys) for keys in found.values())


def _list(lab: Lab, rows: list[tuple[str, ...]], header: str) -> None:
    out = StringIO()
    csv.writer(out).writerows([tuple(header.split(",")), *rows])
    (lab.folder / "list.csv").write_text(out.getvalue(), "utf-8")
    _said(lab, "import list.csv --as customers --source shop -y -q")


def _blanks(lab: Lab) -> None:
    draw = random.Random(95)
    letters = "abcdefghijklmnopqrstuvwxyz"
    names = {"".join(draw.choices(letters, k=9)).title() for _ in range(2 * SHARED)}
    rows = [
        (f"K{n}", f"{name} {other}", " " if n % 2 else "-", "n/a" if n % 3 else "")
        for n, (name, other) in enumerate(zip(*[iter(sorted(names))] * 2, strict=False))
    ]
    _list(lab, rows[:SHARED], "Customer ID,Name,Email,Phone")
    _said(lab, "dedupe scan --auto -q")
    assert lab.rows("SELECT count(DISTINCT customer_id) FROM record") == [(SHARED,)]


def _households(lab: Lab) -> None:
    rows = [
        (f"K{n}-{who}", f"{given} {family}", born, f"{n + 1} Mill Road, Hull", f"020 7946 {n:04}")
        for n, family in enumerate(("Berg", "Lindqvist", "Okafor", "Petrov", "Sato", "Marlow"))
        for who, given, born in (
            ("father", "John", f"195{n}-01-02"), ("son", "John", f"198{n}-11-22"),
            ("wife", "Mary", f"195{n}-03-04"),
        )
    ]  # fmt: skip
    _list(lab, rows, "Customer ID,Name,Date of birth,Address,Phone")
    _said(lab, "dedupe scan --auto -q")
    assert lab.rows("SELECT count(*) FROM regroup") == [(0,)]


def _chain(lab: Lab) -> None:
    """A and B share an address, B and C a phone; A and C have nothing but the brand in common."""
    rows = [
        ("A", "Orion Metals Ltd", "London", "020 7946 0001", "info@orion.example"),
        ("B", "Orion Metals", "", "0161 496 0002", "info@orion.example"),
        ("C", "Orion Metal Works SA", "Paris", "0161 496 0002", "bureau@orion-works.example"),
    ]
    _list(lab, rows, "Customer ID,Name,City,Phone,Email")
    before = _customers(lab)
    _said(lab, "dedupe scan --auto -q")
    assert ("A", "B", "C") not in _customers(lab)  # never without a word
    for run in sorted({row[0] for row in lab.rows("SELECT run FROM regroup")}):
        _said(lab, f"dedupe split --run {run} --open -q")
    # a person who asks for both merges gets them, and gets all of it back
    _said(lab, "dedupe merge C1 C2 -q")
    _said(lab, "dedupe merge C2 C3 -q")
    assert _customers(lab) == [("A", "B", "C")]
    for number in lab.rows("SELECT id FROM regroup WHERE kind = 'merge' ORDER BY id DESC LIMIT 2"):
        _said(lab, f"dedupe split {number[0]} -q")
    assert _customers(lab) == before


def _twice(command: str, lab: Lab) -> None:
    lab.store.unlink()
    scanned(lab.folder)
    _said(lab, f"{command} -q")
    merged, runs = _customers(lab), lab.rows("SELECT count(*) FROM regroup")
    assert any(len(keys) > 1 for keys in merged)
    _said(lab, f"{command} -q")
    assert _customers(lab) == merged
    assert lab.rows("SELECT count(*) FROM regroup") == runs


def _twice_by(command: str) -> Callable[[Lab], None]:
    return lambda lab: _twice(command, lab)


def _shuffled(lab: Lab) -> None:
    lab.store.unlink()
    scanned(lab.folder)
    header, *lines = (lab.folder / "list.csv").read_text("utf-8").splitlines()
    _said(lab, "dedupe scan --auto -q")
    once = _customers(lab)
    for seed in range(3):
        random.Random(seed).shuffle(lines)
        lab.store.unlink()
        (lab.folder / "list.csv").write_text("\n".join([header, *lines]) + "\n", "utf-8")
        _said(lab, "init --currency EUR -q")
        _said(lab, "import list.csv --as customers --source shop -y -q")
        _said(lab, "dedupe scan --auto -q")
        assert _customers(lab) == once


CASES = [
    Case(95, "ten thousand without address and phone", act=_blanks),
    Elsewhere(95, f"{ENGINE}::test_blank_addresses_of_ten_thousand_merge_nobody_and_cost_nothing"),
    Case(96, "father, son and wife in one house", act=_households),
    Elsewhere(96, f"{ENGINE}::test_twins_and_father_and_son_are_never_certain"),
    Case(97, "a chain, merged and taken back", act=_chain),
    Elsewhere(97, "tests/dedupe/test_dedupe_cluster.py::test_a_chain_does_not_join_strangers"),
    Case(98, "scan --auto twice", act=_twice_by("dedupe scan --auto")),
    Case(98, "the same sheet twice", act=_twice_by("dedupe apply pairs.csv")),
    Case(98, "rows shuffled", act=_shuffled),
    Elsewhere(98, f"{ENGINE}::test_the_order_of_rows_changes_nothing"),
    Elsewhere(
        98, "tests/dedupe/test_review.py::test_two_reviewers_never_overrun_each_other"
    ),
]  # fmt: skip
