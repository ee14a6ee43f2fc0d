"""What customers said and let us feel, as dated facts from −1 to 1: gathered in this one place.

Each query of ``SOURCES`` gives customer, kind, value, day, table, row and word of what it tells
between two days. A further kind of soft fact is a further query here and nothing else.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping

from ci_cli.shapes.health import SoftFact
from ci_cli.shapes.voice import ATTITUDES
from ci_cli.store.sql import query

SOURCES = ("soft_attitude", "soft_answers", "soft_tags", "soft_calls", "soft_turnaround")
SLOW_DAYS = 14  # a request that took so long was answered badly


def soft_facts(
    conn: sqlite3.Connection, *, after: str, as_of: str, polarity: Mapping[str, float],
    customer_id: int | None = None,
) -> list[SoftFact]:  # fmt: skip
    """Return the soft facts after ``after`` up to ``as_of``, by customer, oldest first.

    Args:
        conn: the store.
        after: the day before the first that counts.
        as_of: the last day; nothing that became known later is told.
        polarity: what each tag is worth, bad below 0; one that is not in it is left out.
        customer_id: only of this customer.
    """
    # the attitudes stand in equal steps from the best to the worst
    steps = {name: 1 - 2 * at / (len(ATTITUDES) - 1) for at, name in enumerate(ATTITUDES)}
    parameters = {
        "start": after, "as_of": as_of, "customer_id": customer_id, "slow": SLOW_DAYS,
        "steps": json.dumps(steps), "polarity": json.dumps(dict(polarity)),
    }  # fmt: skip
    cursor = conn.cursor()
    cursor.row_factory = None
    found: list[SoftFact] = []
    for name in SOURCES:
        found += map(SoftFact._make, cursor.execute(query(name), parameters))
    found.sort(key=lambda fact: (fact.customer_id, fact.day, fact.table, fact.record_id))
    return found
