"""``ref match``: whom to ask, why each fits, and what to relax where they are few."""

from __future__ import annotations

from collections.abc import Sequence

from ci_cli.analysis.references.matching import Criteria, Matched
from ci_cli.report import Column, Note, Report, Table
from ci_cli.reports.common import customer_code
from ci_cli.reports.references.reference_lists import STEPS, funnel_table
from ci_cli.text import Msg, msg

_ADVICE: dict[str, Msg] = {
    "consent": msg("ask them for their consent"),
    "health": msg("see why they are unwell first"),
    "issues": msg("settle what is open first"),
    "fatigue": msg("wait until they have rested"),
}


def build(
    found: Matched, criteria: Criteria, notes: Sequence[Note], *, day: str, channel: str,
    count: int, references: int, prospect: str | None,
) -> Report:  # fmt: skip
    """Lay out a match.

    Args:
        found: what the search found.
        criteria: what was asked for.
        notes: the rule of readiness in words.
        day: the day that counts as today.
        channel: what the reference is to do.
        count: how many were asked for.
        references: how many there are in all.
        prospect: for whom, where that was said.
    """
    asked = criteria.asked()
    columns = (
        Column("rank", msg("rank"), "int"), Column("customer", msg("customer"), "id"),
        Column("name", msg("name")), Column("why", msg("why it fits")),
        Column("person", msg("person")), Column("uses_year", msg("uses in a year"), "int"),
        Column("last_use", msg("last use"), "date"), Column("health", msg("health"), "int"),
        Column("consent", msg("agreed on"), "date"), Column("until", msg("until"), "date"),
        Column("scope", msg("scope")), Column("owner", msg("owner")),
    )  # fmt: skip
    rows = []
    for place, fit in enumerate(found.best, start=1):
        one, consent = fit.judged, fit.judged.consents[0]
        why = "; ".join(f"{key.replace('_', ' ')}: {value}" for key, value in fit.why)
        rows.append((
            place, customer_code(one.account.customer_id), one.account.name, why or None,
            consent.person or consent.said_by, fit.uses_in_year, one.last, one.health, consent.day,
            consent.until, consent.scope, one.account.owner,
        ))  # fmt: skip
    tables = [Table("matches", columns, rows), funnel_table(found.funnel, references)]
    said: Msg | str = ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in asked.items())
    if not asked:
        said = msg("anything")
    first = Note(
        msg("Asked for: {what}, by {channel}. Fit and may be asked: {n}; shown: {shown}, the least"
            " used first.", what=said, channel=channel, n=found.fitting, shown=len(found.best)),
    )  # fmt: skip
    more: list[Note] = []
    if not references:
        more = [
            Note(msg("Nobody was nominated as a reference yet: `ci-cli ref nominate CUSTOMER`."),
                 "warning")
        ]  # fmt: skip
    elif found.fitting < count:
        more = _relax(found, criteria)
    meta = {
        "today": day, "channel": channel, "criteria": asked, "count": count,
        "fitting": found.fitting, "for": prospect,
        "relaxed": [one._asdict() for one in found.relaxed] if found.fitting < count else [],
    }  # fmt: skip
    return Report("ref-match", msg("References that fit"), tables, meta, [first, *more, *notes])


def _relax(found: Matched, criteria: Criteria) -> list[Note]:
    """Say what would bring more, each thing relaxed alone."""
    if not found.relaxed:
        several = len(criteria.asked()) > 1
        return [
            Note(
                msg("Relaxing one criterion alone brings nobody; leave two away, or nominate"
                    " more customers.")
                if several
                else msg("There are no more that may be asked; nominate more customers."),
                "warning",
            )
        ]  # fmt: skip
    notes = []
    for one in found.relaxed:
        if one.key in _ADVICE:
            text = msg("Further ones but for “{step}”: {more}; {advice}.", more=one.more,
                       step=STEPS[one.key], advice=_ADVICE[one.key])  # fmt: skip
            if one.first_free is not None:
                text = msg("Further ones that rest: {more}; the first may be asked again on {day}.",
                           more=one.more, day=one.first_free)  # fmt: skip
        else:
            text = msg("Further ones without --{option}: {more}.", option=one.key.replace("_", "-"),
                       more=one.more)  # fmt: skip
        notes.append(Note(text, "warning"))
    return notes
