"""``ci-cli dedupe merge|split|history`` as people type it."""

from __future__ import annotations

import json
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ci_cli import text
from ci_cli.cli.app import run as run_program

Run = Callable[..., Any]


@pytest.fixture
def run(
    demo_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:  # fmt: skip
    """Run a line on a copy of the demo store; return its rows, or with ``fails`` what it said."""
    monkeypatch.chdir(tmp_path)
    shutil.copy(demo_store, tmp_path / "ci.db")
    monkeypatch.setenv("LOGNAME", "ann")

    def type_line(line: str, *, fails: int = 0) -> Any:
        capsys.readouterr()
        code = run_program([*shlex.split(line), "--lang", "en"])
        text.activate("en")
        out, err = capsys.readouterr()
        assert code == fails, err
        return json.loads(out) if "--format json" in line and not fails else out + err

    return type_line


def total(report: dict[str, Any], column: str) -> float:
    return round(sum(float(row[column]) for row in report["rows"]), 2)


def test_every_report_counts_the_merged_as_one(run: Run) -> None:
    before = run("rfm run --format json")
    run("rfm run --save before -q")
    run("dedupe merge ERNSH PICCO --keep PICCO --note 'same house' -q")
    after = run("rfm run --format json")
    assert len(after["rows"]) == len(before["rows"]) - 1
    assert total(after, "monetary") == total(before, "monetary")
    one = {row["customer"]: row for row in after["rows"]}
    then = {row["customer"]: row for row in before["rows"]}
    assert "C20" not in one
    assert one["C59"]["monetary"] == pytest.approx(
        float(then["C20"]["monetary"]) + float(then["C59"]["monetary"])
    )
    for name in ("C20", "C59", "ERNSH", "Ernst Handel"):
        assert run(f"customer show {shlex.quote(name)} --format json")["meta"]["customer"] == "C59"
        assert run(f"rfm show {shlex.quote(name)} --format json")["meta"]["customer"] == "C59"
    crosswalk = run("export crosswalk --format csv")
    assert "default,id,ERNSH,C59" in crosswalk
    assert "C20" not in run("export orders --format csv")
    listed = run("export customers --format csv --columns ci_id,ci_source,'customer id'")
    assert "C59,default,PICCO" in listed
    assert "ERNSH" not in listed
    drill = "procat report --by customer --drill {} 1998-04 --format json"
    assert run(drill.format("C20")) == run(drill.format("C59"))
    run("rfm run --save after -q")
    compared = run("rfm compare before after")
    assert "Scores of customers merged since: 1" in compared

    run("dedupe split C20 -q")
    assert run("rfm run --format json") == before


def test_a_dry_run_says_the_same_and_does_nothing(run: Run, tmp_path: Path) -> None:
    before = (tmp_path / "ci.db").read_bytes()
    said = run("dedupe merge ERNSH PICCO ALFKI --dry-run --format json")
    assert [(row["customer"], row["what"]) for row in said["rows"]] == [
        ("C20", "kept"), ("C59", "merged"), ("C1", "merged"),
    ]  # fmt: skip
    assert (tmp_path / "ci.db").read_bytes() == before


def test_merging_twice_changes_nothing(run: Run, tmp_path: Path) -> None:
    run("dedupe merge ERNSH PICCO -q")
    before = run("dedupe history --format json")
    assert "one customer already" in run("dedupe merge PICCO C20")
    assert run("dedupe history --format json") == before


def test_the_history_says_who_why_and_what_is_left(run: Run) -> None:
    run("dedupe merge ERNSH PICCO --note 'same house' -q")
    run("dedupe merge ERNSH ALFKI ANATR -q")
    run("dedupe split C1 -q --note 'another town'")
    found = run("dedupe history --format json")["rows"]
    assert [
        (row["number"], row["what"], row["customer"], row["others"], row["state"], row["by"],
         row["note"])
        for row in found
    ] == [
        (3, "split", "C20", "C1", None, "ann", "another town"),
        (2, "merge", "C20", "C1, C2", "partly", "ann", None),
        (1, "merge", "C20", "C59", "together", "ann", "same house"),
    ]  # fmt: skip
    assert [row["number"] for row in run("dedupe history ALFKI --format json")["rows"]] == [3, 2]
    of_one = run("dedupe history C59")
    assert "same house" in of_one
    assert "apart" in of_one


def test_records_leave_and_a_whole_run_is_taken_back(run: Run) -> None:
    run("dedupe merge ERNSH PICCO ALFKI -q")
    assert "Customers now: 2" in run("dedupe split C20 --record 1 --record 59")
    assert run("customer show ALFKI --format json")["meta"]["customer"] == "C1"
    assert run("customer show PICCO --format json")["meta"]["customer"] == "C1"
    run("dedupe split --run 1", fails=2)  # nothing of it is together with C20 any more
    run("dedupe merge C1 C2 -q")
    assert "A scan may propose them again" in run("dedupe split --run 3 --open")


def test_what_others_wrote_in_their_own_columns_is_exported_too(run: Run, tmp_path: Path) -> None:
    (tmp_path / "crm.csv").write_text(
        "Customer ID,Customer Name,Club\n7,Ernst Handel GmbH,Golf\n", "utf-8"
    )
    run("import crm.csv --as customers --source crm -q")
    run("dedupe merge ERNSH 'Ernst Handel GmbH' -q")
    rows = run("export customers --format csv --columns 'customer id,Club,fax'").splitlines()
    assert "ERNSH,Golf,7675-3426" in rows
    why = run("customer show ERNSH --why --format json")
    assert "Golf" in json.dumps(why)
