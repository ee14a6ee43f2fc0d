"""``ci-cli tag rules``: check a rules file, try it out, apply it; what a rule may ask."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ci_cli.cli.options import Session, command
from ci_cli.cli.talks.typed_entries import after
from ci_cli.errors import CiError, ExitCode
from ci_cli.report import Column, Note, Report, Table
from ci_cli.text import _, msg

SHOWN = 50  # changes on the screen, where no number is given


def register(app: typer.Typer) -> None:
    """Add the commands of the group."""

    @command(
        app, "check", example="ci-cli tag rules check usual.toml",
        help=_("Say everything that is wrong with a rules file, with its lines."),
    )  # fmt: skip
    def check(
        session: Session, file: Annotated[Path, typer.Argument(help=_("A rules file (TOML)."))]
    ) -> None:
        from ci_cli.tags import apply as tagging
        from ci_cli.tags.catalogue import shipped

        rules = tagging.open_rules(file)
        if session.db.exists():
            with session.store() as conn:
                kinds = tagging.kinds(conn)
        else:
            kinds = dict(shipped())
        found = tagging.sound(rules, kinds)
        session.say(
            Note(msg("{file}: the rules {name} are sound. Rules: {n}.", file=file.name,
                     name=found.name, n=len(found.rules)))
        )  # fmt: skip

    @command(
        app, "apply", shares=("show", "write"),
        example="ci-cli tag rules apply usual.toml --dry-run",
        help=_("Let the rules of a file find tags; what they find no more lapses."),
    )  # fmt: skip
    def apply(
        session: Session,
        file: Annotated[Path, typer.Argument(help=_("A rules file (TOML)."))],
        on: Annotated[
            str | None,
            typer.Option("--on", metavar="DAY", help=_("The day to look from; else today.")),
        ] = None,
        top: Annotated[
            int | None, typer.Option("--top", min=1, help=_("How many changes to show."))
        ] = None,
    ) -> None:
        _apply(session, file, on, top)

    @command(
        app, "export", example="ci-cli tag rules export usual.toml",
        help=_("Write the rules that come with the program to a file, to begin with."),
    )  # fmt: skip
    def export(
        session: Session, file: Annotated[Path, typer.Argument(help=_("The file to write."))]
    ) -> None:
        from importlib import resources

        from ci_cli.output.atomic import write_atomic_text

        if file.exists():
            raise CiError(
                "rules-exist",
                msg("{path} already exists.", path=str(file)),
                hint=msg("Choose another name; nothing was written."),
                exit_code=ExitCode.DECIDE,
            )
        text = resources.files("ci_cli").joinpath("data/tag_rules.toml").read_text("utf-8")
        with write_atomic_text(file) as handle:
            handle.write(text)
        session.say(Note(msg("Wrote {path}.", path=str(file))))

    @command(
        app, "fields", shares=("show",), example="ci-cli tag rules fields",
        help=_("What a rule may ask: fields, operators, further keys."),
    )  # fmt: skip
    def fields(session: Session) -> None:
        from ci_cli.reports.talks import tags as report
        from ci_cli.tags.language import FIELDS, OWN_FIELD, operators_of

        rows = [
            (name, field.scope, " ".join(operators_of(name, field)), " ".join(field.options),
             " ".join(field.choices))
            for name, field in (*FIELDS.items(), ("field.NAME", OWN_FIELD))
        ]  # fmt: skip
        session.show(report.fields(rows))

    @command(
        app, "list", shares=("show",), example="ci-cli tag rules list",
        help=_("Which sets of rules were applied last, when, and how many tags stand by them."),
    )  # fmt: skip
    def list_(session: Session) -> None:
        from ci_cli.cli.imports.import_journal_commands import at_home
        from ci_cli.store import engine, tags

        with session.store() as conn:
            rows = tags.applied(conn)
            zone = engine.meta(conn, "zone")
        columns = (
            Column("rules", msg("rules")),
            Column("import", msg("import"), "int"),
            Column("spoken_for", msg("seen from"), "date"),
            Column("by", msg("by")),
            Column("at", msg("at")),
            Column("tags", msg("tags"), "int"),
        )
        table = [
            (name, batch, day, by, at_home(at, zone), n) for name, batch, day, by, at, n in rows
        ]
        session.show(Report("tag-rules", msg("Rules applied"), [Table("rules", columns, table)]))


def _apply(session: Session, file: Path, on: str | None, top: int | None) -> None:
    from ci_cli.analysis.spoken_days import spoken_day
    from ci_cli.reports.talks import tags as report
    from ci_cli.shapes.trade import Author
    from ci_cli.store import engine
    from ci_cli.store.sql import sparing
    from ci_cli.tags import apply as tagging

    rules = tagging.open_rules(file)
    day = session.today if on is None else spoken_day(on, session.today, ahead=False)
    limit = top if top is not None or session.out is not None else SHOWN
    with (
        session.store(write=True) as conn,
        sparing(conn),
        engine.transaction(conn, keep=not session.dry_run),
    ):
        outcome = tagging.apply_rules(
            conn, rules, Author(session.user, session.now), on=day, shown=limit
        )
    found, done = outcome.rules, outcome.applied
    total = done.gained + done.again + done.changed + done.lapsed
    session.show(report.changes(outcome.changes, found.name, total))
    session.say(
        Note(
            msg("Rules {name}, {n} of them, seen from {day}. Tags gained: {gained}, back again:"
                " {again}, changed: {changed}, lapsed: {lapsed}, unchanged: {unchanged}, of these"
                " kept away by a person: {away}.",
                name=found.name, n=len(found.rules), day=day.isoformat(), gained=done.gained,
                again=done.again, changed=done.changed, lapsed=done.lapsed,
                unchanged=done.unchanged, away=done.kept_away)
        ),
        *after(session, done.batch_id, changed=total > 0),
    )  # fmt: skip
