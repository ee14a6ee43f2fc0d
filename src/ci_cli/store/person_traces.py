"""Where a person is named: every text of every table, whichever tables there are.

The walk reads the schema itself, so a table that is added later is reached without a word here. A
row is the person's own business when it hangs on a record of its customer; there the name alone is
enough. Elsewhere, in rows of nobody too, a name counts where it is a full one that nobody else has;
a short Chinese one only as the whole of a field for names, and in a text that names the customer.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from ci_cli.store import person_words as words

# the records that a row ``x`` hangs on, in SQL; else its column record_id or customer_id
_OWNERS = {
    "record": ("x.id",),
    "order_line": ("(SELECT o.record_id FROM sales_order AS o WHERE o.id = x.order_id)",),
    "coding": ("(SELECT f.record_id FROM feedback AS f WHERE f.source = x.source"
               " AND f.fact_key = x.fact_key)",),
    "decision": ("x.record_a", "x.record_b"),
}  # fmt: skip
_USUAL_OWNERS = ("record_id", "customer_id")
# made from the rest and thrown away by an erasure, or numbers and codes of the store alone
DERIVED = frozenset({
    "search_text", "search_todo", "seal", "month_cell", "item_group", "order_day", "purchase_day",
    "purchase_total", "stale_order", "scored_pair",
})  # fmt: skip
# fixed words and days: no words of a person, and changing one would break a reference
STRUCTURE = frozenset({"kind", "table_name", "sort", "key_kind", "currency", "day"})
# who of ours did it; where a colleague is called like the person, these are the colleague's
STAFF = frozenset({"author", "owner", "coder", "closed_by", "decided_by", "exported_by",
                   "imported_by", "done_by", "scanned_by"})  # fmt: skip
_KEYS = frozenset({"evidence_key", "evidence_source", "fact_key", "respondent", "source", "survey"})


# whose whole value is the name of a person
_FOR_NAMES = frozenset({"person", "respondent", "author", "coder", "closed_by"})

_FEW = 3  # so many people are looked for one by one


class Short(NamedTuple):
    """What finds a short Chinese name where it is certain that it is one, and whose."""

    whole: re.Pattern[str]  # it is all that stands there
    alone: re.Pattern[str]  # no other character makes it part of a longer word
    firm: re.Pattern[str]  # the customer


class Wanted(NamedTuple):
    """What names a person where."""

    records: frozenset[int]  # of its customer
    at_home: re.Pattern[str]  # in rows of these
    elsewhere: re.Pattern[str]
    ways: re.Pattern[str]  # its own addresses and numbers alone
    is_staff: bool  # one of ours is called alike
    anchors: frozenset[str]
    short: Short | None = None

    def finder(self, column: str, text: str, *, home: bool) -> re.Pattern[str] | None:
        """Return what to take out of a value of a column: None, where it names the person not."""
        if self.is_staff and column in STAFF:
            return self.ways if self.ways.search(text) else None
        if home or self.elsewhere.search(text):
            return self.at_home if self.at_home.search(text) else None
        if self.short is None:
            return None
        if column in _FOR_NAMES and self.short.whole.search(text):
            return self.short.whole
        firm = self.short.firm.search(text) and self.short.alone.search(text)
        return self.short.alone if firm else None


class Mention(NamedTuple):
    """A value that names somebody."""

    table: str
    column: str
    row: int
    value: str
    about: str  # the table whose row it is: of a row as it was before a change, that row's
    who: tuple[int, ...]  # places of those it names among the people wanted
    finders: tuple[re.Pattern[str], ...]  # what to take out for each of them


def mentions(conn: sqlite3.Connection, wanted: Sequence[Wanted]) -> Iterator[Mention]:
    """Yield every value that names any of these people."""
    crowd = _Crowd(wanted)
    orders = dict(conn.execute("SELECT id, record_id FROM sales_order WHERE record_id > 0"))
    for table, columns in text_columns(conn).items():
        quoted = ", ".join(f'x."{column}"' for column in columns)
        owners = ", ".join(_owners(conn, table))
        for number, *values in conn.execute(
            f'SELECT x.rowid, {quoted}, {owners} FROM "{table}" AS x'
        ):
            texts = dict(zip(columns, values, strict=False))
            about, records = table, values[len(columns) :]
            if table == "change":
                about = texts["table_name"]
                records = _records_of(about, json.loads(texts["before"]), orders)
            for column, value in texts.items():
                if value and (found := crowd.named(column, value, records)):
                    who, finders = zip(*found, strict=True)
                    yield Mention(table, column, int(number), value, about, who, finders)


def values(conn: sqlite3.Connection) -> Iterator[tuple[str, str, str]]:
    """Yield every text of the store that may hold words of a person: table, column, value."""
    for table, columns in text_columns(conn).items():
        quoted = ", ".join(f'"{column}"' for column in columns)
        for row in conn.execute(f'SELECT {quoted} FROM "{table}"'):
            for column, value in zip(columns, row, strict=True):
                if value:
                    yield table, column, value


class _Crowd:
    """Finds out which of many people a text names."""

    def __init__(self, wanted: Sequence[Wanted]) -> None:
        self._wanted = wanted
        self._few = range(len(wanted)) if len(wanted) <= _FEW else None
        self._at_home: dict[int, set[int]] = {}
        self._by_anchor: dict[str, set[int]] = {}
        for place, person in enumerate(wanted):
            for record in person.records:
                self._at_home.setdefault(record, set()).add(place)
            for anchor in person.anchors:
                self._by_anchor.setdefault(anchor, set()).add(place)

    def named(
        self, column: str, value: str, records: Iterable[int]
    ) -> list[tuple[int, re.Pattern[str]]]:
        text = words.plain(value)
        home = set[int]().union(*(self._at_home.get(record, ()) for record in records))
        found = []
        for place in self._few or self._maybe(text):
            person, is_home = self._wanted[place], place in home
            finder = person.finder(column, text, home=is_home)
            if finder is None and column == "before" and person.short and not is_home:
                names = json.loads(value)
                if any(_is_all(person.short.whole, names.get(name)) for name in _FOR_NAMES):
                    finder = person.short.whole
            if finder is not None:
                found.append((place, finder))
        return found

    def _maybe(self, text: str) -> list[int]:
        told = words.anchors_in(text)
        found = (self._by_anchor[anchor] for anchor in told & self._by_anchor.keys())
        return sorted(set[int]().union(*found))


def _is_all(whole: re.Pattern[str], value: Any) -> bool:
    return isinstance(value, str) and bool(whole.search(words.plain(value)))


def _records_of(table: str, image: dict[str, Any], orders: dict[int, int]) -> list[Any]:
    """Return the records that a row as it was before a change hung on."""
    if table == "record":
        return [image.get("id")]
    return [*(image.get(column) for column in _USUAL_OWNERS), orders.get(image.get("order_id", 0))]


class Eraser:
    """Takes people out of values; keys that were equal stay equal, and others apart.

    Args:
        conn: the store.
        wanted: the people.
        mark: a number that no earlier erasure had, so that keys stay apart from theirs.
    """

    def __init__(self, conn: sqlite3.Connection, wanted: Sequence[Wanted], mark: str) -> None:
        self._wanted, self._mark = wanted, mark
        self._keys = key_columns(conn)
        self._renamed: dict[str, str] = {}

    def clean(self, mention: Mention) -> str:
        """Return the value without those it names."""
        people = [
            (self._wanted[place], found)
            for place, found in zip(mention.who, mention.finders, strict=True)
        ]
        if mention.table == "change" and mention.column == "before":
            image = json.loads(mention.value)
            told = {name: self._clean(mention.about, name, value, people)
                    for name, value in image.items()}  # fmt: skip
            return json.dumps(told, ensure_ascii=False)
        return str(self._clean(mention.table, mention.column, mention.value, people))

    def _clean(
        self, table: str, column: str, value: Any, people: Sequence[tuple[Wanted, re.Pattern[str]]]
    ) -> Any:
        if isinstance(value, (int, float)):
            return value  # a number of the store's own
        told = value
        for person, found in people:
            one_of_ours = person.is_staff and column in STAFF
            told = words.clean_json(told, person.ways if one_of_ours else found)
        if told == value or not isinstance(value, str) or (table, column) not in self._keys:
            return told
        if value not in self._renamed:
            self._renamed[value] = f"{told} {self._mark}.{len(self._renamed) + 1}"
        return self._renamed[value]


def text_columns(conn: sqlite3.Connection) -> dict[str, list[str]]:
    """Return the columns that may hold words of a person, of every table that is no derived one."""
    found = {}
    for table in _tables(conn):
        columns = [
            name
            for name, kind in _columns(conn, table)
            if kind == "TEXT" and (name not in STRUCTURE or table == "change")
        ]
        if columns:
            found[table] = columns
    return found


def key_columns(conn: sqlite3.Connection) -> set[tuple[str, str]]:
    """Return (table, column) of the texts by which rows are told apart or refer to each other."""
    found = set()
    for table in _tables(conn):
        indexes = conn.execute(
            'SELECT i.name FROM pragma_index_list(?) AS l, pragma_index_info(l.name) AS i'
            ' WHERE l."unique"', (table,),
        )  # fmt: skip
        unique = {row[0] for row in indexes}
        found |= {
            (table, name)
            for name, kind in _columns(conn, table)
            if kind == "TEXT" and (name in unique or name in _KEYS)
        }
    return found


def _tables(conn: sqlite3.Connection) -> list[str]:
    return [
        str(row[1])
        for row in conn.execute("PRAGMA table_list")
        if row[0] == "main" and row[2] == "table" and row[1] not in DERIVED
        and not str(row[1]).startswith("sqlite_")
    ]  # fmt: skip


def _columns(conn: sqlite3.Connection, table: str) -> list[tuple[str, str]]:
    return [(str(row[1]), str(row[2])) for row in conn.execute(f'PRAGMA table_info("{table}")')]


def _owners(conn: sqlite3.Connection, table: str) -> tuple[str, ...]:
    if table in _OWNERS:
        return _OWNERS[table]
    there = {name for name, _kind in _columns(conn, table)}
    return tuple(f"x.{column}" for column in _USUAL_OWNERS if column in there) or ("NULL",)
