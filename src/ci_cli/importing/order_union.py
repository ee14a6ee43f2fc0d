"""What all parts of an order say together, whatever rows stand between them.

The result never depends on the order of the rows, except that the first row which names a
customer, a currency or a total decides which later ones contradict it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from ci_cli.store.engine import Connection
from ci_cli.store.writes import order_staging
from ci_cli.store.writes.order_staging import OrderPart, joint_flags
from ci_cli.text import Msg, msg

MEND = msg(
    "an order belongs to one customer, in one currency, with one total: correct the order id, or"
    " map money that differs from line to line with --map line.amount=HEADER"
)


class Contradiction(NamedTuple):
    """A row that says of its order what cannot be true beside an earlier row."""

    field: str
    reason: Msg


@dataclass
class SeveralMonths:
    """Orders whose rows have days of several months; they count on their first day."""

    orders: int = 0
    first: tuple[int, str] | None = None  # line and id of the first one

    def look(self, parts: Sequence[OrderPart]) -> None:
        """Count an order if it is one."""
        months = {part.date[:7]: part for part in parts if part.date}
        if len(months) < 2:
            return
        self.orders += 1
        if self.first is None or parts[0].line < self.first[0]:
            self.first = (parts[0].line, parts[0].order_key)


StateOf = Callable[[OrderPart], str | None]


def unite_orders(
    conn: Connection, state_of: StateOf, months: SeveralMonths
) -> dict[int, Contradiction]:
    """Make one staged order of the parts of each.

    Args:
        conn: the store, inside a transaction.
        state_of: gives the state of an order, all its parts taken together.
        months: counts the orders that spread over several.

    Returns:
        Line -> what is wrong with it, of the rows that were taken out again.
    """
    refused: dict[int, Contradiction] = {}

    def each() -> Iterator[tuple[OrderPart, list[int]]]:
        for parts in order_staging.split_orders(conn):
            united = _union(parts, refused, state_of)
            months.look([part for part, _customer in parts if part.line not in refused])
            yield united

    firsts = order_staging.unite(conn, each(), refused)
    return {line: refused[first] for line, first in firsts.items()}


def _union(
    parts: list[tuple[OrderPart, Any]], refused: dict[int, Contradiction], state_of: StateOf
) -> tuple[OrderPart, list[int]]:
    """Return the order, and the lines of its parts after the first that hold no contradiction."""
    order, customer = parts[0]
    others = []
    for part, named in parts[1:]:
        wrong = _contradiction(order, customer, part, named)
        if wrong is not None:
            refused[part.line] = wrong
            continue
        others.append(part.line)
        customer = customer if order.customer is not None else named
        order = _with(order, part)
    return order._replace(state=state_of(order)), others


def _contradiction(
    order: OrderPart, customer: Any, part: OrderPart, named: Any
) -> Contradiction | None:
    where = {"order": order.order_key, "line": order.line}
    if part.customer is not None and order.customer is not None and named != customer:
        return Contradiction(
            "customer.id" if named[1] == "id" else "customer.name",
            msg("order {order} names another customer in line {line}", **where),
        )
    if part.currency and order.currency not in (None, part.currency):
        return Contradiction(
            "order.currency", msg("order {order} has another currency in line {line}", **where)
        )
    if part.total is not None and order.total not in (None, part.total):
        return Contradiction(
            "order.total", msg("order {order} has another total in line {line}", **where)
        )
    return None


def _with(order: OrderPart, part: OrderPart) -> OrderPart:
    """Return the order with what a part adds to it.

    Where parts disagree in a text, the greatest wins: any rule that ignores the order of rows.
    """
    day, time = order.date, order.time
    if part.date is not None and (
        day is None or (part.date, part.time or "") < (day, time or "")
    ):  # fmt: skip
        day, time = part.date, part.time
    return order._replace(
        customer=part.customer if order.customer is None else order.customer,
        date=day,
        time=time,
        kind=part.kind or order.kind,
        state=part.state or order.state,
        status=_greater(order.status, part.status),
        currency=order.currency or part.currency,
        total=part.total if order.total is None else order.total,
        owner=_greater(order.owner, part.owner),
        region=_greater(order.region, part.region),
        country=_greater(order.country, part.country),
        about_customer=_greater(order.about_customer, part.about_customer),
        extra=_greater(order.extra, part.extra),
        flags=joint_flags(order.flags, part.flags),
        lines=order.lines + part.lines,
        bare=order.bare + part.bare,
    )


def _greater(one: str | None, other: str | None) -> str | None:
    if not other:
        return one
    return other if one is None or other > one else one
