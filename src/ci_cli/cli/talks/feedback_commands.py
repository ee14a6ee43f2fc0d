"""``ci-cli feedback``: note what customers say, list it, and see what weighs most."""

from __future__ import annotations

from typing import Annotated, Literal, NamedTuple

import typer

from ci_cli.analysis.periods import Window
from ci_cli.analysis.periods import window as window_of
from ci_cli.cli import analysis_input as inputs
from ci_cli.cli.options import Session, command
from ci_cli.errors import CiError, ExitCode
from ci_cli.report import Note
from ci_cli.store.engine import Connection
from ci_cli.store.narrowed import VOICE
from ci_cli.text import _, msg

YEAR = "12m"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    _register_add(app)
    _register_list(app)
    _register_rank(app)


def _register_add(app: typer.Typer) -> None:
    @command(
        app, "add", shares=("write",),
        example='ci-cli feedback add ERNSH "weekly visits" --ask drop',
        help=_("Note a request to add, consider or drop something, praise, a complaint."),
    )  # fmt: skip
    def add(
        session: Session,
        customer: Annotated[
            str, typer.Argument(help=_("C number, the source's own id, or a name."))
        ],
        text: Annotated[
            str, typer.Argument(help=_("What was said; - reads it from the input."))
        ],
        ask: Annotated[
            Literal["add", "consider", "drop"] | None,
            typer.Option("--ask", help=_("They want us to add, consider or drop it.")),
        ] = None,
        kind: Annotated[
            Literal["praise", "complaint", "suggestion", "review"] | None,
            typer.Option("--kind", help=_("What it is where nothing is asked for.")),
        ] = None,
        product: Annotated[
            str | None, typer.Option("--product", help=_("The product that it is about."))
        ] = None,
        channel: Annotated[
            str | None, typer.Option("--channel", help=_("Where it was said: call, shop …"))
        ] = None,
        by: Annotated[
            str | None, typer.Option("--by", metavar="NAME", help=_("Who heard it; else you."))
        ] = None,
        on: Annotated[
            str | None,
            typer.Option("--on", metavar="DAY", help=_("When: 2026-03-05, yesterday, mon.")),
        ] = None,
    ) -> None:  # fmt: skip
        from ci_cli.cli.talks.typed_entries import after, kept_text, needed_text, past_day
        from ci_cli.shapes.voice import Said
        from ci_cli.store import customers, engine
        from ci_cli.store.writes import voices

        if (ask is None) == (kind is None):
            raise CiError(
                "feedback-kind-missing",
                msg("Say either --ask or --kind."),
                hint=msg("--ask add, consider or drop for a request; --kind praise, complaint,"
                         " suggestion or review for the rest."),
                exit_code=ExitCode.DECIDE,
            )  # fmt: skip
        said = Said(
            kind or "request", past_day(session, on).isoformat(), needed_text(text), ask=ask,
            product=kept_text(product), channel=kept_text(channel), author=kept_text(by),
        )  # fmt: skip
        with session.store(write=True) as conn, engine.transaction(conn, keep=not session.dry_run):
            number = customers.find(conn, customer)
            batch, entry = voices.say(conn, number, said, by=session.user, at=session.now)
            name, _records = customers.names(conn, [number])[number]
        session.say(
            Note(
                msg("Feedback {id}: {kind}, C{customer} {name}, {day}.", id=entry,
                    kind=said.ask or said.kind, customer=number, name=name, day=said.day)
            ),
            *after(session, batch),
        )  # fmt: skip


def _register_list(app: typer.Typer) -> None:
    @command(
        app, "list", shares=("show", "as_of", "source"), narrows=VOICE,
        example="ci-cli feedback list --ask drop",
        help=_("What customers ask us to add, consider and drop, and the revenue behind them."),
    )  # fmt: skip
    def list_(
        session: Session,
        ask: Annotated[
            Literal["add", "consider", "drop"] | None,
            typer.Option("--ask", help=_("Only requests to add, consider or drop.")),
        ] = None,
        kind: Annotated[
            Literal["request", "praise", "complaint", "suggestion", "review"] | None,
            typer.Option("--kind", help=_("Only of this kind.")),
        ] = None,
        product: Annotated[
            str | None, typer.Option("--product", help=_("Only about this product."))
        ] = None,
        customer: Annotated[
            str | None, typer.Option("--customer", help=_("Only of this customer."))
        ] = None,
        since: Annotated[
            str | None, typer.Option("--since", metavar="DAY", help=_("From this day on."))
        ] = None,
    ) -> None:
        from ci_cli.analysis.spoken_days import spoken_day
        from ci_cli.reports.talks import feedback_lists
        from ci_cli.store import customers, engine, voices

        first = None if since is None else spoken_day(since, session.today, ahead=False)
        with inputs.open_facts(session) as conn, engine.snapshot(conn):
            weight = revenue_behind(session, conn)
            found = voices.listing(
                conn, ask=ask, kind=kind, product=product,
                customer_id=None if customer is None else customers.find(conn, customer),
                since=None if first is None else first.isoformat(),
                until=None if session.as_of is None else weight.window.last.isoformat(),
            )  # fmt: skip
        session.show(
            feedback_lists.build_list(
                found, weight.revenue, window=weight.window, currency=weight.currency
            )
        )
        session.say(*weight.notes)


def _register_rank(app: typer.Typer) -> None:
    @command(
        app, "rank", shares=("show", "as_of", "source"), narrows=VOICE,
        example="ci-cli feedback rank --by revenue",
        help=_("Which requests weigh most, by the revenue or number of those who make them."),
    )  # fmt: skip
    def rank(
        session: Session,
        by: Annotated[
            Literal["revenue", "accounts"], typer.Option("--by", help=_("What weighs."))
        ] = "revenue",
        ask: Annotated[
            Literal["add", "consider", "drop"] | None,
            typer.Option("--ask", help=_("Only requests to add, consider or drop.")),
        ] = None,
        kind: Annotated[
            Literal["request", "praise", "complaint", "suggestion", "review"],
            typer.Option("--kind", help=_("What is ranked.")),
        ] = "request",
        frame: Annotated[
            str | None,
            typer.Option("--frame", metavar="NAME",
                         help=_("Group by the codes of this frame; see feedback code.")),
        ] = None,
        product: Annotated[
            str | None, typer.Option("--product", help=_("Only about this product."))
        ] = None,
        top: Annotated[
            int | None, typer.Option("--top", min=1, help=_("How many to list."))
        ] = None,
    ) -> None:  # fmt: skip
        from ci_cli.analysis import requests
        from ci_cli.reports.talks import feedback_lists
        from ci_cli.store import engine, voices

        with inputs.open_facts(session) as conn, engine.snapshot(conn):
            weight = revenue_behind(session, conn)
            found = voices.listing(
                conn, kind=kind, ask=ask, product=product,
                until=None if session.as_of is None else weight.window.last.isoformat(),
            )  # fmt: skip
            coded = {} if frame is None else _codes(conn, frame)
        said = [
            requests.Weighed(
                one.customer_id, one.kind, one.ask, one.text or "", one.day,
                coded.get((one.source, one.fact_key)),
            )
            for one in found
        ]  # fmt: skip
        demands = requests.rank(said, weight.revenue, by=by)
        session.show(
            feedback_lists.build_rank(
                demands[:top], by=by, top=len(requests.top_customers(weight.revenue)),
                window=weight.window, currency=weight.currency, frame=frame,
            )
        )  # fmt: skip
        session.say(*weight.notes)


def _codes(conn: Connection, frame: str) -> dict[tuple[str, str], str]:
    """Return the code of each text: that of the first person who gave one, else by its words."""
    from ci_cli.analysis.code_frames import BY_WORDS
    from ci_cli.store import voices

    codes: dict[tuple[str, str], str] = {}
    for one in sorted(voices.codings(conn, frame), key=lambda one: one.coder == BY_WORDS):
        if one.code is not None:
            codes.setdefault((one.source, one.fact_key), one.code)
    if not codes:
        raise CiError(
            "frame-unknown",
            msg("Nothing was coded by a frame named {frame} yet.", frame=frame),
            hint=msg("`ci-cli feedback code --frame FILE` codes what customers said."),
            exit_code=ExitCode.DECIDE,
        )
    return codes


class Weight(NamedTuple):
    """The revenue behind customers: by customer id, in one currency, in the window."""

    revenue: dict[int, int]
    window: Window
    currency: str | None
    notes: list[Note]


def revenue_behind(session: Session, conn: Connection) -> Weight:
    """Return what each customer brought in the 12 months up to the as-of day.

    Where customers pay in several currencies, the one with the most orders counts unless
    ``--currency`` names another; the rest is said to be left out.
    """
    from ci_cli.store import facts

    currencies = inputs.chosen_currencies(session, conn)
    day = inputs.as_of_day(session, conn) or session.today
    window = window_of(YEAR, day)
    if not currencies:
        return Weight({}, window, None, [])
    rows = facts.customer_purchases(
        conn, as_of=day.isoformat(), start=inputs.day_before(window.first), currency=currencies[0]
    )
    notes = inputs.other_currencies_note(currencies)
    return Weight({row.customer_id: row.net for row in rows}, window, currencies[0], notes)
