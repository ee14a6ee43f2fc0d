"""What was billed against what was paid: a part payment is no sale."""

from __future__ import annotations

import re

from ci_cli.importing.mapping.lines import PAID
from ci_cli.importing.mapping.proof import is_sum
from ci_cli.importing.mapping.sheet import Column, Sheet
from ci_cli.text import msg

_RECEIVED = re.compile(r"实收|实付|已收|收款|已付|paid|received")
_STILL_OWED = re.compile(r"欠|未收|未付|未结|尾款|outstanding|balance|due|unpaid|owing|owed|to pay")


def leave_payments(sheet: Sheet) -> None:
    """Leave what was paid where the file also says what was billed."""
    amounts = _amounts(sheet)
    billed = [c for c in amounts if not PAID.search(c.heading.key)]
    for column in amounts:
        if billed and column not in billed and column.how != "map":
            column.leave(msg("what was paid; “{other}” is what was sold", other=billed[0].text))
    _take_billed(sheet)
    _take_larger(sheet)
    if not sheet.has("order.total") and "order.total" not in sheet.left_out:
        _find_billed(sheet)


def _take_billed(sheet: Sheet) -> None:
    """Take what was to be paid, where what was received and what is still owed add up to it."""
    owed = [c for c in sheet.columns if _STILL_OWED.search(c.heading.key) and c.field is None]
    for received in _amounts(sheet):
        if received.how == "map" or not _RECEIVED.search(received.heading.key):
            continue
        for billed in sheet.columns:
            if not _may_be_billed(billed) or billed is received:
                continue
            rest = next(
                (c for c in owed if c is not billed and is_sum(sheet, received, c, billed)), None
            )
            if rest is not None:
                name = received.field
                received.leave(msg("what was received; “{rest}” is still owed", rest=rest.text))
                billed.how = "rule"
                billed.take(name, msg("“{part}” and “{rest}” add up to it",
                                      part=received.text, rest=rest.text))  # fmt: skip
                return


def _take_larger(sheet: Sheet) -> None:
    """Take the unknown money of which every payment is all or a part."""
    amounts = _amounts(sheet)
    if len(amounts) != 1 or amounts[0].how == "map" or not PAID.search(amounts[0].heading.key):
        return
    paid = amounts[0]
    part = sheet.figures(paid).rows
    for whole in sheet.columns:
        plain = whole.field is None and not whole.heading.candidates and whole.heading.apart is None
        if not plain or whole.profile.cents < 0.9:
            continue
        pairs = [
            (p or 0.0, w)
            for p, w in zip(part, sheet.figures(whole).rows, strict=True)
            if w is not None
        ]
        if pairs and all(p <= w for p, w in pairs) and any(p < w for p, w in pairs):
            name = paid.field
            paid.leave(msg("what was paid; “{other}” is what was sold", other=whole.text))
            whole.how = "rule"
            whole.take(name, msg("“{part}” is all or a part of it", part=paid.text))
            return


def _find_billed(sheet: Sheet) -> None:
    """Find the total of orders of several lines by what was received of it and what is owed."""
    groups = sheet.groups()
    constant = [
        c
        for c in sheet.columns
        if c.field is None
        and c.profile.number == 1
        and all(len({c.values[row].strip() for row in rows}) == 1 for rows in groups.values())
    ]
    if not groups or not sheet.has("line.amount"):
        return
    for received in constant:
        for rest in constant:
            if not _RECEIVED.search(received.heading.key) or not _STILL_OWED.search(
                rest.heading.key
            ):
                continue
            for billed in constant:
                three = len({billed.index, received.index, rest.index}) == 3
                if three and _may_be_billed(billed) and is_sum(sheet, received, rest, billed):
                    billed.how = "rule"
                    billed.take("order.total", msg("“{part}” and “{rest}” add up to it",
                                                   part=received.text, rest=rest.text))  # fmt: skip
                    return


def _amounts(sheet: Sheet) -> list[Column]:
    return [c for c in sheet.columns if c.field in ("order.total", "line.amount")]


def _may_be_billed(column: Column) -> bool:
    return (
        column.how != "map"
        and column.field in (None, "order.total", "line.amount")
        and column.heading.apart in (None, "owed")
        and column.profile.number == 1
        and not _RECEIVED.search(column.heading.key)
    )
