"""All that the store knows of one person: to hand it out, or to erase it without a trace.

Erased are the contact's own fields and, wherever else they stand (entries, notes, unmapped columns,
the rows as they were before a change), its name in everything about its customer, and its own
e-mail address and phone number in the whole store. What it shares with the company or a colleague,
a switchboard say, is not the person's and stays there. Money of orders is never touched.
"""

from __future__ import annotations

import json
import re
import sqlite3
from pathlib import Path
from typing import Any, NamedTuple

from ci_cli.errors import CiError, ExitCode
from ci_cli.models.names import email_key, name_key, phone_key
from ci_cli.store import search_index
from ci_cli.text import msg

ERASED = "[erased]"
_READ_AT_ONCE = 1 << 20  # bytes
# tables of the customer -> the column that says which record a row belongs to
_OF_RECORD = {
    "record": "id", "contact": "record_id", "sales_order": "record_id",
    "interaction": "record_id", "contract": "record_id", "opportunity": "record_id",
    "usage": "record_id", "link": "record_id", "feedback": "record_id", "insight": "record_id",
    "behaviour": "record_id", "invitation": "record_id", "action": "record_id",
}  # fmt: skip
# columns that structure the store: no words of a person, and changing one would break a reference
_STRUCTURE = frozenset({"source", "kind", "table_name", "sort", "key_kind", "currency", "day"})
# made from the rest, and made anew after an erasure
_LETTER = re.compile(r"[0-9A-Za-z\u00c0-\u04ff]")  # of scripts that set words apart
_DERIVED = ("search_text", "search_todo", "seal")


class Person(NamedTuple):
    """A contact, and the words by which it is found elsewhere."""

    id: int
    customer_id: int
    customer: str
    name: str | None
    title: str | None
    phone: str | None
    email: str | None
    own: tuple[str, ...]  # e-mail address and phone number that nobody else has
    shared: tuple[str, ...]  # those that the company or a colleague has as well


class Trace(NamedTuple):
    """How many values of one column hold the person."""

    table: str
    column: str
    values: int


def find(conn: sqlite3.Connection, text: str) -> Person:
    """Return the contact that ``text`` means: its number, its e-mail address, or its name.

    Raises:
        CiError: ``person-unknown``, or ``person-ambiguous``: the candidates are listed.
    """
    rows = conn.execute(
        "SELECT p.id, r.customer_id, (SELECT g.label FROM golden AS g WHERE g.id = r.customer_id),"
        " p.name, p.title, p.phone, p.email FROM contact AS p JOIN record AS r"
        " ON r.id = p.record_id ORDER BY p.id"
    ).fetchall()
    wanted = text.strip()
    key = name_key(wanted)
    attempts = (
        [row for row in rows if wanted.isdecimal() and row[0] == int(wanted)],
        [row for row in rows if row[6] and email_key(row[6]) == email_key(wanted)],
        [row for row in rows if key and name_key(row[3]) == key],
        [row for row in rows if key and key in (name_key(row[3]) or "")],
    )
    found = next((some for some in attempts if some), [])
    if not found:
        raise CiError(
            "person-unknown",
            msg("No contact is called {text}.", text=text),
            hint=msg("Name the person by number, e-mail address or name; `ci-cli search NAME --kind"
                     " person` finds people."),
            exit_code=ExitCode.DECIDE,
        )  # fmt: skip
    if len(found) > 1:
        raise CiError(
            "person-ambiguous",
            msg("Several contacts fit {text}.", text=text),
            hint=msg("Name one by its number."),
            exit_code=ExitCode.DECIDE,
            details=tuple(f"{row[0]}  {row[3] or row[6] or '-'}, {row[2]}" for row in found[:20]),
        )
    row = found[0]
    others = [one for one in rows if one[0] != row[0]]
    held = {email_key(one[6]) for one in others} | {phone_key(one[5]) for one in others}
    for phone, email in conn.execute("SELECT phone, email FROM record"):
        held |= {email_key(email), phone_key(phone)}
    ways = [(email_key(row[6]), row[6]), (phone_key(row[5]), row[5])]
    own = tuple(str(value) for known, value in ways if value and known not in held)
    shared = tuple(str(value) for known, value in ways if value and known and known in held)
    name, title, phone, email = row[3:7]
    return Person(row[0], row[1], row[2] or "", name, title, phone, email, own, shared)


def told(conn: sqlite3.Connection, person: Person) -> list[tuple[str, int, str, str]]:
    """Return (table, row, column, value) of all that names the person, the contact itself first."""
    row = conn.execute("SELECT * FROM contact WHERE id = ?", (person.id,)).fetchone()
    found = [
        ("contact", person.id, name, str(row[name]))
        for name in row.keys()  # noqa: SIM118 - a row of SQLite is no mapping
        if row[name] is not None and name not in ("id", "record_id", "file_id", "line")
    ]
    for table, column, number, value in _mentions(conn, person):
        if (table, number) != ("contact", person.id):
            found.append((table, number, column, value))
    return found


def erase(conn: sqlite3.Connection, person: Person) -> list[Trace]:
    """Erase a person; return what was changed where. Inside a write transaction.

    Afterwards the freed pages still hold what was there: :func:`engine.compact` rewrites the file.
    """
    counts: dict[tuple[str, str], int] = {}
    pattern = _pattern(person, at_home=True)
    for table, column, number, value in _mentions(conn, person):
        clean = pattern.sub(ERASED, value)
        if column.endswith("_key") and column != "name_key":
            clean = f"{clean} {number}"  # keys stay apart
        conn.execute(f'UPDATE "{table}" SET "{column}" = ? WHERE rowid = ?', (clean, number))
        counts[table, column] = counts.get((table, column), 0) + 1
    conn.execute(
        "UPDATE record SET name_key = name_key(name) WHERE customer_id = ? AND instr(name, ?) > 0",
        (person.customer_id, ERASED),
    )
    gone = f"erased {person.id}"
    conn.execute(
        "UPDATE contact SET contact_key = ?, name = NULL, title = NULL, phone = NULL, email = NULL,"
        " extra = NULL WHERE id = ?",
        (gone, person.id),
    )
    conn.execute(
        "UPDATE interaction SET person = ? WHERE contact_id = ? AND person IS NOT NULL",
        (ERASED, person.id),
    )
    cursor = conn.execute(
        "UPDATE change SET before = json_set(before, '$.contact_key', ?, '$.name', NULL, '$.title',"
        " NULL, '$.phone', NULL, '$.email', NULL, '$.extra', NULL)"
        " WHERE table_name = 'contact' AND row_id = ?",
        (gone, person.id),
    )
    if cursor.rowcount > 0:
        counts["change", "before"] = max(counts.get(("change", "before"), 0), cursor.rowcount)
    search_index.forget(conn)
    return [Trace(*place, number) for place, number in sorted(counts.items())]


def copies_that_hold(store: Path, person: Person) -> tuple[list[Path], list[Path]]:
    """Return the copies beside a store (backups, former stores) that hold the person, and others.

    Only files whose name begins like the store's are looked into.
    """
    words = [word.encode() for word in (person.name, *person.own) if word]
    holding, free = list[Path](), list[Path]()
    for path in sorted(store.parent.glob(f"{store.stem}*")):
        if path == store or not path.is_file() or path.name.startswith(f"{store.name}-"):
            continue
        (holding if _holds(path, words) else free).append(path)
    return holding, free


def _holds(path: Path, words: list[bytes]) -> bool:
    overlap = max((len(word) for word in words), default=1)
    tail = b""
    with path.open("rb") as file:
        while part := file.read(_READ_AT_ONCE):
            if any(word in tail + part for word in words):
                return True
            tail = part[-overlap:]
    return False


def _pattern(person: Person, *, at_home: bool) -> re.Pattern[str]:
    """Return what finds the person: in rows of its customer by name as well."""
    forms = [_form(word) for word in person.own]
    forms += [
        r"[\s().\-/]*".join(re.escape(digit) for digit in phone_key(word) or "")
        for word in person.own
        if "@" not in word
    ]
    if at_home and person.name and person.name.strip():
        # as JSON escapes it, too
        forms += [_form(person.name), _form(json.dumps(person.name)[1:-1])]
    forms.sort(key=len, reverse=True)
    return re.compile("|".join(forms) or r"(?!)", re.IGNORECASE)


def _form(word: str) -> str:
    """Return a pattern for a word in any spacing; one of letters stands apart from others."""
    inner = r"\s+".join(map(re.escape, word.split()))
    front = r"(?<!\w)" if _LETTER.match(word.strip()[:1]) else ""
    back = r"(?!\w)" if _LETTER.match(word.strip()[-1:]) else ""
    return f"{front}{inner}{back}"


def _mentions(conn: sqlite3.Connection, person: Person) -> list[tuple[str, str, int, str]]:
    """Return (table, column, row, value) of every text that names the person."""
    everywhere, at_home = _pattern(person, at_home=False), _pattern(person, at_home=True)
    records = {
        int(row[0])
        for row in conn.execute("SELECT id FROM record WHERE customer_id = ?",
                                (person.customer_id,))
    }  # fmt: skip
    found = []
    for table, columns in _text_columns(conn).items():
        owner = _OF_RECORD.get(table, "NULL")
        quoted = ", ".join(f'"{column}"' for column in columns)
        for number, belongs, *values in conn.execute(
            f'SELECT rowid, {owner}, {quoted} FROM "{table}"'
        ):
            home = belongs in records
            if table == "change":
                home = _is_of(dict(zip(columns, values, strict=True)), records)
            pattern = at_home if home else everywhere
            found += [
                (table, column, int(number), value)
                for column, value in zip(columns, values, strict=True)
                if value and pattern.search(value)
            ]
    return found


def _is_of(change: dict[str, Any], records: set[int]) -> bool:
    """Tell whether a row as it was before a change is one of the customer's."""
    before = json.loads(change["before"] or "{}")
    column = _OF_RECORD.get(change.get("table_name") or "", "record_id")
    return before.get(column) in records


def _text_columns(conn: sqlite3.Connection) -> dict[str, list[str]]:
    """Return the columns of text of every table with rows of its own."""
    tables = [
        str(row[1])
        for row in conn.execute("PRAGMA table_list")
        if row[0] == "main" and row[2] == "table" and not row[4] and row[1] not in _DERIVED
        and not str(row[1]).startswith("sqlite_")
    ]  # fmt: skip
    found = {}
    for table in tables:
        columns = [
            str(row[1])
            for row in conn.execute(f'PRAGMA table_info("{table}")')
            if row[2] == "TEXT" and (row[1] not in _STRUCTURE or table == "change")
        ]
        if columns:
            found[table] = columns
    return found
