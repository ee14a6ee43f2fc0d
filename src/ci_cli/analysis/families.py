"""Companies of one parent taken as one customer, where the books name parents.

A customer belongs to the company that its field ``parent`` names, also through several floors; the
parent itself, where it is a customer, is found by its name. Names are compared without case, width,
spaces and punctuation.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, Protocol

from ci_cli.analysis.requests import plain


class Known(Protocol):
    """What is known of a customer."""

    @property
    def name(self) -> str:
        """What people call it."""

    @property
    def parent(self) -> str | None:
        """The company that it belongs to."""


class Family(NamedTuple):
    """One customer, or all companies of one parent."""

    name: str
    members: tuple[int, ...]  # customer ids, the most money first
    net: int


def heads(known: Mapping[int, Known]) -> dict[int, tuple[str, str]]:
    """Return by customer the key and the name of the company at the top of its family.

    Args:
        known: name and parent of every customer. Two customers of one name are two families,
            unless another one names them as its parent: then they are one.
    """
    named = {plain(one.name): (one.name, one.parent) for one in known.values() if plain(one.name)}
    is_parent = {plain(one.parent) for one in known.values() if one.parent}
    found = {}
    for customer, one in known.items():
        name, parent = one.name, one.parent
        path = [plain(name)]
        labels = {path[0]: name}
        above = plain(parent or "")
        while above and above not in path:
            path.append(above)
            labels[above], upper = named.get(above, (parent or "", None))
            parent, above = upper, plain(upper or "")
        # companies that own each other are one family, called by the first name among them
        key = min(path[path.index(above) :]) if above else path[-1]
        alone = len(path) == 1 and key not in is_parent
        found[customer] = (f"C{customer}" if alone or not key else key, labels[key])
    return found


def families(
    amounts: Mapping[int, int], known: Mapping[int, Known], *, by_parent: bool
) -> list[Family]:
    """Return customers, or families of them, the most money first.

    Args:
        amounts: money by customer.
        known: name and parent of every customer.
        by_parent: take companies of one parent together.
    """
    top = heads(known) if by_parent else {}
    groups: dict[str, tuple[str, list[int]]] = {}
    for customer in amounts:
        name = known[customer].name if customer in known else ""
        key, label = top.get(customer, (f"C{customer}", name))
        groups.setdefault(key, (label, []))[1].append(customer)
    return sorted(
        (
            Family(label, tuple(sorted(ids, key=lambda one: (-amounts[one], one))),
                   sum(amounts[one] for one in ids))
            for label, ids in groups.values()
        ),
        key=lambda one: (-one.net, one.members),
    )  # fmt: skip
