"""Pivots with a name: what `report products`, `discounts`, `margin` and `verticals` show, as data.

A preset is a line here; its command only adds what a user may change. What a preset shows beside a
pivot (places in a ranking, growth, penetration) is laid out here too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from ci_cli.analysis.pivot import ranks
from ci_cli.report import Column, Note, Report, Table
from ci_cli.reports.common import change, share
from ci_cli.reports.programme import pivot
from ci_cli.reports.selling.procat import NONE_LABEL
from ci_cli.shapes.pivots import EVERYTHING, OTHER, Base
from ci_cli.text import Msg, msg


@dataclass(frozen=True)
class Preset:
    """The words that a user would otherwise type, and the title of what comes out."""

    title: Callable[[Any, Any], Msg]  # of the day and what its rows are
    rows: str
    columns: str
    measures: tuple[str, ...]
    top: int | None = None
    ranked_by: str | None = None


_MARGIN = ("customers", "orders", "revenue", "discount", "discount_rate")
PRESETS: Mapping[str, Preset] = {
    "products": Preset(
        lambda day, _rows: msg("Products by revenue, as of {day}", day=day), "product", EVERYTHING,
        ("revenue", "share", "quantity", "orders", "customers", "returns", "return_rate"), 20,
    ),
    "discounts": Preset(
        lambda day, _rows: msg("Discounts by customer and period, as of {day}", day=day),
        "customer", "quarter",
        ("discount", "list_value", "discount_rate"),
    ),
    "margin": Preset(
        lambda day, rows: msg("Margin and discounts by {rows}, basis profit, as of {day}",
                              rows=rows, day=day), "tenure", EVERYTHING,
        (*_MARGIN, "margin", "margin_rate", "cost_known"), ranked_by="margin",
    ),
    "margin-without-cost": Preset(
        lambda day, rows: msg("Discounts by {rows}, basis revenue, as of {day}",
                              rows=rows, day=day), "tenure", EVERYTHING, _MARGIN,
        ranked_by="revenue",
    ),
}  # fmt: skip
# what "won" and "revenue" are in each base
VERTICALS: Mapping[Base, tuple[str, str, str]] = {
    "orders": ("revenue", "won", "customers"),
    "opportunities": ("won", "first_won", "winners"),
}


def title_of(preset: Preset, shown: pivot.Shown) -> Msg:
    """Return the title of a preset with its gaps filled."""
    return preset.title(shown.as_of, pivot.dimension_label(shown.row_name))


def ranked(report: Report, shown: pivot.Shown) -> Report:
    """Put the place of each row in front of it: equal figures share a place."""
    values = [
        None if row == OTHER else shown.grid.value(shown.measures[0], row, None)
        for row in shown.ordered_rows
    ]
    table = report.tables[0]
    placed = replace(
        table,
        columns=(Column("place", msg("rank"), "int"), *table.columns),
        rows=[(place, *row) for place, row in zip(ranks(values), table.rows, strict=True)],
        total=None if table.total is None else (None, *table.total),
    )
    return replace(report, tables=[placed, *report.tables[1:]])


class Vertical(NamedTuple):
    """One industry in the figures of the last twelve months; money in ten-thousandths."""

    industry: str
    known: int  # customers in the store, buyers or not
    bought: int  # of them, ever
    active: int  # bought in the last twelve months
    now: int  # revenue of the last twelve months
    before: int  # of the twelve months before them


class Target(NamedTuple):
    """How far a list of companies that one would like to have has become customers."""

    industry: str
    listed: int
    known: int  # are in the store
    bought: int


def verticals(
    revenue: pivot.Shown, won: pivot.Shown, rows: Sequence[Vertical], targets: Sequence[Target],
    *, day: str, notes: Sequence[Note], meta: Mapping[str, Any],
) -> Report:  # fmt: skip
    """Lay out what each industry brings, how it grows, and how far it is won.

    Args:
        revenue: by industry and quarter.
        won: customers won, by industry and quarter.
        rows: one for each industry; "" is none.
        targets: by industry, from a list of the user's; empty without one.
        day: the last day that counts.
        notes: what else is to be said.
        meta: for machines.
    """
    of_deals = revenue.base == "opportunities"
    title = (
        msg("Verticals by opportunities won, as of {day}", day=day)
        if of_deals
        else msg("Verticals, as of {day}", day=day)
    )
    tables = [
        _overview(rows, revenue.currency, of_deals=of_deals),
        pivot.table(revenue, "revenue_by_quarter",
                    msg("Value won by quarter") if of_deals else msg("Revenue by quarter")),
        pivot.table(won, "won_by_quarter", msg("Customers won by quarter")),
        *([_targets(targets)] if targets else []),
    ]  # fmt: skip
    said = [
        Note(msg("Growth: the twelve months up to {day} on the twelve before them.", day=day)),
        Note(
            msg(
                "Penetration: customers who have bought, of all that the store knows in the"
                " industry. A customer is won on the day of its first purchase."
            )
            if not of_deals
            else msg(
                "Penetration: customers with a deal won, of all that the store knows in the"
                " industry. A customer is won on the day of its first deal won."
            )
        ),
    ]
    return Report("verticals", title, tables, dict(meta), [*pivot.notes_on(revenue), *said, *notes])


def _overview(rows: Sequence[Vertical], currency: str, *, of_deals: bool) -> Table:
    worth = msg("value won, 12 months") if of_deals else msg("revenue, 12 months")
    columns = (
        Column("industry", msg("industry")),
        Column("known", msg("known"), "int"),
        Column("bought", msg("won so far"), "int"),
        Column("penetration", msg("penetration"), "percent"),
        Column("active", msg("active, 12 months"), "int"),
        Column("revenue", worth, "money", currency),
        Column("share", msg("share"), "percent"),
        Column("growth", msg("growth"), "percent"),
    )
    total = Vertical(
        "",
        sum(row.known for row in rows),
        sum(row.bought for row in rows),
        sum(row.active for row in rows),
        sum(row.now for row in rows),
        sum(row.before for row in rows),
    )

    def laid_out(row: Vertical) -> tuple[Any, ...]:
        return (
            row.known, row.bought, share(row.bought, row.known), row.active, row.now,
            share(row.now, total.now), change(row.now, row.before),
        )  # fmt: skip

    ordered = sorted(rows, key=lambda row: (-row.now, -row.known, row.industry))
    found = [(row.industry or NONE_LABEL, *laid_out(row)) for row in ordered]
    return Table("verticals", columns, found, total=(None, *laid_out(total)) if rows else None)


def _targets(targets: Sequence[Target]) -> Table:
    columns = (
        Column("industry", msg("industry")),
        Column("listed", msg("targets"), "int"),
        Column("known", msg("known"), "int"),
        Column("bought", msg("won so far"), "int"),
        Column("penetration", msg("penetration"), "percent"),
        Column("left", msg("still to win"), "int"),
    )

    def laid_out(row: Target) -> tuple[Any, ...]:
        return (row.listed, row.known, row.bought, share(row.bought, row.listed),
                row.listed - row.bought)  # fmt: skip

    total = Target(
        "",
        sum(row.listed for row in targets),
        sum(row.known for row in targets),
        sum(row.bought for row in targets),
    )
    ordered = sorted(targets, key=lambda row: (-row.listed, row.industry))
    return Table(
        "targets", columns, [(row.industry or NONE_LABEL, *laid_out(row)) for row in ordered],
        title=msg("Against the target list"), total=(None, *laid_out(total)),
    )  # fmt: skip
