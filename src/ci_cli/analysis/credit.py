"""How much of what actions claim stands in the books, with no amount counted twice.

Somebody who closes an action says what it won or retained. That is a claim; what can be checked is
whether the customer, or the category of the alarm, has brought that much revenue since the action
began. Revenue is cut into cells (customer × category × span of days). Each cell is credited to
actions up to its amount and never beyond it, so two actions on one customer, or one on a customer
and one on a category that the customer buys, can never both have the same money. Whoever closed
first is served first, and takes first what nobody else could claim.

It is bookkeeping, not evidence of a cause: nobody knows what would have come without the action.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ci_cli.shapes.actions import RevenueCell


class Claim(NamedTuple):
    """What one action claims; ``customer_id`` and ``category`` None mean all of them."""

    number: int
    amount: int
    since: str  # day from which revenue may count
    customer_id: int | None
    category: str | None

    def covers(self, cell: RevenueCell) -> bool:
        """Tell whether revenue of the cell is revenue of the action's subject."""
        return (
            cell.since >= self.since
            and self.customer_id in (None, cell.customer_id)
            and self.category in (None, cell.category)
        )


def credit(claims: Sequence[Claim], cells: Sequence[RevenueCell]) -> dict[int, int]:
    """Return how much of each claim stands in the books, by the number of the action.

    Args:
        claims: in the order in which the actions were closed.
        cells: revenue of the period, cut at the first day of every claim; net of returns, so that
            a cell may be negative.

    Returns:
        Amounts of zero up to the claim. No cell is credited beyond its amount, claims on one
        subject add up to no more than what it brought net of returns, and all claims to no more
        than all cells net of returns.
    """
    left = [max(cell.net, 0) for cell in cells]
    covered = [[place for place, cell in enumerate(cells) if one.covers(cell)] for one in claims]
    wanted = [0] * len(cells)
    for places in covered:
        for place in places:
            wanted[place] += 1
    whole = max(sum(cell.net for cell in cells), 0)
    given: dict[int, int] = {}
    taken = [0] * len(cells)
    for one, places in zip(claims, covered, strict=True):
        # returns of the subject elsewhere lower what it has brought as a whole
        brought = sum(cells[place].net - taken[place] for place in places)
        rest = min(one.amount, max(brought, 0), whole)
        whole -= rest
        given[one.number] = rest
        for place in sorted(places, key=lambda place: (wanted[place], place)):
            part = min(rest, left[place])
            left[place] -= part
            taken[place] += part
            rest -= part
    return given
