"""Whether the amount of each line is what its quantity and price make, less the discount.

Where they mostly agree, the few lines that do not are slips of somebody's hand: the amount counts,
and the user is told. Where they mostly do not, the columns mean something else (net and gross, a
price for a hundred), and there is nothing to tell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress, repeat
from operator import mul, ne
from typing import Any

from ci_cli.importing.line_money import LineMoney
from ci_cli.readers.base import line_of
from ci_cli.report import MONEY_SCALE, QUANTITY_SCALE, Note
from ci_cli.text import msg

NEEDED = frozenset({"line.quantity", "line.unit_price", "line.amount"})
_FEW = 0.5  # share of the lines up to which they are slips, and no other meaning of the columns
_CENT = MONEY_SCALE // 100
_HALF_CENT = MONEY_SCALE // 200  # to which the price of one unit may have been rounded


@dataclass
class PriceCheck:
    """Counts lines as they pass."""

    lines: int = 0
    at_odds: int = 0
    first: int | None = None  # line of the first one at odds

    def add(self, lines: Sequence[int], money: LineMoney) -> None:
        """Look at lines whose discount is money already.

        Args:
            lines: where they stand.
            money: what they are worth.
        """
        columns = (money.quantity, money.price, money.amount)
        if any(None in column for column in columns):
            whole = [None not in row for row in zip(*columns, strict=True)]
        else:
            whole = [True] * len(lines)
        self.lines += sum(whole)
        numbers: list[list[Any]] = [list(compress(column, whole)) for column in columns]
        quantity, price, amount = numbers
        # most agree to the last digit, and that is quickly seen
        differ = list(map(ne, map(mul, quantity, price), map(mul, amount, repeat(QUANTITY_SCALE))))
        if not any(differ):
            return
        discount, where = compress(money.discount, whole), compress(lines, whole)
        told = zip(where, quantity, price, amount, discount, strict=True)
        for line, units, each, worth, off in compress(told, differ):
            if _is_at_odds(units, each, worth, off):
                self.at_odds += 1
                self.first = line_of(line) if self.first is None else self.first

    def notes(self) -> list[Note]:
        """Return what the user should know."""
        if not self.at_odds or self.at_odds > _FEW * self.lines:
            return []
        return [
            Note(
                msg(
                    "Rows whose amount is not quantity × price: {n} of {all} (the first: line"
                    " {line}). The amount counts.",
                    n=self.at_odds, all=self.lines, line=self.first,
                ),
                "warning",
            )
        ]  # fmt: skip


def _is_at_odds(quantity: int, price: int, amount: int, discount: int | None) -> bool:
    """Tell whether an amount is further from quantity × price than rounding takes it.

    A line that costs nothing is a gift, and a return may have its sign in any of the three.
    """
    if not amount:
        return False
    gross = abs(quantity * price)
    room = abs(quantity) * _HALF_CENT + _CENT * QUANTITY_SCALE
    told = abs(amount) * QUANTITY_SCALE
    less = gross - abs(discount or 0) * QUANTITY_SCALE
    agrees = abs(told - gross) <= room or (less >= 0 and abs(told - less) <= room)
    return not agrees
