"""Which requests weigh how much: by the customers who make them and the revenue behind those.

A customer that asks ten times for the same thing counts once for it. Two texts are the same
request when a coder gave them the same code, else when they differ only in case, width, spaces and
punctuation; a wish to add and a wish to drop the same thing are two requests.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

TOP_SHARE = 10  # the top customers are one in so many, rounded up


class Weighed(NamedTuple):
    """One thing that was said, ready to be grouped."""

    customer_id: int | None
    kind: str
    ask: str | None
    text: str
    day: str
    code: str | None = None


@dataclass
class Demand:
    """One request and who is behind it."""

    label: str
    kind: str
    ask: str | None
    coded: bool
    mentions: int = 0
    nameless: int = 0  # mentions that hang on no customer
    customers: set[int] = field(default_factory=set)
    revenue: int = 0  # ten-thousandths, of the distinct customers
    top_customers: int = 0
    top_share: float | None = None  # of the top customers, how many ask; None: there are none
    last: str = ""
    wordings: Counter[str] = field(default_factory=Counter)


def plain(text: str) -> str:
    """Return a text as requests are compared: NFKC, folded, letters and digits of any script.

    A text without any (only signs) stands for itself.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    kept = (char if unicodedata.category(char)[0] in "LMN" else " " for char in folded)
    return " ".join("".join(kept).split()) or folded.strip()


def top_customers(revenue: Mapping[int, int]) -> set[int]:
    """Return the tenth of the customers (rounded up) with the most revenue above zero.

    Customers that tie with the last of them count as well.
    """
    amounts = sorted((amount for amount in revenue.values() if amount > 0), reverse=True)
    if not amounts:
        return set()
    least = amounts[-(-len(amounts) // TOP_SHARE) - 1]
    return {number for number, amount in revenue.items() if amount >= least}


def rank(said: Iterable[Weighed], revenue: Mapping[int, int], *, by: str) -> list[Demand]:
    """Group requests and order them.

    Args:
        said: what was said, in any order.
        revenue: of each customer, in ten-thousandths of one currency unit.
        by: ``revenue`` or ``accounts``; the other one breaks ties.
    """
    top = top_customers(revenue)
    groups: dict[tuple[str, str | None, bool, str], Demand] = {}
    for one in sorted(said, key=lambda item: (item.day, item.text)):
        key = (one.kind, one.ask, one.code is not None, one.code or plain(one.text))
        demand = groups.setdefault(
            key,
            Demand(one.code or " ".join(one.text.split()), one.kind, one.ask, one.code is not None),
        )
        demand.wordings[" ".join(one.text.split())] += 1
        demand.mentions += 1
        demand.last = max(demand.last, one.day)
        if one.customer_id is None:
            demand.nameless += 1
        else:
            demand.customers.add(one.customer_id)
    for demand in groups.values():
        if not demand.coded:  # as most of them say it; of equally usual wordings the earliest
            demand.label = demand.wordings.most_common(1)[0][0]
        demand.revenue = sum(revenue.get(number, 0) for number in demand.customers)
        demand.top_customers = len(demand.customers & top)
        demand.top_share = demand.top_customers / len(top) if top else None
    return sorted(groups.values(), key=lambda one: _order(one, by))


def _order(one: Demand, by: str) -> tuple[int, int, int, str, str]:
    money, accounts = -one.revenue, -len(one.customers)
    first, second = (money, accounts) if by == "revenue" else (accounts, money)
    return first, second, -one.mentions, one.label, one.ask or ""
