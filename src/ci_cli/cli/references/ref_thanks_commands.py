"""``ci-cli ref thank`` and ``ci-cli ref reward``: what references got, and what is still due."""

from __future__ import annotations

from typing import Annotated

import typer

from ci_cli.cli.options import Session, command
from ci_cli.cli.references.ref_commands import CONTACT, ON, WHO
from ci_cli.errors import CiError, ExitCode
from ci_cli.report import Note
from ci_cli.text import _, msg


def register(app: typer.Typer) -> None:
    """Add ``ref thank``."""

    @command(
        app, "thank", shares=("show", "write"), example="ci-cli ref thank --due",
        help=_("Note a thank-you for all that a reference did so far; --due lists who waits."),
    )  # fmt: skip
    def thank(
        session: Session,
        customer: Annotated[
            str | None, typer.Argument(help=_("C number, the source's own id, or a name."))
        ] = None,
        due: Annotated[
            bool, typer.Option("--due", help=_("List the uses that nobody was thanked for."))
        ] = False,
        how: Annotated[
            str | None, typer.Option("--how", help=_("How: a letter, a call, dinner."))
        ] = None,
        contact: Annotated[str | None, CONTACT] = None,
        on: Annotated[str | None, ON] = None,
    ) -> None:
        if due == (customer is not None):
            raise CiError(
                "ref-thank-whom",
                msg("Say whom to thank, or --due."),
                hint=msg("`ci-cli ref thank --due` lists who waits for thanks."),
                exit_code=ExitCode.DECIDE,
            )
        if customer is None:
            _due(session)
        else:
            _thank(session, customer, how, contact, on)


def _due(session: Session) -> None:
    from ci_cli.analysis.references import gratitude
    from ci_cli.reports.references import reference_thanks
    from ci_cli.store import customers, engine, references

    with session.store() as conn, engine.snapshot(conn):
        limits = references.limits(conn)
        owed = gratitude.unthanked(
            references.uses(conn), references.thanks(conn), session.today, limits.thanks
        )
        who = customers.owners(conn) if owed else {}
    session.show(reference_thanks.build_due(owed, who, limits=limits, today=session.today))


def _thank(
    session: Session, customer: str, how: str | None, contact: str | None, on: str | None
) -> None:
    from ci_cli.analysis.references import gratitude
    from ci_cli.cli.references.ref_input import author, called, known_person
    from ci_cli.cli.talks.typed_entries import after, kept_text, past_day
    from ci_cli.store import customers, engine, references
    from ci_cli.store.writes import references as writes

    day, what = past_day(session, on), kept_text(how)
    with session.store(write=True) as conn, engine.transaction(conn, keep=not session.dry_run):
        number = customers.find(conn, customer)
        person, notes = known_person(conn, number, contact)
        owed = gratitude.unthanked(
            references.uses(conn, number), references.thanks(conn, number), day, 0
        )
        batch = writes.recognise(
            conn, writes.NewThanks(number, person, day.isoformat(), "thanks", what),
            author=author(session),
        )  # fmt: skip
        who = called(conn, number)
    session.say(
        Note(msg("{who} was thanked on {day}; uses that waited for it: {n}.", who=who,
                 day=day.isoformat(), n=len(owed))),
        *notes, *after(session, batch),
    )  # fmt: skip


def register_rewards(app: typer.Typer) -> None:
    """Add ``ref reward``."""

    @command(
        app, "add", shares=("write",),
        example="ci-cli ref reward add ERNSH 'place at the user conference' --value 300",
        help=_("Note what a reference got for its help; a limit keeps it from being paid."),
    )  # fmt: skip
    def add(
        session: Session,
        customer: Annotated[str, WHO],
        what: Annotated[str, typer.Argument(help=_("What it got."))],
        value: Annotated[
            str | None, typer.Option("--value", metavar="AMOUNT", help=_("What it was worth."))
        ] = None,
        currency: Annotated[
            str | None, typer.Option("--currency", metavar="CODE", help=_("Of the amount."))
        ] = None,
        contact: Annotated[str | None, CONTACT] = None,
        on: Annotated[str | None, ON] = None,
    ) -> None:
        from ci_cli.analysis.references import checks
        from ci_cli.cli.references.ref_input import author, called, known_person, typed_amount
        from ci_cli.cli.talks.typed_entries import after, needed_text, past_day
        from ci_cli.store import customers, engine, references
        from ci_cli.store.writes import references as writes

        day, said = past_day(session, on).isoformat(), needed_text(what)
        money = typed_amount(value, currency)
        with session.store(write=True) as conn, engine.transaction(conn, keep=not session.dry_run):
            number = customers.find(conn, customer)
            who = called(conn, number)
            checks.nominated(references.steps(conn, number).get(number, []), who, day)
            given = references.thanks(conn, number)
            checks.within_rewards(given, who, day, references.limits(conn))
            person, notes = known_person(conn, number, contact)
            batch = writes.recognise(
                conn,
                writes.NewThanks(
                    number, person, day, "reward", said, money.value, money.code(conn)
                ),
                author=author(session),
            )  # fmt: skip
        session.say(
            Note(msg("{who} got on {day}: {what}.", who=who, day=day, what=said)),
            *notes, *after(session, batch),
        )  # fmt: skip

    @command(
        app, "list", shares=("show",), example="ci-cli ref reward list",
        help=_("Rewards, what they were worth, and who helped without ever getting one."),
    )  # fmt: skip
    def list_(session: Session) -> None:
        from ci_cli.analysis.references import gratitude
        from ci_cli.reports.references import reference_thanks
        from ci_cli.store import customers, engine, references

        with session.store() as conn, engine.snapshot(conn):
            given = [one for one in references.thanks(conn) if one.kind == "reward"]
            without = gratitude.unrewarded(references.uses(conn), given)
            who = customers.owners(conn)
            limits = references.limits(conn)
        session.show(
            reference_thanks.build_rewards(given, without, who, limits=limits, today=session.today)
        )
