"""Write steps, requests, uses, quotes and thanks; each is a batch that ``import undo`` takes back.

Whether a thing may be written (consent, caps) is asked by the caller, inside the same transaction.
What a later entry builds on keeps an image of itself: so the undo of a request that was answered
says that something was added to it, instead of taking the answer's ground away.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

from ci_cli.shapes.trade import Author, Counts
from ci_cli.store.writes import batches
from ci_cli.store.writes.voices import close, journal


class NewStep(NamedTuple):
    """A step to be noted; see ``models.references``."""

    day: str
    step: str
    person: str | None = None
    channel: str | None = None
    scope: str | None = None
    until: str | None = None
    said_by: str | None = None
    use_case: str | None = None
    product: str | None = None
    note: str | None = None


class NewRequest(NamedTuple):
    """A request to be noted."""

    customer_id: int | None
    what: str
    channel: str
    day: str
    due: str | None
    criteria: str | None
    value: int | None
    currency: str | None
    expected: int | None


class NewQuote(NamedTuple):
    """Words of a customer, not yet approved."""

    customer_id: int
    person: str | None
    text: str
    product: str | None
    day: str


class NewUse(NamedTuple):
    """What a reference did for a request."""

    customer_id: int
    person: str | None
    channel: str
    day: str
    actual: int | None
    minutes: int | None
    outcome: str | None
    value: int | None  # of the deal; None: as it was
    currency: str | None


class NewThanks(NamedTuple):
    """A thank-you or a reward."""

    customer_id: int
    person: str | None
    day: str
    kind: str
    what: str | None = None
    value: int | None = None
    currency: str | None = None


def add_steps(
    conn: sqlite3.Connection, customer_id: int, steps: Sequence[NewStep], *, command: str,
    author: Author,
) -> int:  # fmt: skip
    """Note steps of one reference; return the batch."""
    batch_id, file_id = _open(conn, command, author)
    conn.executemany(
        _ADD_STEP,
        [
            (customer_id, *step, author.by, file_id, line)
            for line, step in enumerate(steps, start=1)
        ],
    )
    close(conn, batch_id, file_id, Counts(read=len(steps), created=len(steps)))
    return batch_id


def add_sheet_steps(
    conn: sqlite3.Connection, customer_id: int, steps: Sequence[NewStep], *,
    place: tuple[int, int], author: Author,
) -> int:  # fmt: skip
    """Note the steps of one row of a sheet; return the number of the first.

    ``place`` is the file and the line, in a batch that the caller opened and closes.
    """
    numbers = [
        conn.execute(_ADD_STEP, (customer_id, *step, author.by, *place)).lastrowid for step in steps
    ]
    return int(numbers[0] or 0)


_ADD_STEP = (
    "INSERT INTO reference_step (record_id, day, step, person, channel, scope, until, said_by,"
    " use_case, product, note, author, file_id, line)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def add_request(conn: sqlite3.Connection, new: NewRequest, *, author: Author) -> tuple[int, int]:
    """Note a request; return the batch and its number."""
    batch_id, file_id = _open(conn, "ref request new", author)
    cursor = conn.execute(
        "INSERT INTO reference_request (record_id, what, channel, day, due, criteria, value,"
        " currency, expected, state, author, file_id, line)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'open', ?, ?, 1)",
        (*new, author.by, file_id),
    )
    close(conn, batch_id, file_id, Counts(read=1, created=1))
    return batch_id, int(cursor.lastrowid or 0)


def add_attempt(
    conn: sqlite3.Connection, request: int, customer_id: int, *, person: str | None, day: str,
    outcome: str, minutes: int | None, note: str | None, author: Author,
) -> int:  # fmt: skip
    """Note that a customer was approached for a request; return the batch."""
    batch_id, file_id = _open(conn, "ref request attempt", author)
    batches.keep_before(conn, batch_id, "reference_request", str(int(request)))
    conn.execute(
        "INSERT INTO reference_attempt (request_id, record_id, person, day, outcome, minutes, note,"
        " author, file_id, line) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1)",
        (request, customer_id, person, day, outcome, minutes, note, author.by, file_id),
    )
    close(conn, batch_id, file_id, Counts(read=1, created=1))
    return batch_id


def fulfil(conn: sqlite3.Connection, request: int, use: NewUse, *, author: Author) -> int:
    """Note what a reference did and close its request; return the batch."""
    batch_id, file_id = _open(conn, "ref request fulfil", author)
    batches.keep_before(conn, batch_id, "reference_request", str(int(request)))
    conn.execute(
        "INSERT INTO reference_use (request_id, record_id, person, channel, day, actual, minutes,"
        " outcome, author, file_id, line) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)",
        (request, *use[:-2], author.by, file_id),
    )
    conn.execute(
        "UPDATE reference_request SET state = 'fulfilled', closed = ?1, value = coalesce(?2,"
        " value), currency = iif(?2 IS NULL, currency, ?3) WHERE id = ?4",
        (use.day, use.value, use.currency, request),
    )
    close(conn, batch_id, file_id, Counts(read=2, created=1, updated=1))
    return batch_id


def cancel(conn: sqlite3.Connection, request: int, day: str, reason: str, *, author: Author) -> int:
    """Close a request that nobody answers any more; return the batch."""
    batch_id, file_id = _open(conn, "ref request cancel", author)
    batches.keep_before(conn, batch_id, "reference_request", str(int(request)))
    conn.execute(
        "UPDATE reference_request SET state = 'cancelled', closed = ?, reason = ? WHERE id = ?",
        (day, reason, request),
    )
    close(conn, batch_id, file_id, Counts(read=1, updated=1))
    return batch_id


def add_quote(conn: sqlite3.Connection, new: NewQuote, *, author: Author) -> tuple[int, int]:
    """Keep the words of a customer as a draft; return the batch and the number of the quote."""
    batch_id, file_id = _open(conn, "ref quote add", author)
    cursor = conn.execute(
        "INSERT INTO quote (record_id, person, text, product, day, author, file_id, line)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, 1)",
        (*new, author.by, file_id),
    )
    close(conn, batch_id, file_id, Counts(read=1, created=1))
    return batch_id, int(cursor.lastrowid or 0)


def permit_quote(
    conn: sqlite3.Connection, quote: int, *, command: str, approved: str | None,
    approved_by: str | None, scope: str | None, until: str | None, author: Author,
) -> int:  # fmt: skip
    """Say whether and until when a quote may be shown; return the batch."""
    batch_id, file_id = _open(conn, command, author)
    batches.keep_before(conn, batch_id, "quote", str(int(quote)))
    conn.execute(
        "UPDATE quote SET approved = ?, approved_by = ?, scope = ?, until = ? WHERE id = ?",
        (approved, approved_by, scope, until, quote),
    )
    close(conn, batch_id, file_id, Counts(read=1, updated=1))
    return batch_id


def use_quote(conn: sqlite3.Connection, quote: int, day: str, place: str, *, author: Author) -> int:
    """Note that a quote went out; return the batch."""
    batch_id, file_id = _open(conn, "ref quote use", author)
    batches.keep_before(conn, batch_id, "quote", str(int(quote)))
    conn.execute(
        "INSERT INTO quote_use (quote_id, day, place, author, file_id, line)"
        " VALUES (?, ?, ?, ?, ?, 1)",
        (quote, day, place, author.by, file_id),
    )
    close(conn, batch_id, file_id, Counts(read=1, created=1))
    return batch_id


def recognise(conn: sqlite3.Connection, new: NewThanks, *, author: Author) -> int:
    """Note a thank-you or a reward; return the batch."""
    command = "ref thank" if new.kind == "thanks" else "ref reward add"
    batch_id, file_id = _open(conn, command, author)
    conn.execute(
        "INSERT INTO recognition (record_id, person, day, kind, what, value, currency, author,"
        " file_id, line) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1)",
        (*new, author.by, file_id),
    )
    close(conn, batch_id, file_id, Counts(read=1, created=1))
    return batch_id


def _open(conn: sqlite3.Connection, command: str, author: Author) -> tuple[int, int]:
    return journal(conn, command, "references", author.by, author.at)
