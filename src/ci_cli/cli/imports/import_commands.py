"""``ci-cli import``: bring files in, show what was decided, explain and undo what came in."""

from __future__ import annotations

import glob
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from ci_cli.cli.imports.import_journal_commands import count_columns
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
    parse_purposes,
    parse_widths,
    read_options,
)
from ci_cli.cli.options import Session, command
from ci_cli.cli.plain_values import PlainCommand
from ci_cli.errors import CiError, ExitCode
from ci_cli.report import Column, Note, Report, Table
from ci_cli.text import _, listed, msg

if TYPE_CHECKING:
    from ci_cli.cli.imports.import_interactive import Conversation

SHOWN_REJECTS = 5
_WORDS = "ci_cli.words"


def register(app: typer.Typer) -> None:
    """Add the commands of the group."""

    @command(
        app, "run", shares=("write", "show"), cls=RunCommand,
        example="ci-cli import orders.xlsx --dry-run",
        help=_("Import files (csv, xlsx, ods, xml, zip …); those that join may come in any order."),
    )  # fmt: skip
    def run(
        session: Session,
        files: Annotated[list[str], typer.Argument(metavar="FILE ...", help=_("Files or globs."))],
        kind: KindOption = None,
        source: SourceOption = None,
        currency: Annotated[
            str | None,
            typer.Option("--currency", metavar="CODE", help=_("Of amounts that name none.")),
        ] = None,
        mapping: Annotated[
            list[str] | None,
            typer.Option(
                "--map",
                metavar="FIELD=HEADER",
                help=_("Say what a column means; FIELD=- leaves the field out."),
            ),
        ] = None,
        use_map: Annotated[
            str | None, typer.Option("--use-map", metavar="NAME", help=_("Use a saved map."))
        ] = None,
        dates: DatesOption = None,
        decimal: DecimalOption = None,
        on_match: Annotated[
            Literal["update", "fill", "skip", "error"],
            typer.Option("--on-match", help=_("What to do with rows that the store knows.")),
        ] = "update",
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
        complete: Annotated[
            str | None,
            typer.Option(
                "--complete",
                metavar="FROM..TO",
                help=_("The files hold all orders of these days: take out what they lack."),
            ),
        ] = None,
        purpose: Annotated[
            list[str] | None,
            typer.Option(
                "--purpose",
                metavar="HEADER=WORDS",
                help=_("Store a column about people: say what it is for."),
            ),
        ] = None,
        strict: Annotated[
            bool, typer.Option("--strict", help=_("Import nothing if one row is bad."))
        ] = False,
        rejects: Annotated[
            Path | None,
            typer.Option("--rejects", metavar="FILE", help=_("Where rejected rows are written.")),
        ] = None,
        fail_on: Annotated[
            Literal["conflict"] | None,
            typer.Option("--fail-on", help=_("Exit 3 when rows are in conflict.")),
        ] = None,
    ) -> Request:
        from ci_cli.cli.imports.withdrawals import days_of
        from ci_cli.cli.top_commands import checked_currency
        from ci_cli.importing.model import ImportOptions

        options = ImportOptions(
            read=read_options(encoding, delimiter, sheet, record, limit), source=source, kind=kind,
            currency=checked_currency(currency) if currency else None,
            usual_currency=checked_currency(""),
            overrides=parse_map(mapping), dates=dates, decimal=decimal, on_match=on_match,
            strict=strict, use_map=use_map, id_widths=parse_widths(id_width),
            layout=layout_options(
                header_row, fill_down, fill_merged, unpivot, unpivot_as, year
            ),
            complete=days_of(complete, session.today), today=session.today.isoformat(),
            withdraw=session.yes, purposes=parse_purposes(purpose),
        )  # fmt: skip
        return Request(session, files, options, rejects, fail_on)


@dataclass(frozen=True)
class Request:
    """What the words of ``import run`` ask for."""

    session: Session
    files: list[str]
    options: Any
    rejects: Path | None
    fail_on: str | None


class RunCommand(PlainCommand):
    """``import run``: its function only reads the words, so answers can be read like them."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Keep the words as they were typed."""
        ctx.meta[_WORDS] = list(args)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> int:
        """Import what the words ask for, with a person's answers where there is a person."""
        from ci_cli.cli.imports.import_interactive import converse

        words = list(ctx.meta[_WORDS])

        def read(more: list[str]) -> Any:
            context = self.make_context(ctx.info_name, list(more), parent=ctx.parent)
            with context:
                return super(RunCommand, self).invoke(context).options

        asked: Request = super().invoke(ctx)
        paths = expand(asked.files)
        talk = converse(asked.session, words, asked.files, paths, read)
        result = import_files(asked.session, paths, asked.options, asked.rejects, talk)
        return _exit_code(result, asked.fail_on)


def expand(words: list[str]) -> list[Path]:
    """Return the files that words and globs mean, each once, in the order given."""
    found: dict[Path, None] = {}
    for word in words:
        matches = [] if Path(word).exists() else sorted(glob.glob(word, recursive=True))  # noqa: PTH207 - may be absolute
        if not matches and any(mark in word for mark in "*?[") and not Path(word).exists():
            raise CiError(
                "glob-empty",
                msg("No file fits {pattern}.", pattern=word),
                hint=msg("Check the folder and the ending."),
                exit_code=ExitCode.DECIDE,
            )
        for match in matches or [word]:
            found[Path(match)] = None
    return list(found)


def import_files(
    session: Session, paths: list[Path], options: Any, rejects: Path | None = None,
    talk: Conversation | None = None,
) -> Any:  # fmt: skip
    """Import ``paths`` into the session's store and show the accounting.

    ``talk`` asks a person what the files leave open, before the transaction and after it.

    The first import into a place without a store creates the store; if it fails, or is a dry
    run, no store is left behind.
    """
    from ci_cli.cli.imports.withdrawals import withdrawn_writer
    from ci_cli.importing.load import run_import
    from ci_cli.output.messages import progress
    from ci_cli.output.rejects import rejects_writer
    from ci_cli.store import engine

    is_new = not session.db.exists() and _create(session)
    try:
        with session.store(write=True) as conn:
            if talk is not None:
                talk.settle(conn)
            while True:
                try:
                    with progress(
                        msg("Importing"), enabled=not session.quiet, no_color=session.no_color
                    ) as advance:
                        result = run_import(
                            conn, paths, options if talk is None else talk.options,
                            imported_by=session.user, at=session.now, keep=not session.dry_run,
                            advance=advance, own=None if talk is None else talk.own,
                            write_rejects=(
                                (lambda _files, _batch: None)
                                if session.dry_run
                                else rejects_writer(rejects, session.db)
                            ),
                            write_withdrawn=withdrawn_writer(session, paths),
                        )  # fmt: skip
                    break
                except CiError as error:
                    if talk is None:
                        raise
                    talk.answer(error)
            if talk is not None and not session.dry_run:
                talk.remember(conn)
            unscanned = 0 if session.dry_run else _unscanned(conn, result)
    except BaseException:
        if is_new:
            engine.discard_unused(session.db, session.holder)
        raise
    if is_new and session.dry_run:
        engine.discard_unused(session.db, session.holder)
    if is_new and not session.dry_run:
        with session.store() as conn:
            settings = {key: engine.meta(conn, key) for key in ("currency", "zone")}
        session.say(
            Note(
                msg(
                    "Created the store {path}: currency {currency}, time zone {zone} (ci-cli init"
                    " chooses others).",
                    path=str(session.db),
                    **settings,
                )
            )
        )
    _report(session, result, talk)
    if unscanned:
        session.say(
            Note(msg("Records that wait for a scan for duplicates: {n} (ci-cli dedupe scan).",
                     n=unscanned))
        )  # fmt: skip
    if talk is not None:
        talk.close()
    return result


def _unscanned(conn: Any, result: Any) -> int:
    """Return how many records are new since the last scan; 0 where nobody scans this store."""
    from ci_cli.store import scans

    last = scans.last(conn) if result.counts.created or result.counts.updated else None
    return 0 if last is None else scans.new_since(conn, last)


def _create(session: Session) -> bool:
    """Create the session's store; False if another import was faster."""
    from ci_cli.cli.top_commands import checked_zone
    from ci_cli.store import engine

    try:
        # the import itself says in which currency amounts without one are
        engine.create(session.db, currency="", zone=checked_zone(""), holder=session.holder).close()
    except CiError as error:
        if error.code != "store-exists":
            raise
        return False
    return True


def _exit_code(result: Any, fail_on: str | None) -> int:
    counts = result.counts
    if fail_on == "conflict" and counts.conflict:
        return ExitCode.CHECK_FIRED
    return ExitCode.PARTIAL if counts.rejected or counts.conflict else ExitCode.DONE


def _report(session: Session, result: Any, talk: Conversation | None) -> None:
    from ci_cli.cli.imports import withdrawals

    rows = [(f.file.name, f.sheet, f.kind, *f.counts.as_tuple()) for f in result.files]
    has_sheets = any(f.sheet for f in result.files)
    columns = (
        Column("file", msg("file")),
        *((Column("sheet", msg("sheet")),) if has_sheets else ()),
        Column("kind", msg("kind"), "state"),
        *count_columns(),
    )
    if not has_sheets:
        rows = [(row[0], *row[2:]) for row in rows]
    label = ("", "") if has_sheets else ("",)
    total = ("", *label, *result.counts.as_tuple()) if len(rows) > 1 else None
    table = Table("files", columns, rows, total=total)
    title = (
        msg("Dry run: nothing was kept")
        if session.dry_run
        else msg("Import {id}", id=result.batch_id)
    )
    meta = {
        "import": result.batch_id, "dry_run": session.dry_run, "linked": result.linked,
        "waiting": result.waiting, "rejects_file": result.rejects_file,
    }  # fmt: skip
    tables, notes = [table], _closing_notes(result)
    if result.withdrawn is not None:
        withdrawals.add_to(session, result.withdrawn, result.withdrawn_file, tables, notes, meta)
    if not session.quiet:
        _say_decisions(session, result, talk)
    session.show(Report("import", title, tables, meta, notes))


def _say_decisions(session: Session, result: Any, talk: Conversation | None) -> None:
    """Print every decision with its reason: nothing about a file is taken for granted silently."""
    for file in result.files:
        if talk is not None and talk.shows(file.file, file.sheet):
            continue  # a person has seen them before agreeing
        where = f"{file.file.name} [{file.sheet}]" if file.sheet else file.file.name
        session.say(Note(msg("{file}: {kind} ({why})", file=where, kind=file.kind,
                             why=file.kind_reason or "--as")))  # fmt: skip
        for header, name, reason in file.decisions:
            if name is not None:
                session.say(
                    Note(msg("  {header} -> {name}: {why}", header=header, name=name, why=reason))
                )
        if file.kept:
            session.say(Note(msg("  kept as they are: {list}", list=listed(file.kept))))
        session.say(*(Note(msg("  {note}", note=note.text), note.level) for note in file.notes))
    if talk is None or not talk.has_shown:
        session.say(*result.skipped)


def _closing_notes(result: Any) -> list[Note]:
    from ci_cli.output.messages import place_text

    notes = []
    rejects = [reject for file in result.files for reject in file.rejects]
    notes += [
        Note(
            msg("{place}: {why}; {fix}", place=place_text(reject.where), why=reject.reason,
                fix=reject.fix),
            "warning",
        )
        for reject in rejects[:SHOWN_REJECTS]
    ]  # fmt: skip
    if len(rejects) > SHOWN_REJECTS:
        notes.append(Note(msg("… and {n} more", n=len(rejects) - SHOWN_REJECTS), "warning"))
    if result.rejects_file:
        notes.append(
            Note(msg("Not imported: {file}. Correct it and import it.", file=result.rejects_file))
        )
    if result.linked:
        notes.append(
            Note(msg("Names linked to known customers: {n} (ci-cli import link --all).",
                     n=result.linked))
        )  # fmt: skip
    if result.waiting:
        notes.append(
            Note(msg("Names that fit several customers wait: {n} (ci-cli import link).",
                     n=result.waiting), "warning")
        )  # fmt: skip
    return notes
