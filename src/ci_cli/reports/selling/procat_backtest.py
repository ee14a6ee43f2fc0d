"""``procat backtest``: what the early warning would have said before, and how rightly.

Three kinds of proof stand side by side, since each can do what the others cannot: the real months
(few, but real), months made from them without a decline (many, and every alarm false), and real
months with a decline put in (the beginning is known to the month).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from statistics import median
from typing import Any

from ci_cli.analysis.decline.backtest_result import MOST_ALARMED, Backtest, Choice, Past
from ci_cli.analysis.decline.result import PROVISIONAL
from ci_cli.report import Column, Note, Percent, Report, Table
from ci_cli.reports.common import as_of_text
from ci_cli.reports.selling.procat import NONE_LABEL
from ci_cli.reports.selling.procat_check import chosen_note
from ci_cli.shapes.categories import ChosenLimits
from ci_cli.text import Msg, msg

LEADS = ("same month last year", "trailing year", "quarter")
_RULES: dict[str, Msg] = {
    "same month last year": msg("same month last year, two running below -10 %"),
    "trailing year": msg("trailing twelve months below -5 %"),
    "quarter": msg("quarter on quarter below -10 %"),
}


def build(
    found: Backtest | None,
    *,
    as_of: date,
    currency: str,
    chosen: ChosenLimits | None = None,
    saved: ChosenLimits | None = None,
) -> Report:
    """Lay out one currency.

    Args:
        found: what the replay shows; None where there was too little to replay.
        as_of: the day up to which orders count.
        currency: of all money.
        chosen: the limits that the store went by, where they are not the built-in ones.
        saved: those that were kept just now.
    """
    meta: dict[str, Any] = {
        "as_of": as_of.isoformat(),
        "currency": currency,
        "months": list(found.months) if found else [],
        "categories": found.categories if found else 0,
        "category_years": round(found.ready, 2) if found else 0,
        "alarm_from": found.limits.alarm if found else None,
        "watch_from": found.limits.watch if found else None,
        "limits": chosen._asdict() if chosen else None,
        "saved": saved._asdict() if saved else None,
    }
    return Report(
        "procat-backtest",
        msg("Early warning tried on the past, {as_of}", as_of=as_of_text(as_of)),
        _tables(found) if found else [Table("methods", _METHODS, [])],
        meta,
        _notes(found, chosen, saved) if found else [_too_short()],
    )


def _too_short() -> Note:
    return Note(
        msg(
            "Too little history to replay: an alarm needs more than {months} complete months"
            " before it.",
            months=PROVISIONAL,
        )
    )


_METHODS = (
    Column("method", msg("method"), "state"),
    Column("limits", msg("limits"), "state"),
    Column("score", msg("from score"), "number"),
    Column("raised", msg("times raised"), "int"),
    Column("decline", msg("decline followed"), "int"),
    Column("false", msg("none followed"), "int"),
    Column("recent", msg("too early to tell"), "int"),
    Column("false_per_year", msg("false per category-year"), "number"),
    Column("false_without_decline", msg("the same, on months without a decline"), "number"),
)


def _tables(found: Backtest) -> list[Table]:
    methods = [
        (
            one.method, one.limits or None, one.score, one.raised, one.real, one.false, one.recent,
            round(one.wrong, 3), round(one.made, 3),
        )
        for one in found.raised
    ]  # fmt: skip
    tables = [
        Table("methods", _METHODS, methods, msg("What the past would have raised")),
        _declines(found.past),
        _injected(found),
    ]
    if found.choices:
        tables.append(_choices(found))
    tables.append(_alarms(found))
    return tables


def _declines(past: Sequence[Past]) -> Table:
    columns = (
        Column("category", msg("category")),
        Column("began", msg("began"), "month"),
        Column("lost", msg("lost in a year"), "percent"),
        Column("alarm", msg("months to the alarm"), "int"),
        *(Column(f"to_{rule.replace(' ', '_')}", msg("to: {rule}", rule=rule), "int")
          for rule in LEADS),
        Column("lead", msg("months of lead on the first of them"), "int"),
    )  # fmt: skip
    rows = []
    for one in past:
        standard = [one.rules[rule] for rule in LEADS]
        firsts = [delay for delay in standard if delay is not None]
        lead = min(firsts) - one.alarm if firsts and one.alarm is not None else None
        rows.append((_name(one.kind, one.label), one.month, one.loss, one.alarm, *standard, lead))
    return Table("declines", columns, rows, msg("Declines that the past really holds"))


def _injected(found: Backtest) -> Table:
    columns = (
        Column("fault", msg("decline put in"), "state"),
        Column("size", msg("size"), "percent"),
        Column("method", msg("method"), "state"),
        Column("limits", msg("limits"), "state"),
        Column("tried", msg("tried"), "int"),
        Column("median", msg("median months"), "days"),
        Column("within_12", msg("seen within 12"), "percent"),
    )
    rows = [
        (one.fault, -one.size, one.method, one.limits or None, one.tried, one.median, one.within)
        for one in found.seen
    ]
    return Table("injected", columns, rows, msg("Declines put into your own months"))


def _choices(found: Backtest) -> Table:
    columns = (
        Column("asked", msg("false alarms a year"), "number"),
        Column("alarm", msg("alarm from"), "number"),
        Column("watch", msg("watch from"), "number"),
        Column("made", msg("on months without a decline"), "number"),
        Column("false", msg("on the real months"), "number"),
        Column("median", msg("median months, 5 % slide"), "days"),
        Column("within_12", msg("seen within 12"), "percent"),
        Column("choice", msg("choice"), "state"),
    )

    def row(one: Choice, mark: str | None) -> tuple[Any, ...]:
        return (
            one.asked, one.alarm, one.watch, round(one.made, 2), round(one.false, 2), one.median,
            one.within, mark,
        )  # fmt: skip

    # below the lowest limit worth having all choices are the same one
    usual = [one for one, before in zip(found.choices, (None, *found.choices), strict=False)
             if before is None or one.alarm != before.alarm]  # fmt: skip
    asked = found.asked.asked if found.asked is not None else None
    rows = [row(one, None) for one in usual if one.asked != asked]
    if found.asked is not None:
        rows.append(row(found.asked, "asked"))
    rows.sort(key=lambda cells: cells[0])
    return Table("choices", columns, rows, msg("What fewer false alarms cost"))


def _alarms(found: Backtest) -> Table:
    columns = (
        Column("category", msg("category")),
        Column("raised", msg("raised after"), "month"),
        Column("score", msg("score"), "number"),
        Column("since", msg("since"), "month"),
        Column("followed", msg("followed by"), "state"),
    )
    rows = [
        (_name(one.kind, one.label), one.month, round(one.score, 2), one.since, one.became)
        for one in found.alarms
    ]
    return Table("alarms", columns, rows, msg("Alarms that the past would have raised"))


def _name(kind: str, label: str) -> str | Msg:
    return "total" if kind == "total" else label or str(NONE_LABEL)


def _notes(found: Backtest, chosen: ChosenLimits | None, saved: ChosenLimits | None) -> list[Note]:
    notes = [
        Note(
            msg(
                "Replayed: {first} to {last}, months: {months}, categories: {categories} and all"
                " together as one. Each month is judged with what was known after it.",
                first=found.months[0],
                last=found.months[-1],
                months=len(found.months),
                categories=found.categories,
            )
        ),
        *_lead_notes(found),
        *_empty_notes(found),
        Note(
            msg(
                "What counts as false. On the real months: an alarm after which the next twelve"
                " months (six at least) did not bring 10 % less than the same months of the year"
                " before the decline that it saw; an alarm that somebody acted on in time counts as"
                " false, too. On months without a decline: every alarm; these are your own months"
                " without their slow course, shuffled in runs of six with level, growth and season"
                " put back. A limit has to keep to the number on both."
            )
        ),
        Note(
            msg(
                "Alarms count when they are raised, once each. Standard report: {first}; {second};"
                " {third}.",
                first=_RULES[LEADS[0]],
                second=_RULES[LEADS[1]],
                third=_RULES[LEADS[2]],
            )
        ),
    ]
    if not found.choices:
        notes.append(Note(msg("The history is too short to choose limits by."), "warning"))
    elif found.asked is not None and found.asked.made > 1.05 * found.asked.asked:
        notes.append(
            Note(msg("No limit keeps to so few false alarms; this is the strictest."), "warning")
        )
    elif found.asked is not None and found.asked.lowest:
        notes.append(
            Note(
                msg(
                    "So many false alarms are not worth having: at a lower limit categories would"
                    " alarm in more than one month of {twenty} without a cause.",
                    twenty=round(1 / MOST_ALARMED),
                )
            )
        )
    if saved is not None:
        notes.append(Note(msg("Saved: `ci-cli procat check` goes by these limits now.")))
        return notes + chosen_note(saved)
    return notes + chosen_note(chosen)


def _empty_notes(found: Backtest) -> list[Note]:
    """Say of tables without a row why they have none."""
    from ci_cli.analysis.decline.hindsight import REAL
    from ci_cli.analysis.decline.injected import WATCHED

    notes = []
    if not found.past:
        notes.append(
            Note(
                msg("No lead can be told: the months that were replayed hold no decline of {part}"
                    " from one year to the next.", part=Percent(REAL, 0))
            )
        )  # fmt: skip
    if not found.seen:
        notes.append(
            Note(
                msg("No decline was put in: each is watched for {watched} months, and {months}"
                    " could be replayed.", watched=WATCHED, months=len(found.months))
            )
        )  # fmt: skip
    return notes


def _lead_notes(found: Backtest) -> list[Note]:
    notes = []
    for rule in LEADS:
        both = [
            later - one.alarm
            for one in found.past
            if one.alarm is not None and (later := one.rules[rule]) is not None
        ]
        if not found.past:
            continue
        raised = next(one for one in found.raised if one.method == rule)
        share = raised.false / max(raised.raised - raised.recent, 1)
        notes.append(
            Note(
                msg(
                    "{rule}: months of lead of the alarm: {lead} (median of {both} declines that"
                    " both saw, of {all}); of its own warnings {share} were followed by none.",
                    rule=_RULES[rule],
                    lead=f"{median(both):+g}" if both else "-",
                    both=len(both),
                    all=len(found.past),
                    share=Percent(share, 0),
                )
            )
        )
    return notes
