"""Add and close actions; each is a batch of its own, which ``import undo`` takes back."""

from __future__ import annotations

import sqlite3

from ci_cli.errors import CiError, ExitCode
from ci_cli.shapes.actions import Closing, Figure, NewAction
from ci_cli.shapes.trade import Counts
from ci_cli.store import actions
from ci_cli.store.writes import batches, typed
from ci_cli.text import msg


def add(conn: sqlite3.Connection, new: NewAction, *, at: str) -> tuple[int, int]:
    """Add an action; return its number and that of the batch. Inside a write transaction."""
    batch_id, file_id = typed.journal(conn, "action add", "actions", new.author, at, source=None)
    cursor = conn.execute(
        "INSERT INTO action (what, alarm_id, record_id, owner, due, state, created, author,"
        " figure_currency, before_as_of, before_state, before_score, before_rate, before_revenue,"
        " file_id) VALUES (?, ?, ?, ?, ?, 'open', ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            new.what, new.alarm_id, new.record_id, new.owner, new.due, new.created, new.author,
            new.figure_currency, *_scaled(new.before), file_id,
        ),
    )  # fmt: skip
    typed.close(conn, batch_id, file_id, Counts(read=1, created=1))
    return int(cursor.lastrowid or 0), batch_id


def close(conn: sqlite3.Connection, number: int, closing: Closing, *, at: str) -> int:
    """Close an action and return the number of the batch. Inside a write transaction.

    Raises:
        CiError: ``action-unknown`` or ``action-closed``, exit 2: somebody may have been faster.
    """
    refuse_closed(conn, number)
    word = "done" if closing.state == "done" else "drop"
    batch_id, file_id = typed.journal(
        conn, f"action {word}", "actions", closing.closed_by, at, source=None
    )
    batches.keep_before(conn, batch_id, "action", str(int(number)))
    conn.execute(
        "UPDATE action SET state = ?, closed = ?, closed_by = ?, reason = ?, kind = ?, won = ?,"
        " currency = ?, after_as_of = ?, after_state = ?, after_score = ?, after_rate = ?,"
        " after_revenue = ? WHERE id = ?",
        (
            closing.state, closing.closed, closing.closed_by, closing.reason, closing.kind,
            closing.won, closing.currency, *_scaled(closing.after), number,
        ),
    )  # fmt: skip
    typed.close(conn, batch_id, file_id, Counts(read=1, updated=1))
    return batch_id


def refuse_closed(conn: sqlite3.Connection, number: int) -> None:
    """Raise ``action-closed`` unless the action is open."""
    row = actions.one(conn, number)
    if row.state != "open":
        said = (
            msg("Action A{number} was done on {day} by {who}.", number=number, day=row.closed,
                who=row.closed_by)
            if row.state == "done"
            else msg("Action A{number} was dropped on {day} by {who}.", number=number,
                     day=row.closed, who=row.closed_by)
        )  # fmt: skip
        raise CiError(
            "action-closed",
            said,
            hint=msg("`ci-cli action show {number}` shows it; `ci-cli import history` names the"
                     " entry that `ci-cli import undo` takes back.", number=number),
            exit_code=ExitCode.DECIDE,
        )  # fmt: skip


def _scaled(figure: Figure | None) -> tuple[object, ...]:
    """Return the columns of a figure, scores and rates as whole millionths."""
    if figure is None:
        return (None,) * len(Figure._fields)
    score, rate = (
        None if value is None else round(value * actions.SCALE)
        for value in (figure.score, figure.rate)
    )
    return (figure.as_of, figure.state, score, rate, figure.revenue)
