"""What customers of the same industry and size buy, beside what one customer buys.

Peers of a customer are the others of the same industry (customers without one are compared among
themselves) whose revenue in the window is between a third and three times the customer's. A range
around each customer has no borders that two alike customers could fall on different sides of.

    peers' mean of a category = what all peers spent on it / number of peers
    room = peers' mean - own, where that is positive

Where the customer buys nothing of the category, room is the expected revenue of a first sale: the
share of peers who buy it times what these spend. Room is an upper bound: it takes for granted that
nothing but habit keeps the customer from buying like its peers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from ci_cli.shapes.activity import CategorySpend

MIN_PEERS = 5
SIZE = 3  # times more or less revenue than the customer


class Gap(NamedTuple):
    """One category beside one customer; money in ten-thousandths."""

    customer_id: int
    category: str
    own: int
    peers: int
    buyers: int  # of the peers
    spent: int  # by all peers
    room: int

    @property
    def mean(self) -> int:
        """What the peers spend on average, those who do not buy it among them."""
        return self.spent // max(self.peers, 1)


class Peers(NamedTuple):
    """The customers that can be compared: arrays in one order."""

    customer: Any
    revenue: Any
    low: Any  # places of the peers, the customer itself among them
    high: Any

    @property
    def number(self) -> Any:
        """How many peers each customer has."""
        return self.high - self.low - 1


def peers(revenue: Sequence[tuple[int, str, int]]) -> Peers:
    """Return the peers of each customer.

    Args:
        revenue: customer, industry ("" = none) and revenue in the window; customers without
            positive revenue are left out.
    """
    some = sorted((name, money, number) for number, name, money in revenue if money > 0)
    industry = np.array([row[0] for row in some], dtype=object)
    money = np.array([row[1] for row in some], dtype=np.int64)
    customer = np.array([row[2] for row in some], dtype=np.int64)
    low, high = np.zeros(len(some), dtype=np.int64), np.zeros(len(some), dtype=np.int64)
    borders = np.flatnonzero(industry[1:] != industry[:-1]) + 1
    for start, end in pairwise([0, *borders.tolist(), len(some)]):
        part = money[start:end]
        # in whole numbers: 3 · other >= own and other <= 3 · own
        low[start:end] = start + np.searchsorted(part * SIZE, part, "left")
        high[start:end] = start + np.searchsorted(part, part * SIZE, "right")
    return Peers(customer, money, low, high)


class Column(NamedTuple):
    """One category beside all customers: arrays in the order of :class:`Peers`."""

    category: str
    own: Any
    buyers: Any
    spent: Any
    room: Any


def columns(base: Peers, spend: Sequence[CategorySpend]) -> Iterator[Column]:
    """Yield each category; who has fewer than ``MIN_PEERS`` peers has no room.

    What is returned more than bought counts as nothing bought.
    """
    place = {int(number): at for at, number in enumerate(base.customer)}
    cells: dict[str, list[tuple[int, int]]] = {}
    for row in spend:
        if row.category and row.net > 0 and row.customer_id in place:
            cells.setdefault(row.category, []).append((place[row.customer_id], row.net))
    number = np.maximum(base.number, 1)
    for category in sorted(cells):
        own = np.zeros(len(base.customer), dtype=np.int64)
        at, money = zip(*cells[category], strict=True)
        own[list(at)] = money
        spent = np.concatenate([[0], np.cumsum(own)])
        bought = np.concatenate([[0], np.cumsum(own > 0)])
        buyers = bought[base.high] - bought[base.low] - (own > 0)
        by_peers = spent[base.high] - spent[base.low] - own
        more = np.maximum(by_peers // number - own, 0)
        room = np.where(base.number >= MIN_PEERS, more, 0)
        yield Column(category, own, buyers, by_peers, room)


def white_space(
    base: Peers, spend: Sequence[CategorySpend], *, support: int, top: int | None,
    customer: int | None = None,
) -> list[Gap]:  # fmt: skip
    """Return what peers buy and a customer does not, most expected revenue first.

    Args:
        base: from :func:`peers`.
        spend: what each customer spent on each category.
        support: how many peers must buy it.
        top: how many to return; None returns all.
        customer: only this one.
    """
    found: list[Gap] = []
    for column in columns(base, spend):
        wanted = (column.own == 0) & (column.room > 0) & (column.buyers >= support)
        if customer is not None:
            wanted &= base.customer == customer
        at = np.flatnonzero(wanted)
        if top is not None and len(at) > top:
            least = np.partition(column.room[at], len(at) - top)[len(at) - top]
            at = at[column.room[at] >= least]
        found += _gaps(base, column, at)
        if top is not None and len(found) > 20 * top:
            found = sorted(found, key=_most_room)[:top]
    return sorted(found, key=_most_room)[:top]


def gaps_of(base: Peers, spend: Sequence[CategorySpend], customer: int) -> list[Gap]:
    """Return all categories beside one customer, most room first."""
    found: list[Gap] = []
    for column in columns(base, spend):
        found += _gaps(base, column, np.flatnonzero(base.customer == customer))
    return sorted(found, key=_most_room)


class Room(NamedTuple):
    """How much one customer could grow, over all categories."""

    customer_id: int
    revenue: int
    room: int
    largest: str  # the category with most room; "" = none
    peers: int


def growth_room(base: Peers, spend: Sequence[CategorySpend]) -> list[Room]:
    """Return the room of each customer with enough peers, most room first."""
    total = np.zeros(len(base.customer), dtype=np.int64)
    most = np.zeros(len(base.customer), dtype=np.int64)
    names = np.full(len(base.customer), -1, dtype=np.int64)
    known: list[str] = []
    for column in columns(base, spend):
        total += column.room
        names[column.room > most] = len(known)
        most = np.maximum(most, column.room)
        known.append(column.category)
    found = [
        Room(customer, revenue, room, known[name] if name >= 0 else "", number)
        for customer, revenue, room, name, number in zip(
            base.customer.tolist(), base.revenue.tolist(), total.tolist(), names.tolist(),
            base.number.tolist(), strict=True,
        )
        if number >= MIN_PEERS
    ]  # fmt: skip
    return sorted(found, key=lambda one: (-one.room, one.customer_id))


def _most_room(gap: Gap) -> tuple[int, int, str]:
    return -gap.room, gap.customer_id, gap.category


def _gaps(base: Peers, column: Column, at: Any) -> list[Gap]:
    return [
        Gap(
            int(base.customer[i]), column.category, int(column.own[i]), int(base.number[i]),
            int(column.buyers[i]), int(column.spent[i]), int(column.room[i]),
        )
        for i in at
    ]  # fmt: skip
