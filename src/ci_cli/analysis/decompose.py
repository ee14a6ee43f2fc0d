"""Why revenue changed between two periods: customers, and price, volume and mix.

Both decompositions add up to the change to the last stored unit: all parts are whole numbers, and
the last of them is what is left.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from ci_cli.shapes.categories import CategoryTrade

Class = Literal["lost", "shrunk", "same", "grown", "returned", "new", "unknown"]
CLASSES: tuple[Class, ...] = ("lost", "shrunk", "same", "grown", "returned", "new", "unknown")
SAME = 10  # per cent of change up to which a customer's revenue counts as the same
_SIGN = (-1, 1)  # of what counts before, and of what counts now
NOBODY = 0  # the customer of lines that name none


class CustomerMove(NamedTuple):
    """One customer's net revenue in both periods, in ten-thousandths."""

    customer_id: int
    kind: Class
    before: int
    now: int


@dataclass(frozen=True)
class Effects:
    """What the change of net revenue is made of, in ten-thousandths; the parts add up to it.

    ``volume``: more or less of everything, at the old prices and the old mix. ``price``: the change
    of each product's mean price, on what is sold of it now. ``mix``: dearer or cheaper products,
    those that are new and those that are gone. ``unmeasured``: sales without a quantity.
    ``returns``: what was sent back.
    """

    volume: int
    price: int
    mix: int
    unmeasured: int
    returns: int

    @property
    def total(self) -> int:
        """Return the change of net revenue."""
        return self.volume + self.price + self.mix + self.unmeasured + self.returns


class Side(NamedTuple):
    """One period at a glance: money in ten-thousandths, the rest as fractions of 1."""

    net: int
    customers: int  # with a sale
    largest: float | None  # share of the largest customer in the sales of known customers
    hhi: float | None  # sum of the squared shares: 1 is one customer alone
    discount: float | None  # given away, of what sales would have been without it
    returned: float | None  # sent back, of sales


def customer_moves(rows: Iterable[CategoryTrade], earlier: Collection[int]) -> list[CustomerMove]:
    """Return how each customer's net revenue moved, the largest loss first.

    Args:
        rows: what was bought of one category in both periods.
        earlier: customers who bought of it before both periods: they return, others are new.
    """
    net: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    sales: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for row in rows:
        net[row.customer_id][row.period] += row.net
        sales[row.customer_id][row.period] += row.sales
    moves = [
        CustomerMove(customer, _class(customer, sales[customer], moved, earlier), *moved)
        for customer, moved in net.items()
    ]
    return sorted(moves, key=lambda move: (move.now - move.before, move.customer_id))


def _class(
    customer: int, sales: Sequence[int], net: Sequence[int], earlier: Collection[int]
) -> Class:
    (sold, sells), (before, now) = sales, net
    if customer == NOBODY:
        return "unknown"
    if sells <= 0:
        return "lost"
    if sold <= 0:
        return "returned" if customer in earlier else "new"
    if 100 * abs(now - before) <= SAME * abs(before):
        return "same"
    return "grown" if now > before else "shrunk"


def effects(rows: Sequence[CategoryTrade]) -> Effects:
    """Return price, volume and mix of the change of net revenue.

    Quantities of different products are added up, as is usual; a category whose products are
    counted in different units shows that as mix.
    """
    money: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    quantity: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for row in rows:
        money[row.product][row.period] += row.measured
        quantity[row.product][row.period] += row.quantity
    before, now = (sum(amounts[period] for amounts in money.values()) for period in (0, 1))
    sold, sells = (sum(numbers[period] for numbers in quantity.values()) for period in (0, 1))
    volume = portion(before, sells - sold, sold) if sold else 0
    price = sum(
        money[product][1] - portion(money[product][0], numbers[1], numbers[0])
        for product, numbers in quantity.items()
        if numbers[0] and numbers[1]
    )
    return Effects(
        volume,
        price,
        now - before - volume - price,
        sum((row.sales - row.measured) * _SIGN[row.period] for row in rows),
        sum((row.net - row.sales) * _SIGN[row.period] for row in rows),
    )


def portion(amount: int, part: int, whole: int) -> int:
    """Return ``amount * part / whole``, rounded half up, without a float between."""
    return (2 * amount * part + whole) // (2 * whole)


def side(rows: Iterable[CategoryTrade], period: int) -> Side:
    """Return one period at a glance."""
    some = [row for row in rows if row.period == period]
    by_customer: dict[int, int] = defaultdict(int)
    for row in some:
        if row.customer_id != NOBODY:
            by_customer[row.customer_id] += row.sales
    known = [amount for amount in by_customer.values() if amount > 0]
    whole = sum(known)
    net, sales, discount = (
        sum(getattr(row, name) for row in some) for name in ("net", "sales", "discount")
    )
    return Side(
        net,
        len(known),
        max(known) / whole if whole else None,
        sum((amount / whole) ** 2 for amount in known) if whole else None,
        discount / (sales + discount) if sales > 0 and sales + discount > 0 else None,
        (sales - net) / sales if sales > 0 else None,
    )
