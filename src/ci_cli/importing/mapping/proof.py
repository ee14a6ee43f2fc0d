"""What arithmetic proves about a sheet of sales, whatever its headers say.

Quantity × price = amount in every row names three columns at once, a discount included; an amount
that grows with the quantity of one product is no unit price; and what adds up the lines of each
order is the order's total. ``lines`` and ``totals`` act on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations
from typing import NamedTuple

from ci_cli.importing.mapping.clues import SOFT, clue
from ci_cli.importing.mapping.figures import Figures, agree, close, is_product, per_group, telling
from ci_cli.importing.mapping.sheet import Column, Sheet

ROLES = ("line.quantity", "line.unit_price", "line.amount")
MOST = 22  # columns of numbers that are tried against each other
_FIGURE_FIELDS = frozenset([*ROLES, "order.total", "line.discount", "line.cost"])
# Bare words that say nothing about the level; the values or the other columns do.
GENERIC = frozenset(
    ["合计", "总金额", "total", "总价", "总计", "总额", "小计", "subtotal", "totalprice",
     "合计金额", "totalamount", "nettotal", "grandtotal", "totalvalue", "销售总额", "成交总额",
     "金额合计"]
)  # fmt: skip
# What is left of an amount after a discount that is written as 5 %, 0.9, 9 折, 65, 0.1 or 12.50.
_WAYS: tuple[Callable[[float, float], float], ...] = (
    lambda gross, off: gross * (1 - abs(off) / 100),
    lambda gross, off: gross * off,
    lambda gross, off: gross * off / 10,
    lambda gross, off: gross * off / 100,
    lambda gross, off: gross * (1 - abs(off)),
    lambda gross, off: abs(gross) - abs(off),
)
_DISCOUNT = (
    "discount",
    "disc",
    "rebate",
    "concession",
    "bursary",
    "remission",
    "off",
    "折",
    "优惠",
    "让利",
    "减",
    "扣",
)


class Proof(NamedTuple):
    """Three columns of which the third is the product of the others, and how fitting that is."""

    quantity: Column
    price: Column
    amount: Column
    score: float
    discount: Column | None = None

    @property
    def columns(self) -> tuple[Column, Column, Column]:
        """Return quantity, price and amount."""
        return self.quantity, self.price, self.amount


def numeric(sheet: Sheet) -> list[Column]:
    """Return the columns that may hold a quantity, a price or money."""
    found = [
        column
        for column in sheet.columns
        if (column.field is None or column.field in _FIGURE_FIELDS)
        and column.heading.apart != "own"
        and column.profile.texts
        and column.profile.number >= 0.9
        and column.profile.date < 0.5
    ]
    found.sort(key=lambda c: (c.field is None, bool(c.heading.apart), c.index))
    return sorted(found[:MOST], key=lambda c: c.index)


def proofs(sheet: Sheet) -> list[Proof]:
    """Return every quantity × price = amount that holds, the most fitting first."""
    columns = [c for c in numeric(sheet) if any(affinity(c, role) > NEVER for role in ROLES)]
    rows = sheet.checked_rows()
    found = []
    for one, other in combinations(columns, 2):
        for result in columns:
            if result is one or result is other:
                continue
            a, b, c = sheet.figures(one), sheet.figures(other), sheet.figures(result)
            if is_product(a, b, c, rows):
                found += [*_oriented(sheet, one, other, result)]
                found += [*_oriented(sheet, other, one, result)]
    return sorted(found, key=lambda proof: (-proof.score, [c.index for c in proof.columns]))


def discounted_proofs(sheet: Sheet) -> list[Proof]:
    """Return every quantity × price - discount = amount that holds, the most fitting first.

    A discount in one row and a product that tells something in another are needed.
    """
    lesses = discounts(sheet)
    plain = [
        column
        for column in numeric(sheet)
        if column not in lesses and any(affinity(column, role) > NEVER for role in ROLES)
    ]
    rows = sheet.checked_rows()
    found = []
    for less in lesses:
        off = sheet.figures(less)
        if not any(off.rows[row] for row in rows):
            continue
        for one, other in combinations(plain, 2):
            a, b = sheet.figures(one), sheet.figures(other)
            if not telling(a, b, rows):
                continue
            for result in plain:
                c = sheet.figures(result)
                if result not in (one, other) and _discounted(a, b, c, off, rows):
                    found += [*_oriented(sheet, one, other, result)]
                    found += [*_oriented(sheet, other, one, result)]
    return sorted(found, key=lambda proof: (-proof.score, [c.index for c in proof.columns]))


NEVER = -50.0
WITNESSES, LONE_WITNESS = 2, 2.5  # rows that must tell something, and what their lack costs
_HARD = frozenset(["tax", "freight", "profit", "points", "stock", "exchange", "supplier", "staff",
                   "other_id", "person", "refund", "own_revenue", "promotion"])  # fmt: skip


def _oriented(sheet: Sheet, quantity: Column, price: Column, amount: Column) -> Iterator[Proof]:
    score = sum(map(affinity, (quantity, price, amount), ROLES))
    if score <= NEVER / 2:
        return
    if sheet.figures(quantity).whole:
        score += 0.5 + 0.5 * (not sheet.figures(price).whole)
    score += 0.25 * (quantity.index < price.index) + 0.25 * (amount.index > price.index)
    score += constant_by_product(sheet, price)
    counts, prices = sheet.figures(quantity), sheet.figures(price)
    if telling(counts, prices, sheet.checked_rows()) < WITNESSES:
        score -= LONE_WITNESS
    yield Proof(quantity, price, amount, score)


def affinity(column: Column, role: str) -> float:
    """Return how well a header suits a role in quantity × price = amount; ``NEVER``: not at all."""
    heading = column.heading
    if column.field == role:
        return 2.0 if column.how == "ending" else 4.0
    if column.how == "map" or heading.apart in _HARD:
        return NEVER
    if "line.cost" in heading.fields():  # to the customer, perhaps, where nothing else is money
        return {"line.unit_price": -0.5, "line.amount": 0.0}.get(role, NEVER)
    if column.field is not None:
        if column.field == "order.total" and role == "line.amount":
            return 1.0 if column.heading.key in GENERIC else NEVER
        return NEVER if column.field in ("line.quantity", "line.discount") else -2.0
    if role in heading.fields():
        return 3.0
    weight = clue(heading, role) - column.profile.counts_rows
    if heading.apart and role not in SOFT.get(heading.apart, ()):
        return NEVER
    if not weight and any(clue(heading, other) for other in ROLES if other != role):
        return -1.0
    return float(weight) - 0.5 * bool(heading.apart)


def constant_by_product(sheet: Sheet, column: Column) -> float:
    """Return 0.5 where a column is the same for each product that stands in several rows."""
    keys = product_keys(sheet)
    if keys is None:
        return 0.0
    repeated = [rows for rows in per_group(keys, sheet.figures(column)).values() if len(rows) > 1]
    if not repeated or not sheet.figures(column).varies:
        return 0.0
    return 0.5 * all(len(set(rows)) == 1 for rows in repeated)


def product_keys(sheet: Sheet) -> list[str] | None:
    """Return what tells products apart, row by row; None where nothing does."""
    columns = [
        column
        for name in ("line.product_id", "line.product_name")
        for column in sheet.all_mapped(name)
    ]
    if not columns:
        return None
    return ["\x1f".join(parts) for parts in zip(*(c.values for c in columns), strict=True)]


def grows_with_quantity(sheet: Sheet, money: Column, quantity: Column) -> bool | None:
    """Return whether the same product costs more, the more of it is bought.

    True: the column is for the whole line. False: it is for one unit. None: no product was bought
    in different quantities, or they disagree.
    """
    keys = product_keys(sheet)
    if keys is None:
        return None
    answers = set()
    for rows in per_group(keys, sheet.figures(money), sheet.figures(quantity)).values():
        rows = [(size, count) for size, count in rows if count and size]
        if len({abs(count) for _, count in rows}) < 2:
            continue
        size, count = rows[0]
        each = all(abs(s) == abs(size) for s, _ in rows)
        line = all(close(s * count, size * c) for s, c in rows)
        answers.add(line if each != line else None)
    return answers.pop() if len(answers) == 1 else None


def gives(sheet: Sheet, quantity: Column, price: Column, amount: Column) -> bool:
    """Return whether quantity × price gives the amount, less a discount if there is one."""
    rows = sheet.checked_rows()
    q, p, a = map(sheet.figures, (quantity, price, amount))
    if is_product(q, p, a, rows, strict=False):
        return True
    return any(_discounted(q, p, a, sheet.figures(column), rows) for column in discounts(sheet))


def takes_off(
    sheet: Sheet, discount: Column, quantity: Column, price: Column, amount: Column
) -> bool:
    """Return whether quantity × price less the discount gives the amount, in every row with one."""
    q, p, a, d = map(sheet.figures, (quantity, price, amount, discount))
    return _discounted(q, p, a, d, sheet.checked_rows())


def is_sum(sheet: Sheet, one: Column, other: Column, result: Column) -> bool:
    """Return whether one + other = result in every row, and other is not nothing throughout."""
    a, b, c = (sheet.figures(column).rows for column in (one, other, result))
    full = [
        (x + y, z, y)
        for x, y, z in ((a[row], b[row], c[row]) for row in sheet.checked_rows())
        if x is not None and y is not None and z is not None
    ]
    return any(y for _, _, y in full) and agree((s, z) for s, z, _ in full)


def is_plain(sheet: Sheet, proof: Proof, column: Column) -> bool:
    """Return whether a column is quantity × price itself, without any discount."""
    a, b, c = (sheet.figures(each) for each in (proof.quantity, proof.price, column))
    return bool(is_product(a, b, c, sheet.checked_rows(), strict=False))


def discounts(sheet: Sheet) -> list[Column]:
    """Return the columns of numbers whose headers speak of a discount."""
    return [
        column
        for column in sheet.columns
        if column.profile.texts
        and column.profile.number >= 0.5
        and (
            column.field == "line.discount" or any(word in column.heading.key for word in _DISCOUNT)
        )
        and not column.heading.key.startswith("round")  # Round off: to whole rupees
    ]


def _discounted(q: Figures, p: Figures, a: Figures, d: Figures, rows: list[int]) -> bool:
    """Return whether a = q·p·(1 - d%), q·p·d, q·p·d/10 (9 折) or q·p - d in the rows with d."""
    full = [
        (x * y, z, w)
        for x, y, z, w in ((q.rows[r], p.rows[r], a.rows[r], d.rows[r] or 0.0) for r in rows)
        if x and y and z is not None
    ]
    if len(full) < 2 or not any(w for _, _, w in full):
        return False
    return any(agree((z, way(gross, w)) for gross, z, w in full) for way in _WAYS)
