"""``ci-cli feedback due|code|competitors|reasons|learnt``: what follows from what was said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ci_cli.cli import analysis_input as inputs
from ci_cli.cli.options import Session, command
from ci_cli.cli.talks.feedback_commands import revenue_behind
from ci_cli.cli.talks.voice_reports import register_competitors
from ci_cli.errors import CiError, ExitCode
from ci_cli.report import Note
from ci_cli.shapes.voice import Voice
from ci_cli.store.engine import Connection
from ci_cli.text import _, msg

if TYPE_CHECKING:
    from ci_cli.analysis.code_frames import Frame


def register(app: typer.Typer) -> None:
    """Add the commands."""
    _register_due(app)
    _register_code(app)
    _register_losses(app)
    _register_learnt(app)


def _register_due(app: typer.Typer) -> None:
    @command(
        app, "due", shares=("show",), example="ci-cli feedback due --tier A --every 180d",
        help=_("Key accounts that have not been heard for long."),
    )  # fmt: skip
    def due(
        session: Session,
        tier: Annotated[
            str | None,
            typer.Option("--tier", help=_("Accounts of this tier; else all active ones.")),
        ] = None,
        every: Annotated[
            str,
            typer.Option(
                "--every",
                metavar="quarter|half|year|180d",
                help=_("How often each account is to be heard."),
            ),
        ] = "180d",
        owner: Annotated[
            str | None, typer.Option("--owner", help=_("Only accounts of this person."))
        ] = None,
    ) -> None:
        from ci_cli.analysis.coverage import calling_period
        from ci_cli.cli.talks.survey_commands import ACTIVE_WINDOW, active
        from ci_cli.reports.talks import feedback_facts
        from ci_cli.store import customers, engine, talks, voices

        period = calling_period(every, session.today)
        today = session.today.isoformat()
        with inputs.open_facts(session) as conn, engine.snapshot(conn):
            whose = customers.owners(conn)
            wanted = (
                active(conn, session.today, ACTIVE_WINDOW, tier=None, owner=owner)
                if tier is None
                else [
                    number
                    for number, (_name, its_owner, its_tier) in whose.items()
                    if _is(its_tier, tier) and (owner is None or _is(its_owner, owner))
                ]
            )
            heard = voices.last_words(conn, today)
            touches = talks.last_touches(conn, today)
            weight = revenue_behind(session, conn)
        first = period.first.isoformat() if period.first else ""
        quiet = [
            feedback_facts.Quiet(
                number, *whose[number], weight.revenue.get(number, 0), heard.get(number),
                touches[number].reached if number in touches else None,
            )
            for number in wanted
            if heard.get(number, "") < first
        ]  # fmt: skip
        quiet.sort(key=lambda one: (-one.revenue, one.last_feedback or "", one.customer_id))
        session.show(
            feedback_facts.build_due(
                quiet, looked_at=len(wanted), tier=tier, period=period, today=session.today,
                currency=weight.currency,
            )
        )  # fmt: skip
        session.say(*weight.notes)


def _is(value: str | None, wanted: str) -> bool:
    return (value or "").casefold() == wanted.strip().casefold()


def _register_code(app: typer.Typer) -> None:
    @command(
        app, "code", shares=("show", "write"),
        example="ci-cli feedback code --frame product",
        help=_("Sort what customers said under the codes of a frame, by its words or by hand."),
    )  # fmt: skip
    def code(
        session: Session,
        frame: Annotated[
            str, typer.Option("--frame", metavar="NAME|FILE", help=_("The codes and their words."))
        ],
        set_: Annotated[
            list[str] | None,
            typer.Option(
                "--set",
                metavar="ENTRY=CODE",
                help=_("Code this entry by hand; - for none; may be repeated."),
            ),
        ] = None,
        coder: Annotated[
            str | None, typer.Option("--coder", metavar="NAME", help=_("Who codes; else you."))
        ] = None,
        survey: Annotated[
            str | None, typer.Option("--survey", metavar="NAME", help=_("Only answers to this."))
        ] = None,
    ) -> None:
        from ci_cli.analysis import code_frames
        from ci_cli.cli.talks.typed_entries import after, kept_text
        from ci_cli.reports.talks import feedback_facts
        from ci_cli.store import engine, voices
        from ci_cli.store.writes import voices as writes

        chosen = code_frames.load_frame(frame)
        with session.store(write=True) as conn, engine.transaction(conn, keep=not session.dry_run):
            found = [one for one in _texts(conn, survey) if one.text]
            if set_:
                who = kept_text(coder) or session.user
                if who == code_frames.BY_WORDS:
                    who = session.user
                codes = _by_hand(chosen, found, set_)
            else:
                who = code_frames.BY_WORDS
                codes = {
                    (one.source, one.fact_key): code_frames.code_of(chosen, one.text or "")
                    for one in found
                }
            batch, counts = writes.code(
                conn, chosen.name, who, codes, day=session.today.isoformat(), by=session.user,
                at=session.now,
            )  # fmt: skip
            known: dict[str, dict[tuple[str, str], str | None]] = {}
            for one in voices.codings(conn, chosen.name):
                known.setdefault(one.coder, {})[one.source, one.fact_key] = one.code
        here = {(one.source, one.fact_key) for one in found}
        shown = {key: word for key, word in known.get(who, {}).items() if key in here}
        session.show(
            feedback_facts.build_codes(
                chosen, found, shown, who, code_frames.agreements(known)
            )
        )  # fmt: skip
        session.say(
            Note(
                msg("Codings new: {created}; changed: {updated}; as before: {unchanged}.",
                    created=counts.created, updated=counts.updated, unchanged=counts.unchanged)
            ),
            *after(session, batch),
        )  # fmt: skip


def _texts(conn: Connection, survey: str | None) -> list[Voice]:
    from ci_cli.cli.talks.survey_commands import find_survey
    from ci_cli.store import voices

    if survey is None:
        return voices.listing(conn, answers=True)
    return voices.listing(conn, survey=find_survey(conn, survey)[0].name)


def _by_hand(
    frame: Frame, found: list[Voice], words: list[str]
) -> dict[tuple[str, str], str | None]:
    """Return what ``--set 17=price`` says.

    Raises:
        CiError: ``code-unknown``: no such entry with a text, or no such code in the frame.
    """
    entries = {one.id: (one.source, one.fact_key) for one in found}
    codes: dict[tuple[str, str], str | None] = {}
    for text in words:
        entry, _sign, word = (part.strip() for part in text.partition("="))
        number = int(entry) if entry.isascii() and entry.isdigit() and len(entry) < 19 else 0
        if number not in entries or (word != "-" and word not in frame.codes):
            raise CiError(
                "code-unknown",
                msg("'{value}' names no entry with a text, or no code of the frame.", value=text),
                hint=msg("Write ENTRY=CODE with a number from `ci-cli feedback list`; codes:"
                         " {codes}, or - for none.", codes=", ".join(frame.codes)),
                exit_code=ExitCode.DECIDE,
            )  # fmt: skip
        codes[entries[number]] = None if word == "-" else word
    return codes


def _register_losses(app: typer.Typer) -> None:
    register_competitors(app, "ci-cli feedback competitors")

    @command(
        app, "reasons", shares=("show", "as_of"), example="ci-cli feedback reasons",
        help=_("Why customers left; those without a reason are counted as unknown."),
    )  # fmt: skip
    def reasons(session: Session) -> None:
        from ci_cli.analysis import losses
        from ci_cli.reports.talks import feedback_facts
        from ci_cli.store import engine, facts, talks, voices

        with inputs.open_facts(session) as conn, engine.snapshot(conn):
            weight = revenue_behind(session, conn)
            ever = (
                {
                    row.customer_id: row.net_all
                    for row in facts.customer_purchases(
                        conn, as_of=weight.window.last.isoformat(), start="",
                        currency=weight.currency,
                    )
                }
                if weight.currency
                else {}
            )  # fmt: skip
            gone = losses.lost_accounts(voices.insights(conn, "lost"), voices.statuses(conn))
            deals = talks.opportunities(conn, outcome="lost")
        session.show(
            feedback_facts.build_reasons(
                losses.by_reason(gone, ever), deals, currency=weight.currency
            )
        )
        session.say(*weight.notes)


def _register_learnt(app: typer.Typer) -> None:
    @command(
        app, "learnt", shares=("show", "source"), example="ci-cli feedback learnt --kind roi",
        help=_("Attitudes, aims, returns, losses and lessons, with the words behind them."),
    )  # fmt: skip
    def learnt(
        session: Session,
        kind: Annotated[
            Literal["attitude", "motive", "aim", "competitor", "roi", "lost", "lesson"] | None,
            typer.Option("--kind", help=_("Only of this kind.")),
        ] = None,
        customer: Annotated[
            str | None, typer.Option("--customer", help=_("Only of this customer."))
        ] = None,
        tag: Annotated[
            str | None, typer.Option("--tag", help=_("Only lessons with this tag."))
        ] = None,
        industry: Annotated[
            str | None, typer.Option("--industry", help=_("Only lessons of this industry."))
        ] = None,
        since: Annotated[
            str | None, typer.Option("--since", metavar="DAY", help=_("From this day on."))
        ] = None,
    ) -> None:
        from ci_cli.analysis.spoken_days import spoken_day
        from ci_cli.reports.talks import feedback_facts
        from ci_cli.store import customers, engine, voices

        first = None if since is None else spoken_day(since, session.today, ahead=False)
        with session.store() as conn, engine.snapshot(conn):
            found = voices.insights(
                conn, kind,
                customer_id=None if customer is None else customers.find(conn, customer),
                since=None if first is None else first.isoformat(),
            )  # fmt: skip
        session.show(
            feedback_facts.build_learnt(
                [
                    one
                    for one in found
                    if (tag is None or tag.strip().casefold() in (one.value or "").split(","))
                    and (industry is None or _is(one.industry, industry))
                ]
            )
        )
