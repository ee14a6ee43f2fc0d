"""The total that its own parts prove: Subscription + Berth fee + Donation = Total received.

A book of receipts or jobs spreads a sale over columns that no list of headers names, and sums them
up in one more. The parts stand side by side, so only runs of neighbours are tried.
"""

from __future__ import annotations

from ci_cli.importing.mapping.figures import close
from ci_cli.importing.mapping.proof import discounts, numeric
from ci_cli.importing.mapping.sheet import Column, Sheet
from ci_cli.text import msg

FEWEST = 3  # rows that must bear a sum out
FEWEST_PARTS = 2  # parts of which each is more than nothing in some row
_NO_PART = frozenset(["owed", "stock", "compare", "points", "exchange", "scale", "measure"])
_NO_TOTAL = frozenset(["tax", "freight", "owed", "stock", "compare", "profit", "exchange"])
_MERELY_ADDED = frozenset(["tax", "freight"])  # documents and totals know what is without them


def take_sum(sheet: Sheet) -> None:
    """Take the column that the parts beside it add up to, where no header names the amount.

    Where one of the parts was taken for the amount, the whole is the sale instead.
    """
    if sheet.kind != "orders" or sheet.left_out & {"order.total", "line.amount"}:
        return
    amount = sheet.mapped("line.amount")
    priced = sheet.has("line.quantity") and sheet.has("line.unit_price")
    if sheet.has("order.total") or priced:
        return
    if amount is not None and amount.how == "map":
        return
    number = sheet.mapped("order.id")
    if number is not None and not number.profile.unique:
        return
    for whole in sheet.columns:
        if not _may_be_whole(whole):
            continue
        parts = _parts(sheet, whole)
        if parts and (amount is None or amount in parts):
            if amount is not None:
                amount.leave(msg("a part of the total in “{total}”", total=whole.text))
            whole.how = "rule"
            name = "line.amount" if number is None else "order.total"
            whole.take(name, msg("“{first}” and what stands beside it add up to it",
                                 first=parts[0].text))  # fmt: skip
            return


def _may_be_whole(column: Column) -> bool:
    plain = column.field is None and column.how != "map" and not column.heading.candidates
    return plain and column.heading.apart not in _NO_TOTAL and column.profile.number == 1


def _parts(sheet: Sheet, whole: Column) -> list[Column]:
    """Return the run of columns before a column that add up to it in every row, or nothing."""
    money = {c.index for c in numeric(sheet) if c.heading.apart not in _NO_PART}
    less = {column.index for column in discounts(sheet)}
    totals = sheet.figures(whole).rows
    rows = [row for row in sheet.checked_rows() if totals[row]]
    run: list[Column] = []
    sums = dict.fromkeys(rows, 0.0)
    for index in range(whole.index - 1, -1, -1):
        column = sheet.columns[index]
        if index not in money or column.field in ("line.quantity", "line.number"):
            break
        run.insert(0, column)
        figures = sheet.figures(column).rows
        for row in rows:
            size = figures[row] or 0.0
            sums[row] += -abs(size) if index in less else size
        if len(rows) >= FEWEST and all(close(sums[row], totals[row] or 0.0) for row in rows):
            told = [c for c in run if any(sheet.figures(c).rows[row] for row in rows)]
            sold = [c for c in told if c.heading.apart not in _MERELY_ADDED]
            sold = [c for c in sold if c.index not in less]
            return run if len(sold) >= FEWEST_PARTS else []
    return []
