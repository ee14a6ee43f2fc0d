"""``ci-cli import map``: decisions on shapes of files, saved so that nobody is asked twice."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from ci_cli.cli.imports.import_options import (
    DatesOption,
    DecimalOption,
    DelimiterOption,
    EncodingOption,
    FillDownOption,
    FillMergedOption,
    HeaderRowOption,
    IdWidthOption,
    KindOption,
    LimitOption,
    RecordOption,
    SheetOption,
    SourceOption,
    UnpivotAsOption,
    UnpivotOption,
    YearOption,
    layout_options,
    parse_map,
    parse_widths,
    read_options,
)
from ci_cli.cli.options import Session, command
from ci_cli.report import Column, Note, Report, Table
from ci_cli.text import _, msg


def register(app: typer.Typer) -> None:
    """Add the commands of the group."""

    @command(
        app, "save", shares=("write",),
        example="ci-cli import map save shop --from orders.csv --source shop",
        help=_("Save how a file is read: columns, kind, date order, source."),
    )  # fmt: skip
    def save(
        session: Session,
        name: Annotated[str, typer.Argument(help=_("What to call the map."))],
        file: Annotated[Path, typer.Option("--from", help=_("A file of this shape."))],
        kind: KindOption = None,
        source: SourceOption = None,
        mapping: Annotated[
            list[str] | None,
            typer.Option("--map", metavar="FIELD=HEADER", help=_("Say what a column means.")),
        ] = None,
        dates: DatesOption = None,
        decimal: DecimalOption = None,
        sheet: SheetOption = None,
        encoding: EncodingOption = None,
        delimiter: DelimiterOption = None,
        record: RecordOption = None,
        limit: LimitOption = None,
        header_row: HeaderRowOption = None,
        fill_down: FillDownOption = None,
        fill_merged: FillMergedOption = False,
        unpivot: UnpivotOption = None,
        unpivot_as: UnpivotAsOption = None,
        year: YearOption = None,
        id_width: IdWidthOption = None,
    ) -> None:
        from ci_cli.importing.layout.arrange import arrange, settled_layout
        from ci_cli.importing.model import ImportOptions
        from ci_cli.importing.plan import make_plan
        from ci_cli.importing.saved_maps import map_of
        from ci_cli.readers.opening import open_tables
        from ci_cli.store import engine, journal, purposes

        options = ImportOptions(
            read=read_options(encoding, delimiter, sheet, record, limit), source=source,
            kind=kind, overrides=parse_map(mapping), dates=dates, decimal=decimal,
            id_widths=parse_widths(id_width),
            layout=layout_options(
                header_row, fill_down, fill_merged, unpivot, unpivot_as, year
            ),
        )  # fmt: skip
        with session.store(write=True) as conn, open_tables(file, options.read) as tables:
            layout = settled_layout(tables[0], options)
            plan = make_plan(
                arrange(tables[0], options),
                options,
                zone=engine.meta(conn, "zone"),
                purposes=purposes.read(conn).keys(),
            )
            saved = map_of(plan, name, source, replace(options, layout=layout), session.now)
            with engine.transaction(conn, keep=not session.dry_run):
                journal.save_map(conn, saved)
        session.say(Note(msg("Saved map {name}: {n} columns.", name=name, n=len(saved.fields))))

    @command(
        app, "list", shares=("show",), example="ci-cli import map list",
        help=_("List the saved maps."),
    )  # fmt: skip
    def list_(session: Session) -> None:
        from ci_cli.store import journal

        with session.store() as conn:
            saved = journal.maps(conn)
        columns = (
            Column("name", msg("name")),
            Column("kind", msg("kind"), "state"),
            Column("source", msg("source")),
            Column("columns", msg("columns"), "int"),
            Column("saved_at", msg("saved at")),
        )
        rows = [(m.name, m.kind, m.source, len(m.fields), m.saved_at) for m in saved]
        session.show(Report("import-maps", msg("Saved maps"), [Table("maps", columns, rows)]))

    @command(
        app, "show", shares=("show",), example="ci-cli import map show shop",
        help=_("Show what a saved map says of every column."),
    )  # fmt: skip
    def show(
        session: Session, name: Annotated[str, typer.Argument(help=_("Name of the map."))]
    ) -> None:
        from ci_cli.store import journal

        with session.store() as conn:
            saved = journal.map_named(conn, name)
        columns = (Column("header", msg("header")), Column("field", msg("field"), "state"))
        by_header = {header: field for field, header in saved.fields.items()}
        rows = [(header, by_header.get(header)) for header in saved.header]
        meta = {"kind": saved.kind, "source": saved.source, **saved.options}
        session.show(
            Report("import-map", msg("Map {name}", name=name), [Table("columns", columns, rows)],
                   meta)
        )  # fmt: skip
