"""``ci-cli check``: all that needs somebody, told to every watcher once, made for cron."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ci_cli import text
from ci_cli.cli.app import run
from ci_cli.errors import ExitCode
from ci_cli.store import alarms, engine
from declines import made, store_of
from importer import bring_in, new_store

DONE, FIRED = ExitCode.DONE, ExitCode.CHECK_FIRED
TODAY = ("--today", "2020-12-31")


@pytest.fixture(scope="module")
def made_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """WMS loses customers from 2020-03 on; Robots do not."""
    orders = [
        *made("WMS", 36, onset=26, attrition=0.08, rate=1.5),
        *made("Robots", 36, rate=1.0, customers=80, seed=2),
    ]
    return store_of(tmp_path_factory.mktemp("all"), orders)


@pytest.fixture
def store(made_store: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(made_store, tmp_path / "ci.db"))


def rhythms(folder: Path, *silent: str) -> Path:
    """Return a store of four customers who buy every ten days; ``silent`` stop in April."""
    rows = ["Order ID,Customer ID,Customer Name,Order Date,Product,Amount"]
    for place, name in enumerate(("Big", "Mid", "Small", "Tiny")):
        for visit in range(24):
            month, day = divmod(visit, 3)
            if name in silent and month >= 3:
                continue
            rows.append(
                f"{name}{visit},{name},{name} Ltd,2026-{month + 1:02d}-{day * 10 + 1:02d},T,"
                f"{1000 // (place + 1)}.00"
            )
    (folder / "orders.csv").write_text("\n".join(rows) + "\n")
    store = new_store(folder / "ci.db")
    bring_in(store, folder / "orders.csv", source="shop")
    return store


def ci(store: Path, capsys: Any, *words: str, code: int = DONE) -> str:
    capsys.readouterr()
    assert run([*words, "--db", str(store), "--lang", "en"]) == code, capsys.readouterr().err
    text.activate("en")
    return capsys.readouterr().out


def check(store: Path, capsys: Any, *words: str, code: int = DONE) -> dict[tuple[str, str], Any]:
    out = ci(store, capsys, "check", "--format", "json", *words, code=code)
    rows = json.loads(out)["rows"] if out else []
    return {(row["kind"], row["id"] or ""): row for row in rows}


def heard(store: Path, watcher: str) -> dict[Any, Any]:
    with closing(engine.connect(store)) as conn:
        kinds = ("category", "total", "customer", "source", "alarm", "action")
        return alarms.heard(conn, watcher, kinds)


def test_it_finds_what_procat_check_finds(store, capsys):
    found = check(store, capsys, "--as-of", "2020-12", "--top", "0", *TODAY)
    judged = json.loads(ci(store, capsys, "procat", "check", "--as-of", "2020-12", "--format",
                           "json"))  # fmt: skip
    rows = [*judged["rows"], *judged["tables"]["total"]["rows"]]
    expected = {row["category"]: row for row in rows if row["state"] in ("alarm", "watch")}
    assert {name for _kind, name in found} == expected.keys()
    for (_kind, name), row in found.items():
        assert (row["state"], row["since"], row["money"], row["level"]) == (
            expected[name]["state"], expected[name]["since"], expected[name]["at_risk_12m"],
            expected[name]["state"],
        )  # fmt: skip


def test_looking_consumes_nothing_and_a_watcher_is_told_once(store, capsys):
    quiet = ("--as-of", "2020-12", "--top", "0", "--quiet")
    line = (*quiet, "--fail-on", "new", *TODAY)
    for _ in range(2):
        first = check(store, capsys, *quiet, "--fail-on", "alarm", *TODAY, code=FIRED)
    assert heard(store, "default") == {}
    assert json.loads(ci(store, capsys, "procat", "alarms", "--format", "json"))["rows"] == []
    told = check(store, capsys, "--watch", "cron", *line, code=FIRED)
    # raising the alarms is what a watcher does, so it also hears that nobody has taken them on
    assert told.keys() - first.keys() == {("alarm", "1"), ("alarm", "2")}
    assert check(store, capsys, "--watch", "cron", *line) == {}
    assert check(store, capsys, "--watch", "chat", *line, code=FIRED).keys() == told.keys()
    # an action for one alarm is the one change
    ci(store, capsys, "action", "add", "x", "--from-alarm", "1", "--owner", "li", "--due",
       "2021-01-15", *TODAY)  # fmt: skip
    changed = check(store, capsys, "--watch", "cron", *line, code=FIRED)
    assert {key: (row["was"], row["state"]) for key, row in changed.items()} == {
        ("alarm", "1"): ("no-action", "acted-on")
    }
    assert check(store, capsys, "--watch", "cron", *line) == {}
    # once the day has passed it is overdue; once it is done it is not
    later = (*line[:-1], "2021-01-16")
    overdue = check(store, capsys, "--watch", "cron", "--max-age", "all", *later, code=FIRED)
    assert {key: row["state"] for key, row in overdue.items()} == {("action", "A1"): "overdue"}
    ci(store, capsys, "action", "done", "1", "--today", "2021-01-17")
    over = check(store, capsys, "--watch", "cron", "--max-age", "all", *later, code=FIRED)
    assert {key: (row["was"], row["state"]) for key, row in over.items()} == {
        ("action", "A1"): ("overdue", "done")
    }
    assert check(store, capsys, "--watch", "cron", "--max-age", "all", *later) == {}


def test_what_is_new_is_new_to_somebody(store, capsys):
    """Without a watcher every look would find the same changes again, for ever."""
    for words in ((), ("--quiet",)):
        assert check(store, capsys, *words, "--fail-on", "new", code=ExitCode.DECIDE) == {}


def test_both_checks_share_what_a_watcher_knows_of_categories(store, capsys):
    words = ("--watch", "cron", "--as-of", "2020-12", "--quiet")
    ci(store, capsys, "procat", "check", *words)
    told = check(store, capsys, *words, "--top", "0", *TODAY)
    assert {kind for kind, _id in told} == {"alarm"}
    before = heard(store, "cron")
    assert ci(store, capsys, "procat", "check", *words) == ""
    assert heard(store, "cron") == before


def test_a_watcher_whose_output_failed_is_told_again(store, capsys, tmp_path):
    line = ("--watch", "cron", "--as-of", "2020-12", "--quiet", *TODAY)
    bad = str(tmp_path / "no such folder" / "x.csv")
    ci(store, capsys, "check", *line, "-o", bad, code=ExitCode.FAILED)
    assert heard(store, "cron") == {}
    assert check(store, capsys, *line)


def test_who_knows_a_later_day_is_told_nothing_of_the_past(store, capsys):
    line = ("check", "--watch", "cron", "--quiet")
    ci(store, capsys, *line, "--as-of", "2020-12", *TODAY)
    before = heard(store, "cron")
    ci(store, capsys, *line, "--as-of", "2020-06", "--today", "2020-07-01")
    assert heard(store, "cron") == before


def test_fail_on_alarm_until_everybody_has_taken_on_what_stands(store, capsys):
    line = ("--watch", "cron", "--as-of", "2020-12", "--top", "0", *TODAY, "--fail-on", "alarm")
    found = check(store, capsys, *line, code=FIRED)
    for row in found.values():
        if row["kind"] == "alarm":
            ci(store, capsys, "procat", "acknowledge", row["id"], "--reason", "seen")
    found = check(store, capsys, *line, code=FIRED)  # acknowledged alarms stand
    assert {row["kind"] for row in found.values()} >= {"category", "total"}
    for number in ("1", "2"):
        ci(store, capsys, "procat", "dismiss", number, "--reason", "planned")
    assert check(store, capsys, *line) == {}


def test_key_customers_beyond_their_rhythm(tmp_path, capsys):
    store = rhythms(tmp_path, "Mid", "Tiny")
    day = ("--as-of", "2026-08-21", "--today", "2026-08-21")
    found = check(store, capsys, *day)
    customers = {key[1]: row for key, row in found.items() if key[0] == "customer"}
    assert {row["name"] for row in customers.values()} == {"Mid Ltd", "Tiny Ltd"}
    mid = next(row for row in customers.values() if row["name"] == "Mid Ltd")
    assert (mid["state"], mid["level"], mid["since"], mid["days"], mid["money"]) == (
        "dormant", "alarm", "2026-03-21", 153, 4500,
    )  # fmt: skip
    # Tiny is no key customer of three
    three = check(store, capsys, *day, "--top", "3", "--fail-on", "alarm", code=FIRED)
    assert [row["name"] for row in three.values() if row["kind"] == "customer"] == ["Mid Ltd"]
    assert check(store, capsys, *day, "--top", "1", "--fail-on", "alarm") == {}


def test_who_was_told_of_is_followed_up_after_a_merge_and_when_they_buy_again(tmp_path, capsys):
    store = rhythms(tmp_path, "Mid", "Tiny")
    day = ("--watch", "cron", "--quiet", "--as-of", "2026-08-21", "--today", "2026-08-21")
    told = check(store, capsys, *day)
    assert {row["name"] for row in told.values()} == {"Mid Ltd", "Tiny Ltd"}
    # fewer key customers are no good news
    assert check(store, capsys, *day, "--top", "0") == {}
    ci(store, capsys, "dedupe", "merge", "Mid", "Tiny")
    assert check(store, capsys, *day) == {}
    (tmp_path / "more.csv").write_text(
        "Order ID,Customer ID,Customer Name,Order Date,Product,Amount\n"
        "N1,Mid,Mid Ltd,2026-08-20,T,5.00\n"
    )
    bring_in(store, tmp_path / "more.csv", source="shop")
    back = check(store, capsys, *day)
    assert {row["name"]: (row["was"], row["state"]) for row in back.values()} == {
        "Mid Ltd": ("dormant", "active")
    }
    assert check(store, capsys, *day) == {}


def test_sources_without_new_rows(tmp_path, capsys):
    store = rhythms(tmp_path)
    (tmp_path / "old.csv").write_text(
        "Order ID,Customer ID,Order Date,Product,Amount\nX,Big,2026-01-02,T,5.00\n"
        "Y,Big,2031-01-02,T,5.00\n"
    )
    bring_in(store, tmp_path / "old.csv", source="old shop")
    stale = check(store, capsys, "--today", "2026-08-25", "--top", "0")
    assert {key: (row["state"], row["since"], row["days"]) for key, row in stale.items()} == {
        ("source", "old shop"): ("stale", "2026-01-02", 235)  # an order to come does not count
    }
    both = check(store, capsys, "--today", "2026-08-25", "--top", "0", "--max-age", "4d")
    assert both.keys() == {("source", "old shop"), ("source", "shop")}
    just = check(store, capsys, "--today", "2026-08-25", "--top", "0", "--max-age", "5d")
    assert just.keys() == {("source", "old shop")}
    assert check(store, capsys, "--today", "2026-08-25", "--top", "0", "--max-age", "all") == {}
    ci(store, capsys, "check", "--max-age", "soon", code=ExitCode.DECIDE)


def test_what_left_the_store_is_told_once(tmp_path, capsys):
    store = rhythms(tmp_path, "Mid")
    day = ("--watch", "cron", "--quiet", "--today", "2026-12-01")
    ci(store, capsys, "action", "add", "x", "--owner", "li", "--due", "2026-11-01", *day[3:])
    told = check(store, capsys, *day)
    assert {kind for kind, _id in told} == {"customer", "source", "action"}
    ci(store, capsys, "import", "undo", "2", "--yes")
    ci(store, capsys, "import", "undo", "1", "--yes")
    gone = check(store, capsys, *day)
    assert {kind: row["state"] for (kind, _id), row in gone.items()} == {
        "source": "gone", "action": "gone",
    }  # fmt: skip
    assert check(store, capsys, *day) == {}


def test_nothing_wrong_is_said_to_people_and_not_to_cron(tmp_path, capsys):
    store = rhythms(tmp_path)
    assert "C1" not in ci(store, capsys, "check", "--today", "2026-08-25")
    out = ci(store, capsys, "check", "--today", "2026-08-25", "--format", "json")
    said = [note["text"] for note in json.loads(out)["meta"]["notes"]]
    assert said[0] == "Nothing needs attention."
    for watch in ((), ("--watch", "cron")):
        assert ci(store, capsys, "check", "--today", "2026-08-25", "--quiet", *watch) == ""


def test_an_empty_store_still_tells_of_actions(tmp_path, capsys):
    store = new_store(tmp_path / "ci.db")
    assert check(store, capsys) == {}
    ci(store, capsys, "action", "add", "x", "--owner", "li", "--due", "2026-11-01")
    found = check(store, capsys, "--today", "2026-12-01", "--fail-on", "alarm", code=FIRED)
    assert found.keys() == {("action", "A1")}


@pytest.mark.skipif(os.name != "posix", reason="cron is of Unix")
def test_cron_starts_it_with_an_empty_environment(store, tmp_path):
    line = [sys.executable, "-m", "ci_cli", "check", "--watch", "cron", "--quiet", "--fail-on",
            "new", "--as-of", "2020-12", *TODAY, "--db", str(store)]  # fmt: skip
    first = subprocess.run(line, env={}, capture_output=True, check=False, cwd=tmp_path)
    assert (first.returncode, b"Traceback" in first.stderr) == (FIRED, False)
    assert b"WMS" in first.stdout
    again = subprocess.run(line, env={}, capture_output=True, check=False, cwd=tmp_path)
    assert (again.returncode, again.stdout, again.stderr) == (DONE, b"", b"")
