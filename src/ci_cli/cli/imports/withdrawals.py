"""What ``import --complete`` takes out: the days it is for, the list on screen and in a file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from ci_cli.cli.options import Session
from ci_cli.report import Column, Note, Table, amounts_text
from ci_cli.shapes.trade import Withdrawal
from ci_cli.text import msg

SHOWN_ROWS = 10
ENDING = ".withdrawn.csv"


def days_of(text: str | None, today: date) -> tuple[str, str] | None:
    """Return the days that ``--complete`` speaks for, ISO, None where it was not given."""
    from ci_cli.analysis.periods import parse_period

    if text is None:
        return None
    first, last = parse_period(text, today)
    return first.isoformat(), last.isoformat()


def withdrawn_writer(session: Session, paths: list[Path]) -> Callable[[Withdrawal], str | None]:
    """Return a function that saves the rows taken out beside the first file, and says where."""

    def write(found: Withdrawal) -> str | None:
        from ci_cli.output.rejects import beside, free_name
        from ci_cli.output.render import write_rows

        if session.dry_run:
            return None
        target = free_name(beside(paths[0], session.db, ENDING), ENDING)
        write_rows(_columns(), found.rows, format="csv", target=target, quiet=True)
        return str(target)

    return write


def add_to(
    session: Session, found: Withdrawal, file: str | None, tables: list[Table], notes: list[Note],
    meta: dict[str, Any],
) -> None:  # fmt: skip
    """Add what was taken out to the report of an import: counts, the first rows, where all are."""
    meta["withdrawn"] = {
        "first": found.first, "last": found.last, "orders": found.orders, "lines": found.lines,
        "file": file,
    }  # fmt: skip
    counts = {
        "first": found.first, "last": found.last, "orders": found.orders, "lines": found.lines,
        "stored": found.stored_lines, "money": amounts_text(found.money),
    }  # fmt: skip
    if not found.rows:
        notes.append(
            Note(msg("Complete for {first} to {last}: the files lack nothing that the store holds"
                     " of these days.", **counts))
        )  # fmt: skip
        return
    # a machine gets all of them
    is_screen = session.format in (None, "table") and session.out is None
    shown = found.rows[:SHOWN_ROWS] if is_screen else found.rows
    tables.append(Table("withdrawn", _columns(), list(shown), title=msg("Withdrawn")))
    notes.append(
        Note(
            msg("Complete for {first} to {last}: withdrawn orders: {orders}, lines {lines} of"
                " {stored}, {money}.", **counts),
            "warning",
        )
    )  # fmt: skip
    if file is not None:
        notes.append(
            Note(msg("All of them: {file}. `ci-cli import undo {id}` brings them back.", file=file,
                     id=meta["import"]))
        )  # fmt: skip
    elif len(shown) < len(found.rows):
        notes.append(Note(msg("… and {n} more", n=len(found.rows) - len(shown))))


def _columns() -> tuple[Column, ...]:
    return (
        Column("source", msg("source")), Column("order", msg("order"), "id"),
        Column("day", msg("day"), "date"), Column("customer", msg("customer")),
        Column("kind", msg("kind"), "state"), Column("product", msg("product"), "id"),
        Column("product_name", msg("product name")), Column("category", msg("category")),
        Column("quantity", msg("quantity"), "quantity"), Column("amount", msg("amount"), "money"),
        Column("currency", msg("currency"), "state"), Column("import", msg("import"), "int"),
        Column("file", msg("file")), Column("sheet", msg("sheet")),
        Column("line", msg("line"), "int"),
    )  # fmt: skip
