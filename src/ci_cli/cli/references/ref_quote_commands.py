"""``ci-cli ref quote``: the words of customers, their permission, and where they went."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from ci_cli.cli.options import Session, command
from ci_cli.cli.references.ref_commands import CONTACT, ON, WHO, last_day
from ci_cli.errors import CiError, ExitCode
from ci_cli.report import Note
from ci_cli.text import _, msg

NUMBER = typer.Argument(help=_("The number of the quote: Q2."))
PUBLIC_ONLY = typer.Option(
    "--public", help=_("Only what may leave the house: approved for the public, not expired.")
)
INDUSTRY = typer.Option("--industry", help=_("In any words: 汽车 finds Automotive."))
ABOUT = typer.Option("--product", help=_("The product that it is about."))
WHOSE = typer.Option("--customer", help=_("Only of this customer."))


def register(app: typer.Typer) -> None:
    """Add the commands."""
    _register_add(app)
    _register_permission(app)
    _register_use(app)
    _register_lists(app)


def _register_add(app: typer.Typer) -> None:
    @command(
        app, "add", shares=("write",),
        example="ci-cli ref quote add ERNSH 'Returns take us half the time' --product Chai",
        help=_("Keep what a customer said, word by word; it is a draft until it is approved."),
    )  # fmt: skip
    def add(
        session: Session,
        customer: Annotated[str, WHO],
        text: Annotated[
            str, typer.Argument(help=_("What was said, verbatim; - reads it from the input."))
        ],
        contact: Annotated[str | None, CONTACT] = None,
        product: Annotated[str | None, ABOUT] = None,
        on: Annotated[str | None, ON] = None,
    ) -> None:
        from ci_cli.cli.references.ref_input import author, called, known_person
        from ci_cli.cli.talks.typed_entries import after, kept_text, needed_text, past_day
        from ci_cli.store import customers, engine
        from ci_cli.store.writes import references as writes

        day, words, about = past_day(session, on), needed_text(text), kept_text(product)
        with session.store(write=True) as conn, engine.transaction(conn, keep=not session.dry_run):
            number = customers.find(conn, customer)
            person, notes = known_person(conn, number, contact)
            batch, quote = writes.add_quote(
                conn, writes.NewQuote(number, person, words, about, day.isoformat()),
                author=author(session),
            )  # fmt: skip
            who = called(conn, number)
        session.say(
            Note(msg("Quote Q{quote} of {who} is a draft; ci-cli ref quote approve Q{quote} notes"
                     " the permission.", quote=quote, who=who)),
            *notes, *after(session, batch),
        )  # fmt: skip


def _register_permission(app: typer.Typer) -> None:
    @command(
        app, "approve", shares=("write",),
        example="ci-cli ref quote approve Q1 --by 'Roland Mendel' --scope public --until +1y",
        help=_("Note that the customer permits a quote: for whom, and until when."),
    )  # fmt: skip
    def approve(
        session: Session,
        quote: Annotated[str, NUMBER],
        by: Annotated[
            str, typer.Option("--by", metavar="NAME", help=_("Who of the customer permits it."))
        ],
        scope: Annotated[
            Literal["public", "internal"],
            typer.Option("--scope", help=_("public may leave the house, internal may not.")),
        ],
        until: Annotated[
            str | None,
            typer.Option("--until", metavar="DAY", help=_("The last day: 2026-03-05, +1y.")),
        ] = None,
        on: Annotated[str | None, ON] = None,
    ) -> None:
        from ci_cli.cli.talks.typed_entries import needed_text, past_day

        last, who = last_day(session, until, on), needed_text(by)
        day = past_day(session, on).isoformat()
        _permit(session, quote, "ref quote approve", day, who, scope, last)

    @command(
        app, "expire", shares=("write",), example="ci-cli ref quote expire Q1 --dry-run",
        help=_("End the permission of a quote: the day before is its last one."),
    )  # fmt: skip
    def expire(
        session: Session,
        quote: Annotated[str, NUMBER],
        on: Annotated[
            str | None,
            typer.Option("--on", metavar="DAY", help=_("The first day without it; else today.")),
        ] = None,
    ) -> None:
        from datetime import timedelta

        from ci_cli.cli.talks.typed_entries import past_day

        last = past_day(session, on) - timedelta(days=1)
        _permit(session, quote, "ref quote expire", None, None, None, last.isoformat())


def _permit(
    session: Session, quote: str, entry: str, approved: str | None, by: str | None,
    scope: str | None, until: str | None,
) -> None:  # fmt: skip
    """Approve a quote anew, or (``approved`` None) end the permission that it has."""
    from ci_cli.cli.references.ref_input import author
    from ci_cli.cli.references.ref_request_commands import number_of
    from ci_cli.cli.talks.typed_entries import after
    from ci_cli.store import engine, references
    from ci_cli.store.writes import references as writes

    number = number_of(quote, "Q")
    with session.store(write=True) as conn, engine.transaction(conn, keep=not session.dry_run):
        row = references.quote(conn, number)
        if approved is None:
            if row.approved is None:
                raise CiError(
                    "quote-not-allowed",
                    msg("Quote Q{number} was never approved.", number=number),
                    hint=msg("A draft never goes out; nothing needs to end."),
                    exit_code=ExitCode.DECIDE,
                )
            until = min(until or "", row.until or "9999-12-31")
        batch = writes.permit_quote(
            conn, number, command=entry, approved=approved or row.approved,
            approved_by=by or row.approved_by, scope=scope or row.scope, until=until,
            author=author(session),
        )  # fmt: skip
    if approved is None:
        said = msg("The permission of Q{number} ends on {until}.", number=number, until=until)
    elif until is None:
        said = msg("Q{number} is approved by {who}: {scope}, until it is withdrawn.",
                   number=number, who=by, scope=scope)  # fmt: skip
    else:
        said = msg("Q{number} is approved by {who}: {scope}, until {until}.", number=number,
                   who=by, scope=scope, until=until)  # fmt: skip
    session.say(Note(said), *after(session, batch))


def _register_use(app: typer.Typer) -> None:
    @command(
        app, "use", shares=("write",),
        example="ci-cli ref quote use Q1 --in 'spring brochure'",
        help=_("Note where a quote goes; refused unless it may be shown on that day."),
    )  # fmt: skip
    def use(
        session: Session,
        quote: Annotated[str, NUMBER],
        place: Annotated[str, typer.Option("--in", metavar="PLACE", help=_("Where it goes."))],
        on: Annotated[str | None, ON] = None,
    ) -> None:
        from ci_cli.analysis.references import checks
        from ci_cli.cli.references.ref_input import author
        from ci_cli.cli.references.ref_request_commands import number_of
        from ci_cli.cli.talks.typed_entries import after, needed_text, past_day
        from ci_cli.store import engine, references
        from ci_cli.store.writes import references as writes

        day, where = past_day(session, on).isoformat(), needed_text(place)
        number = number_of(quote, "Q")
        with session.store(write=True) as conn, engine.transaction(conn, keep=not session.dry_run):
            checks.may_be_shown(references.quote(conn, number), day)
            batch = writes.use_quote(conn, number, day, where, author=author(session))
        session.say(
            Note(msg("Q{number} went into {place} on {day}.", number=number, place=where, day=day)),
            *after(session, batch),
        )  # fmt: skip


def _register_lists(app: typer.Typer) -> None:
    @command(
        app, "list", shares=("show",), example="ci-cli ref quote list",
        help=_("The library of quotes: permission, expiry, uses."),
    )  # fmt: skip
    def list_(session: Session, public: Annotated[bool, PUBLIC_ONLY] = False) -> None:
        _show(session, public=public)

    @command(
        app, "find", shares=("show",), example="ci-cli ref quote find --product Chai",
        help=_("Quotes by industry, product or words, the least used first."),
    )  # fmt: skip
    def find(
        session: Session,
        words: Annotated[
            str | None, typer.Argument(help=_("Words that stand in it, in any order."))
        ] = None,
        industry: Annotated[str | None, INDUSTRY] = None,
        product: Annotated[str | None, ABOUT] = None,
        customer: Annotated[str | None, WHOSE] = None,
        public: Annotated[bool, PUBLIC_ONLY] = False,
    ) -> None:
        _show(session, public=public, words=words, industry=industry, product=product,
              customer=customer, by_use=True)  # fmt: skip


def _show(
    session: Session, *, public: bool, words: str | None = None, industry: str | None = None,
    product: str | None = None, customer: str | None = None, by_use: bool = False,
) -> None:  # fmt: skip
    from ci_cli.analysis.references import quotes, synonyms
    from ci_cli.reports.references import reference_quotes
    from ci_cli.store import customers, engine, references

    today = session.today.isoformat()
    known = synonyms.load(synonyms.own_file(session.db))
    with session.store() as conn, engine.snapshot(conn):
        number = None if customer is None else customers.find(conn, customer)
        rows = references.quotes(conn, number)
    total = len(rows)
    if public:
        rows = quotes.public(rows, today)
    rows = quotes.about(rows, known, industry=industry, product=product, text=words)
    if by_use:
        rows.sort(key=lambda one: (one.uses, one.last_use or "", one.id))
    session.show(reference_quotes.build(rows, total=total, public=public, day=today))
