"""``ref list`` and ``ref show``: who may be asked, by which rule, and what each has done so far."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from ci_cli.analysis.references.quotes import state as quote_state
from ci_cli.analysis.references.ready import Judged, Removed
from ci_cli.analysis.references.states import Consent, Moment
from ci_cli.report import Column, Money, Note, Report, Table
from ci_cli.reports.common import customer_code
from ci_cli.shapes.references import Attempt, Limits, QuoteRow, Step, Thanks
from ci_cli.text import Msg, msg

COMPLAINT_DAYS = 90  # a complaint counts as open for so long

STEPS: dict[str, Msg] = {
    "retired": msg("retired"),
    "consent": msg("no consent that holds"),
    "health": msg("health below the limit"),
    "issues": msg("something open"),
    "fatigue": msg("resting"),
    "industry": msg("another industry"),
    "size": msg("another size"),
    "region": msg("another region"),
    "use_case": msg("another use case"),
    "product": msg("another product"),
}


class HealthFrom(NamedTuple):
    """Where the health of references was taken from; no day: the store has no orders."""

    day: str | None
    run: str | None = None  # name of a saved run; None: computed now


def rule_notes(
    judged: Sequence[Judged], limits: Limits, source: HealthFrom, *, day: str, channel: str | None
) -> list[Note]:
    """Say by which rule references are ready, and where their health comes from."""
    wanted: Msg | str = channel or msg("any channel")
    notes = [
        Note(
            msg("Ready on {day}: nominated and not retired; a dated consent to {channel} that"
                " holds; health of {health} or more, or unknown; nothing open (requests, tickets,"
                " overdue promises, complaints of {complaints} days); uses in any {days}"
                " days at most {uses}, days between two at least {rest}.",
                day=day, channel=wanted, health=limits.health, complaints=COMPLAINT_DAYS,
                uses=limits.uses, days=limits.days, rest=limits.rest)
        )
    ]  # fmt: skip
    unknown = sum(one.health is None for one in judged)
    if source.day is None:
        notes.append(Note(msg("The store has no orders: no health is known.")))
    elif source.run is not None:
        notes.append(
            Note(msg("Health: the saved run {name}, as of {day}; unknown for {n}.", name=source.run,
                     day=source.day, n=unknown))
        )  # fmt: skip
    else:
        notes.append(
            Note(msg("Health: computed now, as of {day}; unknown for {n}.", day=source.day,
                     n=unknown))
        )  # fmt: skip
    return notes


def funnel_table(steps: Sequence[Removed], total: int) -> Table:
    """Return how many each step removed, beginning with all references."""
    rows: list[tuple[Any, ...]] = [("all", msg("references"), 0, total, 0)]
    rows += [(one.key, STEPS[one.key], one.removed, one.left, one.unknown) for one in steps]
    return Table(
        "funnel",
        (
            Column("step", msg("step"), "state"), Column("removed_for", msg("removed for")),
            Column("removed", msg("removed"), "int"), Column("left", msg("remaining"), "int"),
            Column("unknown", msg("of these not known"), "int"),
        ),
        rows,
        msg("How many each step removed"),
    )  # fmt: skip


def build_list(
    shown: Sequence[Judged], judged: Sequence[Judged], steps: Sequence[Removed],
    notes: Sequence[Note], *, day: str,
) -> Report:  # fmt: skip
    """Lay out references with their state, and how many each step of the rule removed.

    Args:
        shown: those to list.
        judged: all references.
        steps: of the rule.
        notes: the rule in words.
        day: the day that counts as today.
    """
    columns = (
        Column("customer", msg("customer"), "id"), Column("name", msg("name")),
        Column("state", msg("state"), "state"), Column("channels", msg("agreed to")),
        Column("against", msg("held back by"), "text"), Column("health", msg("health"), "int"),
        Column("open", msg("open"), "int"), Column("recent_uses", msg("recent uses"), "int"),
        Column("uses", msg("uses"), "int"), Column("last_use", msg("last use"), "date"),
        Column("free", msg("free from"), "date"), Column("industry", msg("industry")),
        Column("owner", msg("owner")),
    )  # fmt: skip
    rows = [
        (
            customer_code(one.account.customer_id), one.account.name, one.state,
            ", ".join(dict.fromkeys(consent.channel for consent in one.consents)),
            ", ".join(one.failed) or None, one.health, len(one.issues), one.recent, len(one.uses),
            one.last, one.free, one.account.industry, one.account.owner,
        )
        for one in shown
    ]  # fmt: skip
    ready = sum(one.is_ready for one in judged)
    return Report(
        "ref-list",
        msg("References"),
        [Table("references", columns, rows), funnel_table(steps, len(judged))],
        {"today": day, "references": len(judged), "ready": ready},
        [Note(msg("References: {all}, ready: {ready}.", all=len(judged), ready=ready)), *notes],
    )


def build_show(
    one: Judged, *, steps: Sequence[Step], consents: Sequence[Consent], moments: Sequence[Moment],
    attempts: Sequence[Attempt], thanks: Sequence[Thanks], quotes: Sequence[QuoteRow],
    notes: Sequence[Note], day: str,
) -> Report:  # fmt: skip
    """Lay out one reference: where it stands, what it agreed to, and every dated act."""
    listed = build_list([one], [one], [], [], day=day)
    card = Table("reference", listed.tables[0].columns, listed.tables[0].rows, is_card=True)
    agreed = Table(
        "consents",
        (
            Column("channel", msg("channel"), "state"), Column("state", msg("state"), "state"),
            Column("day", msg("day"), "date"), Column("until", msg("until"), "date"),
            Column("ended", msg("withdrawn"), "date"), Column("person", msg("person")),
            Column("said_by", msg("said by")), Column("scope", msg("scope")),
        ),
        [
            (c.channel, c.state, c.day, c.until, c.ended, c.person, c.said_by, c.scope)
            for c in consents
        ],
        msg("What was agreed"),
    )  # fmt: skip
    history = Table(
        "history",
        (Column("day", msg("day"), "date"), Column("state", msg("state"), "state")),
        [tuple(moment) for moment in moments],
        msg("States, as far as dated acts tell"),
    )
    timeline = Table(
        "timeline",
        (
            Column("day", msg("day"), "date"), Column("act", msg("act"), "state"),
            Column("what", msg("what")), Column("person", msg("person")),
            Column("author", msg("by")),
        ),
        sorted(_acts(one, steps, attempts, thanks, quotes, day), key=lambda row: row[0]),
        msg("Participation"),
    )  # fmt: skip
    title = msg("Reference {name}", name=one.account.name)
    return Report("ref-show", title, [card, agreed, history, timeline], {"today": day}, [*notes])


def _acts(
    one: Judged, steps: Sequence[Step], attempts: Sequence[Attempt], thanks: Sequence[Thanks],
    quotes: Sequence[QuoteRow], day: str,
) -> list[tuple[Any, ...]]:  # fmt: skip
    acts: list[tuple[Any, ...]] = []
    for step in steps:
        told = _words((step.channel, step.scope, step.use_case, step.product, step.note))
        acts.append((step.day, step.step, told, step.person or step.said_by, step.author))
    for use in one.uses:
        told = _words((f"R{use.request_id}", use.channel, use.outcome))
        acts.append((use.day, "use", told, use.person, use.author))
    for attempt in attempts:
        told = _words((f"R{attempt.request_id}", attempt.outcome, attempt.note))
        acts.append((attempt.day, "attempt", told, attempt.person, attempt.author))
    for given in thanks:
        money = None if given.value is None else str(Money(given.value, given.currency))
        acts.append(
            (given.day, given.kind, _words((given.what, money)), given.person, given.author)
        )
    for quote in quotes:
        told = _words((f"Q{quote.id}", quote_state(quote, day), quote.text))
        acts.append((quote.day, "quote", told, quote.person, quote.author))
    return acts


def _words(parts: Sequence[str | None]) -> str | None:
    return ", ".join(part for part in parts if part) or None
