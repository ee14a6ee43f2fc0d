"""The early warning on real order lines: false alarms as they are, delay after injected attrition.

Usage::

    python benchmarks/procat_real.py

Superstore has four years of months; its sub-categories and its regions and segments by category are
judged month by month. Online Retail has one year only, so fortnights stand for months there, and
its stock codes are dealt out to 40 categories at random; customers then leave one category at 8 % a
fortnight. Nothing says which of the alarms on untouched data are true, so their rate is an upper
bound of the false ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from procat_families import Case, until

from ci_cli.analysis.decline.result import Thresholds
from ci_cli.analysis.decline.signals import weigh
from ci_cli.analysis.periods import add_months

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
SEED = 20260901
FIRST = 12  # the first step that is judged
PARTS = 40
FORTNIGHTS = 26
ONSETS = (12, 14, 16)


def scores(some: Mapping[str, Case], steps: int, last: str) -> Any:
    """Return the score of each category after each step from the twelfth on."""
    histories = [case.history(name, steps) for name, case in some.items()]
    return np.array(
        [
            [
                one.score
                for one in weigh([until(h, t) for h in histories], add_months(last, t - steps + 1))
            ]
            for t in range(FIRST, steps)
        ]
    ).T


def superstore() -> dict[str, Case]:
    """Return its orders by sub-category, by region and category, by segment and category."""
    lines = pd.read_excel(DATA / "superstore" / "superstore.xls", engine="calamine")
    day = lines["Order Date"].dt
    lines["month"] = day.year * 12 + day.month
    lines["month"] -= lines["month"].min()
    lines["customer"] = pd.factorize(lines["Customer ID"])[0]
    found = {}
    for keys in (["Sub-Category"], ["Region", "Category"], ["Segment", "Category"]):
        for name, part in lines.groupby(keys):
            orders = part.groupby("Order ID").agg({"month": "first", "customer": "first",
                                                   "Sales": "sum"})  # fmt: skip
            found[str(name)] = Case(*(orders[column].to_numpy() for column in orders), 0)
    return found


def online_retail() -> pd.DataFrame:
    """Return the lines of known customers, with their fortnight."""
    lines = pd.read_csv(DATA / "online_retail" / "online_retail.csv.gz", dtype=str)
    lines = lines[lines["CustomerID"].notna()]
    days = (pd.to_datetime(lines["InvoiceDate"]) - pd.Timestamp("2010-12-01")).dt.days
    return pd.DataFrame(
        {
            "order": lines["InvoiceNo"],
            "code": lines["StockCode"],
            "customer": lines["CustomerID"].str.removesuffix(".0").astype(int),
            "step": days // 14,
            "amount": lines["Quantity"].astype(int) * lines["UnitPrice"].astype(float),
        }
    ).query("step < @FORTNIGHTS")


def dealt(
    lines: pd.DataFrame, rng: np.random.Generator, onset: int | None, attrition: float = 0.08
) -> dict[str, Case]:
    """Deal stock codes out to categories; from ``onset`` on customers leave each of them."""
    codes = lines["code"].unique()
    parts = lines["code"].map(dict(zip(codes, rng.integers(0, PARTS, len(codes)), strict=True)))
    found = {}
    for part, some in lines.groupby(parts):
        if onset is not None:
            people = some["customer"].unique()
            gone = onset + rng.geometric(attrition, len(people)) - 1
            left = some["customer"].map(dict(zip(people, gone, strict=True)))
            some = some[some["step"] < left]
        orders = some.groupby("order").agg({"step": "first", "customer": "first",
                                            "amount": "sum"})  # fmt: skip
        found[str(part)] = Case(*(orders[column].to_numpy() for column in orders), onset or 0)
    return found


def main() -> None:
    """Print the table."""
    limits, rng = Thresholds(), np.random.default_rng(SEED)
    print("| data | steps | alarms | watches | median delay | in 6 | in 12 |")
    print("|---" * 7 + "|")
    found = scores(superstore(), 48, "2017-12")
    _row("Superstore as it is, 38 categories", found, limits, None)
    lines = online_retail()
    found = scores(dealt(lines, rng, None), FORTNIGHTS, "2011-12")
    _row(f"Online Retail as it is, {PARTS} categories", found, limits, None)
    for onset in ONSETS:
        found = scores(dealt(lines, rng, onset), FORTNIGHTS, "2011-12")
        _row(f"Online Retail, attrition of 8 % from step {onset}", found, limits, onset)


def _row(name: str, found: Any, limits: Thresholds, onset: int | None) -> None:
    if onset is None:
        shares = [f"{(found >= x).mean():.1%}" for x in (limits.alarm, limits.watch)]
        print(f"| {name} | {found.size} | {' | '.join(shares)} | | | |")
        return
    hits = found[:, onset - FIRST :] >= limits.alarm
    delay = np.where(hits.any(axis=1), hits.argmax(axis=1) + 1, 99)
    caught = [f"{(delay <= steps).mean():.0%}" for steps in (6, 12)]
    print(f"| {name} | {found.size} | | | {np.median(delay):g} | {' | '.join(caught)} |")


if __name__ == "__main__":
    main()
