"""Which sheets of a workbook are read: the visible ones, or the one that was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

MAX_SHEET_ROWS = 1_048_576  # what Excel and LibreOffice can hold


class Sheet(NamedTuple):
    """One tab of a workbook; ``cells`` is False for charts, macros and dialogues."""

    name: str
    visible: bool
    cells: bool


def choose_sheets(sheets: Sequence[Sheet], wanted: str | None) -> list[int]:
    """Return the places of the sheets to read, in the order of the workbook.

    Args:
        sheets: all tabs.
        wanted: a name (exact, else without regard to case and outer blanks), or a number that
            counts the visible tabs from 1; None: all visible ones with cells.

    Returns:
        An empty list when there is no such sheet.
    """
    readable = [at for at, sheet in enumerate(sheets) if sheet.cells]
    visible = [at for at in readable if sheets[at].visible]
    if wanted is None:
        return visible
    for same in (lambda name: name == wanted, lambda name: _plain(name) == _plain(wanted)):
        found = [at for at in readable if same(sheets[at].name)]
        if found:
            return found[:1]
    if wanted.strip().isdecimal() and 1 <= int(wanted) <= len(visible):
        return [visible[int(wanted) - 1]]
    return []


def _plain(name: str) -> str:
    return name.strip().casefold()
