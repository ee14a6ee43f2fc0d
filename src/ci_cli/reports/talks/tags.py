"""Tags laid out: the kinds there are, what a customer has, counts, and what rules changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ci_cli.report import Column, Note, Report, Table
from ci_cli.reports.common import customer_code, share
from ci_cli.text import Msg, msg

EVIDENCE = {"typed": "person", "event": "log", "state": "state"}
_CUSTOMER = (Column("customer", msg("customer"), "id"), Column("name", msg("name")))


def catalogue(rows: Sequence[tuple[Any, ...]]) -> Report:
    """Lay out the kinds of behaviour.

    Args:
        rows: (code, name, polarity, strength, half-life in days or None, priority change,
            customers, origin).
    """
    columns = (
        Column("tag", msg("tag"), "id"),
        Column("name", msg("name")),
        Column("polarity", msg("polarity"), "state"),
        Column("strength", msg("strength"), "number"),
        Column("half_life", msg("half-life in days"), "int"),
        Column("priority", msg("moves priority by"), "int"),
        Column("customers", msg("customers"), "int"),
        Column("origin", msg("origin"), "state"),
    )
    table = [
        (code, name, "positive" if polarity > 0 else "negative", *rest)
        for code, name, polarity, *rest in rows
    ]
    return Report("tag-catalogue", msg("Tags"), [Table("tags", columns, table)])


def of_customers(
    events: Sequence[Any], weights: Mapping[int, float], scores: Mapping[int, float], *,
    today: str, title: Msg,
) -> Report:  # fmt: skip
    """Lay out tags with their evidence.

    Args:
        events: ``store.tags.TagRow``, also those that have run out.
        weights: of the events by their ids; one that is missing does not count today.
        scores: of the customers.
        today: day of the weights.
        title: of the report.
    """
    columns = (
        *_CUSTOMER,
        Column("tag", msg("tag"), "id"),
        Column("day", msg("day"), "date"),
        Column("counts", msg("counts today"), "percent"),
        Column("until", msg("until"), "date"),
        Column("evidence", msg("evidence"), "state"),
        Column("rule", msg("rule")),
        Column("why", msg("why")),
        Column("said", msg("what was said")),
        Column("by", msg("by")),
    )
    rows = [
        (
            customer_code(one.customer_id), one.customer or "", one.code, one.day,
            weights.get(one.id, 0.0), one.until,
            f"log:{one.interaction}" if one.interaction is not None else EVIDENCE[one.basis],
            f"{one.ruleset}/{one.rule}" if one.rule else None, one.why or one.note, one.said,
            one.author,
        )
        for one in events
    ]  # fmt: skip
    notes = [Note(msg("As of {day}. A tag fades by its half-life; a state counts in full as long"
                      " as it lasts.", day=today))]  # fmt: skip
    if len(scores) == 1:
        notes.append(
            Note(msg("Score of behaviour: {score}.", score=f"{next(iter(scores.values())):+.2f}"))
        )
    meta = {"today": today, "scores": {customer_code(k): round(v, 4) for k, v in scores.items()}}
    return Report("tag-list", title, [Table("tags", columns, rows)], meta, notes)


def counts(
    rows: Sequence[tuple[str, str, int, int, float | None]], customers: int, day: str
) -> Report:
    """Lay out how many customers have each tag.

    Args:
        rows: (code, name, customers, pieces of evidence, mean weight of the freshest).
        customers: all there are.
        day: as of which.
    """
    columns = (
        Column("tag", msg("tag"), "id"),
        Column("name", msg("name")),
        Column("customers", msg("customers"), "int"),
        Column("share", msg("share of customers"), "percent"),
        Column("events", msg("evidence"), "int"),
        Column("weight", msg("mean weight"), "percent"),
    )
    table = [
        (code, name, n, share(n, customers), events, mean) for code, name, n, events, mean in rows
    ]
    notes = [Note(msg("Customers: {n}, as of {day}.", n=customers, day=day))]
    return Report(
        "tag-count", msg("Customers by tag"), [Table("tags", columns, table)],
        {"customers": customers, "today": day}, notes,
    )  # fmt: skip


def crosstab(code: str, by: str, cells: Mapping[str, tuple[int, int]], day: str) -> Report:
    """Lay out how many customers with and without a tag there are in each group.

    Args:
        code: of the tag.
        by: another tag, or a field of the customer.
        cells: group -> (with the tag, without it).
        day: as of which.
    """
    columns = (
        Column("group", by),
        Column("with", msg("with {code}", code=code), "int"),
        Column("without", msg("without {code}", code=code), "int"),
        Column("customers", msg("customers"), "int"),
        Column("share", msg("share with {code}", code=code), "percent"),
    )
    rows = [
        (group, has, lacks, has + lacks, share(has, has + lacks))
        for group, (has, lacks) in cells.items()
    ]
    has, lacks = (sum(cell[place] for cell in cells.values()) for place in (0, 1))
    total = ("total", has, lacks, has + lacks, share(has, has + lacks))
    return Report(
        "tag-crosstab", msg("{code} by {by}", code=code, by=by),
        [Table("groups", columns, rows, total=total)],
        {"tag": code, "by": by, "today": day},
        [Note(msg("Customers: {n}, as of {day}.", n=has + lacks, day=day))],
    )  # fmt: skip


def changes(rows: Sequence[tuple[Any, ...]], ruleset: str, total: int) -> Report:
    """Lay out what applying rules changed, and why.

    Args:
        rows: of ``store.writes.behaviours.changes``.
        ruleset: name of the set.
        total: changes there are, of which ``rows`` may be the first.
    """
    columns = (
        *_CUSTOMER,
        Column("tag", msg("tag"), "id"),
        Column("change", msg("change"), "state"),
        Column("day", msg("day"), "date"),
        Column("rule", msg("rule")),
        Column("why", msg("why")),
        Column("evidence", msg("evidence"), "state"),
        Column("said", msg("what was said")),
    )
    table = [
        (customer_code(number), name or "", code, what, day, rule, why,
         "state" if entry is None else f"log:{entry}", said or None)
        for number, name, code, what, day, rule, why, entry, said in rows
    ]  # fmt: skip
    notes = []
    if total > len(rows):
        notes.append(Note(msg("Shown: {n} of {total}; --top shows more.", n=len(rows),
                              total=total)))  # fmt: skip
    return Report(
        "tag-changes", msg("What the rules {name} change", name=ruleset),
        [Table("changes", columns, table)], {"rules": ruleset, "changes": total}, notes,
    )  # fmt: skip


def fields(rows: Sequence[tuple[str, str, str, str, str]]) -> Report:
    """Lay out the language of the rules: (field, what, operators, options, choices)."""
    columns = (
        Column("field", msg("field"), "id"),
        Column("about", msg("about"), "state"),
        Column("operators", msg("operators"), "id"),
        Column("options", msg("further keys"), "id"),
        Column("values", msg("values"), "id"),
    )
    notes = [
        Note(msg("field.NAME is a field of your own, as customer set makes them.")),
        Note(msg("A rule with an interaction field finds events; any other finds a state that"
                 " lasts as long as it is so.")),
    ]  # fmt: skip
    return Report("tag-fields", msg("What a rule may ask"), [Table("fields", columns, list(rows))],
                  notes=notes)  # fmt: skip


def priorities(rows: Sequence[tuple[Any, ...]], columns: Sequence[Column], day: str,
               scale: tuple[float, float, float]) -> Report:  # fmt: skip
    """Lay out customers by follow-up priority.

    Args:
        rows: those of the customer list, each followed by priority and reason.
        columns: of the customer list.
        day: as of which.
        scale: usual priority, floor, ceiling.
    """
    added = (
        Column("priority", msg("priority"), "number"),
        Column("reason", msg("reason")),
    )
    base, floor, ceiling = scale
    note = Note(
        msg("Priority as of {day}: {base} where no tag moves it, never below {floor} or above"
            " {ceiling}.", day=day, base=f"{base:g}", floor=f"{floor:g}",
            ceiling=f"{ceiling:g}")
    )  # fmt: skip
    return Report(
        "customer-list", msg("Customers by priority"),
        [Table("customers", (*columns, *added), list(rows))],
        {"today": day, "base": base, "floor": floor, "ceiling": ceiling}, [note],
    )  # fmt: skip


def reason(bound: str | None, moved_by: Sequence[tuple[str, float, str]]) -> str | None:
    """Return what moved a priority, in one line; None where nothing did.

    Args:
        bound: ``floor`` or ``ceiling`` where one held it.
        moved_by: (tag, steps, day of its freshest evidence), the farthest first.
    """
    parts = [f"{code} {steps:+.1f} ({day})" for code, steps, day in moved_by]
    return "; ".join([*parts, *([bound] if bound else [])]) or None
