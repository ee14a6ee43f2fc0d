"""Saved maps: a file with a known header set needs no question."""

from __future__ import annotations

from dataclasses import replace

from ci_cli.errors import CiError
from ci_cli.importing.layout.arrange import arrange, header_of
from ci_cli.importing.layout.options import LayoutOptions
from ci_cli.importing.mapping.pins import NO_COLUMN
from ci_cli.importing.model import ImportOptions
from ci_cli.importing.plan import TablePlan
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

    ``--use-map`` names the map; else the one whose header set the table has is taken, once it is
    laid out as the map says. What the user says on the command line goes before what the map says.
    """
    if options.use_map:
        saved: SavedMap | None = journal.map_named(conn, options.use_map)
    else:
        saved = _fitting(conn, table, options)
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
        layout=options.layout.over(_layout(saved)),
        id_widths={**saved.options.get("id_widths", {}), **options.id_widths},
    )
    return chosen, options.source or saved.source, saved


def _fitting(conn: Connection, table: RawTable, options: ImportOptions) -> SavedMap | None:
    headers: dict[tuple[LayoutOptions, str], tuple[str, ...] | None] = {}
    for saved in journal.maps(conn):
        shape = (options.layout.over(_layout(saved)), saved.kind)
        if shape not in headers:
            headers[shape] = headings_of(table, replace(options, layout=shape[0], kind=shape[1]))
        if tuple(sorted(saved.header)) == headers[shape]:
            return saved
    return None


def _layout(saved: SavedMap) -> LayoutOptions:
    return LayoutOptions.from_saved(saved.options.get("layout"))


def headings_of(table: RawTable, options: ImportOptions) -> tuple[str, ...] | None:
    """Return the headings of a table laid out so, sorted: by them a file is known again.

    None where it cannot be laid out so.
    """
    try:
        header = header_of(arrange(replace(table, notes=[]), options))
    except CiError:
        return None
    return tuple(sorted(name for name in header if name)) or None


def map_of(
    plan: TablePlan, name: str, source: str | None, options: ImportOptions, at: str
) -> SavedMap:
    """Return the decisions on a table as a map to save, those to leave a field out among them.

    The layout of ``options`` is a settled one (``layout.arrange.settled_layout``).
    """
    left_out = {
        field: header for field, header in options.overrides.items() if header == NO_COLUMN[1]
    }
    return SavedMap(
        name, plan.columns.kind, source, [header for header in plan.header if header],
        {**left_out, **plan.columns.as_overrides()},
        {
            "dates": options.dates, "decimal": options.decimal,
            "layout": options.layout.as_saved(), "id_widths": dict(options.id_widths),
        },
        at,
    )  # fmt: skip
