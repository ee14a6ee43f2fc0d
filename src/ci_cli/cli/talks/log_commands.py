"""``ci-cli log``: note a call, a visit, a promise in one line; close it; look back; who is due."""

# no postponed annotations here: the commands share their option types, which are local names
import shlex
from pathlib import Path
from typing import Annotated, Any

import typer

from ci_cli.cli.options import Session, command
from ci_cli.cli.talks.typed_entries import after, kept_text, past_day
from ci_cli.errors import CiError, ExitCode
from ci_cli.report import Note
from ci_cli.shapes.talks import KINDS, PERSONAL, PLANNABLE, Attachment, Entry
from ci_cli.text import _, msg


def _help() -> dict[str, str]:
    """Return kind -> help, in the order in which help lists them."""
    return {
        "call": _("Note a phone call."),
        "visit": _("Note a visit."),
        "meeting": _("Note a meeting."),
        "demo": _("Note a product demonstration."),
        "mail": _("Note a mail; it is not a call."),
        "chat": _("Note a chat."),
        "request": _("Note what a customer asked for."),
        "note": _("Note something for ourselves; it is no contact."),
        "promise": _("Note what was promised, and until when."),
    }


def register(app: typer.Typer) -> None:
    """Add the commands that write."""
    for kind, text in _help().items():
        _register_kind(app, kind, text)

    @command(
        app, "done", shares=("write",), example="ci-cli log done 1",
        help=_("Close a promise, a request or a planned call."),
    )  # fmt: skip
    def done(
        session: Session,
        entry: Annotated[int, typer.Argument(min=1, help=_("Its number, from log list."))],
        on: Annotated[
            str | None, typer.Option("--on", metavar="DAY", help=_("When; else today."))
        ] = None,
        answered: Annotated[
            bool, typer.Option("--answered", help=_("Somebody spoke to us."))
        ] = False,
        refused: Annotated[bool, typer.Option("--refused", help=_("They refused."))] = False,
        no_answer: Annotated[bool, typer.Option("--no-answer", help=_("Nobody answered."))] = False,
        cancelled: Annotated[
            bool, typer.Option("--cancelled", help=_("It will not happen."))
        ] = False,
    ) -> None:
        from ci_cli.store import engine
        from ci_cli.store.writes import facts

        day = past_day(session, on)
        outcome = _outcome(
            answered=answered, refused=refused, no_answer=no_answer, cancelled=cancelled
        )
        with (
            session.store(write=True) as conn,
            engine.transaction(conn, keep=not session.dry_run),
        ):
            batch = facts.close(
                conn, entry, day.isoformat(), outcome=outcome, by=session.user, at=session.now
            )
        session.say(
            Note(msg("Closed entry {id} on {day}.", id=entry, day=day.isoformat())),
            *after(session, batch),
        )


def _register_kind(app: typer.Typer, kind: str, help_text: str) -> None:
    example = {
        "promise": 'ci-cli log promise ERNSH "send the spec" --due fri',
        "note": 'ci-cli log note ERNSH "new buyer from May on"',
    }.get(kind, f'ci-cli log {kind} ERNSH "wants fewer visits" --by chen')

    @command(app, kind, shares=("write",), example=example, help=help_text)
    def write(
        session: Session,
        customer: Annotated[
            str, typer.Argument(help=_("C number, the source's own id, or a name."))
        ],
        text: Annotated[
            str | None, typer.Argument(help=_("What was said; - reads it from the input."))
        ] = None,
        by: Annotated[
            str | None, typer.Option("--by", metavar="NAME", help=_("Who did it; else you."))
        ] = None,
        on: Annotated[
            str | None,
            typer.Option("--on", metavar="DAY", help=_("When: 2026-03-05, yesterday, mon.")),
        ] = None,
        answered: Annotated[
            bool, typer.Option("--answered", help=_("Somebody spoke to us."))
        ] = False,
        refused: Annotated[bool, typer.Option("--refused", help=_("They refused."))] = False,
        no_answer: Annotated[
            bool, typer.Option("--no-answer", help=_("Nobody answered."))
        ] = False,
        incoming: Annotated[bool, typer.Option("--in", help=_("They came to us."))] = False,
        outgoing: Annotated[bool, typer.Option("--out", help=_("We went to them."))] = False,
        contact: Annotated[
            str | None, typer.Option("--contact", metavar="NAME", help=_("With whom."))
        ] = None,
        topic: Annotated[
            str | None,
            typer.Option("--kind", metavar="WORD", help=_("What sort of entry: fit, billing …")),
        ] = None,
        due: Annotated[
            str | None,
            typer.Option(
                "--due", metavar="DAY",
                help=_("Until when: 2026-03-05, fri, +2w; a call that is due is planned."),
            ),
        ] = None,
        file: Annotated[
            list[Path] | None,
            typer.Option("--file", help=_("Take the text of a .txt, .md or .docx along.")),
        ] = None,
    ) -> None:  # fmt: skip
        outcome = _outcome(answered=answered, refused=refused, no_answer=no_answer)
        entry = _entry(
            session, kind, text=text, by=by, on=on, outcome=outcome, topic=topic, due=due,
            files=file or [], direction=_direction(incoming=incoming, outgoing=outgoing),
        )  # fmt: skip
        again = _words(
            kind, text, by=by, on=on, contact=contact, kind_of=topic, due=due, file=file,
            answered=answered, refused=refused, no_answer=no_answer, incoming=incoming,
            outgoing=outgoing,
        )  # fmt: skip
        _write(session, customer, entry, contact, again)


def _write(
    session: Session, customer: str, entry: Entry, contact: str | None, again: list[str]
) -> None:
    from dataclasses import replace

    from ci_cli.cli.talks.typed_entries import person_of
    from ci_cli.store import customers, engine
    from ci_cli.store.writes import facts

    notes: list[Note] = []
    with session.store(write=True) as conn, engine.transaction(conn, keep=not session.dry_run):
        customer_id = _find(conn, customer, again)
        if contact is not None:
            person, number, notes = person_of(conn, customer_id, contact)
            entry = replace(entry, person=person, contact_id=number)
        batch, number_of_entry = facts.log(
            conn, customer_id, entry, by=session.user, at=session.now
        )
        name, _records = customers.names(conn, [customer_id])[customer_id]
    session.say(
        Note(
            msg("Entry {id}: {kind}, C{customer} {name}, {day}, by {author}.", id=number_of_entry,
                kind=entry.kind, customer=customer_id, name=name, day=entry.day,
                author=entry.author or session.user)
        ),
        *notes,
        *after(session, batch),
    )  # fmt: skip


def _entry(
    session: Session, kind: str, *, text: str | None, by: str | None, on: str | None,
    outcome: str | None, topic: str | None, due: str | None, files: list[Path],
    direction: str | None,
) -> Entry:  # fmt: skip
    from ci_cli.analysis.spoken_days import spoken_day

    said, attached = _said(text, files)
    if said is None and (outcome is None or kind not in PLANNABLE):
        raise CiError(
            "log-empty",
            msg("The entry says nothing."),
            hint=msg("Write what was said behind the customer, or take a text along with --file."),
            exit_code=ExitCode.DECIDE,
        )
    day = past_day(session, on)
    until = None if due is None else spoken_day(due, session.today, ahead=True)
    if until is not None and until < day:
        raise CiError(
            "day-invalid",
            msg("It was due on {due}, before {day}.", due=until.isoformat(), day=day.isoformat()),
            hint=msg("Check --due and --on."),
            exit_code=ExitCode.DECIDE,
        )
    if outcome is None:
        if until is not None and kind in PLANNABLE:
            outcome = "planned"
        elif kind in PERSONAL:
            outcome = "answered"
    return Entry(
        kind, day.isoformat(), said, topic=kept_text(topic), direction=direction, outcome=outcome,
        author=kept_text(by) or session.user, due=until.isoformat() if until else None,
        files=attached,
    )  # fmt: skip


def _said(text: str | None, files: list[Path]) -> tuple[str | None, tuple[Attachment, ...]]:
    """Return the text of an entry with that of its files, and what the files were."""
    import sys

    from ci_cli.readers.prose import read_prose

    parts = [kept_text(sys.stdin.read() if text == "-" else text)]
    attached = []
    for path in files:
        prose = read_prose(path)
        parts.append(kept_text(prose.text))
        attached.append(Attachment(path.name, prose.size, prose.sha256))
    return "\n\n".join(part for part in parts if part) or None, tuple(attached)


def _find(conn: Any, text: str, again: list[str]) -> int:
    """Return the customer; where several fit, each is shown with the command that is ready."""
    from ci_cli.store import customers

    try:
        return customers.find(conn, text)
    except CiError as error:
        if error.code == "customer-ambiguous":
            error.details = tuple(
                text
                for line in error.details
                for text in (line, f"    {_ready(str(line).split()[0], again)}")
            )
            error.hint = msg("Use the line of the one that you mean.")
        raise


def _ready(code: str, again: list[str]) -> str:
    kind, *rest = again
    return " ".join(("ci-cli log", kind, code, *map(shlex.quote, rest)))


def _words(kind: str, text: str | None, **options: Any) -> list[str]:
    """Return the words of the command again, but for the customer."""
    names = {"incoming": "in", "outgoing": "out", "kind_of": "kind"}
    words = [kind, *([] if text is None else [text])]
    for name, value in options.items():
        flag = "--" + names.get(name, name).replace("_", "-")
        if value is True:
            words.append(flag)
        elif isinstance(value, list):
            words += [word for one in value for word in (flag, str(one))]
        elif value:
            words += [flag, str(value)]
    return words


def _direction(*, incoming: bool, outgoing: bool) -> str | None:
    if incoming and outgoing:
        raise _one_only("--in, --out")
    return "in" if incoming else "out" if outgoing else None


def _outcome(**said: bool) -> str | None:
    chosen = [name for name, is_said in said.items() if is_said]
    if len(chosen) > 1:
        raise _one_only(", ".join("--" + name.replace("_", "-") for name in said))
    return chosen[0] if chosen else None


def _one_only(flags: str) -> CiError:
    return CiError(
        "usage",
        msg("Only one of {flags} can be said.", flags=flags),
        hint=msg("`{command} --help` shows what it takes.", command="ci-cli log call"),
        exit_code=ExitCode.DECIDE,
    )


def check_kinds(kinds: list[str]) -> list[str]:
    """Return the kinds of entries asked for.

    Raises:
        CiError: ``log-kind-unknown``; the known ones are listed.
    """
    unknown = [kind for kind in kinds if kind not in KINDS]
    if unknown:
        raise CiError(
            "log-kind-unknown",
            msg("There is no kind of entry {kind}.", kind=unknown[0]),
            hint=msg("The kinds are: {known}.", known=", ".join(KINDS)),
            exit_code=ExitCode.DECIDE,
        )
    return kinds
