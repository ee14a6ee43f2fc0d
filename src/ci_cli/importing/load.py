"""Import files into the store: one transaction, every row with exactly one verdict.

For each table: plan (first pass), convert (second pass), stage, compare, write. When all files
are in, facts that name a customer without an id are linked, and the books are closed; a dry run
takes the very same path and rolls back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from ci_cli.errors import CiError, ExitCode
from ci_cli.importing import corrected
from ci_cli.importing.conflicts import read_conflicts
from ci_cli.importing.convert import Converted
from ci_cli.importing.corrected import CorrectedImport, WithdrawnWriter
from ci_cli.importing.entity_rows import EntityBuilder, category_rows, product_rows
from ci_cli.importing.layout.unpivot import place_of_cell
from ci_cli.importing.load_facts import load_facts
from ci_cli.importing.load_orders import load_orders
from ci_cli.importing.mapping.columns import ColumnChoice
from ci_cli.importing.model import (
    DEFAULT_SOURCE,
    FileResult,
    ImportOptions,
    ImportResult,
    OwnOptions,
    Progress,
    RejectsWriter,
)
from ci_cli.importing.plan import TablePlan
from ci_cli.importing.planning import plan_tables
from ci_cli.importing.steps import Context, counted
from ci_cli.readers.base import CELL, MAIL_FORMATS
from ci_cli.report import Note
from ci_cli.shapes.trade import VERDICTS, Counts
from ci_cli.store import engine, purposes
from ci_cli.store.engine import Connection
from ci_cli.store.kept import refresh as kept
from ci_cli.store.writes import batches, links, lists, mentions, records
from ci_cli.store.writes.batches import FileEntry
from ci_cli.store.writes.lists import Outcome, Verdicts
from ci_cli.store.writes.upsert import Target
from ci_cli.text import Msg, msg


def run_import(
    conn: Connection,
    paths: Sequence[Path],
    options: ImportOptions,
    *,
    imported_by: str,
    at: str,
    keep: bool = True,
    advance: Progress = lambda _done, _more: None,
    write_rejects: RejectsWriter = lambda _files, _batch: None,
    write_withdrawn: WithdrawnWriter = lambda _found: None,
    own: OwnOptions | None = None,
) -> ImportResult:
    """Import ``paths`` in one transaction.

    Args:
        conn: a store opened for writing.
        paths: the files; those that join may come in any order.
        options: what the user decided.
        imported_by: who runs the import (not the author of what is imported).
        at: time of the import, ISO.
        keep: False for a dry run.
        advance: told after each step how many rows were done, and how many more are known of.
        write_rejects: saves what did not go in, before the transaction is committed.
        write_withdrawn: likewise what a complete export takes out.
        own: what the user decided for one file or sheet alone, in the place of ``options``.

    Raises:
        CiError: anything that stops the import; the store is then as it was before.
    """
    with engine.transaction(conn, keep=keep):
        batch_id = batches.open_batch(
            conn,
            command="import",
            source=options.source,
            imported_by=imported_by,
            at=at,
            options={"on_match": options.on_match, "files": [str(path) for path in paths]},
        )
        if options.purposes:
            purposes.say(conn, options.purposes, by=imported_by, at=at)
        result = ImportResult(batch_id)
        whole = corrected.start(conn, batch_id, options)
        for path in paths:
            _import_file(conn, path, options, result, at, advance, whole, own)
        if not result.files:
            raise CiError(
                "nothing-to-import",
                msg("None of the sheets holds anything that can be imported."),
                hint=msg("Say what a sheet is with --sheet NAME --as KIND."),
                exit_code=ExitCode.DECIDE,
                details=tuple(note.text for note in result.skipped),
            )
        if not engine.meta(conn, "currency"):
            engine.set_meta(conn, "currency", _currency_of_new_store(result, options))
        if whole is not None:
            whole.finish(options, result, keep=keep, write=write_withdrawn)
        if result.counts.conflict:
            records.forget_unused(conn, batch_id)
        records.refresh_stubs_of(conn, batch_id)
        result.linked, result.waiting = links.link_waiting(conn, batch_id, at)
        if any(file.kind in ("interactions", "contacts", "customers") for file in result.files):
            mentions.attach_contacts(conn)
        _refuse_rejects(result, options)
        if any(file.rejects for file in result.files):
            result.rejects_file = write_rejects(result.files, batch_id)
        batches.close_batch(conn, batch_id, result.counts, result.rejects_file)
        if keep:
            kept.after_import(conn)
    return result


def _currency_of_new_store(result: ImportResult, options: ImportOptions) -> str:
    """Return what an amount without a currency means in a store that this import creates."""
    if options.currency:
        return options.currency
    headers = "".join(
        name for file in result.files for name, field, _why in file.decisions if field
    )
    return "CNY" if any("一" <= char <= "鿿" for char in headers) else options.usual_currency


def _import_file(
    conn: Connection, path: Path, options: ImportOptions, result: ImportResult, at: str,
    advance: Progress, whole: CorrectedImport | None, own: OwnOptions | None,
) -> None:  # fmt: skip
    for found in plan_tables(conn, path, options, result.skipped, own, from_sample=True):
        context = Context(
            conn, found.options, result.batch_id, found.source or DEFAULT_SOURCE, at, advance,
            found.saved, whole,
        )  # fmt: skip
        advance(0, found.plan.rows)
        try:
            result.files.append(_import_table(context, found.plan))
        except CiError as error:
            # what a sample suggested and the whole contradicts is asked like what it showed at once
            error.headings = error.headings or found.headings()
            raise


def _import_table(context: Context, plan: TablePlan) -> FileResult:
    conn, table = context.conn, plan.table
    kind = plan.columns.kind
    file_id = batches.add_file(
        conn,
        context.batch_id,
        FileEntry(
            str(table.file), table.sheet, table.sha256, kind, table.format, table.encoding,
            table.delimiter, plan.header_line,
            {c.header: c.field for c in plan.columns.columns if c.field is not None},
        ),
    )  # fmt: skip
    found = LOADERS[kind](context, plan, file_id)
    notes = [*table.notes, *plan.all_notes]
    rejects = plan.converter.rejects
    notes += _left_out(plan)
    counts = Counts(read=plan.converter.read)
    for verdict in VERDICTS:
        setattr(counts, verdict, found.verdicts.get(verdict, 0))
    counts.rejected += sum(1 for reject in rejects if not reject.is_conflict)
    counts.conflict += sum(1 for reject in rejects if reject.is_conflict)
    batches.close_file(conn, file_id, counts)
    rejects += read_conflicts(plan, found.conflicts)
    if table.cells or table.shares_lines:
        batches.name_lines(conn, file_id, CELL)
        rejects = [replace(reject, where=place_of_cell(table, reject.where)) for reject in rejects]
    rejects.sort(key=lambda reject: reject.where.line or 0)
    return FileResult(
        file=table.file,
        sheet=table.sheet,
        kind=kind,
        kind_reason=plan.columns.kind_reason,
        source=context.source,
        header=plan.header,
        # the columns of a mail are ours: there is nothing to decide, and nobody to tell
        decisions=[
            (c.header, c.field, _reason(context, plan, c))
            for c in plan.columns.columns
            if table.format not in MAIL_FORMATS
        ],
        kept=[name for at in plan.converter.extras if (name := plan.header[at])],
        counts=counts,
        notes=notes,
        rejects=rejects,
    )


def _left_out(plan: TablePlan) -> list[Note]:
    """Say which rows were no data, and how many rows name no customer."""
    found = []
    if plan.converter.summaries:
        line, word = plan.converter.summaries[0]
        found.append(
            Note(
                msg(
                    "Summary rows left out: {n} (the first: {word}, line {line}).",
                    n=len(plan.converter.summaries), word=word, line=line,
                )
            )
        )  # fmt: skip
    if plan.nameless:
        found.append(
            Note(
                msg(
                    "Rows that name no customer: {n}. They count in procat and stay outside rfm.",
                    n=plan.nameless,
                )
            )
        )
    return found


def _reason(context: Context, plan: TablePlan, choice: ColumnChoice) -> Msg:
    """Return why a column is what it is: how its values are read, or how its name was taken."""
    name = choice.field or ""
    if context.saved is not None and context.saved.fields.get(name) == choice.header:
        return msg("as the saved map {name} says", name=context.saved.name)
    return plan.decisions.get(name, choice.reason)


def _converted(context: Context, plan: TablePlan) -> Iterator[Converted]:
    return counted(context, plan, plan.converter.convert(plan.data()))


def _load_customers(context: Context, plan: TablePlan, file_id: int) -> Outcome:
    return _load_people(context, plan, file_id, describes=True)


def _load_contacts(context: Context, plan: TablePlan, file_id: int) -> Outcome:
    return _load_people(context, plan, file_id, describes=False)


def _load_people(context: Context, plan: TablePlan, file_id: int, *, describes: bool) -> Outcome:
    builder = EntityBuilder(context.source, frozenset(plan.converter.fields), describes=describes)
    for chunk in _converted(context, plan):
        builder.add(chunk, plan.converter)
    how = {
        "batch_id": context.batch_id, "file_id": file_id, "on_match": context.options.on_match,
        "at": context.at,
    }  # fmt: skip
    people = lists.load_contacts(context.conn, builder.contacts, builder.mentions, **how)  # type: ignore[arg-type]
    described: Verdicts = {}
    if describes:
        described = lists.load_customers(context.conn, builder.records, builder.mentions, **how)  # type: ignore[arg-type]
    return lists.outcome(
        {line: _joint(described.get(line), people.get(line)) for line in builder.keys}
    )


def _joint(record: str | None, person: str | None) -> str:
    """Return the verdict of a row that speaks of a customer and of a person there."""
    both = {record, person} - {None}
    if "conflict" in both:
        return "conflict"
    if record is not None:
        changed = record == "unchanged" and person in ("created", "updated")
        return "updated" if changed else record
    return person or "unchanged"


def _load_products(context: Context, plan: TablePlan, file_id: int) -> Outcome:
    rows = product_rows(_converted(context, plan), plan.converter, context.source)
    return _load_list(context, lists.PRODUCT, rows, file_id)


def _load_categories(context: Context, plan: TablePlan, file_id: int) -> Outcome:
    rows = category_rows(_converted(context, plan), plan.converter, context.source)
    return _load_list(context, lists.CATEGORY, rows, file_id)


def _load_list(
    context: Context, target: Target, rows: list[tuple[object, ...]], file_id: int
) -> Outcome:
    found = lists.load_list(
        context.conn, target, rows, batch_id=context.batch_id, file_id=file_id,
        on_match=context.options.on_match,
    )  # fmt: skip
    return lists.outcome(found)


# a new kind of file is one function and one line here
LOADERS: dict[str, Callable[[Context, TablePlan, int], Outcome]] = {
    "customers": _load_customers,
    "contacts": _load_contacts,
    "products": _load_products,
    "categories": _load_categories,
    "orders": load_orders,
    "interactions": load_facts,
    "contracts": load_facts,
    "opportunities": load_facts,
    "usage": load_facts,
    "feedback": load_facts,
    "attitudes": load_facts,
    "roi": load_facts,
}


def _refuse_rejects(result: ImportResult, options: ImportOptions) -> None:
    """With ``--strict`` one bad row stops everything."""
    if not options.strict:
        return
    for file in result.files:
        if file.rejects:
            first = file.rejects[0]
            raise CiError(
                "row-rejected",
                first.reason,
                hint=first.fix,
                where=first.where,
                details=(
                    msg("Rows rejected or in conflict: {n}. With --strict none is imported.",
                        n=sum(len(f.rejects) for f in result.files)),
                ),
            )  # fmt: skip
