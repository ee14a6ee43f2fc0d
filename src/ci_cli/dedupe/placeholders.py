"""Values that too many different people or companies share to tell who anybody is.

noreply@shop.com, a switchboard, a tax number of zeros with a one: whoever has nothing to enter
enters that. Where it stands in half of the list, agreeing on it proves nothing, and every block and
cluster would grow around it. Copies of one customer share a number, too, but also the name: so the
different names are counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .table import MISSING, Column, Field, Records, combine

TYPES = frozenset({"phone", "email", "id_number"})
NAMES = frozenset({"given", "surname", "full_name", "organisation"})
FEWEST = 10  # different names
SHARE = 0.02  # of all records


class Placeholder(NamedTuple):
    """A value that was left out."""

    field: str
    value: str
    names: int  # different ones that share it


def without_placeholders(records: Records) -> tuple[Records, list[Placeholder]]:
    """Return the records without values that many names share, and these values."""
    if len(records) < FEWEST:
        return records, []
    names = [field for field in records.fields if field.type in NAMES]
    others = names or [field for field in records.fields if field.type not in TYPES]
    key = combine((column.codes for field in others for column in field.columns), len(records))
    many = max(FEWEST, int(SHARE * len(records)))
    found: list[Placeholder] = []
    fields = []
    for field in records.fields:
        if field.type in TYPES and others:
            field, left_out = _cleaned(field, key, many)
            found += left_out
        if any(column.filled for column in field.columns):
            fields.append(field)
    if not found:
        return records, []
    return Records(records.keys, tuple(fields), records.choices), found


def _cleaned(
    field: Field, key: npt.NDArray[np.int64], many: int
) -> tuple[Field, Sequence[Placeholder]]:
    codes = np.concatenate([column.codes for column in field.columns]).astype(np.int64)
    who = np.tile(key, len(field.columns))[codes >= 0]
    size = int(key.max(initial=0)) + 1
    pairs = np.unique(codes[codes >= 0] * size + who)
    values = field.columns[0].values
    names = np.bincount(pairs // size, minlength=len(values))
    common = np.append(names >= many, False)
    columns = tuple(
        Column(c.values, np.where(common[c.codes], np.int32(MISSING), c.codes))
        for c in field.columns
    )
    left_out = [
        Placeholder(field.name, str(values[at]), int(names[at])) for at in np.flatnonzero(common)
    ]
    return Field(field.name, field.type, columns, field.names), left_out
