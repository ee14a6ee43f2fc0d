"""What kind of system a source is: who trades, our own people, or somebody outside.

A person says so, else it follows from what the source gave. It is a setting and no data of its
own: one value among the settings of the store, written whole.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence

from ci_cli.errors import CiError, ExitCode
from ci_cli.store import engine, source_map
from ci_cli.text import msg

KEY = "source_classes"
TRANSACTION, INTERNAL, THIRD_PARTY = CLASSES = ("transaction", "internal", "third-party")
DERIVED = "derived"  # the word that takes a setting back


def chosen(conn: sqlite3.Connection) -> dict[str, str]:
    """Return the classes that people set, by source.

    Raises:
        CiError: ``store-damaged``: the setting was altered from outside.
    """
    try:
        found = json.loads(engine.meta(conn, KEY) or "{}")
        if isinstance(found, dict) and all(value in CLASSES for value in found.values()):
            return found
    except ValueError:
        pass
    raise CiError(
        "store-damaged",
        msg("The classes of the sources in the store cannot be read."),
        hint=msg("Restore a backup: `ci-cli db restore BACKUP`."),
        exit_code=ExitCode.DAMAGED,
    )


def classes(conn: sqlite3.Connection) -> dict[str, str]:
    """Return the class of every source: as set, else transaction where it gave orders.

    Third-party data cannot be told from our own by its looks: that a person has to say.
    """
    trading = {str(row[0]) for row in conn.execute("SELECT DISTINCT source FROM sales_order")}
    derived = {
        name: TRANSACTION if name in trading else INTERNAL for name in source_map.names(conn)
    }
    return derived | {name: one for name, one in chosen(conn).items() if name in derived}


def choose(conn: sqlite3.Connection, name: str, wanted: str) -> None:
    """Set the class of a source, or let it be derived again; the caller holds the transaction.

    Raises:
        CiError: ``source-unknown``, ``source-class-unknown``.
    """
    check_names(conn, [name])
    found = chosen(conn)
    if wanted == DERIVED:
        found.pop(name, None)
    else:
        check_class(wanted)
        found[name] = wanted
    engine.set_meta(conn, KEY, json.dumps(found, ensure_ascii=False, sort_keys=True))


def check_names(conn: sqlite3.Connection, names: Sequence[str]) -> None:
    """Stop where the store has nothing from a source.

    Raises:
        CiError: ``source-unknown``, exit 2; the known ones are listed.
    """
    known = source_map.names(conn)
    unknown = [name for name in names if name not in known]
    if unknown:
        raise CiError(
            "source-unknown",
            msg("There is no source {name}.", name=unknown[0]),
            hint=msg("The sources are: {known}.", known=", ".join(known) or "-"),
            exit_code=ExitCode.DECIDE,
        )


def picked(conn: sqlite3.Connection, names: str | None, wanted: str | None) -> list[str]:
    """Return the sources that two words of the command line mean: those named, of that class.

    Args:
        conn: the store.
        names: names with commas between them; None: all.
        wanted: a class; None: any.

    Raises:
        CiError: ``source-unknown``, ``source-class-unknown``.
    """
    found = source_map.names(conn)
    if names is not None:
        # a name may hold a comma itself
        whole = names.strip()
        parts = [whole] if whole in found else [part.strip() for part in names.split(",")]
        check_names(conn, parts)
        found = [name for name in found if name in parts]
    if wanted is None:
        return found
    check_class(wanted)
    known = classes(conn)
    fitting = [name for name in found if known[name] == wanted]
    if not fitting:
        raise CiError(
            "source-unknown",
            msg("No source is of the class {word}.", word=wanted),
            hint=msg("The sources are: {known}.",
                     known=", ".join(f"{name} ({known[name]})" for name in found) or "-"),
            exit_code=ExitCode.DECIDE,
        )  # fmt: skip
    return fitting


def check_class(word: str) -> None:
    """Stop at a word that is no class.

    Raises:
        CiError: ``source-class-unknown``, exit 2.
    """
    if word not in CLASSES:
        raise CiError(
            "source-class-unknown",
            msg("{word} is no class of sources.", word=word),
            hint=msg("The classes are: {known}.", known=", ".join(CLASSES)),
            exit_code=ExitCode.DECIDE,
        )
