"""Reports of several currencies as one: blocks for people, a currency column for machines.

Money of different currencies is never summed, so each currency is computed as a report of its own.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from ci_cli.cli.options import Session
from ci_cli.report import Column, Report, Table
from ci_cli.text import msg


def merged(session: Session, reports: Sequence[Report]) -> Report:
    """Return one report: the blocks one after the other on screen, else one table of each kind."""
    first = reports[0]
    if len(reports) == 1:
        return first
    for_people = session.format in (None, "table", "md") and (
        session.out is None or session.out.suffix in (".md", ".txt")
    )
    tables = _blocks(reports) if for_people else _together(reports)
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
    columns: dict[str, Column] = {"currency": Column("currency", msg("currency"), "id")}
    rows: list[dict[str, Any]] = []
    title = None
    for report in reports:
        currency = str(report.meta.get("currency", ""))
        for table in report.tables:
            if table.key != key:
                continue
            title = title or table.title
            for column in table.columns:
                columns.setdefault(column.key, dataclasses.replace(column, unit=None))
            names = [column.key for column in table.columns]
            rows += [
                {"currency": currency, **dict(zip(names, row, strict=True))} for row in table.rows
            ]
    ordered = tuple(columns.values())
    cells = [tuple(row.get(column.key) for column in ordered) for row in rows]
    return Table(key, ordered, cells, title)
