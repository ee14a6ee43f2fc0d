"""Declines put into the user's own months: how soon would they have been seen?

Orders are taken out one by one, at random and as many as the decline says, so that what is left is
as uneven as real sales are; buyers, money and order values follow from the orders that stay.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ci_cli.analysis.decline.histories import Ledger, Rows, chosen, table_of, values_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]
else:
    Floats = Whole = Any

_TOTALS = 0.9  # of months with a single row, from which rows are totals and not orders
WATCHED = 12  # months from the first of a decline in which it should be seen


class Fault(NamedTuple):
    """What goes wrong, and by how much.

    ``slide``: all sales thin out by ``size`` a month; ``drop``: once; ``attrition``: so many
    customers leave every month and are not replaced.
    """

    kind: str
    size: float


FAULTS = (Fault("slide", 0.03), Fault("slide", 0.05), Fault("drop", 0.25))
LEAVING = Fault("attrition", 0.05)  # where customers are known
KNOWN_SHARE = 0.5  # of orders whose customer must be known for them to leave


class Start(NamedTuple):
    """Which group declines, and the index of the first month in which it does."""

    group: int
    month: int


def starts(table: Ledger, steps: Sequence[int], before: int, most: int) -> list[Start]:
    """Return at most ``most`` beginnings, spread evenly over the groups and their months.

    Args:
        table: all months of all groups.
        steps: indices of the months that are replayed.
        before: months that a group must have had before.
        most: beginnings in all; groups take turns where there are more.
    """
    found: list[Start] = []
    for group, first in enumerate(table.begins):
        possible = [m for m in steps if m >= first + before and m + WATCHED - 1 <= steps[-1]]
        share = max(1, most // max(len(table.groups), 1))
        number = min(share, len(possible))
        places = np.linspace(0, len(possible) - 1, number).round().astype(int)
        found += [Start(group, possible[at]) for at in places if possible]
    if len(found) > most:
        found = [found[at] for at in np.linspace(0, len(found) - 1, most).round().astype(int)]
    return found


def injected(
    table: Ledger, rows: Rows, fault: Fault, begins: Sequence[Start], rng: np.random.Generator
) -> Ledger:
    """Return the groups of ``begins`` as they would have been with a fault from then on."""
    months = table.net.shape[1]
    groups = np.array([start.group for start in begins], dtype=np.int64)
    onsets = np.array([start.month for start in begins], dtype=np.int64)
    since = np.maximum(np.arange(months) - onsets[:, None] + 1, 0)  # (B, n)
    drop = np.where(since > 0, 1 - fault.size, 1.0)
    left = drop if fault.kind == "drop" else (1 - fault.size) ** since
    mine = _of_groups(rows, groups)
    kept = _kept(mine, fault, left, onsets, rng)
    known = table_of(mine, mine.orders, len(begins), months)
    gross = table_of(mine, mine.gross, len(begins), months)
    mine = mine._replace(
        orders=kept, gross=mine.gross * np.divide(kept, np.maximum(mine.orders, 1))
    )
    stays = mine.orders > 0
    mine = chosen(mine, stays)
    told = table_of(mine, mine.orders, len(begins), months)
    untold = np.maximum(np.round(table.orders[groups] - known), 0).astype(np.int64)
    others = rng.binomial(untold, left).astype(np.float64)
    totals = _are_totals(table)[groups][:, None]
    others = np.where(totals, untold, others)
    # what is not known customers' sales: those of unknown ones, and returns
    share = np.divide(told, known, out=left.copy(), where=known > 0)
    share = np.divide(others, untold, out=share, where=untold > 0)
    share = np.where(totals, left, share)
    rest = (table.net[groups] - gross) * share
    names = [table.groups[group] for group in groups]
    return Ledger(
        names,
        names,
        table_of(mine, mine.gross, len(begins), months) + rest,
        told + others,
        table_of(mine, np.ones(len(mine.group)), len(begins), months),
        told,
        values_of(mine, len(begins), months) if len(mine.group) else None,
        table.begins[groups],
    )


def _are_totals(table: Ledger) -> NDArray[np.bool_]:
    """Tell which groups have one row a month without a customer: a total, not an order."""
    rows = np.array([
        (table.orders[row, first:] == 1).mean() if first < table.orders.shape[1] else 0.0
        for row, first in enumerate(table.begins)
    ])  # fmt: skip
    found: NDArray[np.bool_] = (rows >= _TOTALS) & (table.told.sum(axis=1) == 0)
    return found


def _of_groups(rows: Rows, groups: Whole) -> Rows:
    """Return the purchases of each group of ``groups``, which may name one more than once."""
    order = np.argsort(rows.group, kind="stable")
    ends = np.searchsorted(rows.group[order], groups, side="right")
    first = np.searchsorted(rows.group[order], groups, side="left")
    places = [order[a:b] for a, b in zip(first, ends, strict=True)]
    index = np.concatenate(places) if places else np.zeros(0, dtype=np.int64)
    copies = np.repeat(np.arange(len(groups)), ends - first)
    return chosen(rows, index)._replace(group=copies)


def _kept(
    mine: Rows, fault: Fault, left: Floats, onsets: Whole, rng: np.random.Generator
) -> Floats:
    """Return how many orders of each row stay."""
    orders = np.round(mine.orders).astype(np.int64)
    if fault.kind != "attrition":
        return rng.binomial(orders, left[mine.group, mine.month]).astype(np.float64)
    pairs, of_pair = np.unique(np.stack([mine.group, mine.customer]), axis=1, return_inverse=True)
    gone = onsets[pairs[0]] + rng.geometric(fault.size, pairs.shape[1]) - 1
    stays: Floats = np.where(mine.month < gone[of_pair.ravel()], orders, 0).astype(np.float64)
    return stays
