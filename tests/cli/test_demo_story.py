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
