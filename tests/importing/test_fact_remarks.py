"""Lists of facts: what stands out in a row is told with its first line, and the row is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from importer import bring_in, new_store

TODAY = "2026-11-23"


def _told(tmp_path: Path, text: str, kind: str) -> tuple[list[str], int, int]:
    """Return the warnings of an import, and how many rows came in and were rejected."""
    store = new_store(tmp_path / "ci.db")
    path = tmp_path / "list.csv"
    path.write_text(text, "utf-8")
    result = bring_in(store, path, kind=kind, today=TODAY)
    counts = result.files[0].counts
    warnings = [str(note.text) for note in result.files[0].notes if note.level == "warning"]
    return warnings, counts.created, counts.rejected


TICKETS = "Ticket ID,Created At,Customer ID,Subject,Status,Closed At\n"
CALLS = "Activity Date,Activity Type,Account,Notes\n"
CONTRACTS = "Contract No,Customer Name,Signed Date,Contract Start,Contract End,Contract Value\n"
ATTITUDES = "Date,Customer ID,Attitude,Motive\n"
FEEDBACK = "Customer ID,Review Date,Rating,Review Text,Feedback Type\n"
AHEAD = "Rows dated in the future: {n} (the first: {day}, line {line})."


@pytest.mark.parametrize(
    ("kind", "text", "warnings"),
    [
        ("interactions", TICKETS + "T1,2026-10-20,K1,a,Closed,2026-10-20\n"
         "T2,2026-10-20,K1,b,Closed,2026-10-10\nT3,2026-10-20,K1,c,Closed,2026-10-11\n",
         ["Rows closed before they were created: 2 (the first: line 3). They count in no figure"
          " of days."]),
        ("contracts", CONTRACTS + "C1,A,2026-01-01,2026-01-01,2026-12-31,1\n"
         "C2,A,2026-01-01,2026-03-01,2026-02-01,1\nC3,A,2026-05-01,,2026-02-01,1\n"
         "C4,A,,2027-03-01,2028-02-01,1\n",
         ["Contracts that end before they begin or are signed: 2 (the first: line 3)."]),
        ("interactions", CALLS + "2026-11-23,Mail,A,x\n2026-11-24,Mail,A,y\n"
         "2026-11-25,Call,A,planned\n2026-11-25,Promise,A,promised\n",
         [AHEAD.format(n=1, day="2026-11-24", line=3)]),
        ("attitudes", ATTITUDES + "2026-11-24,K1,warm,price\n2026-11-20,K1,cold,\n",
         [AHEAD.format(n=1, day="2026-11-24", line=2)]),
        ("feedback", FEEDBACK + "K1,2026-11-20,5,good,praise\nK1,2027-01-01,5,good,praise\n",
         [AHEAD.format(n=1, day="2027-01-01", line=3)]),
        ("feedback", FEEDBACK + "K1,2026-11-20,4,good,\nK1,2026-11-20,abc,bad,乱写\n"
         "K1,2026-11-20,,late,complaint\n",
         ["Kinds of feedback that are not known, counted as reviews: 乱写.",
          "Rows whose rating cannot be read: 1 (the first: line 3). Their words are kept, without"
          " a rating."]),
    ],
)  # fmt: skip
def test_what_stands_out_is_told_and_kept(
    tmp_path: Path, kind: str, text: str, warnings: list[str]
) -> None:
    assert _told(tmp_path, text, kind) == (warnings, text.count("\n") - 1, 0)


def test_a_row_that_says_nothing_but_an_unreadable_rating_is_rejected(tmp_path: Path) -> None:
    text = FEEDBACK + "K1,2026-11-20,4,good,\nK1,2026-11-20,abc,,\n"
    assert _told(tmp_path, text, "feedback") == ([], 1, 1)
