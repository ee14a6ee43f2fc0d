"""``ref request list`` and ``ref request show``: what was asked for and what it took."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from ci_cli.report import Column, Note, Report, Table
from ci_cli.reports.common import customer_code
from ci_cli.shapes.references import Attempt, Request, Use
from ci_cli.text import msg

MINUTES = 60


def hours(minutes: int | None) -> float | None:
    """Return minutes as hours."""
    return None if minutes is None else round(minutes / MINUTES, 2)


def build_list(
    requests: Sequence[Request], attempts: Sequence[Attempt], uses: Mapping[int, Sequence[Use]],
    *, today: date,
) -> Report:  # fmt: skip
    """Lay out requests in the order given."""
    every = [use for some in uses.values() for use in some]
    columns = (
        Column("request", msg("request"), "id"), Column("what", msg("deal")),
        Column("prospect", msg("prospect"), "id"), Column("prospect_name", msg("name")),
        Column("channel", msg("channel"), "state"), Column("state", msg("state"), "state"),
        Column("day", msg("day"), "date"), Column("due", msg("due"), "date"),
        Column("closed", msg("closed"), "date"), Column("days", msg("days"), "days"),
        Column("attempts", msg("attempts"), "int"), Column("hours", msg("hours"), "number"),
        Column("reference", msg("reference"), "id"), Column("expected", msg("expected"), "int"),
        Column("actual", msg("actual"), "int"), Column("value", msg("deal value"), "money"),
        Column("currency", msg("currency"), "id"), Column("criteria", msg("criteria")),
        Column("reason", msg("reason")), Column("author", msg("by")),
    )  # fmt: skip
    day = today.isoformat()
    rows = [_row(one, attempts, every, day) for one in requests]
    states = [row[5] for row in rows]
    overdue = states.count("overdue")
    notes = [
        Note(
            msg("Open: {open}, of these overdue: {overdue}. Fulfilled: {fulfilled}. Cancelled:"
                " {cancelled}.", open=states.count("open") + overdue, overdue=overdue,
                fulfilled=states.count("fulfilled"), cancelled=states.count("cancelled")),
            "warning" if overdue else "info",
        )
    ]  # fmt: skip
    table = Table("requests", columns, rows)
    return Report("ref-request-list", msg("Requests for references"), [table], {"today": day},
                  notes)  # fmt: skip


def _row(
    one: Request, attempts: Sequence[Attempt], uses: Sequence[Use], today: str
) -> tuple[Any, ...]:
    tries = [attempt for attempt in attempts if attempt.request_id == one.id]
    done = next((use for use in uses if use.request_id == one.id), None)
    spent = [attempt.minutes for attempt in tries]
    if done is not None:
        spent.append(done.minutes)
    known = [minutes for minutes in spent if minutes is not None]
    days = None
    if one.closed is not None:
        days = (date.fromisoformat(one.closed) - date.fromisoformat(one.day)).days
    is_late = one.state == "open" and one.due is not None and one.due < today
    return (
        f"R{one.id}", one.what, None if one.customer_id is None else customer_code(one.customer_id),
        one.customer, one.channel, "overdue" if is_late else one.state, one.day, one.due,
        one.closed, days, len(tries), hours(sum(known)) if known else None,
        None if done is None else customer_code(done.customer_id), one.expected,
        None if done is None else done.actual, one.value, one.currency, one.criteria, one.reason,
        one.author,
    )  # fmt: skip


def build_show(
    request: Request, attempts: Sequence[Attempt], uses: Mapping[int, Sequence[Use]],
    names: Mapping[int, str], *, today: date,
) -> Report:  # fmt: skip
    """Lay out one request with everything that was done about it."""
    listed = build_list([request], attempts, uses, today=today)
    card = Table("request", listed.tables[0].columns, listed.tables[0].rows, is_card=True)
    acts: list[tuple[Any, ...]] = [
        (one.day, one.outcome, customer_code(one.customer_id), names.get(one.customer_id),
         one.person, hours(one.minutes), None, one.note, one.author)
        for one in attempts if one.request_id == request.id
    ]  # fmt: skip
    acts += [
        (one.day, "use", customer_code(one.customer_id), names.get(one.customer_id), one.person,
         hours(one.minutes), one.actual, one.outcome, one.author)
        for some in uses.values() for one in some if one.request_id == request.id
    ]  # fmt: skip
    table = Table(
        "acts",
        (
            Column("day", msg("day"), "date"), Column("act", msg("act"), "state"),
            Column("customer", msg("customer"), "id"), Column("name", msg("name")),
            Column("person", msg("person")), Column("hours", msg("hours"), "number"),
            Column("actual", msg("actual"), "int"), Column("note", msg("note")),
            Column("author", msg("by")),
        ),
        sorted(acts, key=lambda row: row[0]),
        msg("What was done"),
    )  # fmt: skip
    title = msg("Request R{number}", number=request.id)
    return Report("ref-request-show", title, [card, table], {"today": today.isoformat()})
