"""``ci-cli ref request``: who needs a reference for which deal, whom we approached, what came."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from ci_cli.cli.options import Session, command
from ci_cli.cli.references.ref_commands import CONTACT, ON
from ci_cli.errors import CiError, ExitCode
from ci_cli.report import Note
from ci_cli.shapes.references import Channel
from ci_cli.text import _, msg

NUMBER = typer.Argument(help=_("The number of the request: R3."))
REFERENCE = typer.Option("--reference", metavar="NAME", help=_("The customer that vouches."))
HOURS = typer.Option("--hours", min=0, max=1000, help=_("Time that it took."))
GRADE_RANGE = {"min": 1, "max": 5}


def register(app: typer.Typer) -> None:
    """Add the commands."""
    _register_new(app)
    _register_attempt(app)
    _register_fulfil(app)
    _register_cancel(app)
    _register_lists(app)


def _register_new(app: typer.Typer) -> None:
    @command(
        app, "new", shares=("write",),
        example="ci-cli ref request new 'Deal 881' --channel call --value 120000 --expected 4",
        help=_("Ask for a reference: for which deal, what it should be like, until when."),
    )  # fmt: skip
    def new(
        session: Session,
        what: Annotated[str, typer.Argument(help=_("The deal, in words."))],
        channel: Annotated[
            Channel, typer.Option("--channel", help=_("What the reference is to do."))
        ] = "call",
        prospect: Annotated[
            str | None,
            typer.Option("--for", metavar="PROSPECT", help=_("The customer to be won.")),
        ] = None,
        need: Annotated[
            str | None,
            typer.Option("--need", help=_("What it should be like: industry=汽车,product=WMS.")),
        ] = None,
        value: Annotated[
            str | None, typer.Option("--value", metavar="AMOUNT", help=_("What the deal is worth."))
        ] = None,
        currency: Annotated[
            str | None, typer.Option("--currency", metavar="CODE", help=_("Of the amount."))
        ] = None,
        expected: Annotated[
            int | None,
            typer.Option("--expected", **GRADE_RANGE, help=_("How well it should fit: 1 to 5.")),
        ] = None,
        due: Annotated[
            str | None, typer.Option("--due", metavar="DAY", help=_("Until when: fri, +2w."))
        ] = None,
        on: Annotated[str | None, ON] = None,
    ) -> None:  # fmt: skip
        from ci_cli.analysis.spoken_days import spoken_day
        from ci_cli.cli.references.ref_input import author, typed_amount
        from ci_cli.cli.talks.typed_entries import after, kept_text, needed_text, past_day
        from ci_cli.store import customers, engine
        from ci_cli.store.writes import references as writes

        day = past_day(session, on)
        until = None if due is None else spoken_day(due, session.today, ahead=True)
        if until is not None and until < day:
            raise CiError(
                "day-invalid",
                msg("It was due on {due}, before {day}.", due=until.isoformat(),
                    day=day.isoformat()),
                hint=msg("Check --due and --on."),
                exit_code=ExitCode.DECIDE,
            )  # fmt: skip
        money = typed_amount(value, currency)
        deal = needed_text(what)
        with session.store(write=True) as conn, engine.transaction(conn, keep=not session.dry_run):
            batch, number = writes.add_request(
                conn,
                writes.NewRequest(
                    None if prospect is None else customers.find(conn, prospect), deal, channel,
                    day.isoformat(), until.isoformat() if until else None, kept_text(need),
                    money.value, money.code(conn), expected,
                ),
                author=author(session),
            )  # fmt: skip
        session.say(
            Note(msg("Request R{number}: {channel} for {what}.", number=number, channel=channel,
                     what=deal)),
            *after(session, batch),
        )  # fmt: skip


def _register_attempt(app: typer.Typer) -> None:
    @command(
        app, "attempt", shares=("write",),
        example="ci-cli ref request attempt R1 --reference ERNSH --outcome agreed --hours 0.5",
        help=_("Note that a reference was approached for a request, and what it said."),
    )  # fmt: skip
    def attempt(
        session: Session,
        request: Annotated[str, NUMBER],
        reference: Annotated[str, REFERENCE],
        outcome: Annotated[
            Literal["agreed", "declined", "no_answer"],
            typer.Option("--outcome", help=_("What came of it.")),
        ],
        contact: Annotated[str | None, CONTACT] = None,
        hours: Annotated[float | None, HOURS] = None,
        note: Annotated[str | None, typer.Option("--note", help=_("In words."))] = None,
        on: Annotated[str | None, ON] = None,
    ) -> None:
        from ci_cli.analysis.references import checks
        from ci_cli.cli.references.ref_input import author, called, known_person
        from ci_cli.cli.talks.typed_entries import after, kept_text, past_day
        from ci_cli.store import customers, engine, references
        from ci_cli.store.writes import references as writes

        day, number = past_day(session, on).isoformat(), number_of(request, "R")
        said = kept_text(note)
        with session.store(write=True) as conn, engine.transaction(conn, keep=not session.dry_run):
            asked = references.request(conn, number)
            checks.still_open(asked)
            checks.not_before(day, asked)
            customer = customers.find(conn, reference)
            who = called(conn, customer)
            checks.nominated(references.steps(conn, customer).get(customer, []), who, day)
            person, notes = known_person(conn, customer, contact)
            batch = writes.add_attempt(
                conn, number, customer, person=person, day=day, outcome=outcome,
                minutes=_minutes(hours), note=said, author=author(session),
            )  # fmt: skip
        session.say(
            Note(msg("R{number}: {who} was approached on {day}: {outcome}.", number=number,
                     who=who, day=day, outcome=outcome)),
            *notes, *after(session, batch),
        )  # fmt: skip


def _register_fulfil(app: typer.Typer) -> None:
    @command(
        app, "fulfil", shares=("write",),
        example="ci-cli ref request fulfil R1 --reference ERNSH --grade 5 --hours 1",
        help=_("Note that a reference vouched for us; consent and caps are looked at once more."),
    )  # fmt: skip
    def fulfil(
        session: Session,
        request: Annotated[str, NUMBER],
        reference: Annotated[str, REFERENCE],
        contact: Annotated[str | None, CONTACT] = None,
        grade: Annotated[
            int | None,
            typer.Option("--grade", **GRADE_RANGE, help=_("How well it fitted: 1 to 5.")),
        ] = None,
        hours: Annotated[float | None, HOURS] = None,
        outcome: Annotated[
            str | None, typer.Option("--outcome", help=_("What came of it, in words."))
        ] = None,
        value: Annotated[
            str | None,
            typer.Option("--value", metavar="AMOUNT", help=_("What the deal is worth now.")),
        ] = None,
        currency: Annotated[
            str | None, typer.Option("--currency", metavar="CODE", help=_("Of the amount."))
        ] = None,
        on: Annotated[str | None, ON] = None,
    ) -> None:
        from ci_cli.analysis.references import checks
        from ci_cli.cli.references.ref_input import author, called, known_person, typed_amount
        from ci_cli.cli.talks.typed_entries import after, kept_text, past_day
        from ci_cli.store import customers, engine, references
        from ci_cli.store.writes import references as writes

        day, number = past_day(session, on).isoformat(), number_of(request, "R")
        money, said = typed_amount(value, currency), kept_text(outcome)
        with session.store(write=True) as conn, engine.transaction(conn, keep=not session.dry_run):
            asked = references.request(conn, number)
            checks.still_open(asked)
            checks.not_before(day, asked)
            customer = customers.find(conn, reference)
            who = called(conn, customer)
            checks.not_itself(asked, customer, who)
            person, notes = known_person(conn, customer, contact)
            # what the match saw may be over: somebody withdrew, or another request was faster
            steps = references.steps(conn, customer).get(customer, [])
            checks.consented(steps, asked.channel, person, who, day)
            used = [one.day for one in references.uses(conn, customer).get(customer, [])]
            checks.within_caps(used, who, day, references.limits(conn))
            batch = writes.fulfil(
                conn, number,
                writes.NewUse(
                    customer, person, asked.channel, day, grade, _minutes(hours), said,
                    money.value, money.code(conn),
                ),
                author=author(session),
            )  # fmt: skip
        session.say(
            Note(msg("R{number} is fulfilled: {who}, {channel} on {day}. Thank them: ci-cli ref"
                     " thank C{id}", number=number, who=who, channel=asked.channel, day=day,
                     id=customer)),
            *notes, *after(session, batch),
        )  # fmt: skip


def _register_cancel(app: typer.Typer) -> None:
    @command(
        app, "cancel", shares=("write",),
        example="ci-cli ref request cancel R1 --reason 'won without it' --dry-run",
        help=_("Close a request that needs no reference any more."),
    )  # fmt: skip
    def cancel(
        session: Session,
        request: Annotated[str, NUMBER],
        reason: Annotated[str, typer.Option("--reason", help=_("Why."))],
        on: Annotated[str | None, ON] = None,
    ) -> None:
        from ci_cli.analysis.references import checks
        from ci_cli.cli.references.ref_input import author
        from ci_cli.cli.talks.typed_entries import after, needed_text, past_day
        from ci_cli.store import engine, references
        from ci_cli.store.writes import references as writes

        day, number = past_day(session, on).isoformat(), number_of(request, "R")
        why = needed_text(reason)
        with session.store(write=True) as conn, engine.transaction(conn, keep=not session.dry_run):
            asked = references.request(conn, number)
            checks.still_open(asked)
            checks.not_before(day, asked)
            batch = writes.cancel(conn, number, day, why, author=author(session))
        session.say(
            Note(msg("R{number} is cancelled.", number=number)), *after(session, batch)
        )  # fmt: skip


def _register_lists(app: typer.Typer) -> None:
    @command(
        app, "list", shares=("show",), example="ci-cli ref request list --open",
        help=_("Requests for a reference, open ones first, with attempts and hours."),
    )  # fmt: skip
    def list_(
        session: Session,
        only_open: Annotated[bool, typer.Option("--open", help=_("Only open ones."))] = False,
    ) -> None:
        from ci_cli.reports.references import reference_requests
        from ci_cli.store import engine, references

        with session.store() as conn, engine.snapshot(conn):
            asked = references.requests(conn, "open" if only_open else None)
            report = reference_requests.build_list(
                asked, references.attempts(conn), references.uses(conn), today=session.today
            )
        session.show(report)

    @command(
        app, "show", shares=("show",), example="ci-cli ref request show R1",
        help=_("One request: who was approached, what was said, who vouched for us."),
    )  # fmt: skip
    def show(session: Session, request: Annotated[str, NUMBER]) -> None:
        from ci_cli.reports.references import reference_requests
        from ci_cli.store import customers, engine, references

        with session.store() as conn, engine.snapshot(conn):
            asked = references.request(conn, number_of(request, "R"))
            attempts, uses = references.attempts(conn), references.uses(conn)
            ids = [one.customer_id for one in attempts if one.request_id == asked.id] + [
                number for number, some in uses.items()
                if any(one.request_id == asked.id for one in some)
            ]  # fmt: skip
            names = {number: name for number, (name, _n) in customers.names(conn, ids).items()}
        session.show(
            reference_requests.build_show(asked, attempts, uses, names, today=session.today)
        )


def number_of(text: str, letter: str) -> int:
    """Return the number that somebody typed: ``R3`` or ``3``.

    Raises:
        CiError: ``ref-request-unknown`` or ``quote-unknown``.
    """
    digits = text.strip().upper().removeprefix(letter)
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 19):
        is_request = letter == "R"
        raise CiError(
            "ref-request-unknown" if is_request else "quote-unknown",
            msg("{text} is no number of a request.", text=text)
            if is_request
            else msg("{text} is no number of a quote.", text=text),
            hint=msg("`ci-cli ref request list` lists them.")
            if is_request
            else msg("`ci-cli ref quote list` lists them."),
            exit_code=ExitCode.DECIDE,
        )
    return int(digits)


def _minutes(hours: float | None) -> int | None:
    return None if hours is None else round(hours * 60)
