"""Quantities and prices that carry their unit in the cell: read as numbers, the unit kept.

``40 Nos`` under Quantity and ``250.00/Nos`` under Rate are what Tally prints; as text they would be
refused row by row. From here on the mapping sees the bare numbers, the converter parts the same
cells again, and the column is kept as an extra as well, so the unit is not lost.
"""

from __future__ import annotations

from ci_cli.importing.mapping.clues import clue
from ci_cli.importing.mapping.profile import Profile
from ci_cli.importing.mapping.sheet import Column, Sheet
from ci_cli.importing.values.counted import part_unit
from ci_cli.text import msg

SHARE = 0.9  # of the values must be numbers, with a unit or without
UNITS = 0.5  # and of them must carry one
SHOWN_UNITS = 3
_COUNTED = ("line.quantity", "line.unit_price")


def take_units_off(sheet: Sheet) -> None:
    """Show the bare numbers of columns of quantities and prices with units; say which units."""
    for column in sheet.columns:
        if not _may_count(column) or not column.profile.texts:
            continue
        parted = [part_unit(text) for text in column.profile.texts]
        units = sorted({unit for _, unit in parted if unit})
        carry = sum(bool(unit) for _, unit in parted)
        bare = Profile([number for number, _ in parted])
        if carry < UNITS * len(parted) or bare.number < SHARE:
            continue
        column.values = [part_unit(text)[0] for text in column.values]
        column.profile = Profile(column.values)
        column.counted = True
        sheet.note(msg("“{header}” holds numbers with units ({units}): the numbers are read, the "
                       "cells are kept as well", header=column.text,
                       units=", ".join(units[:SHOWN_UNITS])))  # fmt: skip


def _may_count(column: Column) -> bool:
    heading = column.heading
    if column.how == "map":
        return column.field in _COUNTED
    named = bool(heading.fields().intersection(_COUNTED))
    return named or any(clue(heading, name) > 1 for name in _COUNTED)
