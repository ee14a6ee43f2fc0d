"""Tags by commands: once is once, every step can be taken back, and what people say stands."""

from __future__ import annotations

import json
import shlex
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ci_cli.cli.app import run as run_program
from store_dump import logical_dump

RULES = """name = "own"
[[rule]]
name = "refusals"
tag = "refused-call"
all = [{ field = "interaction.outcome", op = "is", value = "refused" }]

[[rule]]
name = "budget"
tag = "budget-cut"
any = [
  { field = "interaction.text", op = "near", value = ["budget*", "cut*"], distance = 9 },
  { field = "interaction.text", op = "near", value = ["预算", "削减"] },
]

[[rule]]
name = "quiet French"
tag = "stated-need"
all = [
  { field = "customer.country", op = "is", value = "France" },
  { field = "orders.recency", op = ">", value = 10000 },
]
"""
TODAY = "2026-06-30"
Ask = Callable[[str], Any]


@pytest.fixture
def folder(demo_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "ci.db").write_bytes(demo_store.read_bytes())
    (tmp_path / "own.toml").write_text(RULES, "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CI_DB", raising=False)
    return tmp_path


@pytest.fixture
def ask(folder: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Ask]:
    """Run a command and return the rows that it shows; commands that show none return []."""

    def asked(line: str, code: int = 0) -> Any:
        words = [*shlex.split(line), "--today", TODAY]
        shows = any(part in line for part in ("list", "count", "apply"))
        capsys.readouterr()
        assert run_program([*words, *(["--format", "json"] if shows else [])]) == code, line
        out = capsys.readouterr().out
        return json.loads(out)["rows"] if shows and code == 0 else []

    yield asked
    assert run_program(["db", "check", "-q"]) == 0


def dump(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    return logical_dump(folder / "ci.db", provenance=True)


def held(ask: Ask, customer: str = "ERNSH") -> list[tuple[str, str, str]]:
    return [
        (row["tag"], row["day"], row["evidence"]) for row in ask(f"tag list --customer {customer}")
    ]


def say_three(ask: Ask) -> None:
    ask("log call ERNSH 'budget is cut' --refused --on 2026-06-01")
    ask("log mail ERNSH '預算被削減' --on 2026-06-02")
    ask("log call ALFKI 'all is well' --on 2026-06-03")


def test_applying_twice_is_applying_once(ask: Ask, folder: Path) -> None:
    say_three(ask)
    gained = ask("tag rules apply own.toml --top 100")
    french = [row for row in gained if row["tag"] == "stated-need"]
    assert len(french) == 10  # eleven, of whom one never bought
    assert {row["evidence"] for row in french} == {"state"}
    others = [row for row in gained if row not in french]
    assert {row["customer"] for row in others} == {"C20"}
    assert [(row["tag"], row["evidence"]) for row in others] == [
        ("budget-cut", "log:1"), ("budget-cut", "log:2"), ("refused-call", "log:1"),
    ]  # fmt: skip
    once = dump(folder)
    assert ask("tag rules apply own.toml") == []
    assert dump(folder) == once


def test_a_dry_run_tells_all_and_keeps_nothing(ask: Ask, folder: Path) -> None:
    say_three(ask)
    before = (folder / "ci.db").read_bytes()
    told = ask("tag rules apply own.toml --top 100 --dry-run")
    assert (folder / "ci.db").read_bytes() == before
    assert ask("tag rules apply own.toml --top 100") == told


def test_what_the_rules_find_no_more_lapses_and_comes_back(ask: Ask, folder: Path) -> None:
    say_three(ask)
    ask("tag rules apply own.toml")
    full = dump(folder)
    (folder / "own.toml").write_text(RULES.replace('"refused"', '"no_answer"'), "utf-8")
    assert [(r["tag"], r["change"]) for r in ask("tag rules apply own.toml")] == [
        ("refused-call", "lapsed")
    ]
    assert {tag for tag, _day, _e in held(ask)} == {"budget-cut"}
    (folder / "own.toml").write_text(RULES, "utf-8")
    assert [(r["tag"], r["change"]) for r in ask("tag rules apply own.toml")] == [
        ("refused-call", "again")
    ]
    assert dump(folder) == full


def test_undo_takes_back_each_step(ask: Ask, folder: Path) -> None:
    say_three(ask)
    states = []
    steps = [
        "tag define late --negative --priority -2 --half-life 90d --name Late",
        "tag define refused-call --priority -4",
        "tag add ERNSH late --note 'third reminder' --until 2026-12-31",
        "tag rules apply own.toml",
        "tag remove ERNSH budget-cut --evidence log:2",
        "tag remove ERNSH refused-call",
        "tag add ERNSH refused-call --evidence log:1",
        "tag define late --strength 3",
    ]
    for step in steps:
        states.append(dump(folder))
        ask(step)
    with closing(sqlite3.connect(folder / "ci.db")) as conn:
        last = conn.execute("SELECT max(id) FROM batch").fetchone()[0]
    for number, state in zip(range(last, last - len(steps), -1), reversed(states), strict=True):
        ask(f"import undo {number} --yes")
        assert dump(folder) == state, steps[number - last - 1]


def test_an_undo_speaks_of_its_own_rows_only(
    ask: Ask, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def undo(number: int) -> str:
        capsys.readouterr()
        assert run_program(["import", "undo", str(number), "--yes", "--lang", "en"]) == 0
        return capsys.readouterr().err

    say_three(ask)
    ask("tag rules apply own.toml")
    with closing(sqlite3.connect(folder / "ci.db")) as conn:
        first = conn.execute("SELECT max(id) FROM batch").fetchone()[0]
    ask("tag remove ERNSH refused-call")
    ask("tag rules apply own.toml")
    ask("log call ALFKI 'asks for a price'")
    said = undo(first)
    kept = [line for line in said.splitlines() if "kept: tag" in line]
    assert len(kept) == 1, said
    assert "tag refused-call of C20 Ernst Handel" in kept[0]
    assert f"changed again by import {first + 1}" in kept[0]
    assert "kept: 1." in said
    said = undo(first + 3)  # the call has nothing to do with it
    assert "kept: 0." in said
    assert "refused-call" not in said
    said = undo(first + 1)  # what was kept because of this one goes now
    assert "kept: 0." in said
    assert held(ask) == []


def test_what_a_person_took_away_stays_away(ask: Ask, folder: Path) -> None:
    say_three(ask)
    ask("tag rules apply own.toml")
    ask("tag remove ERNSH budget-cut --note 'it was last year'")
    assert {tag for tag, _day, _e in held(ask)} == {"refused-call"}
    assert ask("tag rules apply own.toml") == []
    (folder / "own.toml").write_text(RULES.replace('"own"', '"another"'), "utf-8")
    ask("tag rules apply own.toml")  # another set of rules finds the same: that is no other event
    assert {tag for tag, _day, _e in held(ask)} == {"refused-call"}
    ask("tag add ERNSH budget-cut --evidence log:2")  # a person's word brings it back
    assert ("budget-cut", "2026-06-02", "log:2") in held(ask)


def test_an_event_counts_once_whoever_finds_it(ask: Ask, folder: Path) -> None:
    say_three(ask)
    ask("tag rules apply own.toml")
    once = held(ask)
    score = ask("tag count")
    (folder / "own.toml").write_text(RULES.replace('"own"', '"another"'), "utf-8")
    ask("tag rules apply own.toml")
    ask("tag add ERNSH refused-call --evidence log:1")
    assert held(ask) == once
    assert ask("tag count") == score
    # the first to find it lets go: the others still say so
    (folder / "own.toml").write_text(RULES.replace('"refused"', '"no_answer"'), "utf-8")
    ask("tag rules apply own.toml")
    assert held(ask) == once


def test_a_tag_does_not_outlive_its_evidence(ask: Ask, folder: Path) -> None:
    say_three(ask)
    ask("tag rules apply own.toml")
    with closing(sqlite3.connect(folder / "ci.db")) as conn:
        (number,) = conn.execute(
            "SELECT f.batch_id FROM interaction AS i JOIN batch_file AS f ON f.id = i.file_id"
            " WHERE i.id = 1"
        ).fetchone()
    ask(f"import undo {number} --yes")
    assert held(ask) == [("budget-cut", "2026-06-02", "log:2")]
    gone = ask("tag rules apply own.toml")
    assert {(row["tag"], row["change"]) for row in gone} == {
        ("budget-cut", "lapsed"),
        ("refused-call", "lapsed"),
    }


def test_tags_follow_a_merge_and_a_split(ask: Ask, folder: Path) -> None:
    say_three(ask)
    ask("tag rules apply own.toml")
    ask("tag add ALFKI late-payer", 2)
    ask("tag add ALFKI refused-call --on 2026-05-05")
    before = held(ask)
    ask("dedupe merge ALFKI ERNSH")
    assert sorted(held(ask, "ALFKI")) == sorted([*before, ("refused-call", "2026-05-05", "person")])
    ask("dedupe split 1")
    assert held(ask) == before


def test_priority_moves_visibly_and_back(ask: Ask) -> None:
    def ranks() -> dict[str, tuple[str, str | None]]:
        rows = ask("customer list --by priority")
        values = [float(row["priority"]) for row in rows]
        assert values == sorted(values, reverse=True)
        assert all(0 <= value <= 10 for value in values)
        return {row["customer"]: (float(row["priority"]), row["reason"]) for row in rows}

    plain = ranks()
    assert set(plain.values()) == {(5.0, None)}
    ask(f"tag add ERNSH insists-on-visits --on {TODAY}")
    ask(f"tag add ERNSH refused-call --on {TODAY}")
    ask("tag add ALFKI asked-for-trial --on 2026-04-01")  # a half-life of 90 days ago
    ask("tag add BLAUS asked-for-trial --on 2026-04-01 --until 2026-05-01")  # has run out
    moved = ranks()
    assert moved["C20"] == (
        0.0,
        f"insists-on-visits -5.0 ({TODAY}); refused-call -2.0 ({TODAY}); floor",
    )
    assert moved["C1"] == (6.5, "asked-for-trial +1.5 (2026-04-01)")
    assert moved["C6"] == (5.0, None)
    ask("tag remove ERNSH insists-on-visits")
    ask("tag remove ERNSH refused-call")
    ask("tag remove ALFKI asked-for-trial")
    assert ranks() == plain


def test_counts_add_up(ask: Ask) -> None:
    for customer in ("ALFKI", "ANATR", "ERNSH"):
        ask(f"tag add {customer} refused-call")
    ask("tag add ALFKI budget-cut")
    ask("tag add BLAUS budget-cut")
    counted = {row["tag"]: row["customers"] for row in ask("tag count")}
    assert counted == {"refused-call": 3, "budget-cut": 2}
    alone = [(row["tag"], row["customers"]) for row in ask("tag count refused-call")]
    assert alone == [("refused-call", 3)]
    alone = [(row["tag"], row["customers"]) for row in ask("tag count asked-for-trial")]
    assert alone == [("asked-for-trial", 0)]
    cells = {row["group"]: (row["with"], row["without"], row["customers"])
             for row in ask("tag count refused-call --by budget-cut")}  # fmt: skip
    assert cells == {"with budget-cut": (1, 1, 2), "without budget-cut": (2, 87, 89)}
    countries = {row["group"]: row["with"] for row in ask("tag count refused-call --by country")}
    assert {name: n for name, n in countries.items() if n} == {
        "Austria": 1,
        "Germany": 1,
        "Mexico": 1,
    }
    assert sum(row["customers"] for row in ask("tag count refused-call --by country")) == 91


def test_the_same_word_of_a_person_on_one_day_is_one_event(ask: Ask, folder: Path) -> None:
    ask("tag add ERNSH refused-call --on 2026-06-01")
    once = dump(folder)
    ask("tag add ERNSH refused-call --on 2026-06-01")
    assert dump(folder)["behaviour"] == once["behaviour"]
    ask("tag add ERNSH refused-call --on 2026-06-02")
    assert len(held(ask)) == 2


def test_hostile_words_are_kept_as_words(
    ask: Ask, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ask("log note ERNSH '\x1b[2J=cmd() budget cut <b>'")
    ask("tag define own --positive --name '\x1b[31m=evil()'")
    ask("tag add ERNSH own --note '\u202e=SUM(A1)'")
    ask("tag rules apply own.toml")
    capsys.readouterr()
    for line in (
        "tag list",
        "tag list --customer ERNSH",
        "tag count",
        "customer list --by priority",
    ):
        for shape in ("table", "csv", "md"):
            assert run_program([*shlex.split(line), "--format", shape, "--today", TODAY]) == 0
            out = capsys.readouterr().out
            assert "\x1b" not in out
            assert "\u202e" not in out


def test_rules_that_ship_find_the_examples_of_the_articles(ask: Ask) -> None:
    said = {
        "asked-for-trial": ("客户主动申请试用新产品", "they asked for a trial", "希望先試用一下"),
        "stated-need": ("客户有需求，下周联系", "we need a bigger box", "急需样品"),
        "suggested-improvement": ("建议增加小包装", "they suggested smaller boxes"),
        "budget-cut": ("今年预算大幅削减", "their budget has been cut", "削减了一半预算"),
        "insists-on-visits": ("需要上门服务", "insists on visits"),
        "refused-call": ("拒绝接听电话", "she hung up"),
    }
    expected = []
    number = 0
    for code, texts in said.items():
        for text in texts:
            number += 1
            ask(f"log chat ERNSH '{text}'")
            expected.append((code, f"log:{number}"))
    ask("log chat ERNSH 'no trial please, and do not execute budgets'")
    ask("log call ERNSH --refused")
    expected.append(("refused-call", f"log:{number + 2}"))
    ask("tag rules export usual.toml")
    rows = ask("tag rules apply usual.toml")
    assert sorted((row["tag"], row["evidence"]) for row in rows) == sorted(expected)


def test_asking_for_support_is_good_until_it_is_far_more_than_usual(ask: Ask) -> None:
    ask("tag rules export usual.toml")
    ask("log request ERNSH 'a box came open' --on 2025-08-01")
    for day in ("01", "02", "03"):
        ask(f"log request ERNSH 'again' --on 2026-06-{day}")
    told = {(row["tag"], row["day"]) for row in ask("tag rules apply usual.toml")}
    assert told == {("support-spike", TODAY)}
    # seen from two months later they were only four requests
    rows = ask("tag rules apply usual.toml --on 2026-08-30")
    assert sorted((row["tag"], row["change"], row["day"]) for row in rows) == [
        ("support-contact", "gained", "2025-08-01"), ("support-contact", "gained", "2026-06-01"),
        ("support-contact", "gained", "2026-06-02"), ("support-contact", "gained", "2026-06-03"),
        ("support-spike", "lapsed", TODAY),
    ]  # fmt: skip


AGREED = """name = "agreed"
[[rule]]
name = "renewal is near and usage falls"
tag = "budget-cut"
all = [
  { field = "contracts.renewal", op = "<=", value = 60 },
  { field = "usage.change", op = "<", value = -20, metric = "logins" },
]

[[rule]]
name = "champions"
tag = "stated-need"
all = [{ field = "customer.segment", op = "is", value = "Champions" }]
"""


def test_contracts_usage_and_segments_are_what_the_files_and_the_run_say(
    ask: Ask, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "agreed.toml").write_text(AGREED, "utf-8")
    (folder / "contracts.csv").write_text(
        "Contract ID,Customer ID,Contract Name,Start Date,End Date\n"
        "1,ERNSH,a,2025-07-01,2026-08-29\n"
        "2,QUICK,b,2025-07-01,2026-08-30\n"  # a day too late
        "3,SAVEA,c,2025-07-01,2026-08-29\n",
        "utf-8",
    )
    months = [f"2026-0{month}" for month in range(1, 8)]  # the last one is not over
    figures = {"ERNSH": (10, 10, 10, 10, 10, 7, 99), "QUICK": (10, 10, 10, 10, 10, 7, 7),
               "SAVEA": (10, 10, 10, 10, 10, 8, 1)}  # fmt: skip
    lines = [
        f"{key},logins,{month},{value}"
        for key, values in figures.items()
        for month, value in zip(months, values, strict=True)
    ]
    (folder / "usage.csv").write_text(
        "Customer ID,Metric,Period,Value\n" + "\n".join(lines) + "\n", "utf-8"
    )
    ask("import contracts.csv --as contracts -q")
    ask("import usage.csv --as usage -q")
    found = ask("tag rules apply agreed.toml --top 100 --dry-run")
    assert {row["customer"] for row in found} == {"C20"}  # no run is saved: nobody has a segment
    ask("rfm run --save may --as-of 1998-05-06 -q")
    capsys.readouterr()
    assert run_program(["rfm", "run", "--as-of", "1998-05-06", "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    champions = {row["customer"] for row in rows if row["segment"] == "Champions"}
    found = ask("tag rules apply agreed.toml --top 100")
    assert {row["customer"] for row in found if row["tag"] == "stated-need"} == champions != set()
    (cut,) = [row for row in found if row["tag"] == "budget-cut"]
    assert cut["why"] == "contracts.renewal <= 60; usage.change < -20 (logins)"
    assert ask("tag rules apply agreed.toml --top 100") == []
