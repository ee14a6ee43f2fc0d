"""What is behind a change, in one line each: of revenue, and of the number of active customers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from ci_cli.analysis.decompose import CustomerMove, Effects
from ci_cli.analysis.standing import LIVELY

# of two periods with others between them: who bought in neither, one or both of them
Moved = Literal["gone", "less", "more", "came"]
_OF_CLASS: dict[str, Moved] = {
    "lost": "gone", "shrunk": "less", "grown": "more", "new": "came", "returned": "came",
}  # fmt: skip
EFFECTS = ("volume", "price", "mix", "unmeasured", "returns")


class Part(NamedTuple):
    """The part that did most for a change."""

    name: str
    customers: int  # 0 where it is no matter of customers
    money: int


@dataclass(frozen=True)
class Driver:
    """What drove revenue most in the direction in which it went; None where nothing did."""

    change: int
    customers: Part | None
    effect: Part | None


def driver(moves: Sequence[CustomerMove], parts: Effects) -> Driver:
    """Return what is behind the change of revenue between two periods.

    Args:
        moves: from ``decompose.customer_moves``.
        parts: from ``decompose.effects``, of the same rows.
    """
    money: dict[str, int] = {}
    count: dict[str, int] = {}
    for move in moves:
        kind = _OF_CLASS.get(move.kind)
        if kind is not None:
            money[kind] = money.get(kind, 0) + move.now - move.before
            count[kind] = count.get(kind, 0) + 1
    groups = [Part(kind, count[kind], amount) for kind, amount in money.items()]
    effects = [Part(name, 0, getattr(parts, name)) for name in EFFECTS]
    return Driver(parts.total, _most(groups, parts.total), _most(effects, parts.total))


def _most(parts: Sequence[Part], change: int) -> Part | None:
    sign = 1 if change >= 0 else -1
    best = max(parts, key=lambda one: sign * one.money, default=None)
    return best if best is not None and sign * best.money > 0 else None


class Activity(NamedTuple):
    """Active customers on two days; before + new + back - silent = now."""

    before: int
    new: int  # first purchase since
    back: int  # bought before, but were not active on the earlier day
    silent: int  # active then and not now
    now: int


def activity(
    then: Mapping[int, str], now: Mapping[int, str], firsts: Mapping[int, str], since: str
) -> Activity:
    """Return what became of the active customers.

    Args:
        then: where customers stood on the earlier day.
        now: where they stand.
        firsts: day of the first purchase of each.
        since: the earlier day.
    """
    was, are = (
        {customer for customer, state in states.items() if state in LIVELY}
        for states in (then, now)
    )
    came = are - was
    new = {customer for customer in came if firsts[customer] > since}
    return Activity(len(was), len(new), len(came - new), len(was - are), len(are))
