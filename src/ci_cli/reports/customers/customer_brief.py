"""``customer brief``: what to know before the call, on one page of 60 lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from ci_cli.analysis.brief_questions import Facts, category_state, questions
from ci_cli.report import Column, Money, Note, Report, Table
from ci_cli.reports.common import as_of_text, change, customer_code
from ci_cli.reports.talks.log_list import excerpt
from ci_cli.shapes.talks import Talk
from ci_cli.shapes.trade import ContactInfo
from ci_cli.shapes.views import Event, FirstOrder, Mood
from ci_cli.shapes.voice import Insight
from ci_cli.text import Msg, msg

MAX_LINES = 60
SHOWN_CHARACTERS = 80
SHOWN_FIELDS = ("owner", "tier", "status", "industry")


class Shown(NamedTuple):
    """How many rows of each block fit the page."""

    categories: int
    entries: int
    words: int
    events: int


PAGE = Shown(4, 4, 3, 0)
PAGE_WITH_EVENTS = Shown(3, 3, 1, 4)
SHOWN_LESSONS = 2
SHOWN_FIRST = 3  # categories of the first order


class Brief(NamedTuple):
    """All that a brief tells."""

    customer_id: int
    name: str
    fields: Mapping[str, str | None]  # golden
    contacts: Sequence[ContactInfo]
    orders: int
    net: int  # of the year up to as-of
    net_before: int  # of the year before
    facts: Facts
    events: Sequence[Event] | None  # since the last contact; None: not asked for
    first: FirstOrder | None = None
    lessons: Sequence[Insight] = ()  # that fit this customer, the latest first


def build(brief: Brief) -> Report:
    """Lay out a brief; the last line is the command that notes the call."""
    facts = brief.facts
    code = customer_code(brief.customer_id)
    shown = PAGE if brief.events is None else PAGE_WITH_EVENTS
    tables = [_who(brief)]
    if facts.categories:
        tables.append(_buys(facts, shown.categories))
    if facts.open_entries:
        tables.append(_open(facts.open_entries[: shown.entries], facts.today))
    if facts.last_words:
        tables.append(_words(facts.last_words[: shown.words]))
    if brief.events:
        tables.append(_events(brief.events[: shown.events], facts.currency))
    asked = questions(facts)
    tables.append(
        Table(
            "questions",
            (Column("no", msg("no."), "int"), Column("question", msg("question"))),
            list(enumerate(asked, start=1)),
            msg("Questions to ask"),
        )
    )
    return Report(
        "customer-brief",
        msg("Brief: {code} {name}, {as_of}", code=code, name=brief.name,
            as_of=as_of_text(facts.as_of)),
        tables,
        {
            "customer": code, "as_of": facts.as_of.isoformat(), "today": facts.today.isoformat(),
            "currency": facts.currency, "ready": ready(brief.customer_id),
            "lessons": [lesson.text for lesson in brief.lessons],
        },
        _notes(brief, shown),
    )  # fmt: skip


def ready(customer_id: int) -> str:
    """Return the command that notes the call which the brief was read for."""
    return f'ci-cli log call {customer_code(customer_id)} "…"'


def _who(brief: Brief) -> Table:
    facts, rhythm = brief.facts, brief.facts.rhythm
    labels = {
        "owner": msg("owner"), "tier": msg("tier"), "status": msg("status"),
        "industry": msg("industry"),
    }  # fmt: skip
    known = [name for name in SHOWN_FIELDS if brief.fields.get(name)]
    here = [person for person in brief.contacts if person.left_at is None]
    columns = (
        *(Column(name, labels[name]) for name in known),
        Column("place", msg("place")),
        Column("contact", msg("contact")),
        Column("revenue_year", msg("revenue of the year"), "money", facts.currency),
        Column("revenue_before", msg("year before"), "money", facts.currency),
        Column("change", msg("change"), "percent"),
        Column("purchases", msg("purchases of the year"), "int"),
        Column("last_purchase", msg("last purchase"), "date"),
        Column("expected_gap", msg("usual gap"), "days"),
        Column("silent", msg("silent days"), "days"),
        Column("rhythm", msg("rhythm"), "state"),
        Column("first_order", msg("first order")),
        Column("attitude", msg("attitude")),
        Column("last_contact", msg("last contact"), "date"),
        Column("last_call", msg("last personal call"), "date"),
    )
    row = (
        *(brief.fields[name] for name in known),
        ", ".join(part for part in map(brief.fields.get, ("city", "country")) if part) or None,
        _person(here[0]) if here else None,
        brief.net, brief.net_before, change(brief.net, brief.net_before), brief.orders,
        facts.last_purchase,
        *((rhythm.expected_gap, rhythm.silent_days, rhythm.state) if rhythm else (None,) * 3),
        _first(brief.first, facts.currency),
        _mood(facts.mood, facts.today),
        facts.touch.reached if facts.touch else None,
        facts.touch.personal if facts.touch else None,
    )  # fmt: skip
    return Table("who", columns, [row], is_card=True)


def _first(first: FirstOrder | None, currency: str) -> Msg | None:
    """Return what the customer began with, in one line."""
    if first is None:
        return None
    kinds = [name for name in first.categories if name][:SHOWN_FIRST]
    told = msg("{day}, {money}, products: {n}", day=first.day,
               money=Money(first.amount, currency), n=first.products)  # fmt: skip
    return msg("{one}; {other}", one=told, other=", ".join(kinds)) if kinds else told


def _mood(mood: Mood | None, today: date) -> Msg | None:
    """Return the attitude with its age, in one line."""
    if mood is None:
        return None
    age = (today - date.fromisoformat(mood.day)).days
    told = msg("{attitude}, {days} days ago", attitude=mood.now, days=age)
    return (
        msg("{one}; {other}", one=told, other=_short(" ".join(mood.why.split())))
        if mood.why
        else told
    )


def _person(person: ContactInfo) -> str:
    parts = (person.name, person.title, person.phone, person.email)
    return ", ".join(" ".join(part.split()) for part in parts if part)


def _buys(facts: Facts, shown: int) -> Table:
    columns = (
        Column("category", msg("category")),
        Column("year", msg("this year"), "money", facts.currency),
        Column("before", msg("year before"), "money", facts.currency),
        Column("change", msg("change"), "percent"),
        Column("last", msg("last purchase"), "date"),
        Column("state", msg("state"), "state"),
    )
    rows = [
        (
            one.category or None, one.now, one.before, change(one.now, one.before),
            one.last or None, category_state(one, facts.as_of, facts.rhythm),
        )
        for one in facts.categories[:shown]
    ]  # fmt: skip
    return Table("buys", columns, rows, msg("Buys"))


def _open(entries: Sequence[Talk], today: date) -> Table:
    columns = (
        Column("entry", msg("entry"), "int"),
        Column("kind", msg("kind"), "state"),
        Column("day", msg("day"), "date"),
        Column("due", msg("due"), "date"),
        Column("days_late", msg("days late"), "days"),
        Column("author", msg("by")),
        Column("text", msg("text")),
    )
    rows = []
    for talk in entries:
        late = (today - date.fromisoformat(talk.due)).days if talk.due else 0
        rows.append((talk.id, talk.kind, talk.day, talk.due, max(late, 0) or None, talk.author,
                     _short(excerpt(talk))))  # fmt: skip
    return Table("open", columns, rows, msg("Open: promises, requests, planned calls"))


def _words(words: Sequence[Talk]) -> Table:
    columns = (
        Column("day", msg("day"), "date"),
        Column("kind", msg("kind"), "state"),
        Column("outcome", msg("outcome"), "state"),
        Column("person", msg("contact")),
        Column("author", msg("by")),
        Column("text", msg("text")),
    )
    rows = [
        (talk.day, talk.kind, talk.outcome, talk.person, talk.author, _short(excerpt(talk)))
        for talk in words
    ]
    return Table("last_words", columns, rows, msg("Last words"))


def _events(events: Sequence[Event], currency: str) -> Table:
    columns = (
        Column("day", msg("day"), "date"),
        Column("what", msg("what"), "state"),
        Column("text", msg("text")),
        Column("amount", msg("amount"), "money", currency),
    )
    rows = [(one.day, one.what, _short(" ".join(one.text.split())), one.amount) for one in events]
    return Table("since", columns, rows, msg("Since the last contact"))


def _short(text: str) -> str:
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"


def _notes(brief: Brief, shown: Shown) -> list[Note]:
    facts = brief.facts
    left_out = (
        max(0, len(facts.categories) - shown.categories),
        max(0, len(facts.open_entries) - shown.entries),
    )
    notes = []
    if facts.touch is not None and facts.touch.reached is not None:
        age = (facts.today - date.fromisoformat(facts.touch.reached)).days
        notes.append(Note(msg("Last contact {days} days ago.", days=age)))
    else:
        notes.append(Note(msg("Nobody has reached this customer yet.")))
    if brief.events is not None:
        notes.append(
            Note(msg("Changed since the last contact: {n}; shown: {shown}.", n=len(brief.events),
                     shown=min(len(brief.events), shown.events)))
        )  # fmt: skip
    if any(left_out):
        notes.append(
            Note(msg("Not shown: categories {categories}, open entries {entries}.",
                     categories=left_out[0], entries=left_out[1]))
        )  # fmt: skip
    notes += [
        Note(msg("Lesson of {day}: {text}", day=one.day, text=_short(" ".join((one.text or "-")
                 .split()))))
        for one in brief.lessons[:SHOWN_LESSONS]
    ]  # fmt: skip
    return [*notes, Note(msg("After the call: {line}", line=ready(brief.customer_id)))]
