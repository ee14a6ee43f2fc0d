"""What several reports say the same way: ids, shares, and the notes on window and leftovers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, TypeVar

from ci_cli.analysis.families import Family
from ci_cli.analysis.periods import Window
from ci_cli.analysis.scoring import Scored
from ci_cli.report import Money, Note
from ci_cli.shapes.health import SavedHealth
from ci_cli.shapes.trade import SavedScore, Unassigned
from ci_cli.text import Msg, msg

Saved = TypeVar("Saved", SavedHealth, SavedScore)


def customer_code(customer_id: int) -> str:
    """Return the public id: ``C12``."""
    return f"C{customer_id}"


def customer_codes(ids: Iterable[int]) -> list[str]:
    """Return the public ids of a column of customers."""
    return [f"C{customer_id}" for customer_id in ids]


def share(part: int, whole: int) -> float | None:
    """Return ``part / whole``; None where the whole is not positive and a share means nothing."""
    return part / whole if whole > 0 else None


def change(now: int, before: int | None) -> float | None:
    """Return the growth on ``before``: 0.1 is 10 % more; None without a positive base."""
    return None if before is None or before <= 0 else (now - before) / before


def window_note(window: Window) -> Note:
    """Say which days count."""
    if window.first is None:
        return Note(msg("Window: all history up to {last}.", last=window.last.isoformat()))
    return Note(
        msg(
            "Window: {label}, {first} to {last}.",
            label=window.label,
            first=window.first.isoformat(),
            last=window.last.isoformat(),
        )
    )


def parents_note(families: Iterable[Family]) -> Note:
    """Say how many parents stand for how many companies."""
    joined = [len(one.members) for one in families if len(one.members) > 1]
    return Note(
        msg("Companies of one parent count as one customer: parents {parents}, companies"
            " under them {companies}.", parents=len(joined), companies=sum(joined))
    )  # fmt: skip


def left_out_notes(scored: Scored, unassigned: Unassigned | None, currency: str) -> list[Note]:
    """Count what stands outside the scores: customers outside the window, lines without one."""
    notes = [
        Note(
            msg(
                "Customers scored: {scored}. Not scored, without a purchase in the window: "
                "{outside}. With returns only: {never}.",
                scored=len(scored.customers),
                outside=len(scored.outside),
                never=len(scored.never),
            )
        )
    ]
    if unassigned is not None and unassigned.lines:
        notes.append(
            Note(
                msg(
                    "Order lines in the window that name no customer: {lines}, worth {money}. "
                    "They count in ProCat and stand outside RFM.",
                    lines=unassigned.lines,
                    money=Money(unassigned.net, currency),
                )
            )
        )
    return notes


def money_note(currency: str) -> Note:
    """Say what money means here."""
    return Note(
        msg("Revenue is in {currency}, sales less returns in the window.", currency=currency)
    )


def run_meta(scored: Scored, currency: str) -> dict[str, Any]:
    """Return what a machine needs to repeat the run."""
    window = scored.window
    segment_map = scored.segment_map if scored.has_segments else None
    return {
        "as_of": scored.as_of.isoformat(),
        "window": window.label,
        "from": window.first.isoformat() if window.first else None,
        "to": window.last.isoformat(),
        "currency": currency,
        "bins": scored.bins,
        "cuts": {dimension: list(limits) for dimension, limits in scored.cuts.items()},
        "segment_map": segment_map.key if segment_map else None,
        "scored": len(scored.customers),
        "outside_window": len(scored.outside),
        "never_bought": len(scored.never),
    }


def as_of_text(day: date) -> Msg:
    """Return the closing words of a title."""
    return msg("as of {day}", day=day.isoformat())


def by_customer(scores: Sequence[Saved]) -> tuple[dict[int, Saved], int]:
    """Return one row of a saved run per customer of today, and how many gave way to a larger one.

    Customers that were merged since have several; the one with the most revenue speaks for them.
    """
    found: dict[int, Saved] = {}
    for score in scores:
        other = found.get(score.customer_id)
        if other is None or score.net > other.net:
            found[score.customer_id] = score
    return found, len(scores) - len(found)


def merged_note(scores: int) -> list[Note]:
    """Say how many rows of saved runs gave way, see :func:`by_customer`."""
    if not scores:
        return []
    return [
        Note(
            msg(
                "Scores of customers merged since: {scores}. The one with the most revenue "
                "speaks for them.",
                scores=scores,
            )
        )
    ]
