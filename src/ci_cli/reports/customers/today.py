"""``today``: whom to turn to, on one screen, the most money that can still be kept on top."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from ci_cli.analysis.agenda import Task
from ci_cli.report import Column, Note, Report, Table
from ci_cli.reports.common import customer_code
from ci_cli.shapes.views import Errand
from ci_cli.text import Msg, msg

SHOWN_CHARACTERS = 48
SHOWN_ERRANDS = 2  # of one customer

_WHY: Mapping[str, Callable[[str], Msg]] = {
    "promise": lambda subject: msg("promised: {subject}", subject=subject),
    "request": lambda subject: msg("asked: {subject}", subject=subject),
    "ticket": lambda subject: msg("ticket: {subject}", subject=subject),
    "call": lambda subject: msg("call planned: {subject}", subject=subject),
    "action": lambda subject: msg("action due: {subject}", subject=subject),
    "complaint": lambda subject: msg("complaint not answered: {subject}", subject=subject),
    "competitor": lambda subject: msg("at risk to a rival: {subject}", subject=subject),
    "attitude": lambda subject: msg("attitude: {subject}", subject=subject),
    "renewal": lambda subject: msg("contract ends: {subject}", subject=subject),
    "renewal_uncalled": lambda subject: msg(
        "contract ends, no call planned: {subject}", subject=subject
    ),
    "thanks": lambda subject: msg("not thanked: {subject}", subject=subject),
    "invited": lambda subject: msg("invitation not answered: {subject}", subject=subject),
    "consent_ends": lambda subject: msg("consent ends: {subject}", subject=subject),
    "alarm": lambda subject: msg("alarm: {subject}", subject=subject),
}


def build(
    tasks: Sequence[Task], *, today: date, as_of: date, currency: str, top: int,
    owner: str | None = None,
) -> Report:  # fmt: skip
    """Lay out the work of a day.

    Args:
        tasks: ranked.
        today: the day that due days are compared with.
        as_of: the day that purchases speak for.
        currency: of all money.
        top: how many to show.
        owner: whose work it is; None: everybody's.
    """
    shown = tasks[:top]
    columns = (
        Column("rank", msg("no."), "int"),
        Column("customer", msg("customer"), "id"),
        Column("name", msg("name")),
        Column("owner", msg("owner")),
        Column("why", msg("why")),
        Column("due", msg("due"), "date"),
        Column("days_late", msg("days late"), "days"),
        Column("at_risk", msg("at risk"), "money", currency),
        Column("chance", msg("chance to keep"), "percent"),
        Column("worth", msg("worth"), "money", currency),
    )
    rows = [
        (
            rank, customer_code(task.customer_id) if task.customer_id else None, task.name or None,
            task.owner, why(task.errands), task.due, _late(task.due, today), task.at_risk,
            task.chance, task.worth,
        )
        for rank, task in enumerate(shown, start=1)
    ]  # fmt: skip
    kinds = Counter(errand.kind for task in tasks for errand in task.errands)
    told = ", ".join(f"{kind} {number}" for kind, number in sorted(kinds.items()))
    late = sum(
        1
        for task in tasks
        for one in task.errands
        if one.kind == "promise" and (one.due or "9999") < today.isoformat()
    )
    notes = [
        Note(
            msg("Waiting: {n} ({list}). Promises overdue: {late}. Shown: {shown} of {tasks}.",
                n=sum(kinds.values()), list=told, late=late, shown=len(shown),
                tasks=len(tasks)),
            "warning" if late else "info",
        ),
        Note(
            msg("Promises that are overdue stand first, then what is worth most. Worth = money at"
                " risk x chance to keep. At risk: the contract's value, the alarm's"
                " loss, else revenue of the year up to {as_of}, in {currency}. The chance is 100 %"
                " within the usual gap and halves with every further one.",
                as_of=as_of.isoformat(), currency=currency)
        ),
    ]  # fmt: skip
    if not tasks:
        notes = [
            Note(
                msg("Nobody waits today. `ci-cli check` looks at categories, key customers and"
                    " sources, `ci-cli rfm call` at everybody's rhythm.")
            )
        ]  # fmt: skip
    meta = {
        "today": today.isoformat(), "as_of": as_of.isoformat(), "currency": currency,
        "owner": owner, "waiting": sum(kinds.values()), "by_kind": dict(kinds),
        "promises_overdue": late, "tasks": len(tasks),
    }  # fmt: skip
    return Report(
        "today", msg("Today, {day}", day=today.isoformat()), [Table("today", columns, rows)], meta,
        notes,
    )  # fmt: skip


def why(errands: Sequence[Errand]) -> Msg:
    """Return the reasons in one cell, the most urgent first."""
    told: Msg = reason(errands[0])
    for errand in errands[1:SHOWN_ERRANDS]:
        told = msg("{one}; {other}", one=told, other=reason(errand))
    rest = len(errands) - SHOWN_ERRANDS
    return msg("{one}; {n} more", one=told, n=rest) if rest > 0 else told


def reason(errand: Errand) -> Msg:
    """Return why one errand is due."""
    subject = errand.subject
    if isinstance(subject, Msg):
        return subject
    if len(subject) > SHOWN_CHARACTERS:
        subject = subject[: SHOWN_CHARACTERS - 1] + "…"
    said = _WHY.get(errand.kind)
    told = (
        msg("{kind}: {subject}", kind=errand.kind, subject=subject)
        if said is None
        else said(subject)
    )
    return msg("{why} (since {day})", why=told, day=errand.since) if errand.since else told


def _late(due: str | None, today: date) -> int | None:
    if due is None:
        return None
    return max((today - date.fromisoformat(due)).days, 0) or None
