"""``ref board list``: the advisory group, its members' terms, and who came to its meetings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ci_cli.analysis.references.board import MEMBER, Meeting, Seat
from ci_cli.report import Column, Note, Report, Table
from ci_cli.reports.common import customer_code, share
from ci_cli.text import msg


def build(
    seats: Sequence[Seat], meetings: Sequence[Meeting], names: Mapping[int, str], *, day: str
) -> Report:
    """Lay out members and meetings.

    Args:
        seats: every term, those that last on top.
        meetings: the latest first.
        names: of the customers.
        day: the day that counts as today.
    """
    columns = (
        Column("customer", msg("customer"), "id"), Column("name", msg("name")),
        Column("person", msg("person")), Column("state", msg("state"), "state"),
        Column("since", msg("since"), "date"), Column("until", msg("until"), "date"),
        Column("ended", msg("ended"), "date"), Column("came", msg("came"), "int"),
        Column("held", msg("meetings"), "int"), Column("attendance", msg("attendance"), "percent"),
        Column("last", msg("last meeting"), "date"),
    )  # fmt: skip
    rows = [
        (
            customer_code(one.customer_id), names.get(one.customer_id), one.person, one.state,
            one.since, one.until, one.ended, one.came, one.held, share(one.came, one.held),
            one.last,
        )
        for one in seats
    ]  # fmt: skip
    met = (
        Column("day", msg("day"), "date"), Column("meeting", msg("meeting")),
        Column("members", msg("members"), "int"), Column("came", msg("came"), "int"),
        Column("attendance", msg("attendance"), "percent"),
    )  # fmt: skip
    held = [
        (one.day, one.name or None, one.members, one.came, share(one.came, one.members))
        for one in meetings
    ]
    members = sum(one.state == MEMBER for one in seats)
    return Report(
        "ref-board", msg("Advisory group"),
        [Table("members", columns, rows), Table("meetings", met, held, msg("Meetings"))],
        {"today": day, "members": members, "meetings": len(meetings)},
        [
            Note(msg("Members on {day}: {n}. A meeting counts for who sat in the group on its day;"
                     " one that nobody came to is not known.", day=day, n=members))
        ],
    )  # fmt: skip
