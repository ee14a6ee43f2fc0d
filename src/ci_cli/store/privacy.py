"""All that the store knows of one person: to hand it out, or to erase it without a trace.

Erased are the contact's own fields and, wherever else they stand (entries, feedback, tags, actions,
names of files, unmapped columns, the rows as they were before a change …), its name in everything
about its customer, and its own e-mail address and phone number in the whole store. A full name that
nobody else has goes from rows of others and of nobody, too; one of two Chinese characters only
where it is certain. What the person shares with the company or a colleague, a switchboard say,
stays there; what else resembles the name is counted. Money of orders is never touched.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from ci_cli.errors import CiError, ExitCode
from ci_cli.models.names import email_key, name_key, phone_key
from ci_cli.store import engine, person_traces, person_words, search_index
from ci_cli.store.kept import marks
from ci_cli.store.person_words import ERASED
from ci_cli.text import msg

_READ_AT_ONCE = 1 << 20  # bytes
# who uses the program: of ours, never a contact
_USERS = (
    "SELECT imported_by FROM batch UNION SELECT exported_by FROM export_log"
    " UNION SELECT done_by FROM regroup UNION SELECT decided_by FROM decision"
    " UNION SELECT scanned_by FROM scan"
)


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
    rows: tuple[int, ...]  # contacts that are the person: another source may know it, too
    customers: tuple[int, ...]  # that these are contacts of
    namesake: bool  # somebody at another customer is called alike
    is_staff: bool  # one of ours is called alike


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
    rows = _contacts(conn)
    wanted = text.strip()
    key = name_key(wanted)
    attempts = (
        [row for row in rows if wanted.isdecimal() and row.id == int(wanted)],
        [row for row in rows if row.email and email_key(row.email) == email_key(wanted)],
        [row for row in rows if key and name_key(row.name) == key],
        [row for row in rows if key and key in (name_key(row.name) or "")],
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
    if not all(_same(found[0], row) for row in found):
        raise CiError(
            "person-ambiguous",
            msg("Several contacts fit {text}.", text=text),
            hint=msg("Name one by its number."),
            exit_code=ExitCode.DECIDE,
            details=tuple(
                f"{row.id}  {row.name or row.email or '-'}, {row.customer}" for row in found[:20]
            ),
        )
    return _people(conn, rows, [found[0].id])[0]


def people(conn: sqlite3.Connection, ids: Sequence[int]) -> list[Person]:
    """Return the persons that these contacts are, each once."""
    return _people(conn, _contacts(conn), ids)


def told(conn: sqlite3.Connection, person: Person) -> list[tuple[str, int, str, str]]:
    """Return (table, row, column, value) of all that names the person, the contact itself first."""
    found = []
    for number in person.rows:
        row = conn.execute("SELECT * FROM contact WHERE id = ?", (number,)).fetchone()
        found += [
            ("contact", number, name, str(row[name]))
            for name in row.keys()  # noqa: SIM118 - a row of SQLite is no mapping
            if row[name] is not None and name not in ("id", "record_id", "file_id", "line")
        ]
    for one in person_traces.mentions(conn, _wanted(conn, [person])):
        if one.table != "contact" or one.row not in person.rows:
            found.append((one.table, one.row, one.column, one.value))
    return found


def erase(
    conn: sqlite3.Connection, persons: Sequence[Person], also: Sequence[str] = ()
) -> list[Trace]:
    """Erase people; return what was changed where. Inside a write transaction.

    ``also``: further words that mean the person, wherever they stand; those of one person.
    Afterwards the freed pages still hold what was there: :func:`engine.compact` rewrites the file.
    """
    counts: Counter[tuple[str, str]] = Counter()
    wanted = _wanted(conn, persons, also)
    eraser = person_traces.Eraser(conn, wanted, engine.meta(conn, "revision") or "0")
    # all are found before the first is altered: whose row one is may follow from another
    for one in list(person_traces.mentions(conn, wanted)):
        clean = eraser.clean(one)
        if clean != one.value:
            conn.execute(
                f'UPDATE "{one.table}" SET "{one.column}" = ? WHERE rowid = ?', (clean, one.row)
            )
            counts[one.table, one.column] += 1
    conn.execute("UPDATE record SET name_key = name_key(name) WHERE instr(name, ?) > 0", (ERASED,))
    for person in persons:
        for number in person.rows:
            _clear(conn, number, counts)
    _forget_derived(conn)
    return [Trace(*place, number) for place, number in sorted(counts.items())]


def left(conn: sqlite3.Connection, person: Person) -> list[Trace]:
    """Return where the name still stands, after an erasure: it may be another's, or a word."""
    if not person_words.is_name(person.name):
        return []
    found = person_words.pattern([str(person.name)], ())
    counts = Counter(
        (table, column)
        for table, column, value in person_traces.values(conn)
        if found.search(person_words.plain(value))
    )
    return [Trace(*place, number) for place, number in sorted(counts.items())]


def _clear(conn: sqlite3.Connection, number: int, counts: Counter[tuple[str, str]]) -> None:
    """Empty a contact, as it is and as it was; its entries name nobody."""
    gone = f"erased {number}"
    conn.execute(
        "UPDATE contact SET contact_key = ?, name = NULL, title = NULL, phone = NULL, email = NULL,"
        " extra = NULL WHERE id = ?",
        (gone, number),
    )
    conn.execute(
        "UPDATE interaction SET person = ? WHERE contact_id = ? AND person IS NOT NULL",
        (ERASED, number),
    )
    cursor = conn.execute(
        "UPDATE change SET before = json_set(before, '$.contact_key', ?, '$.name', NULL, '$.title',"
        " NULL, '$.phone', NULL, '$.email', NULL, '$.extra', NULL)"
        " WHERE table_name = 'contact' AND row_id = ?",
        (gone, number),
    )
    if cursor.rowcount > 0:
        counts["change", "before"] = max(counts["change", "before"], cursor.rowcount)


def _forget_derived(conn: sqlite3.Connection) -> None:
    """Throw away what was made from the texts; it is made anew when it is needed."""
    search_index.forget(conn)
    marks.forget(conn)
    conn.execute("UPDATE scan SET remembered = NULL")


class _Contact(NamedTuple):
    id: int
    customer_id: int
    customer: str
    name: str | None
    title: str | None
    phone: str | None
    email: str | None


def _contacts(conn: sqlite3.Connection) -> list[_Contact]:
    rows = conn.execute(
        "SELECT p.id, r.customer_id, (SELECT g.label FROM golden AS g WHERE g.id = r.customer_id),"
        " p.name, p.title, p.phone, p.email FROM contact AS p JOIN record AS r"
        " ON r.id = p.record_id ORDER BY p.id"
    )
    return [_Contact(row[0], row[1], row[2] or "", *row[3:]) for row in rows]


def _same(one: _Contact, other: _Contact) -> bool:
    """Tell whether two contacts are one person, whom two sources know or one knows twice.

    At different customers it takes the same name and the same e-mail address or phone number.
    """
    names = {name_key(one.name), name_key(other.name)} - {None}
    if len(names) > 1:
        return False
    if one.customer_id != other.customer_id:  # at a firm that nobody has merged yet
        ways = {email_key(one.email), phone_key(one.phone)} - {None}
        known = one.name is not None and other.name is not None
        return known and not ways.isdisjoint({email_key(other.email), phone_key(other.phone)})
    emails = [email_key(one.email), email_key(other.email)]
    phones = [phone_key(one.phone), phone_key(other.phone)]
    pairs = [pair for pair in (emails, phones) if all(pair)]
    if any(first == second for first, second in pairs):
        return bool(names) or emails[0] == emails[1]
    return not pairs and one.name is not None and other.name is not None


def _people(
    conn: sqlite3.Connection, contacts: Sequence[_Contact], ids: Sequence[int]
) -> list[Person]:
    staff = {name_key(row[0]) for row in conn.execute(_USERS)}
    # what a list of calls says of whom it names, nobody else knows of: that is no company's number
    firms = conn.execute(
        "SELECT customer_id, name, phone, email, owner FROM record"
        " WHERE described = 1 OR key_kind <> 'name'"
    )
    named: dict[str | None, set[int]] = {}  # name -> customers where it is known
    reached = Counter[str | None]()
    for row in firms:
        named.setdefault(name_key(row["name"]), set()).add(row["customer_id"])
        staff.add(name_key(row["owner"]))
        reached.update({email_key(row["email"]), phone_key(row["phone"])})
    at_customer: dict[int, list[_Contact]] = {}
    called: dict[str | None, list[_Contact]] = {}
    for one in contacts:
        named.setdefault(name_key(one.name), set()).add(one.customer_id)
        reached.update({email_key(one.email), phone_key(one.phone)})
        at_customer.setdefault(one.customer_id, []).append(one)
        called.setdefault(name_key(one.name), []).append(one)
    known = {one.id: one for one in contacts}
    found, taken = list[Person](), set[int]()
    for number in ids:
        if number in taken:
            continue
        first = known[number]
        name = name_key(first.name)
        elsewhere = (one for one in called[name] if one.customer_id != first.customer_id)
        near = chain(at_customer[first.customer_id], elsewhere if name else ())
        selves = [one for one in near if _same(first, one)]
        taken.update(one.id for one in selves)
        mine = Counter(
            way for one in selves for way in {email_key(one.email), phone_key(one.phone)}
        )
        ways = {email_key(one.email): one.email for one in selves}
        ways |= {phone_key(one.phone): one.phone for one in selves}
        told = [(key, str(value)) for key, value in ways.items() if key]
        homes = {one.customer_id for one in selves}
        found.append(
            Person(
                *first,
                own=tuple(value for key, value in told if reached[key] == mine[key]),
                shared=tuple(value for key, value in told if reached[key] > mine[key]),
                rows=tuple(one.id for one in selves),
                customers=tuple(sorted(homes)),
                namesake=bool(named[name] - homes),
                is_staff=name in staff,
            )
        )
    return found


def _wanted(
    conn: sqlite3.Connection, persons: Sequence[Person], also: Sequence[str] = ()
) -> list[person_traces.Wanted]:
    """Return what names each person where.

    Args:
        conn: the store.
        persons: who is looked for.
        also: further words that mean the person, wherever they stand.
    """
    records: dict[int, set[int]] = {}
    firms: dict[int, set[str]] = {}
    for number, customer, *called in conn.execute(
        "SELECT id, customer_id, name, short_name FROM record"
    ):
        records.setdefault(customer, set()).add(number)
        firms.setdefault(customer, set()).update(name for name in called if name)
    others = {one.name for one in _contacts(conn) if one.name}
    found = []
    for person in persons:
        names = [person.name] if person.name else []
        of_one = not (person.namesake or person.is_staff)
        is_own = person_words.is_full_name(person.name) and of_one
        called = set[str]().union(*(firms[one] for one in person.customers))
        found.append(
            person_traces.Wanted(
                frozenset().union(*(records[one] for one in person.customers)),
                person_words.pattern([*names, *also], person.own, others),
                person_words.pattern([*(names if is_own else ()), *also], person.own),
                person_words.pattern((), person.own),
                person.is_staff,
                frozenset(person_words.anchors([*names, *also], person.own)),
                _short(person.name, called) if of_one else None,
            )
        )
    return found


def _short(name: str | None, firms: set[str]) -> person_traces.Short | None:
    """Return what finds a name of two Chinese characters outside its company."""
    told = {firm for firm in firms if len(firm) > 1}
    if name is None or not told or not person_words.is_short_han(name):
        return None
    return person_traces.Short(
        person_words.exactly(name),
        person_words.standing_alone(name, told),
        person_words.pattern(told, ()),
    )


def files_noted(conn: sqlite3.Connection) -> list[str]:
    """Return the files that the journal names: rows that were rejected, and what was exported."""
    rows = conn.execute(
        "SELECT rejects_file FROM batch WHERE rejects_file IS NOT NULL"
        " UNION SELECT target FROM export_log WHERE target <> '-'"
    )
    return [str(row[0]) for row in rows]


def copies_that_hold(store: Path, persons: Sequence[Person], noted: Iterable[str]) -> list[Path]:
    """Return the files that hold one of these people in plain words.

    Looked into are those beside the store whose name begins like its own (backups, former stores),
    and the ones that ``noted`` names.
    """
    words = [word.encode() for one in persons for word in (one.name, *one.own)
             if word and (word in one.own or person_words.is_name(word))]  # fmt: skip
    beside = [path for path in store.parent.glob(f"{store.stem}*")
              if path != store and not path.name.startswith(f"{store.name}-")]  # fmt: skip
    others = {path for name in noted for path in (Path(name), store.parent / name)}
    found = {
        path.resolve(): path for path in (*others, *beside) if path.is_file() and path != store
    }
    return sorted(path for path in found.values() if _holds(path, words))


def _holds(path: Path, words: list[bytes]) -> bool:
    overlap = max((len(word) for word in words), default=1)
    tail = b""
    with path.open("rb") as file:
        while part := file.read(_READ_AT_ONCE):
            if any(word in tail + part for word in words):
                return True
            tail = part[-overlap:]
    return False
