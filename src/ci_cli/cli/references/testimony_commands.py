"""``ci-cli report quotes|case|brief``: what customers say of us, each statement with its record.

Permissions are judged on today, whatever day the figures speak for: what was withdrawn since must
not leave the house in a report on last year.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ci_cli.cli import analysis_input as inputs
from ci_cli.cli.options import Session, command
from ci_cli.cli.references.ref_commands import WHO
from ci_cli.cli.references.ref_quote_commands import ABOUT, INDUSTRY, PUBLIC_ONLY, WHOSE
from ci_cli.text import _

if TYPE_CHECKING:
    from datetime import date

    from ci_cli.analysis.references.states import Consent
    from ci_cli.reports.customers.customer_case import Known
    from ci_cli.shapes.references import Origin
    from ci_cli.shapes.voice import Voice
    from ci_cli.store.engine import Connection

_BEST = 0.75  # a review praises in the best quarter of its scale, as it complains in the worst


def register(app: typer.Typer) -> None:
    """Add the commands to the group ``report``."""
    _register_quotes(app)
    _register_case(app)
    _register_brief(app)


def _register_quotes(app: typer.Typer) -> None:
    @command(
        app, "quotes", shares=("show",), example="ci-cli report quotes --public",
        help=_("A page of quotes with their records; what may not leave the house is marked."),
    )  # fmt: skip
    def quotes(
        session: Session,
        industry: Annotated[str | None, INDUSTRY] = None,
        product: Annotated[str | None, ABOUT] = None,
        customer: Annotated[str | None, WHOSE] = None,
        public: Annotated[bool, PUBLIC_ONLY] = False,
    ) -> None:
        from ci_cli.analysis.references import quotes as rules
        from ci_cli.analysis.references import synonyms
        from ci_cli.reports.customers import customer_quotes
        from ci_cli.store import customers, engine, origins, references

        today = session.today.isoformat()
        words = synonyms.load(synonyms.own_file(session.db))
        with session.store() as conn, engine.snapshot(conn):
            number = None if customer is None else customers.find(conn, customer)
            every = references.quotes(conn, number)
            places = origins.origins(conn, "quote", (one.id for one in every))
        rows = rules.about(
            rules.public(every, today) if public else every, words, industry=industry,
            product=product,
        )  # fmt: skip
        session.show(
            customer_quotes.build(rows, places, total=len(every), public=public, day=today)
        )


def _register_case(app: typer.Typer) -> None:
    @command(
        app, "case", shares=("as_of", "show"), example="ci-cli report case ERNSH",
        help=_("The story of one customer: who, what they buy, what it brought, their words."),
    )  # fmt: skip
    def case(
        session: Session,
        customer: Annotated[str, WHO],
        public: Annotated[
            bool,
            typer.Option("--public", help=_("Only what may leave the house; needs their consent to"
                                            " a case.")),
        ] = False,
    ) -> None:  # fmt: skip
        from ci_cli.analysis.references import checks, states
        from ci_cli.cli.references.industry_brief_input import bounds
        from ci_cli.cli.references.ref_input import called
        from ci_cli.reports.customers import customer_case
        from ci_cli.store import customers, engine, references

        today = session.today.isoformat()
        with session.store() as conn, engine.snapshot(conn):
            as_of = inputs.as_of_day(session, conn) or session.today
            number = customers.find(conn, customer)
            steps = references.steps(conn, number).get(number, [])
            if public:
                checks.consented(steps, "case", None, called(conn, number), today)
            agreed = next(iter(states.standing(steps, today, "case")), None)
            known = _known(session, conn, number, as_of, agreed)
        session.show(customer_case.build(known, public=public, day=today, as_of=as_of.isoformat()))
        if public and agreed is not None and agreed.scope:
            session.say(bounds(known.name, agreed.scope))


def _known(
    session: Session, conn: Connection, number: int, as_of: date, agreed: Consent | None
) -> Known:  # fmt: skip
    from ci_cli.analysis.references import quotes
    from ci_cli.reports.customers.customer_case import Known
    from ci_cli.store import customers, origins, references, voices

    today = session.today.isoformat()
    returns = voices.insights(conn, "roi", customer_id=number, until=today)
    praise = [
        one
        for one in voices.listing(conn, customer_id=number, until=today)
        if one.text and (one.kind == "praise" or _is_praise(one))
    ]
    kept = references.quotes(conn, number)
    bought = origins.bought(conn, number, as_of=as_of.isoformat())
    return Known(
        number, customers.names(conn, [number])[number][0], _who(session, conn, number),
        [one for one in bought if session.currency in (None, one.currency)],
        returns, praise, kept,
        {
            "quote": origins.origins(conn, "quote", (one.id for one in kept)),
            "insight": origins.origins(conn, "insight", (one.id for one in returns)),
            "feedback": origins.origins(conn, "feedback", (one.id for one in praise)),
        },
        quotes.permissions(kept, today), agreed,
    )  # fmt: skip


def _is_praise(one: Voice) -> bool:
    from ci_cli.report import QUANTITY_SCALE

    if one.kind != "review" or one.rating is None or one.high is None:
        return False
    low = one.low or 1
    return one.high > low and (one.rating / QUANTITY_SCALE - low) / (one.high - low) >= _BEST


def _who(session: Session, conn: Connection, number: int) -> dict[str, tuple[str, Origin]]:
    """Return the fields that a case tells, each from the record whose word counts first."""
    import json

    from ci_cli.analysis.references import synonyms
    from ci_cli.reports.customers.customer_case import WHO
    from ci_cli.store import customers, origins

    sizes = synonyms.load(synonyms.own_file(session.db)).columns.get("size", frozenset())
    found: dict[str, tuple[str, Origin]] = {}
    for row in customers.records_of(conn, number):
        own = {key: row[key] for key in WHO if key in row.keys() and row[key]}  # noqa: SIM118
        for heading, value in json.loads(row["extra"] or "{}").items():
            if value and synonyms.plain_word(heading) in sizes:
                own.setdefault("size", str(value))
        new = {key: value for key, value in own.items() if key not in found}
        places = origins.field_origins(conn, row["id"], new)
        found |= {key: (value, places[key]) for key, value in new.items()}
    return found


def _register_brief(app: typer.Typer) -> None:
    @command(
        app, "brief", shares=("as_of", "show"),
        example="ci-cli report brief --industry restaurant",
        help=_("An industry, or who buys a product: customers, adoption, what it brought, quotes."),
    )  # fmt: skip
    def brief(
        session: Session,
        industry: Annotated[str | None, INDUSTRY] = None,
        product: Annotated[
            str | None,
            typer.Option(
                "--product", metavar="NAME",
                help=_("Only who ever bought this product or category; * for anything."),
            ),
        ] = None,
        public: Annotated[
            bool,
            typer.Option("--public", help=_("Only what may leave the house: approved words, names"
                                            " of those who agreed, no revenue.")),
        ] = False,
        top: Annotated[
            int, typer.Option("--top", min=1, help=_("How many customers to list."))
        ] = 20,
    ) -> None:  # fmt: skip
        from ci_cli.cli.references import industry_brief_input
        from ci_cli.reports.references import industry_brief

        with inputs.open_facts(session) as conn:
            as_of = inputs.as_of_day(session, conn)
            if as_of is None:
                inputs.nothing_yet(session)
                return
            session.say(*inputs.undated_note(conn))
            found = industry_brief_input.gather(
                session, conn, as_of, industry=industry, product=product, public=public
            )
        session.show(
            industry_brief.build(
                found.brief, public=public, day=session.today.isoformat(), span=found.span,
                currencies=found.currencies, top=top,
            )
        )  # fmt: skip
