"""``ci-cli procat check`` and its alarms: the early warning, made for people and for cron."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ci_cli.analysis.decline.changes import Subject, changed
from ci_cli.cli import analysis_input as inputs
from ci_cli.cli.currencies import merged
from ci_cli.cli.options import Session, command
from ci_cli.cli.selling.procat_judging import Judged, judged, limits_of
from ci_cli.errors import ExitCode
from ci_cli.report import Note
from ci_cli.shapes.categories import AlarmRow
from ci_cli.store.engine import Connection
from ci_cli.text import _, msg

if TYPE_CHECKING:
    from ci_cli.analysis.decline.result import Verdict

NOBODY = "default"  # the watcher that changes are compared with where none is named


def register(app: typer.Typer) -> None:
    """Add the commands to their group."""

    @command(
        app, "check", shares=("as_of", "show"), example="ci-cli procat check",
        help=_("Which categories are slipping, since when, why, and what that may cost."),
    )  # fmt: skip
    def check(
        session: Session,
        watch: Annotated[
            str | None,
            typer.Option(
                "--watch", metavar="NAME",
                help=_("Raise alarms, tell NAME what changed since it last looked, and note that"
                       " it knows; without it, changes are those on the month before. With"
                       " --quiet nothing else is shown."),
            ),
        ] = None,
        fail_on: Annotated[
            Literal["new", "alarm"] | None,
            typer.Option(
                "--fail-on",
                help=_("Exit 3 when something changed (new), or while any alarm stands (alarm)."),
            ),
        ] = None,
    ) -> int:  # fmt: skip
        return _check(session, watch, fail_on)

    @command(
        app, "alarms", shares=("show",), example="ci-cli procat alarms --all",
        help=_("The alarms that stand, with their numbers; --all shows those that are over too."),
    )  # fmt: skip
    def alarms(
        session: Session,
        every: Annotated[
            bool, typer.Option("--all", help=_("Also those that are over or dismissed."))
        ] = False,
    ) -> None:
        from ci_cli.cli.acting import alarm_moods
        from ci_cli.reports.selling import procat_alarms
        from ci_cli.store import actions, engine
        from ci_cli.store import alarms as stored

        with session.store() as conn, engine.snapshot(conn):
            rows = stored.listing(conn)
            taken = actions.by_alarm(actions.listing(conn))
            standing = [row for row in rows if procat_alarms.stands(row)]
            beside = list(alarm_moods.beside(conn, standing, session.today))
        moods = {row.id: [alarm_moods.told(one) for one in cool] for row, cool in beside if cool}
        session.show(
            procat_alarms.build(rows, taken, today=session.today, with_closed=every, moods=moods)
        )

    @command(
        app, "acknowledge", shares=("write",),
        example="ci-cli procat acknowledge 1 --reason 'Sales is on it' --dry-run",
        help=_("Say that an alarm is known and being dealt with; it goes on standing."),
    )  # fmt: skip
    def acknowledge(
        session: Session,
        number: Annotated[int, typer.Argument(help=_("The number of the alarm."))],
        reason: Annotated[str | None, typer.Option("--reason", help=_("What is done."))] = None,
    ) -> None:
        _decide(session, number, "acknowledged", reason)

    @command(
        app, "dismiss", shares=("write",),
        example="ci-cli procat dismiss 1 --reason 'Discontinued on purpose' --dry-run",
        help=_("Say that an alarm is no reason to act, and why; it does not stand any more."),
    )  # fmt: skip
    def dismiss(
        session: Session,
        number: Annotated[int, typer.Argument(help=_("The number of the alarm."))],
        reason: Annotated[str, typer.Option("--reason", help=_("Why."))],
    ) -> None:
        _decide(session, number, "dismissed", reason)


def _decide(session: Session, number: int, status: str, reason: str | None) -> None:
    from ci_cli.store import alarms, engine

    with session.store(write=True) as conn, engine.transaction(conn, keep=not session.dry_run):
        row = alarms.decide(conn, number, status, reason=reason, by=session.user, at=session.now)
    name = row.label or row.group
    if status == "dismissed":
        session.say(Note(msg("Alarm {number} ({name}) is dismissed.", number=number, name=name)))
    else:
        session.say(Note(msg("Alarm {number} ({name}) is acknowledged.", number=number, name=name)))
    if session.dry_run:
        session.say(Note(msg("Dry run: nothing was kept.")))


def _check(session: Session, watch: str | None, fail_on: str | None) -> int:
    from ci_cli.reports.selling import procat_check
    from ci_cli.reports.selling.procat_alarms import stands
    from ci_cli.store import alarms, engine

    with inputs.open_facts(session, write=watch is not None) as conn:
        with engine.snapshot(conn):
            as_of = inputs.as_of_day(session, conn)
            if as_of is None:
                inputs.nothing_yet(session)
                return ExitCode.DONE
            session.say(*inputs.undated_note(conn))
            found = [judged(conn, as_of, code) for code in inputs.chosen_currencies(session, conn)]
            heard = alarms.heard(conn, watch or NOBODY)
            if watch is None and not heard and (session.quiet or fail_on == "new"):
                heard = month_before(conn, found)
        fresh = not_older(session, found, heard) if watch else []
        if fresh:
            raise_alarms(session, conn, fresh)
        known = [row for row in alarms.listing(conn) if stands(row)]
    news = news_of(found, heard)
    reports = [
        procat_check.build(
            one.verdicts, one.total, reach=one.reach, as_of=as_of, currency=one.currency,
            alarms=known, news=news, only_news=session.quiet,
            thresholds=limits_of(one.chosen), chosen=one.chosen,
        )
        for one in found
    ]  # fmt: skip
    if reports and (news or not session.quiet):
        session.show(merged(session, reports))
    if fresh and watch:
        _tell(session, watch, fresh)
    fired = (fail_on == "new" and news) or (fail_on == "alarm" and _any_stands(found, session))
    return ExitCode.CHECK_FIRED if fired else ExitCode.DONE


def month_before(
    conn: Connection, found: Sequence[Judged]
) -> dict[tuple[str, str, str], tuple[str, str]]:
    """Return what was to be said a month earlier, for those who name no watcher.

    So a change is told in the month in which it comes, however often somebody looks, and nothing
    has to be kept for it.
    """
    from ci_cli.analysis.periods import last_day

    before: dict[tuple[str, str, str], tuple[str, str]] = {}
    for one in found:
        if len(one.reach.months) > 1:
            month = one.reach.months[-2]
            for subject, verdict in judged(conn, last_day(month), one.currency).subjects().items():
                before[(subject.kind, subject.group, subject.currency)] = (verdict.state, month)
    return before


def news_of(
    found: Sequence[Judged], heard: dict[tuple[str, str, str], tuple[str, str]]
) -> dict[Subject, str | None]:
    """Return what changed since the watcher last looked, in the currencies that were judged."""
    currencies = {one.currency for one in found if one.reach.months}
    before = {
        Subject(*subject): state
        for subject, (state, _month) in heard.items()
        if subject[2] in currencies
    }
    return changed(before, states_of(found))


def states_of(found: Sequence[Judged]) -> dict[Subject, str]:
    """Return the state of everything that was judged."""
    return {subject: one.state for each in found for subject, one in each.subjects().items()}


def months_of(found: Sequence[Judged]) -> dict[tuple[str, str], str]:
    """Return the month that verdicts speak for, by kind of subject and currency."""
    from ci_cli.store.alarms import CATEGORIES

    return {(kind, one.currency): one.reach.months[-1] for one in found for kind in CATEGORIES}


def _any_stands(found: Sequence[Judged], session: Session) -> bool:
    """Tell whether anything alarms now that nobody has dismissed."""
    from ci_cli.store import alarms

    with session.store() as conn:
        dismissed = {
            (row.kind, row.group, row.currency)
            for row in alarms.listing(conn)
            if row.closed is None and row.status == "dismissed"
        }
    return any(
        state == "alarm" and subject not in dismissed for subject, state in states_of(found).items()
    )


def not_older(
    session: Session,
    found: Sequence[Judged],
    heard: dict[tuple[str, str, str], tuple[str, str]],
) -> list[Judged]:
    """Return what may be told to a watcher: who knows a later month is told nothing of the past."""
    latest: dict[str, str] = {}
    for (_kind, _group, currency), (_state, month) in heard.items():
        latest[currency] = max(month, latest.get(currency, month))
    fresh = [
        one
        for one in found
        if one.reach.months and one.reach.months[-1] >= latest.get(one.currency, "")
    ]
    if len(fresh) < sum(bool(one.reach.months) for one in found):
        session.say(
            Note(msg("The watcher knows a later month already: nothing was noted."), "warning")
        )
    return fresh


def raise_alarms(session: Session, conn: Connection, found: Sequence[Judged]) -> None:
    """Open alarms that are new, and close those that are over."""
    from ci_cli.store import alarms, engine

    with engine.transaction(conn):
        for one in found:
            subjects = one.subjects()
            alarms.sync(
                conn, month=one.reach.months[-1], at=session.now, today=session.today.isoformat(),
                states={subject: verdict.state for subject, verdict in subjects.items()},
                alarms=[
                    _alarm(subject, verdict)
                    for subject, verdict in subjects.items()
                    if verdict.state == "alarm"
                ],
            )  # fmt: skip


def _alarm(subject: Subject, verdict: Verdict) -> AlarmRow:
    risk = verdict.at_risk.middle if verdict.at_risk else None
    return AlarmRow(
        0, subject.kind, subject.group, verdict.label, subject.currency, "", None, "open",
        verdict.driver, verdict.since, verdict.monthly_rate, risk, None, None, None,
    )  # fmt: skip


def _tell(session: Session, watch: str, found: Sequence[Judged]) -> None:
    """Note what the watcher knows now, after it was written out."""
    from ci_cli.store import alarms, engine

    with session.store(write=True) as conn, engine.transaction(conn):
        alarms.tell(conn, watch, states_of(found), months_of(found))
