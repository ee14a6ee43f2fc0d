"""What was learnt: competitors, losses, returns, lessons; whom nobody has asked; what was coded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from ci_cli.analysis.code_frames import Agreement, Frame
from ci_cli.analysis.losses import Reason
from ci_cli.analysis.periods import Window
from ci_cli.report import Column, Note, Report, Table
from ci_cli.reports.common import customer_code
from ci_cli.shapes.talks import OpportunityInfo
from ci_cli.shapes.voice import NO_REASON, Insight, Voice
from ci_cli.text import msg


def build_reasons(
    reasons: Sequence[Reason], deals: Sequence[OpportunityInfo], *, currency: str | None
) -> Report:
    """Lay out why accounts were lost, those without a reason counted, and why deals were."""
    total = sum(len(one.accounts) for one in reasons)
    columns = (
        Column("reason", msg("reason"), "state"),
        Column("accounts", msg("accounts"), "int"),
        Column("share", msg("share"), "percent"),
        *((Column("revenue", msg("revenue ever"), "money", currency),) if currency else ()),
    )
    rows = [
        (one.reason, len(one.accounts), len(one.accounts) / total if total else None,
         *((one.revenue,) if currency else ()))
        for one in (reasons if total else ())
    ]  # fmt: skip
    closing = (
        None,
        total,
        1.0 if total else None,
        *((sum(one.revenue for one in reasons),) if currency else ()),
    )
    why = Counter((deal.why or NO_REASON) for deal in deals)
    deal_columns = (Column("reason", msg("reason")), Column("deals", msg("deals"), "int"))
    tables = [
        Table("reasons", columns, rows, msg("Lost accounts"), closing if total else None),
        Table("deals", deal_columns, sorted(why.items(), key=lambda one: (-one[1], one[0])),
              msg("Lost deals")),
    ]  # fmt: skip
    unknown = next((len(one.accounts) for one in reasons if one.reason == NO_REASON), 0)
    notes = [
        Note(
            msg("Lost accounts: {total}; with a reason: {known}; unknown: {unknown}. Lost: noted by"
                " `ci-cli customer lost`, or by their status.", total=total, known=total - unknown,
                unknown=unknown),
            "warning" if unknown else "info",
        )
    ]  # fmt: skip
    return Report("feedback-reasons", msg("Why customers left"), tables, {}, notes)


def build_learnt(facts: Sequence[Insight]) -> Report:
    """Lay out facts with the words that stand behind them."""
    columns = (
        Column("entry", msg("entry"), "int"),
        Column("day", msg("day"), "date"),
        Column("customer", msg("customer"), "id"),
        Column("name", msg("name")),
        Column("kind", msg("kind"), "state"),
        Column("value", msg("value")),
        Column("stand", msg("where"), "state"),
        Column("before", msg("before"), "quantity"),
        Column("after", msg("after"), "quantity"),
        Column("change", msg("change"), "percent"),
        Column("unit", msg("unit")),
        Column("period", msg("period")),
        Column("industry", msg("industry")),
        Column("words", msg("words")),
        Column("known_from", msg("known from")),
        Column("author", msg("by")),
    )
    used = {name for one in facts for name, value in one._asdict().items() if value is not None}
    needed = {
        "stand": "stand", "before": "before", "after": "after", "change": "before", "unit": "unit",
        "period": "period", "industry": "industry", "known_from": "origin",
    }  # fmt: skip
    shown = [
        place for place, column in enumerate(columns)
        if column.key not in needed or needed[column.key] in used
    ]  # fmt: skip
    rows = [
        (
            one.id, one.day, _code(one.customer_id), one.customer, one.kind, one.value, one.stand,
            one.before, one.after, change_of(one), one.unit, one.period, one.industry, one.text,
            one.origin, one.author,
        )
        for one in facts
    ]  # fmt: skip
    table = Table(
        "learnt",
        tuple(columns[place] for place in shown),
        [tuple(row[place] for place in shown) for row in rows],
    )
    return Report("feedback-learnt", msg("What we learnt"), [table])


def change_of(one: Insight) -> float | None:
    """Return by what part a measured figure has changed: -0.5 is half of it gone."""
    if one.before is None or one.after is None or one.before == 0:
        return None
    return (one.after - one.before) / abs(one.before)


class Quiet(NamedTuple):
    """An account that has not said anything for long."""

    customer_id: int
    name: str
    owner: str | None
    tier: str | None
    revenue: int
    last_feedback: str | None
    last_contact: str | None


def build_due(
    quiet: Sequence[Quiet], *, looked_at: int, tier: str | None, period: Window, today: date,
    currency: str | None,
) -> Report:  # fmt: skip
    """Lay out accounts without feedback in the period, those with the most revenue first."""
    columns = (
        Column("customer", msg("customer"), "id"),
        Column("name", msg("name")),
        Column("owner", msg("owner")),
        Column("tier", msg("tier")),
        *((Column("revenue", msg("revenue"), "money", currency),) if currency else ()),
        Column("last_feedback", msg("last feedback"), "date"),
        Column("days", msg("days since"), "days"),
        Column("last_contact", msg("last contact"), "date"),
    )
    rows = [
        (
            customer_code(one.customer_id), one.name, one.owner, one.tier,
            *((one.revenue,) if currency else ()), one.last_feedback,
            (today - date.fromisoformat(one.last_feedback)).days if one.last_feedback else None,
            one.last_contact,
        )
        for one in quiet
    ]  # fmt: skip
    never = sum(1 for one in quiet if one.last_feedback is None)
    first = period.first.isoformat() if period.first else "-"
    notes = [
        Note(
            msg("Accounts looked at: {n} ({which}); without feedback from {first} to {last}:"
                " {quiet}, of them never heard: {never}.", n=looked_at,
                which=msg("tier {tier}", tier=tier) if tier else msg("active"), first=first,
                last=today.isoformat(), quiet=len(quiet), never=never)
        ),
        Note(msg("Feedback: requests, praise, complaints, reviews and survey answers; a call"
                 " alone is none.")),
    ]  # fmt: skip
    if tier and not looked_at:
        notes.append(
            Note(
                msg("No such customer has the tier {tier}. A tier comes with a list of customers,"
                    " or by `ci-cli customer set NAME tier={tier}`; `ci-cli rfm abc --customers`"
                    " shows who brings most.", tier=tier),
                "warning",
            )
        )  # fmt: skip
    meta = {"from": first, "to": today.isoformat(), "tier": tier, "accounts": looked_at}
    return Report(
        "feedback-due", msg("Who has not been heard, {day}", day=today.isoformat()),
        [Table("accounts", columns, rows)], meta, notes,
    )  # fmt: skip


def build_codes(
    frame: Frame,
    voices: Sequence[Voice],
    codes: Mapping[tuple[str, str], str | None],
    coder: str,
    agreements: Sequence[Agreement],
) -> Report:
    """Lay out how often each code was given, what is left uncoded, and how coders agree.

    Args:
        frame: the codes in their order.
        voices: every text that there is to code.
        codes: what the coder said; texts that the coder did not look at are missing.
        coder: who coded.
        agreements: of every two coders.
    """
    texts = Counter(codes.values())
    customers: dict[str | None, set[int]] = {}
    for one in voices:
        key = (one.source, one.fact_key)
        if key in codes and one.customer_id is not None:
            customers.setdefault(codes[key], set()).add(one.customer_id)
    columns = (
        Column("code", msg("code"), "state"),
        Column("texts", msg("texts"), "int"),
        Column("share", msg("share"), "percent"),
        Column("customers", msg("customers"), "int"),
    )
    names = [*frame.codes, *sorted(code for code in texts if code and code not in frame.codes)]
    rows = [
        (code, texts[code], texts[code] / len(codes) if codes else None,
         len(customers.get(code, ())))
        for code in names
    ]  # fmt: skip
    left = [one for one in voices if codes.get((one.source, one.fact_key)) is None]
    uncoded = (
        Column("entry", msg("entry"), "int"),
        Column("customer", msg("customer"), "id"),
        Column("name", msg("name")),
        Column("text", msg("text")),
    )
    pairs = (
        Column("coder", msg("coder")),
        Column("other", msg("other coder")),
        Column("texts", msg("texts"), "int"),
        Column("agreed", msg("agreed"), "percent"),
        Column("kappa", msg("kappa"), "number"),
    )
    tables = [Table("codes", columns, rows)]
    if left:
        told = [(one.id, _code(one.customer_id), one.customer, one.text) for one in left]
        tables.append(Table("uncoded", uncoded, told, msg("Uncoded")))
    if agreements:
        agreed = [
            (one.one, one.other, one.n, one.agreed / one.n,
             None if one.kappa is None else round(one.kappa, 3))
            for one in agreements
        ]  # fmt: skip
        tables.append(Table("agreement", pairs, agreed, msg("How far coders agree")))
    notes = [
        Note(
            msg("Frame {frame}, coder {coder}. Texts: {n}; coded: {coded}; uncoded: {left}.",
                frame=frame.name, coder=coder, n=len(voices), coded=len(voices) - len(left),
                left=len(left))
        )
    ]  # fmt: skip
    if agreements:
        notes.append(
            Note(msg("Kappa (Cohen): 1 is full agreement, 0 is what chance would give; texts that"
                     " both coded count."))
        )  # fmt: skip
    meta = {"frame": frame.name, "coder": coder, "texts": len(voices), "uncoded": len(left)}
    return Report("feedback-codes", msg("Feedback by code"), tables, meta, notes)


def _code(customer_id: int | None) -> str | None:
    return None if customer_id is None else customer_code(customer_id)
