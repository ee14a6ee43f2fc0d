"""``ci-cli import history|show|undo|link``: what came in, why, and taking it back."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from ci_cli.cli.options import Session, command
from ci_cli.errors import CiError, ExitCode
from ci_cli.report import Column, Note, Report, Table, amounts_text
from ci_cli.text import _, msg, translate


def register(app: typer.Typer) -> None:
    """Add the commands of the group."""

    @command(
        app, "history", shares=("show",), example="ci-cli import history",
        help=_("List what was imported, edited and undone."),
    )  # fmt: skip
    def history(
        session: Session,
        top: Annotated[
            int | None, typer.Option("--top", min=1, help=_("How many to list."))
        ] = None,
    ) -> None:
        from ci_cli.store import engine, journal

        with session.store() as conn:
            rows = journal.history(conn, limit=top)
            zone = engine.meta(conn, "zone")
        columns = (
            Column("import", msg("import"), "int"),
            Column("at", msg("at")),
            Column("what", msg("what"), "state"),
            Column("files", msg("files")),
            Column("imported_by", msg("by")),
            *count_columns(),
            Column("withdrawn", msg("withdrawn"), "int"),
            Column("undone", msg("undone")),
        )
        table = Table(
            "imports",
            columns,
            [
                (r["id"], at_home(r["at"], zone), r["command"], r["files"], r["imported_by"],
                 *count_cells(r), r["withdrawn"], at_home(r["undone_at"], zone))
                for r in rows
            ],
        )  # fmt: skip
        session.show(Report("import-history", msg("Imports"), [table]))

    @command(
        app, "show", shares=("show",), example="ci-cli import show 1",
        help=_("Explain one import: its files, what each column was taken for, how rows ended."),
    )  # fmt: skip
    def show(
        session: Session,
        number: Annotated[
            int, typer.Argument(metavar="N", min=1, max=2**62, help=_("Number of the import."))
        ],
    ) -> None:
        _show(session, number)

    @command(
        app, "undo", shares=("write",), example="ci-cli import undo 1 --dry-run",
        help=_("Take an import back; what others have added to stays, and is named."),
    )  # fmt: skip
    def undo(
        session: Session,
        number: Annotated[
            int, typer.Argument(metavar="N", min=1, max=2**62, help=_("Number of the import."))
        ],
    ) -> None:
        _undo(session, number)

    @command(
        app, "link", shares=("show", "write"), example="ci-cli import link",
        help=_("Facts that name a customer without an id: what waits, and whom it means."),
    )  # fmt: skip
    def link(
        session: Session,
        stub: Annotated[
            str | None, typer.Argument(help=_("The waiting name, by its C number."))
        ] = None,
        customer: Annotated[
            str | None, typer.Argument(help=_("The customer that it means."))
        ] = None,
        all_: Annotated[bool, typer.Option("--all", help=_("List the links made."))] = False,
        undo: Annotated[bool, typer.Option("--undo", help=_("Take the link back."))] = False,
    ) -> None:
        _link(session, stub, customer, all_=all_, undo=undo)


def count_columns() -> tuple[Column, ...]:
    """Return the columns of the accounting: rows read and the five verdicts."""
    return (
        Column("read", msg("read"), "int"),
        Column("created", msg("created"), "int"),
        Column("updated", msg("updated"), "int"),
        Column("unchanged", msg("unchanged"), "int"),
        Column("conflict", msg("conflict"), "int"),
        Column("rejected", msg("rejected"), "int"),
    )


def count_cells(row: Any) -> tuple[int, ...]:
    """Return the accounting of a batch or file of the journal."""
    return tuple(
        row[name] for name in ("read", "created", "updated", "unchanged", "conflict", "rejected")
    )


def at_home(at: str | None, zone: str) -> str | None:
    """Return a moment of the journal as the clock of the store's zone shows it."""
    from datetime import datetime
    from zoneinfo import ZoneInfo

    if at is None:
        return None
    return datetime.fromisoformat(at).astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")


def _show(session: Session, number: int) -> None:
    from ci_cli.store import engine, journal

    with session.store() as conn:
        batch, files = journal.batch(conn, number)
        zone = engine.meta(conn, "zone")
    accounting = Table(
        "files",
        (
            Column("file", msg("file")), Column("sheet", msg("sheet")),
            Column("kind", msg("kind"), "state"), Column("encoding", msg("encoding")),
            Column("header_line", msg("header line"), "int"), *count_columns(),
        ),
        [
            (f["file"], f["sheet"], f["kind"], f["encoding"], f["header_line"], *count_cells(f))
            for f in files
        ],
    )  # fmt: skip
    mapping = Table(
        "columns",
        (
            Column("file", msg("file")), Column("header", msg("header")),
            Column("field", msg("field"), "state"),
        ),
        [
            (f["file"], header, name)
            for f in files
            for header, name in json.loads(f["mapping"] or "{}").items()
        ],
        title=msg("Columns"),
    )  # fmt: skip
    notes = [
        Note(
            msg("{command} at {at} by {who}, source {source}", command=batch["command"],
                at=at_home(batch["at"], zone), who=batch["imported_by"],
                source=batch["source"] or "default")
        )
    ]  # fmt: skip
    if batch["rejects_file"]:
        notes.append(Note(msg("Rows not imported: {file}", file=batch["rejects_file"])))
    told = json.loads(batch["options"] or "{}").get("complete")
    if told:
        notes += _complete_notes(told)
    if batch["undone_at"]:
        notes.append(Note(msg("Undone at {at}", at=at_home(batch["undone_at"], zone)), "warning"))
    session.show(
        Report("import-show", msg("Import {id}", id=number), [accounting, mapping], {}, notes)
    )


def _complete_notes(told: dict[str, Any]) -> list[Note]:
    notes = [
        Note(
            msg(
                "Declared complete for {first} to {last}, sources {list}; withdrawn orders:"
                " {orders}, lines: {lines}, {money}.",
                first=told["first"], last=told["last"], list=", ".join(told["sources"]),
                orders=told["orders"], lines=told["lines"], money=amounts_text(told["money"]),
            )
        )
    ]  # fmt: skip
    if told["file"]:
        notes.append(Note(msg("Rows withdrawn: {file}", file=told["file"])))
    return notes


def _undo(session: Session, number: int) -> None:
    from ci_cli.store import engine
    from ci_cli.store.writes import undo as undoing

    with session.store(write=True) as conn, engine.transaction(conn, keep=not session.dry_run):
        result = undoing.undo(conn, number, session.now)
    removed = translate(msg(", ")).join(
        translate(msg("{what}: {n}", what=undoing.NAMES[name], n=n))
        for name, n in result.removed.items()
        if n
    )
    session.say(
        Note(
            msg("Undone: import {id}. Removed {what}; restored: {restored}; kept: {kept}.",
                id=number, what=removed or "-", restored=result.restored, kept=len(result.kept))
        ),
        *(
            Note(msg("{what} that other imports still name, without a description now: {n}",
                     what=undoing.NAMES[name], n=n))
            for name, n in result.waiting.items()
            if n
        ),
        *(Note(msg("kept: {what}", what=what), "warning") for what in result.kept[:20]),
        *(
            [Note(msg("… and {n} more", n=len(result.kept) - 20), "warning")]
            if len(result.kept) > 20
            else []
        ),
        *(
            [
                Note(
                    msg("Later imports found rows of it unchanged: {list}. Import their files"
                        " again to have those rows back.",
                        list=", ".join(map(str, result.repeated))),
                    "warning",
                )
            ]
            if result.repeated
            else []
        ),
        *_dry(session),
    )  # fmt: skip


def _dry(session: Session) -> list[Note]:
    return [Note(msg("Dry run: nothing was kept."))] if session.dry_run else []


def _link(
    session: Session, stub: str | None, customer: str | None, *, all_: bool, undo: bool
) -> None:
    from ci_cli.store import customers, engine, journal
    from ci_cli.store.writes import links

    with session.store(write=True) as conn:
        if stub is not None:
            record_id = _number(stub)
            with engine.transaction(conn, keep=not session.dry_run):
                if undo:
                    links.unlink(conn, record_id, session.now)
                    said = msg("C{id} is no longer linked.", id=record_id)
                elif customer is not None:
                    meant = customers.find(conn, customer)
                    links.link_by_hand(conn, record_id, meant, session.now)
                    said = msg("C{id} now means C{meant}.", id=record_id, meant=meant)
                else:
                    raise CiError(
                        "link-incomplete",
                        msg("It is not said whom C{id} means.", id=record_id),
                        hint=msg("Name the customer too, or take the link back with --undo."),
                        exit_code=ExitCode.DECIDE,
                    )
            session.say(Note(said), *_dry(session))
        made: list[tuple[Any, ...]]
        columns: tuple[str, ...]
        if all_:
            made = [
                (f"C{r['record_id']}", r["record_name"], r["source"], f"C{r['customer_id']}",
                 r["customer_name"], r["how"], r["evidence"])
                for r in journal.links(conn)
            ]  # fmt: skip
            columns = ("stub", "name", "source", "customer", "customer name", "how", "evidence")
        else:
            made = [
                (f"C{w.record_id}", w.name, w.source, w.orders, w.entries,
                 ", ".join(f"C{i} {name}" for i, name in w.candidates))
                for w in links.waiting(conn)
            ]  # fmt: skip
            columns = ("stub", "name", "source", "orders", "entries", "may be")
    labels = {
        "stub": msg("stub"), "name": msg("name"), "source": msg("source"),
        "customer": msg("customer"), "customer name": msg("customer name"), "how": msg("how"),
        "evidence": msg("evidence"), "orders": msg("orders"), "entries": msg("entries"),
        "may be": msg("may be"),
    }  # fmt: skip
    table = Table(
        "links",
        tuple(Column(name.replace(" ", "_"), labels[name]) for name in columns),
        made,
    )
    title = msg("Links") if all_ else msg("Names that wait for a customer")
    session.show(Report("import-link", title, [table]))


def _number(text: str) -> int:
    digits = text.strip().lstrip("Cc")
    if not digits.isdecimal():
        raise CiError(
            "link-not-waiting",
            msg("{text} does not wait for a link.", text=text),
            hint=msg("`ci-cli import link` lists what waits."),
            exit_code=ExitCode.DECIDE,
        )
    return int(digits)
