"""Make an order book of any size: the same lines for the same arguments, on every machine.

Real books that anybody may have stop at half a million lines. This one has what matters for speed
and for being right at size: orders of one to seven lines over five years, a few customers who buy
very often and many who hardly do, some 2,000 products in 20 categories of which a few sell most,
returns, cancelled orders, and lines that name no customer. A longer book has more customers, not
more years: one customer for every fifty lines, or as asked (Online Retail II has one for 180).

Usage::

    python benchmarks/made_orders.py 1000000 orders.csv
    python benchmarks/made_orders.py 10000000 orders.csv --no-line-numbers --seed 7
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import TextIO

import numpy as np

FIRST_DAY, DAYS = date(2019, 1, 1), 1826  # five years
PRODUCTS, CATEGORIES = 2000, 20
LINES_PER_CUSTOMER = 50
MOST_LINES = 7  # of one order
CHUNK = 100_000  # orders made at a time
SHARE_RETURNED, SHARE_VOID, SHARE_NAMELESS = 0.02, 0.01, 0.05
REGIONS = ("North", "South", "East", "West", "Centre")
OWNERS = ("Amy", "Bo", "Carla", "Deng", "Eva", "Finn")
HEADER = ("Order", "Line", "Date", "Status", "Customer ID", "Customer", "Region", "Salesperson",
          "SKU", "Product", "Category", "Quantity", "Unit price", "Amount")  # fmt: skip


def write(
    out: TextIO,
    lines: int,
    *,
    line_numbers: bool = True,
    seed: int = 1,
    lines_per_customer: int = LINES_PER_CUSTOMER,
) -> None:
    """Write ``lines`` order lines as CSV, the oldest order first."""
    columns = [name for name in HEADER if line_numbers or name != "Line"]
    out.write(",".join(columns) + "\n")
    customers = max(10, lines // lines_per_customer)
    for text in orders(lines, customers, line_numbers=line_numbers, seed=seed):
        out.write(text)


def orders(lines: int, customers: int, *, line_numbers: bool, seed: int) -> Iterator[str]:
    """Yield the CSV text of many orders at a time, ``lines`` lines in all."""
    draw = np.random.default_rng(seed)
    # prices in cents; each product has one, and a tenth of the lines a discount
    prices = np.round(np.exp(draw.normal(6.5, 1.0, PRODUCTS))).astype(int) + 50
    days = [(FIRST_DAY + timedelta(days=n)).isoformat() for n in range(DAYS)]
    expected = lines / ((1 + MOST_LINES) / 2)  # orders, so that the last one falls on the last day
    made = number = 0
    while made < lines:
        sizes = draw.integers(1, MOST_LINES + 1, CHUNK)
        # the square of a uniform number: the first tenth of customers places a third of the orders
        buyers = (draw.random(CHUNK) ** 2 * customers).astype(int)
        moods = draw.random(CHUNK)
        nameless = draw.random(CHUNK) < SHARE_NAMELESS
        total = int(sizes.sum())
        products = (draw.random(total) ** 2 * PRODUCTS).astype(int)
        quantities = draw.geometric(0.25, total)
        cuts = np.where(draw.random(total) < 0.1, 90, 100)
        text: list[str] = []
        at = 0
        for place in range(CHUNK):
            number += 1
            day = days[min(int(number / expected * DAYS), DAYS - 1)]
            returned = moods[place] < SHARE_RETURNED
            status = "cancelled" if moods[place] > 1 - SHARE_VOID else "completed"
            buyer = int(buyers[place])
            who = "," if nameless[place] else f"K{buyer:07d},Customer {buyer:07d}"
            head = f"{day},{status},{who},{REGIONS[buyer % 5]},{OWNERS[buyer % 6]}"
            for line in range(1, int(sizes[place]) + 1):
                item = int(products[at])
                quantity = -int(quantities[at]) if returned else int(quantities[at])
                price = int(prices[item]) * int(cuts[at]) // 100
                amount = quantity * price
                sign = "-" if amount < 0 else ""
                position = f"{line}," if line_numbers else ""
                text.append(
                    f"S{number:08d},{position}{head},P{item:04d},Product {item:04d},"
                    f"Category {item % CATEGORIES:02d},{quantity},{price // 100}.{price % 100:02d},"
                    f"{sign}{abs(amount) // 100}.{abs(amount) % 100:02d}\n"
                )
                at += 1
                made += 1
                if made == lines:
                    yield "".join(text)
                    return
        yield "".join(text)


def main() -> None:
    """Write the book that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("lines", type=int)
    parser.add_argument("out", type=Path)
    parser.add_argument("--line-numbers", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--lines-per-customer", type=int, default=LINES_PER_CUSTOMER)
    chosen = parser.parse_args()
    with chosen.out.open("w", encoding="utf-8", newline="") as out:
        write(
            out, chosen.lines, line_numbers=chosen.line_numbers, seed=chosen.seed,
            lines_per_customer=chosen.lines_per_customer,
        )  # fmt: skip


if __name__ == "__main__":
    main()
