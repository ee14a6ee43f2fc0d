"""The months of all categories in one table, which can be cut off after any of them.

What is known of a category after a month is a part of what is known of it later: a replay of the
past cuts the table, and sees what was seen then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ci_cli.analysis.decline.price import value_logs
from ci_cli.shapes.categories import CustomerMonth
from ci_cli.shapes.trade import MonthCell

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]
else:
    Floats = Whole = Any

_EMPTY_SHARE = 0.25  # of months without a sale, from which quarters are looked at


@dataclass(frozen=True)
class History:
    """The months of one category, oldest first, from its first sale to the judged month."""

    group: str
    label: str
    net: Floats
    orders: Floats
    buyers: Floats
    values: Floats | None  # log value of an order against the customer's own past
    known: float  # share of orders whose customer is known

    def __len__(self) -> int:
        return len(self.net)

    @property
    def by_quarter(self) -> bool:
        """Tell whether sales are too rare for single months to be compared.

        The last year is left out where there is more, so that a category that dies is not one
        that always sold rarely.
        """
        first = self.orders[: max(9, len(self) - 12)]
        return bool((first <= 0).mean() > _EMPTY_SHARE)


class Rows(NamedTuple):
    """What customers bought, in columns: a row is a customer in one month of one group."""

    group: Whole  # (R,) index of the group
    customer: Whole
    month: Whole  # (R,) index of the month
    orders: Floats
    gross: Floats


@dataclass(frozen=True)
class Ledger:
    """G groups by n months; months before a group's first sale hold zeros."""

    groups: Sequence[str]
    labels: Sequence[str]
    net: Floats  # (G, n)
    orders: Floats  # (G, n)
    buyers: Floats  # (G, n)
    told: Floats  # (G, n) orders whose customer is known
    values: Floats | None  # (G, n) see ``price.value_logs``
    begins: Whole  # (G,) index of the first month with a sale; n where there is none

    def until(self, last: int) -> list[History]:
        """Return what was known after the month with the index ``last``."""
        end = last + 1
        told = self.told[:, :end].sum(axis=1)
        known = told / np.maximum(self.orders[:, :end].sum(axis=1), 1)
        return [
            History(
                group,
                self.labels[row],
                self.net[row, first:end],
                self.orders[row, first:end],
                self.buyers[row, first:end],
                None if self.values is None else self.values[row, first:end],
                float(known[row]),
            )
            for row, (group, first) in enumerate(zip(self.groups, self.begins, strict=True))
        ]


def stacked(tables: Sequence[Ledger]) -> Ledger:
    """Return several tables over the same months as one, their groups one after the other."""
    values = [
        np.zeros_like(table.net) if table.values is None else table.values for table in tables
    ]
    return Ledger(
        [group for table in tables for group in table.groups],
        [label for table in tables for label in table.labels],
        np.concatenate([table.net for table in tables]),
        np.concatenate([table.orders for table in tables]),
        np.concatenate([table.buyers for table in tables]),
        np.concatenate([table.told for table in tables]),
        np.concatenate(values),
        np.concatenate([table.begins for table in tables]),
    )


def ledger(
    cells: Sequence[MonthCell], purchases: Sequence[CustomerMonth], months: Sequence[str]
) -> tuple[Ledger, Rows]:
    """Gather cells into one table, in the order of the groups' names; and purchases in columns.

    Args:
        cells: revenue by group and month.
        purchases: what each customer bought of each group in each month; may be empty.
        months: the months that count, oldest first, without a gap; others are left out.
    """
    place = {month: index for index, month in enumerate(months)}
    groups = sorted({cell.group for cell in cells})
    index = {group: number for number, group in enumerate(groups)}
    labels = list(groups)
    table = np.zeros((3, len(groups), len(months)))
    begins = np.full(len(groups), len(months))
    for cell in cells:
        at = place.get(cell.month)
        if at is None:
            continue
        row = index[cell.group]
        labels[row] = cell.label
        table[:, row, at] = cell.net, cell.orders, cell.customers
        if cell.orders or cell.net > 0:
            begins[row] = min(begins[row], at)
    rows = _columns(purchases, index, place)
    told = table_of(rows, rows.orders, len(groups), len(months))
    values = values_of(rows, len(groups), len(months)) if len(rows.group) else None
    return Ledger(groups, labels, table[0], table[1], table[2], told, values, begins), rows


def histories(
    cells: Sequence[MonthCell], purchases: Sequence[CustomerMonth], months: Sequence[str]
) -> list[History]:
    """Gather cells into the histories of their groups; arguments are those of :func:`ledger`."""
    return ledger(cells, purchases, months)[0].until(len(months) - 1)


def chosen(rows: Rows, which: Any) -> Rows:
    """Return some of the rows, by index or by a flag for each."""
    return Rows(
        rows.group[which], rows.customer[which], rows.month[which], rows.orders[which],
        rows.gross[which],
    )  # fmt: skip


def table_of(rows: Rows, figures: Floats, groups: int, months: int) -> Floats:
    """Return the sums of one figure of purchases by group and month, (groups, months)."""
    sums = np.bincount(rows.group * months + rows.month, figures, groups * months)
    return sums.astype(np.float64).reshape(groups, months)


def values_of(rows: Rows, groups: int, months: int) -> Floats:
    """Return what an order was worth against the same customer's past, (groups, months)."""
    return value_logs(
        rows.group, rows.customer, rows.month, rows.orders, rows.gross,
        categories=groups, months=months,
    )  # fmt: skip


def _columns(
    purchases: Sequence[CustomerMonth], index: Mapping[str, int], place: Mapping[str, int]
) -> Rows:
    rows = [
        (index[row.group], row.customer_id, place[row.month], row.orders, row.gross)
        for row in purchases
        if row.group in index and row.month in place
    ]
    table = np.array(rows, dtype=np.int64).reshape(-1, 5)
    return Rows(
        table[:, 0], table[:, 1], table[:, 2],
        table[:, 3].astype(np.float64), table[:, 4].astype(np.float64),
    )  # fmt: skip
