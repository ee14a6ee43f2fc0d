"""Set and drop goals, note stakeholders; each is a batch of its own for ``import undo``."""

from __future__ import annotations

import sqlite3

from ci_cli.errors import CiError, ExitCode
from ci_cli.shapes.goals import GoalRow, NewGoal, NewStakeholder
from ci_cli.shapes.trade import Counts
from ci_cli.store import goals
from ci_cli.store.writes import batches, voices
from ci_cli.text import msg


def set_goal(conn: sqlite3.Connection, new: NewGoal, *, at: str) -> tuple[int, int]:
    """Set a goal; return its number and that of the batch. Inside a write transaction.

    Raises:
        CiError: ``goal-exists``, exit 2: two targets for the same figure and day.
    """
    for row in goals.listing(conn):
        if _same(row, new):
            raise CiError(
                "goal-exists",
                msg("Goal {code} is about {metric} by {day} already.", code=row.code,
                    metric=row.metric, day=row.by),
                hint=msg("Drop it first with `ci-cli goal drop {code}`, or choose another day: each"
                         " day is a milestone.", code=row.code),
                exit_code=ExitCode.DECIDE,
            )  # fmt: skip
    batch_id, file_id = voices.journal(conn, "goal set", "goals", new.author, at)
    cursor = conn.execute(
        "INSERT INTO goal (metric, target, direction, currency, by_parent, start_day, start_value,"
        " by_day, owner, stakeholder, state, created, author, file_id)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'open', ?, ?, ?)",
        (
            new.metric, new.target, new.direction, new.currency, int(new.by_parent), new.start_day,
            new.start_value, new.by, new.owner, new.stakeholder, new.created, new.author, file_id,
        ),
    )  # fmt: skip
    voices.close(conn, batch_id, file_id, Counts(read=1, created=1))
    return int(cursor.lastrowid or 0), batch_id


def _same(row: GoalRow, new: NewGoal) -> bool:
    return (row.metric, row.currency, row.by_parent, row.by) == (
        new.metric, new.currency, new.by_parent, new.by
    )  # fmt: skip


def drop(
    conn: sqlite3.Connection, number: int, *, day: str, reason: str | None, by: str, at: str
) -> int:
    """Drop a goal and return the number of the batch. Inside a write transaction.

    Raises:
        CiError: ``goal-unknown`` or ``goal-dropped``, exit 2.
    """
    row = goals.one(conn, number)
    if row.state != "open":
        raise CiError(
            "goal-dropped",
            msg("Goal {code} was dropped on {day} by {who}.", code=row.code, day=row.closed,
                who=row.closed_by),
            hint=msg("`ci-cli import history` names the entry that `ci-cli import undo` takes"
                     " back."),
            exit_code=ExitCode.DECIDE,
        )  # fmt: skip
    batch_id, file_id = voices.journal(conn, "goal drop", "goals", by, at)
    batches.keep_before(conn, batch_id, "goal", str(int(number)))
    conn.execute(
        "UPDATE goal SET state = 'dropped', closed = ?, closed_by = ?, reason = ? WHERE id = ?",
        (day, by, reason, number),
    )
    voices.close(conn, batch_id, file_id, Counts(read=1, updated=1))
    return batch_id


def add_stakeholder(conn: sqlite3.Connection, new: NewStakeholder, *, at: str) -> int:
    """Note who wants a report and return the number of the batch. Inside a write transaction.

    The same person said again replaces what was noted before.
    """
    batch_id, file_id = voices.journal(conn, "goal stakeholder add", "goals", new.author, at)
    known = [row.id for row in goals.stakeholders(conn, new.report) if row.person == new.person]
    if known:
        batches.keep_before(conn, batch_id, "stakeholder", str(known[0]))
        conn.execute(
            "UPDATE stakeholder SET wants = ?, created = ?, author = ? WHERE id = ?",
            (new.wants, new.created, new.author, known[0]),
        )
        counts = Counts(read=1, updated=1)
    else:
        conn.execute(
            "INSERT INTO stakeholder (report, person, wants, created, author, file_id)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (*new, file_id),
        )
        counts = Counts(read=1, created=1)
    voices.close(conn, batch_id, file_id, counts)
    return batch_id
