"""``ref board``: seats, terms and attendance of the advisory group."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from ci_cli import text
from ci_cli.analysis.references.board import Seat, meetings, seats
from ci_cli.cli.app import run
from ci_cli.errors import ExitCode
from ci_cli.shapes.references import Step
from store_dump import logical_dump

TODAY = "1998-05-07"


def step(number: int, day: str, kind: str, **told: Any) -> Step:
    return Step(told.pop("customer", 1), number, day, kind, **told)


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([step(1, "2026-01-01", "join")], ("member", None, 0, 0)),
        ([step(1, "2026-01-01", "join", until="2026-06-01")], ("member", None, 0, 0)),  # its last
        ([step(1, "2026-01-01", "join", until="2026-05-31")], ("ended", "2026-05-31", 0, 0)),
        ([step(1, "2026-01-01", "join"), step(2, "2026-06-01", "leave")],
         ("left", "2026-06-01", 0, 0)),
        ([step(1, "2026-01-01", "join"), step(2, "2026-06-02", "leave")], ("member", None, 0, 0)),
        ([step(1, "2026-01-01", "join"), step(2, "2026-02-01", "attend", note="m"),
          step(3, "2026-03-01", "attend", note="m", customer=2)], ("member", None, 2, 1)),
        ([step(1, "2026-02-02", "join"), step(2, "2026-02-01", "attend", note="m", customer=2)],
         ("member", None, 0, 0)),  # met before its term
        ([step(1, "2026-01-01", "join", until="2026-03-01"),
          step(2, "2026-03-02", "attend", note="m", customer=2)], ("ended", "2026-03-01", 0, 0)),
        ([step(1, "2026-01-01", "join"), step(2, "2026-02-01", "attend", note="m"),
          step(3, "2026-02-01", "attend", note="m")], ("member", None, 1, 1)),  # noted twice
    ],
)  # fmt: skip
def test_a_seat_lasts_to_its_end_and_counts_the_meetings_of_its_term(steps, expected):
    by_customer: dict[int, list[Step]] = {}
    for one in steps:
        by_customer.setdefault(one.customer_id, []).append(one)
    (seat,) = [one for one in seats(by_customer, "2026-06-01") if one.customer_id == 1]
    assert (seat.state, seat.ended, seat.held, seat.came) == expected


def test_who_joins_again_has_two_terms_and_a_meeting_counts_who_sat_there():
    told = {1: [step(1, "2025-01-01", "join", until="2025-12-31"), step(3, "2026-02-01", "join"),
                step(5, "2026-03-01", "attend", note="spring")],
            2: [step(2, "2025-06-01", "join", customer=2), step(4, "2026-02-15", "leave",
                                                                customer=2)]}  # fmt: skip
    assert seats(told, "2026-06-01") == [
        Seat(1, None, "2026-02-01", None, "member", None, 1, 1, "2026-03-01"),
        Seat(1, None, "2025-01-01", "2025-12-31", "ended", "2025-12-31", 0, 0, None),
        Seat(2, None, "2025-06-01", None, "left", "2026-02-15", 0, 0, None),
    ]
    (met,) = meetings(told, "2026-06-01")
    assert (met.day, met.name, met.members, met.came) == ("2026-03-01", "spring", 1, 1)


@pytest.fixture
def store(demo_store: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(demo_store, tmp_path / "ci.db"))


def board(
    store: Path, capsys: pytest.CaptureFixture[str], *words: str, code: int = 0
) -> tuple[str, str]:
    capsys.readouterr()
    line = ["ref", "board", *words, "--db", str(store), "--lang", "en", "--today", TODAY]
    assert run(line) == code, capsys.readouterr().err
    text.activate("en")
    done = capsys.readouterr()
    return done.out, done.err


def test_members_terms_and_attendance_are_listed(store, capsys):
    board(store, capsys, "join", "ERNSH", "--contact", "roland mendel", "--until", "1998-12-31",
          "--on", "1998-01-05")  # fmt: skip
    board(store, capsys, "join", "QUICK", "--on", "1998-01-05")
    board(store, capsys, "attend", "ERNSH", "--meeting", "spring", "--on", "1998-03-02")
    # anybody of QUICK-Stop may sit on its seat
    board(store, capsys, "attend", "QUICK", "--contact", "Somebody", "--meeting", "spring",
          "--on", "1998-03-02")  # fmt: skip
    board(store, capsys, "attend", "QUICK", "--meeting", "summer", "--on", "1998-05-04")
    found = json.loads(board(store, capsys, "list", "--format", "json")[0])
    assert [(row["name"], row["person"], row["until"], row["came"], row["held"])
            for row in found["rows"]] == [
        ("Ernst Handel", "Roland Mendel", "1998-12-31", 1, 2), ("QUICK-Stop", None, None, 2, 2),
    ]  # fmt: skip
    assert [(row["meeting"], row["members"], row["came"])
            for row in found["tables"]["meetings"]["rows"]] == [
        ("summer", 2, 1), ("spring", 2, 2),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "words",
    [
        ["attend", "SAVEA", "--meeting", "m"],
        ["leave", "SAVEA"],
        ["attend", "ERNSH", "--meeting", "m", "--on", "1998-01-04"],  # before it joined
        ["attend", "ERNSH", "--meeting", "m"],  # which of two?
        ["attend", "ERNSH", "--contact", "Eve", "--meeting", "m"],
        ["join", "ERNSH", "--contact", "Ann"],
    ],
    ids=" ".join,
)
def test_who_has_no_seat_or_two_is_told_so_and_nothing_is_noted(store, capsys, words):
    for person in ("Ann", "Bob"):
        board(store, capsys, "join", "ERNSH", "--contact", person, "--on", "1998-01-05")
    before = logical_dump(store)
    _out, err = board(store, capsys, *words, code=ExitCode.DECIDE)
    assert "board-no-seat" in err
    assert logical_dump(store) == before


def test_a_seat_is_no_nomination_and_no_consent(store, capsys):
    board(store, capsys, "join", "ERNSH")
    capsys.readouterr()
    assert run(["ref", "list", "--db", str(store), "--format", "json", "--today", TODAY]) == 0
    assert json.loads(capsys.readouterr().out)["rows"] == []
