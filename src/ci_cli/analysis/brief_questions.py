"""What to ask a customer on the phone: questions that follow from facts, the most pressing first.

Every question rests on something that the store holds; none is general. The order is that of a good
talk: first what we owe them, then what they asked for, then what they no longer buy.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from ci_cli.analysis.cadence import DORMANT, SLOWING, Rhythm
from ci_cli.report import Money
from ci_cli.shapes.talks import ContractInfo, LastTouch, OpportunityInfo, Talk
from ci_cli.shapes.views import CategoryYear, Issue, Mood
from ci_cli.shapes.voice import COOL
from ci_cli.text import Msg, msg

ASKED = 3
STOPPED_GAPS = 3  # silent in a category for so many usual gaps of the customer …
STOPPED_DAYS = 90  # … and at least so long
FALLEN_TO = 0.6  # of the year before
RISEN_TO = 1.5
RENEWAL_DAYS = 120
QUOTED = 60  # characters


class Facts(NamedTuple):
    """What the questions follow from."""

    today: date
    as_of: date
    currency: str
    rhythm: Rhythm | None
    last_purchase: str | None
    categories: Sequence[CategoryYear]
    open_entries: Sequence[Talk]
    last_words: Sequence[Talk]
    contracts: Sequence[ContractInfo]
    deals: Sequence[OpportunityInfo]
    touch: LastTouch | None
    contacts: int  # people who have not left
    issues: Sequence[Issue] = ()  # that nobody has answered
    mood: Mood | None = None


def category_state(one: CategoryYear, as_of: date, rhythm: Rhythm | None) -> str:
    """Return what became of a category: stopped, new, down, up or steady.

    It has stopped when nothing was bought for three of the customer's usual gaps, and 90 days.
    """
    silent = (as_of - date.fromisoformat(one.last)).days if one.last else 0
    gap = rhythm.expected_gap if rhythm and rhythm.expected_gap else STOPPED_DAYS / STOPPED_GAPS
    if silent >= max(STOPPED_DAYS, STOPPED_GAPS * gap):
        return "stopped"
    if one.before <= 0:
        return "new" if one.now > 0 else "steady"
    share = one.now / one.before
    return "down" if share <= FALLEN_TO else "up" if share >= RISEN_TO else "steady"


def questions(facts: Facts, *, wanted: int = ASKED) -> list[Msg]:
    """Return the first questions that the facts give rise to."""
    found: list[Msg] = []
    for question in _all(facts):
        if len(found) == wanted:
            break
        found.append(question)
    return found


def _all(facts: Facts) -> Iterator[Msg]:
    today = facts.today.isoformat()
    for talk in facts.open_entries:
        if talk.kind == "promise" and (talk.due or "9999") < today:
            yield msg('We promised "{text}" for {due}: what did the delay cost you?',
                      text=_quoted(talk), due=talk.due)  # fmt: skip
            break
    for talk in facts.open_entries:
        if talk.kind in ("request", "ticket"):
            yield msg('You asked for "{text}" on {day}: is that still what you need?',
                      text=_quoted(talk), day=talk.day)  # fmt: skip
            break
    yield from _said(facts)
    yield from _trade(facts)
    yield from _agreements(facts)
    yield from _acquaintance(facts)
    yield from _remaining(facts)


def _said(facts: Facts) -> Iterator[Msg]:
    """Yield what was said and never answered: a complaint, a rival, an attitude that turned."""
    for one in [issue for issue in facts.issues if issue.kind == "complaint"][:1]:
        yield msg('On {day} you told us "{text}": is that settled?', day=one.day,
                  text=_short(one.text))  # fmt: skip
    for one in [issue for issue in facts.issues if issue.kind == "competitor"][:1]:
        yield msg("You spoke of {rival}: what do they do better than we do?",
                  rival=_short(one.text))  # fmt: skip
    mood = facts.mood
    if mood is not None and mood.now in COOL and not mood.answered:
        yield msg("We have the impression ({day}) that you are no longer content with us: what"
                  " would change that?", day=mood.day)  # fmt: skip


def _acquaintance(facts: Facts) -> Iterator[Msg]:
    if facts.contacts == 0:
        yield msg("We know nobody at your company by name: who decides about what we deliver?")
    if facts.contacts == 1:
        yield msg("We know one person at your company: who else works with what we deliver?")
    if facts.touch is None and not facts.last_words:
        yield msg("Nobody has noted a talk with you yet: what do you expect of us?")


def _remaining(facts: Facts) -> Iterator[Msg]:
    for one in facts.categories:
        if category_state(one, facts.as_of, facts.rhythm) == "up":
            yield msg("You buy more {category} than a year ago ({now}, before {before}): what do"
                      " you plan?", category=one.category or "-",
                      now=Money(one.now, facts.currency),
                      before=Money(one.before, facts.currency))  # fmt: skip
            break
    if facts.last_purchase:
        yield msg("Your last order was of {day}: did everything arrive as you wanted it?",
                  day=facts.last_purchase)  # fmt: skip
    for talk in facts.last_words[:1]:
        yield msg('On {day} we noted "{text}": how does it stand now?', day=talk.day,
                  text=_quoted(talk))  # fmt: skip
    if facts.last_purchase is None:
        yield msg("You have bought nothing from us yet: what would be a first order worth trying?")
    for one in facts.categories[:1]:
        yield msg("You buy {category} most of all, {now} in a year: what could be better about it?",
                  category=one.category or "-", now=Money(one.now, facts.currency))  # fmt: skip


def _trade(facts: Facts) -> Iterator[Msg]:
    rhythm = facts.rhythm
    states = [(category_state(one, facts.as_of, rhythm), one) for one in facts.categories]
    # who has stopped buying altogether has stopped in every category
    if rhythm is not None and rhythm.state in (SLOWING, DORMANT) and rhythm.expected_gap:
        yield msg(
            "You used to order every {gap} days, now {silent} days have passed: what has changed?",
            gap=round(rhythm.expected_gap),
            silent=rhythm.silent_days,
        )
    else:
        stopped = [one for state, one in states if state == "stopped"]
        for one in stopped[:1]:
            yield msg(
                "Since {day} you have bought no {category}: where do you get it now?",
                day=one.last,
                category=one.category or "-",
            )
    for one in [one for state, one in states if state == "down"][:1]:
        yield msg("{category} fell from {before} to {now} within a year: what is behind it?",
                  category=one.category or "-", before=Money(one.before, facts.currency),
                  now=Money(one.now, facts.currency))  # fmt: skip


def _agreements(facts: Facts) -> Iterator[Msg]:
    for one in facts.contracts:
        left = (date.fromisoformat(one.ends) - facts.today).days if one.ends else -1
        if 0 <= left <= RENEWAL_DAYS:
            yield msg("{contract} ends on {day}: what must the next one do better?",
                      contract=one.name or one.product or "-", day=one.ends)  # fmt: skip
            break
    for deal in facts.deals:
        if deal.outcome == "open":
            yield msg("What do you still need in order to decide on {deal}?",
                      deal=deal.name or deal.product or "-")  # fmt: skip
            break
    for deal in facts.deals:
        if deal.outcome == "lost" and deal.competitor:
            yield msg(
                "You chose {competitor} for {deal}: how does it do?",
                competitor=deal.competitor,
                deal=deal.name or deal.product or "-",
            )
            break


def _quoted(talk: Talk) -> str:
    return _short(talk.text or talk.subject or talk.topic or talk.kind)


def _short(said: str) -> str:
    text = " ".join(said.split())
    return text if len(text) <= QUOTED else text[: QUOTED - 1] + "…"
