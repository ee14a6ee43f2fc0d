"""Made histories for the early warning: families of categories, with and without a fault.

Every family gives 48 months of orders of one category at a time: month, customer and amount of
each. A fault begins in a month between the 18th and the 36th. All chance comes from the seed;
figures that are published use seeds that nothing was tuned on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from ci_cli.analysis.decline.calendar_effects import festival_shares
from ci_cli.analysis.decline.histories import History
from ci_cli.analysis.decline.price import value_logs
from ci_cli.analysis.periods import add_months

MONTHS = 48
LAST = "2021-12"  # the Spring Festival of these years moves between 28 January and 16 February
EVERY = tuple(add_months(LAST, step - MONTHS + 1) for step in range(MONTHS))
FIRST_ONSET, LAST_ONSET = 18, 36


class Fault(NamedTuple):
    """What goes wrong: ``slide`` or ``drop`` of all sales, ``attrition``, ``orders``, ``price``."""

    kind: str
    size: float

    def __str__(self) -> str:
        return f"{self.kind} {self.size:.0%}" if self.kind else "none"


NONE = Fault("", 0.0)


@dataclass(frozen=True)
class Case:
    """One category: its orders, and the first month of the fault."""

    month: Any
    customer: Any  # -1: nobody knows
    amount: Any
    onset: int

    def history(self, name: str, months: int = MONTHS) -> History:
        """Return what the program makes of it."""
        known = self.customer >= 0
        sales = self.amount > 0
        pairs, of_pair = np.unique(
            self.customer[known & sales] * 64 + self.month[known & sales], return_inverse=True
        )
        values = None
        if len(pairs):
            values = value_logs(
                np.zeros(len(pairs), dtype=np.int64), pairs // 64, pairs % 64,
                np.bincount(of_pair).astype(np.float64),
                np.bincount(of_pair, self.amount[known & sales]),
                categories=1, months=months,
            )[0]  # fmt: skip
        return History(
            name, name,
            np.bincount(self.month, self.amount, months),
            np.bincount(self.month[sales], minlength=months).astype(np.float64),
            np.bincount(pairs % 64, minlength=months).astype(np.float64),
            values,
            float(known[sales].mean()) if sales.any() else 0.0,
        )  # fmt: skip


def until(history: History, month: int) -> History:
    """Return what was known of it after ``month`` (0 is the first)."""
    values = history.values
    return History(
        history.group, history.label, history.net[: month + 1], history.orders[: month + 1],
        history.buyers[: month + 1], None if values is None else values[: month + 1],
        history.known,
    )  # fmt: skip


def _onset(rng: np.random.Generator) -> int:
    return int(rng.integers(FIRST_ONSET, LAST_ONSET + 1))


def _effect(fault: Fault, onset: int) -> Any:
    since = np.maximum(0, np.arange(MONTHS) - onset + 1)
    if fault.kind == "drop":
        return np.where(since > 0, 1 - fault.size, 1.0)
    return (1 - fault.size) ** since if fault.kind else np.ones(MONTHS)


def _season(rng: np.random.Generator, kind: str) -> Any:
    """Return twelve factors: a wave of 30 to 50 %, or free months with a peak before New Year."""
    month = np.arange(12)
    if kind == "wave":
        return 1 + rng.uniform(0.3, 0.5) * np.sin(2 * np.pi * (month / 12 + rng.random()))
    if kind == "free":
        season = np.exp(rng.normal(0, 0.2, 12))
        season[9:12] *= 1 + rng.uniform(0.2, 0.8) * np.array([0.4, 1.0, 0.7])
        return season / season.mean()
    return np.ones(12)


def totals(
    rng: np.random.Generator,
    fault: Fault,
    *,
    growth: tuple[float, float] = (0.0, 0.0),
    season: str = "",
    spread: tuple[float, float] = (0.05, 0.15),
    spikes: float = 0.0,
) -> Case:
    """Return a category of which only the month's total is known: one row a month."""
    onset = _onset(rng)
    month = np.arange(MONTHS)
    noise = np.exp(rng.uniform(*spread) * rng.normal(0, 1, MONTHS))
    amount = np.exp(rng.normal(10, 1) + rng.uniform(*growth) * month) * noise
    amount *= _season(rng, season)[month % 12] * _effect(fault, onset)
    spiked = rng.random(MONTHS) < spikes
    amount = np.where(spiked, amount * rng.uniform(2, 4, MONTHS), amount)
    return Case(month, np.full(MONTHS, -1), amount, onset)


def intermittent(rng: np.random.Generator, fault: Fault) -> Case:
    """Return few orders of very unequal worth, one in twenty sent back; customers unknown."""
    onset = _onset(rng)
    orders = rng.poisson(rng.uniform(3, 25) * _effect(fault, onset))
    month = np.repeat(np.arange(MONTHS), orders)
    amount = np.exp(rng.normal(5, 0.8, len(month)))
    amount = np.where(rng.random(len(month)) < 0.05, -amount, amount)
    return Case(month, np.full(len(month), -1), amount, onset)


def orders(
    rng: np.random.Generator,
    fault: Fault,
    *,
    monthly: tuple[float, float] = (40, 300),
    customers: tuple[int, int] | None = None,
    growth: tuple[float, float] = (0.0, 0.0),
    season: str = "",
    festival: float = 0.0,
    noise: float = 0.05,
    spikes: float = 0.0,
) -> Case:
    """Return the orders of customers who differ in rate and size; some leave, others come.

    Args:
        rng: where chance comes from.
        fault: what goes wrong; ``attrition`` makes customers leave who are not replaced.
        monthly: range of the mean number of orders a month.
        customers: range of their number; else 0.8 to 5 for each monthly order.
        growth: range of the growth per month.
        season: as in ``_season``.
        festival: share of the orders that the Spring Festival takes from its month.
        noise: spread of what moves all customers of a month together.
        spikes: share of months that are freaks, at 0.3 to 2 times their due.
    """
    mean = float(np.exp(rng.uniform(*np.log(monthly))))
    number = (
        int(rng.integers(*customers)) if customers else int(max(20, mean * rng.uniform(0.8, 5)))
    )
    churn = rng.uniform(0, 0.03)
    onset = _onset(rng)
    effect = _effect(fault, onset)
    rate = rng.gamma(1.0, 1.0, number) + 0.05
    rate *= mean / rate.sum()
    size, spread = rng.normal(5, 0.8, number), rng.uniform(0.3, 0.7)
    ids, alive, newest = np.arange(number), np.ones(number, dtype=bool), number
    seasons = _season(rng, season)
    pace = np.exp(rng.uniform(*growth) * np.arange(MONTHS) + noise * rng.normal(0, 1, MONTHS))
    pace *= seasons[np.arange(MONTHS) % 12]
    pace *= 1 - festival * np.array(festival_shares(LAST, MONTHS))
    pace *= np.where(rng.random(MONTHS) < spikes, rng.uniform(0.3, 2, MONTHS), 1.0)
    if fault.kind in ("orders", "slide", "drop"):
        pace = pace * effect
    found = []
    for month in range(MONTHS):
        left = (rng.random(number) < churn) & alive
        ids = np.where(left, newest + np.cumsum(left), ids)
        newest += int(left.sum())
        size = np.where(left, rng.normal(5, 0.8, number), size)
        if fault.kind == "attrition" and month >= onset:
            alive &= rng.random(number) >= fault.size
        place = np.repeat(np.arange(number), rng.poisson(rate * pace[month] * alive))
        amount = np.exp(size[place] + spread * rng.normal(0, 1, len(place)))
        amount *= effect[month] if fault.kind == "price" else 1.0
        found.append((np.full(len(place), month), ids[place], amount))
    return Case(*(np.concatenate(part) for part in zip(*found, strict=True)), onset)


Family = Callable[[np.random.Generator, Fault], Case]
_SMALL: dict[str, Any] = {"monthly": (10, 40), "customers": (50, 801)}


def _made(make: Callable[..., Case], **settings: Any) -> Family:
    return lambda rng, fault: make(rng, fault, **settings)


MONEY: Mapping[str, Family] = {
    "flat": _made(totals),
    "growth": _made(totals, growth=(0.005, 0.025)),
    "seasonal": _made(totals, season="wave"),
    "noisy": _made(totals, spread=(0.20, 0.35), spikes=0.03),
    "intermittent": intermittent,
}
LINES: Mapping[str, Family] = {
    "plain": _made(orders),
    "growing": _made(orders, growth=(0.005, 0.02)),
    "wave": _made(orders, season="wave"),
    "retail year": _made(orders, season="free"),
    "spiky": _made(orders, noise=0.1, spikes=0.03),
    "small B2B": _made(orders, **_SMALL),
    "small B2B, wave": _made(orders, season="wave", **_SMALL),
    "Spring Festival": _made(orders, festival=0.5),
    "Spring Festival, B2B": _made(orders, festival=0.5, **_SMALL),
}
FAULTS: Mapping[str, tuple[Fault, ...]] = {
    "money": (
        Fault("slide", 0.02), Fault("slide", 0.03), Fault("slide", 0.05),
        Fault("drop", 0.15), Fault("drop", 0.25), Fault("drop", 0.40),
    ),
    "lines": (
        Fault("attrition", 0.03), Fault("attrition", 0.05), Fault("attrition", 0.08),
        Fault("orders", 0.03), Fault("orders", 0.05), Fault("price", 0.03), Fault("price", 0.05),
        Fault("drop", 0.25),
    ),
}  # fmt: skip


def cases(family: str, fault: Fault, number: int, seed: int) -> list[Case]:
    """Return ``number`` categories of a family: the same for a seed, whatever else is made."""
    make = {**MONEY, **LINES}[family]
    digest = sum(ord(letter) * 31**place for place, letter in enumerate(f"{family}{fault}"))
    rng = np.random.default_rng([seed, digest % 2**31])
    return [make(rng, fault) for _ in range(number)]
