"""Categories that are being billed in another currency than before: not a decline, only a move.

Amounts of different currencies are never added, so a category whose customers now pay in another
one looks as if it had died. Orders can be counted in any currency, and tell.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from ci_cli.shapes.trade import MonthCell

RECENT = (3, 6, 12)  # months that are compared with all before them
MOVED = 0.2  # by how much the share of one currency must have fallen


def moved_away(
    own: Sequence[MonthCell], others: Sequence[MonthCell], months: Sequence[str]
) -> frozenset[str]:
    """Return the groups whose orders have moved from one currency to others of late.

    Args:
        own: cells in the currency that is judged.
        others: cells of the same groups in all other currencies.
        months: the judged months, oldest first.
    """
    if not others:
        return frozenset()
    mine, theirs = _by_group(own), _by_group(others)
    return frozenset(
        group for group in mine.keys() & theirs.keys() if _moved(mine[group], theirs[group], months)
    )


def _by_group(cells: Sequence[MonthCell]) -> dict[str, Counter[str]]:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for cell in cells:
        counts[cell.group][cell.month] += cell.orders
    return counts


def _moved(own: Counter[str], others: Counter[str], months: Sequence[str]) -> bool:
    for recent in RECENT:
        before, since = months[:-recent], months[-recent:]
        shares = []
        for some in (before, since):
            mine = sum(own[month] for month in some)
            every = mine + sum(others[month] for month in some)
            if not every:
                break
            shares.append(mine / every)
        if len(shares) == 2 and shares[0] - shares[1] > MOVED:
            return True
    return False
