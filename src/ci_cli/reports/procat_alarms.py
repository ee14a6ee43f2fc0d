"""``procat alarms``: every alarm there ever was, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence

from ci_cli.procat_shapes import AlarmRow
from ci_cli.report import Column, Note, Report, Table
from ci_cli.reports.procat import NONE_LABEL
from ci_cli.text import msg


def build(rows: Sequence[AlarmRow], *, with_closed: bool) -> Report:
    """Lay out alarms, the newest first.

    Args:
        rows: all alarms of the store.
        with_closed: also those that are over and those that were dismissed.
    """
    shown = [row for row in rows if with_closed or stands(row)]
    columns = (
        Column("alarm", msg("alarm"), "int"),
        Column("category", msg("category")),
        Column("status", msg("status"), "state"),
        Column("opened", msg("raised"), "month"),
        Column("closed", msg("over"), "month"),
        Column("driver", msg("driver"), "state"),
        Column("since", msg("since"), "month"),
        Column("monthly_rate", msg("per month"), "percent"),
        Column("at_risk_12m", msg("at risk in 12 months"), "money"),
        Column("currency", msg("currency"), "id"),
        Column("reason", msg("reason")),
        Column("decided_by", msg("decided by")),
    )
    table = Table(
        "alarms",
        columns,
        [
            (
                row.id, row.label or row.group or NONE_LABEL, row.status, row.opened, row.closed,
                row.driver, row.since, row.rate, row.at_risk, row.currency, row.reason,
                row.decided_by,
            )
            for row in shown
        ],
    )  # fmt: skip
    notes = [
        Note(
            msg(
                "Alarms that stand: {stand}. Over: {over}. Dismissed: {dismissed}.",
                stand=sum(map(stands, rows)),
                over=sum(row.closed is not None for row in rows),
                dismissed=sum(row.closed is None and row.status == "dismissed" for row in rows),
            )
        ),
        Note(msg("`ci-cli procat check --watch NAME` raises alarms and notes when they are over.")),
    ]
    return Report("procat-alarms", msg("Alarms"), [table], {}, notes)


def stands(row: AlarmRow) -> bool:
    """Tell whether an alarm is neither over nor dismissed."""
    return row.closed is None and row.status != "dismissed"
