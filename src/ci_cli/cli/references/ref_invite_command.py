"""``ci-cli ref invite``: the letter that asks a customer for its consent, noted as an act."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ci_cli.cli.options import Session, command, spoken_language
from ci_cli.cli.references.ref_commands import CONTACT, ON, WHO, channels_of
from ci_cli.errors import CiError, ExitCode, Where
from ci_cli.report import Note
from ci_cli.shapes.references import CHANNELS
from ci_cli.text import Msg, _, msg, translate

if TYPE_CHECKING:
    from ci_cli.shapes.references import Limits
    from ci_cli.store.engine import Connection

GAPS = (
    "day", "customer", "contact", "greeting", "since", "requests", "answers", "uses", "days",
    "rest", "sender",
)  # fmt: skip
_NOTHING = re.compile(r"\n{3,}")  # a gap with nothing to fill it leaves no hole
_USUAL = ("call", "quote", "case")
# what each channel means to the customer that is asked
_ASKED: Mapping[str, Msg] = {
    "call": msg("a call of half an hour with a company that considers our product"),
    "video": msg("a short film in which you tell of your work with us"),
    "visit": msg("a visit of such a company to your site"),
    "mail": msg("an answer in writing to the questions of such a company"),
    "quote": msg("one or two sentences of yours that we may quote"),
    "case": msg("a story of one page on what you do with our product and what it brought"),
    "logo": msg("your name and logo among our customers"),
    "review": msg("a review of yours where companies look for products"),
    "event": msg("a talk of yours at one of our events"),
    "press": msg("a word of yours to a journalist or an analyst"),
}


def register(app: typer.Typer) -> None:
    """Add the command."""

    @command(
        app, "invite", shares=("write",),
        example="ci-cli ref invite ERNSH --channel call --channel case -o letter.txt",
        help=_("Write the letter that asks a nominated customer for its consent, and note it."),
    )  # fmt: skip
    def invite(
        session: Session,
        customer: Annotated[str, WHO],
        channel: Annotated[
            list[str] | None,
            typer.Option(
                "--channel", metavar="|".join(CHANNELS),
                help=_("What it is asked for; may be repeated; else call, quote and case."),
            ),
        ] = None,
        contact: Annotated[str | None, CONTACT] = None,
        sender: Annotated[
            str | None, typer.Option("--by", metavar="NAME", help=_("Who signs it; else you."))
        ] = None,
        template: Annotated[
            Path | None,
            typer.Option("--template", metavar="FILE", help=_("A letter of your own (text).")),
        ] = None,
        blank: Annotated[
            bool,
            typer.Option("--blank", help=_("Write the letter with its gaps, to make it your own;"
                                           " nothing is noted.")),
        ] = False,
        out: Annotated[
            Path | None,
            typer.Option("-o", "--output", metavar="FILE",
                         help=_("Write to FILE instead of the screen.")),
        ] = None,
        on: Annotated[str | None, ON] = None,
    ) -> None:  # fmt: skip
        from ci_cli.cli.talks.typed_entries import kept_text

        text = _shipped() if template is None else _own(template)
        if blank:
            _write(text, None if session.dry_run else out)
            return
        asked = channels_of(channel or []) or list(_USUAL)
        _invite(session, customer, contact, asked, kept_text(sender), text, out, on)


def _invite(
    session: Session, customer: str, contact: str | None, asked: list[str], sender: str | None,
    text: str, out: Path | None, on: str | None,
) -> None:  # fmt: skip
    from ci_cli.analysis.references import checks
    from ci_cli.cli.references.ref_input import author, called, known_person
    from ci_cli.cli.talks.typed_entries import after, past_day
    from ci_cli.jobs import gaps
    from ci_cli.output.held_back import held_back
    from ci_cli.store import customers, engine, references
    from ci_cli.store.writes import references as writes

    day = past_day(session, on).isoformat()
    with (
        held_back(None if session.dry_run else out) as place,
        session.store(write=True) as conn,
        engine.transaction(conn, keep=not session.dry_run),
    ):
        # one transaction: no letter without its entry, no entry without its letter
        number = customers.find(conn, customer)
        person, notes = known_person(conn, number, contact)
        who = called(conn, number)
        checks.nominated(references.steps(conn, number).get(number, []), who, day)
        batch = writes.add_steps(
            conn, number,
            [writes.NewStep(day, "invite", person=person, channel=one) for one in asked],
            command="ref invite", author=author(session),
        )  # fmt: skip
        filled = _values(
            conn, number, person, asked, references.limits(conn), sender or session.user, day
        )
        letter = _NOTHING.sub("\n\n", gaps.fill(text, filled))
        _write(letter, place.target, place.stdout)
    session.say(
        Note(msg("{who} is invited since {day}: {channels}. The answer is noted with ci-cli ref"
                 " consent.", who=who, day=day, channels=", ".join(asked))),
        *notes, *after(session, batch),
    )  # fmt: skip


def _values(
    conn: Connection, number: int, person: str | None, asked: list[str], limits: Limits,
    sender: str, day: str,
) -> dict[str, str]:  # fmt: skip
    """Return what fills the gaps, in the language that is spoken."""
    from ci_cli.store import customers, origins

    bought = origins.bought(conn, number, as_of=day)
    since = msg("since {day}", day=bought[0].first) if bought else msg("for some time now")
    greeting = msg("Dear {name},", name=person) if person else msg("Dear Sir or Madam,")
    wanted = [translate(_ASKED[one]) for one in asked]
    until = [translate(msg("[ ] yes, until {day}   [ ] no", day="__________"))] * len(asked)
    return {
        "day": day,
        "customer": customers.names(conn, [number])[number][0],
        "contact": person or "",
        "greeting": translate(greeting),
        "since": translate(since),
        "requests": "\n".join(f"{n}. {one}" for n, one in enumerate(wanted, start=1)),
        "answers": "\n".join(f"{n}. {one}" for n, one in enumerate(until, start=1)),
        "uses": str(limits.uses),
        "days": str(limits.days),
        "rest": str(limits.rest),
        "sender": sender,
    }


def _shipped() -> str:
    from importlib import resources

    name = f"data/letters/invitation-{spoken_language()}.txt"
    return resources.files("ci_cli").joinpath(name).read_text("utf-8")


def _own(file: Path) -> str:
    """Return a letter of one's own.

    Raises:
        CiError: ``letter-invalid``: a gap that nothing fills; what ``readers.prose`` raises.
    """
    from ci_cli.jobs import gaps
    from ci_cli.readers.prose import read_prose

    text = read_prose(file).text
    wrong = gaps.faults(text, GAPS)
    if wrong:
        raise CiError(
            "letter-invalid",
            msg("The letter cannot be filled in: {reason}", reason=wrong[0]),
            hint=msg("`ci-cli ref invite CUSTOMER --blank` shows a letter with all gaps."),
            where=Where(file=str(file)),
            exit_code=ExitCode.DECIDE,
        )
    return text


def _write(text: str, target: Path | None, stdout: object = None) -> None:
    """Write a letter to a file, else to the screen; nothing in it acts on a terminal."""
    from ci_cli.output.atomic import write_atomic_text
    from ci_cli.output.safe import file_text

    safe = file_text(text)
    if target is not None:
        with write_atomic_text(target) as handle:
            handle.write(safe)
        return
    typer.echo(safe, nl=False, file=stdout)  # type: ignore[arg-type]
