"""Discounts: whose they are, and which of two amounts is after them."""

from __future__ import annotations

import re

from ci_cli.importing.mapping.figures import agree
from ci_cli.importing.mapping.figures import is_product as product_holds
from ci_cli.importing.mapping.proof import ROLES, discounts, gives, numeric, takes_off
from ci_cli.importing.mapping.sheet import Column, Sheet
from ci_cli.text import msg

TELLING = 2  # rows with a discount that must bear out which amount is after it
REPEATED = 3  # orders of several lines that must repeat a discount which would make their amounts
_RATES = ("%", "％", "折", "率", "rate", "percent", "percentage", "pct")
_OF_ORDER = re.compile(r"order|cart|basket|invoice|整单|订单|整张|总")


def take_after_discount(sheet: Sheet) -> None:
    """Take an amount after its discount, where the file has it before it too."""
    name = "line.amount" if sheet.has("line.amount") else "order.total"
    for before in sheet.all_mapped(name):
        for after in numeric(sheet):
            taken = before.how == "map" or after is before or after.field not in (None, name)
            if taken or after.heading.apart not in (None, "owed", "compare", "fee"):
                continue
            fitting = (c for c in discounts(sheet) if _is_less(sheet, before, c, after))
            if (discount := next(fitting, None)) is not None:
                before.leave(msg("before the discount; “{other}” is after it", other=after.text))
                after.how = "rule"
                after.take(name, msg("“{before}” less “{discount}” gives it", before=before.text,
                           discount=discount.text))  # fmt: skip
                return


def _is_less(sheet: Sheet, before: Column, discount: Column, after: Column) -> bool:
    """Return whether before - discount = after in every row, several of which tell."""
    b, d, a = (sheet.figures(column).rows for column in (before, discount, after))
    full = [
        (one, off or 0.0, other)
        for one, off, other in ((b[row], d[row], a[row]) for row in sheet.checked_rows())
        if one is not None and other is not None
    ]
    told = sum(bool(off) for _, off, _ in full) >= TELLING
    less = all(abs(other) <= abs(one) for one, _, other in full)
    distinct = discount is not before and discount is not after
    return (told and less and distinct) and (
        agree((one - off, other) for one, off, other in full)
        or agree((one + off, other) for one, off, other in full)  # written as -5.00
    )


def take_discount(sheet: Sheet) -> None:
    """Take the discount that no list names, where it makes quantity × price the amount."""
    held = [sheet.mapped(role) for role in ROLES]
    if sheet.has("line.discount") or "line.discount" in sheet.left_out or None in held:
        return
    quantity, price, amount = (column for column in held if column is not None)
    for column in discounts(sheet):
        if column.field is None and takes_off(sheet, column, quantity, price, amount):
            column.how = "rule"
            column.take("line.discount", msg("“{price}” × “{quantity}” less it is “{amount}”",
                        price=price.text, quantity=quantity.text, amount=amount.text))  # fmt: skip
            return


def without_discounted(sheet: Sheet, rivals: list[Column]) -> list[Column]:
    """Leave a total from which a discount was taken off to another one."""
    for before in rivals:
        for after in rivals:
            if any(_is_less(sheet, before, discount, after) for discount in discounts(sheet)):
                before.leave(msg("before the discount; “{other}” is after it", other=after.text))
                return [column for column in rivals if column is not before]
    return rivals


def leave_order_discount(sheet: Sheet) -> None:
    """Leave the discount of a whole order that stands again on each of its lines."""
    column, groups = sheet.mapped("line.discount"), sheet.groups()
    if column is None or column.how == "map" or not groups or not any(column.profile.numbers):
        return
    if max(map(abs, column.profile.numbers)) <= 1 or any(
        text.endswith(_RATES) for text in (column.text.rstrip(")） "), *column.profile.texts)
    ):
        return  # a rate holds for every line
    said = [{column.values[row].strip() for row in rows} for rows in groups.values()]
    if any(len(values) > 1 for values in said):
        return
    repeated = sum(any(char in "123456789" for char in values.pop()) for values in said)
    quantity, price = sheet.mapped("line.quantity"), sheet.mapped("line.unit_price")
    amount = sheet.mapped("line.amount")
    if quantity and price and amount and _is_plain(sheet, amount) is False and (
        gives(sheet, quantity, price, amount)
    ):  # fmt: skip
        return  # arithmetic takes it off each line
    enough = 1 if amount else REPEATED  # without amounts it would make them
    if repeated >= enough or _OF_ORDER.search(column.heading.key):
        column.leave(msg("a discount of the whole order, not of its lines"))


def warn_before_discount(sheet: Sheet) -> None:
    """Say where the only amount is the one before the discount."""
    amount, discount = sheet.mapped("line.amount"), sheet.mapped("line.discount")
    if amount is None or discount is None or not any(discount.profile.numbers):
        return
    if _is_plain(sheet, amount):
        sheet.note(
            msg("“{amount}” is quantity × price before the discount in “{discount}”; it is taken "
                "as it stands", amount=amount.text, discount=discount.text),
            warning=True,
        )  # fmt: skip


def _is_plain(sheet: Sheet, amount: Column) -> bool | None:
    """Return whether quantity × price gives an amount without any discount, None: unknown."""
    quantity, price = sheet.mapped("line.quantity"), sheet.mapped("line.unit_price")
    if quantity is None or price is None:
        return None
    q, p, a = map(sheet.figures, (quantity, price, amount))
    return product_holds(q, p, a, sheet.checked_rows(), strict=False)
