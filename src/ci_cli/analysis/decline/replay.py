"""The past judged month by month, each month with what was known after it and with nothing more.

A score is worked out once; which states it would have meant under which limits is asked afterwards
as often as one likes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ci_cli.analysis.decline.evidence import NO_EVIDENCE
from ci_cli.analysis.decline.histories import Ledger
from ci_cli.analysis.decline.result import SHORTEST
from ci_cli.analysis.decline.signals import SILENT, weigh
from ci_cli.analysis.decline.standard import RULES
from ci_cli.analysis.decline.verdict import course, is_provisional, is_silent

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]
    Flags = NDArray[np.bool_]
else:
    Floats = Whole = Flags = Any


@dataclass(frozen=True)
class Replay:
    """What was said of G groups after each of T months.

    ``live`` tells where a watch was possible (anything judged, and anything sold of late),
    ``ready`` where an alarm was (history long enough as well). ``since`` is the index of the month
    in which the likeliest decline began, -1 where none was in sight. ``rules`` holds what the
    standard report marked.
    """

    score: Floats  # (G, T); that of no evidence where nothing was judged
    live: Flags  # (G, T)
    ready: Flags  # (G, T)
    since: Whole  # (G, T)
    rules: dict[str, Flags]  # (G, T) each

    def part(self, first: int, end: int) -> Replay:
        """Return what was said of the groups from ``first`` up to ``end``, which is left out."""
        rules = {name: flags[first:end] for name, flags in self.rules.items()}
        return Replay(
            self.score[first:end], self.live[first:end], self.ready[first:end],
            self.since[first:end], rules,
        )  # fmt: skip


def replay(
    table: Ledger,
    months: Sequence[str],
    steps: Sequence[int],
    wanted: Flags | None = None,
    advance: Callable[[int], None] = lambda _months: None,
) -> Replay:
    """Judge every group after each of some months.

    Args:
        table: all months of all groups.
        months: their names, oldest first.
        steps: indices of the months to judge, T of them.
        wanted: (G, T) where to look; everywhere by default.
        advance: told how many months of groups were judged.
    """
    shape = (len(table.groups), len(steps))
    score = np.full(shape, NO_EVIDENCE)
    live, ready = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
    since = np.full(shape, -1)
    rules = {name: np.zeros(shape, dtype=bool) for name in RULES}
    for column, month in enumerate(steps):
        for name, rule in RULES.items():
            rules[name][:, column] = rule(table.net[:, : month + 1])
        known = table.until(month)
        rows = [
            row
            for row, history in enumerate(known)
            if len(history) >= SHORTEST and (wanted is None or wanted[row, column])
        ]
        for row, found in zip(
            rows, weigh([known[row] for row in rows], months[month]), strict=True
        ):
            history = known[row]
            score[row, column] = round(found.score, 4)  # as verdicts do
            live[row, column] = not is_silent(history)
            ready[row, column] = live[row, column] and not is_provisional(history, found.step)
            if found.score >= SILENT and found.weights.size:
                since[row, column] = month + 1 - course(found)[0]
        advance(len(rows))
    return Replay(score, live, ready, since, rules)
