"""Small made-up inputs for the reports, and what every report must be."""

from __future__ import annotations

import json
import string
from datetime import date, timedelta
from typing import Any

from ci_cli.analysis.periods import window
from ci_cli.analysis.scoring import Scored, score_customers
from ci_cli.report import Column, Report, Table
from ci_cli.shapes.trade import CustomerPurchases
from ci_cli.text import Msg, translate

AS_OF = date(2011, 12, 9)
UNIT = 10_000  # one currency unit


def customer(
    number: int,
    *,
    silent: int | None = 10,
    orders: int = 1,
    money: int = 100,
    days: int | None = None,
    gap: float | None = None,
    tenure: int = 200,
    industry: str | None = None,
    owner: str | None = None,
) -> CustomerPurchases:
    """A customer who last bought ``silent`` days before the as-of day; money in units."""
    last = None if silent is None else AS_OF - timedelta(days=silent)
    first = None if silent is None else AS_OF - timedelta(days=max(tenure, silent))
    purchase_days = 0 if silent is None else (max(orders, 1) if days is None else days)
    return CustomerPurchases(
        customer_id=number,
        name=f"Customer {number}",
        industry=industry,
        owner=owner,
        first=first and first.isoformat(),
        last=last and last.isoformat(),
        purchase_days=purchase_days,
        median_gap=gap,
        orders=0 if silent is None else orders,
        net=money * UNIT,
        net_all=money * UNIT,
    )


def score(rows: list[CustomerPurchases], length: str = "24m", **options: Any) -> Scored:
    return score_customers(rows, as_of=AS_OF, window=window(length, AS_OF), **options)


def table(report: Report, key: str) -> Table:
    return next(one for one in report.tables if one.key == key)


def records(of: Table) -> list[dict[str, Any]]:
    """The rows as json would name them."""
    return [dict(zip((c.key for c in of.columns), row, strict=True)) for row in of.rows]


def total(of: Table) -> dict[str, Any]:
    assert of.total is not None
    return dict(zip((c.key for c in of.columns), of.total, strict=True))


def sentences(report: Report) -> list[str]:
    return [translate(note.text) for note in report.notes]


_TYPES: dict[str, tuple[type, ...]] = {
    "text": (str, Msg), "state": (str,), "id": (str,), "date": (str,), "month": (str,),
    "int": (int,), "days": (int, float), "money": (int,), "quantity": (int,),
    "percent": (float, int), "number": (float, int), "spark": (tuple,),
}  # fmt: skip


def check_well_formed(report: Report) -> None:
    """Every report: rows as wide as columns, cells of their kind, gaps filled, meta plain json."""
    keys = [one.key for one in report.tables]
    assert len(keys) == len(set(keys))
    for one in report.tables:
        column_keys = [column.key for column in one.columns]
        assert len(column_keys) == len(set(column_keys)), column_keys
        for row in [*one.rows, *([one.total] if one.total else [])]:
            assert len(row) == len(one.columns)
            for cell, column in zip(row, one.columns, strict=True):
                _check_cell(cell, column)
    assert json.loads(json.dumps(report.meta)) == report.meta
    messages = [report.title, *(note.text for note in report.notes)]
    messages += [one.title for one in report.tables if one.title]
    labels = [column.label for one in report.tables for column in one.columns]
    for message in [*messages, *(label for label in labels if isinstance(label, Msg))]:
        gaps = {name for _, name, _, _ in string.Formatter().parse(message.text) if name}
        assert gaps == message.params.keys(), message.text
        assert "None" not in translate(message), translate(message)


def _check_cell(cell: object, column: Column) -> None:
    if cell is None:
        return
    assert isinstance(cell, _TYPES[column.kind]), (column.key, cell)
    assert not isinstance(cell, bool), (column.key, cell)
    if column.kind == "date":
        assert date.fromisoformat(str(cell))
