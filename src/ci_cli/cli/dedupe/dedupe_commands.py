"""``ci-cli dedupe merge|split|history|prefer``: bring customers together, part them again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ci_cli.cli.imports.import_journal_commands import at_home
from ci_cli.cli.options import Session, command
from ci_cli.report import Column, Note, Report, Table
from ci_cli.text import _, msg

if TYPE_CHECKING:
    from ci_cli.dedupe.merge import Outcome
    from ci_cli.shapes.trade import MergeInfo

_SHOWN_OTHERS = 8  # customers named in one cell of the history


def register(app: typer.Typer) -> None:
    """Add the commands of the group."""

    @command(
        app, "merge", shares=("show", "write"),
        example="ci-cli dedupe merge ERNSH PICCO --keep ERNSH --dry-run",
        help=_("Make one customer of several; each number goes on to work, split takes it back."),
    )  # fmt: skip
    def merge(
        session: Session,
        customers: Annotated[
            list[str],
            typer.Argument(
                metavar="CUSTOMER ...", help=_("C numbers, ids of the sources, or names.")
            ),
        ],
        keep: Annotated[
            str | None,
            typer.Option(
                "--keep", metavar="CUSTOMER", help=_("Which of them is kept; else the first.")
            ),
        ] = None,
        note: Annotated[
            str | None, typer.Option("--note", metavar="TEXT", help=_("Why, for the history."))
        ] = None,
    ) -> None:
        _merge(session, customers, keep, note)

    @command(
        app, "split", shares=("show", "write"), example="ci-cli dedupe split 1",
        help=_("Take a merge back exactly, or let single records leave a customer."),
    )  # fmt: skip
    def split(
        session: Session,
        what: Annotated[
            str | None,
            typer.Argument(
                metavar="MERGE|CUSTOMER",
                help=_("Number of a merge, a customer that was merged away, or a merged one."),
            ),
        ] = None,
        record: Annotated[
            list[int] | None,
            typer.Option(
                "--record", min=1, max=2**62,
                help=_("A record that leaves the customer; may be repeated, they leave together."),
            ),
        ] = None,
        run: Annotated[
            int | None,
            typer.Option(
                "--run", min=1, max=2**62,
                help=_("Take back all that one command merged; see dedupe history."),
            ),
        ] = None,
        leave_open: Annotated[
            bool,
            typer.Option("--open", help=_("A scan may propose them again.")),
        ] = False,
        note: Annotated[
            str | None, typer.Option("--note", metavar="TEXT", help=_("Why, for the history."))
        ] = None,
    ) -> None:  # fmt: skip
        _split(session, what, record or [], run, note, leave_open=leave_open)

    @command(
        app, "history", shares=("show",), example="ci-cli dedupe history",
        help=_("What was merged and split, by whom; of one customer also what was decided."),
    )  # fmt: skip
    def history(
        session: Session,
        customer: Annotated[
            str | None, typer.Argument(help=_("C number, the source's own id, or a name."))
        ] = None,
        top: Annotated[
            int | None, typer.Option("--top", min=1, help=_("How many to list."))
        ] = None,
    ) -> None:
        _history(session, customer, top)

    @command(
        app, "prefer", shares=("show", "write"), example="ci-cli dedupe prefer default",
        help=_("Whose word counts first where records of one customer disagree; alone: list it."),
    )  # fmt: skip
    def prefer(
        session: Session,
        sources: Annotated[
            list[str] | None,
            typer.Argument(metavar="SOURCE ...", help=_("Sources, the most trusted first.")),
        ] = None,
    ) -> None:
        _prefer(session, sources or [])


def _merge(session: Session, words: list[str], keep: str | None, note: str | None) -> None:
    from ci_cli.dedupe import merge as merging
    from ci_cli.shapes.trade import Author
    from ci_cli.store import engine

    with session.store(write=True) as conn, engine.transaction(conn, keep=not session.dry_run):
        done = merging.merge(conn, words, Author(session.user, session.now, note), keep=keep)
    kept = done.parts[0].customer_id
    if done.number is None:
        said = msg("They are one customer already, C{id}; nothing was changed.", id=kept)
        session.show(_report("dedupe-merge", done))
        session.say(Note(said))
        return
    session.show(_report("dedupe-merge", done))
    session.say(
        Note(msg("Merged into C{id}; customers: {n}.", id=kept, n=len(done.parts))),
        *_dry(session, msg("To take it back: ci-cli dedupe split {number}", number=done.number)),
    )


def _split(
    session: Session, what: str | None, records: list[int], run: int | None, note: str | None,
    *, leave_open: bool,
) -> None:  # fmt: skip
    from ci_cli.dedupe import merge as merging
    from ci_cli.shapes.trade import Author
    from ci_cli.store import engine

    with session.store(write=True) as conn, engine.transaction(conn, keep=not session.dry_run):
        done = merging.split(
            conn, what, Author(session.user, session.now, note), records=records, run=run,
            decide=not leave_open,
        )  # fmt: skip
    session.show(_report("dedupe-split", done))
    kept_apart = (
        msg("A scan may propose them again.")
        if leave_open
        else msg("They are kept apart: no scan proposes them again.")
    )
    session.say(Note(msg("Customers now: {n}.", n=len(done.parts))), *_dry(session, kept_apart))


def _dry(session: Session, otherwise: object) -> list[Note]:
    said = msg("Dry run: nothing was kept.") if session.dry_run else otherwise
    return [Note(said)]  # type: ignore[arg-type]


def _report(key: str, done: Outcome) -> Report:
    columns = (
        Column("customer", msg("customer"), "id"),
        Column("name", msg("name")),
        Column("records", msg("records"), "int"),
        Column("what", msg("what"), "state"),
    )
    rows = [(f"C{part.customer_id}", part.name, part.records, part.role) for part in done.parts]
    title = msg("Merged customers") if key == "dedupe-merge" else msg("Customers after the split")
    return Report(key, title, [Table("customers", columns, rows)], {"number": done.number})


def _history(session: Session, customer: str | None, top: int | None) -> None:
    from ci_cli.store import customers, engine, merge_history

    with session.store() as conn, engine.snapshot(conn):
        zone = engine.meta(conn, "zone")
        living = None if customer is None else customers.find(conn, customer)
        found = merge_history.events(conn, customer_id=living, limit=top)
        decided = [] if living is None else merge_history.decided(conn, living)
    columns = (
        Column("number", msg("number"), "int"),
        Column("run", msg("run"), "int"),
        Column("at", msg("at")),
        Column("what", msg("what"), "state"),
        Column("customer", msg("customer"), "id"),
        Column("others", msg("other customers")),
        Column("records", msg("records moved"), "int"),
        Column("state", msg("today"), "state"),
        Column("by", msg("by")),
        Column("how", msg("how"), "state"),
        Column("note", msg("note")),
    )
    tables = [
        Table(
            "merges",
            columns,
            [
                (e.number, e.run, at_home(e.at, zone), e.kind, f"C{e.customer_id}",
                 _codes(e.others), e.records, _state(e), e.by, e.how, e.note)
                for e in found
            ],
        )
    ]  # fmt: skip
    if decided:
        tables.append(
            Table(
                "decisions",
                (
                    Column("record_a", msg("record"), "int"), Column("name_a", msg("name there")),
                    Column("record_b", msg("other record"), "int"),
                    Column("name_b", msg("name of the other")),
                    Column("verdict", msg("decided"), "state"), Column("by", msg("by")),
                    Column("at", msg("at")), Column("note", msg("note")),
                    Column("withdrawn", msg("withdrawn")),
                ),
                [
                    (d.record_a, d.name_a, d.record_b, d.name_b, d.verdict, d.by,
                     at_home(d.at, zone), d.note, at_home(d.withdrawn_at, zone))
                    for d in decided
                ],
                title=msg("Decisions"),
            )
        )  # fmt: skip
    session.show(Report("dedupe-history", msg("Merges and splits"), tables))


def _codes(ids: list[int]) -> str:
    shown = ", ".join(f"C{number}" for number in ids[:_SHOWN_OTHERS])
    return shown + (", …" if len(ids) > _SHOWN_OTHERS else "")


def _state(event: MergeInfo) -> str | None:
    """Return how far a merge still holds: together, partly or apart."""
    if event.kind != "merge":
        return None
    if event.held == event.records:
        return "together"
    return "partly" if event.held else "apart"


def _prefer(session: Session, names: list[str]) -> None:
    from ci_cli.store import engine
    from ci_cli.store.writes import sources

    with session.store(write=bool(names)) as conn:
        if names:
            with engine.transaction(conn, keep=not session.dry_run):
                sources.prefer(conn, names)
                rows = sources.ranking(conn)
        else:
            rows = sources.ranking(conn)
    columns = (
        Column("source", msg("source")),
        Column("rank", msg("rank"), "int"),
        Column("records", msg("records"), "int"),
    )
    notes = [Note(msg("Of sources with the same rank, or none, the most recent word counts."))]
    table = Table("sources", columns, list(rows))
    session.show(Report("dedupe-prefer", msg("Whose word counts first"), [table], {}, notes))
    if names and session.dry_run:
        session.say(Note(msg("Dry run: nothing was kept.")))
