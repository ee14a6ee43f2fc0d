"""``ci-cli db fields``: the register of everything that is stored about customers."""

from __future__ import annotations

from typing import Annotated

import typer

from ci_cli.cli.options import Session, command
from ci_cli.report import Note
from ci_cli.text import _, msg


def register(app: typer.Typer) -> None:
    """Add the command to the group of the store."""

    @command(
        app, "fields", shares=("show", "write"), example="ci-cli db fields --unused 180d",
        help=_("Every stored field: how full, last changed and exported, which reports use it."),
    )  # fmt: skip
    def fields(
        session: Session,
        unused: Annotated[
            str | None,
            typer.Option(
                "--unused", metavar="180d|DAY",
                help=_("Only those that no report uses and nobody filled or exported since."),
            ),
        ] = None,
        purpose: Annotated[
            tuple[str, str] | None,
            typer.Option(
                "--purpose", metavar="FIELD WORDS",
                help=_("Say what a field of your own is for; columns about people are stored only"
                       " then. Empty words take it back."),
            ),
        ] = None,
    ) -> None:  # fmt: skip
        if purpose is not None:
            _say(session, *purpose)
            return
        import json
        from importlib.resources import files

        from ci_cli.analysis.spoken_days import earlier_day
        from ci_cli.importing.mapping.personal import describes_person
        from ci_cli.reports.upkeep import db_fields
        from ci_cli.store import engine, field_register, purposes

        since = None if unused is None else earlier_day(unused, session.today)
        # measured by tests/test_field_uses.py
        uses = json.loads((files("ci_cli") / "data" / "field_uses.json").read_text("utf-8"))
        with session.store() as conn, engine.snapshot(conn):
            found = field_register.fields(conn)
            said = purposes.read(conn)
        words = {
            one.name: said[key].words for one in found
            if one.is_own and (key := purposes.key_of(one.column)) in said
        }  # fmt: skip
        without = {
            one.name for one in found
            if one.is_own and one.name not in words and describes_person(one.column)
        }  # fmt: skip
        session.show(db_fields.build(found, uses, unused_since=since, said=words, without=without))


def _say(session: Session, field: str, words: str) -> None:
    """Keep what a field is for, or take it back."""
    from ci_cli.store import engine, field_register, purposes

    heading = field.strip().removeprefix("record.")
    if not heading:
        raise typer.BadParameter(_("--purpose needs the heading of a column."))
    with session.store(write=True) as conn, engine.transaction(conn, keep=not session.dry_run):
        purposes.say(conn, {heading: words}, by=session.user, at=session.now)
        held = [
            one for one in field_register.fields(conn)
            if one.is_own and purposes.key_of(one.column) == purposes.key_of(heading)
        ]  # fmt: skip
    if words.strip():
        session.say(
            Note(msg("{field} is stored from now on: {words}.", field=heading, words=words.strip()))
        )
    else:
        session.say(Note(msg("{field} is not stored any more.", field=heading)))
        for one in held:
            session.say(
                Note(msg("{field} still stands in {n} rows: they are left as they are.",
                         field=one.name, n=one.filled), "warning")
            )  # fmt: skip
    if session.dry_run:
        session.say(Note(msg("Dry run: nothing was kept.")))
