"""``action list`` and ``action show``: what is to be done, by whom, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from ci_cli.analysis.response import DAYS, Response
from ci_cli.report import Column, Note, Percent, Report, Table
from ci_cli.reports.common import customer_code
from ci_cli.reports.selling.procat import NONE_LABEL
from ci_cli.shapes.actions import ActionRow, Figure
from ci_cli.text import Msg, msg


def build_list(
    rows: Sequence[ActionRow], *, today: date, answered: tuple[Response, Response] | None = None
) -> Report:
    """Lay out actions, in the order given.

    Args:
        rows: those to list.
        today: the day that counts as today.
        answered: what became of all alarms, and of all customers in the red; not only of those
            that the listed actions are about.
    """
    day = today.isoformat()
    columns = (
        Column("action", msg("action"), "id"),
        Column("what", msg("what")),
        Column("about", msg("about")),
        Column("owner", msg("owner")),
        Column("due", msg("due"), "date"),
        Column("state", msg("state"), "state"),
        Column("closed", msg("closed"), "date"),
        Column("kind", msg("kind"), "state"),
        Column("won", msg("money"), "money"),
        Column("currency", msg("currency"), "id"),
        Column("source", msg("added for"), "state"),
        Column("alarm", msg("alarm"), "int"),
        Column("customer", msg("customer"), "id"),
        Column("created", msg("added"), "date"),
        Column("author", msg("by")),
        Column("reason", msg("reason")),
    )
    table = Table(
        "actions",
        columns,
        [
            (
                row.code, row.what, about(row), row.owner, row.due, state(row, day), row.closed,
                row.kind, row.won, row.currency, row.source, row.alarm_id,
                None if row.customer_id is None else customer_code(row.customer_id), row.created,
                row.author, row.reason,
            )
            for row in rows
        ],
    )  # fmt: skip
    overdue = sum(row.is_overdue(day) for row in rows)
    notes = [
        Note(
            msg(
                "Open: {open}, of these overdue: {overdue}. Done: {done}. Dropped: {dropped}.",
                open=sum(row.state == "open" for row in rows),
                overdue=overdue,
                done=sum(row.state == "done" for row in rows),
                dropped=sum(row.state == "dropped" for row in rows),
            ),
            "warning" if overdue else "info",
        )
    ]
    meta: dict[str, Any] = {"today": day}
    if answered is not None:
        alarms, reds = answered
        meta["alarms_within_7_days"] = alarms.share
        meta["reds_within_7_days"] = reds.share
        notes += [
            Note(msg("{what} with an action within {days} days: {n} of {all} ({percent}).",
                     what=what, days=DAYS, n=one.in_time, all=one.counted,
                     percent=Percent(one.share)))
            for what, one in (
                (msg("Alarms"), alarms),
                (msg("Customers found in the red by a saved health run"), reds),
            )
            if one.share is not None
        ]  # fmt: skip
    return Report("action-list", msg("Actions"), [table], meta, notes)


def state(row: ActionRow, today: str) -> str:
    """Return open, overdue, done or dropped."""
    return "overdue" if row.is_overdue(today) else row.state


def about(row: ActionRow) -> str | None:
    """Return what people call the subject of an action."""
    if row.alarm_id is not None:
        if row.alarm_kind == "total":
            return "total"
        return row.alarm_name or NONE_LABEL
    return row.customer_name if row.customer_id is not None else None


def build_card(row: ActionRow, now: Figure | None, *, today: date) -> Report:
    """Lay out one action, with the figures before it, when it was closed, and now.

    Args:
        row: the action.
        now: the figure of its subject today; None where it has none.
        today: the day that counts as today.
    """
    listed = build_list([row], today=today)
    card = Table("action", listed.tables[0].columns, listed.tables[0].rows, is_card=True)
    figures = [("before", row.before), ("closed", row.after), ("now", now)]
    moments = [(name, figure) for name, figure in figures if figure is not None]
    table = Table(
        "figures",
        (Column("when", msg("when"), "state"), *figure_columns(row.figure_currency)),
        [(name, *figure_cells(figure)) for name, figure in moments],
        msg("Before and after"),
    )
    tables = [card, table] if moments else [card]
    return Report(
        "action-show",
        msg("Action {code}", code=row.code),
        tables,
        {"today": today.isoformat(), "currency": row.figure_currency},
        [Note(rule(row.source))] if moments else [],
    )


def figure_columns(currency: str | None) -> tuple[Column, ...]:
    """Return the columns of one figure."""
    return (
        Column("as_of", msg("as of"), "date"),
        Column("state", msg("state"), "state"),
        Column("score", msg("score"), "number"),
        Column("monthly_rate", msg("per month"), "percent"),
        Column("revenue_12m", msg("revenue of 12 months"), "money", currency),
    )


def figure_cells(figure: Figure | None) -> tuple[Any, ...]:
    """Return the cells of :func:`figure_columns`."""
    if figure is None:
        return (None,) * len(Figure._fields)
    score = None if figure.score is None else round(figure.score, 2)
    return (figure.as_of, figure.state, score, figure.rate, figure.revenue)


def rule(source: str) -> Msg:
    """Return the sentence that says how figures were made."""
    if source == "alarm":
        return msg(
            "Each figure is made by the rule that raised the alarm, from the months up to its day;"
            " the score weighs a decline (log odds). A change is no proof of what caused it."
        )
    return msg(
        "Each figure is the customer's rhythm as `ci-cli rfm run` tells it; the score says how many"
        " usual gaps the silence lasts. A change is no proof of what caused it."
    )
