"""The order's total, proven by what it adds up: the lines, or goods with freight less discount."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

from ci_cli.importing.mapping.clues import barred, clue
from ci_cli.importing.mapping.figures import Figures, close
from ci_cli.importing.mapping.proof import discounts, numeric
from ci_cli.importing.mapping.sheet import Column, Sheet
from ci_cli.text import msg

_RECEIVED = re.compile(r"实收|收款|已收|received|paid")
MOST_EXTRAS = 6  # columns of freight, tax and discount that are tried
FEWEST = 2  # orders that must bear a sum out
_ADDED = frozenset(["freight", "tax", "fee"])
_NOT_TOTALS = frozenset(["tax", "freight", "profit", "points", "stock", "exchange", "refund",
                         "fee", "compare", "own_revenue"])  # fmt: skip


def prove_total(sheet: Sheet) -> None:
    """Find the order's total by addition where no header named it."""
    if sheet.kind != "orders" or "order.total" in sheet.left_out:
        return
    amount, held = sheet.mapped("line.amount"), sheet.mapped("order.total")
    if amount is None or (held is not None and not _RECEIVED.search(held.heading.key)):
        return
    groups = sheet.groups()
    orders = sheet.orders()
    if groups:
        _by_lines(sheet, amount, orders)
    elif held is None and not sheet.has("line.unit_price") and sheet.has("order.id"):
        _by_parts(sheet, amount)


def _by_lines(sheet: Sheet, amount: Column, orders: dict[str, list[int]]) -> None:
    """Take the column that repeats in each order and is the sum of the order's amounts."""
    lines = sheet.figures(amount).rows
    found = []
    held = sheet.mapped("order.total")
    if held is not None and held.how == "map":
        return
    for column in [*([held] if held else []), *_open(sheet, amount)]:
        totals = _constant(sheet.figures(column), orders)
        if totals is None:
            continue
        sums = {key: sum(lines[row] or 0.0 for row in rows) for key, rows in orders.items()}
        for extras, signed in _extra_sums(sheet, column, amount, orders):
            pairs = [(totals[key], sums[key] + signed[key]) for key in totals]
            if len(pairs) >= FEWEST and all(close(one, other) for one, other in pairs):
                found.append((-clue(column.heading, "order.total"), extras, column))
                break
    found = [  # what needs freight or a discount to add up must be called a total, or owed
        entry for entry in found if not entry[1] or entry[0] or entry[2].heading.apart == "owed"
    ]
    if held is not None and (not found or any(column is held for _, _, column in found)):
        return
    if found:
        if held is not None:
            held.leave(msg("what was received; the lines do not add up to it"))
        best = min(found, key=lambda entry: (entry[0], entry[1], entry[2].index))[2]
        best.how = "rule"
        best.take(
            "order.total",
            msg("it is the sum of “{amount}” over the lines of each order", amount=amount.text),
        )


def _by_parts(sheet: Sheet, goods: Column) -> None:
    """Tell the total from the goods where each row is one order: 318 = 328 + 10 - 20."""
    if goods.how == "map" or sheet.has("line.quantity"):
        return
    rows = {str(row): [row] for row in sheet.checked_rows()}
    base = sheet.figures(goods).rows
    for column in _open(sheet, goods):
        totals = _constant(sheet.figures(column), rows)
        if totals is None or not clue(column.heading, "order.total"):
            continue
        for extras, signed in _extra_sums(sheet, column, goods, rows):
            pairs = [(totals[key], (base[int(key)] or 0.0) + signed[key]) for key in totals]
            telling = sum(abs(signed[key]) > 0 for key in totals)
            told = extras and telling >= FEWEST and not column.heading.tax_basis
            if told and all(close(one, other) for one, other in pairs):
                column.how = "rule"
                column.take("order.total", msg("“{goods}” with freight, tax and discount gives it",
                                               goods=goods.text))  # fmt: skip
                goods.leave(msg("a part of the total in “{total}”", total=column.text))
                return


def _open(sheet: Sheet, amount: Column) -> list[Column]:
    return [
        column
        for column in numeric(sheet)
        if column.field is None
        and column is not amount
        and column.how != "map"
        and (not barred(column.heading, "order.total") or _is_candidate(column))
        and column.heading.apart not in _NOT_TOTALS
        and not column.heading.fields() & {"line.discount", "line.cost", "line.quantity"}
    ]


def _is_candidate(column: Column) -> bool:
    return "order.total" in column.heading.fields()


def _constant(figures: Figures, orders: dict[str, list[int]]) -> dict[str, float] | None:
    """Return the one value of each order, None where an order has several."""
    found = {}
    for key, rows in orders.items():
        sizes = {figures.rows[row] for row in rows} - {None}
        if len(sizes) > 1:
            return None
        if sizes:
            found[key] = next(size for size in sizes if size is not None)
    return found or None


def _extra_sums(
    sheet: Sheet, total: Column, amount: Column, orders: dict[str, list[int]]
) -> Iterator[tuple[int, dict[str, float]]]:
    """Yield what may be added to the amounts of each order: nothing, freight, with tax too."""
    less = discounts(sheet)
    extras = [
        column
        for column in sheet.columns
        if column is not total
        and column is not amount
        and (column.heading.apart in _ADDED or column in less)
        and column.profile.number > 0.5
        and "%" not in column.text
    ][:MOST_EXTRAS]
    summed = []
    for column in extras:
        figures, sign = sheet.figures(column), -1 if column in less else 1
        once = _constant(figures, orders)
        sums = once if once is not None else {
            key: sum(figures.rows[row] or 0.0 for row in rows) for key, rows in orders.items()
        }  # fmt: skip
        if any(sums.values()):
            summed.append({k: sign * (abs(v) if sign < 0 else v) for k, v in sums.items()})
    for count in range(min(3, len(summed)) + 1):
        for chosen in combinations(summed, count):
            yield count, {key: sum(part.get(key, 0.0) for part in chosen) for key in orders}
