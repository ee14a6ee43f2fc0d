"""Where each customer stands on a day: active, slowing, dormant, lost, too early to tell.

By the own rhythm (``analysis.cadence``) alone, so that everybody is judged by the same rule: active
below two usual gaps of silence, slowing below three, dormant from three on; lost is who is dormant
and has not bought for a year. Who buys in several currencies is as lively as in the liveliest one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from ci_cli.analysis import cadence
from ci_cli.analysis.scoring import base_rhythm
from ci_cli.columnar import Columnar
from ci_cli.shapes.trade import CustomerPurchases

LOST_DAYS = 365
LOST, NEVER = "lost", "never-bought"
# from the liveliest on; what nobody can judge is livelier than a silence that was judged
ORDER = (cadence.ACTIVE, cadence.SLOWING, cadence.TOO_EARLY, cadence.DORMANT, LOST, NEVER)
LIVELY = (cadence.ACTIVE, cadence.SLOWING)


def standings(rows: Sequence[CustomerPurchases], as_of: date) -> dict[int, str]:
    """Return where everybody stands who ever bought in one currency.

    Args:
        rows: every customer, aggregated in all history up to ``as_of``.
        as_of: the day that silence is counted to.
    """
    everybody = Columnar.of(CustomerPurchases, rows)
    bought = everybody.picked([i for i, day in enumerate(everybody.column("last")) if day])
    base = base_rhythm(everybody, as_of)
    silent = [(as_of - date.fromisoformat(day)).days for day in bought.column("last")]
    buyers = Columnar(
        cadence.Buyer, [bought.column(name) for name in ("industry", "purchase_days", "median_gap")]
    )
    rhythms = cadence.rhythms(buyers, silent, base.usual, base.history_days)
    return {
        customer: _standing(state, days)
        for customer, state, days in zip(
            bought.column("customer_id"), rhythms.column("state"), silent, strict=True
        )
    }


def _standing(state: str | None, silent_days: int) -> str:
    if state == cadence.DORMANT and silent_days >= LOST_DAYS:
        return LOST
    return state or cadence.TOO_EARLY  # no customer ever came back: no rhythm is known


def liveliest(parts: Iterable[Mapping[int, str]]) -> dict[int, str]:
    """Return where customers stand over all currencies."""
    found: dict[int, str] = {}
    for part in parts:
        for customer, state in part.items():
            if customer not in found or ORDER.index(state) < ORDER.index(found[customer]):
                found[customer] = state
    return found
