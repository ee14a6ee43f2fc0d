"""``feedback due``: key accounts that nobody has heard for so long, and no others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ci_cli.cli.app import run
from importer import bring_in, new_store

TODAY = ("--today", "2026-06-30")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("due")
    made = new_store(folder / "ci.db")
    (folder / "c.csv").write_text(
        "Customer ID,Customer Name,Tier,Account Owner\nK1,Acme,A,li\nK2,Blue,A,chen\nK3,Cord,a,li\n"
        "K4,Dune,B,li\n", "utf-8",
    )  # fmt: skip
    bring_in(made, folder / "c.csv", kind="customers")
    (folder / "f.csv").write_text(
        "Customer ID,Date,Text\nK1,2026-01-02,first day of 180\nK2,2026-01-01,a day too early\n",
        "utf-8",
    )
    bring_in(made, folder / "f.csv", kind="feedback")
    (folder / "i.csv").write_text(
        "Customer ID,Date,Kind,Text\nK3,2026-01-01,call,a call is no feedback\n", "utf-8"
    )
    bring_in(made, folder / "i.csv", kind="interactions")
    return made


def due(store: Path, capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    capsys.readouterr()
    assert run(["feedback", "due", *words, *TODAY, "--db", str(store), "--format", "json"]) == 0
    return json.loads(capsys.readouterr().out)  # type: ignore[no-any-return]


def test_only_the_tier_is_asked_and_only_the_silent_are_listed(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = due(store, capsys, "--tier", "A", "--every", "180d")
    told = [(row["customer"], row["last_feedback"], row["last_contact"]) for row in found["rows"]]
    assert told == [
        ("C3", None, "2026-01-01"), ("C2", "2026-01-01", None),
    ]  # fmt: skip
    assert (found["meta"]["accounts"], found["meta"]["from"]) == (3, "2026-01-02")
    of_one = due(store, capsys, "--tier", "A", "--every", "180d", "--owner", "chen")
    assert [row["customer"] for row in of_one["rows"]] == ["C2"]


def test_a_tier_that_nobody_has_says_where_tiers_come_from(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = due(store, capsys, "--tier", "Z")
    assert found["rows"] == []
    assert "ci-cli customer set NAME tier=Z" in found["meta"]["notes"][-1]["text"]
