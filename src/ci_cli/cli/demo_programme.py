"""References, requests, quotes, attitudes, returns and goals of the demo: all of them invented.

People type them one by one, so no list of them can be imported. Here they stand in one file and go
through the functions that the commands write with: names, money and goals are read alike, no use
goes in without a consent or beyond the caps, and each entry is a batch of its own that ``import
undo`` takes back. Their author is ``invented``, which the views of them show.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from ci_cli.shapes.trade import Author
from ci_cli.store.engine import Connection

Entry = Mapping[str, Any]


class _Place(NamedTuple):
    """Where entries go, who made them, and the day on which the story ends."""

    conn: Connection
    author: Author
    as_of: date

    def customer(self, entry: Entry) -> int:
        from ci_cli.store import customers

        return customers.find(self.conn, entry["customer"])

    def person(self, customer_id: int, entry: Entry) -> str | None:
        from ci_cli.cli.references.ref_input import known_person

        return known_person(self.conn, customer_id, entry.get("contact"))[0]


def bring_in(conn: Connection, path: Path, *, author: str, at: str, as_of: date) -> int:
    """Write every entry of the file in one transaction; return how many it holds."""
    from ci_cli.store import engine

    told = tomllib.loads(path.read_text("utf-8"))
    place = _Place(conn, Author(author, at), as_of)
    with engine.transaction(conn):
        for kind, write in _WRITERS.items():
            for entry in told[kind]:
                write(place, entry)
    return sum(len(told[kind]) for kind in _WRITERS)


def _reference(place: _Place, entry: Entry) -> None:
    from ci_cli.cli.references.ref_commands import channels_of
    from ci_cli.store.writes.references import NewStep, add_steps

    number = place.customer(entry)
    conn, author = place.conn, place.author
    first = NewStep(
        entry["day"], "nominate", place.person(number, entry), use_case=entry.get("use_case"),
        product=entry.get("product"), note=entry.get("note"),
    )  # fmt: skip
    add_steps(conn, number, [first], command="ref nominate", author=author)
    for one in entry.get("consent", []):
        agreed = [
            NewStep(one["day"], "consent", channel=channel, scope=one.get("scope"),
                    until=one.get("until"), said_by=one["said_by"])
            for channel in channels_of(one["channels"])
        ]  # fmt: skip
        add_steps(conn, number, agreed, command="ref consent", author=author)
    for one in entry.get("withdraw", []):
        taken_back = NewStep(
            one["day"], "withdraw", channel=one["channel"], said_by=one["said_by"],
            note=one.get("note"),
        )  # fmt: skip
        add_steps(conn, number, [taken_back], command="ref withdraw", author=author)


def _request(place: _Place, entry: Entry) -> None:
    from ci_cli.cli.references.ref_input import typed_amount
    from ci_cli.store.writes import references as writes

    money = typed_amount(entry.get("value"), None)
    new = writes.NewRequest(
        None, entry["what"], entry["channel"], entry["day"], entry.get("due"), entry.get("need"),
        money.value, money.code(place.conn), entry.get("expected"),
    )  # fmt: skip
    _batch, request = writes.add_request(place.conn, new, author=place.author)
    for one in entry.get("attempt", []):
        number = place.customer(one)
        writes.add_attempt(
            place.conn, request, number, person=place.person(number, one), day=one["day"],
            outcome=one["outcome"], minutes=_minutes(one), note=one.get("note"),
            author=place.author,
        )  # fmt: skip
    if "fulfil" in entry:
        _fulfil(place, request, entry["channel"], entry["fulfil"], entry.get("thank"))


def _fulfil(
    place: _Place, request: int, channel: str, entry: Entry, thanked: Entry | None
) -> None:  # fmt: skip
    """Note what a reference did, asking first what the command asks; and what it got for it."""
    from ci_cli.analysis.references import checks
    from ci_cli.cli.references.ref_input import called
    from ci_cli.store import references
    from ci_cli.store.writes import references as writes

    conn, day, number = place.conn, entry["day"], place.customer(entry)
    who, person = called(conn, number), place.person(number, entry)
    checks.consented(references.steps(conn, number)[number], channel, person, who, day)
    used = [one.day for one in references.uses(conn, number).get(number, [])]
    checks.within_caps(used, who, day, references.limits(conn))
    use = writes.NewUse(
        number, person, channel, day, entry["grade"], _minutes(entry), entry["outcome"], None, None
    )
    writes.fulfil(conn, request, use, author=place.author)
    if thanked is not None:
        thanks = writes.NewThanks(number, person, thanked["day"], "thanks", thanked["how"])
        writes.recognise(conn, thanks, author=place.author)


def _minutes(entry: Entry) -> int:
    return round(float(entry["hours"]) * 60)


def _quote(place: _Place, entry: Entry) -> None:
    from ci_cli.store.writes import references as writes

    number = place.customer(entry)
    new = writes.NewQuote(
        number, place.person(number, entry), entry["text"], entry.get("product"), entry["day"]
    )
    _batch, quote = writes.add_quote(place.conn, new, author=place.author)
    if "approved" in entry:
        given = entry["approved"]
        writes.permit_quote(
            place.conn, quote, command="ref quote approve", approved=given["day"],
            approved_by=given["by"], scope=given["scope"], until=given.get("until"),
            author=place.author,
        )  # fmt: skip


def _attitude(place: _Place, entry: Entry) -> None:
    from ci_cli.shapes.voice import Learnt

    fact = Learnt(
        "attitude", entry["day"], entry["value"], entry["why"], origin=place.author.by
    )  # fmt: skip
    _learn(place, entry, fact, "log attitude")


def _roi(place: _Place, entry: Entry) -> None:
    from ci_cli.cli.talks.learnt_commands import typed_figure
    from ci_cli.shapes.voice import Learnt

    fact = Learnt(
        "roi", entry["day"], entry["metric"], entry["words"],
        before=typed_figure(entry["before"]), after=typed_figure(entry["after"]),
        unit=entry["unit"], period=entry["period"], origin=place.author.by,
    )  # fmt: skip
    _learn(place, entry, fact, "log roi")


def _learn(place: _Place, entry: Entry, fact: Any, command: str) -> None:
    from ci_cli.store.writes import voices

    voices.learn(
        place.conn, place.customer(entry), [fact], command=command, by=place.author.by,
        at=place.author.at,
    )  # fmt: skip


def _goal(place: _Place, entry: Entry) -> None:
    from ci_cli.cli.programme import goal_words
    from ci_cli.cli.programme.goal_books import Books
    from ci_cli.cli.programme.goal_metrics import METRICS
    from ci_cli.cli.programme.goal_setting import with_figure_of_today
    from ci_cli.shapes.goals import NewGoal
    from ci_cli.store.writes import goals as writing

    key = goal_words.metric_of(entry["metric"])
    metric, books, day = METRICS[key], Books(place.conn), place.as_of
    target, written = goal_words.target_of(metric, entry["target"])
    by = goal_words.day_of(entry["by"], day, day)
    currency = goal_words.currency_of(metric, None, written, books.currencies)
    new = NewGoal(
        key, target, metric.direction, currency, False, day.isoformat(), None, by.isoformat(),
        entry.get("owner"), entry.get("stakeholder"), day.isoformat(), place.author.by,
    )  # fmt: skip
    new, _draft, _found = with_figure_of_today(books, new)
    writing.set_goal(place.conn, new, at=place.author.at)


def _stakeholder(place: _Place, entry: Entry) -> None:
    from ci_cli.shapes.goals import NewStakeholder
    from ci_cli.store.writes import goals as writing

    new = NewStakeholder(
        entry["report"], entry["person"], entry["wants"], place.as_of.isoformat(), place.author.by
    )
    writing.add_stakeholder(place.conn, new, at=place.author.at)


_WRITERS = {
    "reference": _reference,
    "request": _request,
    "quote": _quote,
    "attitude": _attitude,
    "roi": _roi,
    "goal": _goal,
    "stakeholder": _stakeholder,
}
