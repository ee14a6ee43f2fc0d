"""Small made-up order books for the early warning."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from ci_cli.analysis.decline.result import Verdict
from ci_cli.analysis.decline.verdict import judge
from ci_cli.analysis.periods import add_months
from ci_cli.shapes.categories import CustomerMonth
from ci_cli.shapes.trade import MonthCell
from importer import bring_in, new_store

Order = tuple[str, int, int | None, int]  # group, month, customer, amount
HEADER = [
    "order id",
    "date",
    "customer id",
    "category",
    "product",
    "quantity",
    "amount",
    "currency",
]


def months_from(number: int, first: str = "2018-01") -> list[str]:
    return [add_months(first, step) for step in range(number)]


def made(
    group: str,
    number: int,
    *,
    seed: int = 1,
    customers: int = 120,
    rate: float = 0.8,
    onset: int | None = None,
    attrition: float = 0.0,
    price: float = 0.0,
    less: float = 0.0,
) -> list[Order]:
    """Return orders of ``number`` months; from month ``onset`` on something goes wrong."""
    rng = np.random.default_rng([seed, sum(map(ord, group))])
    alive = np.ones(customers, dtype=bool)
    size = rng.normal(8, 0.7, customers)
    orders: list[Order] = []
    for month in range(number):
        since = 0 if onset is None else max(0, month - onset + 1)
        if since:
            alive &= rng.random(customers) >= attrition
        times = rng.poisson(rate * (1 - less) ** since, customers) * alive
        for customer in np.repeat(np.arange(customers), times):
            amount = np.exp(size[customer] + 0.4 * rng.normal()) * (1 - price) ** since
            orders.append((group, month, int(customer), round(float(amount) * 10_000)))
    return orders


def cells_of(
    orders: Iterable[Order], months: list[str]
) -> tuple[list[MonthCell], list[CustomerMonth]]:
    """Add orders up as the store does."""
    by_month: dict[tuple[str, int], list[Order]] = defaultdict(list)
    by_customer: dict[tuple[str, int, int], list[int]] = defaultdict(list)
    for order in orders:
        group, month, customer, amount = order
        by_month[group, month].append(order)
        if customer is not None and amount > 0:
            by_customer[group, customer, month].append(amount)
    cells = [
        MonthCell(
            group, group, months[month], sum(o[3] for o in some), sum(max(o[3], 0) for o in some),
            0, len(some), sum(o[3] > 0 for o in some),
            len({o[2] for o in some if o[2] is not None and o[3] > 0}),
        )
        for (group, month), some in sorted(by_month.items())
    ]  # fmt: skip
    purchases = [
        CustomerMonth(group, customer, months[month], len(amounts), sum(amounts))
        for (group, customer, month), amounts in sorted(by_customer.items())
    ]
    return cells, purchases


def verdicts(orders: Iterable[Order], number: int) -> dict[str, Verdict]:
    """Judge after ``number`` months; orders of later months are handed in as well."""
    orders = list(orders)
    all_months = months_from(max([number, *(order[1] + 1 for order in orders)]))
    cells, purchases = cells_of(orders, all_months)
    return {one.group: one for one in judge(cells, purchases, all_months[:number])}


def store_of(path: Path, orders: Iterable[Order], product: str = "", **more: str) -> Path:
    """Write orders as a sheet and import them; ``more`` names a later currency by category."""
    months = months_from(60)
    with (path / "orders.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for number, (group, month, customer, amount) in enumerate(orders):
            day = f"{months[month]}-{number % 27 + 1:02d}"
            code = "EUR" if group not in more or month < 24 else more[group]
            name = "" if customer is None else f"K{customer}"
            writer.writerow(
                [
                    f"O{number}",
                    day,
                    name,
                    group,
                    product or group,
                    1,
                    f"{amount / 10_000:.4f}",
                    code,
                ]
            )
    store = new_store(path / "ci.db")
    bring_in(store, path / "orders.csv", source="test")
    return store
