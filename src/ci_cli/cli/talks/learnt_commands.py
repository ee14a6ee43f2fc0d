"""Note what we learnt of a customer: attitude, rivals, returns, why it left; and lessons."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Annotated, Literal

import typer

from ci_cli.cli.options import Session, command
from ci_cli.errors import CiError, ExitCode
from ci_cli.report import QUANTITY_SCALE, Note
from ci_cli.shapes.voice import NO_REASON, Learnt
from ci_cli.text import _, msg

_MOST = Decimal(9_000_000_000_000)  # a figure in millionths still fits into the store
CustomerArgument = Annotated[
    str, typer.Argument(help=_("C number, the source's own id, or a name."))
]
OnOption = Annotated[
    str | None, typer.Option("--on", metavar="DAY", help=_("When: 2026-03-05, yesterday, mon."))
]
ByOption = Annotated[
    str | None, typer.Option("--by", metavar="NAME", help=_("Who noticed it; else you."))
]
OriginOption = Annotated[
    str | None, typer.Option("--source", metavar="TEXT", help=_("What it is known from."))
]


def register(log: typer.Typer) -> None:
    """Add ``log attitude|competitor|roi|lesson``."""
    _register_attitude(log)
    _register_competitor(log)
    _register_roi(log)
    _register_lesson(log)


def _register_attitude(app: typer.Typer) -> None:
    @command(
        app, "attitude", shares=("write",),
        example='ci-cli log attitude ERNSH --attitude cooling --why "new CFO"',
        help=_("Note how a customer stands to us, what drives it and what it aims at."),
    )  # fmt: skip
    def attitude(
        session: Session,
        customer: CustomerArgument,
        attitude: Annotated[
            Literal["enthusiastic", "warm", "warming", "neutral", "cooling", "cold", "hostile"]
            | None,
            typer.Option("--attitude", help=_("How they stand to us now.")),
        ] = None,
        motive: Annotated[str | None, typer.Option("--motive", help=_("What drives them."))] = None,
        aim: Annotated[
            str | None, typer.Option("--aim", help=_("What they want to reach."))
        ] = None,
        why: Annotated[str | None, typer.Option("--why", help=_("Why, in short."))] = None,
        origin: OriginOption = None,
        by: ByOption = None,
        on: OnOption = None,
    ) -> None:
        told = [("attitude", attitude), ("motive", motive), ("aim", aim)]
        if not any(value for _kind, value in told):
            raise CiError(
                "log-empty",
                msg("The entry says nothing."),
                hint=msg("Say at least one of {flags}.", flags="--attitude, --motive, --aim"),
                exit_code=ExitCode.DECIDE,
            )
        facts = [
            _learnt(session, kind, on, by, value=value, text=why, origin=origin)
            for kind, value in told
            if value
        ]
        _keep(session, customer, facts, "log attitude")


def _register_competitor(app: typer.Typer) -> None:
    @command(
        app, "competitor", shares=("write",),
        example='ci-cli log competitor ERNSH "Acme" --where at_risk --why "cheaper"',
        help=_("Note that a competitor was named, how it stands, and why."),
    )  # fmt: skip
    def competitor(
        session: Session,
        customer: CustomerArgument,
        name: Annotated[str, typer.Argument(help=_("The competitor."))],
        stand: Annotated[
            Literal["won", "lost", "at_risk"],
            typer.Option("--where", help=_("We won, we lost, or it is at risk.")),
        ] = "at_risk",
        why: Annotated[
            str | None, typer.Option("--why", help=_("Why, in the customer's words."))
        ] = None,
        origin: OriginOption = None,
        by: ByOption = None,
        on: OnOption = None,
    ) -> None:
        fact = _learnt(
            session, "competitor", on, by, value=_needed(name), text=why, stand=stand,
            origin=origin,
        )  # fmt: skip
        _keep(session, customer, [fact], "log competitor")


def _register_roi(app: typer.Typer) -> None:
    @command(
        app, "roi", shares=("write",),
        example='ci-cli log roi ERNSH "stock check" "half the work" --before 40 --after 20'
        " --unit h --period week",
        help=_("Note what we brought a customer: the figures and the customer's own words."),
    )  # fmt: skip
    def roi(
        session: Session,
        customer: CustomerArgument,
        metric: Annotated[str, typer.Argument(help=_("What was measured."))],
        words: Annotated[str, typer.Argument(help=_("What the customer said, word by word."))],
        before: Annotated[str, typer.Option("--before", help=_("The figure before."))],
        after: Annotated[str, typer.Option("--after", help=_("The figure after."))],
        unit: Annotated[str, typer.Option("--unit", help=_("Of both figures: h, %, EUR."))],
        period: Annotated[
            str, typer.Option("--period", help=_("For how long: week, month, project."))
        ],
        origin: OriginOption = None,
        by: ByOption = None,
        on: OnOption = None,
    ) -> None:
        from dataclasses import replace

        from ci_cli.cli.talks.typed_entries import kept_text

        fact = replace(
            _learnt(session, "roi", on, by, value=_needed(metric), text=_needed(words),
                    origin=origin),
            before=typed_figure(before), after=typed_figure(after), unit=kept_text(unit),
            period=kept_text(period),
        )  # fmt: skip
        _keep(session, customer, [fact], "log roi")


def _register_lesson(app: typer.Typer) -> None:
    @command(
        app, "lesson", shares=("write",),
        example='ci-cli log lesson "ask for the buyer first" --tag tender --industry retail',
        help=_("Note what we should do otherwise next time."),
    )  # fmt: skip
    def lesson(
        session: Session,
        text: Annotated[str, typer.Argument(help=_("What was learnt; - reads it from the input."))],
        tag: Annotated[
            list[str] | None, typer.Option("--tag", help=_("What it is about; may be repeated."))
        ] = None,
        industry: Annotated[
            str | None, typer.Option("--industry", help=_("In which industry it holds."))
        ] = None,
        customer: Annotated[
            str | None, typer.Option("--customer", help=_("By whom it was learnt."))
        ] = None,
        by: ByOption = None,
        on: OnOption = None,
    ) -> None:
        from dataclasses import replace

        from ci_cli.cli.talks.typed_entries import kept_text, needed_text

        tags = sorted({_needed(one).replace(",", " ").casefold() for one in tag or []})
        fact = _learnt(session, "lesson", on, by, value=",".join(tags) or None)
        fact = replace(fact, text=needed_text(text), industry=kept_text(industry))
        _keep(session, customer, [fact], "log lesson")


def register_lost(app: typer.Typer) -> None:
    """Add ``customer lost``."""

    @command(
        app, "lost", shares=("write",),
        example='ci-cli customer lost ERNSH --reason price --why "10 % cheaper elsewhere"',
        help=_("Note that a customer was lost, and why; without a reason it counts as unknown."),
    )  # fmt: skip
    def lost(
        session: Session,
        customer: CustomerArgument,
        reason: Annotated[
            str, typer.Option("--reason", metavar="CODE", help=_("One word: price, service …"))
        ] = NO_REASON,
        why: Annotated[
            str | None, typer.Option("--why", help=_("In the customer's words."))
        ] = None,
        origin: OriginOption = None,
        by: ByOption = None,
        on: OnOption = None,
    ) -> None:
        fact = _learnt(
            session, "lost", on, by, value=_needed(reason).casefold(), text=why, origin=origin
        )
        _keep(session, customer, [fact], "customer lost")


def _needed(text: str) -> str:
    from ci_cli.cli.talks.typed_entries import needed_text

    return " ".join(needed_text(text if text != "-" else "−").split())


def _learnt(
    session: Session, kind: str, on: str | None, by: str | None, *, value: str | None = None,
    text: str | None = None, stand: str | None = None, origin: str | None = None,
) -> Learnt:  # fmt: skip
    from ci_cli.cli.talks.typed_entries import kept_text, past_day

    return Learnt(
        kind, past_day(session, on).isoformat(), kept_text(value), kept_text(text), stand=stand,
        origin=kept_text(origin), author=kept_text(by),
    )  # fmt: skip


def typed_figure(text: str) -> int:
    """Return a figure in millionths.

    Raises:
        CiError: ``figure-invalid``.
    """
    try:
        value = Decimal(text.strip())
        if value.is_finite() and abs(value) <= _MOST:
            scaled = value * QUANTITY_SCALE
            if scaled == scaled.to_integral_value():
                return int(scaled)
    except InvalidOperation:
        pass
    raise CiError(
        "figure-invalid",
        msg("'{value}' is not a figure.", value=text),
        hint=msg("Write digits with a point, at most six behind it: 12.5."),
        exit_code=ExitCode.DECIDE,
    )


def _keep(session: Session, customer: str | None, facts: list[Learnt], words: str) -> None:
    from ci_cli.cli.talks.typed_entries import after
    from ci_cli.store import customers, engine
    from ci_cli.store.writes import voices

    with session.store(write=True) as conn, engine.transaction(conn, keep=not session.dry_run):
        number = None if customer is None else customers.find(conn, customer)
        batch = voices.learn(conn, number, facts, command=words, by=session.user, at=session.now)
        name = "" if number is None else customers.names(conn, [number])[number][0]
    whose = "-" if number is None else f"C{number} {name}"
    session.say(
        *(
            Note(
                msg("Noted: {kind} {value}, {whose}, {day}.", kind=one.kind, value=one.value or "-",
                    whose=whose, day=one.day)
            )
            for one in facts
        ),
        *after(session, batch),
    )  # fmt: skip
