"""Take a sheet of consents in: who agreed to what, when, and until when.

A row may name several channels; each is one dated step of the reference. A step that is noted
already is left as it is, so the same sheet again changes nothing. Only days that are written out
count: what ``tomorrow`` meant when the sheet was made, nobody knows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from importlib import resources
from pathlib import Path
from typing import NamedTuple

from ci_cli.analysis.references.states import is_nominated
from ci_cli.analysis.references.synonyms import plain_word
from ci_cli.analysis.spoken_days import spoken_day
from ci_cli.errors import CiError, ExitCode, Where
from ci_cli.importing.mapping.headers import read_headers
from ci_cli.importing.small_sheets import TITLE_ROWS, Refused, Rejected, clean, rows_below
from ci_cli.readers.base import DamagedRow, RawTable, ReadOptions
from ci_cli.readers.opening import open_tables
from ci_cli.shapes.references import Step
from ci_cli.shapes.trade import Author, Counts
from ci_cli.store import customers, references
from ci_cli.store.engine import Connection
from ci_cli.store.writes import batches
from ci_cli.store.writes import references as writes
from ci_cli.store.writes.batches import FileEntry
from ci_cli.store.writes.references import NewStep
from ci_cli.text import msg

COMMAND = "ref consents"
_KNOWN = {"customer.id": "customer_id", "customer.name": "customer", "contact.name": "contact"}
_BETWEEN = re.compile("[,;/，；、\n]")
_CLOCK = re.compile(r"[ T]\d{1,2}:\d\d.*$")


class _Row(NamedTuple):
    """One row of the sheet, read."""

    customer_id: int
    who: str
    steps: tuple[NewStep, ...]  # one for each channel


@dataclass
class Taken:
    """What came in; ``counts`` are of rows, ``consents`` of steps, ``nominated`` of customers."""

    batch: int
    consents: int = 0
    nominated: int = 0
    counts: Counts = field(default_factory=Counts)
    rejects: list[Rejected] = field(default_factory=list)


def import_consents(
    conn: Connection, paths: Sequence[Path], *, today: date, author: Author, nominate: bool
) -> Taken:
    """Bring consents in; the caller holds the transaction.

    Args:
        conn: the store.
        paths: the sheets.
        today: nothing can have been agreed to later.
        author: who brings them in, and when.
        nominate: nominate customers that are no references yet, with the day of their consent;
            else their rows are rejected.

    Raises:
        CiError: ``consent-headings``: a file has no columns for customer, channel and date; what
            the readers raise.
    """
    batch = batches.open_batch(
        conn, command=COMMAND, source=None, imported_by=author.by, at=author.at
    )
    taken = Taken(batch)
    told: dict[int, list[Step]] = references.steps(conn)
    for path in paths:
        with open_tables(path, ReadOptions()) as tables:
            counts = _file(conn, tables, path, taken, told, today, author, nominate=nominate)
        taken.counts.add(counts)
    batches.close_batch(conn, batch, taken.counts, None)
    return taken


def _file(
    conn: Connection, tables: list[RawTable], path: Path, taken: Taken,
    told: dict[int, list[Step]], today: date, author: Author, *, nominate: bool,
) -> Counts:  # fmt: skip
    table, header, columns = _find_header(tables, path)
    entry = FileEntry(
        str(table.file), table.sheet, table.sha256, "references", table.format, table.encoding,
        table.delimiter, header + 1,
    )  # fmt: skip
    file_id = batches.add_file(conn, taken.batch, entry)
    counts = Counts()
    for line, cells in rows_below(table, header):
        counts.read += 1
        cell = {name: cells[place] if place < len(cells) else "" for name, place in columns.items()}
        try:
            if isinstance(cells, DamagedRow):
                raise Refused(cells.reason)
            row = _read(conn, cell, today)
            known = told.setdefault(row.customer_id, [])
            new = [one for one in row.steps if not _is_noted(one, known)]
            if not new:
                counts.unchanged += 1
                continue
            first = [] if is_nominated(known, row.steps[0].day) else [_nomination(row, nominate)]
            number = writes.add_sheet_steps(
                conn, row.customer_id, [*first, *new], place=(file_id, line), author=author
            )
            known += [
                Step(row.customer_id, number + place, *step, author.by)
                for place, step in enumerate((*first, *new))
            ]
            counts.created += 1
            taken.nominated += len(first)
            taken.consents += len(new)
        except Refused as refused:
            counts.rejected += 1
            who = cell.get("customer_id", "").strip() or cell.get("customer", "").strip()
            taken.rejects.append(Rejected(str(path), line, who, refused.reason))
    batches.close_file(conn, file_id, counts)
    return counts


def _find_header(tables: list[RawTable], path: Path) -> tuple[RawTable, int, dict[str, int]]:
    """Return the first table with a customer, a channel and a day, its header row and columns."""
    words = _words()["columns"]
    for table in tables:
        for number, row in enumerate(table.first_rows(TITLE_ROWS)[1]):
            columns: dict[str, int] = {}
            for place, (cell, heading) in enumerate(zip(row, read_headers(row), strict=True)):
                plain = plain_word(cell)
                names = [name for name, known in words.items() if plain in known]
                names += [_KNOWN[one] for one in sorted(heading.fields() & _KNOWN.keys())]
                if names:
                    columns.setdefault(names[0], place)
            if {"channel", "day"} <= columns.keys() and columns.keys() & {
                "customer", "customer_id"
            }:  # fmt: skip
                return table, number, columns
    raise CiError(
        "consent-headings",
        msg("The file has no columns for the customer, the channel and the date of a consent."),
        hint=msg("Call the columns: customer, contact, channel, date, until, said by, scope."),
        where=Where(file=str(path)),
        exit_code=ExitCode.DECIDE,
    )


def _read(conn: Connection, cell: Mapping[str, str], today: date) -> _Row:
    """Return what a row says.

    Raises:
        Refused: it cannot be taken, as a whole.
    """
    told = {name: clean(text) for name, text in cell.items()}
    number = _customer(conn, told.get("customer_id") or told.get("customer") or "")
    if not told["day"]:
        raise Refused(msg("it does not say when they agreed"))
    day = _day(told["day"])
    if day > today:
        raise Refused(msg("{day} is still to come", day=day.isoformat()))
    until = None
    if told.get("until"):
        until = _day(told["until"])
        if until < day:
            raise Refused(
                msg("it ends on {until}, before {day}", until=until.isoformat(),
                    day=day.isoformat())
            )  # fmt: skip
    person = told.get("contact") or None
    if person is not None:
        found = customers.contacts_named(conn, number, person)
        person = found[0][1] if len(found) == 1 else person
    said_by = told.get("said_by") or person
    if said_by is None:
        raise Refused(msg("it does not say who agreed"))
    steps = tuple(
        NewStep(
            day.isoformat(), "consent", person=person, channel=channel,
            scope=told.get("scope") or None, until=None if until is None else until.isoformat(),
            said_by=said_by,
        )
        for channel in _channels(told["channel"])
    )  # fmt: skip
    return _Row(number, told.get("customer") or told.get("customer_id") or "", steps)


def _customer(conn: Connection, name: str) -> int:
    if not name:
        raise Refused(msg("it names no customer"))
    try:
        return customers.find(conn, name)
    except CiError as error:
        raise Refused(error.message) from error


def _day(text: str) -> date:
    """Return a day that is written out, with its year first."""
    bare = _CLOCK.sub("", text)
    wrong = Refused(msg("“{value}” is no day; write it as 2026-03-05", value=text[:40]))
    if not bare[:4].isdecimal():  # also refuses days that count from the day of the import
        raise wrong
    try:
        return spoken_day(bare, date.min, ahead=True)
    except CiError:
        raise wrong from None


def _channels(text: str) -> list[str]:
    known = _words()["channels"]
    found: list[str] = []
    for part in filter(None, map(plain_word, _BETWEEN.split(text))):
        name = next((channel for channel, words in known.items() if part in words), None)
        if name is None:
            raise Refused(msg("There is no channel {word}.", word=part[:40]))
        found.append(name)
    if not found:
        raise Refused(msg("it does not say what they agreed to"))
    return list(dict.fromkeys(found))


def _is_noted(new: NewStep, known: Sequence[Step]) -> bool:
    """Tell whether the very consent is noted already."""
    told = (new.step, new.day, new.person, new.channel, new.scope, new.until, new.said_by)
    return any(
        told == (one.step, one.day, one.person, one.channel, one.scope, one.until, one.said_by)
        for one in known
    )


def _nomination(row: _Row, nominate: bool) -> NewStep:
    if not nominate:
        raise Refused(
            msg("{who} is not nominated as a reference on {day}.", who=row.who,
                day=row.steps[0].day)
        )  # fmt: skip
    return NewStep(row.steps[0].day, "nominate")


def _words() -> dict[str, dict[str, frozenset[str]]]:
    """Return the words of headings and channels, as they are compared."""
    import yaml

    text = resources.files("ci_cli").joinpath("data/consent_words.yaml").read_text("utf-8")
    return {
        kind: {name: frozenset(map(plain_word, words)) for name, words in groups.items()}
        for kind, groups in yaml.safe_load(text).items()
    }
