"""Which amount is the line's, which is the order's, which is net: decided by arithmetic first.

An order total that stands on each of the order's lines must never be summed, and an amount with
tax must not stand in for one without. The values decide where they can: quantity × price, and
whether a number repeats inside orders of several lines.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ci_cli.importing.mapping.billed import leave_payments
from ci_cli.importing.mapping.clues import WHOLE, clue
from ci_cli.importing.mapping.discounts import (
    leave_order_discount,
    warn_before_discount,
    without_discounted,
)
from ci_cli.importing.mapping.documents import are_documents, leave_payouts, settle_documents
from ci_cli.importing.mapping.figures import is_product as product_holds
from ci_cli.importing.mapping.pricelist import BOUGHT, settle_price
from ci_cli.importing.mapping.proof import GENERIC, gives, is_sum
from ci_cli.importing.mapping.settle import keep_one, preference
from ci_cli.importing.mapping.sheet import Column, Sheet, fits, flag, mapped_to
from ci_cli.text import msg

TELEPHONE = 11  # characters from which numbers that can be dialled are no amounts
REPEATED_ORDERS = 3  # orders of several lines that must repeat an amount to make it the order's

_LIST = re.compile(r"list|retail|standard|recommended|零售|标准|建议|市场")
_ORDERS = re.compile(r"order|bill|invoice|订单|整单|本单|单据")
_QUANTITY = re.compile(r"(?:qty|quantity|数量)$")


class Level(NamedTuple):
    """What the values say about one amount."""

    product: bool | None  # quantity × price gives it; None: cannot be checked
    repeats: int  # orders of several lines in which it is constant or only on the first line
    varies: int  # orders of several lines in which it differs


def settle_money(sheet: Sheet) -> None:
    """Give order.total, line.amount and line.unit_price one column each at most.

    Raises:
        CiError: ``amount-ambiguous`` or ``header-ambiguous`` (exit 2) where only a person can
            tell which amount counts.
    """
    if sheet.kind != "orders":
        prices = settle_price(sheet) if sheet.kind == "products" else []
        if len(prices) > 1:
            _choose(sheet, "line.unit_price", prices)
        return
    _prefer_price_with_tax_basis(sheet)
    _choose_quantity(sheet)
    leave_payments(sheet)
    leave_payouts(sheet)
    amounts = [
        column
        for column in sheet.columns
        if column.field in ("order.total", "line.amount") and column.how != "map"
    ]
    levels = {column.index: _level(column, sheet) for column in amounts}
    for column in amounts:
        _decide_level(column, levels[column.index], sheet)
    _lift_generic(sheet, amounts, levels)
    for name in ("line.amount", "order.total", "line.unit_price"):
        rivals = sheet.all_mapped(name)
        if len(rivals) > 1:
            _choose(sheet, name, rivals)
    settle_documents(sheet)
    _take_paid_cost(sheet)
    leave_order_discount(sheet)
    warn_before_discount(sheet)


def _level(column: Column, sheet: Sheet) -> Level:
    repeats = varies = 0
    for rows in sheet.groups().values():
        values = [v for v in (column.values[row].strip() for row in rows) if v]
        if not values:
            continue
        if len(set(values)) > 1:
            varies += 1
        elif len(values) == len(rows) or column.values[rows[0]].strip():
            repeats += 1
    return Level(is_product(column, sheet), repeats, varies)


def _decide_level(column: Column, level: Level, sheet: Sheet) -> None:
    """Move an amount between order and line where the values contradict the header."""
    if level.varies:
        if column.field == "order.total":
            column.take("line.amount", msg("it differs between the lines of one order"))
        return
    if level.product:
        # each line's quantity × price cannot be what the lines of one order add up to
        alone = not sheet.has("line.amount") and not sheet.groups()
        alone = alone and not _ORDERS.search(column.heading.key)
        if column.field == "order.total" and (
            column.heading.key in GENERIC or level.repeats or (alone and column.how == "words")
        ):
            column.take("line.amount", msg("quantity × price gives it"))
        return
    if not level.repeats or column.field == "order.total":
        return
    if level.product is False and level.repeats >= REPEATED_ORDERS:
        column.take(
            "order.total",
            msg("it repeats on every line of an order and is not quantity × price"),
        )
    elif level.product is None and level.repeats >= REPEATED_ORDERS:
        raise sheet.ask(
            "amount-ambiguous",
            msg("“{header}” is the same on all lines of each order: it may be the order's total, "
                "which must not be added up, or the amount of each line", header=column.text),
            msg("say which: {one} | {other}", one=flag("line.amount", column.text),
                other=flag("order.total", column.text)),
            [],
            [mapped_to("line.amount", column.text, msg("the amount of each line")),
             mapped_to("order.total", column.text,
                       msg("the total of the order, written on each of its lines"))],
        )  # fmt: skip


def _lift_generic(sheet: Sheet, amounts: list[Column], levels: dict[int, Level]) -> None:
    """Take a bare 合计 for the line's amount where each row is one line and nothing else is."""
    if sheet.has("line.amount") or are_documents(sheet):
        return
    totals = [column for column in amounts if column.field == "order.total"]
    if any(column.heading.key not in GENERIC for column in totals):
        return  # 总金额 beside 实付金额: both are the order's
    lines = sheet.has("line.product_id", "line.product_name", "line.category", "line.quantity")
    for column in sorted(totals, key=lambda c: preference("line.amount", c)):
        level = levels[column.index]
        if level.repeats or level.product is False:
            continue
        if lines:
            column.take(
                "line.amount", msg("each row is one line, and no other column has its amount")
            )
            return


def _choose(sheet: Sheet, name: str, rivals: list[Column]) -> None:
    """Keep one of several amounts: the tax basis first, then arithmetic, then preference."""
    given = [column for column in rivals if column.how == "map"]
    if not given:
        rivals = _filled(rivals, name)
        if name == "order.total":
            rivals = without_discounted(sheet, rivals)
        if name == "line.unit_price":
            rivals = _multiplied(sheet, rivals)
        if not (name == "order.total" and sheet.has("line.amount")):
            rivals = _one_basis(sheet, name, rivals)  # beside lines a total is only a check
        if name == "line.amount" and len(rivals) > 1:
            rivals = _proven(sheet, rivals)
        if name == "line.unit_price" and sheet.kind == "orders" and len(rivals) > 1:
            rivals = _below_list(sheet, rivals)
    if len(rivals) > 1 or given:
        keep_one(sheet, name, rivals)


def _multiplied(sheet: Sheet, rivals: list[Column]) -> list[Column]:
    """Leave a price before its discount where quantity × another price is an amount."""
    quantity = sheet.mapped("line.quantity")
    amounts = [c for c in sheet.columns if c.field in ("line.amount", "order.total")]
    proven = [
        price for price in rivals if any(_is_product(sheet, quantity, price, a) for a in amounts)
    ]
    if len(proven) != 1 or any(c.heading.tax_basis not in (None, "gross") for c in rivals):
        return rivals
    for column in rivals:
        if column is not proven[0]:
            column.leave(msg("“{other}” was taken: quantity × price gives it",
                             other=proven[0].text))  # fmt: skip
    return proven


def _filled(rivals: list[Column], name: str) -> list[Column]:
    """Leave columns without a single value where another has some."""
    filled = [column for column in rivals if not column.profile.empty]
    if filled and len(filled) < len(rivals):
        for column in rivals:
            if column not in filled:
                column.leave(msg("empty; “{other}” was taken for {field}",
                                 other=filled[0].text, field=name))  # fmt: skip
        return filled
    return rivals


def _one_basis(sheet: Sheet, name: str, rivals: list[Column]) -> list[Column]:
    """Keep the amounts of one tax basis; a bare 金额 beside 价税合计 is the one without tax."""
    gross = [c for c in rivals if c.heading.tax_basis == "gross"]
    net = [c for c in rivals if c.heading.tax_basis == "net"]
    bare = [c for c in rivals if c.heading.tax_basis is None]
    if not gross and not net:
        net, gross, bare = _by_tax(sheet, bare)
    if not gross or not (net or bare):
        if net and bare and sheet.basis == "net":
            return _leave_basis(sheet, name, net, bare)
        return rivals
    if sheet.basis == "gross":
        return _leave_basis(sheet, name, gross, [*net, *bare])
    return _leave_basis(sheet, name, net or bare, [*gross, *(bare if net else [])])


def _by_tax(sheet: Sheet, bare: list[Column]) -> tuple[list[Column], list[Column], list[Column]]:
    """Part amounts whose headers are silent: what is another one with the tax is gross."""
    taxes = [c for c in sheet.columns if c.heading.apart == "tax" and c.profile.number == 1]
    for net in bare:
        for gross in bare:
            if net is not gross and any(is_sum(sheet, net, tax, gross) for tax in taxes):
                return [net], [gross], [c for c in bare if c is not net and c is not gross]
    return [], [], bare


def _leave_basis(sheet: Sheet, name: str, kept: list[Column], left: list[Column]) -> list[Column]:
    for column in left:
        column.leave(msg("“{other}” was taken for {field}", other=kept[0].text, field=name))
    sheet.note(
        msg("{field} is taken {basis} of tax, from “{kept}”; “{left}” is kept beside it "
            "({flag} would change that)", field=name, basis=sheet.basis, kept=kept[0].text,
            left=left[0].text, flag=flag(name, left[0].text))
    )  # fmt: skip
    return kept


def _proven(sheet: Sheet, rivals: list[Column]) -> list[Column]:
    """Keep the one amount that quantity × price gives, if exactly one is."""
    proven = [column for column in rivals if is_product(column, sheet)]
    if len(proven) != 1 or preference("line.amount", proven[0]) > min(
        preference("line.amount", column) for column in rivals
    ):
        return rivals
    best = proven[0]
    for column in rivals:
        if column is not best:
            column.leave(msg("“{other}” was taken: quantity × price gives it", other=best.text))
    sheet.note(
        msg("line.amount is taken from “{best}”, which is quantity × price, not from “{left}”",
            best=best.text, left=next(c.text for c in rivals if c is not best))
    )  # fmt: skip
    return [best]


def _below_list(sheet: Sheet, rivals: list[Column]) -> list[Column]:
    """Leave retail and list prices where another price is never above them: that one was paid."""
    rows = sheet.checked_rows()
    for paid in rivals:
        if _LIST.search(paid.heading.key):
            continue
        above = [
            column
            for column in rivals
            if _LIST.search(column.heading.key)
            and all(
                (low := sheet.figures(paid).rows[row]) is None
                or (high := sheet.figures(column).rows[row]) is None
                or low <= high
                for row in rows
            )
        ]
        for column in above:
            column.leave(msg("a list price; “{other}” is what was paid", other=paid.text))
        if above:
            return [column for column in rivals if column not in above]
    return rivals


def _prefer_price_with_tax_basis(sheet: Sheet) -> None:
    """Leave one price before arithmetic needs it."""
    prices = sheet.all_mapped("line.unit_price")
    if len(prices) > 1:
        _choose(sheet, "line.unit_price", prices)


def _choose_quantity(sheet: Sheet) -> None:
    """Keep one quantity: the one that the price multiplies, or by preference."""
    rivals = sheet.all_mapped("line.quantity")
    price = sheet.mapped("line.unit_price")
    amounts = [c for c in sheet.columns if c.field in ("line.amount", "order.total")]
    if not rivals and "line.quantity" not in sheet.left_out:
        _find_quantity(sheet, price, amounts)
    if len(rivals) < 2:
        return
    proven = [c for c in rivals if price and any(gives(sheet, c, price, a) for a in amounts)]
    if len(proven) != 1 or any(c.how == "map" for c in rivals):
        keep_one(sheet, "line.quantity", rivals)
        return
    for column in rivals:
        if column is not proven[0]:
            column.leave(msg("“{other}” × price gives the amount", other=proven[0].text))
    sheet.note(
        msg("line.quantity is taken from “{best}”, which × price gives the amount, not from "
            "“{left}”", best=proven[0].text, left=next(c.text for c in rivals if c not in proven))
    )  # fmt: skip


def _find_quantity(sheet: Sheet, price: Column | None, amounts: list[Column]) -> None:
    """Take the one column that the price multiplies, whatever it is called: 重量(斤), 面积."""
    found = [
        column
        for column in sheet.columns
        if column.field is None
        and column.heading.apart in (None, "measure")
        and column.profile.number == 1
        and column.profile.distinct > 1
        and any(_is_product(sheet, column, price, amount) for amount in amounts)
    ]
    if len(found) == 1:
        found[0].take(
            "line.quantity", msg("“{other}” × price gives the amount", other=found[0].text)
        )
        return
    named = [c for c in sheet.columns if c.field is None and _QUANTITY.search(c.heading.key)]
    plain = [c for c in named if c.heading.apart is None and c.profile.number == 1]
    if len(plain) == 1 and sheet.has("line.product_name", "line.product_id"):
        plain[0].take("line.quantity", msg("the only quantity, by the end of its header"))


def is_product(column: Column, sheet: Sheet) -> bool | None:
    """Return whether quantity × price gives the column, None: unknown."""
    return _is_product(
        sheet, sheet.mapped("line.quantity"), sheet.mapped("line.unit_price"), column
    )


def _is_product(
    sheet: Sheet, quantity: Column | None, price: Column | None, column: Column
) -> bool | None:
    if quantity is None or price is None:
        return None
    q, p, a = map(sheet.figures, (quantity, price, column))
    return product_holds(q, p, a, sheet.checked_rows(), strict=False)


def _take_paid_cost(sheet: Sheet) -> None:
    """Take a “cost” that is multiplied to the amount for the price: it was the customer's cost."""
    cost, amount = sheet.mapped("line.cost"), sheet.mapped("line.amount")
    if cost is None or amount is None or cost.how == "map" or sheet.has("line.unit_price"):
        return
    quantity = sheet.mapped("line.quantity")
    if "line.unit_price" not in sheet.left_out and _is_product(sheet, quantity, cost, amount):
        cost.take("line.unit_price", msg("“{price}” × “{quantity}” = “{amount}”", price=cost.text,
                  quantity=quantity.text if quantity else "", amount=amount.text))  # fmt: skip


def unknown_amounts(sheet: Sheet) -> list[Column]:
    """Return columns of numbers with unknown headers that may be the missing amount."""
    words = ("金额", "额", "款", "价", "元", "amount", "amt", "total", "value", "revenue", "sales",
             "price", "sum")  # fmt: skip
    return [
        column
        for column in sheet.columns
        if column.field is None
        and column.heading.apart is None
        and column.heading.rule is None
        and column.profile.texts
        and column.profile.number >= 0.9
        and fits("line.amount", column)
        and not column.profile.counts_rows
        and (column.profile.phone < 0.9 or column.profile.length < TELEPHONE)
        and not BOUGHT.search(column.heading.key)
        and clue(column.heading, "line.unit_price") < WHOLE
        and (column.profile.fractions > 0.1 or any(w in column.heading.key for w in words))
    ]
