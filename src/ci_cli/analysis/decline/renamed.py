"""A category whose products are sold under another name now: a change of mapping, not a decline.

It is the commonest false alarm of all: somebody tidied the product list.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

from ci_cli.analysis.decline.result import Verdict
from ci_cli.analysis.periods import add_months
from ci_cli.shapes.categories import Elsewhere

BEFORE = 12  # months before the decline that tell what belonged to the category
MOST = 0.5  # of the money that is missing must have turned up elsewhere


class Windows(NamedTuple):
    """The months before a decline and since: first and last of each."""

    before_first: str
    before_last: str
    now_first: str
    now_last: str


def settle(
    verdicts: Sequence[Verdict],
    months: Sequence[str],
    net: Callable[[str, str], int],
    elsewhere: Callable[[str, Windows], Sequence[Elsewhere]],
) -> list[Verdict]:
    """Return the verdicts with those that are a change of mapping named as such.

    Args:
        verdicts: as judged.
        months: the judged months, oldest first.
        net: revenue of a group in a month.
        elsewhere: where the products of a group are sold, before and since.
    """
    return [
        _settled(verdict, months, net, elsewhere) if verdict.since is not None else verdict
        for verdict in verdicts
    ]


def _settled(
    verdict: Verdict,
    months: Sequence[str],
    net: Callable[[str, str], int],
    elsewhere: Callable[[str, Windows], Sequence[Elsewhere]],
) -> Verdict:
    if not is_renamed(verdict.group, str(verdict.since), months, net, elsewhere):
        return verdict
    return replace(
        verdict, state="ok", reason="renamed", driver=None, since=None, monthly_rate=None,
        at_risk=None,
    )  # fmt: skip


def is_renamed(
    group: str,
    since: str,
    months: Sequence[str],
    net: Callable[[str, str], int],
    elsewhere: Callable[[str, Windows], Sequence[Elsewhere]],
) -> bool:
    """Tell whether what a group lost since a month turned up under another name.

    The arguments are those of :func:`settle`.
    """
    before = [month for month in months if month < since][-BEFORE:]
    now = [month for month in months if month >= since]
    if not before or not group:
        return False
    windows = Windows(before[0], add_months(since, -1), since, months[-1])
    scale = len(now) / len(before)
    missing = scale * sum(net(group, month) for month in before) - sum(
        net(group, month) for month in now
    )
    found = sum(one.net - scale * one.before for one in elsewhere(group, windows))
    return missing > 0 and found >= MOST * missing
