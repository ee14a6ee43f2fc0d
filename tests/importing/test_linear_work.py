"""Importing twice as much takes twice the work, and so do importing it again and undoing it.

Work is counted in steps of SQLite's virtual machine, which no other program on the machine alters.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ci_cli.importing.load import run_import
from ci_cli.importing.model import ImportOptions, ImportResult
from ci_cli.store import engine
from ci_cli.store.writes import undo
from importer import AT, new_store

FEW, TIMES = 250, 4
STEPS = 200  # counted at a time
# a loop over all rows for each row would take TIMES times as long again
TOO_MANY = TIMES * 1.4

Row = Callable[[int], list[Any]]
KINDS: dict[str, tuple[str, str, Row]] = {
    "calls by name": (
        "interactions", "Customer,Date,Kind,Author,Text,Contact",
        lambda n: [f"Firm {n} Ltd", "2025-01-02", "call", "li", f"note {n}", f"Ann {n}"],
    ),
    "calls by number": (
        "interactions", "Phone,Date,Kind,Text",
        lambda n: [f"+44 20 7{n:07d}", "2025-01-02", "call", f"note {n}"],
    ),
    "calls by id": (
        "interactions", "Customer ID,Date,Kind,Text",
        lambda n: [f"K{n}", "2025-01-02", "call", f"note {n}"],
    ),
    "contracts": (
        "contracts", "Customer,Contract no,Start,End,Value",
        lambda n: [f"Firm {n} Ltd", f"V{n}", "2024-01-01", "2026-01-01", n + 1],
    ),
    "deals": (
        "opportunities", "Customer,Deal,Stage,Value,Opened",
        lambda n: [f"Firm {n} Ltd", f"D{n}", "won", n + 1, "2025-01-01"],
    ),
    "usage": (
        "usage", "Customer,Month,Metric,Value",
        lambda n: [f"Firm {n} Ltd", f"2025-{n % 12 + 1:02d}", f"m{n}", n],
    ),
    "feedback": (
        "feedback", "Customer,Date,Feedback type,Text",
        lambda n: [f"Firm {n} Ltd", "2025-01-01", "add", f"wish {n}"],
    ),
    "attitudes": (
        "attitudes", "Customer,Date,Attitude,Motive,Why",
        lambda n: [f"Firm {n} Ltd", "2025-01-01", "cooling", f"price {n}", f"reason {n}"],
    ),
    "roi": (
        "roi", "Customer,Date,Metric,Before,After,Words",
        lambda n: [f"Firm {n} Ltd", "2025-01-01", f"m{n}", n + 2, n + 1, f"saves us {n}"],
    ),
    "contacts": (
        "contacts", "Customer,Contact,Phone,Email",
        lambda n: [f"Firm {n} Ltd", f"Ann {n}", f"+44 20 8{n:07d}", f"ann{n}@x.example"],
    ),
    "customers": (
        "customers", "Customer,Phone,Email,City",
        lambda n: [f"Firm {n}", f"+44 20 7{n:07d}", f"info@x{n}.example", "Leeds"],
    ),
    "orders": (
        "orders", "Customer,Order no,Date,Product,Quantity,Amount",
        lambda n: [f"Firm {n} Ltd", f"O{n}", "2025-01-01", f"P{n}", 1, 10],
    ),
}  # fmt: skip


def _counted(conn: engine.Connection, job: Callable[[], Any]) -> tuple[int, Any]:
    """Do the job; return how often ``STEPS`` steps were done for it, and its outcome."""
    steps = 0

    def note() -> int:
        nonlocal steps
        steps += 1
        return 0

    conn.set_progress_handler(note, STEPS)
    try:
        outcome = job()
    finally:
        conn.set_progress_handler(None, 0)
    return steps, outcome


def _write(path: Path, header: str, row: Row, many: int) -> Path:
    with path.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows([header.split(","), *map(row, range(many))])
    return path


def _works(folder: Path, kind: str, many: int) -> list[int]:
    """Return the work of an import of ``many`` rows, of the same again, and of its undo."""
    what, header, row = KINDS[kind]
    folder.mkdir()
    known = _write(
        folder / "known.csv", "Customer ID,Customer name,Phone",
        lambda n: [f"K{n}", f"Firm {n} Ltd", f"+44 20 7{n:07d}"], many,
    )  # fmt: skip
    listed = _write(folder / "listed.csv", header, row, many)
    with closing(engine.connect(new_store(folder / "ci.db"), write=True)) as conn:

        def bring(path: Path, what: str, source: str) -> ImportResult:
            options = ImportOptions(kind=what, source=source)  # type: ignore[arg-type]
            return run_import(conn, [path], options, imported_by="tester", at=AT)

        def take_back(batch: int) -> undo.Undone:
            with engine.transaction(conn):
                return undo.undo(conn, batch, AT)

        bring(known, "customers", "crm" if kind != "calls by id" else "list")
        new, first = _counted(conn, lambda: bring(listed, what, "list"))
        assert first.counts.created == many
        again, second = _counted(conn, lambda: bring(listed, what, "list"))
        assert second.counts.unchanged == many
        back, _ = _counted(conn, lambda: take_back(first.batch_id))
    return [new, again, back]


@pytest.mark.parametrize("kind", KINDS)
def test_work_grows_with_the_rows(tmp_path: Path, kind: str) -> None:
    few = _works(tmp_path / "few", kind, FEW)
    many = _works(tmp_path / "many", kind, FEW * TIMES)
    for steps, more in zip(few, many, strict=True):
        assert more < steps * TOO_MANY, (few, many)
