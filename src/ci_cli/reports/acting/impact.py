"""``report impact``: how much of a period's revenue was won or kept through logged actions.

Two figures stand beside each other: what people entered when they closed an action, and how much
of that is found in the books, where no amount is credited twice (``analysis.credit``). Only the
second is a part of the period's revenue, so only it has a share of it. Nothing here says that an
action caused anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ci_cli.report import Column, Money, Note, Percent, Report, Table
from ci_cli.reports.acting.actions import about, figure_cells, figure_columns, rule
from ci_cli.reports.common import customer_code, share
from ci_cli.shapes.actions import REVENUE_KINDS, ActionRow, Figure
from ci_cli.text import msg


@dataclass(frozen=True)
class Impact:
    """What the actions closed in a period amount to, in one currency.

    Args:
        first: first day of the period.
        last: last day of its revenue.
        closed_up_to: last day of its closings; later than ``last`` where orders end before today.
        currency: of all money.
        revenue: of the period, sales less returns.
        actions: closed in the period with money in this currency, in the order of closing.
        credited: how much of it stands in the books, by number of the action.
        checked: actions closed in the period whose figures are in this currency.
        now: the figures of these today, by number of the action.
        without_money: how many were done in the period without naming money, in any currency.
    """

    first: date
    last: date
    closed_up_to: date
    currency: str
    revenue: int
    actions: Sequence[ActionRow]
    credited: Mapping[int, int]
    checked: Sequence[ActionRow]
    now: Mapping[int, Figure | None]
    without_money: int


def build(impact: Impact) -> Report:
    """Lay out the actions of a period, each with what it claims and what the books hold."""
    entered = sum(row.won or 0 for row in impact.actions if row.kind in REVENUE_KINDS)
    credited = sum(impact.credited.values())
    saved = sum(row.won or 0 for row in impact.actions if row.kind not in REVENUE_KINDS)
    part = share(credited, impact.revenue)
    tables = [_actions(impact, entered, credited, part)]
    if impact.checked:
        tables.append(_checked(impact))
    meta = {
        "from": impact.first.isoformat(),
        "to": impact.last.isoformat(),
        "closed_up_to": impact.closed_up_to.isoformat(),
        "currency": impact.currency,
        "revenue": _units(impact.revenue),
        "entered": _units(entered),
        "in_the_books": _units(credited),
        "share": part,
        "share_entered": share(entered, impact.revenue),
        "saved": _units(saved),
        "without_money": impact.without_money,
    }
    title = msg(
        "Won or retained through logged actions, {first} to {last}",
        first=impact.first.isoformat(),
        last=impact.last.isoformat(),
    )
    return Report("impact", title, tables, meta, _notes(impact, entered, credited, saved))


def _units(amount: int) -> str:
    """Return an exact amount for machines: a float would round it."""
    whole, rest = divmod(abs(amount), 10_000)
    return f"{'-' if amount < 0 else ''}{whole}.{rest:04d}"


def _actions(impact: Impact, entered: int, credited: int, part: float | None) -> Table:
    columns = (
        Column("action", msg("action"), "id"),
        Column("what", msg("what")),
        Column("about", msg("about")),
        Column("owner", msg("owner")),
        Column("kind", msg("kind"), "state"),
        Column("entered", msg("entered"), "money", impact.currency),
        Column("in_the_books", msg("in the books"), "money", impact.currency),
        Column("share", msg("share of revenue"), "percent"),
        Column("created", msg("added"), "date"),
        Column("closed", msg("closed"), "date"),
        Column("closed_by", msg("closed by")),
        Column("alarm", msg("alarm"), "int"),
        Column("customer", msg("customer"), "id"),
    )
    rows = [_row(row, impact) for row in impact.actions]
    total: tuple[Any, ...] = (
        None, None, None, None, None, entered, credited, part, None, None, None, None, None,
    )  # fmt: skip
    return Table("impact", columns, rows, total=total if rows else None)


def _row(row: ActionRow, impact: Impact) -> tuple[Any, ...]:
    found = impact.credited.get(row.id)
    return (
        row.code, row.what, about(row), row.owner, row.kind, row.won, found,
        None if found is None else share(found, impact.revenue), row.created, row.closed,
        row.closed_by, row.alarm_id,
        None if row.customer_id is None else customer_code(row.customer_id),
    )  # fmt: skip


def _checked(impact: Impact) -> Table:
    """Lay out before and after of every closed action, one line per moment."""
    rows = []
    for row in impact.checked:
        moments = (("before", row.before), ("closed", row.after), ("now", impact.now.get(row.id)))
        rows += [
            (row.code, about(row), when, *figure_cells(figure))
            for when, figure in moments
            if figure is not None
        ]
    columns = (
        Column("action", msg("action"), "id"),
        Column("about", msg("about")),
        Column("when", msg("when"), "state"),
        *figure_columns(impact.currency),
    )
    return Table("before_and_after", columns, rows, msg("Before and after"))


def _notes(impact: Impact, entered: int, credited: int, saved: int) -> list[Note]:
    part = share(credited, impact.revenue)
    gaps = {
        "entered": Money(entered, impact.currency),
        "credited": Money(credited, impact.currency),
        "revenue": Money(impact.revenue, impact.currency),
    }
    notes = [
        Note(
            msg(
                "Entered as won or retained: {entered}, {claimed} of the period's revenue of"
                " {revenue}; of this {credited} stands in the books: {percent} of the revenue.",
                percent=Percent(part),
                claimed=Percent(share(entered, impact.revenue) or 0.0),
                **gaps,
            )
            if part is not None
            else msg(
                "Entered as won or retained: {entered}; of this {credited} stands in the books."
                " Revenue of the period: {revenue}.",
                **gaps,
            )
        ),
        Note(
            msg(
                "In the books: revenue of the action's customer or category from the day it was"
                " added up to {last}, at most what was entered, and no amount for two actions. It"
                " may have come without the action: nothing here proves a cause.",
                last=impact.last.isoformat(),
            )
        ),
    ]
    if saved:
        notes.append(
            Note(
                msg(
                    "Entered as saved cost: {money}; it is no revenue and has no share.",
                    money=Money(saved, impact.currency),
                )
            )
        )
    homeless = [row for row in impact.actions if row.source == "other"]
    if homeless:
        notes.append(
            Note(
                msg(
                    "About no alarm and no customer, so not to be found in the books: {list}.",
                    list=", ".join(row.code for row in homeless),
                )
            )
        )
    if impact.without_money:
        notes.append(
            Note(msg("Done in the period without naming money: {n}.", n=impact.without_money))
        )
    if impact.closed_up_to > impact.last:
        notes.append(
            Note(
                msg(
                    "Actions closed up to {day} count; the orders in the store end with {last}.",
                    day=impact.closed_up_to.isoformat(),
                    last=impact.last.isoformat(),
                )
            )
        )
    return [*notes, *(Note(rule(one)) for one in _sources(impact))]


def _sources(impact: Impact) -> list[str]:
    return sorted({row.source for row in impact.checked})
