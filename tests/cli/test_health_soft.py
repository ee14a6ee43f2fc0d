"""What people note of customers moves the soft score, names its record, and never looks ahead."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ci_cli.cli.app import run
from ci_cli.store import engine, soft_facts
from health_stores import make, told

AS_OF = date(2025, 6, 30)
ORDERS = [
    [f"O{n}", f"K{n % 3}", f"Firm {n % 3}", (date(2024, 1, 5) + timedelta(days=9 * n)).isoformat(),
     "Tea", "Drinks", "50.00"]
    for n in range(60)
]  # fmt: skip
Note = tuple[str, list[str]]  # day, words of the command


def _say(store: Path, *words: str, today: str = "2026-01-10") -> None:
    assert run([*words, "--db", str(store), "-q", "--today", today, "--lang", "en"]) == 0


def _note(store: Path, notes: list[Note]) -> None:
    for day, words in notes:
        _say(store, *words, "--on", day)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return make(tmp_path, ORDERS)


def _soft(store: Path, **options: Any) -> list[tuple[str, float, str | None]]:
    with closing(engine.connect(store)) as conn:
        found = soft_facts.soft_facts(
            conn, after="2020-01-01", as_of=AS_OF.isoformat(),
            polarity={"refused-call": -1.0, "asked-for-trial": 0.5, "roaring": 3.0}, **options,
        )  # fmt: skip
    return [(one.kind, round(one.value, 4), one.word) for one in found]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["log", "attitude", "K1", "--attitude", "enthusiastic"], ("attitude", 1, "enthusiastic")),
        (["log", "attitude", "K1", "--attitude", "neutral"], ("attitude", 0, "neutral")),
        (["log", "attitude", "K1", "--attitude", "cooling"], ("attitude", -0.3333, "cooling")),
        (["log", "attitude", "K1", "--attitude", "hostile"], ("attitude", -1, "hostile")),
        (["log", "competitor", "K1", "Acme"], ("attitude", -0.6667, "at_risk: Acme")),
        (["log", "competitor", "K1", "Acme", "--where", "won"],
         ("attitude", 0.3333, "won: Acme")),
        (["feedback", "add", "K1", "late", "--kind", "complaint"], ("answers", -1, "complaint")),
        (["feedback", "add", "K1", "good", "--kind", "praise"], ("answers", 1, "praise")),
        (["log", "roi", "K1", "stock", "half", "--before", "4", "--after", "2", "--unit", "h",
          "--period", "week"], ("answers", 1, "roi stock")),
        (["tag", "add", "K1", "refused-call"], ("tags", -1, "refused-call")),
        (["tag", "add", "K1", "asked-for-trial"], ("tags", 0.5, "asked-for-trial")),
    ],
    ids=lambda one: " ".join(one[:2]) + " " + one[-1] if isinstance(one, list) else "",
)  # fmt: skip
def test_each_kind_of_word_is_a_soft_fact(
    store: Path, words: list[str], expected: tuple[str, float, str]
) -> None:
    _say(store, *words, "--on", "2025-06-01")
    assert _soft(store) == [expected]
    _say(store, *words, "--on", "2025-07-01")  # after the as-of day
    assert _soft(store) == [expected]
    assert _soft(store, customer_id=2) == [expected]
    assert _soft(store, customer_id=1) == []


def test_what_only_asks_or_drives_them_is_no_mood(store: Path) -> None:
    _note(store, [
        ("2025-06-01", ["log", "attitude", "K1", "--motive", "growth", "--aim", "fewer tools"]),
        ("2025-06-01", ["feedback", "add", "K1", "api", "--ask", "add"]),
        ("2025-06-01", ["log", "lesson", "ask first", "--customer", "K1"]),
    ])  # fmt: skip
    assert _soft(store) == []


def test_answers_of_surveys_count_on_their_scales(store: Path, tmp_path: Path) -> None:
    words = ["--template", "relation-en", "--window", "all"]
    _say(store, "feedback", "survey", "create", "Q", *words, today="2025-05-01")
    sheet = tmp_path / "q.csv"
    sheet.write_text(
        "respondent,satisfied,renew,recommend,value\n"
        "C1,5,yes,10,3\nC2,1,no,0,2\nC3,4,undecided,7,\n", "utf-8",
    )  # fmt: skip
    _say(store, "feedback", "survey", "import", "Q", str(sheet), today="2025-05-20")
    rows = {
        f"C{number}": sorted(
            (word, value) for _kind, value, word in _soft(store, customer_id=number)
        )
        for number in (1, 2, 3)
    }
    assert rows == {
        "C1": [("recommend 10/10", 1), ("renew yes", 1), ("satisfied 5/5", 1), ("value 3/5", 0)],
        "C2": [("recommend 0/10", -1), ("renew no", -1), ("satisfied 1/5", -1),
               ("value 2/5", -0.5)],
        "C3": [("recommend 7/10", 0.4), ("renew undecided", 0), ("satisfied 4/5", 0.5)],
    }  # fmt: skip


def test_a_tag_that_has_run_out_counts_no_more(store: Path) -> None:
    _say(store, "tag", "add", "K1", "refused-call", "--on", "2025-05-01", "--until", "2025-06-29")
    assert _soft(store) == []


def test_explain_names_each_word_and_its_age(store: Path) -> None:
    _note(store, [
        ("2025-06-20", ["log", "attitude", "K1", "--attitude", "hostile"]),
        ("2025-06-10", ["tag", "add", "K1", "refused-call"]),
        ("2025-06-25", ["feedback", "add", "K1", "--kind", "complaint", "late again"]),
    ])  # fmt: skip
    at = ("--as-of", AS_OF.isoformat())
    before = told(store, "health", "show", "K0", *at)["rows"][0]
    found = told(store, "health", "show", "K1", *at)["rows"][0]
    assert before["soft"] is None
    assert found["soft"] == 0
    assert found["gap"] == -found["hard"]
    rows = told(store, "health", "explain", "K1", "--full", *at)["rows"]
    assert {(row["part"], row["record"], row["what"], row["age"]) for row in rows} >= {
        ("attitude", "insight", "hostile", 10), ("tags", "behaviour", "refused-call", 20),
        ("answers", "feedback", "complaint", 5),
    }  # fmt: skip
    assert round(sum(row["points"] for row in rows), 2) == found["health"]


def _notes(chance: Random) -> list[Note]:
    """Return things that were noted of three customers, some of them after ``AS_OF``."""
    makes: list[Callable[[str], list[str]]] = [
        lambda key: ["log", "attitude", key, "--attitude",
                     chance.choice(("warm", "neutral", "cooling", "cold"))],
        lambda key: ["log", "competitor", key, "Acme", "--where",
                     chance.choice(("won", "lost", "at_risk"))],
        lambda key: ["feedback", "add", key, "text", "--kind",
                     chance.choice(("praise", "complaint"))],
        lambda key: ["tag", "add", key, chance.choice(("refused-call", "asked-for-trial"))],
    ]  # fmt: skip
    return [
        (
            (date(2025, 1, 1) + timedelta(days=chance.randint(0, 360))).isoformat(),
            chance.choice(makes)(f"K{chance.randint(0, 2)}"),
        )
        for _ in range(12)
    ]


@settings(max_examples=5)
@given(seed=st.integers(0, 10**6))
def test_what_was_noted_later_changes_no_score(seed: int) -> None:
    """The oracle is a store that ends on the day that is judged."""
    notes = _notes(Random(seed))
    day = AS_OF.isoformat()
    scores = []
    with tempfile.TemporaryDirectory() as folder:
        for name, until in (("whole", "9999"), ("past", day)):
            store = make(Path(folder), [row for row in ORDERS if row[3] <= until], name=name)
            _note(store, [note for note in notes if note[0] <= until])
            rows = told(store, "health", "run", "--as-of", day)["rows"]
            scores.append(json.dumps(sorted(rows, key=lambda row: str(row["name"]))))
    assert scores[0] == scores[1]
