"""``ref thank --due`` and ``ref reward list``: what we owe those who helped, and what they got."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from ci_cli.report import Column, Note, Report, Table, amounts_text
from ci_cli.reports.common import customer_code
from ci_cli.shapes.references import Limits, Thanks, Use
from ci_cli.text import msg

Owners = Mapping[int, tuple[str, str | None, str | None]]  # name, owner, tier


def build_due(owed: Sequence[Use], who: Owners, *, limits: Limits, today: date) -> Report:
    """Lay out the uses that nobody was thanked for, the oldest first."""
    columns = (
        Column("customer", msg("customer"), "id"), Column("name", msg("name")),
        Column("person", msg("person")), Column("day", msg("day"), "date"),
        Column("waits", msg("days"), "days"), Column("channel", msg("channel"), "state"),
        Column("request", msg("request"), "id"), Column("owner", msg("owner")),
        Column("author", msg("by")),
    )  # fmt: skip
    rows = [
        (
            customer_code(use.customer_id), who[use.customer_id][0], use.person, use.day,
            (today - date.fromisoformat(use.day)).days, use.channel, f"R{use.request_id}",
            who[use.customer_id][1], use.author,
        )
        for use in owed
    ]  # fmt: skip
    note = Note(
        msg("Uses older than {days} days without a thank-you since: {n}.", days=limits.thanks,
            n=len(owed)),
        "warning" if owed else "info",
    )  # fmt: skip
    meta = {"today": today.isoformat(), "within": limits.thanks, "due": len(owed)}
    return Report("ref-thank", msg("Thanks that are due"), [Table("due", columns, rows)], meta,
                  [note])  # fmt: skip


def build_rewards(
    given: Sequence[Thanks], without: Mapping[int, int], who: Owners, *, limits: Limits, today: date
) -> Report:
    """Lay out rewards, and the references that helped without one."""
    rewards = Table(
        "rewards",
        (
            Column("day", msg("day"), "date"), Column("customer", msg("customer"), "id"),
            Column("name", msg("name")), Column("what", msg("what")),
            Column("value", msg("value"), "money"), Column("currency", msg("currency"), "id"),
            Column("person", msg("person")), Column("author", msg("by")),
        ),
        [
            (one.day, customer_code(one.customer_id), who[one.customer_id][0], one.what, one.value,
             one.currency, one.person, one.author)
            for one in given
        ],
    )  # fmt: skip
    unrewarded = Table(
        "unrewarded",
        (
            Column("customer", msg("customer"), "id"), Column("name", msg("name")),
            Column("uses", msg("uses"), "int"), Column("owner", msg("owner")),
        ),
        [(customer_code(number), who[number][0], uses, who[number][1])
         for number, uses in without.items()],
        msg("Helped without a reward"),
    )  # fmt: skip
    worth: dict[str, int] = {}
    for one in given:
        if one.value is not None and one.currency is not None:
            worth[one.currency] = worth.get(one.currency, 0) + one.value
    notes = [
        Note(
            msg("Rewards: {n}, worth {money}. At most {limit} of one customer in 365 days.",
                n=len(given), money=amounts_text(worth), limit=limits.rewards)
        )
    ]  # fmt: skip
    meta = {"today": today.isoformat(), "limit": limits.rewards}
    return Report("ref-rewards", msg("Rewards of references"), [rewards, unrewarded], meta, notes)
