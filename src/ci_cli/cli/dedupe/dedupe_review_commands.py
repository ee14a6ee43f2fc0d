"""``ci-cli dedupe review|apply``: a person decides about pairs, at the terminal or in a sheet."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ci_cli.cli.options import Session, command, is_interactive
from ci_cli.errors import CiError, ExitCode
from ci_cli.text import _, msg, translate

if TYPE_CHECKING:
    from ci_cli.dedupe.review import Review


def register(app: typer.Typer) -> None:
    """Add the commands of the group."""

    @command(
        app, "review", shares=("show", "write"),
        example="ci-cli dedupe review -o pairs.csv",
        help=_("Decide about likely pairs, one at a time, or as a sheet to fill in (-o FILE)."),
    )  # fmt: skip
    def review(
        session: Session,
        threshold: Annotated[
            float | None,
            typer.Option("--threshold", metavar="P", help=_("Only pairs that are so likely.")),
        ] = None,
        likely: Annotated[
            bool,
            typer.Option(
                "--likely",
                help=_("The likeliest first; else those whose answer tells most."),
            ),
        ] = False,
        top: Annotated[
            int | None, typer.Option("--top", min=1, help=_("How many to list."))
        ] = None,
    ) -> None:
        if session.out is not None or session.format is not None:
            # all pairs are read from the likeliest down; a few should be those that tell most
            _sheet(session, threshold, top, likely=likely or top is None)
        else:
            _ask(session, threshold, top, likely=likely)

    @command(
        app, "apply", shares=("show", "write"), example="ci-cli dedupe apply pairs.csv --dry-run",
        help=_("Carry out the decisions of a sheet that dedupe review -o wrote."),
    )  # fmt: skip
    def apply(
        session: Session,
        file: Annotated[Path, typer.Argument(help=_("The sheet, filled in."))],
        older: Annotated[
            bool, typer.Option("--older", help=_("Take a sheet of an earlier scan, too."))
        ] = False,
        note: Annotated[
            str | None, typer.Option("--note", metavar="TEXT", help=_("Why, for the history."))
        ] = None,
    ) -> ExitCode:
        return _apply(session, file, note, older=older)


def _sheet(session: Session, threshold: float | None, top: int | None, *, likely: bool) -> None:
    from ci_cli.dedupe.outcome import require_scan
    from ci_cli.dedupe.review import pairs_for_sheet
    from ci_cli.reports.dedupe import dedupe_review
    from ci_cli.store import engine, scans

    with session.store() as conn, engine.snapshot(conn):
        number, pairs = pairs_for_sheet(conn, least=threshold, likely=likely, most=top)
        new = scans.new_since(conn, require_scan(conn))
    session.show(dedupe_review.sheet(pairs, number, new))


def _ask(session: Session, threshold: float | None, top: int | None, *, likely: bool) -> None:
    if session.yes:
        raise typer.BadParameter(
            _("--yes would merge every pair; `dedupe scan --auto` merges those that are certain.")
        )
    if session.quiet or not is_interactive(session):
        raise CiError(
            "review-needs-terminal",
            msg("Pairs are asked about at a terminal, and there is none here."),
            hint=msg("Write them to a file with `ci-cli dedupe review -o pairs.xlsx`, fill in the"
                     " column decision, then `ci-cli dedupe apply pairs.xlsx`."),
            exit_code=ExitCode.DECIDE,
        )  # fmt: skip
    from ci_cli.cli.dedupe.dedupe_conversation import converse
    from ci_cli.dedupe.outcome import require_scan
    from ci_cli.dedupe.review import Review
    from ci_cli.reports.dedupe.dedupe_words import new_since
    from ci_cli.shapes.trade import Author
    from ci_cli.store import scans

    with session.store(write=True) as conn:
        sitting: Review = Review(
            conn, Author(session.user, session.now), least=threshold, likely=likely,
            keep=not session.dry_run,
        )  # fmt: skip
        session.say(*new_since(scans.new_since(conn, require_scan(conn))))
        converse(session, sitting, most=top)


def _apply(session: Session, file: Path, note: str | None, *, older: bool) -> ExitCode:
    from ci_cli.dedupe.apply import apply_sheet
    from ci_cli.reports.dedupe import dedupe_review
    from ci_cli.shapes.trade import Author

    with session.store(write=True) as conn:
        done = apply_sheet(
            conn, file, Author(session.user, session.now, note), older=older,
            keep=not session.dry_run,
        )  # fmt: skip
    reasons = [translate(problem.why) for problem in done.problems]
    session.show(dedupe_review.applied(done, reasons, dry_run=session.dry_run))
    return ExitCode.PARTIAL if done.problems else ExitCode.DONE
