"""Interactions, contracts, opportunities and usage into their tables: from files or typed in."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from ci_cli.errors import CiError, ExitCode
from ci_cli.shapes.talks import CLOSABLE, Attachment, Entry
from ci_cli.shapes.trade import Counts, OnMatch
from ci_cli.store.writes import batches, mentions, records, typed, withdrawn
from ci_cli.store.writes.lists import Verdicts
from ci_cli.store.writes.records import RecordKey
from ci_cli.store.writes.typed import TYPED
from ci_cli.store.writes.upsert import (
    Target,
    add_staged,
    create_staging,
    settle_staged,
    upsert,
)
from ci_cli.text import msg

_AT_ONCE = 5_000  # rows
INTERACTION = Target(
    table="interaction",
    keys=("source", "fact_key"),
    fields=(
        "record_id", "day", "clock", "kind", "topic", "direction", "outcome", "subject", "text",
        "person", "author", "status", "due", "closed", "files", "about_customer",
    ),
    required=("day", "kind"),
)  # fmt: skip
CONTRACT = Target(
    table="contract",
    keys=("source", "fact_key"),
    fields=(
        "record_id", "name", "product", "signed", "starts", "ends", "value", "currency", "status",
        "owner", "about_customer",
    ),
)  # fmt: skip
OPPORTUNITY = Target(
    table="opportunity",
    keys=("source", "fact_key"),
    fields=(
        "record_id", "name", "stage", "outcome", "why", "competitor", "product", "value",
        "currency", "opened", "expected", "closed", "owner", "about_customer",
    ),
    required=("outcome",),
)  # fmt: skip
USAGE = Target(
    table="usage",
    keys=("source", "record_id", "metric", "grain", "period"),
    fields=("value", "unit", "about_customer"),
)


@dataclass(frozen=True)
class FactRow:
    """One row of a file, ready to be staged: columns of the target, by name."""

    line: int
    record: RecordKey | None  # None: it names no customer
    values: dict[str, Any]
    extra: str | None = None


def load_facts(
    conn: sqlite3.Connection,
    target: Target,
    rows: Iterable[FactRow],
    *,
    batch_id: int,
    file_id: int,
    on_match: OnMatch,
    at: str,
) -> Verdicts:
    """Bring facts in, each on the record of its customer, and return the verdicts of their lines.

    Customers that the store does not know become stubs. The rows are taken a few thousand at a
    time, so memory does not grow with the texts of a file.
    """
    create_staging(conn, target)
    coming = iter(rows)
    while some := list(islice(coming, _AT_ONCE)):
        add_staged(conn, target, _staged(conn, target, some, file_id, at))
    settle_staged(conn, target)
    upsert(conn, target, batch_id=batch_id, file_id=file_id, on_match=on_match)
    withdrawn.remember_names(conn, target.table, f"batch_id = {int(batch_id)} AND row_id > 0")
    return {row[0]: row[1] for row in conn.execute("SELECT line, verdict FROM st")}


def _staged(
    conn: sqlite3.Connection, target: Target, rows: Sequence[FactRow], file_id: int, at: str
) -> list[tuple[object, ...]]:
    """Return rows for the staging table; their customers are in the store afterwards."""
    named: dict[RecordKey, int] = {}
    for row in rows:
        if row.record is not None:
            named.setdefault(row.record, row.line)
    ids = records.ensure_records(conn, list(named.items()), file_id, at)
    columns = target.staged[:-1]  # all but extra
    return [
        (
            row.line,
            *(
                (ids[row.record] if row.record else None)
                if column == "record_id"
                else row.values.get(column)
                for column in columns
            ),
            row.extra,
        )
        for row in rows
    ]


def files_json(files: Sequence[Attachment]) -> str | None:
    """Return attachments as the store keeps them."""
    if not files:
        return None
    told = [{"name": file.name, "bytes": file.size, "sha256": file.sha256} for file in files]
    return json.dumps(told, ensure_ascii=False)


def log(
    conn: sqlite3.Connection, customer_id: int, entry: Entry, *, by: str, at: str
) -> tuple[int, int]:
    """Note one interaction on the founding record of a customer.

    Args:
        conn: the store, inside a transaction.
        customer_id: a living customer.
        entry: what happened; its author may be another than the person who notes it.
        by: who notes it.
        at: time of the entry.

    Returns:
        The number of the batch, by which it can be undone, and that of the interaction.
    """
    batch_id, file_id = typed.journal(conn, f"log {entry.kind}", "interactions", by, at)
    cursor = conn.execute(
        "INSERT INTO interaction (record_id, contact_id, source, fact_key, day, clock, kind, topic,"
        " direction, outcome, subject, text, person, author, due, closed, files, file_id, line)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)",
        (
            customer_id, entry.contact_id, TYPED, str(batch_id), entry.day, entry.clock,
            entry.kind, entry.topic, entry.direction, entry.outcome, entry.subject, entry.text,
            entry.person, entry.author or by, entry.due, entry.closed, files_json(entry.files),
            file_id,
        ),
    )  # fmt: skip
    number = int(cursor.lastrowid or 0)
    mentions.attach_contacts(conn, f"interaction.id = {number}")
    typed.close(conn, batch_id, file_id, Counts(read=1, created=1))
    return batch_id, number


def close(
    conn: sqlite3.Connection, number: int, day: str, *, outcome: str | None, by: str, at: str
) -> int:
    """Note that a promise was kept, a request answered, or a planned contact held, on ``day``.

    Args:
        conn: the store, inside a transaction.
        number: of the interaction.
        day: when.
        outcome: how a planned contact ended; by default somebody answered.
        by: who says so.
        at: time of the entry.

    Returns:
        The number of the batch, by which it can be undone.

    Raises:
        CiError: there is no such interaction, it has no end, or it is closed already.
    """
    row = conn.execute(
        "SELECT kind, outcome, closed, day FROM interaction WHERE id = ?", (number,)
    ).fetchone()
    if row is None:
        raise CiError(
            "log-unknown",
            msg("There is no entry {id}.", id=number),
            hint=msg("`ci-cli log list --open` lists what is open, with its numbers."),
            exit_code=ExitCode.DECIDE,
        )
    planned = row["outcome"] == "planned"
    if row["kind"] not in CLOSABLE or row["closed"] is not None or day < row["day"]:
        raise _not_closable(number, row)
    batch_id, file_id = typed.journal(conn, "log done", "interactions", by, at)
    batches.keep_before(conn, batch_id, "interaction", str(int(number)))
    ended = outcome or ("answered" if planned else row["outcome"])
    conn.execute(
        "UPDATE interaction SET closed = ?, outcome = ? WHERE id = ?", (day, ended, number)
    )
    typed.close(conn, batch_id, file_id, Counts(read=1, updated=1))
    return batch_id


def _not_closable(number: int, row: sqlite3.Row) -> CiError:
    if row["closed"] is not None:
        message = msg("Entry {id} was closed on {day}.", id=number, day=row["closed"])
    elif row["kind"] not in CLOSABLE:
        message = msg("Entry {id} is a {kind}: it has no end.", id=number, kind=row["kind"])
    else:
        message = msg("Entry {id} began on {day}, after the day given.", id=number,
                      day=row["day"])  # fmt: skip
    return CiError(
        "log-not-open",
        message,
        hint=msg("`ci-cli log list --open` lists what is open, with its numbers."),
        exit_code=ExitCode.DECIDE,
    )
