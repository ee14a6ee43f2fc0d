"""How many customers have taken up the flagship, in which groups, and who has not.

Active is who bought anything in the window. An active customer has adopted the flagship if it
bought or used it in the window; *lapsed* if it did before and no longer does; else it never has.
Shares are of active customers: nobody can be won for a new product who has gone already.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

ADOPTED, LAPSED, NEVER = "adopted", "lapsed", "never"
STATES = (ADOPTED, LAPSED, NEVER)


class Taken(NamedTuple):
    """One active customer and what it took of the flagship; money in ten-thousandths."""

    customer_id: int
    name: str
    owner: str | None
    tier: str
    industry: str
    net: int  # of everything inside the window
    flagship: int  # of the flagship inside the window
    last: str | None  # day of its last purchase or use of the flagship, None: never
    used: int | None  # millionths of the usage series inside the window, None: none is asked for
    state: str


@dataclass
class Group:
    """Customers of one tier or industry."""

    name: str
    active: int = 0
    net: int = 0
    flagship: int = 0
    states: dict[str, int] = field(default_factory=lambda: dict.fromkeys(STATES, 0))

    @property
    def share(self) -> float | None:
        """Return the share of the active customers that have adopted; None: there are none."""
        return self.states[ADOPTED] / self.active if self.active else None


def state_of(
    *, bought: str | None, used: str | None, used_sum: int, first: str
) -> str:  # fmt: skip
    """Return the state of one customer.

    Args:
        bought: last day on which it bought the flagship.
        used: last period in which it used it.
        used_sum: use inside the window, in millionths.
        first: first day of the window; "" for all history.
    """
    if (bought is not None and bought >= first) or used_sum > 0:
        return ADOPTED
    return NEVER if bought is None and used is None else LAPSED


def groups(taken: Iterable[Taken], of: Callable[[Taken], str]) -> list[Group]:
    """Return the groups, the most active customers first; "" is the group of those without one."""
    found: dict[str, Group] = {}
    for one in taken:
        group = found.setdefault(of(one), Group(of(one)))
        group.active += 1
        group.net += one.net
        group.flagship += one.flagship
        group.states[one.state] += 1
    return sorted(found.values(), key=lambda group: (-group.active, group.name))


def everybody(taken: Sequence[Taken]) -> Group:
    """Return all customers as one group."""
    return (groups(taken, lambda _one: "") or [Group("")])[0]


def in_any_currency(parts: Iterable[Iterable[Taken]]) -> list[Taken]:
    """Return every active customer once, with the best state that it has in any currency.

    Name, tier and money are those of the first currency in which it is active; money of different
    currencies is never summed.
    """
    found: dict[int, Taken] = {}
    for part in parts:
        for one in part:
            known = found.setdefault(one.customer_id, one)
            if known is not one:
                state = min(known.state, one.state, key=STATES.index)
                last = max(filter(None, (known.last, one.last)), default=None)
                found[one.customer_id] = known._replace(state=state, last=last)
    return list(found.values())
