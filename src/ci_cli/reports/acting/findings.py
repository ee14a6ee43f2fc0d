"""What needs attention, one finding per thing: a list that ``check`` shows and work lists can use.

Each function here turns what one part of the program knows into findings. A further part is one
more such function. What was told to a watcher before and is well again is a finding
too, without a level: it is news, but needs nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Literal, NamedTuple

from ci_cli.analysis import cadence, goals
from ci_cli.analysis.decline.changes import Subject
from ci_cli.analysis.decline.result import Verdict
from ci_cli.analysis.scoring import Scored, ScoredCustomer
from ci_cli.reports.acting.actions import state as state_of
from ci_cli.reports.common import customer_code
from ci_cli.reports.customers import call_first
from ci_cli.reports.programme.goals import shown, signed, target_text
from ci_cli.reports.selling.procat import NONE_LABEL
from ci_cli.reports.selling.procat_alarms import codes, owners, stands
from ci_cli.reports.selling.procat_check import name_of, sentence
from ci_cli.shapes.actions import ActionRow, SourceReach
from ci_cli.shapes.categories import AlarmRow
from ci_cli.text import Msg, msg

Level = Literal["alarm", "watch", ""]
KINDS = ("category", "total", "customer", "source", "alarm", "action", "goal")  # in this order
STALE, FRESH = "stale", "fresh"
NO_ACTION, ACTED_ON = "no-action", "acted-on"
GONE = "gone"
# going into or out of one of these is news
SPOKEN = frozenset(
    {
        "alarm",
        "watch",
        cadence.SLOWING,
        cadence.DORMANT,
        STALE,
        NO_ACTION,
        "overdue",
        goals.MISSED,
        goals.OFF_TRACK,
        goals.NO_DATA,
    }
)


class Finding(NamedTuple):
    """One thing in one state.

    ``level`` says whether it needs somebody now, should be watched, or is only news.
    """

    subject: Subject
    name: str
    state: str
    level: Level
    said: Msg
    since: str | None = None  # month of a decline; day of the last purchase or row, or when due
    days: int | None = None  # since then
    owner: str | None = None
    money: int | None = None  # at risk in twelve months; revenue of a customer
    alarm: int | None = None
    action: str | None = None


def categories(
    verdicts: Mapping[Subject, Verdict],
    alarms: Sequence[AlarmRow],
    actions: Mapping[int, Sequence[ActionRow]],
) -> list[Finding]:
    """Return a finding for every verdict; one whose alarm was dismissed has no level."""
    latest = {Subject(row.kind, row.group, row.currency): row for row in reversed(alarms)}
    return [
        _category(subject, verdict, latest.get(subject), actions)
        for subject, verdict in verdicts.items()
    ]


def _category(
    subject: Subject,
    verdict: Verdict,
    alarm: AlarmRow | None,
    actions: Mapping[int, Sequence[ActionRow]],
) -> Finding:
    if alarm is not None and alarm.closed is not None:
        alarm = None
    dismissed = alarm is not None and alarm.status == "dismissed"
    level: Level = ""
    if verdict.state in ("alarm", "watch") and not dismissed:
        level = "alarm" if verdict.state == "alarm" else "watch"
    taken = actions.get(alarm.id, ()) if alarm is not None else ()
    whole = msg("All categories together") if subject.kind == "total" else None
    return Finding(
        subject,
        "total" if subject.kind == "total" else name_of(verdict),
        verdict.state,
        level,
        sentence(verdict, subject.currency, whole),
        verdict.since,
        None,
        owners(taken),
        verdict.at_risk.middle if verdict.at_risk else None,
        alarm.id if alarm is not None else None,
        codes(taken),
    )


def customers(
    scored: Scored,
    currency: str,
    actions: Sequence[ActionRow],
    *,
    top: int,
    told: Mapping[int, str],
) -> list[Finding]:
    """Return the key customers who are silent far beyond their own rhythm.

    Args:
        scored: the base; its customers stand by revenue.
        currency: of all money in it.
        actions: all actions; open ones on a customer are named.
        top: how many of them are key customers.
        told: the state that a watcher was told of customers before. One who is still silent stays
            a finding, also when others have more revenue by now.
    """
    taken: dict[int, list[ActionRow]] = {}
    for row in actions:
        if row.customer_id is not None and row.state == "open":
            taken.setdefault(row.customer_id, []).append(row)
    key = {one.row.customer_id for one in scored.customers[:top]}
    found = [
        _silent(one, currency, taken.get(one.row.customer_id, ()))
        if call_first.is_silent(one)
        else _customer(one.row.customer_id, one.row.name, currency, cadence.ACTIVE)
        for one in scored.customers
        if one.row.customer_id in told or (one.row.customer_id in key and call_first.is_silent(one))
    ]
    # silent for so long that they left the window: no news, and nothing to be done any more
    return found + [
        _customer(former.customer_id, former.name, currency, told[former.customer_id])
        for former in (*scored.outside, *scored.never)
        if former.customer_id in told
    ]


def _silent(one: ScoredCustomer, currency: str, taken: Sequence[ActionRow]) -> Finding:
    state = one.rhythm.state or ""
    return Finding(
        Subject("customer", customer_code(one.row.customer_id), currency),
        one.row.name,
        state,
        "alarm" if state == cadence.DORMANT else "watch",
        call_first.why(one, currency),
        one.row.last,
        one.rhythm.silent_days,
        one.row.owner or owners(taken),
        one.values.monetary,
        None,
        codes(taken),
    )


def _customer(customer_id: int, name: str, currency: str, state: str) -> Finding:
    code = customer_code(customer_id)
    said = msg(
        "{name} ({code}) is not silent beyond the usual rhythm any more.", name=name, code=code
    )
    return Finding(Subject("customer", code, currency), name, state, "", said)


def sources(reaches: Sequence[SourceReach], *, today: date, oldest: date | None) -> list[Finding]:
    """Return every source with dated rows, and whether it has any from ``oldest`` on.

    Args:
        reaches: how far the sources reach.
        today: the day that counts as today.
        oldest: the newest row of a source must not be older; None: it may be of any age.
    """
    found = []
    for one in reaches:
        days = (today - date.fromisoformat(one.last)).days
        stale = oldest is not None and date.fromisoformat(one.last) < oldest
        said = (
            msg("Source {source}: no row is newer than {day}, {days} days ago.", source=one.source,
                day=one.last, days=days)
            if stale
            else msg("Source {source} reaches {day}.", source=one.source, day=one.last)
        )  # fmt: skip
        found.append(
            Finding(
                Subject("source", one.source, ""), one.source, STALE if stale else FRESH,
                "alarm" if stale else "", said, one.last, days,
            )
        )  # fmt: skip
    return found


def alarms(
    rows: Sequence[AlarmRow],
    actions: Mapping[int, Sequence[ActionRow]],
    *,
    today: date,
) -> list[Finding]:
    """Return every alarm, and whether anybody does anything about one that stands.

    Whoever acknowledged an alarm has taken it on, as has the owner of an action for it.
    """
    found = []
    for row in rows:
        name = "total" if row.kind == "total" else row.label or row.group or NONE_LABEL
        taken = actions.get(row.id, ())
        gaps = {"number": row.id, "name": name}
        state, owner, said = NO_ACTION, None, msg(
            "Alarm {number} ({name}): nobody has taken it on; `ci-cli action add` does, with"
            " --from-alarm {number}.", **gaps,
        )  # fmt: skip
        if not stands(row):
            state = "dismissed" if row.closed is None else "over"
            said = msg("Alarm {number} ({name}) does not stand any more.", **gaps)
        elif taken:
            state, owner = ACTED_ON, owners(taken)
            said = msg("Alarm {number} ({name}) has an action: {list}.", list=codes(taken), **gaps)
        elif row.status != "open":
            state, owner = row.status, row.decided_by
            said = msg("Alarm {number} ({name}) is acknowledged.", **gaps)
        days = None if row.raised is None else max((today - date.fromisoformat(row.raised)).days, 0)
        found.append(
            Finding(
                Subject("alarm", str(row.id), ""), name, state,
                "alarm" if state == NO_ACTION else "", said, row.raised, days, owner, None,
                row.id, codes(taken),
            )
        )  # fmt: skip
    return found


def actions(rows: Sequence[ActionRow], *, today: date, told: Iterable[str] = ()) -> list[Finding]:
    """Return overdue actions, and what became of those that were told before (``A17``)."""
    day, known = today.isoformat(), set(told)
    return [_action(row, day, today) for row in rows if row.is_overdue(day) or row.code in known]


def _action(row: ActionRow, day: str, today: date) -> Finding:
    state = state_of(row, day)
    days = (today - date.fromisoformat(row.due)).days
    gaps = {"code": row.code, "what": row.what, "owner": row.owner}
    said = msg("{code} ({what}, {owner}) is not overdue any more.", **gaps)
    if state == "overdue":
        said = msg("{code} ({what}, {owner}) is overdue since {due}.", due=row.due, **gaps)
    return Finding(
        Subject("action", row.code, ""), row.what, state, "alarm" if state == "overdue" else "",
        said, row.due, max(days, 0), row.owner, None, row.alarm_id, row.code,
    )  # fmt: skip


def of_goals(standings: Iterable[goals.Standing]) -> list[Finding]:
    """Return every goal: one that is missed needs somebody, one off track or unknown a look."""
    found = []
    for one in standings:
        goal = one.goal
        level: Level = ""
        if one.state in (goals.MISSED, goals.OFF_TRACK, goals.NO_DATA):
            level = "alarm" if one.state == goals.MISSED else "watch"
        gaps = {
            "code": goal.code, "metric": goal.metric, "by": goal.by,
            "target": signed(goal, target_text(goal, one.kind)),
            "value": shown(one.kind, one.value, goal.currency),
        }  # fmt: skip
        said = (
            msg("{code}: {metric} is {value}; {target} by {by}.", **gaps)
            if one.value is not None
            else msg("{code}: {metric} has no figure; {target} by {by}.", **gaps)
        )
        if one.state == goals.NO_DATA and one.remark is not None:
            said = msg("{goal} {why}", goal=said, why=one.remark)
        found.append(
            Finding(
                Subject("goal", goal.code, ""), goal.metric, one.state, level, said, goal.by, None,
                goal.owner,
            )
        )  # fmt: skip
    return found


def gone(told: Iterable[Subject], found: Iterable[Finding]) -> list[Finding]:
    """Return a finding for everything that was told before and is not found any more."""
    there = {one.subject for one in found}
    return [
        Finding(
            subject, subject.group or NONE_LABEL, GONE, "",
            msg("{name} is not in the store any more.", name=subject.group or NONE_LABEL),
        )
        for subject in told
        if subject not in there
    ]  # fmt: skip
