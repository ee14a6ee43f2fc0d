"""Whom we owe thanks: a thank-you covers every use of a customer up to its own day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from ci_cli.shapes.references import Thanks, Use


def unthanked(
    uses: Mapping[int, Sequence[Use]], thanks: Iterable[Thanks], today: date, within: int
) -> list[Use]:
    """Return the uses that no thank-you followed, the oldest first.

    Args:
        uses: by customer.
        thanks: thanks and rewards; a reward is no thank-you.
        today: the day that counts as today; what came later is not looked at.
        within: days that may pass; only uses older than that are returned. 0: all up to today.
    """
    latest: dict[int, str] = {}
    for one in thanks:
        if one.kind == "thanks" and one.day <= today.isoformat():
            latest[one.customer_id] = max(one.day, latest.get(one.customer_id, ""))
    owed = [
        use
        for some in uses.values()
        for use in some
        if latest.get(use.customer_id, "") < use.day <= today.isoformat()
        and (within == 0 or (today - date.fromisoformat(use.day)).days > within)
    ]
    return sorted(owed, key=lambda use: (use.day, use.id))


def unrewarded(uses: Mapping[int, Sequence[Use]], rewards: Iterable[Thanks]) -> dict[int, int]:
    """Return customers with uses and no reward ever, and how many uses; most uses first."""
    given = {one.customer_id for one in rewards if one.kind == "reward"}
    without = {
        number: len(some) for number, some in uses.items() if some and number not in given
    }  # fmt: skip
    return dict(sorted(without.items(), key=lambda one: (-one[1], one[0])))
