"""``ci-cli customer contact``: who to ask at a customer, in what position, and who has left."""

from __future__ import annotations

from typing import Annotated

import typer

from ci_cli.cli.options import Session, command
from ci_cli.cli.talks.typed_entries import after
from ci_cli.errors import CiError, ExitCode
from ci_cli.report import Note
from ci_cli.text import Msg, _, msg


def register(app: typer.Typer) -> None:
    """Add the commands of the group."""

    @command(
        app, "list", shares=("show",), example="ci-cli customer contact list ERNSH",
        help=_("The people at a customer: positions and since when, who is asked first, who left."),
    )  # fmt: skip
    def list_(
        session: Session,
        customer: Annotated[
            str, typer.Argument(help=_("C number, the source's own id, or a name."))
        ],
    ) -> None:
        from ci_cli.reports.customers import contacts
        from ci_cli.store import customers, engine, one_customer

        with session.store() as conn, engine.snapshot(conn):
            customer_id = customers.find(conn, customer)
            found = one_customer.people(conn, customer_id)
        session.show(contacts.build(customer_id, found))

    @command(
        app, "add", shares=("write",),
        example='ci-cli customer contact add ERNSH "Eva Huber" --title Buyer --primary',
        help=_("Add a person at a customer, or change what is known of one."),
    )  # fmt: skip
    def add(
        session: Session,
        customer: Annotated[
            str, typer.Argument(help=_("C number, the source's own id, or a name."))
        ],
        name: Annotated[str, typer.Argument(help=_("The person's name."))],
        title: Annotated[
            str | None, typer.Option("--title", help=_("Position, held from today on."))
        ] = None,
        phone: Annotated[str | None, typer.Option("--phone", help=_("Phone number."))] = None,
        email: Annotated[str | None, typer.Option("--email", help=_("E-mail address."))] = None,
        primary: Annotated[
            bool, typer.Option("--primary", help=_("The one to ask first."))
        ] = False,
    ) -> None:
        from ci_cli.importing.values.cells import ValueReject, clean_email, clean_phone, clean_text
        from ci_cli.store import customers, engine
        from ci_cli.store.writes import people

        try:
            person = {
                "name": clean_text(name), "title": clean_text(title or ""),
                "phone": clean_phone(phone or ""), "email": clean_email(email or ""),
            }  # fmt: skip
        except ValueReject as reject:
            raise _invalid(msg("{reason}.", reason=reject.reason)) from reject
        if not person["name"]:
            raise _invalid(msg("The contact has no name."))
        with (
            session.store(write=True) as conn,
            engine.transaction(conn, keep=not session.dry_run),
        ):
            customer_id = customers.find(conn, customer)
            batch, verdict = people.put(
                conn, customer_id, person, first=primary, day=session.today.isoformat(),
                by=session.user, at=session.now,
            )  # fmt: skip
        words = {"name": person["name"], "id": customer_id}
        said = {
            "created": msg("Added {name} at C{id}.", **words),
            "updated": msg("Changed {name} at C{id}.", **words),
            "unchanged": msg("{name} is noted so at C{id}; nothing was changed.", **words),
        }
        session.say(Note(said[verdict]), *after(session, batch, changed=verdict != "unchanged"))

    @command(
        app, "left", shares=("write",),
        example='ci-cli customer contact left ERNSH "Roland Mendel" --on 1998-05-31',
        help=_("Note that a person left; what was said with them stays."),
    )  # fmt: skip
    def left(
        session: Session,
        customer: Annotated[
            str, typer.Argument(help=_("C number, the source's own id, or a name."))
        ],
        name: Annotated[str, typer.Argument(help=_("The person's name."))],
        on: Annotated[
            str | None, typer.Option("--on", metavar="DAY", help=_("When; else today."))
        ] = None,
    ) -> None:
        from ci_cli.analysis.spoken_days import spoken_day
        from ci_cli.store import customers, engine
        from ci_cli.store.writes import people

        day = spoken_day(on or "today", session.today, ahead=False).isoformat()
        with (
            session.store(write=True) as conn,
            engine.transaction(conn, keep=not session.dry_run),
        ):
            customer_id = customers.find(conn, customer)
            found = customers.contacts_named(conn, customer_id, name)
            if len(found) != 1:
                raise CiError(
                    "contact-unknown",
                    msg("{name} is no contact of C{id}, or several are called so.", name=name,
                        id=customer_id),
                    hint=msg("`ci-cli customer contact list C{id}` lists them.", id=customer_id),
                    exit_code=ExitCode.DECIDE,
                    details=tuple(known for _number, known in found),
                )  # fmt: skip
            batch = people.leave(
                conn, customer_id, found[0][0], day, by=session.user, at=session.now
            )
        session.say(
            Note(msg("{name} left C{id} on {day}.", name=found[0][1], id=customer_id, day=day)),
            *after(session, batch),
        )


def _invalid(message: Msg) -> CiError:
    return CiError(
        "contact-invalid",
        message,
        hint=msg('Write for example: "Ann Lee" --email ann@example.com'),
        exit_code=ExitCode.DECIDE,
    )
