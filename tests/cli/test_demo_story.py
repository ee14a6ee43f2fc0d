"""``init --demo``: the invented half year comes in whole, says where it is from, or not at all."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

import pytest

from ci_cli.cli import demo_story
from ci_cli.cli.app import run


def test_the_demo_holds_every_invented_row_and_says_where_it_is_from(story_store: Path) -> None:
    with contextlib.closing(sqlite3.connect(story_store)) as conn:

        def count(query: str) -> int:
            return int(conn.execute(f"SELECT count(*) {query}").fetchone()[0])

        assert count("FROM interaction WHERE source = 'invented'") == 94 + 12
        assert count("FROM feedback WHERE source = 'invented'") == 30
        assert count("FROM contract WHERE source = 'invented'") == 6
        assert count("FROM opportunity WHERE source = 'invented'") == 10
        assert count("FROM usage WHERE source = 'invented'") == 60
        answered = "SELECT DISTINCT respondent FROM feedback WHERE source = 'survey'"
        assert count(f"FROM ({answered})") == 16
        assert count("FROM invitation") > 4 * 16  # most kept silent
        # every name was linked to its customer: nobody new came in
        assert count("FROM golden") == 91
        assert count("FROM record WHERE source = 'default' AND industry IS NOT NULL") == 91
        assert count("FROM batch WHERE rejected > 0") == 0


def test_what_people_type_is_in_the_demo_and_says_that_it_is_invented(story_store: Path) -> None:
    with contextlib.closing(sqlite3.connect(story_store)) as conn:

        def rows(query: str) -> list[tuple[object, ...]]:
            return conn.execute(query).fetchall()

        steps = "FROM reference_step WHERE author = 'invented' AND step"
        assert rows(f"SELECT count(DISTINCT record_id) {steps} = 'nominate'") == [(8,)]
        assert rows(f"SELECT count(*) {steps} = 'consent'") == [(18,)]
        assert rows(f"SELECT count(*) {steps} = 'withdraw'") == [(1,)]
        assert rows("SELECT id, state FROM reference_request ORDER BY id") == [
            (1, "open"), (2, "fulfilled"), (3, "fulfilled"),
        ]  # fmt: skip
        assert rows("SELECT id, scope, until FROM quote ORDER BY id") == [
            (1, "public", None), (2, None, None), (3, "public", "1998-03-31"),
        ]  # fmt: skip
        assert rows(
            "SELECT kind, count(*) FROM insight WHERE author = 'invented' GROUP BY kind"
        ) == [("attitude", 2), ("roi", 2)]
        # the figure of the first day stands, as with a goal that somebody sets
        assert rows("SELECT metric, start_value > 0 FROM goal ORDER BY id") == [
            ("top10_revenue_share", 1), ("referenceable_pct", 1),
        ]  # fmt: skip
        assert rows("SELECT report, author FROM stakeholder") == [("report references", "invented")]


def test_the_programme_shows_who_is_ready_rests_or_waits_for_thanks(
    story_store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    after = ["--today", "1998-05-07", "--db", str(story_store), "--format", "csv", "--lang", "en"]
    assert run(["ref", "list", *after]) == 0
    listed = capsys.readouterr().out
    assert {line.split(",")[0]: line.split(",")[2] for line in listed.splitlines()[1:9]} == {
        "C5": "consented", "C20": "consented", "C32": "resting", "C37": "ready",
        "C63": "consented", "C65": "nominated", "C68": "nominated", "C71": "consented",
    }  # fmt: skip
    assert run(["ref", "thank", "--due", *after]) == 0
    assert "R3" in (owed := capsys.readouterr().out)
    assert "R2" not in owed


def test_the_invented_story_ends_where_the_orders_end(story_store: Path) -> None:
    with contextlib.closing(sqlite3.connect(story_store)) as conn:
        last = conn.execute("SELECT max(date) FROM sales_order").fetchone()[0]
        first, latest = conn.execute("SELECT min(day), max(day) FROM interaction").fetchone()
    assert (last, first >= "1997-11-06", latest <= last) == ("1998-05-06", True, True)


@pytest.mark.parametrize("step", ["bring_in", "told"])
def test_a_demo_that_fails_on_its_way_leaves_no_store(
    step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_options: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(demo_story, step, fail)
    assert run(["init", "--demo", "--db", str(tmp_path / "ci.db"), "-q"]) == 70
    assert not list(tmp_path.glob("*.db"))
