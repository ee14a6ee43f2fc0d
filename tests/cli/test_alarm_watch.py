"""An alarm speaks when its state changes, to every watcher once, and never vanishes."""

from __future__ import annotations

import json
import shutil
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from ci_cli import text
from ci_cli.cli.app import run
from ci_cli.cli.selling import check_commands
from ci_cli.errors import ExitCode
from ci_cli.store import alarms, engine
from declines import made, store_of

DONE, FIRED = ExitCode.DONE, ExitCode.CHECK_FIRED


@pytest.fixture(scope="module")
def made_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """WMS loses customers from 2020-03 on; Robots do not."""
    orders = [
        *made("WMS", 36, onset=26, attrition=0.08, rate=1.5),
        *made("Robots", 36, rate=1.0, customers=80, seed=2),
    ]
    return store_of(tmp_path_factory.mktemp("watch"), orders)


@pytest.fixture
def store(made_store: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(made_store, tmp_path / "ci.db"))


def ci(store: Path, line: str, capsys: pytest.CaptureFixture[str], code: int = DONE) -> str:
    capsys.readouterr()
    assert run([*line.split(), "--db", str(store), "--lang", "en"]) == code
    text.activate("en")
    return capsys.readouterr().out


def watch(store: Path, capsys: pytest.CaptureFixture[str], line: str, code: int = DONE) -> Any:
    out = ci(store, f"procat check --quiet --format json {line}", capsys, code)
    return {row["category"]: row for row in json.loads(out)["rows"]} if out else None


def standing(store: Path) -> list[Any]:
    with closing(engine.connect(store)) as conn:
        return [row for row in alarms.listing(conn) if row.kind == "category"]


def test_a_change_is_told_once_to_each_watcher(store, capsys):
    assert watch(store, capsys, "--watch cron --as-of 2019-12 --fail-on new") is None
    told = watch(store, capsys, "--watch cron --as-of 2020-12 --fail-on new", FIRED)
    assert told.keys() == {"WMS"}
    assert (told["WMS"]["state"], told["WMS"]["was"], told["WMS"]["status"]) == (
        "alarm", "ok", "open",
    )  # fmt: skip
    assert watch(store, capsys, "--watch cron --as-of 2020-12 --fail-on new") is None
    assert (
        watch(store, capsys, "--watch chat --as-of 2020-12 --fail-on new", FIRED)["WMS"]["was"]
        == "unknown"
    )


def test_without_a_watcher_a_change_is_one_on_the_month_before(store, capsys):
    """What plain looks at two months say differently is news of the later one, and only that."""
    months = ["2020-04", "2020-05", "2020-06", "2020-07"]
    states = {}
    for month in months:
        found = json.loads(ci(store, f"procat check --format json --as-of {month}", capsys))
        rows = [*found["rows"], *found["tables"]["total"]["rows"]]
        states[month] = {row["category"]: row["state"] for row in rows}
    changes = []
    for before, month in pairwise(months):
        was, now = states[before], states[month]
        changes.append({name for name in now if now[name] != was[name]})
        for _time in range(2):  # looking consumes nothing
            code = FIRED if changes[-1] else DONE
            line = f"procat check --quiet --format json --as-of {month} --fail-on new"
            out = ci(store, line, capsys, code)
            assert bool(out) == bool(changes[-1])
            if out:
                tables = json.loads(out)
                others = tables.get("tables", {}).values()
                told = [*tables["rows"], *(row for one in others for row in one["rows"])]
                assert {row["category"]: row["was"] for row in told} == {
                    name: was[name] for name in changes[-1]
                }
    assert changes == [{"WMS"}, {"total"}, set()]


def test_looking_consumes_nothing(store, capsys):
    for _ in range(2):
        ci(store, "procat check --as-of 2020-12", capsys)
        ci(store, "procat check --as-of 2020-12 --fail-on new", capsys)
        ci(store, "procat check --as-of 2020-12 --fail-on alarm", capsys, FIRED)
    with closing(engine.connect(store)) as conn:
        assert alarms.heard(conn, check_commands.NOBODY) == {}
    assert standing(store) == []
    assert watch(store, capsys, "--watch cron --as-of 2020-12").keys() == {"WMS"}


def test_a_watcher_whose_output_failed_is_told_again(store, capsys, tmp_path):
    bad = tmp_path / "no such folder" / "x.csv"
    line = ["procat", "check", "--watch", "cron", "--as-of", "2020-12", "--db", str(store)]
    assert run([*line, "-o", str(bad)]) == ExitCode.FAILED
    text.activate("en")
    assert watch(store, capsys, "--watch cron --as-of 2020-12").keys() == {"WMS"}


def test_an_alarm_is_kept_when_it_is_over(store, capsys):
    watch(store, capsys, "--watch cron --as-of 2020-12")
    (alarm,) = standing(store)
    assert (alarm.label, alarm.opened, alarm.closed) == ("WMS", "2020-12", None)
    # the same alarm a second time is the same alarm
    watch(store, capsys, "--watch chat --as-of 2020-12")
    assert [row.id for row in standing(store)] == [alarm.id]
    with closing(engine.connect(store, write=True)) as conn, engine.transaction(conn):
        subject = ("category", "WMS", "EUR")
        alarms.sync(conn, month="2021-03", at="", today="", states={subject: "watch"}, alarms=[])
        assert alarms.listing(conn)[-1].closed is None  # still watched
        alarms.sync(conn, month="2021-04", at="", today="", states={subject: "ok"}, alarms=[])
    assert [row.closed for row in standing(store)] == ["2021-04"]
    assert "WMS" not in ci(store, "procat alarms --format csv", capsys)
    assert "WMS" in ci(store, "procat alarms --all", capsys)


def test_a_dismissed_alarm_stands_no_more_and_an_acknowledged_one_does(store, capsys):
    orders = "--as-of 2020-12 --fail-on alarm --currency EUR"
    watch(store, capsys, f"--watch cron {orders}", FIRED)
    numbers = {}
    with closing(engine.connect(store)) as conn:
        numbers = {row.kind: row.id for row in alarms.listing(conn)}
    ci(store, f"procat acknowledge {numbers['category']} --reason seen", capsys)
    ci(store, f"procat check --quiet {orders}", capsys, FIRED)
    for number in numbers.values():
        ci(store, f"procat dismiss {number} --reason planned --dry-run", capsys)
    ci(store, f"procat check --quiet {orders}", capsys, FIRED)
    for number in numbers.values():
        ci(store, f"procat dismiss {number} --reason planned", capsys)
    ci(store, f"procat check --quiet {orders}", capsys)
    (alarm,) = standing(store)
    assert (alarm.status, alarm.reason) == ("dismissed", "planned")
    for unknown in (99, 10**30):
        line = f"procat dismiss {unknown} --reason x"
        assert ci(store, line, capsys, ExitCode.DECIDE) == ""


def test_who_knows_a_later_month_is_told_nothing_of_the_past(store, capsys):
    watch(store, capsys, "--watch cron --as-of 2020-12")
    watch(store, capsys, "--watch cron --as-of 2020-01")
    with closing(engine.connect(store)) as conn:
        assert {month for _state, month in alarms.heard(conn, "cron").values()} == {"2020-12"}
    assert watch(store, capsys, "--watch cron --as-of 2020-12") is None


def test_a_category_that_left_the_store_is_told(store, capsys):
    watch(store, capsys, "--watch cron --as-of 2020-12")
    ci(store, "procat categories --rename WMS=Warehouses", capsys)
    told = watch(store, capsys, "--watch cron --as-of 2020-12")
    assert told.keys() == {"Warehouses"}
    out = ci(store, "procat check --watch chat --as-of 2020-12", capsys)
    assert "Warehouses" in out
