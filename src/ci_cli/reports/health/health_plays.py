"""``health plays``: rescue, grow or protect: whom to see about what, the most money first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ci_cli.analysis.health.plays import PLAYS, Play, action
from ci_cli.report import Column, Note, Report, Table
from ci_cli.reports.common import as_of_text, customer_code
from ci_cli.reports.health.health_run import points
from ci_cli.text import msg


def build(
    found: Sequence[Play],
    *,
    wanted: str | None,
    customers: int,
    as_of: date,
    currency: str,
    language: str,
) -> Report:
    """Lay out the plays.

    Args:
        found: all plays, the most money first.
        wanted: show only this one.
        customers: how many were judged.
        as_of: the day that it speaks for.
        currency: of the money.
        language: "en" or "zh", for the actions, which are data.
    """
    columns = (
        Column("customer", msg("customer"), "id"),
        Column("name", msg("name")),
        Column("owner", msg("owner")),
        Column("play", msg("play"), "state"),
        Column("health", msg("health"), "number"),
        Column("part", msg("costs most"), "state"),
        Column("lost", msg("points lost"), "number"),
        Column("stake", msg("at stake"), "money", currency),
        Column("action", msg("next action")),
    )
    rows = [
        (
            customer_code(one.health.row.customer_id), one.health.row.name, one.health.row.owner,
            one.play, points(one.health.score), one.part, points(one.lost), one.stake,
            action(one.part, language),
        )
        for one in found
        if wanted is None or one.play == wanted
    ]  # fmt: skip
    counts = {play: sum(one.play == play for one in found) for play in PLAYS}
    return Report(
        "health-plays",
        msg("Plays, {as_of}", as_of=as_of_text(as_of)),
        [Table("customers", columns, rows)],
        {"as_of": as_of.isoformat(), "currency": currency, **counts},
        [
            Note(
                msg(
                    "Rescue: {rescue}. Grow: {grow}. Protect: {protect}. Nothing to do, or nothing "
                    "bought in the window: {rest}.",
                    **counts,
                    rest=customers - len(found),
                )
            ),
            Note(
                msg(
                    "At stake: revenue of the window × the share of the points that is missing. "
                    "The actions are advice by rule, not findings."
                )
            ),
        ],
    )
