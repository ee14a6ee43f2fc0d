"""``report frequency --kind`` and ``report turnaround``: how often, and how soon."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ci_cli.analysis.contact_counts import Often, Took
from ci_cli.analysis.periods import Window
from ci_cli.report import Column, Note, Report, Table
from ci_cli.reports.common import change, window_note
from ci_cli.text import msg


def frequency(
    rows: Sequence[Often], names: Mapping[str, str], *, kind: str, by: str, window: Window
) -> Report:
    """Lay out how often something was done.

    Args:
        rows: by group.
        names: of groups that are customers, by their codes.
        kind: what was done.
        by: customer, owner, author, month or quarter.
        window: the period.
    """
    columns = (
        Column(by, msg("group"), "id"),
        *((Column("name", msg("name")),) if by == "customer" else ()),
        Column("count", msg("times"), "int"),
        Column("before", msg("period before"), "int"),
        Column("change", msg("change"), "percent"),
        Column("customers", msg("customers"), "int"),
        Column("each", msg("once in days"), "days"),
        Column("last", msg("last"), "date"),
    )
    table = [
        (one.group or None, *((names.get(one.group),) if by == "customer" else ()), one.times,
         one.before, change(one.times, one.before), one.customers,
         None if one.each is None else round(one.each, 1), one.last)
        for one in rows
    ]  # fmt: skip
    count, before = sum(one.times for one in rows), sum(one.before for one in rows)
    return Report(
        "contact-frequency",
        msg("How often: {kind} by {by}", kind=kind, by=by),
        [Table("groups", columns, table)],
        {"kind": kind, "by": by, "count": count, "before": before,
         "from": window.first.isoformat() if window.first else None,
         "to": window.last.isoformat()},
        [
            window_note(window),
            Note(msg("Times: {n}; in the equal period before: {before}.", n=count, before=before)),
        ],
    )  # fmt: skip


def turnaround(rows: Sequence[Took], total: Took, *, window: Window, earlier: int) -> Report:
    """Lay out how long requests took by type.

    Args:
        rows: one for each type.
        total: of all types together.
        window: the days in which they were asked.
        earlier: how many were asked before these days.
    """
    columns = (
        Column("type", msg("type")),
        Column("asked", msg("asked"), "int"),
        Column("closed", msg("number closed"), "int"),
        Column("open", msg("open"), "int"),
        Column("median", msg("median days"), "days"),
        Column("p90", msg("days of 90 %"), "days"),
        Column("at_least", msg("median at least"), "days"),
        Column("oldest_open", msg("oldest open"), "days"),
        *((Column("untimed", msg("closed, days unknown"), "int"),) if total.untimed else ()),
    )
    cells = [tuple(one)[: len(columns)] for one in (*rows, total)]
    return Report(
        "turnaround",
        msg("How long requests take"),
        [Table("types", columns, cells[:-1], total=cells[-1] if rows else None)],
        {"from": window.first.isoformat() if window.first else None,
         "to": window.last.isoformat(), "untimed": total.untimed},
        [
            window_note(window),
            *(
                [
                    Note(
                        msg("Closed without a day, or on a day before they were asked: {n}."
                            " Nobody knows how long these took, so they are in no figure of days.",
                            n=total.untimed),
                        "warning",
                    )
                ]
                if total.untimed
                else []
            ),
            *(
                [Note(msg("Asked before these days: {n}; --window all shows them.", n=earlier))]
                if earlier and not rows
                else []
            ),
            Note(msg("Median and 90 % are of the closed ones. Median at least: the open ones count"
                     " with the days that they have waited so far.")),
        ],
    )  # fmt: skip
