"""The forecast: how well it ranks customers on real data, and how fast it is beside ``lifetimes``.

Usage::

    python benchmarks/forecast.py                       # AUC and calibration on real data
    python benchmarks/forecast.py --speed               # a million made customers
    python benchmarks/forecast.py --speed --lifetimes /path/to/python

The interpreter given must have ``lifetimes`` installed, which is no dependency of this project. Both
get the same arrays in the same run, in turn; both times are processor time as well as clock, and the
parameters that come out are compared.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data"
sys.path.insert(0, str(ROOT / "tests"))

CUSTOMERS = 1_000_000
SEED = 20261123
WEEKS = 13
THEIRS = """
import sys, time, warnings
warnings.filterwarnings("ignore")
import numpy as np
from lifetimes import BetaGeoFitter
some = np.load(sys.argv[1])
x, t_x, t = some["x"], some["t_x"] / 7, some["t"] / 7
clock, work = time.perf_counter(), time.process_time()
fitter = BetaGeoFitter()
fitter.fit(x, t_x, t)
fitter.conditional_expected_number_of_purchases_up_to_time(13, x, t_x, t)
fitter.conditional_probability_alive(x, t_x, t)
print(time.perf_counter() - clock, time.process_time() - work, *fitter.params_)
"""


def made(customers: int) -> dict[str, Any]:
    """Return customers who live by the model, watched for one month to three years."""
    rng = np.random.default_rng(SEED)
    t = rng.integers(30, 1100, customers)
    rate, stop = rng.gamma(0.25, 1 / 4.4, customers) / 7, rng.beta(0.8, 2.4, customers)
    x, t_x = np.zeros(customers, dtype=np.int64), np.zeros(customers, dtype=np.int64)
    at, buys = np.zeros(customers), np.arange(customers)
    while len(buys):
        at[buys] += rng.exponential(1 / np.maximum(rate[buys], 1e-12))
        buys = buys[at[buys] < t[buys]]
        x[buys] += 1
        t_x[buys] = at[buys].astype(np.int64)
        buys = buys[rng.random(len(buys)) >= stop[buys]]
    return {"x": x, "t_x": t_x, "t": t}


def ours(some: dict[str, Any]) -> tuple[float, float, Any]:
    """Fit and predict; return clock, processor time and parameters."""
    from ci_cli.analysis.forecast import bgnbd

    clock, work = time.perf_counter(), time.process_time()
    groups = bgnbd.grouped(**some)
    found = bgnbd.fit(groups)
    bgnbd.none_within(found.parameters, groups, WEEKS)[groups.of]
    bgnbd.expected(found.parameters, groups, WEEKS)[groups.of]
    return time.perf_counter() - clock, time.process_time() - work, found.parameters


def speed(python: str | None, runs: int) -> None:
    """Print both in turn."""
    some = made(CUSTOMERS)
    print(
        f"| run | ci-cli, s | processor, s | lifetimes, s | processor, s | ratio |\n{'|---' * 6}|"
    )
    ratios = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "customers.npz"
        np.savez(path, **some)
        ours({name: column[:1000] for name, column in some.items()})  # loads what it needs
        for run in range(runs):
            clock, work, parameters = ours(some)
            line = f"| {run + 1} | {clock:.2f} | {work:.2f} |"
            if python is not None:
                done = subprocess.run(
                    [python, "-c", THEIRS, str(path)], capture_output=True, text=True, check=True
                )
                theirs = [float(word) for word in done.stdout.split()]
                assert np.allclose(theirs[2:], parameters, rtol=1e-3), (theirs, parameters)
                ratios.append(theirs[1] / work)
                line += f" {theirs[0]:.1f} | {theirs[1]:.1f} | {ratios[-1]:.0f} |"
            print(line, flush=True)
    print(f"\nparameters: {parameters}")
    if ratios:
        print(f"median ratio of processor time: {statistics.median(ratios):.0f}")


def accuracy() -> None:
    """Print how well each score ranks and how many bought of those given a chance."""
    from ci_cli.analysis.forecast import backtest
    from ci_cli.analysis.forecast.outlook import Earlier, earlier_day, outlook
    from purchase_rows import cdnow, online_retail, rows_until

    cases = (
        ("CDNOW, 39 weeks", cdnow(DATA), date(1997, 9, 30), 39),
        ("CDNOW, 13 weeks", cdnow(DATA), date(1998, 3, 31), 13),
        ("Online Retail, 13 weeks", online_retail(DATA), date(2011, 9, 9), 13),
        ("Online Retail, 26 weeks", online_retail(DATA), date(2011, 6, 10), 26),
    )
    for name, table, split, weeks in cases:
        rows = rows_until(table, split)
        day = earlier_day(rows, split, weeks)
        earlier = None if day is None else Earlier(rows_until(table, day), day)
        found = outlook(rows, split, weeks, earlier)
        after = rows_until(table, split + timedelta(weeks=weeks))
        result = backtest.compare(found, after, sum(row.net_all for row in rows))
        print(f"\n{name}: {result.customers} customers, {result.bought} bought, "
              f"{result.said_buyers:.0f} said; {result.purchases} purchases, "
              f"{result.said_purchases:.0f} said")  # fmt: skip
        for one in result.rankings:
            print(f"  {one.score:20} AUC {one.auc:.3f}")
        for band in result.bands:
            share = "" if band.share is None else f"{band.share:.1%}"
            print(f"  {band.low:.0%}-{band.high:.0%}: {band.customers} customers, {share} bought,"
                  f" {band.verdict}")  # fmt: skip


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--speed", action="store_true")
    parser.add_argument("--lifetimes", metavar="PYTHON")
    parser.add_argument("--runs", type=int, default=3)
    chosen = parser.parse_args()
    if chosen.speed:
        speed(chosen.lifetimes, chosen.runs)
    else:
        accuracy()
