"""Gaps such as ``{month}`` in words that are filled in later: a job's files, a letter."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from ci_cli.text import Msg, msg

_PIECE = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
NAMES = ("today", "yesterday", "month", "last_month", "year", "week", "now", "job")


def values(day: date, now: str, job: str) -> dict[str, str]:
    """Return what fills the gaps.

    Args:
        day: on which the run began.
        now: the moment at which it began, ISO; ``{now}`` is a name that no other run has.
        job: its name.
    """
    year, week, _weekday = day.isocalendar()
    return {
        "today": day.isoformat(),
        "yesterday": (day - timedelta(days=1)).isoformat(),
        "month": f"{day:%Y-%m}",
        "last_month": f"{day.replace(day=1) - timedelta(days=1):%Y-%m}",
        "year": f"{day:%Y}",
        "week": f"{year:04d}-W{week:02d}",
        "now": re.sub(r"[-:]", "", now[:19]),
        "job": job,
    }


def fill(text: str, found: Mapping[str, str]) -> str:
    """Return ``text`` with its known gaps filled; ``{{`` and ``}}`` stand for single brackets."""

    def piece(match: re.Match[str]) -> str:
        return match[0][0] if match[1] is None else found.get(match[1], match[0])

    return _PIECE.sub(piece, text)


def faults(text: str, names: Sequence[str] = NAMES) -> list[Msg]:
    """Return what is wrong with the gaps of a text, which may be called so."""
    wrong = []
    shown = ", ".join(f"{{{name}}}" for name in names)
    for match in _PIECE.finditer(text):
        if match[1] is not None and match[1] not in names:
            wrong.append(msg("There is no {gap}; there are: {known}.", gap=match[0], known=shown))
        elif match[0] in ("{", "}"):
            wrong.append(
                msg("A single {bracket} fills nothing; write it twice if it is meant.",
                    bracket=match[0])
            )  # fmt: skip
    return wrong
