"""``ci-cli tag``: what customers do, as tags: define, add, remove, list, count."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from ci_cli.cli.options import Session, command, spoken_language
from ci_cli.cli.talks.typed_entries import after, kept_text
from ci_cli.errors import CiError, ExitCode
from ci_cli.report import Note
from ci_cli.text import Msg, _, msg

FIELDS = ("industry", "region", "country", "city", "tier", "status", "owner", "channel")
_NEVER = ("never", "none")


def register(app: typer.Typer) -> None:
    """Add the commands of the group."""

    @command(
        app, "define", shares=("write",),
        example='ci-cli tag define late-payer --name "Pays late" --negative --priority -3'
        " --half-life 180d",
        help=_("Define a tag, or change one: good or bad, how strong, how fast it fades."),
    )  # fmt: skip
    def define(
        session: Session,
        code: Annotated[str, typer.Argument(help=_("Its code: refused-call."))],
        name: Annotated[
            str | None, typer.Option("--name", metavar="TEXT", help=_("What people read."))
        ] = None,
        name_zh: Annotated[
            str | None,
            typer.Option("--name-zh", metavar="TEXT", help=_("What people read in Chinese.")),
        ] = None,
        polarity: Annotated[
            bool | None, typer.Option("--positive/--negative", help=_("Good or bad."))
        ] = None,
        priority: Annotated[
            int | None,
            typer.Option(
                "--priority", min=-10, max=10, metavar="STEPS",
                help=_("How far a fresh one moves the follow-up priority: -10 to 10."),
            ),
        ] = None,
        half_life: Annotated[
            str | None,
            typer.Option(
                "--half-life", metavar="SPAN",
                help=_("After how long an event counts half: 180d, 6m, never."),
            ),
        ] = None,
        strength: Annotated[
            float | None,
            typer.Option(
                "--strength", min=0, max=10, help=_("How much a fresh one counts: 0 to 10.")
            ),
        ] = None,
    ) -> None:  # fmt: skip
        said: dict[str, Any] = {
            "name": kept_text(name), "name_zh": kept_text(name_zh), "priority": priority,
            "strength": strength,
        }  # fmt: skip
        changes = {key: value for key, value in said.items() if value is not None}
        if polarity is not None:
            changes["polarity"] = 1 if polarity else -1
        if half_life is not None:
            changes["half_life"] = _half_life(half_life)
        _define(session, code, changes)

    @command(
        app, "add", shares=("write",),
        example="ci-cli tag add ERNSH budget-cut --on 1998-04-01",
        help=_("Note by hand that a customer shows a behaviour."),
    )  # fmt: skip
    def add(
        session: Session,
        customer: Annotated[
            str, typer.Argument(help=_("C number, the source's own id, or a name."))
        ],
        code: Annotated[str, typer.Argument(help=_("Code of the tag."))],
        evidence: Annotated[
            str | None,
            typer.Option(
                "--evidence", metavar="log:N", help=_("The entry of the log that shows it.")
            ),
        ] = None,
        on: Annotated[
            str | None,
            typer.Option("--on", metavar="DAY", help=_("When: 2026-03-05, yesterday, mon.")),
        ] = None,
        until: Annotated[
            str | None,
            typer.Option(
                "--until", metavar="DAY", help=_("The last day on which it counts: +90d.")
            ),
        ] = None,
        note: Annotated[
            str | None, typer.Option("--note", metavar="TEXT", help=_("Why, in your words."))
        ] = None,
    ) -> None:
        _add(session, customer, code, evidence, on, until, note)

    @command(
        app, "remove", shares=("write",), example="ci-cli tag remove ERNSH budget-cut",
        help=_("Take a tag off a customer; rules do not bring it back."),
    )  # fmt: skip
    def remove(
        session: Session,
        customer: Annotated[
            str, typer.Argument(help=_("C number, the source's own id, or a name."))
        ],
        code: Annotated[str, typer.Argument(help=_("Code of the tag."))],
        evidence: Annotated[
            str | None,
            typer.Option("--evidence", metavar="log:N", help=_("Only what this entry shows.")),
        ] = None,
        note: Annotated[
            str | None, typer.Option("--note", metavar="TEXT", help=_("Why, in your words."))
        ] = None,
    ) -> None:
        _remove(session, customer, code, evidence, note)

    @command(
        app, "list", shares=("show",), example="ci-cli tag list",
        help=_("List the tags there are, or those of a customer with their evidence."),
    )  # fmt: skip
    def list_(
        session: Session,
        customer: Annotated[
            str | None,
            typer.Option("--customer", help=_("C number, the source's own id, or a name.")),
        ] = None,
        tag: Annotated[
            str | None, typer.Option("--tag", metavar="CODE", help=_("Only this tag."))
        ] = None,
        top: Annotated[
            int | None, typer.Option("--top", min=1, help=_("How many to list."))
        ] = None,
    ) -> None:
        if customer is None and tag is None:
            _catalogue(session)
        else:
            _events(session, customer, tag, top)

    @command(
        app, "count", shares=("show", "source"),
        example="ci-cli tag count refused-call --by insists-on-visits",
        help=_("How many customers have each tag, or one tag by another or by a field."),
    )  # fmt: skip
    def count(
        session: Session,
        code: Annotated[str | None, typer.Argument(help=_("Code of the tag."))] = None,
        by: Annotated[
            str | None,
            typer.Option(
                "--by", metavar="CODE|FIELD",
                help=_("Another tag, or industry, region, country, city, tier, status, owner,"
                       " channel."),
            ),
        ] = None,
    ) -> None:  # fmt: skip
        _count(session, code, by)


def _define(session: Session, code: str, changes: dict[str, Any]) -> None:
    from ci_cli.shapes.trade import Author
    from ci_cli.store import engine
    from ci_cli.tags import apply as tagging

    with session.store(write=True) as conn, engine.transaction(conn, keep=not session.dry_run):
        batch, is_new, kind = tagging.define(
            conn, code.strip(), changes, Author(session.user, session.now)
        )
    fades = msg("never fades") if kind.half_life is None else msg(
        "half-life in days: {days}", days=kind.half_life
    )  # fmt: skip
    good = msg("positive") if kind.polarity > 0 else msg("negative")
    said = {
        "code": code, "name": kind.label(spoken_language()), "good": good,
        "strength": f"{kind.strength:g}", "fades": fades, "steps": f"{kind.priority:+d}",
    }  # fmt: skip
    text = (
        msg("New tag {code} ({name}): {good}, strength {strength}, {fades}, priority {steps}.",
            **said)
        if is_new
        else msg("Tag {code} ({name}) is now {good}, strength {strength}, {fades}, priority"
                 " {steps}.", **said)
    )  # fmt: skip
    session.say(Note(text), *after(session, batch))


def _add(
    session: Session, customer: str, code: str, evidence: str | None, on: str | None,
    until: str | None, note: str | None,
) -> None:  # fmt: skip
    from ci_cli.analysis.spoken_days import spoken_day
    from ci_cli.shapes.trade import Author
    from ci_cli.store import customers, engine
    from ci_cli.tags import apply as tagging

    entry = _entry(evidence)
    day = session.today if on is None else spoken_day(on, session.today, ahead=False)
    if day > session.today:
        raise CiError(
            "day-invalid",
            msg("{day} is still to come.", day=day.isoformat()),
            hint=msg("A tag says what was seen; check --on."),
            exit_code=ExitCode.DECIDE,
        )
    end = None if until is None else spoken_day(until, session.today, ahead=True).isoformat()
    with session.store(write=True) as conn, engine.transaction(conn, keep=not session.dry_run):
        customer_id = customers.find(conn, customer)
        batch, verdict, seen = tagging.add(
            conn, customer_id, code, day=day.isoformat(), until=end, entry=entry,
            author=Author(session.user, session.now, kept_text(note)), day_given=on is not None,
        )  # fmt: skip
    said = {"id": customer_id, "code": code, "day": seen}
    texts = {
        "created": msg("C{id} has the tag {code}, seen on {day}.", **said),
        "updated": msg("C{id} has the tag {code} as it is said now, seen on {day}.", **said),
        "unchanged": msg("C{id} had the tag {code} of {day} already; nothing was changed.", **said),
    }
    session.say(Note(texts[verdict]), *after(session, batch))


def _remove(
    session: Session, customer: str, code: str, evidence: str | None, note: str | None
) -> None:
    from ci_cli.shapes.trade import Author
    from ci_cli.store import customers, engine
    from ci_cli.tags import apply as tagging

    entry = _entry(evidence)
    with session.store(write=True) as conn, engine.transaction(conn, keep=not session.dry_run):
        customer_id = customers.find(conn, customer)
        batch, rows = tagging.remove(
            conn, customer_id, code, entry, Author(session.user, session.now, kept_text(note))
        )
    text = msg("Took {code} off C{id}; pieces of evidence: {n}. Rules do not bring it back.",
               code=code, id=customer_id, n=rows)  # fmt: skip
    session.say(Note(text), *after(session, batch))


def _catalogue(session: Session) -> None:
    from ci_cli.reports.talks import tags as report
    from ci_cli.store import engine
    from ci_cli.tags import apply as tagging

    with session.store() as conn, engine.snapshot(conn):
        kinds = tagging.kinds(conn)
        held = tagging.standing_tags(conn, session.today)
    having: dict[str, int] = {}
    for tags in held.values():
        for one in tags:
            having[one.kind.code] = having.get(one.kind.code, 0) + 1
    language = spoken_language()
    rows = [
        (kind.code, kind.label(language), kind.polarity, kind.strength, kind.half_life,
         kind.priority, having.get(kind.code, 0), "ships" if kind.ships else "own")
        for kind in kinds.values()
    ]  # fmt: skip
    session.show(report.catalogue(rows))


def _events(session: Session, customer: str | None, code: str | None, top: int | None) -> None:
    from ci_cli.reports.talks import tags as report
    from ci_cli.store import customers, engine, tags
    from ci_cli.tags import apply as tagging
    from ci_cli.tags.catalogue import unknown_kind
    from ci_cli.tags.decay import weight

    today = session.today.isoformat()
    with session.store() as conn, engine.snapshot(conn):
        number = None if customer is None else customers.find(conn, customer)
        if code is not None:
            tagging.known_kind(conn, code)
        kinds = tagging.kinds(conn)
        events = tags.events(conn, customer_id=number, code=code, limit=top)
        held = tagging.standing_tags(conn, session.today) if number is not None else {}
    weights = {
        one.id: weight(
            kinds.get(one.code) or unknown_kind(one.code), one.day, session.today,
            is_state=one.basis == "state",
        )
        for one in events
        if one.until is None or one.until >= today
    }  # fmt: skip
    scores = {} if number is None else {number: sum(t.score for t in held.get(number, ()))}
    title: Msg = (
        msg("Tags of C{id}", id=number) if number is not None else msg("Customers with {code}",
                                                                       code=code)
    )  # fmt: skip
    session.show(report.of_customers(events, weights, scores, today=today, title=title))


def _count(session: Session, code: str | None, by: str | None) -> None:
    from ci_cli.reports.talks import tags as report
    from ci_cli.store import engine, tags
    from ci_cli.tags import apply as tagging
    from ci_cli.tags.tally import crosstab, tally

    if code is None and by is not None:
        raise CiError(
            "usage",
            msg("--by needs a tag to count."),
            hint=msg("Write: ci-cli tag count refused-call --by {by}", by=by),
            exit_code=ExitCode.DECIDE,
        )
    day = session.today.isoformat()
    groups: dict[int, str] | None = None
    with session.store() as conn, engine.snapshot(conn):
        kind = None if code is None else tagging.known_kind(conn, code)
        if by is not None and by not in FIELDS:
            tagging.known_kind(conn, by)
        everybody = tags.customer_numbers(conn)
        held = tagging.standing_tags(conn, session.today)
        if by in FIELDS and by is not None:
            groups = tags.customers_by_field(conn, by)
    if kind is None or by is None:
        rows = tally(held, spoken_language())
        if kind is not None:
            rows = [row for row in rows if row[0] == kind.code] or [
                (kind.code, kind.label(spoken_language()), 0, 0, None)
            ]
        session.show(report.counts(rows, len(everybody), day))
        return
    table = crosstab(kind.code, by, held, everybody, groups)
    session.show(report.crosstab(kind.code, by, table, day))


def _half_life(text: str) -> int | None:
    from ci_cli.tags.catalogue import parse_days

    if text.strip().lower() in _NEVER:
        return None
    days = parse_days(text)
    if days is None:
        raise CiError(
            "tag-span",
            msg("'{text}' is no span of time.", text=text),
            hint=msg("Write 180d, 26w, 6m, 1y, or never."),
            exit_code=ExitCode.DECIDE,
        )
    return days


def _entry(text: str | None) -> int | None:
    if text is None:
        return None
    kind, colon, number = text.strip().partition(":")
    if kind != "log" or not colon or not number.isascii() or not number.isdigit() or len(
        number
    ) > 18:  # fmt: skip
        raise CiError(
            "tag-evidence",
            msg("'{text}' is no evidence.", text=text),
            hint=msg("Write log: and the number of an entry, as `ci-cli log list` shows it."),
            exit_code=ExitCode.DECIDE,
        )
    return int(number)
