"""``ci-cli action add``: the subject is looked up and its figures frozen, then it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ci_cli.cli import analysis_input as inputs
from ci_cli.cli.acting.action_words import day_of, taken_back, words_of
from ci_cli.cli.options import Session
from ci_cli.errors import CiError, ExitCode
from ci_cli.report import Note
from ci_cli.shapes.actions import NewAction
from ci_cli.text import msg, translate

if TYPE_CHECKING:
    from datetime import date

    from ci_cli.shapes.categories import AlarmRow
    from ci_cli.store.engine import Connection


def add(
    session: Session,
    what: str | None,
    owner: str,
    due: str,
    from_alarm: int | None,
    customer: str | None,
) -> None:
    """Add an action about an alarm, a customer or nothing in the store."""
    from ci_cli.store import alarms, customers, engine
    from ci_cli.store.writes import actions as writing

    if from_alarm is not None and customer is not None:
        raise CiError(
            "action-two-subjects",
            msg("An action is about an alarm or about a customer, not about both."),
            hint=msg("Leave --from-alarm or --customer away, or add two actions."),
            exit_code=ExitCode.DECIDE,
        )
    today = session.today.isoformat()
    new = NewAction(
        "" if what is None and from_alarm is not None
        else words_of(what or "", msg("What is to be done")),
        words_of(owner, msg("The owner")),
        day_of(due),
        today,
        session.user,
    )  # fmt: skip
    alarm = None
    with inputs.open_facts(session, write=True) as conn:
        with engine.snapshot(conn):
            as_of = inputs.as_of_day(session, conn)
            if from_alarm is not None:
                alarm = _alarm_to_act_on(alarms.one(conn, from_alarm))
                new = _about_alarm(conn, new, alarm, as_of)
            elif customer is not None:
                new = _about_customer(conn, new, customers.find(conn, customer), as_of)
        with engine.transaction(conn, keep=not session.dry_run):
            if alarm is not None:
                _alarm_to_act_on(alarms.one(conn, alarm.id))  # dismissed by somebody meanwhile
            elif customer is not None:  # merged or taken back meanwhile
                new = new._replace(record_id=customers.find(conn, customer))
            number, batch = writing.add(conn, new, at=session.now)
    if new.due < today:
        session.say(
            Note(msg("The day {due} has passed already: the action is overdue.", due=new.due),
                 "warning")
        )  # fmt: skip
    if alarm is not None and alarm.closed is not None:
        session.say(
            Note(msg("Alarm {number} is over since {month}.", number=alarm.id, month=alarm.closed),
                 "warning")
        )  # fmt: skip
    session.say(
        Note(msg("Added action A{number}, owner {owner}, due {due}.", number=number,
                 owner=new.owner, due=new.due)),
        *taken_back(session, batch),
    )  # fmt: skip


def _alarm_to_act_on(alarm: AlarmRow) -> AlarmRow:
    if alarm.status == "dismissed":
        raise CiError(
            "alarm-dismissed",
            msg("Alarm {number} was dismissed by {who}: {why}", number=alarm.id,
                who=alarm.decided_by, why=alarm.reason),
            hint=msg("`ci-cli procat acknowledge {number}` makes it stand again.",
                     number=alarm.id),
            exit_code=ExitCode.DECIDE,
        )  # fmt: skip
    return alarm


def _about_alarm(
    conn: Connection, new: NewAction, alarm: AlarmRow, as_of: date | None
) -> NewAction:
    from ci_cli.cli.acting.action_figures import Figures

    return new._replace(
        what=new.what or _cause_of(alarm),
        alarm_id=alarm.id,
        figure_currency=alarm.currency,
        before=Figures(conn, as_of).of_alarm(alarm.kind, alarm.group, alarm.currency, alarm.opened),
    )


def _cause_of(alarm: AlarmRow) -> str:
    """Return what is to be done about an alarm where nobody said it, in the active language."""
    name = translate(msg("All categories together")) if alarm.kind == "total" else alarm.label
    since = alarm.since or alarm.opened
    return translate(
        msg("{name}: find out why it has been falling since {since}", name=name or alarm.group,
            since=since)
    )  # fmt: skip


def _about_customer(
    conn: Connection, new: NewAction, customer_id: int, as_of: date | None
) -> NewAction:
    from ci_cli.cli.acting.action_figures import Figures
    from ci_cli.store import actions, engine

    billed = actions.main_currencies(conn, customer_id)
    currency = billed[0] if billed else engine.meta(conn, "currency")
    return new._replace(
        record_id=customer_id,
        figure_currency=currency,
        before=Figures(conn, as_of).of_customer(customer_id, currency),
    )
