"""``ci-cli ref board``: the advisory group of customers, its terms and its meetings."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from ci_cli.cli.options import Session, command
from ci_cli.cli.references.ref_commands import CONTACT, ON, WHO, last_day
from ci_cli.errors import CiError, ExitCode
from ci_cli.report import Note
from ci_cli.text import Msg, _, msg

if TYPE_CHECKING:
    from ci_cli.analysis.references.board import Seat
    from ci_cli.shapes.references import Step


def register(app: typer.Typer) -> None:
    """Add the commands."""
    _register_join(app)
    _register_leave(app)
    _register_attend(app)
    _register_list(app)


def _register_join(app: typer.Typer) -> None:
    @command(
        app, "join", shares=("write",),
        example="ci-cli ref board join ERNSH --contact 'Roland Mendel' --until +2y",
        help=_("Note that a customer, or a person there, has a seat in the advisory group."),
    )  # fmt: skip
    def join(
        session: Session,
        customer: Annotated[str, WHO],
        contact: Annotated[str | None, CONTACT] = None,
        until: Annotated[
            str | None,
            typer.Option("--until", metavar="DAY",
                         help=_("The last day of the term; else until they leave.")),
        ] = None,
        on: Annotated[str | None, ON] = None,
    ) -> None:  # fmt: skip
        last = last_day(session, until, on)

        def seated(held: list[Seat], person: str | None, who: str) -> str | None:
            if any(seat.person == person for seat in held):
                raise _no_seat(msg("{who} has this seat already.", who=who))
            return person

        _write(
            session, customer, contact, on, "join", seated, until=last,
            said=lambda who, day: msg("{who} sits in the advisory group since {day}.", who=who,
                                      day=day),
        )  # fmt: skip


def _register_leave(app: typer.Typer) -> None:
    @command(
        app, "leave", shares=("write",), example="ci-cli ref board leave ERNSH --dry-run",
        help=_("Note that a member has left the advisory group before the end of its term."),
    )  # fmt: skip
    def leave(
        session: Session,
        customer: Annotated[str, WHO],
        contact: Annotated[str | None, CONTACT] = None,
        note: Annotated[str | None, typer.Option("--note", help=_("Why."))] = None,
        on: Annotated[str | None, ON] = None,
    ) -> None:
        _write(
            session, customer, contact, on, "leave", _seat_of, note=note,
            said=lambda who, day: msg("{who} has left the advisory group on {day}.", who=who,
                                      day=day),
        )  # fmt: skip


def _register_attend(app: typer.Typer) -> None:
    @command(
        app, "attend", shares=("write",),
        example="ci-cli ref board attend ERNSH --meeting 'spring meeting'",
        help=_("Note that a member came to a meeting of the advisory group."),
    )  # fmt: skip
    def attend(
        session: Session,
        customer: Annotated[str, WHO],
        meeting: Annotated[str, typer.Option("--meeting", help=_("What it is called."))],
        contact: Annotated[str | None, CONTACT] = None,
        on: Annotated[str | None, ON] = None,
    ) -> None:
        _write(
            session, customer, contact, on, "attend", _seat_of, note=meeting,
            said=lambda who, day: msg("{who} came to {meeting} on {day}.", who=who, day=day,
                                      meeting=meeting),
        )  # fmt: skip


def _register_list(app: typer.Typer) -> None:
    @command(
        app, "list", shares=("show",), example="ci-cli ref board list",
        help=_("Members of the advisory group, their terms, and who came to which meeting."),
    )  # fmt: skip
    def list_(session: Session) -> None:
        from ci_cli.analysis.references import board
        from ci_cli.reports.references import reference_board
        from ci_cli.store import customers, engine, references

        today = session.today.isoformat()
        with session.store() as conn, engine.snapshot(conn):
            steps = references.steps(conn)
            seats = board.seats(steps, today)
            known = customers.names(conn, sorted({one.customer_id for one in seats}))
        names = {number: name for number, (name, _records) in known.items()}
        session.show(reference_board.build(seats, board.meetings(steps, today), names, day=today))


def _write(
    session: Session, customer: str, contact: str | None, on: str | None, step: str,
    find: Callable[[list[Seat], str | None, str], str | None], *,
    said: Callable[[str, str], Msg], until: str | None = None, note: str | None = None,
) -> None:  # fmt: skip
    """Note one act of a member, after its seat was asked for in the same transaction."""
    from ci_cli.analysis.references import board
    from ci_cli.cli.references.ref_input import author, called, known_person
    from ci_cli.cli.talks.typed_entries import after, kept_text, past_day
    from ci_cli.store import customers, engine, references
    from ci_cli.store.writes import references as writes

    day, words = past_day(session, on).isoformat(), kept_text(note)
    with session.store(write=True) as conn, engine.transaction(conn, keep=not session.dry_run):
        number = customers.find(conn, customer)
        named, notes = known_person(conn, number, contact)
        who = called(conn, number)
        told: list[Step] = references.steps(conn, number).get(number, [])
        person = find(board.sitting(told, day), named, who)
        batch = writes.add_steps(
            conn, number, [writes.NewStep(day, step, person=person, until=until, note=words)],
            command=f"ref board {step}", author=author(session),
        )  # fmt: skip
    session.say(Note(said(who, day)), *notes, *after(session, batch))


def _seat_of(held: list[Seat], person: str | None, who: str) -> str | None:
    """Return whose seat is meant.

    Raises:
        CiError: ``board-no-seat``.
    """
    fits = [seat for seat in held if person in (None, seat.person)]
    # a customer's own seat can be taken by anybody there
    fits = fits or [seat for seat in held if seat.person is None]
    if not fits:
        raise _no_seat(msg("{who} has no such seat in the advisory group on that day.", who=who))
    if len(fits) > 1:
        raise _no_seat(
            msg("{who} has several seats: {people}.", who=who,
                people=", ".join(seat.person or "-" for seat in fits))
        )  # fmt: skip
    return fits[0].person


def _no_seat(said: Msg) -> CiError:
    return CiError(
        "board-no-seat", said,
        hint=msg("`ci-cli ref board list` shows who sits there; --contact says which person."),
        exit_code=ExitCode.DECIDE,
    )  # fmt: skip
