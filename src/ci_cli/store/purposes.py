"""What somebody said that a column of his own is for.

Columns that describe a person are stored only where this was said (``importing.mapping.personal``).
It is a setting and no data of its own: one value among the settings of the store, written whole.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from typing import NamedTuple

from ci_cli.errors import CiError, ExitCode
from ci_cli.models.names import name_key
from ci_cli.store import engine
from ci_cli.text import msg

KEY = "field_purposes"


class Purpose(NamedTuple):
    """What a column is for, by its heading."""

    heading: str
    words: str
    author: str
    at: str  # ISO time


def key_of(heading: str) -> str:
    """Return what headings are compared by: width, case and gaps make no other column."""
    return name_key(heading) or heading


def read(conn: sqlite3.Connection) -> dict[str, Purpose]:
    """Return the purposes by :func:`key_of`.

    Raises:
        CiError: ``store-damaged``: the setting was altered from outside.
    """
    try:
        found = [Purpose(**entry) for entry in json.loads(engine.meta(conn, KEY) or "[]")]
        return {key_of(one.heading): one for one in found}
    except (ValueError, TypeError) as error:
        raise CiError(
            "store-damaged",
            msg("The purposes of fields in the store cannot be read."),
            hint=msg("Restore a backup: `ci-cli db restore BACKUP`."),
            exit_code=ExitCode.DAMAGED,
        ) from error


def say(conn: sqlite3.Connection, said: Mapping[str, str], *, by: str, at: str) -> None:
    """Say what columns are for; the caller holds the transaction.

    Args:
        conn: the store.
        said: heading -> in a few words what for; "" takes it back, and what is stored stays.
        by: who says so.
        at: ISO time.
    """
    found = read(conn)
    for heading, words in said.items():
        if words.strip():
            found[key_of(heading)] = Purpose(heading.strip(), words.strip(), by, at)
        else:
            found.pop(key_of(heading), None)
    plain = [one._asdict() for _key, one in sorted(found.items())]
    engine.set_meta(conn, KEY, json.dumps(plain, ensure_ascii=False))
