"""From histories to signals: money, orders, buyers, and what an order is worth.

Money alone is a noisy witness, since one large order outweighs many small ones. Counts of orders
and buyers are far steadier, and the value of an order against the same customer's earlier ones
tells a cut in price or quantity from a loss of customers. So where orders and customers are known,
the evidence is put together from all of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ci_cli.analysis.decline import evidence
from ci_cli.analysis.decline.calendar_effects import festival_shares
from ci_cli.analysis.decline.evidence import Evidence
from ci_cli.analysis.decline.histories import History

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
else:
    Floats = Any

MONEY_SHARE = 0.3  # weight of money beside counts and order values, which say the same more clearly
FEW_ORDERS = 40  # a month: below it chance alone makes shapes that look like declines more often,
FEW_PENALTY = 0.3  # so up to so much is taken off the score
SILENT = -3.0  # score below which a signal says nothing of a decline
QUARTER = 3
_KNOWN_SHARE = 0.5  # of orders that must name their customer for buyers to be counted
_SINGLE = 1.5  # orders a month below which an "order" is the month's total
TOTALS_BONUS = 0.3  # one witness alone cannot add up with others: so many false alarms as with all


@dataclass(frozen=True)
class Combined:
    """The evidence of all signals of one category; ``parts`` holds that of each by name."""

    score: float
    driver: str
    weights: Floats
    lengths: NDArray[np.int64]
    rates: Floats
    parts: Mapping[str, float]
    step: int


def weigh(found: Sequence[History], last_month: str) -> list[Combined]:
    """Return the evidence for each history; those of one length are weighed together.

    Args:
        found: histories that end with the same month.
        last_month: that month.
    """
    together: dict[tuple[int, int, bool], list[int]] = {}
    for number, history in enumerate(found):
        step = QUARTER if history.by_quarter else 1
        with_values = step == 1 and history.values is not None and history.known >= _KNOWN_SHARE
        together.setdefault((len(history), step, with_values), []).append(number)
    result: dict[int, Combined] = {}
    for (length, step, with_values), numbers in together.items():
        some = [found[number] for number in numbers]
        festival = festival_shares(last_month, length)
        parts = _parts(some, festival, step, with_values)
        result.update(zip(numbers, _combined(some, parts, step), strict=True))
    return [result[number] for number in range(len(found))]


def _parts(
    some: Sequence[History], festival: tuple[float, ...], step: int, with_values: bool
) -> dict[str, Evidence]:
    return _quarterly(some, festival) if step > 1 else _monthly(some, festival, with_values)


def _monthly(
    some: Sequence[History], festival: tuple[float, ...], with_values: bool
) -> dict[str, Evidence]:
    if not any(festival):
        festival = ()
    net, orders, buyers = (
        np.array([getattr(one, name) for one in some]) for name in ("net", "orders", "buyers")
    )
    parts = {
        "revenue": evidence.of_money(net, festival),
        "orders": evidence.of_counts(orders, festival),
        "buyers": evidence.of_counts(buyers, festival),
    }
    if with_values:
        values = np.array([one.values for one in some])
    else:
        with np.errstate(divide="ignore", invalid="ignore"):
            values = evidence.log_of(np.where(orders > 0, net / np.maximum(orders, 1), 0.0))
            values = np.where(orders > 0, values, values.mean(axis=1, keepdims=True))
    weight, spread = evidence.MONEY_PRIOR
    # no festival here: fewer orders are made around it, not smaller ones
    parts["price"] = evidence.of_logs(values, np.full(len(some), spread**2), weight)
    return parts


def _quarterly(some: Sequence[History], festival: tuple[float, ...]) -> dict[str, Evidence]:
    def quarters(values: Sequence[Floats]) -> Floats:
        table = np.array(values)
        table = table[:, table.shape[1] % QUARTER :]
        sums: Floats = table.reshape(len(table), -1, QUARTER).sum(axis=2)
        return sums

    shares = tuple(float(share) for share in quarters([np.array(festival)])[0])
    shares = shares if any(shares) else ()
    return {
        "revenue": evidence.of_money(quarters([one.net for one in some]), shares, QUARTER),
        "orders": evidence.of_counts(quarters([one.orders for one in some]), shares, QUARTER),
        "buyers": evidence.of_counts(quarters([one.buyers for one in some]), shares, QUARTER),
    }


def _combined(some: Sequence[History], parts: Mapping[str, Evidence], step: int) -> list[Combined]:
    result = []
    for row, history in enumerate(some):
        scores = {name: float(part.score[row]) for name, part in parts.items()}
        knows_buyers = history.known >= _KNOWN_SHARE or history.buyers.sum() > (
            _KNOWN_SHARE * history.orders.sum()
        )
        if not knows_buyers:
            del scores["buyers"]
        score, witnesses = _together(history, scores, knows_buyers, step)
        driver = _driver(witnesses, scores)
        part = parts[driver]
        result.append(
            Combined(score, driver, part.weights[row], part.lengths, part.rates, scores, step)
        )
    return result


def _together(
    history: History, scores: dict[str, float], knows_buyers: bool, step: int
) -> tuple[float, dict[str, float]]:
    """Return the score of all witnesses together, and what each says."""
    if step == 1 and history.orders.mean() < _SINGLE:
        return scores["revenue"] + TOTALS_BONUS, {"revenue": scores["revenue"]}
    counts = (scores["orders"] + scores["buyers"]) / 2 if knows_buyers else scores["orders"]
    witnesses = {"counts": counts, "revenue": scores["revenue"] + float(np.log(MONEY_SHARE))}
    if "price" in scores:
        witnesses["price"] = scores["price"]
    score = float(np.logaddexp.reduce(list(witnesses.values())))
    few = max(0.0, 1 - float(history.orders.mean()) / FEW_ORDERS)
    return score - FEW_PENALTY * few, witnesses


def _driver(witnesses: Mapping[str, float], scores: Mapping[str, float]) -> str:
    """Name the signal that carries the evidence: buyers, orders, price, or revenue as a whole.

    Revenue explains nothing, so it is named only where neither counts nor values say anything.
    """
    causes = {name: score for name, score in witnesses.items() if name != "revenue"}
    first = max(causes or witnesses, key=lambda name: witnesses[name])
    if witnesses[first] < SILENT <= witnesses["revenue"]:
        return "revenue"
    if first != "counts":
        return first
    if "buyers" not in scores:
        return "orders"
    return "buyers" if scores["buyers"] >= scores["orders"] else "orders"
