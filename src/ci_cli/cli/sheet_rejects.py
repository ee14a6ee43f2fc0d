"""What commands that take sheets in say of the rows that they did not take."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ci_cli.report import Column, Report, Table
from ci_cli.text import msg

if TYPE_CHECKING:
    from ci_cli.importing.small_sheets import Rejected


def not_taken(key: str, who: Column, rejects: Sequence[Rejected]) -> Report:
    """Return the rows of a sheet that were not taken, each with its line and the reason.

    Args:
        key: of the report.
        who: the column for what a row is about.
        rejects: the rows.
    """
    columns = (
        Column("file", msg("file")), Column("line", msg("line"), "int"), who,
        Column("reason", msg("reason")),
    )  # fmt: skip
    rows = [(one.file, one.line, one.who, one.reason) for one in rejects]
    return Report(key, msg("Rows not taken"), [Table("rejects", columns, rows)])
