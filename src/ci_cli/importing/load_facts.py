"""Import a list of calls, contracts, deals or usage figures: read, linked to customers, written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

from ci_cli.errors import CiError, ExitCode, Where
from ci_cli.importing.convert import Converted
from ci_cli.importing.fact_rows import FACETS, FactRows, Metric, split_addresses, usual_kind
from ci_cli.importing.mapping.profile import Profile
from ci_cli.importing.plan import TablePlan
from ci_cli.importing.steps import Context, counted
from ci_cli.importing.talks.lists import FactKind, load_lists
from ci_cli.importing.values.numbers import settle_styles
from ci_cli.readers.base import CELL, line_of
from ci_cli.report import Note
from ci_cli.store import talks
from ci_cli.store.writes import batches, facts, lists, voices
from ci_cli.store.writes.facts import FactRow
from ci_cli.store.writes.lists import Outcome, Verdicts
from ci_cli.text import msg

_TARGETS = {
    "interactions": facts.INTERACTION, "contracts": facts.CONTRACT,
    "opportunities": facts.OPPORTUNITY, "usage": facts.USAGE,
    "feedback": voices.FEEDBACK, "attitudes": voices.INSIGHT, "roi": voices.INSIGHT,
}  # fmt: skip


def load_facts(context: Context, plan: TablePlan, file_id: int) -> Outcome:
    """Bring the facts of a file in and say how its rows ended."""
    kind: FactKind = plan.columns.kind  # type: ignore[assignment]
    converter = plan.converter
    converter.required = tuple(
        name for name in load_lists().kinds[kind].needs
        if name in converter.fields and kind != "contracts"
    )  # fmt: skip
    found = FactRows(
        kind, context.source, converter, plan.currency,
        today=context.options.today or context.at[:10], usual=usual_kind(plan.header),
        metrics=_metrics(context, plan) if _columns_are_metrics(plan) else {},
        facets={facet: place for facet in FACETS
                if (place := plan.columns.index(f"attitude.{facet}")) is not None},
    )  # fmt: skip
    taken = _Taken()
    rows = _rows(context, plan, found, taken)
    verdicts = facts.load_facts(
        context.conn, _TARGETS[kind], rows, batch_id=context.batch_id, file_id=file_id,
        on_match=context.options.on_match, at=context.at,
    )  # fmt: skip
    plan.notes += found.remarks.notes()
    if taken.nameless:
        plan.notes.append(
            Note(msg("Rows that name no customer of the store: {n}. They are kept and hang on"
                     " nobody.", n=taken.nameless))
        )  # fmt: skip
    if found.metrics or found.facets:
        batches.name_lines(context.conn, file_id, CELL)
        verdicts = _by_line(verdicts)
    return lists.outcome(verdicts)


@dataclass
class _Taken:
    """Counts rows as they pass."""

    nameless: int = 0


def _rows(context: Context, plan: TablePlan, found: FactRows, taken: _Taken) -> Iterator[FactRow]:
    """Yield the rows of the file as it is read; none is kept here."""
    mails = _Mails(are_there="mail.from" in plan.converter.fields)
    for chunk in counted(context, plan, plan.converter.convert(plan.data())):
        found.add(chunk)
        rows, found.rows = found.rows, []
        if mails.are_there:
            mails.note(chunk, rows)
            rows = mails.matched(context, rows)
        taken.nameless += sum(row.record is None for row in rows)
        yield from rows


def _columns_are_metrics(plan: TablePlan) -> bool:
    """Return whether each column of figures is a metric of its own: Logins, Active users."""
    return plan.columns.kind == "usage" and "usage.value" not in plan.converter.fields


def _metrics(context: Context, plan: TablePlan) -> dict[int, Metric]:
    """Return the columns that hold numbers and nothing else, by place.

    Raises:
        CiError: ``column-missing``: there is none.
    """
    places = plan.converter.extras
    texts: dict[int, set[str]] = {place: set() for place in places}
    for chunk in plan.data():
        for row in chunk.rows:
            for place in places:
                if place < len(row) and row[place].strip():
                    texts[place].add(row[place])
    names = dict(plan.converter.extra_names())
    numeric = {
        names[place]: found
        for place, found in texts.items()
        if found and Profile(sorted(found)).number == 1
    }
    where = Where(str(plan.table.file), plan.table.sheet)
    if not numeric:
        raise CiError(
            "column-missing",
            msg("No column holds {field}.", field="usage.value"),
            hint=msg("name it with --map {field}=HEADER", field="usage.value"),
            where=where, exit_code=ExitCode.DECIDE,
            details=(", ".join(text for text in plan.header if text),),
        )  # fmt: skip
    styles = settle_styles(
        numeric, context.options.decimal, typed=plan.table.is_workbook,  # type: ignore[arg-type]
        quantities=frozenset(numeric), where=where,
    )  # fmt: skip
    return {
        place: Metric(name, partial(styles[name].quantity, scale=1))
        for place, name in names.items() if name in numeric
    }  # fmt: skip


def _by_line(verdicts: Verdicts) -> Verdicts:
    """Return one verdict for each line whose figures have several: the one that says most."""
    order = ("conflict", "created", "updated", "unchanged")
    told: dict[int, set[str]] = {}
    for number, verdict in verdicts.items():
        told.setdefault(line_of(number), set()).add(verdict)
    return {line: next(v for v in order if v in found) for line, found in told.items()}


class _Mails:
    """Who wrote to whom: the customer of a mail is the one that has an address in it."""

    def __init__(self, *, are_there: bool) -> None:
        self.are_there = are_there
        self._said: dict[int, tuple[list[str], list[str]]] = {}  # line -> senders, receivers

    def note(self, chunk: Converted, rows: list[FactRow]) -> None:
        """Keep the addresses of the rows of a chunk."""
        self._said.clear()  # of the chunk before
        taken = {row.line for row in rows}
        columns = {name: chunk.column(name) for name in ("mail.from", "mail.to", "mail.cc")}
        for index, line in enumerate(chunk.lines):
            if line in taken:
                receivers = [*split_addresses(columns["mail.to"][index]),
                             *split_addresses(columns["mail.cc"][index])]  # fmt: skip
                self._said[line] = (list(split_addresses(columns["mail.from"][index])), receivers)

    def matched(self, context: Context, rows: list[FactRow]) -> list[FactRow]:
        """Return the rows with the record that their addresses lead to, the sender's first."""
        everyone = {a for senders, receivers in self._said.values() for a in (*senders, *receivers)}
        owners = talks.who_has(context.conn, everyone)
        found = []
        for row in rows:
            senders, receivers = self._said[row.line]
            sender = next((one for one in senders if one in owners), None)
            receiver = next((one for one in receivers if one in owners), None)
            person = sender or receiver
            values = row.values | {
                "person": person or row.values["person"] or next(iter(senders), None),
                "direction": "in" if sender else "out" if receiver else row.values["direction"],
                "author": row.values["author"] or next(iter(senders), None),
            }
            record = owners[person] if person else row.record
            about = json.dumps({"email": person}) if person else row.values["about_customer"]
            found.append(replace(row, record=record, values=values | {"about_customer": about}))
        return found
