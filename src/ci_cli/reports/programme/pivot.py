"""``report pivot``: one figure by rows and columns, with totals that each speak for themselves.

What has no key is a row or column of its own; what is too small to show is put together in one. So
rows and columns add up to the total, and where a figure cannot add up (a distinct count, a rate)
the total is worked out from the facts and the report says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ci_cli.analysis.pivot import Grid, Measure, Value
from ci_cli.report import Column, Note, Report, Table
from ci_cli.reports.selling.procat import NONE_LABEL
from ci_cli.shapes.pivots import EVERYTHING, OTHER, PERIODS, Account, Base, Key
from ci_cli.text import Msg, msg

DIMENSIONS: Mapping[str, Msg] = {
    "product": msg("product"), "category": msg("category"), "customer": msg("customer"),
    "owner": msg("owner"), "region": msg("region"), "country": msg("country"), "city": msg("city"),
    "industry": msg("industry"), "tier": msg("tier"), "status": msg("status"),
    "channel": msg("channel"), "source": msg("source"), "kind": msg("kind"),
    "tenure": msg("tenure"), "segment": msg("segment"), "size": msg("size"),
    "parent": msg("parent company"), "month": msg("month"), "quarter": msg("quarter"),
    "year": msg("year"), "stage": msg("stage"), "outcome": msg("outcome"),
    "competitor": msg("competitor"), "reason": msg("reason"), "topic": msg("topic"),
}  # fmt: skip
TENURE: Mapping[str, Msg] = {
    "first": msg("day of the first purchase"),
    "0": msg("in the first year"),
    "1": msg("in the second year"),
    "2": msg("in the third year"),
    "3": msg("in the fourth year"),
    "4": msg("in the fifth year"),
    "5": msg("after five years"),
    "": msg("before a purchase"),
}
STATES: Mapping[str, Mapping[str, Msg]] = {"tenure": TENURE}
CODED = ("customer", "product", "parent")  # keys that are codes beside their names


@dataclass(frozen=True)
class Shown:
    """What a pivot shows: keys in their order, the figures, and what people call the keys.

    ``measures``: the first fills the columns; with columns, the others stand once, behind the
    total. ``cut_rows`` and ``cut_columns`` say how many keys ``OTHER`` holds.
    """

    base: Base
    row_name: str
    column_name: str
    measures: Sequence[Measure]
    rows: Sequence[str]
    columns: Sequence[str]
    grid: Grid
    currency: str
    as_of: str
    row_labels: Mapping[str, str] = field(default_factory=dict)
    column_labels: Mapping[str, str] = field(default_factory=dict)
    cut_rows: int = 0
    cut_columns: int = 0
    running: tuple[str, ...] = ()  # periods that go on after the last day

    @property
    def has_columns(self) -> bool:
        """Whether the figures stand in columns by a dimension."""
        return self.column_name != EVERYTHING

    @property
    def ordered_rows(self) -> list[str]:
        """The rows as they stand: what was put together comes last."""
        return _ordered(self.rows, first=False)

    @property
    def ordered_columns(self) -> list[str]:
        """The columns as they stand: earlier periods that were put together come first."""
        return _ordered(self.columns, first=self.column_name in PERIODS)


def dimension_label(name: str) -> Msg | str:
    """Return what people call a dimension; an own field is called what the user calls it."""
    return DIMENSIONS.get(name, name)


def table(shown: Shown, key: str = "pivot", title: Msg | None = None) -> Table:
    """Lay out one pivot as a table with its total."""
    coded = shown.row_name in CODED and any(
        shown.row_labels.get(row, row) != row for row in shown.rows
    )
    columns = [Column(shown.row_name or "all", dimension_label(shown.row_name), "text")]
    if coded:
        columns.insert(0, Column(f"{shown.row_name}_id", msg("code"), "id"))
    rows = [_row(shown, row, coded=coded) for row in shown.ordered_rows]
    if shown.has_columns:
        first = shown.measures[0]
        columns += [
            Column(
                _column_key(column), _column_label(shown, column), first.kind, _unit(first, None)
            )
            for column in shown.ordered_columns
        ]
        columns.append(Column("total", msg("total"), first.kind, _unit(first, shown.currency)))
    columns += [
        Column(one.name, one.label, one.kind, _unit(one, shown.currency))
        for one in (shown.measures[1:] if shown.has_columns else shown.measures)
    ]
    total = (None, *((None,) if coded else ()), *_figures(shown, None))
    return Table(key, tuple(columns), rows, title=title, total=total if rows else None)


def build(shown: Shown, title: Msg, *, meta: Mapping[str, Any], notes: Sequence[Note]) -> Report:
    """Lay out a pivot.

    Args:
        shown: the figures and how they stand.
        title: of the report.
        meta: for machines, beside what ``shown`` says itself.
        notes: what else is to be said.
    """
    return Report(
        "pivot",
        title,
        [table(shown)],
        {
            "as_of": shown.as_of,
            "currency": shown.currency,
            "of": shown.base,
            "by_rows": shown.row_name,
            "by_columns": shown.column_name or None,
            "measures": [one.name for one in shown.measures],
            **meta,
        },
        [*notes_on(shown), *notes],
    )


def title_of(shown: Shown) -> Msg:
    """Say what a pivot shows."""
    first, row = shown.measures[0].label, dimension_label(shown.row_name)
    if not shown.has_columns:
        return msg(
            "Pivot: {measure} by {rows}, as of {day}", measure=first, rows=row, day=shown.as_of
        )
    return msg(
        "Pivot: {measure} by {rows} and {columns}, as of {day}", measure=first, rows=row,
        columns=dimension_label(shown.column_name), day=shown.as_of,
    )  # fmt: skip


def notes_on(shown: Shown) -> list[Note]:
    """Say what was put together, which period goes on, and which totals are no sums."""
    notes = []
    if shown.cut_rows:
        notes.append(
            Note(msg("Rows put together in the last one: {n}. --top 0 shows all.",
                     n=shown.cut_rows))
        )  # fmt: skip
    if shown.cut_columns:
        notes.append(
            Note(msg("Columns put together in one: {n}. --columns 0 shows all.",
                     n=shown.cut_columns))
        )  # fmt: skip
    notes += [
        Note(
            msg(
                "{period} is incomplete: it ends with {day}.",
                period=f"{period}*" if period in shown.columns else period,
                day=shown.as_of,
            )
        )
        for period in shown.running
    ]
    uneven = [one for one in shown.measures if not one.adds_up and not one.of_all]
    if uneven:
        notes.append(
            Note(
                msg(
                    "Totals of these are worked out from the facts; they are no sums of the rows:"
                    " {names}.",
                    names=", ".join(one.name for one in uneven),
                )
            )
        )
    return notes


def account_note(account: Account) -> Note:
    """Say of every order line in the store whether it is in the figures."""
    if account.counted == account.stored and not account.whole_orders:
        return Note(msg("Order lines: {n}, all that the store has.", n=account.counted))
    return Note(
        msg(
            "Order lines: {counted} of {stored} in the store; outside these days {outside}, in"
            " other currencies {other}, void {void}, undated {undated}. Orders known by their total"
            " alone: {whole}.",
            counted=account.counted, stored=account.stored, outside=account.outside,
            other=account.other_currency, void=account.void, undated=account.undated,
            whole=account.whole_orders,
        )
    )  # fmt: skip


def _row(shown: Shown, row: str, *, coded: bool) -> tuple[Any, ...]:
    label = key_label(shown.row_name, row, shown.row_labels, shown.cut_rows)
    code = () if not coded else ((row if row not in ("", OTHER) else None),)
    return (*code, label, *_figures(shown, row))


def _figures(shown: Shown, row: Key) -> list[Value]:
    grid = shown.grid
    if not shown.has_columns:
        return [grid.value(one, row, None) for one in shown.measures]
    first, *beside = shown.measures
    return [
        *(grid.value(first, row, column) for column in shown.ordered_columns),
        grid.value(first, row, None),
        *(grid.value(one, row, None) for one in beside),
    ]


def key_label(name: str, key: str, labels: Mapping[str, str], cut: int = 0) -> Msg | str:
    """Return what people read for a key of a dimension."""
    if key == OTHER:
        return msg("earlier ({n})", n=cut) if name in PERIODS else msg("others ({n})", n=cut)
    states = STATES.get(name, {})
    return states.get(key) or labels.get(key, key) or NONE_LABEL


def _ordered(keys: Sequence[str], *, first: bool) -> list[str]:
    told = [key for key in keys if key != OTHER]
    other = [OTHER] * (len(told) < len(keys))
    return [*other, *told] if first else [*told, *other]


def _column_key(column: str) -> str:
    return {"": "none", OTHER: "others"}.get(column, column)


def _column_label(shown: Shown, column: str) -> Msg | str:
    label = key_label(shown.column_name, column, shown.column_labels, shown.cut_columns)
    return f"{column}*" if column in shown.running else label


def _unit(measure: Measure, currency: str | None) -> str | None:
    return currency if measure.kind == "money" else None
