"""What else people watch sales with, for comparison: charts, slopes and the standard report.

Each gives a number per category for the last month of a history, the higher the more it warns;
those that are rules give 1 or 0. All look at the revenue of the months so far and at nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ci_cli.analysis.decline.evidence import log_of
from ci_cli.analysis.decline.standard import RULES as STANDARD


def _plain(values: Any) -> Any:
    """Return logarithms without their season, which is known from two years on."""
    logs = log_of(values)
    months = logs.shape[1]
    if months < 24:
        return logs
    trend = np.stack([logs[:, max(0, m - 6) : m + 7].mean(axis=1) for m in range(months)], axis=1)
    rest = logs - trend
    season = np.stack([rest[:, m % 12 :: 12].mean(axis=1) for m in range(12)], axis=1)
    return logs - season[:, np.arange(months) % 12]


def xmr(values: Any) -> Any:
    """Return how many moving ranges the month lies below the mean of those before (Shewhart)."""
    logs = _plain(values)
    spread = np.abs(np.diff(logs[:, :-1], axis=1)).mean(axis=1) / 1.128 + 1e-6
    return (logs[:, :-1].mean(axis=1) - logs[:, -1]) / spread


def ewma(values: Any) -> Any:
    """Return the same for a smoothed level (weight 0.2)."""
    logs = _plain(values)
    level = logs[:, :6].mean(axis=1)
    for month in range(6, logs.shape[1]):
        level = 0.8 * level + 0.2 * logs[:, month]
    spread = np.abs(np.diff(logs, axis=1)).mean(axis=1) / 1.128 + 1e-6
    return (logs.mean(axis=1) - level) / spread


def kalman_slope(values: Any) -> Any:
    """Return how far below zero the slope of a local linear trend lies, in standard errors."""
    logs = _plain(values)
    noise = (np.abs(np.diff(logs, axis=1)).mean(axis=1) / 1.128) ** 2 + 1e-6
    state = np.stack([logs[:, 0], np.zeros(len(logs))], axis=1)
    known = np.array([[1.0, 0.0], [0.0, 0.01]])
    step = np.array([[1.0, 1.0], [0.0, 1.0]])
    for month in range(1, logs.shape[1]):
        state, known = state @ step.T, step @ known @ step.T + np.diag([0.05, 0.002])
        gain = known[:, 0] / (known[0, 0] + 1)
        state = state + gain * (logs[:, month] - state[:, 0])[:, None]
        known = known - np.outer(gain, known[0])
    return -state[:, 1] / np.sqrt(known[1, 1] * noise)


def theil_sen(values: Any) -> Any:
    """Return the median slope of the last nine months, against the spread of the series."""
    logs = _plain(values)
    last = logs[:, -9:]
    first, second = np.triu_indices(last.shape[1], 1)
    slope = np.median((last[:, second] - last[:, first]) / (second - first), axis=1)
    return -slope / (np.abs(np.diff(logs, axis=1)).mean(axis=1) + 1e-6)


# those whose limit is set so that they raise as many false alarms as the early warning
CHARTS: Mapping[str, Callable[[Any], Any]] = {
    "XmR chart": xmr,
    "EWMA": ewma,
    "Kalman slope": kalman_slope,
    "Theil-Sen, 9 months": theil_sen,
}
RULES: Mapping[str, Callable[[Any], Any]] = {
    "same month last year, two running, < -10 %": STANDARD["same month last year"],
    "trailing 12 months year on year < -5 %": STANDARD["trailing year"],
    "quarter on quarter < -10 %": STANDARD["quarter"],
}
