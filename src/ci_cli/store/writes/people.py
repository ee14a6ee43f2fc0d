"""Contacts that a person types in: added, changed, gone; one of a customer is the first to ask."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping

from ci_cli.models.names import email_key, exact_name
from ci_cli.shapes.trade import Counts
from ci_cli.store.writes import batches, mentions, typed


def put(
    conn: sqlite3.Connection, customer_id: int, person: Mapping[str, str], *, first: bool,
    day: str, by: str, at: str,
) -> tuple[int, str]:  # fmt: skip
    """Add a contact, or change what is said of the one with the same e-mail address or name.

    Args:
        conn: the store, inside a transaction.
        customer_id: a living customer; new contacts hang on its founding record.
        person: name, title, phone, email, as far as given.
        first: this one is to be asked first.
        day: since when the position is held.
        by: who says so.
        at: time of the entry.

    Returns:
        The number of the batch, and ``created``, ``updated`` or ``unchanged``.
    """
    batch_id, file_id = typed.journal(conn, "customer contact add", "contacts", by, at)
    said = {name: value for name, value in person.items() if value}
    row = _known(conn, customer_id, said)
    verdict = "created" if row is None else "updated"
    if row is not None and row["left_at"] is None and all(row[k] == v for k, v in said.items()):
        verdict = "unchanged"
    if "title" in said and (row is None or row["title"] != said["title"]):
        since = {"title since": day}
    else:
        since = {}
    if row is None:
        key = email_key(said.get("email")) or exact_name(said["name"])
        cursor = conn.execute(
            "INSERT INTO contact (record_id, contact_key, name, title, phone, email, extra, author,"
            " file_id, line) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1)",
            (customer_id, key, said.get("name"), said.get("title"), said.get("phone"),
             said.get("email"), json.dumps(since) if since else None, by, file_id),
        )  # fmt: skip
        number = int(cursor.lastrowid or 0)
    else:
        number = int(row["id"])
    if verdict == "updated":
        batches.keep_before(conn, batch_id, "contact", str(number))
        conn.execute(
            "UPDATE contact SET name = coalesce(?, name), title = coalesce(?, title),"
            " phone = coalesce(?, phone), email = coalesce(?, email), left_at = NULL,"
            " extra = nullif(json_patch(coalesce(extra, '{}'), ?), '{}') WHERE id = ?",
            (said.get("name"), said.get("title"), said.get("phone"), said.get("email"),
             json.dumps(since), number),
        )  # fmt: skip
    led = _lead(conn, batch_id, customer_id, number if first else None)
    if led and verdict == "unchanged":
        verdict = "updated"
    mentions.attach_contacts(conn, f"interaction.record_id IN ({_records(customer_id)})")
    typed.close(conn, batch_id, file_id, Counts(read=1, **{verdict: 1}))
    return batch_id, verdict


def leave(
    conn: sqlite3.Connection, customer_id: int, contact_id: int, day: str, *, by: str, at: str
) -> int:
    """Note that a contact left on ``day``; what was said with it stays. Return the batch."""
    batch_id, file_id = typed.journal(conn, "customer contact left", "contacts", by, at)
    batches.keep_before(conn, batch_id, "contact", str(int(contact_id)))
    conn.execute("UPDATE contact SET left_at = ?, is_primary = 0 WHERE id = ?", (day, contact_id))
    _lead(conn, batch_id, customer_id, None)
    typed.close(conn, batch_id, file_id, Counts(read=1, updated=1))
    return batch_id


def _records(customer_id: int) -> str:
    return f"SELECT id FROM record WHERE customer_id = {int(customer_id)}"


def _known(
    conn: sqlite3.Connection, customer_id: int, said: Mapping[str, str]
) -> sqlite3.Row | None:
    found: sqlite3.Row | None = conn.execute(
        "SELECT id, name, title, phone, email, left_at FROM contact WHERE record_id IN"
        f" ({_records(customer_id)}) AND (email_key(email) = ? OR name = ?)"
        " ORDER BY email_key(email) IS ? DESC, id LIMIT 1",
        (email_key(said.get("email")), said.get("name"), email_key(said.get("email"))),
    ).fetchone()
    return found


def _lead(conn: sqlite3.Connection, batch_id: int, customer_id: int, chosen: int | None) -> bool:
    """Let one contact who has not left be asked first: the chosen one, else the one so far.

    Return whether that changed anything.
    """
    staff = (
        "SELECT id, is_primary FROM contact WHERE left_at IS NULL AND record_id IN"
        f" ({_records(customer_id)}) ORDER BY is_primary DESC, id"
    )
    people = conn.execute(staff).fetchall()
    if not people:
        return False
    leader = chosen if chosen is not None else int(people[0]["id"])
    wrong = [int(row["id"]) for row in people if row["is_primary"] != int(row["id"] == leader)]
    if not wrong:
        return False
    ids = ", ".join(map(str, wrong))
    batches.keep_before(conn, batch_id, "contact", f"SELECT id FROM contact WHERE id IN ({ids})")
    conn.execute(f"UPDATE contact SET is_primary = (id = ?) WHERE id IN ({ids})", (leader,))
    return True
