"""Every customer with all that rules ask about it; each table passes by once, in their order."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from datetime import date
from typing import Any

from ci_cli.store import engine, tag_facts
from ci_cli.store.engine import Connection
from ci_cli.tags.facts import Agreed, Bought, Entry, Person, Used
from ci_cli.tags.language import OWN_PREFIX

SEGMENT = "customer.segment"  # no golden field: it stands in a saved run
_END = (1 << 62, ())


class _Queue:
    """Rows that begin with the number of their customer, by that number."""

    def __init__(self, rows: Iterator[tuple[Any, ...]] | None) -> None:
        self._rows = iter(()) if rows is None else rows
        self._next: tuple[Any, ...] = next(self._rows, _END)

    def of(self, number: int) -> list[tuple[Any, ...]]:
        """Return the rows of a customer without the number; those asked for must ascend."""
        found = []
        while self._next[0] <= number:
            if self._next[0] == number:
                found.append(self._next[1:])
            self._next = next(self._rows, _END)
        return found


def people(
    conn: Connection, asked: Collection[str], metrics: Collection[str], on: date
) -> Iterator[Person]:
    """Yield every customer.

    Args:
        conn: the store.
        asked: names of the fields that rules ask for; what only others need is not read.
        metrics: names of the usage series that they ask for.
        on: the day that is spoken for: what comes later is not seen.
    """
    names = sorted(
        name.removeprefix("customer.")
        for name in asked
        if name.startswith("customer.") and name != SEGMENT
    )
    records = tag_facts.records(conn, names, own=_about(asked, OWN_PREFIX))
    queues = _queues(conn, asked, metrics, on.isoformat())
    record = next(records, None)
    while record is not None:
        number = int(record[0])
        fields: dict[str, str | None] = dict.fromkeys(names)
        extra: dict[str, str] = {}
        while record is not None and record[0] == number:
            for name, value in zip(names, record[1:-1], strict=True):
                if value is not None and fields[name] is None:
                    fields[name] = value
            if record[-1]:
                extra = {**_texts(record[-1]), **extra}
            record = next(records, None)
        bought, said, segment, contracts, figures = (queue.of(number) for queue in queues)
        if segment:
            fields["segment"] = segment[0][0]
        yield Person(
            number, fields, extra,
            [Bought(*row) for row in bought],
            [Entry._make(row) for row in said],
            [Agreed(*row) for row in contracts],
            [Used(*row) for row in figures],
        )  # fmt: skip


def _queues(
    conn: Connection, asked: Collection[str], metrics: Collection[str], until: str
) -> list[_Queue]:
    """Return purchases, interactions, segments, contracts and usage; empty what nobody asks for."""
    orders = entries = segments = agreed = used = None
    if _about(asked, "orders."):
        orders = tag_facts.purchases(conn, currency=engine.meta(conn, "currency"), until=until)
    if _about(asked, "interaction.", "contacts."):
        entries = tag_facts.interactions(conn, until=until)
    if SEGMENT in asked:
        segments = tag_facts.segments(conn, until=until)
    if _about(asked, "contracts."):
        agreed = tag_facts.contracts(conn, until=until)
    if _about(asked, "usage."):
        used = tag_facts.usage(conn, metrics, until=until)
    return [_Queue(rows) for rows in (orders, entries, segments, agreed, used)]


def _about(asked: Collection[str], *prefixes: str) -> bool:
    return any(name.startswith(prefixes) for name in asked)


def _texts(extra: str) -> dict[str, str]:
    return {
        name: str(value) for name, value in json.loads(extra).items() if value not in (None, "")
    }
