"""What one order line is worth: amount, discount and cost from what its row says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress, repeat
from operator import lt, ne, or_
from typing import Any

from ci_cli.report import QUANTITY_SCALE

MAX_MONEY = 10**17  # ten trillion units: beyond it a quantity or a price is a slip

Number = int | None
Numbers = Sequence[Number]


@dataclass(frozen=True)
class MoneyRules:
    """What was decided for the whole file."""

    discount_is_rate: bool
    cost_is_per_unit: bool = False


@dataclass
class LineMoney:
    """The numbers of some lines, column by column; a column that the file lacks is all None.

    Money is in ten-thousandths, quantity in millionths; a discount rate in millionths of the
    price until :meth:`work_out` has made it money.
    """

    quantity: Numbers
    price: Numbers
    amount: Numbers
    discount: Numbers
    cost: Numbers

    def work_out(self, rules: MoneyRules) -> None:
        """Compute the amounts that the file leaves out, and make discount and cost money."""
        if rules.cost_is_per_unit and _told(self.cost):
            self.cost = [
                None if cost is None else cost if units is None
                else divide(cost * units, QUANTITY_SCALE)
                for cost, units in zip(self.cost, self.quantity, strict=True)
            ]  # fmt: skip
        if None in self.amount:
            self.amount = [
                _amount(*row, is_rate=rules.discount_is_rate)
                for row in zip(self.amount, self.quantity, self.price, self.discount, strict=True)
            ]
        if rules.discount_is_rate and _told(self.discount):
            self.discount = [
                None if rate is None else _money_off(rate, quantity, price, amount)
                for rate, quantity, price, amount in zip(
                    self.discount, self.quantity, self.price, self.amount, strict=True
                )
            ]

    def is_too_much(self) -> list[bool]:
        """Return for each line whether it is worth more than there is money; [] where none is."""
        columns = [
            column for column in (self.amount, self.discount)
            if max(map(abs, _extremes(column))) > MAX_MONEY
        ]  # fmt: skip
        if not columns:
            return []
        return [
            max(abs(value or 0) for value in values) > MAX_MONEY
            for values in zip(*columns, strict=True)
        ]

    def sign(self, kinds: list[str], fixed: Sequence[object] | None = None) -> list[str]:
        """Give returns their sign; return the kinds, which the signs may correct.

        Args:
            kinds: of each line: sale, return or void.
            fixed: lines that are as they should be, those where it holds something.
        """
        lowest = min(*_extremes(self.quantity), *_extremes(self.amount))
        if lowest >= 0 and kinds.count("sale") == len(kinds):
            return kinds
        doubtful = map(
            or_, map(or_, _below_zero(self.quantity), _below_zero(self.amount)),
            map(ne, kinds, repeat("sale")),
        )  # fmt: skip
        places = [*compress(range(len(kinds)), doubtful)]
        quantity, amount, signed = list(self.quantity), list(self.amount), list(kinds)
        for at in places:
            if fixed is None or not fixed[at]:
                quantity[at], amount[at], signed[at] = _signed(quantity[at], amount[at], kinds[at])
        self.quantity, self.amount = quantity, amount
        return signed


def divide(numerator: int, denominator: int) -> int:
    """Divide half-up, away from zero: 0.5 and −0.5 become 1 and −1."""
    sign = -1 if numerator < 0 else 1
    return sign * ((2 * abs(numerator) + denominator) // (2 * denominator))


def _amount(
    amount: Number, quantity: Number, price: Number, discount: Number, *, is_rate: bool
) -> Number:
    if amount is not None or quantity is None or price is None:
        return amount
    gross = divide(quantity * price, QUANTITY_SCALE)
    if discount is None:
        return gross
    if is_rate:
        # one rounding, at the very end: price × quantity × (1 − rate)
        return divide(
            quantity * price * (QUANTITY_SCALE - discount), QUANTITY_SCALE * QUANTITY_SCALE
        )
    return gross - discount if gross >= 0 else gross + discount


def _money_off(rate: int, quantity: Number, price: Number, amount: Number) -> Number:
    """Return the discount as money where the file gives a rate."""
    if quantity is not None and price is not None:
        return divide(quantity * price * rate, QUANTITY_SCALE * QUANTITY_SCALE)
    if amount is None or rate >= QUANTITY_SCALE:
        return None
    # only the price after the discount is known: list price = amount / (1 − rate)
    return divide(amount * rate, QUANTITY_SCALE - rate)


def _signed(quantity: Number, amount: Number, kind: str) -> tuple[Number, Number, str]:
    """Return quantity and amount with the sign of a return, and the kind that the signs tell."""
    if kind == "return":
        if amount is not None and amount > 0:
            amount = -amount
        if quantity is not None and quantity > 0:
            quantity = -quantity
    elif kind == "sale" and (
        (amount is not None and amount < 0)
        or (not amount and quantity is not None and quantity < 0)
    ):
        kind = "return"
    return quantity, amount, kind


def _told(values: Numbers) -> bool:
    return values.count(None) < len(values)


def _extremes(values: Numbers) -> tuple[int, int]:
    """Return the least and the greatest number, zeros where none is told."""
    told: Sequence[Any] = [*filter(None, values)] if None in values else values
    return (min(told), max(told)) if told else (0, 0)


def _below_zero(values: Numbers) -> list[bool]:
    if None in values:
        return [value is not None and value < 0 for value in values]
    return list(map(lt, values, repeat(0)))  # type: ignore[arg-type]
