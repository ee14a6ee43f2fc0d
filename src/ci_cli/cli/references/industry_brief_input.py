"""What ``report brief`` is made of: who is in it, what they bought, said and agreed to."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from ci_cli.cli import analysis_input as inputs
from ci_cli.cli.options import Session
from ci_cli.report import Note
from ci_cli.text import msg

if TYPE_CHECKING:
    from ci_cli.analysis.references.states import Consent
    from ci_cli.cli.programme.goal_books import Books
    from ci_cli.reports.references.industry_brief import Brief, Member
    from ci_cli.store.engine import Connection

NAMES_US = ("case", "logo")  # who agreed to one of them may be named in public


class Found(NamedTuple):
    """A brief and what its figures speak for."""

    brief: Brief
    span: tuple[str, str]  # first and last day
    currencies: list[str]


def gather(
    session: Session, conn: Connection, as_of: date, *, industry: str | None, product: str | None,
    public: bool,
) -> Found:  # fmt: skip
    """Return all that a brief tells.

    Raises:
        CiError: ``flagship-unknown``: no product or category is called so.
    """
    from ci_cli.analysis.references import quotes, states, synonyms
    from ci_cli.cli.programme.goal_books import Books, years_before
    from ci_cli.reports.references.industry_brief import Brief
    from ci_cli.store import engine, origins, references, voices

    today = session.today.isoformat()
    words = synonyms.load(synonyms.own_file(session.db))
    with engine.snapshot(conn):
        books = Books(conn)
        currencies = inputs.chosen_currencies(session, conn)
        members = {
            number
            for number, profile in books.profiles.items()
            if industry is None or words.fits("industry", industry, profile.industry)
        }
        if not members:
            session.say(_nobody(books, industry or ""))
        if product is not None:
            members &= _buyers(conn, product, as_of, currencies)
        told = references.steps(conn)
        agreed = {number: states.standing(told[number], today) for number in members & told.keys()}
        every = references.quotes(conn)
        kept = [one for one in every if one.customer_id in members]
        kept = quotes.about(kept, words, product=product)
        returns = [
            one
            for one in voices.insights(conn, "roi", until=today)
            if (one.customer_id in members if one.customer_id is not None
                else product is None and industry is not None
                and words.fits("industry", industry, one.industry))
        ]  # fmt: skip
        if public:
            _say_bounds(session, books, agreed)
            kept = quotes.public(kept, today)
            returns = [
                one for one in returns
                if one.customer_id is not None and _may(agreed.get(one.customer_id, []), "case")
            ]  # fmt: skip
        active = books.buyers(as_of)
        brief = Brief(
            industry, product, _members(conn, books, members, as_of, currencies, agreed),
            frozenset(n for n, some in agreed.items() if _may(some, *NAMES_US)), len(active),
            _adoption(conn, members & active, as_of, currencies),
            _flagship(conn, members & active, as_of, currencies), returns, kept,
            {
                "quote": origins.origins(conn, "quote", (one.id for one in kept)),
                "insight": origins.origins(conn, "insight", (one.id for one in returns)),
            },
            quotes.permissions(every, today),
        )  # fmt: skip
    first = years_before(as_of) + timedelta(days=1)
    return Found(brief, (first.isoformat(), as_of.isoformat()), currencies)


def _may(agreed: list[Consent], *channels: str) -> bool:
    return any(one.channel in channels for one in agreed)


def _say_bounds(session: Session, books: Books, agreed: dict[int, list[Consent]]) -> None:
    """Say, beside the page, within which bounds those agreed who are named on it."""
    for number, some in sorted(agreed.items()):
        for one in some:
            if one.channel in NAMES_US and one.scope:
                session.say(bounds(books.profiles[number].name, one.scope))


def bounds(name: str, scope: str) -> Note:
    """Return the warning for whoever sends a page out: what was agreed to, and no more."""
    return Note(
        msg("{name} agreed within these bounds: {scope}", name=name, scope=scope), "warning"
    )


def _nobody(books: Books, industry: str) -> Note:
    known = Counter(one.industry for one in books.profiles.values() if one.industry)
    return Note(
        msg("No customer is of the industry {name}. Industries in the store: {known}.",
            name=industry, known=", ".join(name for name, _n in known.most_common(12)) or "-"),
        "warning",
    )  # fmt: skip


def _members(
    conn: Connection, books: Books, members: set[int], as_of: date, currencies: list[str],
    agreed: dict[int, list[Consent]],
) -> list[Member]:  # fmt: skip
    """Return the members, those with most revenue (of the first currency) on top."""
    from ci_cli.analysis.standing import NEVER
    from ci_cli.reports.references.industry_brief import Member
    from ci_cli.store import origins

    revenue: dict[int, dict[str, int]] = {}
    first: dict[int, str] = {}
    last: dict[int, str] = {}
    for code in currencies:
        for row in books.year(as_of, code):
            if row.customer_id in members and row.first is not None:
                number = row.customer_id
                revenue.setdefault(number, {})[code] = row.net
                first[number] = min(row.first, first.get(number, row.first))
                last[number] = max(row.last or "", last.get(number, ""))
    active, standing = books.buyers(as_of), books.standing(as_of)
    places = origins.origins(conn, "record", members)  # the founding record has the same number
    found = []
    for number in members:
        profile = books.profiles[number]
        channels = tuple(dict.fromkeys(one.channel for one in agreed.get(number, ())))
        found.append(
            Member(
                number, profile.name, profile.owner, profile.industry,
                standing.get(number, NEVER), number in active, first.get(number),
                last.get(number), revenue.get(number, {}), channels, places.get(number),
            )
        )  # fmt: skip
    main = currencies[0] if currencies else ""
    return sorted(found, key=lambda one: (-one.revenue.get(main, 0), one.customer_id))


def _buyers(conn: Connection, product: str, as_of: date, currencies: list[str]) -> set[int]:
    from ci_cli.store import flagships

    return {
        number
        for code in currencies
        for number, one in flagships.sales(
            conn, [product], as_of=as_of.isoformat(), start="", currency=code
        ).items()
        if one.last is not None
    }


def _adoption(
    conn: Connection, active: set[int], as_of: date, currencies: list[str]
) -> list[tuple[str, int]]:
    """Return how many of the active members bought each category in the twelve months."""
    from ci_cli.cli.programme.goal_books import years_before
    from ci_cli.store import activity_facts

    bought = {
        (row.category, row.customer_id)
        for code in currencies
        for row in activity_facts.category_spend(
            conn, as_of=as_of.isoformat(), start=years_before(as_of).isoformat(), currency=code
        )
        if row.net > 0 and row.customer_id in active
    }
    counts = Counter(category for category, _number in bought)
    return sorted(counts.items(), key=lambda one: (-one[1], one[0]))


def _flagship(
    conn: Connection, active: set[int], as_of: date, currencies: list[str]
) -> tuple[str, int] | None:
    """Return the flagship of the store, and how many of the active members have taken it up."""
    from ci_cli.analysis.adoption import ADOPTED
    from ci_cli.cli.programme.adoption_command import flagship_taken

    told = flagship_taken(conn, as_of, currencies)
    if told is None:
        return None
    adopted = {one.customer_id for one in told.taken if one.state == ADOPTED}
    return told.called, len(adopted & active)
