"""Saved maps: a file with a known header set needs no question."""

from __future__ import annotations

from dataclasses import replace

from ci_cli.importing.mapping.pins import NO_COLUMN
from ci_cli.importing.model import ImportOptions
from ci_cli.importing.plan import SAMPLE_ROWS, TablePlan
from ci_cli.importing.skips import find_header
from ci_cli.readers.base import RawTable
from ci_cli.report import Note
from ci_cli.store import journal
from ci_cli.store.engine import Connection
from ci_cli.store.journal import SavedMap
from ci_cli.text import msg


def with_saved_map(
    conn: Connection, table: RawTable, options: ImportOptions
) -> tuple[ImportOptions, str | None, SavedMap | None]:
    """Return the options with the decisions of a saved map filled in, the source, and the map.

    ``--use-map`` names the map; else the one whose header set the table has is taken. What the
    user says on the command line goes before what the map says.
    """
    saved = journal.map_named(conn, options.use_map) if options.use_map else _fitting(conn, table)
    if saved is None:
        return options, options.source, None
    if not options.use_map:
        table.notes.append(Note(msg("This header is known: saved map {name}.", name=saved.name)))
    chosen = replace(
        options,
        kind=options.kind or saved.kind,
        overrides={**saved.fields, **options.overrides},
        dates=options.dates or saved.options.get("dates"),
        decimal=options.decimal or saved.options.get("decimal"),
    )
    return chosen, options.source or saved.source, saved


def _fitting(conn: Connection, table: RawTable) -> SavedMap | None:
    known = journal.maps(conn)
    header = headings_of(table) if known else None
    return next((saved for saved in known if tuple(sorted(saved.header)) == header), None)


def headings_of(table: RawTable) -> tuple[str, ...] | None:
    """Return the headings of a table, sorted: by them a file is known again."""
    rows: list[list[str]] = []
    for chunk in table.chunks():
        rows += chunk.rows[: SAMPLE_ROWS - len(rows)]
        break
    if not rows:
        return None
    return tuple(sorted(cell.strip() for cell in rows[find_header(rows)] if cell.strip()))


def map_of(
    plan: TablePlan, name: str, source: str | None, options: ImportOptions, at: str
) -> SavedMap:
    """Return the decisions on a table as a map to save, those to leave a field out among them."""
    left_out = {
        field: header for field, header in options.overrides.items() if header == NO_COLUMN[1]
    }
    return SavedMap(
        name, plan.columns.kind, source, [header for header in plan.header if header],
        {**left_out, **plan.columns.as_overrides()},
        {"dates": options.dates, "decimal": options.decimal}, at,
    )  # fmt: skip
