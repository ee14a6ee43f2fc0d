"""The last resort for unknown headers: values that can only be one thing.

E-mail addresses, mobile numbers and Chinese tax numbers tell themselves; money, dates and ids of
orders and products never do.
"""

from __future__ import annotations

import re

from ci_cli.importing.mapping.sheet import Column, Sheet, for_kind
from ci_cli.text import msg

SURE = 0.9  # of the distinct values must look so
FEWEST = 2  # distinct values

_MOBILE = re.compile(r"^(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}$|^\+[1-9][\d ()-]{8,18}$")
_CREDIT_CODE = re.compile(r"^[159][1-9][0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}$")  # GB 32100-2015


def sniff(sheet: Sheet) -> None:
    """Map columns of unknown headers whose values are unmistakable, if the field is still open."""
    for name, what in (
        ("contact.email", msg("the values are e-mail addresses")),
        ("contact.phone", msg("the values are mobile numbers")),
        ("customer.tax_id", msg("the values are unified social credit codes")),
    ):
        assert sheet.kind is not None  # noqa: S101 - decided long before
        if for_kind(name, sheet.kind) is None or sheet.has(name) or name in sheet.left_out:
            continue
        for column in sheet.columns:
            if _open(column) and _share(name, column) >= SURE:
                column.take(name, what)
                break


def _open(column: Column) -> bool:
    heading = column.heading
    return (
        column.field is None
        and column.how is None
        and heading.apart is None
        and heading.rule is None
        and not heading.candidates
        and len(column.profile.texts) >= FEWEST
    )


def _share(name: str, column: Column) -> float:
    texts = column.profile.texts
    if name == "contact.email":
        return column.profile.email
    pattern = _MOBILE if name == "contact.phone" else _CREDIT_CODE
    return sum(bool(pattern.match(text)) for text in texts) / len(texts)
