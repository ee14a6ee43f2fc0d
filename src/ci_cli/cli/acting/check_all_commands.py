"""``ci-cli check``: everything that needs somebody, in one command made for cron.

Looking never consumes a change. Only ``--watch NAME`` notes what that watcher knows now, and only
after it was written out: a watcher whose mail failed is told again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

import typer

from ci_cli.cli import analysis_input as inputs
from ci_cli.cli.acting import attention
from ci_cli.cli.options import Session, command
from ci_cli.cli.selling.check_commands import NOBODY, not_older, raise_alarms
from ci_cli.cli.selling.procat_judging import judged
from ci_cli.errors import CiError, ExitCode
from ci_cli.text import _, msg

KEY_CUSTOMERS = 20
MAX_AGE = "35d"


def register(app: typer.Typer) -> None:
    """Add the command."""

    @command(
        app, "check", shares=("as_of", "show"), example="ci-cli check --max-age all",
        help=_("What needs attention: categories that slip, key customers gone silent, sources"
               " without new rows, alarms and actions that wait."),
    )  # fmt: skip
    def check(
        session: Session,
        watch: Annotated[
            str | None,
            typer.Option(
                "--watch", metavar="NAME",
                help=_("Raise alarms, tell NAME what changed since it last looked, and note that"
                       " it knows."),
            ),
        ] = None,
        fail_on: Annotated[
            Literal["new", "alarm"] | None,
            typer.Option(
                "--fail-on",
                help=_("Exit 3 when something changed since --watch NAME last looked (new), or"
                       " while anything needs somebody (alarm)."),
            ),
        ] = None,
        max_age: Annotated[
            str,
            typer.Option(
                "--max-age", metavar="35d|6w|2m|all",
                help=_("A source without an order that young is stale."),
            ),
        ] = MAX_AGE,
        top: Annotated[
            int,
            typer.Option(
                "--top", min=0, max=2**31,
                help=_("How many customers, by revenue, are key customers."),
            ),
        ] = KEY_CUSTOMERS,
    ) -> int:  # fmt: skip
        if fail_on == "new" and watch is None:
            raise _new_to_nobody()
        return _check(session, watch, fail_on, max_age, top)


def _new_to_nobody() -> CiError:
    """Return the refusal of a change without a watcher: it would be told anew for ever.

    What a category was a month ago follows from the orders; whether a source was stale then, or
    an alarm taken on, does not, so only what a watcher was told can be compared with.
    """
    return CiError(
        "watch-missing",
        msg("--fail-on new needs --watch NAME: what is new depends on what NAME was told last."),
        hint=msg("Add for instance --watch cron; or exit 3 as long as anything needs somebody,"
                 " with --fail-on alarm."),
        exit_code=ExitCode.DECIDE,
    )  # fmt: skip


def _check(session: Session, watch: str | None, fail_on: str | None, max_age: str, top: int) -> int:
    from ci_cli.analysis.periods import window
    from ci_cli.reports.acting import check as reports
    from ci_cli.store import engine

    oldest = window(max_age, session.today).first
    with inputs.open_facts(session, write=watch is not None) as conn:
        with engine.snapshot(conn):
            as_of = inputs.as_of_day(session, conn)
            if as_of is None:
                inputs.nothing_yet(session)
            session.say(*inputs.undated_note(conn))
            codes = [] if as_of is None else inputs.chosen_currencies(session, conn)
            found = [judged(conn, as_of, code) for code in codes if as_of is not None]
            heard = attention.heard_of_today(conn, watch or NOBODY)
        if watch:
            fresh = not_older(session, found, attention.of_categories(heard))
            if fresh:
                raise_alarms(session, conn, fresh)
        with engine.snapshot(conn):
            parts = attention.gather(
                attention.Looked(conn, session.today, as_of, codes, found, heard, top, oldest)
            )
    news = attention.news(parts, heard)
    findings = [one for part in parts for one in part.findings]
    stands = any(one.level == "alarm" for one in findings)
    if news or not session.quiet:
        asked = reports.Asked(as_of, session.today, top, oldest)
        session.show(reports.build(findings, news, asked, only_news=session.quiet))
    if watch:
        _tell(session, watch, parts, heard)
    fired = (fail_on == "new" and news) or (fail_on == "alarm" and stands)
    return ExitCode.CHECK_FIRED if fired else ExitCode.DONE


def _tell(
    session: Session, watch: str, parts: Sequence[attention.Part], heard: attention.Heard
) -> None:
    """Note what the watcher knows now, after it was written out."""
    from ci_cli.store import alarms, engine

    states, times = attention.tellable(parts, heard)
    with session.store(write=True) as conn, engine.transaction(conn):
        alarms.tell(conn, watch, states, times)
