"""Do the limits that ``procat backtest`` chooses keep what they promise?

Usage::

    python benchmarks/procat_backtest.py [--stores 3] [--seed N]

For each family of ``procat_families`` (without a fault) small stores of 20 categories are replayed,
a limit is chosen for four false alarms a year of the whole report, and what it really raises is
counted on 120 categories of the same family that the choice never saw. Beside it: what the limit
that is built in raises.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

import numpy as np
from procat import FIRST, Replay
from procat_families import EVERY, LINES, MONEY, MONTHS, NONE, Case, cases

from ci_cli.analysis.decline.backtest import Material, backtest
from ci_cli.analysis.decline.hindsight import opened
from ci_cli.analysis.decline.histories import Ledger, Rows
from ci_cli.analysis.decline.result import Thresholds

FRESH = 20260951
CATEGORIES, ASKED, OTHERS = 20, 4.0, 120


def material(some: Sequence[Case]) -> Material:
    """Return some categories as the store would hand them over."""
    known = [case.history(str(number)) for number, case in enumerate(some)]
    net, orders, buyers = (
        np.array([getattr(one, name) for one in known]) for name in ("net", "orders", "buyers")
    )
    values = None
    if known[0].values is not None:
        values = np.array([one.values for one in known])
    told = orders * np.array([one.known for one in known])[:, None]
    parts = []
    for number, case in enumerate(some):
        sales = (case.amount > 0) & (case.customer >= 0)
        pairs, of_pair = np.unique(
            case.customer[sales] * 64 + case.month[sales], return_inverse=True
        )
        parts.append(
            np.stack([
                np.full(len(pairs), number), pairs // 64, pairs % 64, np.bincount(of_pair),
                np.bincount(of_pair, case.amount[sales]) if len(pairs) else np.zeros(0),
            ])
        )  # fmt: skip
    table = np.concatenate(parts, axis=1)
    rows = Rows(*(table[place].astype(np.int64) for place in range(3)), table[3], table[4])
    names = [f"G{number}" for number in range(len(some))]
    zeros = np.zeros(len(some), dtype=np.int64)
    categories = Ledger(names, names, net, orders, buyers, told, values, zeros)
    whole = [one.sum(axis=0, keepdims=True) for one in (net, orders, buyers, told)]
    total = Ledger(["total"], ["total"], *whole, None, zeros[:1])
    return Material(categories, rows, total, EVERY, range(12, MONTHS))


def per_year(replay: Replay, limits: Thresholds) -> float:
    """Return alarms raised per category-year."""
    on = replay.scores >= limits.alarm
    found = opened(on, replay.scores < limits.watch)
    return float(found.sum() / (found[:, 1:].size / 12))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stores", type=int, default=3)
    parser.add_argument("--seed", type=int, default=FRESH)
    options = parser.parse_args()
    promised = ASKED / (CATEGORIES + 1)
    print(
        f"alarms per category-year; promised: {promised:.2f} (months from the {FIRST + 1}th on)\n"
    )
    print(
        "| family | limits chosen | raised on others | by the limit built in | made months said |"
    )
    print("|---|---|---|---|---|")
    for family in (*MONEY, *LINES):
        fresh = Replay(cases(family, NONE, OTHERS, options.seed + 1000))
        limits, rates, said = [], [], []
        for store in range(options.stores):
            found = backtest(
                material(cases(family, NONE, CATEGORIES, options.seed + store)),
                Thresholds(), ASKED,
            ).asked  # fmt: skip
            if found is None:
                continue
            limits.append(found.alarm)
            rates.append(per_year(fresh, Thresholds(found.alarm, found.alarm - 0.65)))
            said.append(found.made / (CATEGORIES + 1))
        usual = per_year(fresh, Thresholds())
        chosen = ", ".join(f"{limit:g}" for limit in limits)
        told = np.mean(said)
        print(
            f"| {family} | {chosen} | {np.mean(rates):.2f} | {usual:.2f} | {told:.2f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
