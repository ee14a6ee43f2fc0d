"""Stores with orders and interactions made for tests of health, and the program run on them."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from importer import bring_in, new_store

ORDERS = ("Order ID", "Customer ID", "Customer Name", "Order Date", "Product", "Category", "Amount")
TALKS = ("Interaction ID", "Customer ID", "Date", "Type", "Outcome", "Due Date", "Closed Date")
USAGE = ("Customer ID", "Metric", "Period", "Value")


def sheet(path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows([header, *rows])
    return path


def make(
    folder: Path, orders: Iterable[Sequence[Any]], talks: Sequence[Sequence[Any]] = (),
    usage: Sequence[Sequence[Any]] = (), *, name: str = "ci",
) -> Path:  # fmt: skip
    """Return a store with these orders, interactions and usage figures."""
    store = new_store(folder / f"{name}.db")
    bring_in(store, sheet(folder / f"{name}-orders.csv", ORDERS, orders), kind="orders")
    if talks:
        bring_in(store, sheet(folder / f"{name}-talks.csv", TALKS, talks), kind="interactions")
    if usage:
        bring_in(store, sheet(folder / f"{name}-usage.csv", USAGE, usage), kind="usage")
    return store


def told(store: Path, *words: str) -> dict[str, Any]:
    """Return what a command says as json."""
    from ci_cli.cli.app import run

    out = store.parent / "out.json"
    assert run([*words, "--db", str(store), "-o", str(out), "--lang", "en", "-q"]) == 0
    found: dict[str, Any] = json.loads(out.read_text("utf-8"))
    out.unlink()
    return found


def leaving(
    folder: Path, *, soft_tells: bool, customers: int = 160, seed: int = 5
) -> tuple[Path, int]:
    """Make a store of steady buyers of whom a quarter stop for good in the middle of 2025.

    Nobody slows down before, so orders foretell nothing. Some refuse calls in the months before:
    those who will leave where ``soft_tells``, else as many drawn at random.

    Returns:
        the store and how many leave.
    """
    chance = Random(seed)
    goes = [number % 4 == 0 for number in range(customers)]
    refuses = list(goes)
    if not soft_tells:
        chance.shuffle(refuses)
    orders: list[Sequence[Any]] = []
    talks: list[Sequence[Any]] = []
    for number in range(customers):
        day = date(2024, 1, 1) + timedelta(days=chance.randint(0, 25))
        end = date(2025, 6, 30) if goes[number] else date(2025, 12, 31)
        while day <= end:
            orders.append((f"O{len(orders)}", f"K{number}", f"Firm {number}", day.isoformat(),
                           "Tea", "Drinks", f"{chance.randint(80, 120)}.00"))  # fmt: skip
            day += timedelta(days=chance.randint(18, 32))
        for month in (3, 4, 5, 6):
            refused = chance.random() < (0.7 if refuses[number] else 0.2)
            talks.append((f"T{len(talks)}", f"K{number}", f"2025-0{month}-{chance.randint(1, 28)}",
                          "call", "refused" if refused else "answered", "", ""))  # fmt: skip
        # a mail that nobody refuses: when the last contact was must tell nothing either
        talks.append((f"T{len(talks)}", f"K{number}", "2025-06-29", "mail", "", "", ""))
    return make(folder, orders, talks), sum(goes)
