"""The share of customers in the red with an action within a week, and its goal."""

from __future__ import annotations

import json
import shutil
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ci_cli.cli.app import run
from ci_cli.cli.programme import goal_metrics
from ci_cli.cli.programme.goal_books import Books
from ci_cli.store import engine


@pytest.fixture(scope="module")
def judged(story_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo with one health run saved on 1998-05-07."""
    store = Path(shutil.copy(story_store, tmp_path_factory.mktemp("reds") / "ci.db"))
    ci(store, "health", "run", "--save", "may", "--as-of", "1998-05-06", "--today", "1998-05-07")
    return store


@pytest.fixture
def store(judged: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(judged, tmp_path / "ci.db"))


def ci(store: Path, *words: str) -> None:
    assert run([*words, "-q", "--db", str(store)]) == 0


def shown(store: Path, capsys: pytest.CaptureFixture[str], today: str) -> Any:
    capsys.readouterr()
    ci(store, "action", "list", "--format", "json", "--today", today)
    return json.loads(capsys.readouterr().out)["meta"]["reds_within_7_days"]


def figure(store: Path, day: str) -> Any:
    with closing(engine.connect(store)) as conn:
        asked = goal_metrics.Asked(date.fromisoformat(day), "USD")
        return goal_metrics.METRICS["reds_with_action"].figure(Books(conn), asked).value


def reds(store: Path) -> list[str]:
    with closing(engine.connect(store)) as conn:
        rows = conn.execute("SELECT customer_id FROM saved_health WHERE band = 'red' ORDER BY 1")
        return [f"C{row[0]}" for row in rows]


def act(store: Path, customer: str, day: str) -> None:
    ci(store, "action", "add", "call", "--customer", customer, "--owner", "li", "--due",
       "1998-12-01", "--today", day)  # fmt: skip


def test_reds_count_when_their_week_is_over_or_an_action_stands(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second, third, *rest = reds(store)
    every = 3 + len(rest)
    assert shown(store, capsys, "1998-05-14") is None  # nobody had a week yet
    assert figure(store, "1998-05-14") is None
    assert shown(store, capsys, "1998-05-15") == 0
    act(store, first, "1998-05-14")  # the seventh day
    act(store, second, "1998-05-15")  # too late
    act(store, third, "1998-05-08")
    ci(store, "action", "drop", "3", "--reason", "wrong customer", "--today", "1998-05-09")
    assert shown(store, capsys, "1998-05-16") == 1 / every
    assert float(figure(store, "1998-05-16")) == pytest.approx(1 / every)
    # on a day in between: the first action alone, and one that was not dropped yet
    assert float(figure(store, "1998-05-08")) == 1


def test_staying_red_is_no_second_time(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    every = len(reds(store))
    act(store, reds(store)[0], "1998-05-08")
    ci(store, "health", "run", "--save", "later", "--as-of", "1998-05-20", "--today", "1998-05-21")
    both = set(reds(store))
    assert shown(store, capsys, "1998-07-01") == pytest.approx(1 / len(both))
    assert len(both) >= every


def test_an_old_run_without_the_day_it_was_seen_goes_by_its_stamp(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(engine.connect(store, write=True)) as conn:
        conn.execute("UPDATE saved_run SET params = json_remove(params, '$.seen'),"
                     " saved_at = '1998-05-01T10:00:00+00:00'")  # fmt: skip
    assert shown(store, capsys, "1998-05-08") is None
    assert shown(store, capsys, "1998-05-09") == 0
