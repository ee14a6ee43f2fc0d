"""Gather what needs attention from every part of the program, for ``check`` and for work lists.

A part looks at the store and returns its findings, with the moment that they speak for. Another
part is one function and one line in :data:`PARTS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from ci_cli.analysis.decline.changes import Subject
from ci_cli.cli import analysis_input as inputs
from ci_cli.cli.selling.procat_judging import Judged
from ci_cli.cli.selling.rfm_commands import CALL_WINDOW
from ci_cli.store.engine import Connection

if TYPE_CHECKING:
    from ci_cli.reports.acting.findings import Finding
    from ci_cli.shapes.actions import ActionRow
    from ci_cli.shapes.categories import AlarmRow

Times = Mapping[tuple[str, str], str]  # (kind, currency): the month or day that findings speak for
Heard = Mapping[Subject, tuple[str, str]]  # the state that was told, and its month or day


@dataclass(frozen=True)
class Looked:
    """What the parts look at."""

    conn: Connection
    today: date
    as_of: date | None  # None: the store has no orders
    currencies: Sequence[str]
    judged: Sequence[Judged]
    heard: Heard
    key_customers: int
    oldest: date | None  # of the newest row of a source

    @cached_property
    def alarms(self) -> list[AlarmRow]:
        """All alarms, the newest first."""
        from ci_cli.store import alarms

        return alarms.listing(self.conn)

    @cached_property
    def actions(self) -> list[ActionRow]:
        """All actions."""
        from ci_cli.store import actions

        return actions.listing(self.conn)

    @cached_property
    def taken(self) -> Mapping[int, list[ActionRow]]:
        """The actions that stand for each alarm."""
        from ci_cli.store import actions

        return actions.by_alarm(self.actions)

    def told(self, kind: str, currency: str = "") -> dict[str, str]:
        """Return what was told before of one kind: group and state."""
        return {
            subject.group: state
            for subject, (state, _time) in self.heard.items()
            if (subject.kind, subject.currency) == (kind, currency)
        }


@dataclass(frozen=True)
class Part:
    """What one part found."""

    findings: list[Finding]
    times: Times


def _categories(looked: Looked) -> Part:
    from ci_cli.cli.selling.check_commands import months_of
    from ci_cli.reports.acting import findings

    found = [one for one in looked.judged if one.reach.months]
    verdicts = {subject: verdict for one in found for subject, verdict in one.subjects().items()}
    return Part(findings.categories(verdicts, looked.alarms, looked.taken), months_of(found))


def _customers(looked: Looked) -> Part:
    from ci_cli.reports.acting import findings

    if looked.as_of is None:
        return Part([], {})
    found: list[Finding] = []
    for currency in looked.currencies:
        told = {
            int(code.removeprefix("C")): state
            for code, state in looked.told("customer", currency).items()
        }
        scored = inputs.scored(
            looked.conn, as_of=looked.as_of, currency=currency, window_text=CALL_WINDOW
        )
        found += findings.customers(
            scored, currency, looked.actions, top=looked.key_customers, told=told
        )
    times = {("customer", currency): looked.as_of.isoformat() for currency in looked.currencies}
    return Part(found, times)


def _sources(looked: Looked) -> Part:
    from ci_cli.reports.acting import findings
    from ci_cli.store import actions

    reaches = actions.source_reaches(looked.conn, looked.today.isoformat())
    found = findings.sources(reaches, today=looked.today, oldest=looked.oldest)
    return Part(found, {("source", ""): looked.today.isoformat()})


def _alarms(looked: Looked) -> Part:
    from ci_cli.reports.acting import findings

    found = findings.alarms(looked.alarms, looked.taken, today=looked.today)
    return Part(found, {("alarm", ""): looked.today.isoformat()})


def _actions(looked: Looked) -> Part:
    from ci_cli.reports.acting import findings

    found = findings.actions(looked.actions, today=looked.today, told=looked.told("action"))
    return Part(found, {("action", ""): looked.today.isoformat()})


def _goals(looked: Looked) -> Part:
    from ci_cli.cli.programme.goal_books import Books
    from ci_cli.cli.programme.goal_status import Clock, standings
    from ci_cli.reports.acting import findings
    from ci_cli.store import goals

    clock = Clock(looked.today, looked.as_of)
    found = standings(Books(looked.conn), goals.listing(looked.conn), clock)
    return Part(findings.of_goals(found), {("goal", ""): looked.today.isoformat()})


PARTS: tuple[Callable[[Looked], Part], ...] = (
    _categories, _customers, _sources, _alarms, _actions, _goals,
)  # fmt: skip


def gather(looked: Looked) -> list[Part]:
    """Return the findings of every part, with those that were told before and are gone."""
    from ci_cli.reports.acting import findings

    parts = [part(looked) for part in PARTS]
    for part in parts:
        before = [s for s in looked.heard if (s.kind, s.currency) in part.times]
        part.findings.extend(findings.gone(before, part.findings))
    return parts


def heard_of_today(conn: Connection, watcher: str) -> Heard:
    """Return what a watcher was told, of customers by the number that they have today."""
    from ci_cli.reports.acting.findings import KINDS
    from ci_cli.store import alarms, customers

    heard: dict[Subject, tuple[str, str]] = {}
    for (kind, group, currency), told in alarms.heard(conn, watcher, KINDS).items():
        if kind == "customer":
            living = customers.resolve(conn, int(group.removeprefix("C")))
            group = group if living is None else f"C{living}"
        heard[Subject(kind, group, currency)] = told
    return heard


def of_categories(heard: Heard) -> dict[tuple[str, str, str], tuple[str, str]]:
    """Return what was told of categories and of the company, as ``procat check`` keeps it."""
    from ci_cli.store.alarms import CATEGORIES

    return {
        (subject.kind, subject.group, subject.currency): told
        for subject, told in heard.items()
        if subject.kind in CATEGORIES
    }


def news(parts: Sequence[Part], heard: Heard) -> dict[Subject, str | None]:
    """Return what changed since a watcher last looked, with the state before."""
    from ci_cli.analysis.decline.changes import changed
    from ci_cli.reports.acting.findings import SPOKEN

    now = {one.subject: one.state for part in parts for one in part.findings}
    before = {subject: state for subject, (state, _time) in heard.items() if subject in now}
    return changed(before, now, SPOKEN)


def tellable(parts: Sequence[Part], heard: Heard) -> tuple[dict[Subject, str], Times]:
    """Return what a watcher may be told: nothing of a time before what it knows already."""
    latest: dict[tuple[str, str], str] = {}
    for subject, (_state, time) in heard.items():
        key = (subject.kind, subject.currency)
        latest[key] = max(time, latest.get(key, time))
    times = {
        key: time
        for part in parts
        for key, time in part.times.items()
        if time >= latest.get(key, "")
    }
    states = {
        one.subject: one.state
        for part in parts
        for one in part.findings
        if (one.subject.kind, one.subject.currency) in times and _is_kept(one)
    }
    return states, times


def _is_kept(one: Finding) -> bool:
    """Tell whether a state is worth noting: what is over and done with would only pile up."""
    from ci_cli.reports.acting.findings import GONE, SPOKEN

    whole = one.subject.kind in ("category", "total", "source")
    return one.state in SPOKEN or (whole and one.state != GONE)
