"""The text of queries, and how much memory they take.

Every query for reports is a portable ``.sql`` file in ``facts``.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import resources

_CACHE_KIB = 4_000  # of pages that are read once: what is kept of more costs memory and time
_CHANGED_KIB = 20_000  # of changed pages, before they leave memory ahead of the commit
SHOWN_CHARACTERS = 60
# the beginning of what an interaction i says
_SAID = "coalesce(i.subject || ': ', '') || coalesce(i.text, '')"
WHAT_WAS_SAID = (
    f"CASE WHEN length({_SAID}) > {SHOWN_CHARACTERS}"
    f" THEN substr({_SAID}, 1, {SHOWN_CHARACTERS - 1}) || '…' ELSE {_SAID} END"
)


@cache
def query(name: str) -> str:
    """Return the text of ``facts/NAME.sql``."""
    return resources.files(__package__).joinpath(f"facts/{name}.sql").read_text(encoding="utf-8")


@contextmanager
def sparing(conn: sqlite3.Connection) -> Iterator[None]:
    """Keep few pages of the store, and of staging tables, in memory while the block goes on."""
    page_bytes = conn.execute("PRAGMA page_size").fetchone()[0]
    settings = {
        "cache_size": -_CACHE_KIB, "temp.cache_size": -_CACHE_KIB,
        # see store.engine: an odd number; below it nobody who reads is kept waiting
        "cache_spill": _CHANGED_KIB * 1024 // page_bytes | 1,
    }  # fmt: skip
    before = {name: conn.execute(f"PRAGMA {name}").fetchone()[0] for name in settings}
    for name, value in settings.items():
        conn.execute(f"PRAGMA {name} = {value}")
    try:
        yield
    finally:
        for name, value in before.items():
            conn.execute(f"PRAGMA {name} = {int(value)}")
