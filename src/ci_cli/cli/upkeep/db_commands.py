"""``ci-cli db``: figures about the store, backup, restore, checks."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ci_cli.cli.options import Session, command, is_interactive
from ci_cli.errors import CiError, ExitCode
from ci_cli.report import Column, Note, Report, Table
from ci_cli.text import Msg, _, msg


def register(app: typer.Typer) -> None:
    """Add the commands of the group."""

    @command(
        app, "stats", shares=("show",), example="ci-cli db stats",
        help=_("What the store holds, by family of data and by source."),
    )  # fmt: skip
    def stats(session: Session) -> None:
        from ci_cli.store import engine, statistics

        with session.store() as conn, engine.snapshot(conn):
            families = statistics.families(conn)
            sources = statistics.sources(conn)
            revenue = statistics.revenue(conn)
            settings = {key: engine.meta(conn, key) for key in ("currency", "zone")}
        rows = [(family, thing, count) for family, thing, count in families]
        tables = [
            Table(
                "families",
                (
                    Column("family", msg("family"), "state"),
                    Column("what", msg("what"), "state"),
                    Column("rows", msg("rows"), "int"),
                ),
                rows,
            ),
            Table(
                "sources",
                (
                    Column("source", msg("source")),
                    Column("records", msg("records"), "int"),
                    Column("orders", msg("orders"), "int"),
                    Column("first_order", msg("first order"), "date"),
                    Column("last_order", msg("last order"), "date"),
                ),
                [tuple(row) for row in sources],
                title=msg("Sources"),
            ),
        ]
        if revenue:
            tables.append(
                Table(
                    "revenue",
                    (
                        Column("currency", msg("currency"), "id"),
                        Column("first", msg("from"), "date"),
                        Column("last", msg("to"), "date"),
                        Column("lines", msg("lines"), "int"),
                        Column("sales", msg("sales"), "money"),
                        Column("returns", msg("returns"), "money"),
                        Column("revenue", msg("revenue"), "money"),
                        Column("without_customer", msg("without a customer"), "money"),
                    ),
                    [tuple(row) for row in revenue],
                    title=msg("Revenue"),
                )
            )
        size = session.db.stat().st_size
        notes = [
            Note(
                msg(
                    "{path}: {mib} MiB, currency {currency}, time zone {zone}.",
                    path=str(session.db), mib=f"{size / 2**20:.1f}", **settings,
                )
            ),
        ]  # fmt: skip
        meta = {"store": str(session.db), "bytes": size, **settings}
        session.show(Report("db-stats", msg("The store"), tables, meta, notes))

    @command(
        app, "backup", example="ci-cli db backup ci-backup.db --verify",
        help=_("Write a consistent copy, readable by you alone; it never replaces a file."),
    )  # fmt: skip
    def backup(
        session: Session,
        target: Annotated[Path | None, typer.Argument(help=_("Where; else beside it."))] = None,
        verify: Annotated[
            bool, typer.Option("--verify", help=_("Open the copy and compare it with the store."))
        ] = False,
    ) -> None:
        from ci_cli.store import backup as backups

        stamp = session.now[:19].replace(":", "").replace("-", "")
        target = target or session.db.with_name(f"{session.db.stem}-{stamp}.backup.db")
        with session.store() as conn:
            backups.backup(conn, target)
            rows = sum(backups.verify(conn, target).values()) if verify else None
        session.say(Note(msg("Backup: {path}", path=str(target))))
        if rows is not None:
            sound = msg("Verified: the copy is sound and has the same rows ({n}).", n=rows)
            session.say(Note(sound))

    @command(
        app, "restore", shares=("write",), example="ci-cli db restore ci-backup.db --yes",
        help=_("Put a backup in the place of the store; the former store is kept beside it."),
    )  # fmt: skip
    def restore(
        session: Session,
        source: Annotated[Path, typer.Argument(help=_("A backup made by `ci-cli db backup`."))],
    ) -> None:
        from ci_cli.store import backup as backups

        if not source.exists():
            raise CiError(
                "backup-missing",
                msg("There is no backup at {path}.", path=str(source)),
                hint=msg("Check the path."),
            )
        if session.db.exists() and not session.yes:
            confirm(
                session,
                msg("Put {backup} in the place of {store}?", backup=str(source),
                    store=str(session.db)),
            )  # fmt: skip
        if session.dry_run:
            session.say(Note(msg("Dry run: nothing was kept.")))
            return
        former = backups.restore(source, session.db, session.holder)
        session.say(Note(msg("Restored {path}.", path=str(session.db))))
        if former is not None:
            session.say(Note(msg("The former store is now {path}.", path=str(former))))

    @command(
        app, "check", example="ci-cli db check",
        help=_(
            "Check the store: structure, references, the books of every import, and whether a value"
            " was altered from outside."
        ),
    )  # fmt: skip
    def check(session: Session) -> int:
        from ci_cli.store import backup as backups

        with session.store() as conn:
            problems = backups.check(conn)
        if problems:
            raise backups.damaged(problems)
        session.say(Note(msg("The store is sound.")))
        return ExitCode.DONE


def confirm(session: Session, question: Msg) -> None:
    """Ask before something that cannot be taken back; where nobody can be asked, stop.

    Raises:
        CiError: the answer is no, or there is nobody to ask.
    """
    from ci_cli.text import translate

    if not is_interactive(session):
        raise CiError(
            "needs-yes",
            question,
            hint=msg("Nobody can be asked here: repeat the command with --yes."),
            exit_code=ExitCode.DECIDE,
        )
    if not typer.confirm(translate(question), err=True):
        raise CiError("declined", msg("Nothing was changed."), exit_code=ExitCode.DECIDE)
