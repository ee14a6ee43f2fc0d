"""``ci-cli goal``: what is to be reached by when, and whether it is on its way."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from ci_cli.cli import analysis_input as inputs
from ci_cli.cli.options import Session, command
from ci_cli.errors import CiError, ExitCode
from ci_cli.report import Note
from ci_cli.text import _, msg


def register(app: typer.Typer) -> None:
    """Add the commands of the group."""
    _register_set(app)
    _register_lists(app)
    _register_status(app)


def _register_set(app: typer.Typer) -> None:
    @command(
        app, "set", shares=("write",),
        example="ci-cli goal set retention --target 95% --by 2031-06-30 --owner chen",
        help=_("Set a goal: a figure, what it is to be, and by when."),
    )  # fmt: skip
    def set_(
        session: Session,
        metric: Annotated[str, typer.Argument(help=_("The figure; `goal metrics` lists them."))],
        target: Annotated[
            str,
            typer.Option("--target", metavar="50%|120|90000", help=_("What it is to be.")),
        ],
        by: Annotated[str, typer.Option("--by", metavar="DAY", help=_("Until which day."))],
        owner: Annotated[str | None, typer.Option("--owner", help=_("Who answers for it."))] = None,
        stakeholder: Annotated[
            str | None, typer.Option("--stakeholder", help=_("Who wants it."))
        ] = None,
        at_most: Annotated[
            bool, typer.Option("--at-most", help=_("Not above the target."))
        ] = False,
        at_least: Annotated[
            bool, typer.Option("--at-least", help=_("Not below the target."))
        ] = False,
        by_parent: Annotated[
            bool, typer.Option("--by-parent", help=_("Companies of one parent count as one."))
        ] = False,
        currency: Annotated[
            str | None,
            typer.Option("--currency", metavar="CODE", help=_("Of figures about money.")),
        ] = None,
    ) -> None:
        from ci_cli.cli.programme import goal_setting

        if at_most and at_least:
            raise CiError(
                "goal-both-ways",
                msg("A goal is at most its target or at least its target, not both."),
                hint=msg("Leave --at-most or --at-least away."),
                exit_code=ExitCode.DECIDE,
            )
        goal_setting.set_goal(
            session,
            goal_setting.Typed(
                metric, target, by, owner, stakeholder,
                "down" if at_most else "up" if at_least else None, by_parent, currency,
            ),
        )  # fmt: skip

    @command(
        app, "drop", shares=("write",), example="ci-cli goal drop G1 --reason 'Another way'",
        help=_("Drop a goal; what was reached up to now is not judged any more."),
    )  # fmt: skip
    def drop(
        session: Session,
        goal: Annotated[str, typer.Argument(help=_("The number of the goal."))],
        reason: Annotated[str | None, typer.Option("--reason", help=_("Why."))] = None,
    ) -> None:
        from ci_cli.cli.programme import goal_words
        from ci_cli.cli.talks.typed_entries import after, kept_text
        from ci_cli.store import engine
        from ci_cli.store.writes import goals as writing

        number, why = goal_words.number_of(goal), kept_text(reason)
        with session.store(write=True) as conn, engine.transaction(conn, keep=not session.dry_run):
            batch = writing.drop(
                conn, number, day=session.today.isoformat(), reason=why, by=session.user,
                at=session.now,
            )  # fmt: skip
        session.say(Note(msg("Dropped goal G{number}.", number=number)), *after(session, batch))


def _register_lists(app: typer.Typer) -> None:
    @command(
        app, "list", shares=("show",), example="ci-cli goal list",
        help=_("List the goals as they were set."),
    )  # fmt: skip
    def list_(
        session: Session,
        every: Annotated[bool, typer.Option("--all", help=_("Also dropped ones."))] = False,
    ) -> None:
        from ci_cli.cli.programme.goal_metrics import METRICS
        from ci_cli.reports.programme import goals as reports
        from ci_cli.store import goals

        with session.store() as conn:
            rows = goals.listing(conn, every=every)
        kinds = {key: metric.kind for key, metric in METRICS.items()}
        session.show(reports.build_list(rows, kinds))

    @command(
        app, "metrics", shares=("show",), example="ci-cli goal metrics",
        help=_("The figures that goals can be set for, with their definitions."),
    )  # fmt: skip
    def metrics(session: Session) -> None:
        from ci_cli.cli.programme.goal_metrics import METRICS
        from ci_cli.reports.programme import goals as reports

        session.show(
            reports.build_metrics(
                (key, one.family, one.kind, one.direction, one.definition)
                for key, one in METRICS.items()
            )
        )


def _register_status(app: typer.Typer) -> None:
    @command(
        app, "status", shares=("show",), example="ci-cli goal status",
        help=_("How each goal stands: its figure, the target, the trend, on track or not."),
    )  # fmt: skip
    def status(
        session: Session,
        fail_on: Annotated[
            Literal["missed", "off-track"] | None,
            typer.Option(
                "--fail-on",
                help=_("Exit 3 when a goal is missed, or also when one is off track."),
            ),
        ] = None,
        as_of: Annotated[
            str | None,
            typer.Option(
                "--as-of", metavar="DATE",
                help=_("The day to speak for; else the last order day, today for calls, surveys"
                       " and alarms."),
            ),
        ] = None,
    ) -> int:  # fmt: skip
        return _status(session, None, fail_on, as_of)

    @command(
        app, "show", shares=("show",), example="ci-cli goal show G1",
        help=_("How one goal stands."),
    )  # fmt: skip
    def show(
        session: Session,
        goal: Annotated[str, typer.Argument(help=_("The number of the goal."))],
        as_of: Annotated[
            str | None, typer.Option("--as-of", metavar="DATE", help=_("The day to speak for."))
        ] = None,
    ) -> int:
        return _status(session, goal, None, as_of)


def _status(session: Session, only: str | None, fail_on: str | None, as_of: str | None) -> int:
    from ci_cli.analysis.goals import MISSED, OFF_TRACK
    from ci_cli.cli.programme import goal_status, goal_words
    from ci_cli.cli.programme.goal_books import Books
    from ci_cli.reports.programme import goals as reports
    from ci_cli.store import engine, goals

    with inputs.open_facts(session) as conn, engine.snapshot(conn):
        clock = goal_status.clock_of(session, conn, as_of)
        rows = (
            goals.listing(conn) if only is None else [goals.one(conn, goal_words.number_of(only))]
        )
        found = goal_status.standings(Books(conn), rows, clock)
    session.show(reports.build_status(found, today=session.today))
    failed = {"missed": {MISSED}, "off-track": {MISSED, OFF_TRACK}}.get(fail_on or "", set())
    return ExitCode.CHECK_FIRED if any(one.state in failed for one in found) else ExitCode.DONE
