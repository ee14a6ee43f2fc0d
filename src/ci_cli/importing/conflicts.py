"""Rows that contradict the store: read again from the file, with what is wrong and what to do."""

from __future__ import annotations

from ci_cli.errors import Where
from ci_cli.importing.model import Reject
from ci_cli.importing.plan import TablePlan
from ci_cli.text import msg

_CONFLICTS = {  # reason -> what is wrong, what to do
    "part": (
        msg("the store holds lines of this order that the file does not have"),
        msg(
            "nobody can tell a correction from a part of an order: import it whole, or undo the"
            " import that brought it (ci-cli import history) and import it again"
        ),
    ),
    "other": (
        msg("the store has an order of this number for another customer or in another currency"),
        msg("if two systems use the same numbers, give each a name with --source"),
    ),
    "unread": (
        msg(
            "another row of this order could not be read, and the store holds lines of it that the"
            " readable rows do not have"
        ),
        msg("correct that row in the export, and import the whole export again with --complete"),
    ),
    "elsewhere": (
        msg("another file of this import says otherwise about the same figure"),
        msg(
            "if the files speak of different things, import each with a --source of its own; else"
            " keep the one that is right"
        ),
    ),
    "twice": (
        msg("an earlier row of this file says otherwise about the same thing"),
        msg("keep the row that is right and remove the other"),
    ),
}


def read_conflicts(plan: TablePlan, lines: dict[int, str]) -> list[Reject]:
    """Return the rows that contradict the store, read again from the file."""
    return [
        Reject(
            Where(str(plan.table.file), plan.table.sheet, line), "", *_CONFLICTS[lines[line]],
            row, is_conflict=True,
        )
        for line, row in plan.rows_again(lines)
    ]  # fmt: skip
