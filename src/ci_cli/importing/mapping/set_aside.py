"""Columns that take back what other columns say and that an import does not read: it says so.

Money given back and days of cancellation beside the orders themselves, as shops export them. Which
lines they speak of is not said, so nothing is subtracted; but nobody should find that out later.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ci_cli.importing.mapping.columns import ColumnChoice, ColumnMap
from ci_cli.importing.mapping.headers import read_header
from ci_cli.importing.mapping.profile import Profile
from ci_cli.importing.values.verdicts import classify_status
from ci_cli.report import Note
from ci_cli.text import msg

_CANCELLED = re.compile(r"cancell?ed|^取消|作废|关闭时间")


def takes_back(columns: ColumnMap, rows: Sequence[Sequence[str]]) -> list[Note]:
    """Return what to say of columns that hold refunds or cancellations and have no field.

    Args:
        columns: what each column is.
        rows: a sample of the table.
    """
    if columns.kind != "orders":
        return []
    found = []
    status = columns.index("order.status")
    counted = [  # a status that says so takes the whole order out already
        row for row in rows
        if status is None or status >= len(row) or classify_status(row[status]) != "void"
    ]  # fmt: skip
    for choice in columns.columns:
        cells = [row[choice.index] for row in counted if choice.index < len(row)]
        if choice.field is None and not choice.own and (n := _told(choice, cells)):
            found.append(
                Note(
                    msg("“{header}” is not read, and {n} of the first {all} rows have a value in"
                        " it: what was refunded or cancelled there still counts",
                        header=choice.header, n=n, all=len(rows)),
                    "warning",
                )
            )  # fmt: skip
    return found


def _told(choice: ColumnChoice, cells: Sequence[str]) -> int:
    """Return how many rows say that something was refunded or cancelled."""
    heading = read_header(choice.header)
    profile = Profile(cells)
    if heading.apart == "refund" and profile.number == 1:
        return sum(bool(re.search(r"[1-9]", cell)) for cell in cells)
    if _CANCELLED.search(heading.key) and profile.bare_date >= 0.5:
        return profile.filled
    return 0
