"""``procat report``: revenue by group and month, and how the last complete month compares.

The running month is shown and marked, and never compared: half a month always looks like a fall.
What has no category is a row of its own. The groups of every month add up to the separately
counted total, or the report refuses to exist.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal

from ci_cli.analysis.monthly import (
    Measure,
    Series,
    Span,
    biggest_fall,
    by_group,
    check_totals,
    ranked,
    span,
)
from ci_cli.errors import CiError, ExitCode
from ci_cli.report import MONEY_SCALE, Column, Money, Note, Percent, Report, Table
from ci_cli.reports.common import as_of_text, change, share
from ci_cli.shapes.trade import MonthCell
from ci_cli.text import Msg, msg

By = Literal["category", "product", "customer", "region", "country", "owner"]
Layout = Literal["wide", "long"]

NONE_LABEL = "(none)"
DEFAULT_MONTHS = 12
LABELS: Mapping[By, Msg] = {
    "category": msg("category"),
    "product": msg("product"),
    "customer": msg("customer"),
    "region": msg("region"),
    "country": msg("country"),
    "owner": msg("owner"),
}


def build(
    cells: Sequence[MonthCell],
    totals: Sequence[MonthCell],
    *,
    as_of: date,
    currency: str,
    by: By = "category",
    months: int = DEFAULT_MONTHS,
    measure: Measure = "net",
    layout: Layout = "wide",
) -> Report:
    """Lay out revenue by group and month.

    Args:
        cells: one per group and month with order lines, up to ``as_of``; the comparisons need
            the months before the shown ones too.
        totals: the same over all groups, one per month (distinct customers and orders cannot be
            added up from the groups).
        as_of: months up to this day are shown; its own is marked while incomplete.
        currency: of all money in both.
        by: what a group is, for the labels.
        months: how many months to show, the running one included; fewer where history is shorter.
        measure: ``net`` (sales less returns) or ``gross`` (sales alone).
        layout: ``wide`` has a column per month, for reading; ``long`` a row per group and month
            with every measure, for machines.

    Raises:
        CiError: ``months-invalid``, exit 2; ``procat-total-mismatch``, exit 70, where groups and
            totals disagree.
    """
    if months < 1:
        raise CiError(
            "months-invalid",
            msg("{months} months cannot be shown.", months=months),
            hint=msg("Choose --months 1 or more."),
            exit_code=ExitCode.DECIDE,
        )
    groups = by_group(cells)
    total = Series("", "", {cell.month: cell for cell in totals})
    check_totals((cell for group in groups for cell in group.cells.values()), totals)
    over = span(totals, as_of, months)
    lines = ranked(groups, over, measure)
    tables = (
        [_long(lines, over, by, currency), _long([total], over, by, currency, is_total=True)]
        if layout == "long"
        else [_wide(lines, total, over, by, currency, measure)]
    )
    return Report(
        "procat",
        msg("Revenue by {by}, {as_of}", by=LABELS[by], as_of=as_of_text(as_of)),
        tables,
        {
            "as_of": as_of.isoformat(),
            "currency": currency,
            "by": by,
            "measure": measure,
            "layout": layout,
            "months": over.shown,
            "compared_month": over.complete,
            "incomplete_month": over.running,
        },
        [
            *(
                [Note(falls_most(lines, over, measure, currency))]
                if over.shown and over.known(over.complete)
                else []
            ),
            *_definitions(over, measure, currency),
        ],
    )


def _wide(
    lines: list[Series], total: Series, over: Span, by: By, currency: str, measure: Measure
) -> Table:
    named = _has_names(lines)
    columns = (
        *_group_columns(by, named),
        *(
            Column(month, f"{month}*" if month == over.running else month, "money")
            for month in over.shown
        ),
        Column("total", msg("total"), "money", currency),
        Column("change_month", msg("on last month"), "percent"),
        Column("change_year", msg("on last year"), "percent"),
        Column("share", msg("share"), "percent"),
        Column("customers", msg("customers"), "int"),
        Column("orders", msg("orders"), "int"),
        Column("trend", msg("trend"), "spark"),
    )
    whole = total.money(over.complete, measure)

    def figures(line: Series) -> tuple[Any, ...]:
        now = line.money(over.complete, measure)
        cell = line.cells.get(over.complete)
        compared = over.known(over.complete)
        amounts = [line.money(month, measure) for month in over.shown]
        return (
            *amounts,
            sum(amounts),
            change(now, over.before(line, 1, measure)) if compared else None,
            change(now, over.before(line, 12, measure)) if compared else None,
            share(now, whole) if compared else None,
            (cell.customers if cell else 0) if compared else None,
            (cell.orders if cell else 0) if compared else None,
            tuple(
                line.money(month, measure) / MONEY_SCALE
                for month in over.shown
                if month != over.running
            ),
        )

    rows = [(*_group_cells(line, named), *figures(line)) for line in lines]
    closing = (None, *([None] if named else []), *figures(total))
    return Table("procat", columns, rows, _title(measure, currency), closing)


def _long(
    lines: list[Series], over: Span, by: By, currency: str, *, is_total: bool = False
) -> Table:
    named = not is_total and _has_names(lines)
    columns = (
        *(() if is_total else _group_columns(by, named)),
        Column("month", msg("month"), "month"),
        Column("complete", msg("complete"), "state"),
        Column("net", msg("net revenue"), "money", currency),
        Column("gross", msg("gross revenue"), "money", currency),
        Column("quantity", msg("quantity"), "quantity"),
        Column("lines", msg("lines"), "int"),
        Column("orders", msg("orders"), "int"),
        Column("customers", msg("customers"), "int"),
    )
    rows = [
        (
            *(() if is_total else _group_cells(line, named)),
            month,
            "no" if month == over.running else "yes",
            cell.net,
            cell.gross,
            cell.quantity,
            cell.lines,
            cell.orders,
            cell.customers,
        )
        for line in lines
        for month in over.shown
        if (cell := line.cells.get(month)) is not None
    ]
    key, title = ("totals", msg("All together")) if is_total else ("procat", None)
    return Table(key, columns, rows, title)


def _has_names(lines: list[Series]) -> bool:
    """Say whether any group is called otherwise than by its key."""
    return any(line.label and line.label != line.group for line in lines)


def _group_columns(by: By, named: bool) -> tuple[Column, ...]:
    key = Column(by, LABELS[by], "id" if named else "text")
    return (key, Column("name", msg("name"))) if named else (key,)


def _group_cells(line: Series, named: bool) -> tuple[str | None, ...]:
    key = line.group or NONE_LABEL
    return (key, line.label or None) if named else (key,)


def _title(measure: Measure, currency: str) -> Msg:
    if measure == "gross":
        return msg("Gross revenue by month ({currency})", currency=currency)
    return msg("Net revenue by month ({currency})", currency=currency)


def falls_most(lines: Sequence[Series], over: Span, measure: Measure, currency: str) -> Msg:
    """Return the sentence on the group that lost most money on the same month of last year."""
    month, last_year = over.complete, over.last_year
    if not over.known(last_year):
        return msg(
            "Nothing to compare {month} with: history does not reach back to {last_year}.",
            month=month,
            last_year=last_year,
        )
    fall = biggest_fall(lines, over, measure)
    if fall is None:
        return msg(
            "No group sold less in {month} than in {last_year}.", month=month, last_year=last_year
        )
    loss = fall.before - fall.now
    gaps: dict[str, Any] = {
        "group": fall.series.label or fall.series.group,
        "loss": Money(loss, currency),
        "month": month,
        "last_year": last_year,
        "now": Money(fall.now, currency),
        "before": Money(fall.before, currency),
    }
    if fall.before <= 0:
        return msg(
            "{group} falls most: {loss} less in {month} than in {last_year} ({before} to {now}).",
            **gaps,
        )
    return msg(
        "{group} falls most: {loss} or {percent} less in {month} than in {last_year} "
        "({before} to {now}).",
        percent=Percent(loss / fall.before),
        **gaps,
    )


def _definitions(over: Span, measure: Measure, currency: str) -> list[Note]:
    notes = []
    if over.shown and over.running is not None:
        notes.append(
            Note(
                msg(
                    "{month}* is incomplete: it ends with {day} and is left out of changes, shares "
                    "and trend.",
                    month=over.running,
                    day=over.as_of.isoformat(),
                )
            )
        )
    if not over.known(over.complete):
        notes.append(Note(msg("No complete month yet: changes, shares and counts stay empty.")))
    else:
        notes.append(
            Note(
                msg(
                    "Changes, share, customers and orders speak of {month}: on the month before, "
                    "on the same month of last year, of the total of the month.",
                    month=over.complete,
                )
            )
        )
    basis = (
        msg("Revenue is gross: sales alone, in {currency}.", currency=currency)
        if measure == "gross"
        else msg(
            "Revenue is net: sales less the returns of the same month, in {currency}. Lines "
            "without a customer are included.",
            currency=currency,
        )
    )
    return [*notes, Note(basis)]
