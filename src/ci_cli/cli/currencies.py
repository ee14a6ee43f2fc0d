"""Reports of several currencies as one: blocks for people, a currency column for machines.

Money of different currencies is never summed, so each currency is computed as a report of its own.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from ci_cli.cli.options import Session
from ci_cli.columnar import Columnar, columns_of
from ci_cli.report import Column, Report, Table
from ci_cli.text import msg


def for_people(session: Session) -> bool:
    """Tell whether somebody will read what a command shows, rather than a program."""
    return not session.is_for_programs


def merged(session: Session, reports: Sequence[Report]) -> Report:
    """Return one report: the blocks one after the other on screen, else one table of each kind."""
    first = reports[0]
    if len(reports) == 1:
        return first
    tables = _blocks(reports) if for_people(session) else _together(reports)
    notes = []
    for report in reports:
        notes += [note for note in report.notes if note not in notes]
    currencies = [str(report.meta.get("currency", "")) for report in reports]
    meta = {**first.meta, "currency": None, "currencies": currencies}
    charts = [chart for report in reports for chart in report.charts]
    return dataclasses.replace(first, tables=tables, notes=notes, meta=meta, charts=charts)


def _blocks(reports: Sequence[Report]) -> list[Table]:
    tables = []
    for number, report in enumerate(reports):
        currency = str(report.meta.get("currency", ""))
        for table in report.tables:
            title = msg("{currency}: {title}", currency=currency, title=table.title or report.title)
            key = table.key if number == 0 else f"{table.key}_{currency}"
            tables.append(dataclasses.replace(table, key=key, title=title))
    return tables


def _together(reports: Sequence[Report]) -> list[Table]:
    """Join the tables of the same key, with the currency as their first column."""
    keys = list(dict.fromkeys(table.key for report in reports for table in report.tables))
    return [_joined(key, reports) for key in keys]


def _joined(key: str, reports: Sequence[Report]) -> Table:
    parts = [
        (str(report.meta.get("currency", "")), table)
        for report in reports
        for table in report.tables
        if table.key == key
    ]
    columns = {"currency": Column("currency", msg("currency"), "id")}
    for _currency, table in parts:
        for column in table.columns:
            columns.setdefault(column.key, dataclasses.replace(column, unit=None))
    cells: dict[str, list[Any]] = {name: [] for name in columns}
    for currency, table in parts:
        names = [column.key for column in table.columns]
        own = dict(zip(names, columns_of(table.rows, len(names)), strict=True))
        own["currency"] = [currency] * len(table.rows)
        for name, values in cells.items():
            values += own.get(name) or [None] * len(table.rows)
    title = next((table.title for _currency, table in parts if table.title), None)
    return Table(key, tuple(columns.values()), Columnar(tuple, cells.values()), title)
