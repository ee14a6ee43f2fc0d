"""``ci-cli ref``: customers who vouch for us, from their nomination to their retirement."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ci_cli.cli.options import Session, command
from ci_cli.errors import CiError, ExitCode
from ci_cli.report import Note
from ci_cli.shapes.references import CHANNELS, Channel
from ci_cli.text import Msg, _, msg

if TYPE_CHECKING:
    from ci_cli.store.writes.references import NewStep

WHO = typer.Argument(help=_("C number, the source's own id, or a name."))
CONTACT = typer.Option("--contact", metavar="NAME", help=_("Which person there."))
ON = typer.Option("--on", metavar="DAY", help=_("When: 2026-03-05, yesterday, mon; else today."))


def register(app: typer.Typer) -> None:
    """Add the commands."""
    _register_nominate(app)
    _register_consent(app)
    _register_withdraw(app)
    _register_retire(app)
    _register_list(app)
    _register_show(app)


def _register_nominate(app: typer.Typer) -> None:
    @command(
        app, "nominate", shares=("write",),
        example="ci-cli ref nominate ERNSH --use-case returns",
        help=_("Propose a customer as a reference; it is asked for nothing before it consents."),
    )  # fmt: skip
    def nominate(
        session: Session,
        customer: Annotated[str, WHO],
        contact: Annotated[str | None, CONTACT] = None,
        use_case: Annotated[
            list[str] | None,
            typer.Option("--use-case", help=_("What it can speak about; may be repeated.")),
        ] = None,
        product: Annotated[
            list[str] | None,
            typer.Option("--product", help=_("Product it can speak about; may be repeated.")),
        ] = None,
        note: Annotated[str | None, typer.Option("--note", help=_("Why this customer."))] = None,
        on: Annotated[str | None, ON] = None,
    ) -> None:
        from ci_cli.cli.talks.typed_entries import kept_text
        from ci_cli.store.writes.references import NewStep

        _write(
            session, customer, contact, on, "ref nominate",
            [
                NewStep(
                    "", "nominate", use_case=_list(use_case), product=_list(product),
                    note=kept_text(note),
                )
            ],
            lambda who, day: msg("{who} is nominated since {day}. It is matched once it has"
                                 " consented: ci-cli ref consent", who=who, day=day),
            first=True,
        )  # fmt: skip


def _register_consent(app: typer.Typer) -> None:
    @command(
        app, "consent", shares=("write",),
        example="ci-cli ref consent ERNSH --channel call --said-by 'Roland Mendel' --until +1y",
        help=_("Note what a customer agreed to do for us, who said so, and until when it holds."),
    )  # fmt: skip
    def consent(
        session: Session,
        customer: Annotated[str, WHO],
        channel: Annotated[
            list[str],
            typer.Option(
                "--channel", metavar="|".join(CHANNELS),
                help=_("What it agreed to; may be repeated."),
            ),
        ],
        said_by: Annotated[
            str, typer.Option("--said-by", metavar="NAME", help=_("Who of the customer agreed."))
        ],
        contact: Annotated[
            str | None,
            typer.Option("--contact", metavar="NAME",
                         help=_("Only this person does it; else anybody there.")),
        ] = None,
        scope: Annotated[
            str | None, typer.Option("--scope", help=_("Within which bounds, in words."))
        ] = None,
        until: Annotated[
            str | None,
            typer.Option("--until", metavar="DAY",
                         help=_("The last day: 2026-03-05, +1y; else until it is withdrawn.")),
        ] = None,
        on: Annotated[str | None, ON] = None,
    ) -> None:  # fmt: skip
        from ci_cli.analysis.references import checks
        from ci_cli.cli.talks.typed_entries import kept_text, needed_text
        from ci_cli.store.writes.references import NewStep

        last, asked = last_day(session, until, on), channels_of(channel)
        word, who = kept_text(scope), needed_text(said_by)
        _write(
            session, customer, contact, on, "ref consent",
            [
                NewStep("", "consent", channel=one, scope=word, until=last, said_by=who)
                for one in asked
            ],
            lambda who, day: msg("{who} agreed on {day} to: {channels}.", who=who, day=day,
                                 channels=", ".join(asked)),
            check=checks.nominated,
        )  # fmt: skip


def _register_withdraw(app: typer.Typer) -> None:
    @command(
        app, "withdraw", shares=("write",),
        example="ci-cli ref withdraw ERNSH --channel call --said-by 'Roland Mendel'",
        help=_("Note that a customer takes its consent back: for a channel, else for all."),
    )  # fmt: skip
    def withdraw(
        session: Session,
        customer: Annotated[str, WHO],
        channel: Annotated[
            list[str] | None,
            typer.Option(
                "--channel", metavar="|".join(CHANNELS),
                help=_("For which channel; else for all."),
            ),
        ] = None,
        contact: Annotated[
            str | None,
            typer.Option("--contact", metavar="NAME",
                         help=_("Only what this person agreed to; else everything.")),
        ] = None,
        said_by: Annotated[
            str | None,
            typer.Option("--said-by", metavar="NAME", help=_("Who of the customer said so.")),
        ] = None,
        note: Annotated[str | None, typer.Option("--note", help=_("Why."))] = None,
        on: Annotated[str | None, ON] = None,
    ) -> None:  # fmt: skip
        from ci_cli.analysis.references import checks
        from ci_cli.cli.talks.typed_entries import kept_text
        from ci_cli.store.writes.references import NewStep

        channels: list[str | None] = [*channels_of(channel or [])] or [None]
        who, why = kept_text(said_by), kept_text(note)
        _write(
            session, customer, contact, on, "ref withdraw",
            [NewStep("", "withdraw", channel=one, said_by=who, note=why) for one in channels],
            lambda who, day: msg("{who} has withdrawn its consent on {day}.", who=who, day=day),
            check=checks.nominated,
        )  # fmt: skip


def _register_retire(app: typer.Typer) -> None:
    @command(
        app, "retire", shares=("write",),
        example="ci-cli ref retire ERNSH --reason 'asked often enough' --dry-run",
        help=_("Take a customer out of the programme; all that it agreed to ends."),
    )  # fmt: skip
    def retire(
        session: Session,
        customer: Annotated[str, WHO],
        reason: Annotated[str, typer.Option("--reason", help=_("Why."))],
        on: Annotated[str | None, ON] = None,
    ) -> None:
        from ci_cli.analysis.references import checks
        from ci_cli.cli.talks.typed_entries import needed_text
        from ci_cli.store.writes.references import NewStep

        _write(
            session, customer, None, on, "ref retire",
            [NewStep("", "retire", note=needed_text(reason))],
            lambda who, day: msg("{who} is retired since {day}.", who=who, day=day),
            check=checks.nominated,
        )  # fmt: skip


def _register_list(app: typer.Typer) -> None:
    @command(
        app, "list", shares=("show",), example="ci-cli ref list --ready",
        help=_("References and where each stands; how many each step of the rule removed."),
    )  # fmt: skip
    def list_(
        session: Session,
        only_ready: Annotated[
            bool, typer.Option("--ready", help=_("Only those that may be asked today."))
        ] = False,
        channel: Annotated[
            Channel | None, typer.Option("--channel", help=_("Judged for this channel; else any."))
        ] = None,
        state: Annotated[
            Literal["nominated", "consented", "ready", "resting", "retired"] | None,
            typer.Option("--state", help=_("Only those that stand there.")),
        ] = None,
    ) -> None:
        from ci_cli.analysis.references import ready
        from ci_cli.cli import analysis_input as inputs
        from ci_cli.cli.references.ref_input import programme
        from ci_cli.reports.references import reference_lists
        from ci_cli.store import engine

        today = session.today.isoformat()
        with inputs.open_facts(session) as conn, engine.snapshot(conn):
            ours = programme(session, conn)
        judged = ready.judge(ours.known, ours.limits, today, channel)
        shown = [
            one for one in judged
            if state in (None, one.state) and (one.is_ready or not only_ready)
        ]  # fmt: skip
        notes = reference_lists.rule_notes(
            judged, ours.limits, ours.health, day=today, channel=channel
        )
        session.show(
            reference_lists.build_list(shown, judged, ready.funnel(judged), notes, day=today)
        )


def _register_show(app: typer.Typer) -> None:
    @command(
        app, "show", shares=("show",), example="ci-cli ref show ERNSH",
        help=_("One reference: its state and how it came there, consents, and all it did for us."),
    )  # fmt: skip
    def show(session: Session, customer: Annotated[str, WHO]) -> None:
        from ci_cli.analysis.references import ready, states
        from ci_cli.cli import analysis_input as inputs
        from ci_cli.cli.references.ref_input import called, programme
        from ci_cli.reports.references import reference_lists
        from ci_cli.store import customers, engine, references

        today = session.today.isoformat()
        with inputs.open_facts(session) as conn, engine.snapshot(conn):
            number = customers.find(conn, customer)
            ours = programme(session, conn)
            judged = {
                one.account.customer_id: one for one in ready.judge(ours.known, ours.limits, today)
            }
            if number not in judged:
                raise _no_reference(called(conn, number))
            one, told = judged[number], ours.known.steps[number]
            used = [use.day for use in one.uses]
            report = reference_lists.build_show(
                one, steps=told, consents=states.consents(told, today),
                moments=states.history(told, used, today, ours.limits),
                attempts=references.attempts(conn, number),
                thanks=references.thanks(conn, number), quotes=references.quotes(conn, number),
                notes=reference_lists.rule_notes(
                    [one], ours.limits, ours.health, day=today, channel=None
                ),
                day=today,
            )  # fmt: skip
        session.show(report)


def _write(
    session: Session, customer: str, contact: str | None, on: str | None, entry: str,
    steps: list[NewStep],
    said: Callable[[str, str], Msg], *, check: Callable[..., None] | None = None,
    first: bool = False,
) -> None:  # fmt: skip
    """Note steps of one reference, after what forbids them was asked in the same transaction."""
    from ci_cli.analysis.references import states
    from ci_cli.cli.references.ref_input import author, called, known_person
    from ci_cli.cli.talks.typed_entries import after, past_day
    from ci_cli.store import customers, engine, references
    from ci_cli.store.writes import references as writes

    day = past_day(session, on).isoformat()
    with session.store(write=True) as conn, engine.transaction(conn, keep=not session.dry_run):
        number = customers.find(conn, customer)
        person, notes = known_person(conn, number, contact)
        who = called(conn, number)
        told = references.steps(conn, number).get(number, [])
        if check is not None:
            check(told, who, day)
        if first and states.is_nominated(told, day) and not _tells(steps, person):
            raise _already(who)
        batch = writes.add_steps(
            conn, number, [one._replace(day=day, person=person) for one in steps],
            command=entry, author=author(session),
        )  # fmt: skip
    session.say(Note(said(who, day)), *notes, *after(session, batch))


def _tells(steps: list[NewStep], person: str | None) -> bool:
    """Tell whether nominating once more says anything new: a person, a use case, a product."""
    return person is not None or any(one.use_case or one.product for one in steps)


def last_day(session: Session, until: str | None, on: str | None) -> str | None:
    """Return the last day of a permission, which must not lie before its first.

    Raises:
        CiError: ``day-invalid``.
    """
    from ci_cli.analysis.spoken_days import spoken_day
    from ci_cli.cli.talks.typed_entries import past_day

    if until is None:
        return None
    last, first = spoken_day(until, session.today, ahead=True), past_day(session, on)
    if last < first:
        raise CiError(
            "day-invalid",
            msg("It would end on {until}, before {day}.", until=last.isoformat(),
                day=first.isoformat()),
            hint=msg("Check --until and --on."),
            exit_code=ExitCode.DECIDE,
        )  # fmt: skip
    return last.isoformat()


def channels_of(words: list[str]) -> list[str]:
    """Return channels as they are kept, each once.

    Raises:
        CiError: ``ref-channel-unknown``; the known ones are listed.
    """
    asked = list(dict.fromkeys(word.strip().lower() for word in words))
    unknown = [word for word in asked if word not in CHANNELS]
    if unknown:
        raise CiError(
            "ref-channel-unknown",
            msg("There is no channel {word}.", word=unknown[0]),
            hint=msg("The channels are: {known}.", known=", ".join(CHANNELS)),
            exit_code=ExitCode.DECIDE,
        )
    return asked


def _list(words: list[str] | None) -> str | None:
    from ci_cli.cli.talks.typed_entries import kept_text

    kept = [clean.replace(",", " ") for word in words or [] if (clean := kept_text(word))]
    return ", ".join(dict.fromkeys(kept)) or None


def _already(who: str) -> CiError:
    return CiError(
        "ref-nominated",
        msg("{who} is nominated already.", who=who),
        hint=msg("`ci-cli ref consent` notes what it agreed to; `ci-cli ref show` what is known."),
        exit_code=ExitCode.DECIDE,
    )


def _no_reference(who: str) -> CiError:
    return CiError(
        "ref-not-nominated",
        msg("{who} was never nominated as a reference.", who=who),
        hint=msg("`ci-cli ref nominate` comes first."),
        exit_code=ExitCode.DECIDE,
    )
