"""How much of the revenue hangs on how few customers: the Pareto curve, ABC classes, HHI.

Customers whose returns exceed their sales would push shares above 100 %. So every share here is a
share of the *positive* revenue (the sum over customers with more sales than returns); a customer at
or below zero has a share of 0, stands at the end and counts among the customers.

Sources: the curve is that of Lorenz (1905) read from the largest down; ABC is the usual inventory
classification by cumulative value (Dickie, 1951); HHI is the Herfindahl-Hirschman index.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from typing import NamedTuple

from ci_cli.errors import CiError, ExitCode
from ci_cli.text import msg

CURVE_STEPS = (1, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100)  # percent of customers
ABC_CUTS = (80, 95)  # percent of revenue that ends class A, class B
CLASSES = ("A", "B", "C")


class CurvePoint(NamedTuple):
    """The largest ``customers`` customers and what they bring together."""

    step: int  # percent of customers asked for
    customers: int
    revenue: int  # of those with positive revenue
    share: float | None  # of the positive revenue; None when there is none


@dataclass(frozen=True)
class Concentration:
    """Revenue by customer, largest first, and the running sums that all figures come from."""

    values: tuple[int, ...]  # negative ones as they are
    running: tuple[int, ...]  # cumulative positive revenue

    @property
    def total(self) -> int:
        """The positive revenue that shares are shares of."""
        return self.running[-1] if self.running else 0

    def share(self, value: int) -> float | None:
        """Return one customer's share of the positive revenue."""
        return max(value, 0) / self.total if self.total else None

    def top(self, customers: int) -> CurvePoint:
        """Return what the ``customers`` largest bring."""
        number = min(max(customers, 0), len(self.values))
        revenue = self.running[number - 1] if number else 0
        step = round(100 * number / len(self.values)) if self.values else 0
        return CurvePoint(step, number, revenue, revenue / self.total if self.total else None)

    def curve(self, steps: Sequence[int] = CURVE_STEPS) -> list[CurvePoint]:
        """Return the Pareto curve; at s % of n customers stand the ceil(s n / 100) largest."""
        number = len(self.values)
        if not number:
            return []
        return [
            self.top(math.ceil(Fraction(step * number, 100)))._replace(step=step) for step in steps
        ]

    def hhi(self) -> float | None:
        """Return the sum of squared shares: 1 / n when all are equal, 1 when one has everything."""
        if not self.total:
            return None
        return sum((value / self.total) ** 2 for value in self.values if value > 0)

    def classes(self, cuts: tuple[int, int] = ABC_CUTS) -> list[str]:
        """Return the ABC class of each of ``values``.

        A customer is A while those *larger* than it bring less than the first cut, so the one
        that crosses the line is still A; B likewise; the rest, and all at or below zero, are C.
        Equal customers get equal classes.

        Raises:
            CiError: ``abc-cuts-invalid``, exit 2.
        """
        first, second = check_abc_cuts(cuts)
        result: list[str] = []
        before = 0  # positive revenue of the customers strictly larger
        for position, value in enumerate(self.values):
            if position and value != self.values[position - 1]:
                before = self.running[position - 1]
            if value <= 0:
                result.append("C")
            elif before * 100 < first * self.total:
                result.append("A")
            elif before * 100 < second * self.total:
                result.append("B")
            else:
                result.append("C")
        return result


def concentration(values: Iterable[int]) -> Concentration:
    """Sort revenue by customer (any unit), largest first, and add it up."""
    ordered = tuple(sorted(values, reverse=True))
    return Concentration(ordered, tuple(accumulate(max(value, 0) for value in ordered)))


def check_abc_cuts(cuts: tuple[int, int]) -> tuple[int, int]:
    """Return ``cuts`` when 0 < first < second < 100 (percent of revenue).

    Raises:
        CiError: ``abc-cuts-invalid``, exit 2.
    """
    first, second = cuts
    if not 0 < first < second < 100:
        raise CiError(
            "abc-cuts-invalid",
            msg("{first} and {second} cannot end the classes A and B.", first=first, second=second),
            hint=msg("Give two rising percentages between 0 and 100, such as 80 and 95."),
            exit_code=ExitCode.DECIDE,
        )
    return cuts
